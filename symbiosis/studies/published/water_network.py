"""Water and hydrogen networks as an ordinary dataset: who gives, who takes, fresh water, plants.

Fresh     an enterprise in every plant with a unit that turns bought `raw k` into `water`
Source    an enterprise with a supply of `water`; what nobody takes is disposed of free of charge
Sink      an enterprise with a need of `water` and limits on it
Use       a unit with a fixed load: it takes `water` and gives `used`, which may serve as `water`
          again: at its largest outlet concentration, with several contaminants as what it becomes
Regenerator   a unit that takes `feed`, which `used` may be, and gives `regenerated`

Members of one plant stand at one place. Between plants water goes along declared links only, so a
case may be solved with and without them. Flows are counted as t a year, concentrations as g/t.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from symbiosis.locale import _
from symbiosis.studies.published.case import CaseError, Fields, number
from symbiosis.studies.published.flow_network import SETTINGS, node_id

Rows = dict[str, list[dict[str, Any]]]
Quality = Mapping[str, float]  # property -> value or limit
PARK, WATER, USED, FEED, REGENERATED = "region", "water", "used", "feed", "regenerated"
CARRIER = "pipe"
ONE_PLANT = ""
ROOM = 10.0  # times the limiting flow: more than a use could sensibly take


@dataclass(frozen=True)
class Fresh:
    """Water bought outside; `limit` for all plants together, `plant` None: in every plant."""

    node: str
    quality: Quality
    cost: float | None = None
    limit: float | None = None
    plant: str | None = None


@dataclass(frozen=True)
class Source:
    """Gives its flow, used or not."""

    node: str
    flow: float
    quality: Quality
    plant: str = ONE_PLANT


@dataclass(frozen=True)
class Sink:
    """Takes exactly its flow."""

    node: str
    flow: float
    most: Quality
    plant: str = ONE_PLANT


@dataclass(frozen=True)
class Use:
    """Adds loads (concentration x flow) between inlet and outlet limits; its flow is free."""

    node: str
    loads: Quality
    inlet: Quality
    outlet: Quality
    plant: str = ONE_PLANT

    @property
    def most_flow(self) -> float:
        """More than it could sensibly take."""
        return ROOM * max(
            load / (self.outlet[name] - self.inlet[name]) for name, load in self.loads.items()
        )


@dataclass(frozen=True)
class Regenerator:
    """Gives water of its outlet quality, `recovery` of what it takes."""

    node: str
    outlet: Quality
    inlet: Quality
    recovery: float = 1.0
    plant: str = ONE_PLANT


@dataclass
class WaterNetwork:
    """A case: its properties and members.

    priced          fresh water at its own cost; else each at 1
    between         whether water goes from plant to plant, and what a unit of it then costs
    reuse           whether used water serves as water again
    fresh_most      no more fresh water than so much, in all
    regeneration    cost of a unit of feed
    """

    properties: Sequence[str]
    fresh: list[Fresh] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    sinks: list[Sink] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    regenerators: list[Regenerator] = field(default_factory=list)
    priced: bool = False
    between: bool = True
    between_cost: float = 0.0
    reuse: bool = True
    fresh_most: float = inf
    fresh_cost: float = 1.0
    regeneration: float = 0.0

    def but(self, **changes: Any) -> "WaterNetwork":
        """The same with something changed."""
        return replace(self, **changes)

    @property
    def plants(self) -> list[str]:
        """Plants in the order of their first member."""
        named = [x.plant for x in self.sources] + [x.plant for x in self.sinks]
        named += [x.plant for x in self.uses] + [x.plant for x in self.regenerators]
        return list(dict.fromkeys(named)) or [ONE_PLANT]

    def settings(self) -> dict[str, Any]:
        """Everything of one plant may be joined; the cost is minimised exactly."""
        return {**SETTINGS, "network": {"matching": "open"}}

    def rows(self) -> Rows:
        """Tables of the dataset."""
        tables = _Tables(self)
        for number_, fresh in enumerate(self.fresh):
            tables.add_fresh(number_, fresh)
        for source in self.sources:
            tables.add_source(source)
        for sink in self.sinks:
            tables.add_sink(sink)
        for use in self.uses:
            tables.add_use(use)
        for regenerator in self.regenerators:
            tables.add_regenerator(regenerator)
        if self.between:
            tables.add_links()
        return tables.rows


def recipe_of(node: str) -> str:
    """The recipe of a node's unit."""
    return f"run {node}"


