"""Heat: pinch targets, utility cost and fewest matches come out as published, and worked by hand.

The cases run through the blocks that plan a park; a stream in the wrong interval, an approach not
halved, or heat running uphill would move every figure.
"""

import random
import re
from typing import Any

import pytest

from case_data import CASES
from symbiosis.studies.published.case import Fields, read_case
from symbiosis.studies.published.heat_matches import min_matches
from symbiosis.studies.verify import verify_case
from symbiosis_models.match_counts import least_pairs

SHARED = sorted(
    file for family in ("heat_cascade", "heat_matches") for file in (CASES / family).glob("*.json")
)


@pytest.fixture
def targets(run):
    """Hot utility, cold utility and pinch on the hot scale."""
    names = ("min_hot_utility", "min_cold_utility", "pinch_hot_temperature")

    def of_streams(*streams: dict[str, Any], dt_min: Any = 10, **other: Any) -> list[Any]:
        data = {"dt_min": dt_min, "streams": list(streams), **other}
        result = run("heat_cascade", data, dict.fromkeys(names, 0))
        assert result.outcome != "refused", result.message
        return [figure.computed for figure in result.figures]

    return of_streams


def stream(name: str, supply: float, target: float, **heat: Any) -> dict[str, Any]:
    return {"name": name, "t_supply": supply, "t_target": target, **heat}


@pytest.mark.parametrize("file", SHARED, ids=lambda file: file.stem)
def test_shared_cases(file):
    """Two pinch targets and fourteen exchanger networks, all proven."""
    result = verify_case(read_case(file))
    assert result.outcome == "match", result
    assert not result.message


def test_one_hot_one_cold_by_hand(targets):
    """200-100 and 50-150 °C at 1 kW/K and 10 K: the hot one ends at 95 shifted, the cold at 155.

    Above 155 are 40 kW to spare, from 155 to 95 both have 60 kW, the cold one below needs 40:
    nothing is bought or rejected.
    """
    assert targets(stream("H", 200, 100, cp=1), stream("C", 50, 150, cp=1))[:2] == [0, 0]


def test_heat_does_not_run_uphill(targets):
    """40 kW at 50 °C cannot serve 40 kW at 70 °C: all is bought, all is rejected.

    Nothing passes from 75 down to 45 shifted: the pinch is its hot end, 75, or 80 on the hot scale.
    """
    hot, cold, pinch = targets(stream("H", 50, 30, cp=2), stream("C", 70, 90, cp=2))
    assert (hot, cold, pinch) == pytest.approx((40, 40, 80))


def test_the_approach_is_shared_between_both_sides(targets):
    """100-50 against 40-90 °C, 1 kW/K: at 10 K all 50 kW pass, at 30 K only 30 do.

    At 30 K the hot stream lies between 85 and 35 shifted, the cold one between 105 and 55.
    """
    both = stream("H", 100, 50, cp=1), stream("C", 40, 90, cp=1)
    assert targets(*both, dt_min=10)[:2] == pytest.approx([0, 0])
    hot, cold, pinch = targets(*both, dt_min=30)
    assert (hot, cold) == pytest.approx((20, 20))
    assert pinch == pytest.approx(85 + 15)


def test_a_stream_may_have_its_own_contribution(targets):
    """A contribution of 15 K each is an approach of 30 K, whatever dt_min says."""
    own = {"cp": 1, "dt_contribution": 15}
    both = stream("H", 100, 50, **own), stream("C", 40, 90, **own)
    assert targets(*both, dt_min=10)[:2] == pytest.approx([20, 20])
    assert targets(*both, dt_min=None)[:2] == pytest.approx([20, 20])
    assert targets(*both, dt_min=None)[2] is None


def test_a_duty_in_place_of_cp(targets):
    """50 kW over 50 K."""
    both = stream("H", 100, 50, duty=50), stream("C", 40, 90, cp=1)
    assert targets(*both, dt_min=30)[:2] == pytest.approx([20, 20])


