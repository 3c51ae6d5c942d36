"""The audit passes what the program plans, and catches every kind of tampering by name."""

import io
from copy import deepcopy

import pandas as pd
import pytest

import parks
from embedded_plans import embedded, in_one_process, plan_of
from random_parks import random_park
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import plan_study, prepare


def audited_park(**settings):
    """A smelter, a works, a power mill and a laundry at one place, a farm in another province.

    Best: the recovery (chain metals) works up the hazardous dross, the sorter (a size of its menu)
    the scrap; residue and ash replace clay at the works, a pipe brings it the laundry's water.
    """
    park = parks.Park(
        network={"matching": "open"},
        money={"discount_rate": 0.08, "labour_cost": 1, "budget": 400},
        policy={"least_utilisation": 0.7},
        chains={"at_least": 1, "at_most": 1},
    )
    park.settings = parks.merged(park.settings, settings)
    park.change("parks", "P", land_available=60, investment_floor=1)
    park.add("parks", park_id="Q", lat=36.0, lon=104.0, province="Qinghai")
    park.add("carriers", carrier_id="truck", unit="t", reach=30, freight=0.001, least_lot=5)
    park.add(
        "carriers",
        carrier_id="pipe",
        unit="t",
        reach=10,
        fixed_cost=2,
        capacity_cost=0.01,
        loss_per_km=0.01,
    )
    truck = {"carrier_id": "truck", "mass": 1}
    park.resource("dross", role="byproduct", hazardous=1, **truck)
    park.resource("residue", "ash", "scrap", role="byproduct", **truck)
    park.resource("clay", virgin=1, **truck).resource("alumina", "metal", "cement", **truck)
    park.resource("water", virgin=1, kind="water", mass=1, carrier_id="pipe", unit="t")
    park.resource("used_water", role="byproduct", kind="water", mass=1, carrier_id="pipe")
    park.resource("power", kind="energy", state="power", unit="MWh", co2e_bought=0.6)
    park.enterprise("smelter").enterprise("works", lat=36.05, lon=103.0)
    park.enterprise("mill", lat=36.0, lon=103.05).enterprise("laundry", lat=36.04, lon=103.0)
    park.enterprise("brewery", lat=36.04, lon=103.01).enterprise("farm", park_id="Q")
    park.recipe("smelting", {"power": 2}, {"metal": 1, "dross": 0.1})
    park.unit("pots", "smelter", "smelting", 1000)
    park.recipe("burning", {"clay": 1}, {"cement": 1})
    park.unit("kiln", "works", "burning", 500, least_utilisation=0.5, most_utilisation=1)
    park.recipe("generating", {}, {"power": 1, "ash": 0.1})
    park.unit("boiler", "mill", "generating", 1000)
    park.supply("smelter", "scrap", 60).supply("laundry", "used_water", 300, least_amount=0)
    park.need("works", "water", 200).need("brewery", "water", 50).need("farm", "clay", 80)
    park.recipe("recovering", {"dross": 1}, {"alumina": 0.6, "residue": 0.4})
    park.project(
        "recovery",
        "recovering",
        (30, 100, 140),
        50,
        kind="chain_filling",
        scale_exponent=0.7,
        fixed_cost_share=0.04,
        labour=1,
        land=20,
    )
    park.recipe("glazing", {"ash": 1}, {"cement": 1.2})
    park.project("glazery", "glazing", (50, 90, 100), 900, kind="chain_filling", land=10)
    park.recipe("sorting", {"scrap": 1}, {"metal": 0.9})
    sorter = {"sorter@smelter": {"host_id": "smelter"}, "sorter@P": {}}
    park.project("sorter", "sorting", (50, 60, 80), 60, sorter, variable_cost=0.01)
    park.add("project_sizes", project_id="sorter", size=60, capital_cost=60)
    park.add("project_sizes", project_id="sorter", size=80, capital_cost=70)
    park.market("dross", "dispose", 0.1).market("residue", "dispose", 0.05)
    park.market("ash", "dispose", 0.03).market("scrap", "dispose", 0.01)
    park.market("clay", "buy", 0.05).market("alumina", "sell", 0.3, most=70)
    park.market("metal", "sell", 1).market("cement", "sell", 0.08).market("water", "buy", 0.05)
    park.market("power", "buy", 0.06).market("power", "sell", 0.05)
    park.market("used_water", "dispose", 0.01)
    park.market("clay", "buy", 0.06, enterprise_id="farm")
    park.substitute("residue", "clay", 1.1, 0.2).substitute("ash", "clay", 0.9, 0.2)
    park.substitute("used_water", "water", 1, 0.9).substitute("dross", "clay", 0.5, 0.9)
    park.add("properties", property_id="salt")
    for owner, resource, cells in (
        ("laundry", "used_water", {"direction": "supply", "value": 500}),
        ("works", "water", {"direction": "need", "most": 800}),
        ("brewery", "water", {"direction": "need", "most": 100}),
    ):
        park.add("qualities", owner_id=owner, resource_id=resource, property_id="salt", **cells)
    park.add(
        "exchanges",
        donor_id="mill",
        receiver_id="works",
        resource_id="ash",
        serves_resource_id="clay",
        amount=40,
    )
    park.chain(
        "metals",
        {"smelting": "smelting", "recovery": "recovering", "cement": "burning"},
        [
            {"start": "smelting", "end": "recovery", "resource": "dross", "least_share": 0.5},
            {"start": "recovery", "end": "cement", "resource": "residue", "least_share": 0.5},
        ],
    )
    park.chain("glass", {"generating": "generating", "glazing": "glazing"}, [])
    return park


