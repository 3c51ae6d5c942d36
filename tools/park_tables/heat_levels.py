"""Levels of heat: between which temperatures a carrier is raised and gives its heat.

A level is a carrier of the library (a steam pressure, hot water) or one of [levels] of a park.toml.
"""

from collections.abc import Iterator
from typing import Any

from library import Library, Row
from park_tables.cells import TYPICAL, rounded, text

WATER_GJ_PER_T_K = 4.3e-3  # of boiler feed water and condensate, mean of 90 to 250 °C
STEAM_GJ_PER_T_K = 2.6e-3  # of superheated steam, mean of 0.5 to 4 MPa

Part = tuple[str, float, float, float]


class Levels:
    """The levels of a park and the machine streams that stand for their heat."""

    def __init__(self, choices: dict[str, Any], library: Library) -> None:
        """Keep both."""
        self.choices, self.library = choices, library

    def row(self, level: str) -> dict[str, Any]:
        """A level of [levels], or a carrier of the library."""
        own = self.choices.get("levels", {}).get(level)
        if own:
            return dict(own)
        return next(r for r in self.library.rows("carriers") if r["carrier_id"] == level)

    def _raised(self, level: str) -> Iterator[Part]:
        """Parts of the heat that raises a level, hottest first: name, share, from, to.

        Water warms and steam is superheated over a span; between them it boils at one temperature.
        Without a `supply_t_c` the level is not superheated.
        """
        row = self.row(level)
        back, at = float(row["return_t_c"]), float(row["generation_t_c"])
        if row["latent_or_sensible"] == "sensible":
            yield "water", 1.0, back, at
            return
        boils, net = float(row["saturation_t_c"]), float(row["net_gj_per_t_to_return"])
        hottest = float(row["supply_t_c"])
        superheat = STEAM_GJ_PER_T_K * (hottest - boils) / net
        water = WATER_GJ_PER_T_K * (boils - back) / net
        yield "superheating", superheat, boils, hottest
        yield "evaporating", 1 - water - superheat, boils - 1, boils
        yield "feed water", water, back, boils - 1

    def _given(self, level: str) -> Iterator[Part]:
        """Parts of the heat a level gives to its users: name, share, from, to."""
        row = self.row(level)
        at, back = float(row["use_t_c"]), float(row["return_t_c"])
        if row["latent_or_sensible"] == "sensible":
            yield "water", 1.0, at, back
            return
        water = WATER_GJ_PER_T_K * (at - 1 - back) / float(row["net_gj_per_t_to_return"])
        yield "condensing", 1 - water, at, at - 1
        yield "condensate", water, at - 1, back

    def streams(
        self, recipe: str, level: str, heat: float, cold: bool, approach_k: float, grade: Row
    ) -> list[Row]:
        """Streams by which a recipe takes up (cold) or gives `heat` GJ per unit of activity."""
        parts = self._raised(level) if cold else self._given(level)
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
                "approach_k": text(approach_k),
                "machine": "1",
                **TYPICAL,
                **grade,
                "note": part,
            }
            for part, share, supply, target in parts
        ]
