"""Numbers that could turn a decision about a project, each as a factor on the study."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isclose

import pandas as pd

from symbiosis.network.matching import carriage
from symbiosis.planning.money import cost_segments
from symbiosis.planning.plan import Plan
from symbiosis.studies.resolves import Solved
from symbiosis_models.money import SIGN
from symbiosis_models.problem import CandidateData, Problem


@dataclass(frozen=True)
class Lever:
    """A number that can be multiplied.

    changed   the problem with the number multiplied
    moved     present value that the number moves in a plan: the slope of its worth, per factor
    own       the plan without the project does not depend on it
    """

    name: str
    subject: str
    action: str
    unit: str
    today: float | None
    changed: Callable[[Problem, float], Problem]
    moved: Callable[[Plan], float]
    own: bool


def levers(solved: Solved, project: str, with_it: Plan, without_it: Plan) -> list[Lever]:
    """Capital cost, the prices that tell the two plans apart most, and distance."""
    found = (
        capital_cost(solved, project),
        *prices(solved, project, with_it, without_it),
        distance(solved, project),
    )
    return [lever for lever in found if lever is not None]


def capital_cost(solved: Solved, project: str) -> Lever | None:
    """The capital cost of a project at its reference size, or all prices of its size menu."""
    dataset = solved.dataset
    row = dataset.project[project]
    menu = [size.capital_cost for size in dataset.project_sizes if size.project_id == project]
    today = min(menu) if menu else row.capital_cost
    if not today:
        return None

    def changed(problem: Problem, factor: float) -> Problem:
        priced = replace(
            dataset,
            project_sizes=tuple(
                size.model_copy(update={"capital_cost": size.capital_cost * factor})
                if size.project_id == project
                else size
                for size in dataset.project_sizes
            ),
        )
        cost = {"capital_cost": row.capital_cost * factor}
        segments = cost_segments(priced, row.model_copy(update=cost))
        places = tuple(
            replace(place, segments=segments) if place.project == project else place
            for place in problem.places
        )
        return replace(problem, places=places)

    def moved(plan: Plan) -> float:
        built = plan.tables["projects"]
        built = built[built["project_id"] == project]
        periods = list(solved.problem.periods)
        total = 0.0
        for period, cost in zip(built["period"], built["capital_cost"], strict=True):
            start = [t.period_id for t in periods].index(period)
            years = sum(t.annuity_factor for t in periods[start:])
            total -= cost * (periods[start].investment_factor + row.fixed_cost_share * years)
        return total

    return Lever("capital_cost", project, "", "wanyuan", today, changed, moved, own=True)


def _paid(solved: Solved, plan: Plan) -> pd.Series:
    """Present value of what is traded outside, by resource and action."""
    annuity = {t.period_id: t.annuity_factor for t in solved.problem.periods}
    trades = plan.tables["trades"]
    value = trades["plan"] * trades["price"]
    value *= trades["action"].map(SIGN).astype(float) * trades["period"].map(annuity).astype(float)
    found: pd.Series = value.groupby([trades["resource"], trades["action"]]).sum()
    return found


def _own_resources(problem: Problem, project: str) -> set[str]:
    """What a project takes and gives, and what that serves or is served by."""
    places = frozenset(problem.places_of[project])
    own = {r for unit in problem.units if unit.place in places for r in (*unit.takes, *unit.gives)}
    for x in problem.candidates:
        if places & {x.donor_place, x.receiver_place}:
            own |= {x.resource, x.serves}
    return own


def prices(solved: Solved, project: str, with_it: Plan, without_it: Plan) -> list[Lever]:
    """The prices whose money differs most between the plans with the project and without it.

    One of all that is traded, and one of what the project takes, gives or replaces.
    """
    change = _paid(solved, with_it).sub(_paid(solved, without_it), fill_value=0.0).abs()
    change = change[change > 1e-6]
    own = change.index.get_level_values("resource").isin(_own_resources(solved.problem, project))
    found = dict.fromkeys(part.idxmax() for part in (change[own], change) if not part.empty)
    return [price(solved, str(r), str(a), with_it, without_it) for r, a in found]


def price(solved: Solved, resource: str, action: str, with_it: Plan, without_it: Plan) -> Lever:
    """A price; it changes for all who trade there, in the plan without the project too."""
    trades = pd.concat([with_it.tables["trades"], without_it.tables["trades"]])
    rows = trades[(trades["resource"] == resource) & (trades["action"] == action)]
    today = float(rows.sort_values("plan", kind="stable")["price"].iloc[-1])

    def changed(problem: Problem, factor: float) -> Problem:
        markets = tuple(
            replace(market, price=market.price * factor)
            if (market.resource, market.action) == (resource, action)
            else market
            for market in problem.markets
        )
        return replace(problem, markets=markets)

    def moved(plan: Plan) -> float:
        return float(_paid(solved, plan).get((resource, action), 0.0))

    unit = f"wanyuan/{solved.dataset.resource[resource].unit}"
    return Lever("price", resource, action, unit, today, changed, moved, own=False)


def distance(solved: Solved, project: str) -> Lever | None:
    """The length of all ways of a project: freight, pumping, losses, links; not loading, reach."""
    problem, table = solved.problem, solved.prepared.matches.candidates
    places = frozenset(problem.places_of[project])
    own = {
        x.index
        for x in problem.candidates
        if places & {x.donor_place, x.receiver_place} and table["distance_km"].iloc[x.index] > 0
    }
    if not own:
        return None
    by = carriage(solved.dataset)
    others = {x.link for x in problem.candidates if x.index not in own}
    links = {problem.candidates[n].link for n in own} - others - {""}

    def carried(x: CandidateData) -> pd.Series:
        return by.loc[(x.resource, table["carrier"].iloc[x.index])]

    def by_km(x: CandidateData) -> float:
        """Freight that grows with the way; a way with a freight of its own has no loading."""
        carrier, km = carried(x), float(table["distance_km"].iloc[x.index])
        part = float(carrier["per_km"]) * km
        usual = isclose(x.freight, float(carrier["handling"]) + part, abs_tol=1e-12)
        return part if usual else x.freight

    def pumped_by_km(x: CandidateData) -> float:
        """Pumping that grows with the way; lifting does not."""
        km = float(table["distance_km"].iloc[x.index])
        return min(x.pumping, float(carried(x)["pumping_per_km"]) * km)

    def changed(problem: Problem, factor: float) -> Problem:
        def way(x: CandidateData) -> CandidateData:
            arriving = float(table["efficiency"].iloc[x.index])
            return replace(
                x,
                freight=x.freight + by_km(x) * (factor - 1),
                pumping=x.pumping + pumped_by_km(x) * (factor - 1),
                yields=x.yields * arriving ** (factor - 1),
            )

        return replace(
            problem,
            candidates=tuple(way(x) if x.index in own else x for x in problem.candidates),
            links=tuple(
                replace(x, fixed_cost=x.fixed_cost * factor, capacity_cost=x.capacity_cost * factor)
                if x.link_id in links
                else x
                for x in problem.links
            ),
        )

    freight = {
        (row.donor, row.receiver, row.resource, row.serves): by_km(problem.candidates[n])
        for n, row in enumerate(table.itertuples(index=False))
        if n in own
    }
    annuity = {t.period_id: t.annuity_factor for t in problem.periods}
    once = {t.period_id: t.investment_factor for t in problem.periods}

    def moved(plan: Plan) -> float:
        total = 0.0
        for x in plan.tables["exchanges"].itertuples(index=False):
            key = (x.donor, x.receiver, x.resource, x.serves)
            total -= freight.get(key, 0.0) * x.plan * annuity[x.period]
        for x in plan.tables["links"].itertuples(index=False):
            total -= x.capital_cost * once[x.period] if x.link_id in links else 0.0
        return float(total)

    return Lever("distance", project, "", "1", None, changed, moved, own=True)
