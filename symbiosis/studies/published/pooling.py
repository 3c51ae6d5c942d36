"""Pooling: what a tank mixes has one quality for all who take from it.

data            pool_inputs and direct_inputs (name, cost, quality; `max_supply`, `min_supply`),
                products (name, price, quality_max, quality_min, max_demand, min_demand), and
                pool_capacity: one pool. Inputs of the pool reach products through it only; direct
                inputs are blended into the products
or              inputs, products, pools (name, capacity), arcs (from, to, cost, capacity): inputs
                go to pools and products, pools to products and to other pools. Without arcs every
                input goes to every pool and every pool to every product

A quality is a number, or a list or object of as many as there are `qualities`.

A pool is a unit whose outlet has the quality of what it takes (`pools.csv`); the bilinear problem
is closed by `planning/pooling.py`, so the profit is proven within its gap, or not given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import CaseError, Fields, no_duplicates, unknown
from symbiosis.studies.published.flow_network import SETTINGS, node_id
from symbiosis.studies.published.translation import Figures, Translation
from symbiosis.studies.published.water_network import quality_of

Rows = dict[str, list[dict[str, Any]]]
Quality = Mapping[str, float]
PARK, CARRIER, CRUDE, POOLED, FEED, BLEND = "region", "pipe", "crude", "pooled", "feed", "blend"
MIXING = "mixing"
COST, MOST_SUPPLY = ("cost", "price"), ("max_supply", "supply", "limit", "available")


@dataclass(frozen=True)
class Input:
    """What may be bought, between two amounts."""

    node: str
    name: str
    cost: float
    quality: Quality
    least: float
    most: float


@dataclass(frozen=True)
class Tank:
    """A pool and the most that passes it."""

    node: str
    name: str
    most: float


@dataclass(frozen=True)
class Product:
    """What may be sold, between two amounts and within limits."""

    node: str
    name: str
    price: float
    quality_max: Quality
    quality_min: Quality
    least: float
    most: float


@dataclass(frozen=True)
class Way:
    """From an input or pool to a pool or product."""

    start: str
    end: str
    cost: float = 0.0
    most: float = inf


def pooling(data: Fields) -> Translation:
    """The most profitable blend."""
    one_pool = data.get("pool_inputs", default=None) is not None
    pooled = data.objects("pool_inputs" if one_pool else "inputs")
    direct: list[Fields] = []
    tanks: list[Fields] = []
    if data.get("direct_inputs", default=None) is not None:
        direct = data.objects("direct_inputs", empty=True)
    if not one_pool:
        tanks = data.objects("pools", empty=True)
    sold = data.objects("products")
    no_duplicates((x.place("name"), x.text("name")) for x in (*pooled, *direct, *tanks, *sold))
    properties = _properties(data, pooled[0])
    inputs = [_input(x, k, properties) for k, x in enumerate((*pooled, *direct), 1)]
    products = [_product(x, k, properties) for k, x in enumerate(sold, 1)]
    if one_pool:
        pools = [Tank("pool", "pool", data.number("pool_capacity", default=inf))]
    else:
        pools = [_tank(x, k) for k, x in enumerate(tanks, 1)]
    if one_pool or data.get("arcs", default=None) is None:
        ways = [
            *(Way(x.node, pool.node) for x in inputs[: len(pooled)] for pool in pools),
            *(Way(pool.node, x.node) for pool in pools for x in products),
            *(Way(x.node, product.node) for x in inputs[len(pooled) :] for product in products),
        ]
    else:
        ways = list(_arcs(data, inputs, pools, products))

    def figures(plan: Plan) -> Figures:
        objective = plan.facts["objective"]
        if plan.facts["status"] == "optimal":
            return {"max_profit": float(objective["value"])}
        least, most = objective["value"], objective["bound"]  # in words, so that it is no match
        return {"max_profit": _("{least:g} to {most:g}, not proven").format(least=least, most=most)}

    return Translation(
        lambda: _Tables(properties, inputs, pools, products, ways).rows, SETTINGS, figures
    )


def _tank(x: Fields, position: int) -> Tank:
    name = x.text("name")
    return Tank(node_id("pool", position, name), name, x.number("capacity", default=inf))


def _input(x: Fields, position: int, properties: Sequence[str]) -> Input:
    name = x.text("name")
    least, most = x.number("min_supply", default=0.0), x.number(*MOST_SUPPLY, default=inf)
    _in_order(x, x.named(*MOST_SUPPLY), least, most)
    quality = quality_of(x, ("quality",), properties, least=None)
    return Input(
        node_id("input", position, name), name, x.number(*COST, least=None), quality, least, most
    )


def _product(x: Fields, position: int, properties: Sequence[str]) -> Product:
    name = x.text("name")
    largest: Quality = {}
    if x.get("quality_max", default=None) is not None or "quality_min" not in x.content:
        largest = quality_of(x, ("quality_max",), properties, least=None)
    smallest: Quality = {}
    if x.get("quality_min", default=None) is not None:
        smallest = quality_of(x, ("quality_min",), properties, least=None)
    least, most = x.number("min_demand", default=0.0), x.number("max_demand", "demand")
    _in_order(x, x.named("max_demand", "demand"), least, most)
    node = node_id("product", position, name)
    return Product(node, name, x.number("price"), largest, smallest, least, most)


def _in_order(x: Fields, key: str, least: float, most: float) -> None:
    if least > most:
        raise CaseError(
            x.place(key), most, _("is below the least amount, {least:g}").format(least=least)
        )


def _arcs(
    data: Fields, inputs: Sequence[Input], pools: Sequence[Tank], products: Sequence[Product]
) -> Iterator[Way]:
    """Ways by the names of their ends."""
    tanks = {x.name: x.node for x in pools}
    start = {x.name: x.node for x in inputs} | tanks
    end = tanks | {x.name: x.node for x in products}
    taken: set[tuple[str, str]] = set()
    for i, item in enumerate(data.items("arcs")):
        where = f"{data.place('arcs')}[{i}]"
        if isinstance(item, list):
            if len(item) not in (2, 3, 4):
                raise CaseError(
                    where, item, _("is not an arc"), _("write from, to, cost and capacity")
                )
            item = dict(zip(("from", "to", "cost", "capacity"), item, strict=False))
        arc = data.inner(item, where)
        tail, head = arc.text("from"), arc.text("to")
        for key, name, known in (("from", tail, start), ("to", head, end)):
            if name not in known:
                raise unknown(arc.place(key), name, known)
        if tail == head:
            raise CaseError(arc.place("to"), head, _("is also the start of the arc"))
        way = Way(
            start[tail],
            end[head],
            arc.number("cost", default=0.0),
            arc.number("capacity", default=inf),
        )
        if (way.start, way.end) in taken:
            raise CaseError(where, None, _("stands twice"), _("write the two as one"))
        taken.add((way.start, way.end))
        if way.most > 0:
            yield way


def _properties(data: Fields, sample: Fields) -> list[str]:
    """Names of the qualities: declared, those of the first input, or one without a name."""
    declared = data.get("qualities", default=None)
    if declared is not None:
        return [str(name) for name in data.items("qualities")]
    value = sample.content.get("quality")
    if isinstance(value, dict) and value:
        return list(map(str, value))
    return [f"q{k + 1}" for k in range(len(value))] if isinstance(value, list) else ["q"]


class _Tables:
    """Rows of the dataset: members are enterprises, ways are links."""

    def __init__(
        self,
        properties: Sequence[str],
        inputs: Sequence[Input],
        pools: Sequence[Tank],
        products: Sequence[Product],
        ways: Sequence[Way],
    ) -> None:
        self.rows: Rows = {
            "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
            "carriers": [{"carrier_id": CARRIER, "unit": "t", "reach": 0}],
            "properties": [{"property_id": p, "unit": "g/t"} for p in properties],
        }
        for resource in (CRUDE, POOLED, FEED, BLEND):
            self._resource(resource)
        for resource, need in ((CRUDE, FEED), (POOLED, FEED), (CRUDE, BLEND), (POOLED, BLEND)):
            self._add("substitutes", from_resource=resource, to_resource=need, ratio=1)
        self._recipe(MIXING, FEED, POOLED)
        for name in properties:
            about = {"resource_in": FEED, "resource_out": POOLED, "property_id": name}
            self._add("pools", recipe_id=MIXING, **about)
        most = sum(product.most for product in products)
        for x in inputs:
            self._input(x, most)
        for pool in pools:
            self._unit(pool.node, MIXING, min(pool.most, most))
        for product in products:
            self._product(product)
        given = {pool.node: POOLED for pool in pools} | {x.node: CRUDE for x in inputs}
        for way in ways:
            self._way(way, given[way.start])

    def _add(self, table: str, **cells: Any) -> None:
        self.rows.setdefault(table, []).append(cells)

    def _resource(self, name: str) -> None:
        self._add("resources", resource_id=name, kind="material", unit="t", carrier_id=CARRIER)

    def _recipe(self, recipe: str, takes: str, gives: str) -> None:
        self._add("recipes", recipe_id=recipe, reference_resource=takes)
        for resource, direction in ((takes, "in"), (gives, "out")):
            flow = {"recipe_id": recipe, "resource_id": resource, "direction": direction}
            self._add("recipe_flows", **flow, coefficient=1)

    def _unit(self, node: str, recipe: str, most: float, least: float = 0.0) -> None:
        self._add("enterprises", enterprise_id=node, park_id=PARK)
        if most > 0:
            use = {"least_utilisation": least / most, "most_utilisation": 1}
            about = {"enterprise_id": node, "recipe_id": recipe, "capacity": most}
            self._add("units", unit_id=node, utilisation=least / most, **about, **use)

    def _quality(self, owner: str, resource: str, **values: Quality) -> None:
        """Rows of a value, or of least and most."""
        direction = "supply" if "value" in values else "need"
        for name in dict.fromkeys(name for found in values.values() for name in found):
            cells = {column: found[name] for column, found in values.items() if name in found}
            about = {"owner_id": owner, "resource_id": resource, "direction": direction}
            self._add("qualities", **about, property_id=name, **cells)

    def _input(self, x: Input, most: float) -> None:
        raw = f"raw {x.node}"
        most = min(x.most, max(most, x.least))
        self._resource(raw)
        self._add("markets", resource_id=raw, action="buy", price=x.cost)
        self._recipe(f"run {x.node}", raw, CRUDE)
        self._unit(x.node, f"run {x.node}", most, x.least)
        if most > 0:
            self._quality(x.node, CRUDE, value=x.quality)

    def _product(self, product: Product) -> None:
        sold = f"sold {product.node}"
        self._resource(sold)
        self._add("markets", resource_id=sold, action="sell", price=product.price)
        self._recipe(f"run {product.node}", BLEND, sold)
        self._unit(product.node, f"run {product.node}", product.most, product.least)
        if product.most > 0:
            self._quality(product.node, BLEND, least=product.quality_min, most=product.quality_max)

    def _way(self, way: Way, resource: str) -> None:
        bound = {} if way.most == inf else {"most_capacity": way.most}
        self._add(
            "links",
            link_id=f"way {len(self.rows.get('links', ())) + 1}",
            from_id=way.start,
            to_id=way.end,
            resource_id=resource,
            distance=0,
            freight=way.cost,
            **bound,
        )
