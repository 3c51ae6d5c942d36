"""A park: the choices in its park.toml beside the library they speak of, and look-ups in both."""

import fnmatch
from functools import cached_property
from typing import Any

from library import Library, Row
from park_tables.cells import TYPICAL, join, text
from park_tables.heat import Heat, own_resources
from park_tables.water import Water
from park_tables.water_recipes import WaterRecipes
from park_tables.water_today import WaterToday
from park_tables.water_units import WaterUnits


class Park:
    """What every table is made from.

    choices     park.toml as read; the meaning of its sections stands beside them in the file
    library     rows of datasets/library
    """

    def __init__(self, choices: dict[str, Any], library: Library) -> None:
        """Keep both."""
        self.choices, self.library = choices, library
        self.base_year: int = choices["base_year"]
        self.enterprise_ids: list[str] = choices["enterprises"]["ids"]
        self.park_ids: list[str] = choices["projects"]["parks"]

    def our_source(self, reason: str) -> str:
        """Source of a number that this dataset assumes itself."""
        return f"{self.choices['our_source']}: {reason}"

    def assumed(self, reason: str) -> Row:
        """Grade, source and year of a number that this dataset assumes itself."""
        return TYPICAL | {"source": self.our_source(reason), "year": str(self.base_year)}

    @cached_property
    def heat(self) -> Heat:
        """Thermal streams and their machines; empty without a section [heat]."""
        return Heat(self.choices, self.library)

    @cached_property
    def water(self) -> Water:
        """Water streams and their classes; empty without a section [water]."""
        return Water(self.choices, self.library)

    @cached_property
    def water_recipes(self) -> WaterRecipes:
        """What streams of water replace in recipes, and the recipes of its stations."""
        return WaterRecipes(self.water)

    @cached_property
    def water_today(self) -> WaterToday:
        """Where used water goes in the base year."""
        return WaterToday(self.water, self.water_recipes)

    @cached_property
    def water_units(self) -> WaterUnits:
        """Treatment units of the library that are offered."""
        return WaterUnits(self.water)

    @cached_property
    def flows_of_recipe(self) -> dict[str, list[Row]]:
        """Flows of every recipe of the library and of [[recipes]], less what stands as streams."""
        found: dict[str, list[Row]] = {}
        for row in self.library.rows("recipes"):
            found.setdefault(row["recipe_id"], []).append(row)
        for own in self.choices.get("recipes", []):
            found[own["recipe_id"]] = [self._alike(own, row) for row in found[own["like"]]]
        found = self.heat.without_double_counting(found)
        found = self.water_recipes.without_double_counting(found)
        return found | self.water_units.recipes()

    def _alike(self, own: dict[str, Any], row: Row) -> Row:
        """A flow of a library recipe as one of [[recipes]] has it: under its own output."""
        swapped = {own["gave"]: own["gives"]}
        return row | {
            **{name: own[name] for name in ("recipe_id", "name_zh", "name_en")},
            "reference_resource": swapped.get(row["reference_resource"], row["reference_resource"]),
            "resource_id": swapped.get(row["resource_id"], row["resource_id"]),
            "note": join(row["note"], f"as {own['like']}: {own['reason']}"),
        }

    @cached_property
    def resource(self) -> dict[str, Row]:
        """Every resource of the library, then those of [[resources]], then classes of water."""
        rows = self.heat.resources(self.library.rows("resources")) + own_resources(self.choices)
        rows += self.water.resources()
        return {row["resource_id"]: row for row in rows}

    @cached_property
    def substitutes(self) -> list[Row]:
        """What may replace what: rows of the library less those left out, then our own."""
        without = {(own["from"], own["to"]) for own in self.choices.get("substitutes_left_out", [])}
        rows = [
            row
            for row in self.library.rows("substitutes")
            if (row["from_resource"], row["to_resource"]) not in without
        ]
        rows += self.water.substitutes()
        return rows + [
            {
                "from_resource": own["from"],
                "to_resource": own["to"],
                "replacement_ratio": text(own["ratio"]),
                "max_share": text(own["max_share"]),
                "condition": own.get("condition", ""),
                **self.assumed(own["reason"]),
            }
            for own in self.choices.get("substitutes", []) + self.heat.substitutes()
        ]

    def unit_of(self, resource: str) -> str:
        """Unit in which a resource is counted."""
        return self.resource[resource]["unit"]

    def reference_of(self, recipe: str) -> str:
        """Resource that measures the activity of a recipe."""
        return self.flows_of_recipe[recipe][0]["reference_resource"]

    def net(self, recipe: str, resource: str) -> float:
        """What one unit of activity gives of a resource, less what it takes."""
        return sum(
            float(row["coefficient"]) * (1 if row["direction"] == "out" else -1)
            for row in self.flows_of_recipe.get(recipe, ())
            if row["resource_id"] == resource
        )

    def vat(self, resource: str, family: str) -> float:
        """Divisor that takes the tax out of a price stated in a table of that family.

        Taxes on emissions carry none, and some families state prices without it.
        """
        kind, vat = self.resource[resource]["kind"], self.choices["vat"]
        if resource in self.choices["roles"]["emission"] or family in vat.get("without", ()):
            return 1.0
        heat = any(fnmatch.fnmatch(resource, pattern) for pattern in vat["heat"])
        return float(vat["heat_and_water"] if heat or kind == "water" else vat["general"])
