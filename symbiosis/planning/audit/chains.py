"""Chains: how many are prioritised, and whether a prioritised one really stands.

The flow of a link is not in the tables: an exchange may carry what several units give. The audit
asks for the greatest flow that could count, as the rule means it: no more than the units of the one
stage give and those of the other need, on the exchanges and the inner use of the plan.
"""

from collections import defaultdict

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from symbiosis.domain.dataset import group
from symbiosis.domain.projects import ChainLink, ChainStage
from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import NIL, Tally
from symbiosis.planning.audit.ways import Ways


def check_chains(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """How many and which chains, their stages and links, and what may be built for them."""
    tally.declare("chains_number", "chain_barred", "chain_stage", "chain_link")
    tally.declare("chain_closed", "chain_filling")
    settings, dataset = records.settings.chains, records.dataset
    chosen = [row.chain_id for row in tables.chains if row.prioritised]
    for members in group(dataset.chains, "group").values():
        free = {c.chain_id for c in members if c.chain_id not in settings.barred}
        here = [chain for chain in chosen if chain in {c.chain_id for c in members}]
        tally.at_most("chains_number", len(here), settings.at_most, *here)
        tally.at_least("chains_number", len(here), min(settings.at_least, len(free)), *here)
    for chain in chosen:
        text = _("{where}: is barred")
        tally.holds("chain_barred", chain not in settings.barred, chain, text=text)
    _check_filling(records, tables, chosen, tally)
    _check_stages(records, tables, chosen, tally)
    _check_links(records, ways, tables, chosen, tally)


def _check_filling(records: Records, tables: Tables, chosen: list[str], tally: Tally) -> None:
    """A chain-filling project has a prioritised chain, a stage of which its recipes serve."""
    serving = {
        (stage.chain_id, recipe)
        for stage in records.dataset.chain_stages
        if stage.chain_id in chosen
        for recipe in stage.recipes
    }
    for row in tables.projects:
        project = records.project_of(row.place_id)
        if project.kind == "chain_filling":
            units = records.dataset.units_of_project.get(project.project_id, ())
            recipes = {unit.recipe_id for unit in units}
            serves = any(
                recipe in recipes and records.serves(chain, row.place_id)
                for chain, recipe in serving
            )
            text = _("{where}: fills no chain that is prioritised")
            tally.holds("chain_filling", serves, row.place_id, row.period, text=text)


def _check_stages(records: Records, tables: Tables, chosen: list[str], tally: Tally) -> None:
    built = {row.place_id for row in tables.projects if row.size > 0}
    there = [
        unit
        for unit in records.processes.values()
        if (unit.place in built if unit.place else unit.most > 0)
    ]
    for stage in records.dataset.chain_stages:
        if stage.chain_id in chosen and stage.required:
            text = _("{where}: nothing that stands or is built serves this stage")
            served = any(
                unit.recipe in stage.recipes and records.serves(stage.chain_id, unit.actor)
                for unit in there
            )
            tally.holds("chain_stage", served, stage.chain_id, stage.stage_id, text=text)


def _check_links(
    records: Records, ways: Ways, tables: Tables, chosen: list[str], tally: Tally
) -> None:
    stages = {(s.chain_id, s.stage_id): s for s in records.dataset.chain_stages}
    closing: defaultdict[tuple[str, bool], list[bool]] = defaultdict(list)  # chain, required
    for link in records.dataset.chain_links:
        if link.chain_id not in chosen or not (link.required or link.closes):
            continue
        givers = stages[link.chain_id, link.from_stage]
        takers = stages[link.chain_id, link.to_stage]
        flow, given = _greatest_flow(records, ways, tables, link, givers, takers)
        if link.closes:
            closing[link.chain_id, link.required].append(flow > NIL)
        if not link.required:
            continue
        where = link.chain_id, link.from_stage, link.to_stage, link.resource_id
        unit = records.unit(link.resource_id)
        least = link.least_share * given
        tally.at_least("chain_link", flow, least, *where, scale=given, unit=unit)
    for row in tables.chains:
        required = closing[row.chain_id, True]
        fed = all(required) if required else any(closing[row.chain_id, False])
        closed = row.prioritised and fed
        text = _("{where}: is called closed, but nothing feeds its first stage")
        tally.holds("chain_closed", closed or not row.closed, row.chain_id, text=text)


def _greatest_flow(
    records: Records,
    ways: Ways,
    tables: Tables,
    link: ChainLink,
    givers: ChainStage,
    takers: ChainStage,
) -> tuple[float, float]:
    """Greatest flow from stage to stage in the last period, and what the first stage gives.

    max sum of carried[x]; carried[x] <= flow[x]; sum over x leaving i <= given by the stage at i;
    sum over x arriving at j for a need of yield x carried[x] <= needed by the other stage at j.
    """
    given: defaultdict[str, float] = defaultdict(float)
    needed: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in tables.units:
        unit = records.processes[row.unit_id]
        if row.period != records.last or not records.serves(link.chain_id, unit.actor):
            continue
        if unit.recipe in givers.recipes:
            given[unit.actor] += unit.gives.get(link.resource_id, 0.0) * row.plan
        if unit.recipe in takers.recipes:
            for resource, coefficient in unit.takes.items():
                needed[unit.actor, resource] += coefficient * row.plan
    for stream in tables.streams:
        if stream.period != records.last:
            continue
        of = records.streams[stream.stream_id]
        if stream.stream_id in givers.streams and of.direction == "supply":
            if of.resource_id == link.resource_id:
                given[of.enterprise_id] += stream.plan
        if stream.stream_id in takers.streams and of.direction == "need":
            needed[of.enterprise_id, of.resource_id] += stream.plan
    flows: list[tuple[str, tuple[str, str], float, float]] = []  # donor, need, yield, amount
    for x in tables.exchanges:
        need = x.receiver, x.serves
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        if x.period == records.last and x.resource == link.resource_id and x.plan > 0 and way:
            flows.append((x.donor, need, way.yields, x.plan))
    for own in tables.within:
        if own.period == records.last and own.resource == link.resource_id and own.plan > 0:
            flows.append((own.actor, (own.actor, own.resource), 1.0, own.plan))
    flows = [x for x in flows if given.get(x[0], 0.0) > 0 and needed.get(x[1], 0.0) > 0]
    total = sum(given.values())
    if not flows:
        return 0.0, total
    room: dict[tuple[str, ...], float] = {("given", x[0]): given[x[0]] for x in flows}
    room |= {("needed", *x[1]): needed[x[1]] for x in flows}
    row_of = {key: number for number, key in enumerate(room)}
    rows = [row_of["given", x[0]] for x in flows] + [row_of["needed", *x[1]] for x in flows]
    columns = [*range(len(flows))] * 2
    coefficients = [1.0] * len(flows) + [x[2] for x in flows]
    scale = max(room.values())  # amounts near 1, so that the solver's tolerance is relative
    answer = linprog(
        -np.ones(len(flows)),
        A_ub=coo_array((coefficients, (rows, columns)), shape=(len(room), len(flows))),
        b_ub=np.array([*room.values()]) / scale,
        bounds=[(0.0, x[3] / scale) for x in flows],
    )
    return float(-answer.fun * scale) if answer.success else 0.0, total
