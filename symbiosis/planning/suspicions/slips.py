"""Slips of the unit: a number 10^3 or 10^4 times too large or too small beside its like."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.projects import RecipeFlow
from symbiosis.locale import _
from symbiosis.planning.money import scale_factor
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions import common
from symbiosis.planning.suspicions.common import Weighed, convertible, numbered, warning


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
    last = len(known) - 1
    if last < 1:
        return
    for rank, (value, place) in enumerate(known):
        least, most = known[1 if rank == 0 else 0][0], known[last - 1 if rank == last else last][0]
        apart = max(10.0, min(most / least, 100.0))
        if value >= apart * most or apart * value <= least:
            middle = median(other for other, _place in known[:rank] + known[rank + 1 :])
            if slip := slipped(value / middle):
                yield place, slip, middle


class Number(NamedTuple):
    """A number of a dataset; `per`: what it is divided by to be compared with its like."""

    file: str
    row: int
    column: str
    value: float
    unit: str
    per: float = 1.0


def _among(numbers: Sequence[Number], of: str, beside: Sequence[float] = ()) -> Iterator[Weighed]:
    """Numbers that slipped from the others and from what stands `beside` them; `of`: of what."""
    for place, slip, middle in slips([*(n.value / n.per for n in numbers), *beside]):
        if place < len(numbers):
            yield _slip(numbers[place], slip, of, middle * numbers[place].per)


def _against(number: Number, of: str, expected: float) -> Iterator[Weighed]:
    """A number that slipped from what is expected of it."""
    if expected > 0 and (slip := slipped(number.value / expected)):
        yield _slip(number, slip, of, expected)


def _slip(number: Number, slip: int, of: str, other: float) -> Weighed:
    """Warn of a number about `slip` times too large or too small against `other`."""
    file, row, column, value, unit, _per = number
    large = value > other
    problem = (
        _("is about {slip} times {of}, {other}")
        if large
        else _("is about 1/{slip} of {of}, {other}")
    )
    return warning(
        file,
        problem.format(slip=f"{slip:,}", of=of, other=f"{common.number(other)} {unit}".strip()),
        _meant(unit, slip, large),
        row=row,
        column=column,
        value=f"{common.number(value)} {unit}".strip(),
        weight=float(slip),
    )


_SMALLER = {"t": "kg", "kg": "g", "MWh": "kWh", "GJ": "MJ", "1000 m3": "m3", "亩": "m2"}


def _meant(unit: str, slip: int, large: bool) -> str:
    """How to mend a slip: the unit the number may be in. Money shown in 元 is written in 万元."""
    if not unit:  # low and high are compared with their own number
        return _("check the unit: low, high and the number of the row count in the same one")
    each = unit.removeprefix("元/")
    priced = each != unit
    if slip == 1000:
        more, less = f"1000 {each}", _SMALLER.get(each, f"{each}/1000")
        if priced:
            return _("check the unit: perhaps the price is per {meant}, not per {unit}").format(
                meant=more if large else less, unit=each
            )
        meant, unit = (less if large else more), each
    else:
        small, big = ("元", "万元") if priced or unit == "万元" else (each, f"万{each}")
        meant, unit = (small, big) if large else (big, small)
    return _("check the unit: perhaps the number is in {meant}, not {unit}").format(
        meant=meant, unit=unit
    )


# ------------------------------------------------------------------------------------------- rules


def own_range(prepared: Prepared) -> Iterator[Weighed]:
    """A low or high far from its own number."""
    for file, main, rows in numbered(prepared.dataset):
        for row in rows:
            value = getattr(row, main) or 0.0
            for column in ("low", "high"):
                bound = getattr(row, column) or 0.0
                if bound * value > 0:
                    found = Number(file, row.row, column, abs(bound), "")
                    yield from _against(found, _("the number of its own row"), abs(value))


def prices(prepared: Prepared) -> Iterator[Weighed]:
    """Prices of one resource in several rows; disposal is apart."""
    dataset = prepared.dataset
    alike: defaultdict[tuple[str, bool], list[Number]] = defaultdict(list)
    for file, rows in (("markets.csv", dataset.markets), ("exchanges.csv", dataset.exchanges)):
        for row in rows:
            if row.price is not None:
                unit = f"元/{dataset.resource[row.resource_id].unit}"
                number = Number(file, row.row, "price", 1e4 * abs(row.price), unit)
                alike[row.resource_id, getattr(row, "action", "") == "dispose"].append(number)
    for (resource, _disposal), numbers in alike.items():
        yield from _among(
            numbers, _("the price of {resource} in other rows").format(resource=resource)
        )


def project_costs(prepared: Prepared) -> Iterator[Weighed]:
    """Capital cost per size and land per capital cost, against other projects."""
    dataset, file = prepared.dataset, "projects.csv"
    for unit, projects in group(dataset.projects, "size_unit").items():
        yield from _among(
            [
                Number(file, p.row, "capital_cost", p.capital_cost, "万元", p.reference_size)
                for p in projects
            ],
            _("what other projects cost at its size in {unit}").format(unit=unit or "1"),
        )
    yield from _among(
        [
            Number(file, p.row, "land", p.land, "亩", p.capital_cost)
            for p in dataset.projects
            if p.capital_cost > 0
        ],
        _("what other projects of its cost take"),
    )
    for size in dataset.project_sizes:
        project = dataset.project[size.project_id]
        yield from _against(
            Number("project_sizes.csv", size.row, "capital_cost", size.capital_cost, "万元"),
            _("the cost of this size by projects.csv"),
            project.capital_cost * scale_factor(project, size.size),
        )


def capacities(prepared: Prepared) -> Iterator[Weighed]:
    """Capacities of one recipe, and activity per size against the unit the size is written in."""
    dataset = prepared.dataset
    offered: defaultdict[str, list[float]] = defaultdict(list)
    for part in dataset.project_units:
        project = dataset.project[part.project_id]
        offered[part.recipe_id].append(part.activity_per_size * project.reference_size)
        measured = _measured(dataset, part.recipe_id)
        yield from _against(
            Number(
                "project_units.csv",
                part.row,
                "activity_per_size",
                part.activity_per_size,
                measured,
            ),
            _("one {unit}, the unit of size").format(unit=project.size_unit),
            convertible(project.size_unit, f"{measured}/year") or 0.0,
        )
    for recipe, units in group(dataset.units, "recipe_id").items():
        unit = _measured(dataset, recipe)
        yield from _among(
            [Number("units.csv", row.row, "capacity", row.capacity, unit) for row in units],
            _("what other units with this recipe can do"),
            offered[recipe],
        )


def _measured(dataset: Dataset, recipe: str) -> str:
    """Unit in which the activity of a recipe counts."""
    return dataset.resource[dataset.recipe[recipe].reference_resource].unit


def coefficients(prepared: Prepared) -> Iterator[Weighed]:
    """Coefficients of one resource per unit of one reference, in several recipes."""
    dataset = prepared.dataset
    alike: defaultdict[tuple[str, str, str], list[RecipeFlow]] = defaultdict(list)
    for flow in dataset.recipe_flows:
        reference = dataset.recipe[flow.recipe_id].reference_resource
        alike[reference, flow.resource_id, flow.direction].append(flow)
    for (reference, resource, _direction), flows in alike.items():
        unit = dataset.resource[resource].unit
        yield from _among(
            [Number("recipe_flows.csv", f.row, "coefficient", f.coefficient, unit) for f in flows],
            _("that of other recipes per {unit} of {reference}").format(
                unit=dataset.resource[reference].unit, reference=reference
            ),
        )


def carriages(prepared: Prepared) -> Iterator[Weighed]:
    """Costs of carriers that count in the same unit."""
    for unit, carriers in group(prepared.dataset.carriers, "unit").items():
        for column, per in (
            ("handling", unit),
            ("freight", f"{unit}/km"),
            ("fixed_cost", "km"),
            ("capacity_cost", f"({unit}/a)/km"),
        ):
            yield from _among(
                [
                    Number("carriers.csv", c.row, column, 1e4 * getattr(c, column), f"元/{per}")
                    for c in carriers
                ],
                _("that of other carriers that count in {unit}").format(unit=unit),
            )
