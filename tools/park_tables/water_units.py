"""Treatment units of the library as projects of a host: filters, reverse osmosis.

[[water.units]] of a park.toml names the unit, its host, what it takes there and gives. It becomes a
recipe counted in what it takes, a project, its unit and its place.
"""

from typing import Any

from library import Row
from park_tables.cells import TYPICAL, join, rounded, text
from park_tables.water import GRADE, HOURS, Water


class WaterUnits:
    """[[water.units]] beside the library rows they name."""

    def __init__(self, water: Water) -> None:
        """Keep the streams, and the unit of every project."""
        self.water = water
        rows = {row["unit_id"]: row for row in water.library.rows("water_units")}
        self.offered = [(own, rows[own["unit"]]) for own in water.own.get("units", [])]

    @staticmethod
    def project_id(own: dict[str, Any]) -> str:
        """Key of the project of a unit at its host."""
        return f"{own['unit']}-{own['host']}"

    @staticmethod
    def recipe_id(own: dict[str, Any]) -> str:
        """Key of what it does; hosts that treat the same water share it."""
        return f"{own['unit']}_{own['takes']}"

    def recipes(self) -> dict[str, list[Row]]:
        """What a unit gives per m3 it takes: product, reject and sludge, and the power it needs."""
        found = {}
        for own, unit in self.offered:
            recovery, low, high = (
                float(unit[name]) for name in ("recovery", "recovery_low", "recovery_high")
            )
            power = [
                float(unit[n]) / 1000 for n in ("power_kwh_per_m3_feed", "power_low", "power_high")
            ]
            sludge = float(unit["sludge_dry_kg_per_m3"]) / 1000
            flows = [
                ("in", own["takes"], "m3", 1.0, 1.0, 1.0),
                ("in", "power", "MWh", *power),
                ("out", own["gives"], "m3", recovery, low, high),
                ("out", own["reject"], "m3", 1 - recovery, 1 - high, 1 - low),
            ]
            if sludge:
                flows.append(("out", "sewage_sludge", "t", sludge, 0.5 * sludge, 2 * sludge))
            found[self.recipe_id(own)] = [
                {
                    "recipe_id": self.recipe_id(own),
                    "name_zh": unit["name_zh"],
                    "name_en": unit["name_en"],
                    "reference_resource": own["takes"],
                    "direction": direction,
                    "resource_id": resource,
                    "coefficient": rounded(amount),
                    "low": rounded(least),
                    "high": rounded(most),
                    "unit": measure,
                    **{name: unit[name] for name in GRADE},
                    "note": unit["note"],
                }
                for direction, resource, measure, amount, least, most in flows
            ]
        return found

    def projects(self) -> list[Row]:
        """A project for every unit at its host; the graded number is the capital cost."""
        rows = []
        for own, unit in self.offered:
            size = own["reference_size"] / float(unit["capex_ref_m3_h"])
            scale = size ** float(unit["capex_exponent"])
            cost, low, high = (
                rounded(float(unit[name]) * scale)
                for name in ("capex_ref_wan_yuan", "capex_low", "capex_high")
            )
            rows.append(
                {
                    "project_id": self.project_id(own),
                    "kind": "platform",
                    "name_zh": f"{unit['name_zh']}({own['host']})",
                    "name_en": f"{unit['name_en']} at {own['host']}",
                    "industry_code": "4620",
                    "size_unit": "m3/h",
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
                    "note": join(
                        own["unit"], self.water.assumed(own["reason"])["source"], unit["note"]
                    ),
                }
            )
        return rows

    def project_units(self) -> list[Row]:
        """Its unit: size in m3/h of feed, chemicals as variable cost."""
        rows = []
        for own, unit in self.offered:
            rows.append(
                {
                    "project_id": self.project_id(own),
                    "recipe_id": self.recipe_id(own),
                    "activity_per_size": text(HOURS),
                    "variable_cost": unit["chemicals_yuan_per_m3"],
                    "low": unit["chem_low"],
                    "high": unit["chem_high"],
                    "variable_cost_unit": "元/m3",
                    **TYPICAL,
                    "source": unit["source"],
                    "year": unit["year"],
                    "note": "chemicals and membranes per m3 of feed",
                }
            )
        return rows

    def places(self, park_of: dict[str, str]) -> list[Row]:
        """Such a project stands at its host."""
        return [
            {
                "place_id": f"{self.project_id(own)}@{own['host']}",
                "project_id": self.project_id(own),
                "park_id": park_of[own["host"]],
                "host_id": own["host"],
            }
            for own, _unit in self.offered
        ]
