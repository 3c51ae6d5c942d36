"""What an audit has checked, and every breach it found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from symbiosis.locale import _

TOLERANCE = 1e-6  # of the largest amount in what is compared
NIL = 1e-3  # unit/year or 万元: nothing is compared with less than this
SMALLEST = 1e-9  # the same for prices and ratios
SHOWN = 10  # breaches kept per check, the worst first
WORST = 1e9  # what a deviation without a measure counts as


@dataclass(frozen=True)
class Check:
    """One rule, wherever it holds.

    count      how many things were compared
    worst      largest relative deviation found, within the tolerance or not
    breaches   lines that name actor, resource and amounts
    """

    name: str
    passed: bool
    count: int
    worst: float
    breaches: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys of `--json`."""
        return {
            "name": self.name,
            "passed": self.passed,
            "count": self.count,
            "worst": self.worst,
            "breaches": list(self.breaches),
        }


@dataclass(frozen=True)
class Audit:
    """Whether a plan holds when it is recomputed from its tables and the dataset."""

    passed: bool
    checks: tuple[Check, ...]

    def as_dict(self) -> dict[str, Any]:
        """Keys of `--json`."""
        return {"passed": self.passed, "checks": [check.as_dict() for check in self.checks]}


@dataclass
class _Rule:
    """What was found of one rule so far."""

    count: int = 0
    worst: float = 0.0
    breaches: list[tuple[float, str]] = field(default_factory=list)


class Tally:
    """Counts what is checked; a breach is put into words only when there is one.

    `where` names what is compared (ids of actors and resources, period, column).
    """

    def __init__(self, labels: Callable[[], Mapping[str, str]]) -> None:
        """Begin; `labels` gives the readable name of an id."""
        self._labels = labels
        self._rules: dict[str, _Rule] = {}

    def audit(self) -> Audit:
        """Everything checked so far, in the order in which it was first checked."""
        checks = tuple(
            Check(
                name,
                not rule.breaches,
                rule.count,
                rule.worst,
                tuple(line for _worst, line in sorted(rule.breaches, key=_deviation)[:SHOWN]),
            )
            for name, rule in self._rules.items()
        )
        return Audit(all(check.passed for check in checks), checks)

    def declare(self, *names: str) -> None:
        """Checks that stand in the audit although nothing may fall under them."""
        for name in names:
            self._rules.setdefault(name, _Rule())

    def holds(self, name: str, holds: bool, *where: str, text: str) -> bool:
        """Count something that holds or does not; returns whether it does."""
        rule = self._rules.setdefault(name, _Rule())
        rule.count += 1
        if not holds:
            rule.worst = max(rule.worst, 1.0)
            rule.breaches.append((1.0, text.format(where=self._place(where))))
        return holds

    def equal(
        self,
        name: str,
        found: float,
        expected: float,
        *where: str,
        scale: float = 0.0,
        least_scale: float = NIL,
        unit: str = "",
        text: str = "",
    ) -> None:
        """Count `found` against `expected`; `scale` is the largest amount they are made of."""
        size = max(scale, abs(found), abs(expected), least_scale)
        text = text or _("{where}: {found} instead of {expected}")
        self._compare(name, abs(found - expected), size, found, expected, where, unit, text)

    def at_most(
        self,
        name: str,
        found: float,
        limit: float,
        *where: str,
        scale: float = 0.0,
        unit: str = "",
        text: str = "",
    ) -> None:
        """Count `found` against a largest amount."""
        size = max(scale, abs(found), abs(limit), NIL)
        text = text or _("{where}: {found} is above {expected}")
        self._compare(name, max(0.0, found - limit), size, found, limit, where, unit, text)

    def at_least(
        self,
        name: str,
        found: float,
        limit: float,
        *where: str,
        scale: float = 0.0,
        unit: str = "",
        text: str = "",
    ) -> None:
        """Count `found` against a smallest amount."""
        size = max(scale, abs(found), abs(limit), NIL)
        text = text or _("{where}: {found} is below {expected}")
        self._compare(name, max(0.0, limit - found), size, found, limit, where, unit, text)

    def _compare(
        self,
        name: str,
        difference: float,
        size: float,
        found: float,
        expected: float,
        where: tuple[str, ...],
        unit: str,
        text: str,
    ) -> None:
        rule = self._rules.setdefault(name, _Rule())
        rule.count += 1
        deviation = difference / size
        if not isfinite(deviation):
            deviation = WORST
        rule.worst = max(rule.worst, deviation)
        if deviation > TOLERANCE:
            shown = text.format(
                where=self._place(where),
                found=_amount(found, unit),
                expected=_amount(expected, unit),
            )
            rule.breaches.append((deviation, shown))

    def _place(self, where: tuple[str, ...]) -> str:
        labels = self._labels()
        return ", ".join(labels.get(part, part) for part in where if part)


def _deviation(breach: tuple[float, str]) -> float:
    return -breach[0]


def _amount(value: float, unit: str) -> str:
    return f"{value:,.8g} {unit}".rstrip()
