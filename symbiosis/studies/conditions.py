"""The conditions of a study one by one: where each stands, and the study without it.

A condition is a cell (or a missing row) that narrows what a plan may do. Taking it away only widens
the choice, so conditions can be tried in any order. Balances and recipes are no conditions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.fields import Row
from symbiosis.domain.resources import Market, Resource
from symbiosis.domain.settings import Settings
from symbiosis.inputs.tables import TABLES

SETTINGS = "study"  # stands for the table of a setting
UTILITY = "utility of any kind"  # heat from or to nowhere, where a study names none
DATA = frozenset(
    "stage chain_link lot substitute utilisation least_size most_size stream unit".split()
)
STRETCH = 100.0  # sizes of projects, where their limits are taken away


@dataclass(frozen=True)
class Edit:
    """Other cells in a row of a dataset, in its settings (dotted names), or a further row."""

    table: str
    position: int = -1
    cells: Mapping[str, Any] = field(default_factory=dict)
    added: Row | None = None


@dataclass(frozen=True)
class Condition:
    """A condition and where it stands.

    name      what kind of condition; `subject` what it is about
    table, row, column, value   the cell; of a setting `study`, 0, the dotted name
    free      the study without it
    change    cell that relaxes it, None where a row would have to be added
    number    its number, None where it holds or does not; `up`: relaxed upwards
    whole     the number is whole
    unit      of the number
    """

    name: str
    subject: str
    table: str
    row: int
    column: str
    value: str
    free: tuple[Edit, ...]
    change: Edit | None = None
    number: float | None = None
    up: bool = True
    whole: bool = False
    unit: str = ""

    @property
    def data(self) -> bool:
        """Whether it says how things are, rather than what is asked or limited."""
        return self.name in DATA

    @property
    def file(self) -> str:
        """The file it stands in."""
        return "study.toml" if self.table == SETTINGS else f"{self.table}.csv"

    def at(self, value: float) -> Edit:
        """The study with another number here."""
        assert self.change is not None
        (column,) = self.change.cells
        return replace(self.change, cells={column: int(value) if self.whole else value})


def edited(dataset: Dataset, edits: Iterable[Edit]) -> Dataset:
    """A dataset with other cells; the rows are not checked again."""
    tables: dict[str, list[Any]] = {}
    settings: dict[str, Any] = dataset.settings.model_dump()
    for edit in edits:
        if edit.table == SETTINGS:
            for name, value in edit.cells.items():
                *path, last = name.split(".")
                inner = settings
                for part in path:
                    inner = inner[part]
                inner[last] = value
            continue
        rows = tables.setdefault(edit.table, list(getattr(dataset, edit.table)))
        if edit.added is not None:
            rows.append(edit.added)
        else:
            rows[edit.position] = rows[edit.position].model_copy(update=dict(edit.cells))
    changed: dict[str, Any] = {name: tuple(rows) for name, rows in tables.items()}
    return replace(dataset, settings=Settings.model_validate(settings), **changed)


def set_text(dataset: Dataset, edit: Edit, unit: str = "") -> str:
    """An edit as a person writes it behind `--set`."""
    ((column, value),) = edit.cells.items()
    shown = ";".join(value) if isinstance(value, tuple) else _shown(value)
    if edit.table == SETTINGS:
        return f"{SETTINGS}.{column}={shown}"
    row = getattr(dataset, edit.table)[edit.position]
    key = "/".join(_key(getattr(row, name)) for name in TABLES[edit.table].key).rstrip("/")
    return f"{edit.table}.{key}.{column}={shown}{' ' + unit if unit else ''}"


def _key(value: Any) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def conditions_of(dataset: Dataset) -> list[Condition]:
    """Every condition of a study that can be taken away."""
    return [
        *_of_settings(dataset),
        *_of_limits(dataset),
        *_of_chains(dataset),
        *_of_ways(dataset),
        *_of_projects(dataset),
        *_of_today(dataset),
        *_missing_markets(dataset),
    ]


def _of_settings(dataset: Dataset) -> Iterator[Condition]:
    settings = dataset.settings

    def setting(name: str, value: Any, free: Any, **more: Any) -> Condition:
        shown = ";".join(value) if isinstance(value, tuple) else _shown(value)
        edit = Edit(SETTINGS, cells={name: free})
        kind = name.replace(".", "_")
        return Condition(kind, "", SETTINGS, 0, name, shown, (edit,), edit, **more)

    chains = settings.chains
    if chains.at_least:
        number = float(chains.at_least)
        yield setting("chains.at_least", chains.at_least, 0, number=number, up=False, whole=True)
    every = len(dataset.chains)
    if chains.at_most < every:
        number = float(chains.at_most)
        yield setting("chains.at_most", chains.at_most, every, number=number, whole=True)
    if chains.barred:
        yield setting("chains.barred", chains.barred, ())
    if settings.money.budget is not None:
        budget = settings.money.budget
        yield setting("money.budget", budget, None, number=budget, unit="wanyuan")
    if settings.network.matching == "declared":
        yield setting("network.matching", "declared", "open")
    if not settings.network.hazardous_across_province and any(
        r.hazardous for r in dataset.resources
    ):
        yield setting("network.hazardous_across_province", False, True)
    if settings.policy.least_utilisation:
        share = settings.policy.least_utilisation
        yield setting("policy.least_utilisation", share, 0.0, number=share, up=False)
    if settings.switch_off:
        yield setting("switch_off", settings.switch_off, ())
    if dataset.thermal_streams:
        for side, action in (("hot", "buy"), ("cold", "dispose")):
            if not getattr(settings.heat, f"{side}_utility"):
                yield _without_utility(f"heat.{side}_utility", side, action)


def _without_utility(name: str, side: str, action: str) -> Condition:
    resource = f"{side} {UTILITY}"
    free = (
        Edit(SETTINGS, cells={name: resource}),
        Edit("resources", added=Resource(resource_id=resource, kind="energy", unit="GJ")),
        Edit("markets", added=_market(resource, action)),
    )
    return Condition(name.replace(".", "_"), "", SETTINGS, 0, name, "", free)


def _market(resource: str, action: str) -> Market:
    return Market.model_validate({"resource_id": resource, "action": action, "price": 0.0})


def _cells(
    dataset: Dataset,
    table: str,
    column: str,
    name: str,
    free: Callable[[Any], Any],
    subject: Callable[[Any], str],
    *,
    holds: Callable[[Any], bool] | None = None,
    number: Callable[[Any], float] | None = None,
    up: bool = True,
    unit: Callable[[Any], str] = lambda row: "",
    shown: str = "",
) -> Iterator[Condition]:
    """A condition for every row of a table whose cell says something.

    shown   the column that is named, where it is another than the one that relaxes
    """
    for position, row in enumerate(getattr(dataset, table)):
        value = getattr(row, column)
        if not (holds(row) if holds else value is not None):
            continue
        edit = Edit(table, position, {column: free(row)})
        said = shown if shown and value is None else column
        yield Condition(
            name,
            subject(row),
            table,
            row.row,
            said,
            _shown(getattr(row, said)),
            (edit,),
            edit,
            number=number(row) if number else None,
            up=up,
            unit=unit(row),
        )


def _of_limits(dataset: Dataset) -> Iterator[Condition]:
    def per_year(row: Any) -> str:
        return f"{dataset.resource[row.resource_id].unit}/year"

    yield from _cells(
        dataset,
        "parks",
        "land_available",
        "land",
        lambda row: None,
        lambda row: row.park_id,
        number=lambda row: row.land_available,
        unit=lambda row: "mu",
    )
    yield from _cells(
        dataset,
        "markets",
        "most",
        "market",
        lambda row: None,
        lambda row: f"{row.whose}:{row.resource_id}:{row.action}",
        number=lambda row: row.most,
        unit=per_year,
    )
    yield from _cells(
        dataset,
        "links",
        "most_capacity",
        "link",
        lambda row: None,
        lambda row: row.link_id,
        number=lambda row: row.most_capacity,
        unit=per_year,
    )
    yield from _cells(
        dataset,
        "heat_links",
        "most_capacity",
        "heat_link",
        lambda row: None,
        lambda row: row.link_id,
        number=lambda row: row.most_capacity,
    )
    for column, up in (("most", True), ("least", False)):
        yield from _cells(
            dataset,
            "qualities",
            column,
            "quality",
            lambda row: None,
            lambda row: f"{row.owner_id}:{row.resource_id}:{row.property_id}",
            holds=lambda row, column=column: (  # type: ignore[misc]
                row.direction == "need" and getattr(row, column) is not None
            ),
            number=lambda row, column=column: float(getattr(row, column)),  # type: ignore[misc]
            up=up,
        )


def _of_chains(dataset: Dataset) -> Iterator[Condition]:
    yield from _cells(
        dataset,
        "chain_stages",
        "required",
        "stage",
        lambda row: False,
        lambda row: f"{row.chain_id}:{row.stage_id}",
        holds=lambda row: row.required,
    )
    yield from _cells(
        dataset,
        "chain_links",
        "least_share",
        "chain_link",
        lambda row: 0.0,
        lambda row: f"{row.chain_id}:{row.from_stage}:{row.to_stage}:{row.resource_id}",
        holds=lambda row: row.required and row.least_share > 0,
        number=lambda row: row.least_share,
        up=False,
    )


def _of_ways(dataset: Dataset) -> Iterator[Condition]:
    # where a resource goes farther by another carrier, only the reach of that one ends its ways
    last = {row.far_carrier_id or row.carrier_id for row in dataset.resources}
    yield from _cells(
        dataset,
        "carriers",
        "reach",
        "reach",
        lambda row: 1e6,
        lambda row: row.carrier_id,
        holds=lambda row: row.carrier_id in last,
        number=lambda row: row.reach,
        unit=lambda row: "km",
    )
    yield from _cells(
        dataset,
        "carriers",
        "least_lot",
        "lot",
        lambda row: 0.0,
        lambda row: row.carrier_id,
        holds=lambda row: row.least_lot > 0,
        number=lambda row: row.least_lot,
        up=False,
        unit=lambda row: f"{row.unit}/year",
    )
    yield from _cells(
        dataset,
        "substitutes",
        "max_share",
        "substitute",
        lambda row: 1.0,
        lambda row: f"{row.from_resource}:{row.to_resource}",
        holds=lambda row: row.max_share < 1,
        number=lambda row: row.max_share,
    )
    yield from _cells(
        dataset,
        "resources",
        "hazardous",
        "hazardous",
        lambda row: False,
        lambda row: row.resource_id,
        holds=lambda row: row.hazardous,
    )


def _of_projects(dataset: Dataset) -> Iterator[Condition]:
    menus = {row.project_id for row in dataset.project_sizes}

    def project(row: Any) -> str:
        return str(row.project_id)

    yield from _cells(
        dataset,
        "projects",
        "available",
        "not_offered",
        lambda row: True,
        project,
        holds=lambda row: not row.available and row.project_id not in dataset.settings.switch_on,
    )
    for table in ("projects", "project_units"):
        yield from _cells(
            dataset,
            table,
            "least_utilisation",
            "utilisation",
            lambda row: 0.0,
            project,
            holds=lambda row: bool(row.least_utilisation),
            number=lambda row: row.least_utilisation,
            up=False,
        )
    for column, up in (("least_size", False), ("most_size", True)):
        yield from _cells(
            dataset,
            "projects",
            column,
            column,
            lambda row, column=column, up=up: (  # type: ignore[misc]
                getattr(row, column) * STRETCH ** (1 if up else -1)
            ),
            project,
            holds=lambda row: row.project_id not in menus,
            number=lambda row, column=column: getattr(row, column),  # type: ignore[misc]
            up=up,
        )


def _of_today(dataset: Dataset) -> Iterator[Condition]:
    """What enterprises must go on giving, needing and making."""
    yield from _cells(
        dataset,
        "streams",
        "least_amount",
        "stream",
        lambda row: 0.0,
        lambda row: row.stream_id,
        holds=lambda row: (row.amount if row.least_amount is None else row.least_amount) > 0,
        number=lambda row: row.amount if row.least_amount is None else row.least_amount,
        up=False,
        unit=lambda row: f"{dataset.resource[row.resource_id].unit}/year",
        shown="amount",
    )
    yield from _cells(
        dataset,
        "units",
        "least_utilisation",
        "unit",
        lambda row: 0.0,
        lambda row: row.unit_id,
        holds=lambda row: (
            (row.utilisation if row.least_utilisation is None else row.least_utilisation) > 0
        ),
        number=lambda row: (
            row.utilisation if row.least_utilisation is None else row.least_utilisation
        ),
        up=False,
        shown="utilisation",
    )


def _missing_markets(dataset: Dataset) -> Iterator[Condition]:
    """Resources that somebody gives or needs and that have no market at all on this side."""
    known = {(row.resource_id, row.action == "buy") for row in dataset.markets}
    flows: dict[tuple[str, bool], None] = {}
    rows: list[BaseModel] = [*dataset.streams, *dataset.recipe_flows]
    for row in rows:
        flows[row.resource_id, row.direction in ("need", "in")] = None  # type: ignore[attr-defined]
    for resource, needed in flows:
        if (resource, needed) not in known:
            action = "buy" if needed else "dispose"
            free = (Edit("markets", added=_market(resource, action)),)
            yield Condition("no_market", f"{resource}:{action}", "markets", 0, "", "", free)
