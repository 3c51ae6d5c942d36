"""Money and the objective.

NPV against today = sum over periods of annuity factor x (cash of the plan - cash of today)
                    - investment factor x capital cost of what is built

Cash of a year: sold - bought - disposed - freight - variable and running cost of projects.
Payments between members of the study cancel and are left out.
"""

from typing import Any

import pyomo.environ as pyo

from symbiosis_models.problem import HEAT_LINKS, NPV, Measure, Problem

SIGN = {"buy": -1.0, "sell": 1.0, "dispose": -1.0}


def add_money(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add `cash[t]`, `investment[t]`, `npv` and the budget, all in 万元."""
    market = {(m.actor, m.resource, m.action): m for m in problem.markets}
    variable = {u.unit_id: u.variable_cost for u in problem.units if u.place and u.variable_cost}
    cash: dict[str, list[Any]] = {t.period_id: [] for t in problem.periods}
    for i, r, a, t, s in model.TRADES:
        if market[i, r, a].price:
            cash[t].append(SIGN[a] * market[i, r, a].price * model.traded[i, r, a, t, s])
    for x, t, s in model.FLOWS:
        if problem.candidates[x].freight:
            cash[t].append(-problem.candidates[x].freight * model.flow[x, t, s])
    order = [t.period_id for t in problem.periods]
    for number, t in enumerate(order):
        for u, cost in variable.items():
            cash[t] += [-cost * model.activity[u, t, s] for s in problem.slices]
        for k in model.PLACES:
            cash[t] += [-model.running_cost[k, u] for u in order[: number + 1]]

    @model.Expression(order, doc="cash of a year, 万元")
    def cash_of_year(b, t):
        return sum(cash[t])

    @model.Expression(order, doc="capital cost spent in the period, 万元")
    def investment(b, t):
        projects = sum(b.capital_cost[k, t] for k in b.PLACES)
        links = sum(b.link_cost[x, t] for x in b.LINKS)
        return projects + links + sum(b.heat_link_cost[x, t] for x in b.HEAT_LINKS)

    # sum of investment over all periods <= budget
    if problem.budget is not None:
        model.within_budget = pyo.Constraint(
            expr=sum(model.investment[t] for t in order) <= problem.budget,
            doc="projects and links within the budget, 万元",
        )

    model.npv = pyo.Expression(
        expr=sum(
            t.annuity_factor * (model.cash_of_year[t.period_id] - problem.today_cash)
            - t.investment_factor * model.investment[t.period_id]
            for t in problem.periods
        ),
        doc="net present value against today, 万元",
    )


def measured(model: pyo.ConcreteModel, problem: Problem, measure: Measure) -> Any:
    """A measure of the plan as an expression: `npv`, or a sum over the last period's year."""
    if measure.name == NPV:
        return model.npv
    if measure.name == HEAT_LINKS:
        return sum(model.matched.values())
    last = problem.periods[-1].period_id
    weights = measure.weights
    terms = [
        weights[r, a] * model.traded[i, r, a, t, s]
        for i, r, a, t, s in model.TRADES
        if t == last and (r, a) in weights
    ]
    terms += [
        weights[problem.candidates[x].resource, "exchanged"] * model.flow[x, t, s]
        for x, t, s in model.FLOWS
        if t == last and (problem.candidates[x].resource, "exchanged") in weights
    ]
    return sum(terms)


def add_objective(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the objective, a measure; a second one may follow it with a small weight."""
    main, then = problem.objective, problem.asked.then
    worth = measured(model, problem, main)
    if then is not None:
        second, weight = then
        sign = 1 if second.maximised == main.maximised else -1
        worth = worth + sign * weight * measured(model, problem, second)
    sense = pyo.maximize if main.maximised else pyo.minimize
    model.objective = pyo.Objective(expr=worth, sense=sense)
