"""Heat with temperatures: thermal streams, their machines, and what they replace.

Where [heat] of a park.toml stands, the thermal streams of its enterprises take the place of the
yearly heat coefficients of the recipes those enterprises run. Machines are recipes: what takes heat
up at a source is a project's recipe, counted in what it gives; what gives heat to a user is a
recipe `use_<carrier>`, counted in the carrier it takes.
"""

import fnmatch
from collections.abc import Iterable, Iterator
from typing import Any

from library import Library, Row
from park_tables.cells import TYPICAL, join, rounded, text

WATER_GJ_PER_T_K = 4.3e-3  # of boiler feed water and condensate, mean of 90 to 250 °C
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

    @property
    def units(self) -> list[dict[str, Any]]:
        """Heat units of the library offered at a host; `recipe` names what they run."""
        return [
            own | {"recipe": f"{own['unit']}_{own['level']}"} for own in self.own.get("units", [])
        ]

    def unit(self, own: dict[str, Any]) -> Row:
        """Library row of a heat unit."""
        return next(r for r in self.library.rows("heat_units") if r["unit_id"] == own["unit"])

    def our_source(self, reason: str) -> str:
        """Source of a number that this dataset assumes itself."""
        return f"{self.choices['our_source']}: {reason}"

    # Recipes

    def without_double_counting(self, recipes: dict[str, list[Row]]) -> dict[str, list[Row]]:
        """Recipes as the streams leave them: heat rows dropped, machines counted anew."""
        if not self.own:
            return recipes
        run_here = {
            row["recipe_id"]
            for row in self.library.rows("enterprise_units")
            if row["ent_id"] in self.enterprises
        }
        found = {}
        for key, rows in recipes.items():
            if key in self.machines:
                found[key] = self._machine(self.machines[key], rows)
            elif key in run_here and key not in self.own.get("recipes_kept", {}):
                found[key] = [row for row in rows if not self._is_heat(row["resource_id"])]
            else:
                found[key] = rows
        found |= {f"use_{name}": self._use(name) for name in self.own["use"]["carriers"]}
        found |= {own["recipe"]: self._unit_recipe(own) for own in self.units}
        return found

    def _unit_recipe(self, own: dict[str, Any]) -> list[Row]:
        """What a heat unit gives and the power it takes, per GJ given."""
        unit = self.unit(own)
        given = float(unit["output_yield"])
        power, low, high = (
            abs(float(unit[name])) / given
            for name in ("power_mwh_per_gj_in", "power_high", "power_low")
        )
        head = {
            "recipe_id": own["recipe"],
            "name_zh": unit["name_zh"],
            "name_en": unit["name_en"],
            "reference_resource": own["gives"],
            **{name: unit[name] for name in GRADE},
        }
        return [
            head
            | {
                "direction": "out",
                "resource_id": own["gives"],
                "coefficient": "1",
                "low": "1",
                "high": "1",
                "unit": "GJ",
                "note": f"range of the yield: {unit['yield_low']}-{unit['yield_high']}",
            },
            head
            | {
                "direction": "in",
                "resource_id": "power",
                "coefficient": text(power),
                "low": text(min(low, high)),
                "high": text(max(low, high)),
                "unit": "MWh",
                "note": unit["extra"],
            },
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
        name = self._level(carrier)
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
                **TYPICAL,
                "source": self.our_source(own["reason"]),
                "year": str(self.choices["base_year"]),
                "note": "",
            }
        ]

    # Levels

    def _level(self, carrier: str) -> dict[str, Any]:
        """A carrier of the library, or one of [heat.levels]."""
        own = self.own.get("levels", {}).get(carrier)
        if own:
            return own
        return next(r for r in self.library.rows("carriers") if r["carrier_id"] == carrier)

    def _spans(self, carrier: str, cold: bool) -> Iterator[tuple[str, float, float, float]]:
        """Parts of a carrier's heat: name, share, supply and target of the machine's stream.

        Steam is raised, or condenses, at one temperature; only its water warms or cools between
        that and the return. Hot water glides all the way.
        """
        level = self._level(carrier)
        back = float(level["return_t_c"])
        at = float(level["generation_t_c" if cold else "use_t_c"])
        if level["latent_or_sensible"] == "sensible":
            yield "water", 1.0, *((back, at) if cold else (at, back))
            return
        boils = float(level["saturation_t_c"]) if cold else at - 1
        water = WATER_GJ_PER_T_K * (boils - back) / float(level["net_gj_per_t_to_return"])
        if cold:
            yield "evaporating", 1 - water, boils, at
            yield "feed water", water, back, boils
        else:
            yield "condensing", 1 - water, at, boils
            yield "condensate", water, boils, back

    # Tables

    def utilities(self) -> list[str]:
        """Resources that close the cascades."""
        return list(self.own.get("utilities", []))

    def nodes(self) -> list[Row]:
        """Heating districts as enterprises."""
        names = self.own.get("nodes", [])
        return [
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

    def streams(self, recipes: Iterable[str]) -> list[Row]:
        """Process streams of the enterprises, then the streams of the machines in use."""
        if not self.own:
            return []
        rows = [self._process_stream(row) for row in self._library_streams()]
        unit_of = {own["recipe"]: own for own in self.units}
        for key in recipes:
            if key in self.machines:
                machine = self.machines[key]
                heat = float(machine["heat"]) / self.activity_factor(key)
                rows += self._streams_of(key, machine["level"], heat, True, machine["reason"])
            elif key in unit_of:
                own = unit_of[key]
                heat = 1 / float(self.unit(own)["output_yield"])
                rows += self._streams_of(key, own["level"], heat, True, own["reason"])
            elif key.startswith("use_"):
                level = key.removeprefix("use_")
                rows += self._streams_of(key, level, 1.0, False, self.own["use"]["reason"])
        return rows

    def _library_streams(self) -> Iterator[Row]:
        owners = {*self.enterprises, *self.own.get("nodes", [])}
        left_out = self.own.get("streams_left_out", {})
        for row in self.library.rows("thermal_streams"):
            if row["owner"] in owners and row["stream_id"] not in left_out:
                yield row

    def _process_stream(self, row: Row) -> Row:
        used = float(row["today_used_share"] or 0) if row["role"] == "hot" else 0.0
        left = float(row["recoverable_share"]) * (1 - used)
        served = self.own.get("served_today", {}).get(row["stream_id"])
        duty = {"duty": row["duty_mw_typ"], "low": row["duty_low"], "high": row["duty_high"]}
        if served:
            duty = {name: rounded(float(mw) * (1 - served["share"])) for name, mw in duty.items()}
        return {
            "stream_id": row["stream_id"],
            "enterprise_id": row["owner"],
            "recipe_id": "",
            "role": row["role"],
            "medium": row["medium"],
            "supply_celsius": row["t_supply_c"],
            "target_celsius": row["t_target_c"],
            **duty,
            "duty_unit": "MW",
            "duty_per_activity": "",
            "approach_k": row["dt_min_k"],
            "recoverable_share": rounded(left) if row["role"] == "hot" else "",
            "machine": "",
            "profile_id": "" if row["slice_profile"] == "flat" else row["slice_profile"],
            **{name: row[name] for name in GRADE},
            "note": join(
                row["name_en"],
                f"today {row['today']}",
                f"{used:.0%} of what can be recovered is used today and left out" if used else "",
                f"{served['share']:.0%} left out: {served['reason']}" if served else "",
                row["low_high_note"],
            ),
        }

    def _streams_of(
        self, recipe: str, level: str, heat: float, cold: bool, reason: str
    ) -> list[Row]:
        return [
            {
                "stream_id": f"{recipe}-{part.replace(' ', '-')}",
                "enterprise_id": "",
                "recipe_id": recipe,
                "role": "cold" if cold else "hot",
                "medium": level,
                "supply_celsius": rounded(supply),
                "target_celsius": rounded(target),
                "duty_per_activity": rounded(heat * share),
                "approach_k": text(self.own["approach_k"]),
                "machine": "1",
                **TYPICAL,
                "source": self.our_source(reason),
                "year": str(self.choices["base_year"]),
                "note": part,
            }
            for part, share, supply, target in self._spans(level, cold)
        ]

    def profiles(self) -> list[Row]:
        """Load in a slice of every profile in use, hours-weighted over the parts of the slice."""
        if not self.own:
            return []
        names = dict.fromkeys(row["slice_profile"] for row in self._library_streams())
        return [
            {"profile_id": name, "slice_id": part, "factor": rounded(factor)}
            for name in names
            if name != "flat"
            for part, factor in self._factors(name).items()
        ]

    def _factors(self, profile: str) -> dict[str, float]:
        hours: dict[str, float] = {}
        load: dict[str, float] = {}
        for row in self.library.rows("slices"):
            part = row["group2"]
            hours[part] = hours.get(part, 0.0) + float(row["hours"])
            load[part] = load.get(part, 0.0) + float(row["hours"]) * float(row[f"f_{profile}"])
        return {part: load[part] / hours[part] for part in hours}

    def users(self, carrier: str) -> list[str]:
        """Who may take a carrier."""
        return [
            row["enterprise_id"] for row in self.use_units() if row["recipe_id"] == f"use_{carrier}"
        ]

    def use_units(self) -> list[Row]:
        """A unit for every carrier a user may take, as large as its design load."""
        if not self.own:
            return []
        own = self.own["use"]
        peak: dict[str, float] = {}
        for row in self._library_streams():
            if row["role"] == "cold":
                most = max(1.0, *self._factors(row["slice_profile"]).values())
                peak[row["owner"]] = peak.get(row["owner"], 0) + most * float(row["duty_mw_typ"])
        return [
            {
                "unit_id": f"{owner}-use_{carrier}",
                "enterprise_id": owner,
                "recipe_id": f"use_{carrier}",
                "capacity": rounded(most),
                "capacity_unit": "MW",
                "utilisation": text(today.get(carrier, 0.0)),
                "least_utilisation": "0",
                "most_utilisation": "1",
                **TYPICAL,
                "source": self.our_source(own["reason"]),
                "year": str(self.choices["base_year"]),
                "note": "capacity: design load of all its cold streams",
            }
            for owner, most in peak.items()
            for today in [own.get("today", {}).get(owner, {})]
            for carrier in own["carriers"]
            if owner not in self.own.get("nodes", []) or carrier in own["network"]
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
