"""Small parks in code, by hand, with numbers a reader can check.

A park is written as rows of the tables a user would type, so it is read, checked and converted as
any dataset. Unless a test says otherwise money is not discounted, the plan runs 10 years, no chain
must be prioritised, the gap is nil, and exchanges run only along declared links.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.settings import Settings
from symbiosis.inputs.reader import dataset_from_raw
from symbiosis.inputs.tables import TABLES, raw_from_rows
from symbiosis.planning.formulate import formulate
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared, choose, prepare, solver_options
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.problem import Problem

YEARS = 10
BY_HAND: dict[str, Any] = {
    "money": {"discount_rate": 0, "labour_cost": 1},
    "chains": {"at_least": 0, "at_most": 2},
    "network": {"matching": "declared"},
    "policy": {"least_utilisation": 0},
    "periods": [{"id": "base", "years": YEARS}],
    "solver": {"gap": 0, "time_limit_s": 60},
}


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with sections changed key by key."""
    result = dict(settings)
    for name, value in changes.items():
        if isinstance(value, Mapping) and isinstance(result.get(name), Mapping):
            result[name] = {**result[name], **value}
        else:
            result[name] = value
    return result


class Park:
    """Rows of a dataset in the making; every method adds rows and returns the park."""

    def __init__(self, **settings: Any) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.settings = merged(BY_HAND, settings)
        self.add("parks", park_id="P", lat=36.0, lon=103.0, province="Gansu")

    def add(self, table: str, **cells: Any) -> "Park":
        self.rows.setdefault(table, []).append(cells)
        return self

    def change(self, table: str, key: str, **cells: Any) -> "Park":
        """Other cells in the row with this first key column."""
        found = [row for row in self.rows[table] if row[TABLES[table].key[0]] == key]
        assert len(found) == 1, (table, key, found)
        found[0].update(cells)
        return self

    def copy(self, **settings: Any) -> "Park":
        """The same rows, free to be changed, with some settings changed."""
        other = Park()
        other.rows = {table: [dict(row) for row in rows] for table, rows in self.rows.items()}
        other.settings = merged(self.settings, settings)
        return other

    def resource(self, *names: str, **cells: Any) -> "Park":
        """Material in t without a carrier, unless `cells` say otherwise."""
        for name in names:
            self.add("resources", resource_id=name, **{"kind": "material", "unit": "t", **cells})
        return self

    def enterprise(self, *names: str, **cells: Any) -> "Park":
        for name in names:
            self.add("enterprises", enterprise_id=name, **{"park_id": "P", **cells})
        return self

    def supply(self, who: str, resource: str, amount: float, **cells: Any) -> "Park":
        return self._stream(who, resource, "supply", amount, cells)

    def need(self, who: str, resource: str, amount: float, **cells: Any) -> "Park":
        return self._stream(who, resource, "need", amount, cells)

    def _stream(
        self, who: str, resource: str, direction: str, amount: float, cells: dict[str, Any]
    ) -> "Park":
        return self.add(
            "streams",
            **{"stream_id": f"{who}-{direction}-{resource}", **cells},
            enterprise_id=who,
            resource_id=resource,
            direction=direction,
            amount=amount,
        )

    def market(self, resource: str, action: str, price: float, **cells: Any) -> "Park":
        return self.add("markets", resource_id=resource, action=action, price=price, **cells)

    def recipe(self, name: str, takes: dict[str, float], gives: dict[str, float]) -> "Park":
        """A recipe; its reference is the first resource named."""
        self.add("recipes", recipe_id=name, reference_resource=next(iter({**takes, **gives})))
        for direction, flows in (("in", takes), ("out", gives)):
            for resource, coefficient in flows.items():
                self.add(
                    "recipe_flows",
                    recipe_id=name,
                    resource_id=resource,
                    direction=direction,
                    coefficient=coefficient,
                )
        return self

    def unit(self, name: str, who: str, recipe: str, capacity: float, **cells: Any) -> "Park":
        return self.add(
            "units",
            unit_id=name,
            enterprise_id=who,
            recipe_id=recipe,
            capacity=capacity,
            **{"utilisation": 1, **cells},
        )

    def project(
        self,
        name: str,
        recipe: str,
        sizes: tuple[float, float, float] | float,
        cost: float,
        places: tuple[str, ...] | dict[str, dict[str, Any]] = (),
        **cells: Any,
    ) -> "Park":
        """A platform of one unit with one activity per size, at place `name@P` unless given.

        `sizes` are the least, reference and most size, or the only one.
        """
        least, reference, most = sizes if isinstance(sizes, tuple) else (sizes, sizes, sizes)
        unit = {k: cells.pop(k) for k in ("variable_cost", "activity_per_size") if k in cells}
        self.add(
            "projects",
            project_id=name,
            least_size=least,
            reference_size=reference,
            most_size=most,
            capital_cost=cost,
            **{"kind": "platform", **cells},
        )
        unit = {"activity_per_size": 1, **unit}
        self.add("project_units", project_id=name, recipe_id=recipe, **unit)
        named = places if isinstance(places, dict) else {place: {} for place in places}
        for place, where in (named or {f"{name}@P": {}}).items():
            self.add("project_places", place_id=place, project_id=name, **{"park_id": "P", **where})
        return self

    def link(self, start: str, end: str, resource: str, **cells: Any) -> "Park":
        """A declared way of no length, cost or loss, unless `cells` say otherwise."""
        return self.add(
            "links",
            from_id=start,
            to_id=end,
            resource_id=resource,
            **{"link_id": f"{start}-{end}-{resource}", "distance": 0, "freight": 0, **cells},
        )

    def substitute(self, resource: str, serves: str, ratio: float = 1, share: float = 1) -> "Park":
        return self.add(
            "substitutes", from_resource=resource, to_resource=serves, ratio=ratio, max_share=share
        )

    def quality(
        self, owner: str, resource: str, direction: str, slice_id: str = "", **cells: Any
    ) -> "Park":
        """A value or limits of salt, unless `cells` name another property."""
        about = {"owner_id": owner, "resource_id": resource, "direction": direction}
        return self.add("qualities", **about, slice_id=slice_id, **{"property_id": "salt", **cells})

    def change_quality(self, owner: str, **cells: Any) -> "Park":
        """Other cells in the one quality of an owner."""
        (row,) = [row for row in self.rows["qualities"] if row["owner_id"] == owner]
        row.update(cells)
        return self

    def chain(
        self,
        name: str,
        stages: dict[str, str],
        links: list[dict[str, Any]] | None = None,
        **cells: Any,
    ) -> "Park":
        """A chain of required stages (stage -> recipes) and links (`start`, `end`, `resource`)."""
        self.add("chains", chain_id=name, **cells)
        for order, (stage, recipes) in enumerate(stages.items(), start=1):
            self.add("chain_stages", chain_id=name, stage_id=stage, order=order, recipes=recipes)
        for link in links or []:
            link = dict(link)
            self.add(
                "chain_links",
                chain_id=name,
                from_stage=link.pop("start"),
                to_stage=link.pop("end"),
                resource_id=link.pop("resource"),
                **link,
            )
        return self

    def dataset(self, **settings: Any) -> Dataset:
        """The park read as any user's data."""
        return dataset_from_raw(raw_from_rows("park", self.rows, merged(self.settings, settings)))


