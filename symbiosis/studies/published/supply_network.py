"""Transport and distribution: who sends how much to whom, and which places are open, at least cost.

transport        plants, markets, and `unit_cost` as a matrix [plant][market], as an object of
                 objects, or `arcs`; a null says that there is no way; `arc_capacity` and
                 `fixed_cost` may be given in the form of `unit_cost`
depot_network    factories, depots, customers, arcs (from, to, cost)

Of every place   name
plant, factory   capacity (null or left out: no limit), unit_cost of what it makes
depot            capacity, throughput_cost of what passes, expansion {capacity, cost, unit_cost}
plant, factory,  fixed_cost paid if it is open, existing (true or false), optional (true or false),
depot            closing_saving if an existing one is closed
customer, market demand, met exactly
arc              cost, capacity, fixed_cost if used, lower_bound
and beside them  max_open: most plants or depots that may be open, existing ones included
"""

from collections.abc import Sequence
from typing import Any

from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import (
    NEVER,
    CaseError,
    Fields,
    members,
    no_duplicates,
    number,
    unknown,
)
from symbiosis.studies.published.flow_network import (
    SETTINGS,
    Arc,
    Depot,
    FlowNetwork,
    Sink,
    Source,
    node_id,
)
from symbiosis.studies.published.translation import Figures, Translation

MOST_OPEN = ("max_open", "max_depots", "max_open_depots", "max_plants")


def transport(data: Fields) -> Translation:
    """Plants that supply markets directly."""
    network = FlowNetwork(most_open=data.number(*MOST_OPEN, default=None))
    plants, markets = data.objects("plants"), data.objects("markets")
    unit_costs = [
        _add_source(network, "plant", i, plant, counted=True) for i, plant in enumerate(plants)
    ]
    for j, market in enumerate(markets):
        _add_sink(network, "market", j, market)
    if data.get("arcs", default=None) is not None:
        _refuse_other_forms(data)
        _add_arcs(network, data, [plants, markets], unit_costs)
    else:
        sources = [source.name for source in network.sources]
        sinks = [sink.name for sink in network.sinks]
        cost = _matrix(data, ("unit_cost", "cost"), sources, sinks, least=None)
        capacity = _matrix(data, ("arc_capacity",), sources, sinks, default={})
        fixed = _matrix(data, ("fixed_cost", "arc_fixed_cost"), sources, sinks, default={})
        network.arcs += [
            Arc(
                network.sources[i].node_id,
                network.sinks[j].node_id,
                cost[i, j] + unit_costs[i],
                capacity.get((i, j)),
                fixed.get((i, j), 0.0),
            )
            for i, j in cost
        ]
    return _translation(network, "open_plants", [source.node_id for source in network.sources])


def depot_network(data: Fields) -> Translation:
    """Factories that supply customers directly and through depots."""
    network = FlowNetwork(most_open=data.number(*MOST_OPEN, default=None))
    factories, depots = data.objects("factories"), data.objects("depots", empty=True)
    customers = data.objects("customers")
    costs = [
        _add_source(network, "factory", i, factory, counted=False)
        for i, factory in enumerate(factories)
    ]
    costs += [_add_depot(network, i, depot) for i, depot in enumerate(depots)]
    for j, customer in enumerate(customers):
        _add_sink(network, "customer", j, customer)
    _add_arcs(network, data, [factories, depots, customers], costs)
    return _translation(network, "open_depots", [depot.node_id for depot in network.depots])


def _translation(network: FlowNetwork, opened: str, counted: Sequence[str]) -> Translation:
    name = {place.node_id: place.name for place in network.places}
    name |= {sink.node_id: sink.name for sink in network.sinks}

    def figures(plan: Plan) -> Figures:
        used = network.used(plan)
        open_places = [name[node] for node in counted if node in used]
        flows: dict[str, dict[str, float]] = {}
        for (start, end), amount in network.flows(plan).items():
            to = flows.setdefault(name[start], {})
            to[name[end]] = to.get(name[end], 0.0) + amount
        return {
            "min_cost": network.constant - plan.facts["objective"]["value"],
            "total_flow": network.demand,
            opened: open_places,
            "n_open": len(open_places),
            "expanded": [
                name[d.node_id] for d in network.depots if d.node_id in network.enlarged(plan)
            ],
            "flows": _with_zeros(network, name, flows),
        }

    return Translation(network.rows, SETTINGS, figures, network.shortage)


