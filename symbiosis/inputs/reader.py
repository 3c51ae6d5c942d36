"""From typed cells to a checked dataset: units converted once, all faults gathered."""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, Fault
from symbiosis.domain.fields import Evidence, Quantity, Refers, Row
from symbiosis.domain.settings import Settings
from symbiosis.domain.units import UnitError, factor, is_unit
from symbiosis.inputs.consistency import inconsistencies
from symbiosis.inputs.tables import TABLES, RawDataset, Table, closest, plain_number, read_raw
from symbiosis.locale import _

_NUMBER = re.compile(r"^([-+]?[0-9][0-9,]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+)\s*(.*)$")


def read_dataset(folder: Path, changes: tuple[str, ...] = ()) -> Dataset:
    """The dataset in `folder`, with `table.key.column=value` changes applied.

    Raises:
        DatasetError: with every fault of every file.
    """
    from symbiosis.inputs.changes import apply_changes  # it needs the tables, not the reader

    raw = read_raw(folder)
    apply_changes(raw, changes)
    return dataset_from_raw(raw)


def dataset_from_raw(raw: RawDataset) -> Dataset:
    """Check and convert every cell.

    Raises:
        DatasetError: with every fault found.
    """
    faults = list(raw.faults)
    context = _Context(raw)
    tables: dict[str, tuple[Row, ...]] = {}
    for table in TABLES.values():
        rows = raw.rows.get(table.name, [])
        faults += _duplicates(table, rows)
        tables[table.name] = _records(table, rows, context, faults)
    settings = _settings(raw.settings, context, faults)
    if faults:  # the rest would only repeat them
        raise DatasetError(raw.name, faults)
    dataset = Dataset(
        name=settings.name or raw.name,
        settings=settings,
        digest=_digest(raw),
        **tables,  # type: ignore[arg-type]
    )
    if errors := inconsistencies(dataset):
        raise DatasetError(raw.name, errors)
    return dataset


class _Context:
    """What a cell needs to know of other tables: their keys and their units."""

    def __init__(self, raw: RawDataset) -> None:
        def column(table: str, key: str, value: str) -> dict[str, str]:
            return {str(row.get(key)): str(row.get(value, "")) for row in raw.rows.get(table, [])}

        self.keys = {
            name: {str(row[table.key[0]]) for row in raw.rows.get(name, []) if table.key[0] in row}
            for name, table in TABLES.items()
            if len(table.key) == 1
        }
        self.unit = column("resources", "resource_id", "unit")
        self.reference = column("recipes", "recipe_id", "reference_resource")

    def target(self, quantity: Quantity, row: Mapping[str, Any]) -> str | None:
        """Unit inside the program, None while the row names something unknown."""
        about = str(row.get(quantity.resource, ""))
        marks = {
            "{reference}": self.unit.get(self.reference.get(about, ""), ""),
            "{unit}": self.unit.get(about, ""),
            "{carrier}": str(row.get("unit", "")),
            "{to}": self.unit.get(str(row.get("to_resource", "")), ""),
        }
        target = quantity.target
        for mark, unit in marks.items():
            if mark in target:
                if not unit or not is_unit(unit):
                    return None
                target = target.replace(mark, unit)
        return target


@lru_cache
def _quantities(record: type[Row]) -> dict[str, Quantity]:
    """Columns with a unit; low and high are in the unit of the main number."""
    found = {
        name: mark
        for name, info in record.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Quantity)
    }
    main = getattr(record, "main", "")
    if issubclass(record, Evidence) and main in found:
        found |= {"low": found[main], "high": found[main]}
    return found


@lru_cache
def _references(record: type[Row]) -> dict[str, Refers]:
    return {
        name: mark
        for name, info in record.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Refers)
    }


@lru_cache
def _adapter(record: type[Row]) -> TypeAdapter[Row]:
    return TypeAdapter(record)


