"""Errors a person can act on: each says what is wrong, where, and how to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from symbiosis.locale import _, mark


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong or suspicious in a dataset.

    row     1 is the header, as a spreadsheet shows it; 0 speaks of the whole file
    """

    file: str
    row: int
    column: str
    value: str
    problem: str
    mend: str
    level: str = "error"

    def __str__(self) -> str:
        """One line: file, row, column, value, what is wrong, how to mend it."""
        place = [self.file]
        if self.row:
            place.append(_("row {row}").format(row=self.row))
        if self.column:
            place.append(_("column {column}").format(column=self.column))
        said = f"{self.problem}" if not self.value else f"'{self.value}'{mark(':')}{self.problem}"
        line = f"{mark(',').join(place)}{mark(':')}{said}"
        return f"{line}{mark(';')}{self.mend}" if self.mend else line

    def at(self, origins: Mapping[tuple[str, int], tuple[str, int]]) -> "Fault":
        """The fault at the file and row in which a person finds it."""
        file, row = origins.get((self.file, self.row), (self.file, self.row))
        return replace(self, file=file, row=row)

    def as_dict(self) -> dict[str, str | int]:
        """Keys of `--json`."""
        return asdict(self)


class SymbiosisError(Exception):
    """Base of all errors of the program; the command shows the message, never a traceback."""

    exit_code = 2


class UsageError(SymbiosisError):
    """A name, option or path the program cannot use."""


class DatasetError(SymbiosisError):
    """A dataset cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, dataset: str, faults: Sequence[Fault]) -> None:
        """Gather `faults` of `dataset` into one message."""
        self.dataset = dataset
        self.faults = sorted(faults)
        head = _("{dataset} cannot be used, {count} faults:").format(
            dataset=dataset, count=len(faults)
        )
        super().__init__("\n  ".join([head, *map(str, self.faults)]))


class InfeasibleError(SymbiosisError):
    """No plan meets every condition.

    faults      the conditions that cannot hold together, where they have been found
    conflict    the same with what would mend it, as one document
    """

    exit_code = 1

    def __init__(
        self, text: str, faults: Sequence[Fault] = (), conflict: Mapping[str, Any] | None = None
    ) -> None:
        """Say `text`."""
        super().__init__(text)
        self.faults = list(faults)
        self.conflict = conflict


class UnboundedError(SymbiosisError):
    """The objective can grow without end: a price or limit is missing."""


class NoPlanInTimeError(SymbiosisError):
    """The time limit came before any plan."""

    exit_code = 3


class SolverError(SymbiosisError):
    """HiGHS stopped for another reason, or its answer does not hold when checked."""

    exit_code = 3
