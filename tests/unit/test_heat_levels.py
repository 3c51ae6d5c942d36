"""Levels of a plan's heat and why it is thrown away, by amount."""

import random

import networkx
import numpy as np
import pytest

from audits import failed, solved
from heat_parks import HALVES, flow, heat_park, level, machine, standing, three_places
from parks import plan, source_and_sink
from symbiosis.outputs.heat_document import heat_document
from symbiosis.planning.heat_rejected import REASONS, most_served


def rows(found, table, zone):
    table = found.tables[table]
    return table[table["zone"] == zone].reset_index(drop=True)


def reasons(found, zone, **keys):
    """Heat of a zone that is thrown away, by reason."""
    table = rows(found, "heat_rejected", zone)
    for column, value in keys.items():
        table = table[table[column] == value]
    return table.groupby("reason")["heat"].sum().to_dict()


def one_place():
    """160 GJ from 150 to 70 °C, 100 GJ from 60 to 110 °C, approach 20 K."""
    park = heat_park(heat={"approach_k": 20}).enterprise("A")
    flow(park, "A", 150, 70, 200, recoverable_share=0.8)
    return flow(park, "A", 60, 110, 0, heat_capacity_flow=2)


def test_levels_by_hand():
    """Shifted: 2 GJ/K given from 140 to 60 °C, 2 GJ/K taken from 120 to 70.

    40 GJ fall from above 120 °C through all of the need and are left, with 20 GJ from below 70.
    """
    found = plan(one_place())
    levels = rows(found, "heat_levels", "A")
    ends = list(zip(levels["high"], levels["low"], strict=True))
    assert ends == [(140, 120), (120, 90), (90, 60)]
    assert list(levels["available"]) == pytest.approx([40, 60, 60])
    assert list(levels["used"]) == pytest.approx([0, 60, 40])
    assert list(levels["passed"]) == pytest.approx([40, 40, 60])
    assert list(levels["rejected"]) == pytest.approx([40, 0, 20])
    assert reasons(found, "A") == {"no_taker": pytest.approx(60)}
    assert reasons(found, "A", high=140) == {"no_taker": pytest.approx(40)}


def test_the_document_of_a_plan_adds_its_heat_up():
    """The same by slice and band, with reasons and exergy; nothing where nothing has heat."""
    park = one_place()
    found, data = plan(park), park.dataset()
    (part,) = heat_document(data, found).values()
    ends = [(row["high"], row["low"]) for row in part["levels"]]
    assert ends == [(140, 120), (120, 90), (90, 60)]
    assert [row["passed"] for row in part["levels"]] == pytest.approx([40, 40, 60])
    assert part["rejected"] == {"no_taker": pytest.approx(60)}
    exergy = part["exergy"]
    assert exergy["destroyed"] == pytest.approx(
        exergy["given"] + exergy["utility"] - exergy["taken"] - exergy["rejected"]
    )
    assert 0 < exergy["destroyed"] < exergy["given"] and exergy["destroyed_by_machines"] == 0
    cold = source_and_sink()
    assert heat_document(cold.dataset(), plan(cold)) == {}


def two_places(celsius=300.0, raised="A", **link):
    """1000 GJ at A, 600 GJ wanted between 80 and 120 °C at B, a level of 140 °C that goes 5 km."""
    park = heat_park().enterprise("A", "B", internal_integration=0)
    flow(park, "A", celsius, celsius - 20, 1000)
    flow(park, "B", 80, 120, 600)
    level(park, "lp", 140)
    standing(park, raised, "raise_lp")
    standing(park, "B", "use_lp")
    park.add("carriers", carrier_id="main", unit="GJ", reach=5)
    park.change("resources", "lp", carrier_id="main")
    return park.link("A", "B", "lp", **link) if link else park


def far(park):
    park.change("enterprises", "A", lat=36.0, lon=103.0)
    return park.change("enterprises", "B", lat=36.0, lon=103.5)


