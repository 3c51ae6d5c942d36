"""Published cases and cases of our own: the figures come out, and what cannot be read is refused.

The shared cases prove that parks and published problems are solved by the same blocks: a wrong
balance, capacity or cost in any of them would move an optimum. `orlib_capb` (100 x 1000, a minute)
is left to `symbiosis verify` and the benchmarks.
"""

import json
import math
from typing import Any

import pytest

from case_data import CASES, ONE, customers, depots, location, sites
from symbiosis.domain.errors import UsageError
from symbiosis.studies.published.case import read_case
from symbiosis.studies.verify import (
    case_files,
    exit_code,
    verify,
    verify_case,
    verify_each,
)

SUPPORTED = sorted(
    file
    for family in (
        "process_supply_network",
        "facility_location",
        "graph_metrics",
        "ecological_network",
    )
    for file in (CASES / family).glob("*.json")
    if file.stem != "orlib_capb"
)

ELSEWHERE = (  # test_heat.py, test_water.py, test_pooling.py
    "heat_cascade",
    "heat_matches",
    "hydrogen_source_sink",
    "quality_pooling",
    "water_fixed_load",
    "water_source_sink",
)


# --- the shared cases ---------------------------------------------------------------------------


@pytest.mark.parametrize("file", SUPPORTED, ids=lambda file: file.stem)
def test_shared_case_is_reproduced(file):
    result = verify_case(read_case(file))
    assert result.ok is True, result.as_dict()


def test_every_embedded_case_can_be_read_and_has_an_answer():
    """Families that come later are neither a pass nor a miss; facts are not scored."""
    outcomes = {
        result.family: result.ok
        for file in case_files()
        if file not in SUPPORTED and file.stem != "orlib_capb" and file.parent.name not in ELSEWHERE
        for result in verify([file])
    }
    assert set(outcomes.values()) == {None}
    assert outcomes["symbiosis_facts"] is None


def test_json_keeps_its_keys(run):
    result = run("transport", ONE, {"min_cost": 10}, tolerance={"default": {"abs": 0.5}})
    shown = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert {"name", "family", "ok", "figures"} <= set(shown)
    assert shown["figures"] == [
        {"name": "min_cost", "published": 10, "computed": 10, "tolerance": 0.5, "ok": True}
    ]


# --- comparing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "tolerance", "ok"),
    [
        (10.000009, {}, True),
        (10.00002, {}, False),
        (10.4, {"default": {"abs": 0.5}}, True),
        (10.6, {"default": {"abs": 0.5}}, False),
        (10.6, {"default": {"abs": 0.5, "rel": 0.1}}, True),
        (10.6, {"default": {"abs": 5}, "min_cost": {"abs": 0.5}}, False),
        (10.6, {"default": {"abs": 0}, "min_cost": {"rel": 0.1}}, True),
        (-10, {"default": {"rel": 1}}, False),
    ],
)
def test_tolerance(run, published, tolerance, ok):
    """|x - published| <= max(abs, rel |published|); a figure's own stands before the default."""
    result = run("transport", ONE, {"min_cost": published}, tolerance=tolerance)
    assert result.ok is ok
    assert exit_code([result]) == (0 if ok else 1)


def test_tolerance_of_nested_figures(run):
    data = {"edges": [["a", "b"], ["b", "c"]]}
    published = {"degree": {"a": 1.4, "b": 2.4}, "n_nodes": 3}
    tight = {"default": {"abs": 0.1}}
    for tolerance, ok in (
        ({"degree": {"abs": 0.5}}, True),
        ({"degree": {"a": {"abs": 0.5}, "b": {"abs": 0.5}}}, True),
        ({"degree": {"a": {"abs": 0.5}}}, False),
        ({"degree.a": {"abs": 0.5}, "degree.b": {"abs": 0.1}}, False),
    ):
        assert run("graph_metrics", data, published, tolerance=tight | tolerance).ok is ok


def test_figure_that_we_do_not_compute_is_a_miss_with_its_name(run):
    result = run("transport", ONE, {"min_cost": 10, "max_profit": 3})
    assert result.outcome == "miss"
    assert [f.ok for f in result.figures] == [True, False]
    assert result.figures[1].computed is None
    assert result.message == "not computed: max_profit"


def test_reference_data_and_cases_without_a_figure_are_not_scored(run):
    assert run("transport", {"nonsense": 1}, status="reference_only").ok is None
    assert run("facts", {}, {}).ok is None
    assert run("transport", ONE, {}).ok is None


