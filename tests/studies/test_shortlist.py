"""Worth, windows, turning points and gaps of a shortlist against every choice of tiny parks."""

import random
from dataclasses import replace
from functools import cache

import pytest

from judged import SMALL, twins, worth_of_sets
from parks import Park, hand_park, source_and_sink
from pool_parks import tank_park
from random_parks import random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis.studies.resolves import Solved, solve_study, value_of
from symbiosis.studies.shortlist.dependence import dependences, partners
from symbiosis.studies.shortlist.flips import FACTOR, TOLERANCE, flip_points
from symbiosis.studies.shortlist.gaps import gaps
from symbiosis.studies.shortlist.measure import measure_first
from symbiosis.studies.shortlist.plans import years_factor
from symbiosis.studies.shortlist.turning import turning_point
from symbiosis.studies.shortlist.worth import SIZE_GAP, in_and_out, scale_window
from symbiosis_models.fixed import FixedProgram
from symbiosis_models.problem import Asked

ROUNDING = 1e-4  # 万元: of a worth of hundreds


def judged(seeds):
    """Parks small enough to try every choice; cost curves are straight, so a size has one price."""
    for seed in seeds:
        found = judged_park(seed)
        if found is not None:
            yield seed, *found


@cache
def judged_park(seed):
    park = random_park(seed, **SMALL)
    park.rows.pop("exchanges", None)
    park.rows.pop("project_sizes", None)
    for row in park.rows["projects"]:
        row["scale_exponent"] = 1
    try:
        solved = solve_study(park.dataset())
    except InfeasibleError:
        return None
    worth = worth_of_sets(park, solved)
    return None if worth is None or value_of(solved.best) <= 1 else (park, solved, worth)


def difference(worth, project):
    """What the best set with a project is worth more than the best without it; None if either is
    not there."""
    sides = [
        [value for projects, value in worth.items() if (project in projects) is wanted]
        for wanted in (True, False)
    ]
    return max(sides[0]) - max(sides[1]) if all(sides) else None


def changed(park: Park, change) -> Park:
    other = park.copy()
    change(other.rows)
    return other


def test_worth_is_that_of_the_judge():
    """Forced in and forced out are the best of all sets with and without the project.

    A sign, or a side that is not the best of its sets, changes the number; a project without a plan
    with it, or without one without it, has none.
    """
    several = none = 0
    for seed, _park, solved, worth in judged(range(24, 34)):
        for project in solved.problem.projects:
            found, expected = in_and_out(solved, project).worth, difference(worth, project)
            if expected is None:
                assert found.loss is None and (found.necessary or found.impossible), seed
                none += 1
                continue
            assert found.loss.value == pytest.approx(expected, abs=ROUNDING), (seed, project)
            assert found.loss.least - ROUNDING <= expected <= found.loss.most + ROUNDING
            assert found.yearly.value * years_factor(solved.problem) == pytest.approx(
                found.loss.value
            )
            several += 1
    assert several >= 8 and none >= 1


def test_scale_window_is_that_of_the_judge():
    """At the ends of the window the judge finds the project worth it, beyond them at no size.

    A window taken from the sizes that pay for themselves, or from the objective's own best size,
    would lie elsewhere.
    """
    inner = 0
    for seed, park, solved, _worth in judged(range(24, 60)):
        for project in sorted(solved.best.tables["projects"]["project_id"]):
            window = scale_window(solved, project, in_and_out(solved, project))
            if window.smallest is None:
                continue

            def at(size, park=park, solved=solved, project=project):
                def fix(rows):
                    (row,) = [x for x in rows["projects"] if x["project_id"] == project]
                    share = size / row["reference_size"]
                    row.update({k: row[k] * share for k in ("capital_cost", "labour", "land")})
                    row.update(dict.fromkeys(("least_size", "reference_size", "most_size"), size))

                fixed = worth_of_sets(changed(park, fix), solved)
                return None if fixed is None else difference(fixed, project)

            near = 2 * SIZE_GAP
            low, high = window.least_size, window.most_size
            inside = window.smallest, window.largest
            outside = [window.smallest * (1 - near), window.largest * (1 + near)]
            assert all(at(size) >= -10 * ROUNDING for size in inside), (seed, project)
            for size in (*outside, (low + outside[0]) / 2, (high + outside[1]) / 2):
                if low <= size <= high and not inside[0] <= size <= inside[1]:
                    worth = at(size)
                    assert worth is None or worth < ROUNDING, (seed, project, size)
                    inner += 1
        if inner >= 4:
            break
    assert inner >= 4


