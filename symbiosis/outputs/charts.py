"""Charts for whatever draws them, and numbers as they are shown."""

import html
import re
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path

from symbiosis.outputs.atomic import write_atomically

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
QUIET = "#888888"
DIGITS = 4  # figures shown of a number

# What XML 1.0 cannot hold, and half characters that UTF-8 cannot.
NOT_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Curve:
    """A line of a chart."""

    name: str
    colour: str
    x: list[float]
    y: list[float]
    dash: str = "solid"


@dataclass(frozen=True)
class Chart:
    """Curves with one pair of axes; what a chart shows to the left is negative.

    y_unit   said beside a value of y
    """

    title: str
    x_title: str
    y_title: str
    curves: list[Curve]
    y_unit: str = ""

    @property
    def x_range(self) -> tuple[float, float]:
        """Least and largest x, 0 among them."""
        found = [0.0, *(x for curve in self.curves for x in curve.x)]
        low, high = min(found), max(found)
        spare = 0.04 * (high - low) or 1.0
        return low - spare if low < 0 else 0.0, high + spare

    @property
    def y_range(self) -> tuple[float, float]:
        """Least and largest y."""
        found = [y for curve in self.curves for y in curve.y] or [0.0]
        spare = 0.04 * (max(found) - min(found)) or 1.0
        return min(found) - spare, max(found) + spare


def shown(value: str | float) -> str:
    """A number with four figures, or with all before the point; a text as it is."""
    if isinstance(value, str):
        return value
    if value == 0:
        return "0"
    digits = max(0, DIGITS - 1 - floor(log10(abs(value))))
    text = f"{value:,.{digits}f}" if digits < 8 else f"{value:.{DIGITS - 1}e}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from `low` to `high`: steps of 1, 2 or 5 times a power of ten."""
    least = (high - low) / most
    power = 10.0 ** floor(log10(least))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))
    first, last = int(-(-low // step)), int(high // step)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def escaped(text: str) -> str:
    """Text as HTML or XML."""
    return html.escape(NOT_TEXT.sub("\ufffd", text))


def write_text(path: Path, text: str) -> None:
    """Put a text in place of a file."""

    def fill(file: Path) -> None:
        file.write_text(text, encoding="utf-8", newline="\n")

    write_atomically(path, fill)
