"""Heat, recomputed: the problem table of every zone on the chosen plan, and what links carry.

A site is one zone, or two where an enterprise does not integrate its own heat: its source, in which
hot process streams give and machines take up, and its sink, in which machines give and cold process
streams take. In a zone heat goes from a stream to any that is not hotter, hot streams counted half
their approach colder, cold ones half of theirs hotter.

Heat follows from the activity of units in a slice, and from the profile of what is fixed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from symbiosis.domain.heat import ThermalStream
from symbiosis.locale import _
from symbiosis.planning.audit.records import Process, Records
from symbiosis.planning.audit.rows import HeatRow, Tables
from symbiosis.planning.audit.tally import Tally

UNIT = "GJ/year"
SAME_K = 1e-6  # temperatures nearer to each other are one
Utility = tuple[str, str, str]  # site, "hot" or "cold", period
Place = tuple[str, str, str]  # zone, period, slice


@dataclass(frozen=True)
class Load:
    """A stream where it gives or takes heat, between shifted temperatures.

    heat      GJ/year of its owner at profile factor 1, or GJ per unit of activity of `unit`
    factors   slice -> share of `heat`; 1 where a slice is not named
    """

    zone: str
    site: str
    hot: bool
    high: float
    low: float
    heat: float
    unit: Process | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    celsius: tuple[float, float] = (0.0, 0.0)  # its ends as they are, the hotter first
    machine: bool = False

    def within(self, high: float, low: float) -> float:
        """Share of its heat between two temperatures."""
        shared = min(high, self.high) - max(low, self.low)
        return max(0.0, shared) / (self.high - self.low)


def loads_of(records: Records) -> list[Load]:
    """Every stream of an enterprise, and of a recipe at everybody who runs it or may come to."""
    dataset = records.dataset
    factors: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in dataset.profiles:
        factors[row.profile_id][row.slice_id] = row.factor
    running: defaultdict[str, list[Process]] = defaultdict(list)
    for unit in records.processes.values():
        if not unit.place or dataset.offered(records.project_of(unit.place)):
            running[unit.recipe].append(unit)
    found = []
    for stream in dataset.thermal_streams:
        if stream.enterprise_id:
            profile = factors.get(stream.profile_id, {})
            found.append(_load(records, stream, stream.enterprise_id, None, profile))
        for unit in running.get(stream.recipe_id, ()):
            found.append(_load(records, stream, unit.actor, unit, {}))
    return found


def _load(
    records: Records,
    stream: ThermalStream,
    member: str,
    unit: Process | None,
    profile: Mapping[str, float],
) -> Load:
    hot = stream.role == "hot"
    site = records.members[member].site
    owner = records.dataset.enterprise.get(site)
    zone = site
    if owner is not None and not owner.internal_integration:
        zone += ":sink" if hot == stream.machine else ":source"
    approach = stream.approach_k
    if approach is None:
        approach = records.settings.heat.approach_k
    shift = (-0.5 if hot else 0.5) * approach
    ends = sorted((stream.supply_celsius + shift, stream.target_celsius + shift))
    if stream.heat_capacity_flow is not None:
        heat = stream.heat_capacity_flow * (ends[1] - ends[0])
    elif stream.duty is not None:
        heat = stream.duty
    else:
        heat = stream.duty_per_activity or 0.0
    heat *= stream.recoverable_share if hot else 1.0
    real = sorted((stream.supply_celsius, stream.target_celsius), reverse=True)
    ends_as_they_are = real[0], real[1]
    return Load(
        zone, site, hot, ends[1], ends[0], heat, unit, profile, ends_as_they_are, stream.machine
    )


def least_utilities(heats: Iterable[tuple[Load, float]]) -> tuple[float, float]:
    """Hot and cold utility of the problem table of loads with their heat."""
    loads = [(load, heat) for load, heat in heats if heat > 0]
    ends = sorted({t for load, _heat in loads for t in (load.high, load.low)}, reverse=True)
    net = lowest = 0.0
    for high, low in pairwise(ends):
        net += sum((1 if x.hot else -1) * heat * x.within(high, low) for x, heat in loads)
        lowest = min(lowest, net)
    return -lowest, net - lowest


def utilities_of_today(records: Records) -> dict[tuple[str, str], float]:
    """What the sites need (`hot`) and reject (`cold`) today, by site, GJ/year."""
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    zones: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads_of(records):
        zones[load.zone].append(load)
    for members in zones.values():
        for part in records.settings.slices:
            hours = part.hours / 8760
            hot, cold = least_utilities(
                (x, x.heat * hours * (x.unit.today if x.unit else x.factors.get(part.id, 1.0)))
                for x in members
            )
            found[members[0].site, "hot"] += hot
            found[members[0].site, "cold"] += cold
    return dict(found)


def utilities(records: Records, tables: Tables, column: str) -> dict[Utility, float]:
    """Hot and cold utility of sites in `today` or the `plan`, by site, role and period.

    Those of a plan are what enters its cascades at the top and leaves at the bottom.
    """
    if column == "today":
        of_today = utilities_of_today(records)
        return {(*key, t): amount for key, amount in of_today.items() for t in records.order}
    found: defaultdict[Utility, float] = defaultdict(float)
    for (site, role, t, _s), amount in utilities_by_slice(records, tables).items():
        found[site, role, t] += amount
    return dict(found)


def utilities_by_slice(records: Records, tables: Tables) -> dict[tuple[str, str, str, str], float]:
    """Hot and cold utility of a plan's sites, by site, role, period and slice."""
    sites = {load.zone: load.site for load in loads_of(records)}
    found = {
        (site, role, t, part.id): 0.0
        for site in sites.values()
        for role in ("hot", "cold")
        for t in records.order
        for part in records.settings.slices
    }
    for (zone, t, s), rows in _cascades(tables).items():
        if zone in sites:
            found[sites[zone], "hot", t, s] += rows[0].entering
            found[sites[zone], "cold", t, s] += rows[-1].leaving
    return found


