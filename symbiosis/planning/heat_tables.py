"""The heat of a solved plan, as tables.

heat        zone, period, slice, high, low, hot, cold, brought, entering, leaving
            (shifted °C, GJ/year; `brought` by heat links, less what they take)
heat_links  link_id, from_stream, to_stream, distance_km, period, sent, received, full_load,
            capital_cost (`full_load`: the largest of any slice, as if it ran all year)
heat_levels, heat_rejected, exergy, heat_machines, heat_ways   see `heat_levels`, `heat_rejected`
                                                               and `exergy`
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors
from symbiosis.planning.exergy import Exergy, Running, Sent
from symbiosis.planning.heat_levels import cascades_of, heat_levels, least_cascade
from symbiosis.planning.heat_rejected import heat_rejected
from symbiosis_models.problem import Problem
from symbiosis_models.thermal import heat_of_load

NEGLIGIBLE = 1e-6  # of the most a link could carry: below it, it is rounding
IndicatorRow = tuple[str, str, str, float, float]  # name, unit, period, today, plan
Amounts = dict[tuple[int, str, str], float]  # position of a load, period, slice -> GJ


def heat_tables(
    dataset: Dataset,
    actors: Actors,
    problem: Problem,
    model: pyo.ConcreteModel,
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[IndicatorRow]]:
    """The tables above, and rows of indicators; `tables` hold what runs and is exchanged."""
    amounts = {
        (n, t.period_id, s): float(pyo.value(heat_of_load(model, problem, load, t.period_id, s)))
        for n, load in enumerate(problem.heat_loads)
        for t in problem.periods
        for s in problem.slices
    }
    heat = _heat(problem, model, amounts)
    cascades = cascades_of(heat)
    states = {
        (t.period_id, s): Running(
            {n: heat for (n, *when), heat in amounts.items() if when == [t.period_id, s]},
            {zone: rows for (zone, *when), rows in cascades.items() if when == [t.period_id, s]},
            *_running(problem, tables, t.period_id, s),
        )
        for t in problem.periods
        for s in problem.slices
    }
    recipes = {unit.unit_id: unit.recipe for unit in problem.units}
    exergy = Exergy(dataset, problem.heat_loads, recipes)
    found = {
        "heat": heat,
        "heat_links": _heat_links(dataset, problem, model),
        "heat_levels": heat_levels(cascades),
        "heat_rejected": heat_rejected(dataset, actors, problem, cascades),
        **exergy.tables(states),
    }
    today = []
    if dataset.settings.baseline == "today":
        today = [_today(actors, problem, tables, s) for s in problem.slices]
    return found, _indicators(problem, exergy, states, today)


def _running(
    problem: Problem, tables: Mapping[str, pd.DataFrame], t: str, s: str
) -> tuple[dict[str, float], tuple[Sent, ...]]:
    """Activity of units and exchanges in a slice of a plan."""
    units, exchanges = (
        tables[name][tables[name]["period"] == t] for name in ("units", "exchanges")
    )
    if len(problem.slices) == 1:
        activity = dict(zip(units["unit_id"], units["plan"], strict=True))
    else:
        parts = tables["units_by_slice"]
        parts = parts[(parts["period"] == t) & (parts["slice"] == s)]
        activity = dict(zip(parts["unit_id"], parts["plan"], strict=True))
    ends = ["donor", "receiver", "resource", "serves"]
    parts = tables["exchanges_by_slice"]
    parts = parts[(parts["period"] == t) & (parts["slice"] == s)]
    sliced = {row[:4]: row[4] for row in parts[[*ends, "plan"]].itertuples(index=False, name=None)}
    sent = []
    for row in exchanges.itertuples(index=False):
        key = row.donor, row.receiver, row.resource, row.serves
        if len(problem.slices) == 1 or problem.slice_resources.isdisjoint(key[2:]):
            amount = problem.slices[s] * row.plan
        else:
            amount = sliced.get(key, 0.0)
        sent.append(Sent(*key, amount, row.yields))
    return activity, tuple(sent)


def _today(actors: Actors, problem: Problem, tables: Mapping[str, pd.DataFrame], s: str) -> Running:
    """A slice of today: units run evenly, cascades close with the least utility."""
    hours = problem.slices[s]
    today = {unit.unit_id: unit.today for unit in actors.units}
    heats = {n: load.heat_in(s, hours, today) for n, load in enumerate(problem.heat_loads)}
    zones: dict[str, list[int]] = {}
    for n, load in enumerate(problem.heat_loads):
        zones.setdefault(load.zone, []).append(n)
    cascades = {
        zone: least_cascade((problem.heat_loads[n], heats[n]) for n in members)
        for zone, members in zones.items()
    }
    exchanges = tables["exchanges"]
    exchanges = exchanges[exchanges["period"] == problem.periods[0].period_id]
    sent = tuple(
        Sent(x.donor, x.receiver, x.resource, x.serves, hours * x.today, x.yields)
        for x in exchanges.itertuples(index=False)
    )
    return Running(heats, cascades, {unit: hours * a for unit, a in today.items()}, sent)


def _indicators(
    problem: Problem,
    exergy: Exergy,
    states: Mapping[tuple[str, str], Running],
    today: list[Running],
) -> list[IndicatorRow]:
    """Heat thrown away and exergy lost in a year, GJ; no rows without heat."""
    rows = []
    for period in problem.periods if problem.heat_loads else ():
        t = period.period_id
        plan = [states[t, s] for s in problem.slices]
        for name, measure in (("heat_rejected", _rejected), ("exergy_lost", exergy.lost)):
            rows.append((name, "GJ/year", t, sum(map(measure, today)), sum(map(measure, plan))))
    return rows


def _rejected(state: Running) -> float:
    return sum(cascade[-1].leaving for cascade in state.cascades.values())


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
            built = key in model.matched and pyo.value(model.matched[key]) > 0.5
            if amount or cost > 1e-6 or built:
                rows.append(
                    (
                        *(link.link_id, row.from_stream, row.to_stream, row.distance),
                        *(period.period_id, amount, (1 - link.loss_share) * amount),
                        *(full_load if amount else 0.0, cost),
                    )
                )
    names = "link_id from_stream to_stream distance_km period sent received full_load capital_cost"
    return pd.DataFrame(rows, columns=names.split())
