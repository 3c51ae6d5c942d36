"""Mass and energy that a recipe or an enterprise makes or loses are named."""

import math

import pytest

from clean_park import clean_park, only, warnings
from symbiosis.domain.dataset import Dataset
from symbiosis.planning.suspicions.closing import energy_bounds, mass_bounds


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
