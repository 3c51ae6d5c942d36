"""A plan: what the optimizer chose, as tables a person, a file and the audit read alike.

Tables (amounts per year in the resource's unit, money 万元; `period` tells phases apart):

chains      chain_id, name_zh, name_en, prioritised, closed
projects    place_id, project_id, name_zh, name_en, kind, park_id, host_id, period, size, size_unit,
            utilisation, capital_cost, running_cost, land, labour, maturity, lead_months, chains,
            grade
units       unit_id, actor, recipe, period, today, plan
streams     stream_id, actor, resource, direction, period, today, plan
exchanges   donor, receiver, resource, serves, period, today, plan, unit, yields, distance_km,
            carrier, freight, link, pumping_resource, pumping (of it per unit sent)
within      actor, resource, period, today, plan
trades      actor, resource, action, period, today, plan, unit, price
units_by_slice, exchanges_by_slice, within_by_slice, trades_by_slice   see `by_slice`
quality     see `quality_table`
heat, heat_links, heat_levels, heat_rejected, exergy, heat_machines, heat_ways   see `heat_tables`
water_left, water_loads   see `water_report`
links       link_id, resource, period, capacity, existing, capital_cost
indicators  name, unit, period, today, plan
limits      name, subject, period, value, limit, slack, unit, source
money       item, actor, resource, period, today, plan, change, grade

Tables that name enterprises end with `placeholders`: the invented ones of the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.projects import ChainLink
from symbiosis.network.actors import Actors, recipe_coefficients
from symbiosis.network.matching import Matches
from symbiosis.planning.by_slice import slice_tables
from symbiosis.planning.heat_tables import heat_tables
from symbiosis.planning.indicators import MEASURE_UNITS, UNITS, measure
from symbiosis.planning.ledger import money_table
from symbiosis.planning.limits import limits_table
from symbiosis.planning.placeholders import with_placeholders
from symbiosis.planning.quality_table import quality_table
from symbiosis.planning.today import Today
from symbiosis.planning.water_indicators import WaterYear, water_indicators
from symbiosis.planning.water_report import water_tables
from symbiosis_models.money import measured
from symbiosis_models.problem import Problem
from symbiosis_models.solver import Solution

NEGLIGIBLE = 1e-6  # of the most a flow could be: below it, it is rounding
LEAST_CARRIED = 1e-3  # unit/year: less closes no chain
CARRYING = ("units", "exchanges", "within")

# What a solve has answered, beside its tables
Facts = dict[str, Any]


@dataclass
class Plan:
    """Tables of a plan, the facts about how it was found, and its whole numbers as a start.

    Beside the whole numbers stand the values that its pools mix to, by the same kind of names.
    """

    tables: dict[str, pd.DataFrame]
    facts: Facts = field(default_factory=dict)
    whole_numbers: dict[str, float] = field(default_factory=dict)

    def chosen_chains(self) -> list[str]:
        """Chains that are prioritised."""
        chains = self.tables["chains"]
        return list(chains.loc[chains["prioritised"].astype(bool), "chain_id"])

    def built(self) -> list[str]:
        """Projects that are built, each with its place."""
        return list(self.tables["projects"]["place_id"])


def read_plan(
    dataset: Dataset,
    actors: Actors,
    matches: Matches,
    today: Today,
    problem: Problem,
    model: pyo.ConcreteModel,
    solution: Solution,
) -> Plan:
    """The plan a solved model holds."""
    tables = {
        "projects": _projects(dataset, problem, model),
        "units": _units(actors, problem, model),
        "streams": _streams(problem, model, actors),
        "exchanges": _exchanges(dataset, matches, problem, model),
        "within": _within(problem, model, today),
        "trades": _trades(dataset, problem, model, today),
        "links": _links(problem, model),
        "quality": quality_table(problem, model),
    }
    tables |= slice_tables(problem, model, tables)
    heat, of_heat = heat_tables(dataset, actors, problem, model, tables)
    tables = {"chains": _chains(dataset, actors, problem, model, tables), **tables, **heat}
    tables |= water_tables(dataset, matches, tables)
    tables["indicators"] = indicators_table(dataset, tables, of_heat)
    tables["money"] = money_table(dataset, problem, tables)
    tables["limits"] = limits_table(dataset, problem, tables)
    value = solution.objective
    if problem.asked.then is not None:  # the plan tells its objective without what followed it
        value = float(pyo.value(measured(model, problem, problem.objective)))
    facts: Facts = {
        "status": solution.status,
        "objective": {
            "name": problem.objective.name,
            "value": value,
            "unit": MEASURE_UNITS[problem.objective.name],
            "bound": solution.bound - solution.objective + value,
            "gap": solution.gap,
        },
        "npv_wanyuan": float(pyo.value(model.npv)),
        "size": {
            "rows": solution.rows,
            "columns": solution.columns,
            "nonzeros": solution.nonzeros,
            "binaries": solution.binaries,
        },
    }
    return Plan(with_placeholders(dataset, tables), facts)


def _amount(value: float, most: float) -> float:
    """A flow without the dust of rounding."""
    return 0.0 if abs(value) <= NEGLIGIBLE * most else float(value)


def _table(columns: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def _chains(
    dataset: Dataset,
    actors: Actors,
    problem: Problem,
    model: pyo.ConcreteModel,
    tables: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    last = problem.periods[-1].period_id
    here = {name: tables[name][tables[name]["period"] == last] for name in CARRYING}
    rows = []
    for chain in dataset.chains:
        offered = chain.chain_id in problem.chains
        chosen = offered and pyo.value(model.prioritised[chain.chain_id]) > 0.5
        closing = [x for x in dataset.chain_links if x.chain_id == chain.chain_id and x.closes]
        units = here["units"]
        own = [chain.is_of(actors.actors[i].park_id) for i in units["actor"]]
        flows = {**here, "units": units[own]}
        required = [_carries(dataset, link, flows) for link in closing if link.required]
        closed = all(required) if required else any(_carries(dataset, x, flows) for x in closing)
        chosen, closed = bool(chosen), bool(chosen and closed)
        rows.append((chain.chain_id, chain.name_zh, chain.name_en, chosen, closed))
    return _table("chain_id name_zh name_en prioritised closed", rows)


def _carries(dataset: Dataset, link: ChainLink, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether anything runs from the units of a stage to those of the other.

    Read from the flows: where a link asks no share, `carried` of the formulation may stay 0.
    """
    stages = {s.stage_id: s for s in dataset.chain_stages if s.chain_id == link.chain_id}
    start, end = stages[link.from_stage], stages[link.to_stage]
    givers, needs = set(), set()
    for unit in tables["units"].itertuples(index=False):
        gives, takes = recipe_coefficients(dataset, unit.recipe)
        if unit.plan > LEAST_CARRIED and unit.recipe in start.recipes:
            givers |= {unit.actor} if link.resource_id in gives else set()
        if unit.plan > LEAST_CARRIED and unit.recipe in end.recipes:
            needs |= {(unit.actor, resource) for resource in takes}
    for stream in dataset.streams:
        if stream.stream_id in start.streams and stream.resource_id == link.resource_id:
            givers.add(stream.enterprise_id)
        if stream.stream_id in end.streams:
            needs.add((stream.enterprise_id, stream.resource_id))
    flows = [
        (x.donor, (x.receiver, x.serves), x.plan)
        for x in tables["exchanges"].itertuples(index=False)
        if x.resource == link.resource_id
    ]
    flows += [
        (x.actor, (x.actor, x.resource), x.plan)
        for x in tables["within"].itertuples(index=False)
        if x.resource == link.resource_id
    ]
    return any(d in givers and n in needs and flow > LEAST_CARRIED for d, n, flow in flows)


