"""Pieces of work kept on disk, so that a study that was killed goes on where it was.

A piece is kept under its name in a folder named by what everything depends on (data, settings,
versions, options, best plan); each file is written whole or not at all.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.json_text import json_text, write_json


class KeptWork:
    """Pieces of work that are done, in a folder of their own."""

    def __init__(self, folder: Path, depends_on: Mapping[str, Any]) -> None:
        """Keep them below `folder`, under the hash of what they depend on."""
        text = json_text(depends_on)
        self.folder = folder / hashlib.sha256(text.encode()).hexdigest()[:16]
        write_atomically(
            self.folder / "depends_on.json", lambda path: write_json(path, dict(depends_on))
        )

    def path(self, name: str) -> Path:
        """Where a piece is kept; its name may hold any signs."""
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"

    def get(self, name: str) -> dict[str, Any] | None:
        """What a piece gave, None where it has not been done."""
        try:
            kept = json.loads(self.path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        gave: dict[str, Any] = kept["gave"]
        return gave

    def put(self, name: str, gave: dict[str, Any]) -> None:
        """Keep what a piece gave."""
        document = {"piece": name, "gave": gave}
        write_atomically(self.path(name), lambda path: write_json(path, document))