def _duplicates(table: Table, rows: list[dict[str, Any]]) -> list[Fault]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        key = tuple(str(row.get(column, "")) for column in table.key)
        if key in first:
            faults.append(
                Fault(
                    table.file,
                    row["row"],
                    table.key[0],
                    " ".join(key).strip(),
                    _("stands already in row {row}").format(row=first[key]),
                    _("keep one of the two rows"),
                )
            )
        else:
            first[key] = row["row"]
    return faults


def _records(
    table: Table, rows: list[dict[str, Any]], context: _Context, faults: list[Fault]
) -> tuple[Row, ...]:
    adapter = _adapter(table.record)
    records = []
    for row in rows:
        before = len(faults)
        cells = dict(row)
        _convert(table, cells, context, faults)
        _check_references(table, cells, context, faults)
        for fault_column in {fault.column for fault in faults[before:]}:
            cells.pop(fault_column, None)
        try:
            record = adapter.validate_python(cells)
        except ValidationError as error:
            known = {(fault.row, fault.column) for fault in faults[before:]}
            for problem in error.errors():
                column = str(problem["loc"][0]) if problem["loc"] else ""
                if (row["row"], column) not in known:
                    faults.append(_explain(table, row, column, problem))
                    known.add((row["row"], column))
            continue
        if len(faults) == before:
            faults += _range_faults(table, row, record)
            records.append(record)
    return tuple(records)


def _convert(table: Table, cells: dict[str, Any], context: _Context, faults: list[Fault]) -> None:
    """Numbers with units to the program's units, in place."""
    quantities = _quantities(table.record)
    for column, quantity in quantities.items():
        cell = cells.get(column)
        if cell is None:
            continue
        unit = str(cells.get(quantity.unit_column, "")) if quantity.unit_column else ""
        unit_column = quantity.unit_column or column
        number: float
        if isinstance(cell, str):
            match = _NUMBER.match(plain_number(cell))
            if match is None:
                faults.append(
                    Fault(
                        table.file,
                        cells["row"],
                        column,
                        cell,
                        _("is not a number"),
                        _("write a number, with its unit in the unit column"),
                    )
                )
                continue
            number = float(match[1].replace(",", ""))
            if match[2]:
                unit, unit_column = match[2], column
        else:
            number = float(cell)
        if unit:
            target = context.target(quantity, cells)
            if target is None:
                continue  # the unknown resource or recipe is reported as a reference
            try:
                number *= factor(unit, target)
            except UnitError:
                faults.append(
                    Fault(
                        table.file,
                        cells["row"],
                        unit_column,
                        unit,
                        _("is not a unit for this number"),
                        _("write a unit such as {unit}").format(
                            unit=target.replace("wanyuan", "万元")
                        ),
                    )
                )
                continue
        cells[column] = number
    for column, info in table.record.model_fields.items():
        cell = cells.get(column)
        if column not in quantities and isinstance(cell, str) and _is_number(info.annotation):
            cells[column] = plain_number(cell).replace(",", "")
    if table.name in ("resources", "carriers") and "unit" in cells:
        if not is_unit(str(cells["unit"])):
            faults.append(
                Fault(
                    table.file,
                    cells["row"],
                    "unit",
                    str(cells["unit"]),
                    _("is not a known unit"),
                    _("write a unit such as {unit}").format(unit="t, m3, MWh, GJ, 1000 m3"),
                )
            )


def _is_number(annotation: Any) -> bool:
    """Whether a column holds numbers (plain, optional or constrained)."""
    return annotation in (int, float) or any(_is_number(part) for part in get_args(annotation))


def _check_references(
    table: Table, cells: dict[str, Any], context: _Context, faults: list[Fault]
) -> None:
    for column, refers in _references(table.record).items():
        cell = cells.get(column, "")
        for name in re.split(r"[;；]", str(cell)) if cell else ():
            name = name.strip()
            if name and not any(name in context.keys[other] for other in refers.tables):
                known = set().union(*(context.keys[other] for other in refers.tables))
                files = " / ".join(f"{other}.csv" for other in refers.tables)
                faults.append(
                    Fault(
                        table.file,
                        cells["row"],
                        column,
                        name,
                        _("is not in {files}").format(files=files),
                        closest(name, known) or _("add it there, or mend the name"),
                    )
                )


