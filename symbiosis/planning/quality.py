"""Qualities of a dataset as plain data of the formulation: mixtures, limits, loads, load limits."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.quality import LoadLimit
from symbiosis.domain.units import UnitError, factor
from symbiosis.network.actors import Actors, amounts
from symbiosis.network.matching import Matches
from symbiosis.network.quality import Qualities
from symbiosis.planning.pools import Mixer, pooled_outlets, pools_of
from symbiosis.planning.today import Markets
from symbiosis_models.quality_data import (
    ArrivalData,
    LimitData,
    LoadData,
    LoadLimitData,
    Mixture,
    QualityData,
    outlet_id,
)


def quality_data(dataset: Dataset, actors: Actors, matches: Matches) -> QualityData:
    """What arrives for every need whose quality matters, and every limit and load on it."""
    if not (
        dataset.qualities
        or dataset.pools
        or dataset.standard_uses
        or dataset.loads
        or dataset.load_limits
    ):
        return QualityData()
    book = _Book(dataset, actors, matches)
    limits = tuple(book.limits())
    loads = tuple(book.loads())
    load_limits = tuple(book.load_limits())
    wanted = {limit.mixture for limit in limits} | {load.mixture for load in loads}
    wanted |= {mixture for limit in load_limits for mixture in limit.mixtures}
    mixtures: dict[Mixture, tuple[ArrivalData, ...]] = {}
    asked: dict[str, Mixer] = {}
    waiting = sorted(wanted, reverse=True)
    while waiting:  # what comes from a pool depends on what the pool takes
        mixture = waiting.pop()
        if mixture in mixtures:
            continue
        mixtures[mixture] = tuple(book.arrivals(mixture))
        from_pools = {x.pool: book.pooled[x.pool] for x in mixtures[mixture] if x.pool}
        asked |= from_pools
        waiting += [mixer.mixture for mixer in from_pools.values()]
    pools = tuple(pools_of(asked, mixtures, limits, loads, dataset))
    return QualityData(mixtures, limits, loads, load_limits, pools)


class _Book:
    """The qualities of a dataset beside the needs and possible exchanges of its actors."""

    def __init__(self, dataset: Dataset, actors: Actors, matches: Matches) -> None:
        self.dataset, self.actors = dataset, actors
        self.qualities, self.markets = Qualities(dataset), Markets(dataset)
        needs, supplies = amounts(actors, "need"), amounts(actors, "supply")
        self.needs = list(zip(needs["actor"], needs["resource"], strict=True))
        self.supplies = set(zip(supplies["actor"], supplies["resource"], strict=True))
        self.pooled = pooled_outlets(dataset, actors)
        self.arriving: defaultdict[tuple[str, str], list[tuple[int, Any]]] = defaultdict(list)
        for index, row in enumerate(matches.candidates.itertuples(index=False)):
            self.arriving[str(row.receiver), str(row.serves)].append((index, row))

    def arrivals(self, mixture: Mixture) -> Iterator[ArrivalData]:
        """All that may arrive for a need."""
        actor, need, name = mixture
        ask = self.qualities
        for index, row in self.arriving[actor, need]:
            slices = self.dataset.slices_of(row.resource, need)
            found = {s: ask.value(row.donor, row.resource, name, s) for s in slices}
            share, pool = self._arriving_per_sent(row), self._pool(row.donor, row.resource, name)
            yield ArrivalData("exchange", {} if pool else _known(found), index, share, pool)
        slices = self.dataset.slices_of(need)
        if self.markets.row(actor, need, "buy"):
            yield ArrivalData(
                "bought", _known({s: ask.bought(actor, need, name, s) for s in slices})
            )
        if (actor, need) in self.supplies:
            pool = self._pool(actor, need, name)
            known = _known({s: ask.value(actor, need, name, s) for s in slices})
            yield ArrivalData("within", {} if pool else known, pool=pool)

    def _pool(self, actor: str, resource: str, name: str) -> str:
        """The outlet of a pool that gives a resource, "" where its quality is declared."""
        outlet = outlet_id(actor, resource, name)
        return outlet if outlet in self.pooled else ""

    def _arriving_per_sent(self, row: Any) -> float:
        """In the unit of the need; as what it replaces where the two cannot be compared."""
        sent, served = self.dataset.resource[row.resource], self.dataset.resource[row.serves]
        try:
            return float(row.efficiency) * factor(sent.unit, served.unit)
        except UnitError:
            return float(row.efficiency * row.ratio)

    def limits(self) -> Iterator[LimitData]:
        """Limits on every need, and on the substitutes that may arrive for it."""
        for actor, need in self.needs:
            feeds = {row.resource for _, row in self.arriving[actor, need]} - {need}
            for resource, feed in ((need, ""), *((feed, feed) for feed in sorted(feeds))):
                for name in self.qualities.limited(actor, resource):
                    for s in self.dataset.slices_of(need):
                        found = self.qualities.limits(actor, resource, name, s)
                        if found:
                            yield LimitData((actor, need, name), s, found.least, found.most, feed)

    def loads(self) -> Iterator[LoadData]:
        """Fixed loads of units."""
        actor = {unit.unit_id: unit.actor_id for unit in self.actors.units}
        for row in self.dataset.loads:
            owner = actor[row.unit_id]
            outlet = {
                part.id: self.qualities.value(owner, row.resource_out, row.property_id, part.id)
                for part in self.dataset.settings.slices
            }
            yield LoadData(
                row.unit_id,
                (owner, row.resource_in, row.property_id),
                row.resource_out,
                row.amount,
                _known(outlet),
            )

    def load_limits(self) -> Iterator[LoadLimitData]:
        """Limits on what the actors of an owner take together."""
        for row in self.dataset.load_limits:
            mixtures = tuple(
                (actor, need, row.property_id)
                for actor, need in self.needs
                if need == row.resource_id and self._belongs(actor, row)
            )
            if mixtures:
                yield LoadLimitData(limit_id(row), mixtures, row.most)

    def _belongs(self, actor: str, row: LoadLimit) -> bool:
        member = self.actors.actors[actor]
        return row.owner_id in (actor, member.project_id, member.park_id)


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    return {s: value for s, value in values.items() if value is not None}


def limit_id(row: LoadLimit) -> str:
    """Name of a load limit: owner:resource:property."""
    return f"{row.owner_id}:{row.resource_id}:{row.property_id}"
