"""Re-solves: the problem of a study asked again under conditions more, begun at its best plan."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError
from symbiosis.planning.formulate import formulate
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import (
    Prepared,
    begin_with_parts,
    choose,
    prepare,
    solver_options,
)
from symbiosis_models.problem import Asked, Problem
from symbiosis_models.solver import Progress, SolverOptions


@dataclass(frozen=True)
class Solved:
    """A study with its best plan, ready to be asked again."""

    prepared: Prepared
    problem: Problem
    options: SolverOptions
    best: Plan

    @property
    def dataset(self) -> Dataset:
        """The dataset of the study."""
        return self.prepared.dataset

    def solve(self, asked: Asked, start: Mapping[str, float] | None = None) -> Plan:
        """The best plan under further conditions.

        The search begins from the whole numbers of the best plan, without those of projects that
        are forced in or out, or from `start`.

        Raises:
            InfeasibleError, NoPlanInTimeError, SolverError: see their texts.
        """
        problem = replace(self.problem, asked=asked)
        if start is None:
            forced = [
                place
                for name in asked.built | asked.not_built
                for place in problem.places_of.get(name, ())
            ]
            start = without(self.best.whole_numbers, forced)
        return choose(self.prepared, problem, replace(self.options, start=dict(start)))

    def ask(self, asked: Asked, start: Mapping[str, float] | None = None) -> Plan | None:
        """The same, None where there is no such plan."""
        try:
            return self.solve(asked, start)
        except InfeasibleError:
            return None


def solve_study(dataset: Dataset, progress: Callable[[Progress], None] | None = None) -> Solved:
    """The best plan of a dataset, kept with its problem.

    Raises:
        DatasetError, InfeasibleError, NoPlanInTimeError, SolverError: see their texts.
    """
    prepared = prepare(dataset)
    problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
    options = solver_options(dataset, progress)
    best = choose(prepared, problem, begin_with_parts(dataset, options))
    return Solved(prepared, problem, options, best)


def without(start: Mapping[str, float], places: Iterable[str]) -> dict[str, float]:
    """A start that says nothing of some places; as it is only a hint, their names are enough."""
    named = tuple(places)
    return {
        name: value for name, value in start.items() if not any(place in name for place in named)
    }


def project_set(plan: Plan) -> frozenset[str]:
    """The projects a plan builds, wherever it builds them."""
    return frozenset(map(str, plan.tables["projects"]["project_id"]))


def value_of(plan: Plan) -> float:
    """The objective of a plan."""
    return float(plan.facts["objective"]["value"])


def no_worse(solved: Solved, value: float) -> Asked:
    """A plan whose objective is no worse than `value`."""
    bound = ((solved.problem.objective, value),)
    return Asked(at_least=bound) if solved.problem.objective.maximised else Asked(at_most=bound)


def loss(problem: Problem, best: float, other: float) -> float:
    """By how much `other` is worse than `best`; negative where it is better."""
    return best - other if problem.objective.maximised else other - best


def proven_loss(problem: Problem, best: Mapping[str, Any], other: Mapping[str, Any]) -> list[float]:
    """Least and most a plan can be worse than the best, from the objectives and bounds of both."""
    return [
        loss(problem, best["value"], other["bound"]),
        loss(problem, best["bound"], other["value"]),
    ]
