"""What arrives for a need, as amounts and loads in a model's variables."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pyomo.environ as pyo

from symbiosis_models.problem import Problem
from symbiosis_models.quality_data import ArrivalData, Mixture


class Arriving(NamedTuple):
    """A part of what arrives in a slice of a need.

    value    None: not known, or a variable
    outlet   of the pool it comes from, with the load it carries; "" and None from elsewhere
    """

    amount: Any
    value: float | None
    outlet: str = ""
    load: Any = None


def arrivals(
    model: pyo.ConcreteModel, problem: Problem, mixture: Mixture, t: str, s: str, feed: str = ""
) -> Iterator[Arriving]:
    """All that arrives in a slice of the need.

    Of a need that is balanced over the year, every slice of what arrives; with `feed` only what
    arrives as that substitute.
    """
    actor, need, _property = mixture
    for arrival in of_mixture(problem, mixture, feed):
        for slice_id in _slices(problem, arrival, need, s):
            key = _key(arrival, actor, need, t, slice_id)
            variable = _variable(model, arrival, key)
            if variable is None:
                continue
            amount = arrival.amount * variable if arrival.source == "exchange" else variable
            load = None
            if arrival.pool:
                load = arrival.amount * model.load_of_pool_flow[arrival.pool, arrival.source, key]
            yield Arriving(amount, arrival.values.get(slice_id), arrival.pool, load)


def carried(
    model: pyo.ConcreteModel, problem: Problem, mixture: Mixture, t: str, s: str, feed: str = ""
) -> Iterator[tuple[Any, Any]]:
    """Amount of what arrives of known quality, or out of a pool, and the load it carries."""
    for arriving in arrivals(model, problem, mixture, t, s, feed):
        if arriving.load is not None:
            yield arriving.amount, arriving.load
        elif arriving.value is not None:
            yield arriving.amount, arriving.value * arriving.amount


def of_mixture(problem: Problem, mixture: Mixture, feed: str = "") -> Iterator[ArrivalData]:
    """What arrives, all of it or as one substitute."""
    for arrival in problem.quality.mixtures.get(mixture, ()):
        if not feed:
            yield arrival
        elif arrival.source == "exchange":
            if problem.candidates[arrival.candidate].resource == feed:
                yield arrival


def _slices(problem: Problem, arrival: ArrivalData, need: str, s: str) -> tuple[str, ...]:
    """Slices of a flow that belong to slice `s` of the need."""
    if arrival.source != "exchange" or need in problem.slice_resources:
        return (s,)
    candidate = problem.candidates[arrival.candidate]
    return problem.slices_of(candidate.resource, candidate.serves)


def _key(arrival: ArrivalData, actor: str, need: str, t: str, s: str) -> tuple[Any, ...]:
    """Index of the variable of an arrival."""
    if arrival.source == "exchange":
        return arrival.candidate, t, s
    if arrival.source == "bought":
        return actor, need, "buy", t, s
    return actor, need, t, s


def _variable(model: pyo.ConcreteModel, arrival: ArrivalData, key: tuple[Any, ...]) -> Any | None:
    """What is sent, bought or used within; None where there is no such variable."""
    variables = {"exchange": "flow", "bought": "traded", "within": "used_within"}
    variable = getattr(model, variables[arrival.source])
    return variable[key] if key in variable else None
