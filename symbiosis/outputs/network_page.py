"""The network as one offline page: the map, a Sankey of today and of the plan, and the numbers."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from symbiosis.domain.units import UnitError, factor
from symbiosis.locale import _, named
from symbiosis.outputs.charts import FONT, escaped, shown, write_text
from symbiosis.outputs.drawing import edge_name, map_positions, node_labels, node_name
from symbiosis.outputs.graph_tables import edge_table, node_table, plain_value
from symbiosis.outputs.map_colours import css, edge_colour, node_colour
from symbiosis.outputs.map_figure import (
    Legend,
    Row,
    change_name,
    chosen,
    kind_name,
    map_figure,
)
from symbiosis.outputs.page import Page, markless
from symbiosis.outputs.sankey import BAR, WIDTH, Flow, Picture, sankey

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

UNITS = {"energy": "GJ", "water": "m3"}  # in which flows of a kind are drawn, where they can be
COMMON = ("t", *UNITS.values())
SEEN_THROUGH = 0.75  # of ribbons, which cross


def write_network_page(path: Path, graph: nx.MultiDiGraph, lang: str) -> None:
    """Write the page of a network of `merge_phases` with its ghosts; `lang` zh or en."""
    write_text(path, _NetworkPage(graph, lang).page())


class _NetworkPage(Page):
    """Parts of the page, as HTML text."""

    def __init__(self, graph: nx.MultiDiGraph, lang: str) -> None:
        """The network as plain rows."""
        super().__init__("", lang)
        self.words = lang
        self.nodes, self.edges = node_table(graph), edge_table(graph)
        self.node = {str(row["id"]): row for row in self.nodes.rows}
        self.label = node_labels(self.nodes, lang)
        self.planned = graph.graph.get("stage") == "plan"
        self.title = named(
            str(plain_value(graph.graph.get("title_zh")) or ""),
            str(plain_value(graph.graph.get("title_en")) or ""),
            lang,
        )
        self.exchanges = [row for row in self.edges.rows if _is_exchange(row)]

    def page(self) -> str:
        """The whole file."""
        parts = [
            f"<p>{escaped(self.counts())}</p>",
            f"<section>\n<h2>{escaped(_('Network on the map', self.words))}</h2>",
            f"<p>{escaped(self.reading())}</p>",
            self.map(),
            "</section>",
            *self.sankeys(),
            self.exchange_table(),
            self.missing_table(),
        ]
        return self.shell(self.title, "\n".join(parts))

    def map(self) -> str:
        """The network at the positions of the GEXF file."""
        standing = map_positions(self.nodes, self.edges, self.label)
        figure = map_figure(self.nodes, self.edges, self.label, standing, self.words)
        return self.drawn(figure)

    def counts(self) -> str:
        """What the network holds."""
        kinds = Counter(row.get("kind") for row in self.nodes.rows)
        changes = Counter(row.get("change") for row in self.exchanges)
        status = Counter(row.get("status") for row in self.nodes.rows)
        sentences = [
            _("{enterprises} enterprises, {exchanges} exchanges today.", self.words).format(
                enterprises=kinds["enterprise"],
                exchanges=sum(1 for row in self.exchanges if row.get("today_flow")),
            ),
            _(
                "The plan builds {projects} projects, adds {new} exchanges and ends {ended}.",
                self.words,
            ).format(projects=kinds["project"], new=changes["new"], ended=changes["ended"])
            if self.planned
            else "",
            _(
                "Missing: {candidates} projects not built, {takers} by-products nobody takes, "
                "{suppliers} inputs always bought outside.",
                self.words,
            ).format(
                candidates=status["candidate"],
                takers=status["taker_missing"],
                suppliers=status["supplier_missing"],
            ),
        ]
        return " ".join(filter(None, sentences))

    def reading(self) -> str:
        """How the map is to be read."""
        return _(
            "Nodes stand as on the map, moved apart so that names can be read. Widths and sizes "
            "grow with the power of ten of the flow. Full colours are new, pale ones run today. "
            "Point at an arrow for its numbers; a click in the legend hides or shows.",
            self.words,
        )

    def sankeys(self) -> list[str]:
        """A section for each kind of resource that goes from one actor to another."""
        groups: defaultdict[tuple[str, str], list[Flow]] = defaultdict(list)
        rows = {}
        for row in self.exchanges:
            kind = str(row.get("resource_kind"))
            unit, per_unit = _counted(row, kind)
            if not per_unit:
                continue
            states = {"today": "today_flow"} | ({"plan": "plan_flow"} if self.planned else {})
            found = {s: _number(row, column) * per_unit for s, column in states.items()}
            if row["source"] != row["target"] and max(found.values()) > 0:
                flow = Flow(str(row["source"]), str(row["target"]), str(row["id"]), found)
                groups[kind, unit].append(flow)
                rows[flow] = row
        parts = []
        for (kind, unit), flows in sorted(groups.items(), key=_as_listed):
            title = _("{kind}, {unit}/a", self.words).format(
                kind=kind_name(kind, self.words), unit=unit
            )
            pictures = sankey(flows, list(flows[0].amounts))
            parts.append(f"<section>\n<h2>{escaped(title)}</h2>")
            for state, picture in pictures.items():
                name = _("Today", self.words) if state == "today" else _("Plan", self.words)
                parts.append(f"<h3>{escaped(name)}</h3>")
                parts.append(self.drawn(self.sankey_figure(picture, state, unit, rows)))
            parts.append("</section>")
        if parts:
            text = _(
                "Donors stand left of receivers, at the same place today and in the plan; widths "
                "have one scale. What closes a circle returns below the picture.",
                self.words,
            )
            parts.insert(0, f"<p>{escaped(text)}</p>")
        return parts

    def sankey_figure(
        self, picture: Picture, state: str, unit: str, rows: Mapping[Flow, Row]
    ) -> "Figure":
        """A state of a Sankey, drawn in pixels."""
        from plotly import graph_objects as go

        figure = go.Figure()
        for ribbon in picture.ribbons:
            row, flow = rows[ribbon.flow], ribbon.flow
            names = (node_name(self.node[end], self.words) for end in (flow.donor, flow.receiver))
            ends = " → ".join(names)
            told = [ends, edge_name(row, self.words), f"{shown(flow.amounts[state])} {unit}/a"]
            text = "<br>".join(map(markless, told))
            colour = css(edge_colour(row))
            xs, ys = zip(*ribbon.outline, strict=True)
            figure.add_trace(
                go.Scatter(
                    x=[*xs, xs[0]],
                    y=[*ys, ys[0]],
                    fill="toself",
                    mode="lines",
                    fillcolor=colour,
                    line={"width": 0.8, "color": colour},
                    opacity=SEEN_THROUGH,
                    hoveron="fills",
                    hoverinfo="text",
                    text=text,
                    showlegend=False,
                )
            )
        for bar in picture.bars:
            used = bar.height > 0
            figure.add_shape(
                type="rect",
                x0=bar.x,
                x1=bar.x + BAR,
                y0=bar.y,
                y1=bar.y + max(bar.height, 1.5),
                fillcolor=css(node_colour(self.node[bar.actor])),
                line={"width": 0},
                opacity=1.0 if used else 0.25,
            )
            figure.add_annotation(
                x=bar.x + BAR + 2,
                y=bar.y + bar.height / 2,
                text=markless(self.label[bar.actor]),
                showarrow=False,
                xanchor="left",
                font={"size": 11, "color": "#111111" if used else "#aaaaaa"},
                bgcolor="rgba(255,255,255,0.6)",
                borderpad=0,
            )
        bare = {"visible": False, "fixedrange": True}
        figure.update_layout(
            template="plotly_white",
            font={"family": FONT},
            width=WIDTH,
            height=picture.height + 16,
            margin={"l": 0, "r": 0, "t": 8, "b": 8},
            xaxis={**bare, "range": [0, WIDTH]},
            yaxis={**bare, "range": [picture.height, 0]},
            hovermode="closest",
        )
        return figure

    def exchange_table(self) -> str:
        """Every exchange with its numbers; the page reads without script."""
        columns = {"today_flow": _("Today", self.words)}
        if self.planned:
            columns["plan_flow"] = _("Plan", self.words)
        rows: list[list[str | float]] = [
            [
                node_name(self.node[str(row["source"])], self.words),
                node_name(self.node[str(row["target"])], self.words),
                edge_name(row, self.words),
                *(_number(row, column) for column in columns),
                f"{row.get('unit', '')}/a",
                change_name(str(row.get("change", "")), self.words),
            ]
            for row in self.exchanges
        ]
        heads = [
            _("From", self.words),
            _("To", self.words),
            _("Resource", self.words),
            *columns.values(),
            _("Unit", self.words),
            _("Change by the plan", self.words) if self.planned else "",
        ]
        return self.table(_("Exchanges and their amounts", self.words), heads, rows)

    def missing_table(self) -> str:
        """Every missing link and whom it would tie to."""
        legend = Legend(self.words)
        partners: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.edges.rows:
            for end, other in (("source", "target"), ("target", "source")):
                if self.node[str(row[end])].get("kind") == "ghost":
                    partner = self.label[str(row[other])]
                    told = f"{partner} ({edge_name(row, self.words)})"
                    partners[str(row[end])].append(told)
        ghosts = [row for row in self.nodes.rows if row.get("kind") == "ghost"]
        rows: list[list[str | float]] = [
            [
                legend.of_node(row),
                node_name(row, self.words),
                chosen(row, self.words),
                "; ".join(partners[str(row["id"])]),
            ]
            for row in sorted(ghosts, key=lambda row: (str(row["status"]), str(row["id"])))
        ]
        heads = [
            _("Kind", self.words),
            _("Name", self.words),
            _("How often chosen", self.words),
            _("Would be tied to", self.words),
        ]
        return self.table(_("Missing links", self.words), heads, rows)


def _is_exchange(row: Row) -> bool:
    return row.get("action") == "exchange" and row.get("status") != "candidate"


def _counted(row: Row, kind: str) -> tuple[str, float]:
    """Unit in which a flow is drawn, and how many of it one unit of the flow is.

    A material without a mass is a mark, as that of an emission avoided: 0.
    """
    if kind == "material":
        for mass, flow in (("mass_t", "flow"), ("today_mass_t", "today_flow")):
            if _number(row, mass) > 0 and _number(row, flow) > 0:
                return "t", _number(row, mass) / _number(row, flow)
        return "t", 0.0
    unit = str(row.get("unit", ""))
    try:
        return UNITS[kind], factor(unit, UNITS[kind])
    except (KeyError, UnitError):
        return unit, 1.0


def _as_listed(item: tuple[tuple[str, str], list[Flow]]) -> tuple[int, bool, str]:
    """Materials, then energy, then water; what has a unit of its own after the others."""
    (kind, unit), _flows = item
    order = ("material", "energy", "water")
    return order.index(kind) if kind in order else len(order), unit not in COMMON, unit


def _number(row: Row, column: str) -> float:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else 0.0
