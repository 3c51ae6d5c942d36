"""Wrong thermal streams are refused with file, row and column, and a word on how to mend them."""

import pytest

from heat_parks import HALVES, flow, heat_park, level, standing, steam_site
from symbiosis.domain.errors import DatasetError
from symbiosis.domain.settings import Settings

STREAM = {
    "stream_id": "gas",
    "enterprise_id": "A",
    "role": "hot",
    "supply_celsius": 200,
    "target_celsius": 100,
    "duty": 50,
}


def site(**settings):
    park = heat_park(**settings).enterprise("A")
    park.resource("steel").market("steel", "sell", 1)
    park.recipe("melting", {}, {"steel": 1})
    return park.unit("furnace", "A", "melting", 10)


def faults(park):
    with pytest.raises(DatasetError) as refused:
        park.dataset()
    return str(refused.value).splitlines()[1:]


def refused(**cells):
    park = site()
    given = {**STREAM, **cells}
    return faults(park.add("thermal_streams", **{k: v for k, v in given.items() if v is not None}))


SIGN = "check the sign, the number and its unit"
NUMBER = (
    "is not a number; write a number such as 12.5 or 1,200; "
    "a unit stands in its own column or after it"
)
OWNER = "belongs to an enterprise or to a recipe, one of the two"
AMOUNT = "an enterprise has duty or heat_capacity_flow, a recipe duty_per_activity"
ROLE = "a hot stream cools and a cold one warms; mend role or temperature"


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        (
            {"target_celsius": 200},
            "target_celsius: '200'",
            "target equals supply; give an isothermal stream 1 K",
        ),
        ({"role": "cold"}, "target_celsius: '100'", ROLE),
        ({"supply_celsius": 90}, "target_celsius: '100'", ROLE),
        (
            {"role": "warm"},
            "role: 'warm'",
            "is not one of hot, cold",
        ),
        ({"duty": -50}, "duty: '-50'", f"must be > 0; {SIGN}"),
        ({"duty": 0}, "duty: '0'", f"must be > 0; {SIGN}"),
        (
            {"duty": None, "heat_capacity_flow": -1},
            "heat_capacity_flow: '-1'",
            f"must be > 0; {SIGN}",
        ),
        ({"supply_celsius": 3200}, "supply_celsius: '3200'", f"must be <= 3000; {SIGN}"),
        ({"target_celsius": -300}, "target_celsius: '-300'", f"must be >= -273.15; {SIGN}"),
        ({"approach_k": 250}, "approach_k: '250'", f"must be <= 200; {SIGN}"),
        ({"approach_k": -5}, "approach_k: '-5'", f"must be >= 0; {SIGN}"),
        ({"recoverable_share": 1.5}, "recoverable_share: '1.5'", f"must be <= 1; {SIGN}"),
        ({"recipe_id": "melting"}, "recipe_id: 'melting'", OWNER),
        ({"enterprise_id": None}, "recipe_id", OWNER),
        ({"heat_capacity_flow": 2}, "duty_per_activity", AMOUNT),
        ({"duty": None}, "duty_per_activity", AMOUNT),
        ({"duty_per_activity": 3}, "duty_per_activity: '3'", AMOUNT),
        ({"enterprise_id": None, "recipe_id": "melting"}, "duty_per_activity", AMOUNT),
        (
            {"duty_unit": "t/h"},
            "duty_unit: 't/h'",
            "is not a unit for this number; write a unit such as GJ/year",
        ),
        (
            {"duty": None, "heat_capacity_flow": 2, "flow_unit": "MW"},
            "flow_unit: 'MW'",
            "is not a unit for this number; write a unit such as GJ/year/K",
        ),
        (
            {"enterprise_id": "B"},
            "enterprise_id: 'B'",
            "is not in enterprises.csv; add it there, or mend the name",
        ),
        ({"duty": "fifty"}, "duty: 'fifty'", NUMBER),
        (
            {"profile_id": "season"},
            "profile_id: 'season'",
            "is not in profiles.csv; add it there, or mend the name",
        ),
    ],
)
def test_a_stream_that_cannot_be(cells, column, said):
    """One fault, at its column; what is silently taken would make heat from nothing."""
    assert refused(**cells) == [f"  thermal_streams.csv, row 2, column {column}: {said}"]


def test_a_stream_that_is_right():
    """The other cases break this one: an isothermal stream, one of a recipe that nobody runs."""
    park = site().add("thermal_streams", **STREAM)
    park.add("thermal_streams", **{**STREAM, "stream_id": "steam", "target_celsius": 199})
    park.recipe("idle", {"steel": 1}, {})
    unused = {"enterprise_id": None, "duty": None, "recipe_id": "idle", "duty_per_activity": 2}
    cells = {**STREAM, "stream_id": "unused", **unused}
    park.add("thermal_streams", **{k: v for k, v in cells.items() if v is not None})
    assert len(park.dataset().thermal_streams) == 3


