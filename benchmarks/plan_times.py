"""Times of the main job, step by step: `python benchmarks/plan_times.py [DATASET] [RUNS]`.

Prints the median over the runs of reading, matching, building the Pyomo model, handing it to HiGHS
and solving, and the ratio of the whole to HiGHS alone on the same model written as an MPS file.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import highspy

from symbiosis.inputs.embedded import dataset_path
from symbiosis.inputs.reader import read_dataset
from symbiosis.planning.formulate import formulate
from symbiosis.planning.study import plan_study, prepare, solver_options
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.compiling import compile_model
from symbiosis_models.solver import new_highs


def highs_alone(mps: Path, gap: float, seed: int) -> float:
    """Seconds HiGHS needs for the model in a file, reading it not counted."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("random_seed", seed)
    highs.readModel(str(mps))
    started = time.perf_counter()
    highs.run()
    return time.perf_counter() - started


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "honggu"
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    times: dict[str, list[float]] = {}
    alone: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        dataset = read_dataset(dataset_path(name))
        read = time.perf_counter() - started
        prepared = prepare(dataset)
        plan = plan_study(prepared)
        for step, seconds in {"read": read, **plan.facts["times_s"]}.items():
            times.setdefault(step, []).append(seconds)
        problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
        options = solver_options(dataset)
        with tempfile.TemporaryDirectory() as folder:
            mps = Path(folder) / "model.mps"
            arrays = compile_model(build_chain_selection(problem))
            new_highs(arrays, integer=True, options=options).writeModel(str(mps))
            alone.append(highs_alone(mps, options.gap, options.seed))
    print(f"{name}: {plan.facts['size']}, medians of {runs} runs, seconds")
    for step, seconds in times.items():
        print(f"  {step:10s} {statistics.median(seconds):8.3f}")
    steps = ("build", "handover", "solve")
    ratios = [sum(times[step][run] for step in steps) / alone[run] for run in range(runs)]
    print(f"  HiGHS alone on the same MPS {statistics.median(alone):8.3f}")
    print(f"  (build + handover + solve) / HiGHS alone: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
