"""Trade-offs against every choice of tiny parks, by hand, and how dominated points are left out."""

import math
import random
from dataclasses import replace
from itertools import product

import pytest

from judge import Judge
from judged import MOST_CHOICES, SMALL
from parks import Park, hand_park
from random_parks import random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.indicators import objective_weights
from symbiosis.planning.study import prepare
from symbiosis.studies.pareto import Point, efficient, pareto
from symbiosis_models.problem import Measure


class Trade:
    """The judge on net present value against the waste disposed of."""

    def __init__(self, dataset):
        self.judge = Judge(dataset)
        self.waste = self.judge.measure(objective_weights("disposed", dataset.resources))
        self.choices = [c for c, _ in zip(self.judge.choices(), range(MOST_CHOICES), strict=False)]
        rate, years = dataset.settings.money.discount_rate, dataset.settings.periods[0].years
        self.today = (1 - (1 + rate) ** -years) / rate * prepare(dataset).today.cash

    def most_npv(self, waste=1e9):
        """Best net present value with at most so much waste."""
        found = (self.judge.best(*c, most=(self.waste, waste)) for c in self.choices)
        return max(v for v in found if v is not None) - self.today

    def least_waste(self, npv=-1e9):
        """Least waste of a plan worth at least so much."""
        least = (self.waste, npv + self.today)
        found = (self.judge.best(*c, worth_least=least) for c in self.choices)
        return min((v for v in found if v is not None), default=math.inf)


def test_ends_are_exact_and_no_point_is_dominated():
    """The judge finds nothing better than an end, nor anything that beats a point in both.

    A grid that stopped one step short, an end not completed by the other objective, or a weight
    with the wrong sign would leave a dominated point. Fewer points than asked for are all there
    are: the judge finds none between them.
    """
    judged = between = 0
    for seed in (1, 11, 14, 24, 27, 31, 35):
        park = random_park(seed, **SMALL)
        park.rows.pop("exchanges", None)
        trade = Trade(park.dataset())
        if len(trade.choices) == MOST_CHOICES:
            continue
        try:
            front = pareto(park.dataset(), "disposed", points=4)
        except InfeasibleError:
            continue
        points = [point.values for point in front.points]
        size = max(abs(v) for point in points for v in point) + 1
        near = {"rel": 1e-5, "abs": 1e-5 * size}
        assert points[0][0] == pytest.approx(trade.most_npv(), **near), seed
        assert points[-1][1] == pytest.approx(trade.least_waste(), **near), seed
        for npv, waste in points:
            assert trade.most_npv(waste + 1e-6) == pytest.approx(npv, **near), seed
            assert trade.least_waste(npv + 1e-5 * size) >= waste - 1e-5 * size, seed
        assert all(a[0] > b[0] and a[1] > b[1] for a, b in zip(points, points[1:], strict=False))
        assert len(points) == 4 or front.complete, seed
        for point in front.points:
            assert audit_plan(park.dataset(), point.plan).passed, seed
        judged += 1
        between += len(points) > 2
    assert judged >= 4 and between >= 3


TWO_PLANTS = {"one": (40, 60), "two": (40, 60)}  # size and cost


def dear_cleaning(plants=TWO_PLANTS, **settings) -> Park:
    """100 t of ash, disposed of at 0.1 or worked up for nothing by plants that take 40 t each.

    A plant costs 60, and saves 4 a year, 40 in ten years: each loses 20. So waste 100, 60 and 20
    goes with NPV 0, -20 and -40.
    """
    park = Park(**settings)
    park.resource("ash", role="byproduct", mass=1).enterprise("mill").supply("mill", "ash", 100)
    park.market("ash", "dispose", 0.1)
    park.recipe("using", {"ash": 1}, {})
    for plant, (size, cost) in plants.items():
        park.project(plant, "using", size, cost)
        park.link("mill", f"{plant}@P", "ash")
    return park


