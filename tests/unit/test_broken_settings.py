"""Faults of study.toml: its form, its names and its values."""

import pytest

from broken_template import Case, assert_told_in_full, both, study

CASES = [
    Case(
        "TOML that is none",
        study('objective = "npv"', 'objective "npv"'),
        (
            "study.toml: Expected '=' after a key in a key/value pair (at line 10, column 11); "
            "mend the file's TOML form",
        ),
    ),
    Case(
        "a setting misspelt",
        study("discount_rate", "discount_rat"),
        (
            "study.toml, column money.discount_rat: '0.08': is not a setting; "
            "closest is 'discount_rate'",
        ),
    ),
    Case(
        "a section misspelt",
        study("[solver]", "[solvers]"),
        ("study.toml, column solvers: is not a setting; closest is 'solver'",),
    ),
    Case(
        "a setting misspelt within a period",
        study("years = 15", "years = 15\nyeers = 3"),
        ("study.toml, column periods.0.yeers: '3': is not a setting; closest is 'years'",),
    ),
    Case(
        "a period without years",
        study("years = 15", ""),
        ("study.toml, column periods.0.years: is missing; every section of its kind needs it",),
    ),
    Case(
        "a rate in percent",
        study("discount_rate = 0.08", "discount_rate = 8"),
        (
            "study.toml, column money.discount_rate: '8': must be < 1; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "an objective that is none",
        study('"npv"', '"nvp"'),
        (
            "study.toml, column objective: 'nvp': is not one of npv, co2e, fresh_water, "
            "disposed, virgin, byproduct_exchanged, heat_links; closest is 'npv'",
        ),
    ),
    Case(
        "money with a decimal comma",  # 0,8 would become 8
        study("0.9 亿元", "0,9 亿元"),
        (
            "study.toml, column money.budget: '0,9 亿元': is not an amount of money; "
            "write e.g. 0.5 亿元",
        ),
    ),
    Case(
        "money in tonnes",
        study("0.9 亿元", "0.9 万t"),
        (
            "study.toml, column money.budget: '0.9 万t': is not in a unit of money; "
            "write 万元, 亿元 or 元",
        ),
    ),
    Case(
        "a year of 8000 hours",
        study("hours = 8760", "hours = 8000"),
        ("study.toml: the hours of [[slices]] sum to 8000; a year has 8760",),
    ),
    Case(
        "more chains at least than at most",
        study("at_least = 1", "at_least = 2"),
        ("study.toml, column chains: at_least is above at_most",),
    ),
    Case(
        "a whole number that is none",
        study("at_most = 1 ", "at_most = 1.5"),
        ("study.toml, column chains.at_most: '1.5': is not a whole number; write a whole number",),
    ),
    Case(
        "a section that is a number",
        study("[policy]\nleast_utilisation = 0.7", "[[policy]]"),
        (
            "study.toml, column policy: is not a section; "
            "write a section such as [money] with its settings below",
        ),
    ),
    Case(
        "a barred chain and a project that are not there",
        both(
            study("barred = []", 'barred = ["ash_chian"]'),
            study("switch_off = []", 'switch_off = ["water_sation"]'),
        ),
        (
            "study.toml, column chains.barred: 'ash_chian': is not in chains.csv; "
            "closest is 'ash_chain'",
            "study.toml, column switch_off: 'water_sation': is not in projects.csv; "
            "closest is 'water_station'",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_told_in_full(tmp_path, case):
    assert_told_in_full(tmp_path, case)
