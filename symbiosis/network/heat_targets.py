"""Heat targets: the least hot and cold utility of a set of streams, before anything is optimised.

Problem table. Every stream brings half of its own approach: hot streams are shifted down by it,
cold streams up, and on that scale heat may go from a stream to any other that is not hotter. The
ends of all streams cut the scale into intervals, hottest first:

    surplus[k]   = heat of the hot streams in interval k - heat of the cold streams
    net[k]       = surplus[1] + ... + surplus[k]               net[0] = 0
    hot_utility  = max_k -net[k], at least 0                   just enough that no residual is < 0
    residual[k]  = hot_utility + net[k]                        heat that passes boundary k downwards
    cold_utility = residual[last]
    pinch        : boundaries between streams that no heat passes

Grand composite: residual over shifted temperature. Total site: what the places cannot serve from
their own streams meets at carriers. A place's own surplus and need at one temperature close a
pocket of its grand composite; outside of the pockets are left, as curves over shifted temperature

    sink[T]   = min over t >= T of residual[t]                 need at or below T
    source[T] = min over t <= T of residual[t]                 surplus at or above T

Heat has one unit throughout, of power or of energy: that of the streams.

Sources: Linnhoff and Flower (1978), AIChE Journal 24, 633-642 (problem table); Dhole and Linnhoff
(1993), Computers & Chemical Engineering 17, S101-S109, and Klemes et al. (1997), Applied Thermal
Engineering 17, 993-1003 (total site).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.locale import _

Vector = NDArray[np.float64]

SHORTEST_K = 1e-6  # a stream that spans less has no temperature step to speak of
SAME_K = 1e-9  # ends of streams that differ by less differ by the rounding of their sums
ROUNDING = 1e-10  # share of all heat below which a residual is an error of the sums


@dataclass(frozen=True)
class HeatStream:
    """Heat that a stream gives (supply above target) or takes (supply below target).

    duty        > 0, any unit of power or energy; evenly spread over the temperatures, so that a
                phase change is a stream of 1 K
    approach_k  smallest temperature difference; half of it is this stream's share of a match
    place       where the stream is; streams of one place are integrated first

    Raises:
        ValueError: if supply and target are equal, or a number is out of its range.
    """

    name: str
    supply_celsius: float
    target_celsius: float
    duty: float
    approach_k: float
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not a stream."""
        if not (isfinite(self.supply_celsius) and isfinite(self.target_celsius)):
            message = _("{name}: a temperature is not a number.")
            raise ValueError(message.format(name=self.name))
        if abs(self.supply_celsius - self.target_celsius) < SHORTEST_K:
            message = _("{name}: target equals supply; give a phase change 1 K.")
            raise ValueError(message.format(name=self.name))
        if not 0 < self.duty < np.inf:
            message = _("{name}: the duty is {duty}; it must be a positive number.")
            raise ValueError(message.format(name=self.name, duty=self.duty))
        if not 0 <= self.approach_k < np.inf:
            message = _("{name}: the approach is {approach}; it must be zero or positive.")
            raise ValueError(message.format(name=self.name, approach=self.approach_k))

    @property
    def hot(self) -> bool:
        """Whether the stream gives heat."""
        return self.supply_celsius > self.target_celsius

    @property
    def high_celsius(self) -> float:
        """Hot end."""
        return max(self.supply_celsius, self.target_celsius)

    @property
    def low_celsius(self) -> float:
        """Cold end."""
        return min(self.supply_celsius, self.target_celsius)

    @property
    def shift_k(self) -> float:
        """What is added to a temperature: half of the approach, downwards for a hot stream."""
        return -self.approach_k / 2 if self.hot else self.approach_k / 2


@dataclass(frozen=True)
class CarrierLevel:
    """A level at which the site moves heat: steam of a pressure, hot water, thermal oil.

    generation_celsius  heat at or above it on the shifted scale can raise the carrier
    use_celsius         need at or below it on the shifted scale can be served by the carrier

    The shifted scale holds the streams' halves of the approach; the carrier's own halves, where
    it has any, belong in its two temperatures.

    Raises:
        ValueError: if the carrier is used hotter than it is raised.
    """

    name: str
    generation_celsius: float
    use_celsius: float

    def __post_init__(self) -> None:
        """Refuse a carrier that would lift heat."""
        if not self.use_celsius <= self.generation_celsius:
            message = _("{name}: used at {use} °C but raised at {generation} °C; heat runs down.")
            raise ValueError(
                message.format(
                    name=self.name, use=self.use_celsius, generation=self.generation_celsius
                )
            )


