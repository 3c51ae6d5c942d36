"""Metrics of an exchange network: who is central, what closes, what is cycled.

Actors are the enterprises and projects of a graph; an exchange is an edge between two actors.
Markets are the world outside: not counted as actors, what passes to and from them is import and
export. Centrality, density, cycles and parts are those of the simple directed graph of linked
pairs, in which parallel exchanges count once and an actor is not linked with itself.

Sources: Freeman (1979), Social Networks 1, 215-239 (degree, betweenness);
Finn (1976), Journal of Theoretical Biology 56, 363-380 (cycling index).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import networkx as nx

from symbiosis.network.ecology import ecological_indices

Score = TypeVar("Score", int, float)

ACTOR_KINDS = frozenset({"enterprise", "project"})
GIVEN_AWAY = frozenset({"exchange", "sell", "dispose"})

LEADERS = 5  # actors named per centrality
CYCLE_LENGTH = 6  # longest cycle looked for, actors
CYCLE_LIMIT = 10_000  # cycles found before the search stops
STEP_LIMIT = 3_000_000  # links looked at before it stops, about a second
CYCLE_EXAMPLES = 10  # cycles named


@dataclass(frozen=True)
class NetworkMetrics:
    """Metrics of one exchange network; None for what is not defined.

    nodes                   actors
    edges                   exchanges, parallel ones counted
    linked_pairs            ordered pairs (donor, receiver) with at least one exchange
    density                 linked pairs / n(n-1); None below two actors
    degree_leaders          (actor, exchanges given and received), most first
    betweenness_leaders     (actor, share of shortest paths through it, 0 to 1), highest first;
                            actors on no path are left out
    cycles                  simple cycles of at most `CYCLE_LENGTH` actors; at least so many if
                            `cycles_cut_off`
    cycle_examples          up to `CYCLE_EXAMPLES` of them, shortest first
    cycles_cut_off          whether the search stopped at `CYCLE_LIMIT` or `STEP_LIMIT`
    parts, largest_part     weakly connected parts, actors in the largest; an actor without
                            exchange is a part of its own
    isolated_enterprises    enterprises without any exchange
    byproduct_share_exchanged   by-product mass exchanged / by-product mass exchanged, sold and
                            disposed of, 0 to 1; flows of unknown mass are left out
    finn_cycling_index      share of the mass throughflow (t) that comes back to an actor, 0 to 1;
                            see `symbiosis.network.ecology` for what is assumed
    """

    nodes: int
    edges: int
    linked_pairs: int
    density: float | None
    degree_leaders: tuple[tuple[str, int], ...]
    betweenness_leaders: tuple[tuple[str, float], ...]
    cycles: int
    cycle_examples: tuple[tuple[str, ...], ...]
    cycles_cut_off: bool
    parts: int
    largest_part: int
    isolated_enterprises: tuple[str, ...]
    byproduct_share_exchanged: float | None
    finn_cycling_index: float | None

    def as_dict(self) -> dict[str, Any]:
        """The metrics by name."""
        return asdict(self)


def network_metrics(graph: nx.MultiDiGraph) -> NetworkMetrics:
    """Measure an exchange network; the order in which it was built does not matter."""
    actors = sorted(n for n, kind in graph.nodes(data="kind") if kind in ACTOR_KINDS)
    exchanges = sorted(
        (u, v)
        for u, v, action in graph.subgraph(actors).edges(data="action")
        if action == "exchange"
    )
    pairs: nx.DiGraph = nx.DiGraph()
    pairs.add_nodes_from(actors)
    pairs.add_edges_from((u, v) for u, v in exchanges if u != v)

    degree = dict.fromkeys(actors, 0)
    for donor, receiver in exchanges:
        degree[donor] += 1
        degree[receiver] += 1
    parts = [len(part) for part in nx.weakly_connected_components(pairs)]
    cycles, cycles_cut_off = _short_cycles(pairs)
    return NetworkMetrics(
        nodes=len(actors),
        edges=len(exchanges),
        linked_pairs=pairs.number_of_edges(),
        density=nx.density(pairs) if len(actors) > 1 else None,
        degree_leaders=_leaders(degree),
        betweenness_leaders=_leaders(nx.betweenness_centrality(pairs)),
        cycles=len(cycles),
        cycle_examples=tuple(cycles[:CYCLE_EXAMPLES]),
        cycles_cut_off=cycles_cut_off,
        parts=len(parts),
        largest_part=max(parts, default=0),
        isolated_enterprises=tuple(
            n for n in nx.isolates(pairs) if graph.nodes[n]["kind"] == "enterprise"
        ),
        byproduct_share_exchanged=_byproduct_share_exchanged(graph),
        finn_cycling_index=_mass_cycling(graph, actors),
    )


def graph_metrics_of_edges(
    nodes: Iterable[object] | None = None,
    edges: Iterable[Sequence[Any]] = (),
    directed: bool = False,
) -> dict[str, Any]:
    """Degree and betweenness of a published graph given as lists.

    Nodes may be left out (those of the edges are taken) and are named by their text, as in a JSON
    object. An edge is (u, v, ...); a weight behind it says how strong a tie is, not how long, so
    it changes no shortest path and is not used. The same pair twice is one tie, in an undirected
    graph in either order. In a directed graph the degree is in-degree plus out-degree, and both
    are given too. Betweenness is divided by the pairs of other nodes: (n-1)(n-2), half of that
    when undirected.

    >>> line = graph_metrics_of_edges(edges=[("a", "b"), ("b", "c")])
    >>> line["degree"]["b"], line["betweenness_normalised"]["b"]
    (2, 1.0)
    """
    graph: nx.Graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(str(n) for n in nodes or ())
    graph.add_edges_from((str(u), str(v)) for u, v, *_weight in edges)
    metrics = {
        "n_nodes": graph.number_of_nodes(),
        "n_edges": graph.number_of_edges(),
        "degree": dict(graph.degree()),
        "betweenness_normalised": nx.betweenness_centrality(graph, normalized=True),
    }
    if directed:
        metrics |= {"in_degree": dict(graph.in_degree()), "out_degree": dict(graph.out_degree())}
    return metrics


def _leaders(scores: Mapping[str, Score]) -> tuple[tuple[str, Score], ...]:
    """The actors with the highest scores above zero; of equal ones the first by id."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple((actor, score) for actor, score in ranked[:LEADERS] if score > 0)


