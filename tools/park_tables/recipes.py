"""Recipes in use, the resources they speak of, and what may replace what."""

from collections.abc import Iterable

from library import Row
from park_tables.cells import TYPICAL, join
from park_tables.choices import Park
from park_tables.today import Today

MASS_ONE = {("material", "t"), ("water", "m3")}  # kind and unit of which one unit weighs 1 t


def recipes_in_use(park: Park, today: Today, project_units: Iterable[Row]) -> list[str]:
    """Recipes that an enterprise runs or a project brings, in library order."""
    used = {row["recipe_id"] for row in today.units.values()}
    used |= {row["recipe_id"] for row in project_units}
    used |= {row["recipe_id"] for row in park.heat.use_units()}
    used |= {boiler.recipe for boiler in park.heat.boilers.values()}
    used |= park.water_recipes.run_today()
    return [key for key in park.flows_of_recipe if key in used]


def recipes(park: Park, in_use: Iterable[str]) -> list[Row]:
    """Recipes in use."""
    return [
        {
            "recipe_id": key,
            "name_zh": park.flows_of_recipe[key][0]["name_zh"],
            "name_en": park.flows_of_recipe[key][0]["name_en"],
            "reference_resource": park.reference_of(key),
        }
        for key in in_use
    ]


def recipe_flows(park: Park, in_use: Iterable[str]) -> list[Row]:
    """What recipes take in and give out per unit of their reference resource."""
    graded = ("low", "high", "provenance", "check", "source", "year", "note")
    columns = ("recipe_id", "resource_id", "direction", "coefficient", "unit", *graded)
    return [
        {column: row[column] for column in columns}
        for key in in_use
        for row in park.flows_of_recipe[key]
    ]


def resources_in_use(park: Park, recipe_flows: Iterable[Row]) -> list[str]:
    """Resources of the recipes in use, in library order."""
    used = {row["resource_id"] for row in recipe_flows}
    used |= set(park.heat.utilities()) | park.water.resources_used()
    return [key for key in park.resource if key in used]


def resources(park: Park, in_use: list[str]) -> list[Row]:
    """Resources of the park; the graded number is the upstream emission."""
    released = park.choices["roles"]["co2e_released"]
    rows = []
    for key in in_use:
        row = park.resource[key]
        role = _role(park, row)
        mass = park.choices["mass"].get(key)
        if mass is None and role not in ("emission", "service"):
            mass = 1 if (row["kind"], row["unit"]) in MASS_ONE else None
        rows.append(
            {
                "resource_id": key,
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "aliases": ";".join(_own_aliases(park, in_use, key)),
                "kind": row["kind"],
                "state": row["state"],
                "unit": row["unit"],
                "balance": row["balance"],
                "role": role,
                "virgin": row["virgin"],
                "hazardous": row["hazardous"],
                "waste_code": row["waste_code"],
                "carrier_id": _carrier(park, row),
                "far_carrier_id": park.choices.get("far_carrier_of", {}).get(key, ""),
                "mass": "" if mass is None else f"{mass:g}",
                "co2e_bought": row["upstream_tco2_per_unit"],
                "co2e_released": "1" if key in released else "",
                **park.water.class_cells(key),
                **_upstream_grade(row, role),
                "year": row["year"],
                "note": join(row["note"], park.water.class_note(key)),
            }
        )
    return rows


def _upstream_grade(row: Row, role: str) -> Row:
    """Grade of the upstream emission; the library's grade of an emission is that of its tax."""
    if role == "emission":
        return TYPICAL | {"source": "an emission has nothing upstream"}
    return {column: row[column] for column in ("provenance", "check", "source")}


def _own_aliases(park: Park, in_use: list[str], key: str) -> list[str]:
    """Aliases that mean this resource only: not the name or an earlier alias of another one."""
    taken = park.water.class_names()
    for other in in_use:
        if other != key:
            taken |= {park.resource[other]["name_zh"], park.resource[other]["name_en"], other}
    for earlier in in_use[: in_use.index(key)]:
        taken |= set(park.resource[earlier]["aliases_zh"].split(";"))
    aliases = park.resource[key]["aliases_zh"].split(";")
    return [name for name in aliases if name and name not in taken]


def _role(park: Park, row: Row) -> str:
    roles = park.choices["roles"]
    for role in ("emission", "service", "product", "byproduct"):
        if row["resource_id"] in roles[role]:
            return role
    return "byproduct" if row["waste_code"] or row["disposal_cost"] else "product"


def _carrier(park: Park, row: Row) -> str:
    choice = park.choices["carrier_of"]
    kind = f"{row['kind']}/{row['state']}"
    names = [row["resource_id"], f"{kind}/{row['unit']}", kind]
    if row["hazardous"] == "1":
        names.insert(1, "hazardous")
    return str(next(choice[name] for name in names if name in choice))


def substitutes(park: Park, in_use: Iterable[str]) -> list[Row]:
    """Substitutes of which both resources appear."""
    appear = set(in_use)
    return [
        {
            "from_resource": row["from_resource"],
            "to_resource": row["to_resource"],
            "ratio": row["replacement_ratio"],
            "max_share": row["max_share"],
            "condition_en": row["condition"],
            "provenance": row["provenance"],
            "check": row["check"],
            "source": row["source"],
        }
        for row in park.substitutes
        if {row["from_resource"], row["to_resource"]} <= appear
    ]
