"""Plans of a shortlist as records, and the solves that find them."""

from collections.abc import Mapping
from dataclasses import replace

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import choose
from symbiosis.studies.resolves import Solved, loss, project_set, proven_loss
from symbiosis.studies.shortlist.records import (
    Activity,
    Built,
    ChosenPlan,
    ExchangeKey,
    Flow,
    Outcome,
    Proven,
    Trade,
)
from symbiosis_models.problem import NPV, Asked, Problem


def outcome(plan: Plan) -> Outcome:
    """Objective, bound and gap of a plan.

    Raises:
        KeyboardInterrupt: if its search was interrupted; half an answer is none.
    """
    found = plan.facts["objective"]
    if plan.facts["status"] == "interrupted":
        raise KeyboardInterrupt
    return Outcome(found["value"], found["bound"], found["gap"], plan.facts["status"])


def best_of(
    solved: Solved, problem: Problem, asked: Asked, start: Mapping[str, float] | None = None
) -> Plan:
    """The best plan of a changed problem under further conditions.

    Raises:
        InfeasibleError, NoPlanInTimeError: there is none, or none in time; SolverError.
        KeyboardInterrupt: see `outcome`.
    """
    if problem is solved.problem:
        plan = solved.solve(asked, start)
    else:
        options = replace(solved.options, start=dict(start or solved.best.whole_numbers))
        plan = choose(solved.prepared, replace(problem, asked=asked), options)
    outcome(plan)
    return plan


def plan_or_none(solved: Solved, problem: Problem, asked: Asked) -> tuple[Plan | None, bool]:
    """The same; None where there is none, and whether that is proven."""
    try:
        return best_of(solved, problem, asked), True
    except InfeasibleError:
        return None, True
    except NoPlanInTimeError:
        return None, False


def proven(problem: Problem, with_it: Plan, without_it: Plan) -> Proven:
    """By how much the park is worse off in the second plan than in the first."""
    one, other = with_it.facts["objective"], without_it.facts["objective"]
    return Proven(loss(problem, one["value"], other["value"]), *proven_loss(problem, one, other))


def years_factor(problem: Problem) -> float:
    """Present value of 1 a year over the whole plan; 1 where the objective is of a year."""
    if problem.objective.name != NPV:
        return 1.0
    return sum(period.annuity_factor for period in problem.periods)


def scaled(value: Proven, factor: float) -> Proven:
    """A proven number times a positive factor."""
    return Proven(value.value * factor, value.least * factor, value.most * factor)


def chosen_plan(plan: Plan, number: int, below_best: float | None) -> ChosenPlan:
    """What a plan decides."""
    exchanges = plan.tables["exchanges"]
    used = exchanges.loc[exchanges["plan"] > 0, ["donor", "receiver", "resource", "serves"]]
    return ChosenPlan(
        number=number,
        status=plan.facts["status"],
        outcome=outcome(plan),
        below_best=below_best,
        chains=tuple(plan.chosen_chains()),
        projects=tuple(sorted(project_set(plan))),
        places=tuple(sorted(map(str, plan.built()))),
        exchanges=tuple(
            ExchangeKey(*key) for key in sorted(set(used.itertuples(index=False, name=None)))
        ),
        links=tuple(sorted(set(map(str, plan.tables["links"]["link_id"])))),
    )


def built_project(plan: Plan, places: tuple[str, ...]) -> Built | None:
    """A project as a plan builds it; amounts of the last period."""
    rows = plan.tables["projects"]
    rows = rows[rows["place_id"].isin(places)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    place, last = row["place_id"], plan.tables["indicators"]["period"].iloc[-1]
    exchanges = plan.tables["exchanges"]
    exchanges = exchanges[(exchanges["period"] == last) & (exchanges["plan"] > 0)]
    flows = [
        Flow(
            x.receiver if direction == "out" else x.donor,
            direction,
            x.resource,
            x.serves,
            float(x.plan),
            x.unit,
            float(x.distance_km),
            x.carrier,
            float(x.freight),
            x.link,
        )
        for direction, own in (("in", "receiver"), ("out", "donor"))
        for x in exchanges[exchanges[own] == place].itertuples(index=False)
    ]
    trades = plan.tables["trades"]
    trades = trades[(trades["period"] == last) & (trades["plan"] > 0) & (trades["actor"] == place)]
    units = plan.tables["units"]
    units = units[(units["period"] == last) & (units["actor"] == place)]
    links = plan.tables["links"]
    links = links[links["link_id"].isin({flow.link for flow in flows} - {""})]
    return Built(
        place_id=place,
        park_id=row["park_id"],
        host_id=row["host_id"],
        period=row["period"],
        size=float(row["size"]),
        size_unit=row["size_unit"],
        utilisation=float(row["utilisation"]),
        capital_cost=float(row["capital_cost"]),
        running_cost=float(row["running_cost"]),
        land=float(row["land"]),
        labour=float(row["labour"]),
        links_cost=float(links["capital_cost"].sum()),
        chains=tuple(filter(None, str(row["chains"]).split(";"))),
        activities=tuple(Activity(x.recipe, float(x.plan)) for x in units.itertuples(index=False)),
        flows=tuple(flows),
        trades=tuple(
            Trade(x.resource, x.action, float(x.plan), x.unit, float(x.price))
            for x in trades.itertuples(index=False)
        ),
    )