PARK = audited_park()


@pytest.fixture(scope="module")
def honest():
    dataset = PARK.dataset()
    return dataset, plan_study(prepare(dataset))


def through_csv(plan):
    """The plan as a person's own reading of its CSV files gives it: empty texts are NaN."""
    tables = {
        name: pd.read_csv(io.StringIO(table.to_csv(index=False)))
        for name, table in plan.tables.items()
    }
    return Plan(tables, plan.facts)


def copied(plan):
    return Plan({name: table.copy() for name, table in plan.tables.items()}, deepcopy(plan.facts))


def failed(audit):
    return {check.name: check for check in audit.checks if not check.passed}


def assert_passes(dataset, plan):
    audit = audit_plan(dataset, plan)
    breaches = {name: check.breaches for name, check in failed(audit).items()}
    assert not breaches and audit.passed
    return audit


def test_an_honest_plan_passes(honest):
    """And the park of this test really has everything the tampering below touches."""
    dataset, plan = honest
    audit = assert_passes(dataset, plan)
    assert plan.built() == ["recovery@P", "sorter@smelter"]
    assert plan.chosen_chains() == ["metals"]
    assert len(plan.tables["links"]) == 1 and len(plan.tables["limits"]) >= 6
    nothing = {check.name for check in audit.checks if not check.count}
    elsewhere = {"fixed_load", "load_limit"}  # tests/unit/test_audit_quality.py
    assert nothing == elsewhere, "a check that found nothing to check proves nothing"
    assert audit.as_dict()["checks"][0]["name"] == "tables"


def test_tables_read_back_from_csv_pass(honest):
    dataset, plan = honest
    assert_passes(dataset, through_csv(plan))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"slices": True},
        {"periods": [{"id": "a", "years": 5}, {"id": "b", "years": 7.5}]},
        {"objective": "disposed"},
    ],
    ids=["one_period", "slices", "two_periods", "disposed"],
)
def test_plans_of_random_parks_pass(seed, settings):
    """Whatever is planned: an audit that fails an honest plan would be switched off soon."""
    dataset = random_park(seed, **settings).dataset()
    plan = plan_study(prepare(dataset))
    assert_passes(dataset, plan)
    assert_passes(dataset, through_csv(plan))


