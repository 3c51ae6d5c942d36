"""Heat cascades by hand: carriers with losses, a turbine, slices; and what holds for any streams.

Heat is bought at 1 万元/GJ for ten years and thrown away free, so a GJ saved a year is worth 10.
"""

import random

import pytest

from heat_parks import (
    HALVES,
    flow,
    heat_park,
    level,
    machine,
    standing,
    steam_site,
    three_places,
    turbine_site,
)
from parks import amount, npv, plan
from symbiosis.domain.errors import DatasetError


def bought(park, **settings):
    return amount(plan(park, **settings), "trades", resource="heat_bought")


def rejected(park, **settings):
    return amount(plan(park, **settings), "trades", resource="heat_lost")


@pytest.mark.parametrize("loss_share", [0.0, 0.1, 0.5])
def test_two_places_and_a_carrier(loss_share):
    """B wants 600 GJ: A raises 600 / (1 - loss), as far as its 1000 GJ reach.

    Moving a GJ costs 0.001, so nothing is moved only to be thrown away at B.
    """
    found = plan(steam_site(loss_share, freight=0.001))
    raised = min(1000, 600 / (1 - loss_share))
    assert amount(found, "units", unit_id="A-raise_lp") == pytest.approx(raised)
    short = 600 - raised * (1 - loss_share)
    assert amount(found, "trades", resource="heat_bought") == pytest.approx(short, abs=1e-4)
    lost = amount(found, "trades", resource="heat_lost")
    assert lost == pytest.approx(1000 - raised, abs=1e-4)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (600 - short - 0.001 * raised))


@pytest.mark.parametrize(("loss_share", "saved"), [(0.0, 800), (0.2, 800), (0.5, 650), (0.8, 500)])
def test_three_places_and_two_levels(loss_share, saved):
    """C wants 300 GJ high and 500 low; B gives 400 low. A's 500 arrive as 500 (1 - loss), high.

    High covers high first or low, all the same in money: 400 + what arrives, at most 800.
    """
    assert npv(three_places(loss_share)) == pytest.approx(10 * saved)


def test_a_turbine_between_two_levels():
    """All 1000 GJ go through it: 200 GJ = 55.56 MWh of power at 9, 800 GJ low, 600 of them used.

    A year brings 500 for power and 600 for heat no longer bought. What is not used is thrown away.
    """
    for dump in (False, True):
        found = plan(turbine_site(dump=dump))
        assert amount(found, "trades", resource="power") == pytest.approx(1000 / 18)
        assert amount(found, "trades", resource="heat_bought") == pytest.approx(0, abs=1e-4)
        assert found.facts["npv_wanyuan"] == pytest.approx(10 * (500 + 600))


@pytest.mark.parametrize(
    ("price", "condensing", "gain"), [(9, 250, 1162.5), (28, 250, 2350), (30, 1000, 2500)]
)
def test_power_or_heat(price, condensing, gain):
    """A condensing turbine beside it makes 0.3 GJ of power of a GJ, the other 0.2 and 0.8 of heat.

    Steam that is not used for heat has nowhere to go: 600 GJ of heat take 750 GJ of steam, and the
    other 250 condense (50 + 25/1.2 MWh). A GJ is worth 0.2 p / 3.6 + 0.8 or 0.3 p / 3.6: from
    p = 28.8 万元/MWh on all of it condenses.
    """
    park = turbine_site()
    park.change("units", "A-raise_hp", capacity=1000)  # no bought heat for power
    park.rows["markets"][-1]["price"] = price
    park.recipe("condensing", {"hp": 1}, {"power": 0.3 / 3.6})
    standing(park, "A", "condensing")
    found = plan(park)
    assert amount(found, "units", unit_id="A-condensing") == pytest.approx(condensing)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * gain)


