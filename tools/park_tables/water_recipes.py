"""Recipes of water: what streams replace in them, stations, outfalls, loads, water of projects."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from library import Row
from park_tables.cells import join, rounded, text
from park_tables.water import GRADE, HOURS, Water

NAMING = ("resource_id", "reference_resource")


class WaterRecipes:
    """Recipes as the streams leave them."""

    def __init__(self, water: Water) -> None:
        """Keep the streams."""
        self.water = water

    def without_double_counting(self, recipes: dict[str, list[Row]]) -> dict[str, list[Row]]:
        """Recipes as the streams leave them, and the recipes of stations, outfalls and loads."""
        if not self.water.own:
            return recipes
        units = self.water.library.rows("enterprise_units") + self.water.choices.get("units", [])
        run_here = {
            row["recipe_id"] for row in units if row["ent_id"] in self.water.enterprises
        } - set(self.water.own.get("recipes_kept", {}))
        class_of = self.water.classes.get("of_recipes", {})
        found = {}
        for key, rows in recipes.items():
            if key in run_here:
                found[key] = [row for row in rows if not self.water.is_water(row["resource_id"])]
            elif key in class_of:
                found[key] = [
                    row | {name: class_of[key].get(row[name], row[name]) for name in NAMING}
                    for row in rows
                ]
            else:
                found[key] = rows
        return found | self.own

    @cached_property
    def own(self) -> dict[str, list[Row]]:
        """Recipes of stations, outfalls and washings."""
        found = {}
        for own in self.water.classes["recipes"]:
            found[own["recipe_id"]] = self._recipe(own)
        for row in self.water.fixed_loads():
            found[self.water.recipe_of_load(row)] = self._recipe(
                {
                    "recipe_id": self.water.recipe_of_load(row),
                    "name_zh": row["name_zh"],
                    "name_en": row["name_en"],
                    "reference": "washing_water",
                    "flows": [
                        {"direction": "in", "resource": "washing_water", "coefficient": 1},
                        {
                            "direction": "out",
                            "resource": self.water.outlet_of_load(row),
                            "coefficient": 1 - float(row["loss_share"]),
                        },
                    ],
                    "reason": "share that does not evaporate (loss_share of the library)",
                }
            )
        return found

    def _recipe(self, own: dict[str, Any]) -> list[Row]:
        rows = []
        for flow in own["flows"]:
            amount = float(flow["coefficient"])
            rows.append(
                {
                    "recipe_id": own["recipe_id"],
                    "name_zh": own["name_zh"],
                    "name_en": own["name_en"],
                    "reference_resource": own["reference"],
                    "direction": flow["direction"],
                    "resource_id": flow["resource"],
                    "coefficient": text(amount),
                    "low": text(flow.get("low", amount)),
                    "high": text(flow.get("high", amount)),
                    "unit": flow.get("unit", "m3"),
                    **self.water.assumed(own["reason"]),
                    "note": "",
                }
            )
        return rows

    def run_today(self) -> set[str]:
        """Recipes of our stations, outfalls and loads."""
        found = {own["recipe"] for own in self.water.own.get("stations", [])}
        found |= {self.water.recipe_of_load(row) for row in self.water.fixed_loads()}
        return found | {recipe for recipe, _use, _standards in self.water.outfalls()}

    def _of_projects(self, project_units: Iterable[Row], projects: Iterable[Row]) -> list[Row]:
        """Water of projects with streams as rows of their main recipes."""
        size = {row["project_id"]: float(row["reference_size"]) for row in projects}
        main: dict[str, Row] = {}
        for row in project_units:
            main.setdefault(row["project_id"], row)
        rows = []
        for row in self.water.of_projects(size):
            unit = main[row["owner"]]
            activity = float(unit["activity_per_size"]) * size[row["owner"]]
            per = {
                name: float(row[column]) * HOURS / activity
                for name, column in (
                    ("coefficient", "flow_m3_h_typ"),
                    ("low", "low"),
                    ("high", "high"),
                )
            }
            rows.append(
                {
                    "recipe_id": unit["recipe_id"],
                    "resource_id": self.water.resource_of(row),
                    "direction": "out" if row["role"] == "source" else "in",
                    **{name: rounded(amount) for name, amount in per.items()},
                    "unit": "m3",
                    **{name: row[name] for name in GRADE},
                    "note": join(
                        f"{row['stream_id']}: {row['flow_m3_h_typ']} m3/h at the reference size",
                        row["note"],
                    ),
                }
            )
        return rows

    def with_projects(
        self, flows: list[Row], project_units: Iterable[Row], projects: Iterable[Row]
    ) -> list[Row]:
        """Recipe flows with the streams of projects in place of the recipes' own water."""
        of_projects = self._of_projects(project_units, projects)
        described = {(row["recipe_id"], row["direction"]) for row in of_projects}
        kept = [
            row
            for row in flows
            if (row["recipe_id"], row["direction"]) not in described
            or not self.water.is_water(row["resource_id"])
        ]
        changed = {recipe for recipe, _direction in described}
        last = {row["recipe_id"]: place for place, row in enumerate(kept)}
        for place in sorted({last[name] for name in changed}, reverse=True):
            name = kept[place]["recipe_id"]
            kept[place + 1 : place + 1] = [row for row in of_projects if row["recipe_id"] == name]
        return kept
