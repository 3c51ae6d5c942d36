"""Balances: what a member gives goes somewhere, what it needs comes from somewhere; today's too."""

from collections import defaultdict

from symbiosis.locale import _
from symbiosis.planning.audit.baseline import Baseline
from symbiosis.planning.audit.heat import utilities, utility_resource
from symbiosis.planning.audit.pumping import pumped
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import Tally
from symbiosis.planning.audit.ways import Ways

Key = tuple[str, str, str]  # actor, resource, period


class _Side:
    """One side of all balances: the sum of its terms and the largest of them."""

    def __init__(self) -> None:
        self.total: defaultdict[Key, float] = defaultdict(float)
        self.largest: defaultdict[Key, float] = defaultdict(float)

    def add(self, key: Key, amount: float) -> None:
        self.total[key] += amount
        self.largest[key] = max(self.largest[key], abs(amount))


def check_balances(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`giving_balance`, `taking_balance` and `not_negative` of today and the plan.

    given  = used within + leaving on exchanges + sold + disposed
    needed = used within + arriving on exchanges (x ratio x efficiency) + bought

    What pumps run on is needed. Hot utility is needed, cold utility given; that the balances show
    them is `heat_utility` too.
    """
    tally.declare("giving_balance", "taking_balance", "not_negative")
    for column in ("today", "plan") if records.runs_today else ("plan",):
        _check_column(column, records, ways, tables, tally)


def _check_column(column: str, records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    given, leaving, needed, arriving = _Side(), _Side(), _Side(), _Side()

    def amount(row: object, *where: str) -> float:
        value = float(getattr(row, column))
        tally.at_least("not_negative", value, 0.0, *where, column)
        return value

    for unit in tables.units:
        process = records.processes[unit.unit_id]
        activity = amount(unit, unit.unit_id, unit.period)
        for flows, side in ((process.gives, given), (process.takes, needed)):
            for resource, coefficient in flows.items():
                side.add((process.actor, resource, unit.period), coefficient * activity)
    for stream in tables.streams:
        row = records.streams[stream.stream_id]
        side = given if row.direction == "supply" else needed
        key = row.enterprise_id, row.resource_id, stream.period
        side.add(key, amount(stream, stream.stream_id, stream.period))
    for x in tables.exchanges:
        sent = amount(x, x.donor, x.receiver, x.resource, x.period)
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        leaving.add((x.donor, x.resource, x.period), sent)
        arriving.add((x.receiver, x.serves, x.period), sent * (way.yields if way else 0.0))
    for pumps, power in pumped(ways, tables.exchanges, column).items():
        needed.add(pumps, power)
    for own in tables.within:
        used = amount(own, own.actor, own.resource, own.period)
        leaving.add((own.actor, own.resource, own.period), used)
        arriving.add((own.actor, own.resource, own.period), used)
    for trade in tables.trades:
        traded = amount(trade, trade.actor, trade.resource, trade.action, trade.period)
        side = arriving if trade.action == "buy" else leaving
        side.add((trade.actor, trade.resource, trade.period), traded)
    for (site, role, t), heat in utilities(records, tables, column).items():
        resource = utility_resource(records, role)
        if not resource:
            continue
        key = site, resource, t
        ours, other = (needed, arriving) if role == "hot" else (given, leaving)
        tally.equal(
            "heat_utility",
            other.total[key] - ours.total[key],
            heat,
            *key,
            column,
            scale=max(ours.largest[key], other.largest[key]),
            unit=records.unit(resource),
            text=_("{where}: the cascades show {expected}, the balance {found}"),
        )
        ours.add(key, heat)

    for name, ours, other, text in (
        ("giving_balance", given, leaving, _("{where}: {expected} are given, {found} leave")),
        ("taking_balance", needed, arriving, _("{where}: {expected} are needed, {found} arrive")),
    ):
        for key in {**ours.total, **other.total}:
            tally.equal(
                name,
                other.total[key],
                ours.total[key],
                *key,
                column,
                scale=max(ours.largest[key], other.largest[key]),
                unit=records.unit(key[1]),
                text=text,
            )


def check_today(records: Records, baseline: Baseline, tables: Tables, tally: Tally) -> None:
    """`today`: every amount of today is the one the dataset's records give."""
    tally.declare("today")
    for unit in tables.units:
        today = records.processes[unit.unit_id].today
        tally.equal("today", unit.today, today, unit.unit_id, unit.period)
    for stream in tables.streams:
        today = records.streams[stream.stream_id].amount
        tally.equal("today", stream.today, today, stream.stream_id, stream.period)

    found: defaultdict[tuple[str, ...], float] = defaultdict(float)
    wanted: dict[tuple[str, ...], float] = {}
    for x in tables.exchanges:
        found[x.donor, x.resource, x.receiver, x.serves, x.period] += x.today
    for own in tables.within:
        found[own.actor, own.resource, own.period] += own.today
    for trade in tables.trades:
        found[trade.actor, trade.resource, trade.action, trade.period] += trade.today
    for t in records.order:
        for (donor, receiver, resource, serves), amount in baseline.exchanges.items():
            wanted[donor, resource, receiver, serves, t] = amount
        for within, amount in baseline.within.items():
            wanted[*within, t] = amount
        for traded, amount in baseline.trades.items():
            wanted[*traded, t] = amount
    for key in {**found, **wanted}:
        tally.equal(
            "today",
            found.get(key, 0.0),
            wanted.get(key, 0.0),
            *key,
            scale=baseline.size.get((key[0], key[1]), 0.0),
            unit=records.unit(key[1]),
        )
