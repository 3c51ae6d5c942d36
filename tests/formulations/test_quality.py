"""Quality: mixtures, fixed loads and load limits on hand-worked parks of water and materials."""

import numpy as np
import pytest

from parks import Park, amount, plan
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.plan import Plan
from water_parks import SEASONS, mixing_park, outfall_park, washing_park


def sources(found: Plan) -> tuple[float, float, float]:
    """What the plant takes from works and mine, and what it buys."""
    bought = amount(found, "trades", action="buy")
    return *(amount(found, "exchanges", donor=donor) for donor in ("works", "mine")), bought


def mixed(found: Plan, **keys: str) -> float:
    """Value of the one mixture with these keys."""
    table = found.tables["quality"]
    for column, value in keys.items():
        table = table[table[column] == value]
    (value,) = table["value"]
    return float(value)


def passes(park: Park, found: Plan) -> bool:
    return audit_plan(park.dataset(), found).passed


# ---------------------------------------------------------------------------------------- mixing


def test_a_need_without_limits_takes_anything():
    found = plan(mixing_park())
    assert sources(found)[2] == pytest.approx(0, abs=1e-6)
    assert found.tables["quality"].empty


def test_a_need_with_limits_of_zero_takes_only_fresh_water():
    park = mixing_park().quality("plant", "cooling", "need", most=0)
    park.rows["qualities"][4]["value"] = 0  # what is bought has no salt
    found = plan(park)
    assert sources(found) == pytest.approx((0, 0, 100), abs=1e-6)
    assert passes(park, found)


def test_one_property_is_diluted():
    """salt: 900 u + 100 (100 - u) <= 300 x 100, so u = 25; the drain has no more salt than fresh.

    Were the pair refused because 900 > 300, nothing of the works would be used.
    """
    park = mixing_park().quality("plant", "cooling", "need", most=300)
    found = plan(park)
    assert sources(found) == pytest.approx((25, 60, 15))
    assert mixed(found, property="salt") == pytest.approx(300)
    assert passes(park, found)


def test_two_properties_bind_together():
    """With cod <= 30 too: 10 u + 90 d + 10 f <= 3000, so d = 25 and 50 m3 are fresh.

    The answer to salt alone (25, 60, 15) has cod 58, that to cod alone (60, 25, 15) salt 580.
    """
    limits = {"salt": 300, "cod": 30}
    both = mixing_park()
    for name, most in limits.items():
        one = mixing_park().quality("plant", "cooling", "need", property_id=name, most=most)
        u, d, f = sources(plan(one))
        values = {"salt": (900, 100, 100), "cod": (10, 90, 10)}
        mixture = {n: np.dot(values[n], (u, d, f)) / 100 for n in limits}
        assert sum(mixture[n] > limits[n] + 1 for n in limits) == 1
        both.quality("plant", "cooling", "need", property_id=name, most=most)
    found = plan(both)
    assert sources(found) == pytest.approx((25, 25, 50))
    assert mixed(found, property="salt") == pytest.approx(300)
    assert mixed(found, property="cod") == pytest.approx(30)
    assert passes(both, found)


def test_a_lower_limit():
    """Hydrogen of at least 95 %: 90 x + 99 (100 - x) >= 9500 lets 44.4 of the off-gas in."""
    park = Park().resource("hydrogen", unit="1000 m3").enterprise("refinery", "coker")
    park.add("properties", property_id="salt", unit="%")  # the purity
    park.supply("coker", "hydrogen", 100).need("refinery", "hydrogen", 100)
    park.market("hydrogen", "buy", 1).market("hydrogen", "dispose", 0)
    park.link("coker", "refinery", "hydrogen")
    park.quality("coker", "hydrogen", "supply", value=90)
    park.quality("", "hydrogen", "bought", value=99)
    park.quality("refinery", "hydrogen", "need", least=95)
    found = plan(park)
    assert amount(found, "exchanges") == pytest.approx(400 / 9)
    assert passes(park, found)


