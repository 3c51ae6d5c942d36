"""The best plan of a problem, where pools have a quality of their own: relax, hold, part.

The product of a pool's value and a flow is relaxed over pieces of the value's range
(`symbiosis_models.pools`); that problem bounds the optimum. With the values that its flows mix to
held, the same problem is linear and gives a plan. Where the two do not meet, the range is parted at
those values, and so on: the pieces close in on the optimum, and bound and plan meet within the gap
asked for. Without pools there is one problem and one solve.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

import pyomo.environ as pyo

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.pools import pool_flows
from symbiosis_models.problem import Problem
from symbiosis_models.solver import Solution, SolverOptions, solve

LEAST_GAP = 1e-5  # relative: bilinear problems are never closed exactly
NARROWEST = 1e-6  # of a pool's range: a narrower piece is not parted
EDGE = 0.1  # of a piece: it is not parted nearer to its ends
Times = dict[str, float]
Values = dict[tuple[str, str, str], float]  # pool, period, slice


def solve_problem(
    problem: Problem, options: SolverOptions
) -> tuple[pyo.ConcreteModel, Solution, Times]:
    """A solved model of the best plan found, its bound and gap, and the seconds of each step.

    Raises:
        InfeasibleError, NoPlanInTimeError, SolverError: see their texts.
    """
    started = time.perf_counter()
    model = build_chain_selection(problem)
    times = {"build": time.perf_counter() - started}
    solution = solve(model, options)
    times |= solution.times_s
    if not problem.quality.pools:
        return model, solution, times
    found, bound, status = _close(problem, options, model, solution, started)
    if found is None:
        raise NoPlanInTimeError
    model, plan = found
    gap = _gap(plan.objective, bound)
    times["pools"] = time.perf_counter() - started - sum(times.values())
    return model, replace(plan, bound=bound, gap=gap, status=status), times


def _close(
    problem: Problem,
    options: SolverOptions,
    model: pyo.ConcreteModel,
    relaxed: Solution,
    started: float,
) -> tuple[tuple[pyo.ConcreteModel, Solution] | None, float, str]:
    """Best plan with its model, bound, and whether the two have met."""
    larger = problem.objective.maximised
    best: tuple[pyo.ConcreteModel, Solution] | None = None
    bound, goal = relaxed.bound, max(options.gap, LEAST_GAP)
    while True:
        bound = min(bound, relaxed.bound) if larger else max(bound, relaxed.bound)
        values = mixed_values(model, problem)
        for guess in (values, chosen_values(model, problem)):
            held = _with_ends(problem, {key: (value,) for key, value in guess.items()})
            try:
                candidate = build_chain_selection(held)
                plan = solve(candidate, _left(options, started))
            except (InfeasibleError, NoPlanInTimeError):
                continue  # no plan has just these values; nearer ones will come
            if best is None or (plan.objective > best[1].objective) == larger:
                best = candidate, plan
        if best is not None and _gap(best[1].objective, bound) <= goal:
            return best, bound, "optimal"
        if time.perf_counter() - started > options.time_limit_s:
            return best, bound, "time_limit"
        finer = parted(problem, values)
        if finer == problem:  # no piece is wide enough to be parted
            return best, bound, "time_limit"
        problem = finer
        try:
            model = build_chain_selection(problem)
            relaxed = solve(model, _left(options, started))
        except NoPlanInTimeError:
            return best, bound, "time_limit"


def mixed_values(model: pyo.ConcreteModel, problem: Problem) -> Values:
    """Value to which the flows of a solved model mix in every pool; where nothing flows the middle.

    Kept within the pool's range.
    """
    found = {}
    for pool in problem.quality.pools:
        for t, s in pool.ends:
            flows = list(pool_flows(model, problem, pool, t, s))
            amount = sum(max(0.0, float(variable.value)) for _flow, variable in flows)
            load = sum(float(model.load_of_pool_flow[flow].value) for flow, _v in flows)
            nothing = amount <= 1e-9 * max(1.0, pool.most)
            value = (pool.low + pool.high) / 2 if nothing else load / amount
            found[pool.pool_id, t, s] = min(pool.high, max(pool.low, value))
    return found


def chosen_values(model: pyo.ConcreteModel, problem: Problem) -> Values:
    """Value that the relaxation itself gives to every pool; its largest where nothing flows."""
    found = {}
    for pool in problem.quality.pools:
        for t, s in pool.ends:
            parts = model.pool_blocks[pool.pool_id, t, s].value_in.values()
            given = [float(part.value) for part in parts if part.value is not None]
            value = sum(given) if given else pool.high
            found[pool.pool_id, t, s] = min(pool.high, max(pool.low, value))
    return found


def parted(problem: Problem, values: Values) -> Problem:
    """The pieces in which these values lie, each parted between its value and its middle."""
    ends: dict[tuple[str, str, str], tuple[float, ...]] = {}
    for pool in problem.quality.pools:
        for (t, s), old in pool.ends.items():
            value = values[pool.pool_id, t, s]
            low = max((end for end in old[:-1] if end <= value), default=old[0])
            high = min((end for end in old if end > low), default=low)
            if high - low <= NARROWEST * (pool.high - pool.low):
                ends[pool.pool_id, t, s] = old
                continue
            near = EDGE * (high - low)
            at = min(high - near, max(low + near, 0.75 * value + 0.25 * (low + high) / 2))
            ends[pool.pool_id, t, s] = tuple(sorted({*old, at}))
    return _with_ends(problem, ends)


def _with_ends(problem: Problem, ends: Mapping[tuple[str, str, str], tuple[float, ...]]) -> Problem:
    pools = tuple(
        replace(pool, ends={(t, s): ends[pool.pool_id, t, s] for t, s in pool.ends})
        for pool in problem.quality.pools
    )
    return replace(problem, quality=replace(problem.quality, pools=pools))


def _left(options: SolverOptions, started: float) -> SolverOptions:
    left = options.time_limit_s - (time.perf_counter() - started)
    return replace(options, time_limit_s=max(0.1, left), start=None)


def _gap(objective: float, bound: float) -> float:
    return abs(bound - objective) / max(1e-9, abs(objective), abs(bound))
