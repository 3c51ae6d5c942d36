"""Today, a plan and its missing links as one network, on the park of `ash_park`."""

import json

import networkx as nx
import pandas as pd
import pytest

from ash_park import park, tables
from symbiosis.domain.errors import UsageError
from symbiosis.network.timeline import Phase, merge_phases
from symbiosis.outputs.shortlist_marks import mark_shortlist
from symbiosis.planning.networks import plan_network, possible_graph, today_network
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import prepare
from symbiosis.studies.shortlist.records import (
    Asking,
    ExchangeKey,
    ExchangeShare,
    Frequency,
    Gap,
    Objective,
    Proven,
    Shortlist,
    Target,
    Worth,
    as_json,
)


@pytest.fixture
def prepared():
    return prepare(park().dataset())


def status(network):
    return {node: values["status"] for node, values in network.nodes(data=True)}


def test_a_plan_shows_what_is_new_what_ends_and_when(prepared):
    """2020 is today, period one 2021-2025, two 2026-2035. The works comes in 2026 and the kiln's
    60 t end with 2025: two intervals joined, since today and period one follow each other."""
    network = plan_network(prepared, Plan(tables(built=True)))
    ended = network.edges["mill", "kiln", "ash"]
    assert (ended["today_flow"], ended["plan_flow"], ended["change"]) == (60, 0, "ended")
    assert ended["spells"] == ((2020, 2025.9),)
    new = network.edges["mill", "works@mill", "ash"]
    assert (new["today_flow"], new["plan_flow"], new["change"]) == (0, 80, "new")
    assert (new["start_year"], new["end_year"]) == (2026, 2035.9)
    dumped = network.edges["mill", "market:dispose", "dispose:ash"]
    assert (dumped["today_flow"], dumped["plan_flow"], dumped["change"]) == (40, 20, "less")
    assert network.edges["market:buy", "kiln", "buy:limestone"]["change"] == "kept"
    works, mill = network.nodes["works@mill"], network.nodes["mill"]
    assert (works["kind"], works["status"], works["change"]) == ("project", "built", "new")
    assert works["spells"] == ((2026, 2035.9),) and mill["spells"] == ((2020, 2035.9),)
    assert (mill["today_t"], mill["throughput_t"]) == (110, 110)
    assert (works["today_t"], works["throughput_t"]) == (0, 80)


def test_columns_tell_park_sector_and_chain(prepared):
    """Both ends of the chain's link are in C1, which is prioritised; the kiln is in none."""
    network = plan_network(prepared, Plan(tables(built=True)))
    mill, kiln = network.nodes["mill"], network.nodes["kiln"]
    assert (mill["sector"], mill["sector_group"], mill["sector_zh"]) == ("3216", "metals", "冶金")
    assert (mill["chain"], kiln["chain"]) == ("C1", None)
    assert network.edges["mill", "works@mill", "ash"]["chain"] == "C1"
    assert network.edges["mill", "kiln", "ash"]["chain"] is None
    assert mill["park"] == "P" and mill["label_zh"] == "铝厂" and kiln["label_en"] == "cement kiln"


def test_ghosts_are_what_is_missing(prepared):
    """Without the works: it is a ghost, once, at the place from which more is possible or by name,
    tied to the mill. Nobody takes grit, nobody gives limestone; ash is taken by the kiln and so
    no gap, though 40 t of it are dumped. With the works built, no place of it is a ghost."""
    network = plan_network(prepared, Plan(tables(built=False)))
    ghosts = {n: s for n, s in status(network).items() if network.nodes[n]["kind"] == "ghost"}
    assert ghosts == {
        "works@kiln": "candidate",
        "ghost:taker_missing:grit": "taker_missing",
        "ghost:supplier_missing:limestone": "supplier_missing",
    }
    tie = network.edges["mill", "works@kiln", "possible:ash"]
    assert tie["flow"] is None and tie["status"] == "candidate"
    gap = network.edges["mill", "ghost:taker_missing:grit", "missing:grit"]
    assert (gap["action"], gap["flow"]) == ("missing", 10)
    assert network.has_edge("ghost:supplier_missing:limestone", "kiln", "missing:limestone")
    assert network.nodes["ghost:taker_missing:grit"]["candidates"] == 0
    built = plan_network(prepared, Plan(tables(built=True)))
    assert "works@kiln" not in built and built.nodes["works@mill"]["kind"] == "project"


def test_today_has_its_ghosts_and_no_word_of_a_plan(prepared):
    network = today_network(prepared)
    assert status(network)["works@kiln"] == "candidate"
    for *_ends, values in network.edges(data=True):
        assert "plan_flow" not in values and "change" not in values
    assert network.edges["mill", "kiln", "ash"]["today_flow"] == 60


