"""Why a study has no plan: conditions that cannot hold together, and what would mend it least.

A conflict is a set of conditions that cannot all hold, while without any one of them the others
can. It is found by dividing the conditions (QuickXplain), each step a solve of the whole model
without objective: first those that ask or limit something, then the data that take part. The
conditions of a conflict are taken away and the search repeated until a plan exists, so conflicts
that have nothing to do with each other are all found. Then the least change of each condition that
lets a plan exist, all others held, is bracketed by solving; the change that is least relative to
its number is the cheapest, and the study is planned with it.

Source: Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI-04, 167-172.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, inf, log10

import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError, SolverError
from symbiosis.planning.formulate import formulate
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared, choose, read_prepared, solver_options
from symbiosis.studies.conditions import SETTINGS, Condition, Edit, conditions_of, edited
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.problem import Asked
from symbiosis_models.solver import solve

MOST_TRIALS = 30  # solves spent on telling the data of a conflict apart
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
class Conflict:
    """Conditions that cannot hold together.

    sets          conflicts; within each no condition can be left out
    options       least change of each single condition that lets a plan exist, cheapest first;
                  empty where no single one does
    cheapest      changes that together let a plan exist
    plan          the best plan with them, None where it was not found in time
    """

    sets: tuple[tuple[Condition, ...], ...]
    options: tuple[Relaxation, ...]
    cheapest: tuple[Relaxation, ...]
    plan: Plan | None


class _Study:
    """A study whose conditions can be taken away."""

    def __init__(self, dataset: Dataset, asked: Asked) -> None:
        self.dataset = dataset
        self.asked = asked
        self.known: dict[frozenset[int], bool] = {}
        self.prepared: dict[str, Prepared] = {}
        self.trials_left = inf

    @cached_property
    def conditions(self) -> list[Condition]:
        return conditions_of(self.dataset)

    def holds(self, kept: Iterable[int]) -> bool:
        """Whether there is a plan when only these conditions, by number, must hold."""
        key = frozenset(kept)
        if key not in self.known:
            free = [x for n, c in enumerate(self.conditions) if n not in key for x in c.free]
            self.known[key] = self.feasible(free)
        return self.known[key]

    def feasible(self, edits: Sequence[Edit]) -> bool:
        """Whether the study with other cells has any plan; its objective does not matter."""
        dataset = edited(self.dataset, edits)
        prepared = self.prepare(dataset, edits)
        problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
        try:
            model = build_chain_selection(replace(problem, asked=self.asked))
            model.objective.deactivate()
            model.any_plan = pyo.Objective(expr=0.0)
            solve(model, solver_options(dataset))
        except InfeasibleError:
            return False
        return True

    def prepare(self, dataset: Dataset, edits: Sequence[Edit]) -> Prepared:
        """Actors and matches of a study with other cells; kept, as many edits change neither."""
        key = repr([edit for edit in edits if _changes_the_network(edit)])
        if key not in self.prepared:
            self.prepared = {key: read_prepared(dataset)}  # only the last: trials come in a row
        return self.prepared[key]

    def conflict(self, left: Sequence[int]) -> list[int]:
        """Conditions of `left` that cannot hold together, none of which can be left out.

        First what is asked and limited, with all data as they are; then the data that take part,
        unless they are too many to tell apart: then the data stand behind the conflict as a whole.
        """
        asked = [n for n in left if not self.conditions[n].data]
        data = [n for n in left if self.conditions[n].data]
        if not self.holds(data):
            return self._divided([], list(left))
        found = self._divided(data, asked)
        if not self.holds(found):  # no data take part
            return found
        self.trials_left = MOST_TRIALS
        try:
            return sorted(found + self._divided(found, data))
        except _TooManyError:
            return found
        finally:
            self.trials_left = inf

    def _divided(self, behind: list[int], among: list[int]) -> list[int]:
        """Conditions that with those behind cannot hold together (QuickXplain)."""

        def divide(kept: list[int], added: bool, rest: list[int]) -> list[int]:
            if self.trials_left <= 0:
                raise _TooManyError
            self.trials_left -= 1
            if added and not self.holds(kept):
                return []
            if len(rest) <= 1:
                return rest
            one, other = rest[: len(rest) // 2], rest[len(rest) // 2 :]
            of_other = divide(kept + one, True, other)
            of_one = divide(kept + of_other, bool(of_other), one)
            return of_other + of_one

        return sorted(divide(behind, False, among))


class _TooManyError(Exception):
    """The data that take part are too many to tell apart in reasonable time."""


def _changes_the_network(edit: Edit) -> bool:
    """Whether actors or possible exchanges may be others after an edit."""
    if edit.table == SETTINGS:
        return not all(name.startswith(("chains.", "money.")) for name in edit.cells)
    return edit.table not in ("parks", "markets", "chain_stages", "chain_links")


def find_conflict(
    dataset: Dataset,
    asked: Asked | None = None,
    said: Callable[[int], None] = lambda conditions: None,
) -> Conflict | None:
    """Why no plan meets every condition of a study; None where its conditions are not the reason.

    Raises:
        InfeasibleError: never; NoPlanInTimeError, SolverError: see their texts.
    """
    study = _Study(dataset, asked or Asked())
    said(len(study.conditions))
    left = list(range(len(study.conditions)))
    if study.holds(left) or not study.holds([]):
        return None  # holds([]): what is no condition contradicts itself
    sets = []
    while not study.holds(left):
        found = study.conflict(left)
        sets.append(tuple(found))
        left = [n for n in left if n not in found]
    everywhere = list(range(len(study.conditions)))
    if len(sets) == 1:
        options = sorted(
            (_least_change(study, n, everywhere) for n in sets[0]), key=lambda option: option.cost
        )
        cheapest = [options[0]]
    else:
        options, cheapest = [], _one_of_each(study, sets)
    changed = edited(dataset, [edit for option in cheapest for edit in option.edits])
    conditions = study.conditions
    return Conflict(
        tuple(tuple(conditions[n] for n in found) for found in sets),
        tuple(options),
        tuple(cheapest),
        _planned(changed, study.asked),
    )


def _one_of_each(study: _Study, sets: Sequence[Sequence[int]]) -> list[Relaxation]:
    """For each conflict in turn the cheapest change, those of later conflicts being taken away."""
    everywhere = list(range(len(study.conditions)))
    chosen: list[Relaxation] = []
    for k, found in enumerate(sets):
        later = {n for others in sets[k + 1 :] for n in others}
        kept = [n for n in everywhere if n not in later]
        edits = [edit for option in chosen for edit in option.edits]
        options = [_least_change(study, n, kept, edits) for n in found]
        chosen.append(min(options, key=lambda option: option.cost))
    return chosen


def _least_change(
    study: _Study, number: int, kept: Sequence[int], edits: Sequence[Edit] = ()
) -> Relaxation:
    """The least change of one condition that lets a plan exist, the others of `kept` held."""
    condition = study.conditions[number]
    given_up = Relaxation(condition, condition.free, None, None, 1.0)
    inside = {number, *kept}
    free = [x for n, c in enumerate(study.conditions) if n not in inside for x in c.free]
    at = condition.number
    if at is None:
        return given_up

    def feasible(value: float) -> bool:
        try:
            return study.feasible([*free, *edits, condition.at(value)])
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
    if end is not None:
        return float(end) if feasible(float(end)) else None
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


def _planned(dataset: Dataset, asked: Asked) -> Plan | None:
    """The best plan of a study that has been relaxed."""
    prepared = read_prepared(dataset)
    problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
    return choose(prepared, replace(problem, asked=asked), solver_options(dataset))
