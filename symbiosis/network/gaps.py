"""Missing links of a network, drawn as ghosts: who could be there and is not.

candidate         a project the network does not build anywhere, at the place from which most
                  exchanges are possible; tied to the nearest actor for each thing it would take or
                  give
taker_missing     a by-product that somebody disposes of and nobody takes
supplier_missing  an input bought outside that nobody in the park or among its projects could give

`candidates` counts the projects that could close the gap. What a river takes is no gap.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import networkx as nx

from symbiosis.locale import _

GHOST = "ghost"


def add_gaps(network: nx.MultiDiGraph, possible: nx.MultiDiGraph) -> None:
    """Add the ghosts of a network, seen from what is possible.

    network    of today or of a plan, made by `build_graph` or `merge_phases`
    possible   the network of the same dataset at the stage `possible`
    """
    exchanged: set[str] = set()
    spared: defaultdict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    bought: defaultdict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for donor, receiver, edge in network.edges(data=True):
        if not edge["flow"]:
            continue
        resource = edge["resource"]
        if edge["action"] == "exchange":
            exchanged.add(resource)
        elif edge["action"] == "buy":
            bought[resource].append((receiver, edge))
        elif edge["action"] == "dispose" and edge["byproduct"]:
            if edge["water_class"] != "discharge":
                spared[resource].append((donor, edge))
    takers: defaultdict[str, set[str]] = defaultdict(set)
    given: set[str] = set()
    for _donor, receiver, key, resource in possible.edges(keys=True, data="resource"):
        project = possible.nodes[receiver].get("project_id")
        takers[resource] |= {project} if project else set()
        given.add(key.split(">")[-1])

    _add_projects(network, possible)
    for resource, ends in sorted(spared.items()):
        if resource not in exchanged:
            node = _add_gap(network, "taker_missing", resource, ends, len(takers[resource]))
            for actor, edge in ends:
                network.add_edge(actor, node, key=f"missing:{resource}", **_missing(edge))
    for resource, ends in sorted(bought.items()):
        if resource not in exchanged | given:
            node = _add_gap(network, "supplier_missing", resource, ends, 0)
            for actor, edge in ends:
                network.add_edge(node, actor, key=f"missing:{resource}", **_missing(edge))


def _add_projects(network: nx.MultiDiGraph, possible: nx.MultiDiGraph) -> None:
    """Projects that stand nowhere, with the nearest partner for each thing given or taken."""
    standing = {project for _n, project in network.nodes(data="project_id") if project}
    actors = set(network)
    places: defaultdict[str, list[str]] = defaultdict(list)
    for node, project in possible.nodes(data="project_id"):
        if project and project not in standing:
            places[project].append(node)
    for _project, nodes in sorted(places.items()):
        ties = {node: sorted(_ties(possible, node, actors), key=_by_way) for node in nodes}
        place = max(sorted(nodes), key=lambda node: len(ties[node]))
        values = {**possible.nodes[place], "kind": GHOST, "throughput_t": 0.0}
        network.add_node(place, **values)
        met = set()
        for donor, receiver, key, edge in ties[place]:
            if (thing := (donor == place, key)) not in met:
                met.add(thing)
                network.add_edge(donor, receiver, key=f"possible:{key}", **edge)


Tie = tuple[str, str, str, dict[str, Any]]


def _ties(possible: nx.MultiDiGraph, node: str, actors: set[str]) -> Iterable[Tie]:
    """Possible exchanges of a node with actors that are there."""
    for donor, receiver, key, edge in possible.in_edges(node, keys=True, data=True):
        if donor in actors:
            yield donor, receiver, key, edge
    for donor, receiver, key, edge in possible.out_edges(node, keys=True, data=True):
        if receiver in actors:
            yield donor, receiver, key, edge


def _by_way(tie: Tie) -> tuple[float, str, str, str]:
    """Nearest first, then by names."""
    donor, receiver, key, edge = tie
    return edge["distance_km"] or 0.0, donor, receiver, key


def _add_gap(
    network: nx.MultiDiGraph,
    status: str,
    resource: str,
    ends: list[tuple[str, dict[str, Any]]],
    candidates: int,
) -> str:
    """A ghost for a partner of which only the resource is known; its park, if all ends share it."""
    node = f"{GHOST}:{status}:{resource}"
    edge = ends[0][1]
    parks = {
        tuple(network.nodes[actor].get(name) for name in ("park", "park_zh", "park_en"))
        for actor, _edge in ends
    }
    park, park_zh, park_en = parks.pop() if len(parks) == 1 else (None, None, None)
    network.add_node(
        node,
        kind=GHOST,
        label_zh=_gap_name(status, "zh").format(resource=edge["resource_zh"]),
        label_en=_gap_name(status, "en").format(resource=edge["resource_en"]),
        park=park,
        park_zh=park_zh,
        park_en=park_en,
        status=status,
        placeholder=False,
        candidates=candidates,
        throughput_t=sum(edge.get("mass_t") or 0.0 for _actor, edge in ends),
    )
    return node


def _gap_name(status: str, lang: str) -> str:
    """How a ghost is called whose resource alone is known."""
    return {
        "taker_missing": _("no taker: {resource}", lang),
        "supplier_missing": _("no supplier: {resource}", lang),
    }[status]


def _missing(edge: dict[str, Any]) -> dict[str, Any]:
    """The trade as the exchange it could be."""
    of_time = ("spells", "start_year", "end_year", "change")
    kept = {key: value for key, value in edge.items() if key not in of_time}
    return kept | {"action": "missing", "status": "missing"}
