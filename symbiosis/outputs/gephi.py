"""The exchange network as a GEXF 1.3 file for Gephi.

What Gephi does with a file decides its form (from Gephi's importer, 0.10):

- Edges of the same ends and kind are merged into one: `kind` is the resource, and the second
  edge of a kind gets a number behind it.
- An edge whose id is there already is dropped: ids are made of both ends and the edge's key.
- Columns are known by id: ids are ASCII, titles are in the language asked for.
- Colour, size and position are read; thickness follows the weight.

Flows in t, m3 and MWh cannot be added up, but their orders of magnitude can be looked at side by
side. So the weight of an edge is 1 + log10(1 + amount), the amount in t/year where the flow has a
mass and else in its own unit a year; a flow not known weighs 1. Amounts are in columns of their
own. Size of a node follows its throughput in the same way.
"""

import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import networkx as nx
from lxml import etree

from symbiosis.locale import _, named
from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.graph_tables import (
    Plain,
    Table,
    ascii_id,
    edge_table,
    node_table,
    plain_text,
    plain_value,
)

GEXF = "http://gexf.net/1.3"
VIZ = "http://gexf.net/1.3/viz"
TYPES = {str: "string", float: "double", int: "integer", bool: "boolean"}

# Okabe and Ito's colours, which stay apart for colour-blind readers.
GREY = (153, 153, 153)
NODE_COLOURS = {"enterprise": (0, 114, 178), "project": (230, 159, 0), "market": GREY}
EDGE_COLOURS = {"material": (0, 158, 115), "energy": (213, 94, 0), "water": (86, 180, 233)}
NODE_SHAPES = {"enterprise": "disc", "project": "diamond", "market": "square"}

UNITS_PER_KM = 100.0
KM_PER_DEGREE = 111.2  # of latitude, on a sphere of 6371 km
SMALLEST_NODE, NODE_GROWTH = 6.0, 4.0  # size, and what each power of ten adds
NODE_SPACING = 60.0  # between nodes of one place
SAME_PLACE = 10.0  # side of the square that only one node may stand in
MARKETS_BELOW = 400.0  # how far south of the map nodes without a place gather
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def write_gexf(graph: nx.MultiDiGraph, path: Path, lang: str = "zh") -> None:
    """Write an exchange network for Gephi, labels and titles in `lang` (zh or en).

    The same graph gives the same bytes; the file carries a date only if `graph.graph["date"]`
    is set (ISO form or a date).
    """
    nodes, edges = node_table(graph), edge_table(graph)
    names = {ascii_id(node): plain_text(str(node)) for node in graph}
    root = etree.Element(f"{{{GEXF}}}gexf", nsmap={None: GEXF, "viz": VIZ}, version="1.3")
    _add_meta(root, graph, lang)
    body = _add(root, "graph", defaultedgetype="directed", idtype="string", mode="static")
    _add_columns(body, "node", nodes, lang)
    _add_columns(body, "edge", edges, lang)
    _add_nodes(body, nodes, names, lang)
    _add_edges(body, edges, lang)
    tree = etree.ElementTree(root)
    write_atomically(
        path,
        lambda temporary: tree.write(
            str(temporary), encoding="utf-8", xml_declaration=True, pretty_print=True
        ),
    )


def drawn_width(amount: Plain | None) -> float:
    """Width of a flow and of a node's ring, from 1: each power of ten adds 1.

    >>> drawn_width(None), drawn_width(9.0), drawn_width(99_999.0)
    (1.0, 2.0, 6.0)
    """
    if not isinstance(amount, int | float) or amount <= 0:
        return 1.0
    return round(1 + math.log10(1 + amount), 3)


def positions(nodes: Table) -> dict[str, tuple[float, float]]:
    """Where each node stands, north up, `UNITS_PER_KM` units a km, from the middle of the map.

    Longitudes are shortened by the cosine of the mean latitude, good to a percent over 100 km.
    Nodes without a place gather south of the map. Where a place is taken, a node moves outwards
    along a spiral to the first free one.
    """
    places = {
        str(row["id"]): (float(row["lon"]), float(row["lat"]))
        for row in nodes.rows
        if "lon" in row and "lat" in row
    }
    longitude = sum(lon for lon, _lat in places.values()) / max(len(places), 1)
    latitude = sum(lat for _lon, lat in places.values()) / max(len(places), 1)
    north = KM_PER_DEGREE * UNITS_PER_KM
    east = north * math.cos(math.radians(latitude))
    projected = {
        node: ((lon - longitude) * east, (lat - latitude) * north)
        for node, (lon, lat) in places.items()
    }
    southmost = min((y for _x, y in projected.values()), default=0.0)

    taken: set[tuple[int, int]] = set()
    standing: dict[str, tuple[float, float]] = {}
    for row in nodes.rows:
        x0, y0 = projected.get(str(row["id"]), (0.0, southmost - MARKETS_BELOW))
        step = 0
        while True:
            radius, angle = NODE_SPACING * math.sqrt(step), GOLDEN_ANGLE * step
            x, y = x0 + radius * math.cos(angle), y0 + radius * math.sin(angle)
            square = (round(x / SAME_PLACE), round(y / SAME_PLACE))
            if square not in taken:
                break
            step += 1
        taken.add(square)
        standing[str(row["id"])] = (round(x, 2), round(y, 2))
    return standing


