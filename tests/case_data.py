"""Data of small published-style cases: plants and markets, sites and customers."""

from typing import Any

from symbiosis.inputs.embedded import datasets_folder

CASES = datasets_folder() / "cases"


def plants(*capacities: Any, **other: Any) -> list[dict[str, Any]]:
    return [{"name": f"P{i}", "capacity": c, **other} for i, c in enumerate(capacities, 1)]


def markets(*demands: float) -> list[dict[str, Any]]:
    return [{"name": f"M{j}", "demand": d} for j, d in enumerate(demands, 1)]


def shipping(capacities: Any, demands: Any, unit_cost: Any, **other: Any) -> dict[str, Any]:
    return {
        "plants": plants(*capacities),
        "markets": markets(*demands),
        "unit_cost": unit_cost,
        **other,
    }


def depots(data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Factory F (100) -> depot D (6, 1 a unit) or E (9, 2 a unit) -> customer C (5), 10 direct."""
    network = {
        "factories": [{"name": "F", "capacity": 100}],
        "depots": [{"name": "D", "capacity": 6}, {"name": "E", "capacity": 9}],
        "customers": [{"name": "C", "demand": 5}],
        "arcs": [
            {"from": "F", "to": "D", "cost": 0.5},
            {"from": "D", "to": "C", "cost": 0.5},
            {"from": "F", "to": "E", "cost": 1},
            {"from": "E", "to": "C", "cost": 1},
            {"from": "F", "to": "C", "cost": 10},
        ],
    }
    return network | (data or {}) | changes


def sites(*pairs: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"S{i}", "capacity": capacity, "fixed_cost": fixed}
        for i, (capacity, fixed) in enumerate(pairs, 1)
    ]


def customers(*pairs: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"K{j}", "demand": demand, "cost_full_demand": costs}
        for j, (demand, costs) in enumerate(pairs, 1)
    ]


def location(capacitated: bool, where: Any, whom: Any, **other: Any) -> dict[str, Any]:
    return {"capacitated": capacitated, "sites": where, "customers": whom, **other}


ONE = shipping([5], [5], [[2]])  # costs 10
