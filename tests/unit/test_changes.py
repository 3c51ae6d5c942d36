"""`--set table.key.column=value`: the change is checked like a typed cell, and refused by name."""

import re

import pytest

from symbiosis.domain.errors import DatasetError, UsageError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import read_raw

TEMPLATE = datasets_folder() / "template"


def read(*changes):
    return read_dataset(TEMPLATE, changes)


def test_a_cell_with_a_unit_of_its_own():
    """450 元/t becomes 0.05 万元/t; left unconverted the coal would cost 500 万元/t."""
    price = {(m.resource_id, m.action, m.enterprise_id): m.price for m in
             read("markets.coal/buy.price=500").markets}  # fmt: skip
    assert price["coal", "buy", ""] == pytest.approx(0.05)
    assert price["coal", "buy", "power_plant"] == pytest.approx(0.043)  # the other row stays
    other = read("markets.coal/buy/power_plant.price=0.06 万元/t").markets
    assert [m.price for m in other if m.enterprise_id] == [pytest.approx(0.06)]


def test_a_changed_number_loses_its_old_range():
    """The ash works at 0.9 亿元 lie outside 0.35 to 0.5: a what-if is not a fault of the data."""
    project = read("projects.ash_blocks.capital_cost=0.9").project["ash_blocks"]
    assert project.capital_cost == pytest.approx(9000)
    assert (project.low, project.high) == (None, None)
    assert read("projects.ash_blocks.land=50").project["ash_blocks"].low == pytest.approx(3500)


def test_an_empty_value_empties_the_cell():
    """Of a limit: there is none any more."""
    assert any(m.most for m in read().markets if m.resource_id == "clay")
    assert not any(
        m.most for m in read("markets.clay/buy.most=").markets if m.resource_id == "clay"
    )


def test_a_value_may_hold_equal_signs_points_and_spaces():
    note = read("parks.qingshi.note = a.b = c ").park["qingshi"].note
    assert note == "a.b = c"


def test_later_changes_stand_over_earlier_ones():
    assert read("parks.qingshi.land_available=1", "parks.qingshi.land_available=2").park[
        "qingshi"
    ].land_available == pytest.approx(2)


def test_the_files_stay_as_they_are():
    """A change is one study's; the next reading knows nothing of it."""
    before = {path.name: path.read_bytes() for path in TEMPLATE.iterdir()}
    read("parks.qingshi.land_available=1")
    assert {path.name: path.read_bytes() for path in TEMPLATE.iterdir()} == before
    assert read_raw(TEMPLATE).rows["parks"][0]["land_available"] == "300"


@pytest.mark.parametrize(
    ("change", "section", "name", "expected"),
    [
        ("study.money.budget=0.3 亿元", "money", "budget", 3000),
        ("study.money.budget=", "money", "budget", None),  # the default: no limit
        ("study.money.discount_rate=0.1", "money", "discount_rate", 0.1),
        ("study.chains.at_most=2", "chains", "at_most", 2),
        ("study.network.matching=declared", "network", "matching", "declared"),
        ("study.network.hazardous_across_province=true", "network",
         "hazardous_across_province", True),
        ("study.solver.seed=7", "solver", "seed", 7),
        ("study.chains.barred=ash_chain", "chains", "barred", ("ash_chain",)),
    ],
)  # fmt: skip
def test_a_setting(change, section, name, expected):
    assert getattr(getattr(read(change).settings, section), name) == expected


def test_a_list_that_study_toml_does_not_have(tmp_path):
    """A list is parted by ; whether or not the file has the setting already."""
    import shutil

    folder = shutil.copytree(TEMPLATE, tmp_path / "park")
    (folder / "study.toml").write_text("[chains]\nat_most = 1\n")
    settings = read_dataset(folder, ("study.switch_off=ash_blocks; water_station",)).settings
    assert settings.switch_off == ("ash_blocks", "water_station")
    assert read("study.switch_off=ash_blocks").settings.switch_off == ("ash_blocks",)
    assert read("study.switch_off=").settings.switch_off == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("coal", "'coal' is not a change; write table.key.column=value"),
        ("coal=5", "'coal=5' is not a change; write table.key.column=value"),
        ("=5", "'=5' is not a change; write table.key.column=value"),
        ("study=5", "'study=5' is not a change; write table.key.column=value"),
        ("market.coal/buy.price=5", "'market' is not a table; closest is 'markets'"),
        ("markets.coal/buy.prise=5", "'prise' is not a column of markets; closest is 'price'"),
        ("markets.price=5", "'markets.price=5' is not a change; write table.key.column=value"),
        (
            "markets.coal/by.price=5",
            "markets.csv has no row 'coal/by'; closest is 'coal/buy'",
        ),
        ("parks.qqq.lat=5", "parks.csv has no row 'qqq'; park_id"),
        ("study.objective.x=5", "'objective' is not a section of study.toml"),
        ("study.periods.0.years=5", "'periods' is not a section of study.toml"),
        ("study.money=5", "'money' is a section; name one of its settings"),
    ],
)
def test_a_change_that_cannot_be_made(change, message):
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        read(change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("parks.qingshi.lat=north", "parks.csv, row 2, column lat: 'north': is not a number"),
        ("streams.brick_drying.resource_id=staem", "closest is 'steam'"),
        ("study.money.bugdet=5", "closest is 'budget'"),
        ("study.chains.at_most=many", "'many': is not a whole number"),
        ("parks.qingshi.park_id=", "park_id: is empty"),
    ],
)
def test_a_change_is_checked_like_a_typed_cell(change, message):
    with pytest.raises(DatasetError, match=re.escape(message)):
        read(change)
