"""What quality holds for an actor: values of what it gives or buys, limits on what it takes.

The first of these that says something holds: a row of the actor itself (of its project), of a
recipe of its units that gives or takes the resource, of its park, of everyone. Of each the row of
the slice stands before that of the year, and a row of its own before a standard.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.quality import Quality, StandardUse
from symbiosis.domain.settings import ALL_YEAR


class Limits(NamedTuple):
    """Range in which the mixture of what arrives must lie; None: no limit on that side."""

    least: float | None = None
    most: float | None = None

    def __bool__(self) -> bool:
        """Whether there is a limit at all."""
        return self.least is not None or self.most is not None


class _Owners(NamedTuple):
    """Whose rows hold for an actor: itself, its recipes, its park."""

    own: str
    recipes: tuple[str, ...]
    park: str


class Qualities:
    """The qualities of a dataset, asked by actor: an enterprise or a place of a project."""

    def __init__(self, dataset: Dataset) -> None:
        """Index the rows of `dataset`."""
        self._rows: defaultdict[tuple[str, str, str, str], dict[str, Quality]] = defaultdict(dict)
        self._properties: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._limited_in: defaultdict[tuple[str, str], set[str]] = defaultdict(lambda: {ALL_YEAR})
        for row in dataset.qualities:
            about = (row.resource_id, row.direction)
            self._rows[row.owner_id, *about, row.property_id][row.slice_id] = row
            self._properties[about].add(row.property_id)
            if row.direction == "need":
                self._limited_in[row.resource_id, row.property_id].add(row.slice_id)
        limits = group(dataset.standard_limits, "standard_id")
        self._standards: defaultdict[tuple[str, str, str], dict[str, tuple[float, StandardUse]]] = (
            defaultdict(dict)
        )
        for use in dataset.standard_uses:
            for limit in limits.get(use.standard_id, ()):
                uses = self._standards[use.owner_id, use.resource_id, limit.property_id]
                if use.slice_id not in uses or limit.most < uses[use.slice_id][0]:
                    uses[use.slice_id] = limit.most, use
                self._properties[use.resource_id, "need"].add(limit.property_id)
                self._limited_in[use.resource_id, limit.property_id].add(use.slice_id)
        slices = dataset.settings.slices
        self._only_slice = slices[0].id if len(slices) == 1 else ""
        self._flows = {
            (flow.recipe_id, flow.resource_id, flow.direction)
            for flow in dataset.recipe_flows
            if flow.coefficient > 0
        }
        self._pools = {(p.recipe_id, p.resource_out, p.property_id) for p in dataset.pools}
        recipes: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for unit in dataset.units:
            recipes[unit.enterprise_id][unit.recipe_id] = None
        for project_unit in dataset.project_units:
            recipes[project_unit.project_id][project_unit.recipe_id] = None
        self._owners = {
            e.enterprise_id: _Owners(e.enterprise_id, tuple(recipes[e.enterprise_id]), e.park_id)
            for e in dataset.enterprises
        } | {
            p.place_id: _Owners(p.project_id, tuple(recipes[p.project_id]), p.park_id)
            for p in dataset.project_places
        }

    def value(
        self, actor: str, resource: str, property_id: str, slice_id: str = ALL_YEAR
    ) -> float | None:
        """Value of what `actor` gives of `resource`; None where it is not known."""
        return self._value(actor, resource, "supply", property_id, slice_id)

    def bought(
        self, actor: str, resource: str, property_id: str, slice_id: str = ALL_YEAR
    ) -> float | None:
        """Value of what `actor` buys outside as `resource`; None where it is not known."""
        return self._value(actor, resource, "bought", property_id, slice_id)

    def is_pooled(self, actor: str, resource: str, property_id: str) -> bool:
        """Whether what `actor` gives has the value of what it mixes, whatever is declared."""
        recipes = self._owners[actor].recipes
        return any((recipe, resource, property_id) in self._pools for recipe in recipes)

    def limits(
        self, actor: str, resource: str, property_id: str, slice_id: str = ALL_YEAR
    ) -> Limits:
        """Limits on what arrives at `actor` for its need of `resource`, or as `resource`.

        Of several recipes or standards of one rank the strictest holds.
        """
        if property_id not in self.properties(resource, "need"):
            return Limits()
        found = [limits for limits, _row in self._stated(actor, resource, property_id, slice_id)]
        least = [limits.least for limits in found if limits.least is not None]
        most = [limits.most for limits in found if limits.most is not None]
        return Limits(max(least, default=None), min(most, default=None))

    def stated_by(
        self, actor: str, resource: str, property_id: str, slice_id: str = ALL_YEAR
    ) -> list[Quality | StandardUse]:
        """Rows that state the limits of an actor."""
        return [row for _, row in self._stated(actor, resource, property_id, slice_id)]

    def _stated(
        self, actor: str, resource: str, property_id: str, slice_id: str
    ) -> list[tuple[Limits, Quality | StandardUse]]:
        """Limits of the first rank that has any, with their rows."""
        for owners in self._ranks(actor, resource, "in"):
            found = [
                stated
                for owner in owners
                if (stated := self._own_limits(owner, resource, property_id, slice_id))
            ]
            if found:
                return found
        return []

    def limited(self, actor: str, resource: str) -> list[str]:
        """Properties with a limit on what arrives at `actor` for `resource`, in any slice."""
        return [
            name
            for name in sorted(self.properties(resource, "need"))
            if any(
                self.limits(actor, resource, name, slice_id)
                for slice_id in self._limited_in[resource, name]
            )
        ]

    def properties(self, resource: str, direction: str) -> set[str]:
        """Properties that anybody's row names of a resource."""
        return self._properties.get((resource, direction), set())

    def _ranks(self, actor: str, resource: str, direction: str) -> Iterator[tuple[str, ...]]:
        """Owners whose rows hold for an actor, the first first."""
        own, recipes, park = self._owners[actor]
        yield (own,)
        yield tuple(r for r in recipes if (r, resource, direction) in self._flows)
        yield (park,)
        yield ("",)

    def _value(
        self, actor: str, resource: str, direction: str, property_id: str, slice_id: str
    ) -> float | None:
        if property_id not in self.properties(resource, direction):
            return None
        flow = "out" if direction == "supply" else "in"
        for owners in self._ranks(actor, resource, flow):
            for owner in owners:
                row = self._row(owner, resource, direction, property_id, slice_id)
                if row is not None:
                    return row.value
        return None

    def _row(
        self, owner: str, resource: str, direction: str, property_id: str, slice_id: str
    ) -> Quality | None:
        """The row of one owner: of the slice, else of the year."""
        rows = self._rows.get((owner, resource, direction, property_id), {})
        return rows.get(self._named(slice_id)) or rows.get("")

    def _own_limits(
        self, owner: str, resource: str, property_id: str, slice_id: str
    ) -> tuple[Limits, Quality | StandardUse] | None:
        row = self._row(owner, resource, "need", property_id, slice_id)
        if row is not None:
            return Limits(row.least, row.most), row
        uses = self._standards.get((owner, resource, property_id), {})
        stated = uses.get(self._named(slice_id)) or uses.get("")
        return (Limits(None, stated[0]), stated[1]) if stated else None

    def _named(self, slice_id: str) -> str:
        """The slice as the tables call it."""
        return self._only_slice if slice_id == ALL_YEAR and self._only_slice else slice_id
