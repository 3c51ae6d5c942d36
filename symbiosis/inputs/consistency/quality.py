"""Qualities and standards: they speak of what their owner gives, takes or buys."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.quality import Quality
from symbiosis.inputs.consistency.ends import Ends, flows_of
from symbiosis.inputs.consistency.faults import above, among, fault_of, out_of_order
from symbiosis.locale import _


def check_qualities(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A supply has a value, a need has limits, and both speak of what the owner has."""
    for row in dataset.qualities:
        gives, takes = ends_of_owner(dataset, ends, row.owner_id)
        resource = row.resource_id
        if row.direction == "need":
            yield from _limits(row)
        elif row.value is None:
            yield fault_of(
                row,
                "value",
                _("is empty"),
                _("a supply has its value here; least and most belong to a need"),
            )
        if row.direction == "supply" and resource not in gives:
            yield fault_of(
                row,
                "resource_id",
                _("is not given by '{owner}'").format(owner=row.owner_id),
                among(resource, gives),
            )
        if row.direction != "supply" and not ends.serves(resource, takes):
            yield fault_of(
                row,
                "resource_id",
                _("is not taken by '{owner}'").format(owner=row.owner_id),
                among(resource, takes),
            )


def _limits(row: Quality) -> Iterator[Fault]:
    if row.least is None and row.most is None:
        yield fault_of(
            row,
            "most",
            _("least and most are both empty"),
            _("a need has at least one limit; value belongs to a supply"),
        )
    if above(row.least, row.most):
        yield out_of_order(row, "least", "least <= most")


def ends_of_owner(dataset: Dataset, ends: Ends, owner: str) -> tuple[set[str], set[str]]:
    """What an enterprise, project, recipe or park gives and takes; "": what anybody does."""
    if owner in ends.gives or owner in ends.takes or owner in dataset.enterprise:
        return ends.gives[owner], ends.takes[owner]
    if owner in dataset.recipe:
        return flows_of(dataset, owner)
    members = [
        *(e.enterprise_id for e in dataset.enterprises if owner in ("", e.park_id)),
        *(p.place_id for p in dataset.project_places if owner in ("", p.park_id)),
    ]
    return (
        set().union(*(ends.gives[member] for member in members)),
        set().union(*(ends.takes[member] for member in members)),
    )
