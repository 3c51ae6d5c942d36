"""Exchanges: which may be, on what way, at what cost; substitutes, lots, and links."""

from collections import defaultdict
from math import isinf, isnan

from symbiosis.locale import _
from symbiosis.planning.audit.heat import utilities, utility_resource
from symbiosis.planning.audit.pumping import pumped
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import ExchangeRow, Tables
from symbiosis.planning.audit.tally import SMALLEST, Tally
from symbiosis.planning.audit.ways import Way, Ways

NAMES = (
    "exchange_allowed",
    "exchange_reach",
    "hazardous",
    "yield",
    "freight",
    "pumping",
    "least_lot",
    "substitute_share",
    "link_capacity",
    "link_cost",
)


def check_exchanges(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """Every rule on single exchanges, on substitutes of a need, and on links."""
    tally.declare(*NAMES)
    rules = _Rules(records)
    for row in tables.exchanges:
        way = ways.way(row.donor, row.receiver, row.resource, row.serves)
        where = row.donor, row.receiver, row.resource, _serving(row), row.period
        text = _("{where}: the resource cannot serve this need")
        tally.holds("exchange_allowed", way is not None, *where, text=text)
        if way is None:
            continue
        _check_terms(row, way, where, tally)
        if row.plan > 0:
            rules.check(row, way, where, tally)
            unit = records.unit(row.resource)
            tally.at_least("least_lot", row.plan, way.least_lot, *where, unit=unit)
    _check_substitutes(records, ways, tables, tally)
    _check_links(records, ways, tables, tally)


def _serving(row: ExchangeRow) -> str:
    return "" if row.serves == row.resource else row.serves


def _check_terms(row: ExchangeRow, way: Way, where: tuple[str, ...], tally: Tally) -> None:
    """Yield, distance, freight, pumping, carrier and link of a row are those of its way."""
    tally.equal("yield", row.yields, way.yields, *where, least_scale=SMALLEST)
    if not isnan(way.distance_km):
        tally.equal("freight", row.distance_km, way.distance_km, *where, unit="km")
    unit = f"wanyuan/{row.unit}"
    tally.equal("freight", row.freight, way.freight, *where, least_scale=SMALLEST, unit=unit)
    tally.equal("pumping", row.pumping, way.pumping, *where, least_scale=SMALLEST)
    text = _("{where}: its pumps run on something else")
    same = row.pumping_resource == way.pumping_resource
    tally.holds("pumping", same, *where, text=text)
    text = _("{where}: another carrier or link leads there")
    tally.holds("freight", (row.carrier, row.link) == (way.carrier, way.link), *where, text=text)


class _Rules:
    """What decides whether an exchange may be."""

    def __init__(self, records: Records) -> None:
        self.records = records
        dataset = records.dataset
        self.matching = dataset.settings.network.matching
        self.licences = {row.enterprise_id: set(row.licensed_wastes) for row in dataset.enterprises}
        self.licences |= {row.project_id: set(row.licensed_wastes) for row in dataset.projects}
        self.takes: defaultdict[str, set[str]] = defaultdict(set)
        for unit in records.processes.values():
            self.takes[unit.actor] |= set(unit.takes)
        self.states: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for row in dataset.streams:
            if row.direction == "need":
                self.takes[row.enterprise_id].add(row.resource_id)
            if row.state:
                key = row.enterprise_id, row.resource_id, row.direction
                self.states[key].add(row.state)

    def check(self, row: ExchangeRow, way: Way, where: tuple[str, ...], tally: Tally) -> None:
        """What runs today may go on; the rest keeps every rule, a declared link all but reach."""
        text = _("{where}: what a member uses itself is no exchange")
        other = row.donor != row.receiver or row.resource != row.serves
        tally.holds("exchange_allowed", other, *where, text=text)
        text = _("{where}: is declared neither as a link nor as an exchange of today")
        declared = bool(way.declared) or self.matching == "open"
        tally.holds("exchange_allowed", declared, *where, text=text)
        if way.declared == "today":
            return
        if not way.declared and way.apart:
            text = _("{where}: no carrier leads there")
            if tally.holds("exchange_reach", bool(way.carrier), *where, text=text):
                km = float("inf") if isnan(way.distance_km) else way.distance_km
                tally.at_most("exchange_reach", km, way.reach, *where, unit="km")
        if row.resource == row.serves:
            tally.holds(
                "exchange_allowed", self._states_meet(row), *where, text=_("{where}: other state")
            )
        self._check_hazardous(row, where, tally)

    def _states_meet(self, row: ExchangeRow) -> bool:
        usual = {self.records.dataset.resource[row.resource].state}
        given = self.states.get((row.donor, row.resource, "supply"), usual)
        taken = self.states.get((row.receiver, row.serves, "need"), usual)
        return bool(given & taken)

    def _check_hazardous(self, row: ExchangeRow, where: tuple[str, ...], tally: Tally) -> None:
        if not self.records.dataset.resource[row.resource].hazardous:
            return
        donor, receiver = self.records.members[row.donor], self.records.members[row.receiver]
        may = row.resource in self.takes[row.receiver]
        may |= row.resource in self.licences.get(receiver.owner, set())
        text = _("{where}: the receiver has no licence for this hazardous waste")
        tally.holds("hazardous", may, *where, text=text)
        if not self.records.settings.network.hazardous_across_province:
            text = _("{where}: hazardous waste leaves its province")
            tally.holds("hazardous", donor.province == receiver.province, *where, text=text)


def _check_substitutes(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """sum of yields x flow of one substitute <= max_share x need of the receiver."""
    need: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for unit in tables.units:
        process = records.processes[unit.unit_id]
        for resource, coefficient in process.takes.items():
            need[process.actor, resource, unit.period] += coefficient * unit.plan
    for stream in tables.streams:
        row = records.streams[stream.stream_id]
        if row.direction == "need":
            need[row.enterprise_id, row.resource_id, stream.period] += stream.plan
    for (site, role, t), heat in utilities(records, tables, "plan").items():
        if role == "hot":
            need[site, utility_resource(records, role), t] += heat
    for pumps, power in pumped(ways, tables.exchanges, "plan").items():
        need[pumps] += power
    served: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    for x in tables.exchanges:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if way and x.resource != x.serves and x.plan > 0:
            served[x.receiver, x.resource, x.serves, x.period] += way.yields * x.plan
    for (receiver, resource, serves, t), amount in served.items():
        of_way = records.way(resource, serves)
        share = of_way[1] if of_way else 0.0
        whole = need[receiver, serves, t]
        tally.at_most(
            "substitute_share",
            amount,
            share * whole,
            receiver,
            f"{resource} > {serves}",
            t,
            scale=whole,
            unit=records.unit(serves),
        )


def _check_links(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """Flow within what exists and what is built, and above the smallest; paid for, once.

    In a year of several slices the smallest flow is one of each slice: `slice_link`.
    """
    built: defaultdict[str, dict[str, float]] = defaultdict(dict)
    paid: defaultdict[str, list[str]] = defaultdict(list)
    for row in tables.links:
        where = row.link_id, row.period
        link = ways.infrastructure(row.link_id)
        text = _("{where}: there can be no such link")
        known = link is not None and link.resource == row.resource
        if not tally.holds("link_cost", known, *where, text=text):
            continue
        assert link is not None
        tally.at_least("not_negative", row.capacity, 0.0, *where)
        tally.equal("link_capacity", row.existing, link.existing, *where)
        built[row.link_id][row.period] = row.capacity
        costs = [
            fixed + per_capacity * row.capacity
            for fixed, per_capacity in zip(link.fixed_cost, link.capacity_cost, strict=True)
        ]
        if row.capital_cost > 0 or row.capacity > 0:
            tally.at_least("link_cost", row.capital_cost, min(costs), *where, unit="wanyuan")
        tally.at_most("link_cost", row.capital_cost, max(costs), *where, unit="wanyuan")
        if max(link.fixed_cost) > 0:
            paid[row.link_id].append(row.period)
    for name, periods in paid.items():
        text = _("{where}: a link is built once")
        tally.holds("link_cost", len(periods) == 1, name, *periods, text=text)

    on_link: defaultdict[tuple[str, str], float] = defaultdict(float)
    on_row: defaultdict[tuple[str, str], float] = defaultdict(float)
    for x in tables.exchanges:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if way is None or x.plan <= 0:
            continue
        if way.link:
            on_link[way.link, x.period] += x.plan
        if declared := ways.row(x.donor, x.receiver, x.resource):
            on_row[declared.link_id, x.period] += x.plan
    for (name, t), flow in on_link.items():
        link = ways.infrastructure(name)
        assert link is not None
        until = records.order[: records.order.index(t) + 1]
        room = link.existing + sum(built[name].get(u, 0.0) for u in until)
        if link.has_capacity:
            unit = records.unit(link.resource)
            tally.at_most("link_capacity", flow, room, name, t, unit=unit)
            if len(records.settings.slices) == 1:
                least = link.least_share * room
                tally.at_least("link_capacity", flow, least, name, t, unit=unit)
    for (name, t), flow in on_row.items():
        link = ways.infrastructure(name)
        if link and not isinf(link.most_capacity):
            unit = records.unit(link.resource)
            tally.at_most("link_capacity", flow, link.most_capacity, name, t, unit=unit)
