"""Pumping by hand: what a pipe's pumps need of power, where it comes from, when it pays.

A works gives 1000 m3 of used water a year, whose disposal costs 0.001 万元/m3; a laundry needs as
much and buys it at 0.002. Its pipe is 2 km long and lifts by 100 m: 2 x 0.001 + 100 x 0.0001 =
0.012 MWh/m3, 12 MWh a year for all of it. At 0.05 万元/MWh an exchange of all is worth
10 x (3 - 0.6) = 24 万元 in ten years.
"""

import random

import pandas as pd
import pytest

from audits import audited, failed
from parks import Park, amount, npv, plan, prepared
from symbiosis.domain.errors import DatasetError

OPEN = {"network": {"matching": "open"}}
HALVES = [{"id": "wet", "hours": 4380}, {"id": "dry", "hours": 4380}]


def pumped(works: float | None = 1500, laundry: float | None = 1600, price: float = 0.05) -> Park:
    park = Park()
    park.add("carriers", **PIPE)
    park.resource("water", kind="water", unit="m3", carrier_id="pipe")
    park.resource("power", kind="energy", unit="MWh", balance="slice", state="power")
    park.enterprise("works", elevation_m=works).enterprise("laundry", elevation_m=laundry)
    park.supply("works", "water", 1000).need("laundry", "water", 1000)
    park.market("water", "dispose", 0.001).market("water", "buy", 0.002)
    return park.market("power", "buy", price).link("works", "laundry", "water", distance=2)


PIPE = {
    "carrier_id": "pipe",
    "unit": "m3",
    "reach": 20,
    "pumping_resource": "power",
    "pumping_per_km": 0.001,
    "pumping_per_m": 0.0001,
}


def test_lifting_water_costs_power():
    """Were the lift or the distance left out, 2 or 10 MWh would be bought instead of 12."""
    found = audited(pumped())
    assert amount(found, "trades", resource="power") == pytest.approx(12)
    assert found.facts["npv_wanyuan"] == pytest.approx(24)
    assert list(found.tables["exchanges"]["pumping"]) == pytest.approx([0.012])
    assert list(found.tables["exchanges"]["pumping_resource"]) == ["power"]


@pytest.mark.parametrize(("works", "laundry"), [(1600, 1500), (None, 1500), (1500, None)])
def test_downhill_and_unknown_lifts_count_nothing(works, laundry):
    """2 MWh for the way alone: downhill nothing is won, an unknown height is no height of 0 m."""
    found = audited(pumped(works, laundry))
    assert amount(found, "trades", resource="power") == pytest.approx(2)
    assert found.facts["npv_wanyuan"] == pytest.approx(29)


def test_water_that_is_dear_to_lift_stays():
    """At 0.3 万元/MWh a m3 costs 0.0036 to move and saves 0.003."""
    found = audited(pumped(price=0.3))
    assert found.tables["exchanges"].empty
    assert found.facts["npv_wanyuan"] == pytest.approx(0)


def test_own_power_drives_the_pumps():
    """The works sells 20 MWh at 0.01: 12 of them are worth 0.12 a year less than bought ones."""
    park = pumped().supply("works", "power", 20).market("power", "sell", 0.01)
    found = audited(park)
    assert amount(found, "within", resource="power") == pytest.approx(12)
    assert amount(found, "trades", resource="power", action="buy") == pytest.approx(0)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (3 - 0.12))


def test_a_neighbour_drives_the_pumps():
    """A station's spare 8 MWh come by cable, 4 are bought, although the works has no other need."""
    park = pumped().enterprise("station").supply("station", "power", 8)
    park.market("power", "dispose", 0).link("station", "works", "power")
    found = audited(park)
    assert amount(found, "exchanges", resource="power") == pytest.approx(8)
    assert amount(found, "trades", resource="power", action="buy") == pytest.approx(4)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (3 - 4 * 0.05))


def test_a_substitute_covers_its_share_of_the_pumps_need():
    """Solar power for at most half of any need of power: 6 of the 12 MWh."""
    park = (
        pumped().resource("solar", kind="energy", unit="MWh").substitute("solar", "power", 1, 0.5)
    )
    park.supply("works", "solar", 20).market("solar", "dispose", 0)
    found = audited(park, **OPEN)
    assert amount(found, "exchanges", resource="solar") == pytest.approx(6)
    assert amount(found, "trades", resource="power") == pytest.approx(6)


def test_without_power_nothing_is_pumped():
    """Only the laundry may buy power: the works cannot move a drop, and no wrong 0 power does."""
    park = pumped()
    park.rows["markets"][-1].update(enterprise_id="laundry")
    assert audited(park).tables["exchanges"].empty


def test_pumps_of_today_are_in_the_baseline():
    """500 m3 are pumped today with 6 MWh: the other half is worth 12, not 24 less today's power."""
    park = pumped()
    park.add("exchanges", donor_id="works", receiver_id="laundry", resource_id="water", amount=500)
    found = audited(park)
    assert amount(found, "trades", "today", resource="power") == pytest.approx(6)
    assert found.facts["npv_wanyuan"] == pytest.approx(12)


