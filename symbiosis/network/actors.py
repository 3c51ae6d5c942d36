"""Who stands where, and what each gives and takes: the ground of graph, matching and plan.

An actor is an enterprise, or a project at one of its places. What an actor gives of a resource is
the sum over its units (activity x coefficient) and supply streams, what it takes likewise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.places import Stream, Unit
from symbiosis.network.heat_zones import HeatLoad, heat_loads, is_source

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Actor:
    """An enterprise or a project at one place.

    site         actors of one site stand together: the way between them is 0 km
    elevation_m  height above the sea, NaN where it is not known
    """

    actor_id: str
    kind: str
    site: str
    park_id: str
    lat: float
    lon: float
    project_id: str = ""
    elevation_m: float = float("nan")


@dataclass(frozen=True)
class ActorUnit:
    """A unit of an actor: what one unit of activity gives and takes.

    least, today, most    activity per year; of a project unit they hold at its largest size
    activity_per_size     of project units; least_utilisation of what the size allows
    """

    unit_id: str
    actor_id: str
    recipe_id: str
    gives: Mapping[str, float]
    takes: Mapping[str, float]
    least: float = 0.0
    today: float = 0.0
    most: float = 0.0
    activity_per_size: float = 0.0
    least_utilisation: float = 0.0
    variable_cost: float = 0.0

    @property
    def held(self) -> bool:
        """Whether a plan leaves its activity as it is today."""
        return not self.activity_per_size and self.least == self.most == self.today


@dataclass(frozen=True)
class ActorStream:
    """A supply or need that belongs to no unit, amounts per year.

    shares   slice -> share of the year's amount, by its profile; empty: by the hours
    peak     the most of a slice, as if it ran all year, per amount of the year
    """

    stream_id: str
    actor_id: str
    resource_id: str
    direction: str
    least: float
    today: float
    most: float
    shares: Mapping[str, float] = field(default_factory=dict)
    peak: float = 1.0


@dataclass(frozen=True)
class Actors:
    """Actors, their units and streams, offered projects included; `heat` by zone."""

    actors: Mapping[str, Actor]
    units: tuple[ActorUnit, ...]
    streams: tuple[ActorStream, ...]
    heat: tuple[HeatLoad, ...] = ()
    hot_utility: str = ""
    cold_utility: str = ""

    def most_heat(self) -> dict[str, float]:
        """The most heat that can pass at the site of an actor, GJ/year."""
        most = {unit.unit_id: unit.most for unit in self.units}
        found: dict[str, float] = {}
        for load in self.heat:
            peak = max([1.0, *load.factors.values()])
            heat = load.heat * (most[load.unit_id] if load.unit_id else peak)
            found[load.actor] = found.get(load.actor, 0.0) + heat
        return found


def read_actors(dataset: Dataset) -> Actors:
    """Enterprises and offered projects of a dataset with what they can give and take."""
    actors = {}
    for enterprise in dataset.enterprises:
        park = dataset.park[enterprise.park_id]
        actors[enterprise.enterprise_id] = Actor(
            enterprise.enterprise_id,
            "enterprise",
            enterprise.enterprise_id,
            enterprise.park_id,
            *_coordinates(enterprise, park),
            elevation_m=_elevation(enterprise, park),
        )
    units = [_existing_unit(dataset, unit) for unit in dataset.units]
    for place in dataset.project_places:
        project = dataset.project[place.project_id]
        if not dataset.offered(project):
            continue
        host = dataset.enterprise.get(place.host_id)
        actors[place.place_id] = Actor(
            place.place_id,
            "project",
            place.host_id or place.place_id,
            place.park_id,
            *_coordinates(place, host, dataset.park[place.park_id]),
            project_id=project.project_id,
            elevation_m=_elevation(place, host, dataset.park[place.park_id]),
        )
        for number, unit in enumerate(dataset.units_of_project.get(project.project_id, ())):
            gives, takes = recipe_coefficients(dataset, unit.recipe_id)
            least_utilisation = unit.least_utilisation
            if least_utilisation is None and number == 0:
                least_utilisation = project.least_utilisation
                if least_utilisation is None:
                    least_utilisation = dataset.settings.policy.least_utilisation
            units.append(
                ActorUnit(
                    unit_id=f"{place.place_id}:{unit.recipe_id}",
                    actor_id=place.place_id,
                    recipe_id=unit.recipe_id,
                    gives=gives,
                    takes=takes,
                    most=unit.activity_per_size * project.most_size,
                    activity_per_size=unit.activity_per_size,
                    least_utilisation=least_utilisation or 0.0,
                    variable_cost=unit.variable_cost,
                )
            )
    streams = tuple(
        ActorStream(
            row.stream_id,
            row.enterprise_id,
            row.resource_id,
            row.direction,
            row.amount if row.least_amount is None else row.least_amount,
            row.amount,
            row.amount if row.most_amount is None else row.most_amount,
            *_profile(dataset, row),
        )
        for row in dataset.streams
    )
    heat = dataset.settings.heat
    return Actors(
        actors,
        tuple(units),
        streams,
        heat_loads(dataset, {a.actor_id: a.site for a in actors.values()}, units),
        heat.hot_utility,
        heat.cold_utility,
    )


def _coordinates(*places: object) -> tuple[float, float]:
    """Latitude and longitude of the first of `places` that has them, NaN where none has."""
    for place in places:
        lat, lon = getattr(place, "lat", None), getattr(place, "lon", None)
        if lat is not None and lon is not None:
            return lat, lon
    return float("nan"), float("nan")


def _elevation(*places: object) -> float:
    """Height of the first of `places` that has one, NaN where none has."""
    heights = (getattr(place, "elevation_m", None) for place in places)
    return next((height for height in heights if height is not None), float("nan"))


def recipe_coefficients(
    dataset: Dataset, recipe_id: str
) -> tuple[dict[str, float], dict[str, float]]:
    """What a recipe gives and takes per unit of activity."""
    gives: dict[str, float] = {}
    takes: dict[str, float] = {}
    for flow in dataset.flows_of_recipe.get(recipe_id, ()):
        if flow.coefficient > 0:
            (gives if flow.direction == "out" else takes)[flow.resource_id] = flow.coefficient
    return gives, takes


def _profile(dataset: Dataset, stream: Stream) -> tuple[dict[str, float], float]:
    """Shares of the slices in a stream's year, and its peak; only of what is balanced by slice."""
    if not stream.profile_id or stream.resource_id not in dataset.sliced:
        return {}, 1.0
    slices = dataset.settings.slices
    factors = {
        row.slice_id: row.factor for row in dataset.profiles if row.profile_id == stream.profile_id
    }
    weights = {part.id: part.hours * factors.get(part.id, 1.0) for part in slices}
    whole = sum(weights.values())
    shares = {name: weight / whole for name, weight in weights.items()}
    return shares, max(shares[part.id] * 8760 / part.hours for part in slices)


