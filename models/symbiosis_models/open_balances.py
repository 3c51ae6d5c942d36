"""Which balances of a problem cannot close: the least that has to be let go or made up for.

The relaxation of the model with slack in every balance of an actor and a resource; the sum of slack
(of scaled rows) is least. Balances that keep some are the ones that cannot close together.
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from symbiosis.domain.errors import InfeasibleError
from symbiosis.locale import _
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.compiling import compile_model
from symbiosis_models.problem import Problem
from symbiosis_models.solver import SolverOptions, new_highs, run_linear

BALANCES = ("giving_balance", "taking_balance")
OPEN = 1e-6  # of a scaled row


def open_balances(problem: Problem) -> frozenset[tuple[str, str]]:
    """Actors and resources whose balances do not close; none where the relaxation has a plan.

    Raises:
        InfeasibleError: if it is something else that cannot hold.
    """
    arrays = compile_model(build_chain_selection(problem))
    rows = [
        row
        for row, constraint in enumerate(arrays.constraints)
        if constraint.parent_component().local_name in BALANCES
    ]
    columns = arrays.matrix.shape[1]
    places = (np.array(rows * 2), np.arange(2 * len(rows)))
    signs = np.repeat([1.0, -1.0], len(rows))
    slack = sparse.csc_array((signs, places), shape=(arrays.matrix.shape[0], 2 * len(rows)))
    elastic = replace(
        arrays,
        cost=np.concatenate([np.zeros(columns), np.ones(2 * len(rows))]),
        offset=0.0,
        maximise=False,
        low=np.concatenate([arrays.low, np.zeros(2 * len(rows))]),
        high=np.concatenate([arrays.high, np.full(2 * len(rows), np.inf)]),
        matrix=sparse.hstack([arrays.matrix, slack]).tocsc(),
        integer=np.concatenate([arrays.integer, np.zeros(2 * len(rows), dtype=bool)]),
    )
    highs = new_highs(elastic, integer=False, options=SolverOptions())
    if not run_linear(highs):
        raise InfeasibleError(_("No plan meets every condition."))
    kept = np.array(highs.getSolution().col_value)[columns:].reshape(2, -1).sum(axis=0)
    return frozenset(
        arrays.constraints[row].index()[:2]
        for row, amount in zip(rows, kept, strict=True)
        if amount > OPEN
    )
