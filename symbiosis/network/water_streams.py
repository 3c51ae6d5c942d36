"""What a dataset's actors give and need of water today, as the targets take it.

A need that bought water could serve is a sink; another one (a treatment plant's feed) only takes
used water up. Used water and what treatment gives today are sources. Fixed loads count with their
limiting flow: load / (outlet - inlet limit) of the property that asks for most.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.units import factor
from symbiosis.network.actors import Actors
from symbiosis.network.quality import Qualities
from symbiosis.network.water_targets import WaterSink, WaterSource

Flow = tuple[str, str]  # actor, resource


@dataclass(frozen=True)
class WaterCase:
    """The water of a slice, m3/h: used water, needs, and what is bought as fresh water.

    given, needed    what an actor gives and needs of a resource in the slice, relative to the mean
                     of the year
    """

    name: str
    sources: tuple[WaterSource, ...]
    sinks: tuple[WaterSink, ...]
    fresh: tuple[WaterSource, ...]
    given: Mapping[Flow, float]
    needed: Mapping[Flow, float]

    @property
    def properties(self) -> list[str]:
        """Properties that some sink limits."""
        return sorted({name for sink in self.sinks for name in sink.limits})

    def at(self, places: Collection[str]) -> "WaterCase":
        """The part of it that stands at some places; fresh water is bought there."""
        return replace(
            self,
            sources=tuple(water for water in self.sources if water.place in places),
            sinks=tuple(sink for sink in self.sinks if sink.place in places),
            fresh=tuple(water for water in self.fresh if water.place in places),
        )


def water_cases(dataset: Dataset, actors: Actors) -> list[WaterCase]:
    """The water of every slice; none where nobody needs fresh water."""
    qualities = Qualities(dataset)
    hours = {part.id: part.hours for part in dataset.settings.slices}
    flows = {name: _flows(dataset, actors, name, h) for name, h in hours.items()}
    mean_given = _mean(hours, {name: given for name, (given, _needed) in flows.items()})
    mean_needed = _mean(hours, {name: needed for name, (_given, needed) in flows.items()})
    cases = []
    for name, (given, needed) in flows.items():
        sinks = tuple(_sinks(dataset, actors, qualities, needed, name))
        if any(not sink.optional for sink in sinks):
            cases.append(
                WaterCase(
                    name,
                    tuple(_sources(dataset, actors, qualities, given, name)),
                    sinks,
                    tuple(_fresh(dataset, actors, qualities, name)),
                    {flow: given.get(flow, 0.0) / mean for flow, mean in mean_given.items()},
                    {flow: needed.get(flow, 0.0) / mean for flow, mean in mean_needed.items()},
                )
            )
    return cases


def _mean(hours: Mapping[str, float], of: Mapping[str, Mapping[Flow, float]]) -> dict[Flow, float]:
    """Mean of the year of what differs between slices, where it is not 0."""
    found: defaultdict[Flow, float] = defaultdict(float)
    for name, flows in of.items():
        for flow, amount in flows.items():
            found[flow] += amount * hours[name] / 8760
    return {flow: mean for flow, mean in found.items() if mean > 0}


def _flows(
    dataset: Dataset, actors: Actors, slice_id: str, hours: float
) -> tuple[dict[Flow, float], dict[Flow, float]]:
    """Water given and needed today by actor and resource, m3/h in the slice."""
    share = hours / 8760
    given: defaultdict[Flow, float] = defaultdict(float)
    needed: defaultdict[Flow, float] = defaultdict(float)
    per_hour = {
        r.resource_id: factor(r.unit, "m3") / hours for r in dataset.resources if r.kind == "water"
    }
    for unit in actors.units:
        activity = unit.today
        for flows, side in ((unit.gives, given), (unit.takes, needed)):
            for resource, coefficient in flows.items():
                if resource in per_hour and activity:
                    amount = activity * share * coefficient
                    side[unit.actor_id, resource] += amount * per_hour[resource]
    for stream in actors.streams:
        if stream.resource_id in per_hour and stream.today:
            side = given if stream.direction == "supply" else needed
            amount = stream.today * stream.shares.get(slice_id, share)
            side[stream.actor_id, stream.resource_id] += amount * per_hour[stream.resource_id]
    return dict(given), dict(needed)


def _virgin(dataset: Dataset) -> set[str]:
    return {r.resource_id for r in dataset.resources if r.kind == "water" and r.virgin}


def _sinks(
    dataset: Dataset,
    actors: Actors,
    qualities: Qualities,
    needed: dict[Flow, float],
    slice_id: str,
) -> Iterator[WaterSink]:
    serving: defaultdict[str, set[str]] = defaultdict(set)
    for row in dataset.substitutes:
        if row.max_share > 0:
            serving[row.to_resource].add(row.from_resource)
    virgin = _virgin(dataset)
    limiting = _limiting_flows(dataset, qualities, slice_id)
    for (actor, resource), flow in needed.items():
        accepts = frozenset({resource, *serving[resource]})
        limits = {}
        for name in qualities.limited(actor, resource):
            most = qualities.limits(actor, resource, name, slice_id).most
            if most is not None:
                limits[name] = most
        yield WaterSink(
            f"{actor} {resource}",
            limiting.get((actor, resource), flow),
            limits,
            accepts,
            actors.actors[actor].site,
            optional=accepts.isdisjoint(virgin),
        )


def _limiting_flows(dataset: Dataset, qualities: Qualities, slice_id: str) -> dict[Flow, float]:
    """m3/h that fixed loads ask for at the inlet limit and the outlet's largest concentration."""
    units = {unit.unit_id: unit for unit in dataset.units}
    found: dict[Flow, float] = {}
    for load in dataset.loads:
        actor = units[load.unit_id].enterprise_id
        limit = qualities.limits(actor, load.resource_in, load.property_id, slice_id).most
        outlet = qualities.value(actor, load.resource_out, load.property_id, slice_id)
        if limit is None or outlet is None or outlet <= limit:
            continue
        flow = load.amount / 8760 / (outlet - limit)
        key = actor, load.resource_in
        found[key] = max(found.get(key, 0.0), flow)
    return found


def _sources(
    dataset: Dataset,
    actors: Actors,
    qualities: Qualities,
    given: dict[Flow, float],
    slice_id: str,
) -> Iterator[WaterSource]:
    for (actor, resource), flow in given.items():
        known = {
            name: value
            for name in sorted(qualities.properties(resource, "supply"))
            if (value := qualities.value(actor, resource, name, slice_id)) is not None
        }
        yield WaterSource(f"{actor} {resource}", flow, known, resource, actors.actors[actor].site)


def _fresh(
    dataset: Dataset, actors: Actors, qualities: Qualities, slice_id: str
) -> Iterator[WaterSource]:
    """Fresh water as every enterprise would buy it; as much as is needed."""
    buyers = group(dataset.markets, "action").get("buy", ())
    offered = {row.resource_id for row in buyers} & _virgin(dataset)
    for enterprise in dataset.enterprises:
        for resource in sorted(offered):
            known = {
                name: value
                for name in sorted(qualities.properties(resource, "bought"))
                if (value := qualities.bought(enterprise.enterprise_id, resource, name, slice_id))
                is not None
                and isfinite(value)
            }
            place = actors.actors[enterprise.enterprise_id].site
            yield WaterSource(f"{place} {resource}", 0.0, known, resource, place)
