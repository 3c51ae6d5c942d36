"""Chains: their stages in order, flows between stages that give and take, one way back."""

from collections.abc import Iterator, Mapping

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import Fault
from symbiosis.domain.projects import ChainLink, ChainStage
from symbiosis.inputs.consistency.ends import Ends, flows_of
from symbiosis.inputs.consistency.faults import among, fault_of
from symbiosis.locale import _


def check_chains(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A chain has stages; one that is closed has a flow that closes it."""
    stages = group(dataset.chain_stages, "chain_id")
    links = group(dataset.chain_links, "chain_id")
    for chain in dataset.chains:
        if chain.chain_id not in stages:
            yield fault_of(
                chain,
                "chain_id",
                _("has no stages"),
                _("write its steps in {file}").format(file="chain_stages.csv"),
            )
        elif chain.closed and not any(link.closes for link in links.get(chain.chain_id, ())):
            yield fault_of(
                chain,
                "closed",
                _("no flow of the chain feeds an earlier stage"),
                _("write closes = 1 at that flow in {file}, or closed = 0").format(
                    file="chain_links.csv"
                ),
                "1",
            )
    for members in stages.values():
        yield from _order(members)
    for link in dataset.chain_links:
        known = {stage.stage_id: stage for stage in stages.get(link.chain_id, ())}
        yield from _flow(dataset, ends, link, known)
    yield from _enough(dataset)


def _order(stages: tuple[ChainStage, ...]) -> Iterator[Fault]:
    """Each stage of a chain has a number of its own."""
    first: dict[int, int] = {}
    for stage in stages:
        if first.setdefault(stage.order, stage.row) != stage.row:
            yield fault_of(
                stage,
                "order",
                _("is already the order of row {row}").format(row=first[stage.order]),
                _("number the stages of a chain one after the other"),
            )


def _flow(
    dataset: Dataset, ends: Ends, link: ChainLink, known: Mapping[str, ChainStage]
) -> Iterator[Fault]:
    """A flow joins two stages of its chain, the one giving and the other taking it."""
    strange = [c for c in ("from_stage", "to_stage") if getattr(link, c) not in known]
    for column in strange:
        yield fault_of(
            link,
            column,
            _("is not a stage of the chain '{chain}'").format(chain=link.chain_id),
            among(getattr(link, column), known),
        )
    if strange:
        return
    if link.from_stage == link.to_stage:
        yield fault_of(
            link,
            "to_stage",
            _("is also the stage the flow comes from"),
            _("a flow ties two stages together: mend one of them"),
        )
        return
    start, end = known[link.from_stage], known[link.to_stage]
    if link.closes and end.order > start.order:
        yield fault_of(
            link,
            "closes",
            _("'{to}' comes after '{start}'").format(to=end.stage_id, start=start.stage_id),
            _("only a flow to an earlier stage closes a chain: write closes = 0"),
            "1",
        )
    given = set().union(*(flows_of(dataset, recipe)[0] for recipe in start.recipes))
    taken = set().union(*(flows_of(dataset, recipe)[1] for recipe in end.recipes))
    for stream in dataset.streams:
        if stream.stream_id in start.streams and stream.direction == "supply":
            given.add(stream.resource_id)
        if stream.stream_id in end.streams and stream.direction == "need":
            taken.add(stream.resource_id)
    if link.resource_id not in given:
        yield fault_of(
            link,
            "resource_id",
            _("is given by no recipe or stream of the stage '{stage}'").format(
                stage=start.stage_id
            ),
            among(link.resource_id, given),
        )
    if not ends.serves(link.resource_id, taken):
        yield fault_of(
            link,
            "resource_id",
            _("is taken by no recipe or stream of the stage '{stage}'").format(stage=end.stage_id),
            among(link.resource_id, taken),
        )


def _enough(dataset: Dataset) -> Iterator[Fault]:
    """As many chains as the study must prioritise."""
    chains = dataset.settings.chains
    free = len([chain for chain in dataset.chains if chain.chain_id not in chains.barred])
    if dataset.chains and chains.at_least > free:
        yield Fault(
            "study.toml",
            0,
            "chains.at_least",
            str(chains.at_least),
            _("only {count} chains may be prioritised").format(count=free),
            _("lower at_least, or bar fewer chains"),
        )
