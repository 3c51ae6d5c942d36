"""The tables of a plan as typed rows, whether they come from memory or from CSV files.

Empty cells may have become unknown numbers, and ids that look like numbers numbers. A cell that
cannot be read, a key that stands twice and a name the dataset does not have are breaches; rows with
such a name are left out.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from symbiosis.domain.settings import ALL_YEAR
from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import (
    KEYS,
    MAY_BE_UNKNOWN,
    ChainRow,
    ExchangePart,
    ExchangeRow,
    ExergyRow,
    HeatLinkRow,
    HeatMachineRow,
    HeatRow,
    HeatWayRow,
    IndicatorRow,
    LevelRow,
    LimitRow,
    LinkRow,
    MoneyRow,
    ProjectRow,
    QualityRow,
    RejectedRow,
    StreamRow,
    Tables,
    TradePart,
    TradeRow,
    UnitPart,
    UnitRow,
    WaterLeftRow,
    WaterLoadRow,
    WithinPart,
    WithinRow,
)
from symbiosis.planning.audit.tally import Tally

T = TypeVar("T", bound=NamedTuple)


def read_tables(frames: Mapping[str, pd.DataFrame], records: Records, tally: Tally) -> Tables:
    """Typed rows of every table; what is wrong with their form goes to the check `tables`."""

    def rows(name: str, kind: type[T]) -> list[T]:
        frame = frames.get(name)
        there = tally.holds(
            "tables", frame is not None, name, text=_("{where}: the table is missing")
        )
        if frame is None or not there:
            return []
        for column in kind._fields:
            there &= tally.holds(
                "tables", column in frame.columns, name, column, text=_("{where}: no such column")
            )
        if not there:
            return []
        cells = [
            _column(name, frame[column], kind.__annotations__[column], tally)
            for column in kind._fields
        ]
        found = [kind(*values) for values in zip(*cells, strict=True)]
        return _known(name, found, records, tally)

    return Tables(
        rows("chains", ChainRow),
        rows("projects", ProjectRow),
        rows("units", UnitRow),
        rows("streams", StreamRow),
        rows("exchanges", ExchangeRow),
        rows("within", WithinRow),
        rows("trades", TradeRow),
        rows("units_by_slice", UnitPart),
        rows("exchanges_by_slice", ExchangePart),
        rows("within_by_slice", WithinPart),
        rows("trades_by_slice", TradePart),
        rows("links", LinkRow),
        rows("quality", QualityRow),
        rows("water_left", WaterLeftRow),
        rows("water_loads", WaterLoadRow),
        rows("heat", HeatRow),
        rows("heat_links", HeatLinkRow),
        rows("heat_levels", LevelRow),
        rows("heat_rejected", RejectedRow),
        rows("exergy", ExergyRow),
        rows("heat_machines", HeatMachineRow),
        rows("heat_ways", HeatWayRow),
        rows("indicators", IndicatorRow),
        rows("limits", LimitRow),
        rows("money", MoneyRow),
    )


def _column(table: str, column: pd.Series, kind: type, tally: Tally) -> list[Any]:
    """Cells of a column as texts, numbers or yes and no."""
    if kind is str:
        return [
            "" if unknown else _text(cell)
            for cell, unknown in zip(column.tolist(), column.isna(), strict=True)
        ]
    if kind is bool:
        words = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
        flags = [words.get(str(cell).strip().lower()) for cell in column.tolist()]
        for row, flag in enumerate(flags, start=2):
            text = _("{where}: neither true nor false")
            tally.holds("tables", flag is not None, table, str(column.name), str(row), text=text)
        return [bool(flag) for flag in flags]
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (table, column.name) in MAY_BE_UNKNOWN:
        return list(numbers.tolist())
    unreadable = numbers.isna() | (numbers.abs() == float("inf"))
    for row, wrong in enumerate(unreadable.tolist(), start=2):
        text = _("{where}: no number")
        tally.holds("tables", not wrong, table, str(column.name), str(row), text=text)
    return list(numbers.where(~unreadable, 0.0).tolist())


def _text(cell: Any) -> str:
    """A cell as text; a number stands for the whole number that was typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _known(table: str, rows: list[T], records: Records, tally: Tally) -> list[T]:
    """Rows whose ids the dataset has; ledger, limits and indicators name other things too."""
    if table in ("indicators", "limits", "money"):
        known: dict[str, Any] = {}
    else:
        known = {
            "actor": records.members,
            "donor": records.members,
            "receiver": records.members,
            "place_id": records.places,
            "unit_id": records.processes,
            "stream_id": records.streams,
            "chain_id": records.dataset.chain,
            "resource": records.dataset.resource,
            "serves": records.dataset.resource,
            "period": records.order,
            "property": {row.property_id for row in records.dataset.properties},
            "slice": [part.id for part in records.settings.slices],
            "action": ("buy", "sell", "dispose"),
        }
        if table == "quality":
            known["direction"] = ("need", "supply")
            known["slice"] = [*known["slice"], ALL_YEAR]
    kept: list[T] = []
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        values = row._asdict()
        strange = [
            f"{column} '{values[column]}'"
            for column in values
            if column in known and values[column] not in known[column]
        ]
        text = _("{where} is not in the dataset")
        if not tally.holds("tables", not strange, table, *strange, text=text):
            continue
        key = tuple(str(values[column]) for column in KEYS[table])
        tally.holds(
            "tables", not key or key not in seen, table, *key, text=_("{where} stands twice")
        )
        seen.add(key)
        kept.append(row)
    return kept