Source = Park | Dataset


def dataset_of(source: Source, **settings: Any) -> Dataset:
    """`source` with some settings changed."""
    if isinstance(source, Park):
        return source.dataset(**settings)
    given = source.settings.model_dump()
    return replace(source, settings=Settings.model_validate(merged(given, settings)))


def prepared(source: Source, **settings: Any) -> Prepared:
    return prepare(dataset_of(source, **settings))


def plan(source: Source, **settings: Any) -> Plan:
    """The best plan, with some settings changed: `plan(park, money={"budget": 0})`.

    Without what `plan_study` asks beside it, the plan without investment and one chain more.
    """
    return best_plan(prepared(source, **settings))


def best_plan(ready: Prepared, start: dict[str, float] | None = None) -> Plan:
    problem = formulate(ready.dataset, ready.actors, ready.matches, ready.today)
    return choose(ready, problem, replace(solver_options(ready.dataset), start=start))


def npv(source: Source, **settings: Any) -> float:
    """Net present value of the best plan, 万元."""
    return float(plan(source, **settings).facts["npv_wanyuan"])


def problem_of(source: Source, **settings: Any) -> Problem:
    ready = prepared(source, **settings)
    return formulate(ready.dataset, ready.actors, ready.matches, ready.today)


def model_of(source: Source, **settings: Any) -> pyo.ConcreteModel:
    return build_chain_selection(problem_of(source, **settings))


