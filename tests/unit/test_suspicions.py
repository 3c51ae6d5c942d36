"""What `symbiosis check` finds suspicious: every rule on a small park that is clean without it."""

import math
from pathlib import Path
from typing import Any

import pytest

from parks import Park, prepared
from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Evidence
from symbiosis.inputs.embedded import dataset_path
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import TABLES
from symbiosis.planning.study import prepare
from symbiosis.planning.suspicions import MOST_LINES, suspicions
from symbiosis.planning.suspicions.closing import energy_bounds, mass_bounds
from symbiosis.planning.suspicions.slips import slips


def clean_park(**settings: Any) -> Park:
    """A power station whose ash a project presses into bricks; nothing of it is suspicious.

    Station    1000 MWh a year: 0.4 t coal -> 1 MWh, 0.08 t ash, 0.9 t CO2; 0.4 t of it are carbon
               and ash at least (0.9 x 12/44 + 0.08 = 0.33), 0.98 at most
    Kiln       500 t bricks a year from 1 t clay and 0.1 MWh each
    Press      1 t ash and 0.05 MWh -> 1 t bricks; 20 to 80 t/year, 200 万元 on 1 亩
    """
    park = Park(**settings)
    park.change("parks", "P", investment_floor=150)
    park.resource("coal", "clay", virgin=1, mass=1).resource("ash", role="byproduct", mass=1)
    park.resource("brick", mass=1)
    park.resource("power", kind="energy", state="power", unit="MWh")
    park.resource("co2", role="emission", state="gas", co2e_released=1)
    park.enterprise("station", "kiln")
    park.recipe("burning", {"coal": 0.4}, {"power": 1, "ash": 0.08, "co2": 0.9})
    park.recipe("firing", {"clay": 1, "power": 0.1}, {"brick": 1})
    park.recipe("pressing", {"ash": 1, "power": 0.05}, {"brick": 1})
    park.unit("boiler", "station", "burning", 1000).unit("oven", "kiln", "firing", 500)
    park.project("press", "pressing", (20, 50, 80), 200, kind="chain_filling", land=1)
    for resource, price in {"coal": 0.05, "power": 0.05, "clay": 0.005}.items():
        park.market(resource, "buy", price)
    park.market("power", "sell", 0.03).market("brick", "sell", 0.02)
    park.market("ash", "dispose", 0.004).market("co2", "dispose", 0)
    park.link("station", "press@P", "ash").link("station", "kiln", "power")
    return park.chain("bricks", {"ash": "burning", "bricks": "pressing"})


def warnings(park: Park, documented: bool = True, **settings: Any) -> list[Fault]:
    """Suspicions of a park whose numbers are all published, unless they say otherwise."""
    park = park.copy()
    for name, rows in park.rows.items():
        if documented and issubclass(TABLES[name].record, Evidence):
            evidence = {"provenance": "public", "check": "retrieved", "source": "register"}
            park.rows[name] = [{**evidence, **row} for row in rows]
    found = suspicions(prepared(park, **settings))
    assert all(fault.level == "warning" and fault.problem and fault.mend for fault in found)
    return found


def only(park: Park, **settings: Any) -> Fault:
    """The one suspicion of a park."""
    found = warnings(park, **settings)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_a_clean_park_raises_no_suspicion():
    assert warnings(clean_park()) == []


# ------------------------------------------------------------------------------- mass and energy


def test_mass_that_disappears_is_named():
    """Of 1 t clay only 0.7 t come out as bricks: 30 % are missing, more than a fifth."""
    park = clean_park()
    park.rows["recipe_flows"][6]["coefficient"] = 0.7
    fault = only(park)
    assert (fault.file, fault.row, fault.value) == ("recipes.csv", 3, "firing")
    assert "30 %" in fault.problem
    park.rows["recipe_flows"][6]["coefficient"] = 0.81
    assert warnings(park) == []


def test_mass_from_nowhere_is_named():
    """0.4 t coal cannot give 0.8 t ash beside its CO2: the ash slipped by a digit.

    Were the CO2 counted in full, every boiler would be named: most of its mass is air's oxygen.
    """
    park = clean_park()
    ash = next(row for row in park.rows["recipe_flows"] if row["coefficient"] == 0.08)
    ash["coefficient"] = 0.8
    fault = only(park)
    assert (fault.file, fault.row) == ("recipes.csv", 2)
    assert "gives out at least 1.045 t" in fault.problem  # 0.8 + 0.9 x 12/44


