"""Whatever is done to the files, reading ends with a dataset or with a message: never a traceback.

Seeded edits of the template: cells, rows, columns, whole files, bytes. A failure names its seed, so
that `broken(folder, seed)` makes the same files again.
"""

import csv
import io
import random
import shutil
import time
from pathlib import Path

import pytest

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, Fault, UsageError
from symbiosis.domain.settings import Settings
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import dataset_from_raw, read_dataset
from symbiosis.inputs.tables import TABLES, RawDataset, read_raw

TEMPLATE = datasets_folder() / "template"
SECONDS = 8.0  # for each of the two; whatever is left over is not run
SEEDS = 600

NASTY = (
    "", " ", "\u3000", "0", "-0", "-1", "1", "1e3", "1e308", "1e400", "-1e400", "1e-320", "nan",
    "inf", "-inf", "NaN", "0x10", "1_000", "1,5", "1,000", "1,00,0", "1.2.3", "--1", "+", "-", ".",
    "e5", "５", "１２，３４５", "五", "½", "²", "10%", "110 %", "％", "35 万t/a", "3 t/h",
    "2 parsec", "1 t/0", "5 9**9**9**9", "t", "#REF!", "#N/A", "####", "=A1",
    "是", "否", "true", "maybe",
    ";", ";;", "；", "a;b", "a;a", "coal", "coal;power", "Coal", "coal ", "dairy", "ash_blocks",
    "power_plant", "qingshi", "fired_brick", "ash_chain", "in", "out", "supply", "need", "buy",
    "sell", "material", "water", "GJ", "t", "m3", "1000 m3", "degC", "万元", "元/t", "a" * 300,
    "9" * 400, "-" + "9" * 5000, "\u202e", "\ufeff", "\ud7ff", "😀", "a\nb", 'a"b', '"', "'", "\\",
    "\x00", "\x07", "\x1b[31m", "<b>", "{0}", "{row}", "%s", "%d", "../..", "NULL", "None", "1/2",
    "2020-01-01", "1900", "99999999999999999999",
)  # fmt: skip


def rows_of(path):
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\x00", "")
    try:
        return list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error:
        return [[]]


def save(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def edit_table(path, pick):
    """One random edit of a table's cells, rows or columns."""
    rows = rows_of(path)
    row = pick.randrange(len(rows))
    column = pick.randrange(max(1, len(rows[0])))
    match pick.randrange(9):
        case 0 | 1 | 2 | 3:
            if rows[row]:
                rows[row][column % len(rows[row])] = pick.choice(NASTY)
        case 4:
            del rows[row]
        case 5:
            rows.append(list(rows[row]))
        case 6:
            rows = [cells[:column] + cells[column + 1 :] for cells in rows]
        case 7:  # the header stays: the cells of two columns change places
            other = pick.randrange(max(1, len(rows[0])))
            for cells in rows[1:]:
                if max(column, other) < len(cells):
                    cells[column], cells[other] = cells[other], cells[column]
        case 8:
            rows[row].insert(column, pick.choice(NASTY))
    save(path, rows)


def edit_bytes(path, pick):
    """One random edit of a file's bytes."""
    content = bytearray(path.read_bytes())
    place = pick.randrange(len(content) + 1)
    match pick.randrange(6):
        case 0:
            content[place : place + pick.randrange(5)] = pick.randbytes(pick.randrange(5))
        case 1:
            content = content[:place]
        case 2:
            content[place:place] = pick.choice([b'"', b"\r", b"\n", b"\x00", b",", b"\xff", b"[["])
        case 3:
            content = bytearray(pick.randbytes(200))
        case 4:
            content = content.replace(b",", pick.choice([b";", b"\t", b",,", "，".encode()]))
        case 5:
            content = content[place:] + content[:place]
    path.write_bytes(bytes(content))


def edit_files(path, pick):
    """One random edit of the folder."""
    others = sorted(path.parent.iterdir())
    match pick.randrange(4):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(pick.choice(others).read_bytes())
        case 2:
            path.rename(path.with_name(pick.choice(["x.csv", "PARKS.csv", "parks.CSV", "y.toml"])))
        case 3:
            path.write_bytes(path.read_bytes().splitlines(keepends=True)[0] if path.stat().st_size
                             else b"x")  # fmt: skip


def broken(folder, seed):
    """A copy of the template with one to four random edits."""
    pick = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TEMPLATE, folder)
    for _ in range(pick.randint(1, 4)):
        files = sorted(path for path in folder.iterdir() if path.name != "README.md")
        path = pick.choice(files)
        edits = [edit_bytes] * 2 + [edit_files]
        if path.suffix == ".csv":
            edits += [edit_table] * 9
        pick.choice(edits)(path, pick)


