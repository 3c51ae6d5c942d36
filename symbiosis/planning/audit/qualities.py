"""Values and limits as the records state them, read anew for the audit.

What holds for a member: its own rows, else those of its recipes, of its park, of everyone; of each
a quality, else a standard; of each the row of the slice, else of the year.
"""

from collections.abc import Iterator
from math import inf

from symbiosis.domain.settings import ALL_YEAR
from symbiosis.planning.audit.records import Records

Range = tuple[float, float]  # least and most, infinite where there is no limit
FREE: Range = (-inf, inf)


class Qualities:
    """What is said of values and limits, asked by member."""

    def __init__(self, records: Records) -> None:
        """Index the rows of `records`."""
        self.records = records
        self.values: dict[tuple[str, ...], float | None] = {}
        self.ranges: dict[tuple[str, ...], Range] = {}
        self.standards: dict[tuple[str, ...], Range] = {}
        dataset = records.dataset
        for q in dataset.qualities:
            about = q.owner_id, q.resource_id, q.property_id, q.slice_id
            if q.direction != "need":
                self.values[q.direction, *about] = q.value
                continue
            least = -inf if q.least is None else q.least
            self.ranges[about] = least, inf if q.most is None else q.most
        for use in dataset.standard_uses:
            for limit in dataset.standard_limits:
                if limit.standard_id == use.standard_id:
                    about = use.owner_id, use.resource_id, limit.property_id, use.slice_id
                    strictest = min(limit.most, self.standards.get(about, FREE)[1])
                    self.standards[about] = -inf, strictest
        self.limited = {key[1:3] for key in (*self.ranges, *self.standards)}

    def value(
        self, member: str, resource: str, name: str, slice_id: str, direction: str
    ) -> float | None:
        """Value of what a member gives (`supply`) or buys (`bought`), None if unknown."""
        for owners in self._ranks(member, resource, direction == "supply"):
            for owner in owners:
                for when in self._whens(slice_id):
                    key = direction, owner, resource, name, when
                    if key in self.values:
                        return self.values[key]
        return None

    def range(self, member: str, resource: str, name: str, slice_id: str) -> Range:
        """Limits on what arrives at a member for a need of this resource, or as it."""
        if (resource, name) not in self.limited:
            return FREE
        for owners in self._ranks(member, resource, False):
            found = []
            for owner in owners:
                keys = [
                    (rows, (owner, resource, name, when))
                    for rows in (self.ranges, self.standards)
                    for when in self._whens(slice_id)
                ]
                found += [rows[key] for rows, key in keys if key in rows][:1]
            if found:
                return max(least for least, _most in found), min(most for _least, most in found)
        return FREE

    def _ranks(self, member: str, resource: str, gives: bool) -> Iterator[list[str]]:
        of_member = self.records.members[member]
        yield [of_member.owner]
        yield [
            unit.recipe
            for unit in self.records.processes.values()
            if unit.actor == member and resource in (unit.gives if gives else unit.takes)
        ]
        yield [of_member.park_id]
        yield [""]

    def _whens(self, slice_id: str) -> tuple[str, str]:
        slices = self.records.settings.slices
        only = slice_id == ALL_YEAR and len(slices) == 1
        return (slices[0].id if only else slice_id), ""
