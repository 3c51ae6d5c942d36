"""What each command does once its words are parsed: call the steps, show, write; an exit code."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import networkx as nx
import pandas as pd
from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import DatasetError, Fault, InfeasibleError
from symbiosis.locale import _, language
from symbiosis.network.metrics import network_metrics
from symbiosis.outputs import screens
from symbiosis.outputs.atomic import refuse_foreign_folder
from symbiosis.outputs.conflict_text import conflict_error
from symbiosis.outputs.gephi import write_gexf
from symbiosis.outputs.graph_tables import write_graphml, write_node_edge_tables
from symbiosis.outputs.heat_files import heat_cases, heat_target_rows, write_heat_files
from symbiosis.outputs.json_text import print_json
from symbiosis.outputs.network_page import write_network_page
from symbiosis.outputs.plan_folder import (
    PLAN,
    Source,
    plan_document,
    read_plan_folder,
    write_plan,
)
from symbiosis.outputs.plan_screen import print_plan
from symbiosis.outputs.progress import search_line
from symbiosis.outputs.shortlist_marks import mark_shortlist
from symbiosis.outputs.text import Names
from symbiosis.outputs.water_files import cases_of, water_target_rows, write_water_files
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.networks import (
    plan_graph,
    plan_network,
    possible_graph,
    today_graph,
    today_network,
)
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import plan_study, prepare
from symbiosis.planning.suspicions import suspicions
from symbiosis.studies.conflict import find_conflict
from symbiosis.studies.verify import exit_code, verify_each

DONE, SAID_NO, INTERRUPTED = 0, 1, 130
Planned = TypeVar("Planned")


def run_plan(
    dataset: Dataset,
    source: Source,
    out: Path,
    read_s: float,
    as_json: bool,
    progress: Callable[[Any], None],
    console: Console,
) -> int:
    """Plan, audit, write, show."""
    refuse_foreign_folder(out, PLAN)
    prepared = prepare(dataset)
    plan = or_conflict(dataset, lambda: plan_study(prepared, progress))
    plan.facts["times_s"] = {"read": read_s, **plan.facts["times_s"]}
    passed = audited(dataset, plan)
    write_plan(out, source, dataset, plan, plan_network(prepared, plan), language())
    if as_json:
        print_json(plan_document(dataset, plan))
    else:
        print_plan(console, dataset, plan, str(out))
    if not passed:
        return SAID_NO
    return INTERRUPTED if plan.facts["status"] == "interrupted" else DONE


def or_conflict(dataset: Dataset, plan: Callable[[], Planned]) -> Planned:
    """What `plan` finds; where no plan meets every condition, which ones cannot hold together.

    Raises:
        InfeasibleError: with the conditions, where they are the reason.
    """
    try:
        return plan()
    except InfeasibleError:
        conflict = find_conflict(dataset, said=search_line())
        if conflict is None:
            raise
    raise conflict_error(dataset, conflict)


def audited(dataset: Dataset, plan: Plan) -> bool:
    """Recompute a plan, note what was found among its facts, and say whether it holds."""
    started = time.perf_counter()
    audit = audit_plan(dataset, plan)
    plan.facts["audit"] = audit.as_dict()
    plan.facts["times_s"]["audit"] = time.perf_counter() - started
    return audit.passed


def run_audit(folder: Path, as_json: bool, console: Console) -> int:
    """Recompute a plan from its folder; the answer is "no" on any breach."""
    dataset, plan = read_plan_folder(folder)
    audit = audit_plan(dataset, plan)
    if as_json:
        print_json(audit.as_dict())
    else:
        screens.print_audit(console, audit.as_dict())
    return DONE if audit.passed else SAID_NO


def run_check(read: Callable[[], Dataset], as_json: bool, console: Console) -> int:
    """Every fault and every suspicious thing of a dataset; faults are reported, not raised."""
    faults: list[Fault] = []
    name = ""
    try:
        prepared = prepare(read())
        name = prepared.dataset.name
        faults = [fault.at(prepared.dataset.origins) for fault in suspicions(prepared)]
    except DatasetError as error:
        name, faults = error.dataset, error.faults
    wrong = [fault for fault in faults if fault.level == "error"]
    if as_json:
        listed = [fault.as_dict() for fault in faults]
        print_json({"dataset": name, "ok": not wrong, "faults": listed})
    else:
        screens.print_faults(console, faults)
        console.print(
            _("{name}: {errors} errors, {warnings} warnings.").format(
                name=name, errors=len(wrong), warnings=len(faults) - len(wrong)
            ),
            markup=False,
        )
    return SAID_NO if wrong else DONE


def run_screen(dataset: Dataset, out: Path, as_json: bool, console: Console) -> int:
    """What is possible before any optimisation: exchanges, near-misses, heat and water targets."""
    prepared = prepare(dataset)
    matches = prepared.matches
    cases = heat_cases(prepared)
    targets = {case.name: heat_target_rows(case) for case in cases}
    files = write_heat_files(dataset, cases, out) if cases else []
    waters = cases_of(prepared)
    water = {case.name: water_target_rows(prepared, case) for case in waters}
    files += write_water_files(prepared, waters, water, out) if waters else []
    if as_json:
        print_json(
            {
                "dataset": {"name": dataset.name, "hash": dataset.digest},
                "candidates": _json_rows(matches.candidates),
                "refused": _json_rows(matches.refused),
                "heat_targets": targets,
                "water_targets": water,
                "files": [str(file) for file in files],
            }
        )
        return DONE
    names = Names(dataset)
    screens.print_matches(console, names, matches.candidates, matches.refused)
    for case in cases:
        screens.print_heat_targets(console, names, case.name, targets[case.name])
    for name, rows in water.items():
        screens.print_water_targets(console, names, name, rows)
    if files:
        console.print(_("Curves are in {folder}").format(folder=out), markup=False)
    return DONE


def _json_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", force_ascii=False))
    return rows


@dataclass(frozen=True)
class Networks:
    """What `graph` shows of a dataset or of a plan.

    written    by stage, all of them files; the one named `drawn` is the page
    measured   by stage, as exchanges alone
    """

    dataset: Dataset
    written: Mapping[str, nx.MultiDiGraph]
    drawn: str
    measured: Mapping[str, nx.MultiDiGraph]


def run_graph(
    networks: Networks, shortlist: Path | None, out: Path, as_json: bool, console: Console
) -> int:
    """Metrics of networks; the networks as files and as a page."""
    dataset, lang = networks.dataset, language()
    if shortlist is not None:
        mark_shortlist(networks.written[networks.drawn], shortlist, dataset.digest)
    files = []
    for stage, graph in networks.written.items():
        write_gexf(graph, out / f"{stage}.gexf", lang)
        write_graphml(graph, out / f"{stage}.graphml")
        files += [out / f"{stage}.gexf", out / f"{stage}.graphml"]
        files += write_node_edge_tables(graph, out, stage)
    write_network_page(out / "network.html", networks.written[networks.drawn], lang)
    files.append(out / "network.html")
    metrics = {stage: network_metrics(graph) for stage, graph in networks.measured.items()}
    if as_json:
        print_json(
            {
                "dataset": {"name": dataset.name, "hash": dataset.digest},
                "metrics": {stage: found.as_dict() for stage, found in metrics.items()},
                "files": [str(file) for file in files],
            }
        )
    else:
        screens.print_metrics(console, Names(dataset), metrics)
        console.print(_("Networks are in {folder}").format(folder=out), markup=False)
        console.print(_("Look at {page}").format(page=out / "network.html"), markup=False)
    return DONE


def networks_of_dataset(dataset: Dataset) -> Networks:
    """Today with its missing links, and what is possible."""
    prepared = prepare(dataset)
    written = {"today": today_network(prepared), "possible": possible_graph(prepared)}
    return Networks(dataset, written, "today", {"today": today_graph(prepared)})


def networks_of_plan(folder: Path) -> Networks:
    """Today and a plan, from its folder."""
    dataset, plan = read_plan_folder(folder)
    prepared = prepare(dataset)
    measured = {"today": today_graph(prepared), "plan": plan_graph(prepared, plan)}
    return Networks(dataset, {"plan": plan_network(prepared, plan)}, "plan", measured)


def run_verify(path: Path | None, as_json: bool, console: Console) -> int:
    """Published cases: published against computed, each shown as soon as it is done."""
    results = []
    for result in verify_each([] if path is None else [path]):
        results.append(result)
        if not as_json:
            screens.print_case(console, result.as_dict())
    if as_json:
        print_json([result.as_dict() for result in results])
    else:
        screens.print_case_summary(console, [result.outcome for result in results])
    return exit_code(results)
