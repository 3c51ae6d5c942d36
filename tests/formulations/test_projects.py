"""Projects by hand: size, cost of a size, use, place, land, budget.

Numbers stand in `parks.hand_park`: one t of dross worked up is worth 2.24 万元 in ten years and
0.5 万元 of investment, all 100 t are worth 174.
"""

import pytest

from parks import Park, amount, hand_park, npv, plan
from symbiosis.domain.errors import InfeasibleError


def recovery(park: Park, **cells) -> Park:
    return park.change("projects", "recovery", **cells)


def test_the_hand_park():
    """All dross is worked up at the size it needs: 100 t, 50 万元, NPV 174."""
    found = plan(hand_park())
    assert found.facts["npv_wanyuan"] == pytest.approx(174)
    (row,) = found.tables["projects"].itertuples()
    assert (row.place_id, row.size, row.capital_cost) == (
        "recovery@P",
        *map(pytest.approx, (100, 50)),
    )
    assert row.utilisation == pytest.approx(1)
    assert amount(found, "exchanges", resource="residue", serves="clay") == pytest.approx(40)


@pytest.mark.parametrize("exponent", [0.55, 0.65, 0.8, 0.95])
@pytest.mark.parametrize("dross", [30, 37, 50, 71, 93, 100, 119, 120])
def test_cost_of_a_size_follows_its_law(exponent, dross):
    """Within 1 % below 50 x (size / 100)^exponent and never above.

    A secant between the smallest and the largest size alone would be up to 8 % below.
    """
    park = recovery(hand_park(), scale_exponent=exponent).change(
        "units", "pots", capacity=10 * dross
    )
    (row,) = plan(park).tables["projects"].itertuples()
    law = 50 * (row.size / 100) ** exponent
    assert row.size == pytest.approx(dross)
    assert 0.99 * law <= row.capital_cost <= law * (1 + 1e-9)


@pytest.mark.parametrize(("price", "size", "worth"), [(50, 120, 224 - 50), (200, 40, 89.6 - 30)])
def test_a_menu_has_no_sizes_between(price, size, worth):
    """40 t for 30 万元 or 120 t for `price`: all 100 t fit into the large one only."""
    park = recovery(hand_park(), least_utilisation=0)
    park.add("project_sizes", project_id="recovery", size=40, capital_cost=30)
    park.add("project_sizes", project_id="recovery", size=120, capital_cost=price)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(worth)
    assert list(found.tables["projects"]["size"]) == pytest.approx([size])


@pytest.mark.parametrize(("least", "built"), [(0.8, True), (0.9, False)])
def test_what_cannot_be_used_is_not_built(least, built):
    """A plant for 120 t finds 100 t, 83 %: allowed at 80 %, not at 90 %."""
    park = recovery(hand_park(), least_size=120, reference_size=120, least_utilisation=least)
    found = plan(park)
    assert bool(found.built()) == built
    assert found.facts["npv_wanyuan"] == pytest.approx(174 if built else 0)


def test_least_utilisation_binds():
    """Document 148, article 9: a plant that loses by every t still runs at 70 % of its 100 t.

    Running costs 1 万元/t, 0.776 more than a t brings: 10 x 70 x 0.776 + 50 are lost. Were the
    utilisation not asked, it would stand idle and lose 50.
    """
    park = recovery(hand_park(), least_size=100, most_size=100)
    del park.rows["projects"][0]["least_utilisation"]
    park.rows["project_units"][0]["variable_cost"] = 1
    forced = {"chains": {"at_least": 1}}
    found = plan(park, policy={"least_utilisation": 0.7}, **forced)
    assert amount(found, "units", actor="recovery@P") == pytest.approx(70)
    assert found.facts["npv_wanyuan"] == pytest.approx(-10 * 70 * 0.776 - 50)
    assert npv(park, policy={"least_utilisation": 0}, **forced) == pytest.approx(-50)


def test_a_unit_of_its_own_least_utilisation():
    """A second unit with a least use of its own holds beside the main one: 30 % of it."""
    park = hand_park(chains={"at_least": 1})
    park.recipe("washing", {"water": 1}, {"brine": 1}).resource("water", "brine")
    park.market("water", "buy", 1).market("brine", "dispose", 0)
    park.add(
        "project_units",
        project_id="recovery",
        recipe_id="washing",
        activity_per_size=0.1,
        least_utilisation=0.3,
    )
    found = plan(park)
    assert amount(found, "units", recipe="recovering") == pytest.approx(100)
    assert amount(found, "units", recipe="washing") == pytest.approx(3)


def test_the_place_with_the_cheaper_way_wins():
    """Two places, dross carried for 0.02 or 0.01 万元/t: the second, at 10 x 100 x 0.01."""
    park = hand_park()
    park.add("project_places", place_id="recovery@Q", project_id="recovery", park_id="P")
    park.change("links", "smelter-recovery@P-dross", freight=0.02)
    park.link("smelter", "recovery@Q", "dross", freight=0.01)
    park.link("recovery@Q", "works", "residue", freight=0.01)
    found = plan(park)
    assert found.built() == ["recovery@Q"]
    assert found.facts["npv_wanyuan"] == pytest.approx(174 - 10)


