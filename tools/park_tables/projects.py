"""Projects, the units they bring, and the places where they may stand."""

import re
from collections.abc import Iterable

from library import Row
from park_tables.cells import TYPICAL, join, rounded, text
from park_tables.choices import Park

PER_FLOW_UNIT = "recipe units per flow unit = "  # ends notes of the library's project units
LEAST_SHARE = r"min_(?:share_of_capacity|load)=([\d.]+)"  # in the first note of a recipe


def offered_projects(park: Park) -> list[Row]:
    """Library rows of the projects that may stand in our parks."""
    ours = set(park.park_ids)
    return [row for row in park.library.projects() if ours & set(row["park_ids"].split(";"))]


def projects(park: Park, offered: Iterable[Row]) -> list[Row]:
    """Projects that may stand in our parks; the graded number is the capital cost."""
    own = park.choices["projects"]
    unavailable = own.get("unavailable", {})
    switched_off = {
        row["project_id"] for row in park.library.rows("project_units") if row["switch"] == "off"
    }
    rows = []
    for row in offered:
        key = row["project_id"]
        reason = unavailable.get(key, "")
        if key in switched_off and not reason:
            raise KeyError(f"[projects.unavailable]: no reason for {key}, switched off")
        cost = float(row["capex_wan_yuan_at_typ"])
        rows.append(
            {
                "project_id": key,
                "kind": own["kinds"][row["type"]],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "industry_code": row["gb4754_code"],
                "size_unit": row["capacity_unit"],
                "least_size": row["cap_low"],
                "reference_size": row["cap_typ"],
                "most_size": row["cap_high"],
                "capital_cost": row["capex_wan_yuan_at_typ"],
                "low": rounded(cost * float(row["capex_low_factor"])),
                "high": rounded(cost * float(row["capex_high_factor"])),
                "capital_cost_unit": "万元",
                "scale_exponent": row["scale_exponent"],
                "fixed_cost_share": rounded(float(row["fixed_opex_pct_capex"]) / 100),
                "labour": row["labour_persons_at_typ"],
                "land": row["land_mu_at_typ"],
                "land_unit": "亩",
                "lead_months": row["lead_months"],
                "maturity": row["trl"],
                "available": "0" if reason else "1",
                "switch_reason": reason,
                "licensed_wastes": ";".join(own.get("licensed_wastes", {}).get(key, ())),
                "provenance": row["capex_provenance"],
                "check": _capital_cost_check(row),
                "source": row["source"],
                "year": row["year"],
            }
        )
    return rows


def with_industries(park: Park, rows: Iterable[Row]) -> list[Row]:
    """The rows of projects with the names of their industries beside the code."""
    names = {row["gb4754_code"]: row for row in park.library.rows("industries")}
    found = []
    for row in rows:
        named: Row = {}
        for column, value in row.items():
            named[column] = value
            if column == "industry_code":
                industry = names[value]
                named["industry_name_zh"] = industry["name_zh"]
                named["industry_name_en"] = industry["name_en"]
        found.append(named)
    return found


def _capital_cost_check(row: Row) -> str:
    grade = row["capex_check"]
    if grade == "retrieved anchor":
        grade = "retrieved"
    if row["capex_provenance"] == "coefficient" and grade == "retrieved":
        return "derived"  # scaled from a published anchor
    return grade


def project_units(park: Park, offered: Iterable[Row]) -> list[Row]:
    """Units a project brings, main unit first; variable cost per unit of activity."""
    by_id = {row["project_id"]: row for row in offered}
    own = park.choices["projects"]
    low, high = own["variable_cost_range"]
    seen: set[str] = set()
    rows = []
    for row in park.library.rows("project_units"):
        key = row["project_id"]
        if key not in by_id:
            continue
        main, project = key not in seen, by_id[key]
        seen.add(key)
        note, per_flow = _per_flow_unit(row, project)
        per_flow *= park.heat.activity_factor(row["recipe_id"])
        stated = float(project["var_opex_yuan_per_unit"])
        if key in own.get("variable_cost_on_all_units", {}):
            cost = stated
        else:
            cost = stated / per_flow if main else 0.0
        assumed = project["capex_provenance"] == "assumption"
        rows.append(
            {
                "project_id": key,
                "recipe_id": row["recipe_id"],
                **_activity(park, row, main),
                "variable_cost": rounded(cost),
                "low": rounded(cost * low),
                "high": rounded(cost * high),
                "variable_cost_unit": f"元/{park.unit_of(park.reference_of(row['recipe_id']))}",
                **TYPICAL,
                "source": project["source"] if assumed else "engineering typical range",
                "year": project["year"],
                "note": join(
                    f"{stated:g} 元/{project['flow_unit']}, {per_flow:g} recipe units each",
                    note.rstrip("; "),
                ),
            }
        )
    return rows


def _per_flow_unit(row: Row, project: Row) -> tuple[str, float]:
    """Rest of the note, and recipe units per flow unit: as the note says, or as both are a year."""
    note, stated, value = row["note"].rpartition(PER_FLOW_UNIT)
    if stated:
        return note, float(value)
    yearly = float(row["in_unit_per_year_factor"])
    return row["note"], yearly / float(project["annual_flow_per_capacity_unit"])


def _activity(park: Park, row: Row, main: bool) -> Row:
    """Activity of a unit of size, and least use; a seasonal machine could run all the year."""
    recipe = row["recipe_id"]
    machine = park.heat.machines.get(recipe, {})
    factor = park.heat.activity_factor(recipe)
    yearly = row["in_unit_per_year_factor"]
    if "activity_per_size" in machine:
        yearly = text(machine["activity_per_size"])
    elif factor != 1:
        yearly = rounded(float(yearly) * factor)
    least = "" if main else _least_share(park, recipe)
    if "least_utilisation" in machine:
        least = text(machine["least_utilisation"])
    return {"activity_per_size": yearly, "least_utilisation": least}


def _least_share(park: Park, recipe: str) -> str:
    """Least use of a further unit, which the library writes into the notes of its recipe."""
    found = re.search(LEAST_SHARE, park.flows_of_recipe[recipe][0]["note"])
    if not found:
        raise ValueError(f"recipes: the first note of {recipe} has no match of {LEAST_SHARE}")
    return found[1]


def project_places(park: Park, offered: Iterable[Row], enterprises: Iterable[Row]) -> list[Row]:
    """Places: at a host where one is named, else one in each park of the project."""
    hosts = park.choices["projects"].get("hosts", {})
    park_of = {row["enterprise_id"]: row["park_id"] for row in enterprises}
    rows = []
    for project in offered:
        key, allowed = project["project_id"], project["park_ids"].split(";")
        for host in hosts.get(key, ()):
            if park_of[host] not in allowed:
                raise ValueError(f"[projects.hosts]: {key} may not stand at {host}")
            rows.append(_place(key, park_of[host], host))
        if key not in hosts:
            rows += [_place(key, name, "") for name in park.park_ids if name in allowed]
    return rows


def _place(project: str, park: str, host: str) -> Row:
    name = f"{project}@{host or park}"
    return {"place_id": name, "project_id": project, "park_id": park, "host_id": host}
