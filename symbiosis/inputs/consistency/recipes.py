"""Recipes: each has flows, a reference among them, no flow both ways, no energy from nothing."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.energy import energy_balance, heat_machines
from symbiosis.domain.errors import Fault
from symbiosis.inputs.consistency.ends import Ends, flows_of
from symbiosis.inputs.consistency.faults import among, fault_of
from symbiosis.locale import _

ROUNDED = 1e-3  # of the energy that goes in: coefficients are typed with a few digits


def check_recipes(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A capacity is counted in the reference, which must be one of the flows."""
    for recipe in dataset.recipes:
        flows = dataset.flows_of_recipe.get(recipe.recipe_id, ())
        if not flows:
            yield fault_of(
                recipe,
                "recipe_id",
                _("has no flows"),
                _("write what it takes and gives in {file}").format(file="recipe_flows.csv"),
            )
            continue
        gives, takes = flows_of(dataset, recipe.recipe_id)
        if recipe.reference_resource not in gives | takes:
            yield fault_of(
                recipe,
                "reference_resource",
                _("is not among the flows of '{recipe}', or its coefficient is 0").format(
                    recipe=recipe.recipe_id
                ),
                among(recipe.reference_resource, gives | takes),
            )
        for flow in flows:
            if flow.direction == "out" and flow.resource_id in gives & takes:
                yield fault_of(
                    flow,
                    "resource_id",
                    _("is both taken and given by the recipe '{recipe}'").format(
                        recipe=recipe.recipe_id
                    ),
                    _("keep the difference of the two as one row"),
                )


def check_heat_machines(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """First law: what only turns heat, carriers and power gives no more energy than it takes."""
    for recipe_id, machine in heat_machines(dataset).items():
        taken, given = energy_balance(dataset, machine)
        if given > (1 + ROUNDED) * taken:
            yield fault_of(
                dataset.recipe[recipe_id],
                "recipe_id",
                _("gives {given} GJ of energy per unit of activity and takes {taken}").format(
                    given=f"{given:.6g}", taken=f"{taken:.6g}"
                ),
                _("mend coefficients and duties, or add the thermal stream or fuel it takes"),
            )
