"""How a cell is written: numbers without loss, prices in six figures, notes joined."""

from typing import Any

from library import Row

TYPICAL: Row = {"provenance": "assumption", "check": "typical"}
GJ_PER_MW_YEAR = 31536.0
GJ_PER_MWH = 3.6


def text(value: float) -> str:
    """A computed number, exact enough for a balance to close.

    >>> text(1 / 3), text(1200.0)
    ('0.333333333333333', '1200')
    """
    return f"{value:.15g}"


def rounded(value: float) -> str:
    """A computed price or cost: six figures.

    >>> rounded(480 / 1.13)
    '424.779'
    """
    return f"{value:.6g}"


def number(cell: Any) -> str:
    """A cell of park.toml as text."""
    return text(cell) if isinstance(cell, int | float) else str(cell)


def join(*parts: str) -> str:
    """Notes in one cell, empty ones left out."""
    return "; ".join(part for part in parts if part)


def yuan(unit: str) -> str:
    """A price unit as people write it here: yuan/t is 元/t."""
    return unit.replace("yuan", "元")
