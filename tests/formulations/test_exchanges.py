"""Exchanges by hand: substitutes, their shares, no trade beyond one's own need, smallest lots."""

import pytest

from parks import Park, amount, npv, plan, source_and_sink
from symbiosis.domain.errors import DatasetError, InfeasibleError


def clay_park(share: float = 1, ratio: float = 1, clay: float = 100) -> Park:
    """A mill with 100 t of ash, dumped at 0.1; a kiln with a need of clay, bought at 0.2."""
    park = Park().resource("ash", "clay").enterprise("mill", "kiln")
    park.supply("mill", "ash", 100).need("kiln", "clay", clay)
    park.market("ash", "dispose", 0.1).market("clay", "buy", 0.2)
    return park.substitute("ash", "clay", ratio, share).link("mill", "kiln", "ash")


@pytest.mark.parametrize(("share", "sent"), [(1, 100), (0.3, 30)])
def test_share_of_a_substitute(share, sent):
    """Ash covers at most 30 % of 100 t of clay: 0.3 万元 saved per t, 3 in ten years."""
    found = plan(clay_park(share))
    assert amount(found, "exchanges") == pytest.approx(sent)
    assert found.facts["npv_wanyuan"] == pytest.approx(3 * sent)


@pytest.mark.parametrize(
    ("ratio", "sent", "saved"), [(0.5, 100, 50), (2, 50, 100), (1.25, 80, 100)]
)
def test_ratio_of_a_substitute(ratio, sent, saved):
    """One t of ash stands for `ratio` t of clay: what is sent and what is no longer bought."""
    found = plan(clay_park(ratio=ratio))
    assert amount(found, "exchanges") == pytest.approx(sent)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (0.1 * sent + 0.2 * saved))


def test_ratio_and_share_together():
    """30 % of 100 t of clay at 1.5 t of clay per t of ash: 20 t of ash."""
    assert amount(plan(clay_park(0.3, 1.5)), "exchanges") == pytest.approx(20)


def test_ratio_and_loss_together():
    """Half of the ash is lost, a t that arrives stands for 2 t: 100 t of ash serve 100 of clay."""
    park = clay_park(ratio=2)
    park.rows["links"][0]["loss_share"] = 0.5
    assert amount(plan(park), "exchanges") == pytest.approx(100)


def test_share_of_two_donors_together():
    """The share is of the need, whoever sends: two mills cover 30 % together, not each."""
    park = clay_park(0.3).enterprise("mill2").supply("mill2", "ash", 100)
    park.link("mill2", "kiln", "ash")
    assert amount(plan(park), "exchanges") == pytest.approx(30)


def test_shares_of_two_substitutes():
    """Ash up to 30 % and slag up to 50 %: each has a share of its own."""
    park = clay_park(0.3).resource("slag").supply("mill", "slag", 100)
    park.market("slag", "dispose", 0.1).substitute("slag", "clay", 1, 0.5)
    park.link("mill", "kiln", "slag")
    found = plan(park)
    assert amount(found, "exchanges", resource="ash") == pytest.approx(30)
    assert amount(found, "exchanges", resource="slag") == pytest.approx(50)


def test_a_substitute_serves_no_resale():
    """Clay sells at 5 and the kiln may give clay of its own: ash serves its need, never the sale.

    Were arriving ash counted with what the kiln gives, it would be sold as clay at 5.
    """
    park = clay_park().supply("kiln", "clay", 10)
    park.change("streams", "mill-supply-ash", amount=500)
    park.change("markets", "clay", price=5).market("clay", "sell", 5)
    found = plan(park)
    assert amount(found, "trades", resource="clay", action="sell") <= 10 + 1e-6
    # today 10 of 100 t of clay are its own, 90 are bought; with ash 10 t more can be sold
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * (100 * 0.1 + 90 * 5 + 10 * 5))


def test_one_s_own_by_product_as_a_substitute():
    """A kiln with ash of its own uses it for its clay, without any way, within the share."""
    park = Park(network={"matching": "open"}).resource("ash", "clay").enterprise("kiln")
    park.supply("kiln", "ash", 100).need("kiln", "clay", 100)
    park.market("ash", "dispose", 0.1).market("clay", "buy", 0.2).substitute("ash", "clay", 1, 0.4)
    found = plan(park)
    assert amount(found, "exchanges", donor="kiln", receiver="kiln") == pytest.approx(40)
    assert found.facts["npv_wanyuan"] == pytest.approx(120)


def test_nobody_passes_on_what_it_received():
    """Mill -> hub -> kiln: the hub sends at most the 10 t it gives itself.

    It needs 50 t and gives 10. Were its balance one, it would take 110 t and send 60 on.
    """
    park = Park().resource("ash").enterprise("mill", "hub", "kiln")
    park.supply("mill", "ash", 200).need("hub", "ash", 50).supply("hub", "ash", 10)
    park.need("kiln", "ash", 100).market("ash", "dispose", 0.1).market("ash", "buy", 0.2)
    park.link("mill", "hub", "ash").link("hub", "kiln", "ash")
    found = plan(park)
    assert amount(found, "exchanges", donor="mill") == pytest.approx(50)
    assert amount(found, "exchanges", donor="hub") == pytest.approx(10)


