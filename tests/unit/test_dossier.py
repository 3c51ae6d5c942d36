"""Dossiers of a shortlist: every number of a hand-worked park, names as text, three forms."""

import re
import time
from pathlib import Path

import openpyxl
import pytest

from parks import Park
from symbiosis.domain.errors import UsageError
from symbiosis.outputs.dossier.facts import dossiers
from symbiosis.outputs.dossier.files import write_dossiers
from symbiosis.outputs.dossier.records import Dossier, Number, Permit
from symbiosis.outputs.dossier.workbook import FORBIDDEN, sheet_names
from symbiosis.studies.resolves import Solved, solve_study
from symbiosis.studies.shortlist.frequency import frequency
from symbiosis.studies.shortlist.futures import key_of
from symbiosis.studies.shortlist.plans import built_project, years_factor
from symbiosis.studies.shortlist.records import (
    Asking,
    Dependence,
    Gap,
    Measurement,
    Objective,
    Shortlist,
    Target,
)
from symbiosis.studies.shortlist.worth import in_and_out

CODE = "HW48 321-024-48"


def slag_park(**names: str) -> Park:
    """A mill pays 2000 yuan/t for the disposal of 100 t slag; a plant makes 80 t brick of it.

    A builder needs 60 t brick, bought at 3000 yuan/t today; outside brick sells at 1000.
    """
    park = Park()
    park.enterprise("mill", placeholder=1, name_zh="<b>厂</b>", name_en="<b>mill</b>")
    park.enterprise("builder")
    park.resource("slag", role="byproduct", hazardous=1, waste_code=CODE, mass=1)
    park.resource("brick", "dust", mass=1)
    park.resource("power", kind="energy", unit="MWh", state="power")
    park.supply("mill", "slag", 100).need("builder", "brick", 60)
    park.supply("mill", "dust", 7)
    known = {"provenance": "public", "check": "retrieved"}
    park.market("slag", "dispose", 0.2, low=0.1, high=0.3, **known)
    park.market("dust", "dispose", 0.04, low=0.02, high=0.05)
    park.market("brick", "buy", 0.3).market("brick", "sell", 0.1).market("power", "buy", 0.05)
    park.recipe("use_slag", {"slag": 1, "power": 0.5}, {"brick": 0.8})
    park.project(
        "plant",
        "use_slag",
        100,
        50,
        low=40,
        high=70,
        fixed_cost_share=0.1,
        labour=10,
        land=10,
        lead_months=12,
        variable_cost=0.01,
        industry_code="3031",
        industry_name_zh="粘土砖瓦及建筑砌块制造",
        provenance="coefficient",
        check="derived",
        **names,
    )
    park.link("mill", "plant@P", "slag", distance=5, freight=0.01)
    park.link("plant@P", "builder", "brick", distance=3, freight=0.02)
    park.add("properties", property_id="salt", name_en="fluoride", unit="%")
    park.quality("mill", "slag", "supply", value=6)
    return park.quality("plant", "slag", "need", most=8)


def target(solved: Solved, project: str, *measured: Measurement) -> Target:
    """The record of a project as the shortlist makes it, without what dossiers only repeat."""
    found = in_and_out(solved, project)
    built = None
    if found.with_it is not None:
        built = built_project(found.with_it, solved.problem.places_of[project])
    return Target(
        rank=1,
        project_id=project,
        kind=solved.dataset.project[project].kind,
        chosen=project in {p.partition("@")[0] for p in solved.best.built()},
        places=solved.problem.places_of[project],
        worth=found.worth,
        often="always",
        near_best=frequency(1, 1, True),
        futures=frequency(8, 10),
        built=built,
        window=None,
        flips=(),
        dependences=(Dependence("mill", "supplier", ("slag",), True, None, "impossible"),),
        measure_first=measured,
    )


