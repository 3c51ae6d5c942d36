"""Heat of the embedded datasets: streams, their machines, and what a plan does with them."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from symbiosis.domain.dataset import Dataset
from symbiosis.inputs.reader import read_dataset
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import plan_study, prepare

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
MW = 31536.0  # GJ of a MW-year
PARKS = ("honggu", "yongdeng")


@cache
def dataset(name: str) -> Dataset:
    return read_dataset(DATASETS / name)


@cache
def plan(name: str) -> Plan:
    return plan_study(prepare(dataset(name)))


def traded(name: str, resource: str) -> pd.DataFrame:
    """Amounts bought or disposed of today and in the plan, by actor."""
    rows = plan(name).tables["trades"]
    return rows[rows["resource"] == resource].set_index("actor")[["today", "plan"]]


# Data


@pytest.mark.parametrize("name", PARKS)
def test_one_heat_is_not_counted_twice(name):
    """A recipe run where streams stand neither gives nor takes heat as a yearly coefficient.

    E05's network is the exception: its hot water is made from fuel and sold to its customers.
    """
    data = dataset(name)
    with_streams = {row.enterprise_id for row in data.thermal_streams if row.enterprise_id}
    for unit in data.units:
        if unit.enterprise_id not in with_streams or unit.recipe_id in ("P12H", "RJ40"):
            continue
        flows = {flow.resource_id for flow in data.flows_of_recipe[unit.recipe_id]}
        heat = {key for key in flows if key.startswith(("heat_", "steam_", "low_heat"))}
        if not unit.recipe_id.startswith("use_"):
            assert not heat and "hot_water" not in flows, unit.unit_id


@pytest.mark.parametrize("name", PARKS)
def test_an_enterprise_with_streams_does_not_integrate_by_itself(name):
    """Heat passes through machines; a district has a cold stream only and nothing to integrate."""
    data = dataset(name)
    with_hot = {row.enterprise_id for row in data.thermal_streams if row.role == "hot"} - {""}
    assert {row.enterprise_id for row in data.enterprises if not row.internal_integration} == (
        with_hot
    )


@pytest.mark.parametrize("name", PARKS)
def test_a_season_of_heating_and_a_year_of_baths(name):
    """Heating runs 151 days at 0.677 of its design load, all else has a mean of 1."""
    data = dataset(name)
    hours = {part.id: part.hours for part in data.settings.slices}
    assert hours == {"heating": 151 * 24, "rest": 214 * 24}
    factor = {(row.profile_id, row.slice_id): row.factor for row in data.profiles}
    assert factor["heating", "heating"] == pytest.approx(0.677, abs=5e-4)
    assert factor["heating", "rest"] == 0
    for profile in {profile for profile, _part in factor}:
        if not profile.startswith("heating") and profile != "condenser_chp":
            mean = sum(factor[profile, part] * hours[part] for part in hours) / 8760
            assert mean == pytest.approx(1, abs=2e-3), profile


def test_heat_used_today_is_left_out():
    """E20-H8: 24.34 MW, 85 % recoverable, 45 % of that used today for paste, baths and heating."""
    stream = {row.stream_id: row for row in dataset("yongdeng").thermal_streams}
    assert stream["E20-H8"].heat == pytest.approx(24.34 * MW * 0.85 * 0.55, rel=1e-5)
    assert stream["E20-C1"].heat == pytest.approx(16 * MW * 0.75, rel=1e-5)
    assert not {"E20-C2", "E20-C3"} & set(stream)


def test_steam_is_raised_at_one_temperature():
    """1.5 MPa steam: 17.5 % warms water from 95 to 198 °C, the rest is taken up above 198 °C.

    Spread evenly from 95 to 205 °C, gas of 200 °C would raise it, which no works can do.
    """
    stream = {row.stream_id: row for row in dataset("yongdeng").thermal_streams}
    water, steam = stream["RJ10-feed-water"], stream["RJ10-evaporating"]
    assert (water.supply_celsius, water.target_celsius) == (95, 198)
    assert (steam.supply_celsius, steam.target_celsius) == (198, 205)
    share = 0.0043 * (198 - 95) / 2.53
    assert water.heat / (water.heat + steam.heat) == pytest.approx(share, rel=1e-4)


def test_a_machine_takes_up_no_less_than_it_gives():
    """Heat given plus power made is at most heat taken up plus power used."""
    for name in PARKS:
        data = dataset(name)
        taken: dict[str, float] = {}
        for row in data.thermal_streams:
            if row.machine and row.role == "cold":
                taken[row.recipe_id] = taken.get(row.recipe_id, 0) + row.heat
        for recipe, heat in taken.items():
            energy = heat
            for flow in data.flows_of_recipe[recipe]:
                per = {"MWh": 3.6, "GJ": 1.0}.get(data.resource[flow.resource_id].unit, 0.0)
                energy += per * flow.coefficient * (1 if flow.direction == "in" else -1)
            assert energy >= -0.01 * heat, recipe


@pytest.mark.parametrize("name", PARKS)
def test_nobody_with_streams_buys_steam_or_hot_water(name):
    """Else a plan would earn by buying the same heat under a cheaper name."""
    data = dataset(name)
    own = {(row.resource_id, row.enterprise_id): row for row in data.markets if row.action == "buy"}
    for unit in data.units:
        if unit.recipe_id in ("use_steam_mp", "use_hot_water", "RJ40"):
            carrier = {"RJ40": "hot_water"}.get(unit.recipe_id, unit.recipe_id.removeprefix("use_"))
            assert own[carrier, unit.enterprise_id].most == 0


# Plans


@pytest.mark.parametrize("name", PARKS)
def test_today_buys_what_its_cold_streams_need(name):
    """No machine runs today: gas heat is the need of every zone, season by season."""
    data = dataset(name)
    factor = {(row.profile_id, row.slice_id): row.factor for row in data.profiles}
    needed: dict[str, float] = {}
    for row in data.thermal_streams:
        if row.enterprise_id and row.role == "cold":
            for part in data.settings.slices:
                load = factor.get((row.profile_id, part.id), 1.0) * part.hours / 8760
                needed[row.enterprise_id] = needed.get(row.enterprise_id, 0) + row.heat * load
    assert traded(name, "gas_heat")["today"].to_dict() == pytest.approx(needed, rel=1e-6)


@pytest.mark.parametrize("name", PARKS)
def test_what_is_saved_is_not_thrown_away(name):
    """Waste heat replaces gas: less of both than today."""
    for resource in ("gas_heat", "heat_rejected"):
        amounts = traded(name, resource).sum()
        assert amounts["plan"] < amounts["today"]


def test_waste_heat_warms_heqiao_and_the_smelter():
    """Pot gas heats the smelter, furnace gas the town: neither needs gas any more."""
    bought = traded("yongdeng", "gas_heat")["plan"]
    assert bought["E20"] == bought["DH05"] == pytest.approx(0, abs=1)
    built = set(plan("yongdeng").tables["projects"]["project_id"])
    assert {"J13", "HU04-E22"} <= built


def test_the_captive_plant_heats_ping_an():
    """Its exhaust steam, at a higher back pressure, serves town, smelter and processors.

    Haishiwan, 60 km away, cannot be reached and goes on buying gas.
    """
    bought = traded("honggu", "gas_heat")
    assert bought["plan"]["DH02"] == bought["plan"]["E06"] == pytest.approx(0, abs=1)
    assert bought["plan"]["DH01"] == pytest.approx(bought["today"]["DH01"])
    assert "JM14" in set(plan("honggu").tables["projects"]["project_id"])
