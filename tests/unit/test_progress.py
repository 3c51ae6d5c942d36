"""What long work says meanwhile: time left of a shortlist, trials of a conflict."""

import pytest

from parks import Park
from symbiosis.outputs import progress
from symbiosis.outputs.progress import search_line
from symbiosis.outputs.work_left import WorkLeft
from symbiosis.studies.conflict import find_conflict
from symbiosis.studies.shortlist.work import Piece


@pytest.fixture(autouse=True)
def every_line(monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.0)


def piece(kind):
    return Piece(kind, kind, lambda solved: {}, ())


@pytest.mark.parametrize(
    ("jobs", "left"),
    [
        # futures 9 x 10 s as measured, a project 9 solves of 40 / 4 s, a plan 30 s: in two
        # processes (90 + 90) / 2 s with the plan beside them, in one 90 + 90 + 30 s
        (2, "about 2 min left"),
        (1, "about 4 min left"),
    ],
)
def test_time_left_by_hand(jobs, left, capsys):
    work = WorkLeft(jobs)
    work.expect({"plan": 2, "project": 1, "future": 10})
    work.finished(piece("plan"), 30.0)
    work.finished(piece("future"), 10.0)
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("2 of 13 pieces done")
    assert work.took == {"plan": 30.0, "future": 10.0} and left in said[-1]


def test_kept_pieces_say_nothing_of_the_time(capsys):
    work = WorkLeft(2)
    work.expect({"plan": 2, "project": 1})
    work.finished(piece("plan"), None)
    assert "1 of 3 pieces done, time left not known yet" in capsys.readouterr().err


def test_plans_that_do_not_come_are_not_waited_for(capsys):
    work = WorkLeft(2)
    work.expect({"plan": 20, "project": 1})
    work.finished(piece("plan"), 5.0)
    work.over("plan")
    work.finished(piece("project"), 5.0)
    assert "2 of 2 pieces done, about 0 s left" in capsys.readouterr().err


def test_the_search_for_a_conflict_says_what_it_seeks(capsys):
    """First the conditions, then their change, then the plan; trials are counted through."""
    park = Park(baseline="none").resource("ash").enterprise("smelter").supply("smelter", "ash", 5)
    heard = []
    conflict = find_conflict(park.dataset(), said=lambda *words: heard.append(words))
    assert conflict is not None
    steps = [step for step, _trials in heard]
    assert list(dict.fromkeys(steps)) == ["conflict", "change", "plan"] and steps[-1] == "plan"
    assert [trials for _step, trials in heard[:-1]] == list(range(1, len(heard)))
    show = search_line()
    for words in heard:
        show(*words)
    said = capsys.readouterr().err
    assert "looking for those" in said and f"{len(heard) - 1} trials done" in said
