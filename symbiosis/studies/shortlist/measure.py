"""Numbers to measure first: those whose range moves the worth of a project most.

By how much the worth changes per unit of a number is known to first order from the plans with the
project and without it: amounts that are paid for from their tables, the worth of a tonne more or
less from the duals of their linear programmes, all decisions fixed. The plan without it keeps all
other projects of the plan with it where there is such a plan: what the money would be spent on
instead has numbers of its own.
"""

from collections.abc import Iterator
from typing import Any

from symbiosis.network.pair_tests import carrier_units
from symbiosis.planning.plan import Plan
from symbiosis.planning.today import Markets
from symbiosis.studies.resolves import Solved, project_set
from symbiosis.studies.shortlist.futures import key_of, ranges
from symbiosis.studies.shortlist.levers import capital_cost
from symbiosis.studies.shortlist.plans import plan_or_none, years_factor
from symbiosis.studies.shortlist.records import Measurement
from symbiosis.studies.shortlist.worth import InAndOut
from symbiosis_models.fixed import FixedProgram, Key
from symbiosis_models.money import SIGN
from symbiosis_models.problem import NPV, Asked, Problem

MOST = 5
LEAST_SHARE = 1e-6  # of the largest swing: what moves less is rounding
Slopes = dict[tuple[str, str], float]  # table and key of a row -> present value per unit


def measure_first(solved: Solved, project: str, found: InAndOut) -> list[Measurement]:
    """The numbers with a range that move the worth most; of the objective npv."""
    if found.with_it is None or found.without_it is None or solved.problem.objective.name != NPV:
        return []
    with_it = _slopes(solved, project, found.with_it)
    without_it = _slopes(
        solved, project, _without(solved, project, found.with_it, found.without_it)
    )
    years = years_factor(solved.problem)
    listed = []
    for table, row, low, value, high in ranges(solved.dataset):
        key = table, key_of(table, row)
        slope = with_it.get(key, 0.0) - without_it.get(key, 0.0)
        swing = abs(slope) * (high - low) / years
        column = type(row).main
        listed.append(
            Measurement(
                *key, column, value, low, high, _unit(solved, table, row), row.provenance, swing
            )
        )
    listed.sort(key=lambda x: (-x.swing, x.table, x.key))
    least = LEAST_SHARE * max([1.0, *(x.swing for x in listed)])
    return [x for x in listed[:MOST] if x.swing > least]


def _without(solved: Solved, project: str, with_it: Plan, without_it: Plan) -> Plan:
    """The plan with it, its project left out and no other; the best one without it if none is."""
    others = project_set(with_it) - {project}
    asked = Asked(built=others, not_built=frozenset(solved.problem.projects) - others)
    plan, _known = plan_or_none(solved, solved.problem, asked)
    return plan or without_it


def _unit(solved: Solved, table: str, row: Any) -> str:
    """Unit inside the program, as far as the row's resource tells it."""
    resource = solved.dataset.resource.get(getattr(row, "resource_id", ""))
    return {
        "markets": f"wanyuan/{resource.unit if resource else ''}",
        "streams": f"{resource.unit if resource else ''}/year",
        "recipe_flows": resource.unit if resource else "",
        "projects": "wanyuan",
    }.get(table, "")


def _slopes(solved: Solved, project: str, plan: Plan) -> Slopes:
    """Present value that a plan gains per unit of every number that it depends on."""
    problem = solved.problem
    program = FixedProgram(problem, plan.whole_numbers, tuple(_balances(problem)))
    found: Slopes = {}
    by_duals = _given_and_taken(solved, plan, program)
    for table, row, slope in (*_paid(solved, project, plan), *by_duals):
        key = table, key_of(table, row)
        found[key] = found.get(key, 0.0) + slope
    return found


def _paid(solved: Solved, project: str, plan: Plan) -> Iterator[tuple[str, Any, float]]:
    """Prices, freight, variable cost and the project's capital cost, by what is paid."""
    dataset = solved.dataset
    annuity = {t.period_id: t.annuity_factor for t in solved.problem.periods}
    markets = Markets(dataset)
    for x in plan.tables["trades"].itertuples(index=False):
        row = markets.row(x.actor, x.resource, x.action)
        if row is not None:
            yield "markets", row, SIGN[x.action] * x.plan * annuity[x.period]
    for x in plan.tables["exchanges"].itertuples(index=False):
        if x.freight and (carrier := dataset.carrier.get(x.carrier)):
            per_unit = carrier_units(dataset.resource[x.resource], carrier)
            yield "carriers", carrier, -per_unit * x.distance_km * x.plan * annuity[x.period]
    project_of = {place.place_id: place.project for place in solved.problem.places}
    for x in plan.tables["units"].itertuples(index=False):
        for brought in dataset.units_of_project.get(project_of.get(x.actor, ""), ()):
            if brought.recipe_id == x.recipe:
                yield "project_units", brought, -x.plan * annuity[x.period]
    own, lever = dataset.project[project], capital_cost(solved, project)
    if lever is not None and own.capital_cost:
        yield "projects", own, lever.moved(plan) / own.capital_cost


def _balances(problem: Problem) -> dict[Key, None]:
    """What every actor gives (a unit more could be taken) and takes (a unit more delivered)."""
    keys: dict[Key, None] = {}
    for unit in problem.units:
        keys |= dict.fromkeys((unit.actor, r, "dispose") for r in unit.gives)
        keys |= dict.fromkeys((unit.actor, r, "buy") for r in unit.takes)
    for x in problem.streams:
        keys[x.actor, x.resource, "dispose" if x.direction == "supply" else "buy"] = None
    return keys


def _given_and_taken(
    solved: Solved, plan: Plan, program: FixedProgram
) -> Iterator[tuple[str, Any, float]]:
    """Coefficients of recipes, amounts of streams and use of held units, by duals."""
    dataset, problem = solved.dataset, solved.problem
    last = problem.periods[-1].period_id
    active = {
        x.unit_id: float(x.plan)
        for x in plan.tables["units"].itertuples(index=False)
        if x.period == last
    }

    def given(actor: str, resource: str) -> float:
        """What one unit a year given more is worth: the opposite of one that is taken away."""
        return -program.margin((actor, resource, "dispose"))

    def taken(actor: str, resource: str) -> float:
        return -program.margin((actor, resource, "buy"))

    for unit in problem.units:
        for flow in dataset.flows_of_recipe.get(unit.recipe, ()):
            worth = (given if flow.direction == "out" else taken)(unit.actor, flow.resource_id)
            yield "recipe_flows", flow, worth * active.get(unit.unit_id, 0.0)
    amounts = {unit.unit_id: unit for unit in problem.units}
    for row in dataset.units:
        unit = amounts[row.unit_id]
        if row.least_utilisation is None and row.most_utilisation is None:
            worth = sum(c * given(unit.actor, r) for r, c in unit.gives.items())
            worth += sum(c * taken(unit.actor, r) for r, c in unit.takes.items())
            yield "units", row, worth * row.capacity
    for stream in dataset.streams:
        worth_of = given if stream.direction == "supply" else taken
        yield "streams", stream, worth_of(stream.enterprise_id, stream.resource_id)
