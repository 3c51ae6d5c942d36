"""The tables of a dataset, made from library rows and the choices in park.toml.

Values of the library are carried over as text, so that nothing is rounded on the way; what is
computed here (prices without VAT, variable costs per recipe unit, amounts that close a balance) is
written with enough digits to close again.
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from library import Library, Row

CAPACITY = {"万t/a": 1e4, "MW": 8760.0, "MW热": 31536.0, "万m3/d": 3.65e6}  # per year
TYPICAL = {"provenance": "assumption", "check": "typical"}


def text(value: float) -> str:
    """A computed number, exact enough for a balance to close.

    >>> text(1 / 3), text(1200.0)
    ('0.333333333333333', '1200')
    """
    return f"{value:.15g}"


def rounded(value: float) -> str:
    """A computed price or cost: six figures.

    >>> rounded(480 / 1.13)
    '424.779'
    """
    return f"{value:.6g}"


class ParkTables:
    """Builds every table of one dataset; `all` gives them in the order they are written."""

    def __init__(self, park: dict[str, Any], library: Library) -> None:
        """Keep the choices and the library."""
        self.park, self.library = park, library
        self.ours = park["our_source"]
        self.enterprise_ids: list[str] = park["enterprises"]["ids"]

    def all(self) -> dict[str, list[Row]]:
        """Rows by table name."""
        return {
            "parks": self.parks,
            "enterprises": self.enterprises,
            "resources": self.resources,
            "carriers": self.carriers,
            "recipes": self.recipes,
            "recipe_flows": self.recipe_flows,
            "units": self.units,
            "exchanges": self.exchanges,
            "links": self.links,
            "properties": self.park.get("properties", []),
            "qualities": self.qualities,
            "substitutes": self.substitutes,
            "markets": self.markets,
            "projects": self.projects,
            "project_units": self.project_units,
            "project_places": self.project_places,
            "chains": self.chains,
            "chain_stages": self.chain_stages,
            "chain_links": self.chain_links,
        }

    # ------------------------------------------------------------------ parks and enterprises

    @cached_property
    def parks(self) -> list[Row]:
        """Parks; the graded number is the land available for projects."""
        known = {row["park_id"]: row for row in self.library.rows("parks")}
        rows = []
        for own in self.park["parks"]:
            row = known.get(own["park_id"], {})
            rows.append(
                {
                    "park_id": own["park_id"],
                    "name_zh": own.get("name_zh") or row["name_zh"],
                    "name_en": own.get("name_en") or row["name_en"],
                    "level": own["level"],
                    "province": own["province"],
                    "land_available": text(own["land_available"]),
                    "land_unit": "亩",
                    "low": text(own["low"]),
                    "high": text(own["high"]),
                    "investment_floor": row.get("investment_floor_wan_yuan_per_mu", ""),
                    "lat": row.get("lat_wgs84") or text(own["lat"]),
                    "lon": row.get("lon_wgs84") or text(own["lon"]),
                    **TYPICAL,
                    "source": f"{self.ours}: {own['reason']}",
                    "year": str(self.park["base_year"]),
                    "note": f"name, level, floor: {row['source']}" if row else "",
                }
            )
        return rows

    @cached_property
    def enterprises(self) -> list[Row]:
        """Enterprises of the study; their grade is that of their existence and place."""
        known = {row["ent_id"]: row for row in self.library.rows("enterprises")}
        moved = self.park["enterprises"]["park"]
        return [
            {
                "enterprise_id": key,
                "park_id": moved.get(key, row["park_id"]),
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "industry_code": row["gb4754_code"],
                "industry_name_zh": row["gb4754_name_zh"],
                "lat": row["lat_wgs84"],
                "lon": row["lon_wgs84"],
                "coord_radius_km": row["coord_radius_km"],
                "provenance": row["provenance"],
                "check": row["check"],
                "source": row["source"],
                "year": row["year"],
                "note": join(row["notes"], f"coordinates: {row['coord_source']}"),
            }
            for key, row in ((key, known[key]) for key in self.enterprise_ids)
        ]

    # ------------------------------------------------------------------ units, as they run today

    @cached_property
    def _units_of_library(self) -> list[Row]:
        """Library rows of our units that run in the base year, with their unit_id."""
        year = self.park["base_year"]
        rows: list[Row] = []
        for row in self.library.rows("enterprise_units"):
            starts, ends = int(row["year_from"] or 0), int(row["year_to"] or 9999)
            if row["ent_id"] in self.enterprise_ids and starts <= year <= ends:
                name = f"{row['ent_id']}-{row['recipe_id']}"
                twice = sum(other["unit_id"].startswith(name) for other in rows)
                rows.append(row | {"unit_id": f"{name}-{twice + 1}" if twice else name})
        return rows

    @cached_property
    def _capacity(self) -> dict[str, tuple[float, str, str]]:
        """Capacity of every unit per year in its reference resource; as written; its unit."""
        found = {}
        for row in self._units_of_library:
            size, unit = float(row["capacity"]), row["capacity_unit"]
            if row["recipe_id"].startswith("R"):  # sized as a project: 万m2 of heated floor, ...
                per_size = self._activity_per_size(row["recipe_id"])
                reference = self._unit_of(self._reference[row["recipe_id"]])
                capacity = size * per_size
                found[row["unit_id"]] = (capacity, text(capacity), f"{reference}/a")
            else:
                found[row["unit_id"]] = (size * CAPACITY[unit], row["capacity"], unit)
        return found

    def _activity_per_size(self, recipe_id: str) -> float:
        for row in self.library.rows("project_units"):
            if row["recipe_id"] == recipe_id:
                return float(row["in_unit_per_year_factor"])
        raise KeyError(recipe_id)

    @cached_property
    def _utilisation(self) -> dict[str, float]:
        """Utilisation today; of the units under [[closing]], what their balance needs."""
        closing = {own["unit_id"]: own["resource"] for own in self.park.get("closing", [])}
        found = {
            row["unit_id"]: float(row["utilisation"])
            for row in self._units_of_library
            if row["unit_id"] not in closing
        }
        for unit_id, resource in closing.items():
            enterprise, _, recipe = unit_id.partition("-")
            surplus = self._surplus(enterprise, resource, found)
            coefficient = self._net(recipe, resource)
            found[unit_id] = -surplus / coefficient / self._capacity[unit_id][0]
        return found

    def _surplus(self, enterprise: str, resource: str, utilisation: dict[str, float]) -> float:
        """What the units of `utilisation` give less what they take, less exchanges today."""
        made = self._made(enterprise, resource, utilisation)
        for row in self._exchange_amounts(utilisation):
            if row["donor_id"] == enterprise and row["resource_id"] == resource:
                made -= row["amount"]
            if row["receiver_id"] == enterprise and row["serves"] == resource:
                made += row["amount"] * row["ratio"]
        return made

    def _made(self, enterprise: str, resource: str, utilisation: dict[str, float]) -> float:
        return sum(
            self._capacity[row["unit_id"]][0]
            * utilisation[row["unit_id"]]
            * self._net(row["recipe_id"], resource)
            for row in self._units_of_library
            if row["ent_id"] == enterprise and row["unit_id"] in utilisation
        )

    def _net(self, recipe_id: str, resource: str) -> float:
        return sum(
            float(row["coefficient"]) * (1 if row["direction"] == "out" else -1)
            for row in self._flows_of_library.get(recipe_id, ())
            if row["resource_id"] == resource
        )

    @cached_property
    def units(self) -> list[Row]:
        """Units; the graded number is the utilisation, which no source publishes."""
        ranges = {own["unit_id"]: own for own in self.park.get("ranges", [])}
        closing = {own["unit_id"]: own for own in self.park.get("closing", [])}
        rows = []
        for row in self._units_of_library:
            key = row["unit_id"]
            own = ranges.get(key, {})
            closed = closing.get(key)
            _, capacity, unit = self._capacity[key]
            published = row["provenance"] != "assumption"
            rows.append(
                {
                    "unit_id": key,
                    "enterprise_id": row["ent_id"],
                    "recipe_id": row["recipe_id"],
                    "capacity": capacity,
                    "capacity_unit": unit,
                    "utilisation": text(self._utilisation[key]) if closed else row["utilisation"],
                    "low": row["utilisation_low"],
                    "high": row["utilisation_high"],
                    "least_utilisation": text(own["least"]) if own else "",
                    "most_utilisation": text(own["most"]) if own else "",
                    "provenance": "assumption",
                    "check": "derived" if closed else "typical" if published else row["check"],
                    "source": f"{self.ours}: {closed['reason']}" if closed else row["source"],
                    "year": row["year"],
                    "note": join(
                        f"capacity: {row['provenance']}, {row['check']}" if published else "",
                        f"capacity {row['capacity']} {row['capacity_unit']}"
                        if unit != row["capacity_unit"]
                        else "",
                        f"range of a plan: {own['reason']}" if own else "",
                        row["note"],
                    ),
                }
            )
        return rows

    # ------------------------------------------------------------------ exchanges today

    def _exchange_rows(self) -> Iterator[dict[str, Any]]:
        """Today's exchanges between our enterprises, changed and added rows in place."""
        changed = {
            (own["donor"], own["receiver"], own["resource"]): own
            for own in self.park["exchanges"].get("changed", [])
        }
        members = set(self.enterprise_ids)
        for row in self.library.rows("today_exchanges"):
            donor, receiver = row["donor_ent"], row["receiver_ent"]
            if donor == receiver or not {donor, receiver} <= members:
                continue
            own = changed.pop((donor, receiver, row["resource_id"]), {})
            yield {
                "donor_id": donor,
                "receiver_id": receiver,
                "resource_id": row["resource_id"],
                "serves": self._serves(receiver, row["resource_id"]),
                "given": own.get("amount", row["amount_per_year"]),
                "price": row["price"],
                "price_unit": yuan(row["price_unit"]),
                "since": row["since"],
                "provenance": row["provenance"],
                "check": "derived" if own else row["check"],
                "source": f"{self.ours}: {own['reason']}" if own else row["source"],
                "year": str(self.park["base_year"]),
                "note": row["note"],
            }
        if changed:
            raise KeyError(f"[[exchanges.changed]]: no library row for {sorted(changed)}")
        for own in self.park["exchanges"].get("added", []):
            yield {
                "donor_id": own["donor"],
                "receiver_id": own["receiver"],
                "resource_id": own["resource"],
                "serves": own.get("serves", own["resource"]),
                "given": own["amount"],
                "price": text(own["price"]),
                "price_unit": own["price_unit"],
                "since": str(own["since"]),
                "provenance": "assumption",
                "check": own["check"],
                "source": f"{self.ours}: {own['reason']}",
                "year": str(self.park["base_year"]),
                "note": "",
            }

    def _serves(self, receiver: str, resource: str) -> str:
        """The need a resource serves at the receiver: its own, or the only one it may replace."""
        needs = {
            flow["resource_id"]
            for unit in self._units_of_library
            if unit["ent_id"] == receiver
            for flow in self._flows_of_library[unit["recipe_id"]]
            if flow["direction"] == "in"
        }
        if resource in needs:
            return resource
        replaced = [to for one, to in self._ratio if one == resource and to in needs]
        if len(replaced) != 1:
            raise ValueError(f"{resource} could serve {replaced or 'nothing'} at {receiver}")
        return replaced[0]

    @cached_property
    def _ratio(self) -> dict[tuple[str, str], float]:
        return {
            (row["from_resource"], row["to_resource"]): float(row["replacement_ratio"])
            for row in self.library.rows("substitutes")
        }

    def _exchange_amounts(self, utilisation: dict[str, float]) -> list[dict[str, Any]]:
        """Exchanges with their amounts: given ones first, then those that close a balance."""
        rows = list(self._exchange_rows())
        for row in rows:
            same = row["serves"] == row["resource_id"]
            row["ratio"] = 1.0 if same else self._ratio[row["resource_id"], row["serves"]]
            if row["given"] not in ("need", "supply"):
                row["amount"] = float(row["given"])
        for row in rows:
            if row["given"] == "need":
                lacking = -self._made(row["receiver_id"], row["serves"], utilisation)
                lacking -= sum(
                    other["amount"] * other["ratio"]
                    for other in rows
                    if "amount" in other
                    and (other["receiver_id"], other["serves"])
                    == (row["receiver_id"], row["serves"])
                )
                row["amount"] = lacking / row["ratio"]
            elif row["given"] == "supply":
                row["amount"] = self._made(row["donor_id"], row["resource_id"], utilisation) - sum(
                    other["amount"]
                    for other in rows
                    if "amount" in other
                    and (other["donor_id"], other["resource_id"])
                    == (row["donor_id"], row["resource_id"])
                )
        return rows

    @cached_property
    def exchanges(self) -> list[Row]:
        """Exchanges in place today, prices without VAT."""
        rows = []
        for row in self._exchange_amounts(self._utilisation):
            rate = self._vat(row["resource_id"])
            price, unit = float(row["price"]), row["price_unit"]
            rows.append(
                {
                    "donor_id": row["donor_id"],
                    "receiver_id": row["receiver_id"],
                    "resource_id": row["resource_id"],
                    "serves_resource_id": ""
                    if row["serves"] == row["resource_id"]
                    else row["serves"],
                    "amount": text(row["amount"]),
                    "unit": f"{self._unit_of(row['resource_id'])}/a",
                    "price": rounded(price / rate),
                    "price_unit": unit,
                    "since": row["since"],
                    "provenance": row["provenance"],
                    "check": row["check"],
                    "source": row["source"],
                    "year": row["year"],
                    "note": join(row["note"], f"{price:g} {unit} with VAT {rate - 1:.0%}"),
                }
            )
        return rows

    @cached_property
    def links(self) -> list[Row]:
        """Ways that differ from those of the resource's carrier."""
        rows = []
        for own in self.park.get("links", []):
            cells = {key: number(value) for key, value in own.items()}
            reason = cells.pop("reason")
            rows.append(
                {
                    "link_id": cells.pop("link_id"),
                    "from_id": cells.pop("from"),
                    "to_id": cells.pop("to"),
                    "resource_id": cells.pop("resource"),
                    **cells,
                    "distance_unit": "km",
                    **TYPICAL,
                    "source": f"{self.ours}: {reason}",
                    "year": str(self.park["base_year"]),
                }
            )
        return rows

    @cached_property
    def qualities(self) -> list[Row]:
        """Qualities of single owners and limits of single receivers."""
        rows = []
        for own in self.park.get("qualities", []):
            rows.append(
                {
                    "owner_id": own["owner"],
                    "resource_id": own["resource"],
                    "direction": own["direction"],
                    "property_id": own["property"],
                    **{
                        column: number(own.get(column, ""))
                        for column in ("value", "least", "most", "low", "high")
                    },
                    **TYPICAL,
                    "source": f"{self.ours}: {own['reason']}",
                    "year": str(self.park["base_year"]),
                }
            )
        return rows

    # ------------------------------------------------------------------ recipes and resources

    @cached_property
    def _flows_of_library(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.library.rows("recipes"):
            found.setdefault(row["recipe_id"], []).append(row)
        return found

    @cached_property
    def _reference(self) -> dict[str, str]:
        return {key: rows[0]["reference_resource"] for key, rows in self._flows_of_library.items()}

    @cached_property
    def _recipe_ids(self) -> list[str]:
        """Recipes that an enterprise runs or a project brings, in library order."""
        used = {row["recipe_id"] for row in self._units_of_library}
        used |= {row["recipe_id"] for row in self.project_units}
        return [key for key in self._flows_of_library if key in used]

    @cached_property
    def recipes(self) -> list[Row]:
        """Recipes in use."""
        return [
            {
                "recipe_id": key,
                "name_zh": self._flows_of_library[key][0]["name_zh"],
                "name_en": self._flows_of_library[key][0]["name_en"],
                "reference_resource": self._reference[key],
            }
            for key in self._recipe_ids
        ]

    @cached_property
    def recipe_flows(self) -> list[Row]:
        """What recipes take in and give out per unit of their reference resource."""
        graded = ("low", "high", "provenance", "check", "source", "year", "note")
        columns = ("recipe_id", "resource_id", "direction", "coefficient", "unit", *graded)
        return [
            {column: row[column] for column in columns}
            for key in self._recipe_ids
            for row in self._flows_of_library[key]
        ]

    @cached_property
    def _resources_of_library(self) -> dict[str, Row]:
        return {row["resource_id"]: row for row in self.library.rows("resources")}

    def _unit_of(self, resource: str) -> str:
        return self._resources_of_library[resource]["unit"]

    @cached_property
    def _resource_ids(self) -> list[str]:
        """Resources of the recipes in use, in library order."""
        used = {row["resource_id"] for row in self.recipe_flows}
        return [key for key in self._resources_of_library if key in used]

    @cached_property
    def resources(self) -> list[Row]:
        """Resources of the park; the graded number is the upstream emission."""
        released = self.park["roles"]["co2e_released"]
        rows = []
        for key in self._resource_ids:
            row = self._resources_of_library[key]
            role = self._role(row)
            mass = self.park["mass"].get(key)
            if mass is None and role not in ("emission", "service"):
                mass = 1 if (row["kind"], row["unit"]) in MASS_ONE else None
            rows.append(
                {
                    "resource_id": key,
                    "name_zh": row["name_zh"],
                    "name_en": row["name_en"],
                    "aliases": ";".join(self._own_aliases(row)),
                    "kind": row["kind"],
                    "state": row["state"],
                    "unit": row["unit"],
                    "balance": row["balance"],
                    "role": role,
                    "virgin": row["virgin"],
                    "hazardous": row["hazardous"],
                    "waste_code": row["waste_code"],
                    "carrier_id": self._carrier(row),
                    "mass": "" if mass is None else f"{mass:g}",
                    "co2e_bought": row["upstream_tco2_per_unit"],
                    "co2e_released": "1" if key in released else "",
                    **self._upstream_grade(row, role),
                    "year": row["year"],
                    "note": row["note"],
                }
            )
        return rows

    def _upstream_grade(self, row: Row, role: str) -> Row:
        """Grade of the upstream emission; the library's grade of an emission is that of its tax."""
        if role == "emission":
            return TYPICAL | {"source": "an emission has nothing upstream"}
        return {column: row[column] for column in ("provenance", "check", "source")}

    def _own_aliases(self, row: Row) -> list[str]:
        """Aliases that mean this resource only: not the name or an earlier alias of another one."""
        taken: set[str] = set()
        for key in self._resource_ids:
            other = self._resources_of_library[key]
            if other is not row:
                taken |= {other["name_zh"], other["name_en"], key}
        for key in self._resource_ids:
            other = self._resources_of_library[key]
            if other is row:
                break
            taken |= set(other["aliases_zh"].split(";"))
        return [name for name in row["aliases_zh"].split(";") if name and name not in taken]

    def _role(self, row: Row) -> str:
        roles = self.park["roles"]
        for role in ("emission", "service", "product", "byproduct"):
            if row["resource_id"] in roles[role]:
                return role
        return "byproduct" if row["waste_code"] or row["disposal_cost"] else "product"

    def _carrier(self, row: Row) -> str:
        choice = self.park["carrier_of"]
        kind = f"{row['kind']}/{row['state']}"
        names = [row["resource_id"], f"{kind}/{row['unit']}", kind]
        if row["hazardous"] == "1":
            names.insert(1, "hazardous")
        return str(next(choice[name] for name in names if name in choice))

    @cached_property
    def carriers(self) -> list[Row]:
        """Carriers of ours, then the steam and water mains of the library."""
        rows = []
        for own in self.park["carriers"]:
            cells = {key: number(value) for key, value in own.items()}
            reason = cells.pop("reason")
            rows.append(
                cells
                | {"reach_unit": "km", **TYPICAL}
                | {"source": f"{self.ours}: {reason}", "year": str(self.park["base_year"])}
            )
        chosen = self.park["carriers_from_library"]
        for row in self.library.rows("carriers"):
            key = row["carrier_id"]
            if key not in chosen["ids"]:
                continue
            peak = chosen["peak_factor"].get(key, 1.0)
            pumping = float(row["pump_power"]) * chosen["power_price"]
            rows.append(
                {
                    "carrier_id": key,
                    "name_zh": row["name_zh"],
                    "name_en": row["name_en"],
                    "unit": "GJ",
                    "freight": rounded(pumping),
                    "low": rounded(0.7 * pumping),
                    "high": rounded(1.3 * pumping),
                    "freight_unit": "元/GJ/km",
                    "fixed_cost": row["pipe_fixed_wan_yuan_per_km"],
                    "fixed_cost_unit": "万元/km",
                    "capacity_cost": rounded(float(row["pipe_var_wan_yuan_per_km_per_mw"]) * peak),
                    "capacity_cost_unit": "万元/km/MW",
                    "loss_per_km": rounded(float(row["loss_pct_per_km"]) / 100),
                    "reach": row["max_km"],
                    "reach_unit": "km",
                    "provenance": row["provenance"],
                    "check": row["check"],
                    "source": row["source"],
                    "year": row["year"],
                    "note": join(
                        row["note"],
                        f"ranges per km: low {row['low']}, high {row['high']}",
                        f"pumping {row['pump_power']} {row['pump_power_unit']}",
                        f"capacity cost x {peak:g}: peak of a heating season over its yearly mean"
                        if peak != 1
                        else "",
                    ),
                }
            )
        return rows

    @cached_property
    def substitutes(self) -> list[Row]:
        """Substitutes of which both resources appear, less those left out."""
        appear = set(self._resource_ids)
        without = {(own["from"], own["to"]) for own in self.park.get("substitutes_left_out", [])}
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
            for row in self.library.rows("substitutes")
            if {row["from_resource"], row["to_resource"]} <= appear
            and (row["from_resource"], row["to_resource"]) not in without
        ]

    # ------------------------------------------------------------------ markets

    def _vat(self, resource: str) -> float:
        """Divisor that takes the tax out of a price; taxes on emissions carry none."""
        row, vat = self._resources_of_library[resource], self.park["vat"]
        if resource in self.park["roles"]["emission"]:
            return 1.0
        heat = any(fnmatch.fnmatch(resource, pattern) for pattern in vat["heat"])
        return float(vat["heat_and_water"] if heat or row["kind"] == "water" else vat["general"])

    @cached_property
    def _limits(self) -> dict[tuple[str, str], float]:
        """Regional limits by resource and action."""
        return {
            (row["resource_id"], action): float(row[column])
            for row in self.library.rows("market_limits")
            if row["region"] == self.park["market_region"]
            for action, column in (("sell", "max_sell_per_year"), ("buy", "max_buy_per_year"))
            if row[column]
        }

    @cached_property
    def markets(self) -> list[Row]:
        """Buying, selling and disposal by resource, action and enterprise; prices without VAT."""
        own_most = {
            (own["resource"], own["action"], own.get("enterprise", "")): own
            for own in self.park.get("market_limits", [])
        }
        rows = []
        for entry in self._market_entries():
            resource, action, enterprise = (
                entry["resource"],
                entry["action"],
                entry["enterprise"],
            )
            rate = self._vat(resource)
            own = own_most.get((resource, action, enterprise), {})
            rule = own.get("most") or entry.get("most") or ("" if enterprise else "limit")
            most = self._most(rule, resource, action, enterprise)
            price, unit = entry["price"], entry["price_unit"]
            rows.append(
                {
                    "resource_id": resource,
                    "action": action,
                    "enterprise_id": enterprise,
                    "price": rounded(price / rate),
                    "low": rounded(min(entry["low"], price) / rate),
                    "high": rounded(max(entry["high"], price) / rate),
                    "price_unit": unit,
                    "most": "" if most is None else text(most),
                    "most_unit": "" if most is None else f"{self._unit_of(resource)}/a",
                    "provenance": entry["provenance"],
                    "check": entry["check"],
                    "source": entry["source"],
                    "year": entry["year"],
                    "note": join(
                        f"{price:g} {unit} with VAT {rate - 1:.0%}" if rate != 1 and price else "",
                        f"limit: {own['reason']}" if own else "",
                        entry["note"],
                    ),
                }
            )
        return rows

    def _market_entries(self) -> Iterator[dict[str, Any]]:
        """Every market with its price as the library states it, VAT included."""
        columns = {"buy": "buy_price", "sell": "sell_price", "dispose": "disposal_cost"}
        for key in self._resource_ids:
            row = self._resources_of_library[key]
            graded = {name: row[name] for name in ("provenance", "check", "source", "year")}
            for action, column in columns.items():
                yield from self._own_prices(key, action)
                if row[column]:
                    price = float(row[column])
                    low, high = float(row["price_low"]), float(row["price_high"])
                    if price < 0:  # the range is that of the gate fee
                        low, high = -high, -low
                    yield {
                        "resource": key,
                        "action": action,
                        "enterprise": "",
                        "price": price,
                        "low": low,
                        "high": high,
                        "price_unit": yuan(row["price_unit"]),
                        "note": "",
                        **graded,
                    }
                for own in self.park["markets"]:
                    if (own["resource"], own["action"]) == (key, action):
                        yield {
                            "resource": key,
                            "action": action,
                            "enterprise": own.get("enterprise", ""),
                            "price": float(own["price"]),
                            "low": float(own.get("low", own["price"])),
                            "high": float(own.get("high", own["price"])),
                            "price_unit": own["price_unit"],
                            "most": own.get("most", ""),
                            "note": "",
                            **TYPICAL,
                            "source": f"{self.ours}: {own['reason']}",
                            "year": str(self.park["base_year"]),
                        }

    def _own_prices(self, resource: str, action: str) -> Iterator[dict[str, Any]]:
        """Prices of single enterprises."""
        for row in self.library.rows("price_overrides"):
            price = row.get(f"{action}_price")
            if row["resource_id"] != resource or row["ent_id"] not in self.enterprise_ids:
                continue
            if not price:
                continue
            found = re.search(r"(?:range |typical, )(\d+)-(\d+)", row["note"])
            low, high = found.groups() if found else (price, price)
            yield {
                "resource": resource,
                "action": action,
                "enterprise": row["ent_id"],
                "price": float(price),
                "low": float(low),
                "high": float(high),
                "price_unit": yuan(row["price_unit"]),
                **{name: row[name] for name in ("provenance", "check", "source", "year", "note")},
            }

    def _most(self, rule: str, resource: str, action: str, enterprise: str) -> float | None:
        """Yearly limit by rule: none, `limit`, `today`, or `limit less <enterprise> today`."""
        if not rule:
            return None
        sign = 1 if action == "sell" else -1
        if rule == "today":
            return sign * self._surplus(enterprise, resource, self._utilisation)
        limit = self._limits.get((resource, action))
        if shared := re.fullmatch(r"limit less (\w+) today", rule):
            today = sign * self._surplus(shared[1], resource, self._utilisation)
            return self._limits[resource, action] - today
        return limit

    # ------------------------------------------------------------------ projects

    @cached_property
    def _projects_of_library(self) -> list[Row]:
        ours = set(self.park["projects"]["parks"])
        return [row for row in self.library.projects() if ours & set(row["park_ids"].split(";"))]

    @cached_property
    def projects(self) -> list[Row]:
        """Projects that may stand in our parks; the graded number is the capital cost."""
        own = self.park["projects"]
        switched_off = {
            row["project_id"]
            for row in self.library.rows("project_units")
            if row["switch"] == "off"
        }
        rows = []
        for row in self._projects_of_library:
            key = row["project_id"]
            reason = own["unavailable"].get(key, "")
            if key in switched_off and not reason:
                raise KeyError(f"[projects.unavailable]: no reason for {key}, switched off")
            cost = float(row["capex_wan_yuan_at_typ"])
            grade = {"retrieved anchor": "retrieved"}.get(row["capex_check"], row["capex_check"])
            if row["capex_provenance"] == "coefficient" and grade == "retrieved":
                grade = "derived"  # scaled from a published anchor
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
                    "licensed_wastes": ";".join(own["licensed_wastes"].get(key, ())),
                    "provenance": row["capex_provenance"],
                    "check": grade,
                    "source": row["source"],
                    "year": row["year"],
                }
            )
        return rows

    @cached_property
    def project_units(self) -> list[Row]:
        """Units a project brings, main unit first; variable cost per unit of activity."""
        projects = {row["project_id"]: row for row in self._projects_of_library}
        on_all = self.park["projects"]["variable_cost_on_all_units"]
        rows: list[Row] = []
        for row in self.library.rows("project_units"):
            key = row["project_id"]
            if key not in projects:
                continue
            main = not any(other["project_id"] == key for other in rows)
            project = projects[key]
            per_flow = float(row["note"].rpartition("recipe units per flow unit = ")[2])
            stated = float(project["var_opex_yuan_per_unit"])
            if key in on_all:
                cost = stated
            else:
                cost = stated / per_flow if main else 0.0
            unit = f"元/{self._unit_of(row['reference_resource'])}"
            low, high = self.park["projects"]["variable_cost_range"]
            rows.append(
                {
                    "project_id": key,
                    "recipe_id": row["recipe_id"],
                    "activity_per_size": row["in_unit_per_year_factor"],
                    "least_utilisation": "" if main else self._least_share(row["recipe_id"]),
                    "variable_cost": rounded(cost),
                    "low": rounded(cost * low),
                    "high": rounded(cost * high),
                    "variable_cost_unit": unit,
                    "provenance": "assumption",
                    "check": "typical",
                    "source": project["source"]
                    if project["capex_provenance"] == "assumption"
                    else "engineering typical range",
                    "year": project["year"],
                    "note": join(
                        f"{stated:g} 元/{project['flow_unit']}, {per_flow:g} recipe units each",
                        row["note"].rpartition("recipe units per flow unit = ")[0].rstrip("; "),
                    ),
                }
            )
        return rows

    def _least_share(self, recipe_id: str) -> str:
        note = self._flows_of_library[recipe_id][0]["note"]
        return re.search(r"min_share_of_capacity=([\d.]+)", note)[1]  # type: ignore[index]

    @cached_property
    def project_places(self) -> list[Row]:
        """Places: at a host where one is named, else one in each park of the project."""
        hosts = self.park["projects"]["hosts"]
        park_of = {row["enterprise_id"]: row["park_id"] for row in self.enterprises}
        rows = []
        for project in self._projects_of_library:
            key, allowed = project["project_id"], project["park_ids"].split(";")
            for host in hosts.get(key, ()):
                if park_of[host] not in allowed:
                    raise ValueError(f"[projects.hosts]: {key} may not stand at {host}")
                rows.append(place(key, park_of[host], host))
            if key not in hosts:
                ours = self.park["projects"]["parks"]
                rows += [place(key, park, "") for park in ours if park in allowed]
        return rows

    # ------------------------------------------------------------------ chains

    @cached_property
    def chains(self) -> list[Row]:
        """Chains that may be prioritised."""
        chosen = self.park["chains"]["ids"]
        columns = ("chain_id", "name_zh", "name_en", "story_zh", "story_en", "closed")
        return [
            {column: row[column] for column in columns}
            for row in self.library.rows("chains")
            if row["chain_id"] in chosen
        ]

    @cached_property
    def chain_stages(self) -> list[Row]:
        """Stages with the recipes of this park that can perform them."""
        own = {
            (choice["chain"], choice["stage"]): choice
            for choice in self.park["chains"].get("stage_recipes", [])
        }
        known = set(self._recipe_ids)
        rows = []
        for row in self.library.rows("chain_stages"):
            if row["chain_id"] not in self.park["chains"]["ids"]:
                continue
            choice = own.get((row["chain_id"], row["stage_id"]), {})
            served = row["served_by"].split(";") + choice.get("add", [])
            absent = [name for name in served if name not in known]
            kept = [n for n in served if n not in absent and n not in choice.get("remove", ())]
            rows.append(
                {
                    "chain_id": row["chain_id"],
                    "stage_id": row["stage_id"],
                    "order": row["order"],
                    "name_zh": row["name_zh"],
                    "name_en": row["name_en"],
                    "required": row["required"],
                    "recipes": ";".join(kept),
                    "note": join(
                        f"{self.ours}: {choice['reason']}" if choice else "",
                        f"not in this park: {';'.join(absent)}" if absent else "",
                        row["note"],
                    ),
                }
            )
        self._every_filling_project_has_a_stage(rows)
        return rows

    def _every_filling_project_has_a_stage(self, stages: Iterable[Row]) -> None:
        """Such a project is built only with a chain of its own; without one it never could be."""
        served = {name for row in stages for name in row["recipes"].split(";")}
        offered = {
            row["project_id"]
            for row in self.projects
            if row["kind"] == "chain_filling" and row["available"] == "1"
        }
        for key in sorted(offered):
            if not any(
                u["recipe_id"] in served for u in self.project_units if u["project_id"] == key
            ):
                raise ValueError(f"[[chains.stage_recipes]]: no stage names a recipe of {key}")

    @cached_property
    def chain_links(self) -> list[Row]:
        """Flows that tie stages together, changed and added ones in place."""
        own = {
            (choice["chain"], choice["from"], choice["to"], choice["resource"]): choice
            for choice in self.park["chains"].get("links", [])
        }
        rows = []
        for row in self.library.rows("chain_links"):
            if row["chain_id"] not in self.park["chains"]["ids"]:
                continue
            key = (row["chain_id"], row["from_stage"], row["to_stage"], row["resource_id"])
            choice = own.get(key, {})
            rows.append(
                chain_link(
                    key,
                    row["min_share_of_available"],
                    str(choice.get("required", row["required"])),
                    row["note"],
                    "thresholds of the domain pack (no source publishes them)",
                    f"{self.ours}: {choice['reason']}" if choice else "",
                )
            )
        for key, choice in own.items():
            if choice.get("added"):
                rows.append(
                    chain_link(
                        key,
                        text(choice["least_share"]),
                        str(choice["required"]),
                        "",
                        f"{self.ours}: {choice['reason']}",
                        "",
                    )
                )
        return sorted(rows, key=lambda row: row["chain_id"])  # stable: file order within a chain


MASS_ONE = {("material", "t"), ("water", "m3")}


def join(*parts: str) -> str:
    """Notes in one cell, empty ones left out."""
    return "; ".join(part for part in parts if part)


def number(cell: Any) -> str:
    """A cell of park.toml as text."""
    return text(cell) if isinstance(cell, int | float) else str(cell)


def yuan(unit: str) -> str:
    """A price unit as people write it here: yuan/t is 元/t."""
    return unit.replace("yuan", "元")


def place(project: str, park: str, host: str) -> Row:
    """A row of project_places."""
    name = f"{project}@{host or park}"
    return {"place_id": name, "project_id": project, "park_id": park, "host_id": host}


def chain_link(
    key: tuple[str, str, str, str], share: str, required: str, note: str, source: str, own: str
) -> Row:
    """A row of chain_links; `closes` stands at the head of the library's notes."""
    return {
        **dict(zip(("chain_id", "from_stage", "to_stage", "resource_id"), key, strict=True)),
        "least_share": share,
        "required": required,
        "closes": "1" if note.startswith("closes") else "0",
        **TYPICAL,
        "source": source,
        "note": join(note.removeprefix("closes").strip(), own),
    }
