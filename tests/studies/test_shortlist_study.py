"""A whole shortlist: how often, futures, pieces of work and where they are done."""

import json

import pytest

from judged import judged_parks, twins
from parks import Park, hand_park
from symbiosis.domain.errors import UsageError
from symbiosis.inputs.tables import TABLES
from symbiosis.outputs.kept_work import KeptWork
from symbiosis.outputs.shortlist_folder import read_shortlist, write_shortlist
from symbiosis.studies.resolves import solve_study
from symbiosis.studies.shortlist.frequency import frequency, together, wilson_interval
from symbiosis.studies.shortlist.futures import (
    balanced_future,
    future,
    plan_of_future,
    ranges,
    triangular,
)
from symbiosis.studies.shortlist.records import Asking, Shortlist, as_json, from_json
from symbiosis.studies.shortlist.study import near_best_plans, shortlist
from symbiosis.studies.shortlist.work import Engine, Piece, do_all


def unsure_twins(**settings) -> Park:
    """The twins, their costs known to 12 to 22 and 13 to 22: either may be the cheaper one."""
    park = twins()
    park.settings = {**park.settings, **settings}
    park.change("projects", "cheap", low=12, high=22)
    return park.change("projects", "dear", low=13, high=22)


def made(folder, park: Park, engine: Engine, **asking) -> Shortlist:
    solved = solve_study(park.dataset())
    asked = Asking(**{"near": 0.05, "plans": 4, "samples": 6, "seed": 3, **asking})
    return shortlist(solved, asked, KeptWork(folder, {"park": "twins"}), engine)


def test_shares_and_their_intervals():
    """Wilson's interval of 0 and 10 of 10, as published: 0 to 0.278, 0.722 to 1."""
    assert wilson_interval(0, 10) == (0.0, pytest.approx(0.2775, abs=1e-4))
    assert wilson_interval(10, 10) == (pytest.approx(0.7225, abs=1e-4), 1.0)
    some, all_, none = frequency(1, 3), frequency(3, 3), frequency(0, 3)
    assert [x.often for x in (some, all_, none)] == ["sometimes", "always", "never"]
    assert (together(all_, none), together(all_, all_), together(none)) == (
        "sometimes",
        "always",
        "never",
    )
    whole = frequency(1, 3, everything=True)
    assert whole.low == whole.share == whole.high == pytest.approx(1 / 3)
    assert frequency(0, 0).share is None and frequency(0, 0).often == ""


def test_triangular_draws():
    """Quantiles of a skewed triangle: ends, mode at its share of the area, mean (a + b + c) / 3."""
    low, mode, high = 2.0, 3.0, 10.0
    assert (triangular(0, low, mode, high), triangular(1, low, mode, high)) == (2, 10)
    assert triangular(1 / 8, low, mode, high) == pytest.approx(mode)
    draws = [triangular((k + 0.5) / 5000, low, mode, high) for k in range(5000)]
    assert draws == sorted(draws) and sum(draws) / 5000 == pytest.approx(5, abs=1e-3)
    assert (
        [triangular(u, 0, 0, 4) for u in (0, 1)]
        == [0, 4]
        == [triangular(u, 0, 4, 4) for u in (0, 1)]
    )


def ranged_park(**settings) -> Park:
    park = hand_park(**settings)
    for table, share in (("markets", 0.2), ("projects", 0.3), ("recipe_flows", 0.1)):
        main = TABLES[table].record.main
        for row in park.rows[table]:
            row.update(low=row[main] * (1 - share), high=row[main] * (1 + 2 * share))
    park.market("alumina", "buy", 0.4, low=0.3, high=0.6)
    return park


def test_futures_are_drawn_within_their_ranges_by_seed_and_number():
    """Every number with a range moves, within it, and nothing else; seed and number decide."""
    dataset = ranged_park().dataset()
    drawn = future(dataset, 1, 5)
    assert drawn == future(dataset, 1, 5)
    assert drawn != future(dataset, 2, 5) and drawn != future(dataset, 1, 6)
    moved = {id(row) for _table, row, *_ in ranges(dataset)}
    assert len(moved) == 15
    for table in ("markets", "projects", "recipe_flows", "streams", "units", "resources"):
        main = TABLES[table].record.main
        for before, after in zip(getattr(dataset, table), getattr(drawn, table), strict=True):
            if id(before) in moved:
                assert before.low <= getattr(after, main) <= before.high
                assert getattr(after, main) != getattr(before, main)
            else:
                assert before == after


