"""A flow network as an ordinary dataset: plants, depots, markets and the ways between them.

Source   an enterprise with a supply between 0 and its capacity; one that must be opened first is a
         project of one size
Depot    an enterprise, or a project, with a unit that turns `good` into `handled`, which may stand
         in for `good` everywhere; so nothing is handled without having arrived
         one that can be enlarged is two actors with a link between: its existing capacity is the
         depot's, more of it is built at the cost of the enlargement
Sink     an enterprise with a fixed need
Arc      a row of links.csv with its own freight, capacity and fixed cost; a second arc between the
         same two, and one with a lower bound, runs through an enterprise of its own, whose unit
         keeps the bounds
At most so many open    each opened place takes 1 mu of the park's land

Money of the case is counted as 万元, its amounts as t, its time as the one year of the study; the
net present value at a discount rate of 0 is then minus the cost. Ids are made here: names of a
case may hold any sign, and one name may stand at a plant and at a market.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbiosis.domain.errors import InfeasibleError
from symbiosis.locale import _
from symbiosis.planning.plan import Plan

Rows = dict[str, list[dict[str, Any]]]
GOOD, HANDLED, VISIT = "good", "handled", "visit"
PARK, CARRIER = "region", "way"
NO_KEY_SIGNS = frozenset(";；:,\"'<>")

SETTINGS: Mapping[str, Any] = {
    "baseline": "none",
    "money": {"discount_rate": 0},
    "network": {"matching": "declared"},
    "periods": [{"id": "base", "years": 1}],
    "solver": {"gap": 0, "time_limit_s": 600},
}


@dataclass(frozen=True)
class Source:
    """Gives up to `capacity` (None: as much as is needed).

    opening_cost    paid if it is opened; None: it stands and costs nothing
    counted         whether it counts for the most that may be open
    visits          whether it can also be reached by those who need nothing but a visit
    """

    node_id: str
    name: str
    capacity: float | None
    opening_cost: float | None = None
    counted: bool = True
    visits: bool = False


@dataclass(frozen=True)
class Depot:
    """Hands on what arrives, up to `capacity`; `extra` more for a fixed and a unit cost."""

    node_id: str
    name: str
    capacity: float | None
    opening_cost: float | None = None
    counted: bool = True
    extra: float = 0.0
    extra_cost: float = 0.0
    extra_unit_cost: float = 0.0


@dataclass(frozen=True)
class Sink:
    """Needs exactly `demand`; a visit is the need of one whose demand is nil but costs to serve."""

    node_id: str
    name: str
    demand: float
    resource: str = GOOD


@dataclass(frozen=True)
class Arc:
    """A way from a source or depot to a depot or sink; `cost` per unit, `fixed_cost` if used."""

    start: str
    end: str
    cost: float
    capacity: float | None = None
    fixed_cost: float = 0.0
    least: float = 0.0


def node_id(kind: str, number: int, name: str) -> str:
    """A key that no other node has and a person can read.

    >>> node_id("plant", 1, "A:B; C")
    'plant 1 A B C'
    """
    signs = (
        " " if sign in NO_KEY_SIGNS or unicodedata.category(sign)[0] in "CZ" else sign
        for sign in name
    )
    return f"{kind} {number} {' '.join(''.join(signs).split())}"[:60].strip()


@dataclass
class FlowNetwork:
    """Nodes and arcs of a case.

    constant     part of the cost that no choice changes
    most_open    most sources and depots that may be open of those that count
    """

    sources: list[Source] = field(default_factory=list)
    depots: list[Depot] = field(default_factory=list)
    sinks: list[Sink] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    constant: float = 0.0
    most_open: float | None = None

    @property
    def places(self) -> list[Source | Depot]:
        """What may stand between nothing and a need."""
        return [*self.sources, *self.depots]

    @property
    def demand(self) -> float:
        """Sum of what is needed of the good."""
        return sum(sink.demand for sink in self.sinks if sink.resource == GOOD)

    @property
    def bound(self) -> float:
        """What no flow of a best plan exceeds: no cycle pays, as no depot-to-depot arc does."""
        return self.demand + sum(arc.least for arc in self.arcs)

    def rows(self) -> Rows:
        """Tables of the dataset.

        Raises:
            InfeasibleError: if more must stand, or flow, than may.
        """
        rows: Rows = defaultdict(list)
        _basis(rows, self)
        bound = self.bound
        visits = sum(sink.resource == VISIT for sink in self.sinks)
        closed, dry = set(), set()
        for source in self.sources:
            if source.capacity == 0 or bound == 0:
                dry.add(source.node_id)
            if not _add_source(rows, source, bound, visits if source.visits else 0):
                closed.add(source.node_id)
        for depot in self.depots:
            if not _add_depot(rows, depot, bound):
                closed.add(depot.node_id)
        for sink in self.sinks:
            rows["enterprises"].append({"enterprise_id": sink.node_id, "park_id": PARK})
            rows["streams"].append(
                {
                    "stream_id": sink.node_id,
                    "enterprise_id": sink.node_id,
                    "resource_id": sink.resource,
                    "direction": "need",
                    "amount": sink.demand,
                }
            )
        _add_arcs(rows, self, closed, dry)
        return dict(rows)

    def flows(self, plan: Plan) -> dict[tuple[str, str], float]:
        """What runs on the arcs of a plan, by node ids; parallel arcs together."""
        inner = {_gate(depot.node_id): depot.node_id for depot in self.depots}
        sent: defaultdict[tuple[str, str], float] = defaultdict(float)
        table = plan.tables["exchanges"]
        arrives = {
            row.donor: row.receiver
            for row in table.itertuples(index=False)
            if _is_passage(row.donor)
        }
        for row in table.itertuples(index=False):
            start, end = inner.get(row.donor, row.donor), row.receiver
            if _is_passage(start) or inner.get(end) == start or row.plan <= 0:
                continue
            end = arrives.get(end, end)
            sent[start, end] += float(row.plan)
        return dict(sent)

    def used(self, plan: Plan) -> set[str]:
        """Sources and depots that stand anyway or send something, by node id."""
        stand = {place.node_id for place in self.places if place.opening_cost is None}
        return stand | {start for start, _end in self.flows(plan)}

    def enlarged(self, plan: Plan) -> set[str]:
        """Depots that are enlarged, by node id."""
        links = plan.tables["links"]
        built = set(links.loc[links["capacity"] > 0, "link_id"])
        return {depot.node_id for depot in self.depots if _gate(depot.node_id) in built}

    def shortage(self) -> str:
        """What is obviously missing, for a case that no plan meets; empty if it is not obvious."""
        capacities = [source.capacity for source in self.sources]
        given = sum(c for c in capacities if c is not None)
        if None not in capacities and given < self.demand:
            return _(
                "the demand of {demand:,.10g} is above the capacity of {capacity:,.10g}"
            ).format(demand=self.demand, capacity=given)
        reached = {arc.end for arc in self.arcs}
        cut_off = [s.name for s in self.sinks if s.demand > 0 and s.node_id not in reached]
        if cut_off:
            return _("nothing leads to {names}").format(names=", ".join(cut_off[:5]))
        return ""


def _basis(rows: Rows, network: FlowNetwork) -> None:
    """Resources, recipes and the park."""
    park: dict[str, Any] = {"park_id": PARK}
    if network.most_open is not None:
        standing = sum(p.counted and p.opening_cost is None for p in network.places)
        if standing > network.most_open:
            raise InfeasibleError(
                _("{count} stand already, at most {most:g} may be open").format(
                    count=standing, most=network.most_open
                )
            )
        park["land_available"] = network.most_open - standing
    rows["parks"].append(park)
    rows["carriers"].append({"carrier_id": CARRIER, "unit": "t", "reach": 0})
    for resource in (GOOD, HANDLED, VISIT):
        rows["resources"].append(
            {"resource_id": resource, "kind": "material", "unit": "t", "carrier_id": CARRIER}
        )
    rows["substitutes"].append({"from_resource": HANDLED, "to_resource": GOOD, "ratio": 1})
    for recipe, flows in {
        "make": {GOOD: "out"},
        "handle": {GOOD: "in", HANDLED: "out"},
        "visit": {VISIT: "out"},
    }.items():
        rows["recipes"].append({"recipe_id": recipe, "reference_resource": next(iter(flows))})
        rows["recipe_flows"] += [
            {"recipe_id": recipe, "resource_id": resource, "direction": way, "coefficient": 1}
            for resource, way in flows.items()
        ]


def _add_source(rows: Rows, source: Source, bound: float, visits: int) -> bool:
    """Add a source; false if it can give nothing and so is left out."""
    capacity = bound if source.capacity is None else min(source.capacity, bound)
    if source.opening_cost is None:
        if capacity > 0:
            rows["enterprises"].append({"enterprise_id": source.node_id, "park_id": PARK})
            rows["streams"].append(
                {
                    "stream_id": source.node_id,
                    "enterprise_id": source.node_id,
                    "resource_id": GOOD,
                    "direction": "supply",
                    "amount": 0,
                    "most_amount": capacity,
                }
            )
        return capacity > 0
    sizes = {"make": capacity, "visit": float(visits)}
    return _add_project(rows, source.node_id, source.opening_cost, source.counted, sizes)


def _add_depot(rows: Rows, depot: Depot, bound: float) -> bool:
    """Add a depot; false if nothing can pass it and so it is left out."""
    base = bound if depot.capacity is None else min(depot.capacity, bound)
    extra = min(depot.extra, bound - base)
    if extra > 0 and not depot.extra_cost and not depot.extra_unit_cost:
        base, extra = base + extra, 0.0
    capacity = base + extra
    if capacity <= 0:
        return False
    if depot.opening_cost is None:
        _add_handler(rows, depot.node_id, capacity)
    else:
        sizes = {"handle": capacity}
        _add_project(rows, depot.node_id, depot.opening_cost, depot.counted, sizes)
    if extra > 0:
        _add_handler(rows, _gate(depot.node_id), capacity)
        rows["links"].append(
            {
                "link_id": _gate(depot.node_id),
                "from_id": depot.node_id,
                "to_id": _gate(depot.node_id),
                "resource_id": HANDLED,
                "freight": 0,
                "distance": 0,
                "existing_capacity": base,
                "most_capacity": capacity,
                "fixed_cost": depot.extra_cost,
                "capacity_cost": depot.extra_unit_cost,
            }
        )
    return True


def _gate(depot: str) -> str:
    """The second actor of a depot that can be enlarged."""
    return f"{depot} gate"


def _passage(number: int) -> str:
    """The enterprise an arc runs through."""
    return f"passage {number}"


def _is_passage(actor: str) -> bool:
    return actor.startswith("passage ")


def _add_handler(rows: Rows, actor: str, capacity: float, least: float = 0.0) -> None:
    """An enterprise that hands on between `least` and `capacity`."""
    rows["enterprises"].append({"enterprise_id": actor, "park_id": PARK})
    rows["units"].append(
        {
            "unit_id": actor,
            "enterprise_id": actor,
            "recipe_id": "handle",
            "capacity": capacity,
            "utilisation": least / capacity,
            "least_utilisation": least / capacity,
            "most_utilisation": 1,
        }
    )


def _add_project(
    rows: Rows, node: str, opening_cost: float, counted: bool, sizes: Mapping[str, float]
) -> bool:
    """A project of size 1 with a unit a recipe; false if none of them could do anything."""
    units = [
        {"project_id": node, "recipe_id": recipe, "activity_per_size": size}
        for recipe, size in sizes.items()
        if size > 0
    ]
    if not units:
        return False
    rows["project_units"] += units
    rows["project_places"].append({"place_id": node, "project_id": node, "park_id": PARK})
    rows["projects"].append(
        {
            "project_id": node,
            "kind": "platform",
            "least_size": 1,
            "reference_size": 1,
            "most_size": 1,
            "capital_cost": opening_cost,
            "land": 1 if counted else 0,
            "least_utilisation": 0,
        }
    )
    return True


def _add_arcs(rows: Rows, network: FlowNetwork, closed: set[str], dry: set[str]) -> None:
    """The ways; an arc that can carry nothing is left out.

    Nothing at all comes from or to `closed` places, no good from `dry` ones.
    """
    bound = network.bound
    resource = {sink.node_id: sink.resource for sink in network.sinks}
    given = {source.node_id: GOOD for source in network.sources}
    given |= {depot.node_id: HANDLED for depot in network.depots}
    links = {link["link_id"] for link in rows["links"]}
    taken: set[tuple[str, str]] = set()

    def link(start: str, end: str, what: str, arc: Arc, capacity: float) -> None:
        row: dict[str, Any] = {
            "link_id": f"arc {len(rows['links']) + 1}",
            "from_id": start,
            "to_id": end,
            "resource_id": what,
            "freight": arc.cost,
            "distance": 0,
        }
        if arc.fixed_cost > 0:
            row["fixed_cost"] = arc.fixed_cost
        if capacity < bound:
            row["most_capacity"] = capacity
        rows["links"].append(row)

    for arc in network.arcs:
        capacity = bound if arc.capacity is None else min(arc.capacity, bound)
        visit = resource.get(arc.end) == VISIT
        shut = arc.start in closed or arc.end in closed
        shut |= not visit and (arc.start in dry or capacity <= 0)
        if arc.least > 0 and (shut or capacity < arc.least):
            raise InfeasibleError(
                _("the arc from {start} to {end} must carry {least:g} and cannot").format(
                    start=arc.start, end=arc.end, least=arc.least
                )
            )
        if shut:
            continue
        start = _gate(arc.start) if _gate(arc.start) in links else arc.start
        what = VISIT if visit else given[arc.start]
        if arc.least <= 0 and (start, arc.end) not in taken:
            taken.add((start, arc.end))
            link(start, arc.end, what, arc, bound if visit else capacity)
            continue
        between = _passage(len(rows["links"]))
        _add_handler(rows, between, capacity, arc.least)
        link(start, between, what, arc, bound)
        link(between, arc.end, HANDLED, Arc(between, arc.end, 0.0), bound)
