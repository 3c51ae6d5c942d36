"""What the other commands print: faults, matches, metrics, published cases, the audit."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from rich.console import Console

from symbiosis.domain.errors import Fault
from symbiosis.locale import _
from symbiosis.network.metrics import NetworkMetrics
from symbiosis.outputs.text import Names, number, table
from symbiosis.outputs.water_files import place_name, property_texts


def print_audit(console: Console, audit: Mapping[str, Any]) -> None:
    """Whether a plan holds when it is recomputed, and every breach found."""
    said = _("passed") if audit["passed"] else "[bold red]" + _("FAILED") + "[/bold red]"
    count = sum(check["count"] for check in audit["checks"])
    console.print(_("Audit: {said}, {count} checks.").format(said=said, count=count))
    for check in audit["checks"]:
        for breach in check["breaches"]:
            console.print(f"  {check['name']}: {breach}", markup=False)


def print_faults(console: Console, faults: Iterable[Fault]) -> None:
    """Faults and warnings, one a line."""
    for fault in faults:
        mark = _("error") if fault.level == "error" else _("warning")
        console.print(f"  {mark}: {fault}", markup=False)


def print_metrics(console: Console, names: Names, metrics: Mapping[str, NetworkMetrics]) -> None:
    """Metrics of networks side by side."""
    made = table("", [_("metric"), *(stage_name(stage) for stage in metrics)])
    values = [found.as_dict() for found in metrics.values()]
    for key in values[0]:
        made.add_row(metric_name(key), *(_metric_text(names, key, found[key]) for found in values))
    console.print(made)


def stage_name(stage: str) -> str:
    """Which network: today's, a plan's, or the possible one."""
    return {"today": _("today"), "plan": _("plan"), "possible": _("possible")}[stage]


def metric_name(key: str) -> str:
    """A metric of the network."""
    return {
        "nodes": _("Enterprises and projects"),
        "edges": _("Exchanges"),
        "linked_pairs": _("Linked pairs"),
        "density": _("Density"),
        "degree_leaders": _("Most exchanges"),
        "betweenness_leaders": _("Most between others"),
        "cycles": _("Cycles of at most six"),
        "cycle_examples": _("Some cycles"),
        "cycles_cut_off": _("More cycles than counted"),
        "parts": _("Connected parts"),
        "largest_part": _("Largest part"),
        "isolated_enterprises": _("Without any exchange"),
        "byproduct_share_exchanged": _("Share of by-product mass exchanged"),
        "finn_cycling_index": _("Finn cycling index"),
    }.get(key, key)


def _metric_text(names: Names, key: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return str(value)
    lines = []
    for item in value:
        if isinstance(item, str):
            lines.append(names.actor(item))
        elif len(item) == 2 and isinstance(item[1], int | float):
            lines.append(f"{names.actor(item[0])}: {item[1]:.4g}")
        else:
            lines.append(" > ".join(item))
    return "\n".join(lines) or "-"


def reason_text(names: Names, reason: str, detail: str) -> str:
    """Why a pair is not possible."""
    if reason == "property":
        what = names.property(detail)
        return _("{what} outside the receiver's limit").format(what=what)
    return {
        "state": _("given and needed in different states"),
        "licence": _("hazardous waste, the receiver holds no licence"),
        "province": _("hazardous waste across the province border needs approval"),
        "own_outfall": _("an outfall lets out the water of its own site"),
        "no_place": _("no coordinates"),
        "no_carrier": _("nothing carries it between sites"),
        "small_lot": _("less than the smallest lot worth carrying"),
        "too_far": _("beyond the carrier's reach of {km} km").format(km=detail),
    }[reason]


def print_matches(
    console: Console, names: Names, candidates: pd.DataFrame, refused: pd.DataFrame
) -> None:
    """Possible exchanges and near-misses."""
    made = table(
        _("Possible exchanges ({count})").format(count=len(candidates)),
        [_("donor"), _("receiver"), _("resource"), _("at most"), _("a year"), "km", _("carrier")],
        right=(3, 5),
    )
    for row in candidates.itertuples(index=False):
        made.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            names.served(row.resource, row.serves),
            number(row.most),
            names.dataset.resource[row.resource].unit,
            number(row.distance_km, 1),
            row.carrier,
        )
    console.print(made)
    missed = table(
        _("Near-misses ({count})").format(count=len(refused)),
        [_("donor"), _("receiver"), _("resource"), "km", _("why not")],
        right=(3,),
    )
    for row in refused.itertuples(index=False):
        missed.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            names.served(row.resource, row.serves),
            number(row.distance_km, 1),
            reason_text(names, row.reason, row.detail),
        )
    console.print(missed)


def outcome_name(outcome: str) -> str:
    """What became of a published case."""
    return {
        "match": _("match"),
        "miss": _("MISS"),
        "not_supported": _("not yet supported"),
        "not_scored": _("not scored"),
        "refused": _("refused"),
    }[outcome]


def print_case(console: Console, case: Mapping[str, Any]) -> None:
    """A published case with its figures, published against computed."""
    head = f"{case['family']} {case['name']}: {outcome_name(case['outcome'])}"
    said = f" ({case['message']})" if case["message"] else ""
    console.print(f"{head}{said}  {case['time_s']:.1f} s", markup=False)
    for figure in case["figures"]:
        mark = "=" if figure["ok"] else "!"
        console.print(
            f"  {mark} {figure['name']}: "
            + _("published {published}, computed {computed}, tolerance {tolerance}").format(
                published=_figure(figure["published"]),
                computed=_figure(figure["computed"]),
                tolerance=_figure(figure["tolerance"]),
            ),
            markup=False,
        )


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    return "-" if value is None else str(value)


def print_case_summary(console: Console, outcomes: Iterable[str]) -> None:
    """How many cases had which outcome."""
    listed = list(outcomes)
    counts = {name: listed.count(name) for name in dict.fromkeys(listed)}
    console.print(", ".join(f"{outcome_name(name)}: {n}" for name, n in counts.items()))


def print_heat_targets(
    console: Console, names: Names, slice_id: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Pinch targets of every place and of the site, MW."""
    made = table(
        _("Heat targets, MW, slice {name}").format(name=names.slice(slice_id)),
        [
            _("place"),
            _("hot utility"),
            _("cold utility"),
            _("recovered"),
            _("pinch, shifted °C"),
            _("by carrier"),
        ],
        right=(1, 2, 3, 4),
    )
    for row in rows:
        place = {
            "carriers": _("all places, through carriers"),
            "all": _("all in one place (bound)"),
        }.get(row["place"]) or names.actor(row["place"])
        pinch = ", ".join(f"{celsius:.1f}" for celsius in row["pinch_shifted_celsius"]) or "-"
        levels = [f"{names.resource(x['resource'])} {x['recovered_mw']:.1f}" for x in row["levels"]]
        made.add_row(
            place,
            number(row["hot_utility_mw"], 1),
            number(row["cold_utility_mw"], 1),
            number(row["recovered_mw"], 1),
            pinch,
            ", ".join(levels),
        )
    console.print(made)


def print_water_targets(
    console: Console, names: Names, slice_id: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Least fresh water and discharge of every place, m3/h."""
    made = table(
        _("Water targets, m3/h, slice {name}").format(name=names.slice(slice_id)),
        [
            _("place"),
            _("fresh today"),
            _("from others today"),
            _("least fresh"),
            _("discharge today"),
            _("least discharge"),
            _("by property: least fresh (pinch)"),
        ],
        right=(1, 2, 3, 4, 5),
    )
    for row in rows:
        made.add_row(
            place_name(names, row["place"]),
            *(
                number(row[key], 1)
                for key in (
                    "today_fresh_m3_h",
                    "today_from_others_m3_h",
                    "fresh_m3_h",
                    "today_discharge_m3_h",
                    "discharge_m3_h",
                )
            ),
            property_texts(names, row),
        )
    console.print(made)
