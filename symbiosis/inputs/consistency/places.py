"""Places: latitude and longitude of everybody between whom a way is measured."""

import math
from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.places import Enterprise, Park
from symbiosis.domain.projects import ProjectPlace
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import fault_of
from symbiosis.locale import _


def check_places(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Open matching measures the way between every two actors."""
    located: list[Park | Enterprise | ProjectPlace] = [
        *dataset.parks,
        *dataset.enterprises,
        *dataset.project_places,
    ]
    for row in located:
        if (row.lat is None) != (row.lon is None):
            yield fault_of(
                row,
                "lat" if row.lat is None else "lon",
                _("is empty"),
                _("write both lat and lon, or neither"),
            )
    places = [
        place
        for place in dataset.project_places
        if not place.host_id and dataset.offered(dataset.project[place.project_id])
    ]
    if dataset.settings.network.matching != "open" or len(dataset.enterprises) + len(places) < 2:
        return
    members: list[Enterprise | ProjectPlace] = [*dataset.enterprises, *places]
    for member in members:
        if coordinates(dataset, member) is None:
            name = member.place_id if isinstance(member, ProjectPlace) else member.enterprise_id
            yield fault_of(
                member,
                "lat",
                _("where '{name}' stands is not known").format(name=name),
                _("write lat and lon here or at its park in {file}").format(file="parks.csv"),
                "",
            )


def coordinates(dataset: Dataset, place: Enterprise | ProjectPlace) -> tuple[float, float] | None:
    """Latitude and longitude of the place itself, of its host, or of its park."""
    own: list[Enterprise | ProjectPlace | Park | None] = [place]
    if isinstance(place, ProjectPlace):
        own.append(dataset.enterprise.get(place.host_id))
    own.append(dataset.park[place.park_id])
    for where in own:
        if where is not None and where.lat is not None and where.lon is not None:
            return where.lat, where.lon
    return None


def straight_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Straight way over ground, km (haversine formula, mean radius of the earth)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))
