"""HiGHS on a compiled model: live progress, interruption, and an answer that is clean.

One fresh `Highs` per solve. The search runs in its own thread so that Ctrl-C reaches the waiting
one. After the search the whole numbers are rounded and fixed and the rest is solved again, so that
nothing leaks through a binary of 1e-6; if the objective then moves, the answer is refused.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo

from symbiosis.domain.errors import (
    InfeasibleError,
    NoPlanInTimeError,
    SolverError,
    UnboundedError,
)
from symbiosis.locale import _
from symbiosis_models.compiling import CompiledModel, compile_model
from symbiosis_models.tightening import keep_violated_rows

INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
INTEGRALITY = 1e-6  # HiGHS takes a value this near to a whole number for one
NEIGHBOURHOODS = ("rins", "rens", "root_reduced_cost")  # searched beside the tree, half of the time
LARGEST_MOVE = 1e-5  # of the objective when whole numbers are rounded, relative


@dataclass(frozen=True)
class Progress:
    """What the search has found so far; None before there is any."""

    seconds: float
    incumbent: float | None
    bound: float | None
    gap: float | None


@dataclass(frozen=True)
class SolverOptions:
    """When to stop, and where to begin; `progress` is called about once a second.

    start         whole numbers of a plan near the best, by name: what is left is to prove
    rough_start   those of a plan to improve on, where there is no `start`
    """

    gap: float = 1e-3
    time_limit_s: float = 600.0
    seed: int = 0
    progress: Callable[[Progress], None] | None = None
    start: dict[str, float] | None = None
    rough_start: dict[str, float] | None = None


@dataclass
class Solution:
    """Outcome of a solve; the values stand in the model's variables.

    status   "optimal" (gap reached), "time_limit" or "interrupted" (best plan so far)
    gap      (bound - objective) / |objective|, proven
    whole_numbers    values of the whole-number variables by name, a start for another solve
    """

    status: str
    objective: float
    bound: float
    gap: float
    columns: int
    rows: int
    nonzeros: int
    binaries: int
    times_s: dict[str, float] = field(default_factory=dict)
    whole_numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a solve of a compiled model has found; `values` are scaled as the model is.

    reduced    what the objective gains per unit of a shared value (`products.py`), if asked for
    """

    status: str
    values: np.ndarray
    objective: float
    bound: float
    reduced: np.ndarray | None = None


def solve(model: pyo.ConcreteModel, options: SolverOptions) -> Solution:
    """Solve a linear model with whole numbers and put the values into its variables.

    Raises:
        InfeasibleError, UnboundedError, NoPlanInTimeError, SolverError: see their texts.
    """
    started = time.perf_counter()
    arrays = compile_model(model)
    handed = time.perf_counter()
    answer = solve_compiled(arrays, options)
    times = {"handover": handed - started, "solve": time.perf_counter() - handed}
    return read_solution(arrays, answer, times)


def solve_compiled(arrays: CompiledModel, options: SolverOptions) -> Answer:
    """Solve a compiled model; its whole numbers are clean.

    Raises:
        InfeasibleError, UnboundedError, NoPlanInTimeError, SolverError: see their texts.
    """
    started = time.perf_counter()
    arrays = keep_violated_rows(
        arrays, lambda some: new_highs(some, integer=False, options=options), options.time_limit_s
    )
    left_s = max(0.0, options.time_limit_s - (time.perf_counter() - started))
    search = _Search(arrays, options, left_s)
    status = search.run()
    values, bound = search.values, search.bound
    objective = _objective(arrays, values)
    if arrays.binaries:
        values, objective = _fixed_again(arrays, values, objective, options)
    else:
        bound = objective if status == "optimal" else bound
    bound = max(bound, objective) if arrays.maximise else min(bound, objective)
    return Answer(status, values, objective, bound)


def read_solution(arrays: CompiledModel, answer: Answer, times_s: dict[str, float]) -> Solution:
    """Put the values into the variables of the model."""
    values = answer.values
    for variable, value in zip(arrays.variables, values * arrays.column_scale, strict=True):
        variable.set_value(float(value), skip_validation=True)
    rows, columns = arrays.matrix.shape
    return Solution(
        status=answer.status,
        objective=answer.objective,
        bound=answer.bound,
        gap=relative_gap(arrays, values, answer.objective, answer.bound),
        columns=columns,
        rows=rows,
        nonzeros=arrays.matrix.nnz,
        binaries=arrays.binaries,
        times_s=times_s,
        whole_numbers={
            arrays.variables[j].name: float(values[j]) for j in np.flatnonzero(arrays.integer)
        },
    )


def relative_gap(
    arrays: CompiledModel, values: np.ndarray, objective: float, bound: float
) -> float:
    """Distance of the bound relative to the objective; nil where it is rounding of its terms."""
    distance = abs(bound - objective)
    turnover = float(np.abs(arrays.cost * values).sum() + abs(arrays.offset))
    rounding = 1e-9 * max(turnover, 1e-3)
    return 0.0 if distance <= rounding else distance / max(abs(objective), rounding)


