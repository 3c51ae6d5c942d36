"""What the commands print: tables for a person, on standard output, in the language in use."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.locale import _, named
from symbiosis.network.graph import market_name
from symbiosis.network.metrics import NetworkMetrics
from symbiosis.planning.plan import Plan

LONGEST = 12  # rows of a table on the one screen of a plan; all rows are in the folder


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands parted by commas; a dash for what is not known."""
    if value is None or value != value:
        return "-"
    if value and abs(value) < 10 ** (1 - digits) and digits == 0:
        return f"{value:.3g}"
    return f"{value:,.{digits}f}"


def money(wanyuan: float) -> str:
    """万元, from 10^4 of them 亿元."""
    if abs(wanyuan) >= 1e4:
        return f"{wanyuan / 1e4:,.2f} " + _("100 M yuan")
    return f"{wanyuan:,.0f} " + _("10 k yuan")


def percent(share: float, digits: int = 1) -> str:
    """A share as percent."""
    return f"{100 * share:.{digits}f} %"


def table(title: str, columns: Iterable[str], right: Iterable[int] = ()) -> Table:
    """An empty table; columns with the numbers in `right` are aligned right."""
    made = Table(
        title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    aligned = set(right)
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if index in aligned else "left", overflow="fold")
    return made


class Names:
    """Names of things in the language in use, with their keys where a name is missing."""

    def __init__(self, dataset: Dataset) -> None:
        """Index the names of `dataset`."""
        self.dataset = dataset
        self.places = {p.place_id: p for p in dataset.project_places}

    def actor(self, actor: str) -> str:
        """An enterprise or a project at its place."""
        if actor in self.dataset.enterprise:
            row = self.dataset.enterprise[actor]
            mark = _(" (placeholder)") if row.placeholder else ""
            return f"{actor} {named(row.name_zh, row.name_en)}{mark}".strip()
        if actor in self.places:
            project = self.dataset.project[self.places[actor].project_id]
            return f"{actor} {named(project.name_zh, project.name_en)}".strip()
        return actor

    def resource(self, resource: str) -> str:
        """A resource."""
        row = self.dataset.resource[resource]
        return named(row.name_zh, row.name_en) or resource

    def chain(self, chain: str) -> str:
        """A chain."""
        row = self.dataset.chain[chain]
        return f"{chain} {named(row.name_zh, row.name_en)}".strip()


def status_text(status: str) -> str:
    """What a status means."""
    return {
        "optimal": _("proven within the gap asked for"),
        "time_limit": _("time limit: the best plan found so far"),
        "interrupted": _("interrupted: the best plan found so far"),
    }[status]


def print_plan(console: Console, dataset: Dataset, plan: Plan, folder: str) -> None:
    """The plan on one screen."""
    names = Names(dataset)
    facts = plan.facts
    title = named(dataset.settings.title_zh, dataset.settings.title_en) or dataset.name
    console.print(f"[bold]{title}[/bold]  {dataset.settings.money.price_basis}")
    objective = facts["objective"]
    name = indicator_name(objective["name"])
    shown = (
        money(objective["value"])
        if objective["unit"] == "wanyuan"
        else f"{number(objective['value'])} {objective['unit']}"
    )
    console.print(
        f"{name}: [bold]{shown}[/bold], {_('gap')} {percent(objective['gap'], 3)}, "
        f"{status_text(facts['status'])}"
    )
    if objective["name"] != "npv":
        console.print(f"{indicator_name('npv')}: {money(facts['npv_wanyuan'])}")
    _print_chains(console, names, plan)
    _print_projects(console, names, plan)
    _print_exchanges(console, names, plan)
    _print_links(console, names, plan)
    _print_indicators(console, dataset, plan)
    _print_limits(console, names, plan)
    share = percent(facts["assumption_share"], 0)
    console.print(
        _("{share} of the money this plan moves rests on numbers of grade assumption.").format(
            share=share
        )
    )
    _print_next_chain(console, names, facts.get("next_chain"), objective["name"])
    print_audit(console, facts["audit"])
    console.print(_("Everything is in {folder}").format(folder=folder), markup=False)


def print_audit(console: Console, audit: Mapping[str, Any]) -> None:
    """Whether a plan holds when it is recomputed, and every breach found."""
    said = _("passed") if audit["passed"] else "[bold red]" + _("FAILED") + "[/bold red]"
    count = sum(check["count"] for check in audit["checks"])
    console.print(_("Audit: {said}, {count} checks.").format(said=said, count=count))
    for check in audit["checks"]:
        for breach in check["breaches"]:
            console.print(f"  {check['name']}: {breach}", markup=False)


