"""A good copy of the template broken in one way, and every fault that must be told.

A case names the faults in full: a fault too many (an echo of the first one) fails as well as one
too few.
"""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from symbiosis.domain.errors import DatasetError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import TABLES

Change = Callable[[Path], int]


def good_copy(folder: Path) -> Path:
    """The template as a user's own dataset `mypark`."""
    return Path(shutil.copytree(datasets_folder() / "template", folder / "mypark"))


def faults_of(folder: Path) -> list[str]:
    """What is said of a dataset that cannot be read, sorted."""
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    return sorted(map(str, caught.value.faults))


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def write_rows(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def find(rows, table, key):
    """Row number, as a spreadsheet shows it, of the row with the key `a/b`."""
    places = [rows[0].index(column) for column in TABLES[table].key]
    for number, row in enumerate(rows, start=1):
        if "/".join(row[place] for place in places).rstrip("/") == key:
            return number
    raise LookupError(key)


def cell(table: str, key: str, **values: str) -> Change:
    """Put values into cells of one row; the row's number."""

    def change(folder: Path) -> int:
        path = folder / f"{table}.csv"
        rows = rows_of(path)
        number = find(rows, table, key)
        for column, value in values.items():
            rows[number - 1][rows[0].index(column)] = value
        write_rows(path, rows)
        return number

    return change


def new_row(table: str, **values: str) -> Change:
    """Write one more row at the end; its number."""

    def change(folder: Path) -> int:
        path = folder / f"{table}.csv"
        rows = rows_of(path)
        rows.append([values.get(column, "") for column in rows[0]])
        write_rows(path, rows)
        return len(rows)

    return change


def without_row(table: str, key: str) -> Change:
    def change(folder: Path) -> int:
        path = folder / f"{table}.csv"
        rows = rows_of(path)
        del rows[find(rows, table, key) - 1]
        write_rows(path, rows)
        return 0

    return change


def header(table: str, old: str, new: str) -> Change:
    """Rename a column."""

    def change(folder: Path) -> int:
        path = folder / f"{table}.csv"
        rows = rows_of(path)
        rows[0][rows[0].index(old)] = new
        write_rows(path, rows)
        return 1

    return change


def content(file: str, make: Callable[[bytes], bytes]) -> Change:
    def change(folder: Path) -> int:
        path = folder / file
        path.write_bytes(make(path.read_bytes() if path.exists() else b""))
        return 0

    return change


def without(file: str) -> Change:
    def change(folder: Path) -> int:
        (folder / file).unlink()
        return 0

    return change


def study(old: str, new: str) -> Change:
    def make(text: bytes) -> bytes:
        assert old.encode() in text
        return text.replace(old.encode(), new.encode())

    return content("study.toml", make)


def both(*changes: Change) -> Change:
    def change(folder: Path) -> int:
        return max(part(folder) for part in changes)

    return change


@dataclass(frozen=True)
class Case:
    """A change, and every fault it must give; {row} is the row changed."""

    name: str
    change: Change
    faults: tuple[str, ...]


def assert_told_in_full(folder: Path, case: Case) -> None:
    """The case's faults and no others are told of a good copy in `folder`."""
    mypark = good_copy(folder)
    row = case.change(mypark)
    assert faults_of(mypark) == sorted(text.replace("{row}", str(row)) for text in case.faults)
