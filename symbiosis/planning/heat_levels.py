"""Through which levels the heat of a plan falls, and at which it is thrown away.

heat_levels   zone, period, slice, high, low, available, used, brought, passed, rejected
              heat of a band of shifted temperatures, GJ in the slice: what hot streams give and
              cold ones take there, what links bring less what they take, what passes on to the band
              below, and what is thrown away of the heat of this band

Of the heat that leaves a cascade at its bottom, and of the hot utility that enters at its top,

    source[T] = min over t <= T of residual[t]
    sink[T]   = min over t >= T of residual[t]

could have been taken away at T or above without leaving a cold stream unserved, and could as well
have come at T or below. The difference between the ends of a band is what is thrown away from it,
or wanted in it.

Source: Dhole and Linnhoff (1993), Computers & Chemical Engineering 17, S101-S109.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import pandas as pd

from symbiosis.network.heat_zones import HeatLoad

BANDS = (400.0, 250.0, 180.0, 120.0, 90.0, 60.0, 30.0)  # shifted °C: ends of the levels shown
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


Cascade = Sequence[Interval]  # hottest interval first
Cascades = Mapping[tuple[str, str, str], Cascade]  # zone, period, slice


def cascades_of(heat: pd.DataFrame) -> dict[tuple[str, str, str], Cascade]:
    """The table `heat` of a plan as cascades."""
    found: defaultdict[tuple[str, str, str], list[Interval]] = defaultdict(list)
    for row in heat.itertuples(index=False):
        found[row.zone, row.period, row.slice].append(
            Interval(*(float(getattr(row, name)) for name in Interval.__dataclass_fields__))
        )
    return {key: sorted(rows, key=lambda row: -row.high) for key, rows in found.items()}


def least_cascade(loads: Iterable[tuple[HeatLoad, float]]) -> Cascade:
    """The cascade of loads with their heat, with the least hot utility: the problem table."""
    present = list(loads)
    ends = sorted({t for load, _heat in present for t in (load.high, load.low)}, reverse=True)
    sums = []
    for high, low in pairwise(ends):
        parts = {"hot": 0.0, "cold": 0.0}
        for load, heat in present:
            parts[load.role] += heat * load.share_within(high, low)
        sums.append((high, low, parts["hot"], parts["cold"]))
    net = list(accumulate((hot - cold for _high, _low, hot, cold in sums), initial=0.0))
    bought = -min(net)
    return [
        Interval(*row, 0.0, bought + entering, bought + leaving)
        for row, (entering, leaving) in zip(sums, pairwise(net), strict=True)
    ]


def heat_levels(cascades: Cascades) -> pd.DataFrame:
    """The table `heat_levels` of a plan."""
    rows = []
    for key, cascade in cascades.items():
        for high, low in bands(cascade):
            sums = [
                sum(getattr(row, name) * _part(row, high, low) for row in cascade)
                for name in ("hot", "cold", "brought")
            ]
            rejected = source_above(cascade, low) - source_above(cascade, high)
            if rejected <= NEGLIGIBLE * largest(cascade):
                rejected = 0.0
            rows.append((*key, high, low, *sums, passing(cascade, low), rejected))
    names = "zone period slice high low available used brought passed rejected"
    return pd.DataFrame(rows, columns=names.split())


def bands(cascade: Cascade) -> Iterator[tuple[float, float]]:
    """Levels from the hottest to the coldest temperature of a cascade."""
    top, bottom = cascade[0].high, cascade[-1].low
    ends = [top, *(band for band in BANDS if bottom < band < top), bottom]
    yield from zip(ends[:-1], ends[1:], strict=True)


def largest(cascade: Cascade) -> float:
    """The largest heat of a cascade, against which rounding is told."""
    return max(max(row.hot, row.cold, row.entering, row.leaving) for row in cascade)


def _part(row: Interval, high: float, low: float) -> float:
    """Share of an interval that lies in a band."""
    return max(0.0, min(row.high, high) - max(row.low, low)) / (row.high - row.low)


def passing(cascade: Cascade, at: float) -> float:
    """Heat that passes a temperature downwards: linear within an interval."""
    for row in cascade:
        if at >= row.low:
            share = min(1.0, (row.high - at) / (row.high - row.low))
            return row.entering + share * (row.leaving - row.entering)
    return cascade[-1].leaving


def least_residual(cascade: Cascade) -> float:
    """Hot utility without which no cold stream were left unserved: it passes every level."""
    return max(0.0, min(cascade[0].entering, *(row.leaving for row in cascade)))


def source_above(cascade: Cascade, at: float) -> float:
    """Heat that could leave the cascade at a temperature or above."""
    if at >= cascade[0].high:
        return 0.0  # hot utility is bought, not surplus
    below = [row.leaving for row in cascade if row.low < at]
    return max(0.0, min([passing(cascade, at), *below, cascade[-1].leaving]))


def sink_below(cascade: Cascade, at: float) -> float:
    """Hot utility that could as well come at a temperature or below."""
    if at <= cascade[-1].low:
        return 0.0  # what leaves at the bottom is thrown away, not wanted
    above = [row.entering for row in cascade if row.high > at]
    return max(0.0, min([passing(cascade, min(at, cascade[0].high)), *above, cascade[0].entering]))
