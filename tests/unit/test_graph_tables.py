"""GraphML and CSV of a network, and files that are whole or absent."""

from datetime import date, datetime
from decimal import Decimal

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.graph_tables import (
    EDGE_COLUMNS,
    NODE_COLUMNS,
    ascii_id,
    edge_table,
    node_table,
    plain_value,
    write_graphml,
    write_node_edge_tables,
)


@pytest.fixture
def graph():
    """Two parallel streams with the same keys as a stream of another pair; a flow of each type."""
    graph = nx.MultiDiGraph(name="park", title_zh="园区", title_en=None, stage="today")
    graph.add_node(
        "E01", kind="enterprise", label_zh="电厂", lat=np.float32(36.5), placeholder=False
    )
    graph.add_node(
        "E02", kind="enterprise", label_zh="水泥\x00厂", lat=None, placeholder=np.bool_(True)
    )
    graph.add_node("E03", kind="enterprise", rank=np.int64(3))
    graph.add_edge("E01", "E02", key="s", resource="ash", flow=5, mass_t=None, byproduct=True)
    graph.add_edge("E01", "E02", key="t", resource="steam", flow=2.5, carrier=pd.NA)
    graph.add_edge("E02", "E03", key="s", resource="ash", flow=np.nan, source="text")
    return graph


def test_graphml_is_read_back(graph, tmp_path):
    """Three edges with three ids and one type a column; networkx alone would write flow as two
    columns (long and double), stop at None, and give two edges the id `s`."""
    write_graphml(graph, tmp_path / "a.graphml")
    found = nx.read_graphml(tmp_path / "a.graphml")
    assert found.graph["title_zh"] == "园区" and "title_en" not in found.graph
    assert found.nodes["E02"]["label_zh"] == "水泥厂" and found.nodes["E02"]["placeholder"] is True
    assert {key for *_ends, key in found.edges(keys=True)} == {
        "E01|E02|s",
        "E01|E02|t",
        "E02|E03|s",
    }
    assert found.edges["E01", "E02", "E01|E02|s"]["flow"] == 5.0
    assert "flow" not in found.edges["E02", "E03", "E02|E03|s"]
    text = (tmp_path / "a.graphml").read_text("utf-8")
    assert text.count('attr.name="flow"') == 1


def test_tables_open_in_excel_and_pandas(graph, tmp_path):
    """A byte order mark for Excel, all columns of the contract, empty cells for the unknown."""
    nodes, edges = write_node_edge_tables(graph, tmp_path / "new", "honggu")
    assert (nodes.name, edges.name) == ("honggu_nodes.csv", "honggu_edges.csv")
    assert nodes.read_bytes().startswith(b"\xef\xbb\xbf")
    node_rows = pd.read_csv(nodes, index_col="id")
    assert list(node_rows) == [*NODE_COLUMNS, "rank"]
    assert node_rows.label_zh.tolist()[:2] == ["电厂", "水泥厂"]
    assert node_rows.lat.isna().tolist() == [False, True, True]
    edge_rows = pd.read_csv(edges)
    assert list(edge_rows) == ["id", "source", "target", *EDGE_COLUMNS, "source_"]
    assert edge_rows.source.tolist() == ["E01", "E01", "E02"]
    assert edge_rows.flow.tolist()[:2] == [5.0, 2.5] and edge_rows.flow.isna()[2]
    assert ",3\n" in nodes.read_text("utf-8-sig")  # a whole number stays whole beside a gap
    assert sorted(file.name for file in nodes.parent.iterdir()) == [edges.name, nodes.name]


def test_empty_network_has_tables_with_headers(tmp_path):
    nodes, _edges = write_node_edge_tables(nx.MultiDiGraph(), tmp_path, "empty")
    assert list(pd.read_csv(nodes)) == ["id", *NODE_COLUMNS]


def test_an_added_column_gets_the_narrowest_common_type():
    """Integers and decimals become decimals, numbers and text become text, a number beyond 32 bits
    (Gephi's integer) a decimal."""
    graph = nx.MultiDiGraph()
    graph.add_node("A", whole=1, mixed=1, any=1, long=2**40, yes=True, odd=True)
    graph.add_node("B", whole=2, mixed=2.5, any="x", long=1, yes=None, odd=2)
    table = node_table(graph)
    added = {name: kind for name, kind in table.columns.items() if name not in NODE_COLUMNS}
    assert added == {
        "any": str,
        "long": float,
        "mixed": float,
        "odd": str,
        "whole": int,
        "yes": bool,
    }
    assert table.rows[0]["any"] == "1" and table.rows[0]["odd"] == "true"
    assert table.rows[0]["mixed"] == 1.0 and isinstance(table.rows[0]["mixed"], float)


def test_edge_ids_stay_unique_whatever_the_names():
    """`A|B` to `C` and `A` to `B|C` would share an id if names were joined as they are."""
    graph = nx.MultiDiGraph([("A|B", "C", "k"), ("A", "B|C", "k"), ("A", "B", "C|k")])
    assert len({row["id"] for row in edge_table(graph).rows}) == 3


def test_ids_are_ascii_and_differ_as_the_names_do():
    names = ["E06", "J01@ETDZ-HG", "market:buy", "电厂", "电 厂", "%E7", "a b", "a\x00b", "\ud800"]
    ids = [ascii_id(name) for name in names]
    assert ids[:3] == names[:3]
    assert len(set(ids)) == len(names) and all(name.isascii() and " " not in name for name in ids)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.datetime64("NaT"), None),
        (" \x00\n ", None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("灰"), "灰"),
        (Decimal("1.5"), 1.5),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 8), "2026-05-01T08:00:00"),
        (["a", None, 2], "a; 2"),
        ("a\tb\nc\x1b\x85\ufffe\ud800", "a b c"),
    ],
)
def test_values_become_plain(value, plain):
    found = plain_value(value)
    assert found == plain and type(found) is type(plain)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """The old file stays as it was, and no temporary file is left beside it."""
    path = tmp_path / "plan.gexf"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    write_atomically(path, lambda temporary: temporary.write_text("new") and None)
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]
