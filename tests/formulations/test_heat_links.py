"""Heat links by hand: heat from a hot stream at one place to a cold one at another.

Unless a test says otherwise a furnace gives 100 GJ/year between 200 and 100 °C, a dryer takes 80
between 40 and 140 °C, and approaches are nil. Both places integrate their heat, of which each has
one side only. Heating costs 1 万元/GJ, cooling nothing; a plan runs ten years, so heat saved is
worth 10 万元/GJ. All 80 GJ can come from the furnace: it has 60 GJ above 140 °C, which may go
anywhere, and 40 between 140 and 100 °C.
"""

import itertools
import random

import networkx
import pytest

from parks import Park, amount, plan
from symbiosis.domain.errors import DatasetError
from symbiosis.planning.audit import audit_plan
from symbiosis_models.heat_links import most_transferred
from symbiosis_models.match_counts import least_pairs


def apart(**settings) -> Park:
    """Furnace and dryer at two places, not linked."""
    park = Park(
        **{"heat": {"hot_utility": "heating", "cold_utility": "cooling"}, "baseline": "none"}
        | settings
    )
    park.resource("heating", "cooling", kind="energy", unit="GJ")
    park.market("heating", "buy", 1).market("cooling", "dispose", 0)
    park.enterprise("furnace", "dryer")
    stream(park, "gas", "furnace", 200, 100, 100)
    return stream(park, "air", "dryer", 40, 140, 80)


def stream(park: Park, name: str, who: str, supply: float, target: float, duty: float, **cells):
    return park.add(
        "thermal_streams",
        stream_id=name,
        enterprise_id=who,
        role="hot" if supply > target else "cold",
        supply_celsius=supply,
        target_celsius=target,
        **{"duty": duty, "approach_k": 0, **cells},
    )


def link(park: Park, start: str = "gas", end: str = "air", **cells) -> Park:
    cells = {"link_id": f"{start}-{end}", **cells}
    return park.add("heat_links", from_stream=start, to_stream=end, **cells)


def bought(found) -> float:
    """Hot utility of the only year."""
    trades = found.tables["trades"]
    return float(trades.loc[trades["action"] == "buy", "plan"].sum())


def test_without_a_link_each_place_is_alone():
    """80 GJ are bought although 100 are thrown away next door."""
    found = plan(apart())
    assert bought(found) == pytest.approx(80)
    assert found.tables["heat_links"].empty


def test_a_free_link_carries_all():
    found = plan(link(apart(), distance=2))
    assert bought(found) == pytest.approx(0)
    (row,) = found.tables["heat_links"].itertuples()
    assert (row.sent, row.received, row.distance_km) == pytest.approx((80, 80, 2))


@pytest.mark.parametrize(("cost", "built"), [(700, True), (900, False)])
def test_a_link_pays_or_is_not_built(cost, built):
    """All the heat is worth 800 万元 in ten years."""
    found = plan(link(apart(), fixed_cost=cost))
    assert amount(found, "heat_links", "capital_cost") == (cost if built else 0)
    assert bought(found) == pytest.approx(0 if built else 80)
    assert found.facts["npv_wanyuan"] == pytest.approx(-cost if built else -800)


def test_a_link_counts_for_the_budget():
    found = plan(link(apart(money={"budget": 600}), fixed_cost=700))
    assert bought(found) == pytest.approx(80)


def test_capacity_is_bought_as_needed_and_has_a_limit():
    """50 GJ/year of capacity at 2 万元: 500 saved less 100; at 11 a GJ none is worth it."""
    found = plan(link(apart(), capacity_cost=2, most_capacity=50))
    assert bought(found) == pytest.approx(30)
    assert amount(found, "heat_links", "capital_cost") == pytest.approx(100)
    assert bought(plan(link(apart(), capacity_cost=11))) == pytest.approx(80)
    both = plan(link(apart(), capacity_cost=2, fixed_cost=650, most_capacity=80))
    assert amount(both, "heat_links", "capital_cost") == pytest.approx(0)  # 810 for 800


