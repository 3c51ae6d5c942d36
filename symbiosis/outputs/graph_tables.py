"""The exchange network as plain tables: what GEXF, GraphML and CSV write.

Every column has one type in the whole file. The columns of the graph contract have a fixed one,
columns added elsewhere get the narrowest that fits all their values. Unknown values (None, NaN,
infinite numbers, empty text) are left out, and so is a value that is not of its column's type.
Nodes and edges are sorted by id, so that one graph gives the same bytes however it was built.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import Path
from typing import Any
from urllib.parse import quote

import networkx as nx
import numpy as np
import pandas as pd

from symbiosis.outputs.atomic import write_atomically

Plain = str | int | float | bool
Attributes = Mapping[str, Any]

NODE_COLUMNS: Mapping[str, type] = {
    "kind": str,
    "label_zh": str,
    "label_en": str,
    "project_id": str,
    "park": str,
    "park_zh": str,
    "park_en": str,
    "sector": str,
    "sector_group": str,
    "sector_zh": str,
    "sector_en": str,
    "chains": str,
    "lat": float,
    "lon": float,
    "throughput_t": float,
    "status": str,
    "grade": str,
    "placeholder": bool,
}
EDGE_COLUMNS: Mapping[str, type] = {
    "action": str,
    "resource": str,
    "resource_zh": str,
    "resource_en": str,
    "resource_kind": str,
    "state": str,
    "flow": float,
    "unit": str,
    "mass_t": float,
    "byproduct": bool,
    "celsius": float,
    "water_class": str,
    "chains": str,
    "carrier": str,
    "distance_km": float,
    "status": str,
    "grade": str,
    "served_zh": str,
    "served_en": str,
}

# Names that Gephi, graphology or our own id columns use for something else.
TAKEN = frozenset(
    "id label source target type kind weight color size thickness shape x y z".split()
)
NO_COLUMN = "spells"  # intervals of the time line, which only GEXF can hold
# Control characters, lone surrogates and non-characters: none of them may stand in XML 1.0.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LARGEST_INTEGER = 2**31 - 1  # Gephi's integer has 32 bits


@dataclass(frozen=True)
class Table:
    """Rows of nodes (id, ...) or of edges (id, source, target, ...) and the types of columns.

    `columns` does not name id, source and target, which are text in every row.
    """

    columns: Mapping[str, type]
    rows: list[dict[str, Plain]]


def node_table(graph: nx.MultiDiGraph) -> Table:
    """One row a node."""
    keys = {n: {"id": ascii_id(n)} for n in graph}
    return _table(((keys[n], values) for n, values in graph.nodes(data=True)), NODE_COLUMNS)


def edge_table(graph: nx.MultiDiGraph) -> Table:
    """One row an edge; the id is made of both ends and the key, so it is unique in the graph."""
    pairs = []
    for source, target, key, values in graph.edges(keys=True, data=True):
        ends = {"source": ascii_id(source), "target": ascii_id(target)}
        pairs.append(({"id": edge_id(source, target, key)} | ends, values))
    return _table(pairs, EDGE_COLUMNS)


def edge_id(source: object, target: object, key: object) -> str:
    """Id of an edge, unique in its graph."""
    # ascii_id leaves no | in its result, so two different edges never get one id.
    return "|".join(map(ascii_id, (source, target, key)))


def ascii_id(name: object) -> str:
    """`name` in ASCII, different for different names; ids of the usual form stay as they are.

    >>> ascii_id("J01@ETDZ-HG"), ascii_id("market:buy"), ascii_id("电厂")
    ('J01@ETDZ-HG', 'market:buy', '%E7%94%B5%E5%8E%82')
    """
    return quote(str(name), safe=":@+", errors="surrogatepass")


def plain_text(text: str) -> str:
    """`text` on one line, without characters that XML or a table cannot hold."""
    return " ".join(UNPRINTABLE.sub("", text).split())


def plain_value(value: Any) -> Plain | None:
    """`value` as text, integer, number or truth value of Python; None if it is unknown.

    Takes numpy and pandas scalars, enums, dates and lists (joined by "; ").
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum):
        value = value.value
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value) if np.isfinite(float(value)) else None
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, list | tuple):
        parts = (plain_value(part) for part in value)
        value = "; ".join(str(part) for part in parts if part is not None)
    return plain_text(str(value)) or None


