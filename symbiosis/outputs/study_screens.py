"""What the commands about near-best plans, comparisons and reasons print."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _, named
from symbiosis.network.graph import market_name
from symbiosis.outputs.text import (
    Names,
    indicator_name,
    limit_name,
    money,
    number,
    percent,
    table,
    unit_name,
)
from symbiosis.planning.indicators import MEASURE_UNITS
from symbiosis.studies.alternatives import Alternative
from symbiosis.studies.compare import is_same
from symbiosis.studies.pareto import NEAREST, Point

LONGEST = 12  # rows of a table; `--json` has all of them
Row = Mapping[str, Any]


def worth(value: float | None, unit: str) -> str:
    """A value of an objective with its unit."""
    if value is None:
        return "-"
    if unit != "wanyuan":
        return f"{number(value)} {unit_name(unit)}"
    shown = money(value)
    return shown if re.search("[1-9]", shown) else shown.removeprefix("-")  # no minus before nil


def project_name(dataset: Dataset, project: str) -> str:
    """A project, or one at its place, with its name."""
    found = dataset.project.get(project)
    if found is None:
        return Names(dataset).actor(project)
    return f"{project} {named(found.name_zh, found.name_en)}".strip()


def often_name(often: str) -> str:
    """How often a project is chosen."""
    return {"always": _("always"), "sometimes": _("sometimes"), "never": _("never")}[often]


def say_found(at_most: int) -> Callable[[Alternative], None]:
    """A line on standard error for every near-best plan."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    count = [0]

    def say(found: Alternative) -> None:
        count[0] += 1
        console.print(
            _("plan {number} of at most {most}: {below} below the best").format(
                number=count[0], most=at_most, below=percent(found.below_best, 2)
            ),
            markup=False,
        )

    return say


def print_alternatives(
    console: Console, dataset: Dataset, document: Mapping[str, Any], folder: str
) -> None:
    """Near-best plans side by side, then how often every project is chosen."""
    unit = document["objective"]["unit"]
    name = indicator_name(document["objective"]["name"])
    best = worth(document["objective"]["value"], unit)
    console.print(f"{name}: [bold]{best}[/bold]")
    made = table(
        _("Plans at most {within} below the best").format(within=percent(document["within"])),
        [
            _("plan"),
            _("worth"),
            _("below best"),
            _("gap"),
            _("chains"),
            _("projects more than in the best plan"),
            _("projects fewer"),
        ],
        right=(1, 2, 3),
    )
    for row in document["alternatives"]:
        made.add_row(
            row["folder"],
            worth(row["value"], unit),
            percent(row["below_best"], 2),
            percent(row["gap"], 3),
            ", ".join(row["chains"]),
            ", ".join(row["added"]),
            ", ".join(row["dropped"]),
        )
    console.print(made)
    made = table(
        _("How often a project is chosen"), [_("project"), _("share"), _("how often")], right=(1,)
    )
    for row in sorted(document["projects"], key=lambda row: -row["share"]):
        shown = project_name(dataset, row["project_id"])
        made.add_row(shown, percent(row["share"], 0), often_name(row["often"]))
    console.print(made)
    console.print(_ending(document), markup=False)
    console.print(_("Every plan is a folder in {folder}").format(folder=folder), markup=False)


def _ending(document: Mapping[str, Any]) -> str:
    if document["complete"]:
        return _("The list is complete: no other set of projects is as near, as proven.")
    return {
        "finished": _("There may be more; --at-most asks for more plans."),
        "time_limit": _("The time limit came before the next plan was found."),
        "interrupted": _("Interrupted: the plans found so far."),
    }[document["status"]]


def print_comparison(console: Console, a: Dataset, b: Dataset, document: Mapping[str, Any]) -> None:
    """What changed, largest first."""
    console.print(_("From {a} to {b}").format(a=document["a"], b=document["b"]), markup=False)
    if not document["same_inputs"]:
        console.print(_("The two plans were made from different inputs."))
    for row in document["settings"]:
        console.print(f"  {row['name']}: {row['a']} > {row['b']}", markup=False)
    npv = document["npv_wanyuan"]
    console.print(
        f"{indicator_name('npv')}: {money(npv['a'])} > {money(npv['b'])} "
        f"([bold]{money(npv['change'])}[/bold])"
    )
    if is_same(document):
        console.print(_("The two plans are the same."))
        return
    print_changes(console, _Both(a, b), document)