def test_flip_points_are_those_of_the_judge():
    """The judge decides as today just before a turning point, and otherwise just after it.

    Where none is found, he decides as today at both ends of what was looked at.
    """
    turned = kept = 0
    for seed, park, solved, worth in judged(range(24, 60)):
        for project in solved.problem.projects:
            found = in_and_out(solved, project)
            today = difference(worth, project)
            if today is None or abs(today) < 0.5:
                continue
            for flip in flip_points(solved, project, found):
                if flip.lever == "support":
                    assert flip.at == pytest.approx(-today, abs=ROUNDING)
                    continue
                if flip.lever == "distance":
                    continue  # by hand, below

                def at(value, park=park, solved=solved, project=project, flip=flip):
                    def fix(rows):
                        if flip.lever == "capital_cost":
                            (row,) = [x for x in rows["projects"] if x["project_id"] == project]
                            row["capital_cost"] = value
                            return
                        for row in rows["markets"]:
                            if (row["resource_id"], row["action"]) == (flip.subject, flip.action):
                                row["price"] *= value / flip.today

                    return difference(worth_of_sets(changed(park, fix), solved), project)

                if flip.at is None:
                    ends = [at(flip.today * factor) for factor in (1 / FACTOR, FACTOR)]
                    straight = flip.lever == "capital_cost"
                    assert not straight or all(x * today > -ROUNDING for x in ends), (seed, flip)
                    kept += 1
                else:
                    assert at(flip.still) * today > -ROUNDING, (seed, flip)
                    assert at(flip.turned) * today < ROUNDING, (seed, flip)
                    assert abs(flip.turned / flip.still - 1) < 1.02 * TOLERANCE
                    turned += 1
        if turned >= 4 and kept >= 2:
            break
    assert turned >= 4 and kept >= 2


def test_turning_points_of_the_twins_by_hand():
    """The cheap plant (worth 74) gives way to the dear one (72.5) when it costs 1.5 more."""
    solved = solve_study(twins().dataset())
    flips = {
        project: {x.lever: x for x in flip_points(solved, project, in_and_out(solved, project))}
        for project in ("cheap", "dear", "mad")
    }
    cost = flips["cheap"]["capital_cost"]
    assert cost.still < 17.5 < cost.turned and cost.turns == "out" and cost.today == 16
    cost = flips["dear"]["capital_cost"]
    assert cost.turned < 16 + 1e-6 and cost.still > 16 - 0.16 and cost.turns == "in"
    assert flips["dear"]["support"].at == pytest.approx(1.5)
    assert flips["mad"]["capital_cost"].at is None  # free, it would be worth 90; a quarter is 35
    assert flips["mad"]["support"].at == pytest.approx(124)


