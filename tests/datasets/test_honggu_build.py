"""The embedded Honggu dataset: what the tool makes of the library, every row with its source."""

import csv
import shutil
from pathlib import Path

import pytest

import build_datasets
from library import Library
from park_tables import park_tables
from symbiosis.domain.dataset import Dataset
from symbiosis.domain.fields import Evidence
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import TABLES
from symbiosis.planning.study import prepare

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
HONGGU = DATASETS / "honggu"


@pytest.fixture(scope="module")
def honggu() -> Dataset:
    return read_dataset(HONGGU)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, str]]]:
    """Rows of every file as they stand, by table."""
    found = {}
    for path in sorted(HONGGU.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found[path.stem] = list(csv.DictReader(lines))
    return found


@pytest.fixture
def copies(tmp_path):
    """The library and the dataset in a folder of their own."""
    for name in ("library", "honggu"):
        shutil.copytree(DATASETS / name, tmp_path / name)
    return tmp_path


# The tool


def test_building_again_gives_the_same_bytes():
    """A CSV edited by hand, or a library row changed without a new build, shows here."""
    assert build_datasets.differences(HONGGU, build_datasets.build("honggu")) == []


def test_check_reports_a_difference_and_writes_nothing(copies, capsys):
    """Status 1 and the file's name; were the file mended silently, CI would never see it."""
    command = ["honggu", "--check", "--datasets", str(copies)]
    assert build_datasets.main(command) == 0
    markets = copies / "honggu" / "markets.csv"
    markets.write_text(markets.read_text(encoding="utf-8").replace("424.779", "1"), "utf-8")
    stray = copies / "honggu" / "heat_links.csv"
    stray.write_text("link_id\n", "utf-8")
    before = markets.read_bytes()
    assert build_datasets.main(command) == 1
    assert markets.read_bytes() == before and stray.exists()
    said = capsys.readouterr().out
    assert "markets.csv differs" in said and "heat_links.csv differs" in said


def test_building_mends_the_files(copies):
    """Changed files are written again and files the tool does not make are removed."""
    (copies / "honggu" / "markets.csv").unlink()
    (copies / "honggu" / "heat_links.csv").write_text("link_id\n", "utf-8")
    assert build_datasets.main(["honggu", "--datasets", str(copies)]) == 0
    for path in HONGGU.iterdir():
        assert (copies / "honggu" / path.name).read_bytes() == path.read_bytes()
    assert not (copies / "honggu" / "heat_links.csv").exists()


def test_a_correction_is_applied_once(copies):
    """J01's 45 becomes 33; a table that holds 33 already is refused, not corrected again."""
    library = Library(copies / "library", ["metals"])
    costs = {row["project_id"]: row["var_opex_yuan_per_unit"] for row in library.projects()}
    assert (costs["J01"], costs["J10"]) == ("33", "12")
    table = copies / "library" / "projects.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",4,45,40,", ",4,33,40,"), "utf-8")
    with pytest.raises(ValueError, match="J01.var_opex_yuan_per_unit is 33"):
        library.projects()


def test_chain_filling_without_a_stage_is_refused():
    """Yongdeng's dross works stand in a stage by our choice only; without it they never could."""
    choices = build_datasets.read_choices("yongdeng")
    del choices["chains"]["stage_recipes"]
    library = Library(DATASETS / "library", choices["families"])
    with pytest.raises(ValueError, match="no stage names a recipe of J02, JM05"):
        park_tables(choices, library)


# The dataset


def test_it_reads_without_faults_and_today_closes(honggu):
    """Every supply has a way out and every need a way in; else a plan would start from a hole."""
    assert prepare(honggu).today.faults == ()


def test_every_row_has_its_grade(rows):
    """Provenance, check and source of every row with a graded number."""
    graded = [name for name in rows if issubclass(TABLES[name].record, Evidence)]
    assert len(graded) >= 12
    for name in graded:
        for row in rows[name]:
            where = f"{name}.csv: {list(row.values())[:3]}"
            assert row["provenance"] in ("public", "coefficient", "assumption"), where
            assert row["check"] in ("retrieved", "recalled", "typical", "derived"), where
            assert row["source"], where


def test_names_stand_in_both_languages(rows):
    for name in ("parks", "enterprises", "resources", "recipes", "projects", "chains"):
        assert all(row["name_zh"] and row["name_en"] for row in rows[name]), name
    assert all(row["name_zh"] and row["name_en"] for row in rows["chain_stages"])


def test_hazardous_wastes_have_a_code_of_the_national_list(honggu):
    """Waste that the model keeps inside the province must be hazardous by the list itself."""
    listed = {row["code"] for row in Library(DATASETS / "library", []).rows("waste_codes")}
    hazardous = [row for row in honggu.resources if row.hazardous]
    assert {"spl", "primary_dross", "secondary_dross", "carbon_dust"} <= {
        row.resource_id for row in hazardous
    }
    for row in hazardous:
        assert row.waste_code.startswith("HW"), row.resource_id
    potlining = honggu.resource["spl"].waste_code.removeprefix("HW48 ")
    assert potlining in listed


@pytest.mark.parametrize(
    ("key", "price"),
    [
        (("coal", "buy", ""), 480 / 1.13),
        (("power", "buy", "E06"), 330 / 1.13),
        (("raw_water", "buy", ""), 1.2 / 1.09),
        (("process_steam_mp", "buy", ""), 55 / 1.09),
        (("natural_gas", "buy", ""), 2050 / 1.09),
        (("so2", "dispose", ""), 1263),  # a tax, no VAT on it
        (("hazwaste_organic", "buy", ""), -1900 / 1.13),  # a gate fee
    ],
)
def test_prices_are_without_vat(honggu, key, price):
    found = {(row.resource_id, row.action, row.enterprise_id): row for row in honggu.markets}
    assert found[key].price * 1e4 == pytest.approx(price, rel=1e-5)


def test_variable_costs_are_per_unit_of_the_recipe(honggu):
    """12 yuan per t of coke: 3.8 GJ of gas, 0.63 GJ of steam each. J41 pays on either line."""
    cost = {(row.project_id, row.recipe_id): row.variable_cost for row in honggu.project_units}
    assert cost["J10", "RJ10"] * 1e4 == pytest.approx(12 / 3.8 / 0.63, rel=1e-5)
    assert cost["J41", "RJ41A"] == cost["J41", "RJ41B"] == pytest.approx(0.1)
    assert cost["J38", "RJ38B"] == 0


def test_molten_metal_closes(honggu):
    """430000 t x 0.85 = 365500 t: 184807.5 t go to E10 molten, the rest is cast at 1.004 t/t."""
    cast = next(row for row in honggu.units if row.unit_id == "E06-P01C")
    assert cast.capacity * cast.utilisation * 1.004 == pytest.approx(365500 - 184807.5, rel=1e-12)


def test_every_chain_filling_project_on_offer_serves_a_stage(honggu):
    """Such a project is built only with a chain of its own; without one it never could be."""
    served = {name for stage in honggu.chain_stages for name in stage.recipes}
    for project in honggu.projects:
        if project.kind == "chain_filling" and project.available:
            units = honggu.units_of_project[project.project_id]
            assert served & {unit.recipe_id for unit in units}, project.project_id


def test_projects_without_feed_are_off_and_say_why(honggu):
    off = {row.project_id: row.switch_reason for row in honggu.projects if not row.available}
    assert set(off) == {"J14", "J15", "J16", "J39", "J40", "J43", "JM07", "HU33-E03"}
    assert all(off.values())
