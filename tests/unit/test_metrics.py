"""Metrics of exchange networks against a published graph and numbers worked by hand."""

import json
import random
import time
from pathlib import Path

import networkx as nx
import pytest

from symbiosis.network import metrics
from symbiosis.network.metrics import graph_metrics_of_edges, network_metrics

CASES = sorted((Path(__file__).parents[2] / "datasets" / "cases" / "graph_metrics").glob("*.json"))


def network(edges, kinds=None):
    """A graph of (donor, receiver, mass_t, attributes); nodes are enterprises unless in `kinds`."""
    graph = nx.MultiDiGraph()
    for number, (donor, receiver, mass, more) in enumerate(edges):
        values = {"action": "exchange", "byproduct": False, "mass_t": mass} | more
        graph.add_edge(donor, receiver, key=f"k{number}", **values)
    for node in [*graph, *(kinds or {})]:
        graph.add_node(node, kind=(kinds or {}).get(node, "enterprise"))
    return graph


def exchanges(*pairs):
    return network([(donor, receiver, 1.0, {}) for donor, receiver in pairs])


BYPRODUCT = {"byproduct": True}
SMALL = [
    ("A", "B", 60.0, BYPRODUCT),
    ("A", "B", None, {}),  # steam beside slag
    ("B", "P", 30.0, BYPRODUCT),
    ("P", "A", 30.0, {}),
    ("C", "A", 10.0, {}),
    ("market:buy", "A", 70.0, {"action": "buy"}),
    ("market:buy", "C", 10.0, {"action": "buy"}),
    ("B", "market:sell", 30.0, {"action": "sell"}),
    ("A", "market:dispose", 50.0, {"action": "dispose", "byproduct": True}),
]
KINDS = {
    "D": "enterprise",  # exchanges nothing
    "P": "project",
    "market:buy": "market",
    "market:sell": "market",
    "market:dispose": "market",
}


def test_small_network_by_hand():
    """Five actors, five exchanges on four pairs, one circle A, B, P.

    Counting markets would give 8 nodes and 9 edges, counting the parallel pair twice a density of
    5/20. Betweenness of A: on C-B, C-P and P-B, 3 of 4 x 3 ordered pairs of others.
    """
    found = network_metrics(network(SMALL, KINDS))
    assert (found.nodes, found.edges, found.linked_pairs) == (5, 5, 4)
    assert found.density == pytest.approx(4 / 20)
    assert found.degree_leaders == (("A", 4), ("B", 3), ("P", 2), ("C", 1))
    assert [name for name, _share in found.betweenness_leaders] == ["A", "B", "P"]
    assert [share for _name, share in found.betweenness_leaders] == pytest.approx(
        [3 / 12, 2 / 12, 1 / 12]
    )
    assert (found.cycles, found.cycle_examples) == (1, (("A", "B", "P"),))
    assert not found.cycles_cut_off
    assert (found.parts, found.largest_part) == (2, 4)
    assert found.isolated_enterprises == ("D",)


def test_byproduct_share_counts_what_is_disposed_of():
    """90 t of 140 t of by-product are exchanged; without disposal the share would be 1,
    and with all exchanges counted it would be 130/180."""
    found = network_metrics(network(SMALL, KINDS))
    assert found.byproduct_share_exchanged == pytest.approx(90 / 140)


def test_cycling_of_mass_by_hand():
    """30 of A's 110 t come back through B and P: 3/11 of A (110), B (60), P (30), none of C (10).

    (200 x 3/11) / 210 = 0.26. Without what passes to and from markets A would have a throughflow
    of 60 and half of it would come back: 0.47.
    """
    found = network_metrics(network(SMALL, KINDS))
    assert found.finn_cycling_index == pytest.approx(200 * 3 / 11 / 210)


def test_what_is_not_defined_is_none():
    """A possible network has no flows yet, an empty one not even a density."""
    possible = network_metrics(network([("A", "B", None, BYPRODUCT)]))
    assert possible.byproduct_share_exchanged is None
    assert possible.finn_cycling_index is None
    empty = network_metrics(nx.MultiDiGraph())
    assert empty.density is None and empty.cycles == 0 and empty.largest_part == 0
    assert network_metrics(network([], {"A": "enterprise"})).density is None


def test_exchange_with_itself_links_nobody():
    """A uses its own slag: one exchange, but no pair, no circle, and A is still isolated."""
    found = network_metrics(exchanges(("A", "A")))
    assert (found.edges, found.linked_pairs, found.cycles) == (1, 0, 0)
    assert found.isolated_enterprises == ("A",)


