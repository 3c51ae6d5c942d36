"""The embedded Xigu dataset: built by the tool, closed today, every chain a real choice."""

from pathlib import Path

import pytest

import build_datasets
from embedded_plans import plan_of, xigu_in_one_process
from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.region import read_study
from symbiosis.network.graph import build_graph
from symbiosis.outputs.text import Names
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import prepare

pytestmark = xigu_in_one_process

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
XIGU = DATASETS / "xigu"
INVENTED = {"E42", "E50", "E70", "E71", "E72"}
CHAINS = [
    *(f"CH-XG-{name}" for name in ("C4", "BD", "RESIN", "C3N", "C3O", "H2", "CO2")),
    *(f"CH-XG-{name}" for name in ("ACID", "SOLV", "SALT", "CL", "METAL")),
    "CH-XGHG-TAR",
]
# acrylonitrile is not verified at Xigu: how it is taken out
WITHOUT_ACRYLONITRILE = (
    "units.E31-P32.utilisation=0",
    "exchanges.E31/E32/acrylonitrile.amount=0",
    "exchanges.E31/E41/acrylonitrile.amount=0",
)


@pytest.fixture(scope="module")
def xigu() -> Dataset:
    return read_dataset(XIGU)


def plan(*changes: str) -> Plan:
    """The audited plan with some cells or settings changed, proven to the gap asked for."""
    return plan_of("xigu", *changes)


def alone(chain: str, gap: float = 0.5) -> tuple[str, ...]:
    """Changes under which `chain` is the only one that may be prioritised.

    Whether it closes does not hang on the gap, so that the first plan found is enough.
    """
    others = ";".join(name for name in CHAINS if name != chain)
    return "study.chains.at_most=1", f"study.chains.barred={others}", f"study.solver.gap={gap}"


# The tool


def test_building_again_gives_the_same_bytes():
    """A CSV edited by hand, or a library row changed without a new build, shows here."""
    assert build_datasets.differences(XIGU, build_datasets.build("xigu")) == []


def test_sections_of_a_neighbour_are_added_to():
    """Xigu takes Honggu's carriers, roles and tax rates whole and adds its own."""
    honggu, own = (build_datasets.read_choices(name) for name in ("honggu", "xigu"))
    added = [row["carrier_id"] for row in own["carriers"][len(honggu["carriers"]) :]]
    assert own["carriers"][: len(honggu["carriers"])] == honggu["carriers"]
    assert added == ["chem_pipe"]
    assert own["vat"] == honggu["vat"] | {
        "without": ["chem"],
        "heat": [*honggu["vat"]["heat"], "chp_steam"],
    }
    assert own["carrier_of"]["hydrogen"] == honggu["carrier_of"]["hydrogen"] == "hydrogen_pipe"
    assert own["roles"]["co2e_released"] == [*honggu["roles"]["co2e_released"], "co2_gas"]


# The dataset


def test_it_reads_without_faults_and_today_closes(xigu):
    """Every supply has a way out and every need a way in; else a plan would start from a hole."""
    assert prepare(xigu).today.faults == ()


def test_three_parks_can_be_one_region():
    """Resources, carriers, substitutes and profiles that they share agree to the last cell."""
    region = read_study([DATASETS / name for name in ("honggu", "yongdeng", "xigu")])
    assert {"E01", "E20", "E30"} <= set(region.enterprise)
    assert "J38@xigu" in region.project  # a type of project that Honggu offers too


def test_pitch_from_ethylene_tar_may_go_to_the_carbon_plants_of_honggu():
    """JC10's petroleum pitch may stand for a part of their coal tar pitch; Xigu has no such use.

    Anodes of E01 and E13, graphite and needle coke of projects, by lorry.
    """
    region = prepare(read_study([DATASETS / "honggu", XIGU])).matches.candidates
    pitch = region[(region["resource"] == "petro_pitch") & (region["serves"] == "coal_tar_pitch")]
    assert {"E01", "E13", "J06@LH-HG", "J08@LH-HG"} <= set(pitch["receiver"])
    assert set(pitch["donor"]) == {"JC10@ETDZ-XG"}
    assert set(pitch["carrier"]) == {"truck_bulk"}


