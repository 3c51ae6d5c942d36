"""Smallest conflicts against every subset: of set systems drawn at random, and of tiny parks."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest

from parks import Park
from symbiosis.studies import conflict as conflict_study
from symbiosis.studies.conflict import _Study, find_conflict
from symbiosis.studies.conflict_sets import (
    TooManyTrialsError,
    correction,
    irreducible_conflict,
    limited,
    smallest_conflict,
)
from symbiosis_models.hitting_set import smallest_hitting_set
from symbiosis_models.problem import Asked

NOTHING = frozenset()


def subsets(members):
    """Every subset, small ones first."""
    members = sorted(members)
    for size in range(len(members) + 1):
        yield from map(frozenset, combinations(members, size))


def drawn_conflicts(seed):
    """Three to six sets of 2 to 6 of 10 conditions; whatever holds one of them does not hold."""
    draw = Random(seed)
    return [
        frozenset(draw.sample(range(10), draw.randint(2, 6))) for _ in range(draw.randint(3, 6))
    ]


def holds_unless(conflicts):
    return lambda kept: not any(conflict <= kept for conflict in conflicts)


def test_the_smallest_of_drawn_conflicts():
    """Every subset tried: none smaller fails to hold, what is found does, and it is proven.

    What dividing finds is irreducible and often larger: were it taken for the smallest, some
    seeds would fail.
    """
    larger = 0
    for seed in range(40):
        holds = holds_unless(drawn_conflicts(seed))
        least = next(len(kept) for kept in subsets(range(10)) if not holds(kept))
        some = irreducible_conflict(holds, NOTHING, range(10))
        assert not holds(some) and all(holds(some - {n}) for n in some), seed
        found, proven = smallest_conflict(holds, some, NOTHING, range(10))
        assert not holds(found) and len(found) == least and proven, seed
        larger += len(some) > least
    assert larger >= 4


def test_conditions_behind_are_no_members():
    """With 0 and 1 behind, {0, 1, 5} is a conflict of one, smaller than {2, 3}."""
    holds = holds_unless([frozenset({2, 3}), frozenset({0, 1, 5})])
    behind = frozenset({0, 1})
    found = smallest_conflict(holds, frozenset({2, 3}), behind, range(2, 6))
    assert found == (frozenset({5}), True)


def test_out_of_trials_the_conflict_stays_and_is_not_proven():
    """{0, 1, 2} is found first; {2, 3} is smaller, which four trials do not show."""
    holds = holds_unless([frozenset({0, 1, 2}), frozenset({2, 3})])
    found = frozenset({0, 1, 2})
    assert smallest_conflict(holds, found, NOTHING, range(9), 4) == (found, False)
    assert smallest_conflict(holds, found, NOTHING, range(9)) == (frozenset({2, 3}), True)
    with pytest.raises(TooManyTrialsError):
        irreducible_conflict(limited(holds, 3), NOTHING, range(9))


def test_a_correction_mends_and_nothing_of_it_is_needless():
    for seed in range(30):
        conflicts = drawn_conflicts(seed)
        holds = holds_unless(conflicts)
        left_out = correction(holds, NOTHING, range(10))
        rest = frozenset(range(10)) - left_out
        assert holds(rest) and not any(holds(rest | {n}) for n in left_out), seed


def test_smallest_hitting_sets_of_drawn_sets():
    """As few members as by trying every subset; an empty set cannot be hit."""
    for seed in range(12):
        sets = drawn_conflicts(seed)
        least = next(len(x) for x in subsets(range(10)) if all(x & s for s in sets))
        hit = smallest_hitting_set(sets)
        assert len(hit) == least and all(hit & s for s in sets), seed
    assert smallest_hitting_set([]) == NOTHING
    with pytest.raises(ValueError, match="empty set"):
        smallest_hitting_set([NOTHING])


def ash_yard(sold: float) -> Park:
    """A mill must give 50 t of ash a year; a yard would press 40 t of it, and must be built.

    It costs 10 of a budget of 5, and stands on 12 of 10 mu. Without the yard at most `sold` t of
    ash can go, with it 40 t more.
    """
    chains, network = {"at_least": 1, "at_most": 1}, {"matching": "open"}
    park = Park(chains=chains, network=network, money={"budget": 5}, baseline="none")
    park.change("parks", "P", land_available=10)
    park.resource("ash", "brick").enterprise("mill").supply("mill", "ash", 50)
    park.market("ash", "sell", 0.1, most=sold).market("brick", "sell", 0.1)
    park.market("ash", "buy", 9)
    park.recipe("pressing", {"ash": 1}, {"brick": 1})
    park.project("yard", "pressing", 40, 10, {"yard@P": {"host_id": "mill"}}, land=12)
    park.add("project_sizes", project_id="yard", size=40, capital_cost=10)
    return park.chain("bricks", {"pressing": "pressing"})


@pytest.mark.parametrize(
    ("sold", "sizes"),
    [(20, {3: 4}), (5, {2: 1, 3: 2})],
)
def test_the_smallest_conflict_of_every_subset_of_conditions(sold, sizes, monkeypatch):
    """All irreducible conflicts of a park by trying every subset; the one named is a smallest.

    Sizes by hand: the chain and its stage with the budget, and with the land, are conflicts of 3;
    ash and its market contradict budget, and land, where the yard is needed to take 30 t; where
    even the yard is too small they contradict each other. What is given up is as few as can be,
    and the plan with the change proposed is solved.
    """
    monkeypatch.setattr(conflict_study, "NEAR", 0.5)  # the numbers are of no matter here
    dataset = ash_yard(sold).dataset()
    study = _Study(dataset, Asked(), lambda step, trials: None)
    every = []
    for kept in subsets(range(len(study.conditions))):
        holds = study.holds(kept)
        if any(conflict <= kept for conflict in every):
            assert not holds  # taking conditions away never makes a plan impossible
        elif not holds:
            every.append(kept)
    assert Counter(map(len, every)) == sizes
    conflict = find_conflict(dataset)
    named = [frozenset(map(study.conditions.index, x.conditions)) for x in conflict.sets]
    assert set(named) <= set(every) and len(named[0]) == min(sizes)
    assert all(x.smallest and not x.with_data for x in conflict.sets)
    fewest = next(
        len(x) for x in subsets(range(len(study.conditions))) if all(x & c for c in every)
    )
    assert len(conflict.cheapest) == fewest and conflict.plan.facts["status"] == "optimal"
