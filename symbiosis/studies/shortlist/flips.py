"""Flip points: what would bring a project in that the best plan leaves out, or drive one out.

At every number looked at, the study is solved anew with the project forced in, and forced out where
the number matters then and the best plan of today, priced anew, does not decide already; the
decision turns where the two are worth the same.
"""

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.planning.plan import Plan
from symbiosis.studies.resolves import Solved, loss, value_of
from symbiosis.studies.shortlist.levers import Lever, levers
from symbiosis.studies.shortlist.plans import best_of
from symbiosis.studies.shortlist.records import FlipPoint
from symbiosis.studies.shortlist.turning import Difference, turning_point
from symbiosis.studies.shortlist.worth import InAndOut
from symbiosis_models.problem import NPV, Asked

FACTOR = 4.0  # numbers are looked at from a quarter to four times today's
TOLERANCE = 0.01  # relative distance of the two numbers between which a decision turns


def flip_points(solved: Solved, project: str, found: InAndOut) -> list[FlipPoint]:
    """Where support, capital cost, a price and distance turn the decision, for npv."""
    with_it, without_it, lost = found.with_it, found.without_it, found.worth.loss
    if solved.problem.objective.name != NPV:
        return []
    if with_it is None or without_it is None or lost is None:
        return []
    turns = "out" if lost.value >= 0 else "in"
    points = []
    if turns == "in":  # paid once whatever is built: it adds to every plan that holds the project
        points.append(
            FlipPoint(
                "support",
                project,
                "",
                "wanyuan",
                0.0,
                -lost.value,
                -lost.most,
                -lost.least,
                turns,
                "found",
                None,
                None,
                0.0,
            )
        )
    for lever in levers(solved, project, with_it, without_it):
        points.append(_flip(solved, project, lever, with_it, without_it, turns))
    return points


def _flip(
    solved: Solved, project: str, lever: Lever, with_it: Plan, without_it: Plan, turns: str
) -> FlipPoint:
    forced = frozenset({project})

    def difference(factor: float) -> Difference:
        problem = lever.changed(solved.problem, factor)

        def again(asked: Asked, before: Plan) -> Difference:
            plan = best_of(solved, problem, asked, before.whole_numbers)
            return value_of(plan), lever.moved(plan)

        def priced_anew(plan: Plan) -> Difference:
            moved = lever.moved(plan)
            return value_of(plan) + (factor - 1) * moved, moved

        if lever.own:
            one, other = again(Asked(built=forced), with_it), (value_of(without_it), 0.0)
        elif turns == "in":  # the plan without it, priced anew, is one to beat already
            one, other = again(Asked(built=forced), with_it), priced_anew(without_it)
            if one[0] >= other[0]:
                other = again(Asked(not_built=forced), without_it)
        else:
            one, other = priced_anew(with_it), again(Asked(not_built=forced), without_it)
            if other[0] > one[0]:
                one = again(Asked(built=forced), with_it)
        return loss(solved.problem, one[0], other[0]), one[1] - other[1]

    slope = lever.moved(with_it) - (0.0 if lever.own else lever.moved(without_it))
    today = loss(solved.problem, value_of(with_it), value_of(without_it)), slope
    ends = 1 / FACTOR, FACTOR
    between = None
    try:
        between = turning_point(difference, today, ends, TOLERANCE)
        status = "nowhere" if between is None else "found"
    except InfeasibleError:
        status = "no_plan"
    except NoPlanInTimeError:
        status = "time_limit"
    unit = 1.0 if lever.today is None else lever.today
    still, turned = (None, None) if between is None else (x * unit for x in between)
    at = None if still is None or turned is None else (still + turned) / 2
    return FlipPoint(
        lever.name,
        lever.subject,
        lever.action,
        lever.unit,
        lever.today,
        at,
        still,
        turned,
        turns,
        status,
        *ends,
        TOLERANCE,
    )