def test_a_longer_way_turns_a_decision_by_hand():
    """Ash carried 10 km at 0.002 a t and km costs 2 a year; saving 10 less 1 of cost, 5 invested.

    Worth 10 x (10 - 1 - 2) - 5 = 65 at factor 1, nil where the way costs 8.5 a year: factor 4.25,
    outside; with twice the freight (45) at 2.125.
    """
    for freight, factor in ((0.002, None), (0.004, 2.125)):
        park = Park(network={"matching": "open", "detour_factor": 1})
        park.add("carriers", carrier_id="truck", unit="t", reach=50, freight=freight)
        park.resource("ash", role="byproduct", mass=1, carrier_id="truck")
        park.enterprise("mill", lat=36, lon=103).supply("mill", "ash", 100)
        park.market("ash", "dispose", 0.1).recipe("using", {"ash": 1}, {})
        north = {"lat": 36 + 10 / 111.19492664, "lon": 103}
        park.project("plant", "using", 100, 5, {"plant@P": north}, variable_cost=0.01)
        solved = solve_study(park.dataset())
        found = in_and_out(solved, "plant")
        (flip,) = [x for x in flip_points(solved, "plant", found) if x.lever == "distance"]
        assert found.worth.loss.value == pytest.approx(85 - 10000 * freight, abs=1e-3)
        if factor is None:
            assert flip.at is None
        else:
            assert flip.still < factor < flip.turned


def test_turning_points_of_convex_curves():
    """The greatest of some falling lines: the bracket holds the root, in few looks at the curve."""
    rng = random.Random(7)
    most = turns = 0
    for _case in range(300):
        lines = [(rng.uniform(-50, 200), rng.uniform(-100, 0)) for _ in range(rng.randint(1, 6))]
        shift = rng.uniform(-100, 50)
        looks = 0

        def curve(x, lines=lines, shift=shift):
            nonlocal looks
            looks += 1
            value, slope = max((a + b * x, b) for a, b in lines)
            return value + shift, slope

        found = turning_point(curve, curve(1.0), (0.25, 4.0), 0.01)
        signs = [curve(x)[0] >= 0 for x in (0.25, 1.0, 4.0)]
        if found is None:
            assert signs[1] == signs[2 if signs[1] else 0]
            continue
        still, turned = found
        assert (curve(still)[0] >= 0) == signs[1] and (curve(turned)[0] >= 0) != signs[1]
        assert abs(turned - still) <= 0.01 * max(still, turned)
        most, turns = max(most, looks - 6), turns + 1
    assert turns > 40 and most <= 12


def test_what_kills_a_project_by_hand():
    """Two mills with 60 and 40 t of ash: without the large one the plant of 100 t is not built.

    It must be used to 50 %: the small one alone cannot; without the small one 60 t go on, worth
    10 x 0.09 x 60 - 16 = 38.
    """
    park = twins().change("streams", "mill-supply-ash", amount=60)
    park.enterprise("small").supply("small", "ash", 40)
    for row in park.rows["projects"]:
        row["least_utilisation"] = 0.5
    for name in ("cheap", "dear", "mad"):
        park.link("small", f"{name}@P", "ash")
    solved = solve_study(park.dataset())
    lost = {
        name: dependences(solved, name, of)["cheap"]
        for name, of in partners(solved, solved.best).items()
    }
    assert (lost["mill"].kills, lost["mill"].status) == (True, "impossible")
    assert (lost["small"].kills, lost["small"].status) == (False, "kept")
    assert lost["mill"].role == "supplier" and lost["mill"].resources == ("ash",)
    solved = solve_study(twins().dataset())
    found = dependences(solved, "mill", partners(solved, solved.best)["mill"])["cheap"]
    assert found.status == "dropped" and found.loss.value == pytest.approx(-16)


def test_gaps_by_hand():
    """Ash that costs 0.1 to dump and 0.2 to buy, where nothing joins the mill with the kiln."""
    park = source_and_sink()
    found = {gap.action: gap for gap in gaps(solve_study(park.dataset()))}
    assert found["dispose"].worth == pytest.approx(0.1) and found["buy"].worth == pytest.approx(0.2)
    assert [(gap.holds_from, gap.holds_to) for gap in found.values()] == [(0, 100), (0, 100)]
    park.recipe("using", {"ash": 1}, {}).project("plant", "using", 500, 5000, {"there": {}})
    park.link("mill", "there", "ash")
    assert [gap.action for gap in gaps(solve_study(park.dataset()))] == ["buy"]  # plant takes ash


