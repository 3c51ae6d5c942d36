"""Names: one space of ids for all actors, one resource for a word."""

import unicodedata
from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.resources import Resource
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import fault_of
from symbiosis.locale import _


def check_ids(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Enterprises, projects and places share one space of names: they are all actors."""
    for column, rows in (
        ("project_id", dataset.projects),
        ("place_id", dataset.project_places),
    ):
        for row in rows:
            if getattr(row, column) in dataset.enterprise:
                yield fault_of(
                    row, column, _("is already the id of an enterprise"), _("choose another id")
                )


def check_names(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A word must mean one resource only."""
    meant = {_plain(row.resource_id): row for row in dataset.resources}
    for resource in dataset.resources:
        for key, (column, word) in _words(resource).items():
            other = meant.setdefault(key, resource)
            if other is not resource:
                yield fault_of(
                    resource,
                    column,
                    _("also means the resource '{other}' of row {row}").format(
                        other=other.resource_id, row=other.row
                    ),
                    _("a name or alias may stand at one resource only"),
                    word,
                )


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()


def _words(resource: Resource) -> dict[str, tuple[str, str]]:
    """Every word of a resource: its column and how it is written."""
    found = {}
    for column in ("aliases", "name_en", "name_zh", "resource_id"):
        value = getattr(resource, column)
        for word in value if isinstance(value, tuple) else (value,):
            if word:
                found[_plain(word)] = (column, word)
    return found