class _Tables:
    """Rows of a network in the making."""

    def __init__(self, network: WaterNetwork) -> None:
        self.network = network
        self.rows: Rows = {
            "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
            "carriers": [{"carrier_id": CARRIER, "unit": "t", "reach": 1}],
            "properties": [{"property_id": p, "unit": "g/t"} for p in network.properties],
            "resources": [],
        }
        self.plant = {plant: position for position, plant in enumerate(network.plants)}
        self.gives: list[tuple[str, str, str]] = []  # enterprise, resource, plant
        self.takes: list[tuple[str, str, str]] = []
        served = {WATER: [WATER]}
        for resource in (WATER, USED, FEED, REGENERATED):
            if resource == WATER or network.uses:
                self._resource(resource)
        self._add("markets", resource_id=WATER, action="dispose", price=0)
        if network.uses:
            for resource in (USED, REGENERATED):
                self._add("markets", resource_id=resource, action="dispose", price=0)
            served = {WATER: [WATER, REGENERATED], FEED: [USED]}
            served[WATER] += [USED] if network.reuse else []
            for need, resources in served.items():
                for resource in resources:
                    if resource != need:
                        self._add("substitutes", from_resource=resource, to_resource=need, ratio=1)
        self.served = served

    def _add(self, table: str, **cells: Any) -> None:
        self.rows.setdefault(table, []).append(cells)

    def _resource(self, name: str) -> None:
        self._add("resources", resource_id=name, kind="water", unit="t", carrier_id=CARRIER)

    def _enterprise(self, node: str, plant: str) -> None:
        self._add("enterprises", enterprise_id=node, park_id=PARK, lat=self.plant[plant], lon=0)

    def _quality(self, owner: str, resource: str, direction: str, values: Quality) -> None:
        column = "value" if direction == "supply" else "most"
        for name, value in values.items():
            self._add(
                "qualities",
                owner_id=owner,
                resource_id=resource,
                direction=direction,
                property_id=name,
                **{column: value},
            )

    def _unit(self, node: str, takes: str, gives: str, share: float, most: float) -> None:
        """A unit that turns `takes` into `gives` as much as the plan likes."""
        recipe = recipe_of(node)
        self._add("recipes", recipe_id=recipe, reference_resource=takes)
        flow = {"recipe_id": recipe}
        self._add("recipe_flows", **flow, resource_id=takes, direction="in", coefficient=1)
        self._add("recipe_flows", **flow, resource_id=gives, direction="out", coefficient=share)
        range_ = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
        self._add(
            "units", unit_id=node, enterprise_id=node, recipe_id=recipe, capacity=most, **range_
        )

    def most_needed(self) -> float:
        """More than all could ever take."""
        network = self.network
        flows = [sink.flow for sink in network.sinks] + [use.most_flow for use in network.uses]
        return max(1.0, ROOM * sum(flows))

    def add_fresh(self, position: int, fresh: Fresh) -> None:
        raw = f"raw {position + 1}"
        self._add("resources", resource_id=raw, kind="water", unit="t", virgin=1)
        network = self.network
        cost = fresh.cost if network.priced else network.fresh_cost
        limit = min(inf if fresh.limit is None else fresh.limit, network.fresh_most)
        most = {} if limit == inf else {"most": limit}
        self._add("markets", resource_id=raw, action="buy", price=cost, **most)
        for plant in self.plant if fresh.plant is None else [fresh.plant]:
            node = f"{fresh.node} {self.plant[plant] + 1}"
            self._enterprise(node, plant)
            self._unit(node, raw, WATER, 1, self.most_needed())
            self._quality(node, WATER, "supply", fresh.quality)
            if fresh.plant is not None:
                self.gives.append((node, WATER, plant))

    def add_source(self, source: Source) -> None:
        self._enterprise(source.node, source.plant)
        self._stream(source.node, "supply", source.flow)
        self._quality(source.node, WATER, "supply", source.quality)
        self.gives.append((source.node, WATER, source.plant))

    def add_sink(self, sink: Sink) -> None:
        self._enterprise(sink.node, sink.plant)
        self._stream(sink.node, "need", sink.flow)
        self._quality(sink.node, WATER, "need", sink.most)
        self.takes.append((sink.node, WATER, sink.plant))

    def _stream(self, node: str, direction: str, flow: float) -> None:
        self._add(
            "streams",
            stream_id=node,
            enterprise_id=node,
            resource_id=WATER,
            direction=direction,
            amount=flow,
        )

    def add_use(self, use: Use) -> None:
        self._enterprise(use.node, use.plant)
        self._unit(use.node, WATER, USED, 1, use.most_flow)
        self._quality(use.node, WATER, "need", use.inlet)
        self._quality(use.node, USED, "supply", use.outlet)
        for name, load in use.loads.items():
            self._add(
                "loads",
                unit_id=use.node,
                resource_in=WATER,
                resource_out=USED,
                property_id=name,
                amount=load,
            )
        for name in self.network.properties if len(self.network.properties) > 1 else ():
            self._add(  # it gives what the water becomes
                "pools",
                recipe_id=recipe_of(use.node),
                resource_in=WATER,
                resource_out=USED,
                property_id=name,
            )
        self.takes.append((use.node, WATER, use.plant))
        self.gives.append((use.node, USED, use.plant))

    def add_regenerator(self, regenerator: Regenerator) -> None:
        node, plant = regenerator.node, regenerator.plant
        self._enterprise(node, plant)
        self._unit(node, FEED, REGENERATED, regenerator.recovery, self.most_needed())
        self._quality(node, FEED, "need", regenerator.inlet)
        self._quality(node, REGENERATED, "supply", regenerator.outlet)
        self.takes.append((node, FEED, plant))
        self.gives.append((node, REGENERATED, plant))
        if self.network.regeneration:
            self._cost_of_feed(node)

    def _cost_of_feed(self, node: str) -> None:
        """A unit of feed takes a unit of effort, which is bought."""
        if not any(row["resource_id"] == "effort" for row in self.rows["resources"]):
            self._add("resources", resource_id="effort", kind="energy", unit="MWh")
            price = self.network.regeneration
            self._add("markets", resource_id="effort", action="buy", price=price)
        self._add(
            "recipe_flows",
            recipe_id=recipe_of(node),
            resource_id="effort",
            direction="in",
            coefficient=1,
        )

    def add_links(self) -> None:
        """Ways from every giver to every taker of another plant."""
        for giver, resource, here in self.gives:
            for taker, need, there in self.takes:
                if here != there and resource in self.served.get(need, ()):
                    self._add(
                        "links",
                        link_id=f"way {len(self.rows.get('links', ())) + 1}",
                        from_id=giver,
                        to_id=taker,
                        resource_id=resource,
                        freight=self.network.between_cost,
                    )


