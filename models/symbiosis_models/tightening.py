"""Rows that only tighten the relaxation, added where they are violated.

An exchange with a project may flow only when the project stands. The balances already say so for
whole numbers; one row per exchange says it for the relaxation too, which is what makes bounds
good. A problem with 100 sites and 1,000 customers has 100,000 such rows, nearly all of them slack.
So the relaxation is solved without them, the violated ones are added, and so on until none is
violated; the search then starts from the rows that were ever violated. Every plan it may find is a
plan of the whole model, and its bounds are bounds of the whole model.

Source: cutting planes from a pool, as in Nemhauser and Wolsey (1988), Integer and Combinatorial
Optimization, II.5.
"""

import time
from collections.abc import Callable

import highspy
import numpy as np

from symbiosis_models.compiling import CompiledModel

FEW_ROWS = 20_000  # so many rows HiGHS handles well by itself
VIOLATION = 1e-6  # of a scaled row
MOST_AT_ONCE = 20_000  # the worst of the violated rows, per round


def keep_violated_rows(
    arrays: CompiledModel,
    new_highs: Callable[[CompiledModel], highspy.Highs],
    time_limit_s: float,
) -> CompiledModel:
    """The model without the tightening rows that never were violated; small models as they are."""
    if int(arrays.tightening.sum()) <= FEW_ROWS:
        return arrays
    started = time.perf_counter()
    rows = arrays.matrix.tocsr()
    pool = np.flatnonzero(arrays.tightening)
    pooled, limit = rows[pool], arrays.row_high[pool]
    waiting = np.ones(len(pool), dtype=bool)
    highs = new_highs(arrays.with_rows(np.flatnonzero(~arrays.tightening)))
    while time.perf_counter() - started < time_limit_s:
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break  # the search says what is wrong
        values = np.array(highs.getSolution().col_value)
        excess = np.where(waiting, pooled @ values - limit, 0.0)
        worst = np.argsort(-excess, kind="stable")[:MOST_AT_ONCE]
        added = np.sort(worst[excess[worst] > VIOLATION])
        if not len(added):
            break
        part = pooled[added]
        highs.addRows(
            len(added),
            np.full(len(added), -highspy.kHighsInf),
            limit[added],
            part.nnz,
            part.indptr[:-1].astype(np.int32),
            part.indices.astype(np.int32),
            part.data,
        )
        waiting[added] = False
    return arrays.with_rows(np.sort(np.r_[np.flatnonzero(~arrays.tightening), pool[~waiting]]))
