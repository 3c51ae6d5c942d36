"""The datasets that come with the program, found by name."""

import tomllib
from functools import lru_cache
from pathlib import Path

import symbiosis
from symbiosis.domain.errors import UsageError
from symbiosis.inputs.tables import closest
from symbiosis.locale import _

TEMPLATE = "template"
_DISTRIBUTION = "symbiosis-optimizer"


@lru_cache
def datasets_folder() -> Path:
    """Folder of the embedded datasets: the checkout's own, or the installed package's copy."""
    return _folder_beside(Path(symbiosis.__file__).resolve().parent)


def _folder_beside(package: Path) -> Path:
    checkout = package.parent
    if _names_this_project(checkout / "pyproject.toml"):
        return checkout / "datasets"
    return package / "_datasets"


def _names_this_project(file: Path) -> bool:
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError):  # TOML and UTF-8 errors are ValueErrors
        return False
    return isinstance(project, dict) and project.get("name") == _DISTRIBUTION


def embedded_names() -> list[str]:
    """Names of the embedded datasets; the template is not one of them."""
    folder = datasets_folder()
    if not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name != TEMPLATE and (path / "study.toml").is_file()
    )


def dataset_path(name_or_path: str) -> Path:
    """Folder of the embedded dataset of this name, else the folder at this path.

    An embedded name stands before a folder of the same name; `./name` means the folder.

    Raises:
        UsageError: if it is neither.
    """
    names = embedded_names()
    if name_or_path in names:
        return datasets_folder() / name_or_path
    path = Path(name_or_path)
    try:
        path = path.expanduser()
        if name_or_path.strip() and path.is_dir():
            return path
        is_file = path.is_file()
    except (OSError, ValueError, RuntimeError):  # too long, a zero byte, `~` of nobody
        is_file = False
    if is_file:
        raise UsageError(
            _("'{path}' is a file; a dataset is a folder of tables with a study.toml").format(
                path=name_or_path
            )
            + "; "
            + _("name its folder {folder}").format(folder=path.parent)
        )
    hints = [closest(name_or_path, names)] if names else []
    hints.append(_("embedded datasets: {names}").format(names=", ".join(names) or "-"))
    raise UsageError(
        "; ".join(
            [
                _("'{name}' is neither an embedded dataset nor a folder").format(name=name_or_path),
                *filter(None, hints),
            ]
        )
    )
