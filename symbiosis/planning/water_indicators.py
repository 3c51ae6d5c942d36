"""Indicators of water by their Chinese definitions.

water_reused             used and reclaimed water that serves a use, m3/year
industrial_water_reuse   工业用水重复利用率: used again / (used again + fresh water); used again
                         is what circulates in loops and what is reused
reclaimed_water          再生水(中水)回用率: reclaimed water that serves a use / (that and what is
                         let out)
fresh_water_per_sales    fresh water per value of what is sold, m3/万元

Fresh water is all that members buy, domestic water included. A loop of cooling water counts with
`circulation` of its resource, m3 that pass through it per m3 of make-up.

Source: HJ 274-2015 (national standard of eco-industrial parks), indicators 15 and 16 (recalled).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symbiosis.domain.resources import Resource

UNITS = {
    "water_reused": "m3/year",
    "industrial_water_reuse": "1",
    "reclaimed_water": "1",
    "fresh_water_per_sales": "m3/wanyuan",
}


@dataclass(frozen=True)
class WaterYear:
    """What a year of today or of a plan moves.

    trades      resource, buy|sell|dispose, amount, price
    exchanges   resource, resource served, amount that arrives
    within      resource, amount
    """

    trades: Iterable[tuple[str, str, float, float]]
    exchanges: Iterable[tuple[str, str, float]]
    within: Iterable[tuple[str, float]]


def water_indicators(resources: Mapping[str, Resource], year: WaterYear) -> dict[str, float]:
    """The indicators above; a share of nothing is 0."""
    fresh = sales = circulating = reused = returned = let_out = 0.0
    for name, action, amount, price in year.trades:
        resource = resources[name]
        if action == "sell":
            sales += price * amount
        elif action == "buy":
            fresh += amount if resource.virgin and resource.kind == "water" else 0.0
            circulating += resource.circulation * amount
        elif resource.water_class == "reclaimed":
            let_out += amount
    for name, served, amount in year.exchanges:
        resource, use = resources[name], resources[served]
        if use.water_class == "use":
            circulating += use.circulation * amount
            reused += amount if resource.water_class in ("used", "reclaimed") else 0.0
            returned += amount if resource.water_class == "reclaimed" else 0.0
        elif use.water_class == "discharge" and resource.water_class == "reclaimed":
            let_out += amount
    circulating += sum(resources[name].circulation * amount for name, amount in year.within)
    again = circulating + reused
    return {
        "water_reused": reused,
        "industrial_water_reuse": again / (again + fresh) if again > 0 else 0.0,
        "reclaimed_water": returned / (returned + let_out) if returned > 0 else 0.0,
        "fresh_water_per_sales": fresh / sales if sales > 0 else 0.0,
    }
