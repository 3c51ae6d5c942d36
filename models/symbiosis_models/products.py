"""Products of variables in a compiled model: relaxed within ranges, held, or followed by a slope.

A shared value stands in several products (`model.products`, see `pools.py`). The model holds their
envelopes over the whole range; here rows are added for smaller ranges, which bound the optimum over
them, for single values, where the model is exact, and for the slope at a point

    product = value0 flow + flow0 value - value0 flow0

which leads from one plan to a better one (successive linear programming).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
from scipy.sparse import csr_array, vstack

from symbiosis_models.compiling import CompiledModel

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


class Products:
    """The products of a compiled model by their columns."""

    def __init__(self, model: pyo.ConcreteModel, arrays: CompiledModel) -> None:
        """Find the columns."""
        column = {id(variable): j for j, variable in enumerate(arrays.variables)}
        shared = model.products
        self.arrays = arrays
        self.value = np.array([column[id(x.value)] for x in shared], dtype=int)
        self.box = Box(np.array([x.low for x in shared]), np.array([x.high for x in shared]))
        triples = [(n, *triple) for n, x in enumerate(shared) for triple in x.products]
        self.group = np.array([n for n, *_ in triples], dtype=int)
        self.product = np.array([column[id(p)] for _n, p, _f, _m in triples], dtype=int)
        self.flow = np.array([column[id(f)] for _n, _p, f, _m in triples], dtype=int)
        self.most = np.array([most for *_, most in triples])
        ends = np.cumsum([len(x.products) for x in shared]) - 1
        self.whole = ends.astype(int)  # the product of the sum of all flows

    def within(self, box: Box) -> CompiledModel:
        """The model relaxed over a box."""
        narrower = (box.low > self.box.low) | (box.high < self.box.high)
        here = np.flatnonzero(narrower[self.group])
        low, high = box.low[self.group[here]], box.high[self.group[here]]
        most, zero = self.most[here], np.zeros(len(here))
        rows = [
            self._rows(here, -low, zero, zero, np.inf),
            self._rows(here, -high, zero, -np.inf, zero),
            self._rows(here, -high, -most, -high * most, np.inf),
            self._rows(here, -low, -most, -np.inf, -low * most),
        ]
        return self._with(rows, box.low, box.high)

    def held(self, values: np.ndarray) -> CompiledModel:
        """The model with every value held: no product is left."""
        every = np.arange(len(self.group))
        zero = np.zeros(len(every))
        rows = [self._rows(every, -values[self.group], zero, zero, zero)]
        return self._with(rows, values, values)

    def sloped(self, values: np.ndarray, x: np.ndarray, step: float) -> CompiledModel:
        """The model along the slope at values and a solution's flows, a share of the range away."""
        every = np.arange(len(self.group))
        flow = np.maximum(0.0, self._unscaled(x, self.flow))
        value = values[self.group]
        rows = [self._rows(every, -value, -flow, -value * flow, -value * flow)]
        away = step * (self.box.high - self.box.low)
        low = np.maximum(self.box.low, values - away)
        return self._with(rows, low, np.minimum(self.box.high, values + away))

    def values(self, x: np.ndarray) -> np.ndarray:
        """What the flows of a solution mix to; where nothing flows its own value."""
        flow = self._unscaled(x, self.flow[self.whole])
        product = self._unscaled(x, self.product[self.whole])
        flows = flow > NOTHING * np.maximum(self.most[self.whole], 1e-9)
        mixed = np.where(flows, product / np.where(flows, flow, 1.0), self.own_values(x))
        return np.clip(mixed, self.box.low, self.box.high)

    def own_values(self, x: np.ndarray) -> np.ndarray:
        """The values themselves."""
        return np.clip(self._unscaled(x, self.value), self.box.low, self.box.high)

    def errors(self, x: np.ndarray) -> np.ndarray:
        """How far a solution's products are off, relative to the range of their value, in sum."""
        off = self._unscaled(x, self.product)
        off = off - self._unscaled(x, self.value)[self.group] * self._unscaled(x, self.flow)
        total = np.bincount(self.group, np.abs(off), minlength=len(self.value))
        span = self.box.high - self.box.low
        return np.where(span > 0, total / np.where(span > 0, span, 1.0), 0.0)

    def _unscaled(self, x: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return np.asarray(x[columns] * self.arrays.column_scale[columns])

    def _rows(
        self,
        which: np.ndarray,
        of_flow: np.ndarray,
        of_value: np.ndarray,
        low: np.ndarray | float,
        high: np.ndarray | float,
    ) -> tuple[csr_array, np.ndarray, np.ndarray]:
        """low <= product + of_flow flow + of_value value <= high, scaled."""
        count, scale = len(which), self.arrays.column_scale
        columns = np.c_[self.product[which], self.flow[which], self.value[self.group[which]]]
        cells = np.c_[np.ones(count), of_flow, of_value] * scale[columns]
        largest = np.abs(cells).max(axis=1, initial=0.0)
        by = 2.0 ** -np.round(np.log2(np.where(largest > 0, largest, 1.0)))
        shape = count, len(scale)
        start = np.arange(0, 3 * count + 1, 3)
        matrix = csr_array(((cells * by[:, None]).ravel(), columns.ravel(), start), shape=shape)
        return matrix, np.broadcast_to(low, count) * by, np.broadcast_to(high, count) * by

    def _with(
        self,
        rows: Sequence[tuple[csr_array, np.ndarray, np.ndarray]],
        low: np.ndarray,
        high: np.ndarray,
    ) -> CompiledModel:
        """The model with these rows and ranges of the values."""
        arrays = self.arrays
        count = sum(matrix.shape[0] for matrix, _low, _high in rows)
        columns_low, columns_high = arrays.low.copy(), arrays.high.copy()
        scale = arrays.column_scale[self.value]
        columns_low[self.value], columns_high[self.value] = low / scale, high / scale
        return replace(
            arrays,
            low=columns_low,
            high=columns_high,
            matrix=vstack([arrays.matrix, *(matrix for matrix, _l, _h in rows)]).tocsc(),
            row_low=np.concatenate([arrays.row_low, *(part for _m, part, _h in rows)]),
            row_high=np.concatenate([arrays.row_high, *(part for _m, _l, part in rows)]),
            tightening=np.concatenate([arrays.tightening, np.zeros(count, dtype=bool)]),
            constraints=np.concatenate([arrays.constraints, np.full(count, None)]),
        )


def with_whole_numbers(arrays: CompiledModel, x: np.ndarray) -> CompiledModel:
    """The model with the whole numbers of a solution."""
    whole = np.round(x)
    return replace(
        arrays,
        low=np.where(arrays.integer, whole, arrays.low),
        high=np.where(arrays.integer, whole, arrays.high),
        integer=np.zeros(len(arrays.integer), dtype=bool),
    )