def dataset() -> Dataset:
    """Resources of many kinds, for the bounds."""
    park = clean_park()
    park.resource("gas", kind="energy", state="gas", unit="1000 m3")
    park.resource("heat", kind="energy", state="liquid", unit="GJ")
    park.resource("water", kind="water", unit="m3")
    park.resource("wastewater", kind="water", unit="m3", role="byproduct")
    park.resource("milk", state="liquid", mass=1)
    park.resource("board", unit="m2")
    park.resource("lines", role="service")
    return park.dataset()


@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ({"power": 1, "water": 2}, {"clay": 1}),  # a mine takes from the ground
        ({"ash": 1}, {}),  # a landfill keeps what it takes
        ({"lines": 1, "clay": 0.001}, {"power": 0.4}),  # a retrofit books what it saves
    ],
)
def test_recipes_that_cannot_close_are_not_judged(taken, given):
    assert mass_bounds(dataset(), taken, given) is None


def test_bounds_of_mass():
    """CO2 counts between its carbon and itself; what weighs nobody knows how much, without end."""
    known = dataset()
    coal = mass_bounds(known, {"coal": 1}, {"power": 2, "co2": 2.2})
    assert coal == pytest.approx((1, 1, 0.6, 2.2))
    # 1000 m3 of gas weigh at most 2 t; cooling water is no ingredient of a solid ...
    assert mass_bounds(known, {"clay": 1, "gas": 0.1, "water": 5}, {"brick": 1}) == pytest.approx(
        (1, 1.2, 1, 1)
    )
    # ... but may be one of a liquid; wastewater carries off a tenth of its mass
    assert mass_bounds(
        known, {"clay": 1, "water": 5}, {"milk": 3, "wastewater": 2}
    ) == pytest.approx((1, 6, 3, 3.2))
    assert mass_bounds(known, {"clay": 1}, {"board": 3}) == (1, 1, 0, math.inf)


def test_energy_cannot_be_made():
    """An exchanger that gives 3.7 GJ for 1 MWh (3.6 GJ) is impossible; 3.6 is not."""
    park = clean_park()
    park.resource("heat", kind="energy", state="liquid", unit="GJ").market("heat", "sell", 0.001)
    park.recipe("heating", {"power": 1}, {"heat": 3.7}).unit("heater", "kiln", "heating", 10)
    fault = only(park)
    assert (fault.file, fault.row) == ("recipes.csv", 5)
    assert "3.7 GJ" in fault.problem and "3.6 GJ" in fault.problem
    park.rows["recipe_flows"][-1]["coefficient"] = 3.6
    assert warnings(park) == []


def test_bounds_of_energy():
    """Coal holds at most 50 GJ/t, gas at most 120 GJ per 1000 m3; sun and water are not judged."""
    known = dataset()
    assert energy_bounds(known, {"coal": 0.4, "power": 0.1}, {"power": 1}) == pytest.approx(
        (20.36, 3.6)
    )
    assert energy_bounds(known, {"gas": 0.1}, {"heat": 9}) == pytest.approx((12, 9))
    assert energy_bounds(known, {"water": 1}, {"power": 1}) is None
    assert energy_bounds(known, {"board": 1}, {"power": 1}) == (math.inf, 3.6)
    assert energy_bounds(known, {"lines": 1}, {"power": 1}) is None


def test_an_enterprise_with_streams_is_closed_as_a_whole():
    """100 t clay in and 50 t sludge out, each a stream of its own: half is missing."""
    park = clean_park().resource("sludge", role="byproduct", mass=1)
    park.enterprise("washery").need("washery", "clay", 100).supply("washery", "sludge", 50)
    park.market("sludge", "dispose", 0.01).link("station", "washery", "power")
    park.need("washery", "power", 1)
    fault = only(park)
    assert (fault.file, fault.row, fault.value) == ("enterprises.csv", 4, "washery")
    assert "50 %" in fault.problem and "per year" in fault.problem


# -------------------------------------------------------------------------- receivers and donors


def test_an_output_of_a_project_that_nobody_takes():
    park = clean_park().resource("dust", role="byproduct", mass=1)
    park.add(
        "recipe_flows", recipe_id="pressing", resource_id="dust", direction="out", coefficient=0.01
    )
    fault = only(park)
    assert (fault.file, fault.row, fault.value) == ("recipe_flows.csv", 12, "press")
    assert "nobody could take it" in fault.problem
    assert warnings(park.market("dust", "dispose", 0.1)) == []


