"""Heat of the embedded datasets: streams, their machines, and what a plan does with them."""

import pytest

from embedded_plans import DATASETS, embedded, in_one_process, plan_of
from symbiosis.inputs.tables import read_tables

MW = 31536.0  # GJ of a MW-year
pytestmark = in_one_process

PARKS = ("honggu", "yongdeng")


# Data


@pytest.mark.parametrize("name", PARKS)
def test_one_heat_is_not_counted_twice(name):
    """A recipe run where streams stand neither gives nor takes heat as a yearly coefficient.

    E05's extraction is the exception: it makes the heat of its network from fuel.
    """
    data = embedded(name)
    with_streams = {row.enterprise_id for row in data.thermal_streams if row.enterprise_id}
    for unit in data.units:
        if unit.enterprise_id not in with_streams or unit.recipe_id in ("P12H",):
            continue
        flows = {flow.resource_id for flow in data.flows_of_recipe[unit.recipe_id]}
        heat = {key for key in flows if key.startswith(("heat_", "steam_", "low_heat"))}
        if not unit.recipe_id.startswith("use_") and not unit.recipe_id.endswith("_boiler"):
            assert not heat and "hot_water" not in flows, unit.unit_id


@pytest.mark.parametrize("name", PARKS)
def test_an_enterprise_with_streams_does_not_integrate_by_itself(name):
    """Heat passes through machines; a district has a cold stream only and nothing to integrate."""
    data = embedded(name)
    with_hot = {row.enterprise_id for row in data.thermal_streams if row.role == "hot"} - {""}
    assert {row.enterprise_id for row in data.enterprises if not row.internal_integration} == (
        with_hot
    )


@pytest.mark.parametrize("name", PARKS)
def test_a_season_of_heating_and_a_year_of_baths(name):
    """Heating runs 151 days at 0.677 of its design load, all else has a mean of 1.

    The five coldest days are a slice of their own, in which heating has its design load.
    """
    data = embedded(name)
    hours = {part.id: part.hours for part in data.settings.slices}
    assert hours == {"peak": 5 * 24, "heating": 146 * 24, "rest": 214 * 24}
    factor = {(row.profile_id, row.slice_id): row.factor for row in data.profiles}
    season = factor["heating", "peak"] * 120 + factor["heating", "heating"] * 3504
    assert season / 3624 == pytest.approx(0.677, abs=5e-4)
    assert factor["heating", "peak"] == 1 and factor["heating", "rest"] == 0
    for profile in {profile for profile, _part in factor}:
        if profile in ("dhw", "condenser", "day_shift"):
            mean = sum(factor[profile, part] * hours[part] for part in hours) / 8760
            assert mean == pytest.approx(1, abs=2e-3), profile


def test_heat_used_today_is_left_out():
    """E20-H8: 24.34 MW, 85 % recoverable, 45 % of that used today for paste, baths and heating."""
    stream = {row.stream_id: row for row in embedded("yongdeng").thermal_streams}
    assert stream["E20-H8"].heat == pytest.approx(24.34 * MW * 0.85 * 0.55, rel=1e-5)
    assert stream["E20-C1"].heat == pytest.approx(16 * MW * 0.75, rel=1e-5)
    assert not {"E20-C2", "E20-C3"} & set(stream)


def test_steam_is_raised_at_one_temperature():
    """1.5 MPa steam: 17.5 % warms water from 95 to 197 °C, 5 % superheats it, the rest boils it.

    Spread evenly from 95 to 205 °C, gas of 200 °C would raise it, which no works can do. Steam of
    450 °C needs gas above that for 18 % of its heat: furnace gas of 480 °C has next to none.
    """
    stream = {row.stream_id: row for row in embedded("yongdeng").thermal_streams}
    parts = [stream[f"RJ10-{part}"] for part in ("feed-water", "evaporating", "superheating")]
    spans = [(row.supply_celsius, row.target_celsius) for row in parts]
    assert spans == [(95, 197), (197, 198), (198, 250)]
    heat = sum(row.heat for row in parts)
    assert parts[0].heat / heat == pytest.approx(0.0043 * (198 - 95) / 2.53, rel=1e-4)
    assert parts[2].heat / heat == pytest.approx(0.0026 * (250 - 198) / 2.53, rel=1e-4)
    hot = [stream[f"HU01_steam_hp-{part}"] for part in ("evaporating", "superheating")]
    assert (hot[0].target_celsius, hot[1].target_celsius) == (247, 450)


def test_a_machine_takes_up_no_less_than_it_gives():
    """Heat given plus power made is at most heat taken up plus power used."""
    for name in PARKS:
        data = embedded(name)
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


