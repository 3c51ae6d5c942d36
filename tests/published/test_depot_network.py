"""Depot networks of our own: optima by hand, by min-cost flow and by every choice of depots."""

import itertools
import json
import math
import random

import networkx as nx
import pytest

from case_data import CASES, depots


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
