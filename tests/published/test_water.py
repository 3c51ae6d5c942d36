"""Water and hydrogen networks: published figures, hand-worked ones, plants, and refusals."""

import random

import pytest
from scipy.optimize import linprog

from case_data import CASES
from symbiosis.studies.published.case import read_case
from symbiosis.studies.verify import verify_case

FAMILIES = ("water_fixed_load", "water_source_sink", "hydrogen_source_sink")
SHARED = sorted(file for family in FAMILIES for file in (CASES / family).glob("*.json"))


@pytest.fixture
def figures(run):
    """Figures of a case by name."""

    def computed(kind, data, *names):
        result = run(kind, data, dict.fromkeys(names, 0))
        assert result.outcome != "refused", result.message
        return [figure.computed for figure in result.figures]

    return computed


def source(name, flow, quality, **other):
    return {"name": name, "flow": flow, "quality": quality, **other}


def sink(name, flow, most, **other):
    return {"name": name, "flow": flow, "quality_max": most, **other}


def use(name, load, inlet, outlet, **other):
    limits = {"cin_max_ppm": inlet, "cout_max_ppm": outlet}
    return {"name": name, "load_kg_h": load, **limits, **other}


@pytest.mark.parametrize("file", SHARED, ids=lambda file: file.stem)
def test_shared_cases(file):
    result = verify_case(read_case(file))
    assert result.outcome == "match", result
    assert not result.message


def test_two_contaminants_where_each_alone_needs_no_fresh_water(figures):
    """Source 1 is dirty in B, source 2 in A: 2 t of each may go into the sink, 6 t are fresh."""
    data = {
        "fresh": {"quality": {"A": 0, "B": 0}},
        "sources": [source("1", 10, {"A": 0, "B": 100}), source("2", 10, {"A": 100, "B": 0})],
        "sinks": [sink("d", 10, {"A": 20, "B": 20})],
    }
    assert figures("source_sink", data, "min_fresh", "min_waste") == pytest.approx([6, 16])
    data["sinks"][0]["quality_max"] = {"A": 100, "B": 20}
    assert figures("source_sink", data, "min_fresh") == pytest.approx([0])


def test_qualities_as_lists(figures):
    data = {
        "contaminants": ["A", "B"],
        "fresh": {"quality": [0, 0]},
        "sources": [source("1", 10, [0, 100]), source("2", 10, [100, 0])],
        "sinks": [sink("d", 10, [20, 20])],
    }
    assert figures("source_sink", data, "min_fresh") == pytest.approx([6])


