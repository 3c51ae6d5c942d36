"""Graph metrics and ecological networks of our own, by hand."""


def test_directed_graph(run):
    """a -> b -> c: b lies on the one path from a to c, of (3-1)(3-2) = 2 ordered pairs."""
    data = {"directed": True, "nodes": ["a", "b", "c"], "edges": [["a", "b"], ["b", "c", 2.5]]}
    published = {
        "n_edges": 2,
        "in_degree": {"a": 0, "b": 1},
        "betweenness_normalised": {"a": 0, "b": 0.5},
    }
    assert run("graph_metrics", data, published).ok
    assert not run("graph_metrics", data | {"directed": False}, published).ok


def test_graph_of_objects_numbers_and_lonely_nodes(run):
    data = {"nodes": [{"name": "甲"}, {"id": 2}, "3"], "edges": [{"from": "甲", "to": 2}]}
    published = {"n_nodes": 3, "degree": {"甲": 1, "2": 1, "3": 0}}
    assert run("graph_metrics", data, published).ok


def test_ecological_network_with_keys_left_out(run):
    """10 in, 10 out, half of A's 20 goes round through B: 0.5 of a throughflow of 30."""
    data = {"flows": [["A", "B", 10], ["B", "A", 10]], "imports": {"A": 10}, "exports": {"A": 10}}
    published = {"throughflow": 30, "finn_cycling_index": 0.5}
    assert run("ena", data, published).ok
    listed = {
        "compartments": ["A", "B"],
        "flows": [{"from": "A", "to": "B", "flow": 10}, {"from": "B", "to": "A", "amount": 10}],
        "imports": [10, 0],
        "exports": [10, None],
        "respirations": None,
    }
    assert run("ena", listed, published).ok
