"""The heat of a plan on its screen: levels, what is thrown away and why, carriers, exergy."""

import io

import pytest
from rich.console import Console

from heat_parks import HALVES, flow, heat_park, steam_site, three_places
from parks import plan
from symbiosis.locale import set_language
from symbiosis.outputs.heat_screen import print_heat
from symbiosis.outputs.text import Names

YEAR_GJ = 3.6 * 8760  # of a mean MW


def shown(park, lang="en"):
    dataset = park.dataset()
    found = plan(dataset)
    set_language(lang)
    try:
        console = Console(file=io.StringIO(), width=160)
        print_heat(console, dataset, Names(dataset), found)
        return console.file.getvalue()
    finally:
        set_language("en")


def cells(text, place):
    """Cells of the rows of a place: its own, and those below without a name."""
    rows = [line.split("  ") for line in text.splitlines()]
    rows = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    start = next(n for n, row in enumerate(rows) if row and row[0] == place)
    found = [rows[start][1:]]
    for row in rows[start + 1 :]:
        if not row or not (row[0][0].isdigit() or row[0] == "from outside"):
            break
        found.append(row)
    return found


def in_megawatts():
    """10 MW of gas from 300 to 200 °C at A, 6 MW wanted from 80 to 120 °C at B, a main between."""
    park = steam_site(0.1)
    for stream, mw in zip(park.rows["thermal_streams"], (10, 6), strict=False):
        stream["duty"] = mw * YEAR_GJ
    for unit in park.rows["units"]:
        unit["capacity"] = 10 * YEAR_GJ
    return park.change("units", "B-use_lp", capacity=6 * YEAR_GJ)


def test_a_cascade_in_megawatts():
    text = shown(in_megawatts())
    assert cells(text, "A, gives") == [
        ["300-250", "5.0", "0.0", "5.0", "3.3", "no taker left"],
        ["250-180", "5.0", "0.0", "10.0"],
        ["180-140", "0.0", "6.7", "3.3"],
    ]
    assert cells(text, "B, takes") == [
        ["140-120", "6.0", "0.0", "6.0"],
        ["120-90", "0.0", "4.5", "1.5"],
        ["90-80", "0.0", "1.5", "0.0"],
    ]
    assert "On carriers in year: lp 6.7 MW (10.0 % lost)." in text
    assert "Of 10.0 MW that hot streams give in year, thrown away: 3.3 MW no taker left." in text
    assert "Exergy in year, MW, environment at 15 °C: 4.5 in hot streams" in text


def test_what_comes_from_outside_stands_first():
    """Nothing but 2 MW wanted between 70 and 100 °C."""
    park = flow(heat_park().enterprise("A"), "A", 70, 100, 2 * YEAR_GJ)
    assert cells(shown(park), "A")[0] == ["from outside", "2.0"]


def test_every_slice_has_its_table():
    park = in_megawatts()
    park.settings["slices"] = HALVES
    text = shown(park)
    assert text.count("Heat cascade, ") == 2
    assert "Heat cascade, winter (4,380 h), mean MW" in text


def test_largest_places_first_and_the_rest_in_the_folder():
    """Five places of 1 to 5 MW: the smallest is not shown."""
    park = heat_park().enterprise(*"ABCDE")
    for n, place in enumerate("ABCDE", start=1):
        flow(park, place, 200, 100, n * YEAR_GJ)
    lines = [line.split()[0] for line in shown(park).splitlines() if line[1:2] in set("ABCDE")]
    assert [x for x in lines if len(x) == 1] == ["E", "D", "C", "B"]


def test_chinese():
    text = shown(three_places(), "zh")
    assert "能源梯级" in text and "时段载体输送" in text
    assert not [word for word in ("Heat", "thrown", "Exergy", "carriers") if word in text]


def test_no_heat_no_table():
    park = steam_site()
    del park.rows["thermal_streams"]
    assert shown(park) == ""


@pytest.mark.parametrize("name", ["[b]A[/b]", "[/]"])
def test_names_are_no_markup(name):
    park = in_megawatts()
    park.change("resources", "lp", name_en=name)
    assert f"{name} 6.7 MW" in shown(park)
