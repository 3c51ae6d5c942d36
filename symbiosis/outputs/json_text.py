"""JSON documents: one on standard output and nothing else, or one in a file."""

import json
from pathlib import Path
from typing import Any


def json_text(document: Any) -> str:
    """A document as text; a number that is no number is a mistake of ours."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def print_json(document: Any) -> None:
    """Print a document."""
    print(json_text(document))


def write_json(path: Path, document: Any) -> None:
    """Write a document to a file."""
    path.write_text(json_text(document) + "\n", encoding="utf-8")