def test_heat_that_goes_by_a_link_of_its_own_is_an_exchange():
    """40 GJ from a stream of the mill to the kiln in the second period; possible today, not used.
    An end is a stream or an enterprise. Left out, the only tie of the two would not be seen."""
    made = park()
    duty = {"duty": 50, "duty_unit": "GJ/year"}
    for name, who, role, ends in (
        ("flue", "mill", "hot", (300, 100)),
        ("drying", "kiln", "cold", (20, 90)),
    ):
        supply, target = ends
        made.add(
            "thermal_streams",
            stream_id=name,
            enterprise_id=who,
            role=role,
            supply_celsius=supply,
            target_celsius=target,
            **duty,
        )
    made.add("heat_links", link_id="duct", from_stream="flue", to_stream="kiln")
    made.resource("fuel", "air", kind="energy", unit="GJ")
    made.market("fuel", "buy", 0.01).market("air", "dispose", 0)
    dataset = made.dataset(heat={"hot_utility": "fuel", "cold_utility": "air"})
    ready = prepare(dataset)
    found = tables(built=False)
    columns = "link_id from_stream to_stream distance_km period received".split()
    row = ("duct", "flue", "kiln", float("nan"), "two", 40.0)
    found["heat_links"] = pd.DataFrame([row], columns=columns)
    edge = plan_network(ready, Plan(found)).edges["mill", "kiln", "heat:duct"]
    assert (edge["action"], edge["plan_flow"], edge["unit"]) == ("exchange", 40, "GJ")
    assert (edge["today_flow"], edge["change"], edge["distance_km"]) == (0, "new", None)
    assert possible_graph(ready).has_edge("mill", "kiln", "heat:duct")


def test_a_flow_that_pauses_has_two_intervals():
    """There today and in the second phase, not in the first."""

    def graph(*pairs):
        made = nx.MultiDiGraph()
        made.add_nodes_from("AB", throughput_t=0.0)
        for pair in pairs:
            made.add_edge(*pair, key="k", flow=1.0)
        return made

    merged = merge_phases(
        Phase(graph("AB"), 0, 1), [Phase(graph(), 1, 3), Phase(graph("AB"), 3, 9)]
    )
    assert merged.edges["A", "B", "k"]["spells"] == ((0, 0.9), (3, 8.9))
    assert merged.edges["A", "B", "k"]["change"] == "kept"


def write_shortlist_of_works(folder, digest):
    """A shortlist of the park: the works in 3 of 4 near-best plans, no futures, a gap of grit."""

    def often(chosen, of):
        return Frequency(chosen, of, chosen / of if of else None, None, None, "sometimes")

    yearly = Proven(12.5, 12.0, 13.0)
    way = ExchangeKey("mill", "works@kiln", "ash", "ash")
    found = Shortlist(
        dataset_name="ash",
        dataset_hash=digest,
        asking=Asking(0.02, 4, 2, 0),
        objective=Objective("npv", "wanyuan", True, 100.0, 100.0, 0.0, 8.0),
        near_best=(),
        complete=False,
        ended="finished",
        futures=(),
        targets=(
            Target(
                rank=1,
                project_id="works",
                kind="chain_filling",
                chosen=True,
                places=("works@kiln",),
                worth=Worth(None, None, None, yearly, necessary=False, impossible=False),
                often="sometimes",
                near_best=often(3, 4),
                futures=often(0, 0),
                built=None,
                window=None,
                flips=(),
                dependences=(),
                measure_first=(),
            ),
        ),
        gaps=(Gap("mill", "grit", "dispose", 5.0, "t", 1.0, 0.02, 0.0, 5.0, ()),),
        exchanges=(ExchangeShare(way, often(1, 4), often(1, 2)),),
        links=(),
    )
    (folder / "shortlist.json").write_text(json.dumps(as_json(found)), encoding="utf-8")


def test_a_shortlist_says_how_often_a_link_is_chosen(prepared, tmp_path):
    """3 of 4 near-best plans build the works; there were no futures; the way to it is in 1 of 4 and
    1 of 2; a ton more of grit taken is worth 0.02. What it does not know keeps no such column."""
    digest = prepared.dataset.digest
    write_shortlist_of_works(tmp_path, digest)
    network = plan_network(prepared, Plan(tables(built=False)))
    mark_shortlist(network, tmp_path, digest)
    works = network.nodes["works@kiln"]
    assert (works["near_best_share"], works["futures_share"], works["worth"]) == (0.75, None, 12.5)
    assert works["often"] == "sometimes"
    way = network.edges["mill", "works@kiln", "possible:ash"]
    assert (way["near_best_share"], way["futures_share"]) == (0.25, 0.5)
    gap = network.edges["mill", "ghost:taker_missing:grit", "missing:grit"]
    assert gap["worth_per_unit"] == 0.02
    assert "near_best_share" not in network.nodes["mill"]


@pytest.mark.parametrize("text", [None, "{", '{"dataset_hash": "other"}', "[]"])
def test_what_is_no_shortlist_is_refused(prepared, tmp_path, text):
    if text is not None:
        (tmp_path / "shortlist.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="no finished shortlist"):
        mark_shortlist(today_network(prepared), tmp_path, prepared.dataset.digest)


def test_a_shortlist_of_other_inputs_is_refused(prepared, tmp_path):
    write_shortlist_of_works(tmp_path, "other")
    with pytest.raises(UsageError, match="other inputs"):
        mark_shortlist(today_network(prepared), tmp_path, prepared.dataset.digest)
