"""Cells of a dossier's tables: texts, numbers, shares, and what is not stated."""

from symbiosis.outputs.charts import shown
from symbiosis.outputs.text import percent


class Share(float):
    """A share, shown as percent."""


Cell = str | float | None  # None: not stated
Row = tuple[Cell, ...]


def cell_text(cell: float) -> str:
    """A number with four figures, a share as percent."""
    return percent(cell, 0) if isinstance(cell, Share) else shown(cell)