def _projects(dataset: Dataset, problem: Problem, model: pyo.ConcreteModel) -> pd.DataFrame:
    places = {place.place_id: place for place in dataset.project_places}
    main_unit: dict[str, Any] = {}
    for unit in problem.units:
        if unit.place:
            main_unit.setdefault(unit.place, unit)
    serving = _chains_served(dataset)
    rows = []
    for place in problem.places:
        for period in problem.periods:
            t = period.period_id
            if pyo.value(model.built[place.place_id, t]) < 0.5:
                continue
            project = dataset.project[place.project]
            size = float(pyo.value(model.size[place.place_id, t]))
            unit = main_unit[place.place_id]
            last = problem.periods[-1].period_id
            activity = sum(pyo.value(model.activity[unit.unit_id, last, s]) for s in problem.slices)
            scale = (size / project.reference_size) ** project.scale_exponent
            rows.append(
                (
                    place.place_id,
                    place.project,
                    project.name_zh,
                    project.name_en,
                    project.kind,
                    place.park,
                    places[place.place_id].host_id,
                    t,
                    size,
                    project.size_unit,
                    activity / (unit.activity_per_size * size),
                    float(pyo.value(model.capital_cost[place.place_id, t])),
                    float(pyo.value(model.running_cost[place.place_id, t])),
                    place.land * size,
                    project.labour * scale,
                    project.maturity,
                    project.lead_months,
                    ";".join(
                        c for c in serving[place.project] if dataset.chain[c].is_of(place.park)
                    ),
                    project.provenance,
                )
            )
    return _table(
        "place_id project_id name_zh name_en kind park_id host_id period size size_unit "
        "utilisation capital_cost running_cost land labour maturity lead_months chains grade",
        rows,
    )


