"""What a family makes of a case: an ordinary dataset, and how its figures are read off a plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbiosis.planning.plan import Plan

Figures = dict[str, Any]  # figure -> number, names, or figures within


def nothing_obvious() -> str:
    """No reason why a case has no plan."""
    return ""


def nothing_more(plan: Plan) -> Sequence["Translation"]:
    """No second stage."""
    return ()


@dataclass(frozen=True)
class Translation:
    """A case as a dataset.

    rows        makes the tables, after all of the case has been read
    figures     figures of the plan, of all that might be published
    shortage    why no plan meets the case, where that is obvious
    further     other datasets of the same case, each with figures of its own
    then        datasets that need this plan to be made: what is least once the first figure is
    """

    rows: Callable[[], Mapping[str, list[dict[str, Any]]]]
    settings: Mapping[str, Any]
    figures: Callable[[Plan], Figures]
    shortage: Callable[[], str] = nothing_obvious
    further: tuple["Translation", ...] = ()
    then: Callable[[Plan], Sequence["Translation"]] = nothing_more