def _add_meta(root: etree._Element, graph: nx.MultiDiGraph, lang: str) -> None:
    """Head of the file: what it shows and how widths are to be read."""
    meta = _add(root, "meta")
    if (day := plain_value(graph.graph.get("date"))) is not None:
        meta.set("lastmodifieddate", date.fromisoformat(str(day)[:10]).isoformat())
    _add(meta, "creator").text = "symbiosis"
    stages = {
        "today": _("Exchanges of today.", lang),
        "possible": _("Exchanges that are possible.", lang),
        "plan": _("Exchanges of the plan.", lang),
    }
    stage = graph.graph.get("stage")
    sentences = [
        named(_text(graph.graph, "title_zh"), _text(graph.graph, "title_en"), lang)
        or _text(graph.graph, "name"),
        stages.get(stage, "") if isinstance(stage, str) else "",
        _(
            "Weight of an edge: 1 + log10(1 + amount), the amount in t/year or, without a mass, "
            "in the flow's unit a year.",
            lang,
        ),
    ]
    _add(meta, "description").text = " ".join(sentence for sentence in sentences if sentence)


def _add_columns(body: etree._Element, kind: str, table: Table, lang: str) -> None:
    """Declare every column once, with its type."""
    titles = _titles(lang)
    columns = _add(body, "attributes", **{"class": kind, "mode": "static"})
    for name, column in table.columns.items():
        title = titles.get(name, name)
        _add(columns, "attribute", id=ascii_id(name), title=title, type=TYPES[column])


def _add_nodes(body: etree._Element, table: Table, names: Mapping[str, str], lang: str) -> None:
    """Nodes with values, colour, place, size and shape."""
    standing = positions(table)
    nodes = _add(body, "nodes", count=str(len(table.rows)))
    for row in table.rows:
        name = str(row["id"])
        label = named(_text(row, "label_zh"), _text(row, "label_en"), lang) or names[name]
        node = _add(nodes, "node", id=name, label=label or name)
        _add_values(node, row, table)
        kind = _text(row, "kind")
        _add_colour(node, NODE_COLOURS.get(kind, GREY))
        x, y = standing[name]
        _add(node, "viz:position", x=str(x), y=str(y), z="0.0")
        growth = NODE_GROWTH * (drawn_width(row.get("throughput_t")) - 1)
        _add(node, "viz:size", value=str(round(SMALLEST_NODE + growth, 3)))
        _add(node, "viz:shape", value=NODE_SHAPES.get(kind, "disc"))


def _add_edges(body: etree._Element, table: Table, lang: str) -> None:
    """Edges with weight, kind, values, colour and thickness."""
    edges = _add(body, "edges", count=str(len(table.rows)))
    taken: set[tuple[Plain, Plain, str]] = set()
    for row in table.rows:
        resource = _text(row, "resource") or _text(row, "action") or "flow"
        ends = row["source"], row["target"]
        kind, number = resource, 1
        while (*ends, kind) in taken:
            number += 1
            kind = f"{resource} #{number}"
        taken.add((*ends, kind))
        edge = _add(
            edges,
            "edge",
            id=str(row["id"]),
            source=str(row["source"]),
            target=str(row["target"]),
            type="directed",
            kind=kind,
            label=named(_text(row, "resource_zh"), _text(row, "resource_en"), lang) or resource,
            weight=str(width := drawn_width(row.get("mass_t", row.get("flow")))),
        )
        _add_values(edge, row, table)
        _add_colour(edge, EDGE_COLOURS.get(_text(row, "resource_kind"), GREY))
        _add(edge, "viz:thickness", value=str(width))
        dashed = row.get("status") == "candidate"
        _add(edge, "viz:shape", value="dashed" if dashed else "solid")


def _add_values(element: etree._Element, row: Mapping[str, Plain], table: Table) -> None:
    """The known values of a row, by column."""
    values = _add(element, "attvalues")
    for name in table.columns:
        if name in row:
            value = row[name]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _add(values, "attvalue", **{"for": ascii_id(name), "value": text})


def _add_colour(element: etree._Element, colour: tuple[int, int, int]) -> None:
    """Red, green and blue, 0 to 255."""
    _add(element, "viz:color", **dict(zip("rgb", map(str, colour), strict=True)))


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Append an element; `viz:` before its name puts it among what is drawn."""
    space, name = (VIZ, tag[4:]) if tag.startswith("viz:") else (GEXF, tag)
    return etree.SubElement(parent, f"{{{space}}}{name}", attributes)


def _text(values: Mapping[str, object], name: str) -> str:
    """A value as text; empty if it is unknown."""
    value = plain_value(values.get(name))
    return "" if value is None else str(value)


def _titles(lang: str) -> dict[str, str]:
    """Titles of the columns as Gephi shows them."""
    return {
        "kind": _("Kind", lang),
        "label_zh": _("Chinese name", lang),
        "label_en": _("English name", lang),
        "park": _("Park", lang),
        "sector": _("Sector", lang),
        "lat": _("Latitude, degrees", lang),
        "lon": _("Longitude, degrees", lang),
        "throughput_t": _("Throughput, t/year", lang),
        "status": _("Status", lang),
        "grade": _("Grade of the data", lang),
        "placeholder": _("Placeholder", lang),
        "action": _("Action", lang),
        "resource": _("Resource", lang),
        "resource_zh": _("Resource, Chinese name", lang),
        "resource_en": _("Resource, English name", lang),
        "resource_kind": _("Resource kind", lang),
        "state": _("State", lang),
        "flow": _("Flow a year", lang),
        "unit": _("Unit", lang),
        "mass_t": _("Mass, t/year", lang),
        "byproduct": _("By-product", lang),
        "carrier": _("Carrier", lang),
        "distance_km": _("Distance, km", lang),
        "served_zh": _("Need served, Chinese name", lang),
        "served_en": _("Need served, English name", lang),
    }
