"""A published case as it stands in its file, and the reading of its parts.

A case that cannot be understood is refused by file and key: a part that nobody reads is a fault
too, for the figure would then be that of another problem.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiosis.domain.errors import UsageError
from symbiosis.inputs.tables import closest
from symbiosis.locale import _

STATUSES = ("verified", "reference_only")
SHOWN = 60  # letters of a wrong value that are shown
NEVER = object()  # no default: the key must be there


class CaseError(UsageError):
    """A case cannot be understood; says the file, the key, the value and the way out.

    file    set by who reads the file
    """

    def __init__(self, where: str, value: Any, problem: str, mend: str = "") -> None:
        """Put the parts into one line; `value` is left out where it is None."""
        self.file = Path()
        shown = "" if value is None else f"'{str(value)[:SHOWN]}' "
        super().__init__(f"{where.rstrip(': ')}: {shown}{problem}" + (f"; {mend}" if mend else ""))


class Fields:
    """An object of a case file whose parts are read by name.

    A part may have several names; null is the same as absent. What has been read is remembered, so
    that `refuse_unread` can name the rest.
    """

    def __init__(self, content: Any, where: str) -> None:
        """Read `content`, which stands at `where`.

        Raises:
            CaseError: if it is no object.
        """
        if not isinstance(content, dict):
            raise CaseError(where, content, _("is not an object"), _("write {...} with its keys"))
        self.content: dict[str, Any] = content
        self.where = where
        self._known: dict[str, None] = {}
        self._inner: list[Fields] = []

    def place(self, key: str) -> str:
        """Where a part stands, for a message."""
        return f"{self.where}{key}" if self.where.endswith(": ") else f"{self.where}.{key}"

    def get(self, *names: str, default: Any = NEVER) -> Any:
        """The part under one of `names`."""
        self._known |= dict.fromkeys(names)
        given = [name for name in names if self.content.get(name) is not None]
        if len(given) > 1:
            raise CaseError(
                self.place(given[1]),
                None,
                _("says the same as '{key}'").format(key=given[0]),
                _("keep one of them"),
            )
        if given:
            return self.content[given[0]]
        if default is NEVER:
            raise CaseError(
                self.place(names[0]), None, _("is missing"), closest(names[0], self.content)
            )
        return default

    def named(self, *names: str) -> str:
        """The one of `names` that is used here, the first where none is."""
        return next((n for n in names if self.content.get(n) is not None), names[0])

    def number(self, *names: str, least: float | None = 0.0, default: Any = NEVER) -> Any:
        """A finite number, not below `least`; or the default as it is."""
        value = self.get(*names, default=default)
        if value is default and default is not NEVER:
            return value
        return number(value, self.place(self.named(*names)), least)

    def text(self, *names: str) -> str:
        """A name; a whole number is one too."""
        return text(self.get(*names), self.place(self.named(*names)))

    def flag(self, name: str, default: Any = NEVER) -> Any:
        """True or false."""
        value = self.get(name, default=default)
        if value is not default and not isinstance(value, bool):
            raise CaseError(self.place(name), value, _("is neither true nor false"))
        return value

    def items(self, *names: str, default: Any = NEVER, empty: bool = False) -> list[Any]:
        """A list."""
        value = self.get(*names, default=default)
        place = self.place(self.named(*names))
        if not isinstance(value, list):
            raise CaseError(place, value, _("is not a list"), _("write [...]"))
        if not value and not empty:
            raise CaseError(place, None, _("is empty"), _("name at least one"))
        return value

    def objects(self, *names: str, empty: bool = False) -> list["Fields"]:
        """A list of objects."""
        place = self.place(self.named(*names))
        return [
            self.inner(item, f"{place}[{i}]")
            for i, item in enumerate(self.items(*names, empty=empty))
        ]

    def inner(self, content: Any, where: str) -> "Fields":
        """An object within this one; its unread parts are refused with those of this one."""
        found = Fields(content, where)
        self._inner.append(found)
        return found

    def ignore(self, *names: str) -> None:
        """These parts may be there and do not count."""
        self._known |= dict.fromkeys(names)

    def refuse_unread(self) -> None:
        """Refuse the first part that nobody has read.

        Raises:
            CaseError: if there is one.
        """
        self.ignore("note", "notes")
        for key in self.content:
            if key not in self._known:
                known = ", ".join(name for name in self._known if name not in ("note", "notes"))
                raise CaseError(
                    self.place(key),
                    None,
                    _("is not known here, and would be left out"),
                    closest(key, self._known) or _("known are {names}").format(names=known),
                )
        for fields in self._inner:
            fields.refuse_unread()


def number(value: Any, where: str, least: float | None = 0.0) -> float:
    """A finite number, not below `least`.

    Raises:
        CaseError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaseError(where, "null" if value is None else value, _("is not a number"))
    try:
        amount = float(value)
    except OverflowError:
        amount = math.inf
    if not math.isfinite(amount):
        raise CaseError(
            where, value, _("is not a finite number"), _("write null where there is no limit")
        )
    if least is not None and amount < least:
        raise CaseError(where, value, _("must be {least:g} or more").format(least=least))
    return amount