def quality_of(
    fields: Fields,
    names: Sequence[str],
    properties: Sequence[str],
    factor: float = 1.0,
    least: float | None = 0.0,
) -> dict[str, float]:
    """A value per property: a number where there is one property, a list, or an object by name.

    No value is below `least`.
    """
    value = fields.get(*names)
    place = fields.place(fields.named(*names))
    if isinstance(value, dict):
        strange = [name for name in value if name not in properties]
        if strange:
            raise CaseError(place, strange[0], _("is not a name of this case"))
        missing = [name for name in properties if name not in value]
        if missing:
            raise CaseError(f"{place}.{missing[0]}", None, _("is missing"))
        return {p: factor * number(value[p], f"{place}.{p}", least) for p in properties}
    values = value if isinstance(value, list) else [value]
    if len(values) != len(properties):
        raise CaseError(
            place,
            None,
            _("has {count} members, expected are {expected}").format(
                count=len(values), expected=len(properties)
            ),
        )
    return {
        p: factor * number(x, place if not isinstance(value, list) else f"{place}[{k}]", least)
        for k, (p, x) in enumerate(zip(properties, values, strict=True))
    }


def properties_of(data: Fields, samples: Sequence[Any]) -> list[str]:
    """Names of the contaminants: declared, or those of the first member; else one without a name.

    `samples` are values of a member, each a number, a list or an object by contaminant.
    """
    declared = data.get("contaminants", "properties", default=None)
    if declared is not None:
        return [
            str(
                name
                if isinstance(name, str)
                else Fields(name, data.place("contaminants")).text("name")
            )
            for name in data.items("contaminants", "properties")
        ]
    for sample in samples:
        if isinstance(sample, dict) and sample:
            return list(map(str, sample))
        if isinstance(sample, list) and sample:
            return [f"c{k + 1}" for k in range(len(sample))]
    return ["c"]


def fresh_of(data: Fields, properties: Sequence[str], key: str = "quality") -> list[Fresh]:
    """`fresh`: an object or a list, each with a quality, perhaps with cost, limit and plant."""
    given = data.get("fresh")
    items = given if isinstance(given, list) else [given]
    found = []
    for i, item in enumerate(items):
        place = data.place("fresh") + (f"[{i}]" if isinstance(given, list) else "")
        fields = data.inner(item, place)
        fields.ignore("name")
        plant = fields.get("plant", default=None)
        found.append(
            Fresh(
                node_id("fresh", i + 1, str(fields.content.get("name", ""))),
                quality_of(fields, (key, "concentration", "ppm"), properties),
                fields.number("cost", "price", default=None),
                fields.number("limit", "max", "flow_max", "available", default=None),
                None if plant is None else str(plant),
            )
        )
    return found


def plant_of(fields: Fields, plant: str) -> str:
    """The plant a member names, else that of the list it stands in."""
    own = fields.get("plant", default=None)
    return plant if own is None else str(own)
