"""Thermal streams of enterprises and heating districts, and how they vary over the slices.

A stream of the library has the duty of its year's mean, of heating that of the design day; a
profile says how much of it there is in a slice.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from library import Library, Row
from park_tables.cells import GJ_PER_MWH, TYPICAL, join, rounded

GRADE = ("provenance", "check", "source", "year")


class Loads:
    """Streams under [heat] of a park.toml; none without the section."""

    def __init__(self, choices: dict[str, Any], library: Library) -> None:
        """Keep both."""
        self.choices, self.library = choices, library
        self.own: dict[str, Any] = choices.get("heat", {})
        self.enterprises: list[str] = self.own.get("enterprises", [])

    @property
    def takers(self) -> list[str]:
        """Who may take a carrier: enterprises with streams, and heating districts."""
        return [*self.enterprises, *self.own.get("nodes", [])]

    def rows(self) -> Iterator[Row]:
        """Rows of thermal_streams.csv of our enterprises and districts, then our own nodes'."""
        left_out = self.own.get("streams_left_out", {})
        owners = set(self.takers)
        for row in self.library.rows("thermal_streams") if owners else ():
            if row["owner"] in owners and row["stream_id"] not in left_out:
                yield row
        for own in self.own.get("own_nodes", []):
            yield {name: str(value) for name, value in own["stream"].items()} | {
                "owner": own["node_id"],
                "recoverable_share": "1",
                **TYPICAL,
                "source": f"{self.choices['our_source']}: {own['reason']}",
                "year": str(self.choices["base_year"]),
            }

    def streams(self) -> list[Row]:
        """Process streams, less what is used or served today."""
        return [self._process_stream(row) for row in self.rows()]

    def _process_stream(self, row: Row) -> Row:
        used = float(row["today_used_share"] or 0) if row["role"] == "hot" else 0.0
        left = float(row["recoverable_share"]) * (1 - used)
        served = self.own.get("served_today", {}).get(row["stream_id"])
        low, high = row["duty_low"], row["duty_high"]
        duty = {"duty": row["duty_mw_typ"], "low": low, "high": high}
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
                row.get("low_high_note", ""),
            ),
        }

    # Slices

    def profiles(self) -> list[Row]:
        """Load in a slice of every profile in use."""
        names = dict.fromkeys(row["slice_profile"] for row in self.rows())
        return [
            {"profile_id": name, "slice_id": part, "factor": rounded(factor)}
            for name in names
            if name != "flat"
            for part, factor in self.factors(name).items()
        ]

    @cached_property
    def slice_hours(self) -> dict[str, float]:
        """Hours of the slices of study.toml."""
        peak = self.choices["slices"]["peak"]
        hours = {"peak": float(peak["hours"])}
        for row in self.library.rows("slices"):
            hours[row["group2"]] = hours.get(row["group2"], 0.0) + float(row["hours"])
        hours[peak["of"]] -= peak["hours"]
        return hours

    def factors(self, profile: str) -> dict[str, float]:
        """Load of a profile in every slice, weighted by the hours of the parts of the library.

        The peak is cut out of its season: heating has its design load there, anything else the
        mean of the coldest part; the rest of the season keeps what is left.
        """
        own = self.own.get("profiles", {}).get(profile)
        if own:
            return {part: float(own[part]) for part in self.slice_hours}
        peak = self.choices["slices"]["peak"]
        load: dict[str, float] = dict.fromkeys(self.slice_hours, 0.0)
        coldest = []
        for row in self.library.rows("slices"):
            amount = float(row["hours"]) * float(row[f"f_{profile}"])
            load[row["group2"]] += amount
            if row["season_en"] == peak["season"]:
                coldest.append((float(row["hours"]), amount))
        if profile in peak["design_load"]:
            at_peak = 1.0
        else:
            hours, amounts = (sum(column) for column in zip(*coldest, strict=True))
            at_peak = amounts / hours
        load["peak"] = at_peak * peak["hours"]
        load[peak["of"]] -= load["peak"]
        return {part: load[part] / hours for part, hours in self.slice_hours.items()}

    @cached_property
    def design_load(self) -> dict[str, float]:
        """MW that all cold streams of an owner need together at most."""
        most: dict[str, float] = {}
        for row in self._cold():
            peak = max(1.0, *self.factors(row["slice_profile"]).values())
            most[row["owner"]] = most.get(row["owner"], 0.0) + peak * float(row["duty_mw_typ"])
        return most

    @cached_property
    def heated_today(self) -> dict[str, float]:
        """GJ a year that boilers and networks give to an owner today; profiles as written."""
        found: dict[str, float] = {}
        for row in self._cold():
            duty = float(self._process_stream(row)["duty"])
            for part, hours in self.slice_hours.items():
                factor = float(rounded(self.factors(row["slice_profile"])[part]))
                heat = duty * factor * hours * GJ_PER_MWH
                found[row["owner"]] = found.get(row["owner"], 0.0) + heat
        return found

    def _cold(self) -> Iterator[Row]:
        return (row for row in self.rows() if row["role"] == "cold")
