"""Heat with temperatures: thermal streams, their machines, and what they replace.

Where [heat] of a park.toml stands, the thermal streams of its enterprises take the place of the
yearly heat coefficients of the recipes those enterprises run. Machines are recipes: what takes heat
up at a source is a project's recipe, counted in what it gives; what gives heat to a user is a
recipe `use_<carrier>`, counted in the carrier it takes. What the cascade cannot heat is heated by
the boilers that stand there today: units that give the study's hot utility.

    heat_loads      streams, slices, what they need together
    heat_levels     between which temperatures a carrier takes up and gives its heat
    heat_units      boilers, turbines, heat pumps of the library as recipes and projects
"""

import fnmatch
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from library import Library, Row
from park_tables.cells import GJ_PER_MW_YEAR, TYPICAL, join, rounded, text
from park_tables.heat_levels import Levels
from park_tables.heat_loads import Loads
from park_tables.heat_units import HeatUnit, library_unit, offered_units

GRADE = ("provenance", "check", "source", "year")


class Heat:
    """The section [heat] beside the library rows it speaks of; empty without the section."""

    def __init__(self, choices: dict[str, Any], library: Library) -> None:
        """Keep both, and index machines by recipe."""
        self.choices, self.library = choices, library
        self.own: dict[str, Any] = choices.get("heat", {})
        self.enterprises: list[str] = self.own.get("enterprises", [])
        self.machines: dict[str, dict[str, Any]] = {
            machine["recipe"]: machine for machine in self.own.get("machines", [])
        }
        self.levels, self.loads = Levels(choices, library), Loads(choices, library)
        self.units = offered_units(choices, library, self.levels)

    def our_source(self, reason: str) -> str:
        """Source of a number that this dataset assumes itself."""
        return f"{self.choices['our_source']}: {reason}"

    def _ours(self, reason: str) -> Row:
        return {
            **TYPICAL,
            "source": self.our_source(reason),
            "year": str(self.choices["base_year"]),
        }

    @cached_property
    def boilers(self) -> dict[str, HeatUnit]:
        """What heats today, by who has it."""
        own = self.own.get("boilers", {})
        found = {}
        for unit, owners in own.get("owners", {}).items():
            offer = {
                "unit": unit,
                "name": f"{unit}_boiler",
                "gives": own["gives"],
                "reason": own["reason"],
            }
            boiler = HeatUnit(offer, library_unit(self.library, unit), self.choices, self.levels)
            found |= dict.fromkeys(owners, boiler)
        return found

    # Recipes

    def without_double_counting(self, recipes: dict[str, list[Row]]) -> dict[str, list[Row]]:
        """Recipes as the streams leave them: heat rows dropped, machines counted anew."""
        if not self.own:
            return recipes
        run_here = {
            row["recipe_id"]
            for row in self.library.rows("enterprise_units")
            if row["ent_id"] in self.enterprises
            and f"{row['ent_id']}-{row['recipe_id']}" not in self.choices.get("units_left_out", {})
        }
        found = {}
        for key, rows in recipes.items():
            if key in self.machines:
                found[key] = self._machine(self.machines[key], rows)
            elif key not in run_here:
                found[key] = [self._bought(row) for row in rows]
            elif key not in self.own.get("recipes_kept", {}):
                found[key] = [row for row in rows if not self._is_heat(row["resource_id"])]
            else:
                found[key] = rows
        found |= {f"use_{name}": self._use(name) for name in self.own["use"]["carriers"]}
        found |= {unit.recipe: unit.flows() for unit in (*self.units, *self.boilers.values())}
        return found

    # Nobody sells steam or hot water here: what a new works needs comes from its own boiler, at the
    # price of the library, or from a machine of the cascade; a machine buys none.

    @property
    def _made_or_bought(self) -> dict[str, str]:
        return dict(self.own.get("made_or_bought", {}))

    def _bought(self, row: Row) -> Row:
        """A flow of a project's recipe; steam it needs may come from its own boiler."""
        name = row["resource_id"]
        if row["direction"] == "in" and name in self._made_or_bought:
            return row | {"resource_id": self._made_or_bought[name]}
        return row

    def resources(self, rows: list[Row]) -> list[Row]:
        """Resources of the library; steam from a works' own boiler apart from that of machines."""
        found = []
        for row in rows:
            name = row["resource_id"]
            if name in self.own.get("not_for_sale", ()):
                found.append(row | {"buy_price": ""})
            else:
                found.append(row)
            if name in self._made_or_bought:
                names = {
                    "resource_id": self._made_or_bought[name],
                    "name_zh": f"工艺用{row['name_zh']}",
                    "name_en": f"{row['name_en']} for a process",
                    "aliases_zh": "",
                }
                found.append(row | names)
        return found

    def substitutes(self) -> list[dict[str, Any]]:
        """Steam of machines serves a process as that of its own boiler does."""
        return [
            {"from": name, "to": own, "ratio": 1, "max_share": 1, "reason": "the same steam"}
            for name, own in self._made_or_bought.items()
        ]

    def _is_heat(self, resource: str) -> bool:
        return any(fnmatch.fnmatch(resource, pattern) for pattern in self.own["dropped"])

    def _machine(self, machine: dict[str, Any], rows: list[Row]) -> list[Row]:
        """Flows per unit of what the machine gives; the heat it took is now a stream."""
        gives = machine["gives"]
        former = machine.get("gave", gives)
        per = self.activity_factor(machine["recipe"])
        head, kept = rows[0], []
        for row in rows:
            if self._is_heat(row["resource_id"]) and row["resource_id"] != former:
                continue
            scaled = {name: text(float(row[name]) / per) for name in ("coefficient", "low", "high")}
            changed = row | scaled | {"reference_resource": gives}
            if row["resource_id"] == former and row["direction"] == "out":
                changed |= {"resource_id": gives, "low": "1", "high": "1"}
                note = join(
                    head["note"], f"range of the yield, in heat: {row['low']}-{row['high']}"
                )
                kept.insert(0, changed | {"note": note})
            else:
                kept.append(changed)
        return kept

    def activity_factor(self, recipe: str) -> float:
        """Units of what a machine gives per unit of its library activity; 1 for other recipes."""
        if recipe not in self.machines:
            return 1.0
        machine = self.machines[recipe]
        given = machine.get("gave", machine["gives"])
        return next(
            float(row["coefficient"])
            for row in self.library.rows("recipes")
            if (row["recipe_id"], row["resource_id"], row["direction"]) == (recipe, given, "out")
        )

    def _use(self, carrier: str) -> list[Row]:
        own = self.own["use"]
        name = self.levels.row(carrier)
        return [
            {
                "recipe_id": f"use_{carrier}",
                "name_zh": f"用{name['name_zh']}",
                "name_en": f"use of {name['name_en']}",
                "reference_resource": carrier,
                "direction": "in",
                "resource_id": carrier,
                "coefficient": "1",
                "low": "1",
                "high": "1",
                "unit": "GJ",
                **self._ours(own["reason"]),
                "note": "",
            }
        ]

    # Tables

    def utilities(self) -> list[str]:
        """Resources that close the cascades."""
        return list(self.own.get("utilities", []))

    def nodes(self) -> list[Row]:
        """Heating districts, and users of [[heat.own_nodes]], as enterprises."""
        names = self.own.get("nodes", [])
        rows = [
            {
                "enterprise_id": row["node_id"],
                "park_id": row["park_id"],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "industry_code": "4430",
                "industry_name_zh": "热力生产和供应",
                "lat": row["lat_wgs84"],
                "lon": row["lon_wgs84"],
                "coord_radius_km": row["coord_radius_km"],
                **{name: row[name] for name in GRADE},
                "note": "heating district, no enterprise",
            }
            for row in (self.library.rows("heat_water_nodes") if names else [])
            if row["node_id"] in names
        ]
        columns = ("industry_code", "industry_name_zh", "lat", "lon", "coord_radius_km")
        rows += [
            {
                "enterprise_id": own["node_id"],
                "park_id": own["park_id"],
                "name_zh": own["name_zh"],
                "name_en": own["name_en"],
                **{column: str(own[column]) for column in columns},
                "placeholder": "1",
                **self._ours(own["reason"]),
                "note": "users of heat, no enterprise",
            }
            for own in self.own.get("own_nodes", [])
        ]
        return rows

    def streams(self, recipes: Iterable[str]) -> list[Row]:
        """Process streams of the enterprises, then the streams of the machines in use."""
        if not self.own:
            return []
        rows = self.loads.streams()
        approach = self.own["approach_k"]
        unit_of = {unit.recipe: unit for unit in self.units}
        for key in recipes:
            if "level" in self.machines.get(key, {}):
                machine = self.machines[key]
                heat, level = float(machine["heat"]) / self.activity_factor(key), machine["level"]
                ours = self._ours(machine["reason"])
                rows += self.levels.streams(key, level, heat, True, approach, ours)
            elif key in unit_of:
                rows += unit_of[key].streams(approach)
            elif key.startswith("use_"):
                level, ours = key.removeprefix("use_"), self._ours(self.own["use"]["reason"])
                rows += self.levels.streams(key, level, 1.0, False, approach, ours)
        return rows

    def hot_utility_needed(self, owner: str, resource: str) -> float:
        """GJ a year an owner needs today of what closes the cascades at their hot end."""
        if resource != self.own.get("boilers", {}).get("gives"):
            return 0.0
        return self.loads.heated_today.get(owner, 0.0)

    def boiler_units(self, arriving: dict[str, float]) -> list[Row]:
        """Boilers as units; today they give what `arriving`, GJ a year of networks, leaves."""
        if not self.boilers:
            return []
        own = self.own["boilers"]
        without = [
            owner
            for owner, needed in self.loads.heated_today.items()
            if owner not in self.boilers and abs(arriving.get(owner, 0.0) / needed - 1) > 1e-9
        ]
        if without:
            raise ValueError(f"[heat.boilers.owners]: nothing heats {', '.join(without)} today")
        rows = []
        for owner, boiler in self.boilers.items():
            installed = own["installed_per_design_load"] * self.loads.design_load[owner]
            made = self.loads.heated_today[owner] - arriving.get(owner, 0.0)
            rows.append(
                {
                    "unit_id": f"{owner}-{boiler.recipe}",
                    "enterprise_id": owner,
                    "recipe_id": boiler.recipe,
                    "capacity": text(installed),
                    "capacity_unit": "MW",
                    "utilisation": text(made / (installed * GJ_PER_MW_YEAR)),
                    "least_utilisation": "0",
                    "most_utilisation": "1",
                    **self._ours(own["reason"]),
                    "check": "derived",
                }
            )
        return rows

    def use_units(self) -> list[Row]:
        """A unit for every carrier a user may take, as large as its design load.

        Users of [[heat.own_nodes]] take none: a project that stands with them brings their heat.
        """
        if not self.own:
            return []
        own = self.own["use"]
        return [
            {
                "unit_id": f"{owner}-use_{carrier}",
                "enterprise_id": owner,
                "recipe_id": f"use_{carrier}",
                "capacity": rounded(most),
                "capacity_unit": "MW",
                "utilisation": "0",
                "least_utilisation": "0",
                "most_utilisation": "1",
                **self._ours(own["reason"]),
                "note": "capacity: design load of all its cold streams",
            }
            for owner, most in self.loads.design_load.items()
            if owner in self.loads.takers
            for carrier in own["carriers"]
            if owner in own.get("only", {}).get(carrier, [owner])
        ]


def own_resources(choices: dict[str, Any]) -> list[Row]:
    """Resources of [[resources]] in the columns of the library's resource table."""
    return [
        {
            "aliases_zh": "",
            "balance": "slice",
            "virgin": "0",
            "hazardous": "0",
            "waste_code": "",
            "buy_price": "",
            "sell_price": "",
            "disposal_cost": "",
            **{name: str(value) for name, value in own.items() if name != "reason"},
            **TYPICAL,
            "source": f"{choices['our_source']}: {own['reason']}",
            "year": str(choices["base_year"]),
            "note": "",
        }
        for own in choices.get("resources", [])
    ]
