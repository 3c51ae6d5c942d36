"""Commands as a person types them."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from symbiosis.cli import main
from symbiosis.locale import language, set_language

PROGRAM = str(Path(sys.executable).parent / "symbiosis")


SCREEN = {"LC_ALL": "C.UTF-8", "COLUMNS": "150"}


def run(*words, cwd, lang="en", **options):
    """Run `symbiosis` with `words` in folder `cwd`, as a program of its own."""
    return subprocess.run(
        [PROGRAM, *words, *(["--lang", lang] if lang else [])],
        cwd=cwd,
        env={**os.environ, **SCREEN},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        **options,
    )


def run_here(*words, cwd, lang="en"):
    """The same in this process: all but the start of the program, which takes seconds."""
    before, out, err = language(), io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, SCREEN),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main([*words, "--lang", lang])
            code = 0
        except SystemExit as left:
            code = left.code
        finally:
            set_language(before)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
