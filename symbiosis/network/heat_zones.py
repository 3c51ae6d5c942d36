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

if TYPE_CHECKING:
    from symbiosis.network.actors import ActorUnit


@dataclass(frozen=True)
class HeatLoad:
    """A stream in its zone, temperatures shifted by half its approach.

    actor     who buys the zone's hot utility and disposes of its cold one
    unit_id   unit whose activity it follows, "" for a fixed load
    heat      GJ/year of a fixed load at factor 1, or GJ per unit of activity
    factors   slice -> load as a share of `heat`; 1 where a slice is not named
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
        zone = f"{site}:{'source' if gives else 'sink'}"
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
    )
