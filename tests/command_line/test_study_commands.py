"""Near-best plans, comparisons and reasons as a person types them."""

import json
from xml.etree import ElementTree

import pytest

from typed import run_here


@pytest.fixture(scope="module")
def park(tmp_path_factory):
    """A folder with the example park `mypark` and its near-best plans in `near`."""
    folder = tmp_path_factory.mktemp("studies")
    assert run_here("new", "mypark", cwd=folder).returncode == 0
    words = ("alternatives", "mypark", "--within", "40%", "--at-most", "4", "--out", "near")
    done = run_here(*words, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_alternatives_are_plans_one_by_one(park):
    """The document keeps its keys; every plan stands in a folder that passes the audit."""
    folder, document = park
    assert document == json.loads((folder / "near/alternatives.json").read_text("utf-8"))
    listed = document["alternatives"]
    assert listed[0]["below_best"] == 0 and len(listed) >= 2
    assert {"value", "bound", "gap", "difference", "chains", "projects"} <= set(listed[0])
    assert len({tuple(row["projects"]) for row in listed}) == len(listed)
    assert all(row["value"] >= document["floor"] - 1e-6 for row in listed)
    for row in listed:
        done = run_here("audit", f"near/{row['folder']}", "--json", cwd=folder)
        assert done.returncode == 0 and json.loads(done.stdout)["passed"] is True
    often = {row["project_id"]: row["often"] for row in document["projects"]}
    assert set(often) == {project for row in listed for project in row["projects"]}
    assert (folder / "near/projects.csv").is_file()


def test_alternatives_in_both_languages_and_again_into_their_folder(park, tmp_path):
    """Labels follow --lang; a list may replace a list and the folder of a plan may be asked."""
    folder, _document = park
    shown = run_here(
        *("alternatives", "near/01", "--within", "0.4", "--at-most", "2", "--out", "near2"),
        cwd=folder,
        lang="zh",
    )
    assert shown.returncode == 0, shown.stderr
    assert "各项目入选的频度" in shown.stdout and "How often" not in shown.stdout
    again = run_here("alternatives", "mypark", "--at-most", "1", "--out", "near2", cwd=folder)
    assert again.returncode == 0 and "How often a project is chosen" in again.stdout
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_compare_of_two_plans(park):
    """The second plan differs from the best; a plan beside itself does not."""
    folder, document = park
    done = run_here("compare", "near/01", "near/02", "--json", cwd=folder)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    second = document["alternatives"][1]
    what = {row["project_id"]: row["what"] for row in found["projects"]}
    assert {p for p, w in what.items() if w == "added"} == set(second["added"])
    assert {p for p, w in what.items() if w == "dropped"} == set(second["dropped"])
    change = second["npv_wanyuan"] - document["alternatives"][0]["npv_wanyuan"]
    assert found["npv_wanyuan"]["change"] == pytest.approx(change)
    assert sum(row["change"] for row in found["money"]) == pytest.approx(change, abs=1e-3)
    same = run_here("compare", "near/01", "near/01", cwd=folder)
    assert same.returncode == 0 and "The two plans are the same." in same.stdout
    chinese = run_here("compare", "near/01", "near/02", cwd=folder, lang="zh").stdout
    assert "项目" in chinese and "Projects" not in chinese


def test_explain_says_what_it_costs(park):
    """A project of the best plan forced out: the loss is within what is proven."""
    folder, document = park
    project = document["alternatives"][0]["projects"][0]
    done = run_here("explain", "mypark", "--why", project, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["chosen"] is True and found["project"] == project
    low, high = found["proven_loss"]
    assert low - 1e-6 <= found["loss"] <= high + 1e-6 and found["loss"] >= -1e-6
    shown = run_here("explain", "mypark", "--why", project, cwd=folder, lang="zh")
    assert "去掉它" in shown.stdout and "Without it" not in shown.stdout


def test_pareto_writes_plans_and_a_picture(park):
    """Points in order, each a plan's folder; the picture shows every one of them."""
    folder, _document = park
    words = ("pareto", "mypark", "--objectives", "npv,co2", "--points", "3", "--out", "front")
    done = run_here(*words, "--json", cwd=folder, lang="zh")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [row["name"] for row in document["objectives"]] == ["npv", "co2e"]
    values = [row["values"] for row in document["points"]]
    assert values == sorted(values, reverse=True) and len(values) >= 2
    assert [b for _a, b in values] == sorted((b for _a, b in values), reverse=True)
    picture = ElementTree.fromstring((folder / "front/pareto.svg").read_text("utf-8"))
    assert len(picture.findall("{http://www.w3.org/2000/svg}circle")) == len(values)
    assert "净现值" in "".join(picture.itertext())
    for row in document["points"]:
        plan = json.loads((folder / "front" / row["folder"] / "plan.json").read_text("utf-8"))
        assert plan["audit"]["passed"] is True
        assert plan["npv_wanyuan"] == pytest.approx(row["values"][0])


def test_a_plan_that_cannot_be_and_what_would_mend_it(tmp_path):
    """No plan is an answer: exit code 1, nothing written, no traceback, the budget at its place.

    The change proposed plans as it is printed.
    """
    assert run_here("new", "mypark", cwd=tmp_path).returncode == 0
    words = ("plan", "mypark", "--budget", "1 万元", "--set", "study.chains.at_least=1")
    done = run_here(*words, "--json", cwd=tmp_path)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mypark"]
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "InfeasibleError"
    assert "No plan meets every condition" in error["message"]
    named = {(fault["file"], fault["column"]) for fault in error["faults"]}
    assert {("study.toml", "money.budget"), ("study.toml", "chains.at_least")} <= named
    (budget,) = [x for x in error["conflict"]["options"] if x["name"] == "money_budget"]
    (change,) = budget["set"]
    assert change.startswith("study.money.budget=") and budget["not_yet"] < budget["value"]
    again = ("plan", "mypark", "--set", "study.chains.at_least=1", "--set", change)
    assert run_here(*again, cwd=tmp_path).returncode == 0
    shown = run_here(*words, cwd=tmp_path, lang="zh")
    assert shown.returncode == 1 and "不能同时成立" in shown.stderr and "预算" in shown.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["alternatives", "mypark", "--within", "much"], "write a share as 2% or 0.02"),
        (["alternatives", "mypark", "--within", "150%"], "write a share as 2% or 0.02"),
        (["alternatives", "mypark", "--at-most", "0"], "at-most"),
        (["alternatives", "mypark", "--out", "mypark"], "alternatives.json"),
        (["compare", "near/01"], "B is missing"),
        (["compare", "near/01", "mypark"], "mypark holds no whole plan"),
        (["explain", "mypark"], "--why PROJECT or --why-not PROJECT"),
        (["explain", "mypark", "--why", "a", "--why-not", "b"], "one of the two"),
        (["pareto", "mypark", "--objectives", "npv"], "write two of npv, co2e"),
        (["pareto", "mypark", "--objectives", "npv,joy"], "write two of npv, co2e"),
        (["pareto", "mypark", "--points", "1"], "points"),
        (["explain", "mypark", "--why", "nothing_like_it"], "there is no project"),
    ],
)
def test_wrong_words(park, words, said):
    """One line that says what is wrong, exit code 2, nothing on standard output."""
    done = run_here(*words, cwd=park[0])
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_the_other_question_is_named(park):
    """--why-not of a project that is in the plan."""
    project = park[1]["alternatives"][0]["projects"][0]
    done = run_here("explain", "mypark", "--why-not", project, cwd=park[0])
    assert done.returncode == 2 and "ask --why" in done.stderr
