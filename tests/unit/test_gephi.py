"""The GEXF file against its grammar and two readers that are not ours."""

import json
import shutil
import subprocess
from datetime import date
from enum import Enum
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from lxml import etree

from symbiosis.outputs.drawing import drawn_width
from symbiosis.outputs.gephi import GEXF, VIZ, write_gexf

TESTS = Path(__file__).parents[1]
GRAPHOLOGY = TESTS / "graphology"
SPACE = {"g": GEXF, "viz": VIZ}


class Grade(Enum):
    PUBLIC = "public"


def enterprise(label_zh, lat, lon, **more):
    return {
        "kind": "enterprise",
        "label_zh": label_zh,
        "label_en": None,
        "park": "红古",
        "sector": "4411",
        "sector_group": "power",
        "lat": lat,
        "lon": lon,
        "throughput_t": 1e6,
        "status": "existing",
        "grade": "public",
        "placeholder": False,
    } | more


def exchange(resource, kind, flow, unit, mass_t, **more):
    return {
        "action": "exchange",
        "resource": resource,
        "resource_zh": {"ash": "粉煤灰", "steam": "蒸汽", "water": "中水"}.get(resource),
        "resource_en": resource,
        "resource_kind": kind,
        "flow": flow,
        "unit": unit,
        "mass_t": mass_t,
        "byproduct": True,
        "carrier": None,
        "status": "plan",
    } | more


@pytest.fixture
def graph():
    """Two enterprises at one place, a project, a market without a place; six streams, some nasty.

    E01 gives E02 steam, and ash twice (dry and wet): Gephi would merge the two ash edges.
    """
    graph = nx.MultiDiGraph(
        title_zh="红古循环链", title_en="Honggu chains", stage="plan", name="honggu"
    )
    graph.add_node("E01", **enterprise("兰州电厂", 36.35, 102.95, throughput_t=np.float64(99_999)))
    graph.add_node(
        "E02", **enterprise('水泥厂 <&"\x00\x0b\ud800\n二线', 36.35, 102.95, sector=pd.NA)
    )
    graph.add_node(
        "J01@ETDZ-HG",
        **enterprise("", np.float32(36.36), 102.95, kind="project", label_en="Zinc recovery")
        | {"throughput_t": float("nan"), "grade": Grade.PUBLIC, "placeholder": np.bool_(True)},
    )
    graph.add_node(
        "market:sell", kind="market", label_zh=np.str_("销售"), label_en="Sale", lat=None
    )
    graph.add_node("陌生厂", kind="enterprise", throughput_t="much")
    graph.add_edge("E01", "E02", key="ash-dry", **exchange("ash", "material", 999.0, "t", 999.0))
    graph.add_edge("E01", "E02", key="ash-wet", **exchange("ash", "material", 99, "t", None))
    graph.add_edge("E01", "E02", key="steam", **exchange("steam", "energy", 9.0, "MWh", None))
    graph.add_edge("E02", "J01@ETDZ-HG", key="w", **exchange("water", "water", None, "m3", None))
    graph.add_edge("E02", "陌生厂", key="粉|灰", **exchange("ash", "material", np.inf, "t", -1.0))
    graph.add_edge(
        "E01", "market:sell", key=0, action="sell", resource="x\x1by", start_year=np.int64(2026)
    )
    return graph


def read(path):
    return etree.parse(str(path)).getroot()


def test_file_is_valid_gexf(graph, tmp_path):
    """By the RELAX NG of GEXF 1.3; networkx's own 1.3 file is not."""
    write_gexf(graph, tmp_path / "a.gexf")
    grammar = etree.RelaxNG(etree.parse(str(TESTS / "gexf_schema" / "gexf.rng")))
    grammar.assertValid(read(tmp_path / "a.gexf"))
    graph.graph["date"] = date(2026, 5, 1)
    write_gexf(graph, tmp_path / "dated.gexf", lang="en")
    grammar.assertValid(dated := read(tmp_path / "dated.gexf"))
    assert dated.find("g:meta", SPACE).get("lastmodifieddate") == "2026-05-01"
    write_gexf(nx.MultiDiGraph(), tmp_path / "empty.gexf")
    grammar.assertValid(read(tmp_path / "empty.gexf"))