def test_an_isothermal_stream_takes_one_kelvin(targets):
    """A boiler at 120-121 °C takes 70 kW; of the gas from 200 °C, 1 kW/K, 70 are above 130 °C.

    Its 70 kW from 200 to 130 °C are needed whole between 125 and 126 shifted: 1 kW from 131 to
    130 °C is not above the boiler's end, but falls in step with it, so nothing is bought.
    """
    hot, cold, pinch = targets(stream("H", 200, 100, cp=1), stream("B", 120, 121, duty=70))
    assert (hot, cold, pinch) == pytest.approx((0, 30, 130))


def test_threshold_problems_have_their_pinch_at_the_end_without_utility(targets):
    """Only cooling is bought: the hot end, 195 shifted. Only heating: the cold end, 45."""
    assert targets(stream("H", 200, 100, cp=2), stream("C", 50, 150, cp=1)) == pytest.approx(
        [0, 100, 200]
    )
    assert targets(stream("H", 200, 100, cp=1), stream("C", 40, 150, cp=2)) == pytest.approx(
        [120, 0, 50]
    )


def test_of_several_pinches_the_hottest(targets):
    """Two pairs that are balanced by themselves, 200 K apart, each with a gap."""
    streams = [
        stream("H1", 400, 350, cp=1),
        stream("C1", 350, 400, cp=1),
        stream("H2", 200, 150, cp=1),
        stream("C2", 150, 200, cp=1),
    ]
    hot, cold, pinch = targets(*streams)
    assert (hot, cold) == pytest.approx((10, 10))
    assert pinch == pytest.approx(400)


def test_streams_without_heat_do_not_count(targets):
    assert targets(stream("H", 200, 100, cp=0), stream("C", 50, 60, cp=1))[:2] == [10, 0]
    assert targets(stream("H", 200, 100, cp=0))[:2] == [0, 0]


def problem_table(streams: list[tuple[float, float, float]], dt_min: float) -> tuple[float, float]:
    """Least hot and cold utility, the textbook way."""
    shifted = [
        (s - dt_min / 2, t - dt_min / 2, cp) if s > t else (s + dt_min / 2, t + dt_min / 2, cp)
        for s, t, cp in streams
    ]
    ends = sorted({end for s, t, _cp in shifted for end in (s, t)}, reverse=True)
    passing, least = 0.0, 0.0
    for high, low in zip(ends, ends[1:], strict=False):
        for s, t, cp in shifted:
            if max(s, t) >= high and min(s, t) <= low:
                passing += (cp if s > t else -cp) * (high - low)
        least = min(least, passing)
    return -least, passing - least


@pytest.mark.parametrize("seed", range(8))
def test_random_streams_against_the_problem_table(targets, seed):
    rng = random.Random(seed)
    streams = [
        (rng.uniform(20, 400), rng.uniform(20, 400), rng.uniform(0.1, 5))
        for _i in range(rng.randint(2, 12))
    ]
    dt_min = rng.choice((0, 10, 25))
    found = targets(
        *(stream(f"S{i}", s, t, cp=cp) for i, (s, t, cp) in enumerate(streams)), dt_min=dt_min
    )
    assert found[:2] == pytest.approx(list(problem_table(streams, dt_min)), rel=1e-6, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"t_target": 200}, r"streams\[0\].t_target: '200.0' is also the supply"),
        ({"cp": None}, r"streams\[0\].cp: is missing"),
        ({"duty": 5}, r"streams\[0\].duty: '5.0' says the same as 'cp'"),
        ({"cp": -1}, r"streams\[0\].cp: '-1' must be 0 or more"),
        ({"cp": "much"}, "is not a number"),
        ({"type": "cold"}, r"streams\[0\].t_target: '100.0' contradicts"),
        ({"t_in": 300}, "says the same as 't_supply'"),
        ({"colour": 1}, r"streams\[0\].colour: is not known here"),
        ({"name": "C"}, "is already the name of"),
    ],
)
def test_a_wrong_stream_is_refused(run, change, words):
    data = {"dt_min": 10, "streams": [stream("H", 200, 100, cp=1), stream("C", 50, 150, cp=1)]}
    data["streams"][0].update(change)
    result = run("heat_cascade", data, {"min_hot_utility": 0})
    assert result.outcome == "refused"
    assert re.search(words, result.message), result.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dt_min": None}, "dt_contribution: is missing"),
        ({"dt_min": -5}, "dt_min: '-5' must be 0 or more"),
        ({"streams": []}, "streams: is empty"),
        ({"streams": None}, "streams: is missing"),
        ({"hot_utilities": []}, "hot_utilities: is not known here"),
    ],
)
def test_a_wrong_case_is_refused(run, change, words):
    data = {"dt_min": 10, "streams": [stream("H", 200, 100, cp=1)], **change}
    result = run("heat_cascade", data, {"min_hot_utility": 0})
    assert result.outcome == "refused"
    assert words in result.message


