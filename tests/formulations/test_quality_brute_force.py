"""Every set of treatments with a linear program of its own is the judge of mixtures in the MILP.

The judge reads the records of the dataset: links, limits of a season before those of the year,
values that are known. It makes its own rows and asks `scipy.optimize.linprog`; the best set must be
the optimum of the MILP, and the audit must pass.
"""

from functools import lru_cache
from itertools import chain, combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from parks import YEARS, npv, plan
from symbiosis.domain.dataset import Dataset
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.plan import Plan
from water_parks import random_water_park

SEEDS = range(12)


class Judge:
    """Every set of treatments with a linear program of its own, from the dataset's records."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.seasons = [part.id for part in data.settings.slices]
        self.hours = {part.id: part.hours / 8760 for part in data.settings.slices}
        self.cost: dict[tuple, float] = {}
        self.columns: dict[tuple, int] = {}
        self.serves = {(x.from_resource, x.to_resource): x for x in data.substitutes}
        self.need = {x.enterprise_id: x for x in data.streams if x.direction == "need"}
        self.give = {x.enterprise_id: x for x in data.streams if x.direction == "supply"}
        self.recipe = {u.project_id: u.recipe_id for u in data.project_units}
        self.market = {(m.resource_id, m.action): m.price for m in data.markets}
        for s in self.seasons:
            for link in data.links:
                self.column("flow", link.from_id, link.to_id, link.resource_id, s, link.freight)
            for who, stream in self.need.items():
                self.column("buy", who, s, cost=self.market[stream.resource_id, "buy"])
            for who, stream in self.give.items():
                self.column("dump", who, s, cost=self.market[stream.resource_id, "dispose"])
            for project, recipe in self.recipe.items():
                outs = [f for f in data.flows_of_recipe[recipe] if f.direction == "out"]
                self.column("run", project, s, cost=0.05)
                for flow in outs:
                    price = self.market[flow.resource_id, "dispose"]
                    self.column("dump", f"{project}@P", flow.resource_id, s, cost=price)

    def column(self, *key, cost=None):
        *name, last = key if cost is None else (*key, cost)
        self.columns[tuple(name)] = len(self.columns)
        self.cost[tuple(name)] = last or 0.0

    def value(self, owner, water, name, season, direction="supply"):
        found = [
            q
            for q in self.data.qualities
            if (q.owner_id, q.resource_id, q.property_id) == (owner, water, name)
            and q.direction == direction
            and q.slice_id in ("", season)
        ]
        return max(found, key=lambda q: q.slice_id, default=None)

    def mixtures(self, who, needed, owner, arriving, season):
        """Rows sum f (q - most) <= 0 of a need; `arriving` is (column, donor's owner, water)."""
        for name in ("salt", "cod"):
            limit = self.value(owner, needed, name, season, "need")
            if limit is None:
                continue
            row = {}
            for column, donor, water in arriving:
                direction = "supply" if donor else "bought"
                q = self.value(donor, water, name, season, direction)
                if q is not None:
                    row[column] = q.value - limit.most
            yield row

    def annual_cost(self, built) -> float | None:
        """Least cost of a year with these projects, None where there is no way."""
        equal, below, bounds = [], [], [(0, None)] * len(self.columns)
        for project in self.recipe:
            for s in self.seasons:
                size = self.data.project[project].most_size if project in built else 0
                bounds[self.columns["run", project, s]] = (0, size * self.hours[s])
        for s in self.seasons:
            into: dict[str, list] = {}
            out: dict[tuple, dict[int, float]] = {}
            for link in self.data.links:
                column = self.columns["flow", link.from_id, link.to_id, link.resource_id, s]
                owner = link.from_id.removesuffix("@P")
                into.setdefault(link.to_id, []).append((column, owner, link.resource_id))
                out.setdefault((link.from_id, link.resource_id), {})[column] = 1
            for who, stream in self.need.items():
                arriving = into.get(who, [])
                bought = self.columns["buy", who, s]
                row = {column: 1.0 for column, _, _ in arriving} | {bought: 1.0}
                equal.append((row, self.hours[s] * stream.amount))
                here = [*arriving, (bought, "", stream.resource_id)]
                below += [(r, 0.0) for r in self.mixtures(who, stream.resource_id, who, here, s)]
                for column, _owner, water in arriving:  # every water has one donor
                    share = self.serves[water, stream.resource_id].max_share
                    bounds[column] = (0, share * self.hours[s] * stream.amount)
            for who, stream in self.give.items():
                row = out.get((who, stream.resource_id), {}) | {self.columns["dump", who, s]: 1}
                equal.append((row, self.hours[s] * stream.amount))
            for project, recipe in self.recipe.items():
                run = self.columns["run", project, s]
                arriving = into.get(f"{project}@P", [])
                equal.append(({c: 1.0 for c, _, _ in arriving} | {run: -1.0}, 0.0))
                below += [(r, 0.0) for r in self.mixtures(project, "used", project, arriving, s)]
                for flow in self.data.flows_of_recipe[recipe]:
                    if flow.direction == "out":
                        key = f"{project}@P", flow.resource_id
                        row = out.get(key, {}) | {
                            self.columns["dump", *key, s]: 1,
                            run: -flow.coefficient,
                        }
                        equal.append((row, 0.0))
        cost = np.zeros(len(self.columns))
        for key, n in self.columns.items():
            cost[n] = self.cost[key]
        a, b = self.matrix(equal)
        c, d = self.matrix(below)
        answer = linprog(cost, A_ub=c, b_ub=d, A_eq=a, b_eq=b, bounds=bounds)
        return answer.fun if answer.status == 0 else None

    def matrix(self, rows):
        matrix = np.zeros((len(rows), len(self.columns)))
        for n, (row, _) in enumerate(rows):
            for column, factor in row.items():
                matrix[n, column] += factor
        return matrix, np.array([right for _, right in rows])

    def best(self) -> float:
        """Net present value of the best set of treatments; money is not discounted."""
        projects = list(self.recipe)
        worth = []
        for built in chain.from_iterable(combinations(projects, n) for n in range(3)):
            cost = self.annual_cost(built)
            capital = sum(self.data.project[p].capital_cost for p in built)
            if cost is not None:
                worth.append(-YEARS * cost - capital)
        return max(worth)


@lru_cache
def planned(seed: int) -> Plan:
    return plan(random_water_park(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_treatments_and_mixtures_are_found(seed):
    """Limits by season, unknown values, inlet limits, rejects, shares: as the judge has it."""
    dataset, found = random_water_park(seed).dataset(), planned(seed)
    assert found.facts["npv_wanyuan"] == pytest.approx(Judge(dataset).best(), rel=1e-6)
    assert audit_plan(dataset, found).passed


def test_the_parks_drawn_are_about_quality():
    """Mixtures at their limit, treatments built and not built: else the judge judges nothing."""
    tight, built = 0, set()
    for seed in SEEDS:
        rows = planned(seed).tables["quality"]
        tight += int((rows["value"] >= rows["most"] * (1 - 1e-6)).sum())
        built.add(tuple(planned(seed).built()))
    assert tight >= 10 and len(built) >= 3


@pytest.mark.parametrize("seed", range(4))
def test_a_treatment_never_raises_cost(seed):
    park = random_water_park(seed)
    without, one = (npv(park, switch_off=off) for off in (["ponds", "osmosis"], ["osmosis"]))
    assert without - 1e-6 <= one <= planned(seed).facts["npv_wanyuan"] + 1e-6
