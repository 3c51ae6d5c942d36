"""Carriers: how resources travel, and what a kilometre costs."""

from dataclasses import dataclass

from library import Row
from park_tables.cells import join, number, rounded
from park_tables.choices import Park


def carriers(park: Park) -> list[Row]:
    """Carriers of park.toml, then the steam and water mains of the library it names."""
    return _assumed_carriers(park) + _library_mains(park)


def _assumed_carriers(park: Park) -> list[Row]:
    rows = []
    for own in park.choices["carriers"]:
        cells = {key: number(value) for key, value in own.items()}
        reason = cells.pop("reason")
        rows.append(cells | {"reach_unit": "km"} | park.assumed(reason))
    return rows


@dataclass(frozen=True)
class Main:
    """A steam or water main of the library, per km: 元/GJ, 万元, 万元/MW, share."""

    row: Row
    pumping: float
    fixed: float
    per_mw: float
    loss: float


def library_mains(park: Park) -> dict[str, Main]:
    """The mains that park.toml takes from the library, by carrier."""
    chosen = park.choices["carriers_from_library"]
    return {
        row["carrier_id"]: Main(
            row,
            float(row["pump_power"]) * chosen["power_price"],
            float(row["pipe_fixed_wan_yuan_per_km"]),
            float(row["pipe_var_wan_yuan_per_km_per_mw"]),
            float(row["loss_pct_per_km"]) / 100,
        )
        for row in park.library.rows("carriers")
        if row["carrier_id"] in chosen["ids"]
    }


def link_loss(park: Park, donor: str, receiver: str, resource: str) -> float:
    """Share lost along a declared link; nil where none is declared."""
    for own in park.choices.get("links", []):
        if (own["from"], own["to"], own["resource"]) == (donor, receiver, resource):
            if "main" in own:
                loss = library_mains(park)[own["main"]].loss
                return float(rounded(1 - (1 - loss) ** own["distance"]))
            return float(own.get("loss_share", 0.0))
    return 0.0


def _library_mains(park: Park) -> list[Row]:
    rows = []
    for key, main in library_mains(park).items():
        row, pumping = main.row, main.pumping
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
                "capacity_cost": row["pipe_var_wan_yuan_per_km_per_mw"],
                "capacity_cost_unit": "万元/km/MW",
                "loss_per_km": rounded(main.loss),
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
                ),
            }
        )
    return rows