def test_networkx_reads_all_of_it(graph, tmp_path):
    """Five nodes, six edges, flows as numbers; parallel edges are still there."""
    write_gexf(graph, tmp_path / "a.gexf", lang="en")
    found = nx.read_gexf(tmp_path / "a.gexf", version="1.3")
    assert set(found) == {"E01", "E02", "J01@ETDZ-HG", "market:sell", "%E9%99%8C%E7%94%9F%E5%8E%82"}
    assert found.is_multigraph() and found.is_directed()
    assert found.number_of_edges() == 6 and found.number_of_edges("E01", "E02") == 3
    flows = [edge.get("Flow a year") for *_ends, edge in found.edges(data=True)]
    assert sorted(flow for flow in flows if flow is not None) == [9.0, 99.0, 999.0]
    assert found.nodes["J01@ETDZ-HG"]["Placeholder"] is True
    assert found.nodes["E02"]["label"] == '水泥厂 <&" 二线'


def test_parallel_edges_differ_in_kind_and_all_in_id(graph, tmp_path):
    """Gephi sums edges of one kind into one; by its rules six of six edges must be left."""
    write_gexf(graph, tmp_path / "a.gexf")
    edges = read(tmp_path / "a.gexf").findall(".//g:edge", SPACE)
    assert len({(e.get("source"), e.get("target"), e.get("kind")) for e in edges}) == 6
    assert len({e.get("id") for e in edges}) == 6
    assert {e.get("type") for e in edges} == {"directed"}
    kinds = {e.get("id"): e.get("kind") for e in edges}
    assert kinds["E01|E02|ash-dry"] == "ash" and kinds["E01|E02|ash-wet"] == "ash #2"
    assert all(text.isascii() for text in kinds)


def test_a_resource_named_like_a_numbered_kind_stays_apart(tmp_path):
    """`ash #2` is the name of a resource here: the second ash edge must not take it over."""
    graph = nx.MultiDiGraph()
    for key, resource in enumerate(["ash #2", "ash", "ash", "ash"]):
        graph.add_edge("A", "B", key=key, resource=resource)
    write_gexf(graph, tmp_path / "a.gexf")
    kinds = [e.get("kind") for e in read(tmp_path / "a.gexf").findall(".//g:edge", SPACE)]
    assert kinds == ["ash #2", "ash", "ash #3", "ash #4"]


def test_every_column_has_one_type_and_only_known_values(graph, tmp_path):
    """No None, nan or inf; text in a number column is left out, not written as text."""
    write_gexf(graph, tmp_path / "a.gexf")
    root = read(tmp_path / "a.gexf")
    values = [value.get("value") for value in root.findall(".//g:attvalue", SPACE)]
    assert not {"None", "nan", "inf", "<NA>", "", "much"} & set(values)
    for columns in root.findall(".//g:attributes", SPACE):
        types = {column.get("id"): column.get("type") for column in columns}
        assert len(types) == len(columns) and all(name.isascii() for name in types)
        for value in root.findall(f".//g:{columns.get('class')}//g:attvalue", SPACE):
            if types[value.get("for")] == "double":
                float(value.get("value"))
            elif types[value.get("for")] == "boolean":
                assert value.get("value") in ("true", "false")
    edge_types = {a.get("id"): a.get("type") for a in root.findall(".//g:attribute", SPACE)}
    assert edge_types["flow"] == "double" and edge_types["start_year"] == "integer"


def test_weights_are_positive_and_comparable(graph, tmp_path):
    """999 t weigh 4, 99 t (mass unknown) 3, 9 MWh 2, an unknown flow 1. Plain flows would give
    a stream of water a thousand times the width of the steam that matters."""
    write_gexf(graph, tmp_path / "a.gexf")
    edges = read(tmp_path / "a.gexf").findall(".//g:edge", SPACE)
    weights = {e.get("id"): float(e.get("weight")) for e in edges}
    assert weights["E01|E02|ash-dry"] == 4 and weights["E01|E02|ash-wet"] == 3
    assert weights["E01|E02|steam"] == 2 and weights["E02|J01@ETDZ-HG|w"] == 1
    assert min(weights.values()) == 1
    assert drawn_width(-5.0) == 1


