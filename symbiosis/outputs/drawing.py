"""What a node and an edge of a network look like, in Gephi and on a page alike.

Flows in t, m3 and MWh cannot be added up, but their orders of magnitude can be looked at side by
side. So the weight of an edge is 1 + log10(1 + amount), the amount in t/year where the flow has a
mass and else in its own unit a year; a flow not known weighs 1, one that the plan ends weighs what
it carries today. Size of a node follows its throughput in the same way.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

from symbiosis.locale import _, named
from symbiosis.outputs.graph_tables import Plain, Table
from symbiosis.outputs.map_layout import Place, short_label, spread

SMALLEST_NODE, NODE_GROWTH = 6.0, 4.0  # diameter, and what each power of ten adds
RANKS = {"enterprise": 0, "project": 1}  # who keeps its place on the map first


def drawn_width(amount: Plain | None) -> float:
    """Width of a flow and of a node's ring, from 1: each power of ten adds 1.

    >>> drawn_width(None), drawn_width(9.0), drawn_width(99_999.0)
    (1.0, 2.0, 6.0)
    """
    if not isinstance(amount, int | float) or amount <= 0:
        return 1.0
    return round(1 + math.log10(1 + amount), 3)


def edge_weight(row: Mapping[str, Plain]) -> float:
    """Width of an edge: of the plan's flow, or of today's where the plan ends it."""
    for mass, flow in (("mass_t", "flow"), ("today_mass_t", "today_flow")):
        if amount := row.get(mass, row.get(flow)):
            return drawn_width(amount)
    return 1.0


def node_size(row: Mapping[str, Plain]) -> float:
    """Diameter of a node."""
    most = max(_number(row.get("throughput_t")), _number(row.get("today_t")))
    return round(SMALLEST_NODE + NODE_GROWTH * (drawn_width(most) - 1), 3)


def node_name(row: Mapping[str, Plain], lang: str, otherwise: str = "") -> str:
    """The whole name of a node."""
    name = named(str(row.get("label_zh", "")), str(row.get("label_en", "")), lang)
    return name or otherwise or str(row["id"])


def node_label(row: Mapping[str, Plain], lang: str, otherwise: str = "") -> str:
    """A name short enough for a map; a placeholder stays marked as one."""
    name, mark = node_name(row, lang, otherwise), _(" (placeholder)", lang)
    if name.endswith(mark):
        return short_label(name.removesuffix(mark)) + mark
    return short_label(name)


def node_labels(nodes: Table, lang: str, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Labels of all nodes by id; equal ones tell their place or their id.

    names   what to call a node that has no name in any language
    """
    found = {
        str(row["id"]): node_label(row, lang, (names or {}).get(str(row["id"]), ""))
        for row in nodes.rows
    }
    times = Counter(found.values())
    return {
        node: label if times[label] == 1 else f"{label} {node.split('@')[-1]}"
        for node, label in found.items()
    }


def edge_name(row: Mapping[str, Plain], lang: str) -> str:
    """What an edge carries, and the need it serves there if that is of something else."""
    name = named(str(row.get("resource_zh", "")), str(row.get("resource_en", "")), lang)
    name = name or str(row.get("resource") or row.get("action") or "flow")
    served = named(str(row.get("served_zh", "")), str(row.get("served_en", "")), lang)
    return f"{name} > {served}" if served else name


def map_positions(
    nodes: Table, edges: Table, labels: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """Where each node is drawn, by its id, so that the labels can be read; see `map_layout`."""
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges.rows:
        neighbours[str(edge["source"])].append(str(edge["target"]))
        neighbours[str(edge["target"])].append(str(edge["source"]))
    places = []
    for row in nodes.rows:
        lon, lat = row.get("lon"), row.get("lat")
        located = lon is not None and lat is not None
        places.append(
            Place(
                str(row["id"]),
                labels[str(row["id"])],
                node_size(row),
                RANKS.get(str(row.get("kind")), 2),
                float(lon) if located and lon is not None else None,
                float(lat) if located and lat is not None else None,
                neighbours[str(row["id"])],
            )
        )
    return spread(places)


def _number(value: Plain | None) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
