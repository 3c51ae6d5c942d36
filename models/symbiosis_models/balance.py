"""What actors give and take of every resource, gathered from the blocks and closed once.

Two balances per actor and resource keep giving and taking apart, so nobody trades on what it
received:

    given   = used within + leaving on exchanges + sold + disposed
    needed  = used within + arriving from exchanges + bought

Annual resources have one balance per period, slice resources one per period and slice.
"""

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from symbiosis.domain.errors import InfeasibleError
from symbiosis.domain.settings import ALL_YEAR
from symbiosis.locale import _
from symbiosis_models.problem import Problem

Key = tuple[str, str, str, str]  # actor, resource, period, slice
HeatKey = tuple[str, int, str, str]  # zone, interval, period, slice


class Balance:
    """Terms of the two balances; blocks append, nobody else edits them."""

    def __init__(self, problem: Problem) -> None:
        """Start with nothing given and nothing needed."""
        self.problem = problem
        self.given: defaultdict[Key, list[Any]] = defaultdict(list)
        self.leaving: defaultdict[Key, list[Any]] = defaultdict(list)
        self.needed: defaultdict[Key, list[Any]] = defaultdict(list)
        self.arriving: defaultdict[Key, list[Any]] = defaultdict(list)
        self.heat_brought: defaultdict[HeatKey, list[Any]] = defaultdict(list)

    def key(self, actor: str, resource: str, period: str, slice_id: str) -> Key:
        """The balance an amount in a slice belongs to."""
        stored = resource not in self.problem.slice_resources
        return actor, resource, period, ALL_YEAR if stored else slice_id

    def give(self, key: Key, amount: Any) -> None:
        """Count `amount` as given by a unit or supply."""
        self.given[key].append(amount)

    def leave(self, key: Key, amount: Any) -> None:
        """Count `amount` as leaving the actor."""
        self.leaving[key].append(amount)

    def need(self, key: Key, amount: Any) -> None:
        """Count `amount` as needed by a unit or need."""
        self.needed[key].append(amount)

    def arrive(self, key: Key, amount: Any) -> None:
        """Count `amount` as arriving at the actor."""
        self.arriving[key].append(amount)

    def bring_heat(self, key: HeatKey, amount: Any) -> None:
        """Count `amount` as heat that comes to an interval of a zone from elsewhere."""
        self.heat_brought[key].append(amount)

    def close(self, model: pyo.ConcreteModel) -> None:
        """Add `used_within[k]`, `giving_balance[k]` and `taking_balance[k]`.

        Raises:
            InfeasibleError: if something is given that cannot leave, or needed that cannot come.
        """
        within = [key for key in self.given if key in self.needed]
        model.USED_WITHIN = pyo.Set(initialize=within, dimen=4, doc="made and needed by one actor")
        model.used_within = pyo.Var(
            model.USED_WITHIN,
            domain=pyo.NonNegativeReals,
            doc="used by the actor itself, unit/year",
        )
        for key in within:
            self.leaving[key].append(model.used_within[key])
            self.arriving[key].append(model.used_within[key])

        self._refuse_dead_ends(
            self.given, self.leaving, _("{actor} gives {resource}, nobody takes it")
        )
        self._refuse_dead_ends(
            self.needed, self.arriving, _("{actor} needs {resource}, nobody gives it")
        )

        # sum of given[k] == sum of leaving[k]     for every actor, resource, period and slice
        @model.Constraint(list(self.given), doc="what an actor gives goes somewhere, unit/year")
        def giving_balance(m, *key):
            return sum(self.given[key]) == sum(self.leaving[key])

        # sum of needed[k] == sum of arriving[k]   for every actor, resource, period and slice
        @model.Constraint(
            list(self.needed), doc="what an actor needs comes from somewhere, unit/year"
        )
        def taking_balance(m, *key):
            return sum(self.needed[key]) == sum(self.arriving[key])

    @staticmethod
    def _refuse_dead_ends(
        side: dict[Key, list[Any]], other: dict[Key, list[Any]], text: str
    ) -> None:
        """A number with nothing on the other side can never balance: name it."""
        stuck = sorted(
            {
                text.format(actor=key[0], resource=key[1])
                for key, terms in side.items()
                if not other.get(key)
                and all(isinstance(term, int | float) for term in terms)
                and sum(terms) > 1e-9
            }
        )
        for key in [
            k
            for k, terms in side.items()
            if not other.get(k) and not any(not isinstance(term, int | float) for term in terms)
        ]:
            if sum(side[key]) <= 1e-9:
                del side[key]
        if stuck:
            raise InfeasibleError("\n  ".join([_("No plan can balance these:"), *stuck]))
