"""Published cases and cases of our own: the figures come out, and what cannot be read is refused.

The shared cases prove that parks and published problems are solved by the same blocks: a wrong
balance, capacity or cost in any of them would move an optimum. `orlib_capb` (100 x 1000, a minute)
is left to `symbiosis verify` and the benchmarks.
"""

import itertools
import json
import math
import random
from typing import Any

import networkx as nx
import pytest
from scipy.optimize import linprog

from symbiosis.domain.errors import UsageError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.studies.published.case import read_case
from symbiosis.studies.verify import (
    CaseResult,
    case_files,
    exit_code,
    verify,
    verify_case,
    verify_each,
)

CASES = datasets_folder() / "cases"
SUPPORTED = sorted(
    file
    for family in (
        "process_supply_network",
        "facility_location",
        "graph_metrics",
        "ecological_network",
    )
    for file in (CASES / family).glob("*.json")
    if file.stem != "orlib_capb"
)

HEAT = ("heat_cascade", "heat_matches")  # in test_heat.py


@pytest.fixture
def run(tmp_path):
    """Write a case to a file and verify it."""

    def run_case(kind: str, data: Any, published: Any = None, /, **other: Any) -> CaseResult:
        file = tmp_path / "case.json"
        case = {"name": "case", "family": kind, "kind": kind, "data": data}
        case["published"] = {"min_cost": 0} if published is None else published
        file.write_text(json.dumps({**case, **other}), encoding="utf-8")
        (result,) = verify([file])
        return result

    return run_case


@pytest.fixture
def cost(run):
    """Least cost of a case; None if it has no plan."""

    def least_cost(kind: str, data: Any) -> float | None:
        result = run(kind, data)
        assert result.outcome != "refused", result.message
        return result.figures[0].computed

    return least_cost


def plants(*capacities: Any, **other: Any) -> list[dict[str, Any]]:
    return [{"name": f"P{i}", "capacity": c, **other} for i, c in enumerate(capacities, 1)]


def markets(*demands: float) -> list[dict[str, Any]]:
    return [{"name": f"M{j}", "demand": d} for j, d in enumerate(demands, 1)]


def shipping(capacities: Any, demands: Any, unit_cost: Any, **other: Any) -> dict[str, Any]:
    return {
        "plants": plants(*capacities),
        "markets": markets(*demands),
        "unit_cost": unit_cost,
        **other,
    }


# --- the shared cases ---------------------------------------------------------------------------


@pytest.mark.parametrize("file", SUPPORTED, ids=lambda file: file.stem)
def test_shared_case_is_reproduced(file):
    result = verify_case(read_case(file))
    assert result.ok is True, result.as_dict()


def test_every_embedded_case_can_be_read_and_has_an_answer():
    """Families that come later are neither a pass nor a miss; facts are not scored."""
    outcomes = {
        result.family: result.ok
        for file in case_files()
        if file not in SUPPORTED and file.stem != "orlib_capb" and file.parent.name not in HEAT
        for result in verify([file])
    }
    assert set(outcomes.values()) == {None}
    assert outcomes["symbiosis_facts"] is None


def test_json_keeps_its_keys(run):
    result = run("transport", ONE, {"min_cost": 10}, tolerance={"default": {"abs": 0.5}})
    shown = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert {"name", "family", "ok", "figures"} <= set(shown)
    assert shown["figures"] == [
        {"name": "min_cost", "published": 10, "computed": 10, "tolerance": 0.5, "ok": True}
    ]


# --- transport ----------------------------------------------------------------------------------


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


# --- depot networks -----------------------------------------------------------------------------