def indicator_name(name: str) -> str:
    """An objective or indicator."""
    return {
        "npv": _("Net present value against today"),
        "co2e": _("Greenhouse gases, CO2e"),
        "fresh_water": _("Fresh water bought"),
        "disposed": _("Waste disposed of"),
        "virgin": _("Virgin material bought"),
        "byproduct_exchanged": _("By-products exchanged"),
        "byproduct_sold": _("By-products sold outside"),
        "power_bought": _("Power bought, net"),
        "circularity": _("Share of by-products kept in use"),
    }.get(name, name)


def _print_chains(console: Console, names: Names, plan: Plan) -> None:
    chains = plan.tables["chains"]
    chosen = chains[chains["prioritised"].astype(bool)]
    if chosen.empty:
        console.print(_("No chain is prioritised."))
        return
    console.print("[bold]" + _("Prioritised chains") + "[/bold]")
    for row in chosen.itertuples(index=False):
        mark = _("closed") if row.closed else _("open")
        console.print(f"  {names.chain(row.chain_id)} ({mark})", markup=False)


def _print_projects(console: Console, names: Names, plan: Plan) -> None:
    projects = plan.tables["projects"]
    if projects.empty:
        console.print(_("No project is built."))
        return
    made = table(
        _("Projects"),
        [_("project"), _("kind"), _("size"), _("investment"), _("land, mu"), _("use"), _("chains")],
        right=(2, 3, 4, 5),
    )
    for row in projects.sort_values("capital_cost", ascending=False).itertuples(index=False):
        made.add_row(
            names.actor(row.place_id),
            kind_name(row.kind),
            f"{number(row.size, 1)} {row.size_unit}",
            money(row.capital_cost),
            number(row.land),
            percent(row.utilisation, 0),
            str(row.chains).replace(";", " "),
        )
    made.add_section()
    made.add_row(
        _("together"), "", "", money(projects["capital_cost"].sum()), number(projects["land"].sum())
    )
    console.print(made)


def kind_name(kind: str) -> str:
    """A kind of project."""
    return {
        "chain_filling": _("chain filling"),
        "platform": _("shared platform"),
        "cascade": _("energy cascade"),
        "retrofit": _("cleaner production"),
        "revival": _("revival"),
        "relocation": _("relocation"),
    }[kind]


def _print_exchanges(console: Console, names: Names, plan: Plan) -> None:
    exchanges = plan.tables["exchanges"]
    changed = exchanges[(exchanges["plan"] - exchanges["today"]).abs() > 1e-6 * exchanges["plan"]]
    if changed.empty:
        console.print(_("Exchanges stay as they are today."))
        return
    made = table(
        _("Exchanges that change ({shown} of {count})").format(
            shown=min(LONGEST, len(changed)), count=len(changed)
        ),
        [_("donor"), _("receiver"), _("resource"), _("today"), _("plan"), _("a year"), "km"],
        right=(3, 4, 6),
    )
    for row in _largest(changed).itertuples(index=False):
        what = names.resource(row.resource)
        if row.serves != row.resource:
            what += " > " + names.resource(row.serves)
        made.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            what,
            number(row.today),
            number(row.plan),
            row.unit,
            number(row.distance_km, 1),
        )
    console.print(made)


def _largest(changed: pd.DataFrame) -> pd.DataFrame:
    """The exchanges that change most for their size, whatever their unit: by rank in the unit."""
    change = (changed["plan"] - changed["today"]).abs()
    rank = change.groupby(changed["unit"]).rank(ascending=False)
    order = pd.DataFrame({"rank": rank, "change": -change}).sort_values(["rank", "change"]).index
    return changed.loc[order[:LONGEST]]


def _print_links(console: Console, names: Names, plan: Plan) -> None:
    links = plan.tables["links"]
    if links.empty:
        return
    made = table(
        _("Links built"),
        [_("link"), _("resource"), _("capacity a year"), _("investment")],
        right=(2, 3),
    )
    for row in links.sort_values("capital_cost", ascending=False).head(LONGEST).itertuples():
        ends = row.link_id.rpartition(":")[0].replace(">", " > ") or row.link_id
        unit = names.dataset.resource[row.resource].unit
        made.add_row(
            ends,
            names.resource(row.resource),
            f"{number(row.capacity)} {unit}",
            money(row.capital_cost),
        )
    console.print(made)


