"""What each owner (enterprise, project, project place) gives and takes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.resources import Substitute


@dataclass(frozen=True)
class Ends:
    """What each owner (enterprise, project, project place) can give and take.

    given_today, needed_today   per enterprise and resource, per year
    stand_ins                   resource -> resource it may serve -> row of substitutes.csv
    """

    gives: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    takes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    given_today: defaultdict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )
    needed_today: defaultdict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )
    stand_ins: defaultdict[str, dict[str, Substitute]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def can_use(self, owner: str, resource: str) -> bool:
        """Whether `owner` takes `resource`, itself or in place of another."""
        return self.serves(resource, self.takes[owner])

    def serves(self, resource: str, needs: Collection[str]) -> bool:
        """Whether `resource` is one of `needs`, or may stand in for one."""
        return resource in needs or any(other in needs for other in self.stand_ins[resource])


def ends_of(dataset: Dataset) -> Ends:
    """Gathered from units, streams, projects and substitutes."""
    ends = Ends()

    def recipe(owner: str, recipe_id: str) -> None:
        gives, takes = flows_of(dataset, recipe_id)
        ends.gives[owner] |= gives
        ends.takes[owner] |= takes

    for unit in dataset.units:
        recipe(unit.enterprise_id, unit.recipe_id)
        for flow in dataset.flows_of_recipe.get(unit.recipe_id, ()):
            today = ends.given_today if flow.direction == "out" else ends.needed_today
            amount = unit.capacity * unit.utilisation * flow.coefficient
            today[unit.enterprise_id, flow.resource_id] += amount
    for stream in dataset.streams:
        supply = stream.direction == "supply"
        (ends.gives if supply else ends.takes)[stream.enterprise_id].add(stream.resource_id)
        today = ends.given_today if supply else ends.needed_today
        today[stream.enterprise_id, stream.resource_id] += stream.amount
    for project_unit in dataset.project_units:
        recipe(project_unit.project_id, project_unit.recipe_id)
    for place in dataset.project_places:
        ends.gives[place.place_id] |= ends.gives[place.project_id]
        ends.takes[place.place_id] |= ends.takes[place.project_id]
    for row in dataset.substitutes:
        ends.stand_ins[row.from_resource][row.to_resource] = row
    _add_pumps(dataset, ends)
    _add_utilities(dataset, ends)
    return ends


def _add_pumps(dataset: Dataset, ends: Ends) -> None:
    """Who gives what is pumped needs what the pumps run on; how much, only the ways will say."""
    for owner, given in list(ends.gives.items()):
        ends.takes[owner] |= {pumped_by for name, pumped_by in dataset.pumped if name in given}
    for row in dataset.exchanges:
        for name, pumped_by in dataset.pumped:
            if name == row.resource_id:
                ends.needed_today[row.donor_id, pumped_by] = inf


def _add_utilities(dataset: Dataset, ends: Ends) -> None:
    """Who has thermal streams needs hot utility and gives cold one, today at most all of them."""
    heat = dataset.settings.heat
    factors = {(row.profile_id, row.slice_id): row.factor for row in dataset.profiles}
    hosts = group(dataset.project_places, "project_id")
    units = group(dataset.units, "recipe_id")
    of_projects = group(dataset.project_units, "recipe_id")
    for stream in dataset.thermal_streams:
        cold = stream.role == "cold"
        utility = heat.hot_utility if cold else heat.cold_utility
        if not utility:
            continue
        side, today = (ends.takes, ends.needed_today) if cold else (ends.gives, ends.given_today)
        if stream.enterprise_id:
            side[stream.enterprise_id].add(utility)
            today[stream.enterprise_id, utility] += stream.heat * sum(
                part.hours / 8760 * factors.get((stream.profile_id, part.id), 1.0)
                for part in dataset.settings.slices
            )
        for unit in units.get(stream.recipe_id, ()):
            side[unit.enterprise_id].add(utility)
            amount = unit.capacity * unit.utilisation * stream.heat
            today[unit.enterprise_id, utility] += amount
        for project_unit in of_projects.get(stream.recipe_id, ()):
            for place in hosts.get(project_unit.project_id, ()):
                side[place.host_id or place.place_id].add(utility)


def flows_of(dataset: Dataset, recipe_id: str) -> tuple[set[str], set[str]]:
    """Resources a recipe gives and takes."""
    gives: set[str] = set()
    takes: set[str] = set()
    for flow in dataset.flows_of_recipe.get(recipe_id, ()):
        if flow.coefficient > 0:
            (gives if flow.direction == "out" else takes).add(flow.resource_id)
    return gives, takes
