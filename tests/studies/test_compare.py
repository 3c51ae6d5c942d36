"""What changed between two plans, by hand and as a property of random parks."""

import pytest

from parks import dataset_of, hand_park, plan
from random_parks import random_park
from symbiosis.domain.errors import InfeasibleError
from symbiosis.studies.compare import compare, is_same


def planned(source, **settings):
    return dataset_of(source, **settings), plan(source, **settings)


def test_with_and_without_money_by_hand():
    """Without a budget for it, the recovery of `hand_park` and all it does fall away.

    100 t dross are dumped again, 40 t residue bought as clay again, 60 t alumina not sold. Present
    value over ten years: alumina 120, disposal 100, clay 8, freight -4, plant -50: 174 in all.
    """
    document = compare(planned(hand_park()), planned(hand_park(), money={"budget": 0}))
    assert document["npv_wanyuan"]["change"] == pytest.approx(-174)
    assert document["chains"] == {"added": [], "dropped": ["metals"]}
    (project,) = document["projects"]
    assert (project["place_id"], project["what"]) == ("recovery@P", "dropped")
    assert (project["size_a"], project["size_b"]) == pytest.approx((100, 0))
    assert (project["capital_cost_a"], project["capital_cost_b"]) == pytest.approx((50, 0))
    exchanges = {(x["donor"], x["receiver"], x["resource"]): x for x in document["exchanges"]}
    assert exchanges["smelter", "recovery@P", "dross"]["change"] == pytest.approx(-100)
    assert exchanges["recovery@P", "works", "residue"]["change"] == pytest.approx(-40)
    trades = {(x["actor"], x["action"]): x["change"] for x in document["trades"]}
    assert trades == pytest.approx(
        {("recovery@P", "sell"): -60, ("smelter", "dispose"): 100, ("works", "buy"): 40}
    )
    money = {x["item"]: x["change"] for x in document["money"]}
    assert money == pytest.approx(
        {"sell": -120, "dispose": -100, "buy": -8, "freight": 4, "capital": 50}
    )
    assert document["settings"] == [{"name": "money.budget", "a": None, "b": 0.0}]
    assert {x["name"]: x["change"] for x in document["indicators"]}["disposed"] == pytest.approx(
        100
    )


def test_a_plan_beside_itself_is_the_same():
    one = planned(hand_park())
    document = compare(one, one)
    assert is_same(document) and document["same_inputs"] and document["settings"] == []


def test_other_objectives_have_no_common_change():
    """The difference of money and tonnes means nothing."""
    document = compare(planned(hand_park()), planned(hand_park(), objective="disposed"))
    assert document["objective"]["change"] is None


@pytest.mark.parametrize("periods", [1, 2])
def test_money_adds_up_and_the_way_back_is_the_opposite(periods):
    """The items sum to the difference of the net present values, also over several periods."""
    tried = 0
    for seed in range(6):
        park = random_park(
            seed,
            projects=(2, 3),
            lots=False,
            periods=[{"id": f"t{i}", "years": 8} for i in range(periods)],
        )
        try:
            one, other = planned(park), planned(park, objective="disposed")
        except InfeasibleError:
            continue
        there, back = compare(one, other), compare(other, one)
        total = sum(row["change"] for row in there["money"])
        assert total == pytest.approx(there["npv_wanyuan"]["change"], abs=1e-3)
        for name in ("exchanges", "trades", "links", "indicators"):
            assert sorted(row["change"] for row in there[name]) == pytest.approx(
                sorted(-row["change"] for row in back[name])
            )
        assert there["chains"]["added"] == back["chains"]["dropped"]
        tried += not is_same(there)
    assert tried >= 3
