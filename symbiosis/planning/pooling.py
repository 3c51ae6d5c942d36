"""The best plan of a problem, where pools have a quality of their own: relax, hold, part.

The value of a pool and the flows out of it are multiplied; over a range of values the product is
relaxed (`symbiosis_models.pools`). That relaxation bounds the optimum; with the values held the
problem is linear and gives a plan. Where bound and plan do not meet, the value whose products are
farthest off has its range parted, and the two halves are relaxed by themselves (spatial branch and
bound). The half with the best bound is next; a half that cannot hold a better plan is left out. So
bound and plan meet within the gap asked for, and both are shown. Without pools there is one
problem and one solve.

Sources: McCormick (1976), Mathematical Programming 10, 147-175; Tawarmalani and Sahinidis (2004),
Mathematical Programming 99, 563-591 (branch and bound); Haverly (1978), ACM SIGMAP Bulletin 25,
19-28 (following the slope from plan to plan).
"""

import heapq
import time
from dataclasses import replace
from itertools import count

import numpy as np
import pyomo.environ as pyo

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError, SolverError
from symbiosis.locale import _
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.compiling import compile_model
from symbiosis_models.problem import Problem
from symbiosis_models.products import Box, LinearProgram, Products, Rows
from symbiosis_models.solver import (
    Answer,
    Progress,
    Solution,
    SolverOptions,
    read_solution,
    relative_gap,
    solve,
    solve_compiled,
)

LEAST_GAP = 1e-5  # relative: bilinear problems are never closed exactly
EXACT = 1e-9  # products that are off by less are taken as they are
EDGE = 0.1  # of a range: it is not parted nearer to its ends
TOWARDS_MIDDLE = 0.25  # where it is parted: between the value found and the middle
STEPS = 8  # along slopes, from a relaxation, and again from the plan found
FIRST_STEP, SHORTER = 0.5, 0.7  # of the range; factor from step to step
LOOK_EVERY = 10  # parts: how often a plan is sought, beside the first few
Times = dict[str, float]


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
    if model.products:
        solution = _Tree(model, options).solve()
        mixed = {x.value.name: float(pyo.value(x.value)) for x in model.products}
        solution = replace(solution, whole_numbers=solution.whole_numbers | mixed)
    else:
        solution = solve(model, options)
    return model, solution, times | solution.times_s


