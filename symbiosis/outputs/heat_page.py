"""Heat targets as pictures: an offline page with plotly, and a small SVG without a browser.

The page holds its script once and asks for nothing outside of itself; every number of a curve is
also in a table, so that it prints and reads without script. Names are text, never markup.
"""

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.locale import _, language
from symbiosis.network.heat_targets import (
    CarrierLevel,
    HeatStream,
    HeatTargets,
    SiteProfiles,
    by_place,
    composite_curves,
    grand_composite,
    heat_targets,
    site_profiles,
)
from symbiosis.outputs.atomic import write_atomically

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
HOT, COLD, NET, QUIET = "#c0392b", "#2471a3", "#333333", "#888888"
CHART_HEIGHT = 420  # pixels
DIGITS = 4  # figures shown of a number

# What XML 1.0 cannot hold, and half characters that UTF-8 cannot.
NOT_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

STYLE = f"""
body {{ font-family: {FONT}; color: #222; max-width: 1240px; margin: 1.5em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; margin: 0.5em 0 1em; font-size: 0.9em; }}
caption {{ text-align: left; font-weight: bold; padding: 0.3em 0; }}
th, td {{ border-bottom: 1px solid #ccc; padding: 0.2em 0.7em; text-align: left; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
section {{ break-inside: avoid-page; }}
""".strip()


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


