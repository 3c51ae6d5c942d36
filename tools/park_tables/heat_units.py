"""Heat units of the library: boilers, exchangers, turbines, let-downs, heat pumps, ORC, CHP.

[[heat.units]] of a park.toml offers one at its hosts; it becomes a recipe, and for every host a
project, its unit and its place. A unit takes what the library says (a fuel, a carrier), or, where a
`level` is named, heat of the host's hot streams at that level. It is counted in the power it makes
where the library prices it per MW of power, else in what it gives.

Combined heat and power: steam that is taken from a turbine for heating no longer reaches its
condenser. Per GJ of heat the station gives up some power and the rest is heat its condenser
would have rejected, so extraction takes up heat at the level of the condenser and can never be more
than what the station sends there.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from library import Library, Row
from park_tables.cells import GJ_PER_MW_YEAR, GJ_PER_MWH, TYPICAL, join, rounded, text
from park_tables.heat_levels import Levels

GRADE = ("provenance", "check", "source", "year")
FROM_CONDENSER = ("chp_extraction", "chp_hbp")  # with a level: heat and lost power make the output
RAISES_STEAM = ("whb", "boiler", "chp_extraction")


@dataclass(frozen=True)
class HeatUnit:
    """A row of heat_units.csv as a park.toml offers it; amounts are GJ of its input ("per GJ").

    own         the offer: unit, and where it differs from the library level, takes, gives, adds
    choices     of the whole park: [fuels], [heat]
    levels      of carriers
    """

    own: dict[str, Any]
    row: Row
    choices: dict[str, Any]
    levels: Levels

    @property
    def hosts(self) -> list[str]:
        """Enterprises at which it is offered; none for what stands today."""
        return list(self.own.get("hosts", []))

    @property
    def name(self) -> str:
        """Name of the offer: two offers of one library unit differ in theirs."""
        return str(self.own.get("name", self.own["unit"]))

    @property
    def recipe(self) -> str:
        """Key of its recipe; what stands at two levels is two recipes."""
        level = self.own.get("level", "")
        return f"{self.name}_{level}" if level else self.name

    @property
    def gives(self) -> str:
        """What it gives beside power."""
        return str(self.own.get("gives", self.row["output"]))

    @property
    def takes(self) -> str:
        """Fuel or carrier it takes; empty where it takes up heat of streams only."""
        return str(self.own.get("takes", "" if "level" in self.own else self.row["input"]))

    @property
    def reason(self) -> str:
        """Why it is offered."""
        return str(self.own["reason"])

    @property
    def counted_in_power(self) -> bool:
        """Whether an activity of 1 is a MWh."""
        return self.row["capex_ref_unit"].startswith("MW el")

    @cached_property
    def _adds(self) -> float:
        """Share of what it gives that is its own heat; the rest arrives as `takes`."""
        return float(self.own.get("adds", 1.0))

    def _range(self, name: str) -> tuple[float, float, float]:
        """Typical, low and high of `output_yield` or `power_mwh_per_gj_in`, signs left out."""
        stem = {"output_yield": "yield", "power_mwh_per_gj_in": "power"}[name]
        typical, *ends = (abs(float(self.row[c])) for c in (name, f"{stem}_low", f"{stem}_high"))
        return typical, min(ends), max(ends)

    @cached_property
    def per(self) -> tuple[float, float, float]:
        """GJ of input per unit of activity, low and high."""
        name = "power_mwh_per_gj_in" if self.counted_in_power else "output_yield"
        typical, low, high = self._range(name)
        return self._adds / typical, self._adds / high, self._adds / low

    # Recipe

    def flows(self) -> list[Row]:
        """What it gives and takes per unit of activity."""
        per, _, _ = self.per
        power = self._range("power_mwh_per_gj_in")
        makes_power = float(self.row["power_mwh_per_gj_in"]) > 0
        rows = [self._reference()]
        if self.counted_in_power:
            if self.gives != "power":
                given = self._range("output_yield")
                rows.append(self._ratio("out", self.gives, "GJ", given, power))
        elif power[0]:
            sizes = (value * per for value in power)
            rows.append(self._flow("out" if makes_power else "in", "power", "MWh", *sizes))
        fuel = self.choices["fuels"].get(self.takes)
        if fuel:
            sizes = (value / fuel["gj"] for value in self.per)
            rows.append(self._flow("in", self.takes, fuel["unit"], *sizes))
            burnt = (value * fuel["co2_per_gj"] for value in self.per)
            rows.append(self._flow("out", "co2_direct", "t", *burnt))
        elif self._adds < 1:
            share = 1 - self._adds
            rows.append(self._flow("in", self.takes, "GJ", share, share, share))
        elif self.takes:
            rows.append(self._flow("in", self.takes, "GJ", *self.per))
        if self.row["kind"] in RAISES_STEAM and self.gives.startswith("steam"):
            rows.append(self._make_up(float(self.row["output_yield"]) * per))
        return rows

    def _reference(self) -> Row:
        of = "power" if self.counted_in_power else "yield"
        key, unit = ("power", "MWh") if self.counted_in_power else (self.gives, "GJ")
        low, high = sorted((self.row[f"{of}_low"], self.row[f"{of}_high"]), key=float)
        return self._flow("out", key, unit, 1, 1, 1, f"range of the {of}: {low}-{high}")

    def _make_up(self, given: float) -> Row:
        """Condensate returns at the temperature from which a level is counted; the rest is lost."""
        own = self.choices["heat"]["condensate"]
        net = float(self.levels.row(self.gives)["net_gj_per_t_to_return"])
        lost, low, high = (given * own[name] / net for name in ("lost", "low", "high"))
        row = self._flow("in", "demin_water", "m3", lost, low, high, own["reason"])
        return row | TYPICAL | {"source": f"{self.choices['our_source']}: condensate not returned"}

    def _ratio(
        self,
        direction: str,
        resource: str,
        unit: str,
        above: tuple[float, float, float],
        below: tuple[float, float, float],
    ) -> Row:
        sizes = above[0] / below[0], above[1] / below[2], above[2] / below[1]
        return self._flow(direction, resource, unit, *sizes)

    def _flow(
        self,
        direction: str,
        resource: str,
        unit: str,
        coefficient: float,
        low: float,
        high: float,
        note: str = "",
    ) -> Row:
        reference = "power" if self.counted_in_power else self.gives
        return {
            "recipe_id": self.recipe,
            "name_zh": self.row["name_zh"],
            "name_en": self.row["name_en"],
            "reference_resource": reference,
            "resource_id": resource,
            "direction": direction,
            "coefficient": text(coefficient),
            "low": text(low),
            "high": text(high),
            "unit": unit,
            **{name: self.row[name] for name in GRADE},
            "note": join(note, self.row["extra"] if resource == "power" else ""),
        }

    def streams(self, approach_k: float) -> list[Row]:
        """Heat it takes up from the hot streams of its host."""
        level = self.own.get("level")
        if not level:
            return []
        heat = self.per[0]
        if self.row["kind"] in FROM_CONDENSER:
            heat *= 1 - GJ_PER_MWH * self._range("power_mwh_per_gj_in")[0]
        grade = {"source": self._source, "year": str(self.choices["base_year"])}
        return self.levels.streams(self.recipe, level, heat, True, approach_k, grade)

    # Projects

    @property
    def _source(self) -> str:
        return f"{self.choices['our_source']}: {self.reason}"

    def project(self, host: str) -> str:
        """Key of the project at a host."""
        return f"{self.name}-{host}"

    def projects(self) -> list[Row]:
        """A project at every host; the graded number is the capital cost."""
        own, row = self.own, self.row
        size = own["reference_size"] / float(row["capex_ref_size"])
        scale = size ** float(row["capex_exponent"])
        columns = ("capex_ref_wan_yuan", "capex_low", "capex_high")
        cost, low, high = (rounded(float(row[name]) * scale) for name in columns)
        return [
            {
                "project_id": self.project(host),
                "kind": "cascade",
                "name_zh": f"{row['name_zh']}({host})",
                "name_en": f"{row['name_en']} at {host}",
                "industry_code": "4430",
                "size_unit": "MW" if self.counted_in_power else "MW热",
                "least_size": text(own["least_size"]),
                "reference_size": text(own["reference_size"]),
                "most_size": text(own["most_size"]),
                "capital_cost": cost,
                "low": low,
                "high": high,
                "capital_cost_unit": "万元",
                "scale_exponent": row["capex_exponent"],
                "fixed_cost_share": rounded(float(row["fixed_opex_pct_capex"]) / 100),
                "labour": "0",
                "land": rounded(float(row["land_mu"]) * size),
                "land_unit": "亩",
                "available": "0" if "off" in own else "1",
                "switch_reason": own.get("off", ""),
                "provenance": row["capex_provenance"],
                "check": row["capex_check"],
                "source": row["source"],
                "year": row["year"],
                "note": join(own["unit"], self._source, row["note"]),
            }
            for host in self.hosts
        ]

    def project_units(self, cost_range: tuple[float, float]) -> list[Row]:
        """What it runs; its size is power, heat given or heat taken in, as in the library."""
        per, _, _ = self.per
        if self.counted_in_power:
            yearly, unit = 8760.0, "MWh"
        elif self.row["capex_ref_unit"] == "MW heat out":
            yearly, unit = GJ_PER_MW_YEAR, "GJ"
        else:
            yearly, unit = GJ_PER_MW_YEAR / per, "GJ"
        stated = self.row["var_opex_yuan_per_gj"]
        cost = float(stated) * per
        low, high = cost_range
        return [
            {
                "project_id": self.project(host),
                "recipe_id": self.recipe,
                "activity_per_size": rounded(yearly),
                "least_utilisation": text(self.own["least_utilisation"]),
                "variable_cost": rounded(cost),
                "low": rounded(cost * low),
                "high": rounded(cost * high),
                "variable_cost_unit": f"元/{unit}",
                **TYPICAL,
                "source": self.row["source"],
                "year": self.row["year"],
                "note": f"{stated} 元 per GJ taken up",
            }
            for host in self.hosts
        ]

    def places(self, park_of: dict[str, str]) -> list[Row]:
        """Such a project stands at its host."""
        return [
            {
                "place_id": f"{self.project(host)}@{host}",
                "project_id": self.project(host),
                "park_id": park_of[host],
                "host_id": host,
            }
            for host in self.hosts
        ]


def offered_units(choices: dict[str, Any], library: Library, levels: Levels) -> list[HeatUnit]:
    """The units under [[heat.units]]."""
    offers = choices.get("heat", {}).get("units", [])
    return [HeatUnit(own, library_unit(library, own["unit"]), choices, levels) for own in offers]


def library_unit(library: Library, key: str) -> Row:
    """Row of heat_units.csv."""
    return next(row for row in library.rows("heat_units") if row["unit_id"] == key)