@pytest.mark.parametrize(("actors", "cycles"), [(6, 1), (7, 0)])
def test_cycles_are_counted_up_to_six_actors(actors, cycles):
    ring = exchanges(*((f"E{i}", f"E{(i + 1) % actors}") for i in range(actors)))
    assert network_metrics(ring).cycles == cycles


def test_cycles_agree_with_networkx():
    """Twelve random graphs: the same cycles as an unhurried enumeration, each once."""
    for seed in range(12):
        dice = random.Random(seed)
        pairs = [(a, b) for a in "ABCDEFG" for b in "ABCDEFG" if a != b and dice.random() < 0.3]
        found, cut_off = metrics._short_cycles(nx.DiGraph(pairs))
        starts = (c.index(min(c)) for c in nx.simple_cycles(nx.DiGraph(pairs), length_bound=6))
        cycles = nx.simple_cycles(nx.DiGraph(pairs), length_bound=6)
        expected = {tuple(c[i:] + c[:i]) for c, i in zip(cycles, starts, strict=True)}
        assert set(found) == expected and len(found) == len(expected) and not cut_off


def test_search_for_cycles_stops():
    """Twelve actors all linked have 133 364 short cycles: 10 000 are counted, and it is said so."""
    names = [f"E{i:02}" for i in range(12)]
    found = network_metrics(exchanges(*((a, b) for a in names for b in names if a != b)))
    assert found.cycles == metrics.CYCLE_LIMIT and found.cycles_cut_off
    assert len(found.cycle_examples) == 10
    assert all(len(cycle) == 2 for cycle in found.cycle_examples)


def test_search_for_cycles_stops_where_there_is_none():
    """Eight layers of 15 in a ring have only cycles of 8 and more; walking all paths of six
    (15^6 from every actor) would not end."""
    layers = [[f"{layer}-{i:02}" for i in range(15)] for layer in range(8)]
    ring = [(a, b) for k in range(8) for a in layers[k] for b in layers[(k + 1) % 8]]
    start = time.perf_counter()
    found = network_metrics(exchanges(*ring))
    assert found.cycles == 0 and not found.cycles_cut_off
    assert time.perf_counter() - start < 10


def test_order_of_building_does_not_matter():
    nodes = [f"E{i}" for i in range(8)]
    pairs = [(a, b) for a in nodes for b in nodes if a != b]
    assert network_metrics(exchanges(*pairs)) == network_metrics(exchanges(*reversed(pairs)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_graph_is_reproduced(path):
    """Florentine marriages: Medici on 52 % of the shortest paths (47.5 of 91 pairs, not of 182)."""
    case = json.loads(path.read_text("utf-8"))
    data = case["data"]
    found = graph_metrics_of_edges(data.get("nodes"), data["edges"], data.get("directed", False))
    tolerance = case["tolerance"]["default"]["abs"]
    assert found["n_nodes"] == case["published"]["n_nodes"]
    assert found["n_edges"] == case["published"]["n_edges"]
    for measure in ("degree", "betweenness_normalised"):
        for node, published in case["published"][measure].items():
            assert found[measure][node] == pytest.approx(published, abs=tolerance), node


def test_directed_graph_of_numbers_with_weights():
    """0 -> 1 -> 2 with weights: 1 lies on one of 2 x 1 ordered pairs of others.

    Divided as if undirected it would be 1. Weights as lengths would send 0 -> 2 past 1 only were
    there another way, so the second graph has one: 0 -> 2 directly with weight 9.
    """
    found = graph_metrics_of_edges(edges=[[0, 1, 5.0], [1, 2, 2.0]], directed=True)
    assert found["betweenness_normalised"] == {"0": 0.0, "1": 0.5, "2": 0.0}
    assert found["degree"] == {"0": 1, "1": 2, "2": 1}
    assert (found["in_degree"]["1"], found["out_degree"]["2"]) == (1, 0)
    direct = graph_metrics_of_edges(edges=[[0, 1, 1], [1, 2, 1], [0, 2, 9]], directed=True)
    assert direct["betweenness_normalised"]["1"] == 0


def test_a_tie_named_in_both_directions_is_one():
    found = graph_metrics_of_edges(["a", "b", "c"], [("a", "b"), ("b", "a")])
    assert (found["n_nodes"], found["n_edges"], found["degree"]["a"]) == (3, 1, 1)
