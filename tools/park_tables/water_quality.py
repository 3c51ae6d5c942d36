"""Qualities of water: properties, limit sets, what is given, bought and allowed, fixed loads.

A class of use has its limit set of the library for everybody; other limits and values are rows of
single owners, of recipes, of parks.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from library import Row
from park_tables.cells import TYPICAL, join, rounded, text
from park_tables.water import GRADE, HOURS, Water
from park_tables.water_units import WaterUnits

NAMES = {
    "cod": ("化学需氧量", "chemical oxygen demand"),
    "tds": ("溶解性总固体", "total dissolved solids"),
    "cl": ("氯化物", "chloride"),
    "hardness": ("总硬度(以CaCO3计)", "hardness as CaCO3"),
    "nh3n": ("氨氮", "ammonia nitrogen"),
    "oil": ("石油类", "oil"),
    "f": ("水中氟化物", "fluoride in water"),
    "tss": ("悬浮物", "suspended solids"),
}
Values = dict[str, float]  # property -> mg/L


class WaterQuality:
    """Tables of quality.

    takes, gives    resources by owner: enterprises, projects, recipes, parks, and "" for everybody
    """

    def __init__(
        self,
        water: Water,
        units: WaterUnits,
        takes: Mapping[str, set[str]],
        gives: Mapping[str, set[str]],
    ) -> None:
        """Keep the streams and who takes and gives what."""
        self.water, self.units = water, units
        self.takes, self.gives = takes, gives
        self.names: list[str] = water.classes.get("properties", [])

    def values(self, row: Row, prefix: str = "", suffix: str = "_mg_l") -> Values:
        """Values of a library row, empty cells left out."""
        cells = {name: row.get(f"{prefix}{name}{suffix}", "") for name in self.names}
        return {name: float(cell) for name, cell in cells.items() if cell}

    @cached_property
    def _library(self) -> dict[str, Row]:
        """Streams, fresh waters and units of the library by their keys."""
        read = self.water.library.rows
        tables = {"water_streams": "stream_id", "fresh_water": "class_id", "water_units": "unit_id"}
        return {row[key]: row for table, key in tables.items() for row in read(table)}

    def _all_streams(self) -> list[Row]:
        """Library rows of our enterprises and projects."""
        return [*self.water.stream.values(), *self.water.of_projects(self.gives)]

    # Tables

    def properties(self) -> list[Row]:
        """What is tracked."""
        return [
            {
                "property_id": name,
                "name_zh": NAMES[name][0],
                "name_en": NAMES[name][1],
                "unit": "mg/L",
            }
            for name in self.names
        ]

    def standard_uses(self) -> list[Row]:
        """Limit sets of classes of use for everybody, of single recipes, washings and outfalls."""
        if not self.water.own:
            return []
        own_plant = ("demin_water", "washing_water")  # behind a station; several kinds of washing
        uses = [
            ("", use, name)
            for name, use in self.water.classes["uses"].items()
            if use not in own_plant
        ]
        uses += [
            (row["owner"], "washing_water", self.water.limit_set(row))
            for row in self._all_streams()
            if row["role"] == "sink" and self.water.resource_of(row) == "washing_water"
        ]
        for own in self.water.classes["standards"]:
            uses.append((own["owner"], own["resource"], own["standard"]))
        for _recipe, use, standards in self.water.outfalls():
            uses += [(owner, use, name) for owner, name in standards.items()]
        return [
            {"owner_id": owner, "resource_id": use, "standard_id": name}
            for owner, use, name in uses
            if use in self.takes.get(owner, ())
        ]

    def standards(self) -> list[Row]:
        """Limit sets in use."""
        return [
            {
                "standard_id": row["set_id"],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                **{name: row[name] for name in GRADE},
                "note": join(row["other_limits"] and f"also {row['other_limits']}", row["note"]),
            }
            for row in self._sets()
        ]

    def standard_limits(self) -> list[Row]:
        """Their limits; what the library says is not from the standard is an assumption."""
        rows = []
        for row in self._sets():
            doubts = doubts_of(row["values_not_from_source"])
            for name, most in self.values(row).items():
                doubt = doubts.get(name, doubts.get("all", ""))
                grade = {column: row[column] for column in GRADE}
                if "recalled" in doubt:
                    grade["check"] = "recalled"
                elif doubt:
                    grade |= TYPICAL
                rows.append(
                    {
                        "standard_id": row["set_id"],
                        "property_id": name,
                        "most": text(most),
                        **grade,
                        "note": f"not from the standard: {doubt}" if doubt else "",
                    }
                )
        return rows

    def _sets(self) -> list[Row]:
        names = {row["standard_id"] for row in self.standard_uses()}
        rows = self.water.library.rows("water_standards") if names else []
        return [row for row in rows if row["set_id"] in names]

    def qualities(self) -> list[Row]:
        """What is given, what is bought, and limits beside those of the sets."""
        if not self.water.own:
            return []
        rows = [
            *self._sources(),
            *self._declared_values(),
            *self._unit_outlets(),
            *self._bought(),
            *self._plants_in_front(),
            *self._loads_limits(),
            *self._unit_inlets(),
            *self._declared_limits(),
        ]
        return [
            row
            for row in rows
            if row["resource_id"]
            in (self.gives if row["direction"] == "supply" else self.takes).get(row["owner_id"], ())
        ]

    def loads(self) -> list[Row]:
        """What washing adds in a year."""
        return [
            {
                "unit_id": f"{row['owner']}-{self.water.recipe_of_load(row)}",
                "resource_in": "washing_water",
                "resource_out": self.water.outlet_of_load(row),
                "property_id": name,
                "amount": text(amount * HOURS / 1000),
                "unit": "t/a",
                **{column: row[column] for column in GRADE},
                "note": f"{row['stream_id']}: {amount:g} kg/h",
            }
            for row in self.water.fixed_loads()
            for name, amount in pairs(row["load"]).items()
        ]

    # What is given

    @staticmethod
    def _rows(
        owner: str, resource: str, direction: str, values: Values, grade: Row, note: str = ""
    ) -> Iterator[Row]:
        column = "most" if direction == "need" else "value"
        for name, value in values.items():
            yield {
                "owner_id": owner,
                "resource_id": resource,
                "direction": direction,
                "property_id": name,
                column: rounded(value),
                **grade,
                "note": note,
            }

    def _given(
        self, owner: str, resource: str, values: Values, grade: Row, note: str = ""
    ) -> Iterator[Row]:
        """What is given, what the library leaves blank filled."""
        yield from self._rows(owner, resource, "supply", values, grade, note)
        yield from self._filled(owner, resource, "supply", values)

    def _filled(self, owner: str, resource: str, direction: str, values: Values) -> Iterator[Row]:
        for own in self.water.classes["blanks"]:
            if resource in own["resources"] and own["property"] not in values:
                filled = {own["property"]: own["value"]}
                grade = self.water.assumed(own["reason"])
                yield from self._rows(owner, resource, direction, filled, grade)

    def _sources(self) -> Iterator[Row]:
        """Sources of the library; those of common quality once for everybody."""
        common: dict[str, Values] = {}
        sources: dict[tuple[str, str], list[Row]] = {}
        for row in self._all_streams():
            if row["role"] == "source":
                sources.setdefault((row["owner"], self.water.resource_of(row)), []).append(row)
        for (owner, resource), rows in sources.items():
            values = self._mean(rows)
            grade = {name: rows[0][name] for name in GRADE}
            note = join(*(row["stream_id"] for row in rows))
            if resource in self.water.classes["common"]:
                if common.setdefault(resource, values) != values:
                    raise ValueError(f"[water_classes] common: {note} differs")
                if common[resource] is values:
                    yield from self._given("", resource, values, grade)
                continue
            if len(rows) > 1:
                grade, note = grade | {"check": "derived"}, join(note, "one sewer: mean by flow")
            for load in self.water.fixed_loads():
                if (load["owner"], self.water.outlet_of_load(load)) == (owner, resource):
                    values |= pairs(load["cout_max"])
                    note += f"; what it is loaded with: outlet limits of {load['stream_id']}"
            in_units = all(row["stream_id"] in self.water.own["in_units"] for row in rows)
            if not in_units or resource != "demin_reject":
                yield from self._given(owner, resource, values, grade, note)

    def _mean(self, rows: list[Row]) -> Values:
        """Mean by flow of what an owner gives as one water; blanks are left out."""
        values = [self.values(row) for row in rows]
        if all(one == values[0] for one in values):
            return values[0]
        flows = [self.water.mean_flow(row) for row in rows]
        found = {}
        for name in self.names:
            known = [(f, one[name]) for f, one in zip(flows, values, strict=True) if name in one]
            if known:
                found[name] = sum(f * v for f, v in known) / sum(f for f, _ in known)
        return found

    def declared(self, own: dict[str, Any]) -> Values:
        """Values of a row of [[water.values]]: those it is like, changed as it says."""
        values = self.values(self._library[own["like"]])
        if "outlet" in own:
            values |= self.values(self._library[own["outlet"]], "out_", "")
        if "salts" in own:
            salts = self.values(self._library[own["salts"]])
            values |= {name: salts[name] for name in self.water.classes["salts"] if name in salts}
        if "permeate" in own:
            passed = self.values(self._library[own["permeate"]])
            values = reject(values, passed, own["recovery"])
        return values | own.get("values", {})

    def _declared_values(self) -> Iterator[Row]:
        owned = self.water.classes["values"] + self.water.own.get("values", [])
        for own in owned:
            key = own["owner"], own["resource"], own["direction"]
            values, grade = self.declared(own), self.water.assumed(own["reason"])
            yield from self._rows(*key, values, grade, own["like"])
            yield from self._filled(*key, values)

    def _given_by(self, host: str, resource: str) -> Values:
        """What a host gives of a resource: its own values, or those common to all sources."""
        rows = [*self._sources(), *self._declared_values()]
        found: Values = {}
        for owner in ("", host):
            found |= {
                row["property_id"]: float(row["value"])
                for row in rows
                if (row["owner_id"], row["resource_id"]) == (owner, resource)
            }
        return found

    def _unit_outlets(self) -> Iterator[Row]:
        """Product and reject of treatment units: fixed outlet, or a share of the feed removed."""
        for own, unit in self.units.offered:
            feed = self._given_by(own["host"], own["takes"])
            removed = self.values(unit, "removal_", "")
            product = {name: value * (1 - removed.get(name, 0.0)) for name, value in feed.items()}
            product |= self.values(unit, "out_", "")
            grade = {name: unit[name] for name in GRADE}
            owner, note = self.units.project_id(own), f"feed {own['takes']} of {own['host']}"
            yield from self._rows(owner, own["gives"], "supply", product, grade, note)
            left = reject(feed, product, float(unit["recovery"]))
            yield from self._rows(
                owner, own["reject"], "supply", left, grade | {"check": "derived"}, note
            )

    # What is bought

    def _bought(self) -> Iterator[Row]:
        """Fresh water of every class, and a park's limit where its fresh water is no better."""
        for fresh, owners, uses in self.water.fresh():
            values = self.values(fresh)
            grade = {name: fresh[name] for name in GRADE}
            for owner in owners:
                for use in uses:
                    limits = self._limits_of_class(use)
                    known = {name: values[name] for name in limits if name in values}
                    note = fresh["class_id"]
                    yield from self._rows(owner, use, "bought", known, grade, note)
                    worse = {name: value for name, value in known.items() if value > limits[name]}
                    said = self.water.assumed("as clean as the fresh water there, which is used")
                    yield from self._rows(owner, use, "need", worse, said, note)

    def _limits_of_class(self, use: str) -> Values:
        """Limits of a class of use for everybody, and the strictest of its owners."""
        limits: Values = {}
        sets = {row["set_id"]: row for row in self.water.library.rows("water_standards")}
        for row in self.standard_uses():
            if row["resource_id"] == use:
                for name, most in self.values(sets[row["standard_id"]]).items():
                    limits[name] = min(most, limits.get(name, most))
        rows = [*self._plants_in_front(), *self._loads_limits(), *self._declared_limits()]
        for row in rows:
            if row["resource_id"] == use:
                own = float(row["most"])
                name = row["property_id"]
                limits[name] = own if not row["owner_id"] else min(own, limits.get(name, own))
        return limits

    # What is allowed

    def _plants_in_front(self) -> Iterator[Row]:
        """What a softener or demin station in front of a user takes in."""
        for own in self.water.classes["limits"]:
            unit = self._library[own["unit"]]
            values = self.values(unit, "in_max_", "")
            chosen = {name: values[name] for name in own["properties"]}
            grade = {name: unit[name] for name in GRADE}
            yield from self._rows("", own["resource"], "need", chosen, grade, own["reason"])

    def _loads_limits(self) -> Iterator[Row]:
        """Inlet limits of fixed loads."""
        for row in self.water.fixed_loads():
            grade = {name: row[name] for name in GRADE}
            own = self._own_limits(row["owner"], "washing_water")
            limits = {name: most for name, most in self.values(row).items() if name not in own}
            yield from self._rows(
                row["owner"], "washing_water", "need", limits, grade, row["stream_id"]
            )

    def _own_limits(self, owner: str, resource: str) -> Values:
        """Limits of [[water.limits]] that take the place of the library's."""
        found: Values = {}
        for own in self.water.own.get("limits", []):
            if (own["owner"], own["resource"]) == (owner, resource):
                found |= own["most"]
        return found

    def _unit_inlets(self) -> Iterator[Row]:
        """Inlet limits of treatment units, once per recipe."""
        seen = set()
        for own, unit in self.units.offered:
            recipe = self.units.recipe_id(own)
            if recipe not in seen:
                seen.add(recipe)
                limits = self.values(unit, "in_max_", "")
                grade = {name: unit[name] for name in GRADE}
                yield from self._rows(recipe, own["takes"], "need", limits, grade, "inlet limit")

    def _declared_limits(self) -> Iterator[Row]:
        for own in self.water.own.get("limits", []):
            grade = self.water.assumed(own["reason"])
            yield from self._rows(own["owner"], own["resource"], "need", own["most"], grade)


