"""The page of a network: whole, offline, names as text; as headless Chromium shows it."""

import re

import networkx as nx
import pytest
from lxml import html

from ash_park import park, tables
from chromium import show
from symbiosis.outputs.network_page import write_network_page
from symbiosis.planning.networks import plan_network, today_network
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import prepare

EVIL = "铝厂 <img src=x onerror=alert(1)> & </script><b>co</b>"


def network(built=True, **mill):
    made = park()
    made.change("enterprises", "mill", **mill)
    return plan_network(prepare(made.dataset()), Plan(tables(built)))


def table(page, caption):
    """Cells of the table with this caption."""
    (found,) = [t for t in page.iter("table") if t.findtext("caption") == caption]
    return [[cell.text_content() for cell in row.iter("td")] for row in found.iter("tr")][1:]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "network.html"
    write_network_page(path, network(name_zh=EVIL), "zh")
    return path


def test_numbers_stand_in_tables(page):
    """The exchanges of today and of the plan with their numbers, and every missing link: the page
    reads without script."""
    parsed = html.parse(str(page), parser=html.HTMLParser(encoding="utf-8")).getroot()
    rows = table(parsed, "交换及数量")
    assert [row[0] for row in rows] == [EVIL, EVIL]
    assert {tuple(row[3:]) for row in rows} == {
        ("60", "0", "t/a", "终止"),
        ("0", "80", "t/a", "新增"),
    }
    missing = table(parsed, "缺失环节")
    assert {row[1] for row in missing} == {"无去处：grit", "无来源：limestone"}


def test_how_often_a_missing_project_is_chosen_is_told(tmp_path):
    """In three quarters of the near-best plans and of no future asked: beside the ghost's name."""
    found = network(built=False)
    found.nodes["works@kiln"]["near_best_share"] = 0.75
    write_network_page(tmp_path / "a.html", found, "en")
    parsed = html.parse(str(tmp_path / "a.html"), html.HTMLParser(encoding="utf-8")).getroot()
    rows = {row[1]: row[2:] for row in table(parsed, "Missing links")}
    assert rows["brick works"] == ["in 75% of near-best plans", "铝厂 (ash)"]
    assert rows["no taker: grit"] == ["", "铝厂 (grit)"]


def test_plotly_is_in_it_once_and_names_are_no_markup(page):
    """One script of plotly; the name is nowhere a tag, and closes no script."""
    text = page.read_text(encoding="utf-8")
    assert text.count("plotly.js v") == 1
    assert "<img src=x" not in text and "</script><b>" not in text
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="', text)


def test_chromium_shows_every_chart_and_asks_nobody(page, tmp_path):
    """A map, and a Sankey of materials for today and for the plan; no error or warning on the
    console, no request, and the dangerous name is shown as it is written."""
    shown = show(page, tmp_path)
    assert shown.errors == [] and shown.asked == []
    parsed = html.fromstring(shown.dom)
    charts = [d for d in parsed.iter("div") if "js-plotly-plot" in (d.get("class") or "")]
    assert len(charts) == 3
    for chart in charts:
        assert chart.xpath(".//*[local-name()='svg']//*[local-name()='path']")
    words = " ".join("".join(parsed.xpath("//*[local-name()='text']//text()")).split())
    assert "cement kiln" in words and "brick works" in words and "铝厂 <img" in words
    assert not parsed.xpath("//img[@src='x']")


def test_the_watch_in_chromium_sees_errors_and_requests(tmp_path):
    """Were it blind, the test above could not fail."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><html><head></head><body><img src='https://example.invalid/x.png'>"
        "<script>console.warn('look'); nobodyKnows();</script></body></html>",
        encoding="utf-8",
    )
    shown = show(page, tmp_path)
    assert shown.asked == ["https://example.invalid/x.png"]
    assert shown.errors[0] == "look" and "nobodyKnows" in shown.errors[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_today_alone_and_nothing_at_all_are_pages_too(tmp_path, lang):
    """Without a plan: today's Sankey only. A network without a node is a page without charts of
    flows."""
    write_network_page(tmp_path / "a.html", today_network(prepare(park().dataset())), lang)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.count('class="plotly-graph-div"') == 2
    write_network_page(tmp_path / "b.html", nx.MultiDiGraph(stage="today"), lang)
    text = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert text.count('class="plotly-graph-div"') == 1


def test_the_same_network_gives_the_same_bytes(page, tmp_path):
    write_network_page(tmp_path / "again.html", network(name_zh=EVIL), "zh")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()