def _short_cycles(pairs: nx.DiGraph) -> tuple[list[tuple[str, ...]], bool]:
    """Simple cycles, shortest first, each from its first actor by id; and whether some are missing.

    Depth first from every actor through actors of later id, so each cycle is met once. An actor is
    entered only if its way back to the start still fits. (The bounded search of networkx knows no
    such distance: 200 actors in layers without any short cycle took it half a minute.)
    """
    circling: set[str] = set()
    for part in nx.strongly_connected_components(pairs):
        circling |= part if len(part) > 1 else set()
    receivers = {actor: sorted(circling.intersection(pairs[actor])) for actor in sorted(circling)}
    way_back = {start: _links_to(start, pairs) for start in receivers}

    found: list[tuple[str, ...]] = []
    steps = 0
    for length in range(2, CYCLE_LENGTH + 1):
        for start, back in way_back.items():
            paths: list[tuple[str, ...]] = [(start,)]
            while paths:
                path = paths.pop()
                if len(path) == length:  # its last actor is one link from the start
                    if len(found) == CYCLE_LIMIT:
                        return found, True
                    found.append(path)
                    continue
                steps += len(receivers[path[-1]])
                if steps > STEP_LIMIT:
                    return found, True
                paths.extend(
                    (*path, actor)
                    for actor in reversed(receivers[path[-1]])
                    if back.get(actor, CYCLE_LENGTH) <= length - len(path) and actor not in path
                )
    return found, False


def _links_to(start: str, pairs: nx.DiGraph) -> dict[str, int]:
    """Fewest links from actors of later id to `start`, for those near enough for a cycle."""
    links = {start: 0}
    reached = [start]
    for distance in range(1, CYCLE_LENGTH):
        reached = sorted({d for r in reached for d in pairs.pred[r] if d > start} - links.keys())
        links |= dict.fromkeys(reached, distance)
    return links


def _byproduct_share_exchanged(graph: nx.MultiDiGraph) -> float | None:
    """By-product mass that another actor takes, of all by-product mass given away."""
    exchanged = given = 0.0
    for _donor, _receiver, edge in graph.edges(data=True):
        if edge.get("byproduct") and edge.get("action") in GIVEN_AWAY:
            mass = _mass_t(edge)
            given += mass
            exchanged += mass if edge["action"] == "exchange" else 0.0
    return exchanged / given if given > 0 else None


def _mass_cycling(graph: nx.MultiDiGraph, actors: Sequence[str]) -> float | None:
    """Finn cycling index of the mass flows in t; markets import and export.

    Emissions, and products nobody recorded, are not edges: what an actor takes in beyond what it
    gives counts as staying there, and so does not come back.
    """
    inside = set(actors)
    flows = []
    imports = dict.fromkeys(actors, 0.0)
    exports = dict.fromkeys(actors, 0.0)
    for donor, receiver, edge in graph.edges(data=True):
        mass = _mass_t(edge)
        if donor in inside and receiver in inside:
            if donor != receiver and edge.get("action") == "exchange":
                flows.append((donor, receiver, mass))
        elif receiver in inside:
            imports[receiver] += mass
        elif donor in inside:
            exports[donor] += mass
    return ecological_indices(actors, flows, imports, exports).finn_cycling_index


def _mass_t(edge: Mapping[str, Any]) -> float:
    """Mass of a flow, t/year; 0 where it has none or it is not known."""
    mass = edge.get("mass_t")
    return float(mass) if mass is not None and math.isfinite(mass) else 0.0