@pytest.mark.parametrize("balance", ["annual", "slice"])
def test_power_is_needed_when_the_water_flows(balance):
    """Water of the wet half only takes all power then; water of the year takes it evenly."""
    park = pumped().change("resources", "water", balance=balance)
    for row in park.rows["streams"]:
        row["profile_id"] = "season"
    park.add("profiles", profile_id="season", slice_id="dry", factor=0)
    found = audited(park, slices=HALVES)
    by_slice = found.tables["trades_by_slice"]
    power = by_slice[by_slice["resource"] == "power"].set_index("slice")["plan"]
    wanted = {"wet": 12} if balance == "slice" else {"wet": 6, "dry": 6}
    assert power.to_dict() == pytest.approx(wanted)


def test_heights_are_looked_up_as_coordinates_are():
    """A place's own height, else its host's, else the park's; pumped by the carrier's own way."""
    park = pumped(None, 1600).change("parks", "P", elevation_m=1500, lat=36, lon=103)
    park.recipe("rinsing", {"water": 1}, {})
    places = {"low": {}, "hosted": {"host_id": "laundry"}, "own": {"elevation_m": 1530}}
    park.project("rinse", "rinsing", 10, 1, places)
    found = prepared(park, network={"matching": "open", "detour_factor": 1, "least_distance_km": 2})
    ways = found.matches.candidates.set_index("receiver")["pumping"]
    assert ways.to_dict() == pytest.approx(
        {"laundry": 0.012, "low": 0.002, "hosted": 0.012, "own": 0.005}
    )


def test_units_of_pumping():
    """5 kWh/t and km by a carrier that counts t, for a resource of 2 t/m3: 0.01 MWh/m3 and km."""
    park = pumped(None, None).change("resources", "water", mass=2)
    typed = {"pumping_per_km": "5", "pumping_per_km_unit": "kWh/t/km", "unit": "t"}
    park.change("carriers", "pipe", **typed)
    assert amount(audited(park), "trades", resource="power") == pytest.approx(20)


@pytest.mark.parametrize("seed", range(6))
def test_pumping_is_worth_its_power(seed):
    """With all power bought at one price, pumps cost what a freight of the same amount costs."""
    draw = random.Random(seed)
    price = draw.uniform(0.01, 0.2)
    pumps, freight = Park(), Park()
    idle = {**PIPE, "pumping_per_km": 0, "pumping_per_m": 0}
    heights = {name: draw.uniform(1500, 1700) for name in ("a", "b", "c", "x", "y", "z")}
    for park in (pumps, freight):
        park.add("carriers", **PIPE if park is pumps else idle)
        park.resource("water", kind="water", unit="m3", carrier_id="pipe")
        park.resource("power", kind="energy", unit="MWh", balance="slice", state="power")
        park.market("power", "buy", price).market("water", "dispose", 0.001)
        park.market("water", "buy", 0.002)
        for name, height in heights.items():
            park.enterprise(name, elevation_m=height)
    for donor in "abc":
        given = draw.uniform(100, 1000)
        pumps.supply(donor, "water", given), freight.supply(donor, "water", given)
    for receiver in "xyz":
        taken = draw.uniform(100, 1000)
        pumps.need(receiver, "water", taken), freight.need(receiver, "water", taken)
    for donor in "abc":
        for receiver in "xyz":
            km, fixed = draw.uniform(0, 5), draw.uniform(0, 4)
            lift = max(0, heights[receiver] - heights[donor])
            cost = price * (0.001 * km + 0.0001 * lift)
            pumps.link(donor, receiver, "water", distance=km, fixed_cost=fixed)
            freight.link(donor, receiver, "water", distance=km, fixed_cost=fixed, freight=cost)
    assert npv(pumps) == pytest.approx(npv(freight), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"pumping_resource": ""}, "is empty, and its pumps need something"),
        ({"pumping_resource": "solar"}, "nobody gives or sells it"),
        ({"pumping_resource": "powr"}, "closest is 'power'"),
        ({"pumping_per_m": -1}, "pumping_per_m"),
        ({"pumping_per_m_unit": "kWh/t/m"}, "pumping_per_m"),
    ],
)
def test_pumps_that_cannot_be(cells, problem):
    """Refused with the row, before a plan counts them as free or forbids the pipe in silence."""
    park = pumped().resource("solar", kind="energy", unit="MWh").change("carriers", "pipe", **cells)
    with pytest.raises(DatasetError) as refused:
        park.dataset()
    assert "carriers.csv, row 2" in str(refused.value) and problem in str(refused.value)


def test_the_audit_finds_power_that_was_not_counted():
    """A plan whose works bought 1 MWh less, or whose row says another need, is not a plan."""
    park = pumped()
    dataset, found = park.dataset(), plan(park)
    found.tables["trades"].loc[found.tables["trades"]["resource"] == "power", "plan"] -= 1
    assert "taking_balance" in failed(dataset, found)
    found = plan(park)
    found.tables["exchanges"]["pumping"] /= 2
    assert failed(dataset, found).keys() == {"pumping"}
    found = plan(park)
    found.tables["exchanges"]["pumping_resource"] = pd.Series(["water"], dtype=object)
    assert failed(dataset, found).keys() == {"pumping"}
