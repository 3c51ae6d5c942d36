"""Near-best plans against every set of projects of tiny parks, and by hand."""

import pytest

from judged import judged_parks, twins
from parks import hand_park
from symbiosis.studies.alternatives import SPREAD_GAP, alternatives, often
from symbiosis.studies.resolves import solve_study, value_of


def test_the_list_is_complete_and_every_worth_is_that_of_the_judge():
    """Every near-best set of projects, no other, each once, at its own best worth.

    A cut that also removed a neighbour, a floor on the wrong side, or a set whose plan is not the
    best of the set would each change the list. Half of the sets come from the search for the most
    unlike, half from that for the next best.
    """
    judged = several = 0
    for seed, solved, worth in judged_parks(range(24, 48)):
        best = max(worth.values())
        floor = best - 0.3 * best
        near = {projects: value for projects, value in worth.items() if value >= floor}
        if any(abs(value - floor) < 1e-4 * best for value in worth.values()):
            continue
        listed = alternatives(solved, within=0.3, at_most=len(near) + 1)
        found = {x.projects: value_of(x.plan) for x in listed.found}
        assert found == pytest.approx(near, rel=1e-6, abs=1e-4), seed
        assert len(listed.found) == len(near) and listed.complete and listed.status == "finished"
        judged += 1
        several += len(near) > 3
    assert judged >= 8 and several >= 3


def test_the_second_plan_is_as_unlike_the_best_as_can_be():
    """Of all near-best sets the one found first differs most, but for the gap of that search."""
    tried = 0
    for _seed, solved, worth in judged_parks(range(12)):
        best = max(worth, key=lambda projects: worth[projects])
        floor = 0.7 * worth[best] * (1 + 1e-6)
        near = [projects for projects in worth if worth[projects] >= floor and projects != best]
        if not near:
            continue
        second = alternatives(solved, within=0.3, at_most=2).found[1]
        farthest = max(len(projects ^ best) for projects in near)
        assert second.difference >= farthest / (1 + SPREAD_GAP)
        tried += 1
    assert tried >= 3


def test_two_ways_of_the_same_worth_by_hand():
    """Within 5 % are the two single plants; both together (56.5) and the mad one are not."""
    listed = alternatives(solve_study(twins().dataset()), within=0.05, at_most=10)
    assert [(sorted(x.projects), x.difference) for x in listed.found] == [
        (["cheap"], 0),
        (["dear"], 2),
    ]
    assert [x.below_best for x in listed.found] == pytest.approx([0, 1.5 / 74], abs=1e-6)
    assert listed.complete and listed.floor == pytest.approx(0.95 * 74)
    assert listed.share_built() == {"cheap": 0.5, "dear": 0.5}


def test_a_list_that_is_cut_short_says_so():
    """Two plans asked for of three near-best ones: not complete, and not out of time."""
    listed = alternatives(solve_study(twins().dataset()), within=0.3, at_most=2)
    assert len(listed.found) == 2 and not listed.complete and listed.status == "finished"


def test_an_objective_that_is_minimised():
    """Least waste: only plans with all dross worked up keep within 1 % of the least disposed.

    The park of `hand_park` can dispose of nothing; building nothing leaves 100 t, far above it. A
    floor on the wrong side would list it.
    """
    solved = solve_study(hand_park().dataset(objective="disposed"))
    listed = alternatives(solved, within=0.01, at_most=5)
    assert {x.projects for x in listed.found} == {frozenset({"recovery"})}
    assert listed.complete


def test_how_often():
    assert [often(share) for share in (1.0, 0.5, 0.0)] == ["always", "sometimes", "never"]
