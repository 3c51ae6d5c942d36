"""The folder of a shortlist: one document, a table for every kind of answer, and the work kept.

shortlist.json      everything, as `symbiosis.studies.shortlist.records` reads it, with the settings
                    of the study and the versions of what it was made with
targets.csv         a row for every candidate project
flips.csv, dependences.csv, measure_first.csv, flows.csv    rows of the targets
near_best.csv, futures.csv    what every plan decides
exchanges.csv, links.csv      how often each is used
gaps.csv            what no project takes or gives
dossiers/           a page for every target, see `symbiosis.outputs.dossier`
work/               pieces that are done; a shortlist asked again goes on with them

Every file is whole or absent. shortlist.json is written last: without it the folder is not done.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import UsageError
from symbiosis.locale import _
from symbiosis.outputs.atomic import refuse_foreign_folder, write_atomically
from symbiosis.outputs.json_text import write_json
from symbiosis.outputs.kept_work import KeptWork
from symbiosis.outputs.plan_folder import versions
from symbiosis.studies.resolves import Solved
from symbiosis.studies.shortlist.records import Shortlist, Target, as_json, from_json

SHORTLIST = "shortlist.json"
MARKER = "work/README.txt"  # marks the folder of a shortlist, done or not
ABOUT_WORK = """Pieces of work of a shortlist. Asked again, it goes on with what is here.
清单的中间结果；再次运行同一命令即从这里接着算。
"""
Row = dict[str, Any]


def open_work(folder: Path, solved: Solved) -> KeptWork:
    """Where the work of a shortlist is kept; all of it depends on the study and its best plan.

    Raises:
        UsageError: if `folder` holds something else.
    """
    write_atomically(folder / MARKER, lambda path: _write_text(path, ABOUT_WORK))
    best = solved.best
    depends_on = {
        "dataset": solved.dataset.digest,
        "settings": solved.dataset.settings.model_dump(mode="json"),
        "versions": versions(),
        "objective": best.facts["objective"],
        "whole_numbers": best.whole_numbers,
    }
    return KeptWork(folder / "work", depends_on)


def refuse_other_folder(folder: Path) -> None:
    """A shortlist goes into a new folder, or into one of its own kind.

    Raises:
        UsageError: if `folder` holds something else.
    """
    refuse_foreign_folder(folder, MARKER)


def shortlist_document(dataset: Dataset, shortlist: Shortlist) -> dict[str, Any]:
    """The JSON document of a shortlist; its keys are the contract of `--json`."""
    return {
        **as_json(shortlist),
        "settings": dataset.settings.model_dump(mode="json"),
        "versions": versions(),
    }


def write_shortlist(folder: Path, dataset: Dataset, shortlist: Shortlist) -> None:
    """Write the document and the tables."""
    (folder / SHORTLIST).unlink(missing_ok=True)
    for name, rows in shortlist_tables(shortlist).items():
        write_atomically(folder / f"{name}.csv", _csv_writer(pd.DataFrame(list(rows))))
    document = shortlist_document(dataset, shortlist)
    write_atomically(folder / SHORTLIST, lambda path: write_json(path, document))


def read_shortlist(folder: Path) -> Shortlist:
    """The shortlist in a folder of `write_shortlist`.

    Raises:
        UsageError: if the folder holds no finished shortlist.
    """
    try:
        document = json.loads((folder / SHORTLIST).read_text(encoding="utf-8"))
        return from_json(Shortlist, document)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            _("{folder} holds no finished shortlist ({error})").format(folder=folder, error=error)
        ) from error


def shortlist_tables(shortlist: Shortlist) -> dict[str, Iterable[Row]]:
    """Rows of every table."""
    targets = shortlist.targets
    return {
        "targets": map(_target, targets),
        "flips": _of_targets(targets, "flips"),
        "dependences": _of_targets(targets, "dependences"),
        "measure_first": _of_targets(targets, "measure_first"),
        "flows": (
            {"project_id": x.project_id, **flow}
            for x in targets
            if x.built is not None
            for flow in as_json(x.built)["flows"]
        ),
        "near_best": map(_plan, (as_json(plan) for plan in shortlist.near_best)),
        "futures": map(_plan, (as_json(plan) for plan in shortlist.futures)),
        "exchanges": ({**as_json(x.exchange), **_shares(as_json(x))} for x in shortlist.exchanges),
        "links": ({"link_id": x.link_id, **_shares(as_json(x))} for x in shortlist.links),
        "gaps": (_joined(as_json(gap)) for gap in shortlist.gaps),
    }


def _of_targets(targets: Iterable[Target], field: str) -> Iterable[Row]:
    for target in targets:
        for row in as_json(target)[field]:
            yield {"project_id": target.project_id, **_joined(row)}


def _joined(row: Mapping[str, Any]) -> Row:
    """A row whose lists are words with `;` between and whose records are columns."""
    flat: Row = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}_{part}": cell for part, cell in value.items()}
        else:
            flat[key] = ";".join(map(str, value)) if isinstance(value, list) else value
    return flat


def _shares(row: Mapping[str, Any]) -> Row:
    return _joined({kind: row[kind] for kind in ("near_best", "futures")})


def _target(target: Target) -> Row:
    row = as_json(target)
    worth, built, window = row["worth"], row["built"] or {}, row["window"] or {}
    nothing = {"value": None, "least": None, "most": None}
    return {
        **{key: row[key] for key in ("rank", "project_id", "kind", "chosen", "often")},
        **_joined({"loss": worth["loss"] or nothing, "yearly": worth["yearly"] or nothing}),
        "necessary": worth["necessary"],
        "impossible": worth["impossible"],
        **_shares(row),
        **{
            key: built.get(key)
            for key in (
                "place_id",
                "size",
                "size_unit",
                "utilisation",
                "capital_cost",
                "running_cost",
                "land",
                "labour",
            )
        },
        **{key: window.get(key) for key in ("smallest", "largest", "least_size", "most_size")},
        "killed_by": ";".join(x["partner"] for x in row["dependences"] if x["kills"]),
    }


def _plan(plan: Mapping[str, Any]) -> Row:
    found = plan["outcome"] or {}
    return {
        "number": plan["number"],
        "status": plan["status"],
        **{key: found.get(key) for key in ("value", "bound", "gap")},
        "below_best": plan["below_best"],
        "chains": ";".join(plan["chains"]),
        "projects": ";".join(plan["projects"]),
        "held": ";".join(plan["held"]),
    }


def _csv_writer(table: pd.DataFrame) -> Callable[[Path], None]:
    return lambda path: table.to_csv(path, index=False, encoding="utf-8-sig")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
