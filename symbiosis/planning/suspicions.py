"""What is suspicious in a dataset: nothing forbids it, but a person should look at it.

One function a rule; each yields warnings with a weight, the worst first. A rule that finds more
than `MOST_LINES` says how many it leaves out. Errors, which forbid a study, are found on reading.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Evidence
from symbiosis.domain.places import Unit
from symbiosis.domain.projects import Project, Recipe, RecipeFlow
from symbiosis.domain.resources import Market, Resource
from symbiosis.domain.units import UnitError, factor
from symbiosis.inputs.tables import TABLES
from symbiosis.locale import _, named
from symbiosis.network.actors import ActorUnit, amounts
from symbiosis.planning.money import annuity_factor, scale_factor
from symbiosis.planning.study import Prepared
from symbiosis.planning.today import Markets

MOST_LINES = 15
OPEN_SHARE = 0.2  # of the mass that goes in or comes out

# Bounds that hold for every substance; between them nothing is called wrong.
CARBON_OF_CO2 = 12 / 44
GAS_T_PER_1000_M3 = 2.0  # CO2 and propane 1.97, natural gas 0.72
FUEL_T_PER_GJ = 0.1  # fuel gas counted by its heat; lean gas 10 GJ/t
SOLIDS_OF_WASTEWATER = 0.1
FUEL_GJ_PER_T = 50.0  # solid and liquid fuels; fuel oil 42
GAS_GJ_PER_T = 120.0  # hydrogen
GAS_GJ_PER_1000_M3 = 120.0  # butane
STEAM_GJ_PER_T = 3.5  # 540 degrees C

RANGE_IF_UNKNOWN = 0.5  # of a number without low and high
CARRYING = 10  # assumptions named ...
LEAST_CARRIED = 0.005  # ... each with at least this share of the uncertain money

Weighed = tuple[float, Fault]  # a heavier one is worse


def suspicions(prepared: Prepared) -> list[Fault]:
    """Every suspicious thing of a dataset, by file and row."""
    found: list[Fault] = []
    for rule in _RULES:
        found += _worst(rule(prepared))
    return sorted(found, key=lambda fault: (fault.file, fault.row == 0, fault))


def _worst(weighed: Iterable[Weighed]) -> list[Fault]:
    """The worst warnings of a rule, and how many more there are of a kind."""
    ranked = [fault for _weight, fault in sorted(weighed, key=lambda pair: (-pair[0], pair[1]))]
    left: defaultdict[str, int] = defaultdict(int)
    for fault in ranked[MOST_LINES:]:
        left[fault.file] += 1
    return ranked[:MOST_LINES] + [
        _warning(
            file,
            0,
            "",
            "",
            _("{count} more of the kind '{example}'; the {shown} worst are listed").format(
                count=count, shown=MOST_LINES, example=ranked[0].problem
            ),
            _("mend those first, then check again"),
        )
        for file, count in left.items()
    ]


def _warning(file: str, row: int, column: str, value: str, problem: str, mend: str) -> Fault:
    return Fault(file, row, column, value, problem, mend, level="warning")


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _some(names: Iterable[str], most: int = 8) -> str:
    """The first names of a list, and how many more."""
    listed = list(dict.fromkeys(names))
    text = ", ".join(listed[:most])
    if len(listed) > most:
        text += _(" and {count} more").format(count=len(listed) - most)
    return text


def _what(dataset: Dataset, resource: str) -> str:
    kind = dataset.resource[resource]
    name = named(kind.name_zh, kind.name_en)
    return f"{resource} ({name})" if name else resource


# ------------------------------------------------------------------------------- mass and energy


def _factor(unit: str, target: str) -> float | None:
    try:
        return factor(unit, target)
    except UnitError:
        return None


def _tonnes(resource: Resource) -> float | None:
    """Mass of a unit, t; None where it is not known."""
    if resource.mass is not None:
        return resource.mass
    if resource.kind == "water":
        return _factor(resource.unit, "m3")
    return _factor(resource.unit, "t")


def _fuel_tonnes(resource: Resource) -> float:
    """Most that a unit of an energy resource can weigh, t; heat and power weigh nothing."""
    if resource.state in ("power", "steam"):
        return 0.0
    for unit, most in (("t", 1.0), ("m3", GAS_T_PER_1000_M3 / 1000), ("GJ", FUEL_T_PER_GJ)):
        if (units := _factor(resource.unit, unit)) is not None:
            return units * most
    return math.inf


Amounts = Mapping[str, float]  # resource -> amount


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
    resources = dataset.resource
    material = [r for r in taken if resources[r].kind == "material"]
    if not given or not material or any(resources[r].role == "service" for r in taken):
        return None
    dissolves = any(
        resources[r].kind == "material" and resources[r].state == "liquid" for r in given
    )
    least_in = most_in = least_out = most_out = 0.0
    for name, amount in taken.items():
        resource = resources[name]
        weight = _tonnes(resource)
        if resource.kind == "energy":
            most_in += amount * _fuel_tonnes(resource)
        elif resource.kind == "water":
            if dissolves or resource.role == "byproduct":
                most_in += math.inf if weight is None else amount * weight
        else:
            caught = resource.role == "emission" and resource.co2e_released > 0
            least_in += 0.0 if caught else amount * (weight or 0.0)
            most_in += math.inf if weight is None else amount * weight
    for name, amount in given.items():
        resource = resources[name]
        weight = _tonnes(resource)
        if resource.kind == "energy":
            most_out += amount * _fuel_tonnes(resource)
        elif resource.kind == "water":
            if resource.role == "byproduct":
                most_out += amount * SOLIDS_OF_WASTEWATER * (weight or 0.0)
        elif resource.role == "emission":
            carbon = CARBON_OF_CO2 if resource.co2e_released > 0 else 0.0
            least_out += carbon * amount * (weight or 0.0)
            most_out += math.inf if weight is None else amount * weight
        elif resource.role != "service":
            least_out += amount * (weight or 0.0)
            most_out += math.inf if weight is None else amount * weight
    return (least_in, most_in, least_out, most_out) if least_in > 0 else None


def energy_bounds(dataset: Dataset, taken: Amounts, given: Amounts) -> tuple[float, float] | None:
    """Most energy that can have gone in, and the least that comes out, GJ.

    What is counted by its energy counts in full. Heating values are not known: what could burn
    counts as the richest fuel of its state. None where nothing with energy goes in (sun, wind) or
    a service is taken (a retrofit books what it saves as output).
    """
    most_in = 0.0
    for name, amount in taken.items():
        resource = dataset.resource[name]
        if resource.role == "service":
            return None
        most_in += amount * _most_energy(resource)
    out = 0.0
    for name, amount in given.items():
        resource = dataset.resource[name]
        if resource.kind == "energy":
            out += amount * (_factor(resource.unit, "GJ") or 0.0)
    return (most_in, out) if most_in > 0 and out > 0 else None


def _most_energy(resource: Resource) -> float:
    """Most energy a unit can hold, GJ."""
    if resource.kind == "water":
        return 0.0
    if resource.kind == "energy" and (energy := _factor(resource.unit, "GJ")) is not None:
        return energy
    volume = _factor(resource.unit, "m3")
    if volume is not None and resource.state == "gas":
        return volume * GAS_GJ_PER_1000_M3 / 1000
    weight = _tonnes(resource)
    if weight is None:
        return math.inf
    if resource.state == "steam":
        return weight * STEAM_GJ_PER_T
    return weight * (GAS_GJ_PER_T if resource.state == "gas" else FUEL_GJ_PER_T)


def _recipes_close(prepared: Prepared) -> Iterator[Weighed]:
    """Per unit of activity, what goes in comes out."""
    dataset = prepared.dataset
    for recipe in dataset.recipes:
        taken, given = _flows(dataset, recipe)
        reference = dataset.resource[recipe.reference_resource]
        per = f"{reference.unit} {recipe.reference_resource}"
        for weight, problem, mend in _openings(dataset, taken, given, per):
            shown = f"{recipe.recipe_id} {named(recipe.name_zh, recipe.name_en)}".strip()
            yield (
                weight,
                _warning("recipes.csv", recipe.row, "recipe_id", shown, problem, mend),
            )


def _flows(dataset: Dataset, recipe: Recipe) -> tuple[dict[str, float], dict[str, float]]:
    """What a recipe takes and gives per unit of activity."""
    sides: dict[str, dict[str, float]] = {"in": {}, "out": {}}
    for flow in dataset.flows_of_recipe.get(recipe.recipe_id, ()):
        if flow.coefficient > 0:
            sides[flow.direction][flow.resource_id] = flow.coefficient
    return sides["in"], sides["out"]


def _openings(
    dataset: Dataset, taken: Amounts, given: Amounts, per: str
) -> Iterator[tuple[float, str, str]]:
    """Where mass or energy does not close: how far it is open, what is said, how to mend it."""
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
                    entering=_number(least_in),
                    leaving=_number(most_out),
                    per=per,
                    share=_percent(share),
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
                ).format(entering=_number(most_in), leaving=_number(least_out), per=per),
                _(
                    "add what goes in or mend the amounts; CO2 counts with its carbon, air is "
                    "not counted"
                ),
            )
    if energies := energy_bounds(dataset, taken, given):
        most, out = energies
        if out > 1.001 * most:
            yield (
                out / most,
                _("gives {out} GJ of energy per {per}, but takes at most {entering} GJ").format(
                    out=_number(out), entering=_number(most), per=per
                ),
                _(
                    "mend the amounts or units (MJ against GJ, kWh against MWh); fuels count "
                    "with {solid} GJ/t, gases with {gas} GJ per 1000 m3"
                ).format(solid=_number(FUEL_GJ_PER_T), gas=_number(GAS_GJ_PER_1000_M3)),
            )


def _enterprises_close(prepared: Prepared) -> Iterator[Weighed]:
    """Per enterprise as it runs today; one unit alone is judged by its recipe."""
    dataset = prepared.dataset
    units, streams = (
        group(prepared.actors.units, "actor_id"),
        group(prepared.actors.streams, "actor_id"),
    )
    for enterprise in dataset.enterprises:
        actor = enterprise.enterprise_id
        if len(units.get(actor, ())) + len(streams.get(actor, ())) < 2:
            continue
        net: defaultdict[str, float] = defaultdict(float)
        for unit in units.get(actor, ()):
            if _judged(dataset, unit):
                for resource, coefficient in unit.gives.items():
                    net[resource] += unit.today * coefficient
                for resource, coefficient in unit.takes.items():
                    net[resource] -= unit.today * coefficient
        for stream in streams.get(actor, ()):
            sign = 1 if stream.direction == "supply" else -1
            net[stream.resource_id] += sign * stream.today
        taken = {r: -amount for r, amount in net.items() if amount < 0}
        given = {r: amount for r, amount in net.items() if amount > 0}
        for weight, problem, mend in _openings(dataset, taken, given, _("year")):
            shown = f"{actor} {named(enterprise.name_zh, enterprise.name_en)}".strip()
            yield (
                weight,
                _warning("enterprises.csv", enterprise.row, "enterprise_id", shown, problem, mend),
            )


def _judged(dataset: Dataset, unit: ActorUnit) -> bool:
    """Whether a unit turns materials into something: mines and landfills do not."""
    makes = any(dataset.resource[r].kind == "material" for r in unit.gives)
    return not makes or mass_bounds(dataset, unit.takes, unit.gives) is not None


# -------------------------------------------------------------------------- receivers and donors


def _dead_ends(prepared: Prepared) -> Iterator[Weighed]:
    """What nobody could take, and what nobody could give, of enterprises and offered projects."""
    dataset, actors = prepared.dataset, prepared.actors
    markets, candidates = Markets(dataset), prepared.matches.candidates
    sides = {side: amounts(actors, side) for side in ("supply", "need")}
    held = {side: set(zip(t["actor"], t["resource"], strict=True)) for side, t in sides.items()}
    met = {
        "supply": set(zip(candidates["donor"], candidates["resource"], strict=True)),
        "need": set(zip(candidates["receiver"], candidates["serves"], strict=True)),
    }
    for side, other, actions in (
        ("supply", "need", ("sell", "dispose")),
        ("need", "supply", ("buy",)),
    ):
        stuck: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in sides[side].itertuples(index=False):
            key = row.actor, row.resource
            if row.most <= 0 or key in met[side] or key in held[other]:
                continue
            if not any(markets.row(row.actor, row.resource, action) for action in actions):
                stuck[actors.actors[row.actor].project_id or row.actor, row.resource].append(
                    row.actor
                )
        for (owner, resource), places in stuck.items():
            yield 1.0, _dead_end(prepared, side, owner, resource, places)


def _dead_end(prepared: Prepared, side: str, owner: str, resource: str, places: list[str]) -> Fault:
    dataset = prepared.dataset
    if side == "supply":
        problem = _("gives {resource}: nobody could take it and there is no market")
        mend = _("add a sell or dispose row to markets.csv, or a carrier, substitute or link")
    else:
        problem = _("needs {resource}: nobody could give it and there is no market")
        mend = _("add a buy row to markets.csv, or a carrier, substitute or link")
    text = problem.format(resource=_what(dataset, resource))
    everywhere = sum(a.project_id == owner for a in prepared.actors.actors.values())
    if owner in dataset.project and len(places) < everywhere:
        text += _(" (only at {places})").format(places=_some(places))
    row = dataset.enterprise.get(owner) or dataset.project[owner]
    shown = f"{owner} {named(row.name_zh, row.name_en)}".strip()
    return _warning(*_row_of(prepared, side, places[0], resource), shown, text, mend)


def _row_of(prepared: Prepared, side: str, actor: str, resource: str) -> tuple[str, int, str]:
    """Where it is written that an actor gives or needs a resource: file, row, column."""
    for unit in prepared.actors.units:
        if unit.actor_id == actor and resource in (unit.gives if side == "supply" else unit.takes):
            for flow in prepared.dataset.flows_of_recipe[unit.recipe_id]:
                if flow.resource_id == resource:
                    return "recipe_flows.csv", flow.row, "resource_id"
    for stream in prepared.dataset.streams:
        if (stream.enterprise_id, stream.resource_id, stream.direction) == (actor, resource, side):
            return "streams.csv", stream.row, "resource_id"
    return "recipe_flows.csv", 0, "resource_id"


def _isolated(prepared: Prepared) -> Iterator[Weighed]:
    """Enterprises that could exchange nothing with anybody."""
    candidates = prepared.matches.candidates
    linked = {*candidates["donor"], *candidates["receiver"]}
    for row in prepared.dataset.enterprises:
        if row.enterprise_id not in linked:
            shown = f"{row.enterprise_id} {named(row.name_zh, row.name_en)}".strip()
            yield (
                1.0,
                _warning(
                    "enterprises.csv",
                    row.row,
                    "enterprise_id",
                    shown,
                    _("could exchange nothing with anybody"),
                    _("add its units or streams, or what could replace them in substitutes.csv"),
                ),
            )


# -------------------------------------------------------------------------------- units of measure


def slipped(ratio: float) -> int:
    """10^3 or 10^4 where a ratio, or its inverse, lies near it; 0 elsewhere.

    >>> slipped(900), slipped(1 / 12000), slipped(40)
    (1000, 10000, 0)
    """
    if ratio <= 0:
        return 0
    size = abs(math.log10(ratio))
    return 1000 if 2.5 <= size < 3.5 else 10000 if 3.5 <= size < 4.5 else 0


def slips(values: Sequence[float]) -> Iterator[tuple[int, int, float]]:
    """Values that slipped from the others: place, 10^3 or 10^4, median of the others.

    Such a value lies near 10^3 or 10^4 from the median, and outside all of them: by a factor of
    ten, or by that in which the others differ themselves (100 at most). Of two values either may
    be the wrong one: both are named. Values of 0 do not count.

    >>> list(slips([5.0, 6.0, 0.006, 7.0]))
    [(2, 1000, 6.0)]
    """
    known = sorted((value, place) for place, value in enumerate(values) if value > 0)
    count = len(known) - 1  # of the others
    if count < 1:
        return
    for rank, (value, place) in enumerate(known):
        most = known[-1 if rank < count else -2][0]
        least = known[0 if rank else 1][0]
        apart = max(10.0, min(most / least, 100.0))
        if value >= apart * most or apart * value <= least:
            middle = [known[i + (i >= rank)][0] for i in ((count - 1) // 2, count // 2)]
            if slip := slipped(value / (sum(middle) / 2)):
                yield place, slip, sum(middle) / 2


_SMALLER = {"t": "kg", "kg": "g", "MWh": "kWh", "GJ": "MJ", "1000 m3": "m3", "亩": "m2"}


def _slip(
    file: str,
    row: int,
    column: str,
    value: float,
    unit: str,
    slip: int,
    of: str,
    other: float,
    money: bool = False,
) -> Weighed:
    """Warn of a value `slip` times too large or too small against `other`, both in `unit`.

    money: the value is money (`unit` 万元), or per `unit`, given in 元
    """
    large, each = value > other, unit.removeprefix("元/")
    priced = money and each != unit
    if slip == 10_000 and money:
        units = ("元", "万元") if large else ("万元", "元")
    elif slip == 10_000:
        units = (each, f"万{each}") if large else (f"万{each}", each)
    elif large == priced:
        units = (f"1000 {each}", each)
    else:
        units = (_SMALLER.get(each, f"{each}/1000"), each)
    problem = (
        _("is about {slip} times {of}, {other}")
        if large
        else _("is about 1/{slip} of {of}, {other}")
    )
    return float(slip), _warning(
        file,
        row,
        column,
        f"{_number(value)} {unit}",
        problem.format(slip=f"{slip:,}", of=of, other=f"{_number(other)} {unit}"),
        _("check the unit: perhaps the number is in {meant}, not {unit}").format(
            meant=units[0], unit=units[1]
        )
        if not (priced and slip == 1000)
        else _("check the unit: perhaps the price is per {meant}, not per {unit}").format(
            meant=units[0], unit=units[1]
        ),
    )


def _own_range(prepared: Prepared) -> Iterator[Weighed]:
    """A low or high far from its own number."""
    for name, table in TABLES.items():
        if not issubclass(table.record, Evidence) or not table.record.main:
            continue
        for row in getattr(prepared.dataset, name):
            value = getattr(row, row.main)
            for column in ("low", "high"):
                bound = getattr(row, column)
                if value and bound and (slip := slipped(bound / value)):
                    of = _("the number of its own row")
                    yield _slip(table.file, row.row, column, abs(bound), "", slip, of, abs(value))


def _prices(prepared: Prepared) -> Iterator[Weighed]:
    """Prices of one resource in several rows; disposal is apart."""
    dataset = prepared.dataset
    priced: defaultdict[tuple[str, bool], list[tuple[str, int, float]]] = defaultdict(list)
    for market in dataset.markets:
        key = market.resource_id, market.action == "dispose"
        priced[key].append(("markets.csv", market.row, abs(market.price)))
    for exchange in dataset.exchanges:
        if exchange.price is not None:
            row = ("exchanges.csv", exchange.row, abs(exchange.price))
            priced[exchange.resource_id, False].append(row)
    for (resource, _disposal), rows in priced.items():
        for place, slip, middle in slips([price for _file, _row, price in rows]):
            file, number, price = rows[place]
            unit = f"元/{dataset.resource[resource].unit}"
            of = _("the price of {resource} in other rows").format(resource=resource)
            yield _slip(file, number, "price", 1e4 * price, unit, slip, of, 1e4 * middle, True)


def _project_costs(prepared: Prepared) -> Iterator[Weighed]:
    """Capital cost per size and land per capital cost, against other projects."""
    dataset = prepared.dataset
    for size_unit, rows in group(dataset.projects, "size_unit").items():
        values = [p.capital_cost / p.reference_size for p in rows]
        for place, slip, middle in slips(values):
            p = rows[place]
            of = _("what other projects cost at its size in {unit}").format(unit=size_unit or "1")
            like = middle * p.reference_size
            yield _slip(
                "projects.csv", p.row, "capital_cost", p.capital_cost, "万元", slip, of, like, True
            )
    costly = [p for p in dataset.projects if p.capital_cost > 0]
    for place, slip, middle in slips([p.land / p.capital_cost for p in costly]):
        p = costly[place]
        of = _("what other projects of its cost take")
        like = middle * p.capital_cost
        yield _slip("projects.csv", p.row, "land", p.land, "亩", slip, of, like)
    for size in dataset.project_sizes:
        project = dataset.project[size.project_id]
        like, cost = project.capital_cost * scale_factor(project, size.size), size.capital_cost
        if like > 0 and (slip := slipped(cost / like)):
            of = _("the cost of this size by projects.csv")
            yield _slip(
                "project_sizes.csv", size.row, "capital_cost", cost, "万元", slip, of, like, True
            )


def _capacities(prepared: Prepared) -> Iterator[Weighed]:
    """Capacities of one recipe, and activity per size against the unit the size is written in."""
    dataset = prepared.dataset
    capacities: defaultdict[str, list[tuple[Unit | None, float]]] = defaultdict(list)
    for unit in dataset.units:
        capacities[unit.recipe_id].append((unit, unit.capacity))
    for part in dataset.project_units:
        size = dataset.project[part.project_id].reference_size
        capacities[part.recipe_id].append((None, part.activity_per_size * size))
    for recipe, members in capacities.items():
        measured = dataset.resource[dataset.recipe[recipe].reference_resource].unit
        for place, slip, middle in slips([capacity for _unit, capacity in members]):
            if row := members[place][0]:
                of = _("what other units with this recipe can do")
                yield _slip(
                    "units.csv", row.row, "capacity", row.capacity, measured, slip, of, middle
                )
    for part in dataset.project_units:
        measured = dataset.resource[dataset.recipe[part.recipe_id].reference_resource].unit
        size_unit = dataset.project[part.project_id].size_unit
        like, activity = _factor(size_unit, f"{measured}/year"), part.activity_per_size
        if like and (slip := slipped(activity / like)):
            of = _("one {unit}, the unit of size").format(unit=size_unit)
            yield _slip(
                "project_units.csv",
                part.row,
                "activity_per_size",
                activity,
                measured,
                slip,
                of,
                like,
            )


def _coefficients(prepared: Prepared) -> Iterator[Weighed]:
    """Coefficients of one resource per unit of one reference, in several recipes."""
    dataset = prepared.dataset
    pairs: defaultdict[tuple[str, str, str], list[RecipeFlow]] = defaultdict(list)
    for flow in dataset.recipe_flows:
        reference = dataset.recipe[flow.recipe_id].reference_resource
        pairs[reference, flow.resource_id, flow.direction].append(flow)
    for (reference, resource, _direction), rows in pairs.items():
        for place, slip, middle in slips([flow.coefficient for flow in rows]):
            unit = dataset.resource[resource].unit
            of = _("that of other recipes per {unit} of {reference}").format(
                unit=dataset.resource[reference].unit, reference=reference
            )
            flow = rows[place]
            yield _slip(
                "recipe_flows.csv",
                flow.row,
                "coefficient",
                flow.coefficient,
                unit,
                slip,
                of,
                middle,
            )


def _carriages(prepared: Prepared) -> Iterator[Weighed]:
    """Costs of carriers that count in the same unit."""
    for unit, rows in group(prepared.dataset.carriers, "unit").items():
        for column, per in (
            ("handling", unit),
            ("freight", f"{unit}/km"),
            ("fixed_cost", "km"),
            ("capacity_cost", f"({unit}/a)/km"),
        ):
            values = [1e4 * getattr(row, column) for row in rows]
            for place, slip, middle in slips(values):
                of = _("that of other carriers that count in {unit}").format(unit=unit)
                yield _slip(
                    "carriers.csv",
                    rows[place].row,
                    column,
                    values[place],
                    f"元/{per}",
                    slip,
                    of,
                    middle,
                    True,
                )


# ---------------------------------------------------------------------------- how sure numbers are


def _assumptions(prepared: Prepared) -> Iterator[Weighed]:
    """The assumptions that carry the result: money of a year times how far it may be off."""
    weights = _carried(prepared)
    whole = sum(weight for weight, _row, _file, _shown in weights)
    ranked = sorted(
        (item for item in weights if item[1].provenance == "assumption"),
        key=lambda item: (-item[0], item[2], item[1].row),
    )
    largest = [item for item in ranked[:CARRYING] if item[0] > LEAST_CARRIED * whole]
    if not largest:
        return
    for weight, row, file, shown in largest:
        yield (
            weight,
            _warning(
                file,
                row.row,
                row.main,
                shown,
                _("an assumption that carries {share} of the uncertain money").format(
                    share=_percent(weight / whole)
                ),
                _("find a source, or narrow low and high"),
            ),
        )
    yield (
        math.inf,
        _warning(
            "markets.csv",
            0,
            "",
            "",
            _(
                "assumptions carry {all} of the uncertain money (prices x amounts of today and "
                "yearly capital cost, times their range); the {count} largest carry {largest}"
            ).format(
                all=_percent(sum(item[0] for item in ranked) / whole),
                count=len(largest),
                largest=_percent(sum(item[0] for item in largest) / whole),
            ),
            _("begin with those"),
        ),
    )


def _carried(prepared: Prepared) -> list[tuple[float, Evidence, str, str]]:
    """Money of a year times relative range: weight, row, file, what is shown."""
    dataset = prepared.dataset
    markets = Markets(dataset)
    money: defaultdict[int, float] = defaultdict(float)
    rows: dict[int, Market] = {}
    for (actor, resource, action), amount in prepared.today.trades.items():
        if market := markets.row(actor, resource, action):
            rows[market.row] = market
            money[market.row] += abs(market.price * amount)
    found: list[tuple[float, Evidence, str, str]] = []
    for number, market in rows.items():
        unit = dataset.resource[market.resource_id].unit
        key = "/".join(filter(None, (market.resource_id, market.action, market.enterprise_id)))
        shown = f"{key} {_number(1e4 * market.price)} 元/{unit}"
        found.append((money[number] * _spread(market, market.price), market, "markets.csv", shown))
    years = sum(period.years for period in dataset.settings.periods)
    annuity = annuity_factor(dataset.settings.money.discount_rate, years)
    for project in dataset.projects:
        if dataset.offered(project):
            cost = project.capital_cost
            weight = cost / annuity * _spread(project, cost)
            shown = f"{project.project_id} {_number(cost)} 万元"
            found.append((weight, project, "projects.csv", shown))
    return found


def _spread(row: Evidence, value: float) -> float:
    """Width of a number's range relative to it."""
    if row.low is None or row.high is None or not value:
        return RANGE_IF_UNKNOWN
    return abs(row.high - row.low) / abs(value)


