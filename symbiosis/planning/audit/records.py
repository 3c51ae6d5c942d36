"""The dataset as the audit understands it: its own reading of the records, its own arithmetic.

Nothing here comes from the optimisation: who stands where, what every unit may do, what a market
pays, how much a present value counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, hypot, nan, radians, sin

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.projects import Project
from symbiosis.domain.resources import Market
from symbiosis.locale import named
from symbiosis.network.actors import recipe_coefficients

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Member:
    """An enterprise, or a project at one of its places (`project_id` set).

    site    members of one site stand together
    owner   whose qualities and licences hold: the enterprise, or the project
    """

    member_id: str
    project_id: str
    site: str
    park_id: str
    province: str
    lat: float
    lon: float
    elevation_m: float = nan

    @property
    def owner(self) -> str:
        """The id under which its qualities and licences are written."""
        return self.project_id or self.member_id


@dataclass(frozen=True)
class Process:
    """A unit; least, today and most are activity per year of an existing one."""

    unit_id: str
    actor: str
    recipe: str
    gives: Mapping[str, float]
    takes: Mapping[str, float]
    least: float = 0.0
    today: float = 0.0
    most: float = 0.0
    place: str = ""
    activity_per_size: float = 0.0
    least_utilisation: float = 0.0
    variable_cost: float = 0.0


@dataclass(frozen=True)
class Phase:
    """A period: present value of 1 paid at its beginning, and of 1 a year in each of its years."""

    period_id: str
    once: float
    yearly: float


class Records:
    """A dataset, indexed for the audit. Projects that are not offered are known too."""

    def __init__(self, dataset: Dataset) -> None:
        """Read the records of `dataset`."""
        self.dataset = dataset
        self.settings = dataset.settings
        self.runs_today = dataset.settings.baseline == "today"
        self.members = {m.member_id: m for m in self._enterprises() + self._places()}
        self.places = {m.member_id: m for m in self.members.values() if m.project_id}
        self.processes = {p.unit_id: p for p in self._existing() + self._planned()}
        self.streams = {row.stream_id: row for row in dataset.streams}
        self.phases = self._phases()
        self.order = [phase.period_id for phase in self.phases]
        self.last = self.order[-1]
        self._markets: dict[tuple[str, str], list[Market]] = {}
        for market in dataset.markets:
            self._markets.setdefault((market.resource_id, market.action), []).append(market)
        self._ways = {(s.from_resource, s.to_resource): s for s in dataset.substitutes}

    def _enterprises(self) -> list[Member]:
        return [
            Member(
                row.enterprise_id,
                "",
                row.enterprise_id,
                row.park_id,
                self.dataset.park[row.park_id].province,
                *_where(row, self.dataset.park[row.park_id]),
                _height(row, self.dataset.park[row.park_id]),
            )
            for row in self.dataset.enterprises
        ]

    def _places(self) -> list[Member]:
        return [
            Member(
                row.place_id,
                row.project_id,
                row.host_id or row.place_id,
                row.park_id,
                self.dataset.park[row.park_id].province,
                *_where(
                    row, self.dataset.enterprise.get(row.host_id), self.dataset.park[row.park_id]
                ),
                _height(
                    row, self.dataset.enterprise.get(row.host_id), self.dataset.park[row.park_id]
                ),
            )
            for row in self.dataset.project_places
        ]

    def _existing(self) -> list[Process]:
        found = []
        for row in self.dataset.units:
            shares = [row.least_utilisation, row.utilisation, row.most_utilisation]
            least, today, most = (
                row.capacity * (row.utilisation if share is None else share) for share in shares
            )
            coefficients = recipe_coefficients(self.dataset, row.recipe_id)
            found.append(
                Process(
                    row.unit_id,
                    row.enterprise_id,
                    row.recipe_id,
                    *coefficients,
                    least,
                    today,
                    most,
                )
            )
        return found

    def _planned(self) -> list[Process]:
        found = []
        for place in self.dataset.project_places:
            project = self.dataset.project[place.project_id]
            for number, row in enumerate(
                unit for unit in self.dataset.project_units if unit.project_id == place.project_id
            ):
                # Document 148, article 9 speaks of the project: its main unit.
                of_project = project.least_utilisation
                if of_project is None:
                    of_project = self.settings.policy.least_utilisation
                of_unit = row.least_utilisation
                found.append(
                    Process(
                        f"{place.place_id}:{row.recipe_id}",
                        place.place_id,
                        row.recipe_id,
                        *recipe_coefficients(self.dataset, row.recipe_id),
                        place=place.place_id,
                        activity_per_size=row.activity_per_size,
                        least_utilisation=(of_project if number == 0 else 0.0)
                        if of_unit is None
                        else of_unit,
                        variable_cost=row.variable_cost,
                    )
                )
        return found

    def _phases(self) -> list[Phase]:
        """A year's payment is due at its end; a broken last year counts by its formula."""
        rate, start, found = self.settings.money.discount_rate, 0.0, []
        for period in self.settings.periods:
            once = 1 / (1 + rate) ** start
            until = 1 / (1 + rate) ** (start + period.years)
            found.append(Phase(period.id, once, (once - until) / rate if rate else period.years))
            start += period.years
        return found

    def project_of(self, place_id: str) -> Project:
        """The project that stands at a place."""
        return self.dataset.project[self.places[place_id].project_id]

    @cached_property
    def labels(self) -> dict[str, str]:
        """Readable names of ids, in the language in use."""
        dataset = self.dataset
        found: dict[str, str] = {}
        for chain in dataset.chains:
            found[chain.chain_id] = named(chain.name_zh, chain.name_en)
        for resource in dataset.resources:
            found[resource.resource_id] = named(resource.name_zh, resource.name_en)
        for row in dataset.enterprises:
            found[row.enterprise_id] = named(row.name_zh, row.name_en)
        for place in dataset.project_places:
            project = dataset.project[place.project_id]
            found[place.place_id] = named(project.name_zh, project.name_en)
        return {key: f"{key} {name}".rstrip() for key, name in found.items()}

    def unit(self, resource: str) -> str:
        """Unit of a yearly amount of a resource."""
        return f"{self.dataset.resource[resource].unit}/year"

    def serves(self, chain: str, actor: str) -> bool:
        """Whether an actor stands in a park whose chain it is."""
        parks = self.dataset.chain[chain].park_ids
        return not parks or self.members[actor].park_id in parks

    def market(self, actor: str, resource: str, action: str) -> Market | None:
        """The market open to an actor: its own row, else its park's, else the one for all."""
        park = self.members[actor].park_id if actor in self.members else ""
        rows = self._markets.get((resource, action), [])
        return next(
            (
                row
                for fits in (
                    lambda m: m.enterprise_id == actor,
                    lambda m: not m.enterprise_id and park in m.park_ids,
                    lambda m: not m.enterprise_id and not m.park_ids,
                )
                for row in rows
                if fits(row)
            ),
            None,
        )

    def way(self, resource: str, serves: str) -> tuple[float, float] | None:
        """Ratio and largest share with which a resource serves a need; None if it cannot."""
        if resource == serves:
            return 1.0, 1.0
        row = self._ways.get((resource, serves))
        return (row.ratio, row.max_share) if row and row.max_share > 0 else None

    def way_km(self, one: Member, other: Member) -> float:
        """Way on the ground between two members, NaN where a place is not known."""
        ends = []
        for member in (one, other):
            lat, lon = radians(member.lat), radians(member.lon)
            ends.append((cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)))
        chord = hypot(*(a - b for a, b in zip(*ends, strict=True)))
        straight = 2 * EARTH_RADIUS_KM * asin(min(1.0, chord / 2)) if chord == chord else nan
        km = self.settings.network.detour_factor * straight
        return max(km, self.settings.network.least_distance_km) if km == km else km


def _where(*places: object) -> tuple[float, float]:
    """Coordinates of the first place that has both."""
    for place in places:
        lat, lon = getattr(place, "lat", None), getattr(place, "lon", None)
        if lat is not None and lon is not None:
            return float(lat), float(lon)
    return nan, nan


def _height(*places: object) -> float:
    """Height above the sea of the first place that has one."""
    for place in places:
        height = getattr(place, "elevation_m", None)
        if height is not None:
            return float(height)
    return nan
