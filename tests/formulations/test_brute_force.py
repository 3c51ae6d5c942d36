"""Every choice of a tiny park tried one by one is the judge of the MILP.

The judge (tests/judge.py) knows nothing of the formulations. The best of its choices must be the
optimum of the MILP, and where none is feasible the MILP must say so.

What this proves on the parks drawn: the choice among projects, sizes, links, lots and chains is
exact; no big-M cuts a good plan off (the judge has none) or lets a bad one through; matching and
money agree with a second reading of MODEL.md. What it takes from the program: the cash of today,
which only shifts the objective (tests/unit/test_today.py).
"""

from itertools import product

import pyomo.environ as pyo
import pytest

from judge import Judge
from parks import best_plan, model_of, plan, prepared
from random_parks import random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis_models.solver import SolverOptions, solve


def worth_from_zero(source) -> float:
    """What the MILP finds, without the cash of today that the judge leaves out."""
    ready = prepared(source)
    rate, years = (
        ready.dataset.settings.money.discount_rate,
        ready.dataset.settings.periods[0].years,
    )
    annuity = (1 - (1 + rate) ** -years) / rate if rate else years
    return best_plan(ready).facts["npv_wanyuan"] + annuity * ready.today.cash


def compare(seeds, most, at_least, settings=None, **options) -> None:
    """Judge the parks of some seeds that have at most so many choices; there must be enough."""
    judged = 0
    for seed in seeds:
        park = random_park(seed, **options)
        park.rows.pop("exchanges", None)
        park = park.copy(**settings or {})
        judge = Judge(park.dataset())
        if sum(1 for _ in zip(range(most + 1), judge.choices(), strict=False)) > most:
            continue
        judged += 1
        best = judge.optimum()
        if best is None:
            with pytest.raises(InfeasibleError):
                plan(park)
        else:
            assert worth_from_zero(park) == pytest.approx(best, rel=1e-6, abs=1e-4), seed
    assert judged >= at_least


SMALL = {"enterprises": (2, 3), "projects": (1, 3), "lots": False}


@pytest.mark.parametrize("block", range(0, 100, 20))
def test_the_best_of_all_choices_is_found(block):
    """Projects, sizes, links and chains under budget, land and market limits."""
    compare(range(block, block + 20), most=150, at_least=10, **SMALL)


def test_a_chain_that_must_be_prioritised():
    """At least one chain even where it loses money; infeasible where none can be served."""
    settings = {"chains": {"at_least": 1, "at_most": 1}}
    compare(range(200, 220), 150, at_least=10, settings=settings, chains=(2, 3), **SMALL)


def test_smallest_lots():
    """Trucks that come for a smallest lot only: every set of agreements is tried."""
    one = {"enterprises": (2, 2), "projects": (1, 1), "chains": (0, 1), "places": 1}
    compare(range(300, 330), 150, at_least=6, **one)


def fixed_one_by_one(model) -> float | None:
    """Best NPV when every set of whole numbers of a Pyomo model is fixed in turn."""
    binaries = [
        v
        for name in ("chosen", "linked", "prioritised", "used")
        for v in model.component(name).values()
    ]
    best = None
    for values in product((0, 1), repeat=len(binaries)):
        for variable, value in zip(binaries, values, strict=True):
            variable.fix(value)
        try:
            solve(model, SolverOptions(gap=0))
        except InfeasibleError:
            continue
        value = float(pyo.value(model.npv))
        best = value if best is None else max(best, value)
    return best


@pytest.mark.parametrize(
    ("seed", "periods"), [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2)]
)
def test_slices_and_periods(seed, periods):
    """With steam in two slices, or two phases: the search agrees with fixing every whole number.

    The linear part is the program's own here; only the search over whole numbers is judged.
    """
    park = random_park(
        seed,
        enterprises=(2, 2),
        projects=(1, 1),
        chains=(1, 1),
        places=1,
        lots=False,
        slices=True,
        periods=[{"id": f"t{i}", "years": 8} for i in range(periods)],
    )
    found = plan(park).facts["npv_wanyuan"]
    assert found == pytest.approx(fixed_one_by_one(model_of(park)), rel=1e-6, abs=1e-4)
