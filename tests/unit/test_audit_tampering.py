"""The audit catches every kind of tampering with a plan, by the name of the check."""

import pandas as pd
import pytest

from audited_park import audited_park
from audits import failed, solved

PARK = audited_park()


@pytest.fixture
def honest():
    """A dataset, and its plan as a copy that may be altered."""
    return solved(audited_park)


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
    change(plan)
    found = failed(dataset, plan)
    check = found.get(name)
    assert check, list(found)
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
    check = failed(PARK.dataset(**settings), plan).get(name)
    assert check and any(word in line for line in check.breaches)


def test_land_that_is_not_there_is_caught(honest):
    _dataset, plan = honest
    other = PARK.copy().change("parks", "P", land_available=10).dataset()
    check = failed(other, plan)["land"]
    assert "above 10 mu" in check.breaches[0]


def test_at_most_ten_breaches_are_told_the_worst_first(honest):
    dataset, plan = honest
    plan.tables["units"]["today"] += 1000
    plan.tables["trades"]["today"] += [10.0**i for i in range(len(plan.tables["trades"]))]
    check = failed(dataset, plan)["today"]
    assert len(check.breaches) == 10 < check.count
    assert 0.5 < check.worst <= 1