class _Tree:
    """Boxes of values that may still hold the best plan."""

    def __init__(self, model: pyo.ConcreteModel, options: SolverOptions) -> None:
        self.started = time.perf_counter()
        self.arrays = compile_model(model)
        self.products = Products(model, self.arrays)
        self.linear = LinearProgram(self.products, options)
        self.handed = time.perf_counter()
        self.options = options
        self.sign = -1.0 if self.arrays.maximise else 1.0  # costs, whatever is asked for
        self.goal = max(options.gap, LEAST_GAP)
        self.best: Answer | None = None
        self.status = "optimal"
        self.bound = -np.inf  # of all boxes, as a cost
        self.left_out = np.inf  # of those that are near enough, or could not be solved

    def solve(self) -> Solution:
        """The best plan, when it is proven or time is up."""
        try:
            self.bound = min(self._close(), self.left_out)
        except KeyboardInterrupt:
            if self.best is None:
                raise
            self.status = "interrupted"
        if self.best is None:
            if self.status == "optimal":
                raise InfeasibleError(_("No plan meets every condition."))
            raise NoPlanInTimeError(
                _("No plan was found in {seconds:g} s; allow more time.").format(
                    seconds=self.options.time_limit_s
                )
            )
        if self.status == "optimal" and not self._closed(self.bound):
            self.status = "time_limit"
        bound = self.sign * min(self.bound, self._cost)
        best = replace(self.best, status=self.status, bound=bound)
        done = time.perf_counter()
        times = {"handover": self.handed - self.started, "solve": done - self.handed}
        return read_solution(self.arrays, best, times)

    def _close(self) -> float:
        """Part boxes until bound and plan meet; returns the bound as a cost."""
        number = count()
        whole = solve_compiled(
            self.products.compiled(self.products.within(self.products.box)),
            self._options(self.goal / 2),
        )
        open_boxes = [(self.sign * whole.bound, next(number), self.products.box, whole.values)]
        looked = 0
        while open_boxes:
            self.bound, _number, box, x = open_boxes[0]
            self._tell()
            if self._closed(self.bound):
                return self.bound
            if self._left() <= 0:
                self.status = "time_limit"
                return self.bound
            heapq.heappop(open_boxes)
            if looked < LOOK_EVERY // 2 or looked % LOOK_EVERY == 0:
                self._look_for_plan(x)
            looked += 1
            errors = self.products.errors(x)
            widest = int(errors.argmax())
            if errors[widest] <= EXACT * max(1.0, float(self.products.most.max())):
                self._hold(self.products.own_values(x), x)
                continue
            at = _between(box, widest, float(self.products.own_values(x)[widest]))
            for half in box.parted(widest, at):
                part = self._relaxed(half)
                if part is None:
                    continue
                bound = max(self.bound, self.sign * part.bound)
                if self._closed(bound):
                    self.left_out = min(self.left_out, bound)
                else:
                    tighter = self._tighter(half, part)
                    heapq.heappush(open_boxes, (bound, next(number), tighter, part.values))
        return self._cost

    @property
    def _cost(self) -> float:
        """Cost of the best plan."""
        return np.inf if self.best is None else self.sign * self.best.objective

    def _closed(self, bound: float) -> bool:
        """Whether no plan above this bound is better by more than the gap."""
        if self.best is None:
            return False
        best = self.best
        gap = relative_gap(self.arrays, best.values, best.objective, self.sign * bound)
        return bound >= self._cost or gap <= self.goal

    def _relaxed(self, box: Box) -> Answer | None:
        """The relaxation over a box, None where it holds no plan.

        Where the solver fails, or has no time, the bound so far stays.
        """
        rows = self.products.within(box)
        try:
            if not self.arrays.binaries:
                return self.linear.solve(rows, np.zeros(0), self._left())
            return solve_compiled(self.products.compiled(rows), self._options(self.goal / 2))
        except InfeasibleError:
            return None
        except NoPlanInTimeError:
            self.status = "time_limit"
        except SolverError:
            pass
        self.left_out = min(self.left_out, self.bound)
        return None

    def _tighter(self, box: Box, part: Answer) -> Box:
        """The box without values that cost more than the best plan, by their reduced costs.

        From the end of its range a value makes all dearer by its reduced cost per unit it moves.
        """
        if part.reduced is None or self.best is None:
            return box
        rate, values = self.sign * part.reduced, self.products.own_values(part.values)
        room = self._cost - self.sign * part.bound
        away = room / np.maximum(np.abs(rate), 1e-12)
        span = 1e-9 * (self.products.box.high - self.products.box.low)
        at_low, at_high = (
            (rate > 0) & (values <= box.low + span),
            (rate < 0) & (values >= box.high - span),
        )
        return Box(
            np.where(at_high, np.maximum(box.low, box.high - away), box.low),
            np.where(at_low, np.minimum(box.high, box.low + away), box.high),
        )

    def _look_for_plan(self, x: np.ndarray) -> None:
        """Hold the values of a relaxation, follow the slope from there, then from the best plan."""
        values, step = self.products.values(x), FIRST_STEP
        self._hold(values, x)
        for _step in range(STEPS):
            ahead = self._linear(self.products.sloped(values, x, step), x)
            if ahead is None:
                break
            x, values, step = ahead.values, self.products.own_values(ahead.values), step * SHORTER
            self._hold(values, x)
        step = FIRST_STEP / STEPS
        for _step in range(STEPS):
            if self.best is None:
                return
            before, x = self._cost, self.best.values
            ahead = self._linear(self.products.sloped(self.products.own_values(x), x, step), x)
            if ahead is None or self.sign * ahead.objective >= before:
                return
            self._hold(self.products.own_values(ahead.values), ahead.values)
            if self._cost >= before:
                step /= 4

    def _hold(self, values: np.ndarray, x: np.ndarray) -> None:
        """Keep the plan with these values if it is the best; with the whole numbers of x or any."""
        held = self.products.held(values)
        found = self._linear(held, x)
        if self.arrays.binaries and (found is None or self._better(found)):
            found = self._whole(held) or found
        if found is not None and self._better(found):
            self.best = found

    def _better(self, found: Answer) -> bool:
        return self.sign * found.objective < self._cost

    def _linear(self, rows: Rows, x: np.ndarray) -> Answer | None:
        """The optimum with the whole numbers of x, None where there is none."""
        try:
            return self.linear.solve(rows, x, self._left())
        except SolverError:
            return None

    def _whole(self, rows: Rows) -> Answer | None:
        """The optimum with any whole numbers found in the time left, None where there is none."""
        try:
            answer = solve_compiled(self.products.compiled(rows), self._options(self.goal / 2))
        except (InfeasibleError, NoPlanInTimeError, SolverError):
            return None
        if answer.status == "interrupted":
            raise KeyboardInterrupt
        return answer

    def _options(self, gap: float) -> SolverOptions:
        """For a solve within the search."""
        left_s = max(0.1, self._left())
        return replace(
            self.options, gap=gap, time_limit_s=left_s, progress=None, start=None, rough_start=None
        )

    def _left(self) -> float:
        return self.options.time_limit_s - (time.perf_counter() - self.started)

    def _tell(self) -> None:
        """Progress, as the solver tells it."""
        if self.options.progress is None:
            return
        gap = None
        if self.best is not None:
            best = self.best
            gap = relative_gap(self.arrays, best.values, best.objective, self.sign * self.bound)
        self.options.progress(
            Progress(
                time.perf_counter() - self.started,
                None if self.best is None else self.best.objective,
                self.sign * self.bound,
                gap,
            )
        )


def _between(box: Box, number: int, value: float) -> float:
    """Where a range is parted: near the value found, not near its ends."""
    low, high = box.low[number], box.high[number]
    at = (1 - TOWARDS_MIDDLE) * value + TOWARDS_MIDDLE * (low + high) / 2
    return float(np.clip(at, low + EDGE * (high - low), high - EDGE * (high - low)))
