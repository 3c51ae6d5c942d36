"""A dataset in memory: the records of every table, found by their keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from symbiosis.domain.errors import Fault
from symbiosis.domain.heat import HeatLink, Profile, ThermalStream
from symbiosis.domain.places import Enterprise, Link, Park, Stream, TodayExchange, Unit
from symbiosis.domain.projects import (
    Chain,
    ChainLink,
    ChainStage,
    Project,
    ProjectPlace,
    ProjectSize,
    ProjectUnit,
    Recipe,
    RecipeFlow,
)
from symbiosis.domain.quality import (
    Load,
    LoadLimit,
    Pool,
    Property,
    Quality,
    Standard,
    StandardLimit,
    StandardUse,
)
from symbiosis.domain.resources import Carrier, Market, Resource, Substitute
from symbiosis.domain.settings import ALL_YEAR, Settings
from symbiosis.domain.units import UnitError, factor


@dataclass(frozen=True)
class Dataset:
    """What a study is asked of. Every number is in the units of `domain.units`.

    origins   of a region: (file, row) here -> (file, row) in the dataset it comes from
    parts     of a region: its datasets, each by itself
    """

    name: str
    settings: Settings
    parks: tuple[Park, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    resources: tuple[Resource, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    properties: tuple[Property, ...] = ()
    qualities: tuple[Quality, ...] = ()
    standards: tuple[Standard, ...] = ()
    standard_limits: tuple[StandardLimit, ...] = ()
    standard_uses: tuple[StandardUse, ...] = ()
    loads: tuple[Load, ...] = ()
    load_limits: tuple[LoadLimit, ...] = ()
    pools: tuple[Pool, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    recipe_flows: tuple[RecipeFlow, ...] = ()
    units: tuple[Unit, ...] = ()
    streams: tuple[Stream, ...] = ()
    projects: tuple[Project, ...] = ()
    project_sizes: tuple[ProjectSize, ...] = ()
    project_units: tuple[ProjectUnit, ...] = ()
    project_places: tuple[ProjectPlace, ...] = ()
    thermal_streams: tuple[ThermalStream, ...] = ()
    profiles: tuple[Profile, ...] = ()
    heat_links: tuple[HeatLink, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    links: tuple[Link, ...] = ()
    exchanges: tuple[TodayExchange, ...] = ()
    markets: tuple[Market, ...] = ()
    chains: tuple[Chain, ...] = ()
    chain_stages: tuple[ChainStage, ...] = ()
    chain_links: tuple[ChainLink, ...] = ()
    warnings: tuple[Fault, ...] = field(default=(), compare=False)
    digest: str = field(default="", compare=False)
    origins: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict, compare=False)
    parts: "tuple[Dataset, ...]" = field(default=(), compare=False)

    @cached_property
    def resource(self) -> dict[str, Resource]:
        """Resources by id."""
        return {row.resource_id: row for row in self.resources}

    @cached_property
    def enterprise(self) -> dict[str, Enterprise]:
        """Enterprises by id."""
        return {row.enterprise_id: row for row in self.enterprises}

    @cached_property
    def park(self) -> dict[str, Park]:
        """Parks by id."""
        return {row.park_id: row for row in self.parks}

    @cached_property
    def carrier(self) -> dict[str, Carrier]:
        """Carriers by id."""
        return {row.carrier_id: row for row in self.carriers}

    def carriers_of(self, resource_id: str) -> tuple[Carrier, ...]:
        """What a resource travels by: its carrier, then the one beyond the reach of that."""
        row = self.resource[resource_id]
        return tuple(self.carrier[key] for key in (row.carrier_id, row.far_carrier_id) if key)

    @cached_property
    def pumped(self) -> tuple[tuple[str, str], ...]:
        """Resources that are pumped on their way, each with what the pumps run on."""
        return tuple(
            (row.resource_id, carrier.pumping_resource)
            for row in self.resources
            for carrier in self.carriers_of(row.resource_id)
            if carrier.pumping_resource
        )

    def reach(self, resource_id: str) -> float:
        """Longest way of a resource between two sites, km."""
        return max((carrier.reach for carrier in self.carriers_of(resource_id)), default=0.0)

    def carrier_over(self, resource_id: str, km: float) -> Carrier | None:
        """What a resource travels by over a distance: the first that reaches, else the last."""
        carriers = self.carriers_of(resource_id)
        reaching = (carrier for carrier in carriers if km <= carrier.reach)
        return next(reaching, carriers[-1] if carriers else None)

    @cached_property
    def project(self) -> dict[str, Project]:
        """Projects by id."""
        return {row.project_id: row for row in self.projects}

    @cached_property
    def chain(self) -> dict[str, Chain]:
        """Chains by id."""
        return {row.chain_id: row for row in self.chains}

    @cached_property
    def recipe(self) -> dict[str, Recipe]:
        """Recipes by id."""
        return {row.recipe_id: row for row in self.recipes}

    @cached_property
    def sliced(self) -> frozenset[str]:
        """Resources that the study balances in every slice; all others over the year."""
        several = len(self.settings.slices) > 1
        return frozenset(r.resource_id for r in self.resources if several and r.balance == "slice")

    def slices_of(self, *resources: str) -> tuple[str, ...]:
        """Slices in which a flow between these resources is counted."""
        if self.sliced.isdisjoint(resources):
            return (ALL_YEAR,)
        return tuple(part.id for part in self.settings.slices)

    @cached_property
    def property(self) -> dict[str, Property]:
        """Properties by id."""
        return {row.property_id: row for row in self.properties}

    @cached_property
    def flows_of_recipe(self) -> dict[str, tuple[RecipeFlow, ...]]:
        """Flows by recipe."""
        return group(self.recipe_flows, "recipe_id")

    @cached_property
    def units_of_project(self) -> dict[str, tuple[ProjectUnit, ...]]:
        """Units by project, main unit first."""
        return group(self.project_units, "project_id")

    def load_unit(self, property_id: str, resource_id: str) -> tuple[str, float]:
        """Unit in which a load of a year is shown, and what a load inside is multiplied by."""
        units = self.property[property_id].unit, self.resource[resource_id].unit
        inside = "({})*{}/year".format(*units)
        try:
            return "t/year", factor(inside, "t/year")
        except UnitError:
            return inside, 1.0

    def offered(self, project: Project) -> bool:
        """Whether the study may build the project (its own switch, then the study's)."""
        if project.project_id in self.settings.switch_off:
            return False
        return project.available or project.project_id in self.settings.switch_on


T = TypeVar("T")


def group(rows: Iterable[T], key: str) -> dict[str, tuple[T, ...]]:
    """Rows by the value of one of their fields, in their order."""
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return {value: tuple(members) for value, members in found.items()}
