"""The heat page asks for nothing outside of itself, and the picture is valid SVG."""

import re
import socket

import pytest
from lxml import etree, html

from heat_parks import flow, heat_park, machine
from parks import prepared
from symbiosis.locale import _
from symbiosis.network.heat_targets import CarrierLevel, HeatStream
from symbiosis.outputs.charts import round_ticks, shown
from symbiosis.outputs.heat_charts import HeatCase
from symbiosis.outputs.heat_files import heat_cases, write_heat_files
from symbiosis.outputs.heat_page import write_heat_page
from symbiosis.outputs.heat_svg import write_heat_svg

EVIL = "</script><script>alert(1)</script><b>&\"'"
STREAMS = [
    HeatStream("C1", 20, 135, 230, 10, "A"),
    HeatStream("H2", 170, 60, 330, 10, "A"),
    HeatStream("C3", 80, 140, 240, 10, EVIL),
    HeatStream("H4", 150, 30, 180, 10, EVIL),
]
CARRIERS = [CarrierLevel(EVIL, 100, 95)]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Text of a Chinese page of two cases whose title and names are markup."""
    path = tmp_path_factory.mktemp("heat") / "new" / "heat.html"
    cases = [
        HeatCase("采暖季", STREAMS, CARRIERS),
        HeatCase(EVIL, STREAMS, CARRIERS, integrated=False),
    ]
    write_heat_page(path, EVIL, cases, place_names={"A": "连城 <铝>"}, lang="zh")
    assert [file.name for file in path.parent.iterdir()] == ["heat.html"]
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def parsed(page):
    return html.document_fromstring(page)


def table(parsed, caption):
    """Cells of the first table whose caption starts so, head first."""
    for found in parsed.iter("table"):
        if found.findtext("caption").startswith(caption):
            return [[cell.text_content() for cell in row] for row in found.iter("tr")]
    raise AssertionError(caption)


def test_nothing_is_asked_for_outside(page, parsed, monkeypatch, tmp_path):
    """No element names an address, and none is written outside of plotly's own script."""
    for element in parsed.iter():
        assert not {"src", "href", "srcset", "data", "action"} & set(element.keys())
    assert not list(parsed.iter("link", "iframe", "img", "object"))
    assert "@import" not in parsed.findtext(".//style")
    after_the_script = page.split("</script>", 1)[1]
    assert not re.search(r"https?:|//cdn|url\(", after_the_script)

    def refuse(*_args):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    write_heat_page(tmp_path / "heat.html", "t", [HeatCase("", STREAMS)])


def test_the_script_is_there_once(page, parsed):
    """4.8 MB each: six charts with a script of their own would be 29 MB."""
    sizes = [len(script.text or "") for script in parsed.iter("script")]
    assert sum(size > 1e6 for size in sizes) == 1
    assert len(page) < 6e6
    assert page.count("Plotly.newPlot(") - page.split("</script>", 1)[0].count(
        "Plotly.newPlot("
    ) == len(parsed.find_class("plotly-graph-div"))


def test_every_chart_has_its_place(parsed):
    """Site and two places in each of two cases."""
    ids = [element.get("id") for element in parsed.find_class("plotly-graph-div")]
    assert ids == [f"chart-{number}" for number in range(1, 7)]
    assert [element.text for element in parsed.iter("h3")] == [
        *2 * [_("Whole site", "zh"), "连城 <铝>", EVIL]
    ]


def test_names_are_text(page, parsed):
    """A name that is markup is shown as it is written, in the page and in the charts."""
    assert parsed.findtext(".//title") == parsed.findtext(".//h1") == EVIL
    assert "<b>" not in page.split("</script>", 1)[1]
    assert not [script for script in parsed.iter("script") if "alert(1)" == script.text]
    charts = [script.text for script in parsed.iter("script") if "newPlot" in (script.text or "")]
    assert sum("&lt;b&gt;" in chart for chart in charts[1:]) == 6


def test_labels_are_chinese(parsed):
    assert parsed.get("lang") == "zh-CN"
    text = parsed.find("body").text_content()
    for label in ("夹点", "热公用工程", "冷公用工程", "组合曲线", "问题表"):
        assert label in text
    english = {"Hot utility", "Composite", "Pinch", "Surplus", "Recovered"}
    shown = " ".join(element.text_content() for element in parsed.iter("th", "caption", "summary"))
    assert not [word for word in english if word in shown]


def test_english_page(tmp_path):
    write_heat_page(tmp_path / "heat.html", "Heat", [HeatCase("", STREAMS)], lang="en")
    parsed = html.parse(tmp_path / "heat.html").getroot()
    assert parsed.get("lang") == "en"
    assert not re.search("[\u4e00-\u9fff]", parsed.find("body").text_content())
    assert table(parsed, "Targets, heat in MW")[0][4:] == [
        "Hot utility",
        "Cold utility",
        "Pinch, shifted °C",
    ]