def test_power_and_heat_capacity_are_understood():
    """1 MW is 31,536 GJ a year; 2 kW/K over 100 K is 0.2 MW; GJ/h and MWh/year too."""
    park = site()
    for number, (amount, unit) in enumerate([(1, "MW"), (3.6, "GJ/h"), (8760, "MWh/year")]):
        named = {"stream_id": f"s{number}", "duty": amount, "duty_unit": unit}
        park.add("thermal_streams", **{**STREAM, **named})
    flow(park, "A", 200, 100, 0, heat_capacity_flow=2, flow_unit="kW/K")
    heats = [stream.heat for stream in park.dataset().thermal_streams]
    assert heats == pytest.approx([31536, 31536, 31536, 6307.2])


def test_the_range_is_that_of_the_duty():
    said = refused(low=60, high=70)
    assert said == [
        "  thermal_streams.csv, row 2, column low: '60': 'duty' lies outside its own range; "
        "low <= value <= high must hold, all in the same unit"
    ]


# --------------------------------------------------------------------------- settings, profiles


@pytest.mark.parametrize("setting", ["hot_utility", "cold_utility"])
def test_a_utility_that_is_no_resource(setting):
    park = site(heat={setting: "heat_boght"})
    assert faults(park) == [
        f"  study.toml, column heat.{setting}: 'heat_boght': is not in resources.csv; "
        "closest is 'heat_bought'"
    ]


@pytest.mark.parametrize("unit", ["MWh", "t"])
def test_a_utility_that_does_not_count_in_gj(unit):
    """A GJ of heat would be bought as one MWh or t."""
    park = site(heat={"hot_utility": "gas"}).resource("gas", kind="energy", unit=unit)
    assert faults(park) == [
        f"  study.toml, column heat.hot_utility: 'gas': counts in {unit}, heat in GJ; "
        "write unit = GJ at the resource; prices may stay in another unit"
    ]


def test_an_approach_of_the_study_that_cannot_be():
    assert faults(site(heat={"approach_k": 250})) == [
        f"  study.toml, column heat.approach_k: '250': must be <= 200; {SIGN}"
    ]
    assert Settings.model_validate({"heat": {"approach_k": 0}}).heat.approach_k == 0


def test_a_profile_of_a_slice_there_is_not():
    park = site(slices=HALVES).add("profiles", profile_id="day", slice_id="wintr", factor=1)
    assert faults(park) == [
        "  profiles.csv, row 2, column slice_id: 'wintr': is not a slice of study.toml; "
        "closest is 'winter'"
    ]


def test_a_negative_factor():
    park = site(slices=HALVES).add("profiles", profile_id="day", slice_id="winter", factor=-1)
    assert faults(park) == [f"  profiles.csv, row 2, column factor: '-1': must be >= 0; {SIGN}"]


def test_a_profile_misspelt_and_one_that_misses_slices():
    park = site(slices=HALVES).add("profiles", profile_id="season", slice_id="winter", factor=2)
    flow(park, "A", 200, 100, 50, profile_id="season")
    assert park.dataset().profiles[0].factor == 2
    flow(park, "A", 200, 100, 50, profile_id="saeson")
    assert faults(park) == [
        "  thermal_streams.csv, row 3, column profile_id: 'saeson': is not in profiles.csv; "
        "closest is 'season'"
    ]


def test_a_profile_of_a_stream_that_follows_a_unit():
    park = site().add("profiles", profile_id="season", slice_id="year", factor=0.5)
    given = {**STREAM, "recipe_id": "melting", "duty_per_activity": 2, "profile_id": "season"}
    park.add(
        "thermal_streams", **{k: v for k, v in given.items() if k not in ("enterprise_id", "duty")}
    )
    assert faults(park) == [
        "  thermal_streams.csv, row 2, column profile_id: 'season': has no meaning here: the "
        "stream follows the activity of its unit; leave the cell empty"
    ]


# ----------------------------------------------------------------------------- without a utility


def never_heated(zone, amount, row):
    return (
        f"  thermal_streams.csv, row {row[0]}, column stream_id: '{row[1]}': in '{zone}' "
        f"{amount} GJ/year of cold streams can be heated by nothing; "
        "name hot_utility in [heat] of study.toml, or add a stream"
    )


def test_a_cold_stream_that_nothing_can_heat():
    """80 GJ of hot gas, 60 of them above the 100 GJ wanted from 120 to 160 °C: 40 GJ missing."""
    park = site(heat={"hot_utility": ""})
    flow(park, "A", 240, 80, 160, stream_id="gas")
    flow(park, "A", 80, 160, 200, stream_id="water")
    # above 80 °C: 160 given, 200 wanted
    assert faults(park) == [never_heated("A", 40, (3, "water"))]
    park.add("thermal_streams", **{**STREAM, "stream_id": "more", "duty": 40})
    assert park.dataset()


