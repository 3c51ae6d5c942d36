"""Uses with fixed loads of several contaminants: the outlet is what the water becomes."""

import random

import numpy as np
import pytest


def use(name, flow, inlet, outlet):
    """A use by its limiting flow, t/h, and its limits by contaminant, ppm."""
    loads = [flow * (high - low) / 1000 for low, high in zip(inlet, outlet, strict=True)]
    return {"name": name, "load_kg_h": loads, "cin_max_ppm": inlet, "cout_max_ppm": outlet}


@pytest.mark.parametrize(
    ("uses", "fresh", "alone"),
    [
        # Wang and Smith (1994), two operations with two contaminants: 54 t/h
        ([use("1", 40, [0, 25], [100, 75]), use("2", 35, [80, 30], [240, 90])], 54.0, 63.33),
        # Wang and Smith (1994), refinery with three contaminants: 105.6 t/h
        (
            [
                use("steam stripping", 45, [0, 0, 0], [15, 400, 35]),
                use("HDS", 34, [20, 300, 45], [120, 12500, 180]),
                use("desalter", 56, [120, 20, 200], [220, 45, 9500]),
            ],
            105.6,
            133.0,
        ),
    ],
    ids=["two", "refinery"],
)
def test_published_optima(run, uses, fresh, alone):
    data = {"fresh_ppm": [0] * len(uses[0]["load_kg_h"]), "processes": uses}
    published = {"min_fresh": fresh, "no_reuse_fresh": alone}
    result = run("water_fixed_load", data, published, tolerance={"default": {"abs": 0.05}})
    assert result.outcome == "match" and not result.message, result


def least_by_grid(first, second, steps=600):
    """Least fresh water where only the second may take what the first gives."""
    load = [np.array(x["load_kg_h"]) * 1000 for x in (first, second)]
    inlet, outlet = (np.array(second[key]) for key in ("cin_max_ppm", "cout_max_ppm"))
    least = max(load[0] / np.array(first["cout_max_ppm"]))
    fresh = np.linspace(least, 4 * least, steps)[:, None]
    given = fresh * np.linspace(0, 1, steps)[None, :]
    more = np.zeros_like(given)
    for p in range(2):
        carried = given * (load[0][p] / fresh)
        more = np.maximum(more, carried / inlet[p] - given)
        more = np.maximum(more, (carried + load[1][p]) / outlet[p] - given)
    return float((fresh + more).min())


@pytest.mark.parametrize("seed", range(4))
def test_two_uses_against_a_fine_grid(run, seed):
    """The first takes clean water only; every flow of it and every share that goes on is tried."""
    rng = random.Random(seed)
    first = use("1", rng.randint(20, 60), [0, 0], [rng.randint(50, 150), rng.randint(50, 150)])
    inlet = [rng.randint(20, 100), rng.randint(20, 100)]
    second = use("2", rng.randint(20, 60), inlet, [x + rng.randint(40, 200) for x in inlet])
    data = {"fresh_ppm": [0, 0], "processes": [first, second]}
    found = run("water_fixed_load", data, {"min_fresh": 0}).figures[0].computed
    best = least_by_grid(first, second)
    assert best * (1 - 5e-3) <= found <= best * (1 + 1e-6)
