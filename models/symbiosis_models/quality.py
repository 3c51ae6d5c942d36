"""Quality: what arrives for a need is mixed, and the mixture keeps its limits.

One mechanism for waters, ashes, gases and salts. A property mixes linearly by flow; every value is
declared, so with amounts as variables all rows are linear. What is not known is left out: it
neither spoils nor dilutes.

Sets        m                  mixture: an actor, its need and a property
            a in A[m]          what arrives for it: exchanges, bought, used within
Parameters  q[a,s]             value of an arrival
Variables   f[a,t,s]           its amount: flow x what arrives of it, traded, used_within

Source: Wang and Smith (1994), Chemical Engineering Science 49(7), 981-1006 (fixed loads);
El-Halwagi (1997), Pollution Prevention through Process Integration (sources and sinks).
"""

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.pools import add_pools, pool_flows, pooled
from symbiosis_models.problem import Problem
from symbiosis_models.quality_data import ArrivalData, LoadData, Mixture


def add_quality(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the limits of mixtures, the fixed loads and the load limits.

    The balances are closed: what is used within is a variable of the model.
    """
    add_pools(model, problem)
    _balance_pools(model, problem)
    _add_limits(model, problem)
    _add_loads(model, problem)
    _add_load_limits(model, problem)


def arrivals(
    model: pyo.ConcreteModel, problem: Problem, mixture: Mixture, t: str, s: str, feed: str = ""
) -> Iterator[tuple[Any, float | None, Any]]:
    """Amount and value (None: unknown) of all that arrives in a slice of the need, load of pools.

    Of a need that is balanced over the year, every slice of what arrives; with `feed` only what
    arrives as that substitute.
    """
    actor, need, _property = mixture
    for arrival in _of_mixture(problem, mixture, feed):
        for slice_id in _slices(problem, arrival, need, s):
            amount = _amount(model, arrival, actor, need, t, slice_id)
            if amount is None:
                continue
            load = None
            if arrival.pool:
                key = _flow_key(arrival, actor, need, t, slice_id)
                load = arrival.amount * pooled(
                    model, arrival.pool, arrival.source, key, t, slice_id
                )
            yield amount, arrival.values.get(slice_id), load


def carried(
    model: pyo.ConcreteModel, problem: Problem, mixture: Mixture, t: str, s: str, feed: str = ""
) -> Iterator[tuple[Any, Any]]:
    """Amount of what arrives of known quality, or out of a pool, and the load it carries."""
    for amount, value, load in arrivals(model, problem, mixture, t, s, feed):
        if load is not None:
            yield amount, load
        elif value is not None:
            yield amount, value * amount


def _of_mixture(problem: Problem, mixture: Mixture, feed: str) -> Iterator[ArrivalData]:
    """What arrives, all of it or as one substitute."""
    for arrival in problem.quality.mixtures.get(mixture, ()):
        if not feed:
            yield arrival
        elif arrival.source == "exchange":
            if problem.candidates[arrival.candidate].resource == feed:
                yield arrival


def _flow_key(arrival: ArrivalData, actor: str, need: str, t: str, s: str) -> tuple[int | str, ...]:
    """Index of the variable of an arrival out of a pool."""
    if arrival.source == "exchange":
        return arrival.candidate, t, s
    return actor, need, t, s


def _balance_pools(model: pyo.ConcreteModel, problem: Problem) -> None:
    pools = {pool.pool_id: pool for pool in problem.quality.pools}
    rows = [
        (name, t.period_id, s)
        for name, pool in pools.items()
        for t in problem.periods
        for s in problem.slices_of(pool.resource_out)
    ]

    # sum over n of w[n] == factor x ratio x sum over a of q[a] f[a]
    @model.Constraint(rows, doc="what leaves a pool is what has come in, times its factor")
    def pool_balance(b, name, t, s):
        pool = pools[name]
        leaving = sum(b.load_of_pool_flow[flow] for flow, _v in pool_flows(b, problem, pool, t, s))
        arriving = sum(load for _amount, load in carried(b, problem, pool.mixture, t, s))
        balanced = leaving - pool.factor * pool.ratio * arriving
        return pyo.Constraint.Feasible if isinstance(balanced, int | float) else balanced == 0


def _values(problem: Problem, mixture: Mixture, feed: str) -> Iterator[float]:
    """Values that may arrive; of a pool the ends of its range."""
    pools = {pool.pool_id: pool for pool in problem.quality.pools}
    for arrival in _of_mixture(problem, mixture, feed):
        yield from arrival.values.values()
        if arrival.pool:
            yield from (pools[arrival.pool].low, pools[arrival.pool].high)


def _slices(problem: Problem, arrival: ArrivalData, need: str, s: str) -> tuple[str, ...]:
    """Slices of a flow that belong to slice `s` of the need."""
    if arrival.source != "exchange" or need in problem.slice_resources:
        return (s,)
    candidate = problem.candidates[arrival.candidate]
    return problem.slices_of(candidate.resource, candidate.serves)


def _amount(
    model: pyo.ConcreteModel, arrival: ArrivalData, actor: str, need: str, t: str, s: str
) -> Any | None:
    """What arrives of one source in a slice, None where there is no such variable."""
    if arrival.source == "exchange":
        return arrival.amount * model.flow[arrival.candidate, t, s]
    if arrival.source == "bought":
        key = actor, need, "buy", t, s
        return model.traded[key] if key in model.TRADES else None
    inner = actor, need, t, s
    return model.used_within[inner] if inner in model.USED_WITHIN else None


def _add_limits(model: pyo.ConcreteModel, problem: Problem) -> None:
    most, least = {}, {}
    for limit in problem.quality.limits:
        values = list(_values(problem, limit.mixture, limit.feed))
        key = *limit.mixture, limit.feed, limit.slice_id
        # where nothing of known quality lies outside a limit no row is needed
        if limit.most is not None and any(value > limit.most for value in values):
            most[key] = limit.most
        if limit.least is not None and any(value < limit.least for value in values):
            least[key] = limit.least
    periods = [t.period_id for t in problem.periods]

    def excess(b, key: tuple[str, ...], t: str, bound: float):
        """What arrives beyond a limit: sum over a of (q[a] - limit) f[a]."""
        i, r, p, feed, s = key
        known = carried(b, problem, (i, r, p), t, s, feed)
        return sum(load - bound * amount for amount, load in known)

    # sum over a of (q[a] - most[m,s]) f[a,t,s] <= 0
    @model.Constraint(list(most), periods, doc="a mixture is not above its limit")
    def mixture_at_most(b, *index):
        key, t = index[:-1], index[-1]
        mixed = excess(b, key, t, most[key])
        return pyo.Constraint.Skip if isinstance(mixed, int | float) else mixed <= 0

    # sum over a of (q[a] - least[m,s]) f[a,t,s] >= 0
    @model.Constraint(list(least), periods, doc="a mixture is not below its limit")
    def mixture_at_least(b, *index):
        key, t = index[:-1], index[-1]
        mixed = excess(b, key, t, least[key])
        return pyo.Constraint.Skip if isinstance(mixed, int | float) else mixed >= 0


def _add_loads(model: pyo.ConcreteModel, problem: Problem) -> None:
    loads = {(x.unit, *x.mixture[1:], x.resource_out): x for x in problem.quality.loads}
    rows = [
        (*key, t.period_id, s)
        for key, load in loads.items()
        for t in problem.periods
        for s in problem.slices_of(load.mixture[1])
    ]

    # sum over a of q[a,s] f[a,t,s] + h(s) load[u] <= outlet[u,s] x used resource given[u,t,s]
    @model.Constraint(rows, doc="what is taken and added leaves within the outlet's value")
    def load_leaves(b, u, r, p, out, t, s):
        load = loads[u, r, p, out]
        taken = sum(part for _amount, part in carried(b, problem, load.mixture, t, s))
        added = problem.share_of_year(s) * load.load
        left = taken + added - sum(value * used for used, value in leaving(b, problem, load, t, s))
        if not isinstance(left, int | float):
            return left <= 0
        return pyo.Constraint.Skip if left <= 0 else pyo.Constraint.Infeasible


def leaving(
    model: pyo.ConcreteModel, problem: Problem, load: LoadData, t: str, s: str
) -> Iterator[tuple[Any, float]]:
    """Used resource of a fixed load and its largest value, for a slice of what is taken."""
    unit = next(u for u in problem.units if u.unit_id == load.unit)
    for part, hours in problem.slices.items():
        if s in (part, ALL_YEAR):
            free = unit.unit_id in model.UNITS
            active = model.activity[unit.unit_id, t, part] if free else hours * unit.most
            yield unit.gives[load.resource_out] * active, load.outlet[part]


def _add_load_limits(model: pyo.ConcreteModel, problem: Problem) -> None:
    limits = {x.limit_id: x for x in problem.quality.load_limits}
    periods = [t.period_id for t in problem.periods]

    # sum over m in l, a, s of q[a,s] f[a,t,s] <= most[l]
    @model.Constraint(list(limits), periods, doc="what arrives in a year within its limit")
    def load_within_limit(b, limit_id, t):
        limit = limits[limit_id]
        arriving = sum(
            load
            for mixture in limit.mixtures
            for s in problem.slices_of(mixture[1])
            for _amount, load in carried(b, problem, mixture, t, s)
        )
        return pyo.Constraint.Skip if isinstance(arriving, int | float) else arriving <= limit.most
