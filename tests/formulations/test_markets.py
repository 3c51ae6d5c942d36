"""Markets by hand: limits, who shares them, own rows, gate fees, and physical objectives."""

import pytest

from parks import Park, amount, hand_park, npv, plan, problem_of, source_and_sink
from symbiosis.domain.errors import DatasetError
from symbiosis.planning.ledger import net_present_value


def two_mills(**market) -> Park:
    """Two mills with up to 40 t of ash each, sold at 0.3; none today."""
    park = Park().resource("ash").enterprise("mill1", "mill2")
    for mill in ("mill1", "mill2"):
        park.supply(mill, "ash", 0, most_amount=40)
    return park.market("ash", "sell", 0.3, **market)


def test_a_limit_is_shared():
    """The market takes 50 t of both mills together, not 50 of each: 50 x 0.3 x 10."""
    found = plan(two_mills(most=50))
    assert amount(found, "trades", action="sell") == pytest.approx(50)
    assert found.facts["npv_wanyuan"] == pytest.approx(150)
    limits = found.tables["limits"].set_index("name")
    assert limits.loc["market", "slack"] == pytest.approx(0, abs=1e-6)


def test_an_own_row_has_its_own_limit():
    """The first mill has a customer of its own for 10 t; the second has the market of 50 t."""
    park = two_mills(most=50).market("ash", "sell", 0.5, enterprise_id="mill1", most=10)
    found = plan(park)
    assert amount(found, "trades", actor="mill1") == pytest.approx(10)
    assert amount(found, "trades", actor="mill2") == pytest.approx(40)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (10 * 0.5 + 40 * 0.3))


def test_an_own_row_stands_before_the_general_one():
    """The first mill's own dump is dearer, and it has no other."""
    park = Park().resource("ash").enterprise("mill1", "mill2").market("ash", "dispose", 0.1)
    park.market("ash", "dispose", 0.4, enterprise_id="mill1")
    park.supply("mill1", "ash", 100).supply("mill2", "ash", 100)
    found = plan(park)
    assert amount(found, "money", "today", actor="mill1") == pytest.approx(-40)
    assert amount(found, "money", "today", actor="mill2") == pytest.approx(-10)


def test_a_limit_of_sale_leaves_the_rest_to_disposal():
    """100 t, 30 of them sold at 0.2, the rest dumped at 0.1, today as in the plan: NPV 0.

    Were today free to sell all 100 t, the plan would seem to lose 21 万元 a year.
    """
    park = Park().resource("ash").enterprise("mill").supply("mill", "ash", 100)
    park.market("ash", "sell", 0.2, most=30).market("ash", "dispose", 0.1)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(0)
    assert amount(found, "trades", "today", action="sell") == pytest.approx(30)
    assert amount(found, "trades", "today", action="dispose") == pytest.approx(70)


def test_a_market_too_small_for_today():
    """30 of 100 t can be dumped and nothing else: 70 t have nowhere to go today."""
    park = Park().resource("ash").enterprise("mill").supply("mill", "ash", 100)
    park.market("ash", "dispose", 0.1, most=30)
    with pytest.raises(DatasetError, match=r"mill.* 70 t/a of .*\(ash\) have nowhere to go today"):
        plan(park)


def test_limit_of_a_purchase_shared_by_plants():
    """Two plants may buy 60 t of scrap together at 0.1, and make 0.5 of each t: 60 x 0.4 x 10."""
    park = Park().resource("scrap", "metal").enterprise("smelter")
    park.recipe("melting", {"scrap": 1}, {"metal": 1})
    for name in ("one", "two"):
        park.project(name, "melting", (10, 50, 50), 0)
    park.market("scrap", "buy", 0.1, most=60).market("metal", "sell", 0.5)
    assert npv(park) == pytest.approx(240)


def test_gate_fee():
    """A plant is paid 0.05 for each of 80 t of waste it takes in: 40 in ten years, its size pays 8.

    The size is what the fee is for: the market has 80 t, the plant could take 120.
    """
    park = Park().resource("waste").enterprise("kiln").recipe("burning", {"waste": 1}, {})
    park.project("burner", "burning", (10, 100, 120), 10)
    park.market("waste", "buy", -0.05, most=80)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(40 - 8)
    assert list(found.tables["projects"]["size"]) == pytest.approx([80])


def test_a_gate_fee_without_a_limit_is_bounded_by_size():
    """Nothing can grow without end: the largest plant takes 120 t."""
    park = Park().resource("waste").enterprise("kiln").recipe("burning", {"waste": 1}, {})
    park.project("burner", "burning", (10, 100, 120), 10).market("waste", "buy", -0.05)
    assert npv(park) == pytest.approx(60 - 12)


def test_disposal_that_pays():
    """A dump may pay (a negative price): 0.02 x 100 t, and an exchange must be worth more."""
    park = Park()
    park.resource("ash").enterprise("mill", "kiln").supply("mill", "ash", 100)
    park.need("kiln", "ash", 100).market("ash", "dispose", -0.02).market("ash", "buy", 0.2)
    park.link("mill", "kiln", "ash")
    found = plan(park)
    assert amount(found, "money", "today", item="dispose") == pytest.approx(2)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (20 - 2))


def test_money_between_members_cancels():
    """A price of today's exchange is no money of the park: NPV and ledger know none of it."""
    park = source_and_sink()
    park.add(
        "exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=100, price=0.15
    )
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(0)
    assert found.tables["money"].empty


# Objectives that are no money


def test_least_disposed():
    """Whatever it costs, nothing goes to the dump: dross to the recovery, residue to the kiln."""
    park = hand_park().change("projects", "recovery", capital_cost=5000)
    assert plan(park).built() == []
    found = plan(park, objective="disposed")
    assert found.facts["objective"]["value"] == pytest.approx(0, abs=1e-6)
    assert found.built() == ["recovery@P"]


def test_least_virgin():
    """40 t of residue replace 40 of 500 t of clay, no more can be had: 460 t.

    The plant may be built larger, but there are 100 t of dross.
    """
    found = plan(hand_park(), objective="virgin")
    assert found.facts["objective"]["value"] == pytest.approx(460)


def test_most_exchanged():
    """100 t of dross and 40 t of residue change hands; alumina is no by-product."""
    found = plan(hand_park(), objective="byproduct_exchanged")
    assert found.facts["objective"]["value"] == pytest.approx(140)


def test_the_ledger_sums_to_the_npv():
    """Lines of money, discounted, are the objective: nothing is counted twice or left out."""

    park = hand_park().change("projects", "recovery", labour=3, fixed_cost_share=0.04)
    park.rows["project_units"][0]["variable_cost"] = 0.01
    park.change("links", "smelter-recovery@P-dross", fixed_cost=7, capacity_cost=0.02)
    settings = {"money": {"discount_rate": 0.08}}
    found = plan(park, **settings)
    total = net_present_value(problem_of(park, **settings), found.tables["money"])
    assert total == pytest.approx(found.facts["npv_wanyuan"])