def shortlist_of(solved: Solved, *targets: Target, gaps: tuple[Gap, ...] = ()) -> Shortlist:
    objective = Objective("npv", "wanyuan", True, 0, 0, 0, years_factor(solved.problem))
    asked = Asking(0.02, 1, 10, 0)
    return Shortlist(
        "hand", "0" * 64, asked, objective, (), True, "finished", (), targets, gaps, (), ()
    )


GAP = Gap("mill", "dust", "dispose", 7, "t", 0.04, 0.03, 0, 5, ("sieve",))


@pytest.fixture(scope="module")
def solved() -> Solved:
    return solve_study(slag_park().dataset())


@pytest.fixture(scope="module")
def plant(solved) -> Dossier:
    (found,) = dossiers(solved.prepared, shortlist_of(solved, target(solved, "plant")))
    return found


def test_what_it_buys_and_sells(plant):
    """Amounts by the recipe; the window of brick is 1000 (sold outside) to 3000 less freight 200.

    Slag costs its mill 2000 a tonne, so it is taken for a fee of up to that; nobody sells slag.
    """
    power, slag = sorted(plant.buys, key=lambda line: line.resource.key)
    assert (slag.partner.key, slag.amount.value, slag.code) == ("mill", pytest.approx(100), CODE)
    assert slag.partner.invented
    assert slag.seller_end == Number(-2000, "yuan/t", -3000, -1000, "public", "retrieved")
    assert slag.buyer_end.value is None
    assert (slag.freight, slag.distance_km) == pytest.approx((100, 5))
    ((quality),) = slag.qualities
    assert (quality.name.en, quality.value, quality.least, quality.most) == ("fluoride", 6, None, 8)
    assert (power.partner, power.way, power.amount.value) == (None, "buy", pytest.approx(50))
    assert power.seller_end.value == power.buyer_end.value == pytest.approx(500)
    inside, outside = sorted(plant.sells, key=lambda line: line.way)
    assert (inside.partner.key, inside.amount.value) == ("builder", pytest.approx(60))
    assert (inside.seller_end.value, inside.buyer_end.value) == pytest.approx((1000, 2800))
    assert (outside.way, outside.amount.value) == ("sell", pytest.approx(20))


def test_money_and_needs(plant):
    """Middle: slag +20, its freight -1, power -2.5, brick 60 x 1900 and 20 x 1000 yuan = +13.4,
    fixed 5 + labour 10 + variable 1 = -16: 13.9 a year, 50 invested.

    Best: brick at 2800 gives 5.4 more. Worst: what the plant could have to pay for slag is open.
    """
    money = plant.money
    assert money.result[0] is None
    assert money.result[1:] == pytest.approx((13.9, 19.3))
    assert (money.capital.value, money.capital.low, money.capital.high) == pytest.approx(
        (50, 40, 70)
    )
    assert (money.capital.grade, money.capital.check) == ("coefficient", "derived")
    assert (money.running.value, money.variable.value) == pytest.approx((15, 1))
    assert [name.key for name in money.one_ended] == ["slag"]
    needs = {need.kind: need.amount.value for need in plant.needs}
    assert needs == pytest.approx({"land": 10, "labour": 10, "power": 50, "steam": 0, "water": 0})
    assert plant.lead_months.value == 12
    assert plant.maturity.value is None  # nobody stated it, so nobody states it here
    assert plant.permits == (Permit("licence", plant.permits[0].resource, CODE),)


def test_what_to_measure_first_without_swings_of_the_worth(plant):
    """Price of slag: 2000 yuan/t x 100 t = 20; capital cost: 30 over 10 years = 3 a year."""
    assert plant.swings_of == "result"
    assert [(x.table, x.swing) for x in plant.measures] == [
        ("markets", pytest.approx(20)),
        ("projects", pytest.approx(3)),
    ]