@dataclass(frozen=True, eq=False)
class HeatTargets:
    """Targets of streams that are integrated as far as temperatures allow.

    heat_supply, heat_demand  duty of all hot and of all cold streams
    hot_utility, cold_utility least heat bought, least heat thrown away
    recovered                 heat that goes from hot to cold streams
    pinch_shifted_celsius     hottest first; a gap that no heat passes is given by its two ends;
                              a threshold problem (one utility is enough) has none, unless its
                              curves also touch between their ends
    pinch_hot_celsius,        the same for the hot and for the cold streams; None where streams
    pinch_cold_celsius        differ in their approach
    problem_table             one row per interval, hottest first:
                              shifted_high, shifted_low, surplus, cascaded_in, cascaded_out
    """

    heat_supply: float
    heat_demand: float
    hot_utility: float
    cold_utility: float
    recovered: float
    pinch_shifted_celsius: tuple[float, ...]
    pinch_hot_celsius: tuple[float, ...] | None
    pinch_cold_celsius: tuple[float, ...] | None
    problem_table: pd.DataFrame


@dataclass(frozen=True, eq=False)
class CompositeCurves:
    """Hot and cold composite: temperature_celsius (not shifted), heat; coldest first.

    The hot composite starts at 0, the cold one at the cold utility: where both have a heat, it
    is recovered.
    """

    hot: pd.DataFrame
    cold: pd.DataFrame


@dataclass(frozen=True, eq=False)
class SiteProfiles:
    """Total site: what is left of the places' own integration, and what carriers can move.

    source   shifted_celsius, heat: surplus at or above a temperature; hottest first
    sink     shifted_celsius, heat: need at or below a temperature; coldest first
    levels   one row per carrier, hottest first: level, generation_celsius, use_celsius,
             raisable (surplus that could raise it), usable (need that it could serve),
             recovered (what it moves in the cascade), passed_down (surplus left to colder levels)
    recovered                  sum over the levels
    hot_utility, cold_utility  need and surplus that no carrier moves
    """

    source: pd.DataFrame
    sink: pd.DataFrame
    levels: pd.DataFrame
    recovered: float
    hot_utility: float
    cold_utility: float


@dataclass(frozen=True, eq=False)
class _Heat:
    """Amounts of heat, each evenly spread over its temperatures; `amount` may have signs."""

    high: Vector
    low: Vector
    amount: Vector

    def above(self, temperatures: Vector) -> Vector:
        """Heat above each temperature: whole amounts stay exact, no error is carried downwards."""
        spans = self.high - self.low
        return np.array(
            [(self.amount * np.clip((self.high - t) / spans, 0, 1)).sum() for t in temperatures],
            dtype=float,
        )

    def below(self, temperatures: Vector) -> Vector:
        """Heat below each temperature, likewise."""
        return _Heat(-self.low, -self.high, self.amount).above(-temperatures)

    def between(self, high: Vector, low: Vector) -> Vector:
        """Heat in each interval."""
        shares = self.amount / (self.high - self.low)
        ends = zip(high, low, strict=True)
        return np.array(
            [
                (shares * np.maximum(np.minimum(self.high, h) - np.maximum(self.low, t), 0)).sum()
                for h, t in ends
            ],
            dtype=float,
        )

    def boundaries(self) -> Vector:
        """All ends, hottest first."""
        return np.unique(np.concatenate([self.high, self.low]))[::-1]


def by_place(streams: Iterable[HeatStream]) -> dict[str, list[HeatStream]]:
    """Streams of each place, in the order in which places first appear."""
    places: dict[str, list[HeatStream]] = {}
    for stream in streams:
        places.setdefault(stream.place, []).append(stream)
    return places


def heat_targets(streams: Iterable[HeatStream]) -> HeatTargets:
    """Least utilities, pinch and problem table of streams; their places do not matter.

    >>> targets = heat_targets([HeatStream("H", 100, 40, 60, 10), HeatStream("C", 20, 80, 90, 10)])
    >>> targets.hot_utility, targets.cold_utility, targets.recovered
    (30.0, 0.0, 60.0)
    """
    given = tuple(streams)
    temperatures, residual, surplus = _cascade(given)
    supply = sum(stream.duty for stream in given if stream.hot)
    demand = sum(stream.duty for stream in given if not stream.hot)
    hot_utility, cold_utility = (residual[0], residual[-1]) if given else (0.0, 0.0)

    inner = temperatures[1:-1][residual[1:-1] == 0]
    pinches = tuple(float(t) for t in inner)
    approaches = {stream.approach_k for stream in given}
    half = approaches.pop() / 2 if len(approaches) == 1 else None
    return HeatTargets(
        heat_supply=float(supply),
        heat_demand=float(demand),
        hot_utility=float(hot_utility),
        cold_utility=float(cold_utility),
        recovered=max(0.0, float(min(supply - cold_utility, demand - hot_utility))),
        pinch_shifted_celsius=pinches,
        pinch_hot_celsius=None if half is None else tuple(t + half for t in pinches),
        pinch_cold_celsius=None if half is None else tuple(t - half for t in pinches),
        problem_table=pd.DataFrame(
            {
                "shifted_high": temperatures[:-1],
                "shifted_low": temperatures[1:],
                "surplus": surplus,
                "cascaded_in": residual[:-1],
                "cascaded_out": residual[1:],
            }
        ),
    )


