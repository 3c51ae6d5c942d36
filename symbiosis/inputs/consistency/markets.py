"""Markets: one row holds for an actor."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import fault_of
from symbiosis.locale import _


def check_markets(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A row is for one enterprise or for parks, and a park has one row for a trade."""
    first: dict[tuple[str, str, str], int] = {}
    for row in dataset.markets:
        if row.enterprise_id and row.park_ids:
            yield fault_of(
                row,
                "park_ids",
                _("stands beside an enterprise"),
                _("name an enterprise or parks, one of the two"),
                ";".join(row.park_ids),
            )
            continue
        for park in row.park_ids:
            other = first.setdefault((row.resource_id, row.action, park), row.row)
            if other != row.row:
                yield fault_of(
                    row,
                    "park_ids",
                    _("has a market for this trade already in row {row}").format(row=other),
                    _("keep one of the two rows"),
                    park,
                )
