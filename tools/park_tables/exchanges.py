"""Exchanges in place today, ways that are not those of a carrier, qualities of single owners."""

from library import Row
from park_tables.cells import join, number, rounded, text
from park_tables.choices import Park
from park_tables.today import Today


def exchanges(park: Park, today: Today) -> list[Row]:
    """Exchanges in place today, prices without VAT."""
    rows = []
    for row in today.exchanges:
        rate = park.vat(row.resource)
        rows.append(
            {
                "donor_id": row.donor,
                "receiver_id": row.receiver,
                "resource_id": row.resource,
                "serves_resource_id": "" if row.serves == row.resource else row.serves,
                "amount": text(row.amount),
                "unit": f"{park.unit_of(row.resource)}/a",
                "price": rounded(row.price / rate),
                "price_unit": row.price_unit,
                "since": row.since,
                "provenance": row.provenance,
                "check": row.check,
                "source": row.source,
                "year": str(park.base_year),
                "note": join(row.note, f"{row.price:g} {row.price_unit} with VAT {rate - 1:.0%}"),
            }
        )
    return rows


def links(park: Park) -> list[Row]:
    """Ways that differ from those of the resource's carrier."""
    rows = []
    for own in park.choices.get("links", []):
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
                **park.assumed(reason),
            }
        )
    return rows


def qualities(park: Park) -> list[Row]:
    """Qualities of single owners and limits of single receivers."""
    columns = ("value", "least", "most", "low", "high")
    return [
        {
            "owner_id": own["owner"],
            "resource_id": own["resource"],
            "direction": own["direction"],
            "property_id": own["property"],
            **{column: number(own.get(column, "")) for column in columns},
            **park.assumed(own["reason"]),
        }
        for own in park.choices.get("qualities", [])
    ]
