"""Indicators: what a year of today or of a plan means for climate, water, waste and material.

A linear indicator weighs what is bought, sold, disposed of and exchanged; it can be an objective.
Another one is computed from these. One function an indicator; tables and reports list them all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from symbiosis.domain.resources import Resource
from symbiosis.planning import water_indicators
from symbiosis_models.problem import HEAT_LINKS, NPV, Measure

Weights = Mapping[str, float]  # buy | sell | dispose | exchanged -> weight per unit


def co2e(resource: Resource) -> Weights:
    """tCO2e: released in the park, and upstream of what is bought; power sold saves the same."""
    weights = {"buy": resource.co2e_bought, "dispose": resource.co2e_released}
    if resource.state == "power":
        weights["sell"] = -resource.co2e_bought
    return weights


def fresh_water(resource: Resource) -> Weights:
    """m3 of virgin water bought."""
    return {"buy": 1.0 if resource.kind == "water" and resource.virgin else 0.0}


def disposed(resource: Resource) -> Weights:
    """t of solid and liquid by-products (water apart) that are disposed of."""
    waste = resource.kind == "material" and resource.role in ("byproduct", "product")
    return {"dispose": (resource.mass or 0.0) if waste else 0.0}


def water_discharged(resource: Resource) -> Weights:
    """m3 of water that leaves: to rivers, to sewers outside, to evaporation."""
    return {"dispose": 1.0 if resource.kind == "water" else 0.0}


def virgin(resource: Resource) -> Weights:
    """t of virgin material bought."""
    material = resource.kind == "material" and resource.virgin
    return {"buy": (resource.mass or 0.0) if material else 0.0}


def byproduct_exchanged(resource: Resource) -> Weights:
    """t of by-products (water apart) exchanged between members."""
    exchanged = resource.kind == "material" and resource.role == "byproduct"
    return {"exchanged": (resource.mass or 0.0) if exchanged else 0.0}


def byproduct_sold(resource: Resource) -> Weights:
    """t of by-products (water apart) sold outside."""
    sold = resource.kind == "material" and resource.role == "byproduct"
    return {"sell": (resource.mass or 0.0) if sold else 0.0}


def power_bought(resource: Resource) -> Weights:
    """MWh of power bought, net of power sold."""
    is_power = resource.state == "power"
    return {"buy": 1.0, "sell": -1.0} if is_power else {}


@dataclass(frozen=True)
class Indicator:
    """An indicator: its unit, and whether less of it is better."""

    name: str
    unit: str
    weights: Callable[[Resource], Weights]
    less_is_better: bool = True


LINEAR = {
    indicator.name: indicator
    for indicator in (
        Indicator("co2e", "t/year", co2e),
        Indicator("fresh_water", "m3/year", fresh_water),
        Indicator("water_discharged", "m3/year", water_discharged),
        Indicator("disposed", "t/year", disposed),
        Indicator("virgin", "t/year", virgin),
        Indicator("byproduct_exchanged", "t/year", byproduct_exchanged, less_is_better=False),
        Indicator("byproduct_sold", "t/year", byproduct_sold, less_is_better=False),
        Indicator("power_bought", "MWh/year", power_bought),
    )
}


def objective_weights(name: str, resources: Iterable[Resource]) -> dict[tuple[str, str], float]:
    """Weights of a linear indicator over all resources: (resource, action) -> weight."""
    return {
        (resource.resource_id, action): weight
        for resource in resources
        for action, weight in LINEAR[name].weights(resource).items()
        if weight
    }


def measure_named(name: str, resources: Iterable[Resource], hot_utility: str) -> Measure:
    """An objective as the formulations take it: present value, a linear indicator, heat links."""
    if name == NPV:
        return Measure(NPV, True, {})
    if name == HEAT_LINKS:
        return Measure(HEAT_LINKS, False, {(hot_utility, "buy"): 1.0} if hot_utility else {})
    return Measure(name, not LINEAR[name].less_is_better, objective_weights(name, resources))


def measure(
    resources: Mapping[str, Resource], amounts: Iterable[tuple[str, str, float]]
) -> dict[str, float]:
    """Every indicator of the amounts (resource, action, units/year) of a year.

    The rates of water are in `water_indicators`.
    """
    totals = dict.fromkeys(LINEAR, 0.0)
    for resource, action, amount in amounts:
        for name, indicator in LINEAR.items():
            totals[name] += indicator.weights(resources[resource]).get(action, 0.0) * amount
    totals["circularity"] = circularity(totals)
    return totals


def circularity(totals: Mapping[str, float]) -> float:
    """Share of by-product mass that is exchanged or sold rather than disposed of, 0 to 1."""
    kept = totals["byproduct_exchanged"] + totals["byproduct_sold"]
    whole = kept + totals["disposed"]
    return kept / whole if whole > 0 else 0.0


UNITS = {
    **{name: indicator.unit for name, indicator in LINEAR.items()},
    "circularity": "1",
    **water_indicators.UNITS,
}
MEASURE_UNITS = {NPV: "wanyuan", HEAT_LINKS: "links"} | {
    name: indicator.unit for name, indicator in LINEAR.items()
}
