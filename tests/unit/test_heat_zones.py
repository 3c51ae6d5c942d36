"""Zones, loads and carrier levels: what the targets and the cascade are made from."""

import pytest

from heat_parks import HALVES, flow, heat_park, level, machine, standing
from parks import prepared
from symbiosis.network.heat_zones import carrier_levels, process_streams


def two_places(**settings):
    """A gives 8760 GJ a year from 300 to 200 °C, B needs half of it, in winter only."""
    park = heat_park(**settings).enterprise("a", "b")
    flow(park, "a", 300, 200, 8760)
    flow(park, "b", 60, 80, 8760, profile_id="winter")
    park.add("profiles", profile_id="winter", slice_id="winter", factor=1)
    return park.add("profiles", profile_id="winter", slice_id="summer", factor=0)


def test_process_streams_are_powers_of_their_slice():
    """8760 GJ/year are 1 GJ/h, 1/3.6 MW; what a profile switches off is no stream of the slice."""
    site = prepared(two_places(slices=HALVES))
    for part, names in (("winter", ["a", "b"]), ("summer", ["a"])):
        streams = process_streams(site.dataset, site.actors, part, 0.5)
        assert [stream.place for stream in streams] == names
        assert [stream.duty for stream in streams] == pytest.approx([1 / 3.6] * len(names))


def test_process_streams_keep_their_own_temperatures_and_approach():
    """The targets shift by themselves: shifted twice, heat would be lost."""
    park = heat_park().enterprise("a")
    flow(park, "a", 300, 200, 100, approach_k=20)
    site = prepared(park)
    (stream,) = process_streams(site.dataset, site.actors, "year", 1.0)
    assert (stream.supply_celsius, stream.target_celsius, stream.approach_k) == (300, 200, 20)


def test_machines_are_no_process_streams():
    """A boiler's intake is not a need of the place; counted, it would double the demand."""
    park = level(two_places(slices=HALVES), "water", 100)
    standing(park, "a", "raise_water")
    site = prepared(park)
    assert len(process_streams(site.dataset, site.actors, "winter", 0.5)) == 2


def test_a_level_is_raised_and_used_at_the_hot_ends_of_its_streams():
    """Water 60/110 °C from gas, felt by its user as 105 °C: not 60, at which it returns."""
    park = heat_park().enterprise("a").resource("water", kind="energy", unit="GJ")
    park.recipe("raise", {}, {"water": 1}).recipe("use", {"water": 1}, {})
    machine(park, "raise", 60, 110)
    machine(park, "use", 105, 60)
    (found,) = carrier_levels(prepared(park).dataset)
    assert (found.name, found.generation_celsius, found.use_celsius) == ("water", 110, 105)


def test_steam_is_raised_at_the_temperature_at_which_it_boils():
    """80 % of its heat boils it at 198 °C; that 5 % superheat it to 450 makes no level of 450."""
    park = heat_park().enterprise("a").resource("steam", kind="energy", unit="GJ")
    park.recipe("raise", {}, {"steam": 1}).recipe("use", {"steam": 1}, {})
    for part, supply, target, heat in (
        ("water", 95, 197, 0.15),
        ("boiling", 197, 198, 0.8),
        ("superheat", 198, 450, 0.05),
    ):
        machine(park, "raise", supply, target, per=heat)
        park.rows["thermal_streams"][-1]["stream_id"] = part
    machine(park, "use", 188, 187)
    (found,) = carrier_levels(prepared(park).dataset)
    assert (found.generation_celsius, found.use_celsius) == (198, 188)


def test_a_heat_pump_does_not_lower_the_level_at_which_others_raise_water():
    """Its evaporator at 20 °C gives the same water; the water still has to be 110 °C hot."""
    park = heat_park().enterprise("a").resource("water", kind="energy", unit="GJ")
    park.resource("power", kind="energy", state="power", unit="MWh")
    park.recipe("raise", {}, {"water": 1}).recipe("use", {"water": 1}, {})
    park.recipe("pump", {"power": 0.1}, {"water": 1})
    machine(park, "raise", 60, 110)
    machine(park, "pump", 15, 20, per=0.64)
    machine(park, "use", 105, 60)
    (found,) = carrier_levels(prepared(park).dataset)
    assert found.generation_celsius == 110


def test_what_only_heat_pumps_make_is_no_level():
    """Heat at 20 °C does not serve a need at 105 °C without work."""
    park = heat_park().enterprise("a").resource("water", kind="energy", unit="GJ")
    park.resource("power", kind="energy", state="power", unit="MWh")
    park.recipe("pump", {"power": 0.1}, {"water": 1}).recipe("use", {"water": 1}, {})
    machine(park, "pump", 15, 20, per=0.64)
    machine(park, "use", 105, 60)
    assert carrier_levels(prepared(park).dataset) == []
