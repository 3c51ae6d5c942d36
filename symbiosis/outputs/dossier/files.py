"""Dossiers as files: NAME.md and NAME.html for every target, one workbook, in each language."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from symbiosis.locale import LANGUAGES, _
from symbiosis.outputs.atomic import write_atomically, write_folder
from symbiosis.outputs.charts import write_text
from symbiosis.outputs.dossier.facts import dossiers
from symbiosis.outputs.dossier.markdown import markdown
from symbiosis.outputs.dossier.overview import overview
from symbiosis.outputs.dossier.page import page
from symbiosis.outputs.dossier.sections import Sheet, sheet_of
from symbiosis.outputs.dossier.workbook import write_workbook
from symbiosis.planning.study import Prepared
from symbiosis.studies.shortlist.records import Shortlist

FORBIDDEN = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')  # in names of files, on any system
MARKER = "dossiers.xlsx"  # in every language's folder
LONGEST = 80


def write_dossiers(
    prepared: Prepared,
    shortlist: Shortlist,
    folder: Path,
    languages: Sequence[str] = LANGUAGES,
) -> list[Path]:
    """Write the dossiers of a shortlist below `folder`, one folder per language; these.

    Each folder is put in place whole, so no dossier of an older shortlist stays behind.

    Raises:
        UsageError: if a folder of a language holds something else.
    """
    facts = dossiers(prepared, shortlist)
    names = file_names(one.key for one in facts)
    found = []
    for lang in languages:
        source = _source(shortlist, lang)
        sheets = [sheet_of(one, lang, source) for one in facts]

        def fill(part: Path, lang: str = lang, sheets: Sequence[Sheet] = tuple(sheets)) -> None:
            for name, sheet in zip(names, sheets, strict=True):
                write_text(part / f"{name}.md", markdown(sheet, lang))
                write_text(part / f"{name}.html", page(sheet, lang))
            first = overview(facts, sheets, lang)
            book = partial(write_workbook, overview=first, sheets=sheets, lang=lang)
            write_atomically(part / MARKER, book)

        write_folder(folder / lang, MARKER, fill)
        found.append(folder / lang)
    return found


def file_names(keys: Iterable[str]) -> list[str]:
    """Names of files for keys: what no system forbids, unique without regard to case.

    >>> file_names(["a/b", "A:B", "c"])
    ['a_b', 'A_B-2', 'c']
    """
    used: set[str] = set()
    found = []
    for key in keys:
        text = FORBIDDEN.sub("_", key).strip(". ")[:LONGEST] or "_"
        name, number = text, 1
        while name.lower() in used:
            number += 1
            name = f"{text}-{number}"
        used.add(name.lower())
        found.append(name)
    return found


def _source(shortlist: Shortlist, lang: str) -> str:
    asked = shortlist.asking
    return _(
        "Dataset {name} ({hash}); plans at most {near:.1%} below the best; {samples} futures, seed "
        "{seed}. Amounts are those of the plan that holds the target.",
        lang,
    ).format(
        name=shortlist.dataset_name,
        hash=shortlist.dataset_hash[:12],
        near=asked.near,
        samples=asked.samples,
        seed=asked.seed,
    )
