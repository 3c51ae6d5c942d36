"""Water of the embedded datasets: every stream once, balances, limits, and the ladder of a plan."""

import csv
from collections import defaultdict
from functools import cache

import pandas as pd
import pytest

import build_datasets
from embedded_plans import DATASETS, embedded, in_one_process, plan_of, xigu_in_one_process
from symbiosis.network.quality import Qualities
from symbiosis.planning.audit import audit_plan

NAMES = ("honggu", "yongdeng", "xigu")
PARKS = [
    *(pytest.param(name, marks=in_one_process) for name in ("honggu", "yongdeng")),
    pytest.param("xigu", marks=xigu_in_one_process),
]
HOURS = 8760
AGAIN = ("used", "reclaimed")


@cache
def library() -> dict[str, dict[str, str]]:
    """Water streams of the library, by stream."""
    with (DATASETS / "library" / "water_streams.csv").open(encoding="utf-8", newline="") as lines:
        return {row["stream_id"]: row for row in csv.DictReader(lines)}


def served(name: str) -> pd.DataFrame:
    """m3/h of used and reclaimed water that serves uses in the plan, one row per exchange."""
    data = embedded(name)
    rows = plan_of(name).tables["exchanges"]
    kept = [
        data.resource[row.resource].water_class in AGAIN
        and data.resource[row.serves].water_class == "use"
        for row in rows.itertuples(index=False)
    ]
    return rows[kept].assign(flow=rows["plan"] / HOURS)


# Data


@pytest.mark.parametrize("name", PARKS)
def test_every_stream_of_the_library_stands_once(name):
    """As a stream, in a unit here, as a fixed load, or in the recipe of its project."""
    data, own = embedded(name), build_datasets.read_choices(name)["water"]
    members = {*own["enterprises"], *own["nodes"]}
    streams = [row.stream_id for row in data.streams]
    in_units, left_out = set(own["in_units"]), set(own.get("streams_left_out", {}))
    projects = {row.project_id for row in data.projects}
    for key, row in library().items():
        if row["owner"] in members:
            load = f"{row['owner']}-washing_{key}" in {unit.unit_id for unit in data.units}
            places = streams.count(key) + (key in in_units) + load + (key in left_out)
            assert places == 1, key
        elif row["owner"] in projects and key not in left_out:
            notes = [flow.note for flow in data.recipe_flows if f"{key}:" in flow.note]
            assert len(notes) == 1, key
    assert set(streams) <= set(library())


@pytest.mark.parametrize("name", PARKS)
def test_one_water_is_not_counted_twice(name):
    """A recipe run where streams stand has no yearly water; stations, outfalls and those do
    that park.toml keeps with a reason."""
    data = embedded(name)
    with_streams = {row.enterprise_id for row in data.streams}
    kept = build_datasets.read_choices(name)["water"].get("recipes_kept", {"P45": "works"})
    stations = {"demin_station", "mine_water_station", "reclaim_station"}
    stations |= {"outfall", "works_outfall", *kept}
    for unit in data.units:
        recipe = unit.recipe_id
        if unit.enterprise_id not in with_streams or recipe.startswith("washing_"):
            continue
        flows = data.flows_of_recipe[recipe]
        water = [f.resource_id for f in flows if data.resource[f.resource_id].kind == "water"]
        assert not water or recipe in stations, (unit.unit_id, water)


@in_one_process
def test_balances_of_enterprises_close():
    """What a works takes and does not lose returns as used water, within 20 % of its intake.

    Left out are districts, sewage works, and E38, whose oily water comes with steam and feed.
    """
    taken: defaultdict[str, float] = defaultdict(float)
    returned: defaultdict[str, float] = defaultdict(float)
    for row in library().values():
        flow = float(row["flow_m3_h_typ"])
        if row["role"] == "source" and row["name_zh"] not in ("矿井水", "渗滤液"):
            returned[row["owner"]] += flow
        elif row["role"] != "source":
            taken[row["owner"]] += flow
            returned[row["owner"]] -= flow * (1 - float(row["loss_share"] or 0))
    no_works = ("DH", "G-", "E11", "E36", "E37", "E38")
    for name in NAMES:
        for owner in {row.enterprise_id for row in embedded(name).streams} & set(taken):
            if taken[owner] > 10 and not owner.startswith(no_works):
                assert abs(returned[owner]) <= 0.2 * taken[owner] + 1, owner


@pytest.mark.parametrize("name", PARKS)
def test_fresh_water_is_good_enough_for_every_use(name):
    """Else a use that nothing else can serve would leave no plan at all."""
    data = embedded(name)
    ask = Qualities(data)
    needs = {(s.enterprise_id, s.resource_id) for s in data.streams if s.direction == "need"}
    checked = 0
    for actor, use in needs:
        for name_of in ask.limited(actor, use):
            bought, most = ask.bought(actor, use, name_of), ask.limits(actor, use, name_of).most
            if bought is not None and most is not None:
                assert bought <= most, (actor, use, name_of)
                checked += 1
    assert checked > 100


@pytest.mark.parametrize("name", PARKS)
def test_what_the_library_gives_has_a_known_quality(name):
    """An unknown value would neither dilute nor spoil: a way round a limit."""
    data = embedded(name)
    ask = Qualities(data)
    for row in data.streams:
        if row.direction == "supply":
            unknown = [
                p.property_id
                for p in data.properties
                if p.unit == "mg/L"
                and ask.value(row.enterprise_id, row.resource_id, p.property_id) is None
            ]
            assert unknown in ([], ["f"]), row.stream_id


