"""The numbers to measure first, as the shortlist found them, with the names of what they are of."""

from collections.abc import Iterator, Sequence
from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.outputs.dossier.names import Namer
from symbiosis.outputs.dossier.prices import YUAN
from symbiosis.outputs.dossier.records import Measure, Name, Number
from symbiosis.studies.shortlist.futures import key_of
from symbiosis.studies.shortlist.records import Measurement


def measures_of(
    dataset: Dataset, names: Namer, measurements: Sequence[Measurement]
) -> tuple[Measure, ...]:
    """Measurements of a shortlist; prices in yuan."""
    return tuple(_measure(dataset, names, one) for one in measurements)


def _measure(dataset: Dataset, names: Namer, one: Measurement) -> Measure:
    row = next(row for row in getattr(dataset, one.table) if key_of(one.table, row) == one.key)
    unit, scale = _unit(dataset, one, row)
    number = Number(
        one.value * scale, unit, one.low * scale, one.high * scale, one.provenance, row.check
    )
    detail = getattr(row, "action", "") or getattr(row, "direction", "")
    found = tuple(_subjects(names, row))
    return Measure(one.table, detail, found or (Name(one.key),), number, one.swing)


def _unit(dataset: Dataset, one: Measurement, row: Any) -> tuple[str, float]:
    """Unit in which a number is shown, and what it is multiplied by."""
    if one.table == "markets":
        return f"yuan/{dataset.resource[row.resource_id].unit}", YUAN
    if one.table == "project_units":
        reference = dataset.recipe[row.recipe_id].reference_resource
        return f"yuan/{dataset.resource[reference].unit}", YUAN
    if one.table == "carriers":
        return f"yuan/{row.unit}/km", YUAN
    return one.unit, 1.0


def _subjects(names: Namer, row: Any) -> Iterator[Name]:
    """What a row is of: enterprise or project, recipe, resource, carrier."""
    for column in ("enterprise_id", "project_id"):
        if key := getattr(row, column, ""):
            yield names.actor(key)
    for column, find in (
        ("recipe_id", names.recipe),
        ("resource_id", names.resource),
        ("from_resource", names.resource),
        ("to_resource", names.resource),
        ("carrier_id", names.carrier),
    ):
        if key := getattr(row, column, ""):
            yield find(key)
