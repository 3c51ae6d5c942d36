"""The exchange network as a GEXF 1.3 file for Gephi.

What Gephi does with a file decides its form (from Gephi's importer, 0.10):

- Edges of the same ends and kind are merged into one: `kind` is the resource, and the second
  edge of a kind gets a number behind it.
- An edge whose id is there already is dropped: ids are made of both ends and the edge's key.
- Columns are known by id: ids are ASCII, titles are in the language asked for.
- Colour, size and position are read; thickness follows the weight, shapes are read by others.
- Intervals (`spells`) make the time line; what has none is always there.

Looks are those of `drawing`, `map_colours` and `map_layout`.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
from lxml import etree

from symbiosis.locale import _, named
from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.drawing import (
    edge_name,
    edge_weight,
    map_positions,
    node_labels,
    node_size,
)
from symbiosis.outputs.graph_tables import (
    Plain,
    Table,
    ascii_id,
    edge_id,
    edge_table,
    node_table,
    plain_text,
    plain_value,
)
from symbiosis.outputs.map_colours import Colour, edge_colour, node_colour

GEXF = "http://gexf.net/1.3"
VIZ = "http://gexf.net/1.3/viz"
TYPES = {str: "string", float: "double", int: "integer", bool: "boolean"}
NODE_SHAPES = {"enterprise": "disc", "project": "diamond", "market": "square", "ghost": "triangle"}
DASHED = ("candidate", "missing")

Spells = Mapping[str, Any]  # id -> (start, end) of each interval


def write_gexf(graph: nx.MultiDiGraph, path: Path, lang: str = "zh") -> None:
    """Write an exchange network for Gephi, labels and titles in `lang` (zh or en).

    The same graph gives the same bytes; the file carries a date only if `graph.graph["date"]`
    is set (ISO form or a date).
    """
    nodes, edges = node_table(graph), edge_table(graph)
    names = {ascii_id(node): plain_text(str(node)) for node in graph}
    root = etree.Element(f"{{{GEXF}}}gexf", nsmap={None: GEXF, "viz": VIZ}, version="1.3")
    _add_meta(root, graph, lang)
    spells = _spells(graph)
    time = {"timeformat": "double", "timerepresentation": "interval"} if spells else {}
    mode = "dynamic" if spells else "static"
    body = _add(root, "graph", defaultedgetype="directed", idtype="string", mode=mode, **time)
    _add_columns(body, "node", nodes, lang)
    _add_columns(body, "edge", edges, lang)
    labels = node_labels(nodes, lang, names)
    _add_nodes(body, nodes, labels, map_positions(nodes, edges, labels), spells)
    _add_edges(body, edges, spells, lang)
    tree = etree.ElementTree(root)
    write_atomically(
        path,
        lambda temporary: tree.write(
            str(temporary), encoding="utf-8", xml_declaration=True, pretty_print=True
        ),
    )


def _spells(graph: nx.MultiDiGraph) -> Spells:
    """Intervals of nodes and edges that have any, by id."""
    of_nodes = {ascii_id(node): spells for node, spells in graph.nodes(data="spells")}
    of_edges = {edge_id(*ends): spells for *ends, spells in graph.edges(keys=True, data="spells")}
    return {name: spells for name, spells in (of_nodes | of_edges).items() if spells}


def _add_meta(root: etree._Element, graph: nx.MultiDiGraph, lang: str) -> None:
    """Head of the file: what it shows and how widths are to be read."""
    meta = _add(root, "meta")
    if (day := plain_value(graph.graph.get("date"))) is not None:
        meta.set("lastmodifieddate", date.fromisoformat(str(day)[:10]).isoformat())
    _add(meta, "creator").text = "symbiosis"
    stages = {
        "today": _("Exchanges of today.", lang),
        "possible": _("Exchanges that are possible.", lang),
        "plan": _("Exchanges of today and of the plan.", lang),
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
        _(
            "Full colour: new in the plan; pale: as today; faint: possible; grey: outside, ended.",
            lang,
        )
        if stage == "plan"
        else "",
    ]
    _add(meta, "description").text = " ".join(sentence for sentence in sentences if sentence)


def _add_columns(body: etree._Element, kind: str, table: Table, lang: str) -> None:
    """Declare every column once, with its type."""
    titles = _titles(lang)
    columns = _add(body, "attributes", **{"class": kind, "mode": "static"})
    for name, column in table.columns.items():
        title = titles.get(name, name)
        _add(columns, "attribute", id=ascii_id(name), title=title, type=TYPES[column])


def _add_nodes(
    body: etree._Element,
    table: Table,
    labels: Mapping[str, str],
    standing: Mapping[str, tuple[float, float]],
    spells: Spells,
) -> None:
    """Nodes with values, intervals, colour, place, size and shape."""
    nodes = _add(body, "nodes", count=str(len(table.rows)))
    for row in table.rows:
        name = str(row["id"])
        node = _add(nodes, "node", id=name, label=labels[name])
        _add_values(node, row, table)
        _add_spells(node, spells.get(name, ()))
        _add_colour(node, node_colour(row))
        x, y = standing[name]
        _add(node, "viz:position", x=str(x), y=str(y), z="0.0")
        _add(node, "viz:size", value=str(node_size(row)))
        _add(node, "viz:shape", value=NODE_SHAPES.get(_text(row, "kind"), "disc"))


def _add_edges(body: etree._Element, table: Table, spells: Spells, lang: str) -> None:
    """Edges with weight, kind, values, intervals, colour and thickness."""
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
            label=edge_name(row, lang),
            weight=str(width := edge_weight(row)),
        )
        _add_values(edge, row, table)
        _add_spells(edge, spells.get(str(row["id"]), ()))
        _add_colour(edge, edge_colour(row))
        _add(edge, "viz:thickness", value=str(width))
        _add(edge, "viz:shape", value="dashed" if row.get("status") in DASHED else "solid")


def _add_spells(element: etree._Element, spells: Any) -> None:
    """The years in which a node or edge stands."""
    if spells:
        parts = _add(element, "spells")
        for start, end in spells:
            _add(parts, "spell", start=str(float(start)), end=str(float(end)))


def _add_values(element: etree._Element, row: Mapping[str, Plain], table: Table) -> None:
    """The known values of a row, by column."""
    values = _add(element, "attvalues")
    for name in table.columns:
        if name in row:
            value = row[name]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _add(values, "attvalue", **{"for": ascii_id(name), "value": text})


def _add_colour(element: etree._Element, colour: Colour) -> None:
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
        "project_id": _("Project", lang),
        "park": _("Park", lang),
        "park_zh": _("Park, Chinese name", lang),
        "park_en": _("Park, English name", lang),
        "sector": _("Sector code, GB/T 4754", lang),
        "sector_group": _("Sector", lang),
        "sector_zh": _("Sector, Chinese name", lang),
        "sector_en": _("Sector, English name", lang),
        "chains": _("Chains", lang),
        "chain": _("Prioritised chain", lang),
        "change": _("Change by the plan", lang),
        "start_year": _("From year", lang),
        "end_year": _("To year", lang),
        "today_t": _("Throughput today, t/year", lang),
        "today_flow": _("Flow today, a year", lang),
        "plan_flow": _("Flow in the plan, a year", lang),
        "today_mass_t": _("Mass today, t/year", lang),
        "celsius": _("Temperature level, °C", lang),
        "water_class": _("Water class", lang),
        "candidates": _("Projects that could close the gap", lang),
        "often": _("How often chosen", lang),
        "near_best_share": _("Chosen in near-best plans, share", lang),
        "futures_share": _("Chosen in sampled futures, share", lang),
        "worth": _("Worth, 10^4 yuan a year", lang),
        "worth_per_unit": _("Worth of one unit more, 10^4 yuan", lang),
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