def text(value: Any, where: str) -> str:
    """A name; a whole number is one too.

    Raises:
        CaseError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise CaseError(where, "null" if value is None else value, _("is not a name"))
    return str(value).encode("utf-8", "replace").decode()  # half a letter cannot be written


def unknown(where: str, name: str, known: Iterable[str]) -> CaseError:
    """The refusal of a name that is not among `known`."""
    known = list(known)
    hint = closest(name, known) or _("known are {names}").format(names=", ".join(known)[:200])
    return CaseError(where, name, _("is not a name of this case"), hint)


def no_duplicates(names: Iterable[tuple[str, str]]) -> None:
    """Refuse a name that stands twice; `names` holds (where, name).

    Raises:
        CaseError: if there is one.
    """
    first: dict[str, str] = {}
    for where, name in names:
        if name in first:
            raise CaseError(
                where,
                name,
                _("is already the name of {place}").format(place=first[name].partition(": ")[2]),
            )
        first[name] = where


def members(given: Any, names: Sequence[str], where: str) -> dict[int, tuple[str, Any]]:
    """Members of a list, or of an object by name: position -> place in the file, value.

    Raises:
        CaseError: if the names or their number do not fit.
    """
    if isinstance(given, dict):
        no_duplicates((where, name) for name in names)
        position = {name: i for i, name in enumerate(names)}
        for name in given:
            if name not in position:
                raise unknown(where, name, names)
        return {position[name]: (f"{where}.{name}", value) for name, value in given.items()}
    if not isinstance(given, list):
        raise CaseError(where, given, _("is not a list"), _("write [...]"))
    if len(given) != len(names):
        raise CaseError(
            where,
            None,
            _("has {count} members, expected are {expected}").format(
                count=len(given), expected=len(names)
            ),
            _("write null where there is no way"),
        )
    return {i: (f"{where}[{i}]", value) for i, value in enumerate(given)}


@dataclass(frozen=True)
class Case:
    """One published problem.

    published   figure -> value; nested ones by their path, as in `degree.Medici`
    tolerance   figure, or the head of its path, or `default` -> {"abs": ..., "rel": ...}
    """

    file: Path
    name: str
    family: str
    kind: str
    title: str
    status: str
    data: Any
    published: Mapping[str, Any]
    tolerance: Mapping[str, Mapping[str, float]]

    def fields(self) -> Fields:
        """The data, to be read by name.

        Raises:
            CaseError: if they are missing.
        """
        where = f"{self.file.name}: data"
        if self.data is None:
            raise CaseError(where, None, _("is missing"))
        return Fields(self.data, where)

    def allowed(self, figure: str) -> Mapping[str, float]:
        """The tolerance of a figure: its own, that of the head of its path, or the default."""
        path = figure
        while path not in self.tolerance and "." in path:
            path = path.rpartition(".")[0]
        return self.tolerance.get(path, self.tolerance.get("default", {}))


def read_case(file: Path) -> Case:
    """The case of a file; its data are read later, by the family.

    Raises:
        CaseError: if the file holds no case.
    """
    where = file.name
    try:
        content = json.loads(file.read_bytes(), object_pairs_hook=_no_key_twice)
    except OSError as error:
        raise CaseError(
            where, None, _("cannot be read: {reason}").format(reason=error.strerror)
        ) from None
    except _KeyTwiceError as error:
        raise CaseError(where, error.args[0], _("stands twice in one object")) from None
    except UnicodeDecodeError:
        raise CaseError(where, None, _("is not a text file"), _("save it as UTF-8")) from None
    except (ValueError, RecursionError) as error:
        raise CaseError(
            where,
            None,
            _("is not JSON: {reason}").format(reason=error),
            _("mend the file, or move it out of the folder"),
        ) from None
    fields = Fields(content, f"{where}: ")
    kind = fields.text("kind")
    status = fields.get("status", default="verified")
    if status not in STATUSES:
        raise CaseError(
            fields.place("status"),
            status,
            _("is not one of {allowed}").format(allowed=", ".join(STATUSES)),
        )
    published = fields.get("published", default={} if status == "reference_only" else NEVER)
    return Case(
        file=file,
        name=text(fields.get("name", default=file.stem), fields.place("name")),
        family=text(fields.get("family", default=kind), fields.place("family")),
        kind=kind,
        title=str(fields.get("title", default="")),
        status=status,
        data=fields.get("data", default=None),
        published=_published(published, fields.place("published")),
        tolerance=_tolerances(fields.get("tolerance", default={}), fields.place("tolerance")),
    )


class _KeyTwiceError(Exception):
    """A key that an object holds twice; JSON would keep the last value only."""


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise _KeyTwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


def flattened(figures: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    """Figures by their path; a null is no figure.

    >>> flattened({"n_nodes": 3, "degree": {"Medici": 6}})
    {'n_nodes': 3, 'degree.Medici': 6}
    """
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        path = f"{head}{name}"
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{path}.")
        elif value is not None:
            flat[path] = value
    return flat


def _published(given: Any, where: str) -> dict[str, Any]:
    """Published figures by their path, every number finite."""
    figures = flattened(Fields(given, where).content)
    for path, value in figures.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, int | float) and not isinstance(part, bool):
                number(part, f"{where}.{path}", least=None)
            elif not isinstance(part, str | bool):
                raise CaseError(f"{where}.{path}", part, _("is neither a number nor a name"))
    return figures


def _tolerances(given: Any, where: str, head: str = "") -> dict[str, Mapping[str, float]]:
    """Tolerances by the path of their figure."""
    found: dict[str, Mapping[str, float]] = {}
    for name, value in Fields(given, where).content.items():
        place, path = f"{where}.{name}", f"{head}{name}"
        parts = Fields(value, place)
        if any(isinstance(part, dict) for part in parts.content.values()):
            found |= _tolerances(value, place, f"{path}.")
            continue
        found[path] = {
            size: parts.number(size)
            for size in ("abs", "rel")
            if parts.get(size, default=None) is not None
        }
        parts.refuse_unread()
    return found
