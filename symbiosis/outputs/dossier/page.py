"""A dossier as a page of HTML that stands alone and prints on A4."""

from symbiosis.locale import _
from symbiosis.outputs.charts import FONT, escaped
from symbiosis.outputs.dossier.cells import Cell, Row, cell_text
from symbiosis.outputs.dossier.sections import Section, Sheet

STYLE = f"""
@page {{ size: A4; margin: 8mm 10mm; }}
body {{ font: 11px/1.3 {FONT}; color: #222; max-width: 190mm; margin: 1em auto; padding: 0 1em; }}
h1 {{ font-size: 17px; margin: 0 0 2px; }}
.lead {{ margin: 0 0 6px; color: #555; }}
h2 {{ font-size: 12px; margin: 7px 0 1px; color: #1f4e79; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #ddd; padding: 0 4px; text-align: left;
  vertical-align: top; overflow-wrap: break-word; }}
th {{ font-weight: normal; color: #555; border-bottom: 1px solid #888; vertical-align: bottom; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
td.number {{ white-space: nowrap; }}
.six th:nth-child(1) {{ width: 31%; }}
.six th:nth-child(2), .six th:nth-child(3) {{ width: 13%; }}
.six th:nth-child(4), .six th:nth-child(5) {{ width: 10%; }}
.unknown {{ color: #a33; }}
.note, footer {{ color: #555; font-size: 9.5px; margin: 1px 0; }}
footer {{ border-top: 1px solid #888; margin-top: 7px; }}
tr {{ break-inside: avoid; }}
h2 {{ break-after: avoid; }}
@media print {{ body {{ margin: 0; padding: 0; max-width: none; font: 7.6px/1.16 {FONT}; }}
  h1 {{ font-size: 13px; }} h2 {{ font-size: 9px; margin-top: 4px; }}
  .note, footer {{ font-size: 7px; }} }}
""".strip()


def page(sheet: Sheet, lang: str) -> str:
    """The whole file; it asks for nothing outside of itself."""
    code = "zh-CN" if lang == "zh" else "en"
    body = "\n".join(_section(section, lang) for section in sheet.sections)
    foot = "\n".join(f"<p>{escaped(note)}</p>" for note in sheet.notes)
    return (
        f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(sheet.title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f'<h1>{escaped(sheet.title)}</h1>\n<p class="lead">{escaped(sheet.lead)}</p>\n'
        f"{body}\n<footer>\n{foot}\n</footer>\n</body>\n</html>\n"
    )


def _section(section: Section, lang: str) -> str:
    right = [
        any(isinstance(row[n], float) for row in section.rows) for n in range(len(section.heads))
    ]
    head = "".join(
        f"<th{_mark(is_right)}>{escaped(name)}</th>"
        for name, is_right in zip(section.heads, right, strict=True)
    )
    rows = "\n".join(f"<tr>{_cells(row, lang)}</tr>" for row in section.rows)
    form = ' class="six"' if len(section.heads) == 6 else ""
    notes = "".join(f'\n<p class="note">{escaped(note)}</p>' for note in section.notes)
    return (
        f"<section>\n<h2>{escaped(section.title)}</h2>\n<table{form}>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>{notes}\n</section>"
    )


def _mark(right: bool) -> str:
    return ' class="number"' if right else ""


def _cells(row: Row, lang: str) -> str:
    """Cells of a row; a text with nothing behind it has the rest of the row."""
    told = max((n for n, cell in enumerate(row) if cell != ""), default=0)
    parts = [_cell(cell, lang) for cell in row[: told + 1]]
    rest = len(row) - told
    if rest > 1 and isinstance(row[told], str):
        parts[-1] = parts[-1].replace("<td", f'<td colspan="{rest}"', 1)
    else:
        parts += ["<td></td>"] * (rest - 1)
    return "".join(parts)


def _cell(cell: Cell, lang: str) -> str:
    if cell is None:
        return f'<td class="unknown">{escaped(_("not stated", lang))}</td>'
    if isinstance(cell, str):
        return f"<td>{escaped(cell)}</td>"
    return f'<td class="number">{escaped(cell_text(cell))}</td>'