def test_limits_of_a_season():
    """Salt 200 in summer (40 m3) and 500 in winter (60 m3): 800 u <= 100 x 40, and 400 x 60.

    So 5 m3 of the works in summer and 30 in winter; the mine's water is too far off here.
    """
    park = mixing_park(slices=SEASONS).quality("plant", "cooling", "need", "summer", most=200)
    park.quality("plant", "cooling", "need", most=500)
    park.rows["links"].pop()
    found = plan(park)
    assert sources(found) == pytest.approx((35, 0, 65))
    parts = found.tables["exchanges_by_slice"].set_index("slice")["plan"]
    assert dict(parts) == pytest.approx({"summer": 5, "winter": 30})
    assert mixed(found, slice="summer") == pytest.approx(200)
    assert mixed(found, slice="winter") == pytest.approx(500)
    assert passes(park, found)


def test_values_of_a_season():
    """The works' water has 900 all year but 300 in winter: then it needs no dilution."""
    park = mixing_park(slices=SEASONS).quality("plant", "cooling", "need", most=300)
    park.quality("works", "used", "supply", "winter", value=300)
    park.rows["links"].pop()
    found = plan(park)
    parts = found.tables["exchanges_by_slice"].set_index("slice")["plan"]
    assert dict(parts) == pytest.approx({"summer": 10, "winter": 36})  # 36 is all there is
    assert passes(park, found)


def test_what_is_not_known_is_left_out():
    """60 m3 of unknown salt neither spoil nor dilute: 600 u <= 200 f with u + f = 40."""
    park = mixing_park().quality("plant", "cooling", "need", most=300)
    del park.rows["qualities"][2]  # the salt of the mine
    found = plan(park)
    assert sources(found) == pytest.approx((10, 60, 30))
    (row,) = found.tables["quality"].itertuples()
    assert (row.amount, row.unknown, row.value) == pytest.approx((40, 60, 300))
    assert passes(park, found)


def test_a_standard_is_a_set_of_limits():
    """The park's standard asks what the two rows of the plant asked above."""
    park = mixing_park().add("standards", standard_id="reuse")
    for name, most in (("salt", 300), ("cod", 30)):
        park.add("standard_limits", standard_id="reuse", property_id=name, most=most)
    park.add("standard_uses", owner_id="P", resource_id="cooling", standard_id="reuse")
    found = plan(park)
    assert sources(found) == pytest.approx((25, 25, 50))
    park.quality("plant", "cooling", "need", property_id="cod", most=200)  # the plant knows better
    assert sources(plan(park)) == pytest.approx((25, 60, 15))
    assert passes(park, plan(park))


def test_a_limit_of_zero_that_nothing_keeps_refuses_the_pair():
    """What is bought has salt too: nothing can dilute, so no exchange and no row is made."""
    park = mixing_park().quality("plant", "cooling", "need", most=50)
    del park.rows["qualities"][4]  # salt of what is bought: unknown, it cannot dilute
    found = plan(park)
    assert sources(found) == pytest.approx((0, 0, 100), abs=1e-6)


def test_without_qualities_that_bind_the_model_is_the_same():
    """Values and wide limits add no row: a park without quality problems pays nothing."""
    wide = mixing_park().quality("plant", "cooling", "need", most=1000)
    assert plan(wide).facts["size"]["rows"] == plan(mixing_park()).facts["size"]["rows"]


# ------------------------------------------------------------------------------------- materials


def gypsum_park() -> Park:
    """Gypsum of two plants, fluorine 1.0 and 0.2 %; the cement works takes 100 t at most 0.5 %."""
    park = Park().resource("gypsum", mass=1).enterprise("acid", "power", "cement")
    park.add("properties", property_id="salt", unit="%")  # the fluorine
    park.supply("acid", "gypsum", 100).supply("power", "gypsum", 100).need("cement", "gypsum", 100)
    park.market("gypsum", "dispose", 0.1, enterprise_id="acid")
    park.market("gypsum", "sell", 0, enterprise_id="power").market("gypsum", "buy", 1)
    park.quality("acid", "gypsum", "supply", value=1).quality(
        "power", "gypsum", "supply", value=0.2
    )
    park.quality("cement", "gypsum", "need", most=0.5)
    return park.link("acid", "cement", "gypsum").link("power", "cement", "gypsum")


def test_fluorine_in_gypsum():
    """0.5 a <= 0.3 b with a + b = 100: 37.5 t of the bad gypsum."""
    park = gypsum_park()
    found = plan(park)
    assert amount(found, "exchanges", donor="acid") == pytest.approx(37.5)
    assert amount(found, "exchanges", donor="power") == pytest.approx(62.5)
    assert passes(park, found)