def test_prices_that_move_together():
    """Both prices of a resource have one quantile; `together` joins other resources' to them."""

    def quantiles(**settings):
        dataset = ranged_park(**settings).dataset()
        drawn = future(dataset, 0, 1)
        return {
            (row.resource_id, row.action): (new.price - row.price)
            / (row.high - row.price if new.price > row.price else row.price - row.low)
            for row, new in zip(dataset.markets, drawn.markets, strict=True)
            if row.low is not None
        }

    alone = quantiles()
    up = alone["alumina", "buy"] > 0
    assert up == (alone["alumina", "sell"] > 0)
    assert alone["alumina", "sell"] != pytest.approx(alone["clay", "buy"])
    joined = quantiles(futures={"together": ["alumina;clay", ["metal", "alumina"]]})
    assert joined["clay", "buy"] == pytest.approx(joined["alumina", "sell"])
    assert joined["metal", "sell"] != pytest.approx(joined["alumina", "sell"])  # the first counts


def test_amounts_of_a_future_keep_their_room():
    """A stream that may be halved may be halved in every future."""
    park = Park().resource("ash", role="byproduct", mass=1).enterprise("mill")
    park.supply("mill", "ash", 100, least_amount=50, low=80, high=140)
    park.market("ash", "dispose", 0.1)
    (row,) = future(park.dataset(), 0, 1).streams
    assert row.amount != 100 and row.least_amount == pytest.approx(row.amount / 2)


def test_amounts_that_fit_no_plan_stay_as_they_are():
    """Ash may be 80 to 140 t, only 100 can be dumped: 100 t stay where more is drawn, and are told.

    The clay beside it is drawn in every future.
    """
    park = Park().resource("ash", role="byproduct", mass=1).resource("clay", mass=1)
    park.enterprise("mill").need("mill", "clay", 10, low=5, high=20).market("clay", "buy", 1)
    park.supply("mill", "ash", 100, low=80, high=140).market("ash", "dispose", 0.1, most=100)
    dataset = park.dataset()
    told = set()
    for number in range(1, 9):
        ash, clay = (
            row.amount
            for resource in ("ash", "clay")
            for row in future(dataset, 0, number).streams
            if row.resource_id == resource
        )
        prepared, _problem, held = balanced_future(dataset, 0, number)
        amounts = {row.resource_id: row.amount for row in prepared.dataset.streams}
        assert amounts == {"ash": 100 if ash > 100 else ash, "clay": clay}
        assert held == (frozenset({"ash"}) if ash > 100 else frozenset())
        told.add(held)
    assert len(told) == 2
    plan = plan_of_future(solve_study(dataset), 0, number)
    assert (plan.status, plan.held) == ("optimal", tuple(held))


def test_a_future_without_a_plan_says_so():
    """One chain is asked for and its project must fit a budget of 50: dearer, it does not."""
    park = hand_park(money={"budget": 50}, chains={"at_least": 1})
    park.change("projects", "recovery", low=40, high=400, least_size=100)
    solved = solve_study(park.dataset())
    plans = [plan_of_future(solved, 0, n) for n in range(1, 9)]
    assert {plan.status for plan in plans} == {"optimal", "infeasible"}
    assert all((plan.outcome is None) == (plan.status == "infeasible") for plan in plans)


def test_near_best_plans_are_complete(tmp_path):
    """Every near-best set of projects of the judge, no other, and that there is none is proven."""
    tried = 0
    for seed, solved, worth in judged_parks(range(24, 30)):
        best = max(worth.values())
        near = {projects for projects, value in worth.items() if value >= 0.7 * best}
        if any(abs(value - 0.7 * best) < 1e-4 * best for value in worth.values()):
            continue
        kept = KeptWork(tmp_path, {"seed": seed})
        asking = Asking(0.3, len(near) + 1, 0, 0)
        found, ended = near_best_plans(solved, asking, kept, lambda piece, seconds: None)
        assert {frozenset(x.projects) for x in found} == near and ended == "complete", seed
        assert [x.number for x in found] == list(range(1, len(near) + 1))
        again, _ended = near_best_plans(solved, asking, kept, lambda piece, seconds: _kept(seconds))
        assert again == found
        tried += 1
    assert tried >= 2


def _kept(seconds):
    assert seconds is None


