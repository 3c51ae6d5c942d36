"""How a column of a table is declared: what it measures, what it points at."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Provenance = Literal["public", "coefficient", "assumption"]
Check = Literal["retrieved", "recalled", "typical", "derived", ""]


@dataclass(frozen=True)
class Quantity:
    """A number with a unit; the reader brings it to `target`.

    target        unit inside the program; `{unit}` is the unit of the resource the row names,
                  `{reference}` that of the reference resource of the recipe it names
    unit_column   column in which the user types the unit; empty there means `target`
    resource      column that names the resource
    """

    target: str
    unit_column: str = ""
    resource: str = "resource_id"


@dataclass(frozen=True)
class Refers:
    """The cell holds keys of rows of one of `tables`; several are parted by a semicolon."""

    tables: tuple[str, ...]


def _parts(cell: Any) -> Any:
    """The parts of a cell `a;b`, as a tuple."""
    if isinstance(cell, str):
        return tuple(part.strip() for part in cell.replace("；", ";").split(";") if part.strip())
    return cell


def _flag(cell: Any) -> Any:
    """1, yes, on and 是 are true; 0, no, off and 否 are false."""
    if isinstance(cell, str):
        words = {"1": True, "yes": True, "on": True, "true": True, "是": True}
        words |= {"0": False, "no": False, "off": False, "false": False, "否": False}
        return words.get(cell.strip().lower(), cell)
    return cell


Key = Annotated[
    str,
    Field(min_length=1, max_length=80, pattern=r"^[^\s;；:,\"'<>][^\r\n\t;；:,\"'<>]*$"),
]
Words = Annotated[tuple[str, ...], BeforeValidator(_parts)]
Flag = Annotated[bool, BeforeValidator(_flag)]
NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Elevation = Annotated[float, Field(ge=-500, le=9000)]


class Row(BaseModel):
    """A row of a table. `row` is its number in the file, header = 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    row: int = 0
    note: str = ""


class Evidence(Row):
    """A row whose main number says where it comes from and how sure it is.

    low, high   range of the number in `main`, in the same unit
    check       `retrieved` read in a source, `recalled` known but not re-read, `typical` an
                engineering range, `derived` computed from other rows
    """

    main: ClassVar[str] = ""
    low: float | None = None
    high: float | None = None
    provenance: Provenance = "assumption"
    check: Check = ""
    source: str = ""
    year: int | None = None


@lru_cache
def references(record: type[Row]) -> dict[str, Refers]:
    """Columns of a table that name rows of other tables."""
    return {
        column: mark
        for column, info in record.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Refers)
    }