def _provenance(prepared: Prepared) -> Iterator[Weighed]:
    """Numbers that do not say where they come from, counted per table."""
    for name, table in TABLES.items():
        if not issubclass(table.record, Evidence) or not table.record.main:
            continue
        rows = [row for row in getattr(prepared.dataset, name) if getattr(row, row.main)]
        bare = [row for row in rows if not row.check or not row.source]
        if bare:
            yield (
                float(len(bare)),
                _warning(
                    table.file,
                    0,
                    "source",
                    "",
                    _("{count} of {all} rows do not say where their number comes from").format(
                        count=len(bare), all=len(rows)
                    ),
                    _("fill in source and check (first at row {row})").format(row=bare[0].row),
                ),
            )


def _coordinates(prepared: Prepared) -> Iterator[Weighed]:
    """Distances that the coordinates are too rough for, in one line."""
    dataset, matches = prepared.dataset, prepared.matches
    radius = {e.enterprise_id: e.coord_radius_km or 0.0 for e in dataset.enterprises}
    for place in dataset.project_places:
        if place.host_id:
            radius[place.place_id] = radius[place.host_id]
    ends = ["donor", "receiver", "resource"]
    far = matches.refused[matches.refused["reason"] == "too_far"]
    apart = matches.candidates[matches.candidates["carrier"] != ""]  # no way within a site
    near = pd.concat([table[[*ends, "distance_km"]] for table in (apart, far)])
    measured = {
        (x.from_id, x.to_id, x.resource_id) for x in dataset.links if x.distance is not None
    }
    rows = zip(*(near[end] for end in ends), strict=True)
    near = near[np.array([row not in measured for row in rows], dtype=bool)]
    rough = near[["donor", "receiver"]].map(lambda actor: radius.get(actor, 0.0)).max(axis=1)
    open_ways = near[rough > near["distance_km"] / 2]
    if len(open_ways):
        widest = max(dataset.enterprises, key=lambda e: e.coord_radius_km or 0.0)
        yield (
            1.0,
            _warning(
                "enterprises.csv",
                0,
                "coord_radius_km",
                "",
                _(
                    "of {all} ways between two places {count} are shorter than twice the radius "
                    "within which an end is known (widest: {name}, {radius} km): these distances "
                    "are not reliable"
                ).format(
                    all=len(near),
                    count=len(open_ways),
                    name=widest.enterprise_id,
                    radius=_number(widest.coord_radius_km or 0.0),
                ),
                _("measure lat and lon of these enterprises, or write the distance in links.csv"),
            ),
        )