def utility_resource(records: Records, role: str) -> str:
    """Resource that heats (`hot`) or cools (`cold`) what cascades cannot, "" for none."""
    heat = records.settings.heat
    return heat.hot_utility if role == "hot" else heat.cold_utility


def _cascades(tables: Tables) -> dict[Place, list[HeatRow]]:
    """Intervals of every zone, period and slice, the hottest first."""
    found: dict[Place, list[HeatRow]] = {}
    for row in tables.heat:
        found.setdefault((row.zone, row.period, row.slice), []).append(row)
    return {key: sorted(rows, key=lambda row: -row.high) for key, rows in found.items()}


def check_heat(records: Records, tables: Tables, tally: Tally) -> None:
    """`heat_interval`, `heat_residual`, `heat_utility` and `heat_link`, where there is heat."""
    if not (records.dataset.thermal_streams or tables.heat or tables.heat_links):
        return
    tally.declare("heat_interval", "heat_residual", "heat_utility", "heat_link")
    zones: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads_of(records):
        zones[load.zone].append(load)
    cascades = _cascades(tables)
    slices = [part.id for part in records.settings.slices]
    for key in ((z, t, s) for z in zones for t in records.order for s in slices):
        text = _("{where}: has no row")
        tally.holds("heat_interval", key in cascades, *key, text=text)
    for key, rows in cascades.items():
        text = _("{where}: there are no thermal streams")
        if tally.holds("heat_interval", key[0] in zones, *key, text=text):
            _check_grid(key, rows, zones[key[0]], tally)
        _check_residuals(key, rows, tally)
    known = {key: rows for key, rows in cascades.items() if key[0] in zones}
    for t in records.order:
        _check_heat_of(t, records, tables, zones, known, tally)
    _check_links(records, tables, cascades, tally)


def _check_grid(key: Place, rows: list[HeatRow], loads: list[Load], tally: Tally) -> None:
    """Intervals follow one another, and no stream begins or ends within one.

    Within an interval heat may go anywhere: one that is too wide would let it run uphill.
    """
    text = _("{where}: the intervals do not follow one another, the hottest first")
    follow = all(abs(above.low - below.high) <= SAME_K for above, below in pairwise(rows))
    follow &= all(row.high > row.low for row in rows)
    tally.holds("heat_interval", follow, *key, text=text)
    bounds = np.array([rows[0].high, *(row.low for row in rows)])
    text = _("{where}: a stream begins or ends within an interval")
    apart = all(
        float(np.abs(bounds - end).min()) <= SAME_K for x in loads for end in (x.high, x.low)
    )
    tally.holds("heat_interval", apart, *key, text=text)


def _check_residuals(key: Place, rows: list[HeatRow], tally: Tally) -> None:
    """entering + hot + brought = leaving + cold; what leaves one enters the next; none negative."""
    size = max(sum(row.hot for row in rows), sum(row.cold for row in rows), rows[0].entering)
    for row in rows:
        where = *key, f"{row.high:g}-{row.low:g} °C"
        tally.equal(
            "heat_residual",
            row.leaving + row.cold,
            row.entering + row.hot + row.brought,
            *where,
            scale=size,
            unit=UNIT,
            text=_("{where}: {expected} come in, {found} go out"),
        )
        for passing in (row.entering, row.leaving):
            text = _("{where}: heat runs uphill, {found}")
            tally.at_least("heat_residual", passing, 0.0, *where, scale=size, unit=UNIT, text=text)
    for above, below in pairwise(rows):
        text = _("{where}: {expected} leave the interval above, {found} enter")
        where = *key, f"{below.high:g} °C"
        tally.equal(
            "heat_residual",
            below.entering,
            above.leaving,
            *where,
            scale=size,
            unit=UNIT,
            text=text,
        )


