"""The tables of a plan as typed rows, whether they come from memory or from CSV files.

Empty cells may have become unknown numbers, and ids that look like numbers numbers. A cell that
cannot be read, a key that stands twice and a name the dataset does not have are breaches; rows with
such a name are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from symbiosis.domain.settings import ALL_YEAR
from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.tally import Tally


class ChainRow(NamedTuple):
    """A chain and whether it is prioritised and closed."""

    chain_id: str
    prioritised: bool
    closed: bool


class ProjectRow(NamedTuple):
    """A project built at a place in a period."""

    place_id: str
    project_id: str
    kind: str
    park_id: str
    period: str
    size: float
    utilisation: float
    capital_cost: float
    running_cost: float
    land: float
    labour: float


class UnitRow(NamedTuple):
    """Activity of a unit in a year."""

    unit_id: str
    actor: str
    recipe: str
    period: str
    today: float
    plan: float


class StreamRow(NamedTuple):
    """Amount of a supply or need in a year."""

    stream_id: str
    actor: str
    resource: str
    direction: str
    period: str
    today: float
    plan: float


class ExchangeRow(NamedTuple):
    """Amount sent from a donor to a receiver in a year."""

    donor: str
    receiver: str
    resource: str
    serves: str
    period: str
    today: float
    plan: float
    unit: str
    yields: float
    distance_km: float
    carrier: str
    freight: float
    link: str


class WithinRow(NamedTuple):
    """Amount an actor uses itself in a year."""

    actor: str
    resource: str
    period: str
    today: float
    plan: float


class TradeRow(NamedTuple):
    """Amount bought, sold or disposed of in a year."""

    actor: str
    resource: str
    action: str
    period: str
    today: float
    plan: float
    unit: str
    price: float


class LinkRow(NamedTuple):
    """Capacity of a link built in a period."""

    link_id: str
    resource: str
    period: str
    capacity: float
    existing: float
    capital_cost: float


class UnitPart(NamedTuple):
    """Activity of a unit in a slice."""

    unit_id: str
    period: str
    slice: str
    plan: float


class ExchangePart(NamedTuple):
    """Amount sent in a slice."""

    donor: str
    receiver: str
    resource: str
    serves: str
    period: str
    slice: str
    plan: float


class WithinPart(NamedTuple):
    """Amount an actor uses itself in a slice."""

    actor: str
    resource: str
    period: str
    slice: str
    plan: float


class TradePart(NamedTuple):
    """Amount bought, sold or disposed of in a slice."""

    actor: str
    resource: str
    action: str
    period: str
    slice: str
    plan: float


class QualityRow(NamedTuple):
    """A mixture in a slice: what arrives for a need, or the used resource of a fixed load."""

    actor: str
    resource: str
    serves: str
    direction: str
    property: str
    period: str
    slice: str
    amount: float
    unknown: float
    value: float
    least: float
    most: float
    load: float


class WaterLeftRow(NamedTuple):
    """Used water that no use takes, a year."""

    actor: str
    resource: str
    outlet: str
    period: str
    today: float
    plan: float
    reason: str
    detail: str


class WaterLoadRow(NamedTuple):
    """What goes to rivers of a property, a year."""

    property: str
    unit: str
    period: str
    today: float
    plan: float


class HeatRow(NamedTuple):
    """Heat of an interval of a zone in a slice, temperatures shifted."""

    zone: str
    period: str
    slice: str
    high: float
    low: float
    hot: float
    cold: float
    brought: float
    entering: float
    leaving: float


class LevelRow(NamedTuple):
    """Heat of a band of temperatures of a zone in a slice."""

    zone: str
    period: str
    slice: str
    high: float
    low: float
    available: float
    used: float
    brought: float
    passed: float
    rejected: float


class RejectedRow(NamedTuple):
    """Heat of a band of a zone that is thrown away for a reason in a slice."""

    zone: str
    period: str
    slice: str
    high: float
    low: float
    reason: str
    heat: float


class ExergyRow(NamedTuple):
    """Exergy of a zone in a slice."""

    zone: str
    period: str
    slice: str
    given: float
    from_machines: float
    utility: float
    brought: float
    taken: float
    to_machines: float
    rejected: float
    destroyed: float


class HeatMachineRow(NamedTuple):
    """Energy and exergy of a heat machine in a slice."""

    unit_id: str
    recipe: str
    period: str
    slice: str
    heat_taken: float
    carriers_taken: float
    power_taken: float
    heat_given: float
    carriers_given: float
    power_given: float
    loss: float
    exergy_taken: float
    exergy_given: float
    destroyed: float


class HeatWayRow(NamedTuple):
    """A carrier on its way in a slice."""

    donor: str
    receiver: str
    resource: str
    serves: str
    period: str
    slice: str
    sent: float
    received: float
    destroyed: float


class HeatLinkRow(NamedTuple):
    """Heat on a direct link in a year."""

    link_id: str
    period: str
    sent: float
    received: float
    full_load: float
    capital_cost: float


class IndicatorRow(NamedTuple):
    """An indicator of a year."""

    name: str
    period: str
    today: float
    plan: float


class LimitRow(NamedTuple):
    """A condition with its room."""

    name: str
    subject: str
    period: str
    value: float
    limit: float
    slack: float


class MoneyRow(NamedTuple):
    """A line of the ledger."""

    item: str
    actor: str
    resource: str
    period: str
    today: float
    plan: float
    change: float


@dataclass(frozen=True)
class Tables:
    """Every table of a plan."""

    chains: list[ChainRow]
    projects: list[ProjectRow]
    units: list[UnitRow]
    streams: list[StreamRow]
    exchanges: list[ExchangeRow]
    within: list[WithinRow]
    trades: list[TradeRow]
    units_by_slice: list[UnitPart]
    exchanges_by_slice: list[ExchangePart]
    within_by_slice: list[WithinPart]
    trades_by_slice: list[TradePart]
    links: list[LinkRow]
    quality: list[QualityRow]
    water_left: list[WaterLeftRow]
    water_loads: list[WaterLoadRow]
    heat: list[HeatRow]
    heat_links: list[HeatLinkRow]
    heat_levels: list[LevelRow]
    heat_rejected: list[RejectedRow]
    exergy: list[ExergyRow]
    heat_machines: list[HeatMachineRow]
    heat_ways: list[HeatWayRow]
    indicators: list[IndicatorRow]
    limits: list[LimitRow]
    money: list[MoneyRow]


KEYS: dict[str, tuple[str, ...]] = {
    "chains": ("chain_id",),
    "projects": (),  # twice built is a check of its own
    "units": ("unit_id", "period"),
    "streams": ("stream_id", "period"),
    "exchanges": ("donor", "receiver", "resource", "serves", "period"),
    "within": ("actor", "resource", "period"),
    "trades": ("actor", "resource", "action", "period"),
    "units_by_slice": ("unit_id", "period", "slice"),
    "exchanges_by_slice": ("donor", "receiver", "resource", "serves", "period", "slice"),
    "within_by_slice": ("actor", "resource", "period", "slice"),
    "trades_by_slice": ("actor", "resource", "action", "period", "slice"),
    "links": ("link_id", "period"),
    "quality": ("actor", "resource", "serves", "direction", "property", "period", "slice"),
    "water_left": ("actor", "resource", "outlet", "period"),
    "water_loads": ("property", "period"),
    "heat": (),  # that intervals follow one another is a check of its own
    "heat_links": ("link_id", "period"),
    "heat_levels": ("zone", "period", "slice", "high"),
    "heat_rejected": ("zone", "period", "slice", "high", "reason"),
    "exergy": ("zone", "period", "slice"),
    "heat_machines": ("unit_id", "period", "slice"),
    "heat_ways": ("donor", "receiver", "resource", "serves", "period", "slice"),
    "indicators": ("name", "period"),
    "limits": ("name", "subject", "period"),
    "money": (),
}
MAY_BE_UNKNOWN = {
    ("exchanges", "distance_km"),  # of a declared link between places without coordinates
    # where the temperatures of a carrier are not known
    *(("heat_machines", column) for column in ("exergy_taken", "exergy_given", "destroyed")),
    *(("quality", column) for column in ("value", "least", "most", "load")),  # where there is none
}
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