def _with_zeros(
    network: FlowNetwork, name: dict[str, str], flows: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Flows of every arc, 0 where nothing runs."""
    every: dict[str, dict[str, float]] = {}
    for arc in network.arcs:
        start, end = name[arc.start], name[arc.end]
        every.setdefault(start, {})[end] = flows.get(start, {}).get(end, 0.0)
    return every


def _add_source(network: FlowNetwork, kind: str, i: int, place: Fields, counted: bool) -> float:
    """Add a plant or factory; returns what a unit it makes costs."""
    name = place.text("name")
    capacity = place.number("capacity", "supply", default=None)
    opening_cost = _opening(network, place)
    network.sources.append(
        Source(node_id(kind, i + 1, name), name, capacity, opening_cost, counted)
    )
    return float(place.number("unit_cost", "production_cost", least=None, default=0.0))


def _add_depot(network: FlowNetwork, i: int, place: Fields) -> float:
    """Add a depot; returns what a unit that passes it costs."""
    name = place.text("name")
    capacity = place.number("capacity", default=None)
    extra = extra_cost = extra_unit_cost = 0.0
    expansion = place.get("expansion", default=None)
    if expansion is not None:
        larger = place.inner(expansion, place.place("expansion"))
        extra = larger.number("capacity", "extra_capacity")
        extra_cost = larger.number("cost", "fixed_cost", default=0.0)
        extra_unit_cost = larger.number("unit_cost", default=0.0)
    elif place.get("expansion_capacity", default=None) is not None:
        extra = place.number("expansion_capacity")
        extra_cost = place.number("expansion_cost")
    if extra > 0 and capacity is None:
        raise CaseError(
            place.place("expansion"), None, _("has nothing to enlarge: the capacity has no limit")
        )
    network.depots.append(
        Depot(
            node_id("depot", i + 1, name),
            name,
            capacity,
            _opening(network, place),
            True,
            extra,
            extra_cost,
            extra_unit_cost,
        )
    )
    return float(place.number("throughput_cost", "handling_cost", "unit_cost", default=0.0))


def _opening(network: FlowNetwork, place: Fields) -> float | None:
    """What opening a place costs; None if it stands anyway.

    An existing place that saves money when closed is one that costs as much to keep.
    """
    cost = place.number("fixed_cost", "opening_cost", default=None)
    saving = place.number("closing_saving", "closure_saving", "saving_if_closed", default=None)
    optional, existing = place.flag("optional", None), place.flag("existing", None)
    if saving is not None:
        if existing is False or optional is False or cost:
            raise CaseError(
                place.place("closing_saving"),
                saving,
                _("does not go with the other keys of this place"),
                _("only an existing place without a fixed_cost is saved by closing it"),
            )
        network.constant -= saving
        return float(saving)
    if cost and existing and optional is not False:
        raise CaseError(
            place.place(place.named("fixed_cost", "opening_cost")),
            cost,
            _("of an existing place can mean two things"),
            _("write closing_saving if closing it saves this, or optional: false if it stays"),
        )
    if optional is False or (existing and not optional):
        network.constant += cost or 0.0
        return None
    if cost is None and not optional and existing is not False:
        return None
    return float(cost or 0.0)


def _add_sink(network: FlowNetwork, kind: str, j: int, place: Fields) -> None:
    name = place.text("name")
    network.sinks.append(Sink(node_id(kind, j + 1, name), name, place.number("demand")))


def _add_arcs(
    network: FlowNetwork, data: Fields, places: Sequence[list[Fields]], costs: Sequence[float]
) -> None:
    """Arcs by the names of their ends; what a unit costs at its two ends is on the way.

    `places` are the lists of the case, first to last; `costs` belongs to the sources and depots.
    """
    for side in (places[:-1], places[1:]):
        no_duplicates((p.place("name"), p.text("name")) for group in side for p in group)
    start = {place.name: place.node_id for place in network.places}
    end = {depot.name: depot.node_id for depot in network.depots}
    end |= {sink.name: sink.node_id for sink in network.sinks}
    depots = {depot.node_id for depot in network.depots}
    cost_at = dict(zip(start.values(), costs, strict=True))
    for i, item in enumerate(data.items("arcs", empty=True)):
        where = f"{data.place('arcs')}[{i}]"
        if isinstance(item, list):
            item = _named_parts(item, where)
        arc = data.inner(item, where)
        tail, head = arc.text("from"), arc.text("to")
        for key, name, known in (("from", tail, start), ("to", head, end)):
            if name not in known:
                raise unknown(arc.place(key), name, known)
        if start[tail] == end[head]:
            raise CaseError(arc.place("to"), head, _("is also the start of the arc"))
        capacity = arc.number("capacity", default=None)
        fixed_cost = arc.number("fixed_cost", default=0.0)
        least = arc.number("lower_bound", "min_flow", default=0.0)
        if "cost" in arc.content and arc.content["cost"] is None:  # written, but no way
            arc.ignore("cost")
            continue
        between_depots = start[tail] in depots and end[head] in depots  # a gain could circle
        cost = arc.number("cost", "unit_cost", least=0.0 if between_depots else None)
        cost += cost_at[start[tail]] if start[tail] not in depots else 0.0
        cost += cost_at[end[head]] if end[head] in depots else 0.0
        network.arcs.append(Arc(start[tail], end[head], cost, capacity, fixed_cost, least))


def _named_parts(item: list[Any], where: str) -> dict[str, Any]:
    """An arc written as [from, to, cost] or [from, to, cost, capacity]."""
    if len(item) not in (3, 4):
        raise CaseError(where, item, _("is not an arc"), _("write from, to, cost and capacity"))
    return dict(zip(("from", "to", "cost", "capacity"), item, strict=False))


def _refuse_other_forms(data: Fields) -> None:
    for key in ("unit_cost", "cost", "arc_capacity", "fixed_cost", "arc_fixed_cost"):
        if data.get(key, default=None) is not None:
            raise CaseError(
                data.place(key),
                None,
                _("says the same as '{key}'").format(key="arcs"),
                _("keep one of them"),
            )


def _matrix(
    data: Fields,
    names: tuple[str, ...],
    rows: Sequence[str],
    columns: Sequence[str],
    least: float | None = 0.0,
    default: Any = NEVER,
) -> dict[tuple[int, int], float]:
    """Numbers by row and column; null where there is none.

    A matrix is a list of rows in the order of the places, or an object of objects by their names.
    """
    given = data.get(*names, default=default)
    if given is default:
        return dict(default)
    where = data.place(data.named(*names))
    found = {}
    for i, (at, line) in members(given, rows, where).items():
        if line is None:
            continue
        for j, (cell, value) in members(line, columns, at).items():
            if value is not None:
                found[i, j] = number(value, cell, least)
    return found
