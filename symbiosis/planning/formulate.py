"""From a dataset, its matches and today to the plain data of the formulations."""

from collections import defaultdict
from math import inf

from symbiosis.domain.dataset import Dataset, group
from symbiosis.network.actors import Actors, amounts
from symbiosis.network.matching import Matches
from symbiosis.network.pumping import needs_with_pumping
from symbiosis.planning.indicators import measure_named
from symbiosis.planning.money import cost_segments, discounted_periods
from symbiosis.planning.quality import quality_data
from symbiosis.planning.today import Markets, Today
from symbiosis_models.problem import (
    CandidateData,
    ChainLinkData,
    ChainStageData,
    HeatLinkData,
    LinkData,
    MarketData,
    PlaceData,
    Problem,
    StreamData,
    UnitData,
)


def formulate(dataset: Dataset, actors: Actors, matches: Matches, today: Today) -> Problem:
    """Everything the chain selection needs, in plain records."""
    settings = dataset.settings
    chains = tuple(c.chain_id for c in dataset.chains if c.chain_id not in settings.chains.barred)
    markets, shared_limits = _markets(dataset, actors, matches)
    stages, links, places_of_chain = _chains(dataset, actors, chains)
    return Problem(
        periods=discounted_periods(dataset),
        slices={part.id: part.hours / 8760 for part in settings.slices},
        slice_resources=dataset.sliced,
        units=tuple(
            UnitData(
                u.unit_id,
                u.actor_id,
                u.recipe_id,
                u.gives,
                u.takes,
                u.least,
                u.most,
                u.actor_id if u.activity_per_size else "",
                u.activity_per_size,
                u.least_utilisation,
                u.variable_cost,
            )
            for u in actors.units
        ),
        streams=tuple(
            StreamData(
                s.stream_id, s.actor_id, s.resource_id, s.direction, s.least, s.most, s.shares
            )
            for s in actors.streams
        ),
        places=tuple(_places(dataset, actors)),
        candidates=tuple(_candidates(actors, matches)),
        links=tuple(_links(matches)),
        markets=markets,
        shared_limits=shared_limits,
        land={p.park_id: p.land_available for p in dataset.parks if p.land_available is not None},
        chains=chains,
        chain_groups={
            name: tuple(c.chain_id for c in members if c.chain_id in chains)
            for name, members in group(dataset.chains, "group").items()
        },
        chain_stages=stages,
        chain_links=links,
        chain_places=places_of_chain,
        chains_at_least=settings.chains.at_least,
        chains_at_most=settings.chains.at_most,
        budget=settings.money.budget,
        heat_loads=actors.heat,
        heat_links=tuple(_heat_links(dataset, actors)),
        hot_utility=settings.heat.hot_utility,
        cold_utility=settings.heat.cold_utility,
        quality=quality_data(dataset, actors, matches),
        today_cash=today.cash,
        objective=measure_named(settings.objective, dataset.resources, settings.heat.hot_utility),
    )


def _places(dataset: Dataset, actors: Actors) -> list[PlaceData]:
    segments = {}
    places = []
    for actor in actors.actors.values():
        if actor.kind != "project":
            continue
        project = dataset.project[actor.project_id]
        if project.project_id not in segments:
            segments[project.project_id] = cost_segments(dataset, project)
        places.append(
            PlaceData(
                actor.actor_id,
                project.project_id,
                actor.park_id,
                project.kind,
                segments[project.project_id],
                project.land / project.reference_size,
            )
        )
    return places


def _candidates(actors: Actors, matches: Matches) -> list[CandidateData]:
    place = {a.actor_id: a.actor_id for a in actors.actors.values() if a.kind == "project"}
    return [
        CandidateData(
            index,
            row.donor,
            row.receiver,
            row.resource,
            row.serves,
            row.ratio * row.efficiency,
            row.max_share,
            row.freight,
            row.most,
            min(row.least_lot, row.today) if row.today > 0 else row.least_lot,  # agreed already
            row.link,
            place.get(row.donor, ""),
            place.get(row.receiver, ""),
            row.pumping_resource,
            row.pumping,
        )
        for index, row in enumerate(matches.candidates.itertuples(index=False))
    ]


def _links(matches: Matches) -> list[LinkData]:
    """Links that cost something, are limited or have a smallest flow; the most they could carry."""
    on_link = matches.candidates[matches.candidates["link"] != ""]
    links = []
    for name, rows in on_link.groupby("link", sort=True):
        first = rows.iloc[0]
        existing = float(rows["existing_capacity"].max())
        physical = float(rows["most_capacity"].max())
        carried = float(min(rows["most"].sum(), physical))
        links.append(
            LinkData(
                str(name),
                str(first["resource"]),
                float(rows["fixed_cost"].max()),
                float(rows["capacity_cost"].max()),
                existing,
                max(0.0, carried - existing),
                float(rows["least_share"].max()),
            )
        )
    return links


