"""A dataset is named by its name or its path; a wrong name is answered with the nearest."""

import re

import pytest

from symbiosis.domain.errors import UsageError
from symbiosis.inputs import embedded
from symbiosis.inputs.embedded import dataset_path, datasets_folder, embedded_names


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A datasets folder of two datasets, the template, and folders that are none."""
    folder = tmp_path / "datasets"
    for name in ("honggu", "xigu", "template"):
        (folder / name).mkdir(parents=True)
        (folder / name / "study.toml").touch()
    (folder / "library").mkdir()
    (folder / "notes.md").touch()
    monkeypatch.setattr(embedded, "datasets_folder", lambda: folder)
    return folder


def test_the_checkout_has_its_own_datasets():
    """Run from a checkout, the folder beside pyproject.toml is used, not an installed copy."""
    assert (datasets_folder() / "template" / "study.toml").is_file()
    assert (datasets_folder().parent / "pyproject.toml").is_file()


def test_an_installed_package_uses_its_copy(tmp_path):
    """In site-packages there is no pyproject.toml of this project beside the package."""
    package = tmp_path / "symbiosis"
    assert embedded._folder_beside(package) == package / "_datasets"


@pytest.mark.parametrize(
    "text",
    [
        b'[project]\nname = "another"\n',
        b"[tool.x]\n",
        b'project = "symbiosis-optimizer"\n',
        b"not toml",
        b"\xff\xfe",
    ],
)
def test_the_pyproject_of_another_project_does_not_count(tmp_path, text):
    """A package copied into somebody's project must not look for datasets in that project."""
    (tmp_path / "pyproject.toml").write_bytes(text)
    assert embedded._folder_beside(tmp_path / "symbiosis") == tmp_path / "symbiosis/_datasets"


def test_the_pyproject_of_this_project_counts(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "symbiosis-optimizer"\n')
    assert embedded._folder_beside(tmp_path / "symbiosis") == tmp_path / "datasets"


def test_names(shelf):
    """The template and folders without a study.toml are no datasets."""
    assert embedded_names() == ["honggu", "xigu"]


def test_no_shelf_at_all(tmp_path, monkeypatch):
    """A package without its data still takes paths."""
    monkeypatch.setattr(embedded, "datasets_folder", lambda: tmp_path / "nowhere")
    assert embedded_names() == []
    assert dataset_path(str(tmp_path)) == tmp_path
    with pytest.raises(UsageError, match="embedded datasets: -"):
        dataset_path("honggu")


def test_a_name_and_a_path(shelf, tmp_path, monkeypatch):
    """A name stands before a folder of the same name; ./name means the folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "honggu").mkdir()
    assert dataset_path("honggu") == shelf / "honggu"
    assert dataset_path("./honggu").resolve() == tmp_path / "honggu"
    assert dataset_path(str(tmp_path / "honggu")) == tmp_path / "honggu"


def test_the_home_folder(shelf, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "park").mkdir()
    assert dataset_path("~/park") == tmp_path / "park"


def test_a_wrong_name(shelf):
    with pytest.raises(UsageError) as caught:
        dataset_path("hongu")
    assert str(caught.value) == (
        "'hongu' is neither an embedded dataset nor a folder; closest is 'honggu'; "
        "embedded datasets: honggu, xigu"
    )


def test_a_file_instead_of_its_folder(shelf):
    """Users name the study.toml or one of the tables."""
    file = shelf / "honggu" / "study.toml"
    with pytest.raises(UsageError) as caught:
        dataset_path(str(file))
    assert str(caught.value) == (
        f"'{file}' is a file; a dataset is a folder of tables with a study.toml; "
        f"name its folder {file.parent}"
    )


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 5000, "~nobody-of-this-name/x", "\n"])
def test_a_path_that_is_none(shelf, name):
    """The system's own errors for such paths must not come through."""
    with pytest.raises(UsageError, match=re.escape("is neither an embedded dataset nor")):
        dataset_path(name)
