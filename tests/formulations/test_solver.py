"""The solver's frame: statuses, interruption, time, starts, silence, scaling, clean answers."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.sparse import csc_array

from parks import model_of, plan, problem_of, source_and_sink
from random_parks import random_park
from symbiosis.domain.errors import (
    InfeasibleError,
    NoPlanInTimeError,
    SolverError,
    UnboundedError,
)
from symbiosis_models import solver
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.compiling import compile_model
from symbiosis_models.problem import Asked
from symbiosis_models.solver import NEIGHBOURHOODS, SolverOptions, _fixed_again, solve


def knapsacks(seed: int = 0, items: int = 80, rows: int = 12) -> pyo.ConcreteModel:
    """Many knapsacks at once: plans are found at once, the proof takes minutes."""
    rng = random.Random(seed)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(items), domain=pyo.Binary)
    model.most = pyo.ConstraintList()
    for _ in range(rows):
        weights = [rng.randint(5, 100) for _ in range(items)]
        load = sum(w * model.x[i] for i, w in enumerate(weights))
        model.most.add(load <= sum(weights) // 2)
    worth = [rng.randint(5, 100) for _ in range(items)]
    model.worth = pyo.Objective(
        expr=sum(w * model.x[i] for i, w in enumerate(worth)), sense=pyo.maximize
    )
    return model


def splits(seed: int = 0, items: int = 50, rows: int = 6) -> tuple[pyo.ConcreteModel, list[int]]:
    """Market split (Cornuejols and Dawande): one plan is planted, and next to none is found."""
    rng = random.Random(seed)
    planted = [rng.randint(0, 1) for _ in range(items)]
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(items), domain=pyo.Binary)
    model.even = pyo.ConstraintList()
    for _ in range(rows):
        weights = [rng.randint(0, 99) for _ in range(items)]
        load = sum(w * model.x[i] for i, w in enumerate(weights))
        model.even.add(load == sum(w * p for w, p in zip(weights, planted, strict=True)))
    model.worth = pyo.Objective(expr=model.x[0], sense=pyo.maximize)
    return model, planted


# Status


def test_optimum_of_a_linear_program():
    """No whole numbers: the bound is the objective, the gap nil."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.y = pyo.Var(bounds=(0, None))
    model.c = pyo.Constraint(expr=model.x + 2 * model.y <= 10)
    model.o = pyo.Objective(expr=model.x + model.y, sense=pyo.maximize)
    solution = solve(model, SolverOptions())
    assert (solution.status, solution.binaries) == ("optimal", 0)
    assert (solution.objective, solution.bound, solution.gap) == pytest.approx((7, 7, 0))
    assert (pyo.value(model.x), pyo.value(model.y)) == pytest.approx((4, 3))


@pytest.mark.parametrize("domain", [pyo.Binary, pyo.NonNegativeReals])
def test_infeasible(domain):
    model = pyo.ConcreteModel()
    model.x = pyo.Var(domain=domain, bounds=(0, 1))
    model.y = pyo.Var(domain=domain, bounds=(0, 1))
    model.c = pyo.Constraint(expr=model.x + model.y >= 3)
    model.o = pyo.Objective(expr=model.x)
    with pytest.raises(InfeasibleError):
        solve(model, SolverOptions())


