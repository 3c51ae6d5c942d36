"""What the commands of `cli_studies` do once their words are parsed; an exit code."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from symbiosis.commands import DONE, INTERRUPTED, SAID_NO, audited, or_conflict
from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import UsageError
from symbiosis.locale import _, language
from symbiosis.outputs import study_screens
from symbiosis.outputs.atomic import refuse_foreign_folder, write_folder
from symbiosis.outputs.conflict_text import conflict_document, conflict_error
from symbiosis.outputs.json_text import print_json, write_json
from symbiosis.outputs.pareto_svg import write_pareto_svg
from symbiosis.outputs.plan_folder import Source, fill_plan_folder, read_plan_folder, versions
from symbiosis.outputs.progress import search_line
from symbiosis.planning.indicators import MEASURE_UNITS
from symbiosis.planning.networks import plan_network
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared
from symbiosis.studies.alternatives import Alternative, alternatives, often
from symbiosis.studies.compare import compare
from symbiosis.studies.conflict import find_conflict
from symbiosis.studies.explain import explain, is_built, opposite, refuse_unknown
from symbiosis.studies.pareto import pareto
from symbiosis.studies.resolves import project_set, solve_study

ALTERNATIVES = "alternatives.json"  # marks a folder of near-best plans
PARETO = "pareto.json"  # marks a folder of a trade-off
ShowProgress = Callable[[], Callable[[Any], None]]


def run_alternatives(
    dataset: Dataset,
    source: Source,
    out: Path,
    within: float,
    at_most: int,
    as_json: bool,
    progress: ShowProgress,
    console: Console,
) -> int:
    """Find near-best plans, write each as a plan's folder, show them side by side."""
    refuse_foreign_folder(out, ALTERNATIVES)
    started = time.perf_counter()
    solved = or_conflict(dataset, lambda: solve_study(dataset, progress()))
    say = study_screens.say_found(at_most)
    listed = alternatives(solved, within, at_most, say)
    shares = listed.share_built()
    document: dict[str, Any] = {
        "dataset": {"name": dataset.name, "hash": dataset.digest},
        "objective": solved.best.facts["objective"],
        "within": within,
        "floor": listed.floor,
        "complete": listed.complete,
        "status": listed.status,
        "alternatives": [
            _alternative(number, x, listed.found[0]) for number, x in enumerate(listed.found, 1)
        ],
        "projects": [
            {"project_id": project, "share": share, "often": often(share)}
            for project, share in shares.items()
        ],
        "settings": dataset.settings.model_dump(mode="json"),
        "versions": versions(),
        "times_s": {"all": time.perf_counter() - started},
    }

    def fill(folder: Path) -> None:
        write_json(folder / ALTERNATIVES, document)
        built = pd.DataFrame(
            [[int(project in x.projects) for x in listed.found] for project in shares],
            columns=[row["folder"] for row in document["alternatives"]],
            index=pd.Index(list(shares), name="project_id"),
        )
        built.insert(0, "share", list(shares.values()))
        built.to_csv(folder / "projects.csv", encoding="utf-8-sig")
        for row, x in zip(document["alternatives"], listed.found, strict=True):
            _fill_plan(folder / row["folder"], source, solved.prepared, x.plan)

    write_folder(out, ALTERNATIVES, fill)
    if as_json:
        print_json(document)
    else:
        study_screens.print_alternatives(console, dataset, document, str(out))
    return INTERRUPTED if listed.status == "interrupted" else DONE


def _alternative(number: int, x: Alternative, best: Alternative) -> dict[str, Any]:
    objective = x.plan.facts["objective"]
    return {
        "folder": f"{number:02d}",
        "value": objective["value"],
        "bound": objective["bound"],
        "gap": objective["gap"],
        "below_best": x.below_best,
        "npv_wanyuan": x.plan.facts["npv_wanyuan"],
        "capital_cost": float(x.plan.tables["projects"]["capital_cost"].sum()),
        "difference": x.difference,
        "chains": x.plan.chosen_chains(),
        "projects": sorted(x.projects),
        "added": sorted(x.projects - best.projects),
        "dropped": sorted(best.projects - x.projects),
    }