def network(**changes: Any) -> dict[str, Any]:
    """100-50 against 40-90 °C, steam at 2 and water at 1 a kW; the loads of 30 K."""
    data = {
        "dt_min": 30,
        "hot_streams": [{"name": "H", "t_in": 100, "t_out": 50, "fcp": 1}],
        "cold_streams": [{"name": "C", "t_in": 40, "t_out": 90, "fcp": 1}],
        "hot_utilities": [{"name": "steam", "t_in": 200, "t_out": 199, "cost": 2}],
        "cold_utilities": [{"name": "water", "t_in": 10, "t_out": 11, "cost": 1}],
        "match_instance": {
            "hot": [{"2": 30, "3": 20}, {"0": 20}],
            "cold": [{"1": 20, "2": 30}, {"4": 20}],
        },
    }
    return {key: value for key, value in {**data, **changes}.items() if value is not None}


FIGURES = {"min_utility_cost": 60, "min_matches": 3}


def test_a_network_by_hand(run):
    """20 kW of steam for 2 and of water for 1 each; H-C, H-water, steam-C."""
    assert run("min_matches", network(), FIGURES).outcome == "match"


def test_cheaper_heat_at_a_lower_level_is_taken(run):
    """Hot water at 125-124 °C for 1 reaches the cold stream up to 94 °C: 20 + 20."""
    warm = {"name": "hot water", "t_in": 125, "t_out": 124, "cost": 1}
    both = [*network()["hot_utilities"], warm]
    result = run("min_matches", network(hot_utilities=both), {"min_utility_cost": 40})
    assert result.outcome == "match"
    warm = {**warm, "t_in": 110, "t_out": 109}  # reaches 80 °C: 10 of the 20 kW need steam
    both = [*network()["hot_utilities"], warm]
    result = run("min_matches", network(hot_utilities=both), {"min_utility_cost": 20 + 10 + 20})
    assert result.outcome == "match"


def test_a_utility_may_be_limited(run):
    """5 kW of the cheap one."""
    warm = {"name": "hot water", "t_in": 125, "t_out": 124, "cost": 1, "capacity": 5}
    both = [*network()["hot_utilities"], warm]
    result = run("min_matches", network(hot_utilities=both), {"min_utility_cost": 5 + 30 + 20})
    assert result.outcome == "match"


def test_either_half_may_be_left_out(run):
    """The streams without an instance, and an instance without streams; lists for objects."""
    result = run("min_matches", network(match_instance=None), {"min_utility_cost": 60})
    assert result.outcome == "match"
    instance = {"hot": [[0, 0, 30, 20], [20]], "cold": [[0, 20, 30], [0, 0, 0, 0, 20]]}
    result = run("min_matches", {"match_instance": instance}, {"min_matches": 3})
    assert result.outcome == "match"