def test_cheaper_dirtier_fresh_water_within_its_limit(figures):
    """A well at 40 ppm, 3 t at most and cheap; the river at 0 is dear; the source is foul.

    Cheapest: 3 t of the well, 30/900 t of the source, the rest from the river.
    """
    data = {
        "fresh": [
            {"name": "river", "quality": 0, "cost": 5},
            {"name": "well", "quality": 40, "cost": 1, "limit": 3},
        ],
        "sources": [source("s", 1, 900)],
        "sinks": [sink("d", 5, 30)],
    }
    assert figures("source_sink", data, "min_cost", "min_fresh") == pytest.approx(
        [3 * 1 + 5 * (2 - 30 / 900), 5 - 150 / 900]
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_networks_against_a_linear_programme(figures, seed):
    """The least fresh water is that of the textbook's own LP."""
    rng = random.Random(seed)
    given = [(rng.randint(1, 40), rng.randint(0, 200)) for _ in range(4)]
    taken = [(rng.randint(1, 40), rng.randint(0, 150)) for _ in range(4)]
    data = {
        "fresh": {"quality": 0},
        "sources": [source(f"s{k}", *x) for k, x in enumerate(given)],
        "sinks": [sink(f"d{k}", *x) for k, x in enumerate(taken)],
    }
    n, m = len(given), len(taken)
    cost = [0.0] * (n * m) + [1.0] * m
    rows, room = [], []
    for i, (flow, _c) in enumerate(given):
        rows.append([float(k // m == i) if k < n * m else 0.0 for k in range(n * m + m)])
        room.append(flow)
    equal = []
    for j, (_flow, most) in enumerate(taken):
        mine = [float(k % m == j) if k < n * m else float(k - n * m == j) for k in range(n * m + m)]
        equal.append(mine)
        worse = [given[k // m][1] - most if k < n * m else -most for k in range(n * m + m)]
        rows.append([w * x for w, x in zip(worse, mine, strict=True)])
        room.append(0.0)
    found = linprog(cost, rows, room, equal, [flow for flow, _c in taken])
    assert figures("source_sink", data, "min_fresh") == pytest.approx([found.fun], abs=1e-6)


def test_one_use_takes_its_load_over_its_outlet(figures):
    """5 kg/h at 100 ppm: 50 t/h; at an inlet of 50 ppm fed by nothing but fresh water the same."""
    data = {"fresh_ppm": 0, "processes": [use("P", 5, 50, 100)]}
    names = ("min_fresh", "no_reuse_fresh", "min_waste")
    assert figures("water_fixed_load", data, *names) == pytest.approx([50, 50, 50])


def test_dirty_fresh_water_takes_up_less(figures):
    data = {"fresh_ppm": 20, "processes": [use("P", 4, 50, 100)]}
    assert figures("water_fixed_load", data, "min_fresh") == pytest.approx([50])


def test_several_contaminants_of_a_use(figures):
    """A asks for 50 t/h, B for 80: the outlets bind one after the other."""
    data = {
        "fresh_ppm": {"A": 0, "B": 0},
        "processes": [use("P", {"A": 5, "B": 4}, {"A": 0, "B": 0}, {"A": 100, "B": 50})],
    }
    assert figures("water_fixed_load", data, "min_fresh") == pytest.approx([80])


def two_plants(**other):
    """The dirty water of X is good enough for Y: 20 kg/h at 100 ppm, then 10 kg/h up to 300."""
    return {
        "fresh_ppm": 0,
        "plants": [
            {"name": "X", "processes": [use("P", 20, 0, 100)]},
            {"name": "Y", "processes": [use("P", 10, 100, 300)]},
        ],
        **other,
    }


def test_water_passes_between_plants(figures):
    """X needs 200 t/h fresh. Y takes 50 t/h of it used, or 33.3 fresh by itself."""
    names = ("min_fresh", "min_fresh_separate", "min_inter_plant_flow")
    assert figures("water_fixed_load", two_plants(), *names) == pytest.approx(
        [200, 200 + 100 / 3, 50]
    )


def test_plants_named_at_their_members(figures):
    flat = {
        "fresh_ppm": 0,
        "processes": [use("P", 20, 0, 100, plant="X"), use("Q", 10, 100, 300, plant="Y")],
    }
    assert figures("water_fixed_load", flat, "min_fresh") == pytest.approx([200])
    alone = {**flat, "inter_plant": False}
    assert figures("water_fixed_load", alone, "min_fresh") == pytest.approx([200 + 100 / 3])


def test_sources_and_sinks_of_plants(figures):
    """A's source serves B's sink: all but what dilution asks for."""
    data = {
        "fresh": {"quality": 0},
        "sources": [source("s", 10, 100, plant="A")],
        "sinks": [sink("d", 10, 50, plant="B")],
    }
    names = ("min_fresh", "min_fresh_separate", "min_inter_plant_flow")
    assert figures("source_sink", data, *names) == pytest.approx([5, 10, 5])


def test_fresh_water_of_one_plant_only(figures):
    """The well stands in A; B takes its water over the way between, the river being dear."""
    data = {
        "fresh": [
            {"name": "river", "quality": 0, "cost": 9},
            {"name": "well", "quality": 0, "cost": 1, "plant": "A"},
        ],
        "sources": [source("s", 1, 500, plant="A")],
        "sinks": [sink("d", 10, 0, plant="B")],
    }
    assert figures("source_sink", data, "min_cost") == pytest.approx([10])


def test_regeneration_between_plants_and_in_two_steps(figures):
    """Fresh first: the cleaner regenerator makes all inlets, so only the 0 ppm use is fresh."""
    data = {
        "fresh_ppm": 0,
        "regenerators": [
            {"name": "R", "outlet_ppm": 10, "inlet_max_ppm": 400},
            {"name": "half", "outlet_ppm": 5, "recovery": 0.5},
        ],
        "processes": [use("P", 2, 0, 100), use("Q", 18, 10, 100)],
    }
    fresh, regenerated = figures("water_regeneration_recycle", data, "min_fresh", "min_regenerated")
    # Q takes 18000 / 90 = 200 t/h at 10 ppm; its own water comes back through R
    assert (fresh, regenerated) == pytest.approx((20, 200))


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("source_sink", {"sources": [], "sinks": []}, "data.sources: is empty"),
        (
            "source_sink",
            {"fresh": {"quality": 0}, "sources": [source("s", -1, 5)], "sinks": [sink("d", 1, 1)]},
            "data.sources[0].flow: '-1' must be 0 or more",
        ),
        (
            "source_sink",
            {
                "fresh": {"quality": 0},
                "sources": [source("s", 1, {"A": 1})],
                "sinks": [sink("d", 1, {"B": 1})],
            },
            "data.sinks[0].quality_max: 'B' is not a name of this case",
        ),
        (
            "source_sink",
            {
                "fresh": {"quality": 0, "colour": "blue"},
                "sources": [source("s", 1, 1)],
                "sinks": [sink("d", 1, 1)],
            },
            "colour: is not known here",
        ),
        (
            "water_fixed_load",
            {"fresh_ppm": 0, "processes": [use("P", 5, 100, 100)]},
            "cout_max_ppm: '100.0' is not above the inlet's limit",
        ),
        (
            "water_fixed_load",
            {"fresh_ppm": 0, "processes": [use("P", 5, 0, 100), use("P", 1, 0, 9)]},
            "data.processes[1].name: 'P' is already the name of",
        ),
        (
            "water_regeneration_recycle",
            {"fresh_ppm": 0, "processes": [use("P", 5, 0, 100)]},
            "regenerator_outlet_ppm: is missing",
        ),
        (
            "water_fixed_load",
            {"fresh_ppm": 0, "plants": [{"name": "X", "prosesses": []}]},
            "prosesses: is not known here",
        ),
    ],
)
def test_what_cannot_be_understood_is_refused(run, kind, data, said):
    result = run(kind, data, {"min_fresh": 0})
    assert result.outcome == "refused" and said in result.message, result.message


def test_a_sink_cleaner_than_all_water_has_no_plan(run):
    data = {
        "fresh": {"quality": 10},
        "sources": [source("s", 1, 50)],
        "sinks": [sink("d", 1, 5)],
    }
    assert run("source_sink", data, {"min_fresh": 0}).outcome == "miss"
