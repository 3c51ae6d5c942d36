"""The yearly result of a target by itself, and what moves it.

    result = sum of price x amount sold - sum of (price + freight) x amount bought
             - fixed operating and labour cost - variable cost               万元/year

What is exchanged in the park has no price in the data: within the study payments between members
cancel. It is counted at the worst end of its window, at the middle, and at the best.
"""

from collections.abc import Iterable, Iterator

from symbiosis.outputs.dossier.prices import YUAN
from symbiosis.outputs.dossier.records import Line, Measure, Money, Name, Number


def price_ends(line: Line) -> tuple[float, float] | None:
    """Lowest and highest price of a line, yuan per unit; None where neither end is known."""
    ends = [x.value for x in (line.seller_end, line.buyer_end) if x.value is not None]
    return (min(ends), max(ends)) if ends else None


def own_result(
    buys: Iterable[Line], sells: Iterable[Line], yearly_cost: float
) -> tuple[float | None, float, float | None]:
    """Worst, middle and best yearly result of a target, 万元/year; None: the end is not known."""
    totals = [-yearly_cost] * 3
    known = [True] * 3
    for sign, lines in ((-1.0, buys), (1.0, sells)):
        for line in lines:
            amount = (line.amount.value or 0.0) / YUAN
            freight = line.freight * amount if sign < 0 else 0.0
            low, high = price_ends(line) or (0.0, 0.0)
            worst, best = (high, low) if sign < 0 else (low, high)
            for n, price in enumerate((worst, (low + high) / 2, best)):
                totals[n] += sign * price * amount - freight
            # The target buys at the buyer's end and sells at the seller's end at worst.
            ends = (line.buyer_end, line.seller_end)[:: 1 if sign < 0 else -1]
            known[0] &= ends[0].value is not None
            known[2] &= ends[1].value is not None
    return totals[0] if known[0] else None, totals[1], totals[2] if known[2] else None


def with_ends(lines: Iterable[Line], known: int) -> tuple[Name, ...]:
    """What is traded with so many ends of its window known."""
    found = {line.resource: None for line in lines if _known(line) == known}
    return tuple(found)


def _known(line: Line) -> int:
    """How many ends of the window are known: the middle price is their mean."""
    return sum(x.value is not None for x in (line.seller_end, line.buyer_end))


def swings(
    buys: Iterable[Line], sells: Iterable[Line], money: Money, years_factor: float
) -> Iterator[Measure]:
    """One number at a time from its low to its high end: by how much the own result moves.

    The capital cost counts as the equal yearly amount of the same present value.
    """
    for line in (*buys, *sells):
        amount = (line.amount.value or 0.0) / YUAN
        for price in dict.fromkeys((line.seller_end, line.buyer_end)):
            if price.value is None:
                continue
            share = 1.0 if line.seller_end == line.buyer_end else 1 / _known(line)
            yield from _swing("markets", line.way, (line.resource,), price, amount * share)
        price_now = price_ends(line)
        if price_now is not None:
            middle = (sum(price_now) / 2 + line.freight) / YUAN
            yield from _swing("recipe_flows", "", (line.resource,), line.amount, abs(middle))
    yield from _swing("projects", "", (), money.capital, 1 / years_factor)
    yield from _swing("project_units", "", (), money.variable, 1.0)


def _swing(
    table: str, detail: str, names: tuple[Name, ...], number: Number, per_unit: float
) -> Iterator[Measure]:
    if number.value is None or number.low is None or number.high is None:
        return
    swing = (number.high - number.low) * per_unit
    if swing > 0:
        yield Measure(table, detail, names, number, swing)
