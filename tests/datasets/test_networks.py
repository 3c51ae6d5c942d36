"""The network files of every embedded dataset and of a plan, read by grammar and outside parser."""

import json
import shutil
import subprocess
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from lxml import etree

from symbiosis.inputs.embedded import dataset_path, embedded_names
from symbiosis.inputs.region import read_study
from symbiosis.outputs.gephi import GEXF, write_gexf
from symbiosis.outputs.graph_tables import write_graphml, write_node_edge_tables
from symbiosis.outputs.map_layout import MARGIN, Place, _box
from symbiosis.planning.networks import plan_network, possible_graph, today_network
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared, prepare

TESTS = Path(__file__).parents[1]
GRAPHOLOGY = TESTS / "graphology"


def plan_of_everything(prepared: Prepared) -> Plan:
    """Not a good plan, but one that needs no solver: every project stands at its largest, a
    hundredth of what is possible flows, trades double."""
    last = prepared.dataset.settings.periods[-1].id
    ways = prepared.matches.candidates
    trades = [(*key, 2 * amount, last) for key, amount in prepared.today.trades.items()]
    projects = [
        (place.place_id, 1.0, last)
        for place in prepared.dataset.project_places
        if place.place_id in prepared.actors.actors
    ]
    return Plan(
        {
            "chains": pd.DataFrame(
                {"chain_id": [c.chain_id for c in prepared.dataset.chains], "prioritised": True}
            ),
            "projects": pd.DataFrame(projects, columns=["place_id", "size", "period"]),
            "exchanges": ways.assign(plan=range(1, len(ways) + 1), period=last),
            "trades": pd.DataFrame(
                trades, columns=["actor", "resource", "action", "plan", "period"]
            ),
            "heat_links": pd.DataFrame(columns=["period", "received"]),
        }
    )


@pytest.fixture(
    scope="module",
    params=[  # one worker makes each network once
        pytest.param(name, marks=pytest.mark.xdist_group(f"networks of {name}"))
        for name in embedded_names()
    ],
)
def networks(request):
    """Networks of a dataset by the name of their file."""
    prepared = prepare(read_study([dataset_path(request.param)]))
    return {
        "today": today_network(prepared),
        "possible": possible_graph(prepared),
        "plan": plan_network(prepared, plan_of_everything(prepared)),
    }


@pytest.fixture(scope="module")
def folder(networks, tmp_path_factory):
    """The GEXF file of each."""
    path = tmp_path_factory.mktemp("networks")
    for name, network in networks.items():
        write_gexf(network, path / f"{name}.gexf", "zh")
    return path


def elements(path: Path, tag: str) -> list[etree._Element]:
    return list(etree.parse(str(path)).getroot().iter(f"{{{GEXF}}}{tag}"))


def test_files_are_valid_and_streams_stay_apart(networks, folder):
    """By the RELAX NG of GEXF 1.3; no two edges share ends and kind, which Gephi would add up."""
    grammar = etree.RelaxNG(etree.parse(str(TESTS / "gexf_schema" / "gexf.rng")))
    for name, network in networks.items():
        grammar.assertValid(etree.parse(str(folder / f"{name}.gexf")))
        edges = elements(folder / f"{name}.gexf", "edge")
        assert len(edges) == network.number_of_edges() > 0
        assert len({(e.get("source"), e.get("target"), e.get("kind")) for e in edges}) == len(edges)


def test_the_reader_of_gephi_lite_finds_every_node_and_edge(networks, folder):
    """graphology refuses a whole file for one edge id that is there twice."""
    node = shutil.which("node")
    if node is None or not (GRAPHOLOGY / "node_modules" / "graphology-gexf").is_dir():
        pytest.skip("npm install --no-package-lock in tests/graphology was not run")
    for name, network in networks.items():
        run = subprocess.run(
            [node, GRAPHOLOGY / "read.js", folder / f"{name}.gexf"], capture_output=True, check=True
        )
        found = json.loads(run.stdout)
        assert len(found["nodes"]) == network.number_of_nodes()
        assert len(found["edges"]) == network.number_of_edges()
        for values in found["nodes"].values():
            assert {"kind", "label", "color", "size", "x", "y"} <= values.keys()
        kinds = {values["kind"] for values in found["nodes"].values()}
        assert kinds <= {"enterprise", "project", "market", "ghost"}


def test_names_do_not_lie_on_each_other(folder):
    """Boxes of all labels are apart at the positions of the file."""
    for path in folder.iterdir():
        boxes = []
        for node in elements(path, "node"):
            at, size = (next(node.iter(f"{{{GEXF}/viz}}{tag}")) for tag in ("position", "size"))
            box = _box(Place("", node.get("label"), float(size.get("value"))))
            boxes.append((float(at.get("x")), float(at.get("y")), *box))
        for k, (x, y, wide, high) in enumerate(boxes):
            for x2, y2, wide2, high2 in boxes[k + 1 :]:
                beside = abs(x - x2) > (wide + wide2) / 2 + MARGIN / 2
                assert beside or abs(y - y2) > (high + high2) / 2 + MARGIN / 2


def test_graphml_and_tables_carry_the_same(networks, tmp_path):
    """As many rows, the same ids, flows of today and of the plan summed alike."""
    network = networks["plan"]
    write_graphml(network, tmp_path / "plan.graphml")
    nodes, edges = map(pd.read_csv, write_node_edge_tables(network, tmp_path, "plan"))
    graph = nx.read_graphml(tmp_path / "plan.graphml", force_multigraph=True)
    assert set(graph) == set(nodes.id) and len(nodes) == network.number_of_nodes()
    assert {key for *_ends, key in graph.edges(keys=True)} == set(edges.id)
    assert len(edges) == network.number_of_edges()
    for column in ("today_flow", "plan_flow"):
        own = sum(flow for *_ends, flow in network.edges(data=column) if flow)
        told = sum(flow for *_ends, flow in graph.edges(data=column) if flow)
        assert told == pytest.approx(own) == pytest.approx(edges[column].sum())
    columns = {"park", "chain", "sector", "grade", "change", "today_t", "throughput_t"}
    assert columns <= set(nodes) and {"celsius", "water_class", "chain", "grade"} <= set(edges)


def test_what_exists_is_in_the_plan_network_and_built_projects_are_no_ghosts(networks):
    """Enterprises all; a project of which one place is built has no ghost."""
    network = networks["plan"]
    kinds = dict(network.nodes(data="kind"))
    today = {n for n, kind in networks["possible"].nodes(data="kind") if kind == "enterprise"}
    assert today == {n for n, kind in kinds.items() if kind == "enterprise"}
    built = {v["project_id"] for _n, v in network.nodes(data=True) if v["kind"] == "project"}
    ghosts = {v.get("project_id") for _n, v in network.nodes(data=True) if v["kind"] == "ghost"}
    assert built and not built & ghosts
