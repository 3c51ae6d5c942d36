"""Ranges: least <= value <= most within a row of streams, units and projects."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Row
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import above, number, out_of_order


def check_ranges(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """What runs today, or is the size of reference, lies within its limits."""
    for stream in dataset.streams:
        unit = f" {dataset.resource[stream.resource_id].unit}/year"
        yield from _outside(stream, "least_amount", "amount", "most_amount", unit)
    for plant in dataset.units:
        yield from _outside(plant, "least_utilisation", "utilisation", "most_utilisation")
    for project in dataset.projects:
        yield from _outside(project, "least_size", "reference_size", "most_size")


def _outside(row: Row, least: str, column: str, most: str, unit: str = "") -> Iterator[Fault]:
    """Each of the columns `least` and `most` that the number in `column` breaks."""
    value: float = getattr(row, column)
    order = f"{least} <= {column} ({number(value)}{unit}) <= {most}"
    if above(getattr(row, least), value):
        yield out_of_order(row, least, order, unit)
    if above(value, getattr(row, most)):
        yield out_of_order(row, most, order, unit)
