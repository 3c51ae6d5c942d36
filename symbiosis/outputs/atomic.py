"""Files and folders that are either whole or absent."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from symbiosis.domain.errors import UsageError
from symbiosis.locale import _


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place of `path` at once.

    A reader (Gephi, Excel) never sees half a file, and a failed write leaves the old file as it
    was. The folder is made when it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The ending stays last: some writers choose their format by it.
    temporary = path.with_name(f".{uuid4().hex}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_folder(folder: Path, marker: str, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a new folder beside `folder`, then put it in its place at once.

    marker   file that tells such a folder from others

    Raises:
        UsageError: if `folder` holds something else.
    """
    refuse_foreign_folder(folder, marker)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
    old = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
    try:
        part.mkdir()
        fill(part)
        if folder.exists():
            os.replace(folder, old)
        os.replace(part, folder)
    finally:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)


def refuse_foreign_folder(folder: Path, marker: str) -> None:
    """A folder may replace one of its own kind, nothing else.

    Raises:
        UsageError: if `folder` is a file, or a folder with something else in it.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / marker).is_file():
        raise UsageError(
            _("{folder} holds something else (no {marker}); name another --out").format(
                folder=folder, marker=marker
            )
        )
