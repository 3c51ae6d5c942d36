"""Indicators and limits, recomputed from trades, exchanges and projects."""

from collections import defaultdict
from collections.abc import Iterable

from symbiosis.domain.resources import Resource
from symbiosis.locale import _
from symbiosis.planning.audit.baseline import Baseline
from symbiosis.planning.audit.exergy import heat_indicators
from symbiosis.planning.audit.markets import limited_trades
from symbiosis.planning.audit.mixtures import Mixtures
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import Tally
from symbiosis.planning.audit.water import water_of_plan, water_of_today
from symbiosis.planning.audit.ways import Ways

Amounts = Iterable[tuple[str, str, float]]  # resource, buy|sell|dispose|exchanged, per year
LINEAR = (
    "co2e",
    "fresh_water",
    "water_discharged",
    "disposed",
    "virgin",
    "byproduct_exchanged",
    "byproduct_sold",
    "power_bought",
)


def weight(name: str, resource: Resource, action: str) -> float:
    """What one unit of a resource bought, sold, disposed of or exchanged adds to an indicator."""
    mass = resource.mass or 0.0
    material, water = resource.kind == "material", resource.kind == "water"
    if name == "co2e":  # upstream of what is bought, released here, saved by power sold
        return {
            "buy": resource.co2e_bought,
            "dispose": resource.co2e_released,
            "sell": -resource.co2e_bought if resource.state == "power" else 0.0,
        }.get(action, 0.0)
    if name == "fresh_water":
        return 1.0 if water and resource.virgin and action == "buy" else 0.0
    if name == "water_discharged":
        return 1.0 if water and action == "dispose" else 0.0
    if name == "virgin":
        return mass if material and resource.virgin and action == "buy" else 0.0
    if name == "disposed":
        waste = material and resource.role in ("product", "byproduct")
        return mass if waste and action == "dispose" else 0.0
    if name == "power_bought":
        return {"buy": 1.0, "sell": -1.0}.get(action, 0.0) if resource.state == "power" else 0.0
    action_of = {"byproduct_exchanged": "exchanged", "byproduct_sold": "sell"}[name]
    return mass if material and resource.role == "byproduct" and action == action_of else 0.0


def measured(records: Records, amounts: Amounts) -> dict[str, tuple[float, float]]:
    """Value of every indicator, and the largest amount it is made of."""
    net: defaultdict[tuple[str, str], float] = defaultdict(float)
    for resource, action, amount in amounts:
        net[resource, action] += amount
    found = {}
    for name in LINEAR:
        terms = [
            weight(name, records.dataset.resource[resource], action) * amount
            for (resource, action), amount in net.items()
        ]
        found[name] = sum(terms), max((abs(term) for term in terms), default=0.0)
    kept = found["byproduct_exchanged"][0] + found["byproduct_sold"][0]
    whole = kept + found["disposed"][0]
    found["circularity"] = (kept / whole if whole > 0 else 0.0), 1.0
    return found


def of_today(records: Records, baseline: Baseline) -> dict[str, tuple[float, float]]:
    """Indicators of a year of today."""
    amounts = [(resource, action, a) for (_i, resource, action), a in baseline.trades.items()]
    amounts += [(key[2], "exchanged", a) for key, a in baseline.exchanges.items()]
    return measured(records, amounts)


def of_plan(records: Records, tables: Tables, period: str) -> dict[str, tuple[float, float]]:
    """Indicators of a year of the plan."""
    amounts = [(x.resource, x.action, x.plan) for x in tables.trades if x.period == period]
    amounts += [(x.resource, "exchanged", x.plan) for x in tables.exchanges if x.period == period]
    return measured(records, amounts)


def check_indicators(
    records: Records, ways: Ways, baseline: Baseline, tables: Tables, tally: Tally
) -> None:
    """`indicators`: the table has every indicator of every period, with its value."""
    tally.declare("indicators")
    rows = {(row.name, row.period): row for row in tables.indicators}
    today = of_today(records, baseline) | water_of_today(records, ways, baseline)
    for t in records.order:
        plan = of_plan(records, tables, t) | water_of_plan(records, ways, tables, t)
        values = {name: (today[name], plan[name]) for name in today}
        values |= heat_indicators(records, ways, baseline, tables, t)
        for name, (before, after) in values.items():
            row = rows.get((name, t))
            text = _("{where}: is missing")
            if not tally.holds("indicators", row is not None, name, t, text=text):
                continue
            assert row is not None
            for column, found, (value, scale) in (
                ("today", row.today, before),
                ("plan", row.plan, after),
            ):
                tally.equal("indicators", found, value, name, t, column, scale=scale)


def check_limits(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`limits`: the table shows every condition with its value and room."""
    tally.declare("limits")
    expected = _limits(records, tables)
    for (subject, t), (load, most, _unit) in Mixtures(records, ways, tables).load_limits().items():
        expected["load", subject, t] = load, most, 1.0
    rows = {(row.name, row.subject, row.period): row for row in tables.limits}
    for key, (value, limit, sense) in expected.items():
        row = rows.get(key)
        if not tally.holds("limits", row is not None, *key, text=_("{where}: is missing")):
            continue
        assert row is not None
        scale = max(abs(value), abs(limit))
        tally.equal("limits", row.value, value, *key, "value")
        tally.equal("limits", row.limit, limit, *key, "limit")
        tally.equal("limits", row.slack, sense * (limit - value), *key, "slack", scale=scale)
    for key, row in rows.items():
        if key not in expected:  # a rule the audit does not know has at least its own arithmetic
            room, scale = abs(row.limit - row.value), max(abs(row.limit), abs(row.value))
            tally.equal("limits", abs(row.slack), room, *key, "slack", scale=scale)


def _limits(
    records: Records, tables: Tables
) -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """Value, limit and sense (1 at most, -1 at least) of every condition."""
    last = records.last
    found: dict[tuple[str, str, str], tuple[float, float, float]] = {}
    chosen = {row.chain_id for row in tables.chains if row.prioritised}
    for chain in records.dataset.chains:
        key = "chains", chain.group, last
        count = found.get(key, (0,))[0] + (chain.chain_id in chosen)
        found[key] = count, records.settings.chains.at_most, 1.0
    budget = records.settings.money.budget
    if budget is not None:
        spent = sum(row.capital_cost for row in tables.projects)
        spent += sum(row.capital_cost for row in tables.links)
        spent += sum(row.capital_cost for row in tables.heat_links)
        found["budget", "", last] = spent, budget, 1.0
    for park in records.dataset.parks:
        if park.land_available is not None:
            used = sum(
                records.project_of(row.place_id).land
                / records.project_of(row.place_id).reference_size
                * row.size
                for row in tables.projects
                if records.places[row.place_id].park_id == park.park_id
            )
            found["land", park.park_id, last] = used, park.land_available, 1.0
    for (subject, t), (amount, limit) in limited_trades(records, tables).items():
        if amount > 0:
            found["market", subject, t] = amount, limit, 1.0
    activity = {row.unit_id: row.plan for row in tables.units if row.period == last}
    for row in tables.projects:
        main = next(u for u in records.processes.values() if u.place == row.place_id)
        design = main.activity_per_size * row.size
        used = activity.get(main.unit_id, 0.0) / design if design > 0 else 0.0
        found["utilisation", row.place_id, last] = used, main.least_utilisation, -1.0
        floor = records.dataset.park[records.places[row.place_id].park_id].investment_floor
        if floor is not None and row.land > 0:
            intensity = row.capital_cost / row.land
            found["investment_intensity", row.place_id, last] = intensity, floor, -1.0
    return found
