"""A study: from a dataset to a plan, on one page."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, InfeasibleError, NoPlanInTimeError
from symbiosis.network.actors import Actors, read_actors
from symbiosis.network.matching import Matches, find_matches
from symbiosis.planning.formulate import formulate
from symbiosis.planning.ledger import share_of_assumptions
from symbiosis.planning.plan import Plan, read_plan
from symbiosis.planning.pooling import solve_problem
from symbiosis.planning.today import Today, read_today
from symbiosis_models.problem import HEAT_LINKS, Measure, Problem
from symbiosis_models.solver import Progress, SolverOptions

LEAST_HEAT_GAP = 1e-6  # to which the least heat from outside is found and held
PART_GAP = 0.01  # to which the parks of a region are planned before it
PART_TIME = 0.5  # of the time limit, for all of them


@dataclass(frozen=True)
class Prepared:
    """A dataset with all that is known before anything is optimised."""

    dataset: Dataset
    actors: Actors
    matches: Matches
    today: Today
    times_s: dict[str, float]


def prepare(dataset: Dataset) -> Prepared:
    """Actors, possible exchanges and today's balance of a dataset.

    Raises:
        DatasetError: if what runs today does not close.
    """
    prepared = read_prepared(dataset)
    if prepared.today.faults:
        raise DatasetError(dataset.name, prepared.today.faults)
    return prepared


def read_prepared(dataset: Dataset) -> Prepared:
    """The same, where what runs today need not close."""
    started = time.perf_counter()
    actors = read_actors(dataset)
    matches = find_matches(dataset, actors)
    today = read_today(dataset, actors, matches)
    return Prepared(dataset, actors, matches, today, {"match": time.perf_counter() - started})


def solver_options(
    dataset: Dataset, progress: Callable[[Progress], None] | None = None
) -> SolverOptions:
    """The study's settings for the solver."""
    solver = dataset.settings.solver
    return SolverOptions(solver.gap, solver.time_limit_s, solver.seed, progress)


def choose(prepared: Prepared, problem: Problem, options: SolverOptions) -> Plan:
    """The best plan of one problem; the fewest heat links are those that reach the least heat."""
    if problem.objective.name == HEAT_LINKS:
        problem = with_least_heat(problem, options)
    model, solution, times = solve_problem(problem, options)
    plan = read_plan(
        prepared.dataset,
        prepared.actors,
        prepared.matches,
        prepared.today,
        problem,
        model,
        solution,
    )
    plan.facts["times_s"] = times
    plan.facts["assumption_share"] = share_of_assumptions(problem, plan.tables["money"])
    plan.whole_numbers = solution.whole_numbers
    return plan


def with_least_heat(problem: Problem, options: SolverOptions) -> Problem:
    """The problem with heat from outside, in the last period, held at its least, GJ/year."""
    heat = Measure("hot_utility", False, problem.objective.weights)
    if not heat.weights:
        return problem
    asked = replace(problem.asked, unlike_worth=0.0, then=None, smallest="", largest="")
    first = replace(problem, objective=heat, asked=asked)
    exact = replace(options, gap=min(options.gap, LEAST_HEAT_GAP))
    _model, solution, _times = solve_problem(first, exact)
    held = (heat, solution.objective * (1 + LEAST_HEAT_GAP))
    return replace(problem, asked=replace(problem.asked, at_most=(*asked.at_most, held)))


def plan_study(prepared: Prepared, progress: Callable[[Progress], None] | None = None) -> Plan:
    """The plan of a study, and what one chain more would add to it.

    Raises:
        InfeasibleError, NoPlanInTimeError, SolverError: see their texts.
    """
    problem = formulate(prepared.dataset, prepared.actors, prepared.matches, prepared.today)
    started = time.perf_counter()
    options = begin_with_parts(prepared.dataset, solver_options(prepared.dataset, progress))
    parts_s = {"parts": time.perf_counter() - started} if prepared.dataset.parts else {}
    plan = choose(prepared, problem, options)
    plan.facts["times_s"] = {**prepared.times_s, **parts_s, **plan.facts["times_s"]}
    # plans with other projects have another least heat: their numbers of links do not compare
    finished = plan.facts["status"] == "optimal" and problem.objective.name != HEAT_LINKS
    plan.facts["without_investment"] = (
        without_investment(prepared, problem, plan, options) if finished else None
    )
    plan.facts["next_chain"] = next_chain(prepared, problem, plan, options) if finished else None
    return plan


