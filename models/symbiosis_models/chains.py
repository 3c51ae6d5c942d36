"""Chains: which one or two are prioritised, and what that asks.

In a prioritised chain every required stage is served by a unit that exists or is built, and every
required link carries its share of what the first of its stages gives. Streams may belong to a stage
beside units. A chain-filling project is
built only when a chain it serves is prioritised.

Sets        c in CHAINS, l in its required links
Variables   prioritised[c]        1 if prioritised                                     0/1
            carried[l,x,t]        part of exchange x that runs from stage to stage     unit/year
            carried_within[l,i,t] the same inside actor i                              unit/year

An exchange counts for a link only as far as the units of the one stage give it and those of the
other need it; other units of the same actors may give and need the same resource.
"""

from typing import Any

import pyomo.environ as pyo

from symbiosis_models.balance import Balance
from symbiosis_models.problem import ChainLinkData, Problem


def add_chains(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add the priority of chains with its conditions."""
    model.CHAINS = pyo.Set(initialize=list(problem.chains), doc="chains that may be prioritised")
    model.prioritised = pyo.Var(model.CHAINS, domain=pyo.Binary, doc="chain is prioritised, 0/1")
    if not problem.chains:
        _bar_chain_filling(model, problem)
        return
    periods = [t.period_id for t in problem.periods]
    last = periods[-1]

    groups = [members for members in problem.chain_groups.values() if members]

    # at least <= sum of prioritised[c] <= at most      over the chains of every group
    @model.Constraint(range(len(groups)), doc="at most one or two chains are prioritised")
    def at_most_chains(b, group):
        return sum(b.prioritised[c] for c in groups[group]) <= problem.chains_at_most

    @model.Constraint(range(len(groups)), doc="at least so many chains are prioritised")
    def at_least_chains(b, group):
        least = min(problem.chains_at_least, len(groups[group]))
        if least == 0:
            return pyo.Constraint.Skip
        return sum(b.prioritised[c] for c in groups[group]) >= least

    stage = {(x.chain, x.stage): x for x in problem.chain_stages}

    # prioritised[c] <= number of units serving the stage     for every required stage
    @model.Constraint(list(stage), doc="a required stage is served")
    def stage_is_served(b, c, name):
        if stage[c, name].existing:
            return pyo.Constraint.Skip
        served = sum(b.standing[k, last] for k in stage[c, name].places)
        return b.prioritised[c] <= served

    _bar_chain_filling(model, problem)
    for number, link in enumerate(problem.chain_links):
        block = pyo.Block(doc=f"{link.chain}: {link.from_stage} to {link.to_stage}")
        model.add_component(f"chain_link_{number}", block)
        _add_chain_link(model, block, problem, link, last)


def _bar_chain_filling(model: pyo.ConcreteModel, problem: Problem) -> None:
    last = problem.periods[-1].period_id

    # standing[k] <= sum of prioritised[c] over the chains it serves
    @model.Constraint(list(problem.chain_places), doc="chain filling needs a prioritised chain")
    def filling_needs_its_chain(b, k):
        chains = [c for c in problem.chain_places[k] if c in b.CHAINS]
        return b.standing[k, last] <= sum(b.prioritised[c] for c in chains)


def _amounts(
    model: pyo.ConcreteModel,
    problem: Problem,
    units: tuple[str, ...],
    streams: tuple[str, ...],
    direction: str,
    t: str,
) -> dict[tuple[str, str], tuple[Any, float]]:
    """What units and streams of a stage give (`supply`) or take (`need`), and the most they could.

    By actor and resource.
    """
    found: dict[tuple[str, str], tuple[Any, float]] = {}

    def add(key: tuple[str, str], amount: Any, most: float) -> None:
        before, before_most = found.get(key, (0.0, 0.0))
        found[key] = before + amount, before_most + most

    for u in problem.units:
        if u.unit_id not in units:
            continue
        active: Any = u.most
        if u.unit_id in model.UNITS:
            active = sum(model.activity[u.unit_id, t, s] for s in problem.slices)
        for resource, coefficient in (u.gives if direction == "supply" else u.takes).items():
            add((u.actor, resource), coefficient * active, coefficient * u.most)
    for x in problem.streams:
        if x.stream_id in streams and x.direction == direction:
            free = x.stream_id in model.STREAMS
            amount = model.stream_amount[x.stream_id, t] if free else x.most
            add((x.actor, x.resource), amount, x.most)
    return found


def _add_chain_link(
    model: pyo.ConcreteModel, block: pyo.Block, problem: Problem, link: ChainLinkData, t: str
) -> None:
    start = _amounts(model, problem, link.givers, link.giving_streams, "supply", t)
    given = {i: amounts for (i, r), amounts in start.items() if r == link.resource}
    taken = _amounts(model, problem, link.takers, link.taking_streams, "need", t)
    exchanges = [
        x
        for x in problem.candidates
        if x.resource == link.resource and x.donor in given and (x.receiver, x.serves) in taken
    ]
    needs = {(x.receiver, x.serves) for x in exchanges}
    inside = [
        i
        for i in given
        if (i, link.resource) in taken
        and any(key[:3] == (i, link.resource, t) for key in model.USED_WITHIN)
    ]
    needs |= {(i, link.resource) for i in inside}
    block.carried = pyo.Var(
        [x.index for x in exchanges],
        bounds=lambda b, x: (0, problem.candidates[x].most),
        doc="exchange from stage to stage, unit/year",
    )
    block.carried_within = pyo.Var(
        inside,
        bounds=lambda b, i: (0, given[i][1]),
        doc="used from stage to stage inside an actor, unit/year",
    )

    # carried[x] <= flow[x], carried_within[i] <= used_within[i]
    @block.Constraint([x.index for x in exchanges])
    def part_of_the_exchange(b, x):
        slices = problem.slices_of(problem.candidates[x].resource, problem.candidates[x].serves)
        return b.carried[x] <= sum(model.flow[x, t, s] for s in slices)

    @block.Constraint(inside)
    def part_of_the_inner_use(b, i):
        return b.carried_within[i] <= sum(
            model.used_within[i, link.resource, t, s] for s in problem.slices_of(link.resource)
        )

    def leaving(b, i):
        inner = b.carried_within[i] if i in inside else 0
        return inner + sum(b.carried[x.index] for x in exchanges if x.donor == i)

    # what leaves the stage at an actor <= what its units and streams of the stage give
    @block.Constraint([i for i in given if i in inside or any(x.donor == i for x in exchanges)])
    def given_by_the_stage(b, i):
        return leaving(b, i) <= given[i][0]

    # what arrives at the other stage for a need <= what its units and streams need
    @block.Constraint(sorted(needs))
    def needed_by_the_stage(b, j, serves):
        inner = b.carried_within[j] if j in inside and serves == link.resource else 0
        arriving = inner + sum(
            x.yields * b.carried[x.index]
            for x in exchanges
            if x.receiver == j and x.serves == serves
        )
        return arriving <= taken[j, serves][0]

    # sum carried >= least_share x given by the stage, if prioritised
    available = sum(amount for amount, _most in given.values())
    most = sum(most for _amount, most in given.values())
    block.total_carried = pyo.Expression(
        expr=sum(block.carried[x.index] for x in exchanges)
        + sum(block.carried_within[i] for i in inside)
    )
    if link.least_share > 0 and most > 0:
        block.reaches_its_share = pyo.Constraint(
            expr=block.total_carried
            >= link.least_share * available
            - link.least_share * most * (1 - model.prioritised[link.chain])
        )