def _existing_unit(dataset: Dataset, unit: Unit) -> ActorUnit:
    gives, takes = recipe_coefficients(dataset, unit.recipe_id)
    today = unit.utilisation
    least = today if unit.least_utilisation is None else unit.least_utilisation
    most = today if unit.most_utilisation is None else unit.most_utilisation
    return ActorUnit(
        unit_id=unit.unit_id,
        actor_id=unit.enterprise_id,
        recipe_id=unit.recipe_id,
        gives=gives,
        takes=takes,
        least=least * unit.capacity,
        today=today * unit.capacity,
        most=most * unit.capacity,
    )


def amounts(actors: Actors, direction: str) -> pd.DataFrame:
    """What every actor gives (`supply`) or takes (`need`) of every resource, per year.

    Columns: actor, resource, today, most. One row per actor and resource. Of a stream with a
    profile, `most` is its largest slice as if it ran all year: flows of a slice are bounded by it.
    """
    rows: list[tuple[str, str, float, float]] = []
    for unit in actors.units:
        flows = unit.gives if direction == "supply" else unit.takes
        for resource, coefficient in flows.items():
            rows.append(
                (unit.actor_id, resource, unit.today * coefficient, unit.most * coefficient)
            )
    for stream in actors.streams:
        if stream.direction == direction:
            most = stream.peak * stream.most
            rows.append((stream.actor_id, stream.resource_id, stream.today, most))
    utility = actors.cold_utility if direction == "supply" else actors.hot_utility
    if utility:
        heated = {load.actor for load in actors.heat if not is_source(load.zone)}
        rows += [
            (actor, utility, 0.0, most)
            for actor, most in actors.most_heat().items()
            if direction == "supply" or actor in heated
        ]
    table = pd.DataFrame(rows, columns=["actor", "resource", "today", "most"])
    return table.groupby(["actor", "resource"], as_index=False, sort=False).sum()


def great_circle_km(
    lat: np.ndarray, lon: np.ndarray, other_lat: np.ndarray, other_lon: np.ndarray
) -> np.ndarray:
    """Straight distance over ground between points in degrees, km (haversine formula).

    >>> bool(abs(great_circle_km(*map(np.array, (36.0, 103.0, 36.0, 104.0))) - 89.96) < 0.05)
    True
    """
    phi, other_phi = np.radians(lat), np.radians(other_lat)
    half = (
        np.sin((other_phi - phi) / 2) ** 2
        + np.cos(phi) * np.cos(other_phi) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def columns_of(rows: Iterable[object], *names: str) -> pd.DataFrame:
    """Some fields of records as a table."""
    return pd.DataFrame(map(attrgetter(*names), rows), columns=names)
