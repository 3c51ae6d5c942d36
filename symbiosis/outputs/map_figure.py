"""The network on the map as a figure of plotly: positions, colours and sizes as in Gephi."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, cos, degrees, pi, sin
from typing import TYPE_CHECKING, Any

from symbiosis.locale import _
from symbiosis.outputs.charts import FONT, shown
from symbiosis.outputs.drawing import edge_name, edge_weight, node_name, node_size
from symbiosis.outputs.graph_tables import Plain, Table
from symbiosis.outputs.map_colours import css, edge_colour, node_colour
from symbiosis.outputs.page import markless

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

WIDTH = 1200  # pixels
BEND = 0.12  # how far a line swings aside, of its length: there and back are apart
LETTER, SMALLEST_PRINT = 12.5, 8.0  # size of names where a unit is a pixel, and the least
SMALLEST_SIGN = 6.0  # pixels
LOOP = 16.0  # radius of what an actor gives itself
POINTS = 10  # of a line
HALO = "0 0 3px #fff, 0 0 3px #fff, 0 0 2px #fff"  # keeps names apart from lines
ARROW_AT = 6  # the point of a line that bears its arrow
Row = Mapping[str, Plain]


@dataclass(frozen=True)
class Legend:
    """Words of one language for the groups of lines and signs."""

    lang: str

    def of_edge(self, row: Row) -> str:
        """The group of an edge."""
        if row.get("status") in ("candidate", "missing"):
            return _("Possible or missing", self.lang)
        if row.get("action") != "exchange":
            return _("Bought, sold, disposed of outside", self.lang)
        if row.get("change") == "ended":
            return _("Ended by the plan", self.lang)
        kind = kind_name(str(row.get("resource_kind")), self.lang)
        if row.get("change") in (None, "new"):
            new = row.get("change") == "new"
            state = _("new", self.lang) if new else _("today", self.lang)
        else:
            state = _("as today", self.lang)
        return _("{kind}, {state}", self.lang).format(kind=kind, state=state)

    def of_node(self, row: Row) -> str:
        """The group of a node."""
        ghosts = {
            "candidate": _("Project not built", self.lang),
            "taker_missing": _("By-product nobody takes", self.lang),
            "supplier_missing": _("Input always bought outside", self.lang),
        }
        if row.get("kind") == "ghost":
            return ghosts[str(row["status"])]
        if row.get("kind") == "enterprise":
            name = row.get("sector_zh" if self.lang == "zh" else "sector_en")
            return str(name or _("other enterprises", self.lang))
        return {
            "project": _("Project built", self.lang),
            "market": _("Outside", self.lang),
        }.get(str(row.get("kind")), str(row.get("kind")))


def kind_name(kind: str, lang: str) -> str:
    """A kind of resource."""
    return {
        "material": _("Material", lang),
        "energy": _("Energy", lang),
        "water": _("Water", lang),
    }.get(kind, kind)


def change_name(change: str, lang: str) -> str:
    """What the plan does to a flow."""
    return {
        "new": _("new", lang),
        "ended": _("ended", lang),
        "more": _("more", lang),
        "less": _("less", lang),
        "kept": _("as today", lang),
    }.get(change, "")


def chosen(row: Row, lang: str) -> str:
    """How often a shortlist chose something; empty without one."""
    parts = []
    if isinstance(share := row.get("near_best_share"), float):
        parts.append(_("in {share} of near-best plans", lang).format(share=f"{share:.0%}"))
    if isinstance(share := row.get("futures_share"), float):
        parts.append(_("in {share} of futures", lang).format(share=f"{share:.0%}"))
    return "; ".join(parts)


def amounts(row: Row, lang: str) -> str:
    """Flow today and in the plan, with its unit."""
    unit = f"{row.get('unit', '')}/a"
    today, plan = row.get("today_flow"), row.get("plan_flow")
    parts = []
    if isinstance(today, float):
        parts.append(_("today {amount} {unit}", lang).format(amount=shown(today), unit=unit))
    if isinstance(plan, float):
        parts.append(_("plan {amount} {unit}", lang).format(amount=shown(plan), unit=unit))
    return "; ".join(parts)


def map_figure(
    nodes: Table,
    edges: Table,
    labels: Mapping[str, str],
    standing: Mapping[str, tuple[float, float]],
    lang: str,
) -> "Figure":
    """Nodes and edges on the map; trades outside are shown when their legend is clicked."""
    from plotly import graph_objects as go

    legend = Legend(lang)
    figure = go.Figure()
    names = {str(row["id"]): node_name(row, lang) for row in nodes.rows}
    hidden = _("Bought, sold, disposed of outside", lang)
    for group, rows in _groups(edges, legend):
        visible = "legendonly" if group == hidden else True
        _add_lines(figure, rows, group, standing, visible)
        _add_arrows(figure, rows, group, standing, names, visible, lang)
    xs, ys = zip(*standing.values(), strict=True) if standing else ((0.0,), (0.0,))
    wide, high = max(xs) - min(xs) + 150, max(ys) - min(ys) + 120
    _add_nodes(figure, nodes, labels, legend, standing, min(WIDTH / wide, 1.0))
    bare = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        template="plotly_white",
        font={"family": FONT},
        width=WIDTH,
        height=round(WIDTH * min(max(high / wide, 0.4), 1.4)) + 110,
        margin={"l": 0, "r": 0, "t": 10, "b": 100},
        hovermode="closest",
        legend={"orientation": "h", "y": 0, "yanchor": "top", "itemsizing": "constant"},
        xaxis={**bare, "range": [min(xs) - 75, max(xs) + 75]},
        yaxis={**bare, "range": [min(ys) - 60, max(ys) + 60], "scaleanchor": "x"},
    )
    return figure


def _groups(edges: Table, legend: Legend) -> list[tuple[str, list[Row]]]:
    """Edges by their group in the legend, those that say least first: others lie on them."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in edges.rows:
        found[legend.of_edge(row)].append(row)

    def weight(item: tuple[str, list[Row]]) -> tuple[int, str]:
        row = item[1][0]
        if row.get("status") in ("candidate", "missing"):
            return 0, item[0]
        if row.get("action") != "exchange":
            return 1, item[0]
        return (3 if row.get("change") in (None, "new") else 2), item[0]

    return sorted(found.items(), key=weight)


