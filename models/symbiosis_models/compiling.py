"""Pyomo model -> arrays for HiGHS, scaled so that a tolerance means the same everywhere.

Flows reach 10^6 t a year while a binary is 1; HiGHS' tolerance of 1e-6 on such rows would let a
closed project leak tonnes. Columns and rows are multiplied by powers of two (exact in floating
point) so that the largest amount of a column and the largest coefficient of a row are near 1; of a
column without bounds the largest coefficient in those rows.
"""

import gc
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from symbiosis.domain.errors import InfeasibleError
from symbiosis.locale import _


@dataclass
class CompiledModel:
    """min or max cost @ x + offset, row_low <= matrix @ x <= row_high, low <= x <= high.

    x is scaled: value of variable j = x[j] * column_scale[j]. `matrix` is sparse by columns.
    `tightening` marks rows that whole numbers satisfy by themselves.
    """

    variables: list[Any]
    constraints: np.ndarray
    cost: np.ndarray
    offset: float
    maximise: bool
    low: np.ndarray
    high: np.ndarray
    row_low: np.ndarray
    row_high: np.ndarray
    matrix: Any
    integer: np.ndarray
    tightening: np.ndarray
    column_scale: np.ndarray

    @property
    def row_names(self) -> list[str]:
        """Names of the constraints the rows come from."""
        return [constraint.name for constraint in self.constraints]

    def with_rows(self, kept: np.ndarray | list[int]) -> "CompiledModel":
        """The same model with these rows only, in this order."""
        return replace(
            self,
            matrix=self.matrix.tocsr()[kept].tocsc(),
            row_low=self.row_low[kept],
            row_high=self.row_high[kept],
            tightening=self.tightening[kept],
            constraints=self.constraints[kept],
        )

    @property
    def binaries(self) -> int:
        """How many columns are whole numbers."""
        return int(self.integer.sum())


def compile_model(model: pyo.ConcreteModel) -> CompiledModel:
    """Arrays of any linear Pyomo model with one objective.

    Raises:
        InfeasibleError: if a constraint holds numbers only and they contradict it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    except InfeasibleConstraintException:
        raise InfeasibleError(_("No plan meets every condition.")) from None
    finally:
        if collecting:
            gc.enable()
    tightening: frozenset[str] = getattr(model, "tightening_constraints", frozenset())
    constraints = np.empty(len(form.rows), dtype=object)
    constraints[:] = [row for row, _ in form.rows]
    kind = np.array([bound for _, bound in form.rows], dtype=np.int8)
    right = np.asarray(form.rhs, dtype=float)
    matrix = form.A.tocsc()
    variables = list(form.columns)
    low = np.array([-np.inf if v.lb is None else v.lb for v in variables], dtype=float)
    high = np.array([np.inf if v.ub is None else v.ub for v in variables], dtype=float)
    integer = np.array([not v.is_continuous() for v in variables], dtype=bool)
    cost = np.asarray(form.c.todense(), dtype=float).ravel()

    column_scale = _column_scale(low, high, integer)
    matrix = matrix.multiply(column_scale[None, :]).tocsc()
    row_scale = _one_over_largest(matrix, axis=1)
    matrix = matrix.multiply(row_scale[:, None]).tocsc()
    free = ~(np.isfinite(low) & np.isfinite(high)) & ~integer
    stretch = np.where(free, _one_over_largest(matrix, axis=0), 1.0)
    matrix = matrix.multiply(stretch[None, :]).tocsc()
    column_scale = column_scale * stretch
    objective = next(model.component_data_objects(pyo.Objective, active=True))
    return CompiledModel(
        variables=variables,
        constraints=constraints,
        cost=cost * column_scale,
        offset=float(form.c_offset[0]),
        maximise=objective.sense == pyo.maximize,
        low=low / column_scale,
        high=high / column_scale,
        row_low=np.where(kind <= 0, right, -np.inf) * row_scale,
        row_high=np.where(kind >= 0, right, np.inf) * row_scale,
        matrix=matrix,
        integer=integer,
        tightening=np.array(
            [row.parent_component().local_name in tightening for row in constraints], dtype=bool
        ),
        column_scale=column_scale,
    )


def _column_scale(low: np.ndarray, high: np.ndarray, integer: np.ndarray) -> np.ndarray:
    """Largest amount of a bounded continuous column, as a power of two; 1 for the others."""
    size = np.maximum(np.abs(low), np.abs(high))
    bounded = np.isfinite(size) & (size > 0) & ~integer
    return np.where(bounded, 2.0 ** np.round(np.log2(np.where(bounded, size, 1.0))), 1.0)


def _one_over_largest(matrix: Any, axis: int) -> np.ndarray:
    """One over the largest coefficient of every row (axis 1) or column (0), as a power of two."""
    if 0 in matrix.shape:
        return np.ones(matrix.shape[1 - axis])
    largest = abs(matrix).max(axis=axis).toarray().ravel()
    return 2.0 ** -np.round(np.log2(np.where(largest > 0, largest, 1.0)))
