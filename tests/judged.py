"""Tiny parks whose every set of projects has been tried by the judge."""

from collections.abc import Iterator

from judge import Judge
from parks import Park
from random_parks import random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis.studies.resolves import Solved, solve_study, value_of

SMALL = {"enterprises": (2, 3), "projects": (2, 4), "places": 1, "lots": False}
MOST_CHOICES = 250


def worth_of_sets(park: Park, solved: Solved) -> dict[frozenset[str], float] | None:
    """The most every set of projects can be worth against today, by trying every choice."""
    judge = Judge(park.dataset())
    choices = []
    for choice in judge.choices():
        choices.append(choice)
        if len(choices) > MOST_CHOICES:
            return None
    today = solved.problem.periods[0].annuity_factor * solved.prepared.today.cash
    worth = {}
    for choice in choices:
        value = judge.best(*choice)
        if value is not None:
            projects = frozenset(judge.place[k].project_id for k, _ in choice[0])
            worth[projects] = max(worth.get(projects, value - today), value - today)
    return worth


def judged_parks(seeds) -> Iterator[tuple[int, Solved, dict[frozenset[str], float]]]:
    """Parks small enough to try every choice, solved, with the worth of every set."""
    for seed in seeds:
        park = random_park(seed, **SMALL)
        park.rows.pop("exchanges", None)
        try:
            solved = solve_study(park.dataset())
        except InfeasibleError:
            continue
        worth = worth_of_sets(park, solved)
        if worth is not None and value_of(solved.best) > 1:
            yield seed, solved, worth


def twins() -> Park:
    """Two ways to use 100 t of ash, worth 174 and 172.5, and a third that loses 50.

    Without them the ash costs 0.1 a t; a plant takes all of it for 0.01 a t of variable cost. The
    dear one costs 17.5 and saves 0.09 x 100 x 10 = 90: worth 72.5; the cheap one costs 16: 74.
    """
    park = Park()
    park.resource("ash", role="byproduct", mass=1).enterprise("mill").supply("mill", "ash", 100)
    park.market("ash", "dispose", 0.1)
    for name, cost in (("cheap", 16), ("dear", 17.5), ("mad", 140)):
        park.recipe(f"using_{name}", {"ash": 1}, {})
        park.project(name, f"using_{name}", 100, cost, variable_cost=0.01)
        park.link("mill", f"{name}@P", "ash")
    return park
