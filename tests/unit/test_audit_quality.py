"""The audit of qualities: honest plans pass, every altered mixture, load and limit is found."""

import pandas as pd
import pytest

from audits import copied, failed
from parks import plan
from symbiosis.planning.audit import audit_plan
from water_parks import SEASONS, mixing_park, outfall_park, washing_park


def seasons():
    """Salt within 200 in summer and 500 in winter, cod within 40 all year."""
    park = mixing_park(slices=SEASONS).quality("plant", "cooling", "need", "summer", most=200)
    park.quality("plant", "cooling", "need", most=500)
    return park.quality("plant", "cooling", "need", property_id="cod", most=40)


def loads():
    """Two operations, the second washing with what the first has used."""
    return washing_park({"one": {"salt": (2000, 0, 100)}, "two": {"salt": (30000, 100, 800)}})


CASES = {"seasons": seasons(), "loads": loads(), "outfall": outfall_park(30_000)}


@pytest.fixture(scope="module")
def honest():
    return {name: (park.dataset(), plan(park)) for name, park in CASES.items()}


def altered(found, table, column, change, **keys):
    """A copy of a plan with cells of the rows with these values changed."""
    copy = copied(found)
    rows = pd.Series(True, copy.tables[table].index)
    for name, value in keys.items():
        rows &= copy.tables[table][name] == value
    assert rows.any()
    if column is None:
        copy.tables[table] = copy.tables[table][~rows]
    else:
        copy.tables[table].loc[rows, column] = change(copy.tables[table].loc[rows, column])
    return copy


@pytest.mark.parametrize("case", CASES)
def test_an_honest_plan_passes(honest, case):
    """And what it is about is really counted."""
    checks = {check.name: check for check in audit_plan(*honest[case]).checks}
    assert all(check.passed for check in checks.values())
    about = {"seasons": "quality", "loads": "fixed_load", "outfall": "load_limit"}[case]
    assert checks[about].count and checks["quality_table"].count


def test_a_shift_between_seasons_is_caught(honest):
    """1 m3 of the works moved from winter to summer: the year is the same, the summer too salty.

    Fresh water moves the other way, so every balance still closes.
    """
    dataset, found = honest["seasons"]
    for table, keys, sign in (
        ("exchanges_by_slice", {"donor": "works"}, 1),
        ("trades_by_slice", {"action": "buy"}, -1),
        ("trades_by_slice", {"actor": "works"}, -1),
    ):
        for season, way in (("summer", 1), ("winter", -1)):
            found = altered(
                found, table, "plan", lambda x, by=sign * way: x + by, slice=season, **keys
            )
    faults = failed(dataset, found)
    assert set(faults) == {"quality", "quality_table"}
    (line,) = faults["quality"].breaches
    assert "plant" in line and "salt" in line and "summer" in line


TAMPERING = {
    "value": ("seasons", "quality", "value", lambda x: x * 0.99, {"property": "cod"}),
    "amount": ("seasons", "quality", "amount", lambda x: x * 1.01, {}),
    "limit shown": ("seasons", "quality", "most", lambda x: x + 1, {"slice": "summer"}),
    "row left out": ("seasons", "quality", None, None, {"slice": "winter"}),
    "load shown": ("loads", "quality", "load", lambda x: x * 1.01, {"direction": "supply"}),
    "used row left out": ("loads", "quality", None, None, {"direction": "supply"}),
    "load of the outfall": ("outfall", "quality", "load", lambda x: x * 0.5, {}),
    "mixture of nobody": ("outfall", "quality", "serves", lambda x: "strong", {}),
}


@pytest.mark.parametrize("case", TAMPERING.values(), ids=TAMPERING.keys())
def test_a_table_that_shows_something_else_is_caught(honest, case):
    name, table, column, change, keys = case
    dataset, found = honest[name]
    assert "quality_table" in failed(dataset, altered(found, table, column, change, **keys))


def test_a_limit_shown_as_kept_is_caught(honest):
    dataset, found = honest["outfall"]
    lower = altered(found, "limits", "value", lambda x: x * 0.5, name="load")
    assert "limits" in failed(dataset, lower)


@pytest.mark.parametrize(
    ("case", "change", "check", "word"),
    [
        ("seasons", lambda p: p.rows["qualities"][-1].update(most=39), "quality", "cod"),
        ("seasons", lambda p: p.rows["qualities"][0].update(value=950), "quality", "salt"),
        ("seasons", lambda p: p.rows["qualities"][4].update(value=150), "quality", "salt"),
        ("seasons", lambda p: p.quality("plant", "used", "need", most=800), "quality", "used"),
        ("loads", lambda p: p.rows["loads"][0].update(amount=2100), "fixed_load", "one"),
        ("loads", lambda p: p.rows["qualities"][3].update(most=40), "quality", "two"),
        ("outfall", lambda p: p.rows["load_limits"][0].update(most=29_000), "load_limit", "P"),
        ("outfall", lambda p: p.rows["qualities"][0].update(value=510), "load_limit", "river"),
    ],
)
def test_a_plan_of_other_qualities_is_caught(honest, case, change, check, word):
    """The plan of one park does not pass for that of a stricter one."""
    _dataset, found = honest[case]
    park = CASES[case].copy()
    change(park)
    faults = failed(park.dataset(), found)
    assert check in faults and any(word in line for line in faults[check].breaches), faults
