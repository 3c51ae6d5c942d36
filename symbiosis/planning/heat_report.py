"""What a plan makes of its heat: through which levels it falls, what is thrown away and why.

heat_levels   zone, period, slice, high, low, available, used, brought, passed, rejected, reason
              heat of a band of shifted temperatures, GJ in the slice: what hot streams give and
              cold ones take there, what links bring less what they take, what passes on to the band
              below, and what is thrown away of the heat of this band
exergy        zone, period, slice, given, utility, brought, taken, rejected, destroyed    GJ in the
              slice: work that heat could do, what is brought and taken away, and what is lost

Rejected by band. Of the heat that leaves a cascade at its bottom,

    source[T] = min over t <= T of residual[t]

could have been taken away at T or above without leaving a cold stream unserved; the difference
between the ends of a band is thrown away from that band (the heat sources of total-site analysis).

Exergy of heat between two temperatures (kelvin), evenly spread, with the environment at T0:

    E = Q (1 - T0 ln(Ta / Tb) / (Ta - Tb))

Streams count at their real temperatures, hot utility as just hot enough for the hottest cold one,
rejected heat at the shifted temperatures at which it leaves.

    destroyed = given + utility + brought - taken - rejected

Sources: Dhole and Linnhoff (1993), Computers & Chemical Engineering 17, S101-S109; Kotas (1985),
The Exergy Method of Thermal Plant Analysis, chapter 2.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, log

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors, great_circle_km
from symbiosis.network.heat_targets import CarrierLevel
from symbiosis.network.heat_zones import HeatLoad, carrier_levels
from symbiosis.network.pair_tests import way_km

BANDS = (400.0, 250.0, 180.0, 120.0, 90.0, 60.0, 30.0)  # shifted °C: ends of the levels shown
ZERO_C = 273.15
NEGLIGIBLE = 1e-6  # of the largest heat of a cascade


@dataclass(frozen=True)
class Interval:
    """An interval of a cascade, shifted °C, GJ in the slice."""

    high: float
    low: float
    hot: float
    cold: float
    brought: float
    entering: float
    leaving: float


Cascades = Mapping[tuple[str, str, str], list[Interval]]  # zone, period, slice


def cascades_of(heat: pd.DataFrame) -> dict[tuple[str, str, str], list[Interval]]:
    """The table `heat` of a plan as cascades, hottest interval first."""
    found: defaultdict[tuple[str, str, str], list[Interval]] = defaultdict(list)
    for row in heat.itertuples(index=False):
        found[row.zone, row.period, row.slice].append(
            Interval(*(float(getattr(row, name)) for name in Interval.__dataclass_fields__))
        )
    return {key: sorted(rows, key=lambda row: -row.high) for key, rows in found.items()}


def heat_levels(dataset: Dataset, actors: Actors, heat: pd.DataFrame) -> pd.DataFrame:
    """The table `heat_levels` of a plan."""
    cascades = cascades_of(heat)
    takers = _Takers(dataset, actors, cascades)
    rows = []
    for (zone, t, s), intervals in cascades.items():
        size = max(max(row.hot, row.cold, row.leaving) for row in intervals)
        for high, low in _bands(intervals):
            available = sum(row.hot * _part(row, high, low) for row in intervals)
            used = sum(row.cold * _part(row, high, low) for row in intervals)
            brought = sum(row.brought * _part(row, high, low) for row in intervals)
            rejected = source_above(intervals, low) - source_above(intervals, high)
            if rejected <= NEGLIGIBLE * size:
                rejected = 0.0
            reason = takers.reason(zone, t, s, min(high, intervals[0].high)) if rejected else ""
            passed = passing(intervals, low)
            rows.append((zone, t, s, high, low, available, used, brought, passed, rejected, reason))
    names = "zone period slice high low available used brought passed rejected reason"
    return pd.DataFrame(rows, columns=names.split())


def _bands(intervals: list[Interval]) -> Iterator[tuple[float, float]]:
    """Levels from the hottest to the coldest temperature of a cascade."""
    top, bottom = intervals[0].high, intervals[-1].low
    ends = [top, *(band for band in BANDS if bottom < band < top), bottom]
    yield from zip(ends[:-1], ends[1:], strict=True)


def _part(row: Interval, high: float, low: float) -> float:
    """Share of an interval that lies in a band."""
    return max(0.0, min(row.high, high) - max(row.low, low)) / (row.high - row.low)


def passing(intervals: list[Interval], at: float) -> float:
    """Heat that passes a temperature downwards: linear within an interval."""
    for row in intervals:
        if at >= row.low:
            share = min(1.0, (row.high - at) / (row.high - row.low))
            return row.entering + share * (row.leaving - row.entering)
    return intervals[-1].leaving


def source_above(intervals: list[Interval], at: float) -> float:
    """Heat that could leave the cascade at a temperature or above."""
    if at >= intervals[0].high:
        return 0.0  # hot utility is bought, not surplus
    below = [row.leaving for row in intervals if row.low < at]
    return max(0.0, min([passing(intervals, at), *below, intervals[-1].leaving]))


def need_below(intervals: list[Interval], at: float) -> float:
    """Hot utility that could as well come at a temperature: the sink of total-site analysis."""
    above = [row.entering for row in intervals if row.high > at]
    return min([passing(intervals, min(at, intervals[0].high)), *above, intervals[0].entering])


class _Takers:
    """Who is still heated from outside, how hot, and how far away."""

    def __init__(self, dataset: Dataset, actors: Actors, cascades: Cascades) -> None:
        self.dataset, self.actors, self.cascades = dataset, actors, cascades
        self.site = {load.zone: load.actor for load in actors.heat}
        self.levels = carrier_levels(dataset)
        streams = {load.stream_id: load.actor for load in actors.heat}
        self.linked = {
            tuple(streams.get(end, end) for end in (link.from_stream, link.to_stream))
            for link in dataset.heat_links
        }

    def reason(self, zone: str, period: str, slice_id: str, hottest: float) -> str:
        """Why heat of a zone that is at most so hot is thrown away in a slice.

        It could leave its zone along a heat link, or on a carrier that it can raise. Heat pumps
        could lift what is too cold for any.
        """
        here = self.site[zone]
        needy = {
            self.site[other]: rows
            for (other, t, s), rows in self.cascades.items()
            if (t, s) == (period, slice_id) and _needs(rows, inf)
        }
        if not needy:
            return "no_taker"
        reaches = [
            (there, inf)
            for there, rows in needy.items()
            if (here, there) in self.linked and _needs(rows, hottest)
        ]
        reaches += [
            (there, self._reach(level))
            for level in self.levels
            if level.generation_celsius <= hottest
            for there, rows in needy.items()
            if _needs(rows, level.use_celsius)
        ]
        if not reaches:
            warm = any(_needs(rows, hottest) for rows in needy.values())
            return "too_far" if warm and not self.levels else "too_cold"
        near = any(self._way(here, there) <= reach for there, reach in reaches)
        return "too_dear" if near else "too_far"

    def _reach(self, level: CarrierLevel) -> float:
        carrier = self.dataset.carrier.get(self.dataset.resource[level.name].carrier_id)
        return carrier.reach if carrier else 0.0

    def _way(self, donor: str, receiver: str) -> float:
        """km between two sites, without end where it is not known."""
        if donor == receiver:
            return 0.0
        here, there = self.actors.actors[donor], self.actors.actors[receiver]
        ends = np.array([[here.lat], [here.lon], [there.lat], [there.lon]])
        way = float(way_km(self.dataset, great_circle_km(*ends))[0])
        return way if way == way else inf


def _needs(rows: list[Interval], at: float) -> bool:
    """Whether a cascade is heated from outside though heat of a temperature would do."""
    size = max(max(row.hot, row.cold, row.entering) for row in rows)
    return need_below(rows, at) > NEGLIGIBLE * size


def exergy_table(
    dataset: Dataset,
    loads: tuple[HeatLoad, ...],
    amounts: Mapping[tuple[int, str, str], float],
    heat: pd.DataFrame,
) -> pd.DataFrame:
    """The table `exergy`; `amounts` is the heat of every load, by position, period and slice."""
    ambient = dataset.settings.heat.ambient_celsius
    rows = []
    for (zone, t, s), intervals in cascades_of(heat).items():
        given = taken = 0.0
        hottest = -inf
        for n, load in enumerate(loads):
            amount = amounts.get((n, t, s), 0.0) if load.zone == zone else 0.0
            if amount:
                work = amount * quality(*load.celsius, ambient)
                given, taken = (given + work, taken) if load.sign > 0 else (given, taken + work)
                hottest = max(hottest, max(load.celsius)) if load.sign < 0 else hottest
        bought = intervals[0].entering
        utility = bought * quality(hottest, hottest, ambient) if bought and hottest > -inf else 0.0
        brought = sum(row.brought * quality(row.high, row.low, ambient) for row in intervals)
        rejected = sum(
            (source_above(intervals, row.low) - source_above(intervals, row.high))
            * quality(row.high, row.low, ambient)
            for row in intervals
        )
        destroyed = given + utility + brought - taken - rejected
        rows.append((zone, t, s, given, utility, brought, taken, rejected, destroyed))
    names = "zone period slice given utility brought taken rejected destroyed"
    return pd.DataFrame(rows, columns=names.split())


def quality(high: float, low: float, ambient: float) -> float:
    """Work that a unit of heat between two temperatures could do, °C.

    >>> round(quality(400.0, 400.0, 15.0), 4)
    0.5719
    """
    above, below, cold = (x + ZERO_C for x in (high, low, ambient))
    if abs(above - below) < 1e-6:
        return 1.0 - cold / above
    return 1.0 - cold * log(above / below) / (above - below)