def test_a_constraint_of_numbers_only():
    """A row without variables that contradicts itself is infeasible, not a crash of Pyomo."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 1))
    model.x.fix(0)
    model.c = pyo.Constraint(expr=model.x >= 1)
    model.y = pyo.Var(bounds=(0, 1))
    model.o = pyo.Objective(expr=model.y)
    with pytest.raises(InfeasibleError):
        solve(model, SolverOptions())


def test_unbounded():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, None))
    model.y = pyo.Var(bounds=(0, 1))
    model.c = pyo.Constraint(expr=model.x >= model.y)
    model.o = pyo.Objective(expr=model.x, sense=pyo.maximize)
    with pytest.raises(UnboundedError):
        solve(model, SolverOptions())


@pytest.mark.parametrize("seed", range(8))
def test_no_park_is_unbounded(seed):
    """Whatever is maximised: even the sum of all amounts of a park is finite.

    So no price, however wrong, can make an objective grow without end.
    """
    model = model_of(random_park(seed))
    model.objective.deactivate()
    everything = sum(v for v in model.component_data_objects(pyo.Var) if v.is_continuous())
    model.most = pyo.Objective(expr=everything, sense=pyo.maximize)
    assert solve(model, SolverOptions()).status == "optimal"


# Time and interruption


def test_time_limit_returns_the_best_plan():
    """Out of time with a plan in hand: its status, and a gap that is told."""
    model = knapsacks()
    solution = solve(model, SolverOptions(gap=0, time_limit_s=1))
    assert solution.status == "time_limit"
    assert solution.gap > 0
    assert solution.bound >= solution.objective > 0
    assert all(pyo.value(row.body) <= row.ub + 1e-6 for row in model.most.values())


def test_time_limit_without_a_plan():
    model, _ = splits()
    with pytest.raises(NoPlanInTimeError, match="No plan was found in"):
        solve(model, SolverOptions(time_limit_s=0.5))


def test_a_park_out_of_time():
    """A plan with its gap, or the error; never a plan that is called optimal without proof."""
    park = random_park(3, enterprises=(5, 5), projects=(5, 5))
    best = plan(park).facts["objective"]["value"]
    try:
        facts = plan(park, solver={"time_limit_s": 0.01}).facts
    except NoPlanInTimeError:
        return
    assert facts["objective"]["bound"] >= best - 1e-6
    assert facts["status"] == "time_limit" or facts["objective"]["value"] == pytest.approx(best)


class Interrupting:
    """Calls of progress; Ctrl-C in the waiting thread at the first that has a plan (or any)."""

    def __init__(self, with_plan: bool) -> None:
        self.with_plan, self.calls = with_plan, []

    def __call__(self, progress):
        self.calls.append(progress)
        if progress.incumbent is not None or not self.with_plan:
            raise KeyboardInterrupt


def test_interruption_returns_the_best_plan():
    """Ctrl-C: the best plan so far, clean and feasible, long before the time limit."""
    model, interrupt = knapsacks(), Interrupting(with_plan=True)
    solution = solve(model, SolverOptions(gap=0, time_limit_s=60, progress=interrupt))
    assert solution.status == "interrupted"
    assert solution.times_s["solve"] < 30
    assert solution.objective >= interrupt.calls[-1].incumbent - 1e-6
    assert all(pyo.value(x) in (0, 1) for x in model.x.values())
    assert all(pyo.value(row.body) <= row.ub + 1e-6 for row in model.most.values())


def test_interruption_without_a_plan():
    """Ctrl-C before there is any plan stops the program as usual."""
    model, _ = splits()
    with pytest.raises(KeyboardInterrupt):
        solve(model, SolverOptions(time_limit_s=60, progress=Interrupting(with_plan=False)))


def test_progress_tells_plan_bound_and_gap():
    """The plan only gets better, the bound only tighter, and the bound is never passed."""
    calls = []
    solve(knapsacks(), SolverOptions(gap=0, time_limit_s=1.5, progress=calls.append))
    known = [c for c in calls if c.incumbent is not None and c.bound is not None]
    assert known
    assert all(c.incumbent <= c.bound + 1e-6 for c in known)
    for earlier, later in itertools.pairwise(known):
        assert later.incumbent >= earlier.incumbent - 1e-6
        assert later.bound <= earlier.bound + 1e-6
        assert later.seconds >= earlier.seconds


# Start


@pytest.mark.parametrize("kind", ["start", "rough_start"])
def test_a_start_is_taken(kind):
    """The planted plan of a market split is found at once when handed over, else not in time."""
    model, planted = splits()
    start = {f"x[{i}]": float(value) for i, value in enumerate(planted)}
    solution = solve(model, SolverOptions(time_limit_s=0.5, **{kind: start}))
    assert solution.objective >= planted[0]
    assert all(abs(pyo.value(row.body) - row.ub) < 1e-6 for row in model.even.values())


@pytest.mark.parametrize("kind", ["start", "rough_start"])
@pytest.mark.parametrize("seed", range(4))
def test_a_start_changes_no_optimum(seed, kind):
    """From its own plan, from nonsense or from names that do not exist: the same objective."""
    park = random_park(seed)
    first = solve(model_of(park), SolverOptions(gap=0))
    nonsense = dict.fromkeys(first.whole_numbers, 1.0)
    for start in (first.whole_numbers, nonsense, {"not a name": 1.0}):
        again = solve(model_of(park), SolverOptions(gap=0, **{kind: start}))
        assert again.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("kind", "left_out"), [("start", True), ("rough_start", False)])
def test_only_near_the_best_are_neighbourhoods_left_out(kind, left_out, monkeypatch):
    """What a search is told of HiGHS's neighbourhood searches, by the kind of its start."""
    told = []
    keep = solver._QuietHighs.setOptionValue

    def setting(highs, name, value):
        told.append((name, value))
        return keep(highs, name, value)

    monkeypatch.setattr(solver._QuietHighs, "setOptionValue", setting)
    model, planted = splits()
    start = {f"x[{i}]": float(value) for i, value in enumerate(planted)}
    solve(model, SolverOptions(time_limit_s=0.1, **{kind: start}))
    off = {name for name, value in told if name.startswith("mip_heuristic_run") and not value}
    assert off == ({f"mip_heuristic_run_{name}" for name in NEIGHBOURHOODS} if left_out else set())


