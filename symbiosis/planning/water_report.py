"""What a plan makes of its water: what is still let out and why, and what it carries away.

water_left    actor, resource, outlet, period, today, plan, reason, detail
              used or reclaimed water that no use takes, m3/year: let out through an outfall
              (`outlet` names its resource) or disposed of (empty). Of what a plan lets out, why:
                  taken       whoever it may serve is served by other used water already
                  too_dirty   it would spoil a mixture that is at its limit of a property (`detail`)
                  too_dear    a use within reach still buys fresh water; a way would cost more
                  too_far     beyond the reach of its carrier, km (`detail`)
                  no_taker    nobody has a use that it may serve
              Asked of the parts of the year in which it is let out; of several, the reason of the
              largest use that still buys fresh water.
water_loads   property, unit, period, today, plan
              what goes to rivers of a property a year, of the water whose value is known
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.settings import ALL_YEAR
from symbiosis.domain.units import UnitError, factor
from symbiosis.network.matching import Matches
from symbiosis.network.quality import Qualities

AGAIN = ("used", "reclaimed")  # classes of water that a use may take again
LEFT = "actor resource outlet period today plan reason detail".split()
LOADS = "property unit period today plan".split()
NEGLIGIBLE = 1e-6  # of a need: less fresh water is none
AT_LIMIT = 1 - 1e-4  # of a limit: above it nothing dirtier may come

Tables = Mapping[str, pd.DataFrame]
Need = tuple[str, str, str, str]  # actor, resource, period, slice


def water_tables(dataset: Dataset, matches: Matches, tables: Tables) -> dict[str, pd.DataFrame]:
    """The tables above; `tables` are those of the plan."""
    report = _Report(dataset, matches, tables)
    return {
        "water_left": pd.DataFrame(list(report.left()), columns=LEFT),
        "water_loads": pd.DataFrame(list(report.loads()), columns=LOADS),
    }


class _Report:
    """The flows of water of a plan, and what stood against others."""

    def __init__(self, dataset: Dataset, matches: Matches, tables: Tables) -> None:
        self.dataset, self.tables = dataset, tables
        self.kind = {row.resource_id: row.water_class for row in dataset.resources}
        self.values = Qualities(dataset)
        self.properties = [row.property_id for row in dataset.properties]
        self.candidates = self._to_uses(matches.candidates)
        self.refused = self._to_uses(matches.refused)
        self.bought: defaultdict[Need, float] = defaultdict(float)
        for row in self._parts("trades"):
            if row.action == "buy":
                self.bought[row.actor, row.resource, row.period, row.slice] += row.plan
        self.needed = self._needed()

    def _to_uses(self, pairs: pd.DataFrame) -> dict[tuple[str, str], list[Any]]:
        """Pairs that end at a use of water, by donor and resource."""
        found: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in pairs.itertuples(index=False):
            if self.kind[row.resource] in AGAIN and self.kind[row.serves] == "use":
                found[row.donor, row.resource].append(row)
        return found

    def _parts(self, name: str) -> Iterator[Any]:
        """Rows of a table by slice; what is balanced over the year has the slice `year`."""
        split = self.tables[f"{name}_by_slice"]
        yield from split.itertuples(index=False)
        whole = self.tables[name]
        if not split.empty:
            annual = [self.dataset.resource[r].balance == "annual" for r in whole["resource"]]
            whole = whole[annual]
        yield from whole.assign(slice=ALL_YEAR).itertuples(index=False)

    def _needed(self) -> dict[Need, float]:
        """What every use takes, from wherever, by slice."""
        found = defaultdict(float, self.bought)
        for row in self._parts("exchanges"):
            found[row.receiver, row.serves, row.period, row.slice] += row.plan
        for row in self._parts("within"):
            found[row.actor, row.resource, row.period, row.slice] += row.plan
        return found

    def left(self) -> Iterator[tuple[Any, ...]]:
        """Rows of `water_left`."""
        out: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in self._parts("exchanges"):
            if row.plan > 0:
                out[row.donor, row.resource, row.serves, row.period].append(row.slice)
        for row in self._parts("trades"):
            if row.plan > 0 and row.action == "dispose":
                out[row.actor, row.resource, "", row.period].append(row.slice)
        for key, (today, plan) in self._let_out().items():
            actor, resource, _outlet, period = key
            why = self._why(actor, resource, period, out[key]) if key in out else ("", "")
            yield *key, today, plan, *why

    def _let_out(self) -> dict[tuple[str, str, str, str], tuple[float, float]]:
        """m3 of today and of the plan by actor, resource, outlet and period, over all outfalls."""
        found: defaultdict[tuple[str, str, str, str], tuple[float, float]]
        found = defaultdict(lambda: (0.0, 0.0))
        for row in self.tables["exchanges"].itertuples(index=False):
            if self.kind[row.resource] in AGAIN and self.kind[row.serves] == "discharge":
                key = row.donor, row.resource, row.serves, row.period
                found[key] = found[key][0] + row.today, found[key][1] + row.plan
        for row in self.tables["trades"].itertuples(index=False):
            if self.kind[row.resource] in AGAIN and row.action == "dispose":
                found[row.actor, row.resource, "", row.period] = row.today, row.plan
        return found

    def _why(
        self, actor: str, resource: str, period: str, slices: Iterable[str]
    ) -> tuple[str, str]:
        """Why what an actor lets out in some slices serves nobody."""
        standing = {*self.dataset.enterprise, *self.tables["projects"]["place_id"]}
        best, reason, detail = 0.0, "", ""
        for pair in self.candidates.get((actor, resource), ()):
            for part in slices:
                need = pair.receiver, pair.serves, period, part
                if pair.receiver not in standing or need not in self.needed:
                    continue
                reason = reason or "taken"
                fresh = self.bought[need]
                if fresh > max(best, NEGLIGIBLE * self.needed[need]):
                    best, spoiled = fresh, self._spoils(actor, resource, need)
                    reason, detail = ("too_dirty", spoiled) if spoiled else ("too_dear", "")
        return (reason, detail) if reason else self._refused(actor, resource)

    def _refused(self, actor: str, resource: str) -> tuple[str, str]:
        """Why nobody could take it, of the nearest refused."""
        for why, reason in (("property", "too_dirty"), ("too_far", "too_far")):
            for pair in self.refused.get((actor, resource), ()):
                if pair.reason == why:
                    return reason, pair.detail
        return "no_taker", ""

    def _spoils(self, actor: str, resource: str, need: Need) -> str:
        """The property that keeps more of a water out of a mixture, "" where none does."""
        receiver, serves, period, part = need
        mixtures = self.tables["quality"]
        here = mixtures[
            (mixtures["actor"] == receiver)
            & (mixtures["serves"] == serves)
            & (mixtures["period"] == period)
            & (mixtures["slice"] == part)
            & (mixtures["direction"] == "need")
        ]
        for row in here.itertuples(index=False):
            value = self.values.value(actor, resource, row.property, row.slice)
            if value is None or not value > row.most:
                continue
            if row.value >= AT_LIMIT * row.most:
                return str(row.property)
        return ""

    def loads(self) -> Iterator[tuple[Any, ...]]:
        """Rows of `water_loads`."""
        exchanges = self.tables["exchanges"]
        periods = [period.id for period in self.dataset.settings.periods]
        out = [
            row for row in exchanges.itertuples(index=False) if self.kind[row.serves] == "discharge"
        ]
        for prop in self.dataset.properties:
            for t in periods:
                here = [row for row in out if row.period == t]
                today = self._load(prop.property_id, ((row, row.today) for row in here))
                plan = self._load(prop.property_id, ((row, row.plan) for row in here))
                if today or plan:
                    unit, per = self._unit(prop.unit)
                    yield prop.property_id, unit, t, per * today, per * plan

    def _load(self, name: str, flows: Iterable[tuple[Any, float]]) -> float:
        total = 0.0
        for row, amount in flows:
            value = self.values.value(row.donor, row.resource, name)
            total += (value or 0.0) * amount * row.yields
        return total

    @staticmethod
    def _unit(of_property: str) -> tuple[str, float]:
        """Loads in t/year where the unit of the property is one of mass per volume."""
        try:
            return "t/year", factor(f"({of_property})*m3", "t")
        except UnitError:
            return f"{of_property}*m3/year", 1.0
