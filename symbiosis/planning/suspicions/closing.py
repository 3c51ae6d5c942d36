"""Mass and energy: what goes into a recipe or an enterprise comes out.

Heating values and the masses of gases are not in a dataset, so both are judged by bounds that
hold for every substance; between them nothing is called wrong.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.resources import Resource
from symbiosis.locale import _
from symbiosis.network.actors import ActorUnit, recipe_coefficients
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import (
    Weighed,
    convertible,
    number,
    percent,
    titled,
    warning,
)

OPEN_SHARE = 0.2  # of the mass that goes in or comes out

CARBON_OF_CO2 = 12 / 44
GAS_T_PER_1000_M3 = 2.0  # CO2 and propane 1.97, natural gas 0.72
FUEL_T_PER_GJ = 0.1  # fuel gas counted by its heat; lean gas 10 GJ/t
SOLIDS_OF_WASTEWATER = 0.1
FUEL_GJ_PER_T = 50.0  # solid and liquid fuels; fuel oil 42
GAS_GJ_PER_T = 120.0  # hydrogen
GAS_GJ_PER_1000_M3 = 120.0  # butane
STEAM_GJ_PER_T = 3.5  # 540 degrees C

Amounts = Mapping[str, float]  # resource -> amount above 0


def recipes_close(prepared: Prepared) -> Iterator[Weighed]:
    """Per unit of activity, what goes in comes out."""
    dataset = prepared.dataset
    heated = {stream.recipe_id for stream in dataset.thermal_streams}
    for recipe in dataset.recipes:
        given, taken = recipe_coefficients(dataset, recipe.recipe_id)
        per = f"{dataset.resource[recipe.reference_resource].unit} {recipe.reference_resource}"
        with_heat = recipe.recipe_id in heated
        for weight, problem, mend in _openings(dataset, taken, given, per, with_heat):
            yield warning(
                "recipes.csv",
                problem,
                mend,
                row=recipe.row,
                column="recipe_id",
                value=titled(recipe.recipe_id, recipe),
                weight=weight,
            )


def enterprises_close(prepared: Prepared) -> Iterator[Weighed]:
    """Per enterprise as it runs today; one unit alone is judged by its recipe."""
    dataset = prepared.dataset
    units = group(prepared.actors.units, "actor_id")
    heated = {stream.recipe_id for stream in dataset.thermal_streams}
    streams = group(prepared.actors.streams, "actor_id")
    for enterprise in dataset.enterprises:
        actor = enterprise.enterprise_id
        own_units, own_streams = units.get(actor, ()), streams.get(actor, ())
        if len(own_units) + len(own_streams) < 2:
            continue
        net: defaultdict[str, float] = defaultdict(float)
        for unit in own_units:
            if _judged(dataset, unit):
                for resource, coefficient in unit.gives.items():
                    net[resource] += unit.today * coefficient
                for resource, coefficient in unit.takes.items():
                    net[resource] -= unit.today * coefficient
        for stream in own_streams:
            sign = 1 if stream.direction == "supply" else -1
            net[stream.resource_id] += sign * stream.today
        taken = {r: -amount for r, amount in net.items() if amount < 0}
        given = {r: amount for r, amount in net.items() if amount > 0}
        for weight, problem, mend in _openings(
            dataset, taken, given, _("year"), any(u.recipe_id in heated for u in own_units)
        ):
            yield warning(
                "enterprises.csv",
                problem,
                mend,
                row=enterprise.row,
                column="enterprise_id",
                value=titled(actor, enterprise),
                weight=weight,
            )


def _judged(dataset: Dataset, unit: ActorUnit) -> bool:
    """Whether a unit turns materials into something: mines and landfills do not."""
    makes = any(dataset.resource[r].kind == "material" for r in unit.gives)
    return not makes or mass_bounds(dataset, unit.takes, unit.gives) is not None


def _openings(
    dataset: Dataset, taken: Amounts, given: Amounts, per: str, heated: bool
) -> Iterator[tuple[float, str, str]]:
    """Where mass or energy does not close: how far it is open, what is said, how to mend it.

    What is `heated` takes up or gives heat in thermal streams: the heat cascade closes its energy.
    """
    if masses := mass_bounds(dataset, taken, given):
        least_in, most_in, least_out, most_out = masses
        if most_out < (1 - OPEN_SHARE) * least_in:
            share = 1 - most_out / least_in
            yield (
                share,
                _(
                    "takes in {entering} t of materials per {per}, but at most {leaving} t come "
                    "out: {share} are missing"
                ).format(
                    entering=number(least_in),
                    leaving=number(most_out),
                    per=per,
                    share=percent(share),
                ),
                _(
                    "add what leaves (waste, ash, CO2) or mend the amounts; water and air are not "
                    "counted"
                ),
            )
        elif least_out > (1 + OPEN_SHARE) * most_in:
            yield (
                least_out / most_in,
                _(
                    "gives out at least {leaving} t of materials per {per}, but at most "
                    "{entering} t go in"
                ).format(entering=number(most_in), leaving=number(least_out), per=per),
                _(
                    "add what goes in or mend the amounts; CO2 counts with its carbon, air is "
                    "not counted"
                ),
            )
    if not heated and (energies := energy_bounds(dataset, taken, given)):
        most, out = energies
        if out > 1.001 * most:
            yield (
                out / most,
                _("gives {out} GJ of energy per {per}, but takes at most {entering} GJ").format(
                    out=number(out), entering=number(most), per=per
                ),
                _(
                    "mend the amounts or units (MJ against GJ, kWh against MWh); fuels count "
                    "with {solid} GJ/t, gases with {gas} GJ per 1000 m3"
                ).format(solid=number(FUEL_GJ_PER_T), gas=number(GAS_GJ_PER_1000_M3)),
            )


# -------------------------------------------------------------------------------------------- mass


def mass_bounds(
    dataset: Dataset, taken: Amounts, given: Amounts
) -> tuple[float, float, float, float] | None:
    """Least and most that can have gone in, least and most that can have come out, t.

    Materials count with their mass. Air and water are not counted: they enter and leave unseen.
    So CO2 counts with its carbon at least and in full at most (that caught: nothing at least),
    wastewater carries off a tenth, gases and fuels without a mass weigh at most what such gases
    weigh, and wastewater, or water for a liquid, may have gone in with all its mass. None where no
    material goes in (mines, sun, pumps), nothing comes out (landfills) or a service is taken
    (retrofits).
    """
    inputs = [(dataset.resource[name], amount) for name, amount in taken.items()]
    outputs = [(dataset.resource[name], amount) for name, amount in given.items()]
    if not outputs or any(r.role == "service" for r, amount in inputs):
        return None
    liquid = any(r.kind == "material" and r.state == "liquid" for r, amount in outputs)
    least_in = most_in = least_out = most_out = 0.0
    for resource, amount in inputs:
        least, most = _weight_in(resource, liquid)
        least_in, most_in = least_in + amount * least, most_in + amount * most
    for resource, amount in outputs:
        least, most = _weight_out(resource)
        least_out, most_out = least_out + amount * least, most_out + amount * most
    return (least_in, most_in, least_out, most_out) if least_in > 0 else None


def _weight_in(resource: Resource, liquid: bool) -> tuple[float, float]:
    """Least and most that a unit taken weighs, t; `liquid`: water may go into what is made."""
    least, most = _weight(resource)
    if resource.kind == "water" and not liquid and resource.role != "byproduct":
        return 0.0, 0.0
    if resource.kind != "material" or (resource.role == "emission" and resource.co2e_released > 0):
        return 0.0, most
    return least, most


def _weight_out(resource: Resource) -> tuple[float, float]:
    """Least and most that a unit given weighs, t."""
    least, most = _weight(resource)
    if resource.kind == "energy":
        return 0.0, most
    if resource.kind == "water":
        return 0.0, SOLIDS_OF_WASTEWATER * least if resource.role == "byproduct" else 0.0
    if resource.role == "emission":
        return CARBON_OF_CO2 * least if resource.co2e_released > 0 else 0.0, most
    return (0.0, 0.0) if resource.role == "service" else (least, most)


def _weight(resource: Resource) -> tuple[float, float]:
    """Least and most mass of a unit, t; the same where it is known."""
    if resource.kind == "energy":
        return 0.0, _fuel_tonnes(resource)
    tonnes = _tonnes(resource)
    return (0.0, math.inf) if tonnes is None else (tonnes, tonnes)


def _tonnes(resource: Resource) -> float | None:
    """Mass of a unit, t; None where it is not known."""
    if resource.mass is not None:
        return resource.mass
    return convertible(resource.unit, "m3" if resource.kind == "water" else "t")


def _fuel_tonnes(resource: Resource) -> float:
    """Most that a unit of an energy resource can weigh, t; heat and power weigh nothing."""
    if resource.state in ("power", "steam"):
        return 0.0
    for unit, most in (("t", 1.0), ("m3", GAS_T_PER_1000_M3 / 1000), ("GJ", FUEL_T_PER_GJ)):
        if (units := convertible(resource.unit, unit)) is not None:
            return units * most
    return math.inf


# ------------------------------------------------------------------------------------------ energy


def energy_bounds(dataset: Dataset, taken: Amounts, given: Amounts) -> tuple[float, float] | None:
    """Most energy that can have gone in, and the least that comes out, GJ.

    What is counted by its energy counts in full. Heating values are not known: what could burn
    counts as the richest fuel of its state. None where nothing with energy goes in (sun, wind) or
    a service is taken (a retrofit books what it saves as output).
    """
    if any(dataset.resource[name].role == "service" for name in taken):
        return None
    most_in = sum(amount * _most_energy(dataset.resource[name]) for name, amount in taken.items())
    out = 0.0
    for name, amount in given.items():
        resource = dataset.resource[name]
        if resource.kind == "energy":
            out += amount * (convertible(resource.unit, "GJ") or 0.0)
    return (most_in, out) if most_in > 0 and out > 0 else None


def _most_energy(resource: Resource) -> float:
    """Most energy a unit can hold, GJ."""
    if resource.kind == "water":
        return 0.0
    if resource.kind == "energy" and (energy := convertible(resource.unit, "GJ")) is not None:
        return energy
    if resource.state == "gas" and (volume := convertible(resource.unit, "m3")) is not None:
        return volume * GAS_GJ_PER_1000_M3 / 1000
    weight = _tonnes(resource)
    if weight is None:
        return math.inf
    rich = {"steam": STEAM_GJ_PER_T, "gas": GAS_GJ_PER_T}
    return weight * rich.get(resource.state, FUEL_GJ_PER_T)
