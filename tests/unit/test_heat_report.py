"""Levels, reasons and exergy of a plan's heat: by hand, and caught when they are altered."""

from math import log

import pytest

from heat_parks import HALVES, flow, heat_park, level, standing, steam_site
from parks import plan
from symbiosis.planning.audit import audit_plan

T0 = 15 + 273.15


def work(heat, high, low):
    """Heat whose temperature falls evenly from `high` to `low` °C, as work."""
    return heat * (1 - T0 * log((high + 273.15) / (low + 273.15)) / (high - low))


def rows(found, table, zone):
    table = found.tables[table]
    return table[table["zone"] == zone].reset_index(drop=True)


def reasons(found, zone):
    levels = rows(found, "heat_levels", zone)
    levels = levels[levels["rejected"] > 1e-6]
    return {(row.high, row.low): row.reason for row in levels.itertuples(index=False)}


def one_place():
    """160 GJ from 150 to 70 °C, 100 GJ from 60 to 110 °C, approach 20 K: see test_audit_heat."""
    park = heat_park(heat={"approach_k": 20}).enterprise("A")
    flow(park, "A", 150, 70, 200, recoverable_share=0.8)
    return flow(park, "A", 60, 110, 0, heat_capacity_flow=2)


def test_levels_by_hand():
    """Shifted: 2 GJ/K given from 140 to 60 °C, 2 GJ/K taken from 120 to 70.

    40 GJ fall from above 120 °C through all of the need and are left, with 20 GJ from below 70.
    """
    levels = rows(plan(one_place()), "heat_levels", "A")
    assert list(zip(levels["high"], levels["low"], strict=True)) == [
        (140, 120),
        (120, 90),
        (90, 60),
    ]
    assert list(levels["available"]) == pytest.approx([40, 60, 60])
    assert list(levels["used"]) == pytest.approx([0, 60, 40])
    assert list(levels["passed"]) == pytest.approx([40, 40, 60])
    assert list(levels["rejected"]) == pytest.approx([40, 0, 20])
    assert set(levels.loc[levels["rejected"] > 0, "reason"]) == {"no_taker"}


def test_exergy_by_hand():
    (row,) = rows(plan(one_place()), "exergy", "A").itertuples(index=False)
    assert row.given == pytest.approx(work(160, 150, 70))
    assert row.taken == pytest.approx(work(100, 110, 60))
    assert row.utility == 0
    assert row.rejected == pytest.approx(work(40, 140, 120) + work(20, 70, 60))
    assert row.destroyed == pytest.approx(row.given - row.taken - row.rejected)
    assert row.destroyed > 0


def two_places(celsius=300.0, **link):
    """Gas at A, need between 80 and 120 °C at B, a level of 140 °C that could go 5 km."""
    park = heat_park().enterprise("A", "B", internal_integration=0)
    flow(park, "A", celsius, celsius - 20, 1000)
    flow(park, "B", 80, 120, 600)
    level(park, "lp", 140)
    standing(park, "A", "raise_lp")
    standing(park, "B", "use_lp")
    park.add("carriers", carrier_id="main", unit="GJ", reach=5)
    park.change("resources", "lp", carrier_id="main")
    return park.link("A", "B", "lp", **link) if link else park


@pytest.mark.parametrize(
    ("park", "reason"),
    [
        (lambda: two_places(fixed_cost=1e6), "too_dear"),
        (lambda: two_places(100.0, fixed_cost=1e6), "too_cold"),
        (lambda: far(two_places()), "too_far"),
        (lambda: two_places(freight=0.001), "no_taker"),
    ],
)
def test_why_heat_is_thrown_away(park, reason):
    """A dear main; gas too cold for the level; 45 km between the places; all need served.

    Moving heat costs a little, so what nobody needs stays at A.
    """
    assert set(reasons(plan(park()), "A:source").values()) == {reason}


def far(park):
    return park.change("enterprises", "B", lat=36.0, lon=103.5).change(
        "enterprises", "A", lat=36.0, lon=103.0
    )


def test_every_slice_has_its_own_reasons():
    """In summer nobody at B needs heat; in winter the main is too dear."""
    park = two_places(fixed_cost=1e6)
    park.settings["slices"] = HALVES
    for slice_id, factor in (("winter", 2), ("summer", 0)):
        park.add("profiles", profile_id="season", slice_id=slice_id, factor=factor)
    need = next(row for row in park.rows["thermal_streams"] if row.get("enterprise_id") == "B")
    need["profile_id"] = "season"
    levels = rows(plan(park), "heat_levels", "A:source")
    said = levels[levels["rejected"] > 0].groupby("slice")["reason"].unique()
    assert list(said["winter"]) == ["too_dear"] and list(said["summer"]) == ["no_taker"]


def test_the_ambient_temperature_is_a_setting():
    cold, warm = (
        rows(plan(steam_site(), heat={"ambient_celsius": t}), "exergy", "A:source").iloc[0]
        for t in (-10, 30)
    )
    assert cold["given"] > warm["given"] > 0


@pytest.mark.parametrize(
    ("table", "column", "check"),
    [
        ("heat_levels", "available", "heat_levels"),
        ("heat_levels", "used", "heat_levels"),
        ("heat_levels", "rejected", "heat_levels"),
        ("exergy", "given", "exergy"),
        ("exergy", "taken", "exergy"),
        ("exergy", "rejected", "exergy"),
        ("exergy", "destroyed", "exergy"),
    ],
)
def test_the_audit_catches_an_altered_number(table, column, check):
    dataset = one_place().dataset()
    found = plan(dataset)
    assert audit_plan(dataset, found).passed
    found.tables[table].loc[0, column] += 1
    failed = {c.name for c in audit_plan(dataset, found).checks if not c.passed}
    assert failed == {check}


def test_the_audit_asks_for_a_reason():
    dataset = one_place().dataset()
    found = plan(dataset)
    found.tables["heat_levels"]["reason"] = ""
    assert {c.name for c in audit_plan(dataset, found).checks if not c.passed} == {"heat_levels"}
