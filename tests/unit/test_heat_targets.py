"""Heat targets against published problems, problems worked by hand, and linear programs."""

import json
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from scipy.optimize import linprog

from symbiosis.network.heat_targets import (
    CarrierLevel,
    HeatStream,
    by_place,
    composite_curves,
    grand_composite,
    heat_targets,
    site_profiles,
    targets_by_place,
)

CASES = sorted((Path(__file__).parents[2] / "datasets" / "cases" / "heat_cascade").glob("*.json"))


def stream(supply, target, duty, approach=10.0, place="", name="S"):
    return HeatStream(name, supply, target, duty, approach, place)


def points(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def random_streams(seed, count=None, places=1):
    """Streams of whole temperatures (so that ends meet), some of 1 K, each with an approach."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count or int(random.integers(1, 9))):
        supply = float(random.integers(0, 60)) * 5
        span = float(random.choice([1, 5, 40, 120])) * float(random.choice([-1, 1]))
        approach = float(random.choice([0, 5, 10, 20]))
        duty = float(random.choice([1, 10, random.uniform(0, 50) + 0.01]))
        place = f"P{random.integers(places)}"
        made.append(HeatStream(f"S{number}", supply, supply + span, duty, approach, place))
    return made


def published(path):
    case = json.loads(path.read_text("utf-8"))
    data = case["data"]
    streams = [
        HeatStream(
            row["name"],
            row["t_supply"],
            row["t_target"],
            row["cp"] * abs(row["t_supply"] - row["t_target"]),
            data["dt_min"],
        )
        for row in data["streams"]
    ]
    return case, streams


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_target_is_reproduced(path):
    """Utilities and pinch of the literature; without the shift of half an approach the
    four-stream problem of Kemp would need no hot utility of 20 but less.
    """
    case, streams = published(path)
    targets = heat_targets(streams)
    found = {
        "min_hot_utility": targets.hot_utility,
        "min_cold_utility": targets.cold_utility,
        "pinch_hot_temperature": targets.pinch_hot_celsius[0],
    }
    assert len(targets.pinch_hot_celsius) == 1
    for name, value in case["published"].items():
        assert found[name] == pytest.approx(value, abs=1e-9), name


def test_the_cases_are_there():
    assert {path.stem for path in CASES} >= {"kemp_four_stream", "smith_four_stream"}


def test_problem_table_by_hand():
    """Kemp's problem: 60, 2.5, -82.5, 75, -15 from interval to interval, 20 put in at the top."""
    _case, streams = published(CASES[0])
    table = heat_targets(streams).problem_table
    assert list(table.columns) == [
        "shifted_high",
        "shifted_low",
        "surplus",
        "cascaded_in",
        "cascaded_out",
    ]
    assert [pytest.approx(row) for row in points(table)] == [
        (165, 145, 60, 20, 80),
        (145, 140, 2.5, 80, 82.5),
        (140, 85, -82.5, 82.5, 0),
        (85, 55, 75, 0, 75),
        (55, 25, -15, 75, 60),
    ]
    assert points(grand_composite(streams)) == [
        (165, 20), (145, 80), (140, 82.5), (85, 0), (55, 75), (25, 60)
    ]  # fmt: skip


def test_threshold_problem_has_no_pinch():
    """60 from 100 to 40 °C, 90 needed from 20 to 80 °C: everything hot is used, 30 is bought.

    Shifted 95-35 and 25-85: +10, -25, -15. The end where nothing passes is no pinch.
    """
    targets = heat_targets([stream(100, 40, 60), stream(20, 80, 90)])
    assert (targets.hot_utility, targets.cold_utility, targets.recovered) == (30, 0, 60)
    assert targets.pinch_shifted_celsius == targets.pinch_hot_celsius == ()


def test_threshold_problem_without_heating():
    """30 needed from 20 to 50 °C, 100 at hand from 200 to 100 °C: 70 is thrown away."""
    targets = heat_targets([stream(200, 100, 100), stream(20, 50, 30)])
    assert (targets.hot_utility, targets.cold_utility, targets.recovered) == (0, 70, 30)


def test_heat_does_not_run_uphill():
    """40 at 50 °C cannot serve 40 at 70 °C: all is bought and all is thrown away.

    Were the balance kept over all temperatures at once, both would be 0. Nothing passes from
    75 to 45 shifted: the gap is the pinch.
    """
    targets = heat_targets([stream(50, 30, 40), stream(70, 90, 40)])
    assert (targets.hot_utility, targets.cold_utility, targets.recovered) == (40, 40, 0)
    assert targets.pinch_shifted_celsius == (75, 45)


def test_double_pinch():
    """Need, surplus, need, surplus, each pair even: 50 is bought for the top, 30 left at the end.

    Shifted 150-100 need 50, 100-75 surplus 40, 75-50 need 40, 50-25 surplus 30.
    """
    targets = heat_targets(
        [stream(95, 145, 50), stream(105, 80, 40), stream(45, 70, 40), stream(55, 30, 30)]
    )
    assert (targets.hot_utility, targets.cold_utility, targets.recovered) == (50, 30, 40)
    assert targets.pinch_shifted_celsius == (100, 50)
    assert targets.pinch_hot_celsius == (105, 55)
    assert targets.pinch_cold_celsius == (95, 45)


def test_many_pinches():
    """A hundred even steps of 1 K: nothing passes between the pairs, and no digit is lost."""
    streams = []
    for step in range(100):
        high = 0.1 * 30 * step + 20
        streams += [stream(high + 2, high + 1, 0.1, 0.0), stream(high, high + 1, 0.1, 0.0)]
    targets = heat_targets(streams)
    assert (targets.hot_utility, targets.cold_utility) == (0, 0)
    assert len(targets.pinch_shifted_celsius) == 2 * 100 - 2
    assert targets.recovered == pytest.approx(10, rel=1e-14)


def test_each_stream_brings_its_own_approach():
    """10 from 100 to 90 °C for 10 from 70 to 80 °C, whose own half is 5 K.

    With a half of 10 K the hot stream stands at 90-80 against 85-75 and serves all of it; with
    20 K at 80-70 it serves half. One approach for all would hide the difference.
    """
    cold = stream(70, 80, 10, 10)
    near = heat_targets([stream(100, 90, 10, 20), cold])
    far = heat_targets([stream(100, 90, 10, 40), cold])
    assert (near.hot_utility, near.recovered) == (0, 10)
    assert (far.hot_utility, far.cold_utility, far.recovered) == (5, 5, 5)
    assert far.pinch_shifted_celsius == (80, 75)
    assert far.pinch_hot_celsius is None and far.pinch_cold_celsius is None


def test_ends_that_differ_by_rounding_are_one_boundary():
    """77.7 - 2.6 and 70.1 + 5 are the same temperature; as two they would be two pinches."""
    assert 77.7 - 5.2 / 2 != 70.1 + 10 / 2
    targets = heat_targets([stream(70.1, 120, 50, 10), stream(77.7, 50, 40, 5.2)])
    assert targets.pinch_shifted_celsius == pytest.approx((75.1,))
    assert (targets.hot_utility, targets.cold_utility) == (50, 40)


def test_phase_changes_are_streams_of_one_kelvin():
    """1000 condensing at 151-150 °C serve 1000 boiling at 139-140 °C.

    Of 1000 warming from 140 to 142 °C, 145-147 shifted against 146-145, they serve half.
    """
    assert heat_targets([stream(151, 150, 1e3), stream(139, 140, 1e3)]).hot_utility == 0
    assert heat_targets([stream(151, 150, 1e3), stream(140, 142, 1e3)]).hot_utility == 500


def test_nothing_at_all():
    targets = heat_targets([])
    assert (targets.hot_utility, targets.cold_utility, targets.recovered) == (0, 0, 0)
    assert targets.problem_table.empty and not targets.pinch_shifted_celsius
    assert site_profiles([], [CarrierLevel("LP", 150, 140)]).recovered == 0
    assert composite_curves([]).hot.empty


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target_celsius": 80.0}, "Kiln: target equals supply"),
        ({"duty": 0.0}, "Kiln: the duty is 0.0"),
        ({"duty": -4.0}, "Kiln: the duty is -4.0"),
        ({"duty": float("nan")}, "Kiln: the duty is nan"),
        ({"approach_k": -1.0}, "Kiln: the approach is -1.0"),
        ({"supply_celsius": float("inf")}, "Kiln: a temperature is not a number"),
    ],
)
def test_what_is_no_stream_is_refused_by_name(change, said):
    right = {"supply_celsius": 80.0, "target_celsius": 60.0, "duty": 5.0, "approach_k": 10.0}
    HeatStream("Kiln", **right)
    with pytest.raises(ValueError, match=said):
        HeatStream("Kiln", **{**right, **change})


