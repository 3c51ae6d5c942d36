"""The linear programme that is left of a plan once its whole numbers are fixed, and its margins.

The optimum of a maximised linear programme is concave and piecewise linear in an amount that is
taken or delivered beside it. Its slope is the reduced cost of that amount's column, held at a
value; the stretch on which the first slope holds is found by solving the programme again with the
amount held elsewhere: where the two lines of ends meet, until one end lies on the first line.

Source: Eisner and Severance (1976), Journal of the ACM 23(4), 619-635, for the meeting lines.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from symbiosis.domain.errors import SolverError
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.compiling import compile_model
from symbiosis_models.problem import Problem
from symbiosis_models.products import Products
from symbiosis_models.solver import SolverOptions, new_highs, run_linear

Key = tuple[str, str, str]  # actor, resource, buy or dispose
ON_THE_LINE = 1e-7  # of the objective: rounding


class FixedProgram:
    """The programme of a plan; `keys` may be taken (dispose) or delivered (buy) beside it."""

    def __init__(
        self, problem: Problem, whole_numbers: Mapping[str, float], keys: tuple[Key, ...]
    ) -> None:
        """Build and solve it with nothing taken or delivered.

        Pools keep the values of the plan, which stand among its whole numbers.

        Raises:
            SolverError: if the plan does not hold with its whole numbers fixed.
        """
        model = build_chain_selection(replace(problem, asked=replace(problem.asked, more=keys)))
        arrays = compile_model(model)
        names = [variable.name for variable in arrays.variables]
        fixed = [whole_numbers.get(name) for name in names]
        held = arrays.integer & np.array([value is not None for value in fixed], dtype=bool)
        values = np.array([0.0 if value is None else value for value in fixed])
        position = {name: column for column, name in enumerate(names)}
        self.column = {
            key: position[name] for g, key in enumerate(keys) if (name := f"more[{g}]") in position
        }
        more = list(self.column.values())
        low, high = np.where(held, values, arrays.low), np.where(held, values, arrays.high)
        low[more] = high[more] = 0.0
        self.scale = arrays.column_scale
        self.sign = 1.0 if arrays.maximise else -1.0
        arrays = replace(arrays, low=low, high=high)
        if model.products:  # the values that pools mix to are decisions too
            products = Products(model, arrays)
            mixed = np.array([whole_numbers[x.value.name] for x in model.products])
            arrays = products.compiled(products.held(mixed))
        self.highs = new_highs(arrays, integer=False, options=SolverOptions())
        if not run_linear(self.highs):
            raise SolverError(self.highs.modelStatusToString(self.highs.getModelStatus()))
        self.value = self._value()
        self._slopes = np.array(self.highs.getSolution().col_dual) / self.scale * self.sign

    def _value(self) -> float:
        """Objective, larger is better."""
        return self.sign * float(self.highs.getInfo().objective_function_value)

    def margin(self, key: Key) -> float:
        """What the first unit a year more is worth, positive where the park is better off."""
        return float(self._slopes[self.column[key]]) if key in self.column else 0.0

    def stretch(self, key: Key, most: float) -> tuple[float, float]:
        """What a unit more is worth, and up to which amount; `most` is not gone beyond."""
        column = self.column[key]
        slope, end = self.margin(key), most
        while True:
            held = self._held(column, end)
            if held is None:  # so much cannot be taken: half of it
                end /= 2
                if end < ON_THE_LINE * most:
                    break
                continue
            value, last = held
            near = ON_THE_LINE * max(abs(self.value), abs(value), 1.0)
            if abs(self.value + last * end - value) <= near:
                slope = last  # the line of the end passes through the beginning
                break
            if abs(self.value + slope * end - value) <= near:
                break
            meeting = (value - self.value - last * end) / (slope - last) if slope != last else 0.0
            if not ON_THE_LINE * most < meeting < end * (1 - ON_THE_LINE):
                break
            end = meeting
        self.highs.changeColBounds(column, 0.0, 0.0)
        return slope, end

    def _held(self, column: int, amount: float) -> tuple[float, float] | None:
        """Value and slope with an amount held; None where there is no plan."""
        scaled = amount / self.scale[column]
        self.highs.changeColBounds(column, scaled, scaled)
        if not run_linear(self.highs):
            return None
        slope = self.highs.getSolution().col_dual[column] / self.scale[column] * self.sign
        return self._value(), float(slope)