def _fill_plan(folder: Path, source: Source, prepared: Prepared, plan: Plan) -> None:
    dataset = prepared.dataset
    audited(dataset, plan)
    network = plan_network(prepared, plan)
    fill_plan_folder(folder, source, dataset, plan, network, language())


def run_compare(a: Path, b: Path, as_json: bool, console: Console) -> int:
    """Two plans beside each other."""
    one, other = read_plan_folder(a), read_plan_folder(b)
    document = {"a": str(a), "b": str(b), **compare(one, other)}
    if as_json:
        print_json(document)
    else:
        study_screens.print_comparison(console, one[0], other[0], document)
    return DONE


def run_pareto(
    dataset: Dataset,
    source: Source,
    out: Path,
    objectives: tuple[str, str],
    points: int,
    as_json: bool,
    progress: ShowProgress,
    console: Console,
) -> int:
    """Trace the trade-off, write each point as a plan's folder and all as a picture, show them."""
    refuse_foreign_folder(out, PARETO)
    started = time.perf_counter()
    front = pareto(dataset, objectives[1], points, progress(), study_screens.say_point(objectives))
    document: dict[str, Any] = {
        "dataset": {"name": dataset.name, "hash": dataset.digest},
        "objectives": [
            {"name": m.name, "unit": MEASURE_UNITS[m.name], "maximised": m.maximised}
            for m in front.measures
        ],
        "status": front.status,
        "asked": points,
        "complete": front.complete,
        "points": [
            {
                "folder": f"{number:02d}",
                "values": list(point.values),
                "end": point.end,
                "gap": point.plan.facts["objective"]["gap"],
                "chains": point.plan.chosen_chains(),
                "projects": sorted(project_set(point.plan)),
            }
            for number, point in enumerate(front.points, 1)
        ],
        "settings": dataset.settings.model_dump(mode="json"),
        "versions": versions(),
        "times_s": {"all": time.perf_counter() - started},
    }

    def fill(folder: Path) -> None:
        write_json(folder / PARETO, document)
        axes = study_screens.axis_name(objectives[0]), study_screens.axis_name(objectives[1])
        rows = [(row["folder"], *row["values"]) for row in document["points"]]
        table = pd.DataFrame(rows, columns=["folder", *objectives])
        table.to_csv(folder / "pareto.csv", index=False, encoding="utf-8-sig")
        title = _("{name}: trade-off").format(name=study_screens.title_of(dataset))
        write_pareto_svg(folder / "pareto.svg", title, axes, rows)
        for row, point in zip(document["points"], front.points, strict=True):
            _fill_plan(folder / row["folder"], source, front.prepared, point.plan)

    write_folder(out, PARETO, fill)
    if as_json:
        print_json(document)
    else:
        study_screens.print_pareto(console, dataset, document, str(out))
    return INTERRUPTED if front.status == "interrupted" else DONE


def run_explain(
    dataset: Dataset,
    project: str,
    asked_why: bool,
    as_json: bool,
    progress: ShowProgress,
    console: Console,
) -> int:
    """Why a project is in the plan or not; the answer is "no" where it cannot be otherwise."""
    solved = or_conflict(dataset, lambda: solve_study(dataset, progress()))
    refuse_unknown(solved, project)
    if is_built(solved.best, solved.problem.places_of[project]) != asked_why:
        text = (
            _("{project} is in the plan; ask --why")
            if not asked_why
            else _("{project} is not in the plan; ask --why-not")
        )
        raise UsageError(text.format(project=project))
    document = explain(solved, project, study_screens.say_condition())
    conflict = None
    if document["forced"] is None:
        forced = opposite(project, asked_why)
        conflict = find_conflict(dataset, forced, search_line())
        document["conflict"] = conflict_document(dataset, conflict) if conflict else None
    if as_json:
        print_json(document)
    else:
        study_screens.print_reasons(console, dataset, document)
        if conflict:
            console.print(str(conflict_error(dataset, conflict)), markup=False)
    return DONE if document["forced"] else SAID_NO
