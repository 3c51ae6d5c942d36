"""Headers and files that are not what they should be, as spreadsheets and people make them."""

import pytest

from broken_template import Case, assert_told_in_full, content, header, without

CASES = [
    # --- headers
    Case(
        "a column misspelt",
        header("streams", "amount", "amuont"),
        (
            "streams.csv, row 1, column amount: the column is missing; every row needs it",
            "streams.csv, row 1, column amuont: is not a column of this table; closest is 'amount'",
        ),
    ),
    Case(
        "an optional column misspelt",  # its cells would be lost in silence
        header("streams", "most_amount", "max_amount"),
        (
            "streams.csv, row 1, column max_amount: is not a column of this table; "
            "closest is 'most_amount'",
        ),
    ),
    Case(
        "a column twice",
        header("streams", "state", "unit"),
        ("streams.csv, row 1, column unit: stands twice in the header; keep one of them",),
    ),
    Case(
        "a column without a name",
        header("streams", "state", ""),
        ("streams.csv, row 2: 'steam': stands in a column without a name; name it",),
    ),
    Case(
        "the key column is missing: what names its rows is not faulted",
        header("parks", "park_id", "note_id"),
        (
            "parks.csv, row 1, column note_id: is not a column of this table; closest is 'note'",
            "parks.csv, row 1, column park_id: the column is missing; every row needs it",
        ),
    ),
    # --- files
    Case(
        "a needed table is missing",
        without("resources.csv"),
        ("resources.csv: is missing; every dataset has this table",),
    ),
    Case(
        "a needed table has a header only",
        content("parks.csv", lambda text: text.splitlines(keepends=True)[0]),
        ("parks.csv: has no rows; every dataset needs at least one",),
    ),
    Case(
        "an empty file",
        content("recipes.csv", lambda text: b""),
        (
            "recipes.csv, row 1: has no header row; recipe_id, name_zh, name_en, "
            "reference_resource, ...",
        ),
    ),
    Case(
        "study.toml is missing",
        without("study.toml"),
        ("study.toml: is missing; an empty file takes all defaults",),
    ),
    Case(
        "a table of another name",
        content("stream.csv", lambda text: b"a,b\n1,2\n"),
        (
            "stream.csv: is not a table of a dataset and would not be read; "
            "closest is 'streams.csv'",
        ),
    ),
    Case(
        "a workbook renamed to .csv",
        content("links.csv", lambda text: b"PK\x03\x04\x14\x00\x06\x00\x08\x00"),
        ("links.csv: is not a text file; save it as CSV UTF-8",),
    ),
    Case(
        "UTF-16, as Excel's Unicode text",
        content("links.csv", lambda text: text.decode("utf-8-sig").encode("utf-16")),
        ("links.csv: is not a text file; save it as CSV UTF-8",),
    ),
    Case(
        "semicolons instead of commas",
        content("properties.csv", lambda text: text.replace(b",", b";")),
        ("properties.csv, row 1: the columns are parted by ;; save it as CSV with commas, UTF-8",),
    ),
    Case(
        "tabs instead of commas",
        content("properties.csv", lambda text: text.replace(b",", b"\t")),
        (
            "properties.csv, row 1: the columns are parted by tabs; "
            "save it as CSV with commas, UTF-8",
        ),
    ),
    Case(
        "a quotation mark that is never closed",  # it would swallow the rows below
        content("properties.csv", lambda text: text.replace(b"loi,", b'"loi,')),
        (
            "properties.csv, row 3: the row cannot be read: unexpected end of data; "
            "check its quotation marks, save it as CSV UTF-8",
        ),
    ),
    Case(
        "a comma in a cell without quotation marks",
        content("properties.csv", lambda text: text.replace(b"loi,", b"loi,a,b,c,")),
        (
            "properties.csv, row 3: 'loss on ignition': the row has more cells than the header; "
            "put quotation marks around a cell that holds a comma",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_told_in_full(tmp_path, case):
    assert_told_in_full(tmp_path, case)
