"""An offline page of charts and tables with plotly.

The page holds its script once and asks for nothing outside of itself; every number of a curve is
also in a table, so that it prints and reads without script. Names are text, never markup.
"""

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from symbiosis.locale import _, language
from symbiosis.outputs.charts import FONT, NOT_TEXT, QUIET, Chart, escaped, round_ticks, shown

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CHART_HEIGHT = 420  # pixels

STYLE = f"""
body {{ font-family: {FONT}; color: #222; max-width: 1240px; margin: 1.5em auto; padding: 0 1em; }}
table {{ border-collapse: collapse; margin: 0.5em 0 1em; font-size: 0.9em; }}
caption {{ text-align: left; font-weight: bold; padding: 0.3em 0; }}
th, td {{ border-bottom: 1px solid #ccc; padding: 0.2em 0.7em; text-align: left; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
section {{ break-inside: avoid-page; }}
""".strip()


class Page:
    """Parts of a page, as HTML text; `unit` is that of the x axes."""

    def __init__(self, unit: str, lang: str | None) -> None:
        """Nothing drawn yet."""
        self.unit = unit
        self.lang = lang
        self.charts = 0

    def shell(self, title: str, body: str) -> str:
        """The whole file."""
        from plotly.offline import get_plotlyjs  # half a second that no other command pays

        code = "zh-CN" if (self.lang or language()) == "zh" else "en"
        return (
            f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escaped(title)}</title>\n<style>\n{STYLE}\n</style>\n"
            f"<script>{get_plotlyjs()}</script>\n</head>\n<body>\n<h1>{escaped(title)}</h1>\n"
            f"{body}\n</body>\n</html>\n"
        )

    def curves(self, name: str, charts: Sequence[Chart], tables: Sequence[str] = ()) -> str:
        """A section: charts drawn, and their numbers folded away beside other tables."""
        numbers = _("Numbers of these curves", self.lang)
        return (
            f"<section>\n<h3>{escaped(name)}</h3>\n{self.figure(charts)}\n"
            f"<details>\n<summary>{escaped(numbers)}</summary>\n"
            + "\n".join([*tables, *map(self.curve_table, charts)])
            + "\n</details>\n</section>"
        )

    def curve_table(self, chart: Chart) -> str:
        """Points of a chart's curves."""
        rows: list[list[str | float]] = [
            [curve.name, y, abs(x)]
            for curve in chart.curves
            for x, y in zip(curve.x, curve.y, strict=True)
        ]
        heads = [_("Curve", self.lang), chart.y_title, chart.x_title]
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
        from plotly.subplots import make_subplots

        drawn = make_subplots(
            rows=1,
            cols=len(charts),
            subplot_titles=[markless(chart.title) for chart in charts],
            horizontal_spacing=0.08,
        )
        named: set[str] = set()
        for column, chart in enumerate(charts, start=1):
            for curve in chart.curves:
                drawn.add_trace(
                    go.Scatter(
                        x=curve.x,
                        y=curve.y,
                        name=markless(curve.name),
                        showlegend=curve.name not in named,
                        customdata=[shown(abs(x)) for x in curve.x],
                        hovertemplate=f"%{{customdata}} {markless(self.unit)}<br>%{{y:.1f}} "
                        + markless(chart.y_unit),
                        mode="lines",
                        line={"color": curve.colour, "dash": curve.dash},
                    ),
                    row=1,
                    col=column,
                )
                named.add(curve.name)
            ticks = round_ticks(*chart.x_range)
            drawn.update_xaxes(
                title_text=markless(chart.x_title),
                range=list(chart.x_range),
                tickvals=ticks,
                ticktext=[shown(abs(tick)) for tick in ticks],
                zeroline=True,
                zerolinecolor=QUIET,
                row=1,
                col=column,
            )
            drawn.update_yaxes(title_text=markless(chart.y_title), row=1, col=column)
        drawn.update_layout(
            template="plotly_white",
            font={"family": FONT},
            height=CHART_HEIGHT,
            margin={"l": 60, "r": 20, "t": 50, "b": 60},
            legend={"orientation": "h", "y": -0.2},
        )
        return self.drawn(drawn)

    def drawn(self, figure: "Figure") -> str:
        """A figure of plotly in the page."""
        from plotly.io import to_html

        self.charts += 1
        made: str = to_html(
            figure,
            full_html=False,
            include_plotlyjs=False,
            include_mathjax=False,
            div_id=f"chart-{self.charts}",
            config={"displaylogo": False, "responsive": True, "plotlyServerURL": ""},
        )
        return made


def markless(text: str) -> str:
    """Text for plotly, which reads tags and entities in it."""
    return html.escape(NOT_TEXT.sub("\ufffd", text), quote=False)
