"""What a re-solve asks beside the study: projects in or out, another set, bounds, sizes, more.

A project counts as built when it is built at any of its places in any period; the set of projects
of a plan is a vertex of the unit cube, and the number of projects two plans differ in is linear in
one of them (no-good cut of Balas and Jeroslow).

Sets        p in projects         a project at all its places, or at one of them
            n in `unlike`         sets of projects of other plans
            m in bounds           measures with a bound
            g in MORE             what an actor disposes of or buys
Variables   least_difference      projects the plan differs in from the nearest of `unlike`
            more[g]               of it taken or delivered beside the study, evenly   unit/year
Expressions difference[n]         projects the plan differs in from set n

Source: Balas and Jeroslow (1972), SIAM Journal on Applied Mathematics 23(1), 61-69.
"""

import pyomo.environ as pyo

from symbiosis_models.balance import Balance
from symbiosis_models.money import measured
from symbiosis_models.problem import Problem


def add_asked(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the conditions of a re-solve; nothing where none is asked."""
    asked = problem.asked
    if asked.built or asked.not_built:
        _add_projects_in_and_out(model, problem)
    if asked.unlike:
        _add_unlike(model, problem)

    # measure[m] >= least[m]
    if asked.at_least:

        @model.Constraint(range(len(asked.at_least)), doc="a measure is at least so much")
        def measure_at_least(b, m):
            measure, least = asked.at_least[m]
            return measured(b, problem, measure) >= least

    # measure[m] <= most[m]
    if asked.at_most:

        @model.Constraint(range(len(asked.at_most)), doc="a measure is at most so much")
        def measure_at_most(b, m):
            measure, most = asked.at_most[m]
            return measured(b, problem, measure) <= most

    if asked.smallest or asked.largest:
        model.objective.deactivate()
        places = problem.places_of[asked.smallest or asked.largest]
        model.size_of_project = pyo.Objective(
            expr=sum(model.size[k, t] for k in places for t in model.PERIODS),
            sense=pyo.minimize if asked.smallest else pyo.maximize,
        )


def add_more(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Let someone take or deliver more; to be added before the balance is closed."""
    if not problem.asked.more:
        return
    model.more = pyo.Var(
        range(len(problem.asked.more)),
        domain=pyo.NonNegativeReals,
        doc="taken or delivered beside the study, unit/year",
    )
    for g, (actor, resource, action) in enumerate(problem.asked.more):
        side = balance.arrive if action == "buy" else balance.leave
        for period in problem.periods:
            for s in problem.slices_of(resource):
                key = balance.key(actor, resource, period.period_id, s)
                side(key, problem.share_of_year(s) * model.more[g])


def _add_projects_in_and_out(model: pyo.ConcreteModel, problem: Problem) -> None:
    def times_built(b, name):
        return sum(b.built[k, t] for k in problem.places_of[name] for t in b.PERIODS)

    # built[p] == 1
    @model.Constraint(sorted(problem.asked.built), doc="a project is forced in")
    def project_is_in(b, name):
        return times_built(b, name) == 1

    # built[p] == 0
    @model.Constraint(sorted(problem.asked.not_built), doc="a project is forced out")
    def project_is_out(b, name):
        return times_built(b, name) == 0


def _add_unlike(model: pyo.ConcreteModel, problem: Problem) -> None:
    others = problem.asked.unlike

    # difference[n] = sum of built[p] over p not in n + sum of (1 - built[p]) over p in n
    @model.Expression(range(len(others)), doc="projects the plan differs in from another")
    def difference(b, n):
        total = 0
        for project in problem.projects:
            built = sum(b.built[k, t] for k in problem.places_of[project] for t in b.PERIODS)
            total += 1 - built if project in others[n] else built
        return total

    # difference[n] >= 1
    @model.Constraint(range(len(others)), doc="the set of projects is another")
    def another_set(b, n):
        return b.difference[n] >= 1

    if not problem.asked.unlike_worth:
        return
    model.least_difference = pyo.Var(
        bounds=(1, len(problem.projects)), doc="projects it differs in from the nearest"
    )

    # least_difference <= difference[n]
    @model.Constraint(range(len(others)), doc="the nearest of the other sets")
    def nearest_set(b, n):
        return b.least_difference <= b.difference[n]

    # objective +- unlike_worth x least_difference
    worth = problem.asked.unlike_worth * model.least_difference
    model.objective.expr += worth if problem.objective.maximised else -worth
