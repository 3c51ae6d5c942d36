"""Exchanges and markets: how resources move between actors, and to and from outside.

Sets        x in CANDIDATES        possible exchanges, donor to receiver
Variables   flow[x,t,s]            sent by the donor                              unit/year
            used[x,t]              1 if used, only where a smallest lot asks       0/1
            traded[i,r,a,t,s]      bought, sold or disposed of by an actor         unit/year
"""

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from symbiosis_models.balance import Balance
from symbiosis_models.problem import Problem


def add_exchanges(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add flows on candidates; a flow needs the projects at its ends, a substitute its share."""
    candidate = {x.index: x for x in problem.candidates}
    periods = [t.period_id for t in problem.periods]
    flows = [
        (x.index, t, s)
        for x in problem.candidates
        for t in periods
        for s in problem.slices_of(x.resource, x.serves)
    ]
    model.CANDIDATES = pyo.Set(initialize=list(candidate), doc="possible exchanges")
    model.FLOWS = pyo.Set(initialize=flows, dimen=3, doc="candidate, period, slice")
    model.flow = pyo.Var(
        model.FLOWS,
        domain=pyo.NonNegativeReals,
        bounds=lambda m, x, t, s: (0, candidate[x].most * problem.share_of_year(s)),
        doc="sent by the donor, unit/year",
    )

    # flow[x,t,s] <= most[x] x standing[k,t], most = min(donor can give, receiver can take, limit);
    # the balances force the same for whole numbers, these rows make the relaxation tight
    ends = [
        (x, t, s, k)
        for x, t, s in flows
        for k in {candidate[x].donor_place, candidate[x].receiver_place} - {""}
    ]

    @model.Constraint(ends, doc="an exchange with a project needs the project")
    def flow_needs_project(b, x, t, s, k):
        most = candidate[x].most * problem.share_of_year(s)
        return b.flow[x, t, s] <= most * b.standing[k, t]

    model.tightening_constraints = frozenset({"flow_needs_project"})

    lots = [x.index for x in problem.candidates if x.least_lot > 0]
    model.LOTS = pyo.Set(initialize=lots, doc="candidates with a smallest lot")
    model.used = pyo.Var(model.LOTS, periods, domain=pyo.Binary, doc="exchange is used, 0/1")

    def yearly(b, x, t):
        slices = problem.slices_of(candidate[x].resource, candidate[x].serves)
        return sum(b.flow[x, t, s] for s in slices)

    # least_lot[x] used[x,t] <= sum over slices of flow[x,t,s] <= most[x] used[x,t]
    @model.Constraint(model.LOTS, periods, doc="an agreement is worth at least its smallest lot")
    def at_least_smallest_lot(b, x, t):
        return yearly(b, x, t) >= candidate[x].least_lot * b.used[x, t]

    @model.Constraint(model.LOTS, periods, doc="no flow without an agreement")
    def flow_needs_agreement(b, x, t):
        return yearly(b, x, t) <= candidate[x].most * b.used[x, t]

    for x, t, s in flows:
        c = candidate[x]
        sent = model.flow[x, t, s]
        balance.leave(balance.key(c.donor, c.resource, t, s), sent)
        balance.arrive(balance.key(c.receiver, c.serves, t, s), c.yields * sent)


def add_markets(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add buying, selling and disposing, within the limits of the markets."""
    market = {(m.actor, m.resource, m.action): m for m in problem.markets}
    periods = [t.period_id for t in problem.periods]
    trades = [
        (*key, t, s)
        for key, m in market.items()
        for t in periods
        for s in problem.slices_of(m.resource)
    ]
    model.TRADES = pyo.Set(initialize=trades, dimen=5, doc="actor, resource, action, period, slice")
    model.traded = pyo.Var(
        model.TRADES,
        domain=pyo.NonNegativeReals,
        bounds=lambda m, i, r, a, t, s: (0, market[i, r, a].most * problem.share_of_year(s)),
        doc="bought, sold or disposed of, unit/year",
    )
    limited: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for i, r, a, t, s in trades:
        amount = model.traded[i, r, a, t, s]
        (balance.arrive if a == "buy" else balance.leave)(balance.key(i, r, t, s), amount)
        if market[i, r, a].limit:
            limited[market[i, r, a].limit, t].append(amount)

    # sum over actors and slices of traded <= limit of the market
    @model.Constraint(list(limited), doc="what a market takes or gives in a year, unit/year")
    def within_market(b, limit, t):
        return sum(limited[limit, t]) <= problem.shared_limits[limit]


def add_substitute_limits(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Keep substitutes within their share of a need; to be added when all needs are known."""
    candidate = {x.index: x for x in problem.candidates}
    share = {(c.receiver, c.resource, c.serves): c.max_share for c in problem.candidates}
    served: defaultdict[tuple[str, str, str, str], list[Any]] = defaultdict(list)
    for x, t, s in model.FLOWS:
        c = candidate[x]
        if c.resource != c.serves:
            served[c.receiver, c.resource, c.serves, t].append(c.yields * model.flow[x, t, s])
    needed: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for (actor, resource, t, _slice), terms in balance.needed.items():
        needed[actor, resource, t] += terms

    # sum of yields x flow of one substitute <= max_share x need      for every receiver and need
    @model.Constraint(list(served), doc="a substitute covers at most its share of a need")
    def substitute_within_share(b, receiver, resource, serves, t):
        need = sum(needed[receiver, serves, t])
        return (
            sum(served[receiver, resource, serves, t]) <= share[receiver, resource, serves] * need
        )
