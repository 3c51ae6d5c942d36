"""What the rules share: a weighed warning, the words in it, the tables with numbers."""

from collections.abc import Iterable, Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Evidence
from symbiosis.domain.places import Enterprise, Park
from symbiosis.domain.projects import ChainStage, Project, Recipe
from symbiosis.domain.units import UnitError, factor
from symbiosis.inputs.tables import TABLES
from symbiosis.locale import _, named
from symbiosis.network.graph import enterprise_name

Weighed = tuple[float, Fault]  # a heavier one is worse


def warning(
    file: str,
    problem: str,
    mend: str,
    *,
    row: int = 0,
    column: str = "",
    value: str = "",
    weight: float = 1.0,
) -> Weighed:
    """Warn of a row, or of the whole file."""
    return weight, Fault(file, row, column, value, problem, mend, level="warning")


def number(value: float) -> str:
    """Four digits, all before the point.

    >>> number(0.123456), number(1234.5), number(1234567)
    ('0.1235', '1,234', '1,234,567')
    """
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def some(names: Iterable[str], most: int = 8) -> str:
    """The first names of a list, and how many more."""
    listed = list(dict.fromkeys(names))
    text = ", ".join(listed[:most])
    if len(listed) > most:
        text += _(" and {count} more").format(count=len(listed) - most)
    return text


def titled(key: str, row: Recipe | Park | Enterprise | Project | ChainStage) -> str:
    """A key and the name of its row."""
    name = enterprise_name(row) if isinstance(row, Enterprise) else named(row.name_zh, row.name_en)
    return f"{key} {name}".strip()


def numbered(dataset: Dataset) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    """Tables whose rows say where their number comes from: file, column of the number, rows."""
    for name, table in TABLES.items():
        if issubclass(table.record, Evidence) and table.record.main:
            yield table.file, table.record.main, getattr(dataset, name)


def convertible(unit: str, target: str) -> float | None:
    """What an amount in `unit` is multiplied by to be in `target`; None: no such thing."""
    try:
        return factor(unit, target)
    except UnitError:
        return None