@pytest.mark.parametrize("kind", ["bankruptcy_game", "cost_game"])
def test_kinds_to_come_are_neither_pass_nor_miss(run, kind):
    result = run(kind, {}, {"x": 1})
    assert result.ok is None
    assert result.message == "cases of this kind are not yet supported"
    assert exit_code([result]) == 0


# --- refusals -----------------------------------------------------------------------------------


def changed(data: Any, path: str, value: Any) -> Any:
    """A copy with one part changed; `...` takes it out."""
    copy = json.loads(json.dumps(data))
    *way, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    inner = copy
    for key in way:
        inner = inner[key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return copy


SITES = location(True, sites((5, 1)), customers((4, [2])))
GRAPH = {"nodes": ["a", "b"], "edges": [["a", "b"]]}
WEB = {"compartments": ["A", "B"], "flows": [["A", "B", 1]], "imports": {"A": 1}}


@pytest.mark.parametrize(
    ("kind", "data", "path", "value", "said"),
    [
        ("transport", ONE, "plants", ..., "data.plants: is missing"),
        ("transport", ONE, "plants", [], "data.plants: is empty"),
        ("transport", ONE, "plants", "P1", "data.plants: 'P1' is not a list"),
        ("transport", ONE, "plants.0", "P1", "data.plants[0]: 'P1' is not an object"),
        ("transport", ONE, "plants.0.name", ..., "data.plants[0].name: is missing"),
        ("transport", ONE, "plants.0.name", " ", "data.plants[0].name: ' ' is not a name"),
        ("transport", ONE, "plants.0.capacity", -1, "data.plants[0].capacity: '-1' must be 0"),
        ("transport", ONE, "plants.0.capacity", "5", "data.plants[0].capacity: '5' is not a num"),
        ("transport", ONE, "plants.0.capacity", True, "'True' is not a number"),
        ("transport", ONE, "plants.0.capacity", math.inf, "'inf' is not a finite number"),
        ("transport", ONE, "plants.0.colour", "red", "data.plants[0].colour: is not known here"),
        ("transport", ONE, "plants.0.supply", 5, "says the same as 'capacity'"),
        ("transport", ONE, "markets.0.demand", -3, "data.markets[0].demand: '-3' must be 0 or"),
        ("transport", ONE, "markets.0.demand", ..., "data.markets[0].demand: is missing"),
        ("transport", ONE, "unit_cost", [], "data.unit_cost: has 0 members, expected are 1"),
        ("transport", ONE, "unit_cost", [[1, 2]], "data.unit_cost[0]: has 2 members, expected ar"),
        ("transport", ONE, "unit_cost", [["x"]], "data.unit_cost[0][0]: 'x' is not a number"),
        ("transport", ONE, "unit_cost", {"P7": {}}, "data.unit_cost: 'P7' is not a name of this"),
        ("transport", ONE, "budget", 9, "data.budget: is not known here, and would be left out"),
        ("transport", ONE, "arcs", [["P1", "M1", 2]], "data.unit_cost: says the same as 'arcs'"),
        ("depot_network", depots(), "arcs", ..., "data.arcs: is missing"),
        ("depot_network", depots(), "arcs.0.to", "X", "data.arcs[0].to: 'X' is not a name of"),
        ("depot_network", depots(), "arcs.0.from", "C", "data.arcs[0].from: 'C' is not a name"),
        ("depot_network", depots(), "arcs.0.to", "F", "data.arcs[0].to: 'F' is not a name of"),
        ("depot_network", depots(), "arcs.0.cost", ..., "data.arcs[0].cost: is missing"),
        ("depot_network", depots(), "arcs.0.loss", 0.1, "data.arcs[0].loss: is not known here"),
        ("depot_network", depots(), "arcs.0", ["F"], "data.arcs[0]: '['F']' is not an arc"),
        ("depot_network", depots(), "arcs.1.to", "D", "data.arcs[1].to: 'D' is also the start"),
        ("depot_network", depots(), "depots.1.name", "D", "data.depots[1].name: 'D' is already"),
        ("depot_network", depots(), "depots.1.name", "F", "data.depots[1].name: 'F' is already"),
        ("depot_network", depots(), "depots.0.expansion", {"size": 2}, "expansion.capacity: is"),
        ("depot_network", depots(), "depots.0.expansion", 2, "depots[0].expansion: '2' is not an"),
        ("facility_location", SITES, "capacitated", ..., "data.capacitated: is missing"),
        ("facility_location", SITES, "capacitated", "no", "data.capacitated: 'no' is neither"),
        ("facility_location", SITES, "sites.0.fixed_cost", None, "data.sites[0].fixed_cost: is m"),
        ("facility_location", SITES, "sites.0.fixed_cost", -1, "fixed_cost: '-1' must be 0 or mo"),
        ("facility_location", SITES, "customers.0.cost_full_demand", [], "has 0 members"),
        ("facility_location", SITES, "single_source", True, "data.single_source: is not known"),
        ("graph_metrics", GRAPH, "edges", ..., "data.edges: is missing"),
        ("graph_metrics", GRAPH, "edges.0", ["a", "z"], "data.edges[0][1]: 'z' is not a name"),
        ("graph_metrics", GRAPH, "edges.0", ["a"], "data.edges[0]: '['a']' is not a tie"),
        ("graph_metrics", GRAPH, "nodes", ["a", "a"], "data.nodes[1]: 'a' is already the name"),
        ("graph_metrics", GRAPH, "weighted", True, "data.weighted: is not known here"),
        ("ena", WEB, "flows", ..., "data.flows: is missing"),
        ("ena", WEB, "flows.0", ["A", "B", -1], "data.flows[0][2]: '-1' must be 0 or more"),
        ("ena", WEB, "flows.0", ["A", "Z", 1], "data.flows[0][1]: 'Z' is not a name"),
        ("ena", WEB, "imports", {"Q": 1}, "data.imports: 'Q' is not a name of this case"),
        ("ena", WEB, "imports", {"A": -1}, "data.imports.A: '-1' must be 0 or more"),
    ],
)
def test_bad_data_are_refused_by_file_and_key(run, kind, data, path, value, said):
    result = run(kind, changed(data, path, value))
    assert result.outcome == "refused"
    assert result.ok is False
    assert said in result.message
    assert result.message.startswith("case.json: ")
    assert "\n" not in result.message
    assert exit_code([result]) == 2


def test_costs_of_an_existing_depot_that_can_mean_two_things_are_refused(run):
    data = depots()
    data["depots"][0] |= {"existing": True, "fixed_cost": 3}
    assert "can mean two things" in run("depot_network", data).message


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kind": None}, "case.json: kind: is missing"),
        ({"kind": "transprot"}, "'transprot' is not one of"),
        ({"kind": "transprot"}, "closest is 'transport'"),
        ({"data": None}, "case.json: data: is missing"),
        ({"data": [1]}, "case.json: data: '[1]' is not an object"),
        ({"published": None}, "case.json: published: is missing"),
        ({"published": 5}, "case.json: published: '5' is not an object"),
        ({"published": {"x": {"y": math.nan}}}, "published.x.y: 'nan' is not a finite number"),
        ({"published": {"min_cost": 10**400}}, "published.min_cost: '1000"),
        ({"published": {"x": [[1]]}}, "published.x: '[1]' is neither a number nor a name"),
        ({"status": "draft"}, "case.json: status: 'draft' is not one of verified"),
        ({"tolerance": 0.1}, "case.json: tolerance: '0.1' is not an object"),
        ({"tolerance": {"default": 0.1}}, "case.json: tolerance.default: '0.1' is not an object"),
        ({"tolerance": {"default": {"abs": -1}}}, "tolerance.default.abs: '-1' must be 0"),
        ({"tolerance": {"default": {"absolute": 1}}}, "tolerance.default.absolute: is not known"),
    ],
)
def test_bad_frame_is_refused(run, other, said):
    result = run("transport", ONE, **other)
    assert result.outcome == "refused"
    assert said in result.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[1]", "broken.json: '[1]' is not an object"),
        (b"[" * 100_000, "is not JSON"),
        (b"{\xff\xfa}", "is not a text file"),
        (b"{'kind'}", "is not JSON"),
        (b'{"kind": "transport", "data": {"a": 1, "a": 2}}', "'a' stands twice in one object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
    ],
)
def test_a_file_that_is_no_case_does_not_stop_the_others(tmp_path, content, said):
    (tmp_path / "broken.json").write_bytes(content)
    inner = tmp_path / "inner"
    inner.mkdir()
    good = {"name": "good", "kind": "transport", "data": ONE, "published": {"min_cost": 10}}
    (inner / "good.json").write_text(json.dumps(good), encoding="utf-8-sig")
    (inner / "._good.json").write_bytes(b"\x00")
    (inner / "notes.txt").write_text("nothing")
    broken, fine = verify([tmp_path])
    assert broken.outcome == "refused"
    assert said in broken.message
    assert fine.ok is True
    assert exit_code([broken, fine]) == 2


def test_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(UsageError, match="is neither a case nor a folder"):
        verify([tmp_path / "none.json"])
    with pytest.raises(UsageError, match="holds no case"):
        verify_each([tmp_path])
