"""Which actors and flows belong to which chain."""

from collections import defaultdict
from dataclasses import dataclass

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors


@dataclass(frozen=True)
class ChainMembers:
    """Actors that could perform a stage of a chain, whether or not they do.

    performers   (chain, stage) -> actors
    flows        (chain, resource) -> pairs of sets of donors and receivers
    """

    performers: dict[tuple[str, str], frozenset[str]]
    flows: dict[tuple[str, str], tuple[tuple[frozenset[str], frozenset[str]], ...]]

    def of_actor(self, actor: str) -> list[str]:
        """Chains of which an actor performs a stage."""
        return sorted({c for (c, _stage), actors in self.performers.items() if actor in actors})

    def of_flow(self, donor: str, receiver: str, resource: str) -> list[str]:
        """Chains two of whose stages a flow ties together."""
        return sorted(
            chain
            for (chain, carried), ends in self.flows.items()
            if carried == resource and any(donor in d and receiver in r for d, r in ends)
        )


def chain_members(dataset: Dataset, actors: Actors) -> ChainMembers:
    """Members of every chain: units by their recipes, streams by their names."""
    performers = {}
    for stage in dataset.chain_stages:
        chain = dataset.chain[stage.chain_id]
        found = {unit.actor_id for unit in actors.units if unit.recipe_id in stage.recipes}
        found |= {s.actor_id for s in actors.streams if s.stream_id in stage.streams}
        performers[stage.chain_id, stage.stage_id] = frozenset(
            actor for actor in found if chain.is_of(actors.actors[actor].park_id)
        )
    flows = defaultdict(list)
    for link in dataset.chain_links:
        flows[link.chain_id, link.resource_id].append(
            (
                performers[link.chain_id, link.from_stage],
                performers[link.chain_id, link.to_stage],
            )
        )
    return ChainMembers(performers, {key: tuple(ends) for key, ends in flows.items()})
