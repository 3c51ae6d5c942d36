"""Why a project is in the plan or not, against every set of projects and by hand."""

import pytest

from judged import judged_parks, twins
from parks import Park, hand_park, npv
from symbiosis.domain.errors import UsageError
from symbiosis.studies.explain import explain
from symbiosis.studies.resolves import solve_study, value_of


def test_the_loss_is_that_of_the_judge():
    """Forced in or out, every project costs the difference of the best sets with and without it."""
    asked = impossible = 0
    for seed, solved, worth in judged_parks(range(9)):
        best = max(worth, key=lambda projects: worth[projects])
        for project in solved.problem.projects:
            chosen = project in best
            document = explain(solved, project)
            assert document["chosen"] == chosen, (seed, project)
            others = [v for projects, v in worth.items() if (project in projects) != chosen]
            if not others:
                assert document["forced"] is None
                impossible += 1
                continue
            lost = worth[best] - max(others)
            assert document["loss"] == pytest.approx(lost, rel=1e-6, abs=1e-3), (seed, project)
            low, high = document["proven_loss"]
            assert low - 1e-3 <= lost <= high + 1e-3
            change = document["changes"]["objective"]["change"]
            assert change == pytest.approx(-document["loss"], abs=1e-6)
            asked += 1
    assert asked >= 8


def two_wastes(**settings) -> Park:
    """Ash is worth 90 - 40 = 50, slag 90 - 50 = 40 in ten years; money is there for one of them."""
    park = Park(**settings)
    park.enterprise("mill")
    for waste, cost in (("ash", 40), ("slag", 50)):
        park.resource(waste, role="byproduct", mass=1).supply("mill", waste, 100)
        park.market(waste, "dispose", 0.09)
        park.recipe(f"using_{waste}", {waste: 1}, {})
        park.project(f"{waste}_plant", f"using_{waste}", 100, cost)
        park.link("mill", f"{waste}_plant@P", waste)
    return park


def test_money_is_the_reason():
    """The slag plant costs 10 when it takes the ash plant's place; without the budget it is in.

    Then it adds 40 to the plan, and leaving it out would lose these 40.
    """
    document = explain(solve_study(two_wastes(money={"budget": 50}).dataset()), "slag_plant")
    assert not document["chosen"] and document["loss"] == pytest.approx(10)
    (budget,) = [row for row in document["conditions"] if row["name"] == "budget"]
    assert budget["chosen_without"] is True
    assert budget["gain_without"] == pytest.approx(40)
    assert budget["loss_without"] == pytest.approx(40)
    assert (budget["value"], budget["limit"]) == pytest.approx((50, 50))
    dropped = {row["place_id"]: row["what"] for row in document["changes"]["projects"]}
    assert dropped == {"ash_plant@P": "dropped", "slag_plant@P": "added"}


def on_land(land) -> Park:
    """`two_wastes` without a budget, where either plant takes 5 mu."""
    park = two_wastes().change("parks", "P", land_available=land)
    for plant in ("ash_plant", "slag_plant"):
        park.change("projects", plant, land=5)
    return park


@pytest.mark.parametrize(
    ("park", "project", "name", "free"),
    [
        (on_land(5), "slag_plant", "land", two_wastes()),
        (hand_park().change("markets", "alumina", most=30), "recovery", "market", hand_park()),
    ],
)
def test_a_condition_taken_away_is_the_study_without_it(park, project, name, free):
    """Land and a market: the gain is that of the same park read without the condition."""
    solved = solve_study(park.dataset())
    rows = explain(solved, project)["conditions"]
    (row,) = [row for row in rows if row["name"] == name]
    assert row["gain_without"] == pytest.approx(npv(free) - value_of(solved.best), abs=1e-6)
    assert row["gain_without"] > 1 and row["chosen_without"] is True


def test_a_project_that_fills_a_chain_of_its_own():
    """Barred from its chain the recovery cannot stand; freed from the rule it is worth 174."""
    park = hand_park()
    park.chain("other", {"smelting": "smelting", "cement": "burning"})
    solved = solve_study(park.dataset(chains={"at_most": 1, "at_least": 1}))
    document = explain(solved, "recovery")
    assert document["chosen"]
    (rule,) = [row for row in document["conditions"] if row["name"] == "filling"]
    assert rule["source"] == "metals" and rule["loss_without"] == pytest.approx(174)


def test_a_place_may_be_asked_for():
    """Of two places, forcing one of them out moves the project to the other at no loss."""
    park = twins()
    park.add("project_places", place_id="cheap@Q", project_id="cheap", park_id="P")
    park.link("mill", "cheap@Q", "ash")
    solved = solve_study(park.dataset())
    (built,) = solved.best.built()
    document = explain(solved, built)
    assert document["chosen"] and document["loss"] == pytest.approx(0, abs=1e-6)
    assert {row["what"] for row in document["changes"]["projects"]} == {"added", "dropped"}


def test_names_that_cannot_be_asked_for():
    """A slip gets the closest name; a project that is switched off says how to offer it."""
    solved = solve_study(two_wastes().dataset(switch_off=["ash_plant"]))
    with pytest.raises(UsageError, match="closest is 'slag_plant'"):
        explain(solved, "slagplant")
    with pytest.raises(UsageError, match="not offered"):
        explain(solved, "ash_plant")
