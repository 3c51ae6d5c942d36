"""A filled example folder to start a dataset from: `symbiosis new PATH`."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

from symbiosis.domain.errors import UsageError
from symbiosis.inputs.embedded import TEMPLATE, datasets_folder
from symbiosis.locale import _


def write_template(folder: Path) -> list[Path]:
    """Copy the template to `folder`, whole or not at all; the files written.

    Raises:
        UsageError: if `folder` is a file or holds anything already, or cannot be written.
    """
    source = datasets_folder() / TEMPLATE
    try:
        names = sorted(path.name for path in source.iterdir() if path.is_file())
        folder = Path(os.path.abspath(folder.expanduser()))  # a name for `.` and `..` too
        if folder.is_dir():
            if any(folder.iterdir()):
                raise UsageError(
                    _("{folder} is not empty; name a new folder").format(folder=folder)
                )
        elif folder.exists() or folder.is_symlink():
            raise UsageError(_("{folder} is a file; name a new folder").format(folder=folder))
        _copy(source, names, folder)
    except (OSError, RuntimeError, ValueError) as error:  # `~` of nobody, a zero byte in a name
        raise UsageError(
            _("{folder} cannot be written: {reason}").format(
                folder=folder, reason=getattr(error, "strerror", None) or error
            )
        ) from error
    return [folder / name for name in names]


def _copy(source: Path, names: list[str], folder: Path) -> None:
    """Copy to a temporary folder beside `folder`, then put it in place at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}-{uuid4().hex[:8]}")
    try:
        temporary.mkdir()
        for name in names:
            shutil.copyfile(source / name, temporary / name)  # without a read-only permission
        if not folder.is_dir():
            os.replace(temporary, folder)
            return
        # An empty folder stays (a shell may stand in it). Without study.toml, which comes last,
        # it is no dataset.
        for name in sorted(names, key=lambda name: name == "study.toml"):
            os.replace(temporary / name, folder / name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