def _check_heat_of(
    t: str,
    records: Records,
    tables: Tables,
    zones: Mapping[str, list[Load]],
    cascades: Mapping[Place, list[HeatRow]],
    tally: Tally,
) -> None:
    """Heat of every interval in a period, and the utilities that its problem table asks for."""
    for part in records.settings.slices:
        for key, rows in cascades.items():
            if key[1:] != (t, part.id):
                continue
            heats = heats_of(records, tables, zones[key[0]], t, part.id)
            size = max((heat for _load, heat in heats), default=0.0)
            for row in rows:
                interval = f"{row.high:g}-{row.low:g} °C"
                for hot, found in ((True, row.hot), (False, row.cold)):
                    own = sum(h * x.within(row.high, row.low) for x, h in heats if x.hot == hot)
                    where = *key, interval, "hot" if hot else "cold"
                    tally.equal("heat_interval", found, own, *where, scale=size, unit=UNIT)
            _check_utilities(records, key, rows, heats, tally)


def activity_in(records: Records, tables: Tables, t: str, slice_id: str) -> dict[str, float]:
    """Activity of units in a slice; those that do not run may be left out."""
    if len(records.settings.slices) == 1:
        return {row.unit_id: row.plan for row in tables.units if row.period == t}
    parts = tables.units_by_slice
    return {x.unit_id: x.plan for x in parts if (x.period, x.slice) == (t, slice_id)}


def heats_of(
    records: Records, tables: Tables, loads: Iterable[Load], t: str, slice_id: str
) -> list[tuple[Load, float]]:
    """Heat of loads in a period and slice, by the activity of their units there."""
    hours = {part.id: part.hours / 8760 for part in records.settings.slices}
    runs = activity_in(records, tables, t, slice_id)
    return [
        (
            x,
            x.heat * runs.get(x.unit.unit_id, 0.0)
            if x.unit
            else x.heat * hours[slice_id] * x.factors.get(slice_id, 1.0),
        )
        for x in loads
    ]


def _check_utilities(
    records: Records,
    key: Place,
    rows: list[HeatRow],
    heats: list[tuple[Load, float]],
    tally: Tally,
) -> None:
    """No less than the problem table asks for, and none where the study names no resource."""
    size = max((heat for _load, heat in heats), default=0.0)
    if not any(row.brought for row in rows):
        for role, found, least in zip(
            ("hot", "cold"),
            (rows[0].entering, rows[-1].leaving),
            least_utilities(heats),
            strict=True,
        ):
            text = _("{where}: {found} is less than the problem table asks for, {expected}")
            where = *key, role
            tally.at_least("heat_utility", found, least, *where, scale=size, unit=UNIT, text=text)
    for role, found in (("hot", rows[0].entering), ("cold", rows[-1].leaving)):
        if not utility_resource(records, role):
            text = _("{where}: {found} without a utility")
            tally.at_most("heat_utility", found, 0.0, *key, role, scale=size, unit=UNIT, text=text)


def _check_links(
    records: Records,
    tables: Tables,
    cascades: Mapping[Place, list[HeatRow]],
    tally: Tally,
) -> None:
    """Loss, capacity and cost of heat links; what they move comes from cascades, and never rises.

    Down to any temperature, no more may have been brought than has been taken above it.
    """
    declared = {row.link_id: row for row in records.dataset.heat_links}
    moved: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    paid: defaultdict[str, float] = defaultdict(float)
    order = {t: n for n, t in enumerate(records.order)}
    for x in sorted(tables.heat_links, key=lambda x: order[x.period]):
        row = declared.get(x.link_id)
        where = x.link_id, x.period
        text = _("{where}: there is no such heat link")
        if not tally.holds("heat_link", row is not None, *where, text=text):
            continue
        assert row is not None
        tally.at_least("heat_link", x.sent, 0.0, *where, unit=UNIT)
        arrives = (1 - row.loss_share) * x.sent
        tally.equal("heat_link", x.received, arrives, *where, scale=x.sent, unit=UNIT)
        tally.at_least("heat_link", x.full_load, x.sent, *where, unit=UNIT)
        if row.most_capacity is not None:
            tally.at_most("heat_link", x.full_load, row.most_capacity, *where, unit=UNIT)
        paid[x.link_id] += x.capital_cost
        cost = (row.fixed_cost or 0.0) if x.sent > 0 else 0.0
        cost += (row.capacity_cost or 0.0) * x.full_load
        tally.at_least("heat_link", paid[x.link_id], cost, *where, unit="wanyuan")
        moved[x.period][0] += x.sent
        moved[x.period][1] += arrives
    for t in records.order:
        rows = [(key[2], row) for key, found in cascades.items() if key[1] == t for row in found]
        total = sum(row.brought for _s, row in rows)
        sent, arrives = moved[t]
        text = _("{where}: links bring {expected} more than they take, cascades {found}")
        tally.equal("heat_link", total, arrives - sent, t, scale=sent, unit=UNIT, text=text)
        for part in records.settings.slices:
            here = [row for s, row in rows if s == part.id and row.brought]
            for low in sorted({row.low for row in here}, reverse=True):
                above = sum(row.brought for row in here if row.low >= low - SAME_K)
                text = _("{where}: links bring {found} more than they have taken above")
                place = t, part.id, f"{low:g} °C"
                tally.at_most("heat_link", above, 0.0, *place, scale=sent, unit=UNIT, text=text)
