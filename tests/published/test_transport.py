"""Transport cases of our own: optima by hand and by another linear program."""

import itertools
import random

import pytest
from scipy.optimize import linprog

from case_data import shipping
from symbiosis.studies.verify import (
    exit_code,
)


def test_supply_above_demand_is_left_unused(cost):
    """The cheaper plant sends all 6: 6 x 2. Were supply exact, 4 more would have nowhere to go."""
    assert cost("transport", shipping([10, 10], [6], [[2], [3]])) == pytest.approx(12)


@pytest.mark.parametrize("demand", [11, 10.00002, 1000])
def test_demand_above_supply_has_no_plan(run, demand):
    result = run("transport", shipping([6, 4], [demand], [[2], [3]]))
    assert result.outcome == "miss"
    assert result.figures[0].computed is None
    assert f"the demand of {demand:,} is above the capacity of 10" in result.message
    assert exit_code([result]) == 1


def test_balanced_sums_that_do_not_add_up_in_floating_point(cost):
    """0.1 + 0.2 is not 0.3 in binary; no plan would be a false answer."""
    assert cost("transport", shipping([0.1, 0.2], [0.3], [[1], [1]])) == pytest.approx(0.3)


def test_zeros_are_numbers_not_gaps(cost):
    """Demand 0 takes nothing, capacity 0 gives nothing, cost 0 is the cheapest way."""
    data = shipping([0, 8], [5, 0], [[1, 1], [0, 7]])
    assert cost("transport", data) == pytest.approx(0)


def test_nothing_to_do_costs_nothing(cost):
    assert cost("transport", shipping([8], [0, 0], [[1, 1]])) == pytest.approx(0)
    assert cost("transport", shipping([0], [0], [[1]])) == pytest.approx(0)


def test_missing_ways_are_not_free_ways(cost):
    """P1 cannot reach M2 (null), P2 has no way at all: 4 x 1 is all that can be; M2 from P3."""
    data = shipping([9, 9, 9], [4, 3], [[1, None], None, [5, 2]])
    assert cost("transport", data) == pytest.approx(4 * 1 + 3 * 2)


def test_market_without_any_way_has_no_plan(run):
    result = run("transport", shipping([9], [4, 3], [[1, None]]))
    assert result.outcome == "miss"
    assert "M2" in result.message


def test_negative_costs_are_gains(cost):
    assert cost("transport", shipping([9, 9], [4], [[-2], [1]])) == pytest.approx(-8)


def test_capacity_without_limit(cost):
    data = shipping([None, 5], [1e6], [[3], [1]])
    assert cost("transport", data) == pytest.approx(5 + 3 * (1e6 - 5))
    huge = shipping([1e30, 5], [10], [[3], [1]])
    assert cost("transport", huge) == pytest.approx(5 + 15)


def test_arcs_with_capacity_and_fixed_cost(cost):
    """10 units: the cheap way takes 4 (cost 1), the rest 6 x 3; its fixed cost is worth 4 x 2 - 5.

    With 9 to pay the cheap way saves 8 only and stays unused: 30.
    """
    data = shipping([10, 10], [10], [[1], [3]], arc_capacity=[[4], [None]])
    assert cost("transport", data) == pytest.approx(4 + 18)
    assert cost("transport", data | {"fixed_cost": [[5], [0]]}) == pytest.approx(4 + 18 + 5)
    assert cost("transport", data | {"fixed_cost": [[9], [0]]}) == pytest.approx(30)


def test_names_with_any_sign_and_shared_between_plant_and_market(cost):
    """Names are labels: chinese, blanks, colons, quotes, and one at both ends."""
    names = ["兰州 红古", "A:B;C,'\"<>", "x" * 300, "兰州 红古", "\ud800", "passage 1", "a\nb"]
    data = {
        "plants": [{"name": name, "capacity": 10} for name in names],
        "markets": [{"name": name, "demand": 1} for name in names],
        "unit_cost": [[0 if i == j else 1 for j in range(7)] for i in range(7)],
    }
    assert cost("transport", data) == pytest.approx(0)


def test_costs_by_name(cost):
    """An object of objects says the same as the matrix; what is left out is no way."""
    by_name = {"P1": {"M1": 1}, "P2": {"M1": 5, "M2": 2}}
    data = shipping([9, 9], [4, 3], by_name)
    assert cost("transport", data) == pytest.approx(4 + 6)


def test_plants_to_open(cost):
    """P1 costs 10 to open and 1 a unit, P2 nothing and 4: worth it for 5 units, not for 3."""
    data = shipping([9, 9], [5], [[1], [4]])
    data["plants"][0]["fixed_cost"] = 10
    assert cost("transport", data) == pytest.approx(15)
    data["markets"][0]["demand"] = 3
    assert cost("transport", data) == pytest.approx(12)


def test_production_cost_is_paid_beside_freight(cost):
    data = shipping([9, 9], [5], [[1], [2]])
    data["plants"][0]["unit_cost"] = 3
    assert cost("transport", data) == pytest.approx(10)


@pytest.mark.parametrize("seed", range(12))
def test_transport_against_a_linear_program(cost, seed):
    """Random costs (some negative, some missing), arc capacities, any balance."""
    draw = random.Random(seed)
    m, n = draw.randint(1, 5), draw.randint(1, 6)
    capacity = [draw.choice([0, 5, 12.5, 40, 1e4]) for _ in range(m)]
    demand = [draw.choice([0, 3, 7.25, 11]) for _ in range(n)]
    unit_cost = [
        [draw.choice([None, 0, -1.5, 2, 3.75, 9, 120]) for _ in range(n)] for _ in range(m)
    ]
    limit = [[draw.choice([None, 0, 4, 9]) for _ in range(n)] for _ in range(m)]
    bounds = [
        (0, 0 if c is None else u)
        for c, u in zip(itertools.chain(*unit_cost), itertools.chain(*limit), strict=True)
    ]
    of_plant = [[1 if k // n == i else 0 for k in range(m * n)] for i in range(m)]
    of_market = [[1 if k % n == j else 0 for k in range(m * n)] for j in range(n)]
    judge = linprog(
        [c or 0 for c in itertools.chain(*unit_cost)],
        A_ub=of_plant,
        b_ub=capacity,
        A_eq=of_market,
        b_eq=demand,
        bounds=bounds,
    )
    ours = cost("transport", shipping(capacity, demand, unit_cost, arc_capacity=limit))
    assert (ours is None) == (judge.status == 2)
    if ours is not None:
        assert ours == pytest.approx(judge.fun, abs=1e-6)
