"""The heat of a solved plan, as tables.

heat        zone, period, slice, high, low, hot, cold, brought, entering, leaving
            (shifted °C, GJ/year; `brought` by heat links, less what they take)
heat_links  link_id, from_stream, to_stream, distance_km, period, sent, received, full_load,
            capital_cost (`full_load`: the largest of any slice, as if it ran all year)
heat_levels, exergy   see `heat_report`
"""

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors
from symbiosis.planning.heat_report import exergy_table, heat_levels
from symbiosis_models.problem import Problem
from symbiosis_models.thermal import heat_of_load

NEGLIGIBLE = 1e-6  # of the most a link could carry: below it, it is rounding
Amounts = dict[tuple[int, str, str], float]  # position of a load, period, slice -> GJ


def heat_tables(
    dataset: Dataset, actors: Actors, problem: Problem, model: pyo.ConcreteModel
) -> dict[str, pd.DataFrame]:
    """The tables above."""
    amounts = {
        (n, t.period_id, s): float(pyo.value(heat_of_load(model, problem, load, t.period_id, s)))
        for n, load in enumerate(problem.heat_loads)
        for t in problem.periods
        for s in problem.slices
    }
    heat = _heat(problem, model, amounts)
    return {
        "heat": heat,
        "heat_links": _heat_links(dataset, problem, model),
        "heat_levels": heat_levels(dataset, actors, heat),
        "exergy": exergy_table(dataset, problem.heat_loads, amounts, heat),
    }


def _heat(problem: Problem, model: pyo.ConcreteModel, amounts: Amounts) -> pd.DataFrame:
    """The cascade of every zone, hottest interval first: what its streams bring and take."""
    zones: dict[str, list[int]] = {}
    for n, load in enumerate(problem.heat_loads):
        zones.setdefault(load.zone, []).append(n)
    rows: list[tuple[Any, ...]] = []
    for zone, loads in zones.items():
        for period in problem.periods:
            for s in problem.slices:
                t = period.period_id
                for k, (high, low) in enumerate(problem.heat_intervals[zone], start=1):
                    parts = {"hot": 0.0, "cold": 0.0}
                    for n in loads:
                        load = problem.heat_loads[n]
                        parts[load.role] += load.share_within(high, low) * amounts[n, t, s]
                    passing = [
                        float(pyo.value(model.residual[zone, n, t, s]))
                        if (zone, n, t, s) in model.BOUNDARIES
                        else 0.0
                        for n in (k - 1, k)
                    ]
                    key = zone, k, t, s
                    brought = (
                        float(pyo.value(model.heat_brought[key]))
                        if key in model.heat_brought
                        else 0.0
                    )
                    rows.append((*key[:1], t, s, high, low, *parts.values(), brought, *passing))
    names = "zone period slice high low hot cold brought entering leaving"
    return pd.DataFrame(rows, columns=names.split())


def _heat_links(dataset: Dataset, problem: Problem, model: pyo.ConcreteModel) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    declared = {row.link_id: row for row in dataset.heat_links}
    sent: dict[tuple[str, str], float] = {}
    peak: dict[tuple[str, str, str], float] = {}
    for x, k, t, s in model.HEAT_SENT:
        amount = float(pyo.value(model.heat_sent[x, k, t, s]))
        sent[x, t] = sent.get((x, t), 0.0) + amount
        peak[x, t, s] = peak.get((x, t, s), 0.0) + amount / problem.slices[s]
    for link in problem.heat_links:
        row = declared[link.link_id]
        for period in problem.periods:
            key = link.link_id, period.period_id
            if key not in sent:
                continue
            full_load = max(peak.get((*key, s), 0.0) for s in problem.slices)
            most = model.heat_links_most[link.link_id]
            amount = sent[key] if sent[key] > NEGLIGIBLE * most else 0.0
            cost = float(pyo.value(model.heat_link_cost[key]))
            if amount or cost > 1e-6:
                rows.append(
                    (
                        *(link.link_id, row.from_stream, row.to_stream, row.distance),
                        *(period.period_id, amount, (1 - link.loss_share) * amount),
                        *(full_load if amount else 0.0, cost),
                    )
                )
    names = "link_id from_stream to_stream distance_km period sent received full_load capital_cost"
    return pd.DataFrame(rows, columns=names.split())
