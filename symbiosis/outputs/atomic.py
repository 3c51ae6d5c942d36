"""Files that are either whole or absent."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4


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