def test_heat_that_is_there_but_too_cold():
    """As much as is wanted, but below 90 °C: all 50 GJ are missing. Only the zone is to blame."""
    park = site(heat={"hot_utility": ""}).enterprise("B")
    flow(park, "A", 90, 40, 500)
    flow(park, "A", 90, 140, 50, stream_id="water")
    flow(park, "B", 500, 400, 900)
    assert faults(park) == [never_heated("A", 50, (3, "water"))]


def test_a_sink_needs_machines():
    """A site that does not integrate its heat: its own hot stream is in the other zone."""
    park = heat_park(heat={"hot_utility": ""}).enterprise("A", internal_integration=0)
    flow(park, "A", 300, 200, 500)
    flow(park, "A", 80, 120, 100, stream_id="water")
    assert faults(park) == [never_heated("A:sink", 100, (3, "water"))]
    level(park, "hot_water", 130)
    standing(park, "A", "raise_hot_water", "use_hot_water")
    assert park.dataset()


def test_steam_from_next_door_is_enough():
    park = steam_site(0)
    park.settings["heat"] = {**park.settings["heat"], "hot_utility": ""}
    assert park.dataset()
    park.change("units", "B-use_lp", most_utilisation=0.05)  # 500 of the 600 GJ
    assert faults(park) == [never_heated("B:sink", 100, (3, "B-cold-1"))]


def test_a_heat_link_may_bring_what_is_missing():
    park = site(heat={"hot_utility": ""}).enterprise("B")
    flow(park, "A", 300, 200, 500, stream_id="gas")
    flow(park, "B", 80, 120, 100, stream_id="water")
    park.add("heat_links", link_id="duct", from_stream="gas", to_stream="water")
    assert park.dataset()


def test_a_slice_in_which_nothing_is_hot():
    """The year's sum would be enough; in winter the furnace stands: 25 GJ missing."""
    park = site(heat={"hot_utility": ""}, slices=HALVES)
    park.add("profiles", profile_id="summer", slice_id="winter", factor=0)
    park.add("profiles", profile_id="summer", slice_id="summer", factor=2)
    flow(park, "A", 300, 200, 500, profile_id="summer")
    flow(park, "A", 80, 120, 50, stream_id="water")
    assert faults(park) == [never_heated("A", 25, (3, "water"))]


def test_a_hot_stream_that_nothing_can_cool():
    """70 GJ left over of 120: at its cold end the cold stream is colder than all of it."""
    park = site(heat={"cold_utility": ""})
    flow(park, "A", 300, 200, 120, stream_id="gas")
    flow(park, "A", 80, 120, 50)
    assert faults(park) == [
        "  thermal_streams.csv, row 2, column stream_id: 'gas': in 'A' 70 GJ/year of hot streams "
        "can be cooled by nothing; name cold_utility in [heat] of study.toml, or add a stream"
    ]


@pytest.mark.parametrize(("per_gj", "refused"), [(0.9, False), (1.0, False), (1.2, True)])
def test_a_machine_that_makes_energy(per_gj, refused):
    """A turbine that gives 0.8 GJ low and power for `per_gj` - 0.8 from a GJ high."""
    park = level(level(site(), "hp", 200), "lp", 140)
    park.resource("power", kind="energy", unit="MWh", state="power").market("power", "sell", 9)
    park.recipe("turbine", {"hp": 1}, {"lp": 0.8, "power": (per_gj - 0.8) / 3.6})
    standing(park, "A", "raise_hp", "turbine", "use_lp")
    if not refused:
        park.dataset()
        return
    assert faults(park) == [
        "  recipes.csv, row 7, column recipe_id: 'turbine': gives 1.2 GJ of energy per unit of "
        "activity and takes 1; mend coefficients and duties, or add the thermal stream or fuel it "
        "takes"
    ]


def test_a_boiler_is_no_machine_that_makes_energy():
    """The heat in a fuel is not in the data: gas in m3, coal in t and a cold source count so."""
    park = level(site(), "lp", 140).resource("gas", kind="energy", unit="1000 m3").resource("coal")
    for fuel in ("gas", "coal"):
        park.market(fuel, "buy", 1).recipe(f"{fuel}_boiler", {fuel: 1}, {"lp": 30})
        standing(park, "A", f"{fuel}_boiler")
    park.resource("power", kind="energy", unit="MWh", state="power").market("power", "buy", 1)
    park.recipe("air_pump", {"power": 1}, {"lp": 10.8})  # heat of the air, without a stream
    standing(park, "A", "air_pump", "use_lp").dataset()
