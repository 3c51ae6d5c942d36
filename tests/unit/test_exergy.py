"""Exergy and heat machines of a plan: by hand, as a whole, and caught when they are altered."""

from math import log

import pytest

from audits import copied, failed, solved
from heat_parks import (
    HALVES,
    LEVEL_K,
    flow,
    heat_park,
    level,
    machine,
    standing,
    steam_site,
    turbine_site,
)
from parks import amount, plan, prepared
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.suspicions.heat import more_work

T0 = 15 + 273.15


def work(heat, high, low=None):
    """Heat whose temperature falls evenly from `high` to `low` °C, as work."""
    above, below = high + 273.15, (high if low is None else low) + 273.15
    mean = above if above == below else (above - below) / log(above / below)
    return heat * (1 - T0 / mean)


def row(found, table, **keys):
    table = found.tables[table]
    for column, value in keys.items():
        table = table[table[column] == value]
    (only,) = table.itertuples(index=False)
    return only


def indicator(found, name):
    found = row(found, "indicators", name=name)
    return found.today, found.plan


def one_place():
    """160 GJ from 150 to 70 °C, 100 GJ from 60 to 110 °C, approach 20 K."""
    park = heat_park(heat={"approach_k": 20}).enterprise("A")
    flow(park, "A", 150, 70, 200, recoverable_share=0.8)
    return flow(park, "A", 60, 110, 0, heat_capacity_flow=2)


def test_a_cascade_by_hand():
    """40 GJ leave between 140 and 120 °C (shifted), 20 between 70 and 60."""
    found = plan(one_place())
    here = row(found, "exergy", zone="A")
    assert here.given == pytest.approx(work(160, 150, 70))
    assert here.taken == pytest.approx(work(100, 110, 60))
    assert here.utility == here.from_machines == here.to_machines == 0
    assert here.rejected == pytest.approx(work(40, 140, 120) + work(20, 70, 60))
    assert here.destroyed == pytest.approx(here.given - here.taken - here.rejected)
    assert here.destroyed > 0
    lost = here.destroyed + here.rejected
    assert indicator(found, "exergy_lost") == pytest.approx((lost, lost))
    assert indicator(found, "heat_rejected") == pytest.approx((60, 60))


def test_hot_utility_is_just_hot_enough():
    """Nothing but 40 GJ wanted between 70 and 90 °C: they are bought as heat of 90 °C."""
    found = plan(flow(heat_park().enterprise("A"), "A", 70, 90, 40))
    here = row(found, "exergy", zone="A")
    assert here.utility == pytest.approx(work(40, 90))
    assert here.destroyed == pytest.approx(work(40, 90) - work(40, 90, 70))


@pytest.mark.parametrize("wanted", [0.0, 2.0])
def test_heat_from_outside_that_is_thrown_away_is_worth_as_much_as_it_comes_in(wanted):
    """B must send 10 GJ a half-year; in summer none or 2 of them are wanted at A, up to 90 °C.

    The rest leaves where a boiler that cannot run would take it, at 150 °C, and has
    come in there: none of its exergy comes from nowhere, only the 2 GJ destroy some.
    """
    park = heat_park(slices=HALVES, baseline="none").enterprise("A", "B")
    park.resource("main", kind="energy", unit="GJ", balance="slice").supply("B", "main", 20)
    park.substitute("main", "heat_bought").link("B", "A", "main")
    for part, factor in (("winter", 2 - wanted / 20), ("summer", wanted / 20)):
        park.add("profiles", profile_id="cold", slice_id=part, factor=factor)
    standing(level(park, "steam", 150), "A", "raise_steam")
    found = plan(flow(park, "A", 70, 90, 40, profile_id="cold"))
    here = row(found, "exergy", zone="A", slice="summer")
    assert here.given == 0
    assert here.taken == pytest.approx(work(wanted, 90, 70))
    assert here.rejected == pytest.approx(work(10 - wanted, 150 + LEVEL_K, 150))
    assert here.utility == pytest.approx(here.rejected + work(wanted, 90))
    assert here.destroyed == pytest.approx(work(wanted, 90) - here.taken, abs=1e-9)
    assert audit_plan(prepared(park).dataset, found).passed