def test_the_worth_of_a_gap_ends_where_it_ends():
    """80 t of sludge are dumped at 0.1; a dryer that is paid 0.05 a t could take it with clay.

    The kiln needs 100 t of clay at 0.02, of which dry sludge may be half: 50 t are worth 0.02 + 0.1
    where sludge is given away, so 50 t of 80 go to the kiln and 30 are dumped. Of the clay's 50 t
    bought, the first tonne delivered saves 0.02; nothing ends it. Taken at the mill, sludge saves
    0.1 for the first 30 t; the kiln's own 50 t are no gap.
    """
    park = Park().resource("sludge", role="byproduct", mass=1).resource("clay", virgin=1, mass=1)
    park.enterprise("mill", "kiln").supply("mill", "sludge", 80).need("kiln", "clay", 100)
    park.market("sludge", "dispose", 0.1).market("clay", "buy", 0.02)
    park.substitute("sludge", "clay", 1, 0.5).link("mill", "kiln", "sludge")
    solved = solve_study(park.dataset())
    found = {gap.resource: gap for gap in gaps(solved)}
    assert found["sludge"].amount == pytest.approx(30) and found["sludge"].worth == pytest.approx(
        0.1
    )
    assert found["sludge"].holds_to == pytest.approx(30)
    program = FixedProgram(
        solved.problem, solved.best.whole_numbers, (("mill", "sludge", "dispose"),)
    )
    worth, to = program.stretch(("mill", "sludge", "dispose"), 80)  # beyond what is dumped
    assert (worth / 10, to) == (pytest.approx(0.1), pytest.approx(30))


def test_gaps_of_random_parks_hold_to_their_ends():
    """A mill that gives less, a works that needs less: the plan gains as much as the gap says.

    The amounts of the data are changed and all decisions held: nothing of the gap's own column
    takes part. Needs that substitutes may serve are left out: their share is of the need.
    """
    tried = 0
    for seed in range(24, 36):
        try:
            solved = solve_study(random_park(seed, **SMALL).dataset())
        except InfeasibleError:
            continue
        years = years_factor(solved.problem)
        base = FixedProgram(solved.problem, solved.best.whole_numbers, ()).value
        for gap in gaps(solved):
            side = "supply" if gap.action == "dispose" else "need"
            held = [
                x
                for x in solved.problem.streams
                if (x.actor, x.resource, x.direction) == (gap.actor, gap.resource, side)
                and x.least == x.most
            ]
            if not held or gap.action == "buy" and gap.resource in ("r0", "r1"):
                continue
            less = min(0.9 * gap.holds_to, held[0].most)
            streams = tuple(
                replace(x, least=x.least - less, most=x.most - less) if x is held[0] else x
                for x in solved.problem.streams
            )
            problem = replace(solved.problem, streams=streams)
            value = FixedProgram(problem, solved.best.whole_numbers, ()).value
            assert value - base == pytest.approx(gap.worth * less * years, abs=1e-5), (seed, gap)
            tried += 1
    assert tried >= 4


def test_the_programme_of_a_plan_with_a_pool_is_that_of_the_plan():
    """Its pool keeps the value of the plan: the objective is the plan's, not a relaxation's."""
    solved = solve_study(tank_park().dataset())
    program = FixedProgram(solved.problem, solved.best.whole_numbers, ())
    assert program.value == pytest.approx(value_of(solved.best), rel=1e-6)


