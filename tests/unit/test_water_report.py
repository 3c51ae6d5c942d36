"""The water of a plan by hand: rates, what is let out and why, its load, the screen, the audit."""

from io import StringIO

import pytest
from rich.console import Console

from audits import copied, failed
from parks import Park, plan
from symbiosis.domain.errors import InfeasibleError
from symbiosis.locale import set_language
from symbiosis.outputs.text import Names
from symbiosis.outputs.water_screen import print_water
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.water_indicators import WaterYear, water_indicators
from water_parks import SEASONS


def water_park(**settings):
    """A plant takes 100 m3 of cooling water (fresh: 1 万元/m3), the town gives 60 of effluent.

    The effluent (salt 900) costs nothing but its way and else goes to a river, as all of it does
    today. The plant sells goods for 1000 万元. Cooling water circulates 9 times.
    """
    park = Park(**settings)
    cells = {"kind": "water", "unit": "m3", "balance": "slice"}
    park.resource("cooling", virgin=1, water_class="use", circulation=9, **cells)
    park.resource("effluent", water_class="reclaimed", **cells)
    park.resource("river", "gone", water_class="discharge", **cells)
    park.resource("goods")
    park.add("properties", property_id="salt", unit="mg/L")
    park.enterprise("plant", "town").need("plant", "cooling", 100).supply("town", "effluent", 60)
    park.supply("plant", "goods", 10).market("goods", "sell", 100)
    park.market("cooling", "buy", 1).market("gone", "dispose", 0.1)
    park.recipe("outfall", {"river": 1}, {"gone": 1})
    moves = {"utilisation": 0.5, "least_utilisation": 0, "most_utilisation": 1}
    park.unit("pipe", "town", "outfall", 120, **moves)
    park.substitute("effluent", "cooling").substitute("effluent", "river")
    park.add(
        "exchanges",
        donor_id="town",
        receiver_id="town",
        resource_id="effluent",
        serves_resource_id="river",
        amount=60,
    )
    park.quality("", "cooling", "bought", value=100)
    return park.quality("town", "effluent", "supply", value=900)


def reused(**settings):
    """With a free way: salt within 500 lets half of the 100 m3 be effluent."""
    park = water_park(**settings).link("town", "plant", "effluent")
    return park.quality("plant", "cooling", "need", most=500)


def left(park):
    """The one row of `water_left`."""
    (row,) = plan(park).tables["water_left"].itertuples(index=False)
    return row


# Indicators


def test_rates_of_a_year_by_hand():
    """60 m3 of cooling water, 20 of it reclaimed, 9 rounds each; 20 more reclaimed let out.

    Used again 9 x 60 + 20 = 560 of 600 m3; reclaimed 20 of 40; 40 m3 fresh for 200 万元 sold.
    """
    known = water_park().dataset().resource
    trades = [("cooling", "buy", 40.0, 1.0), ("goods", "sell", 2.0, 100.0)]
    trades += [("gone", "dispose", 20.0, 0.1)]
    exchanges = [("effluent", "cooling", 20.0), ("effluent", "river", 20.0)]
    found = water_indicators(known, WaterYear(trades, exchanges, []))
    assert found == pytest.approx(
        {
            "water_reused": 20,
            "industrial_water_reuse": 560 / 600,
            "reclaimed_water": 0.5,
            "fresh_water_per_sales": 0.2,
        }
    )


def test_a_year_without_water_has_no_rates():
    found = water_indicators({}, WaterYear([], [], []))
    assert set(found.values()) == {0.0}


def test_indicators_of_a_plan():
    """Today 100 m3 fresh and 60 let out; in the plan 50 fresh, 50 reclaimed, 10 let out."""
    table = plan(reused()).tables["indicators"].set_index("name")
    expected = {
        "fresh_water": (100, 50),
        "water_discharged": (60, 10),
        "water_reused": (0, 50),
        "industrial_water_reuse": (900 / 1000, 950 / 1000),
        "reclaimed_water": (0, 50 / 60),
        "fresh_water_per_sales": (0.1, 0.05),
    }
    for name, values in expected.items():
        assert tuple(table.loc[name, ["today", "plan"]]) == pytest.approx(values), name


