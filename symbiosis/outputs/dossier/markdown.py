"""A dossier as Markdown."""

import re

from symbiosis.locale import _
from symbiosis.outputs.charts import NOT_TEXT
from symbiosis.outputs.dossier.cells import Cell, cell_text
from symbiosis.outputs.dossier.sections import Section, Sheet

# What Markdown or the HTML in it would read as a mark
MARKS = re.compile(r"([\\`*_{}\[\]<>|#~&$])")


def markdown(sheet: Sheet, lang: str) -> str:
    """The whole page; names are text, never markup."""
    parts = [f"# {plain(sheet.title)}", plain(sheet.lead)]
    for section in sheet.sections:
        parts.append(f"## {plain(section.title)}")
        parts.append(_table(section, lang))
        parts += [plain(note) for note in section.notes]
    parts.append("---")
    parts += [plain(note) for note in sheet.notes]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Text without marks of Markdown and line breaks."""
    one_line = " ".join(NOT_TEXT.sub("\ufffd", text).split())
    return re.sub(r"^([-+=]|\d+[.)])", r"\\\1", MARKS.sub(r"\\\1", one_line))


def _table(section: Section, lang: str) -> str:
    numeric = [
        any(isinstance(row[n], float) for row in section.rows) for n in range(len(section.heads))
    ]
    lines = [
        "| " + " | ".join(map(plain, section.heads)) + " |",
        "|" + "|".join("---:" if right else "---" for right in numeric) + "|",
    ]
    lines += ["| " + " | ".join(_cell(cell, lang) for cell in row) + " |" for row in section.rows]
    return "\n".join(lines)


def _cell(cell: Cell, lang: str) -> str:
    if cell is None:
        return plain(_("not stated", lang))
    return plain(cell) if isinstance(cell, str) else cell_text(cell)
