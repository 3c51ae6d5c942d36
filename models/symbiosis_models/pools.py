"""Pools: what leaves has the quality of what arrives, times a factor. It is free, so bilinear.

A pool is a unit whose outlet mixes what it takes: a tank (factor 1), a treatment that removes a
share of what comes in (factor 1 - r), the reject in which salt is left. What comes in as k goes to
every flow x out of the pool in the same share (pq-formulation):

    routed[k,x] = share[k] flow[x]    sum_k share[k] = 1    sum_k routed[k,x] = flow[x]
    load[p,x] = factor[p] sum_k q[k,p] routed[k,x] + added[p] out_share[x]
    load[p,x] = value[p] flow[x]        out_share[x] = flow[x] / all that leaves

All but the products is linear, and either line of products makes the pool exact. They are relaxed
by their envelope over the range [l, u] of share or value, u <= most (McCormick):

    load >= l flow      load >= u flow + most (value - u)
    load <= u flow      load <= l flow + most (value - l)

The same holds of the sums over the flows. `model.products` names them; `products.py` tightens the
envelopes within a smaller range and `planning/pooling.py` chooses the ranges until the relaxation
and a plan meet. Of what comes from another pool the value is free too: its routed load lies within
its range and adds up to what has come in.

Sets        k in FEEDS, x in FLOWS     what comes in and goes out, of a pool, period and slice
            p in PROPERTIES            those somebody asks for
Variables   pool_share[k]              of what comes in                               0 to 1
            routed[k,x], through[k]    of a flow, of all that leaves                  unit/year
            pool_given                 all that leaves                                unit/year
            pool_load[p,x]             leaves with a flow                  property x unit/year
            pool_load_given[p]         leaves with all                     property x unit/year
            pool_value[p]              of what leaves                                  property
            out_share[x]               of all that leaves; only where the unit adds a load   0 to 1
            routed_load[p,k,x]         of what is routed from another pool property x unit/year

Sources: McCormick (1976), Mathematical Programming 10, 147-175; Tawarmalani and Sahinidis (2002),
Convexification and Global Optimization in Continuous and Mixed-Integer Nonlinear Programming,
chapter 9 (pq-formulation).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pyomo.environ as pyo

from symbiosis_models.mixtures import arrivals
from symbiosis_models.problem import Problem
from symbiosis_models.quality_data import PoolData, outlet_id


class Product(NamedTuple):
    """product = value x flow of the same `SharedValue`; `most` of the flow."""

    product: Any
    flow: Any
    most: float


class SharedValue(NamedTuple):
    """A value that all flows out of a pool have in common; the last product is that of all."""

    value: Any
    low: float
    high: float
    products: tuple[Product, ...]


class Feed(NamedTuple):
    """What comes into a pool: a value by property, or the load of one that is free.

    ranges    least and largest value of the free ones
    """

    amount: Any
    values: Mapping[str, float]
    loads: Mapping[str, Any]
    ranges: Mapping[str, tuple[float, float]]


def add_pools(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add every pool in every period and slice; the balances are closed."""
    model.products = []
    model.envelopes = set()  # ids of the components that `products.py` tightens
    model.load_of_pool_flow = {}
    model.pools = pyo.Block(pyo.Any)
    for pool in problem.quality.pools:
        for t in problem.periods:
            for s in problem.slices_of(pool.gives):
                _add_flows(model, problem, pool, t.period_id, s)
    for pool in problem.quality.pools:
        for t in problem.periods:
            for s in problem.slices_of(pool.gives):
                _add_mixing(model, problem, pool, t.period_id, s)


def _add_flows(model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str) -> None:
    """What leaves, and the load that leaves with it: other pools may take it."""
    block = model.pools[pool.actor, pool.gives, t, s]
    flows = dict(_flows(model, problem, pool, t, s))
    most = pool.most * problem.share_of_year(s)
    block.FLOWS = pyo.Set(initialize=list(range(len(flows))))
    block.flow = dict(enumerate(flows.values()))
    block.most = {x: most if v.ub is None else min(most, v.ub) for x, v in block.flow.items()}
    block.pool_given = pyo.Var(bounds=(0, most))
    block.all_given = pyo.Constraint(expr=block.pool_given == sum(block.flow.values()))
    block.PROPERTIES = pyo.Set(initialize=list(pool.factors))

    def between(most: float, p: str) -> tuple[float, float]:
        low, high = pool.ranges[p]
        return most * min(0.0, low), most * max(0.0, high)

    block.pool_load = pyo.Var(
        block.PROPERTIES, block.FLOWS, bounds=lambda b, p, x: between(block.most[x], p)
    )
    block.pool_load_given = pyo.Var(block.PROPERTIES, bounds=lambda b, p: between(most, p))
    for p in pool.factors:
        outlet = outlet_id(pool.actor, pool.gives, p)
        for x, key in enumerate(flows):
            model.load_of_pool_flow[outlet, *key] = block.pool_load[p, x]