def test_labels_and_titles_are_in_the_language_asked_for(graph, tmp_path):
    """A name missing in one language is taken from the other, and at last from the id."""
    for lang, first, project, stream in [
        ("zh", "兰州电厂", "Zinc recovery", "粉煤灰"),
        ("en", "兰州电厂", "Zinc recovery", "ash"),
    ]:
        write_gexf(graph, tmp_path / "a.gexf", lang=lang)
        root = read(tmp_path / "a.gexf")
        labels = {n.get("id"): n.get("label") for n in root.findall(".//g:node", SPACE)}
        assert labels["E01"] == first and labels["J01@ETDZ-HG"] == project
        assert labels["market:sell"] == {"zh": "销售", "en": "Sale"}[lang]
        assert labels["%E9%99%8C%E7%94%9F%E5%8E%82"] == "陌生厂"
        assert root.find(".//g:edge[@id='E01|E02|ash-dry']", SPACE).get("label") == stream
        title = {"zh": "红古循环链", "en": "Honggu chains"}[lang]
        assert root.findtext(".//g:description", namespaces=SPACE).startswith(title)
    assert root.find(".//g:attribute[@id='park']", SPACE).get("title") == "Park"


def test_colours_tell_kind_sector_and_what_is_new(tmp_path):
    """A new flow is full green, the same flow kept is paler, a possible one palest, an ended or
    outside one grey; an enterprise has the colour of its sector, whatever its kind of flow."""
    graph = nx.MultiDiGraph()
    graph.add_node("A", kind="enterprise", sector_group="metals")
    graph.add_node("B", kind="enterprise", sector_group="power")
    graph.add_node("J", kind="project", sector_group="metals")
    for key, change, status, action in [
        ("new", "new", "plan", "exchange"),
        ("kept", "kept", "plan", "exchange"),
        ("possible", None, "candidate", "exchange"),
        ("ended", "ended", "today", "exchange"),
        ("sold", "new", "plan", "sell"),
    ]:
        values = {"change": change, "status": status, "action": action}
        graph.add_edge("A", "B", key=key, resource_kind="material", resource=key, **values)
    write_gexf(graph, tmp_path / "a.gexf")

    def colour(tag, name):
        (found,) = read(tmp_path / "a.gexf").findall(f".//g:{tag}[@id='{name}']/viz:color", SPACE)
        return tuple(int(found.get(part)) for part in "rgb")

    new, kept, possible = (colour("edge", f"A|B|{key}") for key in ("new", "kept", "possible"))
    assert new == (0, 158, 115)
    assert new[0] < kept[0] < possible[0] and new[2] < kept[2] < possible[2]
    for key in ("ended", "sold"):
        assert len(set(colour("edge", f"A|B|{key}"))) == 1
    assert len({colour("node", name) for name in "ABJ"}) == 3


def test_equal_labels_tell_their_place(tmp_path):
    """Two long names that are the same once cut: the place of a project, else the id, is told."""
    graph = nx.MultiDiGraph()
    graph.add_node("E30", label_en="PetroChina Lanzhou Petrochemical, refinery", kind="enterprise")
    graph.add_node("E31", label_en="PetroChina Lanzhou Petrochemical, ethylene", kind="enterprise")
    graph.add_node("W6@E31", label_en="membranes (E31)", kind="project")
    write_gexf(graph, tmp_path / "a.gexf", lang="en")
    labels = [n.get("label") for n in read(tmp_path / "a.gexf").findall(".//g:node", SPACE)]
    assert labels == [
        "PetroChina Lanzhou Pet… E30",
        "PetroChina Lanzhou Pet… E31",
        "membranes (E31)",
    ]