@in_one_process
@pytest.mark.parametrize("name", ["honggu", "template"])
def test_plans_of_the_embedded_datasets_pass_from_their_files_too(name):
    plan = plan_of(name)
    assert_passes(embedded(name), through_csv(plan))


def test_a_study_counted_from_zero_passes():
    """Nothing runs today: what the records say of today is shown but not counted."""
    park = PARK.copy(baseline="none")
    del park.rows["exchanges"]
    plan = plan_study(prepare(park.dataset()))
    assert (plan.tables["trades"]["today"] == 0).all()
    assert_passes(park.dataset(), plan)


# ------------------------------------------------------------------------------------- tampering


def rows(plan, table, **keys):
    """Which rows of a table have these values."""
    frame = plan.tables[table]
    found = pd.Series(True, index=frame.index)
    for column, value in keys.items():
        found &= frame[column] == value
    assert found.any(), (table, keys)
    return found


def times(table, column, factor, **keys):
    """Multiply a number."""

    def change(plan):
        plan.tables[table].loc[rows(plan, table, **keys), column] *= factor

    return change


def put(table, column, value, **keys):
    """Put another value."""

    def change(plan):
        frame = plan.tables[table]
        if not isinstance(value, bool | int | float):
            frame[column] = frame[column].astype(object)
        frame.loc[rows(plan, table, **keys), column] = value

    return change


def drop(table, **keys):
    """Leave rows out."""

    def change(plan):
        plan.tables[table] = plan.tables[table][~rows(plan, table, **keys)]

    return change


def add(table, like, **cells):
    """A row like the first one with the values `like`, with other cells."""

    def change(plan):
        frame = plan.tables[table]
        row = frame[rows(plan, table, **like)].iloc[:1].assign(**cells)
        plan.tables[table] = pd.concat([frame, row], ignore_index=True)

    return change


def fact(*path, value):
    """Another fact."""

    def change(plan):
        place = plan.facts
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def fact_times(*path, factor):
    def change(plan):
        place = plan.facts
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] *= factor

    return change


def swap_chains(plan):
    """The other chain is called prioritised."""
    chains = plan.tables["chains"]
    plan.tables["chains"] = chains.assign(prioritised=~chains["prioritised"])


DROSS = {"donor": "smelter", "resource": "dross"}
ASH = {"donor": "mill", "resource": "ash"}
WATER = {"donor": "laundry", "resource": "used_water"}
RECOVERY = {"place_id": "recovery@P"}
SORTER = {"place_id": "sorter@smelter"}
RECOVERING = {"unit_id": "recovery@P:recovering"}

