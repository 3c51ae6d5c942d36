"""Every kind of broken input is answered with file, row, column, what is wrong and how to mend it.

Each case breaks a good copy of the template in one way and names every fault that must come, in
full: a fault too many (an echo of the first one) fails as well as one too few.
"""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from symbiosis.domain.errors import DatasetError, UsageError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import TABLES

Change = Callable[[Path], int]


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(datasets_folder() / "template", tmp_path / "mypark"))


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


NUMBER = "write a number such as 12.5 or 1,200"
WITH_UNIT = f"{NUMBER}; a unit stands in its own column or after it"

CASES = [
    # --- cells
    Case(
        "a word where a number is meant",
        cell("streams", "surplus_steam", amount="viel"),
        (f"streams.csv, row {{row}}, column amount: 'viel': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "a decimal comma is not read as a thousands comma",  # 1,5 would become 15
        cell("markets", "fresh_water/buy", price="5,8"),
        (f"markets.csv, row {{row}}, column price: '5,8': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "a decimal comma in a plain number",
        cell("projects", "ash_blocks", scale_exponent="0,7"),
        (f"projects.csv, row {{row}}, column scale_exponent: '0,7': is not a number; {NUMBER}",),
    ),
    Case(
        "a range where one number is meant",
        cell("recipe_flows", "coal_power/coal/in", coefficient="400-460"),
        (
            "recipe_flows.csv, row {row}, column coefficient: '400-460': is not a number; "
            + WITH_UNIT,
        ),
    ),
    Case(
        "nan",
        cell("streams", "brick_drying", amount="nan"),
        (f"streams.csv, row {{row}}, column amount: 'nan': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "inf in a plain number",
        cell("projects", "ash_blocks", labour="inf"),
        (f"projects.csv, row {{row}}, column labour: 'inf': is not a number; {NUMBER}",),
    ),
    Case(
        "a number that overflows",
        cell("streams", "brick_drying", amount="1e400"),
        (
            "streams.csv, row {row}, column amount: '1e400': is too large to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a huge number",
        cell("projects", "biogas_station", capital_cost="1e30"),
        (
            "projects.csv, row {row}, column capital_cost: '1e30': is too large to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a number near nothing",
        cell("substitutes", "biogas/natural_gas", ratio="1e-200", low="", high=""),
        (
            "substitutes.csv, row {row}, column ratio: '1e-200': is too small to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a need written as a negative amount",
        cell("streams", "brick_drying", amount="-1.5"),
        (
            "streams.csv, row {row}, column amount: '-1.5': must be >= 0; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a share above one",
        cell("units", "brick_kiln", utilisation="75"),
        (
            "units.csv, row {row}, column utilisation: '75': must be <= 1; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a latitude beyond the pole",
        cell("parks", "qingshi", lat="385"),
        (
            "parks.csv, row {row}, column lat: '385': must be <= 90; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a year with a fraction",
        cell("parks", "qingshi", year="2020.5"),
        (
            "parks.csv, row {row}, column year: '2020.5': is not a whole number; "
            "write a whole number",
        ),
    ),
    Case(
        "an error of Excel in a number",
        cell("markets", "cement/buy", price="#REF!"),
        (
            "markets.csv, row {row}, column price: '#REF!': is an error of the spreadsheet; "
            "mend the formula or widen the column there, then save again",
            "markets.csv, row {row}, column price: is empty; every row needs it",
        ),
    ),
    Case(
        "an error of Excel in a name",  # it would be shown as the enterprise's name
        cell("enterprises", "dairy", name_zh="#N/A"),
        (
            "enterprises.csv, row {row}, column name_zh: '#N/A': is an error of the spreadsheet; "
            "mend the formula or widen the column there, then save again",
        ),
    ),
    Case(
        "a control character",  # no GEXF or workbook could hold it
        cell("enterprises", "dairy", name_en="Dairy\x0bworks"),
        (
            "enterprises.csv, row {row}, column name_en: 'Dairy?works': holds a control "
            "character; type the cell again",
        ),
    ),
    Case(
        "a cell of spaces where something is needed",
        cell("enterprises", "dairy", park_id="   "),
        ("enterprises.csv, row {row}, column park_id: is empty; every row needs it",),
    ),
    Case(
        "a unit that is none",
        cell("streams", "brick_drying", unit="t/fortnite"),
        (
            "streams.csv, row {row}, column unit: 't/fortnite': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a unit of something else, in its column",
        cell("units", "dairy_line", capacity_unit="MW"),
        (
            "units.csv, row {row}, column capacity_unit: 'MW': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a unit of something else, in the cell",
        cell("parks", "qingshi", land_available="300 万t"),
        (
            "parks.csv, row {row}, column land_available: '万t': is not a unit for this number; "
            "write a unit such as mu",
        ),
    ),
    Case(
        "one bad unit of three numbers is told once",
        cell("streams", "surplus_steam", unit="GJ/h"),
        (
            "streams.csv, row {row}, column unit: 'GJ/h': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a resource in an unknown unit",  # what is counted in it is not faulted as well
        cell("resources", "steam", unit="barrow"),
        (
            "resources.csv, row {row}, column unit: 'barrow': is not a known unit; "
            "write a unit such as t, m3, MWh, GJ, 1000 m3",
        ),
    ),
    Case(
        "a word that is not one of the choices",
        cell("resources", "clay", kind="materail"),
        (
            "resources.csv, row {row}, column kind: 'materail': is not one of material, energy, "
            "water; closest is 'material'",
        ),
    ),
    Case(
        "neither yes nor no",
        cell("resources", "clay", virgin="maybe"),
        ("resources.csv, row {row}, column virgin: 'maybe': is neither yes nor no; write 1 or 0",),
    ),
    Case(
        "a sign a key cannot hold",
        new_row("properties", property_id="a:b"),
        (
            "properties.csv, row {row}, column property_id: 'a:b': cannot be a key; "
            "leave out the signs ; : , ' \" < > and line breaks",
        ),
    ),
    Case(
        "the number outside its own range",
        cell("parks", "qingshi", low="400"),
        (
            "parks.csv, row {row}, column low: '400': 'land_available' lies outside its own "
            "range; low <= value <= high must hold, all in the same unit",
        ),
    ),
    Case(
        "low above high",
        cell("parks", "qingshi", low="400", high="200"),
        (
            "parks.csv, row {row}, column low: '400': is above high; "
            "low <= value <= high must hold, all in the same unit",
        ),
    ),
    # --- references
    Case(
        "an enterprise that is not there",
        cell("streams", "brick_drying", enterprise_id="brick_work"),
        (
            "streams.csv, row {row}, column enterprise_id: 'brick_work': is not in "
            "enterprises.csv; closest is 'brick_works'",
        ),
    ),
    Case(
        "a resource that is not there, nothing near it",
        cell("markets", "lime/buy", resource_id="xyz9"),
        (
            "markets.csv, row {row}, column resource_id: 'xyz9': is not in resources.csv; "
            "add it there, or mend the name",
        ),
    ),
    Case(
        "one recipe of several",
        cell("chain_stages", "ash_chain/bricks", recipes="fired_brick;ash_blok"),
        (
            "chain_stages.csv, row {row}, column recipes: 'ash_blok': is not in recipes.csv; "
            "closest is 'ash_block'",
        ),
    ),
    Case(
        "two ends in one cell",  # each is known, but together they are no place
        cell("links", "sewer_1", from_id="dairy;brick_works"),
        (
            "links.csv, row {row}, column from_id: 'dairy;brick_works': cannot be a key; "
            "leave out the signs ; : , ' \" < > and line breaks",
        ),
    ),
    Case(
        "a key twice",
        new_row("enterprises", enterprise_id="dairy", park_id="qingshi"),
        (
            "enterprises.csv, row {row}, column enterprise_id: 'dairy': stands already in row 4; "
            "keep one of the two rows",
        ),
    ),
    Case(
        "a key of several columns twice",
        new_row("markets", resource_id="coal", action="buy", price="1"),
        (
            "markets.csv, row {row}, column resource_id: 'coal buy': stands already in row 2; "
            "keep one of the two rows",
        ),
    ),
    # --- headers
    Case(
        "a column misspelt",
        header("streams", "amount", "amuont"),
        (
            "streams.csv, row 1, column amount: the column is missing; every row needs it",
            "streams.csv, row 1, column amuont: is not a column of this table; closest is 'amount'",
        ),
    ),
    Case(
        "an optional column misspelt",  # its cells would be lost in silence
        header("streams", "most_amount", "max_amount"),
        (
            "streams.csv, row 1, column max_amount: is not a column of this table; "
            "closest is 'most_amount'",
        ),
    ),
    Case(
        "a column twice",
        header("streams", "state", "unit"),
        ("streams.csv, row 1, column unit: stands twice in the header; keep one of them",),
    ),
    Case(
        "a column without a name",
        header("streams", "state", ""),
        ("streams.csv, row 2: 'steam': stands in a column without a name; name it",),
    ),
    Case(
        "the key column is missing: what names its rows is not faulted",
        header("parks", "park_id", "note_id"),
        (
            "parks.csv, row 1, column note_id: is not a column of this table; closest is 'note'",
            "parks.csv, row 1, column park_id: the column is missing; every row needs it",
        ),
    ),
    # --- files
    Case(
        "a needed table is missing",
        without("resources.csv"),
        ("resources.csv: is missing; every dataset has this table",),
    ),
    Case(
        "a needed table has a header only",
        content("parks.csv", lambda text: text.splitlines(keepends=True)[0]),
        ("parks.csv: has no rows; every dataset needs at least one",),
    ),
    Case(
        "an empty file",
        content("recipes.csv", lambda text: b""),
        (
            "recipes.csv, row 1: has no header row; recipe_id, name_zh, name_en, "
            "reference_resource, ...",
        ),
    ),
    Case(
        "study.toml is missing",
        without("study.toml"),
        ("study.toml: is missing; an empty file takes all defaults",),
    ),
    Case(
        "a table of another name",
        content("stream.csv", lambda text: b"a,b\n1,2\n"),
        (
            "stream.csv: is not a table of a dataset and would not be read; "
            "closest is 'streams.csv'",
        ),
    ),
    Case(
        "a workbook renamed to .csv",
        content("links.csv", lambda text: b"PK\x03\x04\x14\x00\x06\x00\x08\x00"),
        ("links.csv: is not a text file; save it as CSV UTF-8",),
    ),
    Case(
        "UTF-16, as Excel's Unicode text",
        content("links.csv", lambda text: text.decode("utf-8-sig").encode("utf-16")),
        ("links.csv: is not a text file; save it as CSV UTF-8",),
    ),
    Case(
        "semicolons instead of commas",
        content("properties.csv", lambda text: text.replace(b",", b";")),
        ("properties.csv, row 1: the columns are parted by ;; save it as CSV with commas, UTF-8",),
    ),
    Case(
        "tabs instead of commas",
        content("properties.csv", lambda text: text.replace(b",", b"\t")),
        (
            "properties.csv, row 1: the columns are parted by tabs; "
            "save it as CSV with commas, UTF-8",
        ),
    ),
    Case(
        "a quotation mark that is never closed",  # it would swallow the rows below
        content("properties.csv", lambda text: text.replace(b"loi,", b'"loi,')),
        (
            "properties.csv, row 3: the row cannot be read: unexpected end of data; "
            "check its quotation marks, save it as CSV UTF-8",
        ),
    ),
    Case(
        "a comma in a cell without quotation marks",
        content("properties.csv", lambda text: text.replace(b"loi,", b"loi,a,b,c,")),
        (
            "properties.csv, row 3: 'loss on ignition': the row has more cells than the header; "
            "put quotation marks around a cell that holds a comma",
        ),
    ),
    # --- study.toml
    Case(
        "TOML that is none",
        study('objective = "npv"', 'objective "npv"'),
        (
            "study.toml: Expected '=' after a key in a key/value pair (at line 10, column 11); "
            "mend the file's TOML form",
        ),
    ),
    Case(
        "a setting misspelt",
        study("discount_rate", "discount_rat"),
        (
            "study.toml, column money.discount_rat: '0.08': is not a setting; "
            "closest is 'discount_rate'",
        ),
    ),
    Case(
        "a section misspelt",
        study("[solver]", "[solvers]"),
        ("study.toml, column solvers: is not a setting; closest is 'solver'",),
    ),
    Case(
        "a setting misspelt within a period",
        study("years = 15", "years = 15\nyeers = 3"),
        ("study.toml, column periods.0.yeers: '3': is not a setting; closest is 'years'",),
    ),
    Case(
        "a period without years",
        study("years = 15", ""),
        ("study.toml, column periods.0.years: is missing; every section of its kind needs it",),
    ),
    Case(
        "a rate in percent",
        study("discount_rate = 0.08", "discount_rate = 8"),
        (
            "study.toml, column money.discount_rate: '8': must be < 1; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "an objective that is none",
        study('"npv"', '"nvp"'),
        (
            "study.toml, column objective: 'nvp': is not one of npv, co2e, fresh_water, "
            "disposed, virgin, byproduct_exchanged, heat_links; closest is 'npv'",
        ),
    ),
    Case(
        "money with a decimal comma",  # 0,8 would become 8
        study("0.9 亿元", "0,9 亿元"),
        (
            "study.toml, column money.budget: '0,9 亿元': is not an amount of money; "
            "write e.g. 0.5 亿元",
        ),
    ),
    Case(
        "money in tonnes",
        study("0.9 亿元", "0.9 万t"),
        (
            "study.toml, column money.budget: '0.9 万t': is not in a unit of money; "
            "write 万元, 亿元 or 元",
        ),
    ),
    Case(
        "a year of 8000 hours",
        study("hours = 8760", "hours = 8000"),
        ("study.toml: the hours of [[slices]] sum to 8000; a year has 8760",),
    ),
    Case(
        "more chains at least than at most",
        study("at_least = 1", "at_least = 2"),
        ("study.toml, column chains: at_least is above at_most",),
    ),
    Case(
        "a whole number that is none",
        study("at_most = 1 ", "at_most = 1.5"),
        ("study.toml, column chains.at_most: '1.5': is not a whole number; write a whole number",),
    ),
    Case(
        "a section that is a number",
        study("[policy]\nleast_utilisation = 0.7", "[[policy]]"),
        (
            "study.toml, column policy: is not a section; "
            "write a section such as [money] with its settings below",
        ),
    ),
    Case(
        "a barred chain and a project that are not there",
        both(
            study("barred = []", 'barred = ["ash_chian"]'),
            study("switch_off = []", 'switch_off = ["water_sation"]'),
        ),
        (
            "study.toml, column chains.barred: 'ash_chian': is not in chains.csv; "
            "closest is 'ash_chain'",
            "study.toml, column switch_off: 'water_sation': is not in projects.csv; "
            "closest is 'water_station'",
        ),
    ),
    # --- rows that contradict each other (each kind: test_consistency.py)
    Case(
        "an offered project loses its unit and its place",
        both(
            without_row("project_units", "ash_blocks/ash_block"),
            without_row("project_places", "ash_blocks_plot"),
        ),
        (
            "projects.csv, row 2, column project_id: 'ash_blocks': has no place; "
            "add a row to project_places.csv, or write available = 0",
            "projects.csv, row 2, column project_id: 'ash_blocks': has no unit; "
            "add a row to project_units.csv, or write available = 0",
            "qualities.csv, row 7, column resource_id: 'fly_ash': is not taken by 'ash_blocks'; "
            "known here: -",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_told_in_full(folder, case):
    row = case.change(folder)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    expected = sorted(text.replace("{row}", str(row)) for text in case.faults)
    assert sorted(map(str, caught.value.faults)) == expected


def test_the_good_copy_is_read(folder):
    """Were the unbroken template faulty, every case above would prove nothing."""
    assert read_dataset(folder).enterprise["dairy"].name_en == "Qingshi dairy"


def test_all_faults_come_together(folder):
    """Six mistakes in five files, one error: nobody mends a dataset one message at a time."""
    broken = [case for case in CASES if case.name in TOGETHER]
    assert len(broken) == len(TOGETHER)
    expected = []
    for case in broken:
        row = case.change(folder)
        expected += [text.replace("{row}", str(row)) for text in case.faults]
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert sorted(map(str, caught.value.faults)) == sorted(expected)
    lines = str(caught.value).splitlines()
    assert lines[0] == "mypark cannot be used, 6 faults:"
    assert sorted(line.strip() for line in lines[1:]) == sorted(expected)


TOGETHER = {
    "a word where a number is meant",
    "a word that is not one of the choices",
    "an enterprise that is not there",
    "a share above one",
    "a table of another name",
    "a setting misspelt",
}


def test_faults_of_consistency_come_together(folder):
    """Contradictions of different kinds are gathered as well."""
    cell("units", "power_plant_1", least_utilisation="0.9", most_utilisation="0.2")(folder)
    cell("exchanges", "power_plant/brick_works/fly_ash/clay", amount="9", high="")(folder)
    study('"open"', '"open"\n')(folder)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert [fault.file for fault in caught.value.faults] == [
        "exchanges.csv",
        "exchanges.csv",
        "units.csv",
        "units.csv",
    ]


def test_a_folder_that_is_not_there(tmp_path):
    """Not a traceback of Python."""
    with pytest.raises(UsageError, match="nowhere cannot be read: No such file or directory"):
        read_dataset(tmp_path / "nowhere")


def test_a_long_cell_is_cut_in_the_message(folder):
    """A pasted page must not drown the other faults."""
    cell("streams", "brick_drying", amount="x" * 5000, enterprise_id="y" * 5000)(folder)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert len(caught.value.faults) == 2
    assert all(len(str(fault)) < 250 for fault in caught.value.faults)