def test_turbines_in_series_by_hand():
    """High to middle to low pressure, a valve beside each: power where it pays, heat as wanted.

    1000 GJ of steam at 250 °C. 300 GJ wanted at 180 °C, 400 at 120 °C. Both turbines make 0.1 GJ
    of power of a GJ and pass on 0.9. All goes through the first: 900 middle, 300 of it used there;
    600 through the second: 540 low, 400 used. Power 160 GJ = 44.4 MWh at 9; heat 700.
    """
    park = heat_park().enterprise("A", internal_integration=0)
    flow(park, "A", 500, 250.001, 1000)
    flow(park, "A", 170, 180, 300)
    flow(park, "A", 110, 120, 400)
    level(level(level(park, "hp", 250), "mp", 190), "lp", 130)
    park.resource("power", kind="energy", unit="MWh", state="power", balance="slice")
    park.market("power", "sell", 9)
    for high, low in (("hp", "mp"), ("mp", "lp")):
        park.recipe(f"turbine_{high}", {high: 1}, {low: 0.9, "power": 0.1 / 3.6})
        park.recipe(f"valve_{high}", {high: 1}, {low: 1})
        standing(park, "A", f"turbine_{high}", f"valve_{high}")
    standing(park, "A", "raise_hp", "use_mp", "use_lp")
    found = plan(park)
    runs = found.tables["units"].set_index("unit_id")["plan"]
    assert runs["A-turbine_hp"] == pytest.approx(1000)
    assert runs["A-turbine_mp"] == pytest.approx(600)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (160 / 3.6 * 9 + 700))


@pytest.mark.parametrize("integration", [0, 1])
def test_heat_does_not_run_uphill(integration):
    """40 GJ at 50 °C serve nothing at 70 °C: all is bought, all is rejected; steam cannot help."""
    park = heat_park().enterprise("A", internal_integration=integration)
    flow(flow(park, "A", 50, 30, 40), "A", 70, 90, 40)
    assert (bought(park), rejected(park)) == pytest.approx((40, 40))


def test_a_carrier_warmer_than_its_source_is_not_raised_with_it():
    """A is at most 135 °C, the level at 140: nothing of it can be raised from A's heat."""
    park = steam_site(0)
    park.rows["thermal_streams"][0].update(supply_celsius=135, target_celsius=130)
    assert npv(park) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_machines_over_every_interval_are_full_integration(seed):
    """A water loop over each interval, no way, no loss, no approach: the target of one zone."""
    rng = random.Random(seed)
    streams = []
    for n in range(rng.randint(3, 6)):
        low = 10 * rng.randint(2, 20)
        high = low + 10 * rng.randint(1, 10)
        streams.append((high, low) if n % 2 else (low, high))
    duties = [rng.randint(10, 200) for _ in streams]

    def with_streams(integration):
        park = heat_park().enterprise("A", internal_integration=integration)
        for (supply, target), duty in zip(streams, duties, strict=True):
            flow(park, "A", supply, target, duty)
        return park

    apart = with_streams(0)
    assert bought(apart) == pytest.approx(
        sum(duty for (supply, target), duty in zip(streams, duties, strict=True) if supply < target)
    )
    ends = sorted({end for stream in streams for end in stream})
    cost = bought(apart)
    for n, (low, high) in enumerate(zip(ends, ends[1:], strict=False)):
        name = f"loop{n}"
        apart.resource(name, kind="energy", unit="GJ", balance="slice")
        apart.recipe(f"heat_{name}", {}, {name: 1}).recipe(f"cool_{name}", {name: 1}, {})
        machine(apart, f"heat_{name}", low, high)
        machine(apart, f"cool_{name}", high, low)
        standing(apart, "A", f"heat_{name}", f"cool_{name}")
        if n % 4 == 0:  # a machine more never costs
            cheaper = bought(apart)
            assert cheaper <= cost + 1e-4
            cost = cheaper
    assert bought(apart) == pytest.approx(bought(with_streams(1)), abs=1e-3)