def test_lost_heat_is_sent_too():
    """A quarter is lost: 100 GJ sent bring 75."""
    found = plan(link(apart(), loss_share=0.25))
    assert bought(found) == pytest.approx(5)
    (row,) = found.tables["heat_links"].itertuples()
    assert (row.sent, row.received) == pytest.approx((100, 75))


def test_heat_does_not_run_uphill():
    """A gas of 100 to 0 °C gives 60 GJ above 40 °C: the dryer needs 48 of its 80 below 100 °C.

    Were only totals balanced, nothing would be bought; 32 GJ above 100 °C are.
    """
    park = apart()
    park.change("thermal_streams", "gas", supply_celsius=100, target_celsius=0)
    assert bought(plan(link(park))) == pytest.approx(32)


def test_approaches_shift_both_streams():
    """With 20 K each the gas of 100 to 0 °C reaches the dryer up to 80 °C only: 80 x 60/100."""
    park = apart()
    park.change("thermal_streams", "gas", supply_celsius=100, target_celsius=0, approach_k=20)
    park.change("thermal_streams", "air", approach_k=20)
    assert bought(plan(link(park))) == pytest.approx(48)


def test_a_place_keeps_what_it_needs_itself():
    """The furnace has a cold stream of 70 GJ at 150 to 190 °C; of its gas 50 GJ are hotter.

    From 200 to 150 °C it gives 50, all but 10 (190 to 200 °C) in step with the need: 50 serve it
    and 20 are bought. The link takes the rest: 50 GJ below 150 °C, and the dryer buys 30.
    """
    park = stream(apart(), "steam", "furnace", 150, 190, 70)
    assert bought(plan(park)) == pytest.approx(20 + 80)
    assert bought(plan(link(park))) == pytest.approx(20 + 30)


def test_an_enterprise_stands_for_all_its_streams():
    """A second gas of 30 GJ: 130 GJ serve 120 through one link."""
    park = stream(apart(), "more", "furnace", 180, 150, 30)
    park.change("thermal_streams", "air", duty=120)
    assert bought(plan(link(park.copy(), "gas", "air"))) == pytest.approx(20)
    assert bought(plan(link(park.copy(), "furnace", "dryer"))) == pytest.approx(0)


def test_heat_is_given_once():
    """A stream and its enterprise are ends of two links: 100 GJ are given, not 200."""
    park = apart().enterprise("oven")
    stream(park, "bread", "oven", 40, 90, 80)
    link(park, "gas", "air")
    link(park, "furnace", "bread")
    assert bought(plan(park)) == pytest.approx(60)


def test_heat_is_taken_once():
    """Two furnaces of 100 GJ each, one dryer of 80: 80 are sent together."""
    park = apart().enterprise("kiln")
    stream(park, "smoke", "kiln", 200, 100, 100)
    link(park, "gas", "air")
    link(park, "smoke", "dryer")
    found = plan(park)
    assert bought(found) == pytest.approx(0)
    assert amount(found, "heat_links", "sent") == pytest.approx(80)


def test_heat_of_a_slice_stays_in_it():
    """The dryer runs in winter only, with twice the load, in half of the year: 80 GJ then.

    The furnace gives 50 GJ in winter. The link is full in winter: 100 GJ/year if it were always.
    """
    winter = [{"id": "winter", "hours": 4380}, {"id": "summer", "hours": 4380}]
    park = apart(slices=winter)
    park.add("profiles", profile_id="cold", slice_id="winter", factor=2)
    park.add("profiles", profile_id="cold", slice_id="summer", factor=0)
    park.change("thermal_streams", "air", profile_id="cold")
    found = plan(link(park))
    assert bought(found) == pytest.approx(30)
    (row,) = found.tables["heat_links"].itertuples()
    assert (row.sent, row.full_load) == pytest.approx((50, 100))


