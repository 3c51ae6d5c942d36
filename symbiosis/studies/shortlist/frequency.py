"""How often something is chosen in a number of plans, and how sure that share is."""

from collections.abc import Collection, Iterable
from math import sqrt

from symbiosis.studies.shortlist.records import ChosenPlan, Frequency

Z = 1.959963984540054  # two-sided 95 % of the normal distribution


def wilson_interval(chosen: int, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.

    >>> [round(x, 4) for x in wilson_interval(8, 10)]
    [0.4902, 0.9433]
    """
    share, spread = chosen / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt((share * (1 - share) + spread / 4) / of) / (1 + spread)
    low = 0.0 if chosen == 0 else max(0.0, middle - half)
    return low, 1.0 if chosen == of else min(1.0, middle + half)


def frequency(chosen: int, of: int, everything: bool = False) -> Frequency:
    """Share of some plans; `everything`: there are no other plans it could be a sample of."""
    if not of:
        return Frequency(0, 0, None, None, None, "")
    share = chosen / of
    low, high = (share, share) if everything else wilson_interval(chosen, of)
    return Frequency(chosen, of, share, low, high, often(chosen, of))


def often(chosen: int, of: int) -> str:
    """Always, sometimes or never; "" of nothing."""
    if not of:
        return ""
    return "always" if chosen == of else "sometimes" if chosen else "never"


def together(*frequencies: Frequency) -> str:
    """How often over all plans of several kinds."""
    return often(sum(f.chosen for f in frequencies), sum(f.of for f in frequencies))


def with_plan(plans: Iterable[ChosenPlan]) -> list[ChosenPlan]:
    """Those for which there is a plan at all."""
    return [plan for plan in plans if plan.outcome is not None]


def counted(plans: Collection[ChosenPlan], field: str) -> dict[object, int]:
    """In how many plans every member of a field (projects, exchanges, links) is chosen."""
    found: dict[object, int] = {}
    for plan in plans:
        for member in getattr(plan, field):
            found[member] = found.get(member, 0) + 1
    return found
