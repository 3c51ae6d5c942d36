"""Markets: what is bought, sold and disposed of, at which price without VAT, and how much."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from library import Row
from park_tables.cells import join, rounded, text, yuan
from park_tables.choices import Park
from park_tables.today import Today

GRADE = ("provenance", "check", "source", "year")


@dataclass(frozen=True)
class Price:
    """A price as its source states it; `enterprise` is empty for everybody's.

    family      of the library table in which it stands, which says whether VAT is included
    grade       provenance, check, source, year
    rule        how the yearly limit is found, where the price has a rule of its own
    """

    resource: str
    action: str
    enterprise: str
    family: str
    price: float
    low: float
    high: float
    unit: str
    grade: Row
    note: str = ""
    rule: str = ""


def markets(park: Park, today: Today, resources: Iterable[str]) -> list[Row]:
    """Buying, selling and disposal by resource, action and enterprise; prices without VAT."""
    limits = _regional_limits(park)
    own_limits = {
        (own["resource"], own["action"], own.get("enterprise", "")): own
        for own in park.choices.get("market_limits", [])
    }
    rows = []
    for price in _prices(park, resources):
        rate = park.vat(price.resource, price.family)
        own = own_limits.get((price.resource, price.action, price.enterprise), {})
        rule = own.get("most") or price.rule or ("" if price.enterprise else "limit")
        if rule == "no market":
            continue
        most = _most(rule, price, limits, today)
        rows.append(
            {
                "resource_id": price.resource,
                "action": price.action,
                "enterprise_id": price.enterprise,
                "price": rounded(price.price / rate),
                "low": rounded(min(price.low, price.price) / rate),
                "high": rounded(max(price.high, price.price) / rate),
                "price_unit": price.unit,
                "most": "" if most is None else text(most),
                "most_unit": "" if most is None else f"{park.unit_of(price.resource)}/a",
                **price.grade,
                "note": join(
                    f"{price.price:g} {price.unit} with VAT {rate - 1:.0%}"
                    if rate != 1 and price.price
                    else "",
                    f"limit: {own['reason']}" if own else "",
                    price.note,
                ),
            }
        )
    return rows


def _prices(park: Park, resources: Iterable[str]) -> Iterator[Price]:
    """Of single enterprises, of the region, then those the library does not state."""
    columns = {"buy": "buy_price", "sell": "sell_price", "dispose": "disposal_cost"}
    for key in resources:
        row = park.resource[key]
        for action, column in columns.items():
            yield from _prices_of_enterprises(park, key, action)
            if row[column]:
                price = float(row[column])
                low, high = float(row["price_low"]), float(row["price_high"])
                if price < 0:  # the range is that of the gate fee
                    low, high = -high, -low
                grade = {name: row[name] for name in GRADE}
                unit = yuan(row["price_unit"])
                yield Price(key, action, "", row["family"], price, low, high, unit, grade)
            for own in [*park.choices.get("markets", []), *park.water.classes.get("markets", [])]:
                if (own["resource"], own["action"]) == (key, action):
                    yield _assumed_price(park, own)


def _prices_of_enterprises(park: Park, resource: str, action: str) -> Iterator[Price]:
    for row in park.library.rows("price_overrides"):
        price = row.get(f"{action}_price")
        if row["resource_id"] != resource or row["ent_id"] not in park.enterprise_ids or not price:
            continue
        found = re.search(r"(?:range |typical, )(\d+)-(\d+)", row["note"])
        low, high = found.groups() if found else (price, price)
        yield Price(
            resource,
            action,
            row["ent_id"],
            row["family"],
            float(price),
            float(low),
            float(high),
            yuan(row["price_unit"]),
            {name: row[name] for name in GRADE},
            row["note"],
        )


def _assumed_price(park: Park, own: dict[str, Any]) -> Price:
    """A price of [[markets]]: with or without VAT as the table of its resource has it."""
    price = float(own["price"])
    return Price(
        own["resource"],
        own["action"],
        own.get("enterprise", ""),
        park.resource[own["resource"]].get("family", ""),
        price,
        float(own.get("low", price)),
        float(own.get("high", price)),
        own["price_unit"],
        park.assumed(own["reason"]),
        rule=own.get("most", ""),
    )


def _regional_limits(park: Park) -> dict[tuple[str, str], float]:
    """Yearly limits of the market region, by resource and action."""
    return {
        (row["resource_id"], action): float(row[column])
        for row in park.library.rows("market_limits")
        if row["region"] == park.choices["market_region"]
        for action, column in (("sell", "max_sell_per_year"), ("buy", "max_buy_per_year"))
        if row[column]
    }


def _most(
    rule: str, price: Price, limits: dict[tuple[str, str], float], today: Today
) -> float | None:
    """Yearly limit by rule: none, nothing, limit, today, or limit less <enterprise> today."""
    if not rule:
        return None
    if rule == "nothing":
        return 0.0
    sign = 1 if price.action == "sell" else -1
    if rule == "today":
        return sign * today.surplus(price.enterprise, price.resource)
    if shared := re.fullmatch(r"limit less (\w+) today", rule):
        taken = sign * today.surplus(shared[1], price.resource)
        return limits[price.resource, price.action] - taken
    return limits.get((price.resource, price.action))