def test_heat_goes_to_the_same_or_a_colder_interval(run):
    """Two hot and two cold streams of 10: two pairs, but not where the wrong ones would pair up.

    In the second the only pairs that balance run uphill, so a third is needed.
    """
    fitting = {"hot": [{"0": 10}, {"1": 12}], "cold": [{"0": 10}, {"1": 12}]}
    assert run("min_matches", {"match_instance": fitting}, {"min_matches": 2}).ok
    crossed = {"hot": [{"0": 12}, {"1": 10}], "cold": [{"0": 10}, {"1": 12}]}
    assert run("min_matches", {"match_instance": crossed}, {"min_matches": 3}).ok


def test_without_a_way_there_is_no_plan(run):
    """All heat is colder than the need."""
    uphill = {"hot": [{"1": 10}], "cold": [{"0": 10}]}
    result = run("min_matches", {"match_instance": uphill}, {"min_matches": 1})
    assert result.outcome == "miss"
    assert result.figures[0].computed is None


def test_a_number_that_is_not_proven_is_no_match():
    """The best plan has 14 matches, 12 are proven: that is said, and does not count as 14."""
    translation = min_matches(case_fields({"hot": [[1]], "cold": [[1]]}))

    class Plan:
        facts = {"objective": {"value": -14.0, "bound": -12.000000001}}

    assert translation.figures(Plan()) == {"min_matches": "12 to 14, not proven"}
    Plan.facts = {"objective": {"value": -14.0, "bound": -13.2}}
    assert translation.figures(Plan()) == {"min_matches": 14}


def case_fields(instance: Any) -> Fields:
    return Fields({"match_instance": instance}, "case.json: data")


@pytest.mark.parametrize(
    ("instance", "words"),
    [
        ({"hot": [[1]], "cold": [[2]]}, "takes 2 of heat, given are 1"),
        ({"hot": [[1]]}, "match_instance.cold: is missing"),
        ({"hot": [], "cold": [[1]]}, "match_instance.hot: is empty"),
        ({"hot": [{"x": 1}], "cold": [[1]]}, "hot[0].x: 'x' is not the number of an interval"),
        ({"hot": [{"0": -1}], "cold": [[1]]}, "hot[0].0: '-1' must be 0 or more"),
        ({"hot": [{"0": 1, "00": 1}], "cold": [[2]]}, "stands twice"),
        ({"hot": [7], "cold": [[1]]}, "is not an object"),
        ({"hot": [[1]], "cold": [[1]], "warm": []}, "match_instance.warm: is not known here"),
    ],
)
def test_a_wrong_instance_is_refused(run, instance, words):
    result = run("min_matches", {"match_instance": instance}, {"min_matches": 1})
    assert result.outcome == "refused"
    assert words in result.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dt_min": None}, "dt_min: is missing"),
        ({"hot_streams": None}, "hot_streams: is missing"),
        (
            {"cold_streams": [{"name": "C", "t_in": 90, "t_out": 40, "fcp": 1}]},
            "cold_streams[0].t_out: '40.0' contradicts",
        ),
        ({"hot_utilities": [{"name": "s", "t_in": 9, "t_out": 8}]}, "[0].cost: is missing"),
        (
            {"hot_utilities": [{"name": "s", "t_in": 9, "t_out": 9, "cost": 1}]},
            "hot_utilities[0].t_out: '9.0' is also the supply temperature",
        ),
        (
            {"hot_utilities": [{"name": "H", "t_in": 9, "t_out": 8, "cost": 1}]},
            "is already the name of",
        ),
        ({"pumps": []}, "pumps: is not known here"),
    ],
)
def test_a_wrong_network_is_refused(run, change, words):
    result = run("min_matches", network(**change), FIGURES)
    assert result.outcome == "refused"
    assert words in result.message


def test_streams_are_counted_by_the_groups_they_could_form():
    """Groups must be balanced, and downhill: the second needs one group of four, three pairs."""
    assert least_pairs([[4, 0], [0, 3], [-2, -2], [0, -3]]) == 2
    assert least_pairs([[3, 0], [0, 4], [-2, -2], [0, -3]]) == 3
    assert least_pairs([[3, 1], [0, 4], [-2, -2], [-1, -3]]) == 3
    assert least_pairs([[1]] * 18 + [[-1]] * 19) == 0  # too many to be counted
