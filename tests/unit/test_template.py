"""`symbiosis new`: the template is a whole, readable dataset, and is copied whole or not at all."""

import csv
import io
import os
import re
import shutil
from pathlib import Path

import pytest

from symbiosis.domain.errors import UsageError
from symbiosis.domain.settings import Settings
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.inputs.tables import TABLES
from symbiosis.inputs.template import write_template

TEMPLATE = datasets_folder() / "template"


def table(name):
    text = (TEMPLATE / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", TABLES)
def test_every_table_and_column_of_the_format_is_shown(name):
    """A column the template does not show will not be found by its user."""
    rows = table(name)
    assert rows
    assert sorted(rows[0]) == sorted(TABLES[name].columns)


@pytest.mark.parametrize("name", TABLES)
def test_every_row_says_what_it_does_in_both_languages(name):
    for row in table(name):
        zh, stroke, en = row["note"].partition(" / ")
        assert stroke and re.search("[\u4e00-\u9fff]", zh) and re.search("[a-z]", en), row


def test_the_files_open_in_excel():
    """Without the mark at its beginning Excel shows Chinese as rubbish."""
    for path in TEMPLATE.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name


def test_the_template_shows_every_part_of_the_model():
    """What the brief of the template promises: each part appears at least once."""
    dataset = read_dataset(TEMPLATE)
    kinds = [project.kind for project in dataset.projects]
    assert kinds.count("chain_filling") == 2 and "platform" in kinds
    assert {chain.chain_id for chain in dataset.chains if chain.closed} == {"dairy_loop"}
    assert dataset.settings.chains.at_most == 1 < len(dataset.chains)  # they compete
    assert {row.direction for row in dataset.qualities} == {"supply", "need", "bought"}
    owners = {row.owner_id for row in dataset.qualities}
    assert "" in owners and owners & set(dataset.recipe) and owners & set(dataset.project)
    assert {row.action for row in dataset.markets} == {"buy", "sell", "dispose"}
    assert any(row.price < 0 for row in dataset.markets)
    assert any(row.serves_resource_id for row in dataset.exchanges)
    assert any(link.existing_capacity for link in dataset.links)
    sites = [place.project_id for place in dataset.project_places]
    assert len(set(sites)) < len(sites)  # one project has two places to choose from


def test_every_setting_is_named():
    """In study.toml, live or behind a #: what is not named there will not be found."""
    text = (TEMPLATE / "study.toml").read_text(encoding="utf-8")
    for name, info in Settings.model_fields.items():
        for word in (name, *getattr(info.annotation, "model_fields", ())):
            assert re.search(rf"\b{word}\b", text), word


def test_numbers_are_typed_in_the_units_of_the_trade():
    """A user sees that 万t/a, t/h, 亿元, 亩 are understood."""
    typed = set()
    for name in TABLES:
        for row in table(name):
            typed |= {value for column, value in row.items() if "unit" in column}
    assert typed >= {"万t/a", "t/h", "元/t", "亿元", "亩", "MW", "m3/d", "元/kWh"}


def test_a_new_folder(tmp_path):
    """The folders above it are made; what is written is what is told, and nothing lies beside."""
    written = write_template(tmp_path / "plans" / "mypark")
    assert sorted(written) == sorted((tmp_path / "plans" / "mypark").iterdir())
    assert {path.name for path in written} == {path.name for path in TEMPLATE.iterdir()}
    assert [path.name for path in (tmp_path / "plans").iterdir()] == ["mypark"]
    assert read_dataset(tmp_path / "plans" / "mypark").name == "mypark"


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path, monkeypatch):
    """`mkdir park; cd park; symbiosis new .`: the shell must not stand in a deleted folder."""
    folder = tmp_path / "park"
    folder.mkdir()
    before = folder.stat().st_ino
    monkeypatch.chdir(folder)
    write_template(Path("."))
    assert folder.stat().st_ino == before
    assert read_dataset(folder).name == "park"
    assert [path.name for path in tmp_path.iterdir()] == ["park"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty; name a new folder"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is a file; name a new folder"):
        write_template(tmp_path / "mine.txt")
    with pytest.raises(UsageError, match="cannot be written"):
        write_template(tmp_path / "mine.txt" / "park")
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/park", "a\x00b"])
def test_a_path_that_is_none(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="cannot be written"):
        write_template(Path(path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_a_broken_off_copy_leaves_nothing(tmp_path, monkeypatch, there):
    """The disk is full at the tenth file: no half dataset, no temporary folder."""
    folder = tmp_path / "park"
    if there:
        folder.mkdir()
    copies = []

    def copyfile(source, target, copy=shutil.copyfile):
        copies.append(source)
        if len(copies) == 10:
            raise OSError(28, "No space left on device")
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        write_template(folder)
    assert list(tmp_path.iterdir()) == ([folder] if there else [])
    assert not there or list(folder.iterdir()) == []


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch):
    """Ctrl-C is passed on, the temporary folder is gone."""

    def interrupted(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_template(tmp_path / "park")
    assert list(tmp_path.iterdir()) == []