TAMPERING = {
    # balances
    "flow changed": (times("exchanges", "plan", 1.01, **DROSS), "giving_balance", "smelter"),
    "arrives less": (times("exchanges", "plan", 0.99, **ASH), "taking_balance", "clay"),
    "bought less": (times("trades", "plan", 0.9999, action="buy"), "taking_balance", "power"),
    "sold more": (times("trades", "plan", 1.00001, resource="metal"), "giving_balance", "metal"),
    "negative flow": (times("exchanges", "plan", -1, **ASH), "not_negative", "mill"),
    "today's flow negative": (times("exchanges", "today", -1, **ASH), "not_negative", "today"),
    # today
    "today's trade": (times("trades", "today", 1.1, resource="power"), "today", "power"),
    "today's exchange": (times("exchanges", "today", 0.9, **ASH), "today", "mill"),
    "today's exchange gone": (drop("exchanges", **ASH), "today", "ash"),
    "today's activity": (times("units", "today", 0.9, unit_id="pots"), "today", "pots"),
    "today's need": (times("streams", "today", 2, resource="water"), "today", "water"),
    "a project of today": (put("units", "today", 5, **RECOVERING), "today", "recovering"),
    # units and streams
    "held unit moved": (times("units", "plan", 0.99, unit_id="pots"), "unit_range", "pots"),
    "unit above its most": (times("units", "plan", 2, unit_id="kiln"), "unit_range", "kiln"),
    "unit below its least": (put("units", "plan", 10, unit_id="kiln"), "unit_range", "kiln"),
    "unit left out": (drop("units", unit_id="pots"), "unit_range", "pots"),
    "unit of another actor": (
        put("units", "actor", "works", unit_id="pots"),
        "unit_range",
        "works",
    ),
    "stream changed": (times("streams", "plan", 0.5, actor="farm"), "stream_range", "farm"),
    "stream left out": (drop("streams", actor="farm"), "stream_range", "farm"),
    "stream turned round": (
        put("streams", "direction", "supply", actor="farm"),
        "stream_range",
        "farm",
    ),
    "beyond the size": (times("units", "plan", 1.001, **RECOVERING), "within_size", "recovery@P"),
    "used to 69 %": (times("units", "plan", 0.69, **RECOVERING), "least_utilisation", "recovery"),
    "project unit left out": (drop("units", **RECOVERING), "least_utilisation", "recovery@P"),
    "utilisation altered": (times("projects", "utilisation", 0.9, **SORTER), "utilisation", ""),
    # projects
    "unknown place": (put("projects", "place_id", "moon", **SORTER), "tables", "moon"),
    "another project there": (
        put("projects", "project_id", "glazery", **SORTER),
        "project_offered",
        "sorter",
    ),
    "another kind": (put("projects", "kind", "platform", **RECOVERY), "project_offered", "recov"),
    "built twice": (add("projects", SORTER, place_id="sorter@P"), "project_once", "sorter@P"),
    "size beyond its range": (put("projects", "size", 141, **RECOVERY), "project_size", "141"),
    "size below its range": (put("projects", "size", 29, **RECOVERY), "project_size", "29"),
    "size off the menu": (put("projects", "size", 61, **SORTER), "project_size", "61"),
    "capital cost lowered": (
        times("projects", "capital_cost", 0.98, **RECOVERY),
        "capital_cost",
        "recovery@P",
    ),
    "capital cost raised": (times("projects", "capital_cost", 1.02), "capital_cost", "recovery@P"),
    "menu price lowered": (
        times("projects", "capital_cost", 0.999, **SORTER),
        "capital_cost",
        "60",
    ),
    "running cost lowered": (
        times("projects", "running_cost", 0.98, **RECOVERY),
        "running_cost",
        "wanyuan",
    ),
    "labour altered": (times("projects", "labour", 2, **RECOVERY), "labour", "recovery@P"),
    "land altered": (times("projects", "land", 0.5, **RECOVERY), "land", "mu"),
    # exchanges
    "beyond reach": (
        add("exchanges", ASH, receiver="farm", plan=6.0, today=0.0),
        "exchange_reach",
        "farm",
    ),
    "serves what it cannot": (
        add("exchanges", ASH, serves="water", plan=6.0, today=0.0),
        "exchange_allowed",
        "water",
    ),
    "no carrier": (
        add("exchanges", DROSS, donor="mill", resource="power", serves="power", receiver="smelter"),
        "exchange_reach",
        "power",
    ),
    "with itself": (
        add("exchanges", ASH, receiver="mill", serves="ash", plan=6.0),
        "exchange_allowed",
        "mill",
    ),
    "hazardous without licence": (
        add("exchanges", DROSS, receiver="works", serves="clay"),
        "hazardous",
        "works",
    ),
    "hazardous to another province": (
        add("exchanges", DROSS, receiver="farm", serves="clay"),
        "hazardous",
        "province",
    ),
    "too salty": (add("exchanges", WATER, receiver="brewery"), "quality", "salt"),
    "yield altered": (times("exchanges", "yields", 1.1, **ASH), "yield", "ash"),
    "freight altered": (times("exchanges", "freight", 0.9, **ASH), "freight", "ash"),
    "distance altered": (times("exchanges", "distance_km", 0.9, **ASH), "freight", "km"),
    "link left out": (put("exchanges", "link", "", **WATER), "freight", "laundry"),
    "below the smallest lot": (put("exchanges", "plan", 1.0, **DROSS), "least_lot", "5"),
    "substitute above its share": (
        put("exchanges", "plan", 112.0, **ASH),
        "substitute_share",
        "ash > clay",
    ),
    "link too small": (times("links", "capacity", 0.9), "link_capacity", "laundry>works"),
    "link not built": (drop("links"), "link_capacity", "laundry>works"),
    "existing capacity": (put("links", "existing", 50.0), "link_capacity", "50"),
    "link too cheap": (times("links", "capital_cost", 0.99), "link_cost", "laundry>works"),
    "no such link": (put("links", "link_id", "a>b:water"), "link_cost", "a>b"),
    # markets
    "no such market": (
        add("trades", {"action": "dispose"}, resource="clay", actor="works"),
        "market_exists",
        "clay",
    ),
    "price altered": (times("trades", "price", 1.001, resource="metal"), "price", "metal"),
    "another's price": (
        put("trades", "price", 0.05, actor="farm", resource="clay"),
        "price",
        "0.06",
    ),
    "limit exceeded": (put("trades", "plan", 71.0, resource="alumina"), "market_limit", "71"),
    # chains
    "a chain too many": (put("chains", "prioritised", True), "chains_number", "glass"),
    "no chain": (put("chains", "prioritised", False), "chains_number", ""),
    "project without its chain": (
        swap_chains,
        "chain_filling",
        "recovery@P",
    ),
    "stage without a unit": (drop("projects", **RECOVERY), "chain_stage", "recovery"),
    "chain link too thin": (times("exchanges", "plan", 0.4, **DROSS), "chain_link", "dross"),
    "called closed": (put("chains", "closed", True, chain_id="metals"), "chain_closed", "metals"),
    # numbers shown
    "indicator altered": (times("indicators", "plan", 1.01, name="co2e"), "indicators", "co2e"),
    "today's indicator altered": (
        times("indicators", "today", 1.01, name="disposed"),
        "indicators",
        "disposed",
    ),
    "indicator left out": (drop("indicators", name="virgin"), "indicators", "virgin"),
    "limit altered": (times("limits", "limit", 1.1, name="budget"), "limits", "budget"),
    "slack altered": (times("limits", "slack", -1, name="land"), "limits", "land"),
    "limit left out": (drop("limits", name="market"), "limits", "alumina"),
    "ledger altered": (times("money", "plan", 1.01, item="freight"), "ledger", "freight"),
    "ledger line left out": (drop("money", item="running"), "ledger", "running"),
    "change altered": (times("money", "change", 1.01, item="buy"), "ledger", "change"),
    "npv altered": (fact_times("npv_wanyuan", factor=1.01), "npv", "wanyuan"),
    "objective altered": (fact_times("objective", "value", factor=1.01), "objective", "npv"),
    "objective unknown": (fact("objective", "value", value=None), "objective", "npv"),
    "another objective": (fact("objective", "name", value="co2e"), "objective", "co2e"),
    "bound below the value": (fact_times("objective", "bound", factor=0.99), "bound", "bound"),
    "gap altered": (fact("objective", "gap", value=0.01), "gap", "gap"),
    "far from optimal": (fact_times("objective", "bound", factor=1.1), "gap", "optimal"),
    "unknown status": (fact("status", value="perfect"), "status", "perfect"),
    # form
    "table missing": (lambda plan: plan.tables.pop("within"), "tables", "within"),
    "column missing": (
        lambda plan: plan.tables.update(units=plan.tables["units"].drop(columns="plan")),
        "tables",
        "plan",
    ),
    "no number": (put("exchanges", "plan", "many", **ASH), "tables", "exchanges"),
    "neither true nor false": (put("chains", "prioritised", "maybe"), "tables", "prioritised"),
    "unknown resource": (put("trades", "resource", "gold", action="sell"), "tables", "gold"),
    "unknown period": (put("units", "period", "later", unit_id="pots"), "tables", "later"),
    "row twice": (add("trades", {"resource": "metal"}), "tables", "metal"),
}


