"""What one row alone cannot show: rows that contradict each other, faults all gathered.

Only what makes a dataset unusable or silently wrong is a fault here; what is merely suspicious
(a stage nobody performs, a project without a chain) is left to the studies.

    ends, faults    what every check uses: who gives and takes what, and how a fault is written
    names, resources, quality, recipes, ranges, projects, exchanges, markets, links, heat_links,
    profiles, heat, chains, places
                    the checks, one file for what they speak of
"""

from collections.abc import Callable, Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.inputs.consistency.chains import check_chains
from symbiosis.inputs.consistency.ends import Ends, ends_of
from symbiosis.inputs.consistency.exchanges import check_exchanges
from symbiosis.inputs.consistency.heat import check_heat
from symbiosis.inputs.consistency.heat_links import check_heat_links
from symbiosis.inputs.consistency.links import check_links
from symbiosis.inputs.consistency.markets import check_markets
from symbiosis.inputs.consistency.names import check_ids, check_names
from symbiosis.inputs.consistency.places import check_places
from symbiosis.inputs.consistency.profiles import check_profiles
from symbiosis.inputs.consistency.projects import check_projects, check_sizes
from symbiosis.inputs.consistency.quality import (
    check_loads,
    check_pools,
    check_qualities,
    check_standards,
)
from symbiosis.inputs.consistency.ranges import check_ranges
from symbiosis.inputs.consistency.recipes import check_heat_machines, check_recipes
from symbiosis.inputs.consistency.resources import (
    check_carriers,
    check_pumps,
    check_substitutes,
)

__all__ = ["inconsistencies"]

_CHECKS: tuple[Callable[[Dataset, Ends], Iterator[Fault]], ...] = (
    check_ids,
    check_names,
    check_carriers,
    check_pumps,
    check_recipes,
    check_heat_machines,
    check_ranges,
    check_sizes,
    check_projects,
    check_exchanges,
    check_substitutes,
    check_markets,
    check_links,
    check_heat_links,
    check_profiles,
    check_heat,
    check_qualities,
    check_standards,
    check_loads,
    check_pools,
    check_chains,
    check_places,
)


def inconsistencies(dataset: Dataset) -> list[Fault]:
    """Every contradiction between the rows of `dataset`, whose references all hold."""
    ends = ends_of(dataset)
    return [fault for check in _CHECKS for fault in check(dataset, ends)]