# What is let out, and why


def test_water_that_leaves_through_two_outfalls_is_told_of_once():
    """The town may let out 36 kg of salt, 40 m3 of its 60, and the plant 18 kg: the other 20."""
    park = water_park(network={"matching": "declared"}).link("town", "plant", "effluent")
    moves = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
    park.unit("second pipe", "plant", "outfall", 120, **moves)
    park.quality("plant", "cooling", "need", most=100)
    limit = {"owner_id": "town", "resource_id": "river", "property_id": "salt"}
    park.add("load_limits", **limit, most="36 kg/a")
    park.add("load_limits", **limit | {"owner_id": "plant"}, most="18 kg/a")
    row = left(park)
    out = plan(park).tables["exchanges"].set_index("receiver")["plan"]
    assert (out["town"], out["plant"]) == pytest.approx((40, 20))
    assert (row.outlet, row.today, row.plan) == ("river", pytest.approx(60), pytest.approx(60))
    dataset = park.dataset()
    assert audit_plan(dataset, plan(park)).passed


def test_what_would_spoil_the_mixture_is_too_dirty():
    """10 m3 are left: the mixture stands at 500 mg/L. The load falls from 54 to 9 kg."""
    row = left(reused())
    assert (row.actor, row.resource, row.outlet) == ("town", "effluent", "river")
    assert (row.today, row.plan) == pytest.approx((60, 10))
    assert (row.reason, row.detail) == ("too_dirty", "salt")
    (load,) = plan(reused()).tables["water_loads"].itertuples(index=False)
    assert (load.property, load.unit) == ("salt", "t/year")
    assert (load.today, load.plan) == pytest.approx((0.054, 0.009))


def test_a_way_that_costs_more_than_it_saves_is_too_dear():
    """5 万元/m3 for a m3 that saves 1.1."""
    row = left(water_park().link("town", "plant", "effluent", freight=5))
    assert (row.plan, row.reason) == (pytest.approx(60), "too_dear")


def test_users_that_are_served_leave_no_room():
    """40 m3 of cooling water: 20 of 60 m3 are left because nobody needs more."""
    park = water_park().link("town", "plant", "effluent")
    row = left(park.change("streams", "plant-need-cooling", amount=40))
    assert (row.plan, row.reason) == (pytest.approx(20), "taken")


def test_without_any_use_there_is_no_taker():
    assert left(water_park()).reason == "no_taker"


def test_beyond_the_reach_of_its_pipe_is_too_far():
    """13 km apart as the crow flies, the pipe reaches 5."""
    park = water_park(network={"matching": "open"})
    park.add("carriers", carrier_id="pipe", unit="m3", reach=5)
    park.change("resources", "effluent", carrier_id="pipe")
    for who, lon in (("plant", 103.0), ("town", 103.15)):
        park.change("enterprises", who, lat=36.0, lon=lon)
    row = left(park)
    assert (row.reason, row.detail) == ("too_far", "5")


def test_the_season_in_which_it_is_let_out_is_asked():
    """Cooling is needed in summer only: in winter 36 m3 go to the river for want of a use.

    Asked over the year, the fresh water of summer would make it look too dirty.
    """
    park = reused(slices=SEASONS).change("streams", "plant-need-cooling", profile_id="hot")
    park.add("profiles", profile_id="hot", slice_id="summer", factor=1)
    park.add("profiles", profile_id="hot", slice_id="winter", factor=0)
    row = left(park)
    assert row.plan == pytest.approx(36) and row.reason == "no_taker"


# Audit and screen


@pytest.fixture(scope="module")
def honest():
    return reused().dataset(), plan(reused())