def write_heat_page(
    path: Path,
    title: str,
    cases: Iterable[HeatCase],
    *,
    unit: str = "MW",
    place_names: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> None:
    """Write targets and curves of every case, for the site and per place, as one HTML file.

    unit         of the streams' duty, as shown
    place_names  how a place is called; its key where it is missing
    lang         `zh` or `en`; the language in use where it is left out
    """
    writer = _Page(unit, place_names or {}, lang)
    _write(path, writer.page(title, list(cases)))


def write_heat_svg(
    path: Path,
    title: str,
    streams: Sequence[HeatStream],
    *,
    unit: str = "MW",
    lang: str | None = None,
) -> None:
    """Write the composite and grand composite curves of streams, integrated, as one SVG file."""
    _write(path, _Svg(unit, lang).picture(title, streams))


@dataclass(frozen=True)
class _Curve:
    """A line of a chart; heat to the right, temperature upwards."""

    name: str
    colour: str
    heat: list[float]
    celsius: list[float]
    dash: str = "solid"


@dataclass(frozen=True)
class _Chart:
    """Curves with one pair of axes; heat that a chart shows to the left is negative."""

    title: str
    heat_title: str
    celsius_title: str
    curves: list[_Curve]

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


def _composite_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> _Chart:
    """Hot and cold composite."""
    curves = composite_curves(streams)
    lines = (
        (_("Hot composite", lang), HOT, curves.hot),
        (_("Cold composite", lang), COLD, curves.cold),
    )
    return _Chart(
        _("Composite curves", lang),
        _("Heat, {unit}", lang).format(unit=unit),
        _("Temperature, °C", lang),
        [
            _Curve(name, colour, list(frame["heat"]), list(frame["temperature_celsius"]))
            for name, colour, frame in lines
            if len(frame)
        ],
    )


def _grand_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> _Chart:
    """Grand composite and its pinches."""
    frame = grand_composite(streams)
    curves = []
    if len(frame):
        name = _("Grand composite", lang)
        curves.append(_Curve(name, NET, list(frame["heat"]), list(frame["shifted_celsius"])))
        wide = float(frame["heat"].max())
        curves += [
            _Curve(_("Pinch", lang), QUIET, [0.0, wide], [pinch, pinch], "dot")
            for pinch in heat_targets(streams).pinch_shifted_celsius
        ]
    return _Chart(
        _("Grand composite curve", lang),
        _("Net heat, {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
    )


def _site_chart(profiles: SiteProfiles, unit: str, lang: str | None) -> _Chart:
    """Surplus to the left, need to the right, carriers across."""
    source, sink, levels = profiles.source, profiles.sink, profiles.levels
    curves = []
    if len(source):
        left = [-heat for heat in source["heat"]]
        curves.append(_Curve(_("Surplus", lang), HOT, left, list(source["shifted_celsius"])))
    if len(sink):
        right = list(sink["heat"])
        curves.append(_Curve(_("Need", lang), COLD, right, list(sink["shifted_celsius"])))
    if curves:
        for row in levels.to_dict("records"):
            # Flat over what can be raised, down at the axis, flat over what can be served.
            heat = [-row["raisable"], 0.0, 0.0, row["usable"]]
            generation, use = row["generation_celsius"], row["use_celsius"]
            celsius = [generation, generation, use, use]
            curves.append(_Curve(row["level"], QUIET, heat, celsius, "dash"))
    return _Chart(
        _("Total-site profiles", lang),
        _("Surplus (left) and need (right), {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
    )


class _Page:
    """Parts of the page, as HTML text."""

    def __init__(self, unit: str, place_names: Mapping[str, str], lang: str | None) -> None:
        """Nothing drawn yet."""
        self.unit = unit
        self.place_names = place_names
        self.lang = lang
        self.charts = 0

    def place(self, place: str) -> str:
        """Name of a place as a reader knows it."""
        return self.place_names.get(place, place) or _("(no place)", self.lang)

    def page(self, title: str, cases: Sequence[HeatCase]) -> str:
        """The whole file."""
        from plotly.offline import get_plotlyjs  # half a second that no other command pays

        code = "zh-CN" if (self.lang or language()) == "zh" else "en"
        body = "\n".join(self.case(case) for case in cases)
        return (
            f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_escaped(title)}</title>\n<style>\n{STYLE}\n</style>\n"
            f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n<h1>{_escaped(title)}</h1>\n"
            f"{body}\n</body>\n</html>\n"
        )

    def case(self, case: HeatCase) -> str:
        """Targets of site and places, then the curves of each."""
        streams = list(case.streams)
        places = by_place(streams)
        profiles = site_profiles(streams, case.carriers, case.integrated)
        parts = [f"<h2>{_escaped(case.name)}</h2>"] if case.name else []
        parts.append(self.targets_table(streams, places, profiles))
        if case.carriers:
            parts.append(self.levels_table(profiles))
        parts.append(self.section(_("Whole site", self.lang), streams, profiles))
        for place, members in places.items() if len(places) > 1 else ():
            own = site_profiles(members, case.carriers, case.integrated)
            parts.append(self.section(self.place(place), members, own))
        return "\n".join(parts)

    def section(self, name: str, streams: Sequence[HeatStream], profiles: SiteProfiles) -> str:
        """Curves of the site or of a place, drawn and as numbers."""
        charts = (
            _composite_chart(streams, self.unit, self.lang),
            _grand_chart(streams, self.unit, self.lang),
            _site_chart(profiles, self.unit, self.lang),
        )
        numbers = _("Numbers of these curves", self.lang)
        tables = [self.problem_table(heat_targets(streams)), *map(self.curve_table, charts)]
        return (
            f"<section>\n<h3>{_escaped(name)}</h3>\n{self.figure(charts)}\n"
            f"<details>\n<summary>{_escaped(numbers)}</summary>\n"
            + "\n".join(tables)
            + "\n</details>\n</section>"
        )

    def targets_table(
        self,
        streams: Sequence[HeatStream],
        places: Mapping[str, Sequence[HeatStream]],
        profiles: SiteProfiles,
    ) -> str:
        """Least utilities: every place by itself, by carriers, and all streams as one."""
        whole = heat_targets(streams)
        alone = {place: heat_targets(members) for place, members in places.items()}
        rows: list[list[str | float]] = [
            [self.place(place), *_amounts(targets), _pinches(targets, self.lang)]
            for place, targets in alone.items()
        ]
        if len(places) > 1:
            columns = zip(*(_amounts(targets) for targets in alone.values()), strict=True)
            name = _("All places, each by itself", self.lang)
            rows.append([name, *(sum(column) for column in columns), ""])
        if len(profiles.levels):
            hot_utility, cold_utility = profiles.hot_utility, profiles.cold_utility
            amounts = [whole.heat_supply, whole.heat_demand, whole.heat_demand - hot_utility]
            name = _("Places as they are, with these carriers", self.lang)
            rows.append([name, *amounts, hot_utility, cold_utility, ""])
        if len(places) > 1:
            name = _("Whole site as one place", self.lang)
            rows.append([name, *_amounts(whole), _pinches(whole, self.lang)])
        heads = [
            _("Place", self.lang),
            _("Hot streams", self.lang),
            _("Cold streams", self.lang),
            _("Recovered", self.lang),
            _("Hot utility", self.lang),
            _("Cold utility", self.lang),
            _("Pinch, shifted °C", self.lang),
        ]
        caption = _("Targets, heat in {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, heads, rows)

    def levels_table(self, profiles: SiteProfiles) -> str:
        """Heat recoverable by level."""
        columns = {
            "level": _("Level", self.lang),
            "generation_celsius": _("Raised at, °C", self.lang),
            "use_celsius": _("Used at, °C", self.lang),
            "raisable": _("Could be raised", self.lang),
            "usable": _("Could be used", self.lang),
            "recovered": _("Recovered", self.lang),
            "passed_down": _("Passed to colder levels", self.lang),
        }
        caption = _("Heat recoverable by level, {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, columns.values(), _rows(profiles.levels[list(columns)]))

    def problem_table(self, targets: HeatTargets) -> str:
        """The problem table."""
        columns = {
            "shifted_high": _("From, shifted °C", self.lang),
            "shifted_low": _("To, shifted °C", self.lang),
            "surplus": _("Surplus", self.lang),
            "cascaded_in": _("Cascaded in", self.lang),
            "cascaded_out": _("Cascaded out", self.lang),
        }
        caption = _("Problem table, heat in {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, columns.values(), _rows(targets.problem_table[list(columns)]))

    def curve_table(self, chart: _Chart) -> str:
        """Points of a chart's curves."""
        rows: list[list[str | float]] = [
            [curve.name, celsius, abs(heat)]
            for curve in chart.curves
            for heat, celsius in zip(curve.heat, curve.celsius, strict=True)
        ]
        heads = [_("Curve", self.lang), chart.celsius_title, chart.heat_title]
        return self.table(chart.title, heads, rows)

    def table(
        self, caption: str, heads: Iterable[str], rows: Sequence[Sequence[str | float]]
    ) -> str:
        """A plain table; a column of numbers is aligned right."""
        names = list(heads)
        first = rows[0] if rows else names
        marks = [' class="number"' if isinstance(value, float) else "" for value in first]
        head = "".join(
            f"<th{mark}>{_escaped(name)}</th>" for name, mark in zip(names, marks, strict=True)
        )
        body = "\n".join(
            "<tr>"
            + "".join(
                f"<td{mark}>{_escaped(_shown(value))}</td>"
                for value, mark in zip(row, marks, strict=True)
            )
            + "</tr>"
            for row in rows
        )
        return (
            f"<table>\n<caption>{_escaped(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>"
        )

    def figure(self, charts: Sequence[_Chart]) -> str:
        """Charts side by side, drawn by the script in the head of the page."""
        from plotly import graph_objects as go
        from plotly.io import to_html
        from plotly.subplots import make_subplots

        drawn = make_subplots(
            rows=1,
            cols=len(charts),
            subplot_titles=[_markless(chart.title) for chart in charts],
            horizontal_spacing=0.08,
        )
        named: set[str] = set()
        for column, chart in enumerate(charts, start=1):
            for curve in chart.curves:
                drawn.add_trace(
                    go.Scatter(
                        x=curve.heat,
                        y=curve.celsius,
                        name=_markless(curve.name),
                        showlegend=curve.name not in named,
                        customdata=[_shown(abs(heat)) for heat in curve.heat],
                        hovertemplate=f"%{{customdata}} {_markless(self.unit)}<br>%{{y:.1f}} °C",
                        mode="lines",
                        line={"color": curve.colour, "dash": curve.dash},
                    ),
                    row=1,
                    col=column,
                )
                named.add(curve.name)
            ticks = _ticks(*chart.heat_range)
            drawn.update_xaxes(
                title_text=_markless(chart.heat_title),
                range=list(chart.heat_range),
                tickvals=ticks,
                ticktext=[_shown(abs(tick)) for tick in ticks],
                zeroline=True,
                zerolinecolor=QUIET,
                row=1,
                col=column,
            )
            drawn.update_yaxes(title_text=_markless(chart.celsius_title), row=1, col=column)
        drawn.update_layout(
            template="plotly_white",
            font={"family": FONT},
            height=CHART_HEIGHT,
            margin={"l": 60, "r": 20, "t": 50, "b": 60},
            legend={"orientation": "h", "y": -0.2},
        )
        self.charts += 1
        made: str = to_html(
            drawn,
            full_html=False,
            include_plotlyjs=False,
            include_mathjax=False,
            div_id=f"chart-{self.charts}",
            config={"displaylogo": False, "responsive": True, "plotlyServerURL": ""},
        )
        return made


class _Svg:
    """Parts of the picture, as SVG text."""

    WIDTH, HEIGHT = 460, 360  # of one chart, pixels
    LEFT, RIGHT, TOP, BOTTOM = 64, 16, 72, 84  # margins around its axes

    def __init__(self, unit: str, lang: str | None) -> None:
        """What all parts need."""
        self.unit = unit
        self.lang = lang

    def picture(self, title: str, streams: Sequence[HeatStream]) -> str:
        """The whole file."""
        charts = (
            _composite_chart(streams, self.unit, self.lang),
            _grand_chart(streams, self.unit, self.lang),
        )
        targets = heat_targets(streams)
        said = _("Hot utility {hot} {unit}, cold utility {cold} {unit}, pinch {pinch}", self.lang)
        line = said.format(
            hot=_shown(targets.hot_utility),
            cold=_shown(targets.cold_utility),
            unit=self.unit,
            pinch=_pinches(targets, self.lang, " °C"),
        )
        width = self.WIDTH * len(charts)
        drawn = "\n".join(
            f'<g transform="translate({i * self.WIDTH} 0)">\n{self.chart(chart)}\n</g>'
            for i, chart in enumerate(charts)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{self.HEIGHT}" '
            f'viewBox="0 0 {width} {self.HEIGHT}" font-family="{FONT}" font-size="12">\n'
            f"<title>{_escaped(title)}</title>\n"
            f'<rect width="{width}" height="{self.HEIGHT}" fill="#ffffff"/>\n'
            f'<text x="12" y="22" font-size="15" font-weight="bold">{_escaped(title)}</text>\n'
            f'<text x="12" y="42">{_escaped(line)}</text>\n{drawn}\n</svg>\n'
        )

    def chart(self, chart: _Chart) -> str:
        """Axes, curves and legend of one chart."""
        x_low, x_high = chart.heat_range
        y_low, y_high = chart.celsius_range
        left, right = self.LEFT, self.WIDTH - self.RIGHT
        top, bottom = self.TOP, self.HEIGHT - self.BOTTOM

        def x(heat: float) -> float:
            return left + (heat - x_low) / (x_high - x_low) * (right - left)

        def y(celsius: float) -> float:
            return bottom - (celsius - y_low) / (y_high - y_low) * (bottom - top)

        middle = (left + right) / 2
        parts = [
            f'<text x="{left}" y="{top - 10}" font-weight="bold">{_escaped(chart.title)}</text>'
        ]
        for tick in _ticks(x_low, x_high):
            parts.append(
                f'<path d="M{x(tick):.1f} {top}V{bottom}" stroke="#e5e5e5"/>'
                f'<text x="{x(tick):.1f}" y="{bottom + 16}" text-anchor="middle">'
                f"{_escaped(_shown(abs(tick)))}</text>"
            )
        for tick in _ticks(y_low, y_high):
            parts.append(
                f'<path d="M{left} {y(tick):.1f}H{right}" stroke="#e5e5e5"/>'
                f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">'
                f"{_escaped(_shown(tick))}</text>"
            )
        parts.append(f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{QUIET}"/>')
        parts.append(
            f'<text x="{middle}" y="{bottom + 36}" text-anchor="middle">'
            f"{_escaped(chart.heat_title)}</text>"
        )
        parts.append(
            f'<text transform="translate(14 {(top + bottom) / 2}) rotate(-90)" '
            f'text-anchor="middle">{_escaped(chart.celsius_title)}</text>'
        )
        shown: dict[str, _Curve] = {}
        for curve in chart.curves:
            points = " ".join(
                f"{x(heat):.1f},{y(celsius):.1f}"
                for heat, celsius in zip(curve.heat, curve.celsius, strict=True)
            )
            parts.append(f'<polyline points="{points}" fill="none" {_stroke(curve)}/>')
            shown.setdefault(curve.name, curve)
        place = left
        for name, curve in shown.items():
            row = self.HEIGHT - 20
            parts.append(
                f'<path d="M{place} {row - 4}h24" {_stroke(curve)}/>'
                f'<text x="{place + 30}" y="{row}">{_escaped(name)}</text>'
            )
            place += 150
        return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    """Put a text in place of a file."""

    def fill(file: Path) -> None:
        file.write_text(text, encoding="utf-8", newline="\n")

    write_atomically(path, fill)


def _stroke(curve: _Curve) -> str:
    """How a curve is drawn."""
    dash = "" if curve.dash == "solid" else ' stroke-dasharray="4 3"'
    return f'stroke="{curve.colour}" stroke-width="2"{dash}'


def _amounts(targets: HeatTargets) -> list[float]:
    """Amounts of heat, in the order of the table of targets."""
    return [
        targets.heat_supply,
        targets.heat_demand,
        targets.recovered,
        targets.hot_utility,
        targets.cold_utility,
    ]


def _pinches(targets: HeatTargets, lang: str | None, unit: str = "") -> str:
    """Pinch temperatures, hottest first."""
    found = " / ".join(_shown(t) for t in targets.pinch_shifted_celsius)
    return found + unit if found else _("none", lang)


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a table, numbers as they are."""
    return [list(row) for row in frame.itertuples(index=False)]


def _shown(value: str | float) -> str:
    """A number with four figures, or with all before the point; a text as it is."""
    if isinstance(value, str):
        return value
    if value == 0:
        return "0"
    digits = max(0, DIGITS - 1 - floor(log10(abs(value))))
    text = f"{value:,.{digits}f}" if digits < 8 else f"{value:.{DIGITS - 1}e}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from `low` to `high`: steps of 1, 2 or 5 times a power of ten."""
    least = (high - low) / most
    power = 10.0 ** floor(log10(least))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))
    first, last = int(-(-low // step)), int(high // step)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def _escaped(text: str) -> str:
    """Text as HTML or XML."""
    return html.escape(NOT_TEXT.sub("\ufffd", text))


def _markless(text: str) -> str:
    """Text for plotly, which reads tags and entities in it."""
    return html.escape(NOT_TEXT.sub("\ufffd", text), quote=False)
