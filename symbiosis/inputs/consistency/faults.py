"""How a fault of a row is written, and when two numbers contradict each other."""

from collections.abc import Collection

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Row
from symbiosis.inputs.tables import TABLES, closest
from symbiosis.locale import _

TOLERANCE = 1e-6  # relative, of amounts that are compared with each other

_FILES = {table.record: table.file for table in TABLES.values()}


def fault_of(row: Row, column: str, problem: str, mend: str, value: str | None = None) -> Fault:
    """A fault of one cell of `row`; `value` where the cell is shown in another way than it is."""
    if value is None:
        cell = getattr(row, column)
        value = "" if cell is None else number(cell) if isinstance(cell, float) else str(cell)
    return Fault(_FILES[type(row)], row.row, column, value, problem, mend)


def number(value: float) -> str:
    """The number in at most ten digits."""
    return f"{value:.10g}"


def yearly(dataset: Dataset, resource: str, value: float) -> str:
    """An amount of `resource` with its unit."""
    return f"{number(value)} {dataset.resource[resource].unit}/year"


def among(name: str, known: Collection[str]) -> str:
    """Hint at the names that would have been right."""
    return closest(name, known) or _("known here: {names}").format(
        names=", ".join(sorted(known)[:8]) or "-"
    )


def above(lower: float | None, upper: float | None) -> bool:
    """Whether two numbers stand in the wrong order; an empty one is no limit."""
    if lower is None or upper is None:
        return False
    return lower - upper > 1e-9 * max(abs(lower), abs(upper))


def exceeds(total: float, most: float) -> bool:
    """Whether amounts that are summed go beyond a limit by more than rounding."""
    return total - most > TOLERANCE * max(total, most)


def out_of_order(row: Row, column: str, order: str, unit: str = "") -> Fault:
    """The number in `column` breaks `order`, such as `least <= most`."""
    return fault_of(
        row,
        column,
        _("is out of order"),
        _("{order} must hold").format(order=order),
        number(getattr(row, column)) + unit,
    )