def test_what_stands_for_a_time_has_intervals(graph, tmp_path):
    """E02 stands from 2020, the project from 2021, ash ends with 2020 and is there again in 2026;
    what has no interval is always there. A graph without any is static."""
    write_gexf(graph, tmp_path / "static.gexf")
    assert read(tmp_path / "static.gexf").find("g:graph", SPACE).get("mode") == "static"
    graph.nodes["E02"]["spells"] = ((2020, 2035.9),)
    graph.nodes["J01@ETDZ-HG"]["spells"] = ((2021, 2035.9),)
    graph.edges["E01", "E02", "ash-dry"]["spells"] = ((2020, 2020.9), (2026, 2035.9))
    write_gexf(graph, tmp_path / "a.gexf")
    grammar = etree.RelaxNG(etree.parse(str(TESTS / "gexf_schema" / "gexf.rng")))
    grammar.assertValid(root := read(tmp_path / "a.gexf"))
    body = root.find("g:graph", SPACE)
    assert (body.get("mode"), body.get("timeformat")) == ("dynamic", "double")
    assert body.get("timerepresentation") == "interval"
    found = {
        element.get("id"): [
            (s.get("start"), s.get("end")) for s in element.iter(f"{{{GEXF}}}spell")
        ]
        for element in [*body.iter(f"{{{GEXF}}}node"), *body.iter(f"{{{GEXF}}}edge")]
    }
    assert found["E02"] == [("2020.0", "2035.9")]
    assert found["J01@ETDZ-HG"] == [("2021.0", "2035.9")]
    assert found["E01|E02|ash-dry"] == [("2020.0", "2020.9"), ("2026.0", "2035.9")]
    assert found["E01"] == found["E01|E02|steam"] == []
    titles = {a.get("id") for a in root.findall(".//g:attribute", SPACE)}
    assert "spells" not in titles


def test_same_graph_gives_same_bytes(graph, tmp_path):
    """However it was built: names, positions and kinds follow from ids, not from order."""
    backwards = nx.MultiDiGraph(**graph.graph)
    backwards.add_nodes_from(reversed(list(graph.nodes(data=True))))
    backwards.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    write_gexf(graph, tmp_path / "a.gexf")
    write_gexf(backwards, tmp_path / "b.gexf")
    assert (tmp_path / "a.gexf").read_bytes() == (tmp_path / "b.gexf").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.gexf", "b.gexf"]


def test_graphology_sees_every_node_edge_kind_colour_and_label(graph, tmp_path):
    """The reader inside Gephi Lite; it refuses a whole file for one edge id that is there twice."""
    node = shutil.which("node")
    if node is None or not (GRAPHOLOGY / "node_modules" / "graphology-gexf").is_dir():
        pytest.skip("npm install --no-package-lock in tests/graphology was not run")
    write_gexf(graph, tmp_path / "a.gexf")
    run = subprocess.run(
        [node, GRAPHOLOGY / "read.js", tmp_path / "a.gexf"], capture_output=True, check=True
    )
    found = json.loads(run.stdout)
    assert len(found["nodes"]) == 5 and len(found["edges"]) == 6
    plant = found["nodes"]["E01"]
    assert (plant["label"], plant["kind"], plant["park"]) == ("兰州电厂", "enterprise", "红古")
    assert (plant["color"], plant["size"]) == ("rgb(204,102,119)", 26)  # 6 + 4 x log10(100 000)
    assert found["nodes"]["market:sell"]["shape"] == "square"
    assert all(
        {"x", "y", "size", "color", "label"} <= values.keys() for values in found["nodes"].values()
    )

    edges = found["edges"]
    assert {values["kind"] for values in edges.values()} == {
        "ash",
        "ash #2",
        "steam",
        "water",
        "xy",
    }
    steam = edges["E01|E02|steam"]
    assert (steam["source"], steam["target"], steam["label"]) == ("E01", "E02", "蒸汽")
    assert (steam["color"], steam["weight"], steam["thickness"]) == ("rgb(213,94,0)", 2, 2)
    assert (steam["flow"], steam["unit"], steam["byproduct"]) == (9, "MWh", True)
    assert "carrier" not in steam
    assert found["attributes"]["description"].startswith("红古循环链")
