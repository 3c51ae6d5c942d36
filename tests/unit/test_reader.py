"""What a person types in different ways means the same dataset; every number is converted once."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from symbiosis.domain.errors import DatasetError
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import dataset_from_raw, read_dataset
from symbiosis.inputs.tables import plain_number, raw_from_rows


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(datasets_folder() / "template", tmp_path / "mypark"))


def small(**tables):
    """A park of one mill and one kiln, in code."""
    rows = {
        "resources": [
            {"resource_id": "slag", "kind": "material", "unit": "t", "carrier_id": "truck"},
            {"resource_id": "gas", "kind": "energy", "unit": "1000 m3"},
        ],
        "carriers": [{"carrier_id": "truck", "unit": "t", "reach": "30"}],
        "parks": [{"park_id": "p", "lat": "36", "lon": "103"}],
        "enterprises": [{"enterprise_id": "mill", "park_id": "p"}],
    }
    return raw_from_rows("small", rows | tables, {})


def stream(**cells):
    """The amount of one stream of slag, t/year."""
    row = {
        "stream_id": "s",
        "enterprise_id": "mill",
        "resource_id": "slag",
        "direction": "supply",
        "amount": "1",
    }
    return dataset_from_raw(small(streams=[row | cells])).streams[0]


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("35", "", 35),
        ("35", "万t/a", 350_000),
        ("35 万t/a", "", 350_000),
        ("35万t/a", "t/h", 350_000),  # what stands in the cell is nearer to the number
        ("3 t/h", "", 26_280),
        ("1,200", "t/a", 1200),
        ("1,234,567.5", "", 1_234_567.5),
        ("３５．５", "", 35.5),
        ("３５　万t/a", "", 350_000),
        ("１，２００", "", 1200),
        ("+7", "", 7),
        (".5", "", 0.5),
        ("5.", "", 5),
        ("1e3", "", 1000),
        ("2E-1 万t/a", "", 2000),
        ("0", "t/h", 0),
        (35, "万t/a", 350_000),  # a number, from code
        (35.5, "", 35.5),
    ],
)
def test_amounts_as_people_type_them(cell, unit, expected):
    """A missed unit would be wrong by 8760 or 10 000."""
    assert stream(amount=cell, unit=unit).amount == pytest.approx(expected, rel=1e-12)


def test_low_and_high_share_the_unit_of_the_main_number():
    """2 to 4 t/h: were the range left as typed, 26 280 would lie outside 2 to 4."""
    row = stream(amount="3", low="2", high="4", unit="t/h")
    assert (row.low, row.high) == (17_520, 35_040)


def test_units_of_a_resource_decide_the_target():
    """0.5 万m3/h of a gas counted in thousand m3 is 5 x 8760, not 5000 x 8760."""
    row = stream(resource_id="gas", amount="0.5", unit="万m3/h")
    assert row.amount == pytest.approx(43_800)


def test_units_of_a_recipe_and_a_substitute():
    """A capacity is in the recipe's reference resource; a ratio is a number without unit."""
    dataset = dataset_from_raw(
        small(
            recipes=[{"recipe_id": "melt", "reference_resource": "slag"}],
            recipe_flows=[
                {"recipe_id": "melt", "resource_id": "slag", "direction": "out",
                 "coefficient": "1000", "unit": "kg"},
                {"recipe_id": "melt", "resource_id": "gas", "direction": "in",
                 "coefficient": "250", "unit": "m3"},
            ],
            units=[
                {"unit_id": "u", "enterprise_id": "mill", "recipe_id": "melt",
                 "capacity": "10", "capacity_unit": "t/h", "utilisation": "80%"}
            ],
            substitutes=[{"from_resource": "gas", "to_resource": "slag", "ratio": "2"}],
        )
    )  # fmt: skip
    assert [flow.coefficient for flow in dataset.recipe_flows] == [1.0, 0.25]
    assert dataset.units[0].capacity == 87_600
    assert dataset.units[0].utilisation == 0.8
    assert dataset.substitutes[0].ratio == 2


def test_numbers_of_the_template(folder):
    """The template's own numbers, converted by hand."""
    dataset = read_dataset(folder)
    units = {row.unit_id: row for row in dataset.units}
    assert units["power_plant_1"].capacity == pytest.approx(200 * 8760)  # MW -> MWh/year
    assert (units["power_plant_1"].low, units["power_plant_1"].high) == (0.55, 0.68)
    assert units["brick_kiln"].capacity == pytest.approx(60_000)  # 6000 万块 -> thousands
    assert units["wwtp_line"].capacity == pytest.approx(3.65e6)  # 1 万m3/d
    assert dataset.project["ash_blocks"].capital_cost == pytest.approx(4200)  # 0.42 亿元
    assert dataset.project["ash_blocks"].fixed_cost_share == pytest.approx(0.03)  # 3%
    assert dataset.project["water_station"].land == pytest.approx(9)  # 0.6 公顷
    assert dataset.carrier["gas_pipe"].reach == pytest.approx(6)  # 6000 m
    assert dataset.carrier["gas_pipe"].fixed_cost == pytest.approx(80)  # 0.008 亿元/km
    assert dataset.carrier["steam_main"].capacity_cost == pytest.approx(6 / 8760)
    assert dataset.settings.money.budget == pytest.approx(9000)  # 0.9 亿元
    prices = {(m.resource_id, m.action, m.enterprise_id): m.price for m in dataset.markets}
    assert prices["coal", "buy", "power_plant"] == pytest.approx(0.043)
    assert prices["natural_gas", "buy", ""] == pytest.approx(0.32)  # 3.2 元/m3, per 1000 m3
    assert prices["wastewater", "buy", ""] == pytest.approx(-0.0001)


