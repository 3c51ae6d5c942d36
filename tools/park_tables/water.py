"""Classified water: streams, stations and outfalls, and what they replace in the recipes.

Where [water] of a park.toml stands, the water streams of its enterprises take the place of the
yearly water coefficients of the recipes those enterprises run. A sink becomes a need of its class
of use, a source a supply of its used water, a fixed load a unit that takes the one and gives the
other. Fresh water is bought for a class of use; used water serves classes as substitutes, also
within one enterprise, and leaves through an outfall. [water_classes] is what parks share.
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from library import Library, Row
from park_tables.cells import TYPICAL, join, rounded, text
from park_tables.heat_loads import Loads

GRADE = ("provenance", "check", "source", "year")
HOURS = 8760
LIMIT_SET = re.compile(r"limits from water_standards (\w+)")
OUTFALLS = {"river_discharge": "outfalls", "effluent_discharge": "works_outfalls"}


class Water:
    """The sections [water] and [water_classes] beside the library rows they speak of."""

    def __init__(self, choices: dict[str, Any], library: Library) -> None:
        """Keep both, and the slices of the year."""
        self.choices, self.library = choices, library
        self.own: dict[str, Any] = choices.get("water", {})
        self.shared: dict[str, Any] = choices.get("water_classes", {})
        self.classes: dict[str, Any] = self.shared if self.own else {}
        self.enterprises: list[str] = self.own.get("enterprises", [])
        self.loads = Loads(choices, library)
        self.members = [*self.enterprises, *self.own.get("nodes", [])]

    def assumed(self, reason: str) -> Row:
        """Grade, source and year of a number that this dataset assumes itself."""
        source = f"{self.choices['our_source']}: {reason}"
        return TYPICAL | {"source": source, "year": str(self.choices["base_year"])}

    # Streams of the library

    @cached_property
    def stream(self) -> dict[str, Row]:
        """Library rows of our enterprises and common users, by stream."""
        rows = self._offered_rows()
        return {row["stream_id"]: row for row in rows if row["owner"] in self.members}

    def _offered_rows(self) -> list[Row]:
        """Streams of the library that are not left out."""
        rows = self.library.rows("water_streams") if self.own else []
        left_out = self.own.get("streams_left_out", {})
        return [row for row in rows if row["stream_id"] not in left_out]

    def of_projects(self, projects: Iterable[str]) -> list[Row]:
        """Library rows of projects."""
        names = set(projects).difference(self.members)
        return [row for row in self._offered_rows() if row["owner"] in names]

    def resource_of(self, row: Row) -> str:
        """Class of use of a sink or fixed load, used water of a source."""
        if row["role"] == "source":
            return str(self.classes["used"][row["name_zh"]])
        if row["role"] == "fixed_load":
            return "washing_water"
        return str(self.classes["uses"][self.limit_set(row)])

    def limit_set(self, row: Row) -> str:
        """Limit set that the note of a sink names."""
        found = LIMIT_SET.search(row["note"])
        if not found:
            raise ValueError(f"water_streams: the note of {row['stream_id']} names no limit set")
        return found[1]

    def profile(self, row: Row) -> str:
        """Profile of a stream; one that is even has none."""
        return "" if row["slice_profile"] in ("flat", "day_shift") else row["slice_profile"]

    def mean_flow(self, row: Row, column: str = "flow_m3_h_typ") -> float:
        """Flow on the mean of the year, m3/h; what runs in the heating season counts less.

        [water.shares] says what share of a stream is open: the rest is settled inside the works.
        """
        share = float(self.own.get("shares", {}).get(row["stream_id"], {}).get("share", 1))
        flow = float(row[column]) * share
        profile = row["slice_profile"]
        if not profile.startswith("heating"):  # all others have a mean of 1
            return flow
        factors, hours = self.loads.factors(profile), self.loads.slice_hours
        return flow * sum(factors[part] * hours[part] for part in hours) / HOURS

    def streams(self) -> list[Row]:
        """Needs and supplies of no unit."""
        in_units = self.own.get("in_units", {})
        return [
            {
                "stream_id": key,
                "enterprise_id": row["owner"],
                "resource_id": self.resource_of(row),
                "direction": "supply" if row["role"] == "source" else "need",
                "amount": text(self.mean_flow(row)),
                "low": text(self.mean_flow(row, "low")),
                "high": text(self.mean_flow(row, "high")),
                "unit": "m3/h",
                "profile_id": self.profile(row),
                **{name: row[name] for name in GRADE},
                "note": join(
                    row["name_en"], f"today {row['today']}", row["note"], self._share_note(key)
                ),
            }
            for key, row in self.stream.items()
            if row["role"] != "fixed_load" and key not in in_units
        ]

    def _share_note(self, stream: str) -> str:
        """Why a share of a stream only is open."""
        own = self.own.get("shares", {}).get(stream)
        return f"share {own['share']:g}: {own['reason']}" if own else ""

    def profiles(self, known: Iterable[Row]) -> list[Row]:
        """Profiles of streams that are not `known` yet."""
        stand = {row["profile_id"] for row in known}
        names = dict.fromkeys(self.profile(row) for row in self.stream.values())
        return [
            {"profile_id": name, "slice_id": part, "factor": rounded(factor)}
            for name in names
            if name and name not in stand
            for part, factor in self.loads.factors(name).items()
        ]

    def nodes(self, known: Iterable[Row]) -> list[Row]:
        """Common users that are not among the enterprises yet."""
        stand = {row["enterprise_id"] for row in known}
        return [
            {
                "enterprise_id": row["node_id"],
                "park_id": row["park_id"],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "industry_code": "7840",
                "industry_name_zh": "绿化管理",
                "lat": row["lat_wgs84"],
                "lon": row["lon_wgs84"],
                "coord_radius_km": row["coord_radius_km"],
                **{name: row[name] for name in GRADE},
                "note": "common water of the park, no enterprise",
            }
            for row in (self.library.rows("heat_water_nodes") if self.own else [])
            if row["node_id"] in self.own["nodes"] and row["node_id"] not in stand
        ]

    # Resources and what serves what

    def resources(self) -> list[Row]:
        """Classes of use and used waters, in the columns of the library's resource table."""
        library = {row["resource_id"]: row for row in self.library.rows("resources")}
        rows = []
        for own in self.classes.get("resources", []):
            like = library.get(own.get("like", ""))
            rows.append(
                {
                    "resource_id": own["resource_id"],
                    "name_zh": own["name_zh"],
                    "name_en": own["name_en"],
                    "aliases_zh": "",
                    "kind": "water",
                    "state": "liquid",
                    "unit": "m3",
                    "balance": "slice",
                    "virgin": "1" if like else "0",
                    "hazardous": "0",
                    "waste_code": "",
                    "buy_price": "",
                    "sell_price": "",
                    "disposal_cost": "",
                    "upstream_tco2_per_unit": like["upstream_tco2_per_unit"] if like else "0",
                    **self.assumed("class of water"),
                    "note": f"upstream emission of {own['like']}" if like else "",
                }
            )
        return rows

    def class_cells(self, resource: str) -> Row:
        """Class of a water and how often it circulates; parks of a region agree in it.

        It is said of a park without [water] too, whose recipes take the same waters.
        """
        found = [k for k, names in self.shared.get("classes", {}).items() if resource in names]
        circulation = self.shared.get("circulation", {}).get(resource)
        return {
            "water_class": found[0] if found else "",
            "circulation": "" if circulation is None else text(circulation),
        }

    def class_note(self, resource: str) -> str:
        """Where its circulation comes from."""
        own = self.shared.get("circulation", {})
        return f"circulation: {own['reason']}" if resource in own else ""

    def class_names(self) -> set[str]:
        """Names of the classes that parks share: no alias of another resource."""
        return {own["name_zh"] for own in self.shared.get("resources", [])}

    def resources_used(self) -> set[str]:
        """Resources of streams."""
        return {row["resource_id"] for row in self.streams()}

    def substitutes(self) -> list[Row]:
        """Which used water may serve which use, in the columns of the library."""
        return [
            {
                "from_resource": own["from"],
                "to_resource": served,
                "replacement_ratio": "1",
                "max_share": "1",
                "condition": own["condition"],
                **self.assumed("physically possible; the limits of the user decide how much"),
            }
            for own in self.classes.get("serves", [])
            for served in own["to"]
        ]

    # Fresh water

    def fresh(self) -> Iterator[tuple[Row, list[str], list[str]]]:
        """Fresh waters in use: library row, parks ("" for all), and the classes they serve."""
        rows = {row["class_id"]: row for row in self.library.rows("fresh_water")}
        named = {use for own in self.own["fresh"] for use in own.get("uses", [])}
        like = {own["resource_id"]: own.get("like") for own in self.classes["resources"]}
        bought = [use for use, source in like.items() if source and use not in named]
        for own in self.own["fresh"]:
            yield rows[own["class"]], own.get("parks", [""]), own.get("uses", bought)

    def markets(self, in_use: Iterable[str], vat: float) -> list[Row]:
        """Fresh water by class of use: price without VAT, and the resource fee, which has none."""
        appear = set(in_use)
        rows = []
        for row, parks, uses in self.fresh() if self.own else ():
            fee = [
                float(row[f"{name}"])
                for name in ("resource_fee_yuan_per_m3", "fee_low", "fee_high")
            ]
            price = [float(row[name]) for name in ("price_yuan_per_m3", "price_low", "price_high")]
            cost, low, high = (rounded(p / vat + f) for p, f in zip(price, fee, strict=True))
            rows += [
                {
                    "resource_id": use,
                    "action": "buy",
                    "enterprise_id": "",
                    "park_ids": ";".join(filter(None, parks)),
                    "price": cost,
                    "low": low,
                    "high": high,
                    "price_unit": "元/m3",
                    **{name: row[name] for name in GRADE},
                    "note": join(
                        f"{row['class_id']} {row['name_en']}",
                        f"{price[0]:g} 元/m3 with VAT {vat - 1:.0%} and resource fee {fee[0]:g}",
                        row["quota_note"],
                    ),
                }
                for use in uses
                if use in appear
            ]
        return rows

    def replaces_market(self, row: Row) -> bool:
        """Whether a used water leaves through an outfall instead."""
        gone = self.classes.get("no_market", [])
        return row["action"] == "dispose" and row["resource_id"] in gone

    # What stands today

    def fixed_loads(self) -> list[Row]:
        """Washing with a mass load."""
        return [row for row in self.stream.values() if row["role"] == "fixed_load"]

    @staticmethod
    def recipe_of_load(row: Row) -> str:
        """Recipe of a fixed load."""
        return f"washing_{row['stream_id']}"

    def outlet_of_load(self, row: Row) -> str:
        """Used water that leaves a fixed load: that of the source which the library calls so."""
        said = f"outlet of {row['stream_id']}"
        outlets = [one for one in self.stream.values() if one["note"].startswith(said)]
        return self.resource_of(outlets[0]) if outlets else "wastewater_general"

    def outfalls(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Recipe, need and standard by owner of the outfalls of enterprises and of works."""
        for use, section in OUTFALLS.items():
            standards = self.own.get(section, {})
            if standards:
                yield section.removesuffix("s"), use, standards

    def is_water(self, resource: str) -> bool:
        """Whether a recipe's row is water that streams describe."""
        return any(fnmatch.fnmatch(resource, pattern) for pattern in self.classes["dropped"])
