"""Facility location of our own: optima by hand and by every choice of sites."""

import itertools
import math
import random

import pytest
from scipy.optimize import linprog

from case_data import customers, location, sites


def test_capacities_count_only_when_the_case_says_so(run):
    """Uncapacitated, S1 alone serves both: 10 + 2 + 2. With 5 of 8 units, K2's rest costs S2's 4+1.

    Of K2's 4 units one is served by S1 (cost 2 in full) and three by S2 (cost 4 in full).
    """
    where, whom = sites((5, 10), (9, 4)), customers((4, [2, 9]), (4, [2, 4]))
    published = {"min_cost": 4 + 9 + 4, "open_sites": ["S2"]}
    assert run("facility_location", location(True, sites((5, 10), (9, 4)), whom), published).ok
    result = run("facility_location", location(False, where, whom), {"min_cost": 14, "n_open": 1})
    assert result.ok, result.as_dict()
    where[1]["capacity"] = 7
    published = {"min_cost": 10 + 4 + 2 + 0.25 * 2 + 0.75 * 4, "open_sites": 2}
    result = run("facility_location", location(True, where, whom), published)
    assert result.ok, result.as_dict()


def test_capacity_left_out_is_no_limit(cost):
    where = sites((None, 10), (1, 0))
    del where[0]["capacity"]
    whom = customers((4, [2, 1]))
    assert cost("facility_location", location(True, where, whom)) == pytest.approx(
        min(10 + 2, 10 + 0.75 * 2 + 0.25 * 1)
    )


def test_customer_without_demand_is_served_all_the_same(cost):
    """Its cost is that of the cheapest open site, as in the sum of cost x share of customers."""
    where, whom = sites((9, 1), (9, 100)), customers((4, [2, 1]), (0, [7, 3]))
    for capacitated in (True, False):
        data = location(capacitated, where, whom)
        assert cost("facility_location", data) == pytest.approx(1 + 2 + 7)
    only = location(True, sites((0, 5), (0, 9)), customers((0, [7, 3])))
    assert cost("facility_location", only) == pytest.approx(12)


def test_free_sites_and_free_service(cost):
    data = location(True, sites((4, 0), (4, 0)), customers((3, [0, 0]), (5, [0, 0])))
    assert cost("facility_location", data) == pytest.approx(0)


def test_sites_that_cannot_serve(cost):
    data = location(False, sites((9, 1), (9, 2)), customers((4, [None, 5]), (4, [1, None])))
    assert cost("facility_location", data) == pytest.approx(1 + 2 + 5 + 1)
    by_name = location(False, sites((9, 1), (9, 2)), customers((4, {"S2": 5}), (4, {"S1": 1})))
    assert cost("facility_location", by_name) == pytest.approx(9)


def test_too_little_capacity_has_no_plan(run):
    result = run("facility_location", location(True, sites((3, 1), (4, 1)), customers((8, [1, 1]))))
    assert result.outcome == "miss"
    assert "the demand of 8 is above the capacity of 7" in result.message


def test_most_open_sites(cost):
    """The 1-median of three customers on a line at 0, 1 and 5 is the middle one: 1 + 4."""
    distance = [[abs(a - b) for a in (0, 1, 5)] for b in (0, 1, 5)]
    data = location(
        False, sites((None, 0), (None, 0), (None, 0)), customers(*((1, d) for d in distance))
    )
    assert cost("facility_location", data) == pytest.approx(0)
    assert cost("facility_location", data | {"max_open": 1}) == pytest.approx(5)


@pytest.mark.parametrize("seed", range(12))
def test_facility_location_against_every_choice(cost, seed):
    """Every set of open sites, each with its transport problem, on tiny instances."""
    draw = random.Random(seed)
    m, n, capacitated = draw.randint(2, 4), draw.randint(2, 5), seed % 2 == 0
    where = sites(*((draw.choice([0, 4, 9, None]), draw.randint(0, 30)) for _ in range(m)))
    whom = customers(
        *(
            (draw.choice([0, 1, 2.5, 6]), [draw.choice([None, *range(25)]) for _ in range(m)])
            for _ in range(n)
        )
    )
    best = math.inf
    for opened in itertools.product((0, 1), repeat=m):
        bounds = [
            (0, opened[i] if k["cost_full_demand"][i] is not None else 0)
            for k in whom
            for i in range(m)
        ]
        limited = [i for i in range(m) if capacitated and where[i]["capacity"] is not None]
        judge = linprog(
            [c or 0 for k in whom for c in k["cost_full_demand"]],
            A_ub=[[k["demand"] * (i == s) for k in whom for i in range(m)] for s in limited]
            or None,
            b_ub=[where[s]["capacity"] for s in limited] or None,
            A_eq=[[1.0 * (j == q) for j in range(n) for _ in range(m)] for q in range(n)],
            b_eq=[1] * n,
            bounds=bounds,
        )
        if judge.status == 0:
            fixed = sum(o * s["fixed_cost"] for o, s in zip(opened, where, strict=True))
            best = min(best, judge.fun + fixed)
    ours = cost("facility_location", location(capacitated, where, whom))
    assert (ours is None) == math.isinf(best)
    if ours is not None:
        assert ours == pytest.approx(best, abs=1e-6)
