"""Pooling: the published optima are proven, and hand-worked and random pools."""

import itertools
import random
from dataclasses import replace

import pytest
from scipy.optimize import linprog

from case_data import CASES
from symbiosis.inputs.reader import dataset_from_raw
from symbiosis.inputs.tables import raw_from_rows
from symbiosis.planning.formulate import formulate
from symbiosis.planning.pooling import solve_problem
from symbiosis.planning.study import prepare
from symbiosis.studies.published.case import Fields, read_case
from symbiosis.studies.published.pooling import pooling
from symbiosis.studies.verify import verify_case
from symbiosis_models.solver import SolverOptions

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


def two_pools(rng):
    """A and B are mixed in P, that and C in Q; X takes from P and Q, Y from Q and D."""

    def given(name):
        quality = {"s": round(rng.uniform(0, 4), 1), "m": round(rng.uniform(0, 4), 1)}
        return {"name": name, "cost": rng.randint(2, 12), "quality": quality, "max_supply": 60}

    def sold(name):
        most = {"s": round(rng.uniform(1.5, 3), 1), "m": round(rng.uniform(1.5, 3), 1)}
        return {
            "name": name,
            "price": rng.randint(10, 20),
            "quality_max": most,
            "max_demand": rng.randint(40, 100),
        }

    return {
        "inputs": [given(name) for name in "ABCD"],
        "pools": [{"name": "P", "capacity": 70}, {"name": "Q", "capacity": 80}],
        "products": [sold("X"), sold("Y")],
        "arcs": ["AP", "BP", "PQ", "CQ", "PX", "QX", "QY", ["D", "Y", 1.0, 30]],
    }


def least_by_zoom(data, rounds=5, steps=8):
    """Best profit with the share of A in P and of P in Q held, over grids ever finer."""
    inputs = {x["name"]: x for x in data["inputs"]}
    products = {x["name"]: x for x in data["products"]}
    flows = ["PQ", "CQ", "PX", "QX", "QY", "DY"]

    def profit_at(a, b):
        def mixed(one, other, share, key):
            return share * one[key] + (1 - share) * other[key]

        tastes = {name: {**x["quality"], "cost": x["cost"]} for name, x in inputs.items()}
        tastes["P"] = {k: mixed(tastes["A"], tastes["B"], a, k) for k in ("s", "m", "cost")}
        tastes["Q"] = {k: mixed(tastes["P"], tastes["C"], b, k) for k in ("s", "m", "cost")}
        gain = {f: 0.0 for f in flows}
        for f in ("PX", "QX", "QY", "DY"):
            gain[f] = products[f[1]]["price"] - tastes[f[0]]["cost"] - (f == "DY")
        rows, room = [], []

        def row(cells, most):
            rows.append([cells.get(f, 0.0) for f in flows])
            room.append(most)

        for name, x in products.items():
            into = [f for f in flows if f[1] == name]
            row(dict.fromkeys(into, 1.0), x["max_demand"])
            for k, most in x["quality_max"].items():
                row({f: tastes[f[0]][k] - most for f in into}, 0.0)
        row({"PQ": 1, "PX": 1}, 70)
        row({"PQ": a, "PX": a}, 60)
        row({"PQ": 1 - a, "PX": 1 - a}, 60)
        row({"QX": 1, "QY": 1}, 80)
        row({"CQ": 1}, 60)
        row({"DY": 1}, 30)
        equal = [[1.0, 0, 0, -b, -b, 0], [0, 1.0, 0, b - 1, b - 1, 0]]
        found = linprog([-gain[f] for f in flows], rows, room, equal, [0, 0])
        return -found.fun

    best, at, width = -1.0, (0.5, 0.5), 0.5
    for _round in range(rounds):
        for i, j in itertools.product(range(steps + 1), repeat=2):
            a, b = (
                min(1.0, max(0.0, at[n] + width * (2 * k / steps - 1))) for n, k in ((0, i), (1, j))
            )
            value = profit_at(a, b)
            if value > best:
                best, new = value, (a, b)
        at, width = new, width / 3
    return best


