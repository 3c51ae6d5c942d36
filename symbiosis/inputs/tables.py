"""The tables of a dataset folder, and their raw rows as a person typed them."""

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from symbiosis.domain import heat, places, projects, quality, resources
from symbiosis.domain.errors import Fault, UsageError
from symbiosis.domain.fields import Evidence, Row
from symbiosis.locale import _


@dataclass(frozen=True)
class Table:
    """A file of the dataset: its record, and the columns that make a row unique."""

    name: str
    record: type[Row]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @property
    def columns(self) -> list[str]:
        """Every column the table may have: its own, then those of provenance, then the note."""
        shared = [column for column in Evidence.model_fields if column not in ("row", "note")]
        known = self.record.model_fields
        own = [column for column in known if column not in Evidence.model_fields]
        return [*own, *(column for column in shared if column in known), "note"]


TABLES = {
    table.name: table
    for table in (
        Table("resources", resources.Resource, ("resource_id",)),
        Table("carriers", resources.Carrier, ("carrier_id",)),
        Table("properties", quality.Property, ("property_id",)),
        Table("parks", places.Park, ("park_id",)),
        Table("enterprises", places.Enterprise, ("enterprise_id",)),
        Table("recipes", projects.Recipe, ("recipe_id",)),
        Table("recipe_flows", projects.RecipeFlow, ("recipe_id", "resource_id", "direction")),
        Table("units", places.Unit, ("unit_id",)),
        Table("streams", places.Stream, ("stream_id",)),
        Table("projects", projects.Project, ("project_id",)),
        Table("project_sizes", projects.ProjectSize, ("project_id", "size")),
        Table("project_units", projects.ProjectUnit, ("project_id", "recipe_id")),
        Table("project_places", projects.ProjectPlace, ("place_id",)),
        Table("thermal_streams", heat.ThermalStream, ("stream_id",)),
        Table("profiles", heat.Profile, ("profile_id", "slice_id")),
        Table("heat_links", heat.HeatLink, ("link_id",)),
        Table(
            "qualities",
            quality.Quality,
            ("owner_id", "resource_id", "direction", "property_id", "slice_id"),
        ),
        Table("standards", quality.Standard, ("standard_id",)),
        Table("standard_limits", quality.StandardLimit, ("standard_id", "property_id")),
        Table(
            "standard_uses",
            quality.StandardUse,
            ("owner_id", "resource_id", "standard_id", "slice_id"),
        ),
        Table("loads", quality.Load, ("unit_id", "resource_in", "resource_out", "property_id")),
        Table("load_limits", quality.LoadLimit, ("owner_id", "resource_id", "property_id")),
        Table("pools", quality.Pool, ("recipe_id", "resource_in", "resource_out", "property_id")),
        Table("substitutes", resources.Substitute, ("from_resource", "to_resource")),
        Table("links", places.Link, ("link_id",)),
        Table(
            "exchanges",
            places.TodayExchange,
            ("donor_id", "receiver_id", "resource_id", "serves_resource_id"),
        ),
        Table(
            "markets",
            resources.Market,
            ("resource_id", "action", "enterprise_id", "park_ids"),
        ),
        Table("chains", projects.Chain, ("chain_id",)),
        Table("chain_stages", projects.ChainStage, ("chain_id", "stage_id")),
        Table(
            "chain_links",
            projects.ChainLink,
            ("chain_id", "from_stage", "to_stage", "resource_id"),
        ),
    )
}
REQUIRED = ("resources", "parks", "enterprises")


@dataclass
class RawDataset:
    """Cells of every table, before anything is checked.

    rows     table name -> rows; a row is column -> cell text, with its number under `row`
    unread   tables some of whose rows could not be read: what names them cannot be judged
    """

    name: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


def closest(word: str, known: Iterable[str]) -> str:
    """A hint at the known name nearest to `word`, empty when none is near."""
    names = list(known)
    best = process.extractOne(
        word, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60
    ) or process.extractOne(word, names, processor=str.casefold, score_cutoff=60)
    return _("closest is '{name}'").format(name=best[0]) if best else ""


def read_raw(folder: Path) -> RawDataset:
    """Every file of a dataset folder, faults of form gathered.

    Raises:
        UsageError: if there is no such folder.
    """
    raw = read_tables(folder)
    fault = _file_faults(raw)
    for name in REQUIRED:
        if name not in raw.unread and not raw.rows.get(name):
            raw.unread.add(name)
            file = TABLES[name].file
            if file in raw.files:
                fault(file, _("has no rows"), _("every dataset needs at least one"))
            else:
                fault(file, _("is missing"), _("every dataset has this table"))
    study = folder / "study.toml"
    if not study.is_file():
        fault("study.toml", _("is missing"), _("an empty file takes all defaults"))
    elif (content := _content(study, fault)) is not None:
        raw.files["study.toml"] = content
        text = _decode(content)
        try:
            if text is None:
                fault("study.toml", _("is not a text file"), _("save it as UTF-8"))
            else:
                raw.settings = tomllib.loads(text.replace("\r\n", "\n"))
        except (ValueError, RecursionError) as error:  # also of a whole number without end
            fault("study.toml", str(error), _("mend the file's TOML form"))
    return raw


def _file_faults(raw: RawDataset) -> Callable[[str, str, str], None]:
    def fault(file: str, problem: str, mend: str) -> None:
        raw.faults.append(Fault(file, 0, "", "", problem, mend))

    return fault


