"""Build an embedded dataset from datasets/library and the park's own choices in park.toml.

    python tools/build_datasets.py honggu            writes datasets/honggu/*.csv
    python tools/build_datasets.py honggu --check    compares only; exit status 1 on a difference

Rows that name places of another dataset too ([with.NAME]) go to a folder with_NAME below it. The
same inputs give the same bytes. The counts in SOURCES.md are kept up to date as well.
"""

import argparse
import csv
import io
import sys
import tomllib
from pathlib import Path
from typing import Any

from library import Library, Row
from park_tables import park_tables, tables_between

DATASETS = Path(__file__).resolve().parent.parent / "datasets"
COUNTS_BEGIN, COUNTS_END = "<!-- counts: written by tools/build_datasets.py -->", "<!-- end -->"


def build(name: str, datasets: Path = DATASETS) -> dict[str, bytes]:
    """Content of every file the tool writes for dataset `name`, by file name."""
    folder = datasets / name
    choices = read_choices(name, datasets)
    library = Library(datasets / "library", choices["families"])
    tables = park_tables(choices, library)
    files = {f"{table}.csv": csv_text(rows).encode() for table, rows in tables.items() if rows}
    for other in choices.get("with", {}):
        between = tables_between(choices, library, other)
        files |= {
            f"with_{other}/{table}.csv": csv_text(rows).encode()
            for table, rows in between.items()
            if rows
        }
    sources = folder / "SOURCES.md"
    if sources.is_file():
        text = sources.read_text(encoding="utf-8")
        files[sources.name] = with_counts(text, tables).encode()
    return files


def read_choices(name: str, datasets: Path = DATASETS) -> dict[str, Any]:
    """The park.toml of dataset `name`, with the sections it takes from those of other parks.

    Neighbours that share their trucks, pipes and tax rates can be planned as one region. What a
    park states itself in such a section is added to it.
    """
    text = (datasets / name / "park.toml").read_text(encoding="utf-8")
    choices = tomllib.loads(text)
    for other, sections in choices.get("sections_of", {}).items():
        shared = read_choices(other, datasets)
        for section in sections:
            choices[section] = added(shared[section], choices.get(section))
    return choices


def added(shared: Any, own: Any) -> Any:
    """A section with what a park adds: keys to a table, members to a list, another value."""
    if own is None:
        return shared
    if isinstance(shared, dict):
        return shared | {key: added(shared.get(key), value) for key, value in own.items()}
    return shared + own if isinstance(shared, list) else own


def csv_text(rows: list[Row]) -> str:
    """Rows as CSV; columns in order of first appearance, those without any cell left out."""
    columns = dict.fromkeys(column for row in rows for column in row)
    used = [column for column in columns if any(row.get(column) for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, used, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def with_counts(text: str, tables: dict[str, list[Row]]) -> str:
    """The text with its table of counts replaced."""
    kinds = ("public", "coefficient", "assumption")
    checks = ("retrieved", "recalled", "typical", "derived")
    lines = ["", "| table | rows | " + " | ".join(kinds + checks) + " |", "|---" * 9 + "|"]
    for table, rows in tables.items():
        if not rows:
            continue
        graded = any(row.get("provenance") for row in rows)
        cells = [
            str(sum(row.get(column) == value for row in rows)) if graded else "-"
            for column, values in (("provenance", kinds), ("check", checks))
            for value in values
        ]
        lines.append(f"| {table} | {len(rows)} | " + " | ".join(cells) + " |")
    head, _, rest = text.partition(COUNTS_BEGIN)
    _, _, tail = rest.partition(COUNTS_END)
    return head + COUNTS_BEGIN + "\n".join(lines) + "\n" + COUNTS_END + tail


def differences(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Files that differ from `files`, are missing, or would no longer be written."""
    found = [
        name
        for name, content in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]
    there = (path for pattern in ("*.csv", "with_*/*.csv") for path in folder.glob(pattern))
    return found + sorted(
        name for path in there if (name := path.relative_to(folder).as_posix()) not in files
    )


def main(arguments: list[str] | None = None) -> int:
    """Build or check one dataset; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", help="folder below datasets/ with a park.toml")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--datasets", type=Path, default=DATASETS, help="folder of all datasets")
    options = parser.parse_args(arguments)
    folder = options.datasets / options.dataset
    if not (folder / "park.toml").is_file():
        parser.error(f"{folder} has no park.toml")
    files = build(options.dataset, options.datasets)
    changed = differences(folder, files)
    if not options.check:
        for name in changed:
            if name in files:
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(files[name])
            else:
                (folder / name).unlink()
    verb = "differs" if options.check else "written"
    for name in changed:
        print(f"{options.dataset}/{name} {verb}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