def test_a_link_is_built_once_and_stays():
    """Two periods: paid once, used in both."""
    periods = [{"id": "first", "years": 5}, {"id": "second", "years": 5}]
    found = plan(link(apart(periods=periods), fixed_cost=700, most_capacity=80))
    links = found.tables["heat_links"]
    assert list(links["sent"]) == pytest.approx([80, 80])
    assert list(links["capital_cost"]) == pytest.approx([700, 0])
    assert found.facts["npv_wanyuan"] == pytest.approx(-700)


def test_the_cascade_shows_what_links_bring():
    heat = plan(link(apart())).tables["heat"]
    of_zone = heat.groupby("zone")["brought"].sum()
    assert of_zone["furnace"] == pytest.approx(-80)
    assert of_zone["dryer"] == pytest.approx(80)
    balance = heat["entering"] + heat["hot"] + heat["brought"] - heat["cold"] - heat["leaving"]
    assert balance.abs().max() < 1e-6


def test_streams_of_units_send_what_they_give():
    """The gas comes from a unit, 2 GJ per t, of which 30 t are made: 60 GJ, 20 are bought."""
    park = apart().resource("glass")
    park.market("glass", "sell", 0)
    park.recipe("melting", {}, {"glass": 1})
    park.rows["recipes"][-1]["reference_resource"] = "glass"
    park.unit("melter", "furnace", "melting", 30)
    park.change(
        "thermal_streams",
        "gas",
        enterprise_id="",
        recipe_id="melting",
        duty="",
        duty_per_activity=2,
    )
    del park.rows["thermal_streams"][0]["duty"]
    assert bought(plan(link(park, "furnace", "air"))) == pytest.approx(20)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"from_stream": "air"}, "is a cold stream"),
        ({"to_stream": "furnace"}, "has no cold process stream"),
        ({"to_stream": "nobody"}, "nobody"),
        ({"loss_share": 1}, "must be < 1"),
        ({"most_capacity": 0}, "must be > 0"),
    ],
)
def test_a_wrong_link_is_refused(cells, words):
    park = link(apart())
    park.rows["heat_links"][0].update(cells)
    with pytest.raises(DatasetError, match=words):
        plan(park)


def test_the_same_ends_twice_are_refused():
    park = link(link(apart()), link_id="again")
    with pytest.raises(DatasetError, match="joins the same ends as row 2"):
        plan(park)


def test_a_stream_of_a_recipe_is_no_end():
    park = apart().resource("glass").recipe("melting", {}, {"glass": 1})
    park.add(
        "thermal_streams",
        stream_id="flue",
        recipe_id="melting",
        role="hot",
        supply_celsius=200,
        target_celsius=100,
        duty_per_activity=1,
    )
    with pytest.raises(DatasetError, match="belongs to a recipe"):
        plan(link(park, "flue", "air"))


def test_the_most_that_can_pass_between_two_streams():
    """4 above cannot come from 5 below; of 5 + 5 below, 3 + 3 are taken."""
    assert most_transferred([0, 5, 5], [4, 3, 3]) == 6
    assert most_transferred([5, 0, 0], [0, 2, 2]) == 4
    assert most_transferred([0, 0, 5], [5, 5, 0]) == 0


def fewest_by_trying(heat) -> int | None:
    """Fewest pairs over all sets of pairs, by flows; None if there are none."""
    hot = [i for i, row in enumerate(heat) if sum(row) > 0]
    cold = [i for i, row in enumerate(heat) if sum(row) < 0]
    wanted = sum(sum(heat[i]) for i in hot)
    pairs = list(itertools.product(hot, cold))
    for count in range(max(len(hot), len(cold)), len(pairs) + 1):
        for some in itertools.combinations(pairs, count):
            graph = networkx.DiGraph()
            for i in hot:
                for k, amount_ in enumerate(heat[i]):
                    graph.add_edge("from", ("hot", i, k), capacity=amount_)
            for j in cold:
                for k, amount_ in enumerate(heat[j]):
                    graph.add_edge(("cold", j, k), "to", capacity=-amount_)
            for i, j in some:
                for k, m in itertools.combinations_with_replacement(range(len(heat[0])), 2):
                    graph.add_edge(("hot", i, k), ("cold", j, m))
            if networkx.maximum_flow_value(graph, "from", "to") == wanted:
                return count
    return None