def _add_mixing(model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str) -> None:
    """The mixture of what comes in, in everything that leaves."""
    block = model.pools[pool.actor, pool.gives, t, s]
    feeds = list(_feeds(model, problem, pool, t, s))
    most = block.pool_given.ub
    block.FEEDS = pyo.Set(initialize=list(range(len(feeds))))
    block.pool_share = pyo.Var(block.FEEDS, bounds=(0, 1))
    block.through = pyo.Var(block.FEEDS, bounds=(0, most))
    block.routed = pyo.Var(block.FEEDS, block.FLOWS, bounds=lambda b, k, x: (0, block.most[x]))
    whole = sum(block.pool_share.values()) == 1 if feeds else pyo.Constraint.Feasible
    block.one_whole = pyo.Constraint(expr=whole)

    # through[k] == ratio x amount of feed k == sum over x of routed[k,x]
    @block.Constraint(block.FEEDS)
    def comes_in(b, k):
        return b.through[k] == pool.ratio * feeds[k].amount

    @block.Constraint(block.FEEDS)
    def goes_out(b, k):
        return b.through[k] == sum(b.routed[k, x] for x in b.FLOWS)

    # flow[x] == sum over k of routed[k,x]
    @block.Constraint(block.FLOWS)
    def parts_of_flow(b, x):
        return b.flow[x] == sum(b.routed[k, x] for k in b.FEEDS)

    free = [(p, k, x) for k in block.FEEDS for p in feeds[k].loads for x in block.FLOWS]
    block.routed_load = pyo.Var(free)

    # low routed <= routed_load <= high routed; sum over x of it == ratio x load of feed k
    @block.Constraint(free)
    def routed_at_least(b, p, k, x):
        return b.routed_load[p, k, x] >= feeds[k].ranges[p][0] * b.routed[k, x]

    @block.Constraint(free)
    def routed_at_most(b, p, k, x):
        return b.routed_load[p, k, x] <= feeds[k].ranges[p][1] * b.routed[k, x]

    @block.Constraint(list(dict.fromkeys((p, k) for p, k, _x in free)))
    def routed_comes_in(b, p, k):
        out = sum(b.routed_load[p, k, x] for x in b.FLOWS)
        return out == pool.ratio * feeds[k].loads[p]

    def part_load(b, p, k, x):
        if p in feeds[k].loads:
            return b.routed_load[p, k, x]
        return feeds[k].values.get(p, 0.0) * b.routed[k, x]

    added = {p: problem.share_of_year(s) * load for p, load in pool.loads.items()}
    if added:
        _share_out(block)

    # pool_load[p,x] == factor[p] x sum over k of q[k,p] routed[k,x] + added[p] out_share[x]
    @block.Constraint(block.PROPERTIES, block.FLOWS)
    def load_of_flow(b, p, x):
        mixed = pool.factors[p] * sum(part_load(b, p, k, x) for k in b.FEEDS)
        return b.pool_load[p, x] == mixed + (added[p] * b.out_share[x] if p in added else 0.0)

    # pool_load_given[p] == sum over x of pool_load[p,x]
    @block.Constraint(block.PROPERTIES)
    def load_of_all(b, p):
        return b.pool_load_given[p] == sum(b.pool_load[p, x] for x in b.FLOWS)

    _share_values(model, block, pool, feeds)