def test_a_substitute_mixes_with_its_own_amount():
    """Iron in the feed of aerated blocks: ash 8 %, sand 2 %, at most 5 %; 1 t for 0.9 of sand.

    8 x + 2 (100 - 0.9 x) <= 5 (x + 100 - 0.9 x) gives x = 300 / 5.7; counted by what it replaces,
    it would be 300 / 5.4, and the blocks would have 5.08 %.
    """
    park = Park().resource("ash", "sand", mass=1).enterprise("plant", "blocks")
    park.add("properties", property_id="salt", unit="%")  # the iron
    park.supply("plant", "ash", 100).need("blocks", "sand", 100)
    park.market("ash", "dispose", 0.1).market("sand", "buy", 1).substitute("ash", "sand", 0.9)
    park.quality("plant", "ash", "supply", value=8).quality("", "sand", "bought", value=2)
    park.quality("blocks", "sand", "need", most=5).link("plant", "blocks", "ash")
    found = plan(park)
    assert amount(found, "exchanges") == pytest.approx(300 / 5.7)
    assert passes(park, found)


def test_a_limit_on_a_substitute_holds_for_it_alone():
    """Ash of moisture 14 and 8 (20 t), at most 10 as ash: a <= b / 2; dry clay does not help."""
    park = Park().resource("ash", "clay", mass=1).enterprise("wet", "dry", "kiln")
    park.add("properties", property_id="salt", unit="%")  # the moisture
    park.supply("wet", "ash", 100).supply("dry", "ash", 20).need("kiln", "clay", 200)
    park.market("ash", "dispose", 0.1).market("clay", "buy", 1).substitute("ash", "clay")
    park.quality("wet", "ash", "supply", value=14).quality("dry", "ash", "supply", value=8)
    park.quality("", "clay", "bought", value=0).quality("kiln", "ash", "need", most=10)
    park.link("wet", "kiln", "ash").link("dry", "kiln", "ash")
    found = plan(park)
    assert amount(found, "exchanges", donor="wet") == pytest.approx(10)
    assert amount(found, "exchanges", donor="dry") == pytest.approx(20)
    assert mixed(found, resource="ash", serves="clay") == pytest.approx(10)
    assert passes(park, found)


# ----------------------------------------------------------------------------------- fixed loads


def test_four_operations_with_fixed_loads():
    """Wang and Smith (1994): loads of 2, 5, 30, 4 kg; 112.5 t of water alone, 90 reusing it."""
    park = washing_park(
        {
            "one": {"salt": (2000, 0, 100)},
            "two": {"salt": (5000, 50, 100)},
            "three": {"salt": (30000, 50, 800)},
            "four": {"salt": (4000, 400, 800)},
        }
    )
    found = plan(park)
    assert amount(found, "trades", action="buy") == pytest.approx(90)
    assert passes(park, found)
    alone = park.copy()
    alone.rows["links"] = []
    assert amount(plan(alone), "trades", action="buy") == pytest.approx(20 + 50 + 37.5 + 5)


def test_every_property_closes_and_no_outlet_is_worse_than_declared():
    """What really flows, with two properties: true values solved from the plan's flows.

    The model counts the used water with its declared value. The true value is what comes in plus
    the load, over the water; it must never be above, and what leaves the site of a property is
    what was added.
    """
    operations = {
        "steam": {"salt": (3000, 0, 80), "cod": (8000, 0, 400)},
        "wash": {"salt": (9000, 60, 300), "cod": (2000, 100, 300)},
        "rinse": {"salt": (2000, 150, 400), "cod": (9000, 250, 500)},
    }
    park = washing_park(operations)
    found = plan(park)
    assert passes(park, found)
    names = list(operations)
    water = np.array([amount(found, "units", actor=name) for name in names])
    reused = np.array(
        [[amount(found, "exchanges", donor=d, receiver=r) for d in names] for r in names]
    )
    assert reused.sum() > 1  # the case is about reuse
    for salt in ("salt", "cod"):
        load = np.array([operations[name][salt][0] for name in names])
        true = np.linalg.solve(np.diag(water) - reused, load)
        declared = np.array([operations[name][salt][2] for name in names])
        assert np.all(true <= declared * (1 + 1e-6))
        most_in = np.array([operations[name][salt][1] for name in names])
        assert np.all(reused @ true <= most_in * water * (1 + 1e-6) + 1e-6)
        discharged = water - reused.sum(axis=0)
        assert discharged @ true == pytest.approx(load.sum())