def depots(data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Factory F (100) -> depot D (6, 1 a unit) or E (9, 2 a unit) -> customer C (5), 10 direct."""
    network = {
        "factories": [{"name": "F", "capacity": 100}],
        "depots": [{"name": "D", "capacity": 6}, {"name": "E", "capacity": 9}],
        "customers": [{"name": "C", "demand": 5}],
        "arcs": [
            {"from": "F", "to": "D", "cost": 0.5},
            {"from": "D", "to": "C", "cost": 0.5},
            {"from": "F", "to": "E", "cost": 1},
            {"from": "E", "to": "C", "cost": 1},
            {"from": "F", "to": "C", "cost": 10},
        ],
    }
    return network | (data or {}) | changes


def test_depot_hands_on_what_arrives_up_to_its_capacity(cost):
    """6 through D at 1, 9 through E at 2, the rest direct at 10: 5, then 6+2*9, then + 10."""
    for demand, expected in ((5, 5), (15, 24), (16, 34)):
        data = depots(customers=[{"name": "C", "demand": demand}])
        assert cost("depot_network", data) == pytest.approx(expected)


def test_depot_gives_nothing_of_its_own(run):
    """Without a way in, a depot is empty: 5 direct at 10. A leak would cost 2.5."""
    data = depots()
    data["arcs"] = [arc for arc in data["arcs"] if arc["to"] not in ("D", "E")]
    result = run("depot_network", data, {"min_cost": 50, "flows": {"F": {"C": 5}, "D": {"C": 0}}})
    assert result.ok, result.as_dict()


def test_depots_may_pass_on_to_depots(cost):
    data = depots()
    data["arcs"] = [
        {"from": "F", "to": "D", "cost": 1},
        {"from": "D", "to": "E", "cost": 0},
        {"from": "E", "to": "D", "cost": 0},
        {"from": "E", "to": "C", "cost": 1},
    ]
    assert cost("depot_network", data) == pytest.approx(10)


def test_throughput_cost(cost):
    data = depots()
    data["depots"][0]["throughput_cost"] = 0.7
    assert cost("depot_network", data) == pytest.approx(5 * 1.7)
    data["depots"][0]["throughput_cost"] = 1.5
    assert cost("depot_network", data) == pytest.approx(10)


def test_depot_is_opened_when_it_is_worth_it(run):
    """D saves 1 a unit against E: 5 in all. For 4 it is opened, for 6 it is not."""
    for fixed, expected, opened in ((4, 9, ["D", "E"]), (6, 10, ["E"])):
        data = depots()
        data["depots"][0]["fixed_cost"] = fixed
        result = run("depot_network", data, {"min_cost": expected, "open_depots": opened})
        assert result.ok, result.as_dict()


def test_existing_depot_that_saves_money_when_closed(cost):
    """Keeping E costs the 3 it would save; without demand for it, it is closed: 5 - 3."""
    data = depots()
    data["depots"][1]["closing_saving"] = 3
    assert cost("depot_network", data) == pytest.approx(2)
    data["customers"][0]["demand"] = 15
    assert cost("depot_network", data) == pytest.approx(24)


def test_depot_that_must_stand_is_paid_for(cost):
    data = depots()
    data["depots"][1] |= {"fixed_cost": 3, "optional": False}
    assert cost("depot_network", data) == pytest.approx(5 + 3)


def test_expansion_is_bought_when_it_is_worth_it(run):
    """10 units: 6 through D, 4 through E cost 6 + 8 = 14. 3 more at D save 3, 4 of room cost 2."""
    data = depots(customers=[{"name": "C", "demand": 10}])
    data["depots"][0]["expansion"] = {"capacity": 3, "cost": 2}
    published = {"min_cost": 9 + 2 + 2, "expanded": ["D"], "flows": {"D": {"C": 9}, "E": {"C": 1}}}
    result = run("depot_network", data, published)
    assert result.ok, result.as_dict()
    data["depots"][0]["expansion"] = {"capacity": 3, "cost": 4}
    result = run("depot_network", data, {"min_cost": 14, "expanded": 0})
    assert result.ok, result.as_dict()
    data["depots"][0]["expansion"] = {"capacity": 3, "cost": 0, "unit_cost": 0.5}
    assert run("depot_network", data, {"min_cost": 9 + 2 + 1.5}).ok
    data["depots"][0]["expansion"] = {"capacity": 3, "cost": 0}
    assert run("depot_network", data, {"min_cost": 11}).ok


def test_new_depot_can_be_opened_and_expanded(run):
    data = depots(customers=[{"name": "C", "demand": 9}])
    data["depots"] = [
        {"name": "D", "capacity": 6, "fixed_cost": 7, "expansion": {"capacity": 3, "cost": 2}}
    ]
    data["arcs"] = [arc for arc in data["arcs"] if "E" not in (arc["from"], arc["to"])]
    assert run("depot_network", data, {"min_cost": 9 + 7 + 2, "n_open": 1}).ok


def test_most_open_depots(run):
    """15 units need D and E; with one of them open, 9 go through E and 6 direct."""
    data = depots(customers=[{"name": "C", "demand": 15}], max_open=1)
    for depot in data["depots"]:
        depot["optional"] = True
    result = run("depot_network", data, {"min_cost": 18 + 60, "open_depots": 1})
    assert result.ok, result.as_dict()
    del data["depots"][0]["optional"]  # D stands: E cannot
    assert run("depot_network", data, {"min_cost": 6 + 90}).ok
    del data["depots"][1]["optional"]
    result = run("depot_network", data)
    assert "2 stand already, at most 1 may be open" in result.message


def test_lower_bound_of_an_arc(cost):
    """At least 2 of the 5 through E at 2 rather than 1; more than E can hold has no plan."""
    data = depots()
    data["arcs"][2]["lower_bound"] = 2
    assert cost("depot_network", data) == pytest.approx(3 + 4)
    data["arcs"][2]["capacity"] = 2
    assert cost("depot_network", data) == pytest.approx(3 + 4)
    data["arcs"][2]["capacity"] = 1
    assert cost("depot_network", data) is None
    del data["arcs"][2]["capacity"]
    data["arcs"][2]["lower_bound"] = 6
    assert cost("depot_network", data) is None


def test_parallel_arcs_are_both_used(cost):
    """4 at 0.1, then 5 direct at 10 otherwise; a lost second arc would cost 10 a unit."""
    data = depots(depots=[])
    data["arcs"] = [
        {"from": "F", "to": "C", "cost": 10},
        {"from": "F", "to": "C", "cost": 0.1, "capacity": 4},
    ]
    assert cost("depot_network", data) == pytest.approx(10.4)


def test_arcs_written_as_lists_and_with_null_costs(cost):
    data = depots()
    data["arcs"] = [["F", "C", 10], ["F", "D", 0.5], ["D", "C", 0.5, 2], ["E", "C", None]]
    assert cost("depot_network", data) == pytest.approx(2 + 30)


def test_factory_and_customer_of_one_name(cost):
    data = depots(customers=[{"name": "F", "demand": 5}], depots=[])
    data["arcs"] = [{"from": "F", "to": "F", "cost": 3}]
    assert cost("depot_network", data) == pytest.approx(15)


def test_williams_distribution_2(run):
    """The sequel of Distribution 1: Northampton opened, Birmingham enlarged, Newcastle closed.

    Williams (2013), Model Building in Mathematical Programming, problem 20: 174 000 a month.
    """
    case = json.loads((CASES / "process_supply_network/williams_distribution_1.json").read_text())
    data = case["data"] | {"max_open": 4}
    for depot in data["depots"]:
        depot |= {
            "Newcastle": {"closing_saving": 10_000},
            "Exeter": {"closing_saving": 5_000},
            "Birmingham": {"expansion": {"capacity": 20_000, "cost": 3_000}},
        }.get(depot["name"], {})
    data["depots"] += [
        {"name": "Bristol", "capacity": 30_000, "fixed_cost": 12_000},
        {"name": "Northampton", "capacity": 25_000, "fixed_cost": 4_000},
    ]
    for start, costs in {
        "Liverpool": {"Bristol": 0.6, "Northampton": 0.4},
        "Brighton": {"Bristol": 0.4, "Northampton": 0.3},
        "Bristol": {"C1": 1.2, "C2": 0.6, "C3": 0.5, "C5": 0.3, "C6": 0.8},
        "Northampton": {"C2": 0.4, "C4": 0.5, "C5": 0.6, "C6": 0.9},
    }.items():
        data["arcs"] += [{"from": start, "to": end, "cost": c} for end, c in costs.items()]
    published = {
        "min_cost": 174_000,
        "open_depots": ["Birmingham", "London", "Exeter", "Northampton"],
        "expanded": ["Birmingham"],
    }
    result = run("depot_network", data, published)
    assert result.ok, result.as_dict()


@pytest.mark.parametrize("seed", range(10))
def test_depot_network_against_min_cost_flow(cost, seed):
    """Random networks with arcs of every kind against networkx (whole numbers)."""
    draw = random.Random(seed)
    factories = [{"name": f"F{i}", "capacity": draw.randint(0, 40)} for i in range(3)]
    middle = [{"name": f"D{i}", "capacity": draw.randint(0, 30)} for i in range(3)]
    customers = [{"name": f"C{i}", "demand": draw.randint(0, 15)} for i in range(4)]
    pairs = [(a["name"], b["name"]) for a in factories for b in middle + customers]
    pairs += [(a["name"], b["name"]) for a in middle for b in middle + customers if a is not b]
    arcs = [
        {"from": a, "to": b, "cost": draw.randint(0, 20), "capacity": draw.choice([None, 5, 12])}
        for a, b in pairs
        if draw.random() < 0.7
    ]
    demand = sum(c["demand"] for c in customers)
    graph = nx.DiGraph()
    graph.add_node("source", demand=-demand)
    for f in factories:
        graph.add_edge("source", f["name"], capacity=f["capacity"], weight=0)
    for d in middle:
        graph.add_edge(d["name"], d["name"] + "'", capacity=d["capacity"], weight=0)
    for c in customers:
        graph.add_node(c["name"], demand=c["demand"])
    for arc in arcs:
        start = arc["from"] + ("'" if arc["from"].startswith("D") else "")
        limit = {} if arc["capacity"] is None else {"capacity": arc["capacity"]}
        graph.add_edge(start, arc["to"], weight=arc["cost"], **limit)
    try:
        expected = nx.min_cost_flow_cost(graph)
    except nx.NetworkXUnfeasible:
        expected = None
    data = {"factories": factories, "depots": middle, "customers": customers, "arcs": arcs}
    ours = cost("depot_network", data)
    assert (ours is None) == (expected is None)
    if expected is not None:
        assert ours == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_depot_choice_against_every_choice(cost, seed):
    """Opening, closing and enlarging against the best of all combinations, each without choice."""
    draw = random.Random(seed)
    network = depots()
    network["customers"] = [{"name": f"C{j}", "demand": draw.randint(1, 9)} for j in range(4)]
    network["arcs"] = [["F", f"C{j}", 40] for j in range(4)]
    network["arcs"] += [["F", f"D{i}", draw.randint(0, 5)] for i in range(3)]
    network["arcs"] += [[f"D{i}", f"C{j}", draw.randint(0, 12)] for i in range(3) for j in range(4)]
    capacity = [draw.randint(3, 12) for _ in range(3)]
    fixed, saving = draw.randint(0, 120), draw.randint(0, 120)
    extra, extra_cost = draw.randint(1, 9), draw.randint(0, 90)
    network["depots"] = [
        {"name": "D0", "capacity": capacity[0], "fixed_cost": fixed},
        {"name": "D1", "capacity": capacity[1], "closing_saving": saving},
        {
            "name": "D2",
            "capacity": capacity[2],
            "expansion": {"capacity": extra, "cost": extra_cost},
        },
    ]
    network["max_open"] = 2
    best = math.inf
    for first, second, larger in itertools.product((0, 1), repeat=3):
        if first + second + 1 > 2:
            continue
        sizes = [first * capacity[0], second * capacity[1], capacity[2] + larger * extra]
        plain = network | {
            "depots": [{"name": f"D{i}", "capacity": s} for i, s in enumerate(sizes)]
        }
        plain.pop("max_open")
        flow = cost("depot_network", plain)
        assert flow is not None
        best = min(best, flow + first * fixed - (1 - second) * saving + larger * extra_cost)
    assert cost("depot_network", network) == pytest.approx(best)


# --- facility location --------------------------------------------------------------------------


def sites(*pairs: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"S{i}", "capacity": capacity, "fixed_cost": fixed}
        for i, (capacity, fixed) in enumerate(pairs, 1)
    ]


def customers(*pairs: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"K{j}", "demand": demand, "cost_full_demand": costs}
        for j, (demand, costs) in enumerate(pairs, 1)
    ]


def location(capacitated: bool, where: Any, whom: Any, **other: Any) -> dict[str, Any]:
    return {"capacitated": capacitated, "sites": where, "customers": whom, **other}


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


# --- graphs and ecological networks -------------------------------------------------------------


def test_directed_graph(run):
    """a -> b -> c: b lies on the one path from a to c, of (3-1)(3-2) = 2 ordered pairs."""
    data = {"directed": True, "nodes": ["a", "b", "c"], "edges": [["a", "b"], ["b", "c", 2.5]]}
    published = {
        "n_edges": 2,
        "in_degree": {"a": 0, "b": 1},
        "betweenness_normalised": {"a": 0, "b": 0.5},
    }
    assert run("graph_metrics", data, published).ok
    assert not run("graph_metrics", data | {"directed": False}, published).ok


def test_graph_of_objects_numbers_and_lonely_nodes(run):
    data = {"nodes": [{"name": "甲"}, {"id": 2}, "3"], "edges": [{"from": "甲", "to": 2}]}
    published = {"n_nodes": 3, "degree": {"甲": 1, "2": 1, "3": 0}}
    assert run("graph_metrics", data, published).ok


def test_ecological_network_with_keys_left_out(run):
    """10 in, 10 out, half of A's 20 goes round through B: 0.5 of a throughflow of 30."""
    data = {"flows": [["A", "B", 10], ["B", "A", 10]], "imports": {"A": 10}, "exports": {"A": 10}}
    published = {"throughflow": 30, "finn_cycling_index": 0.5}
    assert run("ena", data, published).ok
    listed = {
        "compartments": ["A", "B"],
        "flows": [{"from": "A", "to": "B", "flow": 10}, {"from": "B", "to": "A", "amount": 10}],
        "imports": [10, 0],
        "exports": [10, None],
        "respirations": None,
    }
    assert run("ena", listed, published).ok


# --- comparing ----------------------------------------------------------------------------------

ONE = shipping([5], [5], [[2]])  # costs 10


@pytest.mark.parametrize(
    ("published", "tolerance", "ok"),
    [
        (10.000009, {}, True),
        (10.00002, {}, False),
        (10.4, {"default": {"abs": 0.5}}, True),
        (10.6, {"default": {"abs": 0.5}}, False),
        (10.6, {"default": {"abs": 0.5, "rel": 0.1}}, True),
        (10.6, {"default": {"abs": 5}, "min_cost": {"abs": 0.5}}, False),
        (10.6, {"default": {"abs": 0}, "min_cost": {"rel": 0.1}}, True),
        (-10, {"default": {"rel": 1}}, False),
    ],
)
def test_tolerance(run, published, tolerance, ok):
    """|x - published| <= max(abs, rel |published|); a figure's own stands before the default."""
    result = run("transport", ONE, {"min_cost": published}, tolerance=tolerance)
    assert result.ok is ok
    assert exit_code([result]) == (0 if ok else 1)


def test_tolerance_of_nested_figures(run):
    data = {"edges": [["a", "b"], ["b", "c"]]}
    published = {"degree": {"a": 1.4, "b": 2.4}, "n_nodes": 3}
    tight = {"default": {"abs": 0.1}}
    for tolerance, ok in (
        ({"degree": {"abs": 0.5}}, True),
        ({"degree": {"a": {"abs": 0.5}, "b": {"abs": 0.5}}}, True),
        ({"degree": {"a": {"abs": 0.5}}}, False),
        ({"degree.a": {"abs": 0.5}, "degree.b": {"abs": 0.1}}, False),
    ):
        assert run("graph_metrics", data, published, tolerance=tight | tolerance).ok is ok


def test_figure_that_we_do_not_compute_is_a_miss_with_its_name(run):
    result = run("transport", ONE, {"min_cost": 10, "max_profit": 3})
    assert result.outcome == "miss"
    assert [f.ok for f in result.figures] == [True, False]
    assert result.figures[1].computed is None
    assert result.message == "not computed: max_profit"


def test_reference_data_and_cases_without_a_figure_are_not_scored(run):
    assert run("transport", {"nonsense": 1}, status="reference_only").ok is None
    assert run("facts", {}, {}).ok is None
    assert run("transport", ONE, {}).ok is None


@pytest.mark.parametrize("kind", ["source_sink", "cost_game"])
def test_kinds_to_come_are_neither_pass_nor_miss(run, kind):
    result = run(kind, {}, {"x": 1})
    assert result.ok is None
    assert result.message == "cases of this kind are not yet supported"
    assert exit_code([result]) == 0


# --- refusals -----------------------------------------------------------------------------------


def changed(data: Any, path: str, value: Any) -> Any:
    """A copy with one part changed; `...` takes it out."""
    copy = json.loads(json.dumps(data))
    *way, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    inner = copy
    for key in way:
        inner = inner[key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return copy


SITES = location(True, sites((5, 1)), customers((4, [2])))
GRAPH = {"nodes": ["a", "b"], "edges": [["a", "b"]]}
WEB = {"compartments": ["A", "B"], "flows": [["A", "B", 1]], "imports": {"A": 1}}


@pytest.mark.parametrize(
    ("kind", "data", "path", "value", "said"),
    [
        ("transport", ONE, "plants", ..., "data.plants: is missing"),
        ("transport", ONE, "plants", [], "data.plants: is empty"),
        ("transport", ONE, "plants", "P1", "data.plants: 'P1' is not a list"),
        ("transport", ONE, "plants.0", "P1", "data.plants[0]: 'P1' is not an object"),
        ("transport", ONE, "plants.0.name", ..., "data.plants[0].name: is missing"),
        ("transport", ONE, "plants.0.name", " ", "data.plants[0].name: ' ' is not a name"),
        ("transport", ONE, "plants.0.capacity", -1, "data.plants[0].capacity: '-1' must be 0"),
        ("transport", ONE, "plants.0.capacity", "5", "data.plants[0].capacity: '5' is not a num"),
        ("transport", ONE, "plants.0.capacity", True, "'True' is not a number"),
        ("transport", ONE, "plants.0.capacity", math.inf, "'inf' is not a finite number"),
        ("transport", ONE, "plants.0.colour", "red", "data.plants[0].colour: is not known here"),
        ("transport", ONE, "plants.0.supply", 5, "says the same as 'capacity'"),
        ("transport", ONE, "markets.0.demand", -3, "data.markets[0].demand: '-3' must be 0 or"),
        ("transport", ONE, "markets.0.demand", ..., "data.markets[0].demand: is missing"),
        ("transport", ONE, "unit_cost", [], "data.unit_cost: has 0 members, expected are 1"),
        ("transport", ONE, "unit_cost", [[1, 2]], "data.unit_cost[0]: has 2 members, expected ar"),
        ("transport", ONE, "unit_cost", [["x"]], "data.unit_cost[0][0]: 'x' is not a number"),
        ("transport", ONE, "unit_cost", {"P7": {}}, "data.unit_cost: 'P7' is not a name of this"),
        ("transport", ONE, "budget", 9, "data.budget: is not known here, and would be left out"),
        ("transport", ONE, "arcs", [["P1", "M1", 2]], "data.unit_cost: says the same as 'arcs'"),
        ("depot_network", depots(), "arcs", ..., "data.arcs: is missing"),
        ("depot_network", depots(), "arcs.0.to", "X", "data.arcs[0].to: 'X' is not a name of"),
        ("depot_network", depots(), "arcs.0.from", "C", "data.arcs[0].from: 'C' is not a name"),
        ("depot_network", depots(), "arcs.0.to", "F", "data.arcs[0].to: 'F' is not a name of"),
        ("depot_network", depots(), "arcs.0.cost", ..., "data.arcs[0].cost: is missing"),
        ("depot_network", depots(), "arcs.0.loss", 0.1, "data.arcs[0].loss: is not known here"),
        ("depot_network", depots(), "arcs.0", ["F"], "data.arcs[0]: '['F']' is not an arc"),
        ("depot_network", depots(), "arcs.1.to", "D", "data.arcs[1].to: 'D' is also the start"),
        ("depot_network", depots(), "depots.1.name", "D", "data.depots[1].name: 'D' is already"),
        ("depot_network", depots(), "depots.1.name", "F", "data.depots[1].name: 'F' is already"),
        ("depot_network", depots(), "depots.0.expansion", {"size": 2}, "expansion.capacity: is"),
        ("depot_network", depots(), "depots.0.expansion", 2, "depots[0].expansion: '2' is not an"),
        ("facility_location", SITES, "capacitated", ..., "data.capacitated: is missing"),
        ("facility_location", SITES, "capacitated", "no", "data.capacitated: 'no' is neither"),
        ("facility_location", SITES, "sites.0.fixed_cost", None, "data.sites[0].fixed_cost: is m"),
        ("facility_location", SITES, "sites.0.fixed_cost", -1, "fixed_cost: '-1' must be 0 or mo"),
        ("facility_location", SITES, "customers.0.cost_full_demand", [], "has 0 members"),
        ("facility_location", SITES, "single_source", True, "data.single_source: is not known"),
        ("graph_metrics", GRAPH, "edges", ..., "data.edges: is missing"),
        ("graph_metrics", GRAPH, "edges.0", ["a", "z"], "data.edges[0][1]: 'z' is not a name"),
        ("graph_metrics", GRAPH, "edges.0", ["a"], "data.edges[0]: '['a']' is not a tie"),
        ("graph_metrics", GRAPH, "nodes", ["a", "a"], "data.nodes[1]: 'a' is already the name"),
        ("graph_metrics", GRAPH, "weighted", True, "data.weighted: is not known here"),
        ("ena", WEB, "flows", ..., "data.flows: is missing"),
        ("ena", WEB, "flows.0", ["A", "B", -1], "data.flows[0][2]: '-1' must be 0 or more"),
        ("ena", WEB, "flows.0", ["A", "Z", 1], "data.flows[0][1]: 'Z' is not a name"),
        ("ena", WEB, "imports", {"Q": 1}, "data.imports: 'Q' is not a name of this case"),
        ("ena", WEB, "imports", {"A": -1}, "data.imports.A: '-1' must be 0 or more"),
    ],
)
def test_bad_data_are_refused_by_file_and_key(run, kind, data, path, value, said):
    result = run(kind, changed(data, path, value))
    assert result.outcome == "refused"
    assert result.ok is False
    assert said in result.message
    assert result.message.startswith("case.json: ")
    assert "\n" not in result.message
    assert exit_code([result]) == 2


def test_costs_of_an_existing_depot_that_can_mean_two_things_are_refused(run):
    data = depots()
    data["depots"][0] |= {"existing": True, "fixed_cost": 3}
    assert "can mean two things" in run("depot_network", data).message


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kind": None}, "case.json: kind: is missing"),
        ({"kind": "transprot"}, "'transprot' is not one of"),
        ({"kind": "transprot"}, "closest is 'transport'"),
        ({"data": None}, "case.json: data: is missing"),
        ({"data": [1]}, "case.json: data: '[1]' is not an object"),
        ({"published": None}, "case.json: published: is missing"),
        ({"published": 5}, "case.json: published: '5' is not an object"),
        ({"published": {"x": {"y": math.nan}}}, "published.x.y: 'nan' is not a finite number"),
        ({"published": {"min_cost": 10**400}}, "published.min_cost: '1000"),
        ({"published": {"x": [[1]]}}, "published.x: '[1]' is neither a number nor a name"),
        ({"status": "draft"}, "case.json: status: 'draft' is not one of verified"),
        ({"tolerance": 0.1}, "case.json: tolerance: '0.1' is not an object"),
        ({"tolerance": {"default": 0.1}}, "case.json: tolerance.default: '0.1' is not an object"),
        ({"tolerance": {"default": {"abs": -1}}}, "tolerance.default.abs: '-1' must be 0"),
        ({"tolerance": {"default": {"absolute": 1}}}, "tolerance.default.absolute: is not known"),
    ],
)
def test_bad_frame_is_refused(run, other, said):
    result = run("transport", ONE, **other)
    assert result.outcome == "refused"
    assert said in result.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[1]", "broken.json: '[1]' is not an object"),
        (b"[" * 100_000, "is not JSON"),
        (b"{\xff\xfa}", "is not a text file"),
        (b"{'kind'}", "is not JSON"),
        (b'{"kind": "transport", "data": {"a": 1, "a": 2}}', "'a' stands twice in one object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
    ],
)
def test_a_file_that_is_no_case_does_not_stop_the_others(tmp_path, content, said):
    (tmp_path / "broken.json").write_bytes(content)
    inner = tmp_path / "inner"
    inner.mkdir()
    good = {"name": "good", "kind": "transport", "data": ONE, "published": {"min_cost": 10}}
    (inner / "good.json").write_text(json.dumps(good), encoding="utf-8-sig")
    (inner / "._good.json").write_bytes(b"\x00")
    (inner / "notes.txt").write_text("nothing")
    broken, fine = verify([tmp_path])
    assert broken.outcome == "refused"
    assert said in broken.message
    assert fine.ok is True
    assert exit_code([broken, fine]) == 2


def test_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(UsageError, match="is neither a case nor a folder"):
        verify([tmp_path / "none.json"])
    with pytest.raises(UsageError, match="holds no case"):
        verify_each([tmp_path])
