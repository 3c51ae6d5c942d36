"""The heat of a plan in its JSON document: the tables of heat added up, GJ in each slice.

levels      per band of shifted temperatures: available, used, brought, passed, rejected
rejected    heat that is thrown away, by reason
exergy      of all cascades: given, ..., destroyed; and what machines and ways destroy
"""

from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.planning.plan import Plan

LEVEL = ("available", "used", "brought", "passed", "rejected")
EXERGY = (
    "given",
    "from_machines",
    "utility",
    "brought",
    "taken",
    "to_machines",
    "rejected",
    "destroyed",
)


def heat_document(dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Sums over all places, by slice of the last period; empty where nothing has a temperature."""
    last = dataset.settings.periods[-1].id

    def here(name: str, part: str) -> pd.DataFrame:
        rows = plan.tables[name]
        return rows[(rows["period"] == last) & (rows["slice"] == part)]

    def of_slice(part: str) -> dict[str, Any]:
        levels, rejected = here("heat_levels", part), here("heat_rejected", part)
        bands = levels.groupby(["high", "low"])[[*LEVEL]].sum().sort_index(ascending=False)
        exergy = {name: _sum(here("exergy", part)[name]) for name in EXERGY}
        for name in ("machines", "ways"):
            exergy[f"destroyed_by_{name}"] = _sum(here(f"heat_{name}", part)["destroyed"])
        return {
            "levels": [
                {"high": float(high), "low": float(low)} | {x: float(row[x]) for x in LEVEL}
                for (high, low), row in zip(bands.index, bands.to_dict("records"), strict=True)
            ],
            "rejected": {
                str(reason): float(heat)
                for reason, heat in rejected.groupby("reason")["heat"].sum().items()
            },
            "exergy": exergy,
        }

    if plan.tables["heat_levels"].empty:
        return {}
    return {part.id: of_slice(part.id) for part in dataset.settings.slices}


def _sum(column: "pd.Series[Any]") -> float:
    """Sum of the amounts that are known."""
    return float(column.astype(float).sum())