def read_tables(folder: Path) -> RawDataset:
    """The tables in a folder, faults of form gathered.

    Raises:
        UsageError: if there is no such folder.
    """
    raw = RawDataset(name=folder.resolve().name)
    fault = _file_faults(raw)
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(
            _("the folder {folder} cannot be read: {reason}").format(
                folder=folder, reason=error.strerror
            )
        ) from None
    for path in paths:
        table = TABLES.get(path.stem)
        is_csv = path.suffix.lower() == ".csv" and not path.name.startswith(".")
        if not is_csv or not path.is_file():
            continue
        if table is None:
            names = [known.file for known in TABLES.values()]
            fault(
                path.name,
                _("is not a table of a dataset and would not be read"),
                closest(path.name, names) or _("rename it, or move it out of the folder"),
            )
        elif table.file in raw.files:
            raw.unread.add(table.name)
            fault(path.name, _("stands twice in the folder"), _("keep one of them"))
        elif (content := _content(path, fault)) is None:
            raw.unread.add(table.name)
        else:
            raw.files[table.file] = content
            _read_table(raw, table, content)
    return raw


def _content(path: Path, fault: Callable[[str, str, str], None]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = _("cannot be read: {reason}").format(reason=error.strerror)
        fault(path.name, reason, _("close other programs that use it, check its permissions"))
        return None


def _decode(content: bytes) -> str | None:
    """Text of a file: UTF-8, or GB 18030 as Excel in China saves it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


_SPREADSHEET_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|#+)")
_NO_SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def _read_table(raw: RawDataset, table: Table, content: bytes) -> None:
    def fault(row: int, column: str, value: str, problem: str, mend: str) -> None:
        raw.faults.append(Fault(table.file, row, column, value[:60], problem, mend))

    rows = raw.rows.setdefault(table.name, [])
    text = _decode(content)
    if text is None or "\x00" in text:
        raw.unread.add(table.name)
        fault(0, "", "", _("is not a text file"), _("save it as CSV UTF-8"))
        return
    # strict: a quotation mark that is never closed would swallow the rows below it
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1  # as a spreadsheet counts: a cell with a line break stays in one row
    try:
        header = [cell.strip() for cell in next(lines, [])]
        if not any(header):
            raw.unread.add(table.name)
            fault(1, "", "", _("has no header row"), ", ".join(table.columns[:4]) + ", ...")
            return
        if table.key[0] not in header:
            raw.unread.add(table.name)
        if _header_faults(table, header, fault):
            return
        known = set(table.columns)
        nameless: set[int] = set()
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(header) :]):
                raw.unread.add(table.name)
                fault(
                    number,
                    "",
                    next(filter(str.strip, cells[len(header) :])),
                    _("the row has more cells than the header"),
                    _("put quotation marks around a cell that holds a comma"),
                )
                continue
            row: dict[str, Any] = {"row": number}
            for place, (column, cell) in enumerate(zip(header, cells, strict=False)):
                cell = cell.strip()
                if not cell:
                    continue
                if not column and place not in nameless:
                    nameless.add(place)
                    fault(number, "", cell, _("stands in a column without a name"), _("name it"))
                elif _SPREADSHEET_ERROR.fullmatch(cell):
                    fault(
                        number,
                        column,
                        cell,
                        _("is an error of the spreadsheet"),
                        _("mend the formula or widen the column there, then save again"),
                    )
                elif _NO_SIGN.search(cell):
                    fault(
                        number,
                        column,
                        _NO_SIGN.sub("?", cell),
                        _("holds a control character"),
                        _("type the cell again"),
                    )
                elif column in known and header.index(column) == place:
                    row[column] = cell
            rows.append(row)
    except csv.Error as error:
        raw.unread.add(table.name)
        fault(
            number + 1,
            "",
            "",
            _("the row cannot be read: {reason}").format(reason=error),
            _("check its quotation marks, save it as CSV UTF-8"),
        )


def _header_faults(
    table: Table, header: list[str], fault: Callable[[int, str, str, str, str], None]
) -> bool:
    """Report what is wrong with the header; true if the rows below cannot be told apart."""
    known = [column for column in header if column in table.columns]
    if not known:
        for sign, name in ((";", ";"), ("\t", _("tabs")), ("，", "，"), ("；", "；")):
            if any(sign in cell for cell in header):
                fault(
                    1,
                    "",
                    "",
                    _("the columns are parted by {sign}").format(sign=name),
                    _("save it as CSV with commas, UTF-8"),
                )
                return True
    for column in sorted({c for c in header if header.count(c) > 1 and c}):
        fault(1, column, "", _("stands twice in the header"), _("keep one of them"))
    for column in dict.fromkeys(header):
        if column and column not in table.columns:
            fault(
                1,
                column[:60],
                "",
                _("is not a column of this table"),
                closest(column[:60], table.columns) or ", ".join(table.columns),
            )
    for name, info in table.record.model_fields.items():
        if info.is_required() and name not in header:
            fault(1, name, "", _("the column is missing"), _("every row needs it"))
    return not known


def raw_from_rows(
    name: str, rows: Mapping[str, Iterable[Mapping[str, Any]]], settings: Mapping[str, Any]
) -> RawDataset:
    """A dataset written in code (cases, tests): row i of a table gets the number i + 2."""
    return RawDataset(
        name=name,
        rows={
            table: [{"row": number, **row} for number, row in enumerate(members, start=2)]
            for table, members in rows.items()
        },
        settings=dict(settings),
    )


def plain_number(text: str) -> str:
    """Full-width digits and signs as ASCII: a Chinese input method types ３５．０."""
    return unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip()
