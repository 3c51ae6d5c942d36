"""Commands as a person types them."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = str(Path(sys.executable).parent / "symbiosis")


def run(*words, cwd, lang="en", **options):
    """Run `symbiosis` with `words` in folder `cwd`."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "150"}
    return subprocess.run(
        [PROGRAM, *words, *(["--lang", lang] if lang else [])],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        **options,
    )
