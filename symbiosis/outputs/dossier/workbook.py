"""The dossiers of a shortlist as one workbook: an overview ranked by its parts, a sheet each."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from symbiosis.locale import _
from symbiosis.outputs.charts import NOT_TEXT
from symbiosis.outputs.dossier.cells import Share
from symbiosis.outputs.dossier.sections import Section, Sheet

LONGEST_NAME = 31  # characters of a sheet's name
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
CREATED = datetime(2000, 1, 1)  # said inside the file: the same dossiers are the same bytes
WIDEST, NARROWEST = 46.0, 8.0  # columns, in digits of the standard font
FORMATS = ((1000.0, "#,##0"), (10.0, "#,##0.0"), (0.1, "#,##0.00"), (0.0, "#,##0.00000"))


class Styles:
    """Formats of a workbook; a number's own by its size."""

    def __init__(self, book: Workbook) -> None:
        """Make them once."""
        top = {"valign": "top", "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.section = book.add_format({"bold": True, "font_color": "#1F4E79"})
        self.head = book.add_format({**top, "bold": True, "bg_color": "#DDE7F0", "bottom": 1})
        self.text = book.add_format(top)
        self.quiet = book.add_format({"font_color": "#555555", "italic": True})
        self.unknown = book.add_format({**top, "font_color": "#AA3333"})
        self.share = book.add_format({"valign": "top", "num_format": "0%"})
        self._numbers = [
            (least, book.add_format({"valign": "top", "num_format": form}))
            for least, form in FORMATS
        ]

    def number(self, value: float) -> Format:
        """Format that shows about four figures; of a share percent."""
        if isinstance(value, Share):
            return self.share
        return next(made for least, made in self._numbers if abs(value) >= least)


def write_workbook(path: Path, overview: Section, sheets: Sequence[Sheet], lang: str) -> None:
    """Write the workbook; texts stay texts, whatever they begin with.

    Args:
        overview: its title is the name of the first sheet
    """
    # A name such as "=1+1" must not become a formula, nor an address a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        styles = Styles(book)
        names = sheet_names([overview.title, *(sheet.title for sheet in sheets)])
        first = book.add_worksheet(names[0])
        _table(first, 0, overview, styles, lang)
        first.freeze_panes(1, 2)
        first.autofilter(0, 0, len(overview.rows), len(overview.heads) - 1)
        _widths(first, [overview], lang)
        _printed(first)
        for row, note in enumerate(overview.notes, start=len(overview.rows) + 2):
            first.write_string(row, 0, _clean(note), styles.quiet)
        for row, name in enumerate(names[1:], start=1):  # from the overview to the sheet
            address = "internal:'" + name.replace("'", "''") + "'!A1"
            first.write_url(row, 1, address, string=_clean(str(overview.rows[row - 1][1])))
        for name, sheet in zip(names[1:], sheets, strict=True):
            _sheet(book.add_worksheet(name), sheet, styles, lang)


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Names that Excel takes: at most 31 characters, none of []:*?/\\, no ' at an end, unique.

    >>> sheet_names(["a/b", "A:B", "历史"])
    ['a b', 'A B 2', '历史']
    """
    used = {"history"}  # a word that Excel keeps for itself
    found = []
    for title in titles:
        text = " ".join(FORBIDDEN.sub(" ", _clean(title)).split()).strip("' ") or "-"
        name, number = text[:LONGEST_NAME].strip("' "), 1
        while name.lower() in used or not name:
            number += 1
            tail = f" {number}"
            name = text[: LONGEST_NAME - len(tail)].strip("' ") + tail
        used.add(name.lower())
        found.append(name)
    return found


def _sheet(sheet_: Worksheet, sheet: Sheet, styles: Styles, lang: str) -> None:
    sheet_.write_string(0, 0, _clean(sheet.title), styles.title)
    sheet_.write_string(1, 0, _clean(sheet.lead), styles.quiet)
    sheet_.freeze_panes(2, 0)
    row = 3
    for section in sheet.sections:
        sheet_.write_string(row, 0, _clean(section.title), styles.section)
        row = _table(sheet_, row + 1, section, styles, lang)
        for note in section.notes:
            sheet_.write_string(row, 0, _clean(note), styles.quiet)
            row += 1
        row += 1
    for note in sheet.notes:
        sheet_.write_string(row, 0, _clean(note), styles.quiet)
        row += 1
    _widths(sheet_, sheet.sections, lang)
    _printed(sheet_)


def _table(sheet: Worksheet, row: int, section: Section, styles: Styles, lang: str) -> int:
    """Write head and rows from `row` on; the row below."""
    for column, head in enumerate(section.heads):
        sheet.write_string(row, column, _clean(head), styles.head)
    for cells in section.rows:
        row += 1
        for column, cell in enumerate(cells):
            if cell is None:
                sheet.write_string(row, column, _("not stated", lang), styles.unknown)
            elif isinstance(cell, str):
                if cell:
                    sheet.write_string(row, column, _clean(cell), styles.text)
            else:
                sheet.write_number(row, column, cell, styles.number(cell))
    return row + 1


def _widths(sheet: Worksheet, sections: Iterable[Section], lang: str) -> None:
    """Columns as wide as their texts; a Chinese sign takes two digits."""
    widest: dict[int, float] = {}
    for section in sections:
        for cells in section.rows:
            for column, cell in enumerate(cells):
                text = _("not stated", lang) if cell is None else cell
                wide = width(text) if isinstance(text, str) else 11.0
                widest[column] = max(widest.get(column, NARROWEST), wide + 2)
    for column, wide in widest.items():
        sheet.set_column(column, column, min(wide, WIDEST))


def width(text: str) -> float:
    """Width of a text in digits.

    >>> width("ab"), width("粉煤灰")
    (2.0, 6.0)
    """
    return float(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text))


def _printed(sheet: Worksheet) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _clean(text: str) -> str:
    """Text that XML can hold, within Excel's limit of a cell."""
    return NOT_TEXT.sub("\ufffd", text)[:32767]