# ------------------------------------------------------------------------------- chains, projects


def _chains(prepared: Prepared) -> Iterator[Weighed]:
    """Chains that cannot be prioritised, and chain filling that fills no chain."""
    dataset = prepared.dataset
    open_chains = {c.chain_id for c in dataset.chains} - set(dataset.settings.chains.barred)
    performed = {unit.recipe_id for unit in prepared.actors.units if unit.most > 0}
    named_recipes: set[str] = set()
    for stage in dataset.chain_stages:
        if stage.chain_id not in open_chains:
            continue
        named_recipes |= set(stage.recipes)
        if stage.required and not performed & set(stage.recipes):
            yield (
                1.0,
                _warning(
                    "chain_stages.csv",
                    stage.row,
                    "recipes",
                    f"{stage.chain_id}/{stage.stage_id} {named(stage.name_zh, stage.name_en)}",
                    _(
                        "no unit and no offered project performs this stage: the chain can never "
                        "be prioritised"
                    ),
                    _("offer a project with one of {recipes}, or write required = 0").format(
                        recipes=_some(stage.recipes)
                    ),
                ),
            )
    for project in dataset.projects:
        recipes = [u.recipe_id for u in dataset.units_of_project.get(project.project_id, ())]
        if (
            project.kind == "chain_filling"
            and dataset.offered(project)
            and not named_recipes & set(recipes)
        ):
            yield (
                1.0,
                _warning(
                    "projects.csv",
                    project.row,
                    "project_id",
                    _shown(project),
                    _("fills a chain, but no stage names its recipes: it can never be built"),
                    _("write {recipes} into a stage in chain_stages.csv, or another kind").format(
                        recipes=_some(recipes)
                    ),
                ),
            )


