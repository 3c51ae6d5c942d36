"""The shortlist of a study: near-best plans, futures, every project, gaps, what kills whom.

First the best plan, then all pieces at once: a sampled future, a project with its worth, window and
flip points, a partner that is lost, the gaps; and beside them, one after the other as each is cut
off for the next, the near-best plans.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import asdict, replace
from threading import Lock, Thread
from typing import Any, TypeVar

from symbiosis.domain.errors import InfeasibleError, NoPlanInTimeError
from symbiosis.studies.alternatives import another, below_best, near_best_floor
from symbiosis.studies.explain import is_built
from symbiosis.studies.resolves import Solved
from symbiosis.studies.shortlist.dependence import dependences, partners
from symbiosis.studies.shortlist.flips import flip_points
from symbiosis.studies.shortlist.frequency import counted, frequency, together, with_plan
from symbiosis.studies.shortlist.futures import plan_of_future
from symbiosis.studies.shortlist.gaps import gaps
from symbiosis.studies.shortlist.measure import measure_first
from symbiosis.studies.shortlist.plans import (
    built_project,
    chosen_plan,
    outcome,
    years_factor,
)
from symbiosis.studies.shortlist.records import (
    Asking,
    Built,
    ChosenPlan,
    Dependence,
    ExchangeKey,
    ExchangeShare,
    FlipPoint,
    Frequency,
    Gap,
    LinkShare,
    Measurement,
    Objective,
    ScaleWindow,
    Shortlist,
    Target,
    Worth,
    as_json,
    from_json,
)
from symbiosis.studies.shortlist.work import Engine, Heard, Json, Kept, Piece, do_all
from symbiosis.studies.shortlist.worth import in_and_out, scale_window

OFTEN = ("always", "sometimes", "never", "")
Found = TypeVar("Found")


def shortlist(
    solved: Solved,
    asking: Asking,
    kept: Kept,
    engine: Engine,
    expected: Callable[[Mapping[str, int]], None] = lambda pieces: None,
    done: Heard = lambda piece, seconds: None,
    over: Callable[[str], None] = lambda kind: None,
) -> Shortlist:
    """The shortlist of a solved study.

    kept       pieces that are done already, and where new ones go
    expected   hears how many pieces of every kind there may be, before they are done
    done       hears of every piece
    over       hears that no more pieces of a kind come

    Raises:
        UsageError: if the engine cannot be had; SolverError: see its text.
    """
    solved = replace(solved, options=replace(solved.options, progress=None))
    lost = partners(solved, solved.best)
    pieces = [
        *(Piece("project", f"project {p}", _project, (p,)) for p in solved.problem.projects),
        *(Piece("partner", f"partner {name}", _partner, (name, of)) for name, of in lost.items()),
        Piece("gaps", "gaps", _gaps, ()),
        *(
            Piece("future", _future_name(asking, n), _future, (asking.seed, n))
            for n in range(1, asking.samples + 1)
        ),
    ]
    kinds = [piece.kind for piece in pieces]
    expected({"plan": asking.plans, **{kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}})
    heard = _one_at_a_time(done)

    def find_near_best() -> tuple[tuple[ChosenPlan, ...], str]:
        found = near_best_plans(solved, asking, kept, heard)
        over("plan")
        return found

    finding = _beside(find_near_best)
    if engine.jobs == 1:
        wait([finding])
    gave = do_all(pieces, solved, kept, engine, heard)
    near, ended = finding.result()
    futures = tuple(
        from_json(ChosenPlan, gave[_future_name(asking, n)]) for n in range(1, asking.samples + 1)
    )
    return _assembled(solved, asking, near, ended, futures, gave, lost)


def _beside(work: Callable[[], Found]) -> Future[Found]:
    """What work gives that is done in a thread, which ends with the program at the latest."""
    future: Future[Found] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # raised again where the result is asked for
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def _one_at_a_time(done: Heard) -> Heard:
    lock = Lock()

    def heard(piece: Piece, seconds: float | None) -> None:
        with lock:
            done(piece, seconds)

    return heard


def _future_name(asking: Asking, number: int) -> str:
    return f"future {asking.seed} {number}"


def near_best_plans(
    solved: Solved, asking: Asking, kept: Kept, done: Heard
) -> tuple[tuple[ChosenPlan, ...], str]:
    """Near-best plans, the best one first, and why there are no more: "complete" where proven.

    As of `symbiosis.studies.alternatives`: half of them as unlike those before as can be.
    """
    listed = [chosen_plan(solved.best, 1, 0.0)]
    cut = [frozenset(listed[0].projects)]
    floor, step = near_best_floor(solved, asking.near), 0
    while len(listed) < asking.plans:
        step += 1
        arguments = (floor, cut, len(listed) <= asking.plans // 2, len(listed) + 1)
        piece = Piece("plan", f"plan {step} {asking.near} {asking.plans}", _another, arguments)
        gave, seconds = kept.get(piece.name), None
        if gave is None:
            gave, seconds = piece.done(solved)
            kept.put(piece.name, gave)
        done(piece, seconds)
        if gave["ended"]:
            return tuple(listed), gave["ended"]
        cut.append(frozenset(gave["projects"]))
        if gave["plan"] is not None:
            listed.append(from_json(ChosenPlan, gave["plan"]))
    return tuple(listed), "finished"


def _another(
    solved: Solved, floor: float, cut: list[frozenset[str]], spread: bool, number: int
) -> Json:
    try:
        projects, plan = another(solved, floor, cut, spread)
    except InfeasibleError:
        return {"ended": "complete"}
    except NoPlanInTimeError:
        return {"ended": "time_limit"}
    record = as_json(chosen_plan(plan, number, below_best(solved, plan))) if plan else None
    return {"ended": "", "projects": sorted(projects), "plan": record}


def _future(solved: Solved, seed: int, number: int) -> Json:
    return as_json(plan_of_future(solved, seed, number))


def _gaps(solved: Solved) -> Json:
    return {"gaps": [as_json(gap) for gap in gaps(solved)]}


def _partner(solved: Solved, name: str, of: Mapping[str, tuple[str, tuple[str, ...]]]) -> Json:
    return {project: as_json(x) for project, x in dependences(solved, name, of).items()}


def _project(solved: Solved, project: str) -> Json:
    found = in_and_out(solved, project)
    window = scale_window(solved, project, found)
    built = None
    if found.with_it is not None:
        built = built_project(found.with_it, solved.problem.places_of[project])
    return {
        "worth": as_json(found.worth),
        "built": as_json(built) if built else None,
        "window": as_json(window) if window else None,
        "flips": [as_json(x) for x in flip_points(solved, project, found)],
        "measure_first": [as_json(x) for x in measure_first(solved, project, found)],
    }


def _assembled(
    solved: Solved,
    asking: Asking,
    near: tuple[ChosenPlan, ...],
    ended: str,
    futures: tuple[ChosenPlan, ...],
    gave: Mapping[str, Json],
    lost: Mapping[str, Any],
) -> Shortlist:
    complete = ended == "complete"
    planned = with_plan(futures)
    best, problem = outcome(solved.best), solved.problem

    def shares(field: str) -> Callable[[Any], tuple[Frequency, Frequency]]:
        one, other = counted(near, field), counted(planned, field)
        return lambda member: (
            frequency(one.get(member, 0), len(near), complete),
            frequency(other.get(member, 0), len(planned)),
        )

    of_project, of_exchange, of_link = shares("projects"), shares("exchanges"), shares("links")
    targets = [
        _target(solved, project, gave[f"project {project}"], of_project(project), gave, lost)
        for project in problem.projects
    ]
    plans = (*near, *planned)
    return Shortlist(
        dataset_name=solved.dataset.name,
        dataset_hash=solved.dataset.digest,
        asking=asking,
        objective=Objective(
            problem.objective.name,
            solved.best.facts["objective"]["unit"],
            problem.objective.maximised,
            best.value,
            best.bound,
            best.gap,
            years_factor(problem),
        ),
        near_best=near,
        complete=complete,
        ended="finished" if complete else ended,
        futures=futures,
        targets=tuple(ranked(targets)),
        gaps=tuple(from_json(Gap, gap) for gap in gave["gaps"]["gaps"]),
        exchanges=tuple(
            ExchangeShare(key, *of_exchange(key))
            for key in sorted({x for plan in plans for x in plan.exchanges}, key=_order)
        ),
        links=tuple(
            LinkShare(link, *of_link(link))
            for link in sorted({x for plan in plans for x in plan.links})
        ),
    )


def _order(key: ExchangeKey) -> tuple[str, ...]:
    return tuple(asdict(key).values())


def _target(
    solved: Solved,
    project: str,
    found: Json,
    shares: tuple[Frequency, Frequency],
    gave: Mapping[str, Json],
    lost: Mapping[str, Any],
) -> Target:
    places = solved.problem.places_of[project]
    near, futures = shares
    return Target(
        rank=0,
        project_id=project,
        kind=solved.dataset.project[project].kind,
        chosen=is_built(solved.best, places),
        places=places,
        worth=from_json(Worth, found["worth"]),
        often=together(near, futures),
        near_best=near,
        futures=futures,
        built=from_json(Built, found["built"]) if found["built"] else None,
        window=from_json(ScaleWindow, found["window"]) if found["window"] else None,
        flips=tuple(from_json(FlipPoint, x) for x in found["flips"]),
        dependences=tuple(
            from_json(Dependence, gave[f"partner {name}"][project])
            for name, of in lost.items()
            if project in of
        ),
        measure_first=tuple(from_json(Measurement, x) for x in found["measure_first"]),
    )


def ranked(targets: list[Target]) -> list[Target]:
    """By how often a project is chosen, then by the yearly worth; necessary ones stand first."""

    def place(target: Target) -> tuple[int, float, str]:
        yearly = target.worth.yearly
        worth = float("inf") if target.worth.necessary else float("-inf")
        worth = worth if yearly is None else yearly.value
        return OFTEN.index(target.often), -worth, target.project_id

    ordered = sorted(targets, key=place)
    return [replace(target, rank=rank) for rank, target in enumerate(ordered, 1)]
