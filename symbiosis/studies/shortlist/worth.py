"""Worth of a project, its scale window: the study with it forced in, forced out, and at no loss.

The best plan is one of the two already, so one re-solve gives the other. The window is found by two
more: the smallest and the largest size of the project in a plan that is no worse than the best one
without it.
"""

from dataclasses import dataclass, replace

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.planning.plan import Plan
from symbiosis.planning.pooling import solve_problem
from symbiosis.studies.explain import is_built, opposite
from symbiosis.studies.resolves import Solved, no_worse, value_of
from symbiosis.studies.shortlist.plans import outcome, plan_or_none, proven, scaled, years_factor
from symbiosis.studies.shortlist.records import ScaleWindow, Worth
from symbiosis_models.problem import Asked

SIZE_GAP = 0.005  # of a size: how near to the smallest and largest one the window is proven


@dataclass(frozen=True)
class InAndOut:
    """The best plans with a project and without it; None where there is none."""

    with_it: Plan | None
    without_it: Plan | None
    worth: Worth


def in_and_out(solved: Solved, project: str) -> InAndOut:
    """Force a project in and out of the study."""
    chosen = is_built(solved.best, solved.problem.places_of[project])
    other, known = plan_or_none(solved, solved.problem, opposite(project, chosen))
    with_it, without_it = (solved.best, other) if chosen else (other, solved.best)
    lost = yearly = None
    if with_it is not None and without_it is not None:
        lost = proven(solved.problem, with_it, without_it)
        yearly = scaled(lost, 1 / years_factor(solved.problem))
    worth = Worth(
        forced_in=outcome(with_it) if with_it else None,
        forced_out=outcome(without_it) if without_it else None,
        loss=lost,
        yearly=yearly,
        necessary=without_it is None and known,
        impossible=with_it is None and known,
    )
    return InAndOut(with_it, without_it, worth)


def scale_window(solved: Solved, project: str, found: InAndOut) -> ScaleWindow | None:
    """Sizes of a project with which the plan is no worse than without it; None without a plan."""
    if found.with_it is None:
        return None
    rows = found.with_it.tables["projects"]
    size = float(rows.loc[rows["project_id"] == project, "size"].iloc[0])
    segments = [
        s for place in solved.problem.places if place.project == project for s in place.segments
    ]
    least, most = min(s.low for s in segments), max(s.high for s in segments)
    window = ScaleWindow(size, None, None, least, most, SIZE_GAP)
    if found.worth.loss is not None and found.worth.loss.value < 0:
        return window  # even its best size is not worth it
    asked = Asked()
    if found.without_it is not None:
        asked = no_worse(solved, value_of(found.without_it))
    asked = replace(asked, built=frozenset({project}))
    smallest, near = _end(solved, replace(asked, smallest=project), found.with_it, size)
    largest, far = _end(solved, replace(asked, largest=project), found.with_it, size)
    return replace(window, smallest=smallest, largest=largest, tolerance=max(SIZE_GAP, near, far))


def _end(solved: Solved, asked: Asked, known: Plan, size: float) -> tuple[float, float]:
    """The smallest or largest size, and how near to it that is proven to be."""
    problem = replace(solved.problem, asked=asked)
    options = replace(solved.options, gap=SIZE_GAP, start=dict(known.whole_numbers))
    try:
        _model, solution, _times = solve_problem(problem, options)
    except (NoPlanInTimeError, InfeasibleError):  # the known plan is at the edge of a tolerance
        return size, 1.0
    if solution.status == "interrupted":
        raise KeyboardInterrupt
    return solution.objective, solution.gap