@pytest.mark.parametrize(
    ("park", "expected"),
    [
        (lambda: two_places(fixed_cost=1e6), {"too_dear": 600, "no_taker": 400}),
        (lambda: two_places(raised="B"), {"not_offered": 600, "no_taker": 400}),
        (lambda: far(two_places()), {"too_far": 600, "no_taker": 400}),
        (lambda: two_places(50.0, fixed_cost=1e6), {"too_cold": 600, "no_taker": 400}),
        (lambda: two_places(freight=1e-4), {"no_taker": 400}),
    ],
)
def test_why_heat_is_thrown_away(park, expected):
    """A dear main; no boiler at A; 45 km between the places; gas of 50 °C; all need served.

    Of 1000 GJ no more than the 600 that are wanted could have served anybody, whatever the reason.
    """
    assert reasons(plan(park()), "A:source") == pytest.approx(expected)


def test_heat_without_a_carrier_of_its_level():
    """Gas from 100 to 80 °C is too cold for the level of 140, but 150 GJ of need lie below 90.

    500 of its GJ are above 90 °C and would do for them: nothing is offered that could carry them.
    The other 450 GJ of need are hotter than any carrier the gas could raise.
    """
    found = plan(two_places(100.0, fixed_cost=1e6))
    expected = {"not_offered": 150, "too_cold": 450, "no_taker": 400}
    assert reasons(found, "A:source") == pytest.approx(expected)


def test_a_way_through_other_machines():
    """C wants 300 GJ high and 500 low, of which B serves 400; A has 500 GJ of high pressure.

    It could be let down for the 100 GJ low, but the main is too dear. C has no user of it as it is.
    """
    park = three_places()
    next(x for x in park.rows["links"] if x["resource_id"] == "hp").update(fixed_cost=1e6)
    park.change("units", "B-raise_lp", capacity=400)
    park.rows["units"] = [x for x in park.rows["units"] if x["unit_id"] != "C-use_hp"]
    expected = {"too_dear": 100, "not_offered": 300, "no_taker": 100}
    assert reasons(plan(park), "A:source") == pytest.approx(expected)


def test_a_heat_pump_that_is_too_dear_is_a_way():
    """Heat of 60 to 40 °C serves 80 °C through a pump only, and power is too dear for it."""
    park = heat_park().enterprise("A", internal_integration=0)
    flow(park, "A", 60, 40, 100)
    flow(park, "A", 70, 80, 300)
    park.resource("power", kind="energy", unit="MWh", state="power").market("power", "buy", 1000)
    park.resource("warm", kind="energy", unit="GJ", balance="slice")
    park.recipe("pump", {"power": 0.1}, {"warm": 1}).recipe("use_warm", {"warm": 1}, {})
    machine(park, "pump", 30, 40, per=0.64)
    machine(park, "use_warm", 90, 85)
    standing(park, "A", "pump", "use_warm")
    found = plan(park)
    assert reasons(found, "A:source") == pytest.approx({"too_dear": 100})
    assert reasons(found, "A:sink") == {}


def test_a_heat_link_that_is_too_dear_is_a_way():
    """A duct could bring 80 of 100 GJ from A to B."""
    park = heat_park().enterprise("A", "B")
    flow(park, "A", 200, 100, 100, stream_id="gas")
    flow(park, "B", 40, 140, 80)
    park.add("heat_links", link_id="duct", from_stream="gas", to_stream="B", fixed_cost=1e6)
    assert reasons(plan(park), "A") == pytest.approx({"too_dear": 80, "no_taker": 20})


def test_hot_utility_of_the_same_place_may_be_too_hot():
    """40 GJ at 50 °C are thrown away where 40 GJ at 70 °C are bought."""
    park = heat_park().enterprise("A")
    flow(flow(park, "A", 50, 30, 40), "A", 70, 90, 40)
    assert reasons(plan(park), "A") == pytest.approx({"too_cold": 40})


def test_every_slice_has_its_own_reasons():
    """In summer nobody at B needs heat; in winter the main is too dear for 500 of its 600 GJ."""
    park = two_places(fixed_cost=1e6)
    park.settings["slices"] = HALVES
    for slice_id, factor in (("winter", 2), ("summer", 0)):
        park.add("profiles", profile_id="season", slice_id=slice_id, factor=factor)
    need = next(row for row in park.rows["thermal_streams"] if row.get("enterprise_id") == "B")
    need["profile_id"] = "season"
    found = plan(park)
    assert reasons(found, "A:source", slice="winter") == pytest.approx({"too_dear": 500})
    assert reasons(found, "A:source", slice="summer") == pytest.approx({"no_taker": 500})


