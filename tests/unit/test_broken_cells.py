"""A cell that cannot be what it should, and a name that is not there, are told with the way out."""

import pytest

from broken_template import Case, assert_told_in_full, cell, new_row

NUMBER = "write a number such as 12.5 or 1,200"
WITH_UNIT = f"{NUMBER}; a unit stands in its own column or after it"

CASES = [
    Case(
        "a word where a number is meant",
        cell("streams", "surplus_steam", amount="viel"),
        (f"streams.csv, row {{row}}, column amount: 'viel': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "a decimal comma is not read as a thousands comma",  # 1,5 would become 15
        cell("markets", "fresh_water/buy", price="5,8"),
        (f"markets.csv, row {{row}}, column price: '5,8': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "a decimal comma in a plain number",
        cell("projects", "ash_blocks", scale_exponent="0,7"),
        (f"projects.csv, row {{row}}, column scale_exponent: '0,7': is not a number; {NUMBER}",),
    ),
    Case(
        "a range where one number is meant",
        cell("recipe_flows", "coal_power/coal/in", coefficient="400-460"),
        (
            "recipe_flows.csv, row {row}, column coefficient: '400-460': is not a number; "
            + WITH_UNIT,
        ),
    ),
    Case(
        "nan",
        cell("streams", "brick_drying", amount="nan"),
        (f"streams.csv, row {{row}}, column amount: 'nan': is not a number; {WITH_UNIT}",),
    ),
    Case(
        "inf in a plain number",
        cell("projects", "ash_blocks", labour="inf"),
        (f"projects.csv, row {{row}}, column labour: 'inf': is not a number; {NUMBER}",),
    ),
    Case(
        "a number that overflows",
        cell("streams", "brick_drying", amount="1e400"),
        (
            "streams.csv, row {row}, column amount: '1e400': is too large to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a huge number",
        cell("projects", "biogas_station", capital_cost="1e30"),
        (
            "projects.csv, row {row}, column capital_cost: '1e30': is too large to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a number near nothing",
        cell("substitutes", "biogas/natural_gas", ratio="1e-200", low="", high=""),
        (
            "substitutes.csv, row {row}, column ratio: '1e-200': is too small to be real; "
            "check the number and its unit",
        ),
    ),
    Case(
        "a need written as a negative amount",
        cell("streams", "brick_drying", amount="-1.5"),
        (
            "streams.csv, row {row}, column amount: '-1.5': must be >= 0; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a share above one",
        cell("units", "brick_kiln", utilisation="75"),
        (
            "units.csv, row {row}, column utilisation: '75': must be <= 1; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a latitude beyond the pole",
        cell("parks", "qingshi", lat="385"),
        (
            "parks.csv, row {row}, column lat: '385': must be <= 90; "
            "check the sign, the number and its unit",
        ),
    ),
    Case(
        "a year with a fraction",
        cell("parks", "qingshi", year="2020.5"),
        (
            "parks.csv, row {row}, column year: '2020.5': is not a whole number; "
            "write a whole number",
        ),
    ),
    Case(
        "an error of Excel in a number",
        cell("markets", "cement/buy", price="#REF!"),
        (
            "markets.csv, row {row}, column price: '#REF!': is an error of the spreadsheet; "
            "mend the formula or widen the column there, then save again",
            "markets.csv, row {row}, column price: is empty; every row needs it",
        ),
    ),
    Case(
        "an error of Excel in a name",  # it would be shown as the enterprise's name
        cell("enterprises", "dairy", name_zh="#N/A"),
        (
            "enterprises.csv, row {row}, column name_zh: '#N/A': is an error of the spreadsheet; "
            "mend the formula or widen the column there, then save again",
        ),
    ),
    Case(
        "a control character",  # no GEXF or workbook could hold it
        cell("enterprises", "dairy", name_en="Dairy\x0bworks"),
        (
            "enterprises.csv, row {row}, column name_en: 'Dairy?works': holds a control "
            "character; type the cell again",
        ),
    ),
    Case(
        "a cell of spaces where something is needed",
        cell("enterprises", "dairy", park_id="   "),
        ("enterprises.csv, row {row}, column park_id: is empty; every row needs it",),
    ),
    Case(
        "a unit that is none",
        cell("streams", "brick_drying", unit="t/fortnite"),
        (
            "streams.csv, row {row}, column unit: 't/fortnite': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a unit of something else, in its column",
        cell("units", "dairy_line", capacity_unit="MW"),
        (
            "units.csv, row {row}, column capacity_unit: 'MW': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a unit of something else, in the cell",
        cell("parks", "qingshi", land_available="300 万t"),
        (
            "parks.csv, row {row}, column land_available: '万t': is not a unit for this number; "
            "write a unit such as mu",
        ),
    ),
    Case(
        "one bad unit of three numbers is told once",
        cell("streams", "surplus_steam", unit="GJ/h"),
        (
            "streams.csv, row {row}, column unit: 'GJ/h': is not a unit for this number; "
            "write a unit such as t/year",
        ),
    ),
    Case(
        "a resource in an unknown unit",  # what is counted in it is not faulted as well
        cell("resources", "steam", unit="barrow"),
        (
            "resources.csv, row {row}, column unit: 'barrow': is not a known unit; "
            "write a unit such as t, m3, MWh, GJ, 1000 m3",
        ),
    ),
    Case(
        "a word that is not one of the choices",
        cell("resources", "clay", kind="materail"),
        (
            "resources.csv, row {row}, column kind: 'materail': is not one of material, energy, "
            "water; closest is 'material'",
        ),
    ),
    Case(
        "neither yes nor no",
        cell("resources", "clay", virgin="maybe"),
        ("resources.csv, row {row}, column virgin: 'maybe': is neither yes nor no; write 1 or 0",),
    ),
    Case(
        "a sign a key cannot hold",
        new_row("properties", property_id="a:b"),
        (
            "properties.csv, row {row}, column property_id: 'a:b': cannot be a key; "
            "leave out the signs ; : , ' \" < > and line breaks",
        ),
    ),
    Case(
        "the number outside its own range",
        cell("parks", "qingshi", low="400"),
        (
            "parks.csv, row {row}, column low: '400': 'land_available' lies outside its own "
            "range; low <= value <= high must hold, all in the same unit",
        ),
    ),
    Case(
        "low above high",
        cell("parks", "qingshi", low="400", high="200"),
        (
            "parks.csv, row {row}, column low: '400': is above high; "
            "low <= value <= high must hold, all in the same unit",
        ),
    ),
    # --- references
    Case(
        "an enterprise that is not there",
        cell("streams", "brick_drying", enterprise_id="brick_work"),
        (
            "streams.csv, row {row}, column enterprise_id: 'brick_work': is not in "
            "enterprises.csv; closest is 'brick_works'",
        ),
    ),
    Case(
        "a resource that is not there, nothing near it",
        cell("markets", "lime/buy", resource_id="xyz9"),
        (
            "markets.csv, row {row}, column resource_id: 'xyz9': is not in resources.csv; "
            "add it there, or mend the name",
        ),
    ),
    Case(
        "one recipe of several",
        cell("chain_stages", "ash_chain/bricks", recipes="fired_brick;ash_blok"),
        (
            "chain_stages.csv, row {row}, column recipes: 'ash_blok': is not in recipes.csv; "
            "closest is 'ash_block'",
        ),
    ),
    Case(
        "two ends in one cell",  # each is known, but together they are no place
        cell("links", "sewer_1", from_id="dairy;brick_works"),
        (
            "links.csv, row {row}, column from_id: 'dairy;brick_works': cannot be a key; "
            "leave out the signs ; : , ' \" < > and line breaks",
        ),
    ),
    Case(
        "a key twice",
        new_row("enterprises", enterprise_id="dairy", park_id="qingshi"),
        (
            "enterprises.csv, row {row}, column enterprise_id: 'dairy': stands already in row 4; "
            "keep one of the two rows",
        ),
    ),
    Case(
        "a key of several columns twice",
        new_row("markets", resource_id="coal", action="buy", price="1"),
        (
            "markets.csv, row {row}, column resource_id: 'coal buy': stands already in row 2; "
            "keep one of the two rows",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_told_in_full(tmp_path, case):
    assert_told_in_full(tmp_path, case)
