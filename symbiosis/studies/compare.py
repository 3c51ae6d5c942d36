"""Two plans beside each other: what changed from the one to the other, and by how much.

Amounts are those of the last period of each plan; money is discounted over all periods, so that the
lines of the ledger add up to the difference of the net present values.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.planning.ledger import ITEMS
from symbiosis.planning.money import discounted_periods
from symbiosis.planning.plan import Plan

SAME = 1e-6  # relative difference that is rounding
Row = dict[str, Any]


def compare(a: tuple[Dataset, Plan], b: tuple[Dataset, Plan]) -> dict[str, Any]:
    """What changed from plan a to plan b, as one document; only what differs is listed.

    objective, npv_wanyuan    a, b, change
    settings       settings that differ: name, a, b
    chains         added, dropped
    projects       place_id, project_id, what (added, dropped, changed), size and capital_cost in a
                   and b
    exchanges, trades, links    keys with a, b, change (units a year, capacity)
    indicators     name, unit, a, b, change
    money          item, a, b, change: present value, summing to the change of `npv_wanyuan`
    """
    (data_a, plan_a), (data_b, plan_b) = a, b
    last_a, last_b = (
        {name: _last(table, data) for name, table in plan.tables.items()}
        for data, plan in ((data_a, plan_a), (data_b, plan_b))
    )
    chains = set(plan_a.chosen_chains()), set(plan_b.chosen_chains())
    objective = plan_a.facts["objective"]["name"], plan_b.facts["objective"]["name"]
    values = plan_a.facts["objective"]["value"], plan_b.facts["objective"]["value"]
    npv = plan_a.facts["npv_wanyuan"], plan_b.facts["npv_wanyuan"]
    return {
        "same_inputs": data_a.digest == data_b.digest,
        "settings": changed_settings(data_a, data_b),
        "objective": {
            "a": {"name": objective[0], "value": values[0]},
            "b": {"name": objective[1], "value": values[1]},
            "change": values[1] - values[0] if objective[0] == objective[1] else None,
        },
        "npv_wanyuan": {"a": npv[0], "b": npv[1], "change": npv[1] - npv[0]},
        "chains": {
            "added": sorted(chains[1] - chains[0]),
            "dropped": sorted(chains[0] - chains[1]),
        },
        "projects": changed_projects(plan_a, plan_b),
        "exchanges": _changes(
            last_a, last_b, "exchanges", ["donor", "receiver", "resource", "serves", "unit"]
        ),
        "trades": _changes(last_a, last_b, "trades", ["actor", "resource", "action", "unit"]),
        "links": _changes(last_a, last_b, "links", ["link_id", "resource"], "capacity"),
        "indicators": _changes(last_a, last_b, "indicators", ["name", "unit"]),
        "money": money_by_item((data_a, plan_a), (data_b, plan_b)),
    }


def is_same(document: Mapping[str, Any]) -> bool:
    """Whether a comparison found nothing that differs in the two plans."""
    listed = ("projects", "exchanges", "trades", "links", "indicators", "money")
    chains = document["chains"]
    return not (chains["added"] or chains["dropped"] or any(document[name] for name in listed))


def changed_settings(a: Dataset, b: Dataset) -> list[Row]:
    """Settings that differ: dotted name, value in a, value in b."""
    one, other = (_flat(data.settings.model_dump(mode="json")) for data in (a, b))
    return [
        {"name": name, "a": one.get(name), "b": other.get(name)}
        for name in dict.fromkeys([*one, *other])
        if one.get(name) != other.get(name)
    ]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def changed_projects(a: Plan, b: Plan) -> list[Row]:
    """Places whose project is added, dropped, or of another size, period or cost."""
    one, other = (
        {row["place_id"]: row for row in plan.tables["projects"].to_dict("records")}
        for plan in (a, b)
    )
    rows = []
    for place in sorted({*one, *other}):
        before, after = one.get(place), other.get(place)
        known = after or before
        assert known is not None
        if before and after and before["period"] == after["period"]:
            pairs = [(before[name], after[name]) for name in ("size", "capital_cost")]
            if all(_same(*pair) for pair in pairs):
                continue
        row: Row = {"place_id": place, "project_id": known["project_id"]}
        row["what"] = "changed" if before and after else "added" if after else "dropped"
        row["size_unit"] = known["size_unit"]
        for name in ("size", "capital_cost"):
            row[f"{name}_a"] = float(before[name]) if before else 0.0
            row[f"{name}_b"] = float(after[name]) if after else 0.0
        row["period_a"] = before["period"] if before else None
        row["period_b"] = after["period"] if after else None
        rows.append(row)
    return rows


def _last(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Rows of the last period; a table without periods as it is."""
    if "period" not in table:
        return table
    return table[table["period"] == dataset.settings.periods[-1].id]


def _changes(
    a: Mapping[str, pd.DataFrame],
    b: Mapping[str, pd.DataFrame],
    table: str,
    keys: Sequence[str],
    column: str = "plan",
) -> list[Row]:
    """Rows by their keys where an amount differs, the largest relative change first."""
    one, other = (tables[table].groupby(list(keys))[column].sum() for tables in (a, b))
    both = pd.concat([one, other], axis=1, keys=["a", "b"]).fillna(0.0)
    rows: list[Row] = [
        {**dict(zip(keys, map(str, key), strict=True)), "a": float(x), "b": float(y)}
        for key, x, y in both.itertuples(name=None)
        if not _same(x, y)
    ]
    for row in rows:
        row["change"] = row["b"] - row["a"]
    return sorted(rows, key=lambda row: -abs(row["change"]) / max(abs(row["a"]), abs(row["b"])))


def money_by_item(a: tuple[Dataset, Plan], b: tuple[Dataset, Plan]) -> list[Row]:
    """Present value of each item of the ledger against today, in both plans, 万元."""
    one, other = (_present_values(*side) for side in (a, b))
    rows: list[Row] = [{"item": item, "a": one[item], "b": other[item]} for item in ITEMS]
    for row in rows:
        row["change"] = row["b"] - row["a"]
    return [row for row in rows if not _same(row["a"], row["b"])]


def _present_values(dataset: Dataset, plan: Plan) -> dict[str, float]:
    totals = dict.fromkeys(ITEMS, 0.0)
    factors = {t.period_id: t for t in discounted_periods(dataset)}
    for row in plan.tables["money"].itertuples(index=False):
        once = row.item in ("capital", "link")
        period = factors[row.period]
        factor = period.investment_factor if once else period.annuity_factor
        totals[row.item] += factor * row.change
    return totals


def _same(x: float, y: float) -> bool:
    return abs(x - y) <= SAME * max(abs(x), abs(y))