def random_streams(rng, places):
    """Streams at places, as (place, supply, target, duty)."""
    found = []
    for n in range(rng.randint(4, 6)):
        low = 10 * rng.randint(2, 20)
        ends = low, low + 10 * rng.randint(1, 10)
        found.append((rng.choice(places), *(ends[::-1] if n % 2 else ends), rng.randint(10, 200)))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_mains_without_way_loss_and_approach_are_one_place(seed):
    """Three places, a level at every temperature, free mains between all: the target of one zone.

    A water loop over each interval may be raised and used at every place, so that every stream
    reaches every other that is not hotter.
    """
    rng = random.Random(seed)
    places = "A", "B", "C"
    streams = random_streams(rng, places)
    together = heat_park().enterprise("A")
    apart = heat_park().enterprise(*places)
    for place, supply, target, duty in streams:
        flow(together, "A", supply, target, duty)
        flow(apart, place, supply, target, duty)
    ends = sorted({end for _place, supply, target, _duty in streams for end in (supply, target)})
    for n, (low, high) in enumerate(zip(ends, ends[1:], strict=False)):
        name = f"loop{n}"
        apart.resource(name, kind="energy", unit="GJ", balance="slice")
        apart.recipe(f"heat_{name}", {}, {name: 1}).recipe(f"cool_{name}", {name: 1}, {})
        machine(apart, f"heat_{name}", low, high)
        machine(apart, f"cool_{name}", high, low)
        for place in places:
            standing(apart, place, f"heat_{name}", f"cool_{name}")
            for other in places:
                if other != place:
                    apart.link(place, other, name)
    assert bought(apart) == pytest.approx(bought(together), abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_carrier_more_never_costs(seed):
    """Levels with losses and mains that cost are offered one by one: the plan is never worse."""
    rng = random.Random(seed)
    places = "A", "B", "C"
    park = heat_park().enterprise(*places, internal_integration=rng.randint(0, 1))
    for place, supply, target, duty in random_streams(rng, places):
        flow(park, place, supply, target, duty)
    worth = npv(park)
    for celsius in rng.sample(range(60, 260, 20), 3):
        name = f"level{celsius}"
        level(park, name, celsius)
        for place in places:
            standing(park, place, f"raise_{name}", f"use_{name}")
        for start, end in rng.sample([(i, j) for i in places for j in places if i != j], 3):
            loss_share, fixed_cost = rng.choice((0, 0.1)), rng.choice((0, 100, 500))
            park.link(start, end, name, loss_share=loss_share, fixed_cost=fixed_cost)
        better = npv(park)
        assert better >= worth - 1e-3
        worth = better


def test_heat_does_not_pass_from_slice_to_slice():
    """100 GJ hot all year, 100 GJ cold in winter only: 50 bought, 50 rejected; even: nothing."""
    park = heat_park(slices=HALVES).enterprise("A")
    flow(flow(park, "A", 200, 100, 100), "A", 40, 90, 100)
    assert (bought(park), rejected(park)) == pytest.approx((0, 0), abs=1e-4)
    park.rows["thermal_streams"][1]["profile_id"] = "season"
    park.add("profiles", profile_id="season", slice_id="winter", factor=2)
    park.add("profiles", profile_id="season", slice_id="summer", factor=0)
    assert (bought(park), rejected(park)) == pytest.approx((50, 50))


def test_duties_in_other_units_are_the_same_heat():
    """1 MW, 3.6 GJ/h and 10 kW/K over 100 K: 31,536 GJ a year each."""
    for cells in (
        {"duty": 1, "duty_unit": "MW"},
        {"duty": 3.6, "duty_unit": "GJ/h"},
        {"heat_capacity_flow": 10, "flow_unit": "kW/K"},
    ):
        park = heat_park().enterprise("A")
        park.add(
            "thermal_streams",
            stream_id="water",
            enterprise_id="A",
            role="cold",
            supply_celsius=20,
            target_celsius=120,
            **cells,
        )
        assert bought(park) == pytest.approx(31536)


def test_a_boiler_heats_no_waste_heat_machine():
    """Heat at 1, power at 30 万元/MWh: steam raised with bought heat would earn, and is not raised.

    A GJ of it would give 1/18 MWh and 0.8 GJ of low steam. A boiler heats processes; what a
    waste-heat boiler takes up is waste heat.
    """
    park = turbine_site(dump=True)
    park.rows["thermal_streams"] = [
        row for row in park.rows["thermal_streams"] if row["supply_celsius"] != 500
    ]
    for row in park.rows["markets"]:
        if row["resource_id"] == "power":
            row["price"] = 30
    found = plan(park)
    assert amount(found, "units", unit_id="A-raise_hp") == pytest.approx(0)
    assert found.facts["npv_wanyuan"] == pytest.approx(0)


def heated_by_a_network(amount_today=None, share=1):
    """B needs 600 GJ; the network of A has 1000 GJ that may replace B's boilers."""
    park = heat_park().enterprise("A", "B")
    flow(park, "B", 80, 120, 600)
    park.resource("network", kind="energy", unit="GJ", balance="slice")
    park.supply("A", "network", 1000).market("network", "dispose", 0)
    park.substitute("network", "heat_bought", share=share).link("A", "B", "network")
    if amount_today:
        ends = {"donor_id": "A", "receiver_id": "B", "resource_id": "network"}
        park.add("exchanges", **ends, serves_resource_id="heat_bought", amount=amount_today)
    return park


@pytest.mark.parametrize("share", [1, 0.5])
def test_an_exchange_may_serve_the_hot_utility(share):
    """600 GJ a year no longer bought, or the share of them that the network may cover."""
    park = heated_by_a_network(share=share)
    assert npv(park) == pytest.approx(10 * 600 * share)
    assert bought(park) == pytest.approx(600 * (1 - share), abs=1e-4)


def test_hot_utility_that_is_exchanged_today():
    """200 GJ come over the network today: 400 are bought today, none in the plan."""
    found = plan(heated_by_a_network(200))
    trades = found.tables["trades"]
    (row,) = trades[trades["resource"] == "heat_bought"].itertuples()
    assert (row.today, row.plan) == pytest.approx((400, 0), abs=1e-4)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * 400)