def test_swings_of_the_shortlist_stand_first(solved):
    """Where the shortlist tells what moves the worth, that is shown, prices in yuan."""
    row = next(m for m in solved.dataset.markets if m.resource_id == "slag")
    measured = Measurement(
        *("markets", key_of("markets", row), "price", 0.2, 0.1, 0.3, "wanyuan/t", "public", 17.0)
    )
    assert (row.low, row.high) == (0.1, 0.3)
    (found,) = dossiers(solved.prepared, shortlist_of(solved, target(solved, "plant", measured)))
    (measure,) = found.measures
    assert (found.swings_of, measure.swing) == ("worth", 17.0)
    assert measure.number == Number(2000, "yuan/t", 1000, 3000, "public", "retrieved")


def test_a_rejected_project_has_the_flows_of_the_plan_with_it_forced_in():
    """At a capital cost of 5000 nobody builds it; its dossier still says what it would buy."""
    park = slag_park().change("projects", "plant", capital_cost=5000, high=7000)
    solved = solve_study(park.dataset())
    one = target(solved, "plant")
    assert not one.chosen and one.worth.yearly.value < 0
    (found,) = dossiers(solved.prepared, shortlist_of(solved, one))
    assert {line.resource.key: line.amount.value for line in found.buys} == pytest.approx(
        {"slag": 100, "power": 50}
    )


def test_a_project_in_no_plan_states_no_flow(solved):
    """Nothing is invented for it; its wastes are still known from its recipe."""
    plain = target(solved, "plant")
    absent = type(plain)(**{**plain.__dict__, "built": None})
    (found,) = dossiers(solved.prepared, shortlist_of(solved, absent))
    assert (found.buys, found.sells, found.money) == ((), (), None)
    assert [permit.kind for permit in found.permits] == ["licence"]


def test_a_gap(solved):
    """Dust costs the mill 400 yuan/t; who takes it is unknown, and so is all about that company."""
    (found,) = dossiers(solved.prepared, shortlist_of(solved, gaps=(GAP,)))
    (line,) = found.buys
    assert (line.amount.value, line.seller_end.value) == (7, pytest.approx(-400))
    assert line.buyer_end.value is None and found.money is None and found.industry is None
    assert found.lead_months.value is None
    assert found.measures[0].swing == pytest.approx(0.03 * 7)


EVIL = "=1+1 <script>alert(1)</script> | [x](y)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Dossiers of a plant with a name that would be a formula, a script and a link."""
    solved = solve_study(slag_park(name_zh=EVIL, name_en=EVIL).dataset())
    folder = tmp_path_factory.mktemp("dossiers") / "out"
    write_dossiers(
        solved.prepared, shortlist_of(solved, target(solved, "plant"), gaps=(GAP,)), folder
    )
    return folder


def test_every_form_in_both_languages(folder):
    for lang in ("zh", "en"):
        names = {path.name for path in (folder / lang).iterdir()}
        assert names == {
            "dossiers.xlsx",
            *(f"{key}.{form}" for key in ("plant", "mill-dust-dispose") for form in ("md", "html")),
        }


def test_names_are_text_in_html_and_markdown(folder):
    for lang in ("zh", "en"):
        page = (folder / lang / "plant.html").read_text(encoding="utf-8")
        assert "<script" not in page and "<b>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert not re.search(r"""(src|href)=["']?http""", page)
        text = (folder / lang / "plant.md").read_text(encoding="utf-8")
        assert "\\<script\\>" in text
        assert not re.search(r"(?<!\\)[<\[]", text)
        rows = [line for line in text.splitlines() if line.startswith("|")]
        heads = [re.sub(r"\\\|", "", line).count("|") for line in rows]
        assert set(heads) <= {4, 7, 8, 11}  # no bar of a name parts a cell


def test_numbers_of_the_page(folder):
    """What a person reads, in both languages; what is not known is said to be so."""
    text = (folder / "en" / "plant.md").read_text(encoding="utf-8")
    assert "| Lead time until it runs | 12 | months |" in text
    assert "| Technology readiness level (TRL, 1-9) | not stated |" in text
    assert "| 13.9 | 10^4 yuan/a | not stated | 19.3 |" in text
    assert "fluoride 6 (≤ 8) %" in text and "published (read in the source)" in text
    text = (folder / "zh" / "plant.md").read_text(encoding="utf-8")
    assert "| 到投产的周期 | 12 | 月 |" in text and "未说明" in text
    assert "危险废物经营许可证" in text and CODE in text and "粘土砖瓦及建筑砌块制造" in text


