"""The Chinese catalogue holds every text of the code, and nothing else."""

import os
import re
import subprocess
import sys
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from compile_catalogue import CATALOGUE, compiled, texts_of_code
from symbiosis.inputs.embedded import datasets_folder
from symbiosis.inputs.reader import read_dataset
from symbiosis.outputs.text import english_unit

TEXTS = texts_of_code()
UNITS = {"t", "kg", "km", "m3", "mu", "GJ", "MJ", "MW", "MWh", "kWh", "s", "a", "CO2", "CO2e"}
CHINESE = r"[\u4e00-\u9fff]"


def written() -> dict[str, str]:
    """Every entry of the .po that counts, text and translation; a fuzzy one does not."""
    with CATALOGUE.open("rb") as file:
        entries = [message for message in read_po(file, locale="zh") if message.id]
    return {message.id: message.string for message in entries if not message.fuzzy}


def loaded(content: bytes) -> dict[str, str]:
    """Texts and translations of a .mo; its head names the tool's version and is left out."""
    texts = dict(GNUTranslations(BytesIO(content))._catalog)
    del texts[""]
    return texts


WRITTEN = written()


def fields(text: str) -> set[tuple[str, str, str]]:
    """Every placeholder of a text: name, conversion and format."""
    return {
        (name, conversion or "", form or "")
        for _before, name, form, conversion in Formatter().parse(text)
        if name is not None
    }


def words(text: str) -> list[str]:
    """Words of a text that can be translated: no placeholders, no units, no single letters."""
    plain = re.sub(r"\{[^}]*\}", " ", text)
    return [word for word in re.findall(r"[A-Za-z]\w+", plain) if word not in UNITS]


def test_every_text_of_the_code_is_translated():
    """A text without a translation would be shown in English among Chinese."""
    missing = {place: text for text, place in TEXTS.items() if not WRITTEN.get(text, "").strip()}
    assert not missing


def test_no_entry_is_obsolete():
    """An entry whose text has left the code is work for nobody."""
    assert not set(WRITTEN) - set(TEXTS)


def test_the_compiled_catalogue_is_that_of_the_po():
    """The program reads the .mo: a change of the .po alone changes nothing for a user."""
    committed = loaded(CATALOGUE.with_suffix(".mo").read_bytes())
    assert committed == loaded(compiled()), "run python tools/compile_catalogue.py"
    assert committed == WRITTEN


def test_placeholders_are_kept():
    """A lost placeholder hides a value; a new or misspelt one ends the program with a KeyError."""
    assert not {text: said for text, said in WRITTEN.items() if fields(said) != fields(text)}


def test_no_translation_is_left_in_english():
    """Only a text without words, such as a unit, may stay as it is."""
    assert not [
        text for text, said in WRITTEN.items() if words(text) and not re.search(CHINESE, said)
    ]


def test_chinese_is_punctuated_as_chinese():
    """Beside a Chinese character the signs of a sentence are full-width."""
    half = re.compile(rf"{CHINESE}[,;:?!]|[,;:?!]{CHINESE}")
    assert not [said for said in WRITTEN.values() if half.search(said)]


def test_the_audit_says_what_other_programs_look_for():
    """The words of the audit are agreed on, and are those of the review panels."""
    assert WRITTEN["Audit: {said}, {count} checks."] == "审计：{said}，共 {count} 项。"
    assert (WRITTEN["passed"], WRITTEN["FAILED"]) == ("通过", "不通过")
    assert (WRITTEN["Prioritised chains"], WRITTEN["Projects"]) == ("优先产业链", "项目")


def test_help_is_chinese(tmp_path):
    """The catalogue is found where the program is installed, and used before anything is read."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "symbiosis"), "plan", "--help", "--lang", "zh"],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "补链" in done.stdout and "优先产业链" in done.stdout
    assert "main job" not in done.stdout


@pytest.mark.parametrize("name", ["honggu", "yongdeng", "xigu", "template"])
def test_sizes_of_projects_have_an_english_unit(name):
    """No Chinese sign is left in the unit of any project of the embedded datasets."""
    projects = read_dataset(datasets_folder() / name).projects
    units = {row.size_unit: english_unit(row.size_unit) for row in projects}
    assert units
    assert {unit: english for unit, english in units.items() if not english.isascii()} == {}
