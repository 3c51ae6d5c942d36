"""The exchange network as a NetworkX graph: of today, of what is possible, and of a plan.

Nodes are enterprises, projects and the three sides of the outside market; edges are typed flows.
Parallel streams between two actors are parallel edges, keyed by resource and need served.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import networkx as nx

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.places import Enterprise
from symbiosis.locale import _, named
from symbiosis.network.actors import Actor, Actors
from symbiosis.network.chain_members import ChainMembers, chain_members
from symbiosis.network.heat_zones import carrier_celsius
from symbiosis.network.sectors import sector_of

STAGES = ("today", "possible", "plan")

# donor, receiver, resource, serves, flow (None: possible), carrier, distance in km
Exchange = tuple[str, str, str, str, float | None, str, float]
Trade = tuple[str, str, str, float]  # actor, resource, action, amount
# donor, receiver, link, heat in GJ (None: possible), distance in km (None: not told)
DirectHeat = tuple[str, str, str, float | None, float | None]


def build_graph(
    dataset: Dataset,
    actors: Actors,
    stage: str,
    exchanges: Iterable[Exchange],
    trades: Iterable[Trade] = (),
    built: Iterable[str] = (),
    direct_heat: Iterable[DirectHeat] = (),
) -> nx.MultiDiGraph:
    """The network of one stage (`today`, `possible` or `plan`).

    Nodes carry kind, project_id, label_zh, label_en, park and its names, sector (GB/T 4754 code)
    and the names of its group, chains, lat, lon, throughput_t, status, grade and placeholder; edges
    action, resource, its names and kind, flow per year, unit, mass_t, byproduct, celsius (of a heat
    carrier), water_class, chains, carrier, distance_km, status and grade (of an exchange of today
    that of its own row, else that of the resource). `built` names the projects that stand in a
    plan, `direct_heat` the heat links used.
    """
    graph = nx.MultiDiGraph(
        name=dataset.name,
        title_zh=dataset.settings.title_zh or dataset.name,
        title_en=dataset.settings.title_en or dataset.name,
        stage=stage,
    )
    standing = set(built)
    members = chain_members(dataset, actors)
    celsius = carrier_celsius(dataset)
    declared = {(x.donor_id, x.receiver_id, x.resource_id): x for x in dataset.exchanges}
    for actor in actors.actors.values():
        if actor.kind == "enterprise" or stage == "possible" or actor.actor_id in standing:
            graph.add_node(actor.actor_id, **_actor_node(dataset, actor, stage, members))
    status = "candidate" if stage == "possible" else stage
    for donor, receiver, resource, serves, flow, carrier, distance in exchanges:
        edge = _edge(dataset, "exchange", resource, flow, status)
        if (row := declared.get((donor, receiver, resource))) is not None:
            edge["grade"] = row.provenance
        graph.add_edge(
            donor,
            receiver,
            key=resource if resource == serves else f"{resource}>{serves}",
            **edge,
            celsius=celsius.get(resource),
            chains=members.of_flow(donor, receiver, resource),
            carrier=carrier or None,
            distance_km=float(distance),
            served_zh=dataset.resource[serves].name_zh if serves != resource else None,
            served_en=dataset.resource[serves].name_en if serves != resource else None,
        )
    for donor, receiver, link, heat, way in direct_heat:
        edge = _heat_edge(heat, status, way)
        edge["grade"] = next(x.provenance for x in dataset.heat_links if x.link_id == link)
        graph.add_edge(donor, receiver, key=f"heat:{link}", **edge)
    for actor_id, resource, action, amount in trades:
        market = _market_node(graph, action)
        ends = (market, actor_id) if action == "buy" else (actor_id, market)
        graph.add_edge(
            *ends,
            key=f"{action}:{resource}",
            **_edge(dataset, action, resource, amount, status),
            celsius=celsius.get(resource),
            chains=[],
            carrier=None,
            distance_km=None,
            served_zh=None,
            served_en=None,
        )
    _add_throughput(graph)
    return graph


def _actor_node(
    dataset: Dataset, actor: Actor, stage: str, members: ChainMembers
) -> dict[str, Any]:
    known = actor.lat == actor.lat  # NaN where no coordinates are given
    park = dataset.park[actor.park_id]
    common = {
        "kind": actor.kind,
        "park": actor.park_id,
        "park_zh": named(park.name_zh, park.name_en, "zh") or actor.park_id,
        "park_en": named(park.name_zh, park.name_en, "en") or actor.park_id,
        "chains": members.of_actor(actor.actor_id),
        "lat": actor.lat if known else None,
        "lon": actor.lon if known else None,
    }
    if actor.kind == "enterprise":
        row = dataset.enterprise[actor.actor_id]
        return common | {
            "label_zh": enterprise_name(row, "zh") or actor.actor_id,
            "label_en": enterprise_name(row, "en") or actor.actor_id,
            **_sector(row.industry_code),
            "status": "existing",
            "grade": row.provenance,
            "placeholder": row.placeholder,
        }
    project = dataset.project[actor.project_id]
    return common | {
        "label_zh": named(project.name_zh, project.name_en, "zh") or actor.project_id,
        "label_en": named(project.name_zh, project.name_en, "en") or actor.project_id,
        "project_id": actor.project_id,
        **_sector(project.industry_code),
        "status": "built" if stage == "plan" else "candidate",
        "grade": project.provenance,
        "placeholder": False,
    }


def _sector(industry_code: str) -> dict[str, str | None]:
    """The GB/T 4754 code and the group it belongs to."""
    sector = sector_of(industry_code)
    return {
        "sector": industry_code or None,
        "sector_group": sector.key if sector else None,
        "sector_zh": sector.name_zh if sector else None,
        "sector_en": sector.name_en if sector else None,
    }


def enterprise_name(row: Enterprise, lang: str | None = None) -> str:
    """The name of an enterprise; an invented stand-in is marked as such."""
    name = named(row.name_zh, row.name_en, lang)
    return name + _(" (placeholder)", lang) if row.placeholder else name


def market_name(action: str, lang: str | None = None) -> str:
    """What stands outside for buying, selling and disposing."""
    return {
        "buy": _("Outside suppliers", lang),
        "sell": _("Outside buyers", lang),
        "dispose": _("Disposal and emission", lang),
    }[action]


def _market_node(graph: nx.MultiDiGraph, action: str) -> str:
    node = f"market:{action}"
    if node not in graph:
        graph.add_node(
            node,
            kind="market",
            label_zh=market_name(action, "zh"),
            label_en=market_name(action, "en"),
            park=None,
            sector=None,
            lat=None,
            lon=None,
            status="existing",
            grade=None,
            placeholder=False,
        )
    return node


def _edge(
    dataset: Dataset, action: str, resource: str, flow: float | None, status: str
) -> dict[str, Any]:
    row = dataset.resource[resource]
    return {
        "action": action,
        "resource": resource,
        "resource_zh": named(row.name_zh, row.name_en, "zh") or resource,
        "resource_en": named(row.name_zh, row.name_en, "en") or resource,
        "resource_kind": row.kind,
        "state": row.state or None,
        "flow": flow,
        "unit": row.unit,
        "mass_t": None if flow is None or row.mass is None else flow * row.mass,
        "byproduct": row.role == "byproduct",
        "water_class": row.water_class or None,
        "status": status,
        "grade": row.provenance,
    }


def _heat_edge(heat: float | None, status: str, distance: float | None) -> dict[str, Any]:
    """Heat that goes by a link of its own, without a carrier that could be counted in t."""
    return {
        "action": "exchange",
        "resource": "direct_heat",
        "resource_zh": _("direct heat", "zh"),
        "resource_en": _("direct heat", "en"),
        "resource_kind": "energy",
        "flow": heat,
        "unit": "GJ",
        "byproduct": True,
        "status": status,
        "distance_km": distance,
    }


def _add_throughput(graph: nx.MultiDiGraph) -> None:
    """Mass through every node: the larger of what enters and what leaves, t/year."""
    entering: defaultdict[str, float] = defaultdict(float)
    leaving: defaultdict[str, float] = defaultdict(float)
    for donor, receiver, mass in graph.edges(data="mass_t"):
        leaving[donor] += mass or 0.0
        entering[receiver] += mass or 0.0
    for node in graph:
        graph.nodes[node]["throughput_t"] = max(entering[node], leaving[node])