def grand_composite(streams: Iterable[HeatStream]) -> pd.DataFrame:
    """Residual over temperature: shifted_celsius, heat; hottest first."""
    temperatures, residual, _surplus = _cascade(tuple(streams))
    return pd.DataFrame({"shifted_celsius": temperatures, "heat": residual})


def composite_curves(streams: Iterable[HeatStream]) -> CompositeCurves:
    """Hot and cold composite on the streams' own temperatures."""
    given = tuple(streams)

    def curve(hot: bool, start: float) -> pd.DataFrame:
        chosen = [stream for stream in given if stream.hot == hot]
        heat = _Heat(
            np.array([stream.high_celsius for stream in chosen], dtype=float),
            np.array([stream.low_celsius for stream in chosen], dtype=float),
            np.array([stream.duty for stream in chosen], dtype=float),
        )
        temperatures = heat.boundaries()[::-1]
        return pd.DataFrame(
            {"temperature_celsius": temperatures, "heat": start + heat.below(temperatures)}
        )

    return CompositeCurves(
        hot=curve(True, 0.0), cold=curve(False, heat_targets(given).cold_utility)
    )


def site_profiles(
    streams: Iterable[HeatStream],
    carriers: Sequence[CarrierLevel] = (),
    integrated: bool | Collection[str] = True,
) -> SiteProfiles:
    """Surplus and need of the places, and the heat that carriers can move from one to the other.

    Heat moves by carriers only, also within a place that is not integrated.

    integrated  whether places serve themselves first; or which of them do
    """
    sources: list[_Heat] = []
    sinks: list[_Heat] = []
    for place, members in by_place(streams).items():
        itself = integrated if isinstance(integrated, bool) else place in integrated
        source, sink = _left_over(tuple(members)) if itself else _as_they_are(members)
        sources.append(source)
        sinks.append(sink)
    source, sink = _joined(sources), _joined(sinks)

    levels = _levels(source, sink, carriers)
    recovered = float(levels["recovered"].sum())
    hot_to_cold, cold_to_hot = source.boundaries(), sink.boundaries()[::-1]
    return SiteProfiles(
        source=pd.DataFrame({"shifted_celsius": hot_to_cold, "heat": source.above(hot_to_cold)}),
        sink=pd.DataFrame({"shifted_celsius": cold_to_hot, "heat": sink.below(cold_to_hot)}),
        levels=levels,
        recovered=recovered,
        hot_utility=max(0.0, float(sink.amount.sum()) - recovered),
        cold_utility=max(0.0, float(source.amount.sum()) - recovered),
    )


def _shifted(streams: Sequence[HeatStream]) -> _Heat:
    """Streams on the shifted scale, cold ones negative; ends that mean the same are the same.

    80 + 5 and 90.1 - 5.1 differ in the last digit. As two boundaries they would be an interval
    and two pinches.
    """
    ends = np.array(
        [stream.high_celsius + stream.shift_k for stream in streams]
        + [stream.low_celsius + stream.shift_k for stream in streams],
        dtype=float,
    )
    order = np.argsort(-ends, kind="stable")
    falling = ends[order]
    first = np.concatenate([[True], falling[:-1] - falling[1:] > SAME_K])[: len(ends)]
    snapped = np.empty_like(ends)
    snapped[order] = falling[first][np.cumsum(first) - 1]
    duty = np.array([s.duty if s.hot else -s.duty for s in streams], dtype=float)
    return _Heat(snapped[: len(streams)], snapped[len(streams) :], duty)


