"""Sampled futures: the study asked with prices, amounts and costs drawn within their ranges.

Every main number with a range is drawn from the triangular distribution between its low and high
with its own value as mode. What stands once in the data is drawn once: a recipe's coefficient holds
in all its units. The buying and selling prices of a resource move together, and with those of the
resources that `[futures] together` of the study names beside it; so do all prices of its disposal.
What is drawn for amounts may not fit together: more slag than the one works that takes it can use.
The amounts of resources (then of enterprises) whose balances no plan could close stay as in the
study, and are told.
A draw is made from the seed, the number of the future and the name of the number alone, so neither
the order of work nor the number of jobs changes it.
"""

from collections.abc import Collection
from dataclasses import replace
from math import sqrt
from random import Random
from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.domain.fields import Evidence
from symbiosis.inputs.tables import TABLES
from symbiosis.planning.formulate import formulate
from symbiosis.planning.study import Prepared, choose, read_prepared
from symbiosis.studies.resolves import Solved
from symbiosis.studies.shortlist.plans import chosen_plan
from symbiosis.studies.shortlist.records import ChosenPlan
from symbiosis_models.open_balances import open_balances
from symbiosis_models.problem import Problem


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Quantile of the triangular distribution.

    >>> triangular(0.5, 0, 1, 2), triangular(0.0, 0, 1, 2), triangular(0.125, 0, 1, 2)
    (1.0, 0.0, 0.5)
    """
    whole = high - low
    if u * whole <= mode - low:
        return low + sqrt(u * whole * (mode - low))
    return high - sqrt((1 - u) * whole * (high - mode))


def ranges(dataset: Dataset) -> list[tuple[str, Evidence, float, float, float]]:
    """Main numbers that are not known exactly: table, row, low, value, high."""
    found = []
    for table, about in TABLES.items():
        main = getattr(about.record, "main", "")
        for row in getattr(dataset, table) if main else ():
            value = getattr(row, main)
            if value is None or (row.low is None and row.high is None):
                continue
            low = value if row.low is None else min(row.low, value)
            high = value if row.high is None else max(row.high, value)
            if low < high:
                found.append((table, row, low, value, high))
    return found


def key_of(table: str, row: Any) -> str:
    """The key of a row as `--set` writes it."""
    cells = (getattr(row, column) for column in TABLES[table].key)
    return "/".join(";".join(x) if isinstance(x, tuple) else str(x) for x in cells).rstrip("/")


def future(
    dataset: Dataset, seed: int, number: int, held: Collection[str] = frozenset()
) -> Dataset:
    """The dataset of a future; amounts of the resources and enterprises `held` stay."""
    price_of = {
        resource: group[0]
        for group in reversed(dataset.settings.futures.together)  # the first one counts
        for resource in group
    }
    changed: dict[str, dict[int, Any]] = {}
    for table, row, low, value, high in ranges(dataset):
        if not names_of_amount(dataset, table, row).isdisjoint(held):
            continue
        name = f"{table}/{key_of(table, row)}"
        if table == "markets":
            resource, action = row.resource_id, row.action  # type: ignore[attr-defined]
            name = f"price/{price_of.get(resource, resource)}"
            name = f"disposal/{resource}" if action == "dispose" else name
        drawn = triangular(Random(f"{seed}/{number}/{name}").random(), low, value, high)
        update: dict[str, Any] = {type(row).main: drawn, "low": None, "high": None}
        if table == "streams" and value:  # the room a plan has moves with the amount
            for bound in ("least_amount", "most_amount"):
                if (room := getattr(row, bound)) is not None:
                    update[bound] = room * drawn / value
        changed.setdefault(table, {})[id(row)] = row.model_copy(update=update)
    tables: dict[str, Any] = {
        table: tuple(rows.get(id(row), row) for row in getattr(dataset, table))
        for table, rows in changed.items()
    }
    return replace(dataset, **tables)


def names_of_amount(dataset: Dataset, table: str, row: Any) -> frozenset[str]:
    """Resources and enterprise of which a row says how much there is; none of a price or a cost."""
    own = frozenset({getattr(row, "enterprise_id", "")})
    if table in ("streams", "recipe_flows"):
        return own | {row.resource_id}
    if table == "units":
        flows = dataset.flows_of_recipe.get(row.recipe_id, ())
        return own | {flow.resource_id for flow in flows}
    if table == "thermal_streams":
        heat = dataset.settings.heat
        return own | {heat.hot_utility, heat.cold_utility}
    return frozenset()


def balanced_future(
    dataset: Dataset, seed: int, number: int
) -> tuple[Prepared, Problem, frozenset[str]]:
    """A future whose balances can be closed, as a problem, and what is held for it.

    What is held are resources, and where their amounts are not what cannot be balanced (a steam
    that boilers of today are too small for) all amounts of the enterprises they are open at.

    Raises:
        InfeasibleError: if what cannot hold is no balance.
    """
    host = {place.place_id: place.host_id for place in dataset.project_places}
    held: frozenset[str] = frozenset()
    while True:
        prepared = read_prepared(future(dataset, seed, number, held))
        problem = formulate(prepared.dataset, prepared.actors, prepared.matches, prepared.today)
        still = open_balances(problem)
        more = {resource for _actor, resource in still} - held
        more = more or {host.get(actor) or actor for actor, _resource in still} - held
        if not more:
            return prepared, problem, held
        held |= more


def plan_of_future(solved: Solved, seed: int, number: int) -> ChosenPlan:
    """What is chosen in a future. What runs today need not close in it: that moves no decision."""
    options = replace(solved.options, start=dict(solved.best.whole_numbers))
    held: frozenset[str] = frozenset()
    try:
        prepared, problem, held = balanced_future(solved.dataset, seed, number)
        plan = chosen_plan(choose(prepared, problem, options), number, None)
        return replace(plan, held=tuple(sorted(held)))
    except InfeasibleError:
        status = "infeasible"
    except NoPlanInTimeError:
        status = "time_limit"
    return ChosenPlan(number, status, None, None, (), (), (), (), (), tuple(sorted(held)))
