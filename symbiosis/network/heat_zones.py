"""Heat zones: where streams may exchange heat, and what each stream brings to its zone.

A site that integrates its own heat is one zone. At any other site heat passes through machines
only, so it has two: the source zone of its hot process streams, in which machines take heat up, and
the sink zone of its cold process streams, in which machines give it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.heat import ThermalStream
from symbiosis.network.heat_targets import CarrierLevel, HeatStream, heat_targets

SOURCE, SINK = ":source", ":sink"  # ends of zone names; a key has no colon

if TYPE_CHECKING:
    from symbiosis.network.actors import Actors, ActorUnit


@dataclass(frozen=True)
class HeatLoad:
    """A stream in its zone, temperatures shifted by half its approach.

    actor     who buys the zone's hot utility and disposes of its cold one
    unit_id   unit whose activity it follows, "" for a fixed load
    heat      GJ/year of a fixed load at factor 1, or GJ per unit of activity
    factors   slice -> load as a share of `heat`; 1 where a slice is not named
    half_approach   by which its temperatures are shifted, K
    """

    zone: str
    actor: str
    stream_id: str
    role: str
    high: float
    low: float
    unit_id: str
    heat: float
    factors: Mapping[str, float]
    half_approach: float = 0.0

    @property
    def celsius(self) -> tuple[float, float]:
        """The hot and the cold end as they are, not shifted."""
        back = self.sign * self.half_approach
        return self.high + back, self.low + back

    @property
    def ends(self) -> tuple[float, float]:
        """Supply and target, shifted."""
        return (self.high, self.low) if self.role == "hot" else (self.low, self.high)

    @property
    def sign(self) -> float:
        """A hot stream brings heat, a cold one takes it."""
        return 1.0 if self.role == "hot" else -1.0

    def share_within(self, high: float, low: float) -> float:
        """Share of the load's span that lies in an interval of its zone."""
        inside = min(self.high, high) - max(self.low, low)
        return inside / (self.high - self.low) if inside > 0 else 0.0

    def heat_in(self, slice_id: str, hours: float, activity: Mapping[str, float]) -> float:
        """Heat in a slice of `hours` share of the year, GJ/year, units running as `activity`."""
        if self.unit_id:
            return self.heat * activity[self.unit_id] * hours
        return self.heat * hours * self.factors.get(slice_id, 1.0)


def is_source(zone: str) -> bool:
    """Whether a zone is where machines take heat up, at a site that does not integrate its own."""
    return zone.endswith(SOURCE)


def heat_loads(
    dataset: Dataset, sites: Mapping[str, str], units: Iterable["ActorUnit"]
) -> tuple[HeatLoad, ...]:
    """Every thermal stream of enterprises and of the recipes their units and projects run.

    `sites` names the site of every actor.
    """
    factors: dict[str, dict[str, float]] = {}
    for profile in dataset.profiles:
        factors.setdefault(profile.profile_id, {})[profile.slice_id] = profile.factor
    of_recipe = group((s for s in dataset.thermal_streams if s.recipe_id), "recipe_id")
    loads = [
        _load(dataset, sites, stream, stream.enterprise_id, "", factors)
        for stream in dataset.thermal_streams
        if stream.enterprise_id
    ]
    loads += [
        _load(dataset, sites, stream, unit.actor_id, unit.unit_id, factors)
        for unit in units
        for stream in of_recipe.get(unit.recipe_id, ())
    ]
    return tuple(loads)


def _load(
    dataset: Dataset,
    sites: Mapping[str, str],
    stream: ThermalStream,
    actor_id: str,
    unit_id: str,
    factors: Mapping[str, Mapping[str, float]],
) -> HeatLoad:
    site = sites[actor_id]
    enterprise = dataset.enterprise.get(site)
    zone = site
    if enterprise is not None and not enterprise.internal_integration:
        gives = (stream.role == "hot") != stream.machine
        zone = site + (SOURCE if gives else SINK)
    approach = stream.approach_k
    if approach is None:
        approach = dataset.settings.heat.approach_k
    shift = approach / 2 if stream.role == "cold" else -approach / 2
    ends = stream.supply_celsius + shift, stream.target_celsius + shift
    return HeatLoad(
        zone,
        site,
        stream.stream_id,
        stream.role,
        max(ends),
        min(ends),
        unit_id,
        stream.heat,
        factors.get(stream.profile_id, {}),
        approach / 2,
    )


