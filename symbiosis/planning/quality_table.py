"""The qualities of a plan as a table: every mixture with its limits, every fixed load.

quality   actor, resource, serves, direction, property, period, slice, amount, unknown, value,
          least, most, load

direction need     what arrives for the need `serves`: all of it (resource = serves), or what comes
                   as the substitute `resource`; amount of known and of unknown quality, value of
                   the known, limits on it, and its load where the year's load is limited
direction supply   the used `resource` that a unit with a fixed load gives: its value if the load
                   leaves with it, the largest value allowed, the load that leaves

Values are in the unit of the property, loads in it times the unit of the need; `slice` is `year`
for what is balanced over the year.
"""

from collections.abc import Iterator
from math import nan
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from symbiosis_models.mixtures import arrivals
from symbiosis_models.problem import Problem
from symbiosis_models.quality import leaving
from symbiosis_models.quality_data import Mixture

LEAST_AMOUNT = 1e-3  # unit/year: nothing is said of the quality of less
COLUMNS = (
    "actor resource serves direction property period slice amount unknown value least most load"
).split()


def quality_table(problem: Problem, model: pyo.ConcreteModel) -> pd.DataFrame:
    """Table `quality` of a solved model."""
    reader = _Reader(problem, model)
    return pd.DataFrame([*reader.mixtures(), *reader.used()], columns=COLUMNS)


class _Reader:
    """What a solved model says about the mixtures of a problem."""

    def __init__(self, problem: Problem, model: pyo.ConcreteModel) -> None:
        self.problem, self.model, self.quality = problem, model, problem.quality
        self.periods = [period.period_id for period in problem.periods]

    def mixtures(self) -> Iterator[tuple[Any, ...]]:
        """What arrives for every need, and as every substitute that has a limit of its own."""
        limits = {(x.mixture, x.feed, x.slice_id): x for x in self.quality.limits}
        counted = {m for limit in self.quality.load_limits for m in limit.mixtures}
        feeds = {(mixture, feed) for mixture, feed, _slice in limits}
        for mixture, feed in sorted(feeds | {(mixture, "") for mixture in self.quality.mixtures}):
            actor, need, name = mixture
            for t in self.periods:
                for s in self.problem.slices_of(need):
                    known, unknown, load = self._mixed(mixture, feed, t, s)
                    if known + unknown <= LEAST_AMOUNT:
                        continue
                    limit = limits.get((mixture, feed, s))
                    yield (
                        *(actor, feed or need, need, "need", name, t, s, known, unknown),
                        load / known if known > 0 else nan,
                        nan if limit is None or limit.least is None else limit.least,
                        nan if limit is None or limit.most is None else limit.most,
                        load if not feed and mixture in counted else nan,
                    )

    def _mixed(self, mixture: Mixture, feed: str, t: str, s: str) -> tuple[float, float, float]:
        """Amount of known and of unknown quality, and what the known carries."""
        known = unknown = load = 0.0
        for x in arrivals(self.model, self.problem, mixture, t, s, feed):
            amount = max(0.0, float(pyo.value(x.amount)))
            if x.load is not None:
                known += amount
                load += float(pyo.value(x.load))
            elif x.value is None:
                unknown += amount
            else:
                known += amount
                load += x.value * amount
        return known, unknown, load

    def used(self) -> Iterator[tuple[Any, ...]]:
        """What units with a fixed load give of the used resource."""
        for load in self.quality.loads:
            actor, need, name = load.mixture
            for t in self.periods:
                for s in self.problem.slices_of(need):
                    taken = self._mixed(load.mixture, "", t, s)[2]
                    taken += self.problem.share_of_year(s) * load.load
                    parts = [
                        (float(pyo.value(used)), value)
                        for used, value in leaving(self.model, self.problem, load, t, s)
                    ]
                    given = sum(used for used, _ in parts)
                    if given > LEAST_AMOUNT:
                        most = sum(used * value for used, value in parts) / given
                        yield (
                            *(actor, load.resource_out, need, "supply", name, t, s, given, 0.0),
                            *(taken / given, nan, most, taken),
                        )