def test_a_carrier_does_not_lift_heat():
    CarrierLevel("LP", 150, 150)
    with pytest.raises(ValueError, match="LP: used at 151 °C but raised at 150 °C"):
        CarrierLevel("LP", 150, 151)


def test_composite_curves_come_as_near_as_the_approach():
    """Over the recovered heat the hot composite is at least 10 K above the cold one, and 10 K
    at the pinch, 90 over 80 °C. Shifted curves would touch there; an offset other than the cold
    utility would cross them or leave a gap.
    """
    _case, streams = published(CASES[0])
    curves = composite_curves(streams)
    assert points(curves.hot) == [(30, 0), (60, 45), (150, 450), (170, 510)]
    assert points(curves.cold) == [(20, 60), (80, 180), (135, 510), (140, 530)]
    heat = np.linspace(60, 510, 1000)
    hot = np.interp(heat, curves.hot["heat"], curves.hot["temperature_celsius"])
    cold = np.interp(heat, curves.cold["heat"], curves.cold["temperature_celsius"])
    assert (hot - cold).min() == pytest.approx(10, abs=0.1)
    assert np.interp(180, curves.hot["heat"], curves.hot["temperature_celsius"]) == 90


# A place whose need at 80-100 °C is served by its own surplus at 120-100 °C. Cascade from 140:
# -60, +40, -100: 120 bought; 120, 60, 100, 0 pass. The pocket closes where 60 pass again: 80 °C.
POCKET = [
    stream(120, 140, 60, 0, "A", "C1"),
    stream(120, 100, 40, 0, "A", "H1"),
    stream(50, 100, 100, 0, "A", "C2"),
]
SURPLUS = [stream(200, 180, 200, 0, "B", "H2")]


