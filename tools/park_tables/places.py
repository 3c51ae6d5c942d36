"""Parks, enterprises and the units they run."""

from library import Row
from park_tables.cells import TYPICAL, join, text
from park_tables.choices import Park
from park_tables.today import Today


def parks(park: Park) -> list[Row]:
    """Parks; the graded number is the land available for projects."""
    known = {row["park_id"]: row for row in park.library.rows("parks")}
    rows = []
    for own in park.choices["parks"]:
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
                **park.assumed(own["reason"]),
                "note": f"name, level, floor: {row['source']}" if row else "",
            }
        )
    return rows


def enterprises(park: Park) -> list[Row]:
    """Enterprises of the study; their grade is that of their existence and place."""
    known = {row["ent_id"]: row for row in park.library.enterprises()}
    moved = park.choices["enterprises"].get("park", {})
    invented = park.choices["enterprises"].get("placeholders", {})
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
            "placeholder": "1" if key in invented else "",
            "internal_integration": "0" if key in park.heat.enterprises else "",
            "provenance": row["provenance"],
            "check": row["check"],
            "source": row["source"],
            "year": row["year"],
            "note": join(
                f"placeholder: {invented[key]}" if key in invented else "",
                row["notes"],
                f"coordinates: {row['coord_source']}",
            ),
        }
        for key, row in ((key, known[key]) for key in park.enterprise_ids)
    ] + park.heat.nodes()


def units(park: Park, today: Today) -> list[Row]:
    """Units; the graded number is the utilisation, which no source publishes."""
    ranges = {own["unit_id"]: own for own in park.choices.get("ranges", [])}
    closing = {own["unit_id"]: own for own in park.choices.get("closing", [])}
    rows = []
    for key, row in today.units.items():
        own, closed = ranges.get(key, {}), closing.get(key)
        capacity = today.capacity[key]
        published = row["provenance"] != "assumption"
        rows.append(
            {
                "unit_id": key,
                "enterprise_id": row["ent_id"],
                "recipe_id": row["recipe_id"],
                "capacity": capacity.written,
                "capacity_unit": capacity.unit,
                "utilisation": text(today.utilisation[key]) if closed else row["utilisation"],
                "low": row["utilisation_low"],
                "high": row["utilisation_high"],
                "least_utilisation": text(own["least"]) if own else "",
                "most_utilisation": text(own["most"]) if own else "",
                "provenance": TYPICAL["provenance"],
                "check": "derived" if closed else "typical" if published else row["check"],
                "source": park.our_source(closed["reason"]) if closed else row["source"],
                "year": row["year"],
                "note": join(
                    f"capacity: {row['provenance']}, {row['check']}" if published else "",
                    f"capacity {row['capacity']} {row['capacity_unit']}"
                    if capacity.unit != row["capacity_unit"]
                    else "",
                    f"range of a plan: {own['reason']}" if own else "",
                    row["note"],
                ),
            }
        )
    return rows
