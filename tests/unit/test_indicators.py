"""Indicators by hand, from the amounts of a year."""

import pytest

from parks import Park, hand_park, plan
from symbiosis.planning import water_indicators
from symbiosis.planning.indicators import (
    LINEAR,
    UNITS,
    circularity,
    measure,
    objective_weights,
)


def resources(**settings):
    park = Park(**settings).enterprise("e")
    park.resource("coal", mass=1, virgin=1, co2e_bought=0.1)
    park.resource("ash", mass=1, role="byproduct")
    park.resource("bricks", kind="material", unit="1000 pcs", mass=2.5, role="byproduct")
    park.resource("co2", role="emission", mass=1, co2e_released=1)
    park.resource("water", kind="water", unit="m3", virgin=1, co2e_bought=0.0003)
    park.resource("reclaimed", kind="water", unit="m3", role="byproduct")
    park.resource("power", kind="energy", unit="MWh", state="power", co2e_bought=0.6)
    park.resource("steam", kind="energy", unit="GJ", co2e_bought=0.11)
    return park.dataset().resource


def test_every_indicator_by_hand():
    """One amount of each kind; each indicator is worked out in its comment."""
    found = measure(
        resources(),
        [
            ("coal", "buy", 1000.0),
            ("water", "buy", 5000.0),
            ("power", "buy", 300.0),
            ("power", "sell", 100.0),
            ("steam", "buy", 50.0),
            ("co2", "dispose", 700.0),
            ("ash", "dispose", 40.0),
            ("bricks", "dispose", 10.0),
            ("ash", "exchanged", 120.0),
            ("bricks", "sell", 8.0),
            ("coal", "exchanged", 5.0),
            ("reclaimed", "exchanged", 900.0),
            ("reclaimed", "dispose", 100.0),
        ],
    )
    # 1000 x 0.1 + 5000 x 0.0003 + (300 - 100) x 0.6 + 50 x 0.11 + 700
    assert found["co2e"] == pytest.approx(100 + 1.5 + 120 + 5.5 + 700)
    assert found["fresh_water"] == pytest.approx(5000)
    assert found["disposed"] == pytest.approx(40 + 10 * 2.5)  # neither CO2 nor water
    assert found["virgin"] == pytest.approx(1000)
    assert found["byproduct_exchanged"] == pytest.approx(120)  # coal is none, water is apart
    assert found["byproduct_sold"] == pytest.approx(20)
    assert found["power_bought"] == pytest.approx(200)
    assert found["circularity"] == pytest.approx((120 + 20) / (120 + 20 + 65))


def test_of_nothing():
    """A year without amounts: every indicator is 0, circularity too, not a division by 0."""
    assert set(measure(resources(), []).values()) == {0.0}


def test_circularity_is_a_share():
    nothing, everything = (
        {"byproduct_exchanged": kept, "byproduct_sold": 0.0, "disposed": gone}
        for kept, gone in ((0.0, 5.0), (5.0, 0.0))
    )
    assert (circularity(nothing), circularity(everything)) == (0, 1)


def test_measures_are_linear():
    """Twice the amounts are twice the indicator, except the share."""
    amounts = [("coal", "buy", 3.0), ("ash", "dispose", 7.0), ("ash", "exchanged", 2.0)]
    one = measure(resources(), amounts)
    two = measure(resources(), [(r, a, 2 * x) for r, a, x in amounts])
    for name in LINEAR:
        assert two[name] == pytest.approx(2 * one[name])
    assert two["circularity"] == pytest.approx(one["circularity"])


@pytest.mark.parametrize("name", sorted(LINEAR))
def test_weights_of_an_objective_are_the_indicator(name):
    """The objective's weights times the amounts are what is measured."""
    known = resources()
    amounts = [
        (r, action, float(i + j))
        for i, r in enumerate(known)
        for j, action in enumerate(("buy", "sell", "dispose", "exchanged"))
    ]
    weights = objective_weights(name, known.values())
    total = sum(weights.get((r, action), 0.0) * x for r, action, x in amounts)
    assert total == pytest.approx(measure(known, amounts)[name])


def test_every_indicator_has_a_unit():
    assert set(UNITS) == {*LINEAR, "circularity", *water_indicators.UNITS}


def test_before_and_after_of_a_plan():
    """The hand park: 100 t of dross dumped today, none in the plan; 40 of 500 t of clay saved."""
    table = plan(hand_park()).tables["indicators"].set_index("name")
    assert tuple(table.loc["disposed", ["today", "plan"]]) == pytest.approx((100, 0))
    assert tuple(table.loc["virgin", ["today", "plan"]]) == pytest.approx((500, 460))
    assert tuple(table.loc["byproduct_exchanged", ["today", "plan"]]) == pytest.approx((0, 140))
    assert tuple(table.loc["circularity", ["today", "plan"]]) == pytest.approx((0, 1))


@pytest.mark.parametrize("name", ["co2e", "fresh_water", "disposed", "virgin"])
def test_an_objective_is_its_indicator(name):
    """Whatever physical objective is asked, its value is the indicator the plan reports."""
    park = hand_park().change("resources", "clay", co2e_bought=0.1)
    park.change("resources", "alumina", co2e_bought=2)
    found = plan(park, objective=name)
    table = found.tables["indicators"].set_index("name")
    assert found.facts["objective"]["value"] == pytest.approx(table.loc[name, "plan"], abs=1e-6)