def _shown(project: Project) -> str:
    return f"{project.project_id} {named(project.name_zh, project.name_en)}".strip()


def _unused(prepared: Prepared) -> Iterator[Weighed]:
    """Rows nothing refers to, one line per table."""
    dataset = prepared.dataset
    handled = {f.resource_id for f in dataset.recipe_flows}
    handled |= {s.resource_id for s in dataset.streams}
    performed = {u.recipe_id for u in dataset.units} | {u.recipe_id for u in dataset.project_units}
    for stage in dataset.chain_stages:
        performed |= set(stage.recipes)
    for file, column, known, used, problem in (
        (
            "resources.csv",
            "resource_id",
            [r.resource_id for r in dataset.resources],
            handled,
            _("{count} resources that no recipe and no stream gives or takes: {names}"),
        ),
        (
            "recipes.csv",
            "recipe_id",
            [r.recipe_id for r in dataset.recipes],
            performed,
            _("{count} recipes without a unit, project or stage: {names}"),
        ),
        (
            "carriers.csv",
            "carrier_id",
            [c.carrier_id for c in dataset.carriers],
            {r.carrier_id for r in dataset.resources},
            _("{count} carriers of no resource: {names}"),
        ),
        (
            "properties.csv",
            "property_id",
            [p.property_id for p in dataset.properties],
            {q.property_id for q in dataset.qualities},
            _("{count} properties without a value or limit: {names}"),
        ),
    ):
        idle = [name for name in known if name not in used]
        if idle:
            text = problem.format(count=len(idle), names=_some(idle))
            mend = _("take them out, or mend the names that should refer to them")
            yield float(len(idle)), _warning(file, 0, column, "", text, mend)