@pytest.mark.parametrize("seed", range(12))
def test_fewest_links_are_those_of_trying_all(seed):
    """Three hot and two or three cold streams over three intervals, whole numbers: many ties.

    The rows that count streams must not cut the optimum off, nor the bounds of pairs; heat goes by
    links only, each for 1 万元.
    """
    rng = random.Random(seed)
    count = rng.choice((2, 3))
    while True:
        heat = [[rng.choice((0, 1, 2, 3)) for _k in range(3)] for _i in range(3)]
        heat += [[-rng.choice((0, 1, 2, 3)) for _k in range(3)] for _j in range(count)]
        down = list(itertools.accumulate(sum(column) for column in zip(*heat, strict=True)))
        if all(map(any, heat)) and min(down) >= 0:
            break
    if down[-1]:
        heat.append([0, 0, -down[-1]])
    park = Park(baseline="none")
    for i, row in enumerate(heat):
        park.enterprise(f"e{i}", internal_integration=False)
        for k, amount_ in enumerate(row):
            ends = (3 - k, 2 - k) if amount_ > 0 else (2 - k, 3 - k)
            if amount_:
                stream(park, f"e{i} at {k}", f"e{i}", *ends, abs(amount_))
    for i, row in enumerate(heat):
        for j, other in enumerate(heat):
            if sum(row) > 0 > sum(other):
                link(park, f"e{i}", f"e{j}", fixed_cost=1)
    found = plan(park)
    fewest = fewest_by_trying(heat)
    assert -found.facts["objective"]["value"] == pytest.approx(fewest)
    assert least_pairs(heat) <= fewest


# Fewest links as the objective of a study


def many_links(seed, price, fixed_cost, **settings) -> Park:
    """Three hot and two cold streams, every pair may be linked; heating is short of nothing."""
    rng = random.Random(seed)
    park = Park(
        heat={"hot_utility": "heating", "cold_utility": "cooling"}, baseline="none", **settings
    )
    park.resource("heating", "cooling", kind="energy", unit="GJ")
    park.market("heating", "buy", price).market("cooling", "dispose", 0)
    for i in range(5):
        park.enterprise(f"e{i}")
        ends = sorted(rng.sample(range(40, 200, 20), 2), reverse=i < 3)
        stream(park, f"s{i}", f"e{i}", *ends, rng.randint(1, 9))
    for i, j in itertools.product(range(3), range(3, 5)):
        link(park, f"s{i}", f"s{j}", fixed_cost=fixed_cost)
    return park


@pytest.mark.parametrize("seed", range(6))
def test_fewest_links_of_a_study_reach_the_least_heat(seed):
    """As many as where heat is so dear, against links for 1 万元, that not a GJ more is bought."""
    park = many_links(seed, 1, 0, objective="heat_links")
    fewest, dear = plan(park), plan(many_links(seed, 1000, 1))
    assert bought(fewest) == pytest.approx(bought(dear), rel=1e-5, abs=1e-5)
    objective = fewest.facts["objective"]
    assert objective["unit"] == "links"
    assert objective["value"] == pytest.approx(len(dear.tables["heat_links"]))
    assert len(fewest.tables["heat_links"]) == len(dear.tables["heat_links"])
    assert audit_plan(park.dataset(), fewest).passed


def test_links_to_count_must_be_there():
    with pytest.raises(DatasetError, match="no direct heat links to count"):
        apart(objective="heat_links").dataset()
