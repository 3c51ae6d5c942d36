"""Geometry of Sankey pictures with cycles, the same order and scale in all states of a network.

Actors stand in columns, donors left of receivers. Where flows run in a circle there is no such
order: the smallest flow of the circle is taken as its return and drawn as a loop below the picture,
from the right side of its donor to the left side of its receiver. (plotly's own trace scales every
picture by itself and draws returns wider than their ends.)

Lengths are pixels, y downwards. A flow is as wide as its amount; the smallest are a hair.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

import networkx as nx

WIDTH = 1160.0
BAR = 12.0  # width of an actor's bar
NAMES = 245.0  # room for names right of the last column
TALLEST, PER_ACTOR = 420.0, 45.0  # all bars of the tallest column, at most; less for few actors
SLOT, GAP = 17.0, 9.0  # least room of an actor, so that names do not overlap, and between two
HAIR = 1.0
TURN = 9.0  # radius and distance of loops
SWEEPS = 6
CURVE = 24  # points of a curve

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)  # known by itself: two flows may carry the same
class Flow:
    """What goes from a donor to a receiver; amounts by state, all in one unit."""

    donor: str
    receiver: str
    key: str
    amounts: Mapping[str, float]

    @property
    def most(self) -> float:
        """The largest amount of any state."""
        return max(self.amounts.values())


@dataclass(frozen=True)
class Bar:
    """An actor: left, top and height of its bar, which is in the middle of the actor's room."""

    actor: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Ribbon:
    """A flow: its outline, its middle, and whether it closes a circle."""

    flow: Flow
    outline: tuple[Point, ...]
    middle: Point
    returns: bool


@dataclass(frozen=True)
class Picture:
    """A state: its bars and ribbons within `WIDTH` and `height`."""

    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    height: float


def sankey(flows: Sequence[Flow], states: Iterable[str]) -> dict[str, Picture]:
    """A picture of each state; actors stand at the same places in all of them."""
    flows = sorted(flows, key=lambda flow: (flow.donor, flow.receiver, flow.key))
    if not flows:
        return {state: Picture((), (), 0.0) for state in states}
    order = _Order(flows)
    through = {state: _throughput(flows, state) for state in states}
    most = {actor: max(found[actor] for found in through.values()) for actor in order.actors}
    columns = order.columns
    tallest = min(TALLEST, PER_ACTOR * len(order.actors))
    scale = tallest / max(sum(most[actor] for actor in column) for column in columns)
    rooms = {actor: max(SLOT, scale * amount) for actor, amount in most.items()}
    heights = [sum(rooms[a] for a in column) + GAP * (len(column) - 1) for column in columns]
    bottom = max(heights)
    step = (WIDTH - NAMES - BAR - 4 * TURN) / max(len(columns) - 1, 1)
    tops: dict[str, Point] = {}
    for number, column in enumerate(columns):
        y = (bottom - heights[number]) / 2
        for actor in column:
            tops[actor] = 3 * TURN + number * step, y
            y += rooms[actor] + GAP
    return {
        state: _picture(flows, order, tops, rooms, through[state], state, scale, bottom)
        for state in through
    }


