"""Links: pipes, mains, conveyors and cables between sites, shared by the exchanges on them.

Variables   linked[l,t]          1 if built in t, only where a fixed cost asks      0/1
            link_capacity[l,t]   capacity built in t                                 unit/year
Expression  link_cost[l,t]       capital cost, 万元
"""

from collections import defaultdict

import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.problem import Problem


def add_links(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add links and keep the flows on them within what exists and what is built."""
    link = {x.link_id: x for x in problem.links}
    periods = [t.period_id for t in problem.periods]
    model.LINKS = pyo.Set(initialize=list(link), doc="links that can be built or are limited")
    with_fixed_cost = [x for x in link if link[x].fixed_cost > 0]
    model.linked = pyo.Var(with_fixed_cost, periods, domain=pyo.Binary, doc="link is built, 0/1")
    model.link_capacity = pyo.Var(
        model.LINKS,
        periods,
        domain=pyo.NonNegativeReals,
        bounds=lambda m, x, t: (0, link[x].most),
        doc="capacity built, unit/year",
    )

    # link_capacity[l,t] <= most[l] linked[l,t]
    @model.Constraint(with_fixed_cost, periods, doc="capacity only on a link that is built")
    def capacity_needs_link(b, x, t):
        return b.link_capacity[x, t] <= link[x].most * b.linked[x, t]

    # sum over periods of linked[l,t] <= 1
    @model.Constraint(with_fixed_cost, doc="a link is built at most once")
    def linked_once(b, x):
        if len(periods) == 1:
            return pyo.Constraint.Skip
        return sum(b.linked[x, t] for t in periods) <= 1

    flows: defaultdict[tuple[str, str, str], list] = defaultdict(list)
    for x, t, s in model.FLOWS:
        candidate = problem.candidates[x]
        if candidate.link:
            flows[candidate.link, t, s].append(model.flow[x, t, s])

    # sum of flow[x,t,s] over the exchanges of l <= hours share[s] (existing + built by t);
    # what is counted over the year runs evenly beside what is counted slice by slice
    @model.Constraint(list(flows), doc="flow within the capacity of the link, unit/year")
    def flow_within_link(b, x, t, s):
        built = sum(b.link_capacity[x, u] for u in periods[: periods.index(t) + 1])
        carried = sum(flows[x, t, s])
        if s != ALL_YEAR:
            carried += problem.share_of_year(s) * sum(flows.get((x, t, ALL_YEAR), ()))
        return carried <= problem.share_of_year(s) * (link[x].existing + built)

    @model.Expression(model.LINKS, periods, doc="capital cost of the link, 万元")
    def link_cost(b, x, t):
        fixed = link[x].fixed_cost * b.linked[x, t] if x in with_fixed_cost else 0.0
        return fixed + link[x].capacity_cost * b.link_capacity[x, t]
