"""Several datasets as one region: what is shared, what stays a park's own, and what is refused."""

import csv
import json

import pytest

from parks import hand_park, plan
from symbiosis.cli import main
from symbiosis.domain.errors import DatasetError, UsageError
from symbiosis.inputs.region import read_study
from symbiosis.planning import study
from symbiosis.planning.study import begin_with_parts, plan_study, prepare, solver_options

WEST = {
    "P": "Q",
    "smelter": "smelter west",
    "works": "works west",
    "recovery@P": "recovery@Q",
    "pots": "pots west",
    "kiln": "kiln west",
}


def toml(settings):
    """Settings of `parks.BY_HAND` as a study.toml; sections after plain settings."""
    plain, sections = [], []
    for name, value in settings.items():
        if isinstance(value, dict):
            sections += [f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in value.items())]
        elif isinstance(value, list):
            for member in value:
                sections += [f"[[{name}]]", *(f"{k} = {json.dumps(v)}" for k, v in member.items())]
        else:
            plain.append(f"{name} = {json.dumps(value)}")
    return "\n".join([*plain, *sections])


def write(folder, park):
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(toml(park.settings), encoding="utf-8")
    for table, rows in park.rows.items():
        write_table(folder / f"{table}.csv", rows)
    return folder


def write_table(path, rows):
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(c for row in rows for c in row)))
        writer.writeheader()
        writer.writerows(rows)


def east():
    return hand_park(chains={"at_most": 1, "at_least": 0})


def west():
    """The same park elsewhere: other enterprises, but a project and a chain of the same ids."""
    park = east()
    for rows in park.rows.values():
        for row in rows:
            row.update({c: WEST.get(v, v) for c, v in row.items() if isinstance(v, str)})
    park.rows["parks"][0]["lon"] = 108.0
    return park


@pytest.fixture
def folders(tmp_path):
    return write(tmp_path / "east", east()), write(tmp_path / "west", west())


def worth(folders, *changes):
    return plan(read_study(folders, changes)).facts["npv_wanyuan"]


def test_parks_that_cannot_exchange_are_worth_their_sum(folders):
    """Both build their recovery and prioritise their chain, though at most one chain is allowed."""
    found = plan(read_study(folders))
    assert worth(folders[:1]) == pytest.approx(174)
    assert found.facts["npv_wanyuan"] == pytest.approx(2 * 174)
    assert found.built() == ["recovery@P", "recovery@Q"]
    assert found.chosen_chains() == ["metals", "metals@west"]
    assert list(found.tables["projects"]["project_id"]) == ["recovery", "recovery@west"]


def places_of_start(region):
    start = begin_with_parts(region, solver_options(region)).rough_start or {}
    return {p for p in ("recovery@P", "recovery@Q") for n, v in start.items() if p in n and v == 1}


def test_a_region_begins_with_the_plans_of_its_parks(folders):
    """Both recoveries are in the start, and the time it took is taken from the limit."""
    region = read_study(folders)
    assert [part.name for part in region.parts] == ["east", "west"]
    assert places_of_start(region) == {"recovery@P", "recovery@Q"}
    options = solver_options(region)
    assert begin_with_parts(region, options).time_limit_s < options.time_limit_s
    found = plan_study(prepare(region))
    assert found.facts["npv_wanyuan"] == pytest.approx(2 * 174)
    assert 0 < found.facts["times_s"]["parts"]


def test_a_park_without_a_plan_of_its_own_is_left_out_of_the_start(tmp_path):
    """West has no money for its chain; with what east has left the region can pay for it."""
    rich, poor = east(), west()
    for park, budget in ((rich, 1000), (poor, 1)):
        park.settings["chains"] = {"at_most": 1, "at_least": 1}
        park.settings["money"] = {**park.settings["money"], "budget": budget}
    region = read_study([write(tmp_path / "east", rich), write(tmp_path / "west", poor)])
    assert places_of_start(region) == {"recovery@P"}
    assert plan_study(prepare(region)).built() == ["recovery@P", "recovery@Q"]


