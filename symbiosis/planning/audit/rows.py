"""The rows of a plan's tables as the audit reads them, and what makes a row unique."""

from dataclasses import dataclass
from typing import NamedTuple


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
    pumping_resource: str
    pumping: float


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
