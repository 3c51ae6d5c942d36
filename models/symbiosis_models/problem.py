"""The data of the formulations: plain records, every number in the program's units.

Amounts are per year in the resource's own unit, money is 万元, land mu. Nothing here is read from a
file or solved; `symbiosis.planning.formulate` makes a `Problem` from a dataset.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from symbiosis.domain.settings import ALL_YEAR
from symbiosis.network.heat_zones import HeatLoad
from symbiosis_models.quality_data import QualityData

NPV = "npv"
HEAT_LINKS = "heat_links"  # the measure in money


@dataclass(frozen=True)
class Period:
    """A phase of the plan.

    investment_factor   present value of 1 paid at its beginning
    annuity_factor      present value of 1 a year in each of its years
    """

    period_id: str
    investment_factor: float
    annuity_factor: float


@dataclass(frozen=True)
class UnitData:
    """A process unit: what one unit of activity gives and takes.

    least, most           activity per year of an existing unit (equal: held)
    place                 project place it belongs to, "" for an existing unit
    activity_per_size     activity per year and unit of size; at least `least_utilisation` of it
    variable_cost         万元 per unit of activity
    """

    unit_id: str
    actor: str
    recipe: str
    gives: Mapping[str, float]
    takes: Mapping[str, float]
    least: float
    most: float
    place: str = ""
    activity_per_size: float = 0.0
    least_utilisation: float = 0.0
    variable_cost: float = 0.0


@dataclass(frozen=True)
class StreamData:
    """A supply or need that belongs to no unit, per year.

    shares   slice -> share of the year's amount; empty: by the hours
    """

    stream_id: str
    actor: str
    resource: str
    direction: str
    least: float
    most: float
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class HeatLinkData:
    """A possible direct way of heat between the ends of two or more thermal streams.

    hot, cold   positions of the loads at its two ends in `heat_loads`
    most        GJ/year at full load all year
    """

    link_id: str
    hot: tuple[int, ...]
    cold: tuple[int, ...]
    loss_share: float
    fixed_cost: float
    capacity_cost: float
    most: float


@dataclass(frozen=True)
class SizeSegment:
    """A stretch of sizes whose costs are straight lines, or a single size of a menu (low = high).

    cost       capital cost at the two ends, 万元
    running    fixed operating and labour cost at the two ends, 万元/year
    """

    low: float
    high: float
    cost_low: float
    cost_high: float
    running_low: float
    running_high: float


@dataclass(frozen=True)
class PlaceData:
    """A project at one of its places; `land` is mu per unit of size."""

    place_id: str
    project: str
    park: str
    kind: str
    segments: tuple[SizeSegment, ...]
    land: float


@dataclass(frozen=True)
class CandidateData:
    """A possible exchange.

    yields   units of the need served per unit sent: substitution ratio x efficiency
    freight  万元 per unit sent
    pumping  of `pumping_resource`, needed by the donor per unit sent
    """

    index: int
    donor: str
    receiver: str
    resource: str
    serves: str
    yields: float
    max_share: float
    freight: float
    most: float
    least_lot: float
    link: str
    donor_place: str
    receiver_place: str
    pumping_resource: str = ""
    pumping: float = 0.0


@dataclass(frozen=True)
class LinkData:
    """Infrastructure between two sites; capacity per year beside what exists.

    least_share   smallest flow in a slice while it is on, share of capacity; 0: it is always on
    """

    link_id: str
    resource: str
    fixed_cost: float
    capacity_cost: float
    existing: float
    most: float
    least_share: float = 0.0


@dataclass(frozen=True)
class MarketData:
    """What an actor may buy, sell or dispose of, 万元 per unit; `limit` names a shared limit."""

    actor: str
    resource: str
    action: str
    price: float
    most: float
    limit: str


@dataclass(frozen=True)
class ChainStageData:
    """A required step of a chain: its existing units, and the places that could bring one."""

    chain: str
    stage: str
    existing: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class ChainLinkData:
    """A flow that a prioritised chain must carry from one stage to another.

    givers, takers                  units of the two stages
    giving_streams, taking_streams  streams of the two stages
    """

    chain: str
    from_stage: str
    to_stage: str
    resource: str
    least_share: float
    givers: tuple[str, ...]
    takers: tuple[str, ...]
    giving_streams: tuple[str, ...] = ()
    taking_streams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A linear quantity of a plan: net present value, or an indicator of the last period's year.

    weights   (resource, buy|sell|dispose|exchanged) -> weight; none for the net present value; of
              the number of heat links what is held at its least before they are counted
    """

    name: str
    maximised: bool
    weights: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Asked:
    """What a re-solve asks of a plan beside the conditions of the study.

    built, not_built   projects, or projects at one place, forced in and forced out
    unlike             sets of projects from each of which the plan's own must differ
    unlike_worth       beside the objective: of each project that differs from the nearest of them
    at_least, at_most  bounds on measures
    then               a second measure and its small weight beside the objective
    smallest, largest  instead of the objective: the size of this project, "" for none
    more               (actor, resource, buy|dispose): so much more delivered or taken, free
    """

    built: frozenset[str] = frozenset()
    not_built: frozenset[str] = frozenset()
    unlike: tuple[frozenset[str], ...] = ()
    unlike_worth: float = 0.0
    at_least: tuple[tuple[Measure, float], ...] = ()
    at_most: tuple[tuple[Measure, float], ...] = ()
    then: tuple[Measure, float] | None = None
    smallest: str = ""
    largest: str = ""
    more: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Everything the chain selection is asked with.

    slices            slice -> its share of the year's hours
    slice_resources   resources balanced in every slice; all others over the year
    shared_limits     limit -> most per year for all actors of it together
    land              park -> mu available
    chain_groups      chains that are counted together against `chains_at_least` and `_at_most`
    chain_places      chain-filling place -> chains it may serve
    hot_utility, cold_utility   resources that close the heat cascades, "" for none
    today_cash        万元 a year of today, counted as the plan counts it
    objective         what is maximised or minimised
    asked             conditions of a re-solve, none for the study itself
    """

    periods: tuple[Period, ...]
    slices: Mapping[str, float]
    slice_resources: frozenset[str]
    units: tuple[UnitData, ...]
    streams: tuple[StreamData, ...]
    places: tuple[PlaceData, ...]
    candidates: tuple[CandidateData, ...]
    links: tuple[LinkData, ...]
    markets: tuple[MarketData, ...]
    shared_limits: Mapping[str, float]
    land: Mapping[str, float]
    chains: tuple[str, ...]
    chain_groups: Mapping[str, tuple[str, ...]]
    chain_stages: tuple[ChainStageData, ...]
    chain_links: tuple[ChainLinkData, ...]
    chain_places: Mapping[str, tuple[str, ...]]
    chains_at_least: int
    chains_at_most: int
    budget: float | None
    heat_loads: tuple[HeatLoad, ...]
    heat_links: tuple[HeatLinkData, ...]
    hot_utility: str
    cold_utility: str
    quality: QualityData
    today_cash: float
    objective: Measure
    asked: Asked = Asked()

    @cached_property
    def places_of(self) -> Mapping[str, tuple[str, ...]]:
        """Places by project, and every place by its own name."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for place in self.places:
            found[place.project].append(place.place_id)
        own = {place.place_id: (place.place_id,) for place in self.places}
        return own | {project: tuple(places) for project, places in found.items()}

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """Projects that may be built."""
        return tuple(dict.fromkeys(place.project for place in self.places))

    @cached_property
    def most_activity(self) -> Mapping[str, float]:
        """The most activity a year of every unit."""
        return {unit.unit_id: unit.most for unit in self.units}

    @cached_property
    def heat_intervals(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """Intervals between the shifted temperatures of a zone, hottest first, as (high, low).

        Zones that heat links join have the temperatures of all of them.
        """
        ends: defaultdict[str, set[float]] = defaultdict(set)
        for load in self.heat_loads:
            ends[load.zone] |= {load.high, load.low}
        joined = {self.heat_loads[n].zone for x in self.heat_links for n in (*x.hot, *x.cold)}
        shared = set().union(*(ends[zone] for zone in joined))
        for zone in joined:
            ends[zone] = shared
        ordered = {zone: sorted(found, reverse=True) for zone, found in ends.items()}
        return {zone: tuple(pairwise(found)) for zone, found in ordered.items()}

    def slices_of(self, *resources: str) -> tuple[str, ...]:
        """Slices in which a flow between these resources is counted."""
        if any(resource in self.slice_resources for resource in resources):
            return tuple(self.slices)
        return (ALL_YEAR,)

    def share_of_year(self, slice_id: str) -> float:
        """Share of the year's hours in a slice."""
        return 1.0 if slice_id == ALL_YEAR else self.slices[slice_id]
