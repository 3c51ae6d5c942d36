"""Why heat is thrown away, by amount.

heat_rejected   zone, period, slice, high, low, reason, heat
                heat of a band of shifted temperatures that is thrown away for a reason, GJ

In every slice what is thrown away (`source` of the cascades) stands against what is still heated
from outside (`sink`). How much of it could have served somebody is a largest flow from one side to
the other, found four times, every time through more pairs than before; what is added is

too_dear      the study offers a way: a machine takes the heat up and its carrier comes, along
              exchanges, links and other machines, to one that serves the need; or a heat link
not_offered   a carrier of the right level would reach, or the heat is hot enough and there is no
              carrier of its level: but no machine or link is offered there
too_far       a carrier of the right level would have to go beyond its reach
too_cold      somebody is heated from outside, but hotter than any carrier this heat can raise
no_taker      the rest: whoever could take it is served already

The coldest heat is asked first, as a cascade would. Losses on the way and the power of heat pumps
are left out: the amounts are the most that could have been served.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors, great_circle_km
from symbiosis.network.heat_zones import carrier_levels
from symbiosis.network.pair_tests import way_km
from symbiosis.planning.heat_levels import (
    BANDS,
    NEGLIGIBLE,
    Cascade,
    Cascades,
    bands,
    largest,
    sink_below,
    source_above,
)
from symbiosis_models.problem import Problem

REASONS = ("too_dear", "not_offered", "too_far", "too_cold", "no_taker")
ROUNDING = 1e-12  # of all heat of a slice
Node = tuple[str, str]  # actor, resource


@dataclass(frozen=True)
class _Piece:
    """Heat of a zone between two shifted temperatures that is thrown away, or wanted."""

    zone: str
    high: float
    low: float
    heat: float


@dataclass(frozen=True)
class _Way:
    """From heat at or above `raised` °C to need at or below `used` °C of another zone, shifted."""

    raised: float
    zone: str
    used: float


def heat_rejected(
    dataset: Dataset, actors: Actors, problem: Problem, cascades: Cascades
) -> pd.DataFrame:
    """The table above."""
    pairs = _Pairs(dataset, actors, problem)
    slices: defaultdict[tuple[str, str], dict[str, Cascade]] = defaultdict(dict)
    for (zone, t, s), cascade in cascades.items():
        slices[t, s][zone] = cascade
    rows = []
    for when, zones in slices.items():
        surplus = sorted(_pieces(zones, pairs.cuts, source_above), key=lambda x: x.low)
        need = list(_pieces(zones, pairs.cuts, sink_below))
        served = most_served(
            [x.heat for x in surplus], [x.heat for x in need], pairs.stages(surplus, need)
        )
        found: defaultdict[tuple[str, float, float, str], float] = defaultdict(float)
        for n, piece in enumerate(surplus):
            high, low = next(x for x in bands(zones[piece.zone]) if x[1] <= piece.low)
            for reason, heat in zip(REASONS, served[:, n], strict=True):
                found[piece.zone, high, low, reason] += heat
        rows += [
            (zone, *when, high, low, reason, heat)
            for (zone, high, low, reason), heat in found.items()
            if heat > NEGLIGIBLE * largest(zones[zone])
        ]
    names = "zone period slice high low reason heat"
    table = pd.DataFrame(rows, columns=names.split())
    order = ["zone", "period", "slice", "high", "reason"]
    return table.sort_values(order, ascending=[True, True, True, False, True], ignore_index=True)


def _pieces(
    zones: Mapping[str, Cascade],
    cuts: Iterable[float],
    amount: Callable[[Cascade, float], float],
) -> Iterator[_Piece]:
    """Heat between the temperatures that matter, from amounts above or below each of them."""
    for zone, cascade in zones.items():
        top, bottom = cascade[0].high, cascade[-1].low
        ends = [top, *(cut for cut in cuts if bottom < cut < top), bottom]
        for high, low in pairwise(ends):
            heat = abs(amount(cascade, high) - amount(cascade, low))
            if heat > 0:
                yield _Piece(zone, high, low, heat)


class _Pairs:
    """Which heat could have served which need, and on what condition."""

    def __init__(self, dataset: Dataset, actors: Actors, problem: Problem) -> None:
        self.dataset, self.actors, self.problem = dataset, actors, problem
        self.site = {load.zone: load.actor for load in problem.heat_loads}
        self.levels = carrier_levels(dataset)
        self.units = {unit.unit_id: unit for unit in problem.units if unit.most > 0}
        self.linked = {
            (problem.heat_loads[x.hot[0]].zone, problem.heat_loads[x.cold[0]].zone)
            for x in problem.heat_links
        }
        self.known: dict[str, list[_Way]] = {}

    @cached_property
    def cuts(self) -> list[float]:
        """Temperatures at which heat is told apart, the hottest first."""
        ends = {*BANDS}
        for level in self.levels:
            ends |= {level.generation_celsius, level.use_celsius}
        ends |= {celsius for found in self._raised.values() for celsius, _node in found}
        ends |= {celsius for found in self._used.values() for _zone, celsius in found}
        joined = {zone for pair in self.linked for zone in pair}
        for zone in joined:
            ends |= {end for interval in self.problem.heat_intervals[zone] for end in interval}
        return sorted(ends - {inf}, reverse=True)

    def stages(self, surplus: Sequence[_Piece], need: Sequence[_Piece]) -> list[NDArray[np.bool_]]:
        """Pairs of surplus and need for every reason but the last, each with those before."""
        offered, reached, levelled = (np.zeros((len(surplus), len(need)), bool) for _n in range(3))
        for n, heat in enumerate(surplus):
            for m, want in enumerate(need):
                offered[n, m] = self._offered(heat, want)
                fit = [
                    level.name
                    for level in self.levels
                    if level.generation_celsius <= heat.low and want.high <= level.use_celsius
                ]
                km = self._km(self.site[heat.zone], self.site[want.zone]) if fit else 0.0
                reached[n, m] = any(km <= self.dataset.reach(name) for name in fit)
                reached[n, m] |= not fit and want.high <= heat.low
                levelled[n, m] = bool(fit)
        everything = np.ones_like(offered)
        found = [offered, reached, levelled, everything]
        return list(np.logical_or.accumulate(found))

    def _offered(self, heat: _Piece, want: _Piece) -> bool:
        if (heat.zone, want.zone) in self.linked and want.low <= heat.low:
            return True
        return any(
            way.zone == want.zone and way.raised <= heat.low and want.high <= way.used
            for way in self._ways(heat.zone)
        )

    def _ways(self, zone: str) -> list[_Way]:
        """Where carriers that machines raise in a zone can come to."""
        if zone not in self.known:
            found = set()
            for raised, start in self._raised.get(zone, ()):
                ahead, seen = deque([start]), {start}
                while ahead:
                    node = ahead.popleft()
                    found |= {_Way(raised, other, used) for other, used in self._used[node]}
                    ahead.extend(new := self._next[node] - seen)
                    seen |= new
            self.known[zone] = list(found)
        return self.known[zone]

    def _carried(self, flows: Iterable[str]) -> list[str]:
        """Energy that is not power."""
        kinds = self.dataset.resource
        return [r for r in flows if kinds[r].kind == "energy" and kinds[r].state != "power"]

    def _hottest(self, role: str) -> dict[tuple[str, str], float]:
        """Hot end of the streams of a role, by zone and unit, shifted °C."""
        found: dict[tuple[str, str], float] = {}
        for load in self.problem.heat_loads:
            if load.unit_id in self.units and load.role == role:
                key = load.zone, load.unit_id
                found[key] = max(found.get(key, -inf), load.high)
        return found

    @cached_property
    def _raised(self) -> dict[str, list[tuple[float, Node]]]:
        """What units in a zone make of its heat, and from what temperature on."""
        found: defaultdict[str, list[tuple[float, Node]]] = defaultdict(list)
        for (zone, unit_id), celsius in self._hottest("cold").items():
            unit = self.units[unit_id]
            found[zone] += [(celsius, (unit.actor, r)) for r in self._carried(unit.gives)]
        return found

    @cached_property
    def _used(self) -> defaultdict[Node, list[tuple[str, float]]]:
        """Zones that are heated with a resource of an actor, and up to what temperature."""
        found: defaultdict[Node, list[tuple[str, float]]] = defaultdict(list)
        for (zone, unit_id), celsius in self._hottest("hot").items():
            unit = self.units[unit_id]
            for resource in self._carried(unit.takes):
                found[unit.actor, resource].append((zone, celsius))
        for zone, actor in self.site.items():
            found[actor, self.problem.hot_utility].append((zone, inf))
        return found

    @cached_property
    def _next(self) -> defaultdict[Node, set[Node]]:
        """What becomes of a resource of an actor: exchanged, or turned into another."""
        found: defaultdict[Node, set[Node]] = defaultdict(set)
        for x in self.problem.candidates:
            if x.most > 0:
                found[x.donor, x.resource].add((x.receiver, x.serves))
        for unit in self.units.values():
            for taken in self._carried(unit.takes):
                found[unit.actor, taken] |= {(unit.actor, r) for r in self._carried(unit.gives)}
        return found

    def _km(self, donor: str, receiver: str) -> float:
        """Way between two sites, without end where it is not known."""
        if donor == receiver:
            return 0.0
        here, there = self.actors.actors[donor], self.actors.actors[receiver]
        ends = np.array([[here.lat], [here.lon], [there.lat], [there.lon]])
        way = float(way_km(self.dataset, great_circle_km(*ends))[0])
        return way if way == way else inf


def most_served(
    surplus: Sequence[float], need: Sequence[float], stages: Sequence[NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """What each surplus adds to the largest flow in every stage, and what is left of it.

    Rows are the stages and the rest, columns the surpluses. A stage's pairs include those of the
    stage before; augmenting its flow never takes from a surplus what it gave already.

    >>> few, all_pairs = np.array([[True], [False]]), np.array([[True], [True]])
    >>> most_served([3.0, 4.0], [5.0], [few, all_pairs]).tolist()
    [[3.0, 0.0], [0.0, 2.0], [0.0, 2.0]]
    """
    left, wanted = np.array(surplus, float), np.array(need, float)
    nil = ROUNDING * (left.sum() + wanted.sum())
    flow = np.zeros((len(left), len(wanted)))
    rows = []
    for allowed in stages:
        before = left.copy()
        for n in range(len(left)):
            while left[n] > nil and (path := _augmenting(n, wanted, flow, allowed, nil)):
                amount = min(
                    left[n],
                    wanted[path[-1][1]],
                    *(flow[k, m] for (_i, m), (k, _j) in pairwise(path)),
                )
                for k, (i, m) in enumerate(path):
                    flow[i, m] += amount
                    if k:
                        flow[i, path[k - 1][1]] -= amount
                left[n] -= amount
                wanted[path[-1][1]] -= amount
        rows.append(before - left)
    return np.array([*rows, left]).reshape(len(stages) + 1, len(left))


def _augmenting(
    start: int,
    wanted: NDArray[np.float64],
    flow: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    nil: float,
) -> list[tuple[int, int]]:
    """Shortest way from a surplus to an open need: pairs that gain, the next one giving way."""
    came: dict[int, tuple[int, int]] = {}  # need -> surplus that reaches it, need before
    ahead: deque[tuple[int, int]] = deque([(start, -1)])
    seen = {start}
    while ahead:
        n, before = ahead.popleft()
        for m in np.flatnonzero(allowed[n]):
            if m in came:
                continue
            came[int(m)] = n, before
            if wanted[m] > nil:
                path = [(n, int(m))]
                while before >= 0:
                    n, earlier = came[before]
                    path.append((n, before))
                    before = earlier
                return path[::-1]
            for other in np.flatnonzero(flow[:, m] > nil):
                if int(other) not in seen:
                    seen.add(int(other))
                    ahead.append((int(other), int(m)))
    return []