def rewritten(folder, encoding="utf-8", **form):
    """Save every table of the folder anew, as another program would."""
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, **form).writerows(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_way_of_saving_is_the_same_dataset(folder, encoding, end, quoting):
    """GBK from a Chinese Excel, with or without BOM, CRLF, all cells quoted."""
    before = read_dataset(folder)
    rewritten(folder, encoding, lineterminator=end, quoting=quoting)
    after = read_dataset(folder)
    assert after == before
    assert after.digest == before.digest
    assert after.enterprise["dairy"].name_zh == "青石乳业"


def test_a_gbk_study_file(folder):
    """An editor of Chinese Windows saves study.toml in GBK."""
    path = folder / "study.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    assert read_dataset(folder).settings.title_zh == "青石示范园（虚构）"


def test_rows_are_numbered_as_the_spreadsheet_shows_them(folder):
    """A line break within a cell and an empty row above must not shift the number told."""
    path = folder / "properties.csv"
    path.write_text(
        'property_id,name_en,note\ntds,salt,"two\nlines"\n\n,carbon,\n', encoding="utf-8"
    )
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert [fault.row for fault in caught.value.faults if fault.file == "properties.csv"] == [4]


def test_empty_rows_columns_and_short_rows_do_no_harm(folder):
    """As a spreadsheet leaves them behind."""
    before = read_dataset(folder)
    path = folder / "properties.csv"
    path.write_text(
        "property_id,name_zh,name_en,unit,note,,\n,,,,,,\ntds,溶解性总固体,total dissolved solids,"
        "mg/L,盐分按流量线性混合 / salt mixes linearly by flow,,\n  ,\nloi,烧失量,"
        "loss on ignition,%,粉煤灰未燃碳 / unburnt carbon in ash\n\ncod,化学需氧量,"
        "chemical oxygen demand,mg/L,单位可换算时，负荷可写 t/a / with a unit the program knows a "
        "load may be typed in t/a\n",
        encoding="utf-8",
    )
    after = read_dataset(folder)
    assert [row.model_dump(exclude={"row"}) for row in after.properties] == [
        row.model_dump(exclude={"row"}) for row in before.properties
    ]


def test_quotation_marks_within_a_cell(folder):
    """A doubled mark is one mark; a comma in quotation marks parts nothing."""
    path = folder / "properties.csv"
    path.write_text(
        'property_id,unit,name_en\ntds,mg/L,"salt, ""all"" of it"\nloi,%,5" pipe\ncod,mg/L,\n',
        encoding="utf-8",
    )
    names = [row.name_en for row in read_dataset(folder).properties]
    assert names == ['salt, "all" of it', '5" pipe', ""]


def test_an_ending_in_capitals(folder):
    """PARKS of another system: parks.CSV is the table, not a missing one."""
    (folder / "parks.csv").rename(folder / "parks.CSV")
    assert read_dataset(folder).park["qingshi"].land_available == 300


def test_hidden_files_are_passed_over(folder):
    """macOS leaves ._parks.csv on a memory stick; it is no table."""
    (folder / "._parks.csv").write_bytes(b"\x00\x05\x16\x07")
    assert read_dataset(folder).park["qingshi"]


def test_an_optional_table_may_be_missing_or_empty(folder):
    """A header without rows is a table without rows."""
    for table in ("exchanges", "links"):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8-sig").splitlines()[0], encoding="utf-8")
    (folder / "project_sizes.csv").unlink()
    dataset = read_dataset(folder)
    assert dataset.exchanges == dataset.links == dataset.project_sizes == ()


def test_the_dataset_is_named_by_its_folder(folder, monkeypatch):
    """`.` is the folder's name, not an empty one."""
    monkeypatch.chdir(folder)
    assert read_dataset(Path(".")).name == "mypark"


def test_the_digest_changes_with_a_number_only(folder):
    """A plan keeps the hash of its inputs: the same cells, the same hash."""
    before = read_dataset(folder).digest
    assert read_dataset(folder).digest == before
    assert read_dataset(folder, ("markets.coal/buy.price=451",)).digest != before
    assert read_dataset(folder, ("markets.coal/buy.price=450",)).digest == before


def test_a_unit_of_an_unknown_resource_is_not_faulted():
    """Only the unknown resource is told, not that its amount has no unit to be in."""
    with pytest.raises(DatasetError) as caught:
        stream(resource_id="slga", amount="1,000 t/a")
    assert list(map(str, caught.value.faults)) == [
        "streams.csv, row 2, column resource_id: 'slga': is not in resources.csv; closest is 'slag'"
    ]


def test_rows_from_code_are_read_as_rows_of_a_file():
    """Spaces around a name and empty cells: `coal ` would pass as a known name and be none."""
    row = stream(resource_id=" slag ", amount=" 35 ", least_amount="", most_amount=None)
    assert (row.resource_id, row.amount, row.least_amount) == ("slag", 35, None)


def test_plain_number():
    assert plain_number(" －３５．５ ") == "-35.5"
    assert plain_number("\N{MINUS SIGN}2") == "-2"
