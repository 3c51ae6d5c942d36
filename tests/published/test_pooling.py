"""Pooling: the published optima are proven, and hand-worked and random pools."""

import itertools
import random

import pytest
from scipy.optimize import linprog

from case_data import CASES
from symbiosis.studies.published.case import read_case
from symbiosis.studies.verify import verify_case

SHARED = sorted((CASES / "quality_pooling").glob("*.json"))


def haverly(cost_of_b, largest_x, **other):
    """Haverly's refinery: A and B are pooled, C is direct."""
    return {
        "pool_inputs": [
            {"name": "A", "cost": 6, "quality": 3.0},
            {"name": "B", "cost": cost_of_b, "quality": 1.0},
        ],
        "direct_inputs": [{"name": "C", "cost": 10, "quality": 2.0}],
        "products": [
            {"name": "X", "price": 9, "quality_max": 2.5, "max_demand": largest_x},
            {"name": "Y", "price": 15, "quality_max": 1.5, "max_demand": 200},
        ],
        **other,
    }


@pytest.fixture
def profit(run):
    def of(data):
        result = run("pooling_one_pool", data, {"max_profit": 0})
        assert result.outcome != "refused" and not result.message, result.message
        return result.figures[0].computed

    return of


@pytest.mark.parametrize("file", SHARED, ids=lambda file: file.stem)
def test_shared_cases(file):
    result = verify_case(read_case(file))
    assert result.outcome == "match" and not result.message, result


def test_haverly_2(profit):
    """600 of X may be sold: cheap A and C make 600 (Haverly 1978)."""
    assert profit(haverly(16, 600)) == pytest.approx(600, abs=0.01)


def test_no_pool_is_better_than_a_dear_one(profit):
    """Everything dearer than what it sells for: nothing is made."""
    data = haverly(16, 100)
    for member in (*data["pool_inputs"], *data["direct_inputs"]):
        member["cost"] = 20
    assert profit(data) == pytest.approx(0, abs=1e-6)


def test_two_qualities_at_once(profit):
    """Half A, half B keep both limits; either alone breaks one. 100 x (9 - 6)."""
    data = {
        "pool_inputs": [
            {"name": "A", "cost": 6, "quality": {"s": 4, "m": 0}},
            {"name": "B", "cost": 6, "quality": {"s": 0, "m": 4}},
        ],
        "products": [{"name": "X", "price": 9, "quality_max": {"s": 2, "m": 2}, "max_demand": 100}],
    }
    assert profit(data) == pytest.approx(300, rel=1e-4)
    data["products"][0]["quality_max"] = {"s": 2, "m": 1.9}
    assert profit(data) == pytest.approx(0, abs=0.05)


def by_grid(data, steps=400):
    """Best profit over a fine grid of the pool's quality, each a linear programme."""
    a, b = data["pool_inputs"]
    (c,) = data["direct_inputs"]
    best = 0.0
    for k in range(steps + 1):
        share = k / steps
        q = share * a["quality"] + (1 - share) * b["quality"]
        cost = share * a["cost"] + (1 - share) * b["cost"]
        gain, rows, room = [], [], []
        for p in data["products"]:
            gain += [cost - p["price"], c["cost"] - p["price"]]
        for j, p in enumerate(data["products"]):
            mine = [0.0] * len(gain)
            mine[2 * j : 2 * j + 2] = [1.0, 1.0]
            rows.append(mine)
            room.append(p["max_demand"])
            worse = [0.0] * len(gain)
            worse[2 * j : 2 * j + 2] = [q - p["quality_max"], c["quality"] - p["quality_max"]]
            rows.append(worse)
            room.append(0.0)
        best = max(best, -linprog(gain, rows, room).fun)
    return best


@pytest.mark.parametrize("seed", range(3))
def test_random_pools_against_a_grid(profit, seed):
    """Never below the best of the grid, and no more above it than the grid is coarse."""
    rng = random.Random(seed)
    data = haverly(rng.randint(9, 18), rng.randint(50, 600))
    for member in itertools.chain(data["pool_inputs"], data["direct_inputs"]):
        member["quality"] = round(rng.uniform(0.5, 3.5), 1)
        member["cost"] = rng.randint(4, 14)
    found, grid = profit(data), by_grid(data)
    assert grid * (1 - 1e-5) - 1e-6 <= found <= grid * 1.02 + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pool_inputs": []}, "data.pool_inputs: is empty"),
        ({"tanks": 2}, "tanks: is not known here"),
        (
            {"products": [{"name": "A", "price": 1, "quality_max": 1, "max_demand": 1}]},
            "'A' is already the name",
        ),
    ],
)
def test_refusals(run, change, said):
    result = run("pooling_one_pool", {**haverly(16, 100), **change}, {"max_profit": 0})
    assert result.outcome == "refused" and said in result.message
