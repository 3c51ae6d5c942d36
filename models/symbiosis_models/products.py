"""Products of variables in a compiled model: relaxed within ranges, held, or followed by a slope.

A shared value stands in several products (`model.products`, see `pools.py`), each with four rows

    product >= a flow                      product <= b flow
    product >= c flow + d (value - c)      product <= e flow + g (value - e)

Over a box of ranges [l, u] they are the envelope of the product: a = e = l, b = c = u, and d and g
the most of the flow; its optimum bounds that of the problem. With l = u the values are held and the
model is exact. With c = e the value and d = g the flow of a solution they follow the slope there,
which leads from one plan to a better one (successive linear programming).
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import pyomo.environ as pyo
from scipy.sparse import csr_array, vstack

from symbiosis.domain.errors import SolverError
from symbiosis.locale import _
from symbiosis_models.compiling import CompiledModel
from symbiosis_models.solver import INFEASIBLE, Answer, SolverOptions, new_highs, run_linear

NOTHING = 1e-7  # of the largest flow: so little has no value of its own


@dataclass(frozen=True)
class Box:
    """Ranges of all shared values."""

    low: np.ndarray
    high: np.ndarray

    def parted(self, number: int, at: float) -> tuple["Box", "Box"]:
        """The two boxes below and above a value."""
        low, high = self.low.copy(), self.high.copy()
        high[number], low[number] = at, at
        return Box(self.low, high), Box(low, self.high)


@dataclass(frozen=True)
class Rows:
    """The four rows of every product: low <= product + of_flow flow + of_value value <= high.

    of_flow, of_value, low, high    [4, products]
    box                             ranges of the values
    """

    of_flow: np.ndarray
    of_value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    box: Box


class Products:
    """The products of a compiled model by their columns."""

    def __init__(self, model: pyo.ConcreteModel, arrays: CompiledModel) -> None:
        """Find the columns, and put rows of one form in the place of the model's envelopes."""
        column = {id(variable): j for j, variable in enumerate(arrays.variables)}
        shared = model.products
        self.value = np.array([column[id(x.value)] for x in shared], dtype=int)
        self.box = Box(np.array([x.low for x in shared]), np.array([x.high for x in shared]))
        triples = [(n, *triple) for n, x in enumerate(shared) for triple in x.products]
        self.group = np.array([n for n, *_ in triples], dtype=int)
        self.product = np.array([column[id(p)] for _n, p, _f, _m in triples], dtype=int)
        self.flow = np.array([column[id(f)] for _n, _p, f, _m in triples], dtype=int)
        self.most = np.array([most for *_, most in triples])
        ends = np.cumsum([len(x.products) for x in shared]) - 1
        self.whole = ends.astype(int)  # the product of the sum of all flows
        kept = [
            i
            for i, row in enumerate(arrays.constraints)
            if id(row.parent_component()) not in model.envelopes
        ]
        self.others = len(kept)  # rows before those of the products
        self.arrays = arrays.with_rows(kept)
        self.columns = np.tile(np.c_[self.product, self.flow, self.value[self.group]], (4, 1))
        rows = self.within(self.box)
        largest = np.abs(self._cells(rows)).max(axis=1, initial=0.0)
        self.row_scale = 2.0 ** -np.round(np.log2(np.where(largest > 0, largest, 1.0)))

    def within(self, box: Box) -> Rows:
        """The products relaxed over a box."""
        low, high = box.low[self.group], box.high[self.group]
        zero, most, free = np.zeros(len(low)), self.most, np.full(len(low), np.inf)
        return Rows(
            np.array([-low, -high, -high, -low]),
            np.array([zero, zero, -most, -most]),
            np.array([zero, -free, -high * most, -free]),
            np.array([free, zero, free, -low * most]),
            box,
        )

    def held(self, values: np.ndarray) -> Rows:
        """The products with every value held: they are exact."""
        return self.within(Box(values, values))

    def sloped(self, values: np.ndarray, x: np.ndarray, step: float) -> Rows:
        """The slope at values and a solution's flows, no more than a share of the range away."""
        away = step * (self.box.high - self.box.low)
        low = np.maximum(self.box.low, values - away)
        whole = self.within(self.box)
        flow, value = np.maximum(0.0, self._unscaled(x, self.flow)), values[self.group]
        at = -value * flow
        return Rows(
            np.array([*whole.of_flow[:2], -value, -value]),
            np.array([*whole.of_value[:2], -flow, -flow]),
            np.array([*whole.low[:2], at, whole.low[3]]),
            np.array([*whole.high[:2], whole.high[2], at]),
            Box(low, np.minimum(self.box.high, values + away)),
        )

    def values(self, x: np.ndarray) -> np.ndarray:
        """What the flows of a solution mix to; where nothing flows its own value."""
        flow = self._unscaled(x, self.flow[self.whole])
        product = self._unscaled(x, self.product[self.whole])
        flows = flow > NOTHING * np.maximum(self.most[self.whole], 1e-9)
        mixed = np.where(flows, product / np.where(flows, flow, 1.0), self.own_values(x))
        return np.asarray(np.clip(mixed, self.box.low, self.box.high))

    def own_values(self, x: np.ndarray) -> np.ndarray:
        """The values themselves."""
        values: np.ndarray = self._unscaled(x, self.value)
        return np.asarray(np.clip(values, self.box.low, self.box.high))

    def errors(self, x: np.ndarray) -> np.ndarray:
        """How far a solution's products are off, relative to the range of their value, in sum."""
        off = self._unscaled(x, self.product)
        off = off - self._unscaled(x, self.value)[self.group] * self._unscaled(x, self.flow)
        total = np.bincount(self.group, np.abs(off), minlength=len(self.value))
        span = self.box.high - self.box.low
        return np.where(span > 0, total / np.where(span > 0, span, 1.0), 0.0)

    def cells(self, rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coefficients [rows, 3] of product, flow and value, and the ends of the rows, scaled."""
        by = self.row_scale
        cells: np.ndarray = self._cells(rows) * by[:, None]
        return cells, rows.low.ravel() * by, rows.high.ravel() * by

    def ends(self, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """Ranges of the values, scaled."""
        scale = self.arrays.column_scale[self.value]
        return box.low / scale, box.high / scale

    def compiled(self, rows: Rows) -> CompiledModel:
        """The model with these rows."""
        arrays = self.arrays
        cells, row_low, row_high = self.cells(rows)
        count = len(cells)
        matrix = csr_array(
            (cells.ravel(), self.columns.ravel(), np.arange(0, 3 * count + 1, 3)),
            shape=(count, len(arrays.variables)),
        )
        low, high = arrays.low.copy(), arrays.high.copy()
        low[self.value], high[self.value] = self.ends(rows.box)
        return replace(
            arrays,
            low=low,
            high=high,
            matrix=vstack([arrays.matrix, matrix]).tocsc(),
            row_low=np.r_[arrays.row_low, row_low],
            row_high=np.r_[arrays.row_high, row_high],
            tightening=np.r_[arrays.tightening, np.zeros(count, dtype=bool)],
            constraints=np.r_[arrays.constraints, np.full(count, None)],
        )

    def _cells(self, rows: Rows) -> np.ndarray:
        of_flow, of_value = rows.of_flow.ravel(), rows.of_value.ravel()
        cells = np.c_[np.ones(len(of_flow)), of_flow, of_value]
        return np.asarray(cells * self.arrays.column_scale[self.columns])

    def _unscaled(self, x: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return np.asarray(x[columns] * self.arrays.column_scale[columns])


class LinearProgram:
    """The model without whole numbers, in one HiGHS that begins where it last ended."""

    def __init__(self, products: Products, options: SolverOptions) -> None:
        """Hand the model over, relaxed over the whole ranges."""
        self.products = products
        self.arrays = arrays = products.arrays
        rows = products.within(products.box)
        self.highs = new_highs(products.compiled(rows), integer=False, options=options)
        self.highs.setOptionValue("output_flag", False)
        self.cells, self.low, self.high = products.cells(rows)
        self.whole = np.flatnonzero(arrays.integer).astype(np.int32)

    def solve(self, rows: Rows, x: np.ndarray, time_limit_s: float) -> Answer | None:
        """The optimum with these rows and the whole numbers of `x`; None where there is none.

        Raises:
            SolverError: if HiGHS does not say, or time is up.
        """
        self._change(rows)
        if len(self.whole):
            numbers = np.round(x[self.whole])
            self.highs.changeColsBounds(len(self.whole), self.whole, numbers, numbers)
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(0.1, time_limit_s))
        run_linear(self.highs)
        if self.highs.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, *INFEASIBLE):
            self.highs.clearSolver()  # the last basis was no good beginning
            self.highs.run()
        status = self.highs.getModelStatus()
        if status in INFEASIBLE:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(
                _("HiGHS stopped without a plan: {status}").format(
                    status=self.highs.modelStatusToString(status)
                )
            )
        solution = self.highs.getSolution()
        values = np.array(solution.col_value)
        values[self.whole] = np.round(values[self.whole])
        objective = float(self.arrays.cost @ values) + self.arrays.offset
        reduced = np.array(solution.col_dual)[self.products.value]
        reduced /= self.arrays.column_scale[self.products.value]
        return Answer("optimal", values, objective, objective, reduced)

    def _change(self, rows: Rows) -> None:
        """Change what is not as it was."""
        cells, low, high = self.products.cells(rows)
        for part in (1, 2):
            for i in np.flatnonzero(cells[:, part] != self.cells[:, part]):
                row, column = self.products.others + int(i), int(self.products.columns[i, part])
                self.highs.changeCoeff(row, column, float(cells[i, part]))
        for i in np.flatnonzero((low != self.low) | (high != self.high)):
            row = self.products.others + int(i)
            self.highs.changeRowBounds(row, float(low[i]), float(high[i]))
        self.cells, self.low, self.high = cells, low, high
        columns = self.products.value.astype(np.int32)
        self.highs.changeColsBounds(len(columns), columns, *self.products.ends(rows.box))
