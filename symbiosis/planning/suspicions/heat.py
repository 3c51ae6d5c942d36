"""Heat machines that the second law does not allow."""

from collections.abc import Iterator

from symbiosis.locale import _
from symbiosis.planning.exergy import Exergy
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, number, titled, warning

ROUNDED = 1e-3  # of the work that goes in


def more_work(prepared: Prepared) -> Iterator[Weighed]:
    """What a machine takes, heat at its temperatures, could not do the work that it gives."""
    dataset = prepared.dataset
    exergy = Exergy(dataset, (), {})
    for recipe_id, machine in exergy.machines.items():
        row = exergy.turned(machine)
        if row.destroyed < -ROUNDED * abs(row.exergy_taken):
            recipe = dataset.recipe[recipe_id]
            yield warning(
                "recipes.csv",
                _(
                    "takes heat and power worth {taken} GJ of work per unit of activity and gives "
                    "{given}: the second law does not allow it"
                ).format(taken=number(row.exergy_taken), given=number(row.exergy_given)),
                _(
                    "mend coefficients and the temperatures of its streams; a carrier counts at "
                    "those that raise it or that it heats"
                ),
                row=recipe.row,
                column="recipe_id",
                value=titled(recipe_id, recipe),
                weight=-row.destroyed / max(abs(row.exergy_taken), 1e-9),
            )