def test_a_need_of_a_project_that_nobody_serves_at_one_of_its_places():
    """At the station the ash is there; at the kiln no link brings it, and it cannot be bought."""
    park = clean_park()
    park.add("project_places", place_id="press@K", project_id="press", park_id="P", host_id="kiln")
    fault = only(park)
    assert fault.value == "press" and "nobody could give it" in fault.problem
    assert "press@K" in fault.problem
    assert warnings(park.link("station", "press@K", "ash")) == []


def test_a_stream_nobody_takes():
    """Today's open balance is an error; a supply a plan may start is only suspicious."""
    park = clean_park().resource("steam", kind="energy", unit="GJ")
    park.supply("kiln", "steam", 0, most_amount=10)
    fault = only(park)
    assert (fault.file, fault.row, fault.value) == ("streams.csv", 2, "kiln")


def test_an_isolated_enterprise():
    fault = only(clean_park().enterprise("office"))
    assert (fault.file, fault.row, fault.value) == ("enterprises.csv", 4, "office")


# ------------------------------------------------------------------------------- units of measure


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([5, 6, 0.006], [(2, 1000, 5.5)]),
        ([5, 6, 70], []),  # ten times is no unit
        ([1, 30, 900, 20000], []),  # as far apart as the others are
        ([1, 1e4], [(0, 10000, 1e4), (1, 10000, 1)]),  # of two either may be wrong
        ([0, 0, 3], []),
        ([1, 2, 2e6], []),  # farther than any pair of units
        ([3], []),
    ],
)
def test_a_slip_of_the_unit_stands_out(values, found):
    assert list(slips(values)) == found


def test_a_low_of_another_unit():
    """Low 4 and value 4000: the low was typed in 1000 t."""
    park = clean_park()
    park.rows["markets"][0] |= {"low": 0.00005, "high": 0.06}
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("markets.csv", 2, "low")
    assert "1/1,000" in fault.problem and "in the same one" in fault.mend


def test_a_price_in_yuan_against_wanyuan():
    """The kiln's own price of power 500, read as 万元/MWh, is 10,000 times the general one."""
    park = clean_park().market("power", "buy", 500, enterprise_id="kiln")
    found = [fault for fault in warnings(park) if fault.column == "price"]
    assert [fault.row for fault in found] == [9]
    assert "10,000" in found[0].problem
    assert "perhaps the number is in 元, not 万元" in found[0].mend
    assert found[0].value == "5,000,000 元/MWh"


def test_a_price_per_kwh_against_mwh():
    """0.00003 万元/MWh is 0.3 元/MWh: the price of a kWh."""
    park = clean_park().market("power", "sell", 0.00003, enterprise_id="station")
    found = [fault for fault in warnings(park) if fault.column == "price"]
    assert [fault.row for fault in found] == [9]
    assert "per kWh, not per MWh" in found[0].mend


def test_outsiders_that_pay_more_than_they_ask():
    """Power bought at 0.05 and sold at 0.06 万元: no plan can resell it, but it is often a slip."""
    park = clean_park()
    next(row for row in park.rows["markets"] if row["action"] == "sell")["price"] = 0.06
    fault = only(park)
    assert (fault.file, fault.column) == ("markets.csv", "price")
    assert "outsiders pay more for power than they ask for it" in fault.problem
    assert fault.value == "500 元/MWh" and "600 元/MWh" in fault.problem


def test_a_disposal_fee_is_no_comparable_price():
    """Ash that costs 4 元/t to dump may sell for 4000 元/t when it is pure."""
    assert warnings(clean_park().market("ash", "sell", 4, most=1)) == []


def with_presses(park: Park) -> Park:
    """Three more presses at 3 to 5 万元 per t/year on 1 亩, in the chain."""
    for number, cost in enumerate((150, 200, 250)):
        name = f"press{number}"
        park.project(name, "pressing", (20, 50, 80), cost, kind="chain_filling", land=1)
        park.link("station", f"{name}@P", "ash")
    return park


def test_a_capital_cost_in_yuan():
    """2,000,000 万元 among presses of 150 to 250: typed in 元."""
    park = with_presses(clean_park().change("projects", "press", capital_cost=2e6, land=1e4))
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("projects.csv", 2, "capital_cost")
    assert "10,000" in fault.problem and "元, not 万元" in fault.mend


def test_land_in_square_metres():
    """667 read as 亩 is one 亩 in m2."""
    park = with_presses(clean_park().change("projects", "press", land=667)).change(
        "parks", "P", investment_floor=0
    )
    fault = only(park)
    assert (fault.row, fault.column, fault.value) == (2, "land", "667 亩")
    assert "perhaps the number is in m2, not 亩" in fault.mend
    assert warnings(with_presses(clean_park())) == []


