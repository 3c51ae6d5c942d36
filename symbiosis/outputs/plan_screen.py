"""The one screen of `symbiosis plan`."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _, named
from symbiosis.outputs.heat_screen import print_heat
from symbiosis.outputs.screens import print_audit
from symbiosis.outputs.text import (
    Names,
    indicator_name,
    kind_name,
    limit_name,
    money,
    number,
    percent,
    status_text,
    table,
    unit_name,
)
from symbiosis.outputs.water_screen import print_water
from symbiosis.planning.plan import Plan

LONGEST = 12  # rows of a table on the one screen of a plan; all rows are in the folder


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
        else f"{number(objective['value'])} {unit_name(objective['unit'])}"
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
    print_heat(console, dataset, names, plan)
    print_water(console, dataset, names, plan)
    _print_indicators(console, dataset, plan)
    _print_limits(console, names, plan)
    share = percent(facts["assumption_share"], 0)
    console.print(
        _("{share} of the money this plan moves rests on numbers of grade assumption.").format(
            share=share
        )
    )
    alone = facts.get("without_investment")
    if alone is not None:
        console.print(
            _("Without any investment, exchanges alone would reach {value}.").format(
                value=money(alone) if objective["unit"] == "wanyuan" else number(alone)
            )
        )
    _print_next_chain(console, names, facts.get("next_chain"), objective["name"])
    print_audit(console, facts["audit"])
    console.print(_("Everything is in {folder}").format(folder=folder), markup=False)


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
            f"{number(row.size, 1)} {unit_name(row.size_unit)}",
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


def _print_exchanges(console: Console, names: Names, plan: Plan) -> None:
    exchanges = plan.tables["exchanges"]
    changed = exchanges[(exchanges["plan"] - exchanges["today"]).abs() > 1e-6 * exchanges["plan"]]
    goods = [
        names.dataset.resource[r].role in ("product", "byproduct") for r in changed["resource"]
    ]
    changed = changed[goods]
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
        made.add_row(
            names.actor(row.donor),
            names.actor(row.receiver),
            names.served(row.resource, row.serves),
            number(row.today),
            number(row.plan),
            row.unit,
            number(row.distance_km, 1),
        )
    console.print(made)
    invented = [marks for marks in exchanges["placeholders"] if marks]
    if invented:
        members = dict.fromkeys(member for marks in invented for member in marks.split(";"))
        console.print(
            _(
                "{count} of {all} exchanges have an invented end, a stand-in for members that are "
                "not known: {members}."
            ).format(count=len(invented), all=len(exchanges), members=", ".join(sorted(members))),
            markup=False,
        )


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
            "" if row.unit == "1" else unit_name(row.unit),
        )
    console.print(made)


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
