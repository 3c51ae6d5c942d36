"""All faults of a dataset come together, each once, and none drowns the others."""

import pytest

from broken_template import (
    cell,
    content,
    faults_of,
    good_copy,
    study,
    without_row,
)
from symbiosis.domain.errors import DatasetError, UsageError
from symbiosis.inputs.reader import read_dataset


@pytest.fixture
def folder(tmp_path):
    return good_copy(tmp_path)


def test_the_good_copy_is_read(folder):
    """Were the unbroken template faulty, no case of a broken copy would prove anything."""
    assert read_dataset(folder).enterprise["dairy"].name_en == "Qingshi dairy"


CHANGES = (
    cell("streams", "surplus_steam", amount="viel"),
    cell("resources", "clay", kind="materail"),
    cell("streams", "brick_drying", enterprise_id="brick_work"),
    cell("units", "brick_kiln", utilisation="75"),
    content("stream.csv", lambda text: b"a,b\n1,2\n"),
    study("discount_rate", "discount_rat"),
)


def test_all_faults_come_together(folder, tmp_path):
    """Six mistakes in five files, one error: nobody mends a dataset one message at a time."""
    alone = []
    for number, change in enumerate(CHANGES):
        broken = good_copy(tmp_path / str(number))
        change(broken)
        alone += faults_of(broken)
        change(folder)
    assert len(alone) == len(set(alone)) == len(CHANGES)
    assert faults_of(folder) == sorted(alone)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    lines = str(caught.value).splitlines()
    assert lines[0] == "mypark cannot be used, 6 faults:"
    assert sorted(line.strip() for line in lines[1:]) == sorted(alone)


def test_a_contradiction_is_told_with_what_follows_from_it(folder):
    """An offered project loses its unit and its place: nothing takes its ash any more either.

    Each kind of contradiction: tests/unit/test_consistency_*.py.
    """
    without_row("project_units", "ash_blocks/ash_block")(folder)
    without_row("project_places", "ash_blocks_plot")(folder)
    assert faults_of(folder) == [
        "projects.csv, row 2, column project_id: 'ash_blocks': has no place; "
        "add a row to project_places.csv, or write available = 0",
        "projects.csv, row 2, column project_id: 'ash_blocks': has no unit; "
        "add a row to project_units.csv, or write available = 0",
        "qualities.csv, row 7, column resource_id: 'fly_ash': is not taken by 'ash_blocks'; "
        "known here: -",
    ]


def test_faults_of_consistency_come_together(folder):
    """Contradictions of different kinds are gathered as well."""
    cell("units", "power_plant_1", least_utilisation="0.9", most_utilisation="0.2")(folder)
    cell("exchanges", "power_plant/brick_works/fly_ash/clay", amount="9", high="")(folder)
    study('"open"', '"open"\n')(folder)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert [fault.file for fault in caught.value.faults] == [
        "exchanges.csv",
        "exchanges.csv",
        "units.csv",
        "units.csv",
    ]


def test_a_folder_that_is_not_there(tmp_path):
    """Not a traceback of Python."""
    with pytest.raises(UsageError, match="nowhere cannot be read: No such file or directory"):
        read_dataset(tmp_path / "nowhere")


def test_a_long_cell_is_cut_in_the_message(folder):
    """A pasted page must not drown the other faults."""
    cell("streams", "brick_drying", amount="x" * 5000, enterprise_id="y" * 5000)(folder)
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    assert len(caught.value.faults) == 2
    assert all(len(str(fault)) < 250 for fault in caught.value.faults)