def test_hydrogen_goes_between_the_parks_in_tube_trailers():
    """The pipe ends at 8 km: what Xigu has left may go to J16, what J15 makes to Xigu.

    Both projects are off, their feed being unverified; here they are switched on.
    """
    switched_on = ("study.switch_on=J15;J16",)
    region = prepare(read_study([DATASETS / "honggu", XIGU], switched_on)).matches.candidates
    hydrogen = region[region["resource"] == "hydrogen"]
    pairs = set(zip(hydrogen["donor"], hydrogen["receiver"], hydrogen["carrier"], strict=True))
    assert ("E31", "J16@LH-HG", "tube_trailer") in pairs
    assert ("J15@LH-HG", "E30", "tube_trailer") in pairs
    assert ("J37@E31", "E30", "hydrogen_pipe") in pairs
    by_trailer = hydrogen[hydrogen["carrier"] == "tube_trailer"]
    assert by_trailer["distance_km"].between(8, 200, inclusive="right").all()
    assert (by_trailer["freight"] > 0.38 + 8 * 0.0029).all()  # 万元/t: 3800 元/t and 29 元/t/km
    assert (by_trailer["link"] == "").all()


@pytest.mark.parametrize(
    ("key", "price"),
    [
        (("mtbe", "sell", ""), 5300),  # chemical tables: without VAT as they stand
        (("spent_acid_70", "dispose", ""), 620),
        (("sulfuric_acid_98", "buy", ""), 260 / 1.13),  # owned by the metals tables: with VAT
        (("raw_water", "buy", ""), 1.2 / 1.09),
        (("wastewater_saline", "dispose", "E33"), 13.1 / 1.09),  # 12 in the library's exchange
    ],
)
def test_prices_of_both_families_are_without_vat(xigu, key, price):
    found = {(row.resource_id, row.action, row.enterprise_id): row for row in xigu.markets}
    assert found[key].price * 1e4 == pytest.approx(price, rel=1e-4)


def test_variable_costs_are_per_unit_of_the_recipe(xigu):
    """Corrected J31: 300 yuan per t of product, of which a t of acid gives 1.48 (6757 / 10000).

    J36: 0.06 yuan per m3 of oxygen, 11.43 t a year for every m3/h that runs 8000 h.
    """
    cost = {(row.project_id, row.recipe_id): row.variable_cost for row in xigu.project_units}
    assert cost["J31", "R_J31"] * 1e4 == pytest.approx(300 / 0.6757, rel=1e-5)
    assert cost["J36", "P48"] * 1e4 == pytest.approx(0.06 * 8000 / 11.43, rel=1e-5)


def test_hydrogen_closes(xigu):
    """Crackers give 0.012 x 559800 = 6717.6 t; aniline takes 0.068 x 49000, polypropylene
    0.0003 x 312800, E70 has a contract of 450. The rest is what the refinery receives."""
    sent = {(x.donor_id, x.receiver_id): x for x in xigu.exchanges if x.resource_id == "hydrogen"}
    assert sent["E31", "E30"].amount == pytest.approx(6717.6 - 3332 - 93.84 - 450, rel=1e-9)


def test_steam_of_the_power_station_covers_what_own_waste_heat_does_not(xigu):
    """E38: 5.708 MW at 2.5 % loss per km over 4.5 km. E34 extracts the sum of what it sends."""
    sent = {x.receiver_id: x.amount for x in xigu.exchanges if x.resource_id == "chp_steam"}
    assert sent["E38"] == pytest.approx(5.708 * 31536 / 0.975**4.5, rel=1e-4)
    unit = next(row for row in xigu.units if row.unit_id == "E34-P11S")
    assert unit.capacity * unit.utilisation == pytest.approx(sum(sent.values()), rel=1e-9)


