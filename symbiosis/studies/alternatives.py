"""Near-best plans: other sets of projects that are nearly as good as the best one.

A set of projects is near-best when the best plan that builds exactly these is worth at most a share
`within` of the best objective less. Half of the plans asked for are as unlike those found before as
can be, the others are the next best ones. How unlike a set is, is the number of projects in which
it differs from the nearest of those before; each counts as a fifth of what a near-best plan may
lose, as worth and difference together are proven several times sooner than the difference alone. A
set that has been found is cut off; when no further set is near-best, the list is complete, and that
is proven by the solver.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.planning.plan import Plan
from symbiosis.studies.resolves import Solved, no_worse, project_set, value_of
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.problem import Asked
from symbiosis_models.solver import solve

UNLIKE_WORTH = 0.2  # of what a near-best plan may lose, for each project that differs
SPREAD_GAP = 2  # projects: enough for a spread, and nothing rests on it


@dataclass(frozen=True)
class Alternative:
    """A near-best plan; `difference` counts projects that the nearest plan before it has not.

    below_best    share of the best objective that it is worth less
    """

    plan: Plan
    projects: frozenset[str]
    difference: int
    below_best: float


@dataclass(frozen=True)
class Alternatives:
    """Near-best plans, the best one first.

    floor       worst objective that is near-best
    complete    no further set of projects is near-best, as proven
    status      "finished", "time_limit" or "interrupted": why the search ended
    """

    found: tuple[Alternative, ...]
    floor: float
    complete: bool
    status: str

    def share_built(self) -> dict[str, float]:
        """Share of the near-best plans that build a project, of those built in any."""
        projects = sorted(set().union(*(x.projects for x in self.found)))
        return {
            project: sum(project in x.projects for x in self.found) / len(self.found)
            for project in projects
        }


def often(share: float) -> str:
    """How often a project is chosen: always, sometimes or never."""
    return "always" if share == 1 else "sometimes" if share > 0 else "never"


def alternatives(
    solved: Solved,
    within: float = 0.02,
    at_most: int = 10,
    found: Callable[[Alternative], None] = lambda alternative: None,
) -> Alternatives:
    """Near-best plans, at most so many; `found` hears of each as soon as it is known.

    Raises:
        SolverError: see its text.
    """
    floor = near_best_floor(solved, within)
    listed: list[Alternative] = []

    def keep(plan: Plan) -> None:
        projects = project_set(plan)
        nearest = min((len(projects ^ x.projects) for x in listed), default=0)
        listed.append(Alternative(plan, projects, nearest, below_best(solved, plan)))
        found(listed[-1])

    keep(solved.best)
    cut = [listed[0].projects]
    status, complete = "finished", False
    while len(listed) < at_most and status == "finished":
        try:
            projects, plan = another(solved, floor, cut, spread=len(listed) <= at_most // 2)
        except NoPlanInTimeError:
            status = "time_limit"
        except KeyboardInterrupt:
            status = "interrupted"
        except InfeasibleError:
            complete = True
            break
        else:
            cut.append(projects)
            if plan is None:  # the set looked near-best in a relaxation of pools only
                continue
            keep(plan)
            if plan.facts["status"] == "interrupted":
                status = "interrupted"
    return Alternatives(tuple(listed), floor, complete, status)


def near_best_floor(solved: Solved, within: float) -> float:
    """The worst objective that is at most a share `within` of the best one less."""
    best = value_of(solved.best)
    return best - _sign(solved) * within * abs(best)


def below_best(solved: Solved, plan: Plan) -> float:
    """Share of the best objective that a plan is worth less."""
    best = value_of(solved.best)
    return _sign(solved) * (best - value_of(plan)) / abs(best) if best else 0.0


def _sign(solved: Solved) -> int:
    return 1 if solved.problem.objective.maximised else -1


def another(
    solved: Solved, floor: float, cut: Sequence[frozenset[str]], spread: bool
) -> tuple[frozenset[str], Plan | None]:
    """A near-best set of projects beside those cut off, and its best plan.

    spread   a set that differs much from them, instead of the one that is worth most
    None     for the plan of a set that looked near-best in a relaxation of pools only

    Raises:
        InfeasibleError: if no other set is near-best; NoPlanInTimeError, SolverError.
    """
    asked = replace(no_worse(solved, floor), unlike=tuple(cut))
    may_lose = abs(value_of(solved.best) - floor)
    if spread and may_lose:
        return _most_unlike(solved, replace(asked, unlike_worth=UNLIKE_WORTH * may_lose))
    return _next_best(solved, asked)


def _next_best(solved: Solved, asked: Asked) -> tuple[frozenset[str], Plan]:
    """The best plan of another set of projects.

    Raises:
        InfeasibleError: if no other set is near-best; NoPlanInTimeError, SolverError.
    """
    plan = solved.solve(asked, start={})  # the best plan is cut off
    return project_set(plan), plan


def _most_unlike(solved: Solved, asked: Asked) -> tuple[frozenset[str], Plan | None]:
    """A near-best set of projects that differs much from those found, and its best plan.

    Raises:
        InfeasibleError: if no other set is near-best; NoPlanInTimeError, SolverError.
    """
    problem = replace(solved.problem, asked=asked)
    model = build_chain_selection(problem)
    gap = SPREAD_GAP * asked.unlike_worth / abs(value_of(solved.best))
    solution = solve(model, replace(solved.options, gap=gap))
    if solution.status == "interrupted":
        raise KeyboardInterrupt
    built = frozenset(
        project
        for project in problem.projects
        if sum(model.built[k, t]() for k in problem.places_of[project] for t in model.PERIODS) > 0.5
    )
    exactly = replace(
        asked,
        unlike=(),
        unlike_worth=0.0,
        built=built,
        not_built=frozenset(problem.projects) - built,
    )
    return built, solved.ask(exactly, start=solution.whole_numbers)