def test_placeholders_are_marked(folder):
    """The mill is invented: marked at its flow, as whom the plant falls with, and at the foot."""
    for lang, mark in (("zh", "（占位）"), ("en", " (placeholder)")):
        page = (folder / lang / "plant.html").read_text(encoding="utf-8")
        name = {"zh": "&lt;b&gt;厂&lt;/b&gt;", "en": "&lt;b&gt;mill&lt;/b&gt;"}[lang]
        assert page.count(name) == page.count(name + mark) == 3


def test_the_workbook(folder):
    """Numbers are numbers with formats, a name stays a text, heads are frozen."""
    book = openpyxl.load_workbook(folder / "zh" / "dossiers.xlsx")
    assert len(book.sheetnames) == 3 and book.sheetnames[0] == "总览"
    for name in book.sheetnames:
        assert len(name) <= 31 and not FORBIDDEN.search(name)
    first = book.worksheets[0]
    assert first.freeze_panes == "C2"
    assert first["B2"].data_type == "s" and first["B2"].value == f"plant {EVIL}"
    cells = {cell.value: cell for cell in first[2] if isinstance(cell.value, float)}
    assert cells[0.8].number_format == "0%"
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert any(column.width > 13 for column in sheet.column_dimensions.values())
    numbers = [c.value for row in book.worksheets[1].iter_rows() for c in row if c.data_type == "n"]
    assert 13.9 == pytest.approx(next(x for x in numbers if x and abs(x - 13.9) < 1e-6))


@pytest.mark.parametrize("sign", "=+-@")
def test_no_name_becomes_a_formula(sign):
    """Excel itself decides by the type of the cell; the sheet's name keeps the sign as text."""
    assert sheet_names([f"{sign}cmd|' /C calc'!A0"])[0].startswith(f"{sign}cmd")


def test_sheet_names():
    """At most 31 characters, none forbidden, unique without regard to case, never reserved."""
    titles = ["总览", "a" * 40, "A" * 40, "x[1]:*?/\\y", "'quoted'", "", "History", "总览"]
    names = sheet_names(titles)
    assert len({name.lower() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not FORBIDDEN.search(name) for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)
    assert "history" not in {name.lower() for name in names}


def test_a_failed_write_leaves_the_old_dossiers(solved, tmp_path, monkeypatch):
    """Nothing half-written: the workbook fails last, and the folder is still the old one."""
    shortlist = shortlist_of(solved, target(solved, "plant"))
    write_dossiers(solved.prepared, shortlist, tmp_path / "out", ["en"])
    before = {path.name: path.read_bytes() for path in (tmp_path / "out" / "en").iterdir()}

    def fail(*_words: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("symbiosis.outputs.dossier.files.write_workbook", fail)
    with pytest.raises(OSError):
        write_dossiers(solved.prepared, shortlist_of(solved, gaps=(GAP,)), tmp_path / "out", ["en"])
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "out" / "en").iterdir()}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["en"]


def test_the_same_shortlist_gives_the_same_bytes(solved, tmp_path):
    """A shortlist that was killed and resumed must not differ by a date inside the workbook."""
    shortlist = shortlist_of(solved, target(solved, "plant"), gaps=(GAP,))
    found = []
    for name in ("one", "two"):
        (folder,) = write_dossiers(solved.prepared, shortlist, tmp_path / name, ["zh"])
        found.append({path.name: path.read_bytes() for path in folder.iterdir()})
        time.sleep(1.1)  # the date inside counts seconds
    assert found[0] == found[1]


def test_another_folder_is_not_overwritten(solved, tmp_path):
    """A folder `zh` with somebody's own files is refused, with its name."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        write_dossiers(solved.prepared, shortlist_of(solved), tmp_path)
    assert (tmp_path / "zh" / "mine.txt").read_text() == "mine"