def test_pockets_are_left_out_of_the_site():
    """What is left of the pocket: 60 up to 80 °C, nothing up to 120 °C, 60 up to 140 °C.

    With the pocket 40 more surplus and need would be offered to others, which are in use.
    """
    profiles = site_profiles(POCKET)
    assert points(profiles.sink) == [(50, 0), (80, 60), (120, 60), (140, 120)]
    assert profiles.source.empty
    open_pocket = site_profiles(POCKET, integrated=False)
    assert points(open_pocket.source) == [(120, 0), (100, 40)]
    assert points(open_pocket.sink)[-1] == (140, 160)


def test_levels_of_a_site_by_hand():
    """200 from 200 to 180 °C for the need above: 60 up to 80 °C, 60 from 120 to 140 °C.

    Steam raised at 185 (150 could be), used at 130: 90 below it, of which water at 70 serves 40.
    So steam moves 50 and leaves 100, water raised at 180 has 50 more and moves 40.
    """
    carriers = [CarrierLevel("water", 180, 70), CarrierLevel("steam", 185, 130)]
    profiles = site_profiles(POCKET + SURPLUS, carriers)
    assert points(profiles.source) == [(200, 0), (180, 200)]
    assert points(profiles.levels) == [
        ("steam", 185, 130, 150, 90, 50, 100),
        ("water", 180, 70, 200, 40, 40, 110),
    ]
    assert (profiles.recovered, profiles.hot_utility, profiles.cold_utility) == (90, 30, 110)


def test_a_carrier_that_another_replaces_moves_nothing():
    """Oil is raised colder and used hotter than steam; whatever steam does, oil does.

    Sorted by generation alone, steam would come first and take the need of hotter levels away.
    """
    oil, steam = CarrierLevel("oil", 180, 135), CarrierLevel("steam", 190, 130)
    profiles = site_profiles(POCKET + SURPLUS, [oil, steam, oil])
    assert list(profiles.levels["level"]) == ["steam", "oil", "oil"]
    assert list(profiles.levels["recovered"]) == [0, 105, 0]
    assert list(profiles.levels["passed_down"]) == [100, 95, 95]


