"""What arrives for every need of a plan, made again into mixtures."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan
from typing import NamedTuple

from symbiosis.domain.quality import Pool
from symbiosis.domain.settings import ALL_YEAR
from symbiosis.domain.units import UnitError, factor
from symbiosis.planning.audit.qualities import FREE, Qualities
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import (
    ExchangePart,
    ExchangeRow,
    QualityRow,
    Tables,
    TradePart,
    TradeRow,
    WithinPart,
    WithinRow,
)
from symbiosis.planning.audit.ways import Ways

MIXED_AGAIN = 1000  # times at most, where pools feed each other
SAME = 1e-12  # relative: values that stand
Need = tuple[str, str, str, str]  # member, resource needed, period, slice


class MixtureKey(NamedTuple):
    """Which row of the plan's table `quality`."""

    actor: str
    resource: str
    serves: str
    direction: str
    property: str
    period: str
    slice: str


@dataclass(frozen=True)
class Arrival:
    """An amount that reaches a need, in the need's unit; `donor` is "" if it is bought outside."""

    donor: str
    resource: str
    slice_id: str
    amount: float
    exchanged: bool


class Mixtures:
    """The arrivals of a plan by need, and what they are mixed to."""

    def __init__(self, records: Records, ways: Ways, tables: Tables) -> None:
        """Gather what arrives, and whose loads matter."""
        self.records = records
        self.qualities = Qualities(records)
        dataset = records.dataset
        self.properties = [row.property_id for row in dataset.properties]
        self.hours = {part.id: part.hours / 8760 for part in records.settings.slices}
        self.loads = {
            (records.processes[x.unit_id].actor, x.resource_in, x.property_id): x
            for x in dataset.loads
        }
        self.limited_loads = {
            (member.member_id, limit.resource_id, limit.property_id)
            for limit in dataset.load_limits
            for member in records.members.values()
            if limit.owner_id in (member.member_id, member.project_id, member.park_id)
        }
        self.activity = {(x.unit_id, x.period, ALL_YEAR): x.plan for x in tables.units}
        self.activity |= {(x.unit_id, x.period, x.slice): x.plan for x in tables.units_by_slice}
        self.arriving: defaultdict[Need, list[Arrival]] = defaultdict(list)
        for member, need, period, arrival in self._arrivals(ways, tables):
            when = arrival.slice_id if self.is_sliced(need) else ALL_YEAR
            self.arriving[member, need, period, when].append(arrival)
        self.pools = {
            (unit.actor, pool.resource_out, pool.property_id): pool
            for pool in dataset.pools
            for unit in records.processes.values()
            if unit.recipe == pool.recipe_id
        }
        self.pooled = self._pooled_values()

    def _pooled_values(self) -> dict[tuple[str, str, str, str, str], float]:
        """What leaves every pool, by member, resource, property, period and slice.

        Pools may feed each other: their values are mixed again until they stand.
        """
        found: dict[tuple[str, str, str, str, str], float] = {}
        for _round in range(MIXED_AGAIN if self.pools else 0):
            before, found = found, {}
            for (member, resource, name), pool in self.pools.items():
                for (actor, need, t, s), arriving in self.arriving.items():
                    if (actor, need) == (member, pool.resource_in):
                        known, unknown, load = self._mix(member, need, name, arriving, t, before)
                        whole = known + unknown
                        value = pool.factor * load / whole if whole > 0 else 0.0
                        value += self._added_value(member, pool, t, s)
                        found[member, resource, name, t, s] = value
            if all(abs(v - before.get(k, inf)) <= SAME * abs(v) for k, v in found.items()):
                break
        return found

    def _added_value(self, member: str, pool: Pool, t: str, s: str) -> float:
        """What a fixed load adds to the value of what a pool gives."""
        load = self.loads.get((member, pool.resource_in, pool.property_id))
        if load is None or load.resource_out != pool.resource_out:
            return 0.0
        active = self.activity.get((load.unit_id, t, s), 0.0)
        given = self.records.processes[load.unit_id].gives[pool.resource_out] * active
        return self.hours.get(s, 1.0) * load.amount / given if given > 0 else 0.0

    def is_sliced(self, *resources: str) -> bool:
        """Whether a flow between these resources is counted by slice."""
        kinds = {self.records.dataset.resource[name].balance for name in resources}
        return "slice" in kinds and len(self.hours) > 1

    def _arrivals(self, ways: Ways, tables: Tables) -> Iterator[tuple[str, str, str, Arrival]]:
        """Member, need, period of all that arrives: of the year, or slice by slice."""
        exchanges: list[tuple[ExchangeRow | ExchangePart, str]] = [
            *((x, ALL_YEAR) for x in tables.exchanges if not self.is_sliced(x.resource, x.serves)),
            *((part, part.slice) for part in tables.exchanges_by_slice),
        ]
        trades: list[tuple[TradeRow | TradePart, str]] = [
            *((x, ALL_YEAR) for x in tables.trades if not self.is_sliced(x.resource)),
            *((part, part.slice) for part in tables.trades_by_slice),
        ]
        within: list[tuple[WithinRow | WithinPart, str]] = [
            *((x, ALL_YEAR) for x in tables.within if not self.is_sliced(x.resource)),
            *((part, part.slice) for part in tables.within_by_slice),
        ]
        for sent, s in exchanges:
            way = ways.way(sent.donor, sent.receiver, sent.resource, sent.serves)
            ratio = self.records.way(sent.resource, sent.serves)
            if sent.plan > 0 and way and ratio:  # else it is said of the exchange itself
                share = self._own_share(sent.resource, sent.serves, way.yields, ratio[0])
                arrival = Arrival(sent.donor, sent.resource, s, share * sent.plan, True)
                yield sent.receiver, sent.serves, sent.period, arrival
        for trade, s in trades:
            if trade.action == "buy" and trade.plan > 0:
                arrival = Arrival("", trade.resource, s, trade.plan, False)
                yield trade.actor, trade.resource, trade.period, arrival
        for own, s in within:
            if own.plan > 0:
                arrival = Arrival(own.actor, own.resource, s, own.plan, False)
                yield own.actor, own.resource, own.period, arrival

    def _own_share(self, resource: str, serves: str, yields: float, ratio: float) -> float:
        """What arrives per unit sent: its own amount in the need's unit, not what it replaces."""
        sent, needed = (self.records.dataset.resource[name].unit for name in (resource, serves))
        try:
            return yields / ratio * factor(sent, needed)
        except UnitError:
            return yields

    def asked(self) -> Iterator[MixtureKey]:
        """Every mixture that arrives and has a limit or a load limit; every fixed load."""
        for (member, need, t, s), arriving in self.arriving.items():
            feeds = {x.resource for x in arriving if x.exchanged} - {need}
            for name in self.properties:
                for about in (need, *sorted(feeds)):
                    limited = self.qualities.range(member, about, name, s) != FREE
                    if limited or (member, about, name) in self.limited_loads and about == need:
                        yield MixtureKey(member, about, need, "need", name, t, s)
        for (member, need, name), load in self.loads.items():
            for t in self.records.order:
                for s in self.hours if self.is_sliced(need) else [ALL_YEAR]:
                    yield MixtureKey(member, load.resource_out, need, "supply", name, t, s)

    def row(self, key: MixtureKey) -> QualityRow | None:
        """What the plan's table must say of a mixture, None where there can be no such row."""
        if key.direction == "supply":
            return self._used(key)
        member, about, need, _direction, name, t, s = key
        arriving = self.arriving.get((member, need, t, s), [])
        if about != need:  # a substitute is mixed with its like only
            arriving = [x for x in arriving if x.exchanged and x.resource == about]
        known, unknown, load = self._mix(member, need, name, arriving, t)
        least, most = self.qualities.range(member, about, name, s)
        return QualityRow(
            *(*key, known, unknown, load / known if known > 0 else nan),
            nan if least == -inf else least,
            nan if most == inf else most,
            load if about == need and (member, need, name) in self.limited_loads else nan,
        )

    def _used(self, key: MixtureKey) -> QualityRow | None:
        """What a unit with a fixed load gives: what it takes and what it adds leave with it."""
        member, out, need, _direction, name, t, s = key
        load = self.loads.get((member, need, name))
        if load is None or load.resource_out != out:
            return None
        unit = self.records.processes[load.unit_id]
        given = unit.gives[out] * self.activity.get((load.unit_id, t, s), 0.0)
        carried = self._mix(member, need, name, self.arriving.get((member, need, t, s), []), t)[2]
        carried += self.hours.get(s, 1.0) * load.amount
        most = self.qualities.value(member, out, name, s, "supply")
        value = carried / given if given > 0 else inf
        return QualityRow(*(*key, given, 0.0, value, nan), nan if most is None else most, carried)

    def _mix(
        self,
        member: str,
        need: str,
        name: str,
        arriving: list[Arrival],
        t: str,
        pooled: dict[tuple[str, str, str, str, str], float] | None = None,
    ) -> tuple[float, float, float]:
        """Amount of known and of unknown value, and what the known carries."""
        pooled = self.pooled if pooled is None else pooled
        known = unknown = load = 0.0
        for x in arriving:
            value: float | None
            if (x.donor, x.resource, name) in self.pools:
                when = x.slice_id if self.is_sliced(x.resource) else ALL_YEAR
                value = pooled.get((x.donor, x.resource, name, t, when), 0.0)
            elif x.donor:
                value = self.qualities.value(x.donor, x.resource, name, x.slice_id, "supply")
            else:
                value = self.qualities.value(member, need, name, x.slice_id, "bought")
            if value is None:
                unknown += x.amount
            else:
                known += x.amount
                load += value * x.amount
        return known, unknown, load

    def load_limits(self) -> dict[tuple[str, str], tuple[float, float, str]]:
        """Load, limit and unit of every load limit on something needed, by subject and period."""
        records, dataset = self.records, self.records.dataset
        units = {row.property_id: row.unit for row in dataset.properties}
        needs = {(p.actor, resource) for p in records.processes.values() for resource in p.takes}
        needs |= {
            (x.enterprise_id, x.resource_id) for x in dataset.streams if x.direction == "need"
        }
        found = {}
        for row in dataset.load_limits:
            unit, scale = f"({units[row.property_id]})*{records.unit(row.resource_id)}", 1.0
            try:
                unit, scale = "t/year", factor(unit, "t/year")
            except UnitError:
                pass
            members = {
                m.member_id
                for m in records.members.values()
                if row.owner_id in (m.member_id, m.project_id, m.park_id)
                and (m.member_id, row.resource_id) in needs
            }
            for t in records.order if members else ():
                load = sum(
                    self._mix(member, need, row.property_id, arriving, t)[2]
                    for (member, need, period, _s), arriving in self.arriving.items()
                    if member in members and (need, period) == (row.resource_id, t)
                )
                subject = f"{row.owner_id}:{row.resource_id}:{row.property_id}"
                found[subject, t] = scale * load, scale * row.most, unit
        return found


def key_of(row: QualityRow) -> MixtureKey:
    """Which mixture a row speaks of."""
    return MixtureKey(
        *(row.actor, row.resource, row.serves, row.direction, row.property, row.period, row.slice)
    )