@pytest.mark.parametrize("points", [2, 3, 5])
def test_three_plans_by_hand(points):
    """All three efficient plans from three points on; values between them give none twice."""
    front = pareto(dear_cleaning().dataset(), "disposed", points)
    values = [point.values for point in front.points]
    every = [(0, 100), (-20, 60), (-40, 20)]
    expected = every if points > 2 else [every[0], every[2]]
    assert [v for point in values for v in point] == pytest.approx(
        [v for point in expected for v in point], abs=1e-6
    )
    assert [point.end for point in front.points] == ["npv", *[""] * (len(values) - 2), "disposed"]
    assert front.status == "finished" and front.complete == (points > 3)


@pytest.mark.parametrize(("asked", "found"), [(5, 5), (6, 5)])
def test_plans_that_lie_unevenly_are_found_by_hand(asked, found):
    """100 t of ash; a plant of 60 t loses 6 in ten years, two of 10 t lose 5 each.

    Efficient are nothing, one small plant, the large one, and the large one with one or both small
    ones. Even steps of waste find only the ends and the large plant: 80, 60 and 40 lead to it.
    """
    plants = {"large": (60, 66), "small": (10, 15), "little": (10, 15)}
    park = dear_cleaning(plants)
    front = pareto(park.dataset(), "disposed", asked)
    every = [(0, 100), (-5, 90), (-6, 40), (-11, 30), (-16, 20)]
    values = [tuple(round(v, 6) for v in point.values) for point in front.points]
    assert len(values) == found and set(values) <= set(every)
    assert values[0] == every[0] and values[-1] == every[-1]
    assert front.complete == (asked > found)


@pytest.mark.parametrize("seed", range(2))
def test_a_finite_front_is_found_whole_and_said_to_be(seed):
    """Four plants drawn at random: the efficient of all 16 sets, no other, and proven complete.

    A stretch that is closed too early would miss a plan.
    """
    draw = random.Random(seed)
    plants = {f"p{k}": (draw.randint(8, 25), draw.randint(9, 40)) for k in range(4)}
    plants = {name: (size, size + loss) for name, (size, loss) in plants.items()}
    every = []
    for built in product((0, 1), repeat=4):
        sizes, costs = zip(*plants.values(), strict=True)
        taken = sum(b * s for b, s in zip(built, sizes, strict=True))
        every.append(
            (float(taken - sum(b * c for b, c in zip(built, costs, strict=True))), 100.0 - taken)
        )
    best = [a for a in every if not any(b[0] >= a[0] and b[1] <= a[1] and b != a for b in every)]
    best = sorted(set(best), reverse=True)
    dataset = dear_cleaning(plants).dataset()
    front = pareto(dataset, "disposed", len(best) + 1)
    assert [tuple(round(v, 5) for v in point.values) for point in front.points] == best
    assert front.complete and front.status == "finished"


def test_the_other_order_is_the_same_front_from_the_other_end():
    front = pareto(dear_cleaning().dataset(objective="disposed"), "npv", 5)
    assert [p.values[0] for p in front.points] == pytest.approx([20, 60, 100])


def test_nothing_is_traded_where_one_plan_is_best_in_both():
    """`hand_park`: working up all dross is worth most and leaves no waste."""
    front = pareto(hand_park().dataset(), "disposed", 5)
    assert len(front.points) == 1
    assert front.points[0].values == pytest.approx((174, 0), abs=1e-6)


def test_dominated_points_are_left_out_and_of_equal_ones_the_first_stays():
    gain, waste = Measure("npv", True, {}), Measure("disposed", False, {})
    some = Point(plan=None, values=(0.0, 0.0), end="")
    values = [(5, 5), (4, 5), (5, 6), (5, 5), (6, 9), (4, 1), (3, 1)]
    points = [replace(some, values=v) for v in values]
    kept = efficient(points, (gain, waste))
    assert [p.values for p in kept] == [(5, 5), (6, 9), (4, 1)] and kept[0] is points[0]
