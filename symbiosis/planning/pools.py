"""Pools of a dataset as plain data of the formulation: who mixes what, and what may come out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isclose

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import DatasetError, Fault
from symbiosis.domain.quality import Pool
from symbiosis.locale import _
from symbiosis.network.actors import Actors
from symbiosis_models.quality_data import (
    ArrivalData,
    LimitData,
    LoadData,
    Mixture,
    PoolData,
    outlet_id,
)

ROUNDS = 100  # of pools that feed each other, until their ranges stand
STANDS = 1e-9  # relative: a range that moves less


@dataclass(frozen=True)
class Mixer:
    """The units of an actor that mix what they take, as to one property.

    mixture   actor, what they take, property
    ratio     units of the outlet given per unit taken
    most      the most they give, units/year
    """

    row: Pool
    mixture: Mixture
    ratio: float
    most: float


Pooled = Mapping[str, Mixer]  # by the id of their outlet


def pooled_outlets(dataset: Dataset, actors: Actors) -> Pooled:
    """What pools give, with who mixes it; all units of one recipe at an actor are one pool."""
    rows = group(dataset.pools, "recipe_id")
    found: dict[str, Mixer] = {}
    for unit in actors.units:
        for row in rows.get(unit.recipe_id, ()) if unit.most > 0 else ():
            outlet = outlet_id(unit.actor_id, row.resource_out, row.property_id)
            given, taken = unit.gives[row.resource_out], unit.takes[row.resource_in]
            before = found[outlet].most if outlet in found else 0.0
            mixture = unit.actor_id, row.resource_in, row.property_id
            found[outlet] = Mixer(row, mixture, given / taken, before + given * unit.most)
    return found


def pools_of(
    pooled: Pooled,
    mixtures: Mapping[Mixture, tuple[ArrivalData, ...]],
    limits: tuple[LimitData, ...],
    loads: tuple[LoadData, ...],
    dataset: Dataset,
) -> Iterator[PoolData]:
    """Every pool with the range of values that its outlet can have.

    Raises:
        DatasetError: if a pool that feeds itself has no range, as nothing limits what it takes.
    """
    added = {outlet_id(x.mixture[0], x.resource_out, x.mixture[2]): x for x in loads}
    ranges = _ranges(dataset, pooled, mixtures, _always_at_most(limits, dataset), added)
    together: defaultdict[tuple[str, str, str], list[tuple[str, Mixer]]] = defaultdict(list)
    for outlet, mixer in pooled.items():
        actor, takes, _property = mixer.mixture
        together[actor, takes, mixer.row.resource_out].append((outlet, mixer))
    for (actor, takes, gives), members in together.items():
        _outlet, first = members[0]
        factors = {mixer.mixture[2]: mixer.row.factor for _outlet, mixer in members}
        between = {mixer.mixture[2]: ranges[outlet] for outlet, mixer in members}
        own = {mixer.mixture[2]: added[x].load for x, mixer in members if x in added}
        yield PoolData(actor, takes, gives, first.ratio, first.most, factors, between, own)


def _always_at_most(limits: tuple[LimitData, ...], dataset: Dataset) -> dict[Mixture, float]:
    """The loosest upper limit of mixtures that have one in every slice."""
    found: dict[Mixture, list[float]] = {}
    for limit in limits:
        if limit.most is not None and not limit.feed:
            found.setdefault(limit.mixture, []).append(limit.most)
    return {
        mixture: max(most)
        for mixture, most in found.items()
        if len(most) == len(dataset.slices_of(mixture[1]))
    }


def _ranges(
    dataset: Dataset,
    pooled: Pooled,
    mixtures: Mapping[Mixture, tuple[ArrivalData, ...]],
    most: Mapping[Mixture, float],
    added: Mapping[str, LoadData],
) -> dict[str, tuple[float, float]]:
    """Least and largest value of every outlet: of all that may arrive, an unknown one being 0.

    Where a unit adds a load the largest is declared.
    Pools may feed each other; then the ranges are widened until they stand.
    """
    ranges = {outlet: (inf, -inf) for outlet in pooled}
    for _round in range(ROUNDS):
        before = dict(ranges)
        for outlet, mixer in pooled.items():
            ends = [
                end for a in mixtures[mixer.mixture] for end in _ends(dataset, mixer, a, before)
            ]
            low, high = min(ends, default=0.0), max(ends, default=0.0)
            high = min(high, most.get(mixer.mixture, inf))
            low = min(low, high)
            low, high = mixer.row.factor * low, mixer.row.factor * high
            if outlet in added:
                high = max(added[outlet].outlet.values())
            ranges[outlet] = min(low, high), high
        moving = [
            mixer.row
            for outlet, mixer in pooled.items()
            if not _same(ranges[outlet], before[outlet])
        ]
        if not moving:
            return ranges
    raise DatasetError(
        dataset.name,
        [
            Fault(
                "pools.csv",
                row.row,
                "factor",
                f"{row.factor:g}",
                _("what it gives comes back to it ever dirtier"),
                _("limit what '{recipe}' takes: a need with most in qualities.csv").format(
                    recipe=row.recipe_id
                ),
            )
            for row in dict.fromkeys(moving)
        ],
    )


def _ends(
    dataset: Dataset, mixer: Mixer, arrival: ArrivalData, ranges: Mapping[str, tuple[float, float]]
) -> list[float]:
    """Values an arrival may have; none of a pool whose range is not known yet."""
    if arrival.pool:
        low, high = ranges[arrival.pool]
        return [low, high] if low <= high else []
    known = list(arrival.values.values())
    return known if len(known) >= len(dataset.slices_of(mixer.mixture[1])) else [0.0, *known]


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(isclose(a, b, rel_tol=STANDS) for a, b in zip(one, other, strict=True))