def test_a_start_is_completed_before_it_is_handed_over():
    """A start without the amounts: the search knows the whole plan before it looks for any.

    HiGHS itself would complete it too, but by way of its presolve, which may call it infeasible.
    """
    model, calls = knapsacks(), []
    model.amount = pyo.Var(bounds=(0, 1))
    model.last = pyo.Constraint(expr=model.amount <= model.x[0])
    model.worth.set_value(model.worth.expr + 1000 * model.amount)
    start = {f"x[{i}]": float(i == 0) for i in range(80)}
    solve(model, SolverOptions(time_limit_s=1.5, start=start, progress=calls.append))
    assert calls[0].incumbent >= 1000


def test_a_start_outside_the_bounds_is_no_start():
    """A place that has been barred since: its 1 is beyond its bounds and nothing begins there."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(2), domain=pyo.Binary)
    model.one = pyo.Constraint(expr=model.x[0] + model.x[1] <= 1)
    model.worth = pyo.Objective(expr=2 * model.x[0] + model.x[1], sense=pyo.maximize)
    model.x[0].setub(0)
    solution = solve(model, SolverOptions(gap=0, start={"x[0]": 1.0, "x[1]": 0.0}))
    assert solution.objective == 1


@pytest.mark.parametrize("kind", ["start", "rough_start"])
def test_a_start_that_presolve_improves_is_not_given_back(kind):
    """A start with another size of p1: HiGHS 1.16 said 577.4 and returned the start, worth 529.1.

    Presolve moves the start to the better size; undoing it, the values of the start come back while
    objective and bound are those of the better one. Without the check the plan had a gap of 9 %.
    """
    park = random_park(37, enterprises=(2, 3), projects=(2, 4), places=1, lots=False)
    park.rows.pop("exchanges", None)
    problem = problem_of(park)
    others = frozenset(problem.projects) - {"p1"}
    problem = replace(problem, asked=Asked(built=frozenset({"p1"}), not_built=others))
    model = build_chain_selection(problem)
    whole = [v.name for v in model.component_data_objects(pyo.Var) if v.is_binary()]
    start = {name: 0.0 for name in whole} | {"chosen[p1@0,1,base]": 1.0}
    with_start = solve(model, SolverOptions(gap=0, **{kind: start}))
    alone = solve(build_chain_selection(problem), SolverOptions(gap=0))
    assert with_start.objective == pytest.approx(alone.objective, rel=1e-9)
    assert with_start.gap == 0


# Silence


def test_nothing_is_printed(capfd):
    """HiGHS' banner on standard output would break `--json`."""
    plan(source_and_sink().link("mill", "kiln", "ash", fixed_cost=10))
    solve(knapsacks(items=30, rows=4), SolverOptions(time_limit_s=2, progress=lambda p: None))
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


# Arrays


@pytest.mark.parametrize("seed", range(6))
def test_arrays_are_the_model(seed):
    """At random points every row of the arrays is the constraint it was made of, scaled.

    A row is its constraint times a power of two, so the distance to the bound has the same sign
    and a ratio that is a power of two; bounds and objective agree as numbers.
    """
    model = model_of(random_park(seed, slices=True))
    arrays = compile_model(model)
    rng = np.random.default_rng(seed)
    for variable in model.component_data_objects(pyo.Var):
        variable.set_value(float(rng.uniform(-50, 50)), skip_validation=True)
    values = np.array([pyo.value(v) for v in arrays.variables])
    x = values / arrays.column_scale
    inside = arrays.matrix @ x
    objective = next(model.component_data_objects(pyo.Objective, active=True))
    assert arrays.cost @ x + arrays.offset == pytest.approx(pyo.value(objective), rel=1e-9)
    assert arrays.maximise
    seen = set()
    for i, name in enumerate(arrays.row_names):
        constraint = model.find_component(name)
        body = pyo.value(constraint.body)
        for bound, row_bound in (
            (constraint.lb, arrays.row_low[i]),
            (constraint.ub, arrays.row_high[i]),
        ):
            if np.isfinite(row_bound):
                ratio = (inside[i] - row_bound) / (body - bound)
                assert ratio > 0
                assert np.log2(ratio) == pytest.approx(round(np.log2(ratio)), abs=1e-5), name
                seen.add((name, bound))
    asked = {
        (c.name, bound)
        for c in model.component_data_objects(pyo.Constraint, active=True)
        for bound in (c.lb, c.ub)
        if bound is not None
    }
    assert seen == asked
    lows = [-np.inf if v.lb is None else v.lb for v in arrays.variables]
    highs = [np.inf if v.ub is None else v.ub for v in arrays.variables]
    np.testing.assert_allclose(arrays.low * arrays.column_scale, lows)
    np.testing.assert_allclose(arrays.high * arrays.column_scale, highs)