def _table(
    items: Iterable[tuple[Mapping[str, str], Attributes]], fixed: Mapping[str, type]
) -> Table:
    """Rows of (keys, attributes), typed and sorted by id."""
    plain = [
        (
            keys,
            {
                _column_name(name, fixed): plain_value(value)
                for name, value in values.items()
                if name != NO_COLUMN
            },
        )
        for keys, values in sorted(items, key=lambda item: item[0]["id"])
    ]
    columns = dict(fixed) | _added_columns((row for _keys, row in plain), fixed)
    rows: list[dict[str, Plain]] = []
    for keys, values in plain:
        row: dict[str, Plain] = dict(keys)
        for name, column in columns.items():
            if (value := _typed(values.get(name), column)) is not None:
                row[name] = value
        rows.append(row)
    return Table(columns, rows)


def _column_name(name: object, fixed: Mapping[str, type]) -> str:
    """Name of an attribute's column; an added one gives way to a name that is taken."""
    text = plain_text(str(name))
    # Gephi does not tell capitals from small letters in the id of a column.
    return f"{text}_" if text not in fixed and text.lower() in TAKEN | fixed.keys() else text


def _added_columns(
    rows: Iterable[Mapping[str, Plain | None]], fixed: Mapping[str, type]
) -> dict[str, type]:
    """Types of the columns beyond the fixed ones, by name: the narrowest for all their values."""
    found: dict[str, set[type]] = {}
    for row in rows:
        for name in row.keys() - fixed.keys():
            if (value := row[name]) is not None:
                too_long = isinstance(value, int) and abs(value) > LARGEST_INTEGER
                found.setdefault(name, set()).add(float if too_long else type(value))
    return {
        name: next(iter(types)) if len(types) == 1 else float if types <= {int, float} else str
        for name, types in sorted(found.items())
    }


def _typed(value: Plain | None, column: type) -> Plain | None:
    """`value` as its column has it; None if it cannot be."""
    if value is None:
        return None
    if column is str:
        return str(value).lower() if isinstance(value, bool) else str(value)
    if column is float and not isinstance(value, bool | str):
        return float(value)
    return value if type(value) is column else None


def write_graphml(graph: nx.MultiDiGraph, path: Path) -> None:
    """Write GraphML for Cytoscape, yEd and R; ids and columns as in the GEXF file."""
    plain = nx.MultiDiGraph()
    for name in ("name", "title_zh", "title_en", "stage"):
        if (value := plain_value(graph.graph.get(name))) is not None:
            plain.graph[name] = value
    for row in node_table(graph).rows:
        plain.add_node(row.pop("id"), **row)
    for row in edge_table(graph).rows:
        # The key becomes the id of the edge, which GraphML wants unique in the file.
        plain.add_edge(row.pop("source"), row.pop("target"), key=row.pop("id"), **row)
    write_atomically(path, lambda temporary: nx.write_graphml(plain, temporary))


def write_node_edge_tables(graph: nx.MultiDiGraph, folder: Path, stem: str) -> tuple[Path, Path]:
    """Write `<stem>_nodes.csv` and `<stem>_edges.csv` in `folder` and return their paths.

    UTF-8 with a byte order mark, without which Excel shows Chinese as gibberish.
    """
    nodes, edges = node_table(graph), edge_table(graph)
    return (
        _write_csv(nodes, ["id"], folder / f"{stem}_nodes.csv"),
        _write_csv(edges, ["id", "source", "target"], folder / f"{stem}_edges.csv"),
    )


def _write_csv(table: Table, keys: list[str], path: Path) -> Path:
    """Write a table whose unknown values are empty cells."""
    # As objects: pandas would turn a column of integers with a gap into decimals.
    frame = pd.DataFrame(table.rows, columns=[*keys, *table.columns], dtype=object)

    def write(temporary: Path) -> None:
        frame.to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")

    write_atomically(path, write)
    return path
