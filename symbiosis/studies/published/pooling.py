"""Pooling: what a tank mixes has one quality for all who take from it.

data            pool_inputs (name, cost, quality; `max_supply`), direct_inputs (the same),
                products (name, price, quality_max; `max_demand`, `min_demand`), pool_capacity
A quality is a number, or a list or object of as many as there are `qualities`. Inputs of the pool
reach products through the pool only; direct inputs are blended into the products.

The pool is a unit whose outlet has the quality of what it takes (`pools.csv`); the bilinear problem
is closed by `planning/pooling.py`, so the profit is proven.
"""

from typing import Any

from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import Fields, no_duplicates
from symbiosis.studies.published.flow_network import SETTINGS, node_id
from symbiosis.studies.published.translation import Figures, Translation
from symbiosis.studies.published.water_network import quality_of

Rows = dict[str, list[dict[str, Any]]]
PARK, CARRIER, CRUDE, POOLED, DIRECT, BLEND = "region", "pipe", "crude", "pooled", "direct", "blend"
POOL = "pool"


def pooling_one_pool(data: Fields) -> Translation:
    """The most profitable blend of one pool and direct inputs."""
    inputs = [(x, CRUDE) for x in data.objects("pool_inputs")]
    if data.get("direct_inputs", default=None) is not None:
        inputs += [(x, DIRECT) for x in data.objects("direct_inputs", empty=True)]
    products = data.objects("products")
    no_duplicates((x.place("name"), x.text("name")) for x in (*(i for i, _r in inputs), *products))
    properties = _properties(data, inputs[0][0])
    capacity = data.number("pool_capacity", default=None)
    blends = [
        (
            node_id("product", k + 1, x.text("name")),
            x.number("price"),
            quality_of(x, ("quality_max",), properties),
            x.number("max_demand", "demand"),
            x.number("min_demand", default=0.0),
        )
        for k, x in enumerate(products)
    ]
    most = sum(blend[3] for blend in blends)
    supplies = [
        (
            node_id("input", k + 1, x.text("name")),
            resource,
            x.number("cost", "price"),
            quality_of(x, ("quality",), properties),
            x.number("max_supply", "limit", default=None),
        )
        for k, (x, resource) in enumerate(inputs)
    ]

    def rows() -> Rows:
        tables = _Tables(properties)
        for node, resource, cost, quality, limit in supplies:
            tables.supply(node, resource, cost, quality, limit, most)
        tables.pool(min(most, most if capacity is None else capacity))
        for node, price, limits, largest, least in blends:
            tables.product(node, price, limits, largest, least)
        return tables.rows

    def figures(plan: Plan) -> Figures:
        return {"max_profit": float(plan.facts["objective"]["value"])}

    settings = {**SETTINGS, "network": {"matching": "open"}}
    return Translation(rows, settings, figures)


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
    """Rows of the dataset in the making."""

    def __init__(self, properties: list[str]) -> None:
        self.properties = properties
        self.rows: Rows = {
            "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
            "carriers": [{"carrier_id": CARRIER, "unit": "t", "reach": 1}],
            "properties": [{"property_id": p, "unit": "g/t"} for p in properties],
        }
        for resource in (CRUDE, POOLED, DIRECT, BLEND):
            self._resource(resource)
        for resource in (POOLED, DIRECT):
            self._add("substitutes", from_resource=resource, to_resource=BLEND, ratio=1)

    def _add(self, table: str, **cells: Any) -> None:
        self.rows.setdefault(table, []).append(cells)

    def _resource(self, name: str) -> None:
        self._add("resources", resource_id=name, kind="material", unit="t", carrier_id=CARRIER)

    def _unit(self, node: str, takes: str, gives: str, most: float, least: float = 0.0) -> str:
        self._add("enterprises", enterprise_id=node, park_id=PARK)
        recipe = f"run {node}"
        self._add("recipes", recipe_id=recipe, reference_resource=takes)
        for resource, direction in ((takes, "in"), (gives, "out")):
            flow = {"recipe_id": recipe, "resource_id": resource, "direction": direction}
            self._add("recipe_flows", **flow, coefficient=1)
        self._add(
            "units",
            unit_id=node,
            enterprise_id=node,
            recipe_id=recipe,
            capacity=most,
            utilisation=0,
            least_utilisation=least / most,
            most_utilisation=1,
        )
        return recipe

    def _quality(self, owner: str, resource: str, direction: str, values: dict[str, float]) -> None:
        column = "value" if direction == "supply" else "most"
        about = {"owner_id": owner, "resource_id": resource, "direction": direction}
        for name, value in values.items():
            self._add("qualities", **about, property_id=name, **{column: value})

    def supply(
        self,
        node: str,
        resource: str,
        cost: float,
        quality: dict[str, float],
        limit: float | None,
        most: float,
    ) -> None:
        raw = f"raw {node}"
        self._resource(raw)
        bound = {} if limit is None else {"most": limit}
        self._add("markets", resource_id=raw, action="buy", price=cost, **bound)
        if most > 0:
            self._unit(node, raw, resource, most)
            self._quality(node, resource, "supply", quality)

    def pool(self, most: float) -> None:
        if most <= 0:
            return
        recipe = self._unit(POOL, CRUDE, POOLED, most)
        for name in self.properties:
            self._add(
                "pools",
                recipe_id=recipe,
                resource_in=CRUDE,
                resource_out=POOLED,
                property_id=name,
            )

    def product(
        self, node: str, price: float, limits: dict[str, float], most: float, least: float
    ) -> None:
        sold = f"sold {node}"
        self._resource(sold)
        self._add("markets", resource_id=sold, action="sell", price=price)
        if most > 0:
            self._unit(node, BLEND, sold, most, least)
            self._quality(node, BLEND, "need", limits)