def test_scales_are_powers_of_two_near_one():
    """Bounded amounts are counted from 0 to about 1, the largest factor of a row is about 1.

    So is the largest factor of an amount without bounds, once rows are scaled.
    """
    arrays = compile_model(model_of(random_park(1)))
    assert np.all(arrays.column_scale == 2.0 ** np.round(np.log2(arrays.column_scale)))
    assert np.all(arrays.column_scale[arrays.integer] == 1)
    size = arrays.high[np.isfinite(arrays.high) & (arrays.high > 0) & ~arrays.integer]
    assert np.all((size > 0.7) & (size < 1.42))
    largest = abs(arrays.matrix).max(axis=1).toarray().ravel()
    assert np.all((largest > 0.7) & (largest < 1.42))
    free = np.isinf(arrays.high) & ~arrays.integer
    largest = abs(arrays.matrix).max(axis=0).toarray().ravel()[free]
    assert free.any() and np.all((largest > 0.7) & (largest < 1.42))


# Clean answers


@pytest.mark.parametrize("amount", [1e2, 1e6, 1e9])
def test_nothing_leaks_through_a_closed_project(amount):
    """At any magnitude a project that does not pay carries exactly nothing.

    A binary of 1e-6 within the solver's tolerance would let 1e-6 of the largest flow through, a
    thousand tonnes of 10^9.
    """
    model = pyo.ConcreteModel()
    model.built = pyo.Var(domain=pyo.Binary)
    model.flow = pyo.Var(bounds=(0, amount))
    model.needs = pyo.Constraint(expr=model.flow <= amount * model.built)
    # built it loses one part in a million; leaking alone would win
    model.worth = pyo.Objective(
        expr=model.flow - amount * (1 + 1e-6) * model.built, sense=pyo.maximize
    )
    solution = solve(model, SolverOptions(gap=0))
    assert pyo.value(model.built) == 0
    assert pyo.value(model.flow) == 0
    assert solution.objective == 0


def test_an_answer_that_moves_when_rounded_is_refused():
    """A binary of 5e-7 that carries 5 of 10^7: rounded to 0 the objective falls from 5 to 0."""
    model = pyo.ConcreteModel()
    model.built = pyo.Var(domain=pyo.Binary)
    model.flow = pyo.Var(bounds=(0, 1e7))
    model.needs = pyo.Constraint(expr=model.flow <= 1e7 * model.built)
    model.worth = pyo.Objective(expr=model.flow, sense=pyo.maximize)
    arrays = compile_model(model)
    values = np.array([5e-7 if whole else 5 / s for whole, s in
                       zip(arrays.integer, arrays.column_scale, strict=True)])  # fmt: skip
    with pytest.raises(SolverError, match="moves from 5 to 0"):
        _fixed_again(arrays, values, 5.0, SolverOptions())


def test_a_program_that_presolve_calls_infeasible_is_solved_without_it():
    """Three rows of a plan of Honggu: fuel of a boiler, its heat, and what is used of it.

    Presolve of HiGHS 1.16 says that no plan holds; x = (1.4765625e-6, 0, 0, 0.012096) does, within
    1e-16.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(4), domain=pyo.NonNegativeReals)
    model.rows = pyo.Constraint(range(3), rule=lambda m, r: m.x[r] == 0)
    model.built = pyo.Var(domain=pyo.Binary)
    model.none = pyo.Objective(expr=model.built + sum(model.x.values()))
    arrays = compile_model(model)
    column = [[v.name for v in arrays.variables].index(f"x[{n}]") for n in range(4)]
    matrix = np.zeros(arrays.matrix.shape)
    matrix[0, column[:3]] = 0.0010198252688172046, 0.03263440860215055, 0.03263440860215055
    matrix[1, [column[0], column[3]]] = 1, -(2**-13)
    matrix[2, column[3]] = -(2**-15)
    amounts = np.array([1.5058356783725912e-9, 0.0, -3.691406250194295e-7])
    arrays = replace(arrays, matrix=csc_array(matrix), row_low=amounts, row_high=amounts)
    values = np.zeros(len(arrays.variables))
    values[column] = 1.4765625e-6, 0, 0, 0.012096
    clean, _objective = _fixed_again(arrays, values, 0.0125, SolverOptions())
    assert clean[column] == pytest.approx(values[column], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_whole_numbers_are_whole_and_rows_hold(seed):
    """Binaries are exactly 0 or 1, and every constraint holds within a millionth of its terms."""
    model = model_of(random_park(seed))
    solve(model, SolverOptions())
    for variable in model.component_data_objects(pyo.Var):
        if variable.is_binary():
            assert variable.value in (0, 1)
    for row in model.component_data_objects(pyo.Constraint, active=True):
        body = pyo.value(row.body)
        assert row.lb is None or body >= row.lb - 1e-3
        assert row.ub is None or body <= row.ub + 1e-3
