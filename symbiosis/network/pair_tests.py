"""What may refuse a pair of donor and receiver, tested for many pairs at once.

Arrays are donors x receivers. The first reason that holds is kept: state, property, licence,
province, own_outfall, no_place, no_carrier, too_far, small_lot.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.resources import Carrier, Resource
from symbiosis.domain.units import factor
from symbiosis.network.actors import great_circle_km
from symbiosis.network.quality import Qualities

PAIRS_AT_ONCE = 2_000_000


def carrier_units(resource: Resource, carrier: Carrier) -> float:
    """Units a carrier counts per unit of a resource (t per m3, GJ per MWh)."""
    if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
        return resource.mass
    return factor(resource.unit, carrier.unit)


def least_lot(resource: Resource, carrier: Carrier) -> float:
    """Smallest yearly amount that a carrier takes, in units of the resource."""
    per_unit = carrier_units(resource, carrier)
    return carrier.least_lot / per_unit if per_unit else 0.0


def way_km(dataset: Dataset, straight_km: np.ndarray) -> np.ndarray:
    """Way on the ground between two sites of a straight distance, km; NaN where it is not known."""
    network = dataset.settings.network
    way = network.detour_factor * straight_km
    return np.where(np.isnan(way), way, np.maximum(way, network.least_distance_km))


class _Need(NamedTuple):
    """One side of a limit on a property of what serves a need, or of a substitute for it."""

    serves: str
    about: str
    name: str
    side: str


def _beyond(values: np.ndarray, bounds: np.ndarray, side: str) -> np.ndarray:
    """Where values lie above bounds (`most`) or below them (`least`); unknown ones nowhere."""
    return np.asarray(values > bounds if side == "most" else values < bounds)


class PairTests:
    """The tests of one dataset; what they look up is gathered once.

    `donors` and `receivers` are tables with actor, resource, most, site, project_id, province, lat
    and lon; a `way` has resource, serves, ratio and max_share.
    """

    def __init__(self, dataset: Dataset, gives: pd.DataFrame, ways: pd.DataFrame) -> None:
        """Gather states, licences and qualities of `dataset`.

        `gives` is what all donors give, `ways` all ways in which it may serve.
        """
        self.dataset = dataset
        self.states: dict[tuple[str, str, str], str] = {
            (row.enterprise_id, row.resource_id, row.direction): row.state
            for row in dataset.streams
            if row.state
        }
        self.licences = {row.enterprise_id: row.licensed_wastes for row in dataset.enterprises}
        self.licences |= {row.project_id: row.licensed_wastes for row in dataset.projects}
        self.qualities = Qualities(dataset)
        self.supplies = dict(iter(gives.groupby("resource", sort=False)))
        self.gives = set(zip(gives["actor"], gives["resource"], strict=True))
        self.ways_to: defaultdict[str, list[Any]] = defaultdict(list)
        for way in ways.itertuples(index=False):
            self.ways_to[str(way.serves)].append(way)
        self.bought = {row.resource_id for row in dataset.markets if row.action == "buy"}
        self.declared: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for link in dataset.links:
            self.declared[link.resource_id].append((link.from_id, link.to_id))
        for today in dataset.exchanges:
            self.declared[today.resource_id].append((today.donor_id, today.receiver_id))
        self._found_diluted: defaultdict[_Need, dict[str, bool]] = defaultdict(dict)

    def test(
        self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Way in km, which pairs are pairs at all, and why a pair is refused ("" where it is not).

        A resource used within its actor is no pair, nor are two places of one project, which is
        built at one of them only.
        """
        return self._tested(way, donors, receivers, quality=True)

    def _tested(
        self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame, quality: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        resource = self.dataset.resource[way.resource]

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

        for why, where in self._unfit(way, donors, receivers, quality):
            refuse(where, why)
        if self.dataset.resource[way.serves].water_class == "discharge":
            refuse(~together, "own_outfall")  # its permit is for what arises there
        refuse(~together & np.isnan(km), "no_place")
        carriers = self.dataset.carriers_of(way.resource)
        if not carriers:
            refuse(~together, "no_carrier")
        given, taken = both("most")
        most = np.minimum(given, way.max_share * taken / way.ratio)
        unreached = ~together
        for carrier in carriers:
            small = most < least_lot(resource, carrier)
            refuse(unreached & (km <= carrier.reach) & small, "small_lot")
            unreached &= km > carrier.reach
        refuse(unreached, "too_far")
        return km, pairs, reason

    def unfit(self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame) -> np.ndarray:
        """Why a pair is refused whatever carries it: state, property, licence or province."""
        reason = np.full((len(donors), len(receivers)), "", dtype=object)
        for why, where in self._unfit(way, donors, receivers, quality=True):
            reason[(reason == "") & where] = why
        return reason

    def _unfit(
        self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame, quality: bool
    ) -> Iterator[tuple[str, np.ndarray]]:
        resource, serves = self.dataset.resource[way.resource], self.dataset.resource[way.serves]
        yield "state", self._states_differ(donors, receivers, resource, serves)
        for name, broken in self._limits_broken(way, donors, receivers) if quality else ():
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
        way: Any,
        donors: pd.DataFrame,
        receivers: pd.DataFrame,
    ) -> Iterator[tuple[str, np.ndarray]]:
        """Per property, where a donor's known value breaks a limit and nothing can dilute it.

        A limit is on the need served, and on a substitute as such. A value that keeps the limit in
        some slice does not break it.
        """
        given = self.qualities.properties(way.resource, "supply")
        for about in dict.fromkeys((way.resource, way.serves)):
            for name in sorted(given & self.qualities.properties(about, "need")):
                for side in ("most", "least"):
                    slices = self.dataset.slices_of(way.resource, way.serves)
                    outside = [
                        _beyond(
                            self._values(donors["actor"], way.resource, name, s)[:, None],
                            self._bounds(receivers, about, name, s, side)[None, :],
                            side,
                        )
                        for s in slices
                    ]
                    broken = np.logical_and.reduce(outside)
                    where = np.flatnonzero(broken.any(axis=0))
                    if len(where):
                        need = _Need(way.serves, about, name, side)
                        broken[:, where] &= ~self._diluted(need, receivers.iloc[where])
                        yield name, broken

    def _values(self, actors: pd.Series, resource: str, name: str, s: str) -> np.ndarray:
        """Values of what actors give of a resource, NaN where it is not known before the plan."""
        ask = self.qualities
        found = [
            None if ask.is_pooled(a, resource, name) else ask.value(a, resource, name, s)
            for a in actors
        ]
        return np.array(found, dtype=float)

    def _bought(self, actors: pd.Series, resource: str, name: str, s: str) -> np.ndarray:
        found = [self.qualities.bought(actor, resource, name, s) for actor in actors]
        return np.array(found, dtype=float)

    def _bounds(
        self, receivers: pd.DataFrame, about: str, name: str, s: str, side: str
    ) -> np.ndarray:
        """Limits of receivers on one side, NaN where there is none."""
        limits = [self.qualities.limits(actor, about, name, s) for actor in receivers["actor"]]
        return np.array([getattr(limit, side) for limit in limits], dtype=float)

    def _diluted(self, need: _Need, receivers: pd.DataFrame) -> np.ndarray:
        """Whether something of a known value inside the limit may serve the same need."""
        known = self._found_diluted[need]
        fresh = receivers[~receivers["actor"].isin(known)]
        if len(fresh):
            known.update(zip(fresh["actor"], self._find_diluted(need, fresh), strict=True))
        return np.array([known[actor] for actor in receivers["actor"]])

    def _find_diluted(self, need: _Need, receivers: pd.DataFrame) -> np.ndarray:
        serves, about, name, side = need
        found = np.zeros(len(receivers), dtype=bool)
        actors = receivers["actor"]
        for s in self.dataset.slices_of(serves) if about == serves else ():
            bounds = self._bounds(receivers, about, name, s, side)
            if serves in self.bought:
                found |= _beyond(bounds, self._bought(actors, serves, name, s), side)
            own = np.array([(actor, serves) in self.gives for actor in actors])
            found |= own & _beyond(bounds, self._values(actors, serves, name, s), side)
        for way in self.ways_to.get(serves, ()):
            if about not in (serves, way.resource):
                continue  # of a substitute only what arrives as such is mixed
            slices = self.dataset.slices_of(way.resource, serves)
            donors = self.supplies[way.resource]
            step = max(1, PAIRS_AT_ONCE // len(receivers))
            for start in range(0, len(donors), step):
                block = donors.iloc[start : start + step]
                inside = np.zeros((len(block), len(receivers)), dtype=bool)
                for s in slices:
                    bounds = self._bounds(receivers, about, name, s, side)[None, :]
                    values = self._values(block["actor"], way.resource, name, s)[:, None]
                    inside |= _beyond(bounds, values, side)
                pooled = [
                    self.qualities.is_pooled(donor, way.resource, name) for donor in block["actor"]
                ]
                inside |= np.array(pooled)[:, None]  # it may be mixed to any value
                if inside.any():
                    found |= (inside & self._reaches(way, block, receivers)).any(axis=0)
        return found

    def _reaches(self, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame) -> np.ndarray:
        """Whether something else than quality lets a donor serve a receiver."""
        reached = np.zeros((len(donors), len(receivers)), dtype=bool)
        row = {actor: i for i, actor in enumerate(donors["actor"])}
        column = {actor: j for j, actor in enumerate(receivers["actor"])}
        for donor, receiver in self.declared[way.resource]:
            if donor in row and receiver in column:
                reached[row[donor], column[receiver]] = True
        if self.dataset.settings.network.matching == "open":
            _km, pairs, reason = self._tested(way, donors, receivers, quality=False)
            reached |= pairs & (reason == "")
        return reached

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
