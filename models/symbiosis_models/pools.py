"""Pools: what leaves has the quality of what arrives, times a factor. It is free, so bilinear.

A pool is a unit whose outlet mixes what it takes: a tank (factor 1), a treatment that removes a
share of what comes in (factor 1 - r), the reject in which salt is left. With Q its value and f[n] a
flow that leaves it, the load w[n] = Q f[n] is bounded by the convex hull of the product over
pieces of the range of Q, of which one is chosen (piecewise McCormick); within a piece [l, u]

    w[n] >= l f[n]      w[n] >= u f[n] + most[n] (Q - u)
    w[n] <= u f[n]      w[n] <= l f[n] + most[n] (Q - l)

The relaxation is never below the true optimum of a maximum, and exact where a piece has no width.
`planning/pooling.py` chooses the pieces until plan and bound meet.

Sets        n in FLOWS(pool)   exchanges, trades and own use of what the pool gives
            k in PIECES        pieces of the range of Q
Variables   in_piece[k]        1 if Q lies in the piece, where there are several       0/1
            value_in[k]        Q in the piece it lies in, 0 in others
            flow_in[n,k], load_in[n,k]       the same of a flow and its load
            pool_load[n]       load that leaves with a flow

Sources: McCormick (1976), Mathematical Programming 10, 147-175; Gounaris, Misener and Floudas
(2009), Industrial & Engineering Chemistry Research 48(12), 5742-5766 (piecewise relaxations).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.problem import Problem
from symbiosis_models.quality_data import PoolData


class PoolFlow(NamedTuple):
    """A flow of what a pool gives: which variable it is, and which slice of the pool it is of."""

    pool: str
    kind: str
    key: tuple[Any, ...]
    period: str
    part: str


def add_pools(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the loads that leave the pools; `balance_pools` says where they come from."""
    model.load_of_pool_flow = {}
    model.pool_blocks = pyo.Block(pyo.Any)
    for pool in problem.quality.pools:
        for t in problem.periods:
            for s in problem.slices_of(pool.resource_out):
                _add_pool(model, problem, pool, t.period_id, s)


def _add_pool(model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str) -> None:
    ends = pool.ends[t, s]
    pieces = list(pairwise(ends)) or [(ends[0], ends[0])]
    flows = list(pool_flows(model, problem, pool, t, s))
    block = model.pool_blocks[pool.pool_id, t, s]
    several = len(pieces) > 1
    keys = range(len(pieces))
    block.value_in = pyo.Var(keys, bounds=lambda b, k: _between(pieces[k], several))
    block.in_piece = pyo.Var(keys, domain=pyo.Binary) if several else None
    if several:
        block.one_piece = pyo.Constraint(expr=sum(block.in_piece[k] for k in keys) == 1)

        # l[k] in_piece[k] <= value_in[k] <= u[k] in_piece[k]
        @block.Constraint(keys)
        def value_in_piece(b, k):
            return b.value_in[k] <= pieces[k][1] * b.in_piece[k]

        @block.Constraint(keys)
        def value_above_piece(b, k):
            return b.value_in[k] >= pieces[k][0] * b.in_piece[k]

    most = [flow_most(model, pool, flow) for flow, _variable in flows]
    names = [(n, k) for n in range(len(flows)) for k in keys]
    block.flow_in = pyo.Var(names, bounds=lambda b, n, k: (0.0, most[n]))
    block.load_in = pyo.Var(
        names,
        bounds=lambda b, n, k: (most[n] * min(0.0, pieces[k][0]), most[n] * max(0.0, pieces[k][1])),
    )
    chosen = block.in_piece if several else {0: 1.0}

    @block.Constraint(range(len(flows)), doc="a flow lies in the piece of its pool")
    def flow_of_pieces(b, n):
        return flows[n][1] == sum(b.flow_in[n, k] for k in keys)

    @block.Constraint(names)
    def flow_needs_piece(b, n, k):
        return b.flow_in[n, k] <= most[n] * chosen[k]

    @block.Constraint(names)
    def load_at_least(b, n, k):
        return b.load_in[n, k] >= pieces[k][0] * b.flow_in[n, k]

    @block.Constraint(names)
    def load_at_most(b, n, k):
        return b.load_in[n, k] <= pieces[k][1] * b.flow_in[n, k]

    wide = [(n, k) for n, k in names if pieces[k][1] > pieces[k][0]]

    @block.Constraint(wide)
    def load_at_least_from_above(b, n, k):
        high = pieces[k][1]
        return b.load_in[n, k] >= high * b.flow_in[n, k] + most[n] * (
            b.value_in[k] - high * chosen[k]
        )

    @block.Constraint(wide)
    def load_at_most_from_below(b, n, k):
        low = pieces[k][0]
        return b.load_in[n, k] <= low * b.flow_in[n, k] + most[n] * (
            b.value_in[k] - low * chosen[k]
        )

    ways = range(len(flows))
    ends_of_all = ends[0], ends[-1]
    block.pool_load = pyo.Var(
        ways,
        bounds=lambda b, n: (
            most[n] * min(0.0, ends_of_all[0]),
            most[n] * max(0.0, ends_of_all[1]),
        ),
    )

    @block.Constraint(ways)
    def load_of_pieces(b, n):
        return b.pool_load[n] == sum(b.load_in[n, k] for k in keys)

    for n, (flow, _variable) in enumerate(flows):
        model.load_of_pool_flow[flow] = block.pool_load[n]


def _between(piece: tuple[float, float], several: bool) -> tuple[float, float]:
    low, high = piece
    return (min(0.0, low), max(0.0, high)) if several else (low, high)


def pool_flows(
    model: pyo.ConcreteModel, problem: Problem, pool: PoolData, t: str, s: str
) -> Iterator[tuple[PoolFlow, Any]]:
    """Every flow of what a pool gives in a period and a slice of it, with its variable."""

    def here(part: str) -> bool:
        return part == s or s == ALL_YEAR

    for candidate in problem.candidates:
        if (candidate.donor, candidate.resource) == (pool.actor, pool.resource_out):
            for part in problem.slices_of(candidate.resource, candidate.serves):
                if here(part):
                    key = candidate.index, t, part
                    yield PoolFlow(pool.pool_id, "exchange", key, t, s), model.flow[key]
    for action in ("sell", "dispose"):
        trade = pool.actor, pool.resource_out, action, t, s
        if trade in model.TRADES:
            yield PoolFlow(pool.pool_id, "traded", trade, t, s), model.traded[trade]
    own = pool.actor, pool.resource_out, t, s
    if own in model.USED_WITHIN:
        yield PoolFlow(pool.pool_id, "within", own, t, s), model.used_within[own]


def flow_most(model: pyo.ConcreteModel, pool: PoolData, flow: PoolFlow) -> float:
    """The most of a flow."""
    if flow.kind == "within":
        return pool.most
    variable = {"exchange": model.flow, "traded": model.traded}[flow.kind][flow.key]
    return min(float(variable.ub), pool.most)


def pooled(
    model: pyo.ConcreteModel, pool: str, kind: str, key: tuple[Any, ...], t: str, s: str
) -> Any:
    """Load that leaves a pool with a flow."""
    for part in (s, ALL_YEAR):
        flow = PoolFlow(pool, kind, key, t, part)
        if flow in model.load_of_pool_flow:
            return model.load_of_pool_flow[flow]
    raise KeyError(pool, kind, key, t, s)