@pytest.mark.parametrize(("change", "name", "word"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_with_the_plan_is_caught(honest, change, name, word):
    dataset, plan = honest
    plan = copied(plan)
    change(plan)
    audit = audit_plan(dataset, plan)
    check = failed(audit).get(name)
    assert not audit.passed and check, list(failed(audit))
    assert check.worst > 1e-6 and any(word in line for line in check.breaches), check.breaches


NARROWED = {
    "project not offered": ({"switch_off": ["sorter"]}, "project_offered", "sorter"),
    "budget exceeded": ({"money": {"budget": 50}}, "budget", "50 wanyuan"),
    "only declared pairs": ({"network": {"matching": "declared"}}, "exchange_allowed", "dross"),
    "chain barred": ({"chains": {"barred": ["metals"]}}, "chain_barred", "metals"),
    "fewer chains": ({"chains": {"at_most": 0, "at_least": 0}}, "chains_number", "metals"),
    "other discounting": ({"money": {"discount_rate": 0.05}}, "npv", "wanyuan"),
    "longer ways": ({"network": {"least_distance_km": 12}}, "exchange_reach", "km"),
    "other labour cost": ({"money": {"labour_cost": 2}}, "running_cost", "recovery"),
    "counted from zero": ({"baseline": "none"}, "today", "power"),
}


@pytest.mark.parametrize(("settings", "name", "word"), NARROWED.values(), ids=[*map(str, NARROWED)])
def test_a_plan_of_other_settings_is_caught(honest, settings, name, word):
    """The plan of one study does not pass for that of a stricter one."""
    _dataset, plan = honest
    check = failed(audit_plan(PARK.dataset(**settings), plan)).get(name)
    assert check and any(word in line for line in check.breaches)


def test_land_that_is_not_there_is_caught(honest):
    _dataset, plan = honest
    other = PARK.copy().change("parks", "P", land_available=10).dataset()
    check = failed(audit_plan(other, plan))["land"]
    assert "above 10 mu" in check.breaches[0]


def test_at_most_ten_breaches_are_told_the_worst_first(honest):
    dataset, plan = honest
    plan = copied(plan)
    plan.tables["units"]["today"] += 1000
    plan.tables["trades"]["today"] += [10.0**i for i in range(len(plan.tables["trades"]))]
    check = failed(audit_plan(dataset, plan))["today"]
    assert len(check.breaches) == 10 < check.count
    assert 0.5 < check.worst <= 1


def test_a_plan_of_ten_thousand_exchanges_is_audited_in_seconds():
    """No check may compare every exchange with every other."""
    park = parks.Park(network={"matching": "open"})
    park.add("carriers", carrier_id="truck", unit="t", reach=500, freight=0.001)
    park.resource("ash", carrier_id="truck", mass=1)
    park.market("ash", "dispose", 0.1).market("ash", "buy", 0.2)
    for i in range(100):
        place = {"lat": 36 + 0.001 * i, "lon": 103}
        park.enterprise(f"d{i}", **place).supply(f"d{i}", "ash", 100)
        park.enterprise(f"r{i}", **place).need(f"r{i}", "ash", 100)
    dataset = park.dataset()
    plan = plan_study(prepare(dataset))
    like = plan.tables["exchanges"].iloc[0].to_dict()
    plan.tables["exchanges"] = pd.DataFrame(
        [{**like, "donor": f"d{i}", "receiver": f"r{j}"} for i in range(100) for j in range(100)]
    )
    audit = audit_plan(dataset, plan)
    assert not audit.passed and len(plan.tables["exchanges"]) == 10_000
