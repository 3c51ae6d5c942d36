"""Several datasets as one region: what they share stands once, what is a park's own stays its own.

Resources, carriers, substitutes and what else describes the world must agree. An id that stands in
two datasets for things of their own (a project of one type in both parks, a recipe that a park has
changed) is written `id@dataset` in the later one. A market or chain of no park in particular is
one of the parks of its dataset; budgets are summed. Rows that speak of two datasets (a heat main
between them) stand in a folder `with_NAME` of one of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, Fault, UsageError
from symbiosis.domain.fields import Evidence, Row, references
from symbiosis.inputs.changes import apply_changes
from symbiosis.inputs.consistency.ends import Ends, ends_of
from symbiosis.inputs.consistency.quality import ends_of_owner
from symbiosis.inputs.reader import dataset_from_raw
from symbiosis.inputs.tables import TABLES, RawDataset, Table, read_raw, read_tables
from symbiosis.locale import _

OF_A_RECIPE = (
    "recipes",
    "recipe_flows",
    "thermal_streams",
    "qualities",
    "standard_uses",
    "pools",
)
NOT_RENAMED = ("resources", "carriers", "properties", "standards", "parks", "enterprises")
MERGED_SETTINGS = (
    ("name",),
    ("title_zh",),
    ("title_en",),
    ("money", "budget"),
    ("chains", "barred"),
    ("switch_on",),
    ("switch_off",),
    ("futures", "together"),
)

Renames = dict[str, dict[str, str]]  # table -> id -> new id


def read_study(folders: Sequence[Path], changes: tuple[str, ...] = ()) -> Dataset:
    """The dataset in the one folder, or those in several as one region, with changes applied.

    Raises:
        DatasetError: with every fault of every file, and everything in which datasets disagree.
        UsageError: if two datasets have the same name, or a change names what is not there.
    """
    raws = [read_raw(folder) for folder in folders]
    if len(raws) == 1:
        apply_changes(raws[0], changes)
        return dataset_from_raw(raws[0])
    datasets = _each_by_itself(raws)
    names = [dataset.name for dataset in datasets]
    if len(set(names)) < len(names):
        raise UsageError(
            _("two datasets are named '{name}'; a region needs different ones").format(
                name=next(name for name in names if names.count(name) > 1)
            )
        )
    changed = {change.partition("=")[0].strip().removeprefix("study.") for change in changes}
    region = _Region(datasets, changed)
    for number, (folder, raw) in enumerate(zip(folders, raws, strict=True)):
        region.add(number, raw, [_rows_between(folder, name) for name in names])
    if region.faults:
        raise DatasetError(region.raw.name, region.faults)
    apply_changes(region.raw, changes)
    try:
        merged = dataset_from_raw(region.raw)
    except DatasetError as error:
        located = [fault.at(region.origins) for fault in error.faults]
        raise DatasetError(region.raw.name, located) from None
    return replace(merged, origins=region.origins, parts=tuple(datasets))


def _each_by_itself(raws: Sequence[RawDataset]) -> list[Dataset]:
    """Every dataset alone; all their faults at once."""
    datasets, faults = [], []
    for raw in raws:
        try:
            datasets.append(dataset_from_raw(raw))
        except DatasetError as error:
            faults += [replace(f, file=f"{raw.name}/{f.file}") for f in error.faults]
    if faults:
        raise DatasetError("+".join(raw.name for raw in raws), faults)
    return datasets


def _rows_between(folder: Path, other: str) -> RawDataset | None:
    """Rows of `folder` that hold when `other` is planned with it."""
    between = folder / f"with_{other}"
    return read_tables(between) if between.is_dir() else None


class _Region:
    """The merged rows, and everything in which the datasets disagree."""

    def __init__(self, datasets: Sequence[Dataset], changed: set[str]) -> None:
        self.datasets = datasets
        self.renames = [_renames(datasets, n) for n in range(len(datasets))]
        self.raw = RawDataset("+".join(dataset.name for dataset in datasets))
        self.origins: dict[tuple[str, int], tuple[str, int]] = {}
        self.faults: list[Fault] = []
        self.kept: dict[tuple[str, str], tuple[Row, str]] = {}  # table, key -> record, dataset
        self.raw.settings = self._settings(changed)

    def add(self, number: int, raw: RawDataset, between: Sequence[RawDataset | None]) -> None:
        """Add the rows of a dataset, and those between it and others."""
        dataset, renames = self.datasets[number], self.renames[number]
        ends = ends_of(dataset)
        for table in TABLES.values():
            records = {record.row: record for record in getattr(dataset, table.name)}
            for row in raw.rows.get(table.name, []):
                for of_park in _of_the_parks(table, row, dataset, ends):
                    cells = _renamed(table, of_park, renames)
                    if self._is_new(table, cells, records[row["row"]], dataset.name):
                        self._append(table, cells, f"{dataset.name}/{table.file}")
        for other, rows in zip(self.datasets, between, strict=True):
            if rows is None:
                continue
            folder = f"{dataset.name}/with_{other.name}"
            self.faults += [replace(f, file=f"{folder}/{f.file}") for f in rows.faults]
            for name, members in rows.rows.items():
                for row in members:
                    cells = _renamed(TABLES[name], row, renames)
                    self._append(TABLES[name], cells, f"{folder}/{TABLES[name].file}")

    def _append(self, table: Table, cells: dict[str, Any], file: str) -> None:
        rows = self.raw.rows.setdefault(table.name, [])
        self.origins[table.file, len(rows) + 2] = file, cells["row"]
        rows.append({**cells, "row": len(rows) + 2})

    def _is_new(self, table: Table, cells: dict[str, Any], record: Row, dataset: str) -> bool:
        """Whether no dataset before has the row; a fault if it has another one."""
        key = "/".join(str(cells.get(column, "")) for column in table.key)
        first, owner = self.kept.setdefault((table.name, key), (record, dataset))
        if first is record:
            return True
        if table.name == "enterprises":
            self.faults.append(
                Fault(
                    f"{dataset}/{table.file}",
                    record.row,
                    table.key[0],
                    key,
                    _("stands in {dataset} too").format(dataset=owner),
                    _("an enterprise belongs to one dataset of a region"),
                )
            )
        for column in sorted(_differences(first, record)):
            self.faults.append(
                Fault(
                    f"{dataset}/{table.file}",
                    record.row,
                    column,
                    str(getattr(record, column))[:60],
                    _("is {other} in {dataset}").format(
                        other=str(getattr(first, column))[:60] or "-", dataset=owner
                    ),
                    _("what parks of a region share must agree; mend one of the two"),
                )
            )
        return False

    def _settings(self, changed: set[str]) -> dict[str, Any]:
        """Settings of the region: merged where that has a meaning, else they must agree."""
        first, *others = self.datasets
        settings: dict[str, Any] = first.settings.model_dump(mode="json")
        for other in others:
            for path, value in _leaves(other.settings.model_dump(mode="json")):
                mine = settings
                for part in path:
                    mine = mine[part]
                if path in MERGED_SETTINGS or ".".join(path) in changed or mine == value:
                    continue
                name = ".".join(path)
                self.faults.append(
                    Fault(
                        f"{other.name}/study.toml",
                        0,
                        name,
                        str(value)[:60],
                        _("is {other} in {dataset}").format(
                            other=str(mine)[:60], dataset=first.name
                        ),
                        _("make them equal, or say --set study.{name}=...").format(name=name),
                    )
                )
        settings["name"] = self.raw.name
        for title in ("title_zh", "title_en"):
            said = [getattr(dataset.settings, title) or dataset.name for dataset in self.datasets]
            settings[title] = " + ".join(said)
        budgets = [dataset.settings.money.budget for dataset in self.datasets]
        given = [budget for budget in budgets if budget is not None]
        settings["money"]["budget"] = sum(given) if len(given) == len(budgets) else None
        settings["chains"]["barred"] = self._united("chains", lambda s: s.chains.barred)
        settings["switch_on"] = self._united("projects", lambda s: s.switch_on)
        settings["switch_off"] = self._united("projects", lambda s: s.switch_off)
        settings["futures"]["together"] = [
            list(group) for dataset in self.datasets for group in dataset.settings.futures.together
        ]
        return settings

    def _united(self, table: str, words: Any) -> list[str]:
        return [
            renames[table].get(word, word)
            for dataset, renames in zip(self.datasets, self.renames, strict=True)
            for word in words(dataset.settings)
        ]


def _leaves(
    settings: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _renames(datasets: Sequence[Dataset], number: int) -> Renames:
    """New ids of what dataset `number` has of its own though an earlier one has the same id."""
    dataset, earlier = datasets[number], datasets[:number]
    found: Renames = {name: {} for name in TABLES}
    for table in TABLES.values():
        if len(table.key) > 1 or table.name in NOT_RENAMED:
            continue
        for record in getattr(dataset, table.name):
            name = str(getattr(record, table.key[0]))
            for other in earlier:
                if name in _ids(other, table) and not _is_shared(
                    table, record, name, dataset, other
                ):
                    found[table.name][name] = f"{name}@{dataset.name}"
    return found


def _ids(dataset: Dataset, table: Table) -> set[str]:
    return {getattr(record, table.key[0]) for record in getattr(dataset, table.name)}


def _is_shared(table: Table, record: Row, name: str, dataset: Dataset, other: Dataset) -> bool:
    """Whether both datasets mean the same: a recipe with all its rows, or one of these."""
    recipe = name if table.name == "recipes" else getattr(record, "recipe_id", "")
    if table.name not in OF_A_RECIPE or not recipe:
        return False
    return _recipe_rows(dataset, recipe) == _recipe_rows(other, recipe)


def _recipe_rows(dataset: Dataset, recipe: str) -> list[tuple[str, str]]:
    """Everything said of a recipe, where the numbers come from left out."""
    rows = []
    for name in OF_A_RECIPE:
        columns = [
            c for c, refers in references(TABLES[name].record).items() if "recipes" in refers.tables
        ]
        columns += ["recipe_id"] if name == "recipes" else []
        for record in getattr(dataset, name):
            if any(getattr(record, column) == recipe for column in columns):
                rows.append((name, str(_content(record))))
    return sorted(rows)


def _content(record: Row) -> dict[str, Any]:
    return {
        column: value
        for column, value in record.model_dump().items()
        if column not in Evidence.model_fields and column not in ("row", "note")
    }


def _differences(first: Row, second: Row) -> set[str]:
    one, other = _content(first), _content(second)
    return {column for column in one if one[column] != other[column]}


def _of_the_parks(
    table: Table, row: dict[str, Any], dataset: Dataset, ends: Ends
) -> Iterator[dict[str, Any]]:
    """A market, chain or quality of no park is one of all parks of its dataset.

    A quality only of those that give or take the resource.
    """
    parks = [park.park_id for park in dataset.parks]
    if table.name in ("markets", "chains"):
        named = row.get("enterprise_id") or row.get("park_ids")
        yield row if named else {**row, "park_ids": ";".join(parks)}
    elif table.name in ("qualities", "standard_uses") and not row.get("owner_id"):
        rows = getattr(dataset, table.name)
        there = {tuple(getattr(other, column) for column in table.key) for other in rows}
        supply = row.get("direction") == "supply"
        for park in parks:
            own = {**row, "owner_id": park}
            gives, takes = ends_of_owner(dataset, ends, park)
            has = row["resource_id"] in gives if supply else ends.serves(row["resource_id"], takes)
            if has and tuple(own.get(column, "") for column in table.key) not in there:
                yield own  # a park's own row stands before that of all
    else:
        yield row


def _renamed(table: Table, row: dict[str, Any], renames: Renames) -> dict[str, Any]:
    cells = dict(row)
    names = {column: refers.tables for column, refers in references(table.record).items()}
    if len(table.key) == 1:
        names[table.key[0]] = (table.name,)
    for column, tables in names.items():
        if column not in cells:
            continue
        new: dict[str, str] = {}
        for name in tables:
            new |= renames[name]
        parts = [part.strip() for part in re.split("[;；]", str(cells[column]))]
        cells[column] = ";".join(new.get(part, part) for part in parts)
    return cells