def zone_utilities(
    loads: Iterable[HeatLoad], activity: Mapping[str, float], slices: Mapping[str, float]
) -> dict[str, tuple[str, float, float]]:
    """Least hot and cold utility of every zone over a year, GJ/year, with its actor.

    `activity` is that of every unit, `slices` the share of the year's hours of every slice.
    """
    zones: dict[str, list[HeatLoad]] = {}
    for load in loads:
        zones.setdefault(load.zone, []).append(load)
    found = {}
    for zone, members in zones.items():
        hot = cold = 0.0
        for name, hours in slices.items():
            streams = [
                HeatStream(x.stream_id, *(x.ends), heat, 0.0)
                for x in members
                if (heat := x.heat_in(name, hours, activity)) > 0
            ]
            if streams:
                targets = heat_targets(streams)
                hot += targets.hot_utility
                cold += targets.cold_utility
        found[zone] = members[0].actor, hot, cold
    return found


def process_streams(
    dataset: Dataset, actors: "Actors", slice_id: str, hours: float
) -> list[HeatStream]:
    """Process streams of a slice as the targets take them, duties in MW; machines left out.

    Streams of units follow their activity of today.
    """
    activity = {unit.unit_id: unit.today for unit in actors.units}
    rows = {stream.stream_id: stream for stream in dataset.thermal_streams}
    found = []
    for load in actors.heat:
        row = rows[load.stream_id]
        mw = load.heat_in(slice_id, hours, activity) / (3.6 * 8760 * hours)
        if mw > 0 and not row.machine:
            approach = abs(row.supply_celsius - (load.high if row.role == "hot" else load.low)) * 2
            ends = row.supply_celsius, row.target_celsius
            found.append(HeatStream(load.stream_id, *ends, mw, approach, place=load.actor))
    return found


def carrier_celsius(dataset: Dataset) -> dict[str, float]:
    """Temperature at which machines raise each carrier of `carrier_levels`, °C, not shifted."""
    levels = {level.name for level in carrier_levels(dataset)}
    found: dict[str, float] = {}
    for stream in dataset.thermal_streams:
        if stream.machine and stream.recipe_id and stream.role == "cold":
            for flow in dataset.flows_of_recipe.get(stream.recipe_id, ()):
                if flow.direction == "out" and flow.resource_id in levels:
                    hottest = found.get(flow.resource_id, stream.target_celsius)
                    found[flow.resource_id] = max(hottest, stream.target_celsius)
    return found


def carrier_levels(dataset: Dataset) -> list[CarrierLevel]:
    """Levels of the resources that machines raise and give, on the shifted scale.

    Raised by a recipe that gives the resource and takes heat up, used by one that takes it and
    gives heat; each at the hot end of its stream, of several the one with the most heat: steam
    boils at its level, whatever warms its water or superheats it. For water that cools while it
    heats this is the best that could be: a target, not a plan. What only heat pumps make is no
    level.
    """
    raised: dict[str, float] = {}
    used: dict[str, float] = {}
    default = dataset.settings.heat.approach_k
    main: dict[tuple[str, str], ThermalStream] = {}
    for stream in dataset.thermal_streams:
        if stream.machine and stream.recipe_id:
            key = stream.recipe_id, stream.role
            main[key] = max(main.get(key, stream), stream, key=lambda s: s.heat)
    for stream in main.values():
        shift = (default if stream.approach_k is None else stream.approach_k) / 2
        for flow in dataset.flows_of_recipe.get(stream.recipe_id, ()):
            name = flow.resource_id
            if stream.role == "cold" and flow.direction == "out":
                raised[name] = max(raised.get(name, -1e9), stream.target_celsius + shift)
            if stream.role == "hot" and flow.direction == "in":
                used[name] = max(used.get(name, -1e9), stream.supply_celsius - shift)
    return [
        CarrierLevel(name, raised[name], used[name])
        for name in sorted(raised.keys() & used.keys(), key=lambda n: -raised[n])
        if used[name] <= raised[name]
    ]
