"""Indicators of water, recomputed from what a year trades, exchanges and uses within.

    reuse rate      = (circulating + reused) / (circulating + reused + fresh)
    reclaimed rate  = reclaimed in use / (reclaimed in use + reclaimed let out)

What is let out, and what it carries to rivers, is told in full and with a reason.
"""

from collections import defaultdict
from collections.abc import Iterable

from symbiosis.domain.settings import ALL_YEAR
from symbiosis.domain.units import UnitError, factor
from symbiosis.locale import _
from symbiosis.planning.audit.baseline import Baseline
from symbiosis.planning.audit.qualities import Qualities
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import Tally
from symbiosis.planning.audit.ways import Ways

Measured = dict[str, tuple[float, float]]  # value, and the scale of its rounding
Traded = Iterable[tuple[tuple[str, str, str], float]]  # actor, resource, action -> amount
Sent = Iterable[tuple[tuple[str, str, str, str], float]]  # an exchange -> amount sent
Within = Iterable[tuple[str, float]]  # resource, amount


def water_of_today(records: Records, ways: Ways, baseline: Baseline) -> Measured:
    """Indicators of water of a year of today."""
    within = [(resource, amount) for (_actor, resource), amount in baseline.within.items()]
    return _measured(records, ways, baseline.trades.items(), baseline.exchanges.items(), within)


def water_of_plan(records: Records, ways: Ways, tables: Tables, period: str) -> Measured:
    """Indicators of water of a year of the plan."""
    trades = [
        ((x.actor, x.resource, x.action), x.plan) for x in tables.trades if x.period == period
    ]
    sent = [
        ((x.donor, x.receiver, x.resource, x.serves), x.plan)
        for x in tables.exchanges
        if x.period == period
    ]
    within = [(x.resource, x.plan) for x in tables.within if x.period == period]
    return _measured(records, ways, trades, sent, within)


def _measured(records: Records, ways: Ways, trades: Traded, sent: Sent, within: Within) -> Measured:
    resource = records.dataset.resource
    supplied: defaultdict[str, float] = defaultdict(float)  # what a use gets, from wherever
    between: defaultdict[tuple[str, str], float] = defaultdict(float)  # class to class
    fresh = sales = 0.0
    for key, amount in trades:
        name, action = key[1], key[2]
        if action == "buy":
            supplied[name] += amount
            if resource[name].kind == "water" and resource[name].virgin:
                fresh += amount
        elif action == "sell" and (market := records.market(*key)):
            sales += amount * market.price
        elif action == "dispose":
            between[resource[name].water_class, "discharge"] += amount
    for exchange, amount in sent:
        way = ways.way(*exchange)
        arriving = amount * (way.yields if way else 1.0)
        taken, served = resource[exchange[2]], resource[exchange[3]]
        supplied[exchange[3]] += arriving if served.water_class == "use" else 0.0
        between[taken.water_class, served.water_class] += arriving
    for name, amount in within:
        supplied[name] += amount
    loops = sum(resource[name].circulation * amount for name, amount in supplied.items())
    returned, out = between["reclaimed", "use"], between["reclaimed", "discharge"]
    reused = between["used", "use"] + returned
    again = loops + reused
    return {
        "water_reused": (reused, reused),
        "industrial_water_reuse": (again / (again + fresh) if again > 0 else 0.0, 1.0),
        "reclaimed_water": (returned / (returned + out) if returned > 0 else 0.0, 1.0),
        "fresh_water_per_sales": (fresh / sales if sales > 0 else 0.0, 1.0),
    }


def check_water(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`water_left` and `water_loads`: all that is let out, with a reason and its load."""
    if not any(row.water_class for row in records.dataset.resources):
        return
    tally.declare("water_left", "water_loads")
    classes = {row.resource_id: row.water_class for row in records.dataset.resources}
    out: dict[tuple[str, str, str, str], tuple[float, float]] = {}
    for x in tables.exchanges:  # one water may leave through several outfalls
        if classes[x.resource] in ("used", "reclaimed") and classes[x.serves] == "discharge":
            one = x.donor, x.resource, x.serves, x.period
            today, plan = out.get(one, (0.0, 0.0))
            out[one] = today + x.today, plan + x.plan
    out |= {
        (x.actor, x.resource, "", x.period): (x.today, x.plan)
        for x in tables.trades
        if classes[x.resource] in ("used", "reclaimed") and x.action == "dispose"
    }
    rows = {(row.actor, row.resource, row.outlet, row.period): row for row in tables.water_left}
    for key in sorted({*out, *rows}):
        row = rows.get(key)
        text = _("{where}: is let out, but not told of, or the other way round")
        if not tally.holds("water_left", row is not None and key in out, *key, text=text):
            continue
        assert row is not None
        unit = records.unit(key[1])
        tally.equal("water_left", row.today, out[key][0], *key, "today", unit=unit)
        tally.equal("water_left", row.plan, out[key][1], *key, "plan", unit=unit)
        text = _("{where}: a reason belongs to what is let out, and only to it")
        tally.holds("water_left", bool(row.reason) == (row.plan > 0), *key, text=text)
    _check_loads(records, ways, tables, tally)


def _check_loads(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    values = Qualities(records)
    classes = {row.resource_id: row.water_class for row in records.dataset.resources}
    rows = {(row.property, row.period): row for row in tables.water_loads}
    for prop in records.dataset.properties:
        try:
            per = factor(f"({prop.unit})*m3", "t")
        except UnitError:
            per = 1.0
        for t in records.order:
            today = plan = 0.0
            for x in tables.exchanges:
                if x.period != t or classes[x.serves] != "discharge":
                    continue
                given = x.donor, x.resource, prop.property_id, ALL_YEAR, "supply"
                way = ways.way(x.donor, x.receiver, x.resource, x.serves)
                carried = per * (values.value(*given) or 0.0) * (way.yields if way else 1.0)
                today, plan = today + carried * x.today, plan + carried * x.plan
            row = rows.get((prop.property_id, t))
            key = prop.property_id, t
            if row is None:
                text = _("{where}: goes to rivers, but is not told of")
                tally.holds("water_loads", today + plan == 0, *key, text=text)
                continue
            tally.equal("water_loads", row.today, today, *key, "today", unit=row.unit)
            tally.equal("water_loads", row.plan, plan, *key, "plan", unit=row.unit)
