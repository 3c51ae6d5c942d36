"""Today and the phases of a plan as one network, so that what is new and what ends can be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

SAME = 0.01  # a flow that moves by less than this share of itself stays as it is
BEFORE_NEXT = 0.1  # years by which an interval ends before the next begins


@dataclass(frozen=True)
class Phase:
    """A network and the years in which it stands, from the start of `first` to before `end`."""

    graph: nx.MultiDiGraph
    first: float
    end: float


def merge_phases(today: Phase, plan: Sequence[Phase]) -> nx.MultiDiGraph:
    """Every node and edge of today and of a plan's phases, once.

    Attributes are those of the last phase that holds the node or edge. Added to them:

    spells                  (first, last) years in which it stands, last before the next state
    start_year, end_year    the first and the last of them
    today_flow, plan_flow   of an edge, per year in its unit: 0 where it is not used; plan: the
                            last phase
    today_mass_t, mass_t    the same in t/year
    today_t, throughput_t   of a node, t/year
    change                  new, ended, more, less or kept; None without a plan

    `flow` and `mass_t` of an edge that ends are 0, as in the plan. Without phases of a plan the
    network is that of today, and what speaks of a plan is left out.
    """
    phases = [today, *plan]
    last = phases[-1].graph
    merged = nx.MultiDiGraph(**last.graph)
    for phase in phases:
        for node, values in phase.graph.nodes(data=True):
            merged.add_node(node, **values)
        for donor, receiver, key, values in phase.graph.edges(keys=True, data=True):
            merged.add_edge(donor, receiver, key=key, **values)

    for node, values in merged.nodes(data=True):
        now, then = today.graph.nodes.get(node), last.nodes.get(node)
        values |= _years(phase if node in phase.graph else None for phase in phases)
        values["today_t"] = now["throughput_t"] if now else 0.0
        values["throughput_t"] = then["throughput_t"] if then else 0.0
        if plan:
            values["change"] = "kept" if now and then else "new" if then else "ended"
    for *ends, values in merged.edges(keys=True, data=True):
        now, then = _edge(today.graph, ends), _edge(last, ends)
        held = (phase if phase.graph.has_edge(*ends) else None for phase in phases)
        values |= _years(held)
        values["today_flow"] = now["flow"] if now else 0.0
        values["today_mass_t"] = now.get("mass_t") if now else _nothing(values)
        values["flow"] = then["flow"] if then else 0.0
        values["mass_t"] = then.get("mass_t") if then else _nothing(values)
        if plan:
            values["plan_flow"] = values["flow"]
            values["change"] = _change(values["today_flow"], values["plan_flow"])
    return merged


def _edge(graph: nx.MultiDiGraph, ends: Iterable[Any]) -> dict[str, Any] | None:
    donor, receiver, key = ends
    found: dict[str, Any] | None = graph.get_edge_data(donor, receiver, key)
    return found


def _nothing(values: dict[str, Any]) -> float | None:
    """No mass where the flow would have one, None where it has none."""
    return None if values.get("mass_t") is None else 0.0


def _change(today: float, plan: float) -> str:
    if not today:
        return "new"
    if not plan:
        return "ended"
    return "kept" if abs(plan - today) <= SAME * today else "more" if plan > today else "less"


def _years(phases: Iterable[Phase | None]) -> dict[str, Any]:
    """When something stands: phases that follow each other make one spell."""
    spells: list[tuple[float, float]] = []
    before = None
    for phase in phases:
        if phase is not None:
            last = phase.end - BEFORE_NEXT
            if before is not None:
                spells[-1] = spells[-1][0], last
            else:
                spells.append((phase.first, last))
        before = phase
    first, last = float(spells[0][0]), float(spells[-1][1])
    return {"spells": tuple(spells), "start_year": first, "end_year": last}
