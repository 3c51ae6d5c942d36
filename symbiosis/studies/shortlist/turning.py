"""Where a decision turns as one number changes: a bracket, then Newton's steps kept inside it."""

from collections.abc import Callable

Difference = tuple[float, float]  # by how much the park is better off with it, and its slope


def turning_point(
    difference: Callable[[float], Difference],
    at_one: Difference,
    ends: tuple[float, float],
    tolerance: float,
) -> tuple[float, float] | None:
    """Two factors between which `difference` changes its sign, or None before the end is reached.

    The search leaves factor 1 in the direction in which the difference falls (rises, where it is
    below 0). The objective of a plan is linear in a price or cost, the best objective therefore
    convex, so that a few Newton steps reach the turning point; each aims half a tolerance past it,
    so that the point lies between two factors that were looked at. A step that leaves the bracket,
    or does not halve it twice running, is a bisection.

    difference   of a factor; at_one: that of factor 1
    ends         smallest and largest factor looked at
    tolerance    relative distance of the two factors returned: (still as at 1, turned)
    """
    value, slope = at_one
    if slope == 0:
        return None
    positive = value >= 0
    forward = 1.0 if (slope < 0) == positive else -1.0
    end = ends[1] if forward > 0 else ends[0]
    still, turned = 1.0, None
    x, slow = 1.0, 0

    def beyond(a: float, b: float) -> bool:
        return (a - b) * forward > 0

    while turned is None or abs(turned - still) > tolerance * max(abs(turned), abs(still)):
        nudge = forward * tolerance / 2 * abs(x) * (1.0 if turned is None or x == still else -1.0)
        step = x - value / slope + nudge if slope else end
        if turned is None:
            x = step if beyond(step, still) and beyond(end, step) else end
        else:
            inside = beyond(step, still) and beyond(turned, step) and slow < 2
            x = step if inside else (still + turned) / 2
        before = None if turned is None else abs(turned - still)
        value, slope = difference(x)
        if (value >= 0) == positive:
            still = x
            if x == end:
                return None
        else:
            turned = x
        if before is not None:
            slow = slow + 1 if abs(turned - still) > before / 2 else 0
            slow = 0 if slow > 2 else slow
    return still, turned
