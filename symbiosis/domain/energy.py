"""Heat machines: recipes that turn heat, energy carriers and power into one another.

What goes in and out of such a recipe is known in GJ, so that its energy balance can be closed:

    heat_taken + carriers_taken + power_taken = heat_given + carriers_given + power_given + loss

A waste-heat boiler, a turbine, a let-down valve, a heat pump and an exchanger station are heat
machines. What burns a fuel is none: the heat in the fuel is not in the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.heat import ThermalStream
from symbiosis.domain.resources import Resource
from symbiosis.domain.units import UnitError, factor


@dataclass(frozen=True)
class HeatMachine:
    """A recipe that is a heat machine; all per unit of activity.

    takes, gives    energy resources, in their own units
    streams         its thermal streams
    """

    recipe_id: str
    takes: Mapping[str, float]
    gives: Mapping[str, float]
    streams: tuple[ThermalStream, ...]


def heat_machines(dataset: Dataset) -> dict[str, HeatMachine]:
    """Recipes that take heat or a carrier of it and give energy, by id.

    All their other flows are energy in a unit of energy, water or services: a recipe with a fuel or
    a material is left out.
    """
    streams = group((s for s in dataset.thermal_streams if s.recipe_id), "recipe_id")
    found = {}
    for recipe_id in {**dataset.flows_of_recipe, **streams}:
        flows = dataset.flows_of_recipe.get(recipe_id, ())
        kinds = [dataset.resource[flow.resource_id] for flow in flows]
        energy = [(f, r) for f, r in zip(flows, kinds, strict=True) if r.kind == "energy"]
        takes = {f.resource_id: f.coefficient for f, _r in energy if f.direction == "in"}
        gives = {f.resource_id: f.coefficient for f, _r in energy if f.direction == "out"}
        own = streams.get(recipe_id, ())
        roles = {stream.role for stream in own}
        closed = all(gigajoules(r) is not None for _f, r in energy) and all(
            r.kind != "material" or r.role == "service" for r in kinds
        )
        heated = "cold" in roles or any(dataset.resource[r].state != "power" for r in takes)
        if closed and heated and ("hot" in roles or gives):
            found[recipe_id] = HeatMachine(recipe_id, takes, gives, own)
    return found


def gigajoules(resource: Resource) -> float | None:
    """GJ in a unit of an energy resource, None where its unit measures no energy (a gas in m3)."""
    try:
        return factor(resource.unit, "GJ")
    except UnitError:
        return None


def energy_balance(dataset: Dataset, machine: HeatMachine) -> tuple[float, float]:
    """GJ that a heat machine takes and gives per unit of activity."""
    sums = {"cold": 0.0, "hot": 0.0}
    for stream in machine.streams:
        sums[stream.role] += stream.heat
    for role, flows in (("cold", machine.takes), ("hot", machine.gives)):
        sums[role] += sum(
            (gigajoules(dataset.resource[resource]) or 0.0) * amount
            for resource, amount in flows.items()
        )
    return sums["cold"], sums["hot"]
