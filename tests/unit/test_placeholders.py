"""Invented members are named in every row of a plan that speaks of them, and in every label."""

from heat_parks import flow, heat_park, level, standing
from parks import Park, plan, prepared
from symbiosis.network.graph import enterprise_name
from symbiosis.planning.placeholders import placeholders, with_placeholders
from symbiosis.planning.suspicions import suspicions


def steam_park() -> Park:
    """Gas of B, an invented works, raises steam for A over a link; a project stands within B."""
    park = heat_park().enterprise("A", internal_integration=0)
    park.enterprise("B", name_zh="乙厂", name_en="works B", internal_integration=0, placeholder=1)
    flow(park, "B", 300, 200, 1000)
    flow(park, "A", 80, 120, 600)
    level(park, "lp", 140)
    standing(park, "A", "use_lp")
    park.project("boiler", "raise_lp", 1000, 1, {"boiler@B": {"host_id": "B"}})
    return park.link("boiler@B", "A", "lp", fixed_cost=1)


def test_every_row_that_names_an_invented_works_says_so():
    """As donor by its hosted project, as actor of trades, as heat zone, at the end of a link."""
    tables = plan(steam_park()).tables
    assert list(tables["exchanges"]["placeholders"]) == ["B"]
    assert list(tables["projects"]["placeholders"]) == ["B"]
    assert list(tables["links"]["placeholders"]) == ["B"]
    trades = tables["trades"]
    assert all(
        (row.placeholders == "B") == (row.actor in ("B", "boiler@B")) for row in trades.itertuples()
    )
    zones = tables["heat"]
    assert set(zones.loc[zones["placeholders"] == "B", "zone"]) == {"B:source"}
    assert "placeholders" not in tables["chains"]


def test_a_park_without_invented_works_marks_nothing():
    park = steam_park().change("enterprises", "B", placeholder=0)
    tables = plan(park).tables
    assert all((tables[name]["placeholders"] == "").all() for name in ("exchanges", "trades"))


def test_names_are_marked_in_both_languages():
    dataset = prepared(steam_park()).dataset
    assert placeholders(dataset) == ["B"]
    assert enterprise_name(dataset.enterprise["B"], "zh") == "乙厂（占位）"
    assert enterprise_name(dataset.enterprise["B"], "en") == "works B (placeholder)"
    assert enterprise_name(dataset.enterprise["A"], "en") == ""


def test_an_empty_table_keeps_its_columns():
    dataset = prepared(steam_park()).dataset
    empty = plan(steam_park()).tables["exchanges"].head(0)
    assert list(with_placeholders(dataset, {"x": empty})["x"].columns) == list(empty.columns)


def test_who_has_hot_streams_only_needs_no_hot_utility():
    """B sells heat and has no use for it: that nobody could heat B is no suspicion, no crash."""
    park = steam_park()
    park.rows["markets"] = [
        row | ({"enterprise_id": "A"} if row["resource_id"] == "heat_bought" else {})
        for row in park.rows["markets"]
    ]
    texts = [str(fault) for fault in suspicions(prepared(park))]
    assert not [text for text in texts if "heat_bought" in text and "B" in text.split(":")[1]]