def reject(feed: Values, product: Values, recovery: float) -> Values:
    """Concentrations of what is rejected: (feed - recovery x product) / (1 - recovery).

    >>> reject({"tds": 1100.0}, {"tds": 80.0}, 0.68)["tds"]
    3267.5
    """
    return {
        name: (value - recovery * product.get(name, value)) / (1 - recovery)
        for name, value in feed.items()
    }


def pairs(cell: str) -> Values:
    """Numbers of a cell of the library.

    >>> pairs("cod=11;tss=18")
    {'cod': 11.0, 'tss': 18.0}
    """
    named = (part.split("=") for part in cell.split(";") if part)
    return {name.strip(): float(number) for name, number in named}


def doubts_of(cell: str) -> dict[str, str]:
    """Doubt by property; a name without brackets shares those of the next.

    >>> doubts_of("cod;oil (ours);nh3n (recalled)")
    {'cod': 'ours', 'oil': 'ours', 'nh3n': 'recalled'}
    """
    found: dict[str, str] = {}
    open_names: list[str] = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        match = re.fullmatch(r"(\w+)(?: \((.*)\))?", part)
        if not match:
            raise ValueError(f"water_standards: cannot read '{cell}'")
        open_names.append(match[1])
        if match[2] or match[1] == "all":
            found |= dict.fromkeys(open_names, match[2] or "ours")
            open_names = []
    return found