def _range_faults(table: Table, row: Mapping[str, Any], record: Row) -> list[Fault]:
    """The main number must lie within its own low and high."""
    if not isinstance(record, Evidence) or not record.main:
        return []
    value = getattr(record, record.main)
    low, high = record.low, record.high
    for bound, outside in (("low", low), ("high", high)):
        if outside is None or value is None:
            continue
        tolerance = 1e-9 * max(abs(value), abs(outside))
        if (value - outside if bound == "high" else outside - value) > tolerance:
            return [
                Fault(
                    table.file,
                    record.row,
                    bound,
                    str(row.get(bound, "")),
                    _("'{column}' lies outside its own range").format(column=record.main),
                    _("low <= value <= high must hold, all in the same unit"),
                )
            ]
    return []


def _explain(table: Table, row: Mapping[str, Any], column: str, problem: Any) -> Fault:
    """A pydantic error in the words of a table."""
    context = problem.get("ctx", {})
    value = "" if problem["type"] == "missing" else str(row.get(column, ""))
    kind = problem["type"]
    mend = ""
    if kind == "missing":
        text, mend = _("is empty"), _("every row needs it")
    elif kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        text = _("is not one of {allowed}").format(allowed=", ".join(filter(None, allowed)))
        mend = closest(value, allowed)
    elif kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        sign = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
        name, bound = next(iter(context.items()))
        text = _("must be {sign} {bound}").format(sign=sign[name], bound=bound)
        mend = _("write amounts, prices and shares without a sign and in the right unit")
    elif kind.startswith(("float", "finite")):
        text, mend = _("is not a number"), _("write a number")
    elif kind.startswith("int"):
        text, mend = _("is not a whole number"), _("write a whole number")
    elif kind.startswith("bool"):
        text, mend = _("is neither yes nor no"), _("write 1 or 0")
    elif kind == "string_pattern_mismatch":
        text = _("cannot be a key")
        mend = _("leave out spaces at the ends and the signs ; : , ' \" < >")
    elif kind.startswith("string_too"):
        text, mend = _("is too long or too short for a key"), _("1 to 80 characters")
    elif kind.startswith("too_short"):
        text, mend = _("is empty"), _("name at least one")
    else:
        text = problem["msg"]
    return Fault(table.file, int(row.get("row", 0)), column, value[:60], text, mend)


def _settings(given: dict[str, Any], context: _Context, faults: list[Fault]) -> Settings:
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(str(part) for part in problem["loc"])
            if problem["type"] == "extra_forbidden":
                section: Any = Settings
                for part in problem["loc"][:-1]:
                    section = section.model_fields[str(part)].annotation
                names = getattr(section, "model_fields", {})
                text = _("is not a setting")
                mend = closest(str(problem["loc"][-1]), names) or ", ".join(names)
            else:
                text, mend = problem["msg"].removeprefix("Value error, "), ""
            shown = problem["input"] if isinstance(problem["input"], str | int | float) else ""
            faults.append(Fault("study.toml", 0, place, str(shown), text, mend))
        return Settings()
    for column, names, table in (
        ("switch_on", settings.switch_on, "projects"),
        ("switch_off", settings.switch_off, "projects"),
        ("chains.barred", settings.chains.barred, "chains"),
    ):
        for name in names:
            if name not in context.keys[table]:
                text = _("is not in {files}").format(files=f"{table}.csv")
                mend = closest(name, context.keys[table])
                faults.append(Fault("study.toml", 0, column, name, text, mend))
    return settings


def _digest(raw: RawDataset) -> str:
    """SHA-256 of what was read, changes included, whatever the order of files."""
    content = json.dumps(
        {"rows": raw.rows, "settings": raw.settings},
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(content.encode()).hexdigest()