def test_more_heat_than_is_needed_today_is_refused():
    with pytest.raises(DatasetError, match="'B' would receive 700 GJ/year as 'heat_bought'"):
        heated_by_a_network(700).dataset()


def test_heat_in_winter_power_in_summer_from_one_boiler():
    """A boiler of 1000 GJ a year and two turbines: the steam goes where it is worth more.

    Condensing, a GJ is 0.1 MWh at 5 = 0.5. In back pressure it is 0.05 MWh and 0.8 GJ of heat that
    is not bought, 0.25 + 0.8. B needs 400 GJ, all in winter, so 500 of the 500 GJ of winter go
    through the back-pressure turbine and the 500 of summer through the other: 525 + 250 a year.
    """
    park = heat_park(slices=HALVES).enterprise("A", internal_integration=0)
    flow(park, "A", 500, 250, 1000)
    flow(park, "A", 100, 120, 400, profile_id="season")
    for slice_id, factor in (("winter", 2), ("summer", 0)):
        park.add("profiles", profile_id="season", slice_id=slice_id, factor=factor)
    level(level(park, "hp", 200), "lp", 140)
    park.resource("power", kind="energy", unit="MWh", state="power", balance="slice")
    park.market("power", "sell", 5).market("lp", "dispose", 0)
    park.recipe("back_pressure", {"hp": 1}, {"lp": 0.8, "power": 0.05})
    park.recipe("condensing", {"hp": 1}, {"power": 0.1})
    standing(park, "A", "raise_hp", "back_pressure", "condensing", "use_lp")
    found = plan(park)
    for unit in ("A-back_pressure", "A-condensing"):
        assert amount(found, "units", unit_id=unit) == pytest.approx(500)
    assert amount(found, "trades", resource="power") == pytest.approx(25 + 50)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (525 + 250))