def test_nobody_sells_what_it_bought():
    """Buying and selling at one price gives nothing: the need is all that is bought."""
    park = Park().resource("ash").enterprise("kiln").need("kiln", "ash", 50)
    park.supply("kiln", "ash", 20).market("ash", "buy", 0.2).market("ash", "sell", 0.2)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(0)
    assert amount(found, "trades", action="sell") <= 20 + 1e-6


def lot_park(price: float) -> Park:
    """100 t of ash by truck in lots of 40 t a year or more; 70 t at 0.3, 40 t at `price`."""
    park = Park().resource("ash", carrier_id="truck").enterprise("mill", "kiln1", "kiln2")
    park.add("carriers", carrier_id="truck", unit="t", reach=50, least_lot=40)
    park.supply("mill", "ash", 100).need("kiln1", "ash", 70).need("kiln2", "ash", 40)
    park.market("ash", "dispose", 0.1)
    park.market("ash", "buy", 0.3, enterprise_id="kiln1")
    park.market("ash", "buy", price, enterprise_id="kiln2")
    return park.link("mill", "kiln1", "ash").link("mill", "kiln2", "ash")


@pytest.mark.parametrize(
    ("price", "first", "second"),
    [
        (0.2, 60, 40),  # 60 x 0.4 + 40 x 0.3 = 36 > 70 x 0.4 = 28
        (-0.05, 70, 0),  # 60 x 0.4 + 40 x 0.05 = 26 < 28; the 30 t left are no lot
    ],
)
def test_smallest_lot(price, first, second):
    """An exchange is 0 or at least 40 t: without lots the second would be 30 t."""
    found = plan(lot_park(price))
    assert amount(found, "exchanges", receiver="kiln1") == pytest.approx(first)
    assert amount(found, "exchanges", receiver="kiln2") == pytest.approx(second)


def test_too_little_for_a_lot():
    """A need of 30 t is below the smallest lot of 40: no exchange, no binary for it."""
    park = lot_park(0.2).change("streams", "kiln2-need-ash", amount=30)
    found = plan(park)
    assert amount(found, "exchanges", receiver="kiln2") == 0
    assert found.facts["size"]["binaries"] == 1


def test_an_exchange_of_today_below_the_lot_goes_on():
    """20 t are exchanged today: the agreement stands, though a new one needs 40 t.

    Were the lot asked of it, the plan would lose 20 t x 0.4 a year against today.
    """
    park = lot_park(0.2).change("streams", "kiln1-need-ash", amount=20)
    park.add("exchanges", donor_id="mill", receiver_id="kiln1", resource_id="ash", amount=20)
    found = plan(park)
    assert amount(found, "exchanges", receiver="kiln1") == pytest.approx(20)
    assert found.facts["npv_wanyuan"] == pytest.approx(10 * 40 * 0.3)


def test_freight_is_paid_by_what_is_sent():
    """0.25 万元/t of 0.3 saved: 0.05 x 100 t x 10; at 0.35 nothing is sent."""
    for freight, worth in ((0.25, 50), (0.35, 0)):
        assert npv(source_and_sink().link("mill", "kiln", "ash", freight=freight)) == pytest.approx(
            worth
        )


def test_an_exchange_of_today_changes_nothing():
    """What is exchanged today is in the baseline: 40 of 100 t, so 60 t more are worth 180."""
    park = source_and_sink().link("mill", "kiln", "ash")
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=40)
    found = plan(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(180)
    assert amount(found, "exchanges", "today") == pytest.approx(40)


def test_an_exchange_of_today_without_a_way():
    """It needs no row of links and no carrier; it may go on as it is, and grow for nothing."""
    park = source_and_sink()
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=40)
    assert amount(plan(park), "exchanges") >= 40 - 1e-6


def test_a_need_without_a_source_is_named():
    """Today: a fault of the dataset that names enterprise, amount and resource."""
    park = Park().resource("ash").enterprise("kiln").need("kiln", "ash", 50)
    with pytest.raises(DatasetError, match=r"kiln.* 50 t/a of .*\(ash\) come from nowhere today"):
        plan(park)


def test_a_need_without_a_source_is_named_counting_from_zero():
    """Without today's balance the formulation itself names who needs what and who gives what."""
    park = Park(baseline="none").resource("ash", "slag").enterprise("kiln", "mill")
    park.need("kiln", "ash", 50).supply("mill", "slag", 50)
    with pytest.raises(InfeasibleError) as caught:
        plan(park)
    assert "mill gives slag, nobody takes it" in str(caught.value)
    del park.rows["streams"][1]
    with pytest.raises(InfeasibleError, match="kiln needs ash, nobody gives it"):
        plan(park)


def test_a_need_that_only_a_lossy_way_could_serve():
    """Nothing arrives on a way that loses everything: an infeasible study, not a crash."""
    park = Park(baseline="none").resource("ash").enterprise("mill", "kiln")
    park.supply("mill", "ash", 50).market("ash", "dispose", 0).need("kiln", "ash", 50)
    park.link("mill", "kiln", "ash", loss_share=1)
    with pytest.raises(InfeasibleError):
        plan(park)