def test_a_shortlist_of_the_twins_by_hand(tmp_path):
    """Two near-best plans, each with one twin; the mad plant never; ranked by how often, and worth.

    The document is read back as it was written.
    """
    found = made(tmp_path / "work", unsure_twins(), Engine())
    assert found.complete and [x.projects for x in found.near_best] == [("cheap",), ("dear",)]
    chosen = [plan.projects for plan in found.futures]
    assert ("cheap",) in chosen and ("dear",) in chosen  # both happen in six futures of seed 3
    by = {x.project_id: x for x in found.targets}
    assert [x.project_id for x in found.targets] == ["cheap", "dear", "mad"]
    assert [x.rank for x in found.targets] == [1, 2, 3]
    assert by["cheap"].near_best.share == by["dear"].near_best.share == 0.5
    assert by["cheap"].futures.chosen == chosen.count(("cheap",)) and by["cheap"].futures.of == 6
    assert (by["cheap"].often, by["mad"].often) == ("sometimes", "never")
    assert by["cheap"].built.flows[0].partner == "mill" and by["cheap"].built.size == 100
    assert by["cheap"].built.capital_cost == pytest.approx(16)
    ash = [x for x in found.exchanges if x.exchange.receiver == "cheap@P"]
    assert ash[0].near_best == by["cheap"].near_best and ash[0].futures == by["cheap"].futures
    measured = {(m.table, m.key) for m in by["cheap"].measure_first}
    assert ("projects", "cheap") in measured
    dataset = unsure_twins().dataset()
    write_shortlist(tmp_path, dataset, found)
    assert read_shortlist(tmp_path) == found == from_json(Shortlist, as_json(found))
    (tmp_path / "shortlist.json").write_text("{}")
    with pytest.raises(UsageError, match="holds no finished shortlist"):
        read_shortlist(tmp_path)


def test_the_number_of_jobs_changes_nothing_and_kept_work_is_not_done_again(tmp_path):
    """Two processes give what one gives; with more samples only the new ones are done."""
    one = made(tmp_path / "one", unsure_twins(), Engine("loky", 1))
    two = made(tmp_path / "two", unsure_twins(), Engine("loky", 2))
    assert one == two
    done = []
    solved = solve_study(unsure_twins().dataset())
    more = shortlist(
        solved,
        Asking(0.05, 4, 8, 3),
        KeptWork(tmp_path / "one", {"park": "twins"}),
        Engine(),
        done=lambda piece, seconds: done.append(piece.name) if seconds is not None else None,
    )
    assert done == ["future 3 7", "future 3 8"]
    assert more.futures[:6] == one.futures and more.near_best == one.near_best


def test_work_that_depends_on_something_else_is_not_taken(tmp_path):
    """Pieces of other data stand in another folder."""
    KeptWork(tmp_path, {"data": 1}).put("a", {"x": 1})
    assert KeptWork(tmp_path, {"data": 1}).get("a") == {"x": 1}
    assert KeptWork(tmp_path, {"data": 2}).get("a") is None
    assert KeptWork(tmp_path, {"data": 1}).get("b") is None


def twice(shared, number):
    return {"twice": shared * number}


@pytest.mark.filterwarnings("ignore")  # Dask's own, as it starts and ends
def test_a_dask_cluster_gives_what_processes_give(tmp_path):
    """A cluster of this machine, started for the work, and one that is named by its address."""
    from dask.distributed import LocalCluster

    here = made(tmp_path / "here", unsure_twins(), Engine("loky", 1), samples=2)
    there = made(tmp_path / "there", unsure_twins(), Engine("dask", 1), samples=2)
    assert here == there
    pieces = [Piece("one", f"{n}", twice, (n,)) for n in range(4)]
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        engine = Engine("dask", -1, cluster.scheduler_address)
        gave = do_all(pieces, 10, KeptWork(tmp_path / "named", {}), engine)
    assert gave == {f"{n}": {"twice": 10 * n} for n in range(4)}


def test_a_scheduler_that_does_not_answer(tmp_path):
    piece = Piece("one", "1", twice, (1,))
    with pytest.raises(UsageError, match="no Dask scheduler answers at nowhere"):
        do_all([piece], 1, KeptWork(tmp_path, {}), Engine("dask", 1, "nowhere"))
    assert json.loads((KeptWork(tmp_path, {}).folder / "depends_on.json").read_text()) == {}
