"""What kills a project: the partner in the park without whom the best plan does not build it."""

from collections.abc import Mapping
from dataclasses import replace

from symbiosis.domain.errors import InfeasibleError
from symbiosis.planning.plan import Plan
from symbiosis.studies.explain import is_built
from symbiosis.studies.resolves import Solved
from symbiosis.studies.shortlist.plans import best_of, plan_or_none, proven
from symbiosis.studies.shortlist.records import Dependence
from symbiosis_models.problem import Asked, Problem


def partners(solved: Solved, plan: Plan) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:
    """Enterprises that give to or take from projects of a plan.

    By enterprise, then by project: its role (supplier, buyer or both) and the resources.
    """
    project_of = {place.place_id: place.project for place in solved.problem.places}
    enterprises = solved.dataset.enterprise
    roles: dict[str, dict[str, set[str]]] = {}
    resources: dict[str, dict[str, set[str]]] = {}
    exchanges = plan.tables["exchanges"]
    for x in exchanges[exchanges["plan"] > 0].itertuples(index=False):
        for place, partner, role in (
            (x.receiver, x.donor, "supplier"),
            (x.donor, x.receiver, "buyer"),
        ):
            if place in project_of and partner in enterprises:
                project = project_of[place]
                roles.setdefault(partner, {}).setdefault(project, set()).add(role)
                resources.setdefault(partner, {}).setdefault(project, set()).add(x.resource)
    return {
        partner: {
            project: (
                "both" if len(found) > 1 else next(iter(found)),
                tuple(sorted(resources[partner][project])),
            )
            for project, found in sorted(of.items())
        }
        for partner, of in sorted(roles.items())
    }


def without_enterprise(problem: Problem, enterprise: str) -> Problem:
    """The problem once an enterprise is gone: it gives, takes and performs nothing."""
    units = {u.unit_id for u in problem.units if u.actor == enterprise}
    streams = {x.stream_id for x in problem.streams if x.actor == enterprise}
    return replace(
        problem,
        units=tuple(
            replace(u, least=0.0, most=0.0) if u.unit_id in units else u for u in problem.units
        ),
        streams=tuple(
            replace(x, least=0.0, most=0.0) if x.stream_id in streams else x
            for x in problem.streams
        ),
        heat_loads=tuple(
            replace(load, heat=0.0) if load.actor == enterprise else load
            for load in problem.heat_loads
        ),
        chain_stages=tuple(
            replace(stage, existing=tuple(u for u in stage.existing if u not in units))
            for stage in problem.chain_stages
        ),
    )


def dependences(
    solved: Solved, partner: str, of: Mapping[str, tuple[str, tuple[str, ...]]]
) -> dict[str, Dependence]:
    """What the loss of a partner does to each of the chosen projects that trade with it."""
    problem = without_enterprise(solved.problem, partner)
    try:
        best = best_of(solved, problem, Asked())
    except InfeasibleError:
        return {
            project: Dependence(partner, *role, kills=False, loss=None, status="no_plan")
            for project, role in of.items()
        }
    found = {}
    for project, role in of.items():
        if is_built(best, problem.places_of[project]):
            found[project] = Dependence(partner, *role, kills=False, loss=None, status="kept")
            continue
        forced, known = plan_or_none(solved, problem, Asked(built=frozenset({project})))
        lost = proven(problem, forced, best) if forced else None
        status = "dropped" if forced else "impossible" if known else "no_plan"
        found[project] = Dependence(partner, *role, kills=True, loss=lost, status=status)
    return found
