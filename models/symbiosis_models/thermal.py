"""Heat of a load in a slice of the year, as a number or by the activity of its unit."""

from typing import Any

import pyomo.environ as pyo

from symbiosis.network.heat_zones import HeatLoad
from symbiosis_models.problem import Problem


def heat_of_load(
    model: pyo.ConcreteModel, problem: Problem, load: HeatLoad, period: str, slice_id: str
) -> Any:
    """Heat of the whole span of a load in a slice, GJ/year."""
    if load.unit_id in model.UNITS:
        return load.heat * model.activity[load.unit_id, period, slice_id]
    return load.heat_in(slice_id, problem.slices[slice_id], problem.most_activity)