def _objective(arrays: CompiledModel, values: np.ndarray) -> float:
    return float(arrays.cost @ values) + arrays.offset


class _QuietHighs(highspy.Highs):  # type: ignore[misc] # highspy has no types
    """HiGHS that prints nothing: its banner would stand before `--json` on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the first call of highspy's constructor
        super().setOptionValue("log_to_console", False)
        super().enableCallbacks()


def new_highs(arrays: CompiledModel, integer: bool, options: SolverOptions) -> highspy.Highs:
    """A fresh solver holding the model, quiet, with one thread so that a plan can be repeated."""
    highs = _QuietHighs()
    for name, value in {
        "output_flag": True,  # without it HiGHS reports no progress to its callbacks
        "time_limit": float(options.time_limit_s),
        "mip_rel_gap": float(options.gap),
        "mip_abs_gap": 1e-9,
        "random_seed": int(options.seed),
        "threads": 1,
        "primal_feasibility_tolerance": 1e-7,
    }.items():
        highs.setOptionValue(name, value)
    rows, columns = arrays.matrix.shape
    infinity = highspy.kHighsInf
    kinds = np.where(arrays.integer, 1, 0).astype(np.int32) if integer else np.zeros(0, np.int32)
    status = highs.passModel(
        columns,
        rows,
        arrays.matrix.nnz,
        1,  # by columns
        -1 if arrays.maximise else 1,
        arrays.offset,
        arrays.cost,
        np.where(np.isinf(arrays.low), -infinity, arrays.low),
        np.where(np.isinf(arrays.high), infinity, arrays.high),
        np.where(np.isinf(arrays.row_low), -infinity, arrays.row_low),
        np.where(np.isinf(arrays.row_high), infinity, arrays.row_high),
        arrays.matrix.indptr.astype(np.int32),
        arrays.matrix.indices.astype(np.int32),
        arrays.matrix.data,
        kinds if integer else np.zeros(columns, np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError(_("HiGHS did not accept the model"))
    return highs


def run_linear(highs: highspy.Highs) -> bool:
    """Solve a model without whole numbers; whether an optimum was found.

    HiGHS issue 3296: presolve has called feasible models infeasible; it is left out before that is
    believed.
    """
    highs.run()
    if highs.getModelStatus() in INFEASIBLE:
        highs.setOptionValue("presolve", "off")
        highs.run()
        highs.setOptionValue("presolve", "choose")
    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)


class _Search:
    """A solve in a thread of its own, with the best values found so far."""

    def __init__(self, arrays: CompiledModel, options: SolverOptions, left_s: float) -> None:
        self.arrays = arrays
        self.options = options
        self.left_s = left_s
        self.values = np.zeros(0)
        self.bound = np.nan
        self.best: np.ndarray | None = None
        self.last: Progress | None = None
        self.stop = threading.Event()
        self.done = threading.Event()

    def run(self, presolve: str = "on") -> str:
        """Search until optimal, out of time or interrupted; returns the status of the plan."""
        started = time.perf_counter()
        highs = new_highs(self.arrays, integer=True, options=self.options)
        highs.setOptionValue("time_limit", self.left_s)
        highs.setOptionValue("presolve", presolve)
        highs.cbMipImprovingSolution += self._improved
        highs.cbMipLogging += self._logged
        highs.cbMipInterrupt += self._polled
        highs.cbSimplexInterrupt += self._polled
        if start := self.options.start or self.options.rough_start:
            self._pass_start(highs, start)

        def work() -> None:
            try:
                highs.run()  # an error shows in the model status, read below
            finally:
                self.done.set()

        threading.Thread(target=work, daemon=True).start()
        interrupted = False
        shown: Progress | None = None
        while not self.done.is_set():
            try:
                self.done.wait(0.1)
                if self.options.progress and self.last and self.last is not shown:
                    shown = self.last
                    self.options.progress(shown)
            except KeyboardInterrupt:  # HiGHS gives up at its next poll; the best plan stays
                interrupted = True
                self.stop.set()
        if presolve == "on" and highs.getModelStatus() in INFEASIBLE and not interrupted:
            # HiGHS issue 3296, as in `run_linear`
            self.done.clear()
            self.left_s = max(0.0, self.left_s - (time.perf_counter() - started))
            try:
                return self.run(presolve="off")
            except NoPlanInTimeError:
                raise InfeasibleError(_("No plan meets every condition.")) from None
        found = self._read(highs, interrupted)
        if start and found == "optimal" and not self._as_claimed(highs):
            # HiGHS 1.16 may return the start itself where presolve has improved it: leave it out
            self.options = replace(self.options, start=None, rough_start=None)
            self.done.clear()
            self.left_s = max(0.0, self.left_s - (time.perf_counter() - started))
            return self.run(presolve)
        return found

    def _as_claimed(self, highs: highspy.Highs) -> bool:
        """Whether the values returned have the objective HiGHS says they have."""
        said = highs.getInfo().objective_function_value
        own = _objective(self.arrays, self.values)
        return bool(abs(said - own) <= LARGEST_MOVE * max(abs(said), 1.0))

    def _pass_start(self, highs: highspy.Highs, start: Mapping[str, float]) -> None:
        """Begin from the whole numbers of a known plan; of a part of them HiGHS finds the rest."""
        whole = np.flatnonzero(self.arrays.integer)
        names = [self.arrays.variables[column].name for column in whole]
        numbers = np.array([start.get(name, np.nan) for name in names]).round()
        known = np.isfinite(numbers)
        if not known.any():
            return
        if known.all():
            inside = (self.arrays.low[whole] <= numbers) & (numbers <= self.arrays.high[whole])
            linear, solved = _with_fixed(self.arrays, whole, numbers, self.options)
            if not (solved and inside.all()):
                return  # not a plan of this model
            index = np.arange(len(self.arrays.variables))
            value = np.array(linear.getSolution().col_value)
            value[whole] = numbers
        else:
            index, value = whole[known], numbers[known]
        highs.setSolution(len(index), index.astype(np.int32), value)
        for heuristic in NEIGHBOURHOODS if self.options.start else ():
            highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)

    def _improved(self, event: Any) -> None:
        self.best = np.array(event.data_out.mip_solution)

    def _logged(self, event: Any) -> None:
        out = event.data_out
        self.last = Progress(
            seconds=float(out.running_time),
            incumbent=_finite(out.mip_primal_bound),
            bound=_finite(out.mip_dual_bound),
            gap=_finite(out.mip_gap),
        )

    def _polled(self, event: Any) -> None:
        if self.stop.is_set():
            event.interrupt()

    def _read(self, highs: highspy.Highs, interrupted: bool) -> str:
        kind = highspy.HighsModelStatus
        status = highs.getModelStatus()
        if status in INFEASIBLE:
            raise InfeasibleError(_("No plan meets every condition."))
        if status == kind.kUnbounded:
            raise UnboundedError(
                _("The objective can grow without end: a price or a limit is missing.")
            )
        if status == kind.kModelEmpty:
            self.values, self.bound = np.zeros(len(self.arrays.variables)), self.arrays.offset
            return "optimal"
        info = highs.getInfo()
        if info.primal_solution_status == 2:
            self.values = np.array(highs.getSolution().col_value)
        elif self.best is not None:
            self.values = self.best
        elif interrupted:
            raise KeyboardInterrupt
        elif status == kind.kTimeLimit:
            raise NoPlanInTimeError(
                _("No plan was found in {seconds:g} s; allow more time.").format(
                    seconds=self.options.time_limit_s
                )
            )
        else:
            raise SolverError(
                _("HiGHS stopped without a plan: {status}").format(
                    status=highs.modelStatusToString(status)
                )
            )
        self.bound = info.mip_dual_bound if self.arrays.binaries else info.objective_function_value
        if status == kind.kOptimal:
            return "optimal"
        return "interrupted" if interrupted else "time_limit"


def _finite(value: float) -> float | None:
    return float(value) if abs(value) < 1e30 else None


def _with_fixed(
    arrays: CompiledModel, whole: np.ndarray, numbers: np.ndarray, options: SolverOptions
) -> tuple[highspy.Highs, bool]:
    """The linear program with the whole numbers fixed, solved; and whether it has an optimum."""
    low, high = arrays.low.copy(), arrays.high.copy()
    low[whole] = high[whole] = numbers
    fixed = replace(arrays, low=low, high=high)
    highs = new_highs(fixed, integer=False, options=SolverOptions(seed=options.seed))
    return highs, run_linear(highs)


def _fixed_again(
    arrays: CompiledModel, values: np.ndarray, objective: float, options: SolverOptions
) -> tuple[np.ndarray, float]:
    """Round the whole numbers, fix them, and solve the rest again."""
    whole = np.flatnonzero(arrays.integer)
    rounded = np.round(values[whole])
    highs, solved = _with_fixed(arrays, whole, rounded, options)
    if not solved:
        raise SolverError(
            _("The plan does not hold once its whole numbers are rounded ({status}).").format(
                status=highs.modelStatusToString(highs.getModelStatus())
            )
        )
    clean = np.array(highs.getSolution().col_value)
    clean[whole] = rounded
    again = _objective(arrays, clean)
    worse = (objective - again) if arrays.maximise else (again - objective)
    # each amount, a flow as well as a whole number, is only held to the tolerance of the search;
    # what moves is shown in any case: the gap is taken from the objective after it
    by_rounding = INTEGRALITY * float(np.abs(arrays.cost * clean).sum())
    if worse > LARGEST_MOVE * max(abs(objective), 1.0) + by_rounding:
        raise SolverError(
            _(
                "The objective moves from {before:g} to {after:g} once whole numbers are rounded."
            ).format(before=objective, after=again)
        )
    return clean, again
