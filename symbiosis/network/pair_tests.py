"""What may refuse a pair of donor and receiver, tested for many pairs at once.

Arrays are donors x receivers. The first reason that holds is kept: state, property, licence,
province, no_place, no_carrier, too_far, small_lot.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.quality import Quality
from symbiosis.domain.resources import Carrier, Resource
from symbiosis.domain.units import factor
from symbiosis.network.actors import great_circle_km


def carrier_units(resource: Resource, carrier: Carrier) -> float:
    """Units a carrier counts per unit of a resource (t per m3, GJ per MWh)."""
    if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
        return resource.mass
    return factor(resource.unit, carrier.unit)


def way_km(dataset: Dataset, straight_km: np.ndarray) -> np.ndarray:
    """Way on the ground between two sites of a straight distance, km; NaN where it is not known."""
    network = dataset.settings.network
    way = network.detour_factor * straight_km
    return np.where(np.isnan(way), way, np.maximum(way, network.least_distance_km))


class PairTests:
    """The tests of one dataset; what they look up is gathered once.

    `donors` and `receivers` are tables with actor, resource, most, site, project_id, province, lat
    and lon; a `way` has resource, serves, ratio and max_share.
    """

    def __init__(self, dataset: Dataset) -> None:
        """Gather states, licences and qualities of `dataset`."""
        self.dataset = dataset
        self.states: dict[tuple[str, str, str], str] = {
            (row.enterprise_id, row.resource_id, row.direction): row.state
            for row in dataset.streams
            if row.state
        }
        self.licences = {row.enterprise_id: row.licensed_wastes for row in dataset.enterprises}
        self.licences |= {row.project_id: row.licensed_wastes for row in dataset.projects}
        self.qualities: defaultdict[str, list[Quality]] = defaultdict(list)
        for row in dataset.qualities:
            self.qualities[row.resource_id].append(row)

    def reach(self, resource: Resource) -> float:
        """Longest way of a resource between sites, km."""
        carrier = self.dataset.carrier.get(resource.carrier_id)
        return carrier.reach if carrier else 0.0

    def test(
        self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Way in km, which pairs are pairs at all, and why a pair is refused ("" where it is not).

        A resource used within its actor is no pair, nor are two places of one project, which is
        built at one of them only.
        """
        resource = self.dataset.resource[way.resource]
        serves = self.dataset.resource[way.serves]

        def both(column: str) -> tuple[np.ndarray, np.ndarray]:
            return donors[column].to_numpy()[:, None], receivers[column].to_numpy()[None, :]

        (donor_site, receiver_site), (donor, receiver) = both("site"), both("actor")
        (donor_project, receiver_project) = both("project_id")
        together = donor_site == receiver_site
        (lat, other_lat), (lon, other_lon) = both("lat"), both("lon")
        straight = great_circle_km(lat, lon, other_lat, other_lon)
        km = np.where(together, 0.0, way_km(self.dataset, straight))

        same_project = (donor_project == receiver_project) & (donor_project != "")
        pairs = ~(same_project & (donor != receiver))
        if way.resource == way.serves:
            pairs &= donor != receiver

        reason = np.full(km.shape, "", dtype=object)

        def refuse(where: np.ndarray, why: str) -> None:
            reason[pairs & (reason == "") & where] = why

        for why, where in self._unfit(donors, receivers, resource, serves):
            refuse(where, why)
        refuse(~together & np.isnan(km), "no_place")
        carrier = self.dataset.carrier.get(resource.carrier_id)
        if carrier is None:
            refuse(~together, "no_carrier")
            return km, pairs, reason
        refuse(km > carrier.reach, "too_far")
        if carrier.least_lot > 0:
            given, taken = both("most")
            most = np.minimum(given, way.max_share * taken / way.ratio)
            lot = carrier.least_lot / carrier_units(resource, carrier)
            refuse(~together & (most < lot), "small_lot")
        return km, pairs, reason

    def unfit(self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame) -> np.ndarray:
        """Why a pair is refused whatever carries it: state, property, licence or province."""
        reason = np.full((len(donors), len(receivers)), "", dtype=object)
        resource, serves = self.dataset.resource[way.resource], self.dataset.resource[way.serves]
        for why, where in self._unfit(donors, receivers, resource, serves):
            reason[(reason == "") & where] = why
        return reason

    def _unfit(
        self,
        donors: pd.DataFrame,
        receivers: pd.DataFrame,
        resource: Resource,
        serves: Resource,
    ) -> Iterator[tuple[str, np.ndarray]]:
        yield "state", self._states_differ(donors, receivers, resource, serves)
        for name, broken in self._limits_broken(donors, receivers, resource, serves):
            yield f"property:{name}", broken
        if resource.hazardous:
            licensed = self._licensed(receivers, resource.resource_id)
            yield "licence", np.broadcast_to(~licensed, (len(donors), len(receivers)))
            if not self.dataset.settings.network.hazardous_across_province:
                home, abroad = donors["province"].to_numpy(), receivers["province"].to_numpy()
                yield "province", home[:, None] != abroad[None, :]

    def _states_differ(
        self,
        donors: pd.DataFrame,
        receivers: pd.DataFrame,
        resource: Resource,
        serves: Resource,
    ) -> np.ndarray:
        """Where a stream's own state differs at the two ends; a substitute may change state."""
        if not self.states or resource is not serves:
            return np.zeros((len(donors), len(receivers)), dtype=bool)

        def states(ends: pd.DataFrame, direction: str) -> np.ndarray:
            key = resource.resource_id
            found = [self.states.get((a, key, direction), resource.state) for a in ends["actor"]]
            return np.array(found, dtype=object)

        differ = states(donors, "supply")[:, None] != states(receivers, "need")[None, :]
        return np.asarray(differ, dtype=bool)

    def _limits_broken(
        self,
        donors: pd.DataFrame,
        receivers: pd.DataFrame,
        resource: Resource,
        serves: Resource,
    ) -> Iterator[tuple[str, np.ndarray]]:
        """Per property, where a donor's known value breaks a receiver's limit."""
        given = [q for q in self.qualities[resource.resource_id] if q.direction == "supply"]
        taken = {
            id(q): q
            for name in (resource.resource_id, serves.resource_id)
            for q in self.qualities[name]
            if q.direction == "need"
        }.values()
        for name in sorted({q.property_id for q in given} & {q.property_id for q in taken}):
            value = {q.owner_id: q.value for q in given if q.property_id == name}
            values = np.array([value.get(owner) for owner in _owners(donors)], dtype=float)
            broken = np.zeros((len(donors), len(receivers)), dtype=bool)
            for about in dict.fromkeys((resource.resource_id, serves.resource_id)):
                limit = {
                    q.owner_id: (q.least, q.most)
                    for q in taken
                    if q.property_id == name and q.resource_id == about
                }
                bounds = np.array(
                    [limit.get(owner, (None, None)) for owner in _owners(receivers)], dtype=float
                ).reshape(-1, 2)
                broken |= values[:, None] < bounds[None, :, 0]
                broken |= values[:, None] > bounds[None, :, 1]
            yield name, broken

    def _licensed(self, receivers: pd.DataFrame, resource: str) -> np.ndarray:
        """Which receivers may take a hazardous waste: by licence, or as their recipe's own feed."""
        own_feed = (receivers["resource"] == resource).to_numpy(dtype=bool)
        held = [resource in self.licences.get(owner, ()) for owner in _owners(receivers)]
        return np.asarray(own_feed | np.array(held, dtype=bool))


def _owners(ends: pd.DataFrame) -> list[str]:
    """Who owns the qualities of an actor: the enterprise, or the project at all its places."""
    return [
        project or actor for actor, project in zip(ends["actor"], ends["project_id"], strict=True)
    ]