def test_carriers_and_slices_of_a_dataset_are_named(tmp_path):
    """In the language in use; keys stay in the names of files."""
    park = heat_park(slices=[{"id": "year", "hours": 8760, "name_en": "the whole year"}])
    park.enterprise("A", "B").resource(
        "lp", kind="energy", unit="GJ", balance="slice", name_en="low pressure steam"
    )
    park.recipe("raise_lp", {}, {"lp": 1}).recipe("use_lp", {"lp": 1}, {})
    machine(machine(park, "raise_lp", 140, 141), "use_lp", 141, 140)
    flow(flow(park, "A", 300, 200, 100), "B", 80, 120, 60)
    ready = prepared(park)
    files = write_heat_files(ready.dataset, heat_cases(ready), tmp_path)
    assert {file.name for file in files} == {"heat.html", "heat_year.svg", "heat_year.csv"}
    page = html.document_fromstring((tmp_path / "heat.html").read_text("utf-8"))
    assert "the whole year" in [title.text_content() for title in page.iter("h2")]
    assert table(page, "Heat recoverable by level")[1][0] == "low pressure steam"


def test_numbers_are_in_tables(parsed):
    """A alone: 230 needed and 330 at hand; B alone: 240 and 180. Together Kemp's 20 and 60.

    A: shifted 165-55 at 3 against 25-140 at 2: +75, +85, -60; all is served and 100 is left.
    B: shifted 145-25 at 1.5 against 85-145 at 4: 90 served, 150 bought, 90 left.
    """
    rows = table(parsed, "能量目标")
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name[_("Whole site as one place", "zh")] == ["510", "470", "450", "20", "60", "85"]
    assert by_name["连城 <铝>"] == ["330", "230", "230", "0", "100", "无"]
    assert by_name[EVIL] == ["180", "240", "90", "150", "90", "85"]
    problem = table(parsed, "问题表")
    assert problem[1] == ["165", "145", "60", "20", "80"]
    assert len(table(parsed, _("Heat recoverable by level, {unit}", "zh").format(unit="MW"))) == 2


def test_the_same_streams_give_the_same_bytes(tmp_path):
    for name in ("a.html", "b.html"):
        write_heat_page(tmp_path / name, "t", [HeatCase("", STREAMS, CARRIERS)])
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize("streams", [[], STREAMS[:1], STREAMS[1:2]], ids=["none", "cold", "hot"])
def test_one_side_alone_is_drawn(tmp_path, streams):
    """Nothing at all, or no stream of one kind: an empty curve, not an error."""
    write_heat_page(tmp_path / "heat.html", "t", [HeatCase("", streams, CARRIERS)])
    write_heat_svg(tmp_path / "heat.svg", "t", streams)
    assert etree.parse(tmp_path / "heat.svg").getroot().tag == f"{SVG}svg"


def test_a_failed_page_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "heat.html"
    path.write_text("old")
    monkeypatch.setattr("os.replace", lambda *_args: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_heat_page(path, "t", [])
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_picture_is_svg(tmp_path):
    """Valid XML in the namespace of SVG, with two curves, a grand composite and its pinch, all
    inside of the picture, and no script or address.
    """
    path = tmp_path / "heat.svg"
    write_heat_svg(path, EVIL + "\x00\ud800", STREAMS, lang="zh")
    root = etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg", "title", "rect", "text", "g", "path", "polyline"
    }  # fmt: skip
    assert root.findtext(f"{SVG}title") == EVIL + "\ufffd\ufffd"
    lines = root.findall(f".//{SVG}polyline")
    assert len(lines) == 4
    width, height = float(root.get("width")), float(root.get("height"))
    for line in lines:
        for point in line.get("points").split():
            x, y = map(float, point.split(","))
            assert 0 < x < width / 2 and 0 < y < height
    text = "".join(root.itertext())
    assert "热公用工程 20 MW，冷公用工程 60 MW" in text and "85 °C" in text
    assert "http" not in path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert path.stat().st_size < 10_000


def test_curves_of_the_picture_keep_their_scale(tmp_path):
    """The hot composite of Kemp's problem turns at 60 °C (45) and 150 °C (450) of 510: along
    the axis the parts are as 45 : 405 : 60.
    """
    write_heat_svg(tmp_path / "heat.svg", "t", STREAMS)
    line = etree.parse(tmp_path / "heat.svg").getroot().find(f".//{SVG}polyline")
    x = [float(point.split(",")[0]) for point in line.get("points").split()]
    y = [float(point.split(",")[1]) for point in line.get("points").split()]
    assert (x[1] - x[0]) / (x[3] - x[0]) == pytest.approx(45 / 510, abs=1e-3)
    assert (x[2] - x[1]) / (x[3] - x[0]) == pytest.approx(405 / 510, abs=1e-3)
    assert (y[0] - y[1]) / (y[0] - y[3]) == pytest.approx(30 / 140, abs=2e-3)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (20.0, "20"),
        (82.5, "82.5"),
        (1234567.8, "1,234,568"),
        (0.012345, "0.01235"),
        (-3.14159, "-3.142"),
        (999.96, "1,000"),
        (1e-12, "1.000e-12"),
        ("LP", "LP"),
    ],
)
def test_a_number_as_shown(value, text):
    assert shown(value) == text


def test_ticks_are_round_and_within():
    assert round_ticks(0, 530) == [0, 100, 200, 300, 400, 500]
    assert round_ticks(-0.013, 0.0131) == [-0.01, -0.005, 0, 0.005, 0.01]
    assert round_ticks(24, 170) == [50, 100, 150]
