"""Exchanges in place today, ways that are not those of a carrier, qualities of single owners."""

from typing import Any

from library import Row
from park_tables.carriers import library_mains
from park_tables.cells import GJ_PER_MW_YEAR, join, number, rounded, text
from park_tables.choices import Park
from park_tables.today import Today


def exchanges(park: Park, today: Today) -> list[Row]:
    """Exchanges in place today, prices without VAT."""
    rows = []
    for row in today.exchanges:
        rate = park.vat(row.resource, row.family)
        stated = f"{row.price:g} {row.price_unit} with VAT {rate - 1:.0%}" if rate != 1 else ""
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
                "note": join(row.note, stated),
            }
        )
    return rows


def links(park: Park, declared: list[dict[str, Any]]) -> list[Row]:
    """Ways that differ from those of the resource's carrier.

    `main` names a main of the library that is laid along the way and priced by its length.
    """
    mains = library_mains(park)
    rows = []
    for own in declared:
        cells = {key: number(value) for key, value in own.items()}
        reason = cells.pop("reason")
        if "main" in own:
            main, km = mains[cells.pop("main")], own["distance"]
            laid = {
                "freight": rounded(main.pumping * km),
                "low": rounded(0.7 * main.pumping * km),
                "high": rounded(1.3 * main.pumping * km),
                "freight_unit": "元/GJ",
                "fixed_cost": rounded(main.fixed * km),
                "capacity_cost": rounded(main.per_mw * km / GJ_PER_MW_YEAR),
                "cost_unit": "万元",
                "loss_share": rounded(1 - (1 - main.loss) ** km),
            }
            cells = laid | cells
            reason = join(
                reason,
                f"{main.row['name_en']} over {km:g} km, per km: {main.fixed:g} 万元, "
                f"{main.per_mw:g} 万元/MW, loss {main.loss:.2%}, pumping {main.pumping:g} 元/GJ",
            )
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