def _chains_served(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Chains whose stages a project's units can serve."""
    stages = dataset.chain_stages
    return {
        project: tuple(
            dict.fromkeys(
                stage.chain_id
                for stage in stages
                for unit in units
                if unit.recipe_id in stage.recipes
            )
        )
        for project, units in dataset.units_of_project.items()
    }


def _units(actors: Actors, problem: Problem, model: pyo.ConcreteModel) -> pd.DataFrame:
    today = {unit.unit_id: unit.today for unit in actors.units}
    standing = {
        (k, t.period_id): pyo.value(model.standing[k, t.period_id]) > 0.5
        for k in model.PLACES
        for t in problem.periods
    }
    rows = []
    for unit in problem.units:
        for period in problem.periods:
            t = period.period_id
            if unit.place and not standing[unit.place, t]:
                continue
            plan = unit.most
            if unit.unit_id in model.UNITS:
                plan = sum(pyo.value(model.activity[unit.unit_id, t, s]) for s in problem.slices)
            rows.append(
                (
                    unit.unit_id,
                    unit.actor,
                    unit.recipe,
                    t,
                    today[unit.unit_id],
                    _amount(plan, unit.most),
                )
            )
    return _table("unit_id actor recipe period today plan", rows)


def _streams(problem: Problem, model: pyo.ConcreteModel, actors: Actors) -> pd.DataFrame:
    today = {stream.stream_id: stream.today for stream in actors.streams}
    rows = []
    for x in problem.streams:
        for period in problem.periods:
            t = period.period_id
            free = x.stream_id in model.STREAMS
            plan = float(pyo.value(model.stream_amount[x.stream_id, t])) if free else x.most
            rows.append(
                (x.stream_id, x.actor, x.resource, x.direction, t, today[x.stream_id], plan)
            )
    return _table("stream_id actor resource direction period today plan", rows)


def _exchanges(
    dataset: Dataset, matches: Matches, problem: Problem, model: pyo.ConcreteModel
) -> pd.DataFrame:
    rows = []
    flows: dict[tuple[int, str], float] = {}
    for x, t, s in model.FLOWS:
        flows[x, t] = flows.get((x, t), 0.0) + pyo.value(model.flow[x, t, s])
    for row, candidate in zip(
        matches.candidates.itertuples(index=False), problem.candidates, strict=True
    ):
        for period in problem.periods:
            plan = _amount(flows[candidate.index, period.period_id], candidate.most)
            if plan or row.today:
                rows.append(
                    (
                        row.donor,
                        row.receiver,
                        row.resource,
                        row.serves,
                        period.period_id,
                        float(row.today),
                        plan,
                        dataset.resource[row.resource].unit,
                        candidate.yields,
                        float(row.distance_km),
                        row.carrier,
                        float(row.freight),
                        row.link,
                        row.pumping_resource,
                        float(row.pumping),
                    )
                )
    return _table(
        "donor receiver resource serves period today plan unit yields distance_km carrier freight "
        "link pumping_resource pumping",
        rows,
    )


def _within(problem: Problem, model: pyo.ConcreteModel, today: Today) -> pd.DataFrame:
    amounts: dict[tuple[str, str, str], float] = {}
    for actor, resource, t, s in model.USED_WITHIN:
        key = actor, resource, t
        value = pyo.value(model.used_within[actor, resource, t, s])
        amounts[key] = amounts.get(key, 0.0) + value
    for period in problem.periods:
        for actor, resource in today.within:
            amounts.setdefault((actor, resource, period.period_id), 0.0)
    most = _most_given(problem)
    rows = []
    for (actor, resource, t), value in sorted(amounts.items()):
        plan = _amount(value, most.get((actor, resource), 0.0))
        if plan > 0 or (actor, resource) in today.within:
            rows.append((actor, resource, t, today.within.get((actor, resource), 0.0), plan))
    return _table("actor resource period today plan", rows)


def _most_given(problem: Problem) -> dict[tuple[str, str], float]:
    """The most that the units and streams of an actor could give of a resource, per year."""
    found: dict[tuple[str, str], float] = {}
    for unit in problem.units:
        for resource, coefficient in unit.gives.items():
            key = unit.actor, resource
            found[key] = found.get(key, 0.0) + coefficient * unit.most
    for stream in problem.streams:
        if stream.direction == "supply":
            key = stream.actor, stream.resource
            found[key] = found.get(key, 0.0) + stream.most
    return found


def _trades(
    dataset: Dataset, problem: Problem, model: pyo.ConcreteModel, today: Today
) -> pd.DataFrame:
    market = {(m.actor, m.resource, m.action): m for m in problem.markets}
    amounts: dict[tuple[str, str, str, str], float] = {}
    for i, r, a, t, s in model.TRADES:
        value = pyo.value(model.traded[i, r, a, t, s])
        amounts[i, r, a, t] = amounts.get((i, r, a, t), 0.0) + value
    rows = []
    for (i, r, a, t), value in amounts.items():
        plan = _amount(value, market[i, r, a].most)
        before = today.trades.get((i, r, a), 0.0)
        if plan or before:
            unit = dataset.resource[r].unit
            rows.append((i, r, a, t, before, plan, unit, market[i, r, a].price))
    return _table("actor resource action period today plan unit price", rows)


def _links(problem: Problem, model: pyo.ConcreteModel) -> pd.DataFrame:
    rows = []
    for link in problem.links:
        for period in problem.periods:
            t = period.period_id
            capacity = _amount(pyo.value(model.link_capacity[link.link_id, t]), link.most)
            cost = float(pyo.value(model.link_cost[link.link_id, t]))
            if capacity or cost > 1e-6:
                rows.append((link.link_id, link.resource, t, capacity, link.existing, cost))
    return _table("link_id resource period capacity existing capital_cost", rows)


def indicators_table(
    dataset: Dataset, tables: Mapping[str, pd.DataFrame], others: Sequence[tuple[Any, ...]]
) -> pd.DataFrame:
    """Every indicator of a year of today and of the plan: from flows and trades, and others."""
    rows: list[tuple[Any, ...]] = []
    for t in (period.id for period in dataset.settings.periods):
        trades, exchanges, within = (
            tables[name][tables[name]["period"] == t] for name in ("trades", "exchanges", "within")
        )
        values = {}
        for column in ("today", "plan"):
            traded = [trades[name] for name in ("resource", "action", column, "price")]
            moved = exchanges["resource"], exchanges["serves"], exchanges[column]
            amounts = list(zip(*traded[:3], strict=True))
            amounts += [(r, "exchanged", f) for r, f in zip(moved[0], moved[2], strict=True)]
            year = WaterYear(
                list(zip(*traded, strict=True)),
                list(zip(*moved[:2], moved[2] * exchanges["yields"], strict=True)),
                list(zip(within["resource"], within[column], strict=True)),
            )
            values[column] = measure(dataset.resource, amounts)
            values[column] |= water_indicators(dataset.resource, year)
        rows += [
            (name, unit, t, values["today"][name], values["plan"][name])
            for name, unit in UNITS.items()
        ]
    return _table("name unit period today plan", [*rows, *others])