def test_places_may_differ_in_integration():
    """Only B integrates: A's streams are offered as they are, B has one stream either way."""
    some = site_profiles(POCKET + SURPLUS, integrated={"B"})
    none = site_profiles(POCKET + SURPLUS, integrated=False)
    assert points(some.sink) == points(none.sink)
    assert points(some.source) == points(none.source)
    assert points(site_profiles(POCKET + SURPLUS, integrated={"A"}).sink) == points(
        site_profiles(POCKET + SURPLUS).sink
    )


def test_places_keep_their_order():
    assert list(by_place(SURPLUS + POCKET)) == ["B", "A"]
    found = targets_by_place(SURPLUS + POCKET)
    assert {place: targets.hot_utility for place, targets in found.items()} == {"B": 0, "A": 120}


def most_moved(sources, sinks, may_serve):
    """Most heat from sources to sinks, each (high, low, heat) and cut as fine as `may_serve`
    needs; a transport problem, without any cascade.
    """
    pairs = [
        (i, j)
        for i, source in enumerate(sources)
        for j, sink in enumerate(sinks)
        if may_serve(source, sink)
    ]
    if not pairs:
        return 0.0
    within = np.zeros((len(sources) + len(sinks), len(pairs)))
    for column, (i, j) in enumerate(pairs):
        within[i, column] = within[len(sources) + j, column] = 1
    limits = [heat for _high, _low, heat in [*sources, *sinks]]
    found = linprog(-np.ones(len(pairs)), A_ub=within, b_ub=limits, method="highs")
    assert found.status == 0
    return -found.fun


def pieces(streams, hot, cuts):
    """Shifted streams of one kind, cut at temperatures."""
    made = []
    for one in streams:
        if one.hot != hot:
            continue
        shift = -one.approach_k / 2 if hot else one.approach_k / 2
        low, high = sorted([one.supply_celsius + shift, one.target_celsius + shift])
        ends = [low, *sorted(cut for cut in set(cuts) if low < cut < high), high]
        for a, b in zip(ends, ends[1:], strict=False):
            made.append((b, a, one.duty * (b - a) / (high - low)))
    return made


@pytest.mark.parametrize("seed", range(300))
def test_a_transport_problem_moves_as_much(seed):
    """Heat from any piece of a hot stream to any piece of a cold one that is not hotter: the
    most that can be moved is what the cascade says, without intervals having been added up.
    """
    streams = random_streams(seed)
    cuts = [t for hot in (True, False) for p in pieces(streams, hot, []) for t in p[:2]]
    moved = most_moved(
        pieces(streams, True, cuts), pieces(streams, False, cuts), lambda s, d: s[0] >= d[0]
    )
    targets = heat_targets(streams)
    assert targets.recovered == pytest.approx(moved, abs=1e-6)
    assert targets.heat_demand - targets.hot_utility == pytest.approx(moved, abs=1e-6)


@pytest.mark.parametrize("seed", range(150))
def test_no_other_use_of_the_levels_moves_more(seed):
    """Heat goes from a piece to another if some carrier is raised by the one and serves the
    other; carriers in any order, some replaced by others.
    """
    random = np.random.default_rng(1000 + seed)
    streams = random_streams(seed, count=10)
    carriers = []
    for number in range(int(random.integers(0, 6))):
        generation = float(random.integers(0, 60)) * 5
        use = generation - float(random.choice([0, 5, 30, 100]))
        carriers.append(CarrierLevel(f"K{number}", generation, use))
    cuts = [t for c in carriers for t in (c.generation_celsius, c.use_celsius)]
    moved = most_moved(
        pieces(streams, True, cuts),
        pieces(streams, False, cuts),
        lambda s, d: any(c.generation_celsius <= s[1] and c.use_celsius >= d[0] for c in carriers),
    )
    profiles = site_profiles(streams, carriers, integrated=False)
    assert profiles.recovered == pytest.approx(moved, abs=1e-6)
    levels = profiles.levels
    assert (levels["recovered"] <= levels[["raisable", "usable"]].min(axis=1) + 1e-9).all()