def print_changes(console: Console, names: "_Both", document: Mapping[str, Any]) -> None:
    """The tables of a comparison."""
    for what, text in (
        ("added", _("Chains more: {chains}")),
        ("dropped", _("Chains fewer: {chains}")),
    ):
        if chains := document["chains"][what]:
            said = text.format(chains=", ".join(names.chain(chain) for chain in chains))
            console.print(said, markup=False)
    _print_projects(console, names, document["projects"])
    _print_amounts(
        console,
        _("Exchanges"),
        document["exchanges"],
        [_("donor"), _("receiver"), _("resource")],
        lambda row: [
            names.actor(row["donor"]),
            names.actor(row["receiver"]),
            names.served(row["resource"], row["serves"]),
        ],
        lambda row: row["unit"],
    )
    _print_amounts(
        console,
        _("Links built"),
        document["links"],
        [_("link"), _("resource")],
        lambda row: [row["link_id"].rpartition(":")[0], names.resource(row["resource"])],
        lambda row: names.unit(row["resource"]),
    )
    _print_amounts(
        console,
        _("Bought, sold and disposed of"),
        document["trades"],
        [_("actor"), _("resource"), _("market")],
        lambda row: [
            names.actor(row["actor"]),
            names.resource(row["resource"]),
            market_name(row["action"]),
        ],
        lambda row: row["unit"],
    )
    _print_amounts(
        console,
        _("Indicators of a year"),
        document["indicators"],
        [_("indicator")],
        lambda row: [indicator_name(row["name"])],
        lambda row: "" if row["unit"] == "1" else unit_name(row["unit"]),
    )
    _print_amounts(
        console,
        _("Present value of the money that moves"),
        document["money"],
        [_("item")],
        lambda row: [item_name(row["item"])],
        lambda row: unit_name("wanyuan"),
    )


def axis_name(objective: str) -> str:
    """An objective with its unit."""
    return f"{indicator_name(objective)}, {unit_name(MEASURE_UNITS[objective])}"


def title_of(dataset: Dataset) -> str:
    """What a dataset is called."""
    return named(dataset.settings.title_zh, dataset.settings.title_en) or dataset.name


def say_point(objectives: tuple[str, str]) -> Callable[[Point], None]:
    """A line on standard error for every point of a trade-off."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(point: Point) -> None:
        shown = (
            f"{indicator_name(name)} {worth(value, MEASURE_UNITS[name])}"
            for name, value in zip(objectives, point.values, strict=True)
        )
        console.print("; ".join(shown), markup=False)

    return say


def print_pareto(
    console: Console, dataset: Dataset, document: Mapping[str, Any], folder: str
) -> None:
    """The points of a trade-off, and what each builds beside the first."""
    first, second = document["objectives"]
    points = document["points"]
    made = table(
        _("Plans of which none is worse in both than another"),
        [
            _("plan"),
            indicator_name(first["name"]),
            indicator_name(second["name"]),
            _("gap"),
            _("chains"),
            _("projects more than in the plan above"),
            _("projects fewer"),
        ],
        right=(1, 2, 3),
    )
    above: set[str] = set()
    for row in points:
        projects = set(row["projects"])
        made.add_row(
            row["folder"],
            worth(row["values"][0], first["unit"]),
            worth(row["values"][1], second["unit"]),
            percent(row["gap"], 3),
            ", ".join(row["chains"]),
            ", ".join(sorted(projects - above)),
            ", ".join(sorted(above - projects)),
        )
        above = projects
    console.print(made)
    if len(points) == 1:
        console.print(_("One plan is best in both: nothing is traded."))
    elif document["complete"]:
        text = _(
            "These are all: no other plan lies between them, as proven within the gap "
            "(those nearer than {share} of the range of '{name}' count as one)."
        )
        share, name = percent(NEAREST, 1), indicator_name(second["name"])
        console.print(text.format(share=share, name=name), markup=False)
    if document["status"] != "finished":
        console.print(_ending({**document, "complete": False}), markup=False)
    console.print(
        _("Every plan is a folder in {folder}, the picture is pareto.svg there").format(
            folder=folder
        ),
        markup=False,
    )


def say_condition() -> Callable[[str], None]:
    """A line on standard error for every condition that is tried without."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    return lambda name: console.print(
        _("asking again without: {name}").format(name=name), markup=False
    )


