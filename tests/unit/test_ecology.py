"""Indices of ecological network analysis against published and hand-worked networks."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.network.ecology import ecological_indices

CASES = sorted(
    (Path(__file__).parents[2] / "datasets" / "cases" / "ecological_network").glob("*.json")
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_network_is_reproduced(path):
    """Cone Spring: every published index, to its printed digits.

    Exports and respirations as one sink would give an ascendency of 56 078 instead of 56 725,
    counting flow by flow a capacity of 135 865 instead of 93 171.
    """
    case = json.loads(path.read_text("utf-8"))
    indices = ecological_indices(**case["data"]).as_dict()
    for name, published in case["published"].items():
        tolerance = case["tolerance"].get(name, case["tolerance"]["default"])
        assert indices[name] == pytest.approx(
            published, abs=tolerance.get("abs", 0), rel=tolerance.get("rel", 0)
        ), name
    for name, recomputed in case["verified"].items():
        assert indices[name] == pytest.approx(recomputed, rel=1e-5, abs=1e-9), name


def test_circle_of_two_by_hand():
    """A takes in 10 and passes half of its 20 to B, which gives it back.

    N[A,A] = 1/(1 - 1/2) = 2, so half of A and half of B is cycled: 15 of 30.
    G has A->B 1/2 and B->A 1; N = [[2, 1], [2, 2]]; (7 - 2 - 1.5) / 1.5.
    """
    indices = ecological_indices(
        ["A", "B"], [("A", "B", 10), ("B", "A", 10)], imports={"A": 10}, exports={"A": 10}
    )
    assert indices.finn_cycling_index == pytest.approx(0.5)
    assert indices.indirect_to_direct_unit == pytest.approx(3.5 / 1.5)
    assert indices.total_system_throughput == 40
    assert indices.steady_state_imbalance == 0


def test_chain_has_no_cycling_and_full_information():
    """10 t pass through A and B: nothing returns; each flow is certain, so ascendency is capacity.

    Three flows of 10 of 30, each the only one from its start: 30 log2(3) bits. Indirect over direct
    is 0: the only path is the direct one.
    """
    indices = ecological_indices(["A", "B"], [("A", "B", 10)], {"A": 10}, {"B": 10})
    assert indices.finn_cycling_index == pytest.approx(0)
    assert indices.indirect_to_direct_unit == pytest.approx(0)
    assert indices.ascendency_bits == pytest.approx(30 * 1.5849625)
    assert indices.capacity_bits == pytest.approx(30 * 1.5849625)


def test_what_stays_counts_as_throughflow_but_does_not_come_back():
    """A takes in 30 (20 from outside, 10 from B) and gives 10: 20 stay, T[A] = 30.

    G[A,B] = 1/3, G[B,A] = 1: a third comes back, of A and of B: (30 + 10)/3 / 40. With T[A] taken
    from the outflow, A would keep nothing and everything would seem to be cycled (1).
    """
    indices = ecological_indices(["A", "B"], [("A", "B", 10), ("B", "A", 10)], {"A": 20})
    assert indices.throughflow == 40
    assert indices.finn_cycling_index == pytest.approx(1 / 3)
    assert indices.steady_state_imbalance == 20


def test_what_is_drawn_from_a_store_counts_as_throughflow():
    """A gives 40 and takes in 10 from B: 30 come from its store, T[A] = 40.

    With T[A] taken from the inflow, G[A,B] would be 1 and G[A] would give away 400 %.
    """
    indices = ecological_indices(
        ["A", "B"], [("A", "B", 10), ("B", "A", 10)], exports={"A": 30}, respirations={}
    )
    assert indices.throughflow == 50
    assert indices.finn_cycling_index == pytest.approx(1 / 4)


def test_circle_without_a_way_out_is_wholly_cycled():
    """A and B circle 10 for ever beside a chain C of 20: (10 + 10) / 40 is cycled.

    I - G has no inverse here; and the sum over all paths has no end, so indirect flow is None.
    """
    indices = ecological_indices(
        ["A", "B", "C"], [("A", "B", 10), ("B", "A", 10)], {"C": 20}, {"C": 20}
    )
    assert indices.finn_cycling_index == pytest.approx(0.5)
    assert indices.indirect_to_direct_unit is None


@pytest.mark.parametrize("compartments", [[], ["A", "B"]])
def test_network_without_flow_has_no_cycling_index(compartments):
    """Nothing flows: shares are None, sums are 0; not a division by zero, not NaN."""
    indices = ecological_indices(compartments, [])
    assert indices.finn_cycling_index is None
    assert indices.indirect_to_direct_unit is None
    assert indices.ascendency_bits == indices.capacity_bits == indices.throughflow == 0


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        ([("A", "X", 1)], "X is not among"),
        ([("A", "B", -1)], "A -> B is -1"),
        ([("A", "B", float("nan"))], "A -> B is nan"),
    ],
)
def test_wrong_flows_are_refused(flows, message):
    with pytest.raises(ValueError, match=message):
        ecological_indices(["A", "B"], flows)


def test_a_name_twice_is_refused():
    with pytest.raises(ValueError, match="named twice"):
        ecological_indices(["A", "A"], [])


AMOUNT = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))


@given(
    flows=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), AMOUNT), max_size=9),
    imports=st.dictionaries(st.sampled_from("ABC"), AMOUNT),
    exports=st.dictionaries(st.sampled_from("ABC"), AMOUNT),
)
def test_any_network_has_sound_indices(flows, imports, exports):
    """Cycling is a share, order does not exceed capacity, and the unit of flow changes no share."""
    indices = ecological_indices(list("ABC"), flows, imports, exports)
    assert indices.ascendency_bits <= indices.capacity_bits * (1 + 1e-9) + 1e-6
    if (cycled := indices.finn_cycling_index) is not None:
        assert -1e-9 <= cycled <= 1 + 1e-9
        in_kg = ecological_indices(
            list("ABC"),
            [(a, b, 1000 * flow) for a, b, flow in flows],
            {name: 1000 * flow for name, flow in imports.items()},
            {name: 1000 * flow for name, flow in exports.items()},
        )
        assert in_kg.finn_cycling_index == pytest.approx(cycled, abs=1e-6)