def _add_lines(
    figure: "Figure",
    rows: list[Row],
    group: str,
    standing: Mapping[str, tuple[float, float]],
    visible: Any,
) -> None:
    """A trace for each width and colour, since a trace has one; a gap parts its lines."""
    from plotly import graph_objects as go

    looks: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        looks[round(edge_weight(row)), css(edge_colour(row))].append(row)
    for number, ((width, colour), members) in enumerate(sorted(looks.items(), reverse=True)):
        x: list[float | None] = []
        y: list[float | None] = []
        for row in members:
            for px, py in _line(row, standing):
                x.append(px)
                y.append(py)
            x.append(None)
            y.append(None)
        faint = members[0].get("status") in ("candidate", "missing")
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                line={
                    "color": colour,
                    "width": 0.8 if faint else 0.8 * width,
                    "dash": "dot" if faint or members[0].get("change") == "ended" else "solid",
                },
                name=markless(group),
                legendgroup=group,
                showlegend=number == 0,
                hoverinfo="skip",
                visible=visible,
            )
        )


def _add_arrows(
    figure: "Figure",
    rows: list[Row],
    group: str,
    standing: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
    visible: Any,
    lang: str,
) -> None:
    """The way of each flow; its numbers are told there."""
    from plotly import graph_objects as go

    x, y, angles, texts, sizes = [], [], [], [], []
    for row in rows:
        line = _line(row, standing)
        (x0, y0), (x1, y1) = line[ARROW_AT - 1], line[ARROW_AT]
        x.append(x1)
        y.append(y1)
        angles.append(degrees(atan2(x1 - x0, y1 - y0)))
        sizes.append(6 if row.get("status") in ("candidate", "missing") else 5 + edge_weight(row))
        ends = f"{names[str(row['source'])]} → {names[str(row['target'])]}"
        told = [ends, edge_name(row, lang), amounts(row, lang), chosen(row, lang)]
        texts.append("<br>".join(markless(part) for part in told if part))
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers",
            marker={
                "symbol": "arrow",
                "angle": angles,
                "size": sizes,
                "color": [css(edge_colour(row)) for row in rows],
                "line": {"width": 0},
            },
            hovertext=texts,
            hoverinfo="text",
            name=markless(group),
            legendgroup=group,
            showlegend=False,
            visible=visible,
        )
    )


def _add_nodes(
    figure: "Figure",
    nodes: Table,
    labels: Mapping[str, str],
    legend: Legend,
    standing: Mapping[str, tuple[float, float]],
    scale: float,
) -> None:
    """Signs with names, a trace for each group of the legend; `scale` in pixels per unit."""
    from plotly import graph_objects as go

    symbols = {"project": "diamond", "market": "square", "ghost": "triangle-up"}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in nodes.rows:
        found[legend.of_node(row)].append(row)
    for group, rows in found.items():
        ghost = rows[0].get("kind") == "ghost"
        placed = [standing[str(row["id"])] for row in rows]
        told = [
            [
                node_name(row, legend.lang),
                group,
                str(row.get("chains", "")),
                chosen(row, legend.lang),
            ]
            for row in rows
        ]
        figure.add_trace(
            go.Scatter(
                x=[x for x, _y in placed],
                y=[y for _x, y in placed],
                mode="markers+text",
                text=[markless(labels[str(row["id"])]) for row in rows],
                textfont={
                    "size": max(SMALLEST_PRINT, LETTER * scale * (0.85 if ghost else 1)),
                    "color": "#777777" if ghost else "#111111",
                    "shadow": HALO,
                },
                textposition="bottom center",
                marker={
                    "size": [max(SMALLEST_SIGN, scale * node_size(row)) for row in rows],
                    "color": css(node_colour(rows[0])),
                    "symbol": symbols.get(str(rows[0].get("kind")), "circle"),
                    "line": {"width": 1, "color": "#ffffff"},
                },
                hovertext=["<br>".join(markless(part) for part in parts if part) for parts in told],
                hoverinfo="text",
                name=markless(group),
            )
        )


def _line(row: Row, standing: Mapping[str, tuple[float, float]]) -> list[tuple[float, float]]:
    """A bent line from source to target, a circle to itself; parallel ones bend differently."""
    (x0, y0), (x1, y1) = standing[str(row["source"])], standing[str(row["target"])]
    dx, dy = x1 - x0, y1 - y0
    if row["source"] == row["target"]:
        turns = [2 * pi * k / POINTS for k in range(POINTS + 1)]
        return [(x0 + LOOP * sin(turn), y0 + LOOP * (1 - cos(turn))) for turn in turns]
    aside = BEND + 0.03 * (sum(map(ord, str(row.get("resource", "")))) % 5)
    mx, my = (x0 + x1) / 2 - aside * dy, (y0 + y1) / 2 + aside * dx
    line = []
    for k in range(POINTS + 1):
        t = k / POINTS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        line.append((a * x0 + b * mx + c * x1, a * y0 + b * my + c * y1))
    return line
