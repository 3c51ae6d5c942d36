"""What is suspicious in a dataset: nothing forbids it, but a person should look at it.

One function a rule; each yields warnings with a weight, the worst first. A rule that finds more
than `MOST_LINES` says how many it leaves out. Errors, which forbid a study, are found on reading.

    closing      mass and energy that do not close
    heat         machines that the second law does not allow
    receivers    what nobody takes, gives or exchanges
    markets      prices at which buying and selling alone would pay
    pipes        lifts that are not known, pipes that run below their smallest flow today
    quality      limits nothing keeps, values that are not known, treatments that give too much
    slips        numbers in another unit, 10^3 or 10^4 off
    confidence   assumptions, sources, coordinates
    chains       chains, projects that are not offered or below the floor, rows nothing refers to
    common       warnings and their words
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from symbiosis.domain.errors import Fault
from symbiosis.locale import _
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.chains import (
    below_floor,
    fills_no_chain,
    switched_off,
    unperformed,
    unused,
)
from symbiosis.planning.suspicions.closing import enterprises_close, recipes_close
from symbiosis.planning.suspicions.common import Weighed, warning
from symbiosis.planning.suspicions.confidence import assumptions, coordinates, provenance
from symbiosis.planning.suspicions.heat import more_work
from symbiosis.planning.suspicions.markets import crossed_prices
from symbiosis.planning.suspicions.pipes import below_smallest_flow, unknown_lifts
from symbiosis.planning.suspicions.quality import (
    impossible_limits,
    loads_from_nowhere,
    more_water,
    today_outside,
    unknown_qualities,
)
from symbiosis.planning.suspicions.receivers import dead_ends, isolated
from symbiosis.planning.suspicions.slips import (
    capacities,
    carriages,
    coefficients,
    own_range,
    prices,
    project_costs,
)

__all__ = ["MOST_LINES", "suspicions"]

MOST_LINES = 15

_RULES: tuple[Callable[[Prepared], Iterator[Weighed]], ...] = (
    recipes_close,
    enterprises_close,
    more_work,
    dead_ends,
    isolated,
    own_range,
    impossible_limits,
    unknown_qualities,
    today_outside,
    more_water,
    loads_from_nowhere,
    prices,
    crossed_prices,
    project_costs,
    capacities,
    coefficients,
    carriages,
    assumptions,
    provenance,
    coordinates,
    unknown_lifts,
    below_smallest_flow,
    unperformed,
    fills_no_chain,
    unused,
    below_floor,
    switched_off,
)


def suspicions(prepared: Prepared) -> list[Fault]:
    """Every suspicious thing of a dataset, by file and row."""
    found = [fault for rule in _RULES for fault in _worst(rule(prepared))]
    return sorted(found, key=lambda fault: (fault.file, fault.row == 0, fault))


def _worst(weighed: Iterable[Weighed]) -> Iterator[Fault]:
    """The worst warnings of a rule, and how many more there are in each file."""
    ranked = [fault for weight, fault in sorted(weighed, key=lambda pair: (-pair[0], pair[1]))]
    yield from ranked[:MOST_LINES]
    for file, count in Counter(fault.file for fault in ranked[MOST_LINES:]).items():
        problem = _("{count} more of the kind '{example}'; the {shown} worst are listed")
        yield warning(
            file,
            problem.format(count=count, shown=MOST_LINES, example=ranked[0].problem),
            _("mend those first, then check again"),
        )[1]
