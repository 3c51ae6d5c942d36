"""Carriers: how resources travel, and what a kilometre costs."""

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


def _library_mains(park: Park) -> list[Row]:
    chosen = park.choices["carriers_from_library"]
    rows = []
    for row in park.library.rows("carriers"):
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
                    f"capacity cost x {peak:g}: {chosen['peak_reason']}" if peak != 1 else "",
                ),
            }
        )
    return rows