def test_one_heat_is_not_counted_twice(xigu):
    """What runs where thermal streams stand has no yearly coefficient of heat beside them."""
    with_streams = {row.enterprise_id for row in xigu.thermal_streams if row.enterprise_id}
    assert len(with_streams) == 16  # fifteen enterprises and the heating district
    for unit in xigu.units:
        if unit.enterprise_id in with_streams and not unit.recipe_id.startswith("use_"):
            flows = {flow.resource_id for flow in xigu.flows_of_recipe[unit.recipe_id]}
            heat = {key for key in flows if key.startswith(("heat_", "steam_", "low_heat"))}
            assert not heat and "hot_water" not in flows, unit.unit_id


# Water


def test_the_petrochemical_works_closes(xigu):
    """Process water by sewer, 98 % of it effluent; the reclaim plant lacks what the town sends.

    E30 139 + 66.9 + 0.2 x 50.2, E31 76.7 + 3.29 + 3.36, E32 95 % of 235 m3/h. For 570 m3/h the
    plant takes 1.18 times as much, 400 of it from E36; the rest runs to the river.
    """
    sewers = 139 + 66.9 + 0.2 * 50.2 + 76.7 + 3.29 + 3.36 + 0.95 * 235
    works = next(row for row in xigu.units if row.unit_id == "E37-P45")
    assert works.capacity * works.utilisation / 8760 == pytest.approx(sewers, rel=1e-9)
    sent = {(x.donor_id, x.receiver_id, x.resource_id): x.amount / 8760 for x in xigu.exchanges}
    assert sent["E36", "E37", "treated_effluent"] == pytest.approx(400)
    left = 0.98 * sewers + 400 - 1.18 * 570
    assert sent["E37", "E37", "treated_effluent"] == pytest.approx(left, rel=1e-9)
    reused = [sent["E37", who, "reclaimed_2"] for who in ("E30", "E31", "E37")]
    assert sum(reused) == pytest.approx(570) and reused[2] == pytest.approx(20)


def test_one_sewer_gives_the_mean_of_its_waters(xigu):
    """COD of E30: 139 m3/h of 600, 66.9 of 900, a fifth of 50.2 of 700 mg/L."""
    given = {(q.owner_id, q.resource_id, q.property_id): q.value for q in xigu.qualities}
    flows = {600: 139, 900: 66.9, 700: 0.2 * 50.2}
    mean = sum(value * flow for value, flow in flows.items()) / sum(flows.values())
    assert given["E30", "wastewater_general", "cod"] == pytest.approx(mean, rel=1e-5)
    assert given["E33", "wastewater_saline", "tds"] == 12000  # outlet of the catalyst washing


def test_one_demin_station_serves_the_blocks_and_the_exported_steam(xigu):
    """73.5 + 270 m3/h at 0.8 of its size."""
    station = next(row for row in xigu.units if row.unit_id == "E34-demin_station")
    assert station.capacity / 8760 == pytest.approx((73.5 + 270) / 0.8)


def test_no_dirty_water_reaches_a_boiler():
    """Demineralised water is made, or polished condensate of the same works; what feeds stations
    is river water, effluent within half more of its salt, or reclaimed water."""
    rows = plan().tables["exchanges"]
    rows = rows[rows["plan"] > 0]
    boiler = rows[rows["serves"] == "demin_water"]
    assert set(boiler["resource"]) <= {"demin_water", "reclaimed_3"}
    polished = boiler[boiler["donor"].str.startswith("WU21")]
    assert len(polished) >= 2
    feed = rows[rows["serves"] == "demin_feed"]
    assert set(feed["resource"]) <= {"treated_effluent", "reclaimed_2", "reclaimed_3"}
    condensate = rows[rows["resource"] == "steam_condensate"]
    assert (condensate["distance_km"] == 0).all()


def test_effluent_of_the_town_cools_the_power_stations_as_far_as_ammonia_lets_it():
    """2 mg/L meets 0.3 of the river at the limit of copper, 1: 41 % of the make-up."""
    rows = plan().tables["exchanges"].set_index(["donor", "receiver", "serves"])["plan"]
    share = (1 - 0.3) / (2 - 0.3)
    for station, flow in (("E34", 904), ("E35", 603)):
        sent = rows["E36", station, "copper_cooling_water"].sum() / 8760
        assert sent == pytest.approx(share * flow, rel=0.01)


