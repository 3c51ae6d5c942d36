"""Pumping: what moves a flow along its pipe is needed by the donor, like any other need.

    pumping(x) = pumping_per_km(carrier) km(x) + pumping_per_m(carrier) max(0, lift(x))

per unit sent. It is bought, made by the donor itself or received, in the slice of the flow; what is
sent over the year is pumped evenly.
"""

import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.balance import Balance
from symbiosis_models.problem import Problem


def add_pumping(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Count pumping(x) x flow[x,t,s] as needed by the donor of x."""
    for x, t, s in model.FLOWS:
        c = problem.candidates[x]
        if not c.pumping:
            continue
        needed = c.pumping * model.flow[x, t, s]
        if s != ALL_YEAR or c.pumping_resource not in problem.slice_resources:
            balance.need(balance.key(c.donor, c.pumping_resource, t, s), needed)
            continue
        for part, share in problem.slices.items():
            balance.need(balance.key(c.donor, c.pumping_resource, t, part), share * needed)
