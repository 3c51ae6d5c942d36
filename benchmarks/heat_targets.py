"""Utility targets against OpenPinch: `python benchmarks/heat_targets.py PYTHON [SETS]`.

PYTHON is that of an environment of its own, in which OpenPinch (MIT) is installed; it brings some
60 packages and must never share ours:

    python3 -m venv /tmp/openpinch && /tmp/openpinch/bin/pip install OpenPinch==0.1.13
    python benchmarks/heat_targets.py /tmp/openpinch/bin/python

Random sets of 2 to 24 streams with an approach of their own, and the process streams of every place
of the embedded datasets in every slice, go through both. Exit status 1 if a hot or cold utility
differs by more than 0.1 % of the heat of its set.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from symbiosis.inputs.embedded import dataset_path
from symbiosis.inputs.reader import read_dataset
from symbiosis.network.actors import read_actors
from symbiosis.network.heat_targets import HeatStream, heat_targets
from symbiosis.network.heat_zones import process_streams

AGREED = 1e-3  # of the heat of a set
DATASETS = ("honggu", "yongdeng")


def random_set(rng: random.Random) -> list[HeatStream]:
    """Streams between 5 and 950 °C, some of 1 K, with an approach of 2 to 40 K each."""
    streams = []
    for number in range(rng.randint(2, 24)):
        low = rng.uniform(5, 600)
        span = 1.0 if rng.random() < 0.2 else rng.uniform(5, 350)
        ends = (low + span, low) if rng.random() < 0.5 else (low, low + span)
        duty = 10 ** rng.uniform(-1, 3)
        streams.append(HeatStream(f"s{number}", *ends, duty, rng.uniform(2, 40)))
    return streams


def dataset_sets() -> list[list[HeatStream]]:
    """Process streams of every place of the embedded datasets, slice by slice."""
    found = []
    for name in DATASETS:
        dataset = read_dataset(dataset_path(name))
        actors = read_actors(dataset)
        for part in dataset.settings.slices:
            places: dict[str, list[HeatStream]] = {}
            for stream in process_streams(dataset, actors, part.id, part.hours / 8760):
                places.setdefault(stream.place, []).append(stream)
            found += list(places.values())
    return found


def openpinch(python: str, sets: list[list[HeatStream]]) -> list[list[float]]:
    """Hot and cold utility of every set, by OpenPinch in its own environment."""
    rows = [
        [[s.name, s.supply_celsius, s.target_celsius, s.duty, s.approach_k] for s in streams]
        for streams in sets
    ]
    done = subprocess.run(
        [python, str(Path(__file__).with_name("openpinch_targets.py"))],
        input=json.dumps(rows),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"OpenPinch did not run:\n{done.stderr[-2000:]}")
    answers: list[list[float]] = json.loads(done.stdout)
    return answers


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rng = random.Random(20)
    ours = [random_set(rng) for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 500)]
    agreed = True
    for name, sets in (("random", ours), ("+".join(DATASETS), dataset_sets())):
        started = time.perf_counter()
        theirs = openpinch(sys.argv[1], sets)
        seconds = time.perf_counter() - started
        worst, where = 0.0, ""
        for number, (streams, answer) in enumerate(zip(sets, theirs, strict=True)):
            target = heat_targets(streams)
            heat = sum(stream.duty for stream in streams)
            for utility, other in zip(
                (target.hot_utility, target.cold_utility), answer, strict=True
            ):
                if abs(utility - other) / heat > worst:
                    worst = abs(utility - other) / heat
                    where = f", set {number}: {utility:.6g} here, {other:.6g} there"
        agreed &= worst <= AGREED
        print(
            f"{name}: {len(sets)} sets, {sum(map(len, sets))} streams; largest difference "
            f"{worst:.2e} of the heat of its set{where} (OpenPinch took {seconds:.0f} s)"
        )
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