def test_a_project_is_built_at_one_place_only():
    """300 t of dross would feed two plants of 120 t; one is built and 180 t are dumped."""
    park = hand_park().change("units", "pots", capacity=3000)
    park.add("project_places", place_id="recovery@Q", project_id="recovery", park_id="P")
    park.link("smelter", "recovery@Q", "dross").link("recovery@Q", "works", "residue", freight=0.01)
    found = plan(park)
    assert len(found.built()) == 1
    assert amount(found, "trades", resource="dross", action="dispose") == pytest.approx(180)


@pytest.mark.parametrize(("land", "size"), [(5, 50), (20, 100)])
def test_land_binds(land, size):
    """10 mu at 100 t: 5 mu are enough for 50 t, worth half."""
    park = recovery(hand_park(), land=10).change("parks", "P", land_available=land)
    found = plan(park)
    assert list(found.tables["projects"]["size"]) == pytest.approx([size])
    assert found.facts["npv_wanyuan"] == pytest.approx(1.74 * size)


def test_land_of_a_host_is_land_of_its_park():
    """A plant within an enterprise stands on the land of the enterprise's park."""
    park = recovery(hand_park(), land=10).change("parks", "P", land_available=5)
    park.rows["project_places"][0]["host_id"] = "smelter"
    assert npv(park) == pytest.approx(87)


@pytest.mark.parametrize(("budget", "worth"), [(25, 87), ("0.0025 亿元", 87), (14, 0), (60, 174)])
def test_budget_binds(budget, worth):
    """25 万元 buy 50 t; 14 buy less than the smallest size of 30 t."""
    assert npv(hand_park(), money={"budget": budget}) == pytest.approx(worth)


def test_budget_pays_links_too():
    """A pipe for 20 万元 leaves 30 of 50 for the plant: 60 t, worth 60 x 1.74 - 20."""
    park = hand_park(money={"budget": 50})
    park.change("links", "smelter-recovery@P-dross", fixed_cost=20)
    assert npv(park) == pytest.approx(60 * 1.74 - 20)


def test_running_cost_and_wages():
    """4 % of 50 万元 and 3 persons at 1 万元 are 5 万元 a year: 50 less in ten years."""
    park = recovery(hand_park(), fixed_cost_share=0.04, labour=3)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(174 - 50)
    assert list(found.tables["projects"]["running_cost"]) == pytest.approx([5])


def test_discounting():
    """At 8 % ten years are worth 6.7101: 22.4 x 6.7101 - 50."""
    assert npv(hand_park(), money={"discount_rate": 0.08}) == pytest.approx(
        22.4 * (1 - 1.08**-10) / 0.08 - 50
    )


@pytest.mark.parametrize(
    ("available", "settings", "worth"),
    [
        (1, {"switch_off": ["recovery"]}, 0),
        (0, {}, 0),
        (0, {"switch_on": ["recovery"]}, 174),
        (0, {"switch_on": ["recovery"], "switch_off": ["recovery"]}, 0),
    ],
)
def test_switches(available, settings, worth):
    """A project that is not offered is not built, and costs the park nothing to leave out."""
    assert npv(recovery(hand_park(), available=available), **settings) == pytest.approx(worth)


def test_a_unit_that_may_be_moved_is_moved():
    """The pots may run at 50 to 100 % and lose 0.05 by every t of metal: they run at 50 %.

    Metal sells at 0.9 and takes 0.95 of ore; what is saved is 0.05 x 500 and 50 t of dross.
    """
    park = hand_park(switch_off=["recovery"])
    park.change("markets", "alumina", price=0.2)
    park.resource("ore").market("ore", "buy", 0.95)
    park.add("recipe_flows", recipe_id="smelting", resource_id="ore", direction="in", coefficient=1)
    park.change("markets", "metal", price=0.9)
    park.change("units", "pots", least_utilisation=0.5)
    found = plan(park)
    assert amount(found, "units", unit_id="pots") == pytest.approx(500)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (500 * 0.05 + 50 * 0.1))


def test_a_stream_that_may_be_more_is_more_where_it_pays():
    """A supply of 100 to 150 t sold at 0.3: 50 t more are worth 150 in ten years."""
    park = Park().resource("sand").enterprise("pit")
    park.supply("pit", "sand", 100, most_amount=150).market("sand", "sell", 0.3)
    assert npv(park) == pytest.approx(150)


def test_size_between_least_and_most():
    """20 t of dross are too few for the smallest plant of 30 t, fully used: none is built."""
    park = hand_park().change("units", "pots", capacity=200)
    assert plan(park).built() == []
    with pytest.raises(InfeasibleError):
        plan(park, chains={"at_least": 1})