def test_a_size_of_the_menu_in_another_unit():
    park = clean_park().add("project_sizes", project_id="press", size=50, capital_cost=2e6)
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("project_sizes.csv", 2, "capital_cost")


def test_activity_per_size_against_the_unit_of_size():
    """A press of 50 万t/a brings 10,000 t a year per unit of size, not 1."""
    park = clean_park().change("projects", "press", size_unit="万t/a")
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("project_units.csv", 2, "activity_per_size")
    assert "1/10,000" in fault.problem
    assert warnings(park.change("projects", "press", size_unit="t/a")) == []


def test_a_capacity_in_another_unit():
    """Two ovens of 500 t and one of 600,000: kg read as t."""
    park = clean_park().unit("oven2", "kiln", "firing", 400).unit("oven3", "kiln", "firing", 6e5)
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("units.csv", 5, "capacity")
    assert "kg, not t" in fault.mend


def test_a_coefficient_in_kwh():
    """Two recipes make bricks; one takes 0.1 MWh a t, the other 90."""
    park = clean_park()
    for row in park.rows["recipes"]:
        if row["recipe_id"] in ("firing", "pressing"):
            row["reference_resource"] = "brick"
    park.rows["recipe_flows"][5]["coefficient"] = 90
    found = [fault for fault in warnings(park) if fault.column == "coefficient"]
    assert [(fault.file, fault.row) for fault in found] == [
        ("recipe_flows.csv", 7),
        ("recipe_flows.csv", 10),
    ]  # of two either may be wrong
    assert "kWh, not MWh" in found[0].mend


def test_a_freight_in_yuan():
    park = clean_park()
    for number, freight in enumerate((0.00004, 0.00006, 0.5)):
        name = f"truck{number}"
        park.add("carriers", carrier_id=name, unit="t", reach=1, freight=freight)
        park.change("resources", ("coal", "clay", "brick")[number], carrier_id=name)
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("carriers.csv", 4, "freight")


# ---------------------------------------------------------------------------- how sure numbers are


def test_assumptions_that_carry_the_result():
    """Money of a year times range; power's is not known and counts half.

    Assumed: power sold for 30 万元 a year (weight 15) and coal for 20, +- 10 % (4). Public:
    bricks for 10, +- 10 % (2), power bought and clay for 2.5 each (1.25), ash 0.32 (0.16), the
    press 200 over 10 years (10). Together 33.66, of which assumptions carry 19.
    """
    park = clean_park()
    coal, _power, _clay, sold, brick, _ash, _co2 = park.rows["markets"]
    coal |= {"low": 0.045, "high": 0.055, "provenance": "assumption"}
    brick |= {"low": 0.018, "high": 0.022}
    sold |= {"provenance": "assumption"}
    first, second, last = warnings(park)
    assert (first.row, second.row, last.row) == (2, 5, 0)
    assert "12 %" in first.problem and "45 %" in second.problem
    assert "assumptions carry 56 %" in last.problem


def test_at_most_ten_assumptions_are_named_and_none_that_carries_nothing():
    """Twelve reagents for 1 万元 a year each; then for a hundredth of it."""
    park = clean_park()
    for number in range(12):
        name = f"reagent{number}"
        park.resource(name, mass=1).need("kiln", name, 100)
        park.market(name, "buy", 0.01, provenance="assumption")
    found = [fault for fault in warnings(park) if "assumption" in fault.problem]
    assert len(found) == 11
    for row in park.rows["streams"]:
        row["amount"] = 1
    assert not [fault for fault in warnings(park) if "assumption" in fault.problem]


def test_numbers_without_a_source_are_counted_per_table():
    found = [f for f in warnings(clean_park(), documented=False) if f.column == "source"]
    assert {fault.file for fault in found} == {
        "markets.csv",
        "projects.csv",
        "recipe_flows.csv",
        "units.csv",
    }
    flows = next(fault for fault in found if fault.file == "recipe_flows.csv")
    assert "10 of 10" in flows.problem


def test_coordinates_too_rough_for_the_way():
    """Station and kiln 0 km apart, known within 3 km; the press has a radius of its own, 0.

    A distance that is written in links.csv does not hang on the coordinates.
    """
    park = clean_park(network={"matching": "open"})
    park.change("enterprises", "kiln", coord_radius_km=3)
    park.change("resources", "power", carrier_id="cable")
    park.add("carriers", carrier_id="cable", unit="MWh", reach=5)
    assert warnings(park) == []
    park.rows["links"] = [row for row in park.rows["links"] if row["resource_id"] == "ash"]
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("enterprises.csv", 0, "coord_radius_km")
    assert "of 2 ways" in fault.problem and "kiln, 3 km" in fault.problem
    park.change("carriers", "cable", reach=50).change("enterprises", "kiln", lat=36.1, lon=103)
    assert warnings(park) == []  # 14 km by road