def test_every_period_has_its_own_reasons():
    """The main is too dear in either."""
    periods = [{"id": "first", "years": 5}, {"id": "second", "years": 5}]
    park = two_places(fixed_cost=1e6)
    park.settings["periods"] = periods
    found = plan(park)
    for period in ("first", "second"):
        expected = {"too_dear": 600, "no_taker": 400}
        assert reasons(found, "A:source", period=period) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_the_flow_of_every_stage_is_the_largest(seed):
    """Against networkx's maximum flow; what a surplus gave in a stage it gives in the next."""
    rng = np.random.default_rng(seed)
    surplus, need = rng.integers(0, 20, rng.integers(1, 7)), rng.integers(0, 20, rng.integers(1, 7))
    chances = np.sort(rng.random(3))
    draw = rng.random((len(surplus), len(need)))
    stages = [draw < chance for chance in chances]
    served = most_served(surplus, need, stages)
    assert served.min() >= 0
    assert served.sum(axis=0) == pytest.approx(surplus)
    for n, allowed in enumerate(stages):
        graph = nx_graph(surplus, need, allowed)
        assert served[: n + 1].sum() == pytest.approx(networkx.maximum_flow_value(graph, "s", "t"))


def nx_graph(surplus, need, allowed):
    graph = networkx.DiGraph()
    graph.add_nodes_from("st")
    for i, amount in enumerate(surplus):
        graph.add_edge("s", ("from", i), capacity=int(amount))
    for j, amount in enumerate(need):
        graph.add_edge(("to", j), "t", capacity=int(amount))
    graph.add_edges_from((("from", i), ("to", j)) for i, j in np.argwhere(allowed).tolist())
    return graph


# ------------------------------------------------------------------------------------ tampering


def dear():
    """A main between two places that is not worth its cost."""
    return two_places(fixed_cost=1e6)


@pytest.mark.parametrize("column", ["available", "used", "brought", "passed", "rejected"])
def test_the_audit_catches_an_altered_level(column):
    dataset, found = solved(dear)
    assert not failed(dataset, found)
    found.tables["heat_levels"].loc[0, column] += 1
    assert "heat_levels" in failed(dataset, found)


def test_the_audit_catches_heat_told_at_another_level():
    """Between two levels of a place, every sum kept."""
    for column in ("available", "rejected"):
        dataset, found = solved(one_place)
        found.tables["heat_levels"].loc[[0, 1], column] += [-5.0, 5.0]
        assert "heat_levels" in failed(dataset, found)


def test_the_audit_asks_for_every_level():
    dataset, found = solved(one_place)
    found.tables["heat_levels"] = found.tables["heat_levels"].drop(1)
    assert "heat_levels" in failed(dataset, found)


def other_reason(table):
    table["reason"] = "no_taker"


def no_reason(table):
    table["reason"] = ""


def more_than_wanted(table):
    table["reason"] = [f"too_{'far' if x == 'no_taker' else 'dear'}" for x in table["reason"]]


def less(table):
    table.loc[0, "heat"] -= 1


@pytest.mark.parametrize("change", [other_reason, no_reason, more_than_wanted, less])
def test_the_audit_catches_altered_reasons(change):
    """600 GJ are wanted: that nobody could take them, or that 1000 could be used, is not true."""
    dataset, found = solved(dear)
    change(found.tables["heat_rejected"])
    assert "heat_rejected" in failed(dataset, found)


def test_reasons_have_words():
    from symbiosis.outputs.heat_screen import reason_text

    assert len({reason_text(reason) for reason in REASONS}) == len(REASONS)


def test_order_of_rows_means_nothing():
    """The same plan with the rows of its heat tables shuffled passes."""
    dataset, found = solved(dear)
    for name in ("heat", "heat_levels", "heat_rejected", "exergy"):
        order = random.Random(1).sample(range(len(found.tables[name])), len(found.tables[name]))
        found.tables[name] = found.tables[name].iloc[order].reset_index(drop=True)
    assert not failed(dataset, found)
