"""Pumping: what a plan's pipes need of power, at their donors, again from carriers and heights."""

from collections import defaultdict
from collections.abc import Iterable

from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import ExchangePart, ExchangeRow, Tables
from symbiosis.planning.audit.ways import Ways


def pumped(
    ways: Ways, exchanges: Iterable[ExchangeRow], column: str
) -> dict[tuple[str, str, str], float]:
    """What pumps need a year, by donor, resource and period; `column` is `today` or `plan`."""
    found: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for x in exchanges:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if way and way.pumping:
            amount = way.pumping * getattr(x, column)
            found[x.donor, way.pumping_resource, x.period] += amount
    return dict(found)


def pumped_by_slice(
    records: Records, ways: Ways, tables: Tables
) -> dict[tuple[str, str, str, str], float]:
    """The same of the plan in every slice; what is sent over the year is pumped evenly."""
    found: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    hours = {part.id: part.hours / 8760 for part in records.settings.slices}

    def add(x: ExchangeRow | ExchangePart, s: str, sent: float) -> None:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if way and way.pumping:
            found[x.donor, way.pumping_resource, x.period, s] += way.pumping * sent

    for part in tables.exchanges_by_slice:
        add(part, part.slice, part.plan)
    for x in tables.exchanges:
        kinds = (records.dataset.resource[name].balance for name in (x.resource, x.serves))
        if "slice" not in kinds:
            for s, share in hours.items():
                add(x, s, share * x.plan)
    return dict(found)
