"""Receivers and donors: what nobody could take or give, and who could exchange nothing."""

from collections import defaultdict
from collections.abc import Iterator

from symbiosis.locale import _, named
from symbiosis.network.actors import amounts
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, some, titled, warning
from symbiosis.planning.today import Markets


def dead_ends(prepared: Prepared) -> Iterator[Weighed]:
    """What nobody could take, and what nobody could give, of enterprises and offered projects."""
    actors, candidates = prepared.actors, prepared.matches.candidates
    markets = Markets(prepared.dataset)
    sides = {side: amounts(actors, side) for side in ("supply", "need")}
    held = {side: set(zip(t["actor"], t["resource"], strict=True)) for side, t in sides.items()}
    met = {
        "supply": set(zip(candidates["donor"], candidates["resource"], strict=True)),
        "need": set(zip(candidates["receiver"], candidates["serves"], strict=True)),
    }
    for side, other, actions in (
        ("supply", "need", ("sell", "dispose")),
        ("need", "supply", ("buy",)),
    ):
        stuck: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in sides[side].itertuples(index=False):
            key = row.actor, row.resource
            if row.most <= 0 or key in met[side] or key in held[other]:
                continue
            if not any(markets.row(row.actor, row.resource, action) for action in actions):
                owner = actors.actors[row.actor].project_id or row.actor
                stuck[owner, row.resource].append(row.actor)
        for (owner, resource), places in stuck.items():
            yield _dead_end(prepared, side, owner, resource, places)


def _dead_end(
    prepared: Prepared, side: str, owner: str, resource: str, places: list[str]
) -> Weighed:
    """Warn of what an enterprise, or a project at some `places`, cannot give away or get."""
    dataset = prepared.dataset
    if side == "supply":
        problem = _("gives {resource}: nobody could take it and there is no market")
        mend = _("add a sell or dispose row to markets.csv, or a carrier, substitute or link")
    else:
        problem = _("needs {resource}: nobody could give it and there is no market")
        mend = _("add a buy row to markets.csv, or a carrier, substitute or link")
    kind = dataset.resource[resource]
    name = named(kind.name_zh, kind.name_en)
    problem = problem.format(resource=f"{resource} ({name})" if name else resource)
    everywhere = sum(a.project_id == owner for a in prepared.actors.actors.values())
    if len(places) < everywhere:
        problem += _(" (only at {places})").format(places=some(places))
    file, row = _written(prepared, side, places[0], resource)
    value = titled(owner, dataset.enterprise.get(owner) or dataset.project[owner])
    return warning(file, problem, mend, row=row, column="resource_id", value=value)


def _written(prepared: Prepared, side: str, actor: str, resource: str) -> tuple[str, int]:
    """Where it is written that an actor gives or needs a resource: file and row."""
    for unit in prepared.actors.units:
        if unit.actor_id == actor and resource in (unit.gives if side == "supply" else unit.takes):
            for flow in prepared.dataset.flows_of_recipe[unit.recipe_id]:
                if flow.resource_id == resource:
                    return "recipe_flows.csv", flow.row
    for stream in prepared.dataset.streams:
        found = stream.enterprise_id, stream.resource_id, stream.direction
        if found == (actor, resource, side):
            return "streams.csv", stream.row
    return "thermal_streams.csv", 0  # a utility of heat


def isolated(prepared: Prepared) -> Iterator[Weighed]:
    """Enterprises that could exchange nothing with anybody."""
    candidates = prepared.matches.candidates
    linked = {*candidates["donor"], *candidates["receiver"]}
    for row in prepared.dataset.enterprises:
        if row.enterprise_id not in linked:
            yield warning(
                "enterprises.csv",
                _("could exchange nothing with anybody"),
                _("add its units or streams, or what could replace them in substitutes.csv"),
                row=row.row,
                column="enterprise_id",
                value=titled(row.enterprise_id, row),
            )
