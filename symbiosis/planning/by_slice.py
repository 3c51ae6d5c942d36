"""What a plan does in every slice of the year, where a study has several.

Tables (amounts in the slice, in the resource's unit; rows without any amount are left out):

units_by_slice       unit_id, period, slice, plan
exchanges_by_slice   donor, receiver, resource, serves, period, slice, plan
within_by_slice      actor, resource, period, slice, plan
trades_by_slice      actor, resource, action, period, slice, plan

Exchanges, own use and trades of resources that are balanced over the year have no slices.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from symbiosis.domain.settings import ALL_YEAR
from symbiosis_models.problem import Problem

COLUMNS = {
    "units_by_slice": ("unit_id",),
    "exchanges_by_slice": ("donor", "receiver", "resource", "serves"),
    "within_by_slice": ("actor", "resource"),
    "trades_by_slice": ("actor", "resource", "action"),
}
Row = tuple[Any, ...]


def slice_tables(
    problem: Problem, model: pyo.ConcreteModel, yearly: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The tables above; `yearly` are the plan's tables, whose amounts they split."""
    rows: dict[str, Iterable[Row]] = {name: () for name in COLUMNS}
    if len(problem.slices) > 1:
        exchange = {
            x.index: (x.donor, x.receiver, x.resource, x.serves) for x in problem.candidates
        }
        rows = {
            "units_by_slice": _activity(problem, model),
            "exchanges_by_slice": (
                (*exchange[x], t, s, model.flow[x, t, s].value) for x, t, s in model.FLOWS
            ),
            "within_by_slice": ((*key, model.used_within[key].value) for key in model.USED_WITHIN),
            "trades_by_slice": ((*key, model.traded[key].value) for key in model.TRADES),
        }
    return {
        name: _table(columns, rows[name], yearly[name.removesuffix("_by_slice")])
        for name, columns in COLUMNS.items()
    }


def _activity(problem: Problem, model: pyo.ConcreteModel) -> Iterable[Row]:
    for unit in problem.units:
        for period in problem.periods:
            t = period.period_id
            for s, hours in problem.slices.items():
                free = unit.unit_id in model.UNITS
                plan = model.activity[unit.unit_id, t, s].value if free else hours * unit.most
                yield unit.unit_id, t, s, plan


def _table(columns: tuple[str, ...], rows: Iterable[Row], yearly: pd.DataFrame) -> pd.DataFrame:
    """Rows of a slice whose amount of the year is one; the rest is rounding."""
    names = [*columns, "period"]
    there = set(yearly.loc[yearly["plan"] > 0, names].itertuples(index=False, name=None))
    kept = [
        (*row[:-1], max(0.0, float(row[-1])))
        for row in rows
        if row[-2] != ALL_YEAR and (*row[: len(columns)], row[-3]) in there and row[-1] > 0
    ]
    return pd.DataFrame(kept, columns=[*names, "slice", "plan"])