def test_numbers_to_measure_first():
    """The swing of a number is what the worth changes between its low and high, re-solved.

    The recovery earns 0.224 a year per t of dross: 0.6 x price of alumina + 0.1 of disposal and
    0.004 more. A price of 0.15 to 0.3 swings it by 0.6 x 0.15 x 100 = 9 a year, a yield of 0.5 to
    0.7 by 0.2 x 0.2 x 100 = 4, 40 to 80 of capital by 4, 0.08 to 0.12 of disposal by 4.
    """
    park = hand_park()
    for row in park.rows["markets"]:
        if row["resource_id"] == "alumina":
            row.update(low=0.15, high=0.3)
        if row["resource_id"] == "dross":
            row.update(low=0.08, high=0.12)
    for row in park.rows["recipe_flows"]:
        if row["resource_id"] == "alumina":
            row.update(low=0.5, high=0.7)
        if row["resource_id"] == "clay":
            row.update(low=0.9, high=1.1)  # bought in both plans alike: no swing, but 20 % of it
    park.change("projects", "recovery", low=40, high=80)
    solved = solve_study(park.dataset())
    found = measure_first(solved, "recovery", in_and_out(solved, "recovery"))
    swings = {(x.table, x.key): x.swing for x in found}
    assert swings["markets", "alumina/sell"] == pytest.approx(9)
    assert swings["recipe_flows", "recovering/alumina/out"] == pytest.approx(4)
    assert swings["projects", "recovery"] == pytest.approx(4)
    assert swings["markets", "dross/dispose"] == pytest.approx(4)
    assert ("recipe_flows", "burning/clay/in") not in swings
    assert found[0].key == "alumina/sell" and (found[0].low, found[0].high) == (0.15, 0.3)


def test_what_the_money_goes_to_instead_is_not_measured_first():
    """Money for one plant: without the first the second is built; its slag is nothing to the first.

    100 t of ash at 0.1 to 0.2 of disposal swing the first by 10 a year; slag swings it by nothing.
    """
    park = Park(money={"budget": 5}).enterprise("mill")
    for by_product, plant in (("ash", "first"), ("slag", "second")):
        park.resource(by_product).supply("mill", by_product, 100)
        park.market(by_product, "dispose", 0.15 if plant == "first" else 0.14, low=0.1, high=0.2)
        park.recipe(f"using {by_product}", {by_product: 1}, {})
        park.project(plant, f"using {by_product}", 100, 5).link("mill", f"{plant}@P", by_product)
    solved = solve_study(park.dataset())
    found = in_and_out(solved, "first")
    assert solved.best.built() == ["first@P"] and found.without_it.built() == ["second@P"]
    measured = {(x.table, x.key): x.swing for x in measure_first(solved, "first", found)}
    assert measured == {("markets", "ash/dispose"): pytest.approx(10)}


def test_what_is_asked_of_another_objective():
    """Least waste: a worth in tonnes a year, no money, so no flip points."""
    solved: Solved = solve_study(hand_park().dataset(objective="disposed"))
    found = in_and_out(solved, "recovery")
    assert found.worth.loss.value == pytest.approx(100) == found.worth.yearly.value
    assert flip_points(solved, "recovery", found) == []
    assert measure_first(solved, "recovery", found) == []
    window = scale_window(solved, "recovery", found)
    assert (window.smallest, window.largest) == (pytest.approx(30), pytest.approx(100))


def test_a_project_that_the_study_cannot_do_without():
    """At least one chain, and the chain needs its recovery: no plan without it."""
    found = in_and_out(solve_study(hand_park().dataset(chains={"at_least": 1})), "recovery")
    assert found.worth.necessary and found.worth.loss is None and not found.worth.impossible
    park = hand_park(money={"budget": 1}, chains={"at_least": 0})
    found = in_and_out(solve_study(park.dataset()), "recovery")
    assert found.worth.impossible and found.with_it is None


def test_sizes_are_asked_of_one_project_alone():
    """The objective of a window is the size of its project, whatever else is built."""
    solved = solve_study(twins().dataset())
    asked = Asked(built=frozenset({"dear"}), smallest="dear")
    assert value_of(solved.best) == pytest.approx(74) and asked.largest == ""
    window = scale_window(solved, "dear", in_and_out(solved, "dear"))
    assert (window.smallest, window.largest) == (None, None)  # worth less than the cheap one
