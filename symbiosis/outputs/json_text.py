"""One JSON document on standard output, and nothing else."""

import json
from typing import Any


def json_text(document: Any) -> str:
    """A document as text; a number that is no number is a mistake of ours."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def print_json(document: Any) -> None:
    """Print a document."""
    print(json_text(document))