def outcome(read):
    """`read`, `faults` or `refused`; every other exception comes through."""
    try:
        dataset = read()
    except DatasetError as error:
        assert error.faults and all(isinstance(fault, Fault) for fault in error.faults)
        assert str(error).count("\n") >= len(error.faults)
        assert all(fault.problem and fault.file for fault in error.faults)
        return "faults"
    except UsageError:
        return "refused"
    assert isinstance(dataset, Dataset)
    return "read"


def test_edited_files_never_give_a_traceback(tmp_path):
    """Also none of Python's warnings: a warning is an error here, as pytest is set."""
    start, seen = time.monotonic(), {}
    for seed in range(SEEDS):
        broken(tmp_path / "park", seed)
        try:
            kind = outcome(lambda: read_dataset(tmp_path / "park"))
        except Exception as error:
            pytest.fail(f"seed {seed}: {type(error).__name__}: {error}")
        seen[kind] = seen.get(kind, 0) + 1
        if time.monotonic() - start > SECONDS:
            break
    assert seen["read"] and seen["faults"], seen  # neither all harmless nor all fatal


def test_edited_cells_and_settings_never_give_a_traceback():
    """In memory, many more: every column of every table meets every nasty value in turn."""
    start = time.monotonic()
    base = read_raw(TEMPLATE)
    cells = [
        (table, column, value)
        for table in TABLES
        for column in TABLES[table].columns
        for value in (*NASTY, None)
    ]
    random.Random(1).shuffle(cells)
    for number, (table, column, value) in enumerate(cells):
        rows = {name: [dict(row) for row in members] for name, members in base.rows.items()}
        row = rows[table][number % len(rows[table])]
        if value is None:
            row.pop(column, None)
        else:
            row[column] = value
        raw = RawDataset("park", rows, dict(base.settings))
        try:
            outcome(lambda raw=raw: dataset_from_raw(raw))
        except Exception as error:
            pytest.fail(f"{table}.{column} = {value!r}: {type(error).__name__}: {error}")
        if time.monotonic() - start > SECONDS:
            break
    assert number > 200


def test_any_value_of_any_setting():
    """TOML holds numbers, texts, lists, dates and tables where another is meant."""
    import datetime

    base = read_raw(TEMPLATE)
    values = [
        0, -1, 1.5, 1e308, 10**400, float("nan"), float("inf"), True, "", "x", "0.5 亿元", "1,5",
        "nan", [], [1], ["x"], [[]], {}, {"x": 1}, [{}], [{"id": "a"}],
        [{"id": "a", "hours": 8760}], datetime.date(2020, 1, 1), "9" * 400, "1e400 元", "\x00",
    ]  # fmt: skip
    paths = [(name,) for name in Settings.model_fields]
    paths += [
        (name, inner)
        for name, info in Settings.model_fields.items()
        for inner in getattr(info.annotation, "model_fields", {})
    ]
    for path in [*paths, ("strange",), ("money", "strange")]:
        for value in values:
            settings = {key: dict(part) if isinstance(part, dict) else part
                        for key, part in base.settings.items()}  # fmt: skip
            inner = settings
            for part in path[:-1]:
                inner = inner.setdefault(part, {})
            inner[path[-1]] = value
            raw = RawDataset("park", {}, settings, unread=set(TABLES))
            try:
                outcome(lambda raw=raw: dataset_from_raw(raw))
            except Exception as error:
                pytest.fail(f"{path} = {value!r}: {type(error).__name__}: {error}")


def test_a_seed_makes_the_same_files(tmp_path):
    """Else a failure could not be looked at."""

    def content(folder):
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}

    for seed in (1, 2, 3):
        broken(tmp_path / "a", seed)
        broken(tmp_path / "b", seed)
        assert content(tmp_path / "a") == content(tmp_path / "b")