# Switches and chains


def test_what_is_not_verified_stays_behind_switches(xigu):
    off = {row.project_id for row in xigu.projects if not row.available}
    assert off == {"J39", "J40", "JC17", "JC18", "JC19", "JC23"}
    assert all(row.switch_reason for row in xigu.projects if not row.available)
    assert "E73" not in xigu.enterprise


def test_every_chain_filling_project_on_offer_serves_a_stage(xigu):
    """Such a project is built only with a chain of its own; without one it never could be."""
    served = {name for stage in xigu.chain_stages for name in stage.recipes}
    for project in xigu.projects:
        if project.kind == "chain_filling" and project.available:
            units = xigu.units_of_project[project.project_id]
            assert served & {unit.recipe_id for unit in units}, project.project_id


# Placeholders


def test_invented_enterprises_are_marked_wherever_they_are_named(xigu):
    """On screens, in the labels of graphs (GEXF, GraphML, tables) and in the rows of a plan."""
    assert {row.enterprise_id for row in xigu.enterprises if row.placeholder} == INVENTED
    names = Names(xigu)
    tables = plan().tables
    graph = build_graph(xigu, prepare(xigu).actors, "today", [])
    for name in INVENTED:
        assert graph.nodes[name]["placeholder"]
        assert names.actor(name).endswith("（占位）") or names.actor(name).endswith("(placeholder)")
        assert graph.nodes[name]["label_zh"].endswith("（占位）")
        assert graph.nodes[name]["label_en"].endswith("(placeholder)")
    assert not graph.nodes["E30"]["label_en"].endswith("(placeholder)")
    for row in tables["exchanges"].itertuples():
        assert (
            set(filter(None, row.placeholders.split(";"))) == {row.donor, row.receiver} & INVENTED
        )
    trades = tables["trades"].set_index("actor")["placeholders"]
    assert set(trades["E70"]) == {"E70"} and set(trades["E31"]) == {""}


# Plans


def test_the_plan_is_proven_and_audited():
    """Within the budget; C5 and the hydrogenated resin made of it belong together."""
    found = plan()
    built = set(found.tables["projects"]["project_id"])
    assert found.facts["objective"]["value"] > 0
    assert set(found.chosen_chains()) == {"CH-XG-BD", "CH-XG-RESIN"}
    assert {"J28", "JC04", "JC20", "HU18-E34"} <= built
    spent = sum(found.tables[name]["capital_cost"].sum() for name in ("projects", "links"))
    assert 0 < spent <= 150000 * (1 + 1e-9)


def test_what_cannot_travel_stays_where_it_arises():
    """Hydrogen cyanide and hydrogen-rich gas have no carrier: with the HCN chain, all at E31."""
    rows = plan(*alone("CH-XG-C3N")).tables["exchanges"]
    moved = rows[rows["resource"].isin(["hcn", "h2_rich_gas"]) & (rows["plan"] > 0)]
    assert len(moved) and (moved["distance_km"] == 0).all()


@pytest.mark.parametrize("chain", CHAINS)
def test_every_chain_can_stand_alone(chain):
    """A chain that nothing can close would be on offer for show only."""
    assert set(plan(*alone(chain)).chosen_chains()) == {chain}


def test_the_hcn_chain_stands_or_falls_with_acrylonitrile():
    """The unit is not verified; taken out, today still closes and the chain cannot be formed."""
    with pytest.raises(InfeasibleError):
        plan(*WITHOUT_ACRYLONITRILE, *alone("CH-XG-C3N"))


def test_cheaper_latex_drops_its_project():
    """11 % less for nitrile latex, within its range, and it does not pay: SOURCES.md, "Weak"."""
    price = "markets.nbr_latex/sell.price=11700"
    studied = alone("CH-XG-BD", gap=0.02)
    mid, low = plan(*studied), plan(*studied, price)
    assert "JC20" in set(mid.tables["projects"]["project_id"])
    assert "JC20" not in set(low.tables["projects"]["project_id"])
