"""A number that seems to stand in another unit of measure is named, with the unit it may be in."""

import pytest

from clean_park import clean_park, only, warnings, with_presses
from symbiosis.planning.suspicions.slips import slips


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
