"""The slices of a year: what runs, moves and is traded in each, and that every slice balances."""

from collections import defaultdict
from collections.abc import Iterator

from symbiosis.locale import _
from symbiosis.planning.audit.heat import utilities_by_slice, utility_resource
from symbiosis.planning.audit.pumping import pumped_by_slice
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import TOLERANCE, Tally
from symbiosis.planning.audit.ways import Ways

Key = tuple[str, str, str, str]  # actor, resource, period, slice


def check_slices(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`slice_sum`, `slice_capacity`, `slice_link`, `slice_balance`, where a year has slices."""
    if len(records.settings.slices) == 1:
        return
    tally.declare("slice_sum", "slice_capacity", "slice_link", "slice_balance")
    _check_sums(records, tables, tally)
    _check_capacities(records, tables, tally)
    _check_links(records, ways, tables, tally)
    _check_balances(records, ways, tables, tally)


def _hours(records: Records) -> dict[str, float]:
    """Share of the year's hours in every slice."""
    return {part.id: part.hours / 8760 for part in records.settings.slices}


def _shares(records: Records, profile_id: str) -> dict[str, float]:
    """Share of the year's amount of a stream in every slice: hours x factor of its profile."""
    factors = {
        row.slice_id: row.factor
        for row in records.dataset.profiles
        if profile_id and row.profile_id == profile_id
    }
    loads = {s: share * factors.get(s, 1.0) for s, share in _hours(records).items()}
    return {s: load / sum(loads.values()) for s, load in loads.items()}


def _check_sums(records: Records, tables: Tables, tally: Tally) -> None:
    """The slices of an amount make the amount of its year."""

    def split(*resources: str) -> bool:
        return any(records.dataset.resource[r].balance == "slice" for r in resources)

    yearly: dict[tuple[str, ...], float] = {}
    found: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for unit in tables.units:
        yearly[unit.unit_id, unit.period] = unit.plan
    for x in tables.exchanges:
        if split(x.resource, x.serves):
            yearly[x.donor, x.resource, x.receiver, x.serves, x.period] = x.plan
    for own in tables.within:
        if split(own.resource):
            yearly[own.actor, own.resource, own.period] = own.plan
    for trade in tables.trades:
        if split(trade.resource):
            yearly[trade.actor, trade.resource, trade.action, trade.period] = trade.plan
    for unit_part in tables.units_by_slice:
        found[unit_part.unit_id, unit_part.period] += unit_part.plan
    for part in tables.exchanges_by_slice:
        found[part.donor, part.resource, part.receiver, part.serves, part.period] += part.plan
    for own_part in tables.within_by_slice:
        found[own_part.actor, own_part.resource, own_part.period] += own_part.plan
    for row in tables.trades_by_slice:
        found[row.actor, row.resource, row.action, row.period] += row.plan
    text = _("{where}: the slices sum to {found}, the year has {expected}")
    for key in {**yearly, **found}:
        tally.equal("slice_sum", found[key], yearly.get(key, 0.0), *key, text=text)


def _check_capacities(records: Records, tables: Tables, tally: Tally) -> None:
    """In a slice a unit runs at most its share of the year's hours at full load."""
    hours = _hours(records)
    size: defaultdict[tuple[str, str], float] = defaultdict(float)
    for project in tables.projects:
        for t in records.order[records.order.index(project.period) :]:
            size[project.place_id, t] += project.size
    for row in tables.units_by_slice:
        unit = records.processes[row.unit_id]
        most = unit.activity_per_size * size[unit.place, row.period] if unit.place else unit.most
        where = row.unit_id, row.period, row.slice
        tally.at_least("slice_capacity", row.plan, 0.0, *where)
        tally.at_most("slice_capacity", row.plan, hours[row.slice] * most, *where)
        if not unit.place and unit.least == unit.most:  # held: it runs evenly
            tally.equal("slice_capacity", row.plan, hours[row.slice] * most, *where)


def _check_links(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """In a slice a link carries at most its capacity for its hours, at least its smallest flow."""
    hours = _hours(records)
    room: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in tables.links:
        for t in records.order[records.order.index(row.period) :]:
            room[row.link_id, t] += row.capacity
    carried: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    sliced = set()
    for part in tables.exchanges_by_slice:
        way = ways.way(part.donor, part.receiver, part.resource, part.serves)
        if way and way.link:
            carried[way.link, part.period, part.slice] += part.plan
            sliced.add((part.donor, part.receiver, part.resource, part.serves, part.period))
    for x in tables.exchanges:  # what is counted over the year runs evenly beside it
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if way and way.link and (x.donor, x.receiver, x.resource, x.serves, x.period) not in sliced:
            for s, share in hours.items():
                carried[way.link, x.period, s] += share * x.plan
    for (name, t, s), flow in carried.items():
        link = ways.infrastructure(name)
        if link and link.has_capacity:
            most = hours[s] * (link.existing + room[name, t])
            unit = records.unit(link.resource)
            tally.at_most("slice_link", flow, most, name, t, s, unit=unit)
            if flow > TOLERANCE * most:  # below it the link is off
                least = link.least_share * most
                tally.at_least("slice_link", flow, least, name, t, s, unit=unit)


def _check_balances(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """given = leaving and needed = arriving, slice by slice, for what cannot be stored."""
    sides: dict[str, defaultdict[Key, float]] = {
        name: defaultdict(float) for name in ("given", "leaving", "needed", "arriving")
    }
    largest: defaultdict[Key, float] = defaultdict(float)
    for name, key, amount in _terms(records, ways, tables):
        if records.dataset.resource[key[1]].balance == "slice":
            sides[name][key] += amount
            largest[key] = max(largest[key], abs(amount))
    for ours, other, text in (
        ("given", "leaving", _("{where}: {expected} are given, {found} leave")),
        ("needed", "arriving", _("{where}: {expected} are needed, {found} arrive")),
    ):
        for key in {**sides[ours], **sides[other]}:
            tally.equal(
                "slice_balance",
                sides[other][key],
                sides[ours][key],
                *key,
                scale=largest[key],
                unit=records.unit(key[1]),
                text=text,
            )


def _terms(records: Records, ways: Ways, tables: Tables) -> Iterator[tuple[str, Key, float]]:
    """Every term of the two balances: its side, its key, its amount."""
    for row in tables.units_by_slice:
        process = records.processes[row.unit_id]
        for name, flows in (("given", process.gives), ("needed", process.takes)):
            for resource, coefficient in flows.items():
                key = process.actor, resource, row.period, row.slice
                yield name, key, coefficient * row.plan
    for stream in tables.streams:
        of = records.streams[stream.stream_id]
        name = "given" if of.direction == "supply" else "needed"
        for s, share in _shares(records, of.profile_id).items():
            yield name, (of.enterprise_id, of.resource_id, stream.period, s), share * stream.plan
    for x in tables.exchanges_by_slice:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        yield "leaving", (x.donor, x.resource, x.period, x.slice), x.plan
        arrives = x.plan * (way.yields if way else 0.0)
        yield "arriving", (x.receiver, x.serves, x.period, x.slice), arrives
    for pumps, power in pumped_by_slice(records, ways, tables).items():
        yield "needed", pumps, power
    for own in tables.within_by_slice:
        for name in ("leaving", "arriving"):
            yield name, (own.actor, own.resource, own.period, own.slice), own.plan
    for trade in tables.trades_by_slice:
        name = "arriving" if trade.action == "buy" else "leaving"
        yield name, (trade.actor, trade.resource, trade.period, trade.slice), trade.plan
    for (site, role, t, s), heat in utilities_by_slice(records, tables).items():
        if resource := utility_resource(records, role):
            yield ("needed" if role == "hot" else "given"), (site, resource, t, s), heat