def test_turbines_close_their_energy():
    """A GJ of 3.8 MPa steam: 0.0355 MWh and 0.865 GJ of 0.5 MPa steam, 0.7 % lost; and so on."""
    data = embedded("yongdeng")
    for turbine in ("HU06", "HU07", "HU08", "HU09", "HU10"):
        flows = {row.resource_id: row for row in data.flows_of_recipe[turbine]}
        taken = sum(row.coefficient for row in flows.values() if row.direction == "in")
        given = 3.6 + sum(
            row.coefficient
            for key, row in flows.items()
            if row.direction == "out" and key != "power"
        )
        assert 0.94 * taken < given <= taken, turbine
    flows = {row.resource_id: row.coefficient for row in data.flows_of_recipe["HU08"]}
    assert flows["steam_hp"] == pytest.approx(1 / 0.0355)
    assert flows["steam_lp"] == pytest.approx(0.865 / 0.0355)


def test_heat_from_a_turbine_costs_power_and_condenser_heat():
    """A GJ taken from E07's turbine: 0.045 MWh = 0.162 GJ less power, 0.838 GJ less to reject."""
    data = embedded("honggu")
    flows = {row.resource_id: row.coefficient for row in data.flows_of_recipe["HU19_condenser"]}
    assert flows == {"hot_water": 1, "power": pytest.approx(0.045)}
    (taken,) = (row for row in data.thermal_streams if row.recipe_id == "HU19_condenser")
    assert taken.heat == pytest.approx(1 - 0.045 * 3.6)
    rejected = next(row for row in data.thermal_streams if row.stream_id == "E07-H1")
    assert rejected.target_celsius - taken.target_celsius >= 5


@pytest.mark.parametrize("name", PARKS)
def test_condensate_returns(name):
    """12 % of the steam is made up: 0.12 t of water per t, 0.12 / 2.53 m3 per GJ of 1.5 MPa."""
    data = embedded(name)
    raised = {"HU01_steam_hp": 2.94, "HU02_steam_mp": 2.53}
    for recipe, net in raised.items():
        if recipe in data.flows_of_recipe:
            flows = {row.resource_id: row.coefficient for row in data.flows_of_recipe[recipe]}
            assert flows["demin_water"] == pytest.approx(0.12 / net)


def test_pot_gas_and_furnace_gas_warm_a_main_in_a_row():
    """60 to 85 °C by pot gas of 120 °C, 85 to 110 °C by furnace gas: half of the heat each."""
    data = embedded("yongdeng")
    flows = {row.resource_id: row.coefficient for row in data.flows_of_recipe["HU04M_main_110"]}
    assert flows["main_85"] == 0.5
    stream = {row.stream_id: row for row in data.thermal_streams}
    first, second = stream["HU05_main_85-water"], stream["HU04M_main_110-water"]
    assert (first.supply_celsius, first.target_celsius) == (60, 85)
    assert (second.supply_celsius, second.target_celsius) == (85, 110)
    assert second.heat == pytest.approx(0.5 / 0.98, rel=1e-4)


def test_a_pipe_is_paid_for_its_peak():
    """The library's price per MW, no factor: the slice `peak` has the load of the coldest days."""
    (main,) = (row for row in embedded("honggu").carriers if row.carrier_id == "hot_water")
    assert main.capacity_cost * MW == pytest.approx(4.0)


@pytest.mark.parametrize("name", PARKS)
def test_nobody_sells_steam_or_hot_water(name):
    """Else a machine would earn by buying heat under one name and giving it under another.

    What the processes of new works need is bought as another resource, which a machine may serve.
    """
    data = embedded(name)
    heat = ("steam_", "hot_water", "low_heat", "main_", "dh_heat", "boiler_heat")
    bought = {row.resource_id for row in data.markets if row.action == "buy"}
    assert not [key for key in bought if key.startswith(heat)]
    pairs = {(row.from_resource, row.to_resource) for row in data.substitutes}
    assert ("steam_mp", "process_steam_mp") in pairs
    assert not [to for _from, to in pairs if to.startswith(("steam_", "hot_water"))]