def _cascade(streams: Sequence[HeatStream]) -> tuple[Vector, Vector, Vector]:
    """Boundaries, heat that passes each of them, surplus of each interval; hottest first."""
    heat = _shifted(streams)
    temperatures = heat.boundaries()
    net = heat.above(temperatures)
    residual = net - net.min(initial=0.0)
    surplus = heat.between(temperatures[:-1], temperatures[1:])
    error = ROUNDING * np.abs(heat.amount).sum()
    residual[residual <= error] = 0.0
    surplus[np.abs(surplus) <= error] = 0.0
    return temperatures, residual, surplus


def _left_over(streams: Sequence[HeatStream]) -> tuple[_Heat, _Heat]:
    """Source and sink of a place after its own integration, without pockets."""
    temperatures, residual, _surplus = _cascade(streams)
    sink = _falling(temperatures, residual)
    source = _falling(temperatures[::-1], residual[::-1])
    return source, sink


def _falling(temperatures: Vector, residual: Vector) -> _Heat:
    """Steps of the smallest residual so far, from the first boundary to the last.

    Where a pocket ends within an interval, its step begins there.
    """
    steps: list[tuple[float, float, float]] = []
    least = residual[0]
    for k in range(1, len(residual)):
        before, after = residual[k - 1], residual[k]
        if after < least:
            share = (before - least) / (before - after)
            start = temperatures[k - 1] + share * (temperatures[k] - temperatures[k - 1])
            steps.append((start, temperatures[k], least - after))
            least = after
    ends = np.array(steps, dtype=float).reshape(-1, 3)
    ends = ends[ends[:, 0] != ends[:, 1]]
    return _Heat(ends[:, :2].max(axis=1), ends[:, :2].min(axis=1), ends[:, 2])


def _as_they_are(streams: Sequence[HeatStream]) -> tuple[_Heat, _Heat]:
    """Source and sink of a place whose streams do not serve each other."""
    heat = _shifted(streams)
    hot = heat.amount > 0
    return (
        _Heat(heat.high[hot], heat.low[hot], heat.amount[hot]),
        _Heat(heat.high[~hot], heat.low[~hot], -heat.amount[~hot]),
    )


def _joined(parts: Sequence[_Heat]) -> _Heat:
    """All parts together."""
    nothing = np.zeros(0)
    return _Heat(
        np.concatenate([nothing, *(part.high for part in parts)]),
        np.concatenate([nothing, *(part.low for part in parts)]),
        np.concatenate([nothing, *(part.amount for part in parts)]),
    )


def _levels(source: _Heat, sink: _Heat, carriers: Sequence[CarrierLevel]) -> pd.DataFrame:
    """What each carrier moves when surplus falls from level to level, hottest first.

    A level takes what is hot enough to raise it, also what hotter levels left, and serves the
    need that no colder level could serve. A carrier which another one replaces (raised no hotter,
    used no colder) moves nothing; the others have the same order of raising and of use, and then
    no way of moving more heat exists.
    """
    order = sorted(carriers, key=lambda c: (-c.generation_celsius, -c.use_celsius))
    raisable = source.above(np.array([c.generation_celsius for c in order], dtype=float))
    usable = sink.below(np.array([c.use_celsius for c in order], dtype=float))
    working = [i for i in range(len(order)) if not _replaced(i, order)]

    moved = np.zeros(len(order))
    error = ROUNDING * (source.amount.sum() + sink.amount.sum())
    for i, colder in zip(working, [*working, None][1:], strict=True):
        need = usable[i] - (0.0 if colder is None else usable[colder])
        amount = min(raisable[i] - moved.sum(), need)
        moved[i] = amount if amount > error else 0.0
    return pd.DataFrame(
        {
            "level": [c.name for c in order],
            "generation_celsius": [float(c.generation_celsius) for c in order],
            "use_celsius": [float(c.use_celsius) for c in order],
            "raisable": raisable,
            "usable": usable,
            "recovered": moved,
            "passed_down": np.maximum(raisable - moved.cumsum(), 0.0),
        }
    )


def _replaced(i: int, carriers: Sequence[CarrierLevel]) -> bool:
    """Whether another carrier is raised no hotter and used no colder; of two equals, the first."""
    one = carriers[i]
    mine = (one.generation_celsius, one.use_celsius)
    for j, other in enumerate(carriers):
        if j == i:
            continue
        theirs = (other.generation_celsius, other.use_celsius)
        if theirs[0] <= mine[0] and theirs[1] >= mine[1] and (theirs != mine or j < i):
            return True
    return False


def targets_by_place(streams: Iterable[HeatStream]) -> Mapping[str, HeatTargets]:
    """Targets of each place from its own streams alone."""
    return {place: heat_targets(members) for place, members in by_place(streams).items()}