def _print_indicators(console: Console, dataset: Dataset, plan: Plan) -> None:
    indicators = plan.tables["indicators"]
    last = indicators[indicators["period"] == dataset.settings.periods[-1].id]
    made = table(
        _("Indicators of a year"),
        [_("indicator"), _("today"), _("plan"), _("change"), _("unit")],
        right=(1, 2, 3),
    )
    for row in last.itertuples(index=False):
        digits = 3 if row.unit == "1" else 0
        made.add_row(
            indicator_name(row.name),
            number(row.today, digits),
            number(row.plan, digits),
            number(row.plan - row.today, digits),
            "" if row.unit == "1" else row.unit,
        )
    console.print(made)


def limit_name(names: Names, name: str, subject: str) -> str:
    """What a limit holds down."""
    if name == "market":
        owner, resource, action = subject.split(":")
        who = "" if owner == "all" else f"{owner}, "
        return f"{market_name(action)}: {who}{names.resource(resource)}"
    if name == "land":
        park = names.dataset.park[subject]
        return _("Land of {park}").format(park=named(park.name_zh, park.name_en) or subject)
    text = {
        "chains": _("Prioritised chains"),
        "budget": _("Budget"),
        "utilisation": _("Least use of design capacity"),
        "investment_intensity": _("Investment per land"),
    }[name]
    return f"{text}: {subject}" if subject else text


def _print_limits(console: Console, names: Names, plan: Plan) -> None:
    limits = plan.tables["limits"]
    scale = limits["limit"].abs().clip(lower=1e-9)
    tight = limits[(limits["slack"] <= 1e-6 * scale) & (limits["name"] != "utilisation")]
    always = limits[limits["name"].isin(("chains", "budget", "land"))]
    shown = limits.loc[sorted({*tight.index, *always.index})]
    made = table(
        _("Limits: all of money, land and chains, and others without room"),
        [_("limit"), _("value"), _("bound"), _("room"), _("unit")],
        right=(1, 2, 3),
    )
    for row in shown.itertuples(index=False):
        made.add_row(
            limit_name(names, row.name, row.subject),
            number(row.value, 1),
            number(row.limit, 1),
            number(row.slack, 1),
            unit_name(row.unit),
        )
    console.print(made)


def unit_name(unit: str) -> str:
    """A unit as a person writes it."""
    return unit.replace("wanyuan", _("10 k yuan")).replace("mu", _("mu")) if unit else ""


def _print_next_chain(
    console: Console, names: Names, following: Mapping[str, Any] | None, objective: str
) -> None:
    if not following:
        return
    if following.get("gain") is None:
        console.print(_("What one chain more would add was not found in time."))
        return
    gain = following["gain"]
    shown = money(gain) if objective == "npv" else number(gain)
    chains = ", ".join(names.chain(chain) for chain in following["added_chains"]) or "-"
    projects = ", ".join(following["added_projects"]) or "-"
    console.print(
        _("One chain more would add {gain}: {chains}; projects {projects}.").format(
            gain=shown, chains=chains, projects=projects
        ),
        markup=False,
    )


def print_faults(console: Console, faults: Iterable[Fault]) -> None:
    """Faults and warnings, one a line."""
    for fault in faults:
        mark = _("error") if fault.level == "error" else _("warning")
        console.print(f"  {mark}: {fault}", markup=False)


def print_metrics(console: Console, names: Names, metrics: NetworkMetrics) -> None:
    """Metrics of a network."""
    values = metrics.as_dict()
    made = table("", [_("metric"), _("value")])
    for key, value in values.items():
        made.add_row(metric_name(key), _metric_text(names, key, value))
    console.print(made)


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
        prop = next(p for p in names.dataset.properties if p.property_id == detail)
        what = named(prop.name_zh, prop.name_en) or detail
        return _("{what} outside the receiver's limit").format(what=what)
    return {
        "state": _("given and needed in different states"),
        "licence": _("hazardous waste, the receiver holds no licence"),
        "province": _("hazardous waste across the province border needs approval"),
        "no_place": _("no coordinates"),
        "no_carrier": _("nothing carries it between sites"),
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
        what = names.resource(row.resource)
        if row.serves != row.resource:
            what += " > " + names.resource(row.serves)
        made.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            what,
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
        what = names.resource(row.resource)
        if row.serves != row.resource:
            what += " > " + names.resource(row.serves)
        missed.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            what,
            number(row.distance_km, 1),
            reason_text(names, row.reason, row.detail),
        )
    console.print(missed)