# ------------------------------------------------------------------------------- chains, projects


def test_a_chain_that_can_never_be_prioritised():
    park = clean_park().recipe("glazing", {"brick": 1}, {"brick_glazed": 1})
    park.resource("brick_glazed", mass=1)
    park.add("chain_stages", chain_id="bricks", stage_id="glaze", order=3, recipes="glazing")
    fault = only(park)
    assert (fault.file, fault.row, fault.value.strip()) == ("chain_stages.csv", 4, "bricks/glaze")
    assert "never be prioritised" in fault.problem
    park.rows["chain_stages"][-1]["required"] = 0
    assert warnings(park) == []


def test_chain_filling_that_no_stage_names():
    park = clean_park().change("projects", "press", kind="chain_filling")
    park.rows["chain_stages"][1]["recipes"] = "firing"
    fault = only(park)
    assert (fault.file, fault.row, fault.value.strip()) == ("projects.csv", 2, "press")
    assert warnings(park.change("projects", "press", kind="platform")) == []


def test_rows_nothing_refers_to():
    park = clean_park().resource("ore", "sand", mass=1)
    park.recipe("melting", {"coal": 1}, {"ash": 1})
    park.add("carriers", carrier_id="barge", unit="t", reach=9)
    park.add("properties", property_id="salt")
    found = warnings(park)
    assert [(fault.file, fault.row) for fault in found] == [
        ("carriers.csv", 0),
        ("properties.csv", 0),
        ("recipes.csv", 0),
        ("resources.csv", 0),
    ]
    assert "2 resources" in found[-1].problem and "ore, sand" in found[-1].problem


def test_projects_below_the_investment_floor_stand_in_one_line_per_park():
    """200 万元 on 2 亩 are 100 万元/亩, 150 on 3 are 50: both below the 150 of the park.

    200 and 250 万元 on 1 亩 reach it. A second place in the same park changes nothing; a second
    park is a second line.
    """
    park = with_presses(clean_park()).change("projects", "press", land=2)
    park.change("projects", "press0", land=3)
    fault = only(park)
    assert (fault.file, fault.row, fault.column) == ("parks.csv", 2, "investment_floor")
    assert fault.value.startswith("P") and fault.problem.startswith("2 offered projects")
    assert "its 150 万元/亩" in fault.problem and fault.problem.endswith(": press0 50, press 100")
    park.add("project_places", place_id="press@2", project_id="press", park_id="P")
    park.link("station", "press@2", "ash").link("station", "press@2", "power")
    assert warnings(park) == [fault]
    park.add("parks", park_id="Q", lat=36, lon=103, investment_floor=120)
    park.add("project_places", place_id="press@Q", project_id="press", park_id="Q")
    park.link("station", "press@Q", "ash").link("station", "press@Q", "power")
    assert [(f.file, f.row) for f in warnings(park)] == [("parks.csv", 2), ("parks.csv", 3)]


def test_switched_off_projects_stand_in_one_line():
    park = with_presses(clean_park())
    park.change("projects", "press0", available=0, switch_reason="no press maker")
    fault = only(park, switch_off=["press1"])
    assert (fault.file, fault.row) == ("projects.csv", 0)
    assert "press0: no press maker" in fault.problem and "press1: switch_off" in fault.problem


# ------------------------------------------------------------------------------------- the list


def test_a_flood_is_counted():
    """Of twenty isolated offices fifteen are named, and one line says that there are five more."""
    park = clean_park().enterprise(*(f"office{number:02}" for number in range(20)))
    found = warnings(park)
    assert len(found) == MOST_LINES + 1
    assert found[-1].row == 0 and found[-1].problem.startswith("5 more")


def test_warnings_are_sorted_by_file_and_row():
    found = warnings(clean_park().enterprise("b", "a").resource("ore"), documented=False)
    places = [(fault.file, fault.row == 0, fault.row) for fault in found]
    assert places == sorted(places)


def test_the_embedded_park_is_not_flooded():
    """Honggu: a few recipes are open, most are not, and no unit is taken for wrong."""
    found = suspicions(prepare(read_dataset(Path(dataset_path("honggu")))))
    open_recipes = {fault.value for fault in found if fault.file == "recipes.csv"}
    assert 0 < len(open_recipes) < 5
    assert not any("check the unit" in fault.mend for fault in found)
    assert len(found) < 30
