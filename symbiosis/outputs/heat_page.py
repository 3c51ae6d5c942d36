"""Heat targets as an offline page with plotly.

The page holds its script once and asks for nothing outside of itself; every number of a curve is
also in a table, so that it prints and reads without script. Names are text, never markup.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.locale import _, language
from symbiosis.network.heat_targets import (
    HeatStream,
    HeatTargets,
    SiteProfiles,
    by_place,
    heat_targets,
    site_profiles,
)
from symbiosis.outputs.heat_charts import (
    FONT,
    NOT_TEXT,
    QUIET,
    Chart,
    HeatCase,
    composite_chart,
    escaped,
    grand_chart,
    pinches,
    round_ticks,
    shown,
    site_chart,
    write_text,
)

CHART_HEIGHT = 420  # pixels

STYLE = f"""
body {{ font-family: {FONT}; color: #222; max-width: 1240px; margin: 1.5em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; margin: 0.5em 0 1em; font-size: 0.9em; }}
caption {{ text-align: left; font-weight: bold; padding: 0.3em 0; }}
th, td {{ border-bottom: 1px solid #ccc; padding: 0.2em 0.7em; text-align: left; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
section {{ break-inside: avoid-page; }}
""".strip()


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
    write_text(path, writer.page(title, list(cases)))


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
            f"<title>{escaped(title)}</title>\n<style>\n{STYLE}\n</style>\n"
            f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n<h1>{escaped(title)}</h1>\n"
            f"{body}\n</body>\n</html>\n"
        )

    def case(self, case: HeatCase) -> str:
        """Targets of site and places, then the curves of each."""
        streams = list(case.streams)
        places = by_place(streams)
        profiles = site_profiles(streams, case.carriers, case.integrated)
        parts = [f"<h2>{escaped(case.name)}</h2>"] if case.name else []
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
            composite_chart(streams, self.unit, self.lang),
            grand_chart(streams, self.unit, self.lang),
            site_chart(profiles, self.unit, self.lang),
        )
        numbers = _("Numbers of these curves", self.lang)
        tables = [self.problem_table(heat_targets(streams)), *map(self.curve_table, charts)]
        return (
            f"<section>\n<h3>{escaped(name)}</h3>\n{self.figure(charts)}\n"
            f"<details>\n<summary>{escaped(numbers)}</summary>\n"
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
            [self.place(place), *_amounts(targets), pinches(targets, self.lang)]
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
            rows.append([name, *_amounts(whole), pinches(whole, self.lang)])
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

    def curve_table(self, chart: Chart) -> str:
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
            f"<th{mark}>{escaped(name)}</th>" for name, mark in zip(names, marks, strict=True)
        )
        body = "\n".join(
            "<tr>"
            + "".join(
                f"<td{mark}>{escaped(shown(value))}</td>"
                for value, mark in zip(row, marks, strict=True)
            )
            + "</tr>"
            for row in rows
        )
        return (
            f"<table>\n<caption>{escaped(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>"
        )

    def figure(self, charts: Sequence[Chart]) -> str:
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
                        customdata=[shown(abs(heat)) for heat in curve.heat],
                        hovertemplate=f"%{{customdata}} {_markless(self.unit)}<br>%{{y:.1f}} °C",
                        mode="lines",
                        line={"color": curve.colour, "dash": curve.dash},
                    ),
                    row=1,
                    col=column,
                )
                named.add(curve.name)
            ticks = round_ticks(*chart.heat_range)
            drawn.update_xaxes(
                title_text=_markless(chart.heat_title),
                range=list(chart.heat_range),
                tickvals=ticks,
                ticktext=[shown(abs(tick)) for tick in ticks],
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


def _amounts(targets: HeatTargets) -> list[float]:
    """Amounts of heat, in the order of the table of targets."""
    return [
        targets.heat_supply,
        targets.heat_demand,
        targets.recovered,
        targets.hot_utility,
        targets.cold_utility,
    ]


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a table, numbers as they are."""
    return [list(row) for row in frame.itertuples(index=False)]


def _markless(text: str) -> str:
    """Text for plotly, which reads tags and entities in it."""
    return html.escape(NOT_TEXT.sub("\ufffd", text), quote=False)