@in_one_process
def test_the_works_of_ping_an():
    """24000 m3/d at 0.60 are 600 m3/h: sewers of the zone 104, the rest town sewage for its fee."""
    data = embedded("honggu")
    (works,) = [unit for unit in data.units if unit.unit_id == "E11-P45"]
    assert works.capacity * works.utilisation / HOURS == pytest.approx(600)
    sewers = sum(x.amount for x in data.exchanges if x.receiver_id == "E11" and x.donor_id != "E11")
    (town,) = [
        m for m in data.markets if (m.enterprise_id, m.resource_id) == ("E11", "wastewater_general")
    ]
    assert town.most == pytest.approx(600 * HOURS - sewers)
    assert 95 < sewers / HOURS < 110


@in_one_process
def test_a_stream_follows_its_season():
    """Greening runs from spring to autumn, cooling is highest in summer; means stay 1."""
    data = embedded("honggu")
    hours = {part.id: part.hours for part in data.settings.slices}
    factor = {(row.profile_id, row.slice_id): row.factor for row in data.profiles}
    assert factor["greening", "peak"] < 0.05 < factor["greening", "rest"] / 10
    assert factor["cooling", "heating"] < 1 < factor["cooling", "rest"]
    for profile in ("cooling", "dust", "greening"):
        mean = sum(factor[profile, part] * hours[part] for part in hours) / HOURS
        assert mean == pytest.approx(1, abs=2e-3), profile


# The plan


@pytest.mark.parametrize("name", PARKS)
def test_the_plan_is_proven_and_passes_the_audit(name):
    audit = audit_plan(embedded(name), plan_of(name))
    assert audit.passed, [check for check in audit.checks if not check.passed]
    counted = {check.name: check.count for check in audit.checks}
    assert counted["quality"] > 100 and counted["water_left"] > 10


@pytest.mark.parametrize("name", PARKS)
def test_dirty_water_goes_to_those_who_bear_it(name):
    """Blow-down, reject and scrubber purge serve scrubbers, ash, coal and dust only."""
    low = {"fgd_water", "ash_water", "slurry_water", "dust_water"}
    rows = served(name)
    dirty = rows[rows["resource"].isin(["cooling_blowdown", "demin_reject", "fgd_wastewater"])]
    assert dirty["flow"].sum() > 20 and set(dirty["serves"]) <= low


@pytest.mark.parametrize("name", PARKS)
def test_drinking_water_is_never_used_water(name):
    rows = served(name)
    assert "domestic_water" not in set(rows["serves"])
    assert rows["flow"].sum() > 50  # and there is reuse at all


@in_one_process
def test_mine_water_serves_the_mine_and_the_power_station_beside_it():
    """Dust and washing wholly; of E05's cooling 58 %, where 1500 mg/L of salt meets 1000."""
    rows = served("honggu").set_index(["receiver", "serves", "resource"])["flow"]
    assert rows["E03", "slurry_water", "mine_water_treated"] == pytest.approx(27.4, rel=1e-3)
    assert rows["E03", "dust_water", "mine_water_treated"] > 61.6
    cooling = rows["E05", "copper_cooling_water", "mine_water_treated"]
    assert cooling / 85.5 == pytest.approx((1000 - 300) / (1500 - 300), abs=0.01)


@in_one_process
def test_effluent_greens_the_parks():
    """Works beside them, and municipal water is dear."""
    for name, works, node in (
        ("honggu", "E11", "G-ETDZHG"),
        ("honggu", "DH01", "G-LHHG"),
        ("yongdeng", "DH05", "G-LHYD"),
    ):
        rows = served(name)
        given = rows[(rows["donor"] == works) & (rows["receiver"] == node)]
        assert given.loc[given["serves"] == "greening_water", "flow"].sum() > 10


@pytest.mark.parametrize("name", PARKS)
def test_nobody_lets_out_the_water_of_others(name):
    """An outfall is for own water: else it would pay to send water to whoever discharges free."""
    data, rows = embedded(name), plan_of(name).tables["exchanges"]
    out = rows[[data.resource[r].water_class == "discharge" for r in rows["serves"]]]
    host = {row.place_id: row.host_id for row in data.project_places}
    assert len(out) > 3
    assert all(host.get(x.donor, x.donor) == x.receiver for x in out.itertuples(index=False))


@pytest.mark.parametrize("name", PARKS)
def test_what_is_let_out_has_a_reason(name):
    left = plan_of(name).tables["water_left"]
    assert set(left.loc[left["plan"] > 0, "reason"]) <= {
        "taken",
        "too_dirty",
        "too_dear",
        "too_far",
        "no_taker",
    }
    typical = {"honggu": {"taken", "too_dear"}, "xigu": {"taken", "too_dirty"}}
    assert typical.get(name, set()) <= set(left["reason"])


@pytest.mark.parametrize("name", PARKS)
def test_the_rates_rise(name):
    """More is used again, less fresh water is bought, less goes to rivers."""
    table = plan_of(name).tables["indicators"].set_index("name")
    for rate in ("water_reused", "industrial_water_reuse", "reclaimed_water"):
        assert table.loc[rate, "plan"] > table.loc[rate, "today"], rate
    for amount in ("fresh_water", "water_discharged", "fresh_water_per_sales"):
        assert table.loc[amount, "plan"] < table.loc[amount, "today"], amount
    assert table.loc["industrial_water_reuse", "plan"] < 1
    loads = plan_of(name).tables["water_loads"]
    assert (loads["plan"] < loads["today"]).all()
