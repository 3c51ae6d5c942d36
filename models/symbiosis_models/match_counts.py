"""How many pairs must exchange heat at least, where all heat goes from stream to stream.

Pairs that exchange heat join streams into groups. What the streams of a group give is what they
take, and at every temperature no more has been taken than given; a group of n streams needs n - 1
pairs. So with p groups at the most, N streams need N - p pairs. Few sets of streams are balanced by
themselves, so p is small, mostly 1, and can be counted. The relaxation of the pairs sees nothing of
it: a part of a pair carries a part of its heat.

Where no heat passes a temperature the same holds of the streams above it and of those below it.

Source: Hohmann (1971), PhD thesis, University of Southern California (N - 1 units); Linnhoff,
Mason and Wardle (1979), Computers & Chemical Engineering 3, 295-302 (subsets that are balanced).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

MOST_STREAMS = 36  # twice 2^18 sets of a half are sorted in a moment
MOST_LOOKED_AT = 5_000_000  # sets whose heat is balanced as a whole
MOST_SETS = 20_000  # of them those downhill: put together in a second or two
ROUNDING = 1e-6  # of all heat: sets that are balanced but for it count as balanced


def least_pairs(heat: Sequence[Sequence[float]]) -> int:
    """Least number of pairs that can exchange all heat; 0 where it cannot be counted.

    heat    of every stream in every interval, the hottest first; what is taken is negative

    >>> least_pairs([[4, 0], [0, 3], [-2, -2], [0, -3]])
    2
    >>> least_pairs([[4, 0], [0, 3], [-2, -1], [0, -4]])
    3
    """
    balanced = _balanced_sets(np.asarray(heat, dtype=float))
    if balanced is None:
        return 0
    of_first: dict[int, list[int]] = {}
    for members in balanced:
        of_first.setdefault(members & -members, []).append(members)

    @cache
    def most_groups(left: int) -> float:
        """Most balanced sets that `left` can be parted into, minus infinity if into none."""
        if not left:
            return 0
        fitting = (x for x in of_first.get(left & -left, ()) if x & left == x)
        return max((1 + most_groups(left ^ x) for x in fitting), default=-np.inf)

    groups = most_groups(2 ** len(heat) - 1)
    return 0 if groups < 1 else len(heat) - int(groups)


def _balanced_sets(heat: np.ndarray) -> list[int] | None:
    """Sets of streams that can exchange all their heat, as bits; None if there are too many.

    The sums of one half of the streams are sorted, and those of the other half looked up in them.
    """
    count = len(heat)
    if not 0 < count <= MOST_STREAMS:
        return None
    passing = heat.cumsum(axis=1)
    total = passing[:, -1]
    rounding = ROUNDING * float(np.abs(total).sum())
    half = count // 2
    of_first, of_second = _sums(total[:half]), _sums(total[half:])
    order = np.argsort(of_first, kind="stable")
    start = np.searchsorted(of_first[order], -of_second - rounding, side="left")
    end = np.searchsorted(of_first[order], -of_second + rounding, side="right")
    if (end - start).sum() > MOST_LOOKED_AT:
        return None
    second = np.repeat(np.arange(len(of_second)), end - start)
    place = np.arange(len(second)) - np.repeat(np.cumsum(end - start) - (end - start), end - start)
    sets = np.sort(order[start[second] + place] + (second << half))[1:]  # without the empty one
    found: list[int] = []
    for some in np.array_split(sets, 1 + len(sets) // 100_000):
        members = (some[:, None] >> np.arange(count)) & 1
        downhill = (members @ passing >= -rounding).all(axis=1)
        found += some[downhill].tolist()
        if len(found) > MOST_SETS:
            return None
    return found


def _sums(amounts: np.ndarray) -> np.ndarray:
    """Sum of every set of amounts, at the number whose bits are the set."""
    sums = np.zeros(1)
    for amount in amounts:
        sums = np.concatenate([sums, sums + amount])
    return sums