class _Order:
    """Columns of actors, and the pairs whose flows return."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        """Break circles at their smallest flow, then go from donors to receivers."""
        graph: nx.DiGraph = nx.DiGraph()
        for flow in flows:
            if flow.donor == flow.receiver:
                continue
            before = graph.get_edge_data(flow.donor, flow.receiver, {"amount": 0.0})
            graph.add_edge(flow.donor, flow.receiver, amount=before["amount"] + flow.most)
        graph.add_nodes_from(sorted({f.donor for f in flows} | {f.receiver for f in flows}))
        self.returns: set[tuple[str, str]] = {(f.donor, f.donor) for f in flows}
        while circle := _circle(graph):
            pair = min(circle, key=lambda ends: (graph.edges[ends]["amount"], ends))
            self.returns.add(pair)
            graph.remove_edge(*pair)
        self.actors = sorted(graph)
        column: dict[str, int] = {}
        for actor in nx.lexicographical_topological_sort(graph):
            column[actor] = max((column[d] + 1 for d in graph.pred[actor]), default=0)
        for actor in self.actors:  # who only gives stands beside whom it gives to
            if not graph.pred[actor] and graph.succ[actor]:
                column[actor] = min(column[r] for r in graph.succ[actor]) - 1
        self.columns: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
        for actor in self.actors:
            self.columns[column[actor]].append(actor)
        self._untangle(graph)

    def _untangle(self, graph: nx.DiGraph) -> None:
        """Move actors of a column to the height of their partners, to and fro."""
        height: dict[str, float] = {}
        for column in self.columns:
            height |= {a: (k + 0.5) / len(column) for k, a in enumerate(column)}
        for sweep in range(SWEEPS):
            near = graph.pred if sweep % 2 == 0 else graph.succ
            for column in self.columns if sweep % 2 == 0 else reversed(self.columns):
                wish = {
                    actor: sum(height[p] * e["amount"] for p, e in near[actor].items())
                    / sum(e["amount"] for e in near[actor].values())
                    if near[actor]
                    else height[actor]
                    for actor in column
                }
                column.sort(key=lambda actor: (wish[actor], actor))  # noqa: B023
                height |= {a: (k + 0.5) / len(column) for k, a in enumerate(column)}


def _circle(graph: nx.DiGraph) -> list[tuple[str, str]]:
    """The pairs of some circle, always the same of the same graph; empty if there is none."""
    for part in sorted(map(sorted, nx.strongly_connected_components(graph))):
        if len(part) > 1:
            return list(nx.find_cycle(graph.subgraph(part), part[0]))
    return []


def _throughput(flows: Sequence[Flow], state: str) -> dict[str, float]:
    """The larger of what an actor gives and takes."""
    given: defaultdict[str, float] = defaultdict(float)
    taken: defaultdict[str, float] = defaultdict(float)
    for flow in flows:
        given[flow.donor] += flow.amounts[state]
        taken[flow.receiver] += flow.amounts[state]
    return {actor: max(given[actor], taken[actor]) for actor in sorted({*given, *taken})}


def _picture(
    flows: Sequence[Flow],
    order: _Order,
    tops: Mapping[str, Point],
    rooms: Mapping[str, float],
    through: Mapping[str, float],
    state: str,
    scale: float,
    bottom: float,
) -> Picture:
    """Bars and ribbons of one state."""
    bars = []
    for actor in order.actors:
        (x, y), height = tops[actor], scale * through[actor]
        bars.append(Bar(actor, x, y + (rooms[actor] - height) / 2, height))
    shown = [flow for flow in flows if flow.amounts[state] > 0]
    back = {flow: (flow.donor, flow.receiver) in order.returns for flow in shown}
    leaves: dict[Flow, float] = {}
    enters: dict[Flow, float] = {}
    for found, own, other in ((leaves, "donor", "receiver"), (enters, "receiver", "donor")):
        reached = {bar.actor: bar.y for bar in bars}
        for flow in sorted(shown, key=lambda f: (back[f], tops[getattr(f, other)][1], f.key)):  # noqa: B023
            width = scale * flow.amounts[state]
            found[flow] = reached[getattr(flow, own)] + width / 2
            reached[getattr(flow, own)] += width
    ribbons, lane = [], bottom + TURN
    for flow in shown:
        width = max(HAIR, scale * flow.amounts[state])
        start = tops[flow.donor][0] + BAR, leaves[flow]
        end = tops[flow.receiver][0], enters[flow]
        if back[flow]:
            lane += width / 2
            ribbons.append(_loop(flow, start, end, lane, width))
            lane += width / 2 + TURN
        else:
            ribbons.append(_band(flow, start, end, width))
    return Picture(tuple(bars), tuple(ribbons), lane + TURN)


def _band(flow: Flow, start: Point, end: Point, width: float) -> Ribbon:
    """From left to right, as wide up and down everywhere."""
    middle = []
    for k in range(CURVE + 1):
        t = k / CURVE
        rise = t * t * (3 - 2 * t)
        middle.append((start[0] + t * (end[0] - start[0]), start[1] + rise * (end[1] - start[1])))
    upper = [(x, y - width / 2) for x, y in middle]
    lower = [(x, y + width / 2) for x, y in reversed(middle)]
    return Ribbon(flow, (*upper, *lower), middle[CURVE // 2], False)


def _loop(flow: Flow, start: Point, end: Point, lane: float, width: float) -> Ribbon:
    """Out to the right, down to its lane, back to the left, up and in."""
    radius = width / 2 + TURN
    corners = (
        (start[0], start[1] + radius, -pi / 2),
        (start[0], lane - radius, 0.0),
        (end[0], lane - radius, pi / 2),
        (end[0], end[1] + radius, pi),
    )
    outer, inner = [start], [start]
    outer[0], inner[0] = (start[0], start[1] - width / 2), (start[0], start[1] + width / 2)
    for x, y, turned in corners:
        for k in range(CURVE // 4 + 1):
            angle = turned + pi / 2 * k / (CURVE // 4)
            for side, reach in ((outer, radius + width / 2), (inner, radius - width / 2)):
                side.append((x + reach * cos(angle), y + reach * sin(angle)))
    outer.append((end[0], end[1] - width / 2))
    inner.append((end[0], end[1] + width / 2))
    return Ribbon(flow, (*outer, *reversed(inner)), ((start[0] + end[0]) / 2, lane), True)