def _share_out(block: pyo.Block) -> None:
    """Share out what a unit adds among the flows that leave, as all that comes in is shared out."""
    block.out_share = pyo.Var(block.FLOWS, bounds=(0, 1))
    whole = sum(block.out_share.values()) == 1 if len(block.FLOWS) else pyo.Constraint.Infeasible
    block.all_shared_out = pyo.Constraint(expr=whole)
    out_envelopes = block.out_envelopes = pyo.ConstraintList()
    for x in block.FLOWS:
        products = (
            *(
                Product(block.routed[k, x], block.through[k], block.through[k].ub)
                for k in block.FEEDS
            ),
            Product(block.flow[x], block.pool_given, block.pool_given.ub),
        )
        _add_envelope(out_envelopes, SharedValue(block.out_share[x], 0.0, 1.0, products))


def _share_values(
    model: pyo.ConcreteModel, block: pyo.Block, pool: PoolData, feeds: list[Feed]
) -> None:
    """Name the products: by shares where they are known and fewer than values, else by values."""
    known = not pool.loads and not any(feed.loads for feed in feeds)
    shares = [
        SharedValue(
            block.pool_share[k],
            0.0,
            1.0,
            (
                *(Product(block.routed[k, x], block.flow[x], block.most[x]) for x in block.FLOWS),
                Product(block.through[k], block.pool_given, block.pool_given.ub),
            ),
        )
        for k in block.FEEDS
    ]
    share_envelopes = block.share_envelopes = pyo.ConstraintList()
    for shared in shares:
        _add_envelope(share_envelopes, shared)
    if known and len(feeds) <= len(pool.factors) + 1:
        model.products += shares
        model.envelopes.add(id(share_envelopes))
        return
    block.pool_value = pyo.Var(block.PROPERTIES, bounds=lambda b, p: pool.ranges[p])
    block.same_value = pyo.ConstraintList()
    value_envelopes = block.value_envelopes = pyo.ConstraintList()
    model.envelopes.add(id(value_envelopes))
    for p in block.PROPERTIES:
        shared = SharedValue(
            block.pool_value[p],
            *pool.ranges[p],
            (
                *(
                    Product(block.pool_load[p, x], block.flow[x], block.most[x])
                    for x in block.FLOWS
                ),
                Product(block.pool_load_given[p], block.pool_given, block.pool_given.ub),
            ),
        )
        _add_envelope(value_envelopes, shared)
        if p not in pool.loads and not any(p in feed.loads for feed in feeds):
            mixed = sum(
                feed.values.get(p, 0.0) * block.pool_share[k] for k, feed in enumerate(feeds)
            )
            block.same_value.add(block.pool_value[p] == pool.factors[p] * mixed)
        model.products.append(shared)


def _add_envelope(rows: pyo.ConstraintList, shared: SharedValue) -> None:
    value, low, high, products = shared
    for product, flow, most in products:
        if low != 0:  # else its bound
            rows.add(product >= low * flow)
        rows.add(product <= high * flow)
        rows.add(product >= high * flow + most * (value - high))
        rows.add(product <= low * flow + most * (value - low))


def _feeds(
    model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str
) -> Iterator[Feed]:
    """What may come in, each with its value or load by property; what is unknown counts as 0."""
    by_property = {
        p: list(arrivals(model, problem, (pool.actor, pool.takes, p), t, s)) for p in pool.factors
    }
    for k, arriving in enumerate(next(iter(by_property.values()))):
        same = {p: found[k] for p, found in by_property.items()}
        free = {p: x for p, x in same.items() if x.outlet}
        yield Feed(
            arriving.amount,
            {p: x.value for p, x in same.items() if x.value is not None},
            {p: x.load for p, x in free.items()},
            {p: problem.quality.outlet_range(x.outlet) for p, x in free.items()},
        )


def _flows(
    model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str
) -> Iterator[tuple[tuple[str, tuple[Any, ...]], Any]]:
    """Every flow of what a pool gives in a period and a slice of it, with its variable."""
    parts = [s] if pool.gives in problem.slice_resources else None
    for candidate in problem.candidates:
        if (candidate.donor, candidate.resource) == (pool.actor, pool.gives):
            for part in parts or problem.slices_of(candidate.resource, candidate.serves):
                key: tuple[Any, ...] = candidate.index, t, part
                yield ("exchange", key), model.flow[key]
    for action in ("sell", "dispose"):
        key = pool.actor, pool.gives, action, t, s
        if key in model.TRADES:
            yield ("traded", key), model.traded[key]
    key = pool.actor, pool.gives, t, s
    if key in model.USED_WITHIN:
        yield ("within", key), model.used_within[key]