def altered(found, table, column, value):
    copy = copied(found)
    rows = copy.tables[table]
    copy.tables[table] = rows.iloc[1:] if column is None else rows.assign(**{column: value})
    return copy


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("water_left", "plan", 11.0),
        ("water_left", "today", 0.0),
        ("water_left", "reason", ""),
        ("water_left", None, None),
        ("water_loads", "plan", 0.01),
        ("water_loads", None, None),
    ],
)
def test_the_audit_finds_what_is_not_so(honest, table, column, value):
    dataset, found = honest
    assert audit_plan(dataset, found).passed
    assert table in failed(dataset, altered(found, table, column, value))


@pytest.mark.parametrize(
    "name", ["water_discharged", "water_reused", "industrial_water_reuse", "reclaimed_water"]
)
def test_the_audit_recomputes_the_indicators(honest, name):
    dataset, found = honest
    copy = altered(found, "indicators", "unit", found.tables["indicators"]["unit"])
    rows = copy.tables["indicators"]
    rows.loc[rows["name"] == name, "plan"] *= 1.01
    assert failed(dataset, copy).keys() == {"indicators"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "town to plant: effluent"), ("zh", "town 供 plant")],
)
def test_the_ladder_on_the_screen(honest, lang, words):
    """50 fresh and 50 reclaimed m3 a year are 0.0057 m3/h each; 10 m3 go to the river: why."""
    dataset, found = honest
    screen = StringIO()
    set_language(lang)
    try:
        print_water(Console(file=screen, width=160), dataset, Names(dataset), found)
    finally:
        set_language("en")
    text = screen.getvalue()
    assert words in text and "salt" in text
    assert ("too dirty" if lang == "en" else "水质不够") in text


def test_a_park_without_classes_of_water_has_no_ladder(honest):
    _dataset, found = honest
    plain = reused()
    for row in plain.rows["resources"]:
        row["water_class"] = ""
    dataset, screen = plain.dataset(), StringIO()
    print_water(Console(file=screen), dataset, Names(dataset), found)
    assert screen.getvalue() == ""


# Own use of a substitute, and streams in the stages of a chain


def test_own_effluent_may_serve_another_own_need_today():
    """The exchange of the town with itself closes its balance; the same resource would not do."""
    trades = plan(water_park()).tables["trades"].set_index(["actor", "resource"])
    assert trades.loc[("town", "gone"), "today"] == pytest.approx(60)
    assert ("town", "effluent") not in trades.index


def stage_park(share):
    """A works makes clean water of all 60 m3; the chain asks that a share reaches the stream."""
    park = water_park(baseline="none", chains={"at_least": 1, "at_most": 1})
    park.rows["exchanges"] = []
    cells = {"kind": "water", "unit": "m3", "balance": "slice"}
    park.resource("clean", water_class="reclaimed", **cells).market("clean", "dispose", 0)
    park.recipe("polish", {"effluent": 1}, {"clean": 1}).unit("works", "town", "polish", 60)
    park.substitute("clean", "cooling").link("town", "plant", "clean")
    park.quality("town", "clean", "supply", value=900)
    park.quality("plant", "cooling", "need", most=500)
    moves = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
    park.recipe("mix", {"cooling": 1}, {"goods": 1}).unit("idle", "plant", "mix", 1, **moves)
    link = {"start": "works", "end": "users", "resource": "clean", "least_share": share}
    park.chain("loop", {"works": "polish", "users": "mix"}, [link])
    park.rows["chain_stages"][-1]["streams"] = "plant-need-cooling"
    return park


def test_a_stream_performs_a_stage():
    """Salt lets 50 of 60 m3 (with the idle unit 50.5) reach the users: 0.8 can be asked, not 0.9.

    Were only units counted, the idle one could take no more than 1 m3.
    """
    park = stage_park(0.8)
    found = plan(park)
    assert found.chosen_chains() == ["loop"]
    assert audit_plan(park.dataset(), found).passed
    with pytest.raises(InfeasibleError):
        plan(stage_park(0.9))