def _heat_links(dataset: Dataset, actors: Actors) -> list[HeatLinkData]:
    """Heat links whose two ends have something to give and to take."""
    at_end: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    machines = {stream.stream_id for stream in dataset.thermal_streams if stream.machine}
    for n, load in enumerate(actors.heat):
        at_end[load.stream_id, load.role].append(n)
        if load.stream_id not in machines:
            at_end[load.actor, load.role].append(n)
    return [
        HeatLinkData(
            row.link_id,
            hot,
            cold,
            row.loss_share,
            row.fixed_cost or 0.0,
            row.capacity_cost or 0.0,
            inf if row.most_capacity is None else row.most_capacity,
        )
        for row in dataset.heat_links
        if (hot := tuple(at_end.get((row.from_stream, "hot"), ())))
        and (cold := tuple(at_end.get((row.to_stream, "cold"), ())))
    ]


def _markets(
    dataset: Dataset, actors: Actors, matches: Matches
) -> tuple[tuple[MarketData, ...], dict[str, float]]:
    """Who may buy, sell and dispose of what; a general limit is shared by all without own row."""
    markets = Markets(dataset)
    seasonal = {(s.actor_id, s.resource_id) for s in actors.streams if s.shares}
    for row in matches.candidates[matches.candidates["pumping"] > 0].itertuples(index=False):
        if (row.donor, row.resource) in seasonal:
            seasonal.add((row.donor, row.pumping_resource))
    found, limits = [], {}
    supplies = amounts(actors, "supply")
    needs = needs_with_pumping(actors, matches.candidates)
    for side, actions in ((supplies, ("sell", "dispose")), (needs, ("buy",))):
        for row in side.itertuples(index=False):
            for action in actions:
                market = markets.row(row.actor, row.resource, action)
                if market is None or row.most <= 0:
                    continue
                limit = ""
                if market.most is not None:
                    limit = f"{market.whose}:{row.resource}:{action}"
                    limits[limit] = market.most
                most = row.most  # a limit of the year may be used up in the slices of a profile
                if market.most is not None and (row.actor, row.resource) not in seasonal:
                    most = min(row.most, market.most)
                found.append(MarketData(row.actor, row.resource, action, market.price, most, limit))
    return tuple(found), limits


def _chains(
    dataset: Dataset, actors: Actors, chains: tuple[str, ...]
) -> tuple[tuple[ChainStageData, ...], tuple[ChainLinkData, ...], dict[str, tuple[str, ...]]]:
    """Required stages with their units, required links, and the chains of chain-filling places."""
    units = group(actors.units, "recipe_id")
    serving = {
        (stage.chain_id, stage.stage_id): [
            unit
            for recipe in stage.recipes
            for unit in units.get(recipe, ())
            if dataset.chain[stage.chain_id].is_of(actors.actors[unit.actor_id].park_id)
        ]
        for stage in dataset.chain_stages
        if stage.chain_id in chains
    }
    streams = {(stage.chain_id, stage.stage_id): stage.streams for stage in dataset.chain_stages}
    stages = tuple(
        ChainStageData(
            stage.chain_id,
            stage.stage_id,
            tuple(
                u.unit_id
                for u in serving[stage.chain_id, stage.stage_id]
                if not u.activity_per_size and u.most > 0
            ),
            tuple(
                sorted(
                    {
                        u.actor_id
                        for u in serving[stage.chain_id, stage.stage_id]
                        if u.activity_per_size
                    }
                )
            ),
        )
        for stage in dataset.chain_stages
        if stage.required and stage.chain_id in chains
    )
    links = tuple(
        ChainLinkData(
            link.chain_id,
            link.from_stage,
            link.to_stage,
            link.resource_id,
            link.least_share,
            tuple(u.unit_id for u in serving[link.chain_id, link.from_stage]),
            tuple(u.unit_id for u in serving[link.chain_id, link.to_stage]),
            streams[link.chain_id, link.from_stage],
            streams[link.chain_id, link.to_stage],
        )
        for link in dataset.chain_links
        if link.required and link.chain_id in chains
    )
    places: defaultdict[str, list[str]] = defaultdict(list)
    for actor in actors.actors.values():
        if actor.kind == "project" and dataset.project[actor.project_id].kind == "chain_filling":
            places[actor.actor_id] = []
    for (chain, _stage), members in serving.items():
        for unit in members:
            if unit.actor_id in places and chain not in places[unit.actor_id]:
                places[unit.actor_id].append(chain)
    return stages, links, {place: tuple(names) for place, names in places.items()}
