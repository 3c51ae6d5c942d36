"""Today by hand: what is exchanged, used within, sold, bought and disposed of, and for how much."""

from dataclasses import replace

import pytest

from parks import Park, prepared, source_and_sink
from random_parks import random_park
from symbiosis.domain.errors import DatasetError
from symbiosis.network.actors import read_actors
from symbiosis.network.matching import find_matches
from symbiosis.planning.today import read_today


def today(park: Park, **settings):
    return prepared(park, **settings).today


def test_everything_bought_and_dumped():
    """100 t dumped at 0.1 and 100 t bought at 0.2: 30 万元 a year are spent."""
    found = today(source_and_sink())
    assert found.trades == {("mill", "ash", "dispose"): 100, ("kiln", "ash", "buy"): 100}
    assert found.exchanges == found.within == {}
    assert found.cash == pytest.approx(-30)


def test_an_exchange_of_today():
    """40 t go from mill to kiln with a freight of 0.05: 60 t are dumped, 60 t bought."""
    park = source_and_sink().link("mill", "kiln", "ash", freight=0.05)
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=40)
    found = today(park)
    assert found.exchanges == {("mill", "kiln", "ash", "ash"): 40}
    assert found.trades == {("mill", "ash", "dispose"): 60, ("kiln", "ash", "buy"): 60}
    assert found.cash == pytest.approx(-60 * 0.1 - 60 * 0.2 - 40 * 0.05)


def test_an_exchange_with_loss_and_ratio():
    """Of 40 t a fifth is lost, and a t that arrives stands for 1.5 t of clay: 48 t less bought."""
    park = source_and_sink().resource("clay").need("kiln", "clay", 100).market("clay", "buy", 0.3)
    park.substitute("ash", "clay", 1.5).link("mill", "kiln", "ash", loss_share=0.2)
    park.add(
        "exchanges",
        donor_id="mill",
        receiver_id="kiln",
        resource_id="ash",
        serves_resource_id="clay",
        amount=40,
    )
    found = today(park)
    assert found.trades["kiln", "clay", "buy"] == pytest.approx(52)
    assert found.trades["kiln", "ash", "buy"] == pytest.approx(100)


def test_used_within():
    """What an actor both makes and needs it uses itself: 30 of 100 t, the rest is dumped."""
    park = source_and_sink().need("mill", "ash", 30)
    found = today(park)
    assert found.within == {("mill", "ash"): 30}
    assert found.trades["mill", "ash", "dispose"] == pytest.approx(70)


def test_exchanges_come_before_own_use():
    """80 of 100 t are exchanged: 20 are left for an own need of 30, of which 10 are bought."""
    park = source_and_sink().need("mill", "ash", 30)
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=80)
    found = today(park)
    assert found.within == {("mill", "ash"): 20}
    assert found.trades["mill", "ash", "buy"] == pytest.approx(10)


def test_units_run_as_they_do():
    """A unit of 200 t at 60 %: 120 t of metal, 12 of dross; what it may do is no matter."""
    park = Park().resource("metal", "dross").enterprise("smelter")
    park.recipe("smelting", {}, {"metal": 1, "dross": 0.1})
    park.unit("pots", "smelter", "smelting", 200, utilisation=0.6, most_utilisation=0.9)
    park.market("metal", "sell", 2).market("dross", "dispose", 0.5)
    found = today(park)
    assert found.trades["smelter", "metal", "sell"] == pytest.approx(120)
    assert found.trades["smelter", "dross", "dispose"] == pytest.approx(12)
    assert found.cash == pytest.approx(240 - 6)


@pytest.mark.parametrize(
    ("sell", "dispose", "best"),
    [(0.05, 0.1, "sell"), (0.05, -0.06, "dispose"), (-0.2, 0.1, "dispose"), (-0.05, 0.1, "sell")],
)
def test_the_better_way_out(sell, dispose, best):
    """It sells, or pays to be rid of it, whichever leaves more; prices may be negative."""
    park = Park().resource("ash").enterprise("mill").supply("mill", "ash", 10)
    park.market("ash", "sell", sell).market("ash", "dispose", dispose)
    found = today(park)
    assert list(found.trades) == [("mill", "ash", best)]
    assert found.cash == pytest.approx(10 * max(sell, -dispose))


def test_an_own_market_row():
    """The mill's own price stands before the general one."""
    park = source_and_sink().market("ash", "dispose", 0.4, enterprise_id="mill")
    assert today(park).cash == pytest.approx(-40 - 20)


def test_a_market_full_of_others():
    """A market for 60 t goes first to who has no other, then to who would lose most without it.

    a has no dump; b's dump costs 0.5, c's 0.1. Sold at 0.2: a sells its 30, b 30 of its 40, the
    rest is dumped. Were names the order of service, they would decide what today is worth.
    """
    for names in ("abc", "cba", "bca"):
        a, b, c = names
        park = Park().resource("ash").enterprise(a, b, c).market("ash", "sell", 0.2, most=60)
        park.supply(a, "ash", 30).supply(b, "ash", 40).supply(c, "ash", 50)
        park.market("ash", "dispose", 0.5, enterprise_id=b)
        park.market("ash", "dispose", 0.1, enterprise_id=c)
        found = today(park)
        assert found.trades == {
            (a, "ash", "sell"): 30,
            (b, "ash", "sell"): 30,
            (b, "ash", "dispose"): 10,
            (c, "ash", "dispose"): 50,
        }
        assert found.cash == pytest.approx(60 * 0.2 - 10 * 0.5 - 50 * 0.1)


def test_counting_from_zero():
    """With baseline `none` there is no today: no trades, no cash, no faults."""
    park = source_and_sink().resource("gas").need("kiln", "gas", 10)
    found = today(park, baseline="none")
    assert (found.trades, found.exchanges, found.cash, found.faults) == ({}, {}, 0, ())


def test_every_open_balance_is_told():
    """Faults of all actors come together, each with its amount."""
    park = source_and_sink().resource("gas", "slag")
    park.need("kiln", "gas", 10).supply("mill", "slag", 20)
    with pytest.raises(DatasetError) as caught:
        prepared(park)
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert any("kiln" in t and "10 t/a" in t and "come from nowhere" in t for t in told)
    assert any("mill" in t and "20 t/a" in t and "nowhere to go" in t for t in told)


def test_a_project_has_no_today():
    """Projects run only in the plan; what they could give needs no market today."""
    park = source_and_sink().resource("bricks").recipe("pressing", {"ash": 1}, {"bricks": 1})
    park.project("press", "pressing", 50, 1)
    assert not any(actor == "press@P" for actor, _, _ in today(park).trades)


@pytest.mark.parametrize("seed", range(8))
def test_today_does_not_depend_on_order(seed):
    """Rows turned round: the same cash, to rounding."""
    park = random_park(seed)
    turned = park.copy()
    for table, rows in turned.rows.items():
        if table not in ("project_units", "recipe_flows"):
            rows.reverse()
    assert today(turned).cash == pytest.approx(today(park).cash)


def test_more_moved_than_there_is():
    """An exchange of more than the donor gives is told, should it pass the reader."""
    park = source_and_sink()
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=100)
    wrong = park.dataset()
    less = tuple(
        row.model_copy(update={"amount": 60.0}) if row.stream_id.startswith("mill") else row
        for row in wrong.streams
    )
    wrong = replace(wrong, streams=less)
    actors = read_actors(wrong)
    (fault,) = read_today(wrong, actors, find_matches(wrong, actors)).faults
    assert "move 40 t/a more" in str(fault)