def print_reasons(console: Console, dataset: Dataset, document: Mapping[str, Any]) -> None:
    """Why a project is in the plan or not."""
    unit = document["objective"]["unit"]
    project = project_name(dataset, document["project"])
    said = (
        _("{project} is in the best plan.")
        if document["chosen"]
        else _("{project} is not in the best plan.")
    )
    console.print(said.format(project=project), markup=False, style="bold")
    if document["forced"] is None:
        console.print(
            _("There is no plan without it.") if document["chosen"] else _("No plan can hold it.")
        )
        return
    least, most = document["proven_loss"]
    text = _("Without it the plan loses {loss} (proven: {least} to {most}).")
    if not document["chosen"]:
        text = _("With it the plan loses {loss} (proven: {least} to {most}).")
    console.print(
        text.format(
            loss=worth(document["loss"], unit), least=worth(least, unit), most=worth(most, unit)
        ),
        markup=False,
    )
    if document["conditions"]:
        _print_conditions(console, dataset, document)
    console.print(_("What else changes:"))
    print_changes(console, _Both(dataset, dataset), document["changes"])


def _print_conditions(console: Console, dataset: Dataset, document: Mapping[str, Any]) -> None:
    unit = document["objective"]["unit"]
    made = table(
        _("Conditions without room, each taken away alone"),
        [
            _("condition"),
            _("bound"),
            _("unit"),
            _("plan gains"),
            _("project is then"),
            _("otherwise costs"),
        ],
        right=(1, 3, 5),
    )
    names = Names(dataset)
    for row in document["conditions"]:
        made.add_row(
            condition_name(names, row),
            number(row["limit"], 1),
            unit_name(row["unit"]),
            worth(row["gain_without"], unit),
            _("in the plan") if row["chosen_without"] else _("not in the plan"),
            worth(row["loss_without"], unit),
        )
    console.print(made)


def condition_name(names: Names, row: Row) -> str:
    """A condition of the study."""
    if row["name"] == "filling":
        return _("Chain filling needs one of its chains: {chains}").format(chains=row["source"])
    return limit_name(names, row["name"], row["subject"])


def item_name(item: str) -> str:
    """An item of the ledger."""
    return {
        "sell": _("sold outside"),
        "buy": _("bought outside"),
        "dispose": _("disposal"),
        "freight": _("freight"),
        "running": _("fixed and labour cost"),
        "variable": _("variable cost"),
        "capital": _("investment in projects"),
        "link": _("investment in links"),
    }[item]


def _print_projects(console: Console, names: "_Both", rows: Sequence[Row]) -> None:
    if not rows:
        return
    made = table(
        _("Projects"),
        [_("project"), _("what"), _("size before"), _("after"), _("investment before"), _("after")],
        right=(2, 3, 4, 5),
    )
    what = {"added": _("added"), "dropped": _("dropped"), "changed": _("changed")}
    for row in rows:
        made.add_row(
            names.actor(row["place_id"]),
            what[row["what"]],
            number(row["size_a"], 1),
            f"{number(row['size_b'], 1)} {unit_name(row['size_unit'])}",
            money(row["capital_cost_a"]),
            money(row["capital_cost_b"]),
        )
    console.print(made)


def _print_amounts(
    console: Console,
    title: str,
    rows: Sequence[Row],
    columns: Iterable[str],
    cells: Callable[[Row], list[str]],
    unit: Callable[[Row], str],
) -> None:
    if not rows:
        return
    heads = list(columns)
    if len(rows) > LONGEST:
        title = _("{title} ({shown} of {count})").format(
            title=title, shown=LONGEST, count=len(rows)
        )
    made = table(
        title,
        [*heads, _("before"), _("after"), _("change"), _("unit")],
        right=range(len(heads), len(heads) + 3),
    )
    for row in rows[:LONGEST]:
        amounts = [number(row[key], 3 if unit(row) == "" else 0) for key in ("a", "b", "change")]
        made.add_row(*cells(row), *amounts, unit(row))
    console.print(made)


class _Both:
    """Names from the later plan's data, or the earlier one's where only it has them."""

    def __init__(self, a: Dataset, b: Dataset) -> None:
        self.a, self.b = Names(a), Names(b)

    def actor(self, actor: str) -> str:
        said = self.b.actor(actor)
        return said if said != actor else self.a.actor(actor)

    def chain(self, chain: str) -> str:
        return (self.b if chain in self.b.dataset.chain else self.a).chain(chain)

    def resource(self, resource: str) -> str:
        return (self.b if resource in self.b.dataset.resource else self.a).resource(resource)

    def served(self, resource: str, serves: str) -> str:
        if resource == serves:
            return self.resource(resource)
        return f"{self.resource(resource)} > {self.resource(serves)}"

    def unit(self, resource: str) -> str:
        data = (self.b if resource in self.b.dataset.resource else self.a).dataset
        return data.resource[resource].unit
