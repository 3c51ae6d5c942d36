"""Links: pipes, mains, conveyors and cables between sites, shared by the exchanges on them.

Variables   linked[l,t]          1 if built in t, only where a fixed cost asks      0/1
            link_capacity[l,t]   capacity built in t                                 unit/year
            link_on[l,t,s]       1 if it runs in s, only where a smallest flow asks  0/1
Expression  link_cost[l,t]       capital cost, 万元
"""

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.problem import Problem

Key = tuple[str, str, str]  # link, period, slice


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

    carried = _carried(model, problem)

    def capacity(b, x, t):
        built = sum(b.link_capacity[x, u] for u in periods[: periods.index(t) + 1])
        return link[x].existing + built

    # carried[l,t,s] <= hours share[s] (existing + built by t)
    @model.Constraint(list(carried), doc="flow within the capacity of the link, unit/year")
    def flow_within_link(b, x, t, s):
        return carried[x, t, s] <= problem.share_of_year(s) * capacity(b, x, t)

    _add_smallest_flow(model, problem, carried, capacity)

    @model.Expression(model.LINKS, periods, doc="capital cost of the link, 万元")
    def link_cost(b, x, t):
        fixed = link[x].fixed_cost * b.linked[x, t] if x in with_fixed_cost else 0.0
        return fixed + link[x].capacity_cost * b.link_capacity[x, t]


def _carried(model: pyo.ConcreteModel, problem: Problem) -> dict[Key, Any]:
    """Flow on every link, unit/year, in the slices in which anything on it is counted.

    What is counted over the year runs evenly beside what is counted slice by slice.
    """
    flows: defaultdict[Key, list[Any]] = defaultdict(list)
    for x, t, s in model.FLOWS:
        candidate = problem.candidates[x]
        if candidate.link:
            flows[candidate.link, t, s].append(model.flow[x, t, s])
    carried = {}
    for (x, t, s), found in flows.items():
        carried[x, t, s] = sum(found)
        if s != ALL_YEAR:
            carried[x, t, s] += problem.share_of_year(s) * sum(flows.get((x, t, ALL_YEAR), ()))
    return carried


def _add_smallest_flow(
    model: pyo.ConcreteModel, problem: Problem, carried: dict[Key, Any], capacity: Any
) -> None:
    """Turn a link with a smallest flow off, or run it at least at that, slice by slice."""
    link = {x.link_id: x for x in problem.links}
    sliced = {(x, t) for x, t, s in carried if s != ALL_YEAR}
    switched = [
        (x, t, s)
        for x, t, s in carried
        if link[x].least_share > 0 and (s != ALL_YEAR or (x, t) not in sliced)
    ]
    model.link_on = pyo.Var(switched, domain=pyo.Binary, doc="link runs in the slice, 0/1")

    def widest(x, s):
        return problem.share_of_year(s) * (link[x].existing + link[x].most)

    # carried[l,t,s] <= hours share[s] (existing + most) link_on[l,t,s]
    @model.Constraint(switched, doc="no flow on a link that is off, unit/year")
    def flow_needs_link_on(b, x, t, s):
        return carried[x, t, s] <= widest(x, s) * b.link_on[x, t, s]

    # carried[l,t,s] >= least_share (hours share[s] (existing + built by t)
    #                                - hours share[s] (existing + most) (1 - link_on[l,t,s]))
    @model.Constraint(switched, doc="smallest flow of a link that is on, unit/year")
    def at_least_smallest_flow(b, x, t, s):
        whole = problem.share_of_year(s) * capacity(b, x, t)
        off = widest(x, s) * (1 - b.link_on[x, t, s])
        return carried[x, t, s] >= link[x].least_share * (whole - off)
