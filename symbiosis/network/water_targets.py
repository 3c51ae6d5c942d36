"""Water targets: the least fresh water and discharge of a set of sources and sinks.

A source gives a flow of known quality, a sink takes a flow whose mixture must keep its limits; all
could be piped to all, whatever the way. For any set of properties

    least fresh = min sum_kj f[k,j]
    sum_j x[i,j] + waste[i] = flow[i]                                        every source i
    sum_i x[i,j] + sum_k f[k,j] = flow[j]                  every sink j; <= flow[j] if it may
    sum_i x[i,j] (q[i] - limit[j]) + sum_k f[k,j] (q[k] - limit[j]) <= 0     every limit of j

An unknown quality neither dilutes nor spoils. The discharge follows from the balance.

For one property the water cascade gives the same, with the pinch. Between the concentrations of all
sources, sinks and fresh water, c[1] < c[2] < ...,

    surplus[k] = flow of the sources at or below c[k] - flow of the sinks at or below c[k]
    load[k]    = sum over m < k of surplus[m] (c[m+1] - c[m])
    fresh      = max over k of -load[k] / (c[k] - c[fresh]),   at least 0
    pinch      = the c[k] of that maximum

Composite curves: sinks and sources, cleanest first, as load (flow x concentration) over flow; the
sources begin where the fresh water ends and touch the sinks at the pinch.

Sources: Manan, Tan and Foo (2004), AIChE Journal 50(12), 3169-3183 (water cascade); El-Halwagi,
Gabriel and Harell (2003), Industrial & Engineering Chemistry Research 42(19), 4319-4328 (recovery
pinch); Wang and Smith (1994), Chemical Engineering Science 49(7), 981-1006 (limiting water).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

AFTER_FRESH = 1e-6  # m3 of fresh water that taking up a m3 is worth: it decides between equals
SAME = 1e-9  # concentrations, relative to the largest, that differ by less are one


@dataclass(frozen=True)
class WaterSource:
    """Used water, or fresh water of any amount: flow > 0, quality by property."""

    name: str
    flow: float
    quality: Mapping[str, float] = field(default_factory=dict)
    resource: str = ""
    place: str = ""


@dataclass(frozen=True)
class WaterSink:
    """A need: its flow, upper limits by property, and which resources may serve it.

    accepts   resources of sources and fresh waters it takes; empty: any
    optional  it may take up to its flow, as a treatment plant does
    """

    name: str
    flow: float
    limits: Mapping[str, float] = field(default_factory=dict)
    accepts: frozenset[str] = frozenset()
    place: str = ""
    optional: bool = False

    def takes(self, source: WaterSource) -> bool:
        """Whether a water may serve it at all."""
        return not self.accepts or source.resource in self.accepts


@dataclass(frozen=True)
class WaterTargets:
    """Least fresh water, and the discharge that goes with it."""

    fresh: float
    discharge: float


@dataclass(frozen=True)
class Cascade:
    """The water cascade of one property.

    pinch    concentration at the pinch; None where no fresh water is needed for it
    curves   sink and source composites as (flow, load) points, the sources behind the fresh water
    """

    fresh: float
    discharge: float
    pinch: float | None
    sinks: list[tuple[float, float]]
    sources: list[tuple[float, float]]


def water_targets(
    sources: Sequence[WaterSource],
    sinks: Sequence[WaterSink],
    fresh: Sequence[WaterSource],
    properties: Collection[str],
) -> WaterTargets | None:
    """Least fresh water with the limits of some properties; None if a sink cannot be served."""
    waters = [*sources, *fresh]
    pairs = [(i, j) for i, w in enumerate(waters) for j, s in enumerate(sinks) if s.takes(w)]
    if not pairs:
        needed = any(sink.flow > 0 and not sink.optional for sink in sinks)
        return None if needed else WaterTargets(0.0, sum(source.flow for source in sources))
    limited = [
        (j, name, sink.limits[name])
        for j, sink in enumerate(sinks)
        for name in sorted(sink.limits)
        if name in properties and sink.limits[name] < inf
    ]
    may = [j for j, sink in enumerate(sinks) if sink.optional]
    must = {j: n for n, j in enumerate(j for j in range(len(sinks)) if j not in may)}
    size = len(sources) + len(limited) + len(may)
    at_most, room = lil_array((size, len(pairs))), np.zeros(size)
    served = lil_array((len(must), len(pairs)))
    row_of = {(j, name): len(sources) + n for n, (j, name, _limit) in enumerate(limited)}
    taking = {j: len(sources) + len(limited) + n for n, j in enumerate(may)}
    room[: len(sources)] = [source.flow for source in sources]
    for j, row in taking.items():
        room[row] = sinks[j].flow
    largest = {  # the rows of a property are scaled alike
        name: max(w.quality.get(name, 0.0) for w in waters) or 1.0 for name in properties
    }
    for column, (i, j) in enumerate(pairs):
        if j in must:
            served[must[j], column] = 1.0
        else:
            at_most[taking[j], column] = 1.0
        if i < len(sources):
            at_most[i, column] = 1.0
        for name, limit in sinks[j].limits.items():
            quality = waters[i].quality.get(name)
            if (j, name) in row_of and quality is not None:
                at_most[row_of[j, name], column] = (quality - limit) / largest[name]
    cost = np.array(
        [
            (0.0 if i < len(sources) else 1.0) - (AFTER_FRESH if j in taking else 0.0)
            for i, j in pairs
        ]
    )
    answer = linprog(
        cost,
        A_ub=at_most.tocsr(),
        b_ub=room,
        A_eq=served.tocsr() if must else None,
        b_eq=[sinks[j].flow for j in must] if must else None,
        bounds=(0, None),
        method="highs",
    )
    if not answer.success:
        return None
    bought = sum(x for x, (i, _j) in zip(answer.x, pairs, strict=True) if i >= len(sources))
    discharge = sum(source.flow for source in sources) + bought - float(answer.x.sum())
    return WaterTargets(float(bought), float(discharge))


def water_cascade(
    sources: Sequence[WaterSource],
    sinks: Sequence[WaterSink],
    fresh_quality: float,
    property_id: str,
) -> Cascade:
    """Least fresh water of one property, its pinch and its composite curves.

    A source of unknown quality counts as clean as the fresh water, a sink without a limit takes
    anything; limits below the fresh water's quality are set to it.
    """
    given = [(max(0.0, s.quality.get(property_id, fresh_quality)), s.flow) for s in sources]
    worst = max([fresh_quality, *(c for c, _flow in given)])
    taken = [
        (min(worst, max(fresh_quality, s.limits.get(property_id, inf))), s.flow) for s in sinks
    ]
    levels = _levels([fresh_quality, *(c for c, _flow in given), *(c for c, _flow in taken)])
    fresh, pinch, load = 0.0, None, 0.0
    for below, above in zip(levels, levels[1:], strict=False):
        surplus = sum(flow for c, flow in given if c <= below + SAME * worst)
        surplus -= sum(flow for c, flow in taken if c <= below + SAME * worst)
        load += surplus * (above - below)
        if above > fresh_quality and -load / (above - fresh_quality) > fresh * (1 + SAME):
            fresh, pinch = -load / (above - fresh_quality), above
    short = sum(flow for _c, flow in taken) - sum(flow for _c, flow in given)
    if short > fresh:  # there is not enough used water of any quality
        fresh, pinch = short, None
    return Cascade(
        fresh,
        fresh - short,
        pinch,
        _composite(taken, 0.0, 0.0),
        _composite(given, fresh, fresh * fresh_quality),
    )


def _levels(concentrations: Collection[float]) -> list[float]:
    """Different concentrations, the cleanest first."""
    found: list[float] = []
    largest = max(concentrations)
    for c in sorted(concentrations):
        if not found or c - found[-1] > SAME * largest:
            found.append(c)
    return found


def _composite(
    waters: Collection[tuple[float, float]], flow: float, load: float
) -> list[tuple[float, float]]:
    """Points (flow, load) of waters put end to end, the cleanest first."""
    points = [(0.0, 0.0)] if flow > 0 else []
    points.append((flow, load))
    for c, amount in sorted(waters):
        flow, load = flow + amount, load + amount * c
        points.append((flow, load))
    return points
