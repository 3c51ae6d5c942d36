"""Suspicions of quality: each is found where it is, and an honest park has none."""

from parks import Park, prepared
from symbiosis.planning.suspicions import suspicions
from symbiosis.planning.suspicions.quality import (
    impossible_limits,
    loads_from_nowhere,
    more_water,
    today_outside,
    unknown_qualities,
)
from water_parks import mixing_park

RULES = (impossible_limits, unknown_qualities, today_outside, more_water, loads_from_nowhere)


def found(park: Park, *rules) -> list[str]:
    return [str(fault) for rule in rules or RULES for _weight, fault in rule(prepared(park))]


def treated(recovery: float, clean: float) -> Park:
    """The works' water treated by a station that takes salt up to 1000; a tenth is reject."""
    park = mixing_park().quality("plant", "cooling", "need", most=300)
    park.resource("clean", "reject", kind="water", unit="m3", balance="slice")
    park.recipe("treating", {"used": 1}, {"clean": recovery, "reject": 0.1})
    park.project("station", "treating", 50, 10)
    park.market("clean", "dispose", 0).market("reject", "dispose", 0).substitute("clean", "cooling")
    park.quality("station", "used", "need", most=1000)
    park.quality("station", "clean", "supply", value=clean)
    return park.quality("station", "reject", "supply", value=5000)


def test_an_honest_park_has_none():
    assert found(treated(0.9, 100)) == []


def test_a_limit_below_the_best_supply():
    """Nothing has less salt than 100; with a treatment that gives 20 the limit may hold."""
    park = mixing_park().quality("plant", "cooling", "need", most=50)
    assert found(park, impossible_limits) == [
        "qualities.csv, row 8, column most: '50': nothing that could serve 'plant' keeps salt <= "
        "50; the best has 100; offer a treatment or a better source, or mend the limit"
    ]
    better = treated(0.9, 20).link("station@P", "plant", "clean").link("works", "station@P", "used")
    better.rows["qualities"][6]["most"] = 50
    assert found(better, impossible_limits) == []


def test_a_lower_limit_above_the_best_supply():
    park = mixing_park().quality("plant", "cooling", "need", property_id="cod", least=95)
    (line,) = found(park, impossible_limits)
    assert "keeps cod >= 95; the best has 10" in line


def test_a_missing_property():
    """The cod of the mine and of what is bought is asked for, and not known."""
    park = mixing_park().quality("plant", "cooling", "need", property_id="cod", most=30)
    rows = park.rows["qualities"]
    park.rows["qualities"] = [r for r in rows if r.get("value") not in (90, 10) or r["owner_id"]]
    del park.rows["qualities"][3]
    assert found(park, unknown_qualities) == [
        "qualities.csv, row 6, column most: '30': cod of cooling (bought outside), mine/drain is "
        "not known: it neither spoils nor dilutes; write the value, direction supply or bought, in "
        "qualities.csv"
    ]


def test_a_mixture_of_today():
    """60 m3 of 900 and 40 of 100 make 580; the standard of the park allows 300."""
    park = mixing_park().add("standards", standard_id="reuse")
    park.add("standard_limits", standard_id="reuse", property_id="salt", most=300)
    park.add("standard_uses", owner_id="P", resource_id="cooling", standard_id="reuse")
    exchange = {"donor_id": "works", "receiver_id": "plant", "resource_id": "used"}
    park.add("exchanges", **exchange, serves_resource_id="cooling", amount=60)
    assert found(park, today_outside) == [
        "standard_uses.csv, row 2, column standard_id: 'reuse': today 'plant' takes a mixture with "
        "salt 580; a plan must keep the limit: check it, and the values"
    ]
    park.rows["standard_limits"][0]["most"] = 580
    assert found(park, today_outside) == []


def test_a_recovery_above_one():
    assert found(treated(0.95, 100), more_water) == [
        "recipe_flows.csv, row 3, column coefficient: '0.95': 'treating' gives 1.05 m3 of water "
        "for 1 m3 it takes; check the recovery: it is at most 1"
    ]
    mine = treated(0.95, 100).resource("coal")
    mine.add(
        "recipe_flows", recipe_id="treating", resource_id="coal", direction="out", coefficient=1
    )
    assert found(mine, more_water) == []  # it brings water up with the coal


def test_an_outlet_dirtier_than_the_inlet():
    assert found(treated(0.9, 1100), loads_from_nowhere) == [
        "qualities.csv, row 10, column value: '1,100': the outlet is dirtier than salt 1,000 that "
        "may come in; check the two: a treatment does not add what it should remove"
    ]


def test_a_standard_for_nothing():
    park = mixing_park().add("standards", standard_id="reuse")
    lines = [str(fault) for fault in suspicions(prepared(park))]
    assert any("1 standards that hold for no need: reuse" in line for line in lines)
