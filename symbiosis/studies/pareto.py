"""Trade-off of two objectives: plans of which none is worse in both than another.

Augmented epsilon-constraint. The ends are lexicographic: the best of one objective and, among the
plans that reach it, the best of the other. Between them the second objective is held at evenly
spaced least values while the first is best, with a small weight on the second so that no point is
dominated; values that a point already passes are skipped. As long as points are missing, the
longest stretch in which there may be another plan is halved, and where its better half is empty the
plan next to its worse end is sought; if there is none, the stretch is closed.

Source: Mavrotas (2009), Applied Mathematics and Computation 213(2), 455-465; Mavrotas and Florios
(2013), Applied Mathematics and Computation 219(18), 9652-9669, for the skipping.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.planning.formulate import formulate
from symbiosis.planning.indicators import measure_named
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared, choose, prepare, solver_options
from symbiosis_models.problem import NPV, Asked, Measure, Problem
from symbiosis_models.solver import Progress, SolverOptions

AUGMENTATION = 1e-4  # weight of the whole range of the second objective beside that of the first
NEAREST = 0.005  # of the range of the second objective: plans nearer than this are not told apart
HELD = 1e-6  # relative room of an objective that is held at its best: solver tolerance


@dataclass(frozen=True)
class Point:
    """A plan with its two values; `end` names the objective it is best in, "" between the ends."""

    plan: Plan
    values: tuple[float, float]
    end: str


@dataclass(frozen=True)
class Front:
    """Points from the best in the first objective, the study's, to the best in the second.

    status     "finished", "time_limit" or "interrupted": why the search ended
    complete   no other plan lies between them that is farther than `NEAREST` from each, as proven
    """

    prepared: Prepared
    measures: tuple[Measure, Measure]
    points: tuple[Point, ...]
    status: str
    complete: bool


@dataclass(frozen=True)
class _Stretch:
    """Two points between which there may be others, at a second objective of the left up to `upto`.

    halved   nothing was found in its better half
    """

    left: Point
    right: Point
    upto: float
    halved: bool = False

    @property
    def length(self) -> float:
        return abs(self.upto - self.left.values[1])


@dataclass(frozen=True)
class _Trade:
    """What every solve of a front needs."""

    prepared: Prepared
    problem: Problem
    options: SolverOptions
    measures: tuple[Measure, Measure]

    def solve(self, main: Measure, asked: Asked, start: Mapping[str, float]) -> Plan:
        problem = replace(self.problem, objective=main, asked=asked)
        return choose(self.prepared, problem, replace(self.options, start=dict(start)))

    def values(self, plan: Plan) -> tuple[float, float]:
        first, second = (value_of_measure(self.prepared.dataset, plan, m) for m in self.measures)
        return first, second

    def end(self, which: int) -> Plan:
        """The best of one objective, and of the other among the plans that reach it."""
        main, other = self.measures[which], self.measures[1 - which]
        best = self.solve(main, Asked(), {})
        value = self.values(best)[which]
        room = HELD * max(abs(value), 1.0)
        held = bounded(main, value - room if main.maximised else value + room)
        plan = self.solve(other, held, best.whole_numbers)
        if which == 0:  # plans of a front tell the first objective, here with its own bound
            value, bound = self.values(plan)[0], best.facts["objective"]["bound"]
            gap = abs(bound - value) / max(abs(value), HELD)
            plan.facts["objective"] = {**best.facts["objective"], "value": value, "gap": gap}
        return plan


def pareto(
    dataset: Dataset,
    second_objective: str,
    points: int = 9,
    progress: Callable[[Progress], None] | None = None,
    found: Callable[[Point], None] = lambda point: None,
) -> Front:
    """Plans between the best in the one objective and the best in the other.

    The first objective is that of the study, and what its plans tell as theirs.

    Raises:
        DatasetError, InfeasibleError, NoPlanInTimeError, SolverError: see their texts.
    """
    prepared = prepare(dataset)
    problem = formulate(dataset, prepared.actors, prepared.matches, prepared.today)
    first, second = (
        problem.objective,
        measure_named(second_objective, dataset.resources, dataset.settings.heat.hot_utility),
    )
    trade = _Trade(prepared, problem, solver_options(dataset, progress), (first, second))
    listed: list[Point] = []

    def keep(plan: Plan, end: str = "") -> Point:
        listed.append(Point(plan, trade.values(plan), end))
        found(listed[-1])
        return listed[-1]

    start = keep(trade.end(0), first.name)
    stop = keep(trade.end(1), second.name)
    status, complete = "finished", False
    try:
        complete = _between(trade, start, stop, points, keep)
    except NoPlanInTimeError:
        status = "time_limit"
    except KeyboardInterrupt:
        status = "interrupted"
    if any(point.plan.facts["status"] == "interrupted" for point in listed):
        status = "interrupted"
    kept = efficient(listed, trade.measures)
    order = sorted(kept, key=lambda point: _score(first, point.values[0]), reverse=True)
    return Front(prepared, trade.measures, tuple(order), status, complete)


def _between(
    trade: _Trade, start: Point, stop: Point, points: int, keep: Callable[[Plan], Point]
) -> bool:
    """Points between the ends, at evenly spaced values and then where most is open.

    Returns whether there is no further one, as proven.
    """
    first, second = trade.measures
    ends = list(zip(start.values, stop.values, strict=True))
    spans = [abs(a - b) for a, b in ends]
    if any(abs(a - b) <= HELD * max(abs(a), abs(b), 1.0) for a, b in ends):
        return True  # the two ends are one: nothing is traded
    weight = AUGMENTATION * spans[0] / spans[1]
    step = (stop.values[1] - start.values[1]) * NEAREST
    proven = True

    def best_at(held: float, left: Point, right: Point) -> Point | None:
        """The best plan that holds the second objective, None where it is the right point."""
        nonlocal proven
        asked = replace(bounded(second, held), then=(second, weight))
        try:
            plan = trade.solve(first, asked, left.plan.whole_numbers)
        except InfeasibleError:  # the right point is within the solver's tolerance of this value
            return None
        same = abs(trade.values(plan)[1] - right.values[1]) <= abs(step)
        point = None if same else keep(plan)
        if plan.facts["status"] == "interrupted":
            raise KeyboardInterrupt
        proven = proven and plan.facts["status"] == "optimal"
        return point

    found, left, stretches = 2, start, []
    for k in range(1, points - 1):
        held = start.values[1] + (stop.values[1] - start.values[1]) * k / (points - 1)
        if _score(second, held) <= _score(second, left.values[1]):
            continue
        point = best_at(held, left, stop)
        stretches.append(_Stretch(left, point or stop, held))
        if point is None:
            break
        found, left = found + 1, point
    else:
        stretches.append(_Stretch(left, stop, stop.values[1]))
    while found < points and (stretches := [x for x in stretches if x.length > abs(step)]):
        stretch = stretches.pop(max(range(len(stretches)), key=lambda k: stretches[k].length))
        left = stretch.left
        held = left.values[1] + step if stretch.halved else (left.values[1] + stretch.upto) / 2
        point = best_at(held, left, stretch.right)
        if not stretch.halved:
            halved = point is None
            stretches.append(_Stretch(left, point or stretch.right, held, halved))
        if point is not None:
            stretches.append(_Stretch(point, stretch.right, stretch.upto))
            found += 1
    return proven and not stretches


def bounded(measure: Measure, value: float) -> Asked:
    """A measure at least as good as `value`."""
    bound = ((measure, value),)
    return Asked(at_least=bound) if measure.maximised else Asked(at_most=bound)


def value_of_measure(dataset: Dataset, plan: Plan, measure: Measure) -> float:
    """A measure of a plan, from its facts and indicators."""
    if measure.name == NPV:
        return float(plan.facts["npv_wanyuan"])
    rows = plan.tables["indicators"]
    last = rows["period"] == dataset.settings.periods[-1].id
    return float(rows.loc[last & (rows["name"] == measure.name), "plan"].iloc[0])


def _score(measure: Measure, value: float) -> float:
    return value if measure.maximised else -value


def efficient(points: list[Point], measures: tuple[Measure, Measure]) -> list[Point]:
    """Points that no other point equals or beats in both objectives; of equal ones the first."""
    scores = [[_score(m, v) for m, v in zip(measures, p.values, strict=True)] for p in points]
    room = [HELD * max(abs(v) for v in (1.0, *column)) for column in zip(*scores, strict=True)]

    def no_less(one: list[float], other: list[float]) -> bool:
        return all(a >= b - r for a, b, r in zip(one, other, room, strict=True))

    kept: list[int] = []
    for n, mine in enumerate(scores):
        no_worse = [k for k, theirs in enumerate(scores) if k != n and no_less(theirs, mine)]
        if not any(k in kept or not no_less(mine, scores[k]) for k in no_worse):
            kept.append(n)
    return [points[n] for n in kept]
