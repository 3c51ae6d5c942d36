"""Curves of heat targets as charts, for whatever draws them, and numbers as they are shown."""

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path

from symbiosis.locale import _
from symbiosis.network.heat_targets import (
    CarrierLevel,
    HeatStream,
    HeatTargets,
    SiteProfiles,
    composite_curves,
    grand_composite,
    heat_targets,
)
from symbiosis.outputs.atomic import write_atomically

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
HOT, COLD, NET, QUIET = "#c0392b", "#2471a3", "#333333", "#888888"
DIGITS = 4  # figures shown of a number

# What XML 1.0 cannot hold, and half characters that UTF-8 cannot.
NOT_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class HeatCase:
    """What one page shows together, such as the streams of one slice.

    streams     all of one unit of heat
    carriers    levels at which the places may exchange
    integrated  as in `site_profiles`
    """

    name: str
    streams: Sequence[HeatStream]
    carriers: Sequence[CarrierLevel] = ()
    integrated: bool | Collection[str] = True


@dataclass(frozen=True)
class Curve:
    """A line of a chart; heat to the right, temperature upwards."""

    name: str
    colour: str
    heat: list[float]
    celsius: list[float]
    dash: str = "solid"


@dataclass(frozen=True)
class Chart:
    """Curves with one pair of axes; heat that a chart shows to the left is negative."""

    title: str
    heat_title: str
    celsius_title: str
    curves: list[Curve]

    @property
    def heat_range(self) -> tuple[float, float]:
        """Least and largest heat, 0 among them."""
        heats = [0.0, *(heat for curve in self.curves for heat in curve.heat)]
        low, high = min(heats), max(heats)
        spare = 0.04 * (high - low) or 1.0
        return low - spare if low < 0 else 0.0, high + spare

    @property
    def celsius_range(self) -> tuple[float, float]:
        """Least and largest temperature."""
        celsius = [t for curve in self.curves for t in curve.celsius] or [0.0]
        spare = 0.04 * (max(celsius) - min(celsius)) or 1.0
        return min(celsius) - spare, max(celsius) + spare


def composite_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> Chart:
    """Hot and cold composite."""
    curves = composite_curves(streams)
    lines = (
        (_("Hot composite", lang), HOT, curves.hot),
        (_("Cold composite", lang), COLD, curves.cold),
    )
    return Chart(
        _("Composite curves", lang),
        _("Heat, {unit}", lang).format(unit=unit),
        _("Temperature, °C", lang),
        [
            Curve(name, colour, list(frame["heat"]), list(frame["temperature_celsius"]))
            for name, colour, frame in lines
            if len(frame)
        ],
    )


def grand_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> Chart:
    """Grand composite and its pinches."""
    frame = grand_composite(streams)
    curves = []
    if len(frame):
        name = _("Grand composite", lang)
        curves.append(Curve(name, NET, list(frame["heat"]), list(frame["shifted_celsius"])))
        wide = float(frame["heat"].max())
        curves += [
            Curve(_("Pinch", lang), QUIET, [0.0, wide], [pinch, pinch], "dot")
            for pinch in heat_targets(streams).pinch_shifted_celsius
        ]
    return Chart(
        _("Grand composite curve", lang),
        _("Net heat, {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
    )


def site_chart(profiles: SiteProfiles, unit: str, lang: str | None) -> Chart:
    """Surplus to the left, need to the right, carriers across."""
    source, sink, levels = profiles.source, profiles.sink, profiles.levels
    curves = []
    if len(source):
        left = [-heat for heat in source["heat"]]
        curves.append(Curve(_("Surplus", lang), HOT, left, list(source["shifted_celsius"])))
    if len(sink):
        right = list(sink["heat"])
        curves.append(Curve(_("Need", lang), COLD, right, list(sink["shifted_celsius"])))
    if curves:
        for row in levels.to_dict("records"):
            # Flat over what can be raised, down at the axis, flat over what can be served.
            heat = [-row["raisable"], 0.0, 0.0, row["usable"]]
            generation, use = row["generation_celsius"], row["use_celsius"]
            celsius = [generation, generation, use, use]
            curves.append(Curve(row["level"], QUIET, heat, celsius, "dash"))
    return Chart(
        _("Total-site profiles", lang),
        _("Surplus (left) and need (right), {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
    )


def pinches(targets: HeatTargets, lang: str | None, unit: str = "") -> str:
    """Pinch temperatures, hottest first."""
    found = " / ".join(shown(t) for t in targets.pinch_shifted_celsius)
    return found + unit if found else _("none", lang)


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
