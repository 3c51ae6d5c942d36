"""Units: activity between what they must and can do, and what follows from it.

Variables   activity[u,t,s]     activity in a slice, in reference units      unit/year

Units held at today's activity are numbers, not variables. A unit runs evenly: in a slice at most
its share of the year's hours.
"""

from typing import Any

import pyomo.environ as pyo

from symbiosis_models.balance import Balance
from symbiosis_models.problem import Problem


def add_units(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add units and streams; they give to and take from `balance`."""
    unit = {u.unit_id: u for u in problem.units}
    periods = [t.period_id for t in problem.periods]
    free = [u.unit_id for u in problem.units if u.place or u.most > u.least]
    model.UNITS = pyo.Set(initialize=free, doc="units whose activity is chosen")
    model.SLICES = pyo.Set(initialize=list(problem.slices), doc="parts of the year")
    model.activity = pyo.Var(
        model.UNITS,
        periods,
        model.SLICES,
        domain=pyo.NonNegativeReals,
        bounds=lambda m, u, t, s: (0, unit[u].most * problem.slices[s]),
        doc="activity, reference units/year",
    )

    existing = [u for u in free if not unit[u].place]
    brought = [u for u in free if unit[u].place]

    # least <= sum over slices of activity[u,t,s] (<= most by its bounds)
    @model.Constraint(existing, periods, doc="an existing unit keeps its least activity")
    def keeps_least_activity(b, u, t):
        if unit[u].least <= 0:
            return pyo.Constraint.Skip
        return sum(b.activity[u, t, s] for s in b.SLICES) >= unit[u].least

    # activity[u,t,s] <= hours share[s] x activity_per_size[u] x capacity[k,t]
    @model.Constraint(brought, periods, model.SLICES, doc="activity within the size built")
    def within_capacity(b, u, t, s):
        most = unit[u].activity_per_size * b.capacity[unit[u].place, t]
        return b.activity[u, t, s] <= problem.slices[s] * most

    # sum over slices of activity[u,t,s] >= least utilisation x activity_per_size x capacity
    @model.Constraint(brought, periods, doc="what is built is used (document 148, article 9)")
    def least_utilisation(b, u, t):
        if unit[u].least_utilisation <= 0:
            return pyo.Constraint.Skip
        design = unit[u].activity_per_size * b.capacity[unit[u].place, t]
        return sum(b.activity[u, t, s] for s in b.SLICES) >= unit[u].least_utilisation * design

    for u in problem.units:
        for t in periods:
            for s, hours in problem.slices.items():
                activity = (
                    model.activity[u.unit_id, t, s] if u.unit_id in model.UNITS else hours * u.most
                )
                for resource, coefficient in u.gives.items():
                    balance.give(balance.key(u.actor, resource, t, s), coefficient * activity)
                for resource, coefficient in u.takes.items():
                    balance.need(balance.key(u.actor, resource, t, s), coefficient * activity)
    add_streams(model, problem, balance)


def add_streams(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add supplies and needs that belong to no unit: fixed, or between two amounts a year.

    In a slice they have the share of their profile, else that of the hours.
    """
    stream = {x.stream_id: x for x in problem.streams}
    periods = [t.period_id for t in problem.periods]
    free = [x.stream_id for x in problem.streams if x.most > x.least]
    model.STREAMS = pyo.Set(initialize=free, doc="streams whose amount is chosen")
    model.stream_amount = pyo.Var(
        model.STREAMS,
        periods,
        bounds=lambda m, x, t: (stream[x].least, stream[x].most),
        doc="given or taken, unit/year",
    )
    for x in problem.streams:
        side = balance.give if x.direction == "supply" else balance.need
        for t in periods:
            amount: Any = model.stream_amount[x.stream_id, t] if x.stream_id in free else x.most
            for s in problem.slices_of(x.resource):
                share = x.shares.get(s, problem.share_of_year(s))
                side(balance.key(x.actor, x.resource, t, s), share * amount)