@pytest.mark.parametrize("seed", range(3))
def test_two_pools_one_feeding_the_other_against_brute_force(run, seed):
    """Shares held on a grid that zooms in: the proven optimum is that of the finest grid."""
    data = two_pools(random.Random(seed))
    data["arcs"] = [list(arc) for arc in data["arcs"]]
    found = run("pooling", data, {"max_profit": 0}).figures[0].computed
    best = least_by_zoom(data)
    assert best * (1 - 1e-6) - 1e-6 <= found <= best * (1 + 1e-3) + 1e-3


def adhya_1():
    """Five inputs, two pools, four products, four qualities: optimum 549.80 (Adhya et al. 1999)."""
    qualities = ([1, 6, 4, 0.5], [4, 1, 3, 2], [4, 5.5, 3, 0.9], [3, 3, 3, 1], [1, 2.7, 4, 1.6])
    limits = ([3, 3, 3.25, 0.75], [4, 2.5, 3.5, 1.5], [1.5, 5.5, 3.9, 0.8], [3, 4, 4, 1.8])
    inputs = zip((7, 3, 2, 10, 5), qualities, strict=True)
    products = zip((16, 25, 15, 10), limits, (10, 25, 30, 10), strict=True)
    ways = ["1P", "2P", "3Q", "4Q", "5Q", *(pool + name for pool in "PQ" for name in "WXYZ")]
    return {
        "inputs": [
            {"name": str(k + 1), "cost": cost, "quality": quality, "max_supply": 75}
            for k, (cost, quality) in enumerate(inputs)
        ],
        "pools": [{"name": "P", "capacity": 75}, {"name": "Q", "capacity": 75}],
        "products": [
            {"name": name, "price": price, "quality_max": limit, "max_demand": most}
            for name, (price, limit, most) in zip("WXYZ", products, strict=True)
        ],
        "arcs": [list(way) for way in ways],
    }


def test_out_of_time_the_bound_is_honest_and_shown():
    """Adhya 1 takes longer: at every moment the optimum lies between plan and bound."""
    translation = pooling(Fields(adhya_1(), "data"))
    raw = raw_from_rows("adhya_1", translation.rows(), translation.settings)
    ready = prepare(dataset_from_raw(raw))
    problem = formulate(ready.dataset, ready.actors, ready.matches, ready.today)
    seen = []
    _model, solution, _times = solve_problem(problem, SolverOptions(0, 3, 0, seen.append))
    assert solution.status == "time_limit" and solution.gap > 1e-5
    assert len(seen) > 10
    for moment in (*seen, replace(seen[-1], incumbent=solution.objective, bound=solution.bound)):
        assert moment.bound >= 549.8030
        assert moment.incumbent is None or moment.incumbent <= 549.8032


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arcs": [["A", "Z"]]}, "'Z' is not a name of this case"),
        ({"arcs": [["A", "P"], ["A", "P"]]}, "data.arcs[1]: stands twice"),
        ({"arcs": [["P", "P"]]}, "is also the start of the arc"),
        ({"arcs": [["A"]]}, "is not an arc"),
        (
            {
                "products": [
                    {"name": "X", "price": 1, "quality_max": 1, "max_demand": 1, "min_demand": 2}
                ]
            },
            "is below the least amount, 2",
        ),
    ],
)
def test_refusals_of_arcs(run, change, said):
    data = {
        "inputs": [{"name": "A", "cost": 1, "quality": 1}],
        "pools": [{"name": "P"}],
        "products": [{"name": "X", "price": 2, "quality_max": 1, "max_demand": 1}],
    }
    assert run("pooling", data, {"max_profit": 1}).outcome == "match"
    result = run("pooling", {**data, **change}, {"max_profit": 0})
    assert result.outcome == "refused" and said in result.message


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