def test_an_interrupted_start_is_no_plan(folders, monkeypatch):
    """Ctrl-C while a park is planned by itself: there is no plan of the region to keep."""
    whole = study.choose

    def interrupted(*given):
        found = whole(*given)
        found.facts["status"] = "interrupted"
        return found

    monkeypatch.setattr(study, "choose", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plan_study(prepare(read_study(folders)))


def test_what_is_shared_stands_once(folders):
    dataset = read_study(folders)
    assert len(dataset.resources) == len(read_study(folders[:1]).resources)
    assert [recipe.recipe_id for recipe in dataset.recipes] == ["smelting", "burning", "recovering"]
    assert {chain.park_ids for chain in dataset.chains} == {("P",), ("Q",)}
    assert dataset.name == "east+west"


def test_a_recipe_that_a_park_has_changed_is_its_own(tmp_path, folders):
    park = west()
    (clay,) = [row for row in park.rows["recipe_flows"] if row["resource_id"] == "clay"]
    clay["coefficient"] = 1.5
    dataset = read_study([folders[0], write(tmp_path / "far", park)])
    assert "burning@far" in dataset.recipe
    assert {unit.unit_id: unit.recipe_id for unit in dataset.units} == {
        "pots": "smelting",
        "kiln": "burning",
        "pots west": "smelting",
        "kiln west": "burning@far",
    }


def test_the_limit_of_a_market_stays_with_its_park(tmp_path):
    """30 t of alumina can be sold in each park: 50 t of dross each, 2.24 x 50 - 25 = 87 apiece."""
    parks = []
    for name, park in (("east", east()), ("west", west())):
        park.change("markets", "alumina", most=30)
        parks.append(write(tmp_path / name, park))
    assert worth(parks) == pytest.approx(2 * 87)
    assert {m.park_ids for m in read_study(parks).markets} == {("P",), ("Q",)}


def test_a_quality_of_everyone_stays_with_its_parks(tmp_path):
    """Clay bought in the east is drier than in the west, and a park's own row stays before both."""
    parks = east(), west()
    for park, value in zip(parks, (8, 12), strict=True):
        park.add("properties", property_id="salt", unit="%").add("standards", standard_id="dry")
        park.add("standard_limits", standard_id="dry", property_id="salt", most=10)
        park.add("standard_uses", resource_id="clay", standard_id="dry")
        park.quality("", "clay", "bought", value=value)
    parks[1].quality("Q", "clay", "bought", value=13)
    region = read_study([write(tmp_path / n, p) for n, p in zip("ab", parks, strict=True)])
    assert [(q.owner_id, q.value) for q in region.qualities] == [("P", 8), ("Q", 13)]
    assert [use.owner_id for use in region.standard_uses] == ["P", "Q"]
    assert [row.standard_id for row in region.standards] == ["dry"]


def test_rows_between_two_datasets_hold_when_both_are_planned(folders):
    """The east builds nothing; 20 t of its dross fill the western recovery up: 174 + 34.8 万元."""
    switch = "study.switch_off=recovery"
    assert worth(folders, switch) == pytest.approx(174)
    link = {"link_id": "far", "from_id": "smelter", "to_id": "recovery@Q", "resource_id": "dross"}
    write_table(folders[0] / "with_west" / "links.csv", [link])
    assert worth(folders, switch) == pytest.approx(174 + 34.8)
    assert worth(folders[::-1], "study.switch_off=recovery@east") == pytest.approx(174 + 34.8)
    assert worth(folders[:1]) == pytest.approx(174)  # alone, the row is not read


def test_a_broken_row_between_datasets_is_named(folders):
    link = {"link_id": "far", "from_id": "smelter", "to_id": "nowhere", "resource_id": "dross"}
    write_table(folders[0] / "with_west" / "links.csv", [link])
    with pytest.raises(DatasetError) as refused:
        read_study(folders)
    (fault,) = refused.value.faults
    assert (fault.file, fault.row, fault.column) == ("east/with_west/links.csv", 2, "to_id")


def test_budgets_add_up_and_titles_stand_side_by_side(tmp_path):
    parks = [
        write(tmp_path / name, (park if budget is None else park.copy(money={"budget": budget})))
        for name, park, budget in (("a", east(), 30), ("b", west(), 40))
    ]
    assert read_study(parks).settings.money.budget == 70
    assert read_study(parks).settings.title_en == "a + b"
    assert read_study(parks, ("study.money.budget=10",)).settings.money.budget == 10


def test_what_parks_share_must_agree(tmp_path, folders):
    park = west().change("resources", "clay", virgin=0)
    with pytest.raises(DatasetError) as refused:
        read_study([folders[0], write(tmp_path / "far", park)])
    (fault,) = refused.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == (
        "far/resources.csv",
        5,
        "virgin",
        "False",
    )
    assert "is True in east" in str(fault)


def test_settings_must_agree_or_be_given(tmp_path, folders):
    far = write(tmp_path / "far", west().copy(solver={"seed": 7}))
    with pytest.raises(
        DatasetError, match=r"far/study.toml, column solver.seed: '7': is 0 in east"
    ):
        read_study([folders[0], far])
    assert read_study([folders[0], far], ("study.solver.seed=3",)).settings.solver.seed == 3


def test_an_enterprise_belongs_to_one_dataset(tmp_path, folders):
    with pytest.raises(DatasetError, match="stands in east too") as refused:
        read_study([folders[0], write(tmp_path / "copy", east())])
    assert {fault.value for fault in refused.value.faults} == {"smelter", "works"}


def test_the_same_dataset_twice_is_refused(folders):
    with pytest.raises(UsageError, match="two datasets are named 'east'"):
        read_study([folders[0], folders[0]])


def test_faults_of_all_datasets_come_together(tmp_path):
    parks = []
    for name, park in (("east", east()), ("west", west())):
        park.change("units", park.rows["units"][0]["unit_id"], capacity=-1)
        parks.append(write(tmp_path / name, park))
    with pytest.raises(DatasetError) as refused:
        read_study(parks)
    assert [(f.file, f.row) for f in refused.value.faults] == [
        ("east/units.csv", 2),
        ("west/units.csv", 2),
    ]


def test_the_commands_take_several_names(folders, tmp_path, capsys, monkeypatch):
    """Planned, written, audited from its own copy of both inputs; screened, drawn and checked."""
    monkeypatch.chdir(tmp_path)
    names = [str(folder) for folder in folders]

    def run(*words):
        with pytest.raises(SystemExit) as left:
            main([*words, "--lang", "en"])
        return left.value.code, capsys.readouterr().out

    link = {"link_id": "far", "from_id": "smelter", "to_id": "recovery@Q", "resource_id": "dross"}
    write_table(folders[0] / "with_west" / "links.csv", [link])
    code, said = run("plan", *names, "--json")
    assert code == 0 and json.loads(said)["npv_wanyuan"] == pytest.approx(348)
    written = tmp_path / "plans" / "east+west"
    assert (written / "inputs" / "east" / "with_west" / "links.csv").is_file()
    assert (written / "inputs" / "west" / "study.toml").is_file()
    for folder in folders:
        folder.rename(folder.with_name(f"{folder.name} gone"))
    code, said = run("audit", str(written))
    assert code == 0 and "passed" in said
    for folder in folders:
        folder.with_name(f"{folder.name} gone").rename(folder)
    assert run("check", *names)[0] == 0
    assert run("screen", *names, "--json")[0] == 0
    assert run("graph", *names)[0] == 0
    assert (tmp_path / "graphs" / "east+west" / "today.gexf").is_file()
