"""Pumping: what the pumps of a pipe run on is needed by the donor, by distance and lift.

How much depends on the ways, so the need is open while they are sought and known once they are.
"""

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors, amounts


def with_pumps(dataset: Dataset, gives: pd.DataFrame, takes: pd.DataFrame) -> pd.DataFrame:
    """Needs of processes, and of what might run the pumps of the donors `gives` names.

    Columns: actor, resource, today, most, process. `process` is `most` without the pumps, of which
    nothing is known yet: the most of what they run on is without limit.
    """
    pumped = pd.DataFrame(dataset.pumped, columns=["carried", "resource"])
    donors = gives[["actor", "resource"]].rename(columns={"resource": "carried"})
    pumps = donors.merge(pumped, on="carried")[["actor", "resource"]].drop_duplicates()
    pumps = pumps.assign(today=0.0, most=np.inf, process=0.0)
    if pumps.empty:
        return takes.assign(process=takes["most"])
    table = pd.concat([takes.assign(process=takes["most"]), pumps], ignore_index=True)
    return table.groupby(["actor", "resource"], as_index=False, sort=False).sum()


def pumping_needs(candidates: pd.DataFrame, gives: pd.DataFrame) -> pd.Series:
    """The most that the pumps of a donor could need a year, by actor and resource.

    All it can give of a resource goes the most laborious of its ways. `gives` has actor, resource
    and most.
    """
    pumped = candidates.loc[candidates["pumping"] > 0]
    worst = pumped.groupby(["donor", "pumping_resource", "resource"], as_index=False)["pumping"]
    table = worst.max().merge(
        gives[["actor", "resource", "most"]],
        left_on=["donor", "resource"],
        right_on=["actor", "resource"],
    )
    needed = (table["pumping"] * table["most"]).groupby([table["donor"], table["pumping_resource"]])
    return needed.sum().rename_axis(["actor", "resource"]).astype(float)


def needs_with_pumping(actors: Actors, candidates: pd.DataFrame) -> pd.DataFrame:
    """What every actor needs of every resource: `amounts`, and what its pumps could need."""
    pumps = pumping_needs(candidates, amounts(actors, "supply")).rename("most").reset_index()
    table = pd.concat([amounts(actors, "need"), pumps.assign(today=0.0)], ignore_index=True)
    return table.groupby(["actor", "resource"], as_index=False, sort=False).sum()
