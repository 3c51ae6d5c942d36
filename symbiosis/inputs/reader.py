"""From typed cells to a checked dataset: units converted once, all faults gathered."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain as joined
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, Fault
from symbiosis.domain.fields import Evidence, Quantity, Row, references
from symbiosis.domain.settings import Settings
from symbiosis.domain.units import UnitError, factor, is_unit
from symbiosis.inputs.consistency import inconsistencies
from symbiosis.inputs.explained import explain, said
from symbiosis.inputs.tables import TABLES, RawDataset, Table, closest, plain_number, read_raw
from symbiosis.locale import _

# A comma parts thousands only ("1,200"); "1,5" is no number. The unit may start with a number of
# its own after a space ("35 1000 m3").
_NUMBER = re.compile(
    r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+)"
    r"(?:\s*([^\s0-9.,+\-].*)|\s+([0-9]+\s*[^\W\d].*))?"
)
_LARGEST, _SMALLEST = 1e15, 1e-15  # beyond them it is a slip of the keyboard


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
    raw = replace(
        raw, rows={table: [_bare(row) for row in rows] for table, rows in raw.rows.items()}
    )
    faults = list(raw.faults)
    context = _Context(raw)
    absent = {(fault.file, fault.column) for fault in raw.faults if fault.row == 1}
    tables: dict[str, tuple[Row, ...]] = {}
    for table in TABLES.values():
        rows = raw.rows.get(table.name, [])
        faults += _duplicates(table, rows)
        tables[table.name] = _records(table, rows, context, faults)
    settings = _settings(raw.settings, context, faults)
    faults = [
        fault
        for fault in dict.fromkeys(faults)  # a bad unit column is met by every number it measures
        if fault.problem != _("is empty") or (fault.file, fault.column) not in absent
    ]
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


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without empty cells and spaces around words, as files are read; it may be from code."""
    cells = {
        column: cell.strip() if isinstance(cell, str) else cell for column, cell in row.items()
    }
    return {column: cell for column, cell in cells.items() if cell is not None and cell != ""}


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
        self.unread = raw.unread
        self.unit = column("resources", "resource_id", "unit")
        self.reference = column("recipes", "recipe_id", "reference_resource")
        self.property_unit = column("properties", "property_id", "unit")

    def target(self, quantity: Quantity, row: Mapping[str, Any]) -> str | None:
        """Unit inside the program, None while the row names something unknown."""
        about = str(row.get(quantity.resource, ""))
        marks = {
            "{reference}": self.unit.get(self.reference.get(about, ""), ""),
            "{unit}": self.unit.get(about, ""),
            "{carrier}": str(row.get("unit", "")),
            "{to}": self.unit.get(str(row.get("to_resource", "")), ""),
            "{pumping}": self.unit.get(str(row.get("pumping_resource", "")), ""),
            "{property}": self.property_unit.get(str(row.get("property_id", "")), ""),
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
def _plain_numbers(record: type[Row]) -> tuple[str, ...]:
    """Columns of numbers without a unit."""
    return tuple(
        name
        for name, info in record.model_fields.items()
        if name not in _quantities(record) and _is_number(info.annotation)
    )


@lru_cache
def _adapter(record: type[Row]) -> TypeAdapter[Row]:
    return TypeAdapter(record)


def _duplicates(table: Table, rows: list[dict[str, Any]]) -> list[Fault]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    needed = table.record.model_fields[table.key[0]].is_required()
    for row in rows:
        key = tuple(str(row.get(column, "")) for column in table.key)
        if needed and not key[0]:
            continue  # reported as empty
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
            taken_out = bool(known)
            for problem in error.errors():
                column = str(problem["loc"][0]) if problem["loc"] else ""
                if problem["type"] == "value_error" and taken_out:
                    continue  # what it misses may only have been taken out
                if (row["row"], column) not in known:
                    faults.append(explain(table, row, column, problem))
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
        said = _number(cell)
        if said is None:
            faults.append(_not_a_number(table, cells, column))
            continue
        number = said[0]
        if said[1]:
            unit, unit_column = said[1], column
        if unit:
            target = context.target(quantity, cells)
            if target is None:  # an unknown resource or recipe is reported elsewhere
                faults += _no_unit_of_property(table, cells, quantity, context, unit_column, unit)
            else:
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
        _real(table, cells, column, number, faults)
        cells[column] = number
    for column in _plain_numbers(table.record):
        cell = cells.get(column)
        if isinstance(cell, str):
            said = _number(cell)
            percent = said is not None and said[1] == "%" and _is_share(table.record, column)
            if said is None or (said[1] and not percent):
                faults.append(_not_a_number(table, cells, column))
            else:
                number = said[0] / 100 if percent else said[0]
                _real(table, cells, column, number, faults)
                cells[column] = number
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


def _no_unit_of_property(
    table: Table,
    cells: Mapping[str, Any],
    quantity: Quantity,
    context: _Context,
    column: str,
    unit: str,
) -> list[Fault]:
    """A load is typed in kg only where the property has a unit that makes it one."""
    name = str(cells.get("property_id", ""))
    known = context.property_unit.get(name)
    if "{property}" not in quantity.target or known is None or is_unit(known):
        return []
    return [
        Fault(
            table.file,
            cells["row"],
            column,
            unit,
            _("cannot be converted: the property counts in '{unit}'").format(unit=known),
            _("write the property's unit as mg/L, kg/t or %, or leave the unit empty here"),
        )
    ]


def _number(cell: Any) -> tuple[float, str] | None:
    """Number and inline unit of a cell, None if it holds no number."""
    if isinstance(cell, str):
        match = _NUMBER.fullmatch(plain_number(cell))
        return match and (float(match[1].replace(",", "")), (match[2] or match[3] or "").strip())
    try:
        return float(cell), ""
    except (TypeError, ValueError, OverflowError):
        return None


def _not_a_number(table: Table, cells: Mapping[str, Any], column: str) -> Fault:
    return Fault(
        table.file,
        cells["row"],
        column,
        str(cells[column])[:60],
        _("is not a number"),
        _("write a number such as 12.5 or 1,200; a unit stands in its own column or after it")
        if column in _quantities(table.record)
        else _("write a number such as 12.5 or 1,200"),
    )


def _real(
    table: Table, cells: Mapping[str, Any], column: str, number: float, faults: list[Fault]
) -> None:
    """Report a number no park can have."""
    if number == 0 or _SMALLEST <= abs(number) <= _LARGEST:
        return
    faults.append(
        Fault(
            table.file,
            cells["row"],
            column,
            str(cells[column])[:60],
            _("is too small to be real")
            if abs(number) < _SMALLEST
            else _("is too large to be real"),
            _("check the number and its unit"),
        )
    )


def _is_share(record: type[Row], column: str) -> bool:
    """Whether 70 % may be typed for 0.7."""
    if column in ("low", "high"):
        column = getattr(record, "main", "")
    return column.endswith(("share", "utilisation"))


def _is_number(annotation: Any) -> bool:
    """Whether a column holds numbers (plain, optional or constrained)."""
    return annotation in (int, float) or any(_is_number(part) for part in get_args(annotation))


def _check_references(
    table: Table, cells: dict[str, Any], context: _Context, faults: list[Fault]
) -> None:
    for column, refers in references(table.record).items():
        cell = cells.get(column)
        if not cell or context.unread.intersection(refers.tables):
            continue
        names = re.split(r"[;；]", cell) if isinstance(cell, str) else cell
        for name in map(str.strip, names):
            if name and not any(name in context.keys[other] for other in refers.tables):
                known = set().union(*(context.keys[other] for other in refers.tables))
                files = " / ".join(f"{other}.csv" for other in refers.tables)
                faults.append(
                    Fault(
                        table.file,
                        cells["row"],
                        column,
                        name[:60],
                        _("is not in {files}").format(files=files),
                        closest(name[:60], known) or _("add it there, or mend the name"),
                    )
                )


def _range_faults(table: Table, row: Mapping[str, Any], record: Row) -> list[Fault]:
    """The main number must lie within its own low and high."""
    if not isinstance(record, Evidence) or not record.main:
        return []
    value = getattr(record, record.main)
    low, high = record.low, record.high
    if low is not None and high is not None and low > high:
        return [
            Fault(
                table.file,
                record.row,
                "low",
                str(row.get("low", "")),
                _("is above high"),
                _("low <= value <= high must hold, all in the same unit"),
            )
        ]
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


def _settings(given: dict[str, Any], context: _Context, faults: list[Fault]) -> Settings:
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(str(part) for part in problem["loc"])
            raw = problem["input"]
            shown = str(raw)[:60] if isinstance(raw, str | int | float) else ""
            if problem["type"] == "extra_forbidden":
                known = _settings_of(problem["loc"][:-1])
                text = _("is not a setting")
                mend = closest(str(problem["loc"][-1])[:60], known) or ", ".join(known)
            elif problem["type"] == "missing":
                text, mend, shown = _("is missing"), _("every section of its kind needs it"), ""
            else:
                text, mend = said(problem, shown)
            faults.append(Fault("study.toml", 0, place, shown, text, mend))
        return Settings()
    for column, names, table in (
        ("switch_on", settings.switch_on, "projects"),
        ("switch_off", settings.switch_off, "projects"),
        ("chains.barred", settings.chains.barred, "chains"),
        ("futures.together", joined.from_iterable(settings.futures.together), "resources"),
    ):
        for name in () if table in context.unread else names:
            if name not in context.keys[table]:
                text = _("is not in {files}").format(files=f"{table}.csv")
                mend = closest(name, context.keys[table])
                faults.append(Fault("study.toml", 0, column, name, text, mend))
    return settings


def _settings_of(path: tuple[int | str, ...]) -> list[str]:
    """Names that may stand in a section of study.toml."""
    section: Any = Settings
    for part in path:
        if isinstance(part, int):
            section = get_args(section)[0]
        else:
            section = section.model_fields[part].annotation
    return list(section.model_fields)


def _digest(raw: RawDataset) -> str:
    """SHA-256 of what was read, changes included, whatever the order of files."""
    content = json.dumps(
        {"rows": raw.rows, "settings": raw.settings},
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(content.encode()).hexdigest()
