"""Heat units of the library as projects of a host: exchangers and heat pumps between its streams.

[[heat.units]] of a park.toml names the unit, its host, the level at which it takes heat up and what
it gives. It becomes a recipe counted in what it gives, a project, its unit and its place.
"""

from typing import Any

from library import Row
from park_tables.cells import TYPICAL, join, rounded, text
from park_tables.choices import Park

GJ_PER_MW_YEAR = 31536.0


def unit_projects(park: Park) -> list[Row]:
    """A project for every heat unit at its host; the graded number is the capital cost."""
    rows = []
    for own in park.heat.units:
        unit = park.heat.unit(own)
        size = own["reference_size"] / float(unit["capex_ref_size"])
        scale = size ** float(unit["capex_exponent"])
        cost, low, high = (
            rounded(float(unit[name]) * scale)
            for name in ("capex_ref_wan_yuan", "capex_low", "capex_high")
        )
        rows.append(
            {
                "project_id": project_id(own),
                "kind": "cascade",
                "name_zh": f"{unit['name_zh']}({own['host']})",
                "name_en": f"{unit['name_en']} at {own['host']}",
                "industry_code": "4430",
                "size_unit": "MW热",
                "least_size": text(own["least_size"]),
                "reference_size": text(own["reference_size"]),
                "most_size": text(own["most_size"]),
                "capital_cost": cost,
                "low": low,
                "high": high,
                "capital_cost_unit": "万元",
                "scale_exponent": unit["capex_exponent"],
                "fixed_cost_share": rounded(float(unit["fixed_opex_pct_capex"]) / 100),
                "labour": "0",
                "land": rounded(float(unit["land_mu"]) * size),
                "land_unit": "亩",
                "available": "1",
                "provenance": unit["capex_provenance"],
                "check": unit["capex_check"],
                "source": unit["source"],
                "year": unit["year"],
                "note": join(own["unit"], park.our_source(own["reason"]), unit["note"]),
            }
        )
    return rows


def unit_project_units(park: Park) -> list[Row]:
    """What it runs; its size is the heat it gives, or takes up where the library says so."""
    low, high = park.choices["projects"]["variable_cost_range"]
    rows = []
    for own in park.heat.units:
        unit = park.heat.unit(own)
        per_taken = float(unit["output_yield"])
        cost = float(unit["var_opex_yuan_per_gj"]) / per_taken
        given = 1.0 if unit["capex_ref_unit"] == "MW heat out" else per_taken
        rows.append(
            {
                "project_id": project_id(own),
                "recipe_id": own["recipe"],
                "activity_per_size": rounded(GJ_PER_MW_YEAR * given),
                "least_utilisation": text(own["least_utilisation"]),
                "variable_cost": rounded(cost),
                "low": rounded(cost * low),
                "high": rounded(cost * high),
                "variable_cost_unit": "元/GJ",
                **TYPICAL,
                "source": unit["source"],
                "year": unit["year"],
                "note": f"{unit['var_opex_yuan_per_gj']} 元 per GJ taken up",
            }
        )
    return rows


def unit_places(park: Park, enterprises: list[Row]) -> list[Row]:
    """Such a project stands at its host."""
    park_of = {row["enterprise_id"]: row["park_id"] for row in enterprises}
    return [
        {
            "place_id": f"{project_id(own)}@{own['host']}",
            "project_id": project_id(own),
            "park_id": park_of[own["host"]],
            "host_id": own["host"],
        }
        for own in park.heat.units
    ]


def project_id(own: dict[str, Any]) -> str:
    """Key of the project of a heat unit."""
    return f"{own['unit']}-{own['host']}"
