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
from symbiosis_models.mixtures import carried, of_mixture
from symbiosis_models.pools import add_pools
from symbiosis_models.problem import Problem
from symbiosis_models.quality_data import LoadData, Mixture


def add_quality(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the limits of mixtures, the fixed loads and the load limits.

    The balances are closed: what is used within is a variable of the model.
    """
    add_pools(model, problem)
    _add_limits(model, problem)
    _add_loads(model, problem)
    _add_load_limits(model, problem)


def _values(problem: Problem, mixture: Mixture, feed: str) -> Iterator[float]:
    """Values that may arrive; of a pool the ends of its range."""
    for arrival in of_mixture(problem, mixture, feed):
        yield from arrival.values.values()
        if arrival.pool:
            yield from problem.quality.outlet_range(arrival.pool)


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