def test_the_worse_property_decides_the_water():
    """8,000 g of cod at 400 need 20 m3, 3,000 g of salt at 80 need 37.5: with clean water."""
    park = washing_park({"steam": {"salt": (3000, 0, 80), "cod": (8000, 0, 400)}})
    found = plan(park)
    assert amount(found, "trades", action="buy") == pytest.approx(37.5)
    assert mixed(found, direction="supply", property="salt") == pytest.approx(80)
    assert mixed(found, direction="supply", property="cod") == pytest.approx(8000 / 37.5)


def test_a_fixed_load_in_seasons():
    """By season the load comes by the hours: 16 m3 and 24 m3 instead of 40."""
    park = washing_park({"one": {"salt": (4000, 0, 100)}})
    for row in park.rows["resources"]:
        row["balance"] = "slice"
    park = park.copy(slices=SEASONS)
    found = plan(park)
    parts = found.tables["trades_by_slice"]
    bought = parts[parts["action"] == "buy"].set_index("slice")["plan"]
    assert dict(bought) == pytest.approx({"summer": 16, "winter": 24})
    assert passes(park, found)


# ----------------------------------------------------------------------------------- load limits


def test_the_load_of_an_outfall():
    """30,000 g a year: all of the weak water (10,000) and 40 m3 of the strong; the rest not."""
    park = outfall_park(30_000)
    found = plan(park)
    assert amount(found, "exchanges", donor="town") == pytest.approx(100)
    assert amount(found, "exchanges", donor="mill") == pytest.approx(40)
    limit = found.tables["limits"].set_index("name").loc["load"]
    assert (limit["value"], limit["limit"], limit["unit"]) == pytest.approx((0.03, 0.03, "t/year"))
    assert passes(park, found)


@pytest.mark.parametrize("owner", ["outfall", "P"])
def test_whose_load_limit(owner):
    """A limit of the outfall alone is that of the park, whose only outfall it is."""
    park = outfall_park(20_000)
    park.rows["load_limits"][0]["owner_id"] = owner
    assert amount(plan(park), "exchanges", donor="mill") == pytest.approx(20)


def test_the_quota_of_a_park_is_shared_by_its_outfalls():
    """Two outfalls, each with half of the water: the quota still lets 40 m3 of the strong out."""
    park = outfall_park(30_000).enterprise("second")
    moves = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
    park.change("units", "pipe", capacity=70)
    park.unit("pipe2", "second", "discharging", 70, **moves)
    park.link("mill", "second", "strong").link("town", "second", "weak")
    found = plan(park)
    assert amount(found, "exchanges", donor="mill") == pytest.approx(40)
    assert passes(park, found)


# -------------------------------------------------------------------------------------- profiles


def seasonal_park(**settings) -> Park:
    """A need of 100 m3 in summer only; the works gives 100 m3 evenly, 40 of them in summer."""
    park = mixing_park(slices=SEASONS, **settings)
    park.change("streams", "plant-need-cooling", profile_id="hot")
    park.change("streams", "works-supply-used", amount=100)
    park.rows["links"].pop()
    for part, factor in (("summer", 1), ("winter", 0)):
        park.add("profiles", profile_id="hot", slice_id=part, factor=factor)
    return park


def test_a_stream_with_a_profile():
    """Without it 100 m3 of the works would serve the year; so 60 m3 are bought in summer."""
    park = seasonal_park()
    found = plan(park)
    assert sources(found) == pytest.approx((40, 0, 60))
    assert set(found.tables["trades_by_slice"].query("action == 'buy'")["slice"]) == {"summer"}
    assert passes(park, found)


def test_a_market_may_be_used_up_in_one_season():
    """At most 60 m3 a year are sold: all in summer, not 24 there and 36 when nobody wants them."""
    park = seasonal_park(baseline="none").change("markets", "cooling", most=60)
    assert sources(plan(park)) == pytest.approx((40, 0, 60))
