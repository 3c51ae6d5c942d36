"""Pools of a dataset as plain data of the formulation: who mixes what, and what may come out."""

from collections.abc import Iterator, Mapping
from math import inf

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.quality import Pool
from symbiosis.network.actors import Actors, ActorUnit
from symbiosis_models.quality_data import ArrivalData, LimitData, Mixture, PoolData

Outlet = tuple[str, str, str]  # actor, resource given, property
Pooled = dict[Outlet, tuple[ActorUnit, Mixture, Pool]]
ROUNDS = 100  # of pools that feed each other, until their ranges stand


def pool_id(actor: str, resource: str, property_id: str) -> str:
    """Name of a pool's outlet and property."""
    return f"{actor}:{resource}:{property_id}"


def pooled_outlets(dataset: Dataset, actors: Actors) -> Pooled:
    """What pools give, with the unit that mixes and what it takes."""
    rows = group(dataset.pools, "recipe_id")
    return {
        (unit.actor_id, row.resource_out, row.property_id): (
            unit,
            (unit.actor_id, row.resource_in, row.property_id),
            row,
        )
        for unit in actors.units
        for row in rows.get(unit.recipe_id, ())
        if unit.most > 0
    }


def pools_of(
    pooled: Pooled,
    mixtures: Mapping[Mixture, tuple[ArrivalData, ...]],
    limits: tuple[LimitData, ...],
    dataset: Dataset,
) -> Iterator[PoolData]:
    """Every pool with the range of values that its outlet can have, in one piece.

    The range follows from what may arrive; of pools that feed each other the inlets' limits close
    it.
    """
    most: dict[Mixture, float] = {}
    for limit in limits:
        if limit.most is not None and not limit.feed:
            most[limit.mixture] = max(limit.most, most.get(limit.mixture, -inf))
    ranges = _ranges(pooled, mixtures, most)
    for (actor, resource, name), (unit, mixture, row) in pooled.items():
        low, high = ranges[pool_id(actor, resource, name)]
        ends = {
            (period.id, s): (low, high)
            for period in dataset.settings.periods
            for s in dataset.slices_of(resource)
        }
        yield PoolData(
            pool_id(actor, resource, name),
            unit.unit_id,
            mixture,
            resource,
            row.factor,
            unit.gives[resource] / unit.takes[mixture[1]],
            low,
            high,
            ends,
        )


def _ranges(
    pooled: Pooled,
    mixtures: Mapping[Mixture, tuple[ArrivalData, ...]],
    most: Mapping[Mixture, float],
) -> dict[str, tuple[float, float]]:
    ranges = {pool_id(*outlet): (inf, -inf) for outlet in pooled}
    for _round in range(ROUNDS):
        found = {}
        for outlet, (_unit, mixture, row) in pooled.items():
            values = [v for a in mixtures[mixture] for v in a.values.values()]
            ends = [ranges[a.pool] for a in mixtures[mixture] if a.pool]
            low = min([*values, *(end[0] for end in ends)], default=0.0)
            high = max([*values, *(end[1] for end in ends)], default=0.0)
            low, high = (0.0 if low == inf else low), (0.0 if high == -inf else high)
            high = min(high, most.get(mixture, inf))
            low = min(low, high)
            found[pool_id(*outlet)] = row.factor * low, row.factor * high
        if found == ranges:
            break
        ranges = found
    return ranges