def _investment_floor(prepared: Prepared) -> Iterator[Weighed]:
    """Offered projects below the least investment per land of their park (document 148, art. 9)."""
    dataset = prepared.dataset
    places = sorted({(p.project_id, p.park_id) for p in dataset.project_places})
    for project_id, park_id in places:
        project, floor = dataset.project[project_id], dataset.park[park_id].investment_floor
        if not floor or not project.land or not dataset.offered(project):
            continue
        reached = project.capital_cost / project.land
        if reached < floor:
            yield (
                floor / max(reached, 1e-9),
                _warning(
                    "projects.csv",
                    project.row,
                    "land",
                    _shown(project),
                    _(
                        "invests {reached} 万元/亩 at its reference size, below the {floor} of the "
                        "park {park} (document 148, article 9)"
                    ).format(reached=_number(reached), floor=_number(floor), park=park_id),
                    _("use less land, or stand in another park; the plan reports it"),
                ),
            )


def _switched_off(prepared: Prepared) -> Iterator[Weighed]:
    """Projects that are not offered, in one line with their reasons."""
    dataset = prepared.dataset
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for project in dataset.projects:
        if not dataset.offered(project):
            by_study = project.project_id in dataset.settings.switch_off
            reason = "switch_off, study.toml" if by_study else project.switch_reason
            reasons[reason or _("no reason given")].append(project.project_id)
    if reasons:
        text = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())
        yield (
            1.0,
            _warning(
                "projects.csv",
                0,
                "available",
                "",
                _("{count} projects are switched off ({reasons})").format(
                    count=sum(map(len, reasons.values())), reasons=text
                ),
                _("offer one with switch_on in study.toml"),
            ),
        )


_RULES: tuple[Callable[[Prepared], Iterator[Weighed]], ...] = (
    _recipes_close,
    _enterprises_close,
    _dead_ends,
    _isolated,
    _own_range,
    _prices,
    _project_costs,
    _capacities,
    _coefficients,
    _carriages,
    _assumptions,
    _provenance,
    _coordinates,
    _chains,
    _unused,
    _investment_floor,
    _switched_off,
)
