"""Why a project is in the plan, or why not: the study asked again with it forced out, or in.

What the park loses then is what the answer of the plan is worth on this point. The conditions that
have no room in either of the two plans are taken away one by one: where the plan then decides
otherwise, or the loss changes, that condition is a reason.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from symbiosis.domain.errors import UsageError
from symbiosis.inputs.tables import closest
from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import choose
from symbiosis.studies.compare import compare
from symbiosis.studies.resolves import Solved, loss, proven_loss, value_of
from symbiosis_models.problem import Asked, Problem

TIGHT = 1e-6  # room relative to the limit that is none


@dataclass(frozen=True)
class Condition:
    """A condition of the study that can be taken away: name and subject as in the limits table."""

    name: str
    subject: str
    without: Callable[[Problem], Problem]


def explain(
    solved: Solved, name: str, said: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Why project `name` (or its place) is in the best plan or not, as one document.

    chosen        whether the best plan builds it
    forced        objective, bound, gap and status of the best plan that decides otherwise; None
                  where there is none
    loss          what that costs the objective, with the least and most it can be, as proven
    changes       what else changes, from the best plan to that one, as of `compare`
    conditions    those without room in either plan: name, subject, value, limit, unit, and without
                  each of them whether the project is chosen and what deciding otherwise costs

    Raises:
        UsageError: if there is no such project, or it is not offered.
        NoPlanInTimeError, SolverError: see their texts.
    """
    refuse_unknown(solved, name)
    places = solved.problem.places_of[name]
    chosen = is_built(solved.best, places)
    forced = solved.ask(opposite(name, chosen))
    best = solved.best.facts["objective"]
    document: dict[str, Any] = {
        "dataset": {"name": solved.dataset.name, "hash": solved.dataset.digest},
        "project": name,
        "places": list(places),
        "chosen": chosen,
        "objective": best,
        "forced": None,
        "loss": None,
        "proven_loss": None,
        "changes": None,
        "conditions": [],
    }
    if forced is None:
        return document
    other = forced.facts["objective"]
    document |= {
        "forced": {**other, "status": forced.facts["status"], "chains": forced.chosen_chains()},
        "loss": loss(solved.problem, best["value"], other["value"]),
        "proven_loss": proven_loss(solved.problem, best, other),
        "changes": compare((solved.dataset, solved.best), (solved.dataset, forced)),
    }
    for condition, row in conditions_without_room(solved, forced, name):
        said(condition.name)
        document["conditions"].append({**row, **_taken_away(solved, condition, name)})
    return document


def refuse_unknown(solved: Solved, name: str) -> None:
    """Say what is wrong with the name of a project.

    Raises:
        UsageError: if there is no such project, or the study does not offer it.
    """
    if name in solved.problem.places_of:
        return
    project = solved.dataset.project.get(name)
    if project is not None and not solved.dataset.offered(project):
        raise UsageError(
            _("{name} is not offered (switch_on and switch_off of study.toml)").format(name=name)
        )
    known = closest(name, solved.problem.places_of)
    text = _("there is no project '{name}'").format(name=name)
    raise UsageError(f"{text}; {known}" if known else text)


def opposite(name: str, chosen: bool) -> Asked:
    """A plan that decides otherwise about a project."""
    forced = frozenset({name})
    return Asked(not_built=forced) if chosen else Asked(built=forced)


def is_built(plan: Plan, places: tuple[str, ...]) -> bool:
    """Whether a plan builds something at one of these places."""
    return not set(places).isdisjoint(plan.built())


def conditions_without_room(
    solved: Solved, forced: Plan, name: str
) -> list[tuple[Condition, dict[str, Any]]]:
    """Conditions that bind the best plan or the forced one, with their row of the limits table.

    Of the conditions of projects only those of the project itself are looked at.
    """
    found: dict[tuple[str, str], tuple[Condition, dict[str, Any]]] = {}
    places = solved.problem.places_of[name]
    parks = {place.park for place in solved.problem.places if place.place_id in places}
    for plan in (solved.best, forced):
        for row in plan.tables["limits"].to_dict("records"):
            key = str(row["name"]), str(row["subject"])
            full = row["slack"] <= TIGHT * max(abs(row["limit"]), 1.0)
            elsewhere = key[0] == "land" and not row["value"] and key[1] not in parks
            if key in found or not full or elsewhere:
                continue
            condition = condition_of(*key, places)
            if condition is not None:
                kept = ("name", "subject", "value", "limit", "unit", "source")
                found[key] = condition, {column: row[column] for column in kept}
    filling = [k for k in places if k in solved.problem.chain_places]
    if filling:
        chains = dict.fromkeys(c for k in filling for c in solved.problem.chain_places[k])
        row = {"name": "filling", "subject": name, "value": None, "limit": None, "unit": ""}
        condition = Condition("filling", name, lambda p: _freed(p, filling))
        found["filling", name] = condition, {**row, "source": ", ".join(chains)}
    return list(found.values())


def condition_of(name: str, subject: str, places: tuple[str, ...]) -> Condition | None:
    """The condition of a row of the limits table; None for one that only reports."""
    if name == "chains":
        return Condition(name, subject, lambda p: replace(p, chains_at_most=len(p.chains)))
    if name == "budget":
        return Condition(name, subject, lambda p: replace(p, budget=None))
    if name == "land":
        return Condition(name, subject, lambda p: replace(p, land=_less(p.land, subject)))
    if name == "market":
        return Condition(name, subject, lambda p: _open_market(p, subject))
    if name == "utilisation" and subject in places:
        return Condition(name, subject, lambda p: _any_utilisation(p, subject))
    return None


def _less(limits: Mapping[str, float], subject: str) -> dict[str, float]:
    return {key: value for key, value in limits.items() if key != subject}


def _open_market(problem: Problem, limit: str) -> Problem:
    """Without a shared limit; what an actor gives or needs then bounds what it trades."""
    markets = tuple(
        replace(market, limit="", most=inf) if market.limit == limit else market
        for market in problem.markets
    )
    return replace(problem, markets=markets, shared_limits=_less(problem.shared_limits, limit))


def _any_utilisation(problem: Problem, place: str) -> Problem:
    units = tuple(
        replace(unit, least_utilisation=0.0) if unit.place == place else unit
        for unit in problem.units
    )
    return replace(problem, units=units)


def _freed(problem: Problem, places: Collection[str]) -> Problem:
    """Chain-filling places that need no chain."""
    kept = {key: chains for key, chains in problem.chain_places.items() if key not in places}
    return replace(problem, chain_places=kept)


def _taken_away(solved: Solved, condition: Condition, name: str) -> dict[str, Any]:
    """What the study decides about the project without a condition, and what otherwise costs."""
    problem = condition.without(solved.problem)
    options = replace(solved.options, start=solved.best.whole_numbers)
    free = replace(solved, problem=problem, best=choose(solved.prepared, problem, options))
    chosen = is_built(free.best, problem.places_of[name])
    forced = free.ask(opposite(name, chosen))
    costs = None if forced is None else loss(problem, value_of(free.best), value_of(forced))
    gain = -loss(problem, value_of(solved.best), value_of(free.best))
    return {"gain_without": gain, "chosen_without": chosen, "loss_without": costs}
