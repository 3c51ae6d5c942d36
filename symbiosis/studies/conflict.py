"""Why a study has no plan: conditions that cannot hold together, and what would mend it least.

A conflict is a set of conditions that cannot all hold, while without any one of them the others
can; each trial is a solve of the whole model without objective. One is found by dividing, first
among those that ask or limit something, then among the data that take part, and then the smallest
one is sought (`conflict_sets`). The fewest conditions that hit every conflict known are given up,
and the search is repeated until that lets a plan exist: fewer cannot. Then the least change of each
condition that lets a plan exist, all others held, is bracketed by solving; the change that is least
relative to its number is the cheapest, and the study is planned with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, log10

import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError, SolverError
from symbiosis.network.actors import Actors, read_actors
from symbiosis.network.matching import Matches, find_matches
from symbiosis.planning.formulate import formulate
from symbiosis.planning.plan import Plan
from symbiosis.planning.pooling import solve_problem
from symbiosis.planning.study import choose, read_prepared, solver_options
from symbiosis.planning.today import read_today
from symbiosis.studies.conditions import SETTINGS, Condition, Edit, conditions_of, edited
from symbiosis.studies.conflict_sets import (
    TooManyTrialsError,
    irreducible_conflict,
    limited,
    smallest_conflict,
)
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.hitting_set import smallest_hitting_set
from symbiosis_models.problem import Asked
from symbiosis_models.solver import solve

MOST_DATA_TRIALS = 30  # spent on telling the data of a conflict apart
MOST_TRIALS = 60  # spent on a smaller conflict, or on the proof that there is none
KEPT_MATCHES = 16  # networks remembered: trials come back to the same few
NEAR = 1e-3  # relative width of the bracket of a number
FIGURES = 4  # of a number that is proposed, rounded to the side that is feasible
FARTHEST = 2.0**40  # a number that has to grow more is not the one to change


@dataclass(frozen=True)
class Relaxation:
    """Another number or cell for one condition.

    value     the number; None where the condition is given up
    not_yet   a number nearer to the present one that is still infeasible, as proven
    cost      change relative to the larger of the two numbers, 0 to 1; 1 for giving up
    """

    condition: Condition
    edits: tuple[Edit, ...]
    value: float | None
    not_yet: float | None
    cost: float


@dataclass(frozen=True)
class ConflictSet:
    """Conditions that cannot hold together, none of which can be left out.

    smallest      no fewer conditions contradict each other, those changed for the conflicts
                  before it being given up; as proven
    with_data     all data stand behind them, as too many take part to be told apart
    """

    conditions: tuple[Condition, ...]
    smallest: bool
    with_data: bool


@dataclass(frozen=True)
class Conflict:
    """Why a study has no plan.

    sets          conflicts, the first of the whole study
    options       least change of each single condition that lets a plan exist, cheapest first;
                  empty where no single one does
    cheapest      the fewest changes that together let a plan exist, each the cheapest in turn
    plan          the best plan with them
    """

    sets: tuple[ConflictSet, ...]
    options: tuple[Relaxation, ...]
    cheapest: tuple[Relaxation, ...]
    plan: Plan


class _Study:
    """A study whose conditions can be taken away."""

    def __init__(self, dataset: Dataset, asked: Asked, said: Callable[[str, int], None]) -> None:
        self.dataset, self.asked, self.said = dataset, asked, said
        self.step, self.trials = "conflict", 0
        self.known: dict[frozenset[int], bool] = {}
        self.matches: dict[str, Matches] = {}

    @cached_property
    def conditions(self) -> list[Condition]:
        """Those that shape the network come last: trials take them away together."""
        listed = conditions_of(self.dataset)
        return sorted(listed, key=lambda x: any(map(_changes_the_network, x.free)))

    def holds(self, kept: frozenset[int]) -> bool:
        """Whether there is a plan when only these conditions, by number, must hold."""
        if kept not in self.known:
            free = [x for n, c in enumerate(self.conditions) if n not in kept for x in c.free]
            self.known[kept] = self.feasible(free)
        return self.known[kept]

    def feasible(self, edits: Sequence[Edit]) -> bool:
        """Whether the study with other cells has any plan; its objective does not matter."""
        self.trials += 1
        self.said(self.step, self.trials)
        dataset = edited(self.dataset, edits)
        actors = read_actors(dataset)
        matches = self.match(dataset, actors, edits)
        problem = formulate(dataset, actors, matches, read_today(dataset, actors, matches))
        problem = replace(problem, asked=self.asked)
        options = solver_options(dataset)
        try:
            model = build_chain_selection(problem)
            if model.products:  # of pools: only a plan proves that there is one
                solve_problem(problem, replace(options, gap=1.0))
                return True
            model.objective.deactivate()
            model.any_plan = pyo.Objective(expr=0.0)
            solve(model, options)
        except InfeasibleError:
            return False
        return True

    def match(self, dataset: Dataset, actors: Actors, edits: Sequence[Edit]) -> Matches:
        """Matches of a study with other cells; kept, as many edits do not change them."""
        key = repr([edit for edit in edits if _changes_the_network(edit)])
        if key not in self.matches:
            if len(self.matches) == KEPT_MATCHES:
                del self.matches[next(iter(self.matches))]
            self.matches[key] = find_matches(dataset, actors)
        return self.matches[key]

    def conflict(self, left: frozenset[int]) -> tuple[frozenset[int], bool, bool]:
        """Conditions of `left` that cannot hold together; whether no fewer do, and with all data.

        First what is asked and limited, with all data as they are; then the data that take part,
        unless they are too many to tell apart: then the data stand behind the conflict as a whole.
        """
        asked = [n for n in sorted(left) if not self.conditions[n].data]
        data = [n for n in sorted(left) if self.conditions[n].data]
        behind, nothing = frozenset(data), frozenset[int]()
        if not self.holds(behind):  # the data contradict each other
            found = irreducible_conflict(self.holds, nothing, data)
        else:
            found = irreducible_conflict(self.holds, behind, asked)
            if self.holds(found):
                try:
                    trial = limited(self.holds, MOST_DATA_TRIALS)
                    found |= irreducible_conflict(trial, found, data)
                except TooManyTrialsError:
                    return *smallest_conflict(self.holds, found, behind, asked, MOST_TRIALS), True
        return *smallest_conflict(self.holds, found, nothing, sorted(left), MOST_TRIALS), False


def _changes_the_network(edit: Edit) -> bool:
    """Whether possible exchanges may be others after an edit; none depends on a least amount."""
    if edit.table == SETTINGS:
        apart = ("chains.", "money.", "policy.")
        return not all(name.startswith(apart) for name in edit.cells)
    if edit.table == "carriers":
        return True
    least = bool(edit.cells) and all(name.startswith("least_") for name in edit.cells)
    return not least and edit.table not in ("parks", "markets", "chain_stages", "chain_links")


def find_conflict(
    dataset: Dataset,
    asked: Asked | None = None,
    said: Callable[[str, int], None] = lambda step, trials: None,
) -> Conflict | None:
    """Why no plan meets every condition of a study; None where its conditions are not the reason.

    said   hears of every trial what is sought, "conflict", "change" or at last "plan", and how
           many trials there have been

    Raises:
        NoPlanInTimeError, SolverError: see their texts.
    """
    study = _Study(dataset, asked or Asked(), said)
    everything = frozenset(range(len(study.conditions)))
    freed: frozenset[int] = frozenset()
    if study.holds(everything) or not study.holds(freed):
        return None  # where nothing must hold: what is no condition contradicts itself
    found: list[tuple[frozenset[int], bool, bool]] = []
    while not study.holds(everything - freed):
        found.append(study.conflict(everything - freed))
        freed = smallest_hitting_set(numbers for numbers, _, _ in found)
    study.step = "change"
    options, cheapest = _changes(study, [numbers for numbers, _, _ in found], freed)
    said("plan", study.trials)
    changed = edited(dataset, [edit for option in cheapest for edit in option.edits])
    return Conflict(
        tuple(
            ConflictSet(tuple(study.conditions[n] for n in sorted(numbers)), *how)
            for numbers, *how in found
        ),
        tuple(options) if len(cheapest) == 1 else (),
        tuple(cheapest),
        _planned(changed, study.asked),
    )


def _changes(
    study: _Study, sets: Sequence[frozenset[int]], freed: frozenset[int]
) -> tuple[list[Relaxation], list[Relaxation]]:
    """The cheapest change for each condition that was given up, or one that does in its stead.

    One after the other, those still to come being given up; the options of the last one, cheapest
    first, and the changes chosen.
    """
    options: list[Relaxation] = []
    chosen: dict[int, Relaxation] = {}
    to_come = sorted(freed)
    while to_come:
        to_come.pop(0)
        others = chosen.keys() | set(to_come)
        not_hit = [numbers for numbers in sets if not numbers & others]
        edits = [edit for option in chosen.values() for edit in option.edits]
        edits += [edit for n in to_come for edit in study.conditions[n].free]
        instead = sorted(frozenset.intersection(*not_hit))
        found = {n: _least_change(study, n, edits) for n in instead}
        mending = {n: option for n, option in found.items() if option is not None}
        number = min(mending, key=lambda n: mending[n].cost)
        chosen[number] = mending[number]
        options = sorted(mending.values(), key=lambda option: option.cost)
    return options, list(chosen.values())


def _least_change(study: _Study, number: int, edits: Sequence[Edit]) -> Relaxation | None:
    """The least change of one condition that with other edits lets a plan exist, None if none."""
    condition = study.conditions[number]
    if not study.feasible([*edits, *condition.free]):
        return None
    given_up = Relaxation(condition, condition.free, None, None, 1.0)
    at = condition.number
    if at is None:
        return given_up

    def feasible(value: float) -> bool:
        try:
            return study.feasible([*edits, condition.at(value)])
        except SolverError:  # within the solver's tolerance of the edge: not a plan to rely on
            return False

    bad, good = at, _first_feasible(condition, at, feasible)
    if good is None:
        return given_up
    while not condition.whole and abs(good - bad) > NEAR * max(abs(good), abs(at)):
        middle = (bad + good) / 2
        bad, good = (bad, middle) if feasible(middle) else (middle, good)
    value = _rounded(condition, good)
    if value != good and not feasible(value):
        value = good
    cost = abs(value - at) / max(abs(value), abs(at))
    return Relaxation(condition, (condition.at(value),), value, bad, cost)


def _first_feasible(
    condition: Condition, at: float, feasible: Callable[[float], bool]
) -> float | None:
    """A number at which there is a plan: its end, or twice as far away each time."""
    (end,) = condition.free[0].cells.values()
    if condition.whole:
        one = 1 if condition.up else -1
        values = [at + one * k for k in range(1, int(abs(end - at)) + 1)]
        return next((value for value in values if feasible(value)), None)
    if end is not None:  # at its end it is given up, and that is known to do
        return float(end)
    step = max(abs(at), 1e-3)  # doubled each time
    while step < FARTHEST * max(abs(at), 1.0):
        value = at + step if condition.up else at - step
        if feasible(value):
            return value
        step *= 2
    return None


def _rounded(condition: Condition, value: float) -> float:
    """A number with few figures, to the side that relaxes; the end, where it is as near as that."""
    (end,) = condition.free[0].cells.values()
    if condition.whole or value == 0:
        return value
    if end is not None and abs(value - end) <= NEAR * abs(condition.number or 0.0):
        return float(end)
    unit = 10.0 ** (floor(log10(abs(value))) - FIGURES + 1)
    steps = value / unit
    return float(f"{(ceil(steps) if condition.up else floor(steps)) * unit:.{FIGURES}g}")


def _planned(dataset: Dataset, asked: Asked) -> Plan:
    """The best plan of a study that has been relaxed."""
    prepared = read_prepared(dataset)
    problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
    return choose(prepared, replace(problem, asked=asked), solver_options(dataset))
