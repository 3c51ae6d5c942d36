"""What the command `shortlist` does once its words are parsed; an exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from symbiosis.commands import DONE, INTERRUPTED, or_conflict
from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _
from symbiosis.outputs.dossier.files import write_dossiers
from symbiosis.outputs.json_text import print_json
from symbiosis.outputs.shortlist_folder import (
    open_work,
    refuse_other_folder,
    shortlist_document,
    write_shortlist,
)
from symbiosis.outputs.shortlist_screen import print_shortlist
from symbiosis.outputs.work_left import WorkLeft
from symbiosis.studies.resolves import solve_study
from symbiosis.studies.shortlist.records import Asking
from symbiosis.studies.shortlist.study import shortlist
from symbiosis.studies.shortlist.work import Engine


def run_shortlist(
    dataset: Dataset,
    out: Path,
    asking: Asking,
    engine: Engine,
    as_json: bool,
    progress: Callable[[], Callable[[Any], None]],
    console: Console,
) -> int:
    """Make the shortlist, going on with work that is kept; write it, show it."""
    refuse_other_folder(out)
    solved = or_conflict(dataset, lambda: solve_study(dataset, progress()))
    if solved.best.facts["status"] == "interrupted":
        raise KeyboardInterrupt
    work, kept = WorkLeft(engine.processes), open_work(out, solved)
    try:
        found = shortlist(solved, asking, kept, engine, work.expect, work.finished, work.over)
    except KeyboardInterrupt:
        work.lines.say(
            _("Interrupted. What is done is kept; the same command goes on from here."),
            at_once=True,
        )
        return INTERRUPTED
    write_dossiers(solved.prepared, found, out / "dossiers")
    write_shortlist(out, dataset, found)
    if as_json:
        print_json(shortlist_document(dataset, found))
    else:
        print_shortlist(console, dataset, found, str(out))
    return DONE