def test_a_turbine_by_hand():
    """1000 GJ at 200 °C become 800 GJ at 140 °C and 200 GJ of power; nothing is lost."""
    found = plan(turbine_site())
    turned = row(found, "heat_machines", unit_id="A-turbine")
    energy = turned[turned._fields.index("heat_taken") : turned._fields.index("loss") + 1]
    assert energy == pytest.approx((0, 1000, 0, 0, 800, 200, 0), abs=1e-6)
    assert turned.exergy_taken == pytest.approx(work(1000, 200), rel=1e-5)
    assert turned.exergy_given == pytest.approx(work(800, 140) + 200, rel=1e-5)
    assert turned.destroyed == pytest.approx(turned.exergy_taken - turned.exergy_given)
    boiler = row(found, "heat_machines", unit_id="A-raise_hp")
    assert (boiler.heat_taken, boiler.carriers_given) == pytest.approx((1000, 1000))
    assert boiler.destroyed == pytest.approx(0, abs=1e-6)
    assert row(found, "exergy", zone="A:source").to_machines == pytest.approx(boiler.exergy_taken)


def test_a_main_by_hand():
    """600 GJ arrive of 666.7: a tenth of the exergy at 140 °C is lost on the way."""
    found = plan(steam_site(0.1, freight=1e-4))  # what nobody takes is not sent
    way = row(found, "heat_ways", resource="lp")
    assert (way.sent, way.received) == pytest.approx((600 / 0.9, 600))
    assert way.destroyed == pytest.approx(work(600 / 9, 140), rel=1e-5)
    rejected = 1000 - 600 / 0.9
    assert indicator(found, "heat_rejected") == pytest.approx((1000, rejected))
    # today all of A is lost, and heat of 120 °C is bought for what is wanted between 80 and 120
    today = work(1000, 300, 200) + work(600, 120) - work(600, 120, 80)
    lost = work(1000, 300, 200) - work(600, 120, 80)
    assert indicator(found, "exergy_lost") == pytest.approx((today, lost), rel=1e-5)


def test_heat_links_destroy_what_falls_in_them():
    """Of 90 GJ between 300 and 200 °C 81 arrive for need between 80 and 120: a tenth is lost.

    What goes in less what cold streams take is lost: in the duct, in the places, in the air.
    """
    park = heat_park().enterprise("A", "B")
    flow(park, "A", 300, 200, 90, stream_id="gas")
    flow(park, "B", 80, 120, 80)
    park.add("heat_links", link_id="duct", from_stream="gas", to_stream="B", loss_share=0.1)
    found = plan(park)
    assert found.tables["exergy"]["brought"].sum() < 0
    lost = work(90, 300, 200) - work(80, 120, 80)
    assert indicator(found, "exergy_lost")[1] == pytest.approx(lost)
    assert row(found, "exergy", zone="A").destroyed >= -1e-6
    assert row(found, "exergy", zone="B").destroyed >= -1e-6


def pumped(cop_heat=0.7, most=1e4):
    """Heat of 45 to 40 °C is lifted to 90 °C: 1 GJ of hot water from `cop_heat` GJ and power."""
    park = heat_park().enterprise("A", internal_integration=0)
    flow(park, "A", 45, 40, 100)
    flow(park, "A", 70, 85, 140)
    park.resource("power", kind="energy", unit="MWh", state="power", balance="slice")
    park.market("power", "buy", 0.1)
    park.resource("warm", kind="energy", unit="GJ", balance="slice")
    park.recipe("pump", {"power": (1 - cop_heat) / 3.6}, {"warm": 1})
    park.recipe("use_warm", {"warm": 1}, {})
    machine(park, "pump", 30, 35, per=cop_heat)
    machine(park, "use_warm", 90, 85)
    return standing(park, "A", "pump", "use_warm", most=most)


def test_power_and_heat_make_a_whole():
    """All exergy that comes in (heat, bought heat, power) and is not in cold streams is lost."""
    found = plan(pumped())
    power = 3.6 * amount(found, "trades", resource="power")
    assert power == pytest.approx(0.3 * 140)  # it lifts 98 of the 100 GJ
    zones = found.tables["exergy"]
    enters = zones["given"].sum() + zones["utility"].sum() + power
    assert indicator(found, "exergy_lost")[1] == pytest.approx(enters - zones["taken"].sum())


def test_nothing_is_known_of_a_carrier_without_temperatures():
    """A station turns low pressure into heat sold to a town: energy closes, its exergy is open."""
    park = steam_site(0)
    park.resource("town_heat", kind="energy", unit="GJ", balance="slice")
    park.market("town_heat", "sell", 5)
    park.recipe("station", {"lp": 1}, {"town_heat": 0.98})
    standing(park, "B", "station")
    dataset = park.dataset()
    found = plan(dataset)
    station = row(found, "heat_machines", unit_id="B-station")
    assert station.loss == pytest.approx(0.02 * station.carriers_taken)
    assert station.exergy_given != station.exergy_given and station.destroyed != station.destroyed
    assert audit_plan(dataset, found).passed


def test_the_ambient_temperature_is_a_setting():
    cold, warm = (
        row(plan(steam_site(), heat={"ambient_celsius": t}), "exergy", zone="A:source")
        for t in (-10, 30)
    )
    assert cold.given > warm.given > 0