def test_the_main_from_liancheng_joins_the_two_datasets():
    """18 km: 4500 万元 and 72 万元/MW, 6.1 % lost; half as far to Yaojie and E05's network."""
    rows = read_tables(DATASETS / "yongdeng" / "with_honggu").rows["links"]
    link = {row["link_id"]: row for row in rows}
    far = link["Liancheng-Haishiwan"]
    assert (far["from_id"], far["to_id"], far["resource_id"]) == ("E22", "DH01", "hot_water")
    assert float(far["fixed_cost"]) == 250 * 18
    assert float(far["capacity_cost"]) * MW == pytest.approx(4 * 18, rel=1e-5)
    assert float(far["loss_share"]) == pytest.approx(1 - 0.9965**18, rel=1e-5)
    near = link["Liancheng-Yaojie"]
    assert (near["to_id"], float(near["distance"])) == ("E05", 10)
    assert "HU36-E05@E05" in {row.place_id for row in embedded("honggu").project_places}
    assert {"HU04-E22@E22", "HU04M-E22@E22"} <= {
        row.place_id for row in embedded("yongdeng").project_places
    }


# Plans


@pytest.mark.parametrize("name", PARKS)
def test_today_makes_what_its_cold_streams_need(name):
    """No machine runs today: boilers and E05's network give the need of every zone.

    E05 heats all of Yaojie (DH06) and 12.12 % of Haishiwan (DH01).
    """
    data = embedded(name)
    factor = {(row.profile_id, row.slice_id): row.factor for row in data.profiles}
    needed: dict[str, float] = {}
    for row in data.thermal_streams:
        if row.enterprise_id and row.role == "cold":
            for part in data.settings.slices:
                load = factor.get((row.profile_id, part.id), 1.0) * part.hours / 8760
                needed[row.enterprise_id] = needed.get(row.enterprise_id, 0) + row.heat * load
    found = {
        row.enterprise_id: row.capacity * row.utilisation
        for row in data.units
        if row.recipe_id.endswith("_boiler")
    }
    for row in plan_of(name).tables["exchanges"].itertuples():
        if row.serves == "boiler_heat" and row.today:
            found[row.receiver] = found.get(row.receiver, 0) + row.today * row.yields
    assert found == pytest.approx(needed, rel=1e-6)


@pytest.mark.parametrize("name", PARKS)
def test_what_is_saved_is_not_thrown_away(name):
    """Waste heat replaces boilers: less fuel is burnt and less heat thrown away than today."""
    rows = plan_of(name).tables["trades"]
    rows = rows[rows["resource"] == "heat_rejected"]
    assert rows["plan"].sum() < rows["today"].sum()
    units = plan_of(name).tables["units"]
    boilers = units[units["recipe"].str.endswith("_boiler")]
    assert boilers["plan"].sum() < 0.7 * boilers["today"].sum()


@pytest.mark.parametrize("name", PARKS)
def test_no_boiler_heats_a_waste_heat_machine(name):
    """Hot utility enters where processes are heated only, never at a source."""
    rows = plan_of(name).tables["heat"]
    top = rows[rows["zone"].str.endswith(":source")].groupby(["zone", "slice"])["high"].idxmax()
    assert len(top) > 6
    assert rows.loc[top, "entering"].to_numpy() == pytest.approx(0, abs=1e-6)


def boiled(name: str) -> dict[str, float]:
    """What the boilers of every owner make in the plan, as a share of today."""
    rows = plan_of(name).tables["units"]
    rows = rows[rows["recipe"].str.endswith("_boiler")]
    return dict(zip(rows["actor"], rows["plan"] / rows["today"], strict=True))


def test_calciner_gas_warms_heqiao_furnace_gas_makes_power():
    """Gas of the smelter's calciner and bake furnaces heats the town; without a taker for more,
    the off-gas of the ferrosilicon furnaces turns a condensing turbine.
    """
    assert boiled("yongdeng")["DH05"] < 0.1
    built = set(plan_of("yongdeng").tables["projects"]["project_id"])
    assert {"HU04-E20", "HU02-E22", "HU10-E22"} <= built


def test_the_captive_plant_heats_ping_an_and_the_mine_s_plant_haishiwan():
    """Extraction of E07 serves town, smelter and processors; E05's network and a heat pump at its
    condenser serve Haishiwan, whose boilers are left with a quarter, on the cold days.
    """
    share = boiled("honggu")
    assert share["DH02"] < 0.02 and share["E06"] < 0.1 and share["DH01"] < 0.3
    assert {"HU19-E07", "HU14-E05"} <= set(plan_of("honggu").tables["projects"]["project_id"])


def test_district_heat_runs_in_winter_only():
    """What E05's network carries follows the season, and the coldest days are its peak."""
    rows = plan_of("honggu").tables["exchanges_by_slice"]
    rows = rows[rows["resource"] == "dh_heat"].groupby("slice")["plan"].sum()
    assert rows.get("rest", 0) == pytest.approx(0, abs=1e-3)
    assert rows["peak"] / 120 >= rows["heating"] / 3504 > 0
