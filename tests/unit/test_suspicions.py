"""What `symbiosis check` finds suspicious: every rule on a small park that is clean without it."""

from pathlib import Path

from clean_park import clean_park, only, warnings, with_presses
from symbiosis.inputs.embedded import dataset_path
from symbiosis.inputs.reader import read_dataset
from symbiosis.planning.study import prepare
from symbiosis.planning.suspicions import MOST_LINES, suspicions


def test_a_clean_park_raises_no_suspicion():
    assert warnings(clean_park()) == []


# Receivers and donors


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


# How sure numbers are


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


# Chains and projects


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


# The list


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