def test_a_park_without_heat_has_no_indicators_of_heat():
    park = steam_site()
    del park.rows["thermal_streams"]
    names = set(plan(park).tables["indicators"]["name"])
    assert not {"heat_rejected", "exergy_lost"} & names


def test_counted_from_zero_today_is_nil():
    found = plan(steam_site(), baseline="none")
    assert indicator(found, "heat_rejected")[0] == indicator(found, "exergy_lost")[0] == 0


@pytest.mark.parametrize("cop_heat", [0.7, 0.95])
def test_the_second_law_is_asked_of_the_data(cop_heat):
    """30 to 35 °C to 90 °C: no pump needs less power than (363 - 305) / 363 = 16 % of its heat.

    With 30 % it is a pump; with 5 % it would run by itself.
    """
    park = pumped(cop_heat)
    lines = [str(fault) for _weight, fault in more_work(prepared(park))]
    assert len(lines) == (cop_heat == 0.95)
    assert all("recipes.csv, row 2" in line and "second law" in line for line in lines)


def test_what_lifts_a_carrier_gives_it_whole():
    """Water from 60 to 85 °C, lifted to 110 °C by a second machine: worth that of 60 to 110 °C.

    Had it the worth of its last 25 K, the lift would give more work than it takes.
    """
    park = heat_park().enterprise("A", "B", internal_integration=0)
    flow(park, "A", 200, 150, 100)
    flow(park, "B", 50, 80, 100)
    for name in ("warm", "hot"):
        park.resource(name, kind="energy", unit="GJ", balance="slice")
    park.recipe("raise_warm", {}, {"warm": 1}).recipe("lift", {"warm": 0.5}, {"hot": 1})
    park.recipe("raise_hot", {}, {"hot": 1}).recipe("use_hot", {"hot": 1}, {})
    machine(park, "raise_warm", 60, 85)
    machine(park, "lift", 85, 110, per=0.5)
    machine(park, "raise_hot", 60, 110)
    machine(park, "use_hot", 105, 60)
    standing(standing(park, "A", "raise_warm", "lift"), "B", "use_hot")
    park.link("A", "B", "hot")
    assert list(more_work(prepared(park))) == []
    found = plan(park)
    lift = row(found, "heat_machines", recipe="lift")
    assert lift.exergy_given == pytest.approx(work(lift.carriers_given, 110, 60))
    assert lift.destroyed == pytest.approx(0, abs=1e-2 * lift.exergy_taken)
    assert audit_plan(park.dataset(), found).passed


# ------------------------------------------------------------------------------------ tampering

CASCADE = ("given", "from_machines", "utility", "brought", "taken", "to_machines", "rejected")
MACHINE = ("heat_taken", "carriers_taken", "power_taken", "heat_given", "carriers_given")
MACHINE += ("power_given", "loss", "exergy_taken", "exergy_given", "destroyed")


@pytest.mark.parametrize(
    ("table", "column", "checks"),
    [
        *(("exergy", column, {"exergy"}) for column in (*CASCADE, "destroyed")),
        *(("heat_machines", column, {"heat_machine"}) for column in MACHINE),
        *(("heat_ways", column, {"heat_way"}) for column in ("sent", "received", "destroyed")),
    ],
)
def test_the_audit_catches_an_altered_number(table, column, checks):
    dataset, found = solved(level_and_pump)
    assert audit_plan(dataset, found).passed
    for n in range(len(found.tables[table])):
        changed = copied(found)
        changed.tables[table].loc[n, column] += 1
        assert failed(dataset, changed).keys() == checks


def level_and_pump():
    """Two places with a pump at one and a main between them: every table has rows."""
    park = pumped().enterprise("B", internal_integration=0)
    flow(park, "B", 300, 200, 100)
    level(park, "lp", 140)
    standing(standing(park, "B", "raise_lp"), "A", "use_lp")
    return park.link("B", "A", "lp", loss_share=0.1)


@pytest.mark.parametrize(
    ("table", "check"), [("heat_machines", "heat_machine"), ("heat_ways", "heat_way")]
)
def test_the_audit_misses_a_row(table, check):
    dataset, found = solved(level_and_pump)
    found.tables[table] = found.tables[table].iloc[1:]
    assert failed(dataset, found).keys() == {check}


@pytest.mark.parametrize("name", ["heat_rejected", "exergy_lost"])
@pytest.mark.parametrize("column", ["today", "plan"])
def test_the_audit_catches_an_altered_indicator(name, column):
    dataset, found = solved(steam_site)
    indicators = found.tables["indicators"]
    indicators.loc[indicators["name"] == name, column] += 1
    assert failed(dataset, found).keys() == {"indicators"}
