"""What the command `shortlist` prints: targets, turning points and gaps."""

from collections import Counter

from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _
from symbiosis.outputs.study_screens import LONGEST, often_name, project_name, worth
from symbiosis.outputs.text import Names, indicator_name, money, number, percent, table, unit_name
from symbiosis.studies.shortlist.records import FlipPoint, Frequency, Shortlist, Target


def print_shortlist(console: Console, dataset: Dataset, found: Shortlist, folder: str) -> None:
    """Targets by rank with the parts of their rank, what turns them, and gaps."""
    objective = found.objective
    best = worth(objective.value, objective.unit)
    console.print(f"{indicator_name(objective.name)}: [bold]{best}[/bold]")
    _print_targets(console, dataset, found)
    _print_flips(console, dataset, found)
    _print_dependences(console, dataset, found)
    _print_gaps(console, dataset, found)
    console.print(_plans_said(found), markup=False)
    console.print(_("Everything is in {folder}").format(folder=folder), markup=False)


def _plans_said(found: Shortlist) -> str:
    near = _("{count} near-best plans (at most {within} below the best)").format(
        count=len(found.near_best), within=percent(found.asking.near)
    )
    if found.complete:
        near = _("{plans}, and there is no other, as proven").format(plans=near)
    planned = sum(plan.outcome is not None for plan in found.futures)
    futures = _("{planned} of {count} sampled futures have a plan (seed {seed})").format(
        planned=planned, count=len(found.futures), seed=found.asking.seed
    )
    return f"{near}; {futures}"


def share_said(share: Frequency) -> str:
    """A share with its interval."""
    if share.share is None or share.low is None or share.high is None:
        return "-"
    shown = percent(share.share, 0)
    if share.low == share.high:
        return shown
    return f"{shown} ({percent(share.low, 0)}-{percent(share.high, 0)})"


def worth_said(target: Target, unit: str) -> str:
    """What the park loses a year without a project, or why there is no such number."""
    if target.worth.necessary:
        return _("no plan without it")
    if target.worth.impossible:
        return _("no plan holds it")
    return worth(target.worth.yearly.value, unit) if target.worth.yearly else "-"


def _sizes(target: Target) -> str:
    window = target.window
    if window is None or window.smallest is None or window.largest is None:
        return "-"
    unit = unit_name(target.built.size_unit) if target.built else ""
    return f"{number(window.smallest, 1)}-{number(window.largest, 1)} {unit}".strip()


def _print_targets(console: Console, dataset: Dataset, found: Shortlist) -> None:
    made = table(
        _("Shortlist, by how often a project is chosen, then by what it is worth"),
        [
            _("rank"),
            _("project"),
            _("how often"),
            _("near-best plans"),
            _("futures"),
            _("yearly loss without it"),
            _("proven"),
            _("sizes worth it"),
            _("killed by the loss of"),
        ],
        right=(0, 3, 4, 5, 6, 7),
    )
    unit = found.objective.unit
    names = Names(dataset)
    for target in found.targets:
        yearly = target.worth.yearly
        made.add_row(
            str(target.rank),
            project_name(dataset, target.project_id),
            often_name(target.often) if target.often else "-",
            share_said(target.near_best),
            share_said(target.futures),
            worth_said(target, unit),
            f"{worth(yearly.least, unit)} - {worth(yearly.most, unit)}" if yearly else "-",
            _sizes(target),
            ", ".join(names.actor(x.partner) for x in target.dependences if x.kills),
        )
    console.print(made)


def lever_name(names: Names, flip: FlipPoint) -> str:
    """What would have to change."""
    if flip.lever == "price":
        name = names.resource(flip.subject)
        return {
            "buy": _("buying price of {resource}"),
            "sell": _("selling price of {resource}"),
            "dispose": _("price of disposal of {resource}"),
        }[flip.action].format(resource=name)
    return {
        "capital_cost": _("capital cost"),
        "support": _("support paid once"),
        "distance": _("length of its ways (factor)"),
    }[flip.lever]


def lever_value(flip: FlipPoint, value: float | None) -> str:
    """A value of a lever with its unit."""
    if value is None:
        return "-"
    if flip.lever in ("capital_cost", "support"):
        return money(value)
    if flip.lever == "distance":
        return number(value, 2)
    return f"{value:.4g} {unit_name(flip.unit)}"


def _print_flips(console: Console, dataset: Dataset, found: Shortlist) -> None:
    made = table(
        _("What turns a decision, each alone, found by solving again"),
        [_("project"), _("what changes"), _("today"), _("turns at"), _("project is then")],
        right=(2, 3),
    )
    names = Names(dataset)
    for target in found.targets:
        for flip in target.flips:
            if flip.at is None:
                continue
            made.add_row(
                project_name(dataset, target.project_id),
                lever_name(names, flip),
                lever_value(flip, 1.0 if flip.lever == "distance" else flip.today),
                lever_value(flip, flip.at),
                _("in the plan") if flip.turns == "in" else _("not in the plan"),
            )
    if made.row_count:
        console.print(made)
    ended = Counter(flip.status for target in found.targets for flip in target.flips)
    for status, text in {
        "nowhere": _("{count} numbers turn nothing between a quarter and four times today's"),
        "no_plan": _("{count} numbers were followed until no plan holds any more"),
        "time_limit": _("{count} numbers were not followed to the end: no plan in time"),
    }.items():
        if ended[status]:
            console.print(text.format(count=ended[status]), markup=False)


def _print_dependences(console: Console, dataset: Dataset, found: Shortlist) -> None:
    rows = [(target, x) for target in found.targets for x in target.dependences if x.kills]
    if not rows:
        return
    made = table(
        _("What kills a project: the loss of a partner"),
        [_("project"), _("partner"), _("role"), _("resources"), _("yearly loss with it then")],
        right=(4,),
    )
    names, unit = Names(dataset), found.objective.unit
    roles = {"supplier": _("supplier"), "buyer": _("buyer"), "both": _("supplier and buyer")}
    for target, x in rows:
        lost = _("no plan holds it")
        if x.loss is not None:
            lost = worth(-x.loss.value / found.objective.years_factor, unit)
        made.add_row(
            project_name(dataset, target.project_id),
            names.actor(x.partner),
            roles[x.role],
            ", ".join(map(names.resource, x.resources)),
            lost,
        )
    console.print(made)


def _print_gaps(console: Console, dataset: Dataset, found: Shortlist) -> None:
    rows = [gap for gap in found.gaps if gap.worth > 0]
    if not rows:
        return
    title = _("Gaps that no project fills: worth of a unit more, free at the gate")
    if len(rows) > LONGEST:
        title = _("{title} ({shown} of {count})").format(
            title=title, shown=LONGEST, count=len(rows)
        )
    made = table(
        title,
        [
            _("actor"),
            _("resource"),
            _("market"),
            _("amount"),
            _("worth of a unit"),
            _("holds up to"),
            _("unit"),
        ],
        right=(3, 4, 5),
    )
    names = Names(dataset)
    what = {"dispose": _("disposed of"), "buy": _("bought outside")}
    for gap in rows[:LONGEST]:
        per = found.objective.unit
        made.add_row(
            names.actor(gap.actor),
            names.resource(gap.resource),
            what[gap.action],
            number(gap.amount),
            f"{gap.worth:.4g} {unit_name(per)}/{gap.unit}",
            number(gap.holds_to),
            f"{gap.unit}/a",
        )
    console.print(made)