def begin_with_parts(dataset: Dataset, options: SolverOptions) -> SolverOptions:
    """Options with a rough start for a region: the plans of its datasets, each by itself.

    Side by side they are a plan of the region in which nothing passes between them. An id that
    stands in two of them is that of the first, as in the region. The time they take is taken from
    the limit.

    Raises:
        KeyboardInterrupt: if one was interrupted: there is no plan of the region yet.
    """
    start: dict[str, float] = {}
    started = time.perf_counter()
    for number, part in enumerate(dataset.parts):
        left_s = PART_TIME * options.time_limit_s - (time.perf_counter() - started)
        limit_s = max(0.0, left_s) / (len(dataset.parts) - number)
        near = replace(options, gap=max(options.gap, PART_GAP), time_limit_s=limit_s)
        prepared = read_prepared(part)
        problem = formulate(part, prepared.actors, prepared.matches, prepared.today)
        try:
            plan = choose(prepared, problem, near)
        except (InfeasibleError, NoPlanInTimeError):
            continue  # a start is only a hint
        if plan.facts["status"] == "interrupted":
            raise KeyboardInterrupt
        start = {**plan.whole_numbers, **start}
    if not start:
        return options
    took_s = time.perf_counter() - started
    return replace(options, rough_start=start, time_limit_s=options.time_limit_s - took_s)


def without_investment(
    prepared: Prepared, problem: Problem, plan: Plan, options: SolverOptions
) -> float | None:
    """Objective that exchanges between what stands today would reach, nothing being built.

    That of the plan where nothing can be built; None when there is no such plan, or none in time.
    """
    costly = problem.places or any(x.fixed_cost or x.capacity_cost for x in problem.links)
    costly = costly or any(x.fixed_cost or x.capacity_cost for x in problem.heat_links)
    if not (costly or problem.chains_at_least):
        return float(plan.facts["objective"]["value"])
    nothing = replace(problem, budget=0.0, chains_at_least=0)
    try:
        alone = choose(prepared, nothing, replace(options, progress=None))
    except (InfeasibleError, NoPlanInTimeError, KeyboardInterrupt):
        return None
    return float(alone.facts["objective"]["value"])


def next_chain(
    prepared: Prepared, problem: Problem, plan: Plan, options: SolverOptions
) -> dict[str, object] | None:
    """What the plan could be with one chain more in every group (K+1), and the gain in it.

    None when there is no chain more, or no bound on their number binds.
    """
    if problem.chains_at_most >= max(map(len, problem.chain_groups.values()), default=0):
        return None
    wider = replace(problem, chains_at_most=problem.chains_at_most + 1)
    try:
        other = choose(prepared, wider, replace(options, start=plan.whole_numbers, progress=None))
    except (NoPlanInTimeError, KeyboardInterrupt):
        return {"gain": None, "status": "no_plan_in_time"}
    gain = other.facts["objective"]["value"] - plan.facts["objective"]["value"]
    before, after = set(plan.built()), set(other.built())
    return {
        "chains": other.chosen_chains(),
        "added_chains": sorted(set(other.chosen_chains()) - set(plan.chosen_chains())),
        "added_projects": sorted(after - before),
        "dropped_projects": sorted(before - after),
        "gain": gain,
        "status": other.facts["status"],
        "gap": other.facts["objective"]["gap"],
        "time_s": sum(other.facts["times_s"].values()),
    }
