"""Sets of conditions that cannot hold together: a short one, the smallest one, and what mends all.

Conditions are numbers; `holds(kept)` says whether there is a plan when only those kept must hold.
Taking conditions away never makes a plan impossible, so if a set holds, every part of it does.

A conflict is a set that does not hold while every part of it does. It is found by dividing
(QuickXplain). A correction is a set without which the rest holds, and that has no part of this
kind. Every conflict has a member in every correction and the other way round, so the smallest
hitting set of the corrections known so far is never larger than the smallest conflict: if it does
not hold it is one, and if it holds the conditions that it leaves out give another correction.

Source: Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI-04, 167-172; Ignatiev, Previti, Liffiton and Marques-Silva (2015), Smallest MUS
extraction with minimal hitting set dualization, CP 2015, LNCS 9255, 173-182.
"""

from collections.abc import Callable, Sequence
from math import inf

from symbiosis_models.hitting_set import smallest_hitting_set

Holds = Callable[[frozenset[int]], bool]


class TooManyTrialsError(Exception):
    """More trials would be needed than are allowed."""


def limited(holds: Holds, most: float) -> Holds:
    """The same trial, refused with `TooManyTrialsError` once it has been asked so often."""
    left = most

    def counted(kept: frozenset[int]) -> bool:
        nonlocal left
        if left <= 0:
            raise TooManyTrialsError
        left -= 1
        return holds(kept)

    return counted


def irreducible_conflict(
    holds: Holds, behind: frozenset[int], among: Sequence[int]
) -> frozenset[int]:
    """Conditions that with those behind cannot hold together, none of which can be left out.

    Those behind hold alone, and with all of `among` they do not.
    """

    def divide(kept: frozenset[int], added: bool, rest: Sequence[int]) -> frozenset[int]:
        if added and not holds(kept):
            return frozenset()
        if len(rest) <= 1:
            return frozenset(rest)
        one, other = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        of_other = divide(kept.union(one), True, other)
        of_one = divide(kept | of_other, bool(of_other), one)
        return of_other | of_one

    return divide(behind, False, among)


def correction(holds: Holds, kept: frozenset[int], among: Sequence[int]) -> frozenset[int]:
    """Conditions of `among` without which the rest holds with those kept, none needlessly.

    Those kept hold alone. As many as possible are added to them, half of the rest at a time.
    """

    def left_out(rest: Sequence[int]) -> frozenset[int]:
        nonlocal kept
        if holds(kept.union(rest)):
            kept = kept.union(rest)
            return frozenset()
        if len(rest) == 1:
            return frozenset(rest)
        half = len(rest) // 2
        return left_out(rest[:half]) | left_out(rest[half:])

    rest = [n for n in among if n not in kept]
    return left_out(rest) if rest else frozenset()


def smallest_conflict(
    holds: Holds,
    found: frozenset[int],
    behind: frozenset[int],
    among: Sequence[int],
    most_trials: float = inf,
) -> tuple[frozenset[int], bool]:
    """The fewest conditions of `among` that with those behind cannot hold; whether it is proven.

    found    an irreducible conflict; it stays where no smaller one is found in so many trials
    """
    tried = limited(holds, most_trials)
    corrections: list[frozenset[int]] = []
    others = [n for n in among if n not in found]
    try:
        for n in sorted(found):  # if each alone mends all, no other conflict exists
            corrections.append(frozenset({n}) | correction(tried, behind | found - {n}, others))
        while len(hit := smallest_hitting_set(corrections)) < len(found):
            if not tried(behind | hit):
                return hit, True
            corrections.append(correction(tried, behind | hit, among))
    except TooManyTrialsError:
        return found, False
    return found, True
