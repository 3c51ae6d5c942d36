"""Smallest hitting set: the fewest members of which every given set holds at least one.

Sets        s                     given sets of members
            n in MEMBERS          what stands in any of them
Variables   taken[n]              1 if the member is taken                  0/1

Source: Karp (1972), Reducibility among combinatorial problems (set covering, its dual).
"""

from collections.abc import Iterable

import pyomo.environ as pyo

from symbiosis_models.solver import SolverOptions, solve


def build_hitting_set(sets: Iterable[frozenset[int]]) -> pyo.ConcreteModel:
    """Fewest members that hit every set; an empty set cannot be hit.

    Raises:
        ValueError: if a set is empty.
    """
    listed = list(sets)
    if not all(listed):
        raise ValueError("an empty set cannot be hit")
    model = pyo.ConcreteModel(name="hitting_set")
    model.MEMBERS = pyo.Set(initialize=sorted(frozenset().union(*listed)), doc="members of any set")
    model.taken = pyo.Var(model.MEMBERS, domain=pyo.Binary, doc="member is taken, 0/1")

    # sum of taken[n], n in s, >= 1                                     for every set s
    @model.Constraint(range(len(listed)), doc="every set is hit")
    def every_set_is_hit(m, s):
        return sum(m.taken[n] for n in sorted(listed[s])) >= 1

    model.fewest_members = pyo.Objective(expr=sum(model.taken[n] for n in model.MEMBERS))
    return model


def smallest_hitting_set(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """The fewest members that hit every set.

    >>> smallest_hitting_set([frozenset({1, 2}), frozenset({2, 3}), frozenset({4})])
    frozenset({2, 4})
    """
    model = build_hitting_set(sets)
    solve(model, SolverOptions(gap=0.0))
    return frozenset(n for n in model.MEMBERS if model.taken[n]() > 0.5)