def amount(plan: Plan, table: str, column: str = "plan", **keys: Any) -> float:
    """Sum of a column of a plan's table over the rows with these values."""
    rows = plan.tables[table]
    for name, value in keys.items():
        rows = rows[rows[name] == value]
    return float(rows[column].sum())


def hand_park(**settings: Any) -> Park:
    """An aluminium smelter, a cement works, and a project that works up the smelter's dross.

    Smelter    gives 100 t dross a year; disposal costs 0.1 万元/t, 10 万元 a year today
    Works      needs 500 t clay at 0.02 万元/t, 10 万元 a year today
    recovery   1 t dross -> 0.6 t alumina (sold at 0.2) + 0.4 t residue (dumped at 0.05);
               30 to 120 t/year, 0.5 万元 per t/year of size, no other cost, to be fully used
    residue    replaces clay 1:1, up to 20 % of the works' need; freight 0.01 万元/t
    metals     a chain smelting -> recovery -> cement, with the recovery its only gap

    One t of dross worked up gives 0.12 for alumina, saves 0.1 of disposal and 0.4 x 0.02 of clay
    and costs 0.4 x 0.01 of freight: 0.224 a year, 2.24 in 10 years for an investment of 0.5. The
    best plan works up all 100 t: NPV 174 万元.
    """
    park = Park(**settings)
    park.resource("dross", role="byproduct", mass=1).resource("residue", role="byproduct", mass=1)
    park.resource("alumina", mass=1).resource("clay", virgin=1, mass=1).resource("metal", mass=1)
    park.resource("cement", mass=1)
    park.enterprise("smelter", "works")
    park.recipe("smelting", {}, {"metal": 1, "dross": 0.1})
    park.unit("pots", "smelter", "smelting", 1000)
    park.recipe("burning", {"clay": 1}, {"cement": 1})
    park.unit("kiln", "works", "burning", 500)
    park.recipe("recovering", {"dross": 1}, {"alumina": 0.6, "residue": 0.4})
    park.project(
        "recovery",
        "recovering",
        (30, 100, 120),
        50,
        kind="chain_filling",
        least_utilisation=1,
    )
    park.market("dross", "dispose", 0.1).market("residue", "dispose", 0.05)
    park.market("clay", "buy", 0.02).market("alumina", "sell", 0.2)
    park.market("metal", "sell", 1).market("cement", "sell", 0.03)
    park.substitute("residue", "clay", 1, 0.2)
    park.link("smelter", "recovery@P", "dross")
    park.link("recovery@P", "works", "residue", freight=0.01)
    park.chain(
        "metals",
        {"smelting": "smelting", "recovery": "recovering", "cement": "burning"},
        [
            {"start": "smelting", "end": "recovery", "resource": "dross"},
            {"start": "recovery", "end": "cement", "resource": "residue"},
        ],
    )
    return park


def source_and_sink(**settings: Any) -> Park:
    """A mill with 100 t of ash and a kiln that needs 100 t of it, not yet joined.

    The mill pays 0.1 万元/t to dump the ash, the kiln buys ash at 0.2 万元/t: 30 万元 a year
    are saved by an exchange of all of it, 300 in ten years.
    """
    park = Park(**settings)
    park.resource("ash", mass=1).enterprise("mill", "kiln")
    park.supply("mill", "ash", 100).need("kiln", "ash", 100)
    return park.market("ash", "dispose", 0.1).market("ash", "buy", 0.2)
