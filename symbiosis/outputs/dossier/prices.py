"""The window of prices of an exchange: what its two ends could get or pay elsewhere.

The seller takes no less than it gets on the best market outside (or pays less than its disposal
costs); the buyer pays no more than what it would buy outside for the same use, less the freight.
Both ends are markets of the dataset, so a limit on how much these take is not seen here.
"""

from dataclasses import replace

from symbiosis.domain.resources import Market
from symbiosis.outputs.dossier.records import Number
from symbiosis.planning.today import Markets

YUAN = 1e4  # of 1 万元


def market_price(market: Market | None, unit: str, sign: float = 1.0) -> Number:
    """The price of a market with its range, yuan per unit; not stated where there is no market."""
    if market is None:
        return Number(unit=f"yuan/{unit}")
    ends = [None if x is None else x * sign * YUAN for x in (market.low, market.high)]
    low, high = ends if sign > 0 else ends[::-1]
    return Number(
        market.price * sign * YUAN, f"yuan/{unit}", low, high, market.provenance, market.check
    )


def seller_end(markets: Markets, actor: str, resource: str, unit: str) -> Number:
    """What an actor gets elsewhere for what it gives: sold, else less than nothing for disposal."""
    sold = market_price(markets.row(actor, resource, "sell"), unit)
    gone = market_price(markets.row(actor, resource, "dispose"), unit, -1.0)
    known = [price for price in (sold, gone) if price.value is not None]
    return max(known, key=lambda price: price.value or 0.0, default=sold)


def buyer_end(
    markets: Markets, actor: str, serves: str, unit: str, yields: float, freight: float
) -> Number:
    """What an actor pays elsewhere for the use of one unit sent to it, less its freight.

    yields    units of the need `serves` that one unit sent covers
    freight   yuan per unit sent
    """
    bought = market_price(markets.row(actor, serves, "buy"), unit)

    def here(price: float | None) -> float | None:
        return None if price is None else price * yields - freight

    return replace(bought, value=here(bought.value), low=here(bought.low), high=here(bought.high))