@pytest.mark.parametrize("seed", range(100))
def test_balances_hold(seed):
    """What is bought and not thrown away is what the streams lack, on the whole, in every
    interval, and for a site by levels.
    """
    streams = random_streams(seed, count=25, places=4)
    targets = heat_targets(streams)
    lacking = targets.heat_demand - targets.heat_supply
    assert targets.hot_utility - targets.cold_utility == pytest.approx(lacking, abs=1e-9)
    assert targets.recovered + targets.cold_utility == pytest.approx(targets.heat_supply)
    table = targets.problem_table
    assert table["cascaded_out"].to_numpy() == pytest.approx(
        (table["cascaded_in"] + table["surplus"]).to_numpy(), abs=1e-9
    )
    assert (table["cascaded_out"] >= 0).all()
    profiles = site_profiles(streams, [CarrierLevel("LP", 120, 110)])
    assert profiles.hot_utility - profiles.cold_utility == pytest.approx(lacking, abs=1e-9)


@pytest.mark.parametrize("seed", range(100))
def test_what_may_only_help_never_harms(seed):
    """Another hot stream, a smaller approach, a further carrier and joining places: none of
    them raises what is bought.
    """
    streams = random_streams(seed, count=12, places=3)
    bought = heat_targets(streams).hot_utility
    more = heat_targets([*streams, stream(150, 90, 7, 5)]).hot_utility
    closer = heat_targets(
        HeatStream(s.name, s.supply_celsius, s.target_celsius, s.duty, s.approach_k / 2)
        for s in streams
    ).hot_utility
    assert more <= bought + 1e-9 and closer <= bought + 1e-9

    alone = sum(targets.hot_utility for targets in targets_by_place(streams).values())
    carriers = [CarrierLevel("MP", 200, 190), CarrierLevel("LP", 150, 140)]
    levels = [site_profiles(streams, carriers[:n]).hot_utility for n in range(3)]
    assert levels[0] == pytest.approx(alone, abs=1e-9)
    assert bought - 1e-9 <= levels[2] <= levels[1] + 1e-9 <= levels[0] + 2e-9


@pytest.mark.parametrize("seed", range(50))
def test_a_stream_may_be_split_or_merged(seed):
    """Cut in temperature or shared out in duty, in any order, streams have the same targets."""
    streams = random_streams(seed, count=10)
    parts = []
    for s in streams:
        middle = s.supply_celsius + 0.3 * (s.target_celsius - s.supply_celsius)
        parts.append(HeatStream("a", s.supply_celsius, middle, 0.3 * s.duty, s.approach_k))
        for share in (0.5, 0.2):
            duty = share * s.duty
            parts.append(HeatStream("b", middle, s.target_celsius, duty, s.approach_k))
    whole, split = heat_targets(streams), heat_targets(parts[::-1])
    assert split.hot_utility == pytest.approx(whole.hot_utility, abs=1e-9)
    assert split.cold_utility == pytest.approx(whole.cold_utility, abs=1e-9)
    assert set(split.pinch_shifted_celsius) >= set(whole.pinch_shifted_celsius)


@pytest.mark.parametrize("seed", range(20))
def test_many_levels_are_full_integration(seed):
    """Carriers raised and used at every 1 K: between the targets with 1 K more and without."""
    streams = random_streams(seed, count=10, places=3)
    carriers = [CarrierLevel(f"{t}", t, t) for t in range(-150, 450)]
    bought = site_profiles(streams, carriers, integrated=False).hot_utility
    further = heat_targets(
        HeatStream(s.name, s.supply_celsius, s.target_celsius, s.duty, s.approach_k + 1)
        for s in streams
    )
    assert heat_targets(streams).hot_utility - 1e-9 <= bought <= further.hot_utility + 1e-9


def test_large_and_small_streams_together():
    """1e6 against its equal, and 1e-3 that nothing serves: it is not lost in the sum."""
    streams = [stream(300, 299, 1e6), stream(200, 201, 1e6), stream(400, 410, 1e-3)]
    assert heat_targets(streams).hot_utility == pytest.approx(1e-3, abs=1e-9)


def test_three_hundred_streams_take_no_time():
    streams = random_streams(1, count=300, places=20)
    start = perf_counter()
    targets = heat_targets(streams)
    site_profiles(streams, [CarrierLevel("LP", 150, 140)])
    assert perf_counter() - start < 1
    lacking = targets.heat_demand - targets.heat_supply
    assert targets.hot_utility - targets.cold_utility == pytest.approx(lacking, abs=1e-9)
