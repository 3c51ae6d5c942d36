"""Near-best plans against every set of projects of tiny parks, and by hand."""

import pytest

from judge import Judge
from parks import Park, hand_park, random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis.studies.alternatives import SPREAD_GAP, alternatives, often
from symbiosis.studies.resolves import solve_study, value_of

SMALL = {"enterprises": (2, 3), "projects": (2, 4), "places": 1, "lots": False}
MOST_CHOICES = 250


def worth_of_sets(park, solved):
    """The most every set of projects can be worth against today, by trying every choice."""
    judge = Judge(park.dataset())
    choices = []
    for choice in judge.choices():
        choices.append(choice)
        if len(choices) > MOST_CHOICES:
            return None
    today = solved.problem.periods[0].annuity_factor * solved.prepared.today.cash
    worth = {}
    for choice in choices:
        value = judge.best(*choice)
        if value is not None:
            projects = frozenset(judge.place[k].project_id for k, _ in choice[0])
            worth[projects] = max(worth.get(projects, value - today), value - today)
    return worth


def judged_parks(seeds):
    """Parks small enough to try every choice, solved, with the worth of every set."""
    for seed in seeds:
        park = random_park(seed, **SMALL)
        park.rows.pop("exchanges", None)
        try:
            solved = solve_study(park.dataset())
        except InfeasibleError:
            continue
        worth = worth_of_sets(park, solved)
        if worth is not None and value_of(solved.best) > 1:
            yield seed, solved, worth


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


def twins() -> Park:
    """Two ways to use 100 t of ash, worth 174 and 172.5, and a third that loses 50.

    Without them the ash costs 0.1 a t; a plant takes all of it for 0.01 a t of variable cost. The
    dear one costs 17.5 and saves 0.09 x 100 x 10 = 90: worth 72.5; the cheap one costs 16: 74.
    """
    park = Park()
    park.resource("ash", role="byproduct", mass=1).enterprise("mill").supply("mill", "ash", 100)
    park.market("ash", "dispose", 0.1)
    for name, cost in (("cheap", 16), ("dear", 17.5), ("mad", 140)):
        park.recipe(f"using_{name}", {"ash": 1}, {})
        park.project(name, f"using_{name}", 100, cost, variable_cost=0.01)
        park.link("mill", f"{name}@P", "ash")
    return park


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
