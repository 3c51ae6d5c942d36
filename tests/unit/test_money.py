"""Money by hand: present values, the law of scale and its secants."""

import math

import numpy as np
import pytest

from parks import hand_park, problem_of
from symbiosis.planning.money import (
    SECANT_ERROR,
    annuity_factor,
    cost_segments,
    discounted_periods,
    scale_factor,
    secant_error,
)


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.05, 0.08, 0.3])
@pytest.mark.parametrize("years", [1, 2, 7, 15, 40])
def test_annuity_is_the_sum_of_its_years(rate, years):
    """1 a year at each year's end, each discounted on its own."""
    assert annuity_factor(rate, years) == pytest.approx(
        sum((1 + rate) ** -year for year in range(1, years + 1))
    )


def test_annuity_of_a_small_rate_tends_to_the_years():
    assert annuity_factor(1e-7, 15) == pytest.approx(15, rel=1e-5)


def test_annuity_repays():
    """A loan of 100 at 7 % over 20 years is repaid by 9.44 a year (Blank and Tarquin)."""
    assert 100 / annuity_factor(0.07, 20) == pytest.approx(9.44, abs=0.005)


def test_periods_follow_each_other():
    """5 + 10 years at 8 %: the second begins at 1.08^-5, together they are 15 years."""
    park = hand_park(
        money={"discount_rate": 0.08},
        periods=[{"id": "first", "years": 5}, {"id": "second", "years": 10}],
    )
    first, second = discounted_periods(park.dataset())
    assert (first.investment_factor, second.investment_factor) == pytest.approx((1, 1.08**-5))
    assert first.annuity_factor == pytest.approx(annuity_factor(0.08, 5))
    assert first.annuity_factor + second.annuity_factor == pytest.approx(annuity_factor(0.08, 15))


def project(**cells):
    data = hand_park().change("projects", "recovery", **cells).dataset()
    return data, data.projects[0]


def test_scale_factor():
    """Twice the size at exponent 0.6 costs 2^0.6 = 1.516 times as much."""
    _, row = project(scale_exponent=0.6, most_size=200)
    assert scale_factor(row, 200) == pytest.approx(2**0.6)
    assert scale_factor(row, 100) == 1


@pytest.mark.parametrize("exponent", [0.3, 0.5, 0.65, 0.9, 0.99])
@pytest.mark.parametrize("ratio", [1.1, 1.5, 2, 4, 10])
def test_secant_error_is_the_largest(exponent, ratio):
    """No point between the ends is farther below the curve than the formula says."""
    sizes = np.linspace(1, ratio, 20001)
    secant = 1 + (ratio**exponent - 1) / (ratio - 1) * (sizes - 1)
    assert secant_error(1, ratio, exponent) == pytest.approx(
        float(np.max(1 - secant / sizes**exponent)), rel=1e-4, abs=1e-9
    )


def test_secant_error_of_a_straight_line_or_a_point():
    assert secant_error(1, 10, 1) == secant_error(5, 5, 0.6) == 0


@pytest.mark.parametrize("exponent", [0.3, 0.55, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("most", [100, 150, 500, 3000])
def test_segments_follow_the_law(exponent, most):
    """Joined end to end, on the curve at their ends, within 1 % between, and as few as that asks.

    Equal ratios make the error of all stretches the same, so one stretch fewer would exceed 1 %.
    """
    data, row = project(scale_exponent=exponent, most_size=most)
    segments = cost_segments(data, row)
    assert (segments[0].low, segments[-1].high) == pytest.approx((30, most))
    for one, two in zip(segments, segments[1:], strict=False):
        assert (one.high, one.cost_high) == pytest.approx((two.low, two.cost_low))
    for s in segments:
        assert s.cost_low == pytest.approx(50 * (s.low / 100) ** exponent)
        assert s.cost_high == pytest.approx(50 * (s.high / 100) ** exponent)
        assert secant_error(s.low, s.high, exponent) <= SECANT_ERROR
    fewer = len(segments) - 1
    if fewer:
        assert secant_error(30, 30 * (most / 30) ** (1 / fewer), exponent) > SECANT_ERROR


def test_running_cost_of_a_segment():
    """4 % of the capital cost, and wages that scale as it does: 2 persons at 3 万元."""
    park = hand_park(money={"labour_cost": 3}).change(
        "projects", "recovery", scale_exponent=0.5, fixed_cost_share=0.04, labour=2, most_size=400
    )
    data = park.dataset()
    last = cost_segments(data, data.projects[0])[-1]
    assert last.running_high == pytest.approx(0.04 * 100 + 6 * 2)


def test_a_menu_is_its_sizes():
    """Sizes of a menu are points with their own price, small before large."""
    park = hand_park()
    park.add("project_sizes", project_id="recovery", size=120, capital_cost=70)
    park.add("project_sizes", project_id="recovery", size=40, capital_cost=20)
    data = park.dataset()
    found = cost_segments(data, data.projects[0])
    assert [(s.low, s.high) for s in found] == [(40, 40), (120, 120)]
    assert [(s.cost_low, s.cost_high) for s in found] == [(20, 20), (70, 70)]


def test_land_is_in_proportion_to_size():
    """10 mu at 100 t are 0.1 mu per t."""
    park = hand_park().change("projects", "recovery", land=10)
    (place,) = problem_of(park).places
    assert place.land == pytest.approx(0.1)


def test_money_is_finite():
    """No factor of a plan of many years at a high rate is nan or infinite."""
    assert math.isfinite(annuity_factor(0.99, 1000))
