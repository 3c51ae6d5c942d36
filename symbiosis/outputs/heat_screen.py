"""The heat of a plan on its screen: cascades of the largest places, what is lost and why."""

import pandas as pd
from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _
from symbiosis.outputs.text import Names, number, percent, table
from symbiosis.planning.plan import Plan

PLACES = 4  # cascades shown per slice; all are in the folder
LEAST_SHARE = 1e-3  # of a slice's heat: what is shown


def reason_text(reason: str) -> str:
    """Why heat is thrown away."""
    return {
        "": "",
        "no_taker": _("no taker left"),
        "too_cold": _("too cold for those still heated"),
        "too_far": _("too far for any carrier"),
        "too_dear": _("too dear: a way exists"),
    }[reason]


def zone_name(names: Names, zone: str) -> str:
    """A place, or the side of it where heat is given or taken."""
    site, _sign, side = zone.partition(":")
    text = {"source": _("gives"), "sink": _("takes")}.get(side, "")
    return names.actor(site) + (f", {text}" if text else "")


def print_heat(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """Per slice of the last period: cascades in MW, heat thrown away by reason, exergy."""
    levels = plan.tables["heat_levels"]
    last = dataset.settings.periods[-1].id
    levels = levels[levels["period"] == last]
    if levels.empty:
        return
    exergy = plan.tables["exergy"]
    exergy = exergy[exergy["period"] == last]
    for part in dataset.settings.slices:
        here = levels[levels["slice"] == part.id].copy()
        amounts = ["available", "used", "brought", "passed", "rejected"]
        here[amounts] /= 3.6 * part.hours  # GJ in the slice -> MW
        if here["available"].sum() + here["used"].sum() <= 0:
            continue
        _print_cascades(console, names, part.id, part.hours, here)
        _print_rejected(console, part.id, here)
        _print_exergy(console, part.id, part.hours, exergy[exergy["slice"] == part.id])


def _print_cascades(
    console: Console, names: Names, part: str, hours: float, levels: pd.DataFrame
) -> None:
    made = table(
        _(
            "Heat cascade, {slice} ({hours} h), mean MW: the largest places, hottest level first"
        ).format(slice=part, hours=number(hours)),
        [
            _("place"),
            _("level, °C"),
            _("available"),
            _("used"),
            _("passed on"),
            _("thrown away"),
            _("why"),
        ],
        right=(1, 2, 3, 4, 5),
    )
    whole = float(levels["available"].sum() + levels["used"].sum())
    size = levels.groupby("zone")[["available", "used"]].sum().sum(axis=1)
    for zone in size.sort_values(ascending=False, kind="stable").index[:PLACES]:
        shown = zone_name(names, str(zone))
        for row in levels[levels["zone"] == zone].itertuples(index=False):
            if max(row.available, row.used, row.rejected) < LEAST_SHARE * whole:
                continue
            made.add_row(
                shown,
                f"{row.high:.0f}-{row.low:.0f}",
                *(number(getattr(row, name), 1) for name in ("available", "used", "passed")),
                number(row.rejected, 1) if row.rejected else "",
                reason_text(row.reason),
            )
            shown = ""
    console.print(made)


def _print_rejected(console: Console, part: str, levels: pd.DataFrame) -> None:
    by_reason = levels[levels["rejected"] > 0].groupby("reason")["rejected"].sum()
    whole = float(levels["available"].sum())
    if by_reason.empty or whole <= 0:
        return
    said = "; ".join(
        f"{number(float(amount), 1)} MW {reason_text(str(reason))}"
        for reason, amount in by_reason.sort_values(ascending=False).items()
    )
    console.print(
        _("Of {whole} MW available in {slice}, thrown away: {said}.").format(
            whole=number(whole, 1), slice=part, said=said
        ),
        markup=False,
    )


def _print_exergy(console: Console, part: str, hours: float, exergy: pd.DataFrame) -> None:
    sums = exergy[["given", "utility", "brought", "taken", "rejected", "destroyed"]].sum()
    whole = float(sums["given"] + sums["utility"])
    if whole <= 0:
        return
    console.print(
        _(
            "Exergy in {slice}: {whole} MW given, {taken} used on, {destroyed} destroyed on the "
            "way, {rejected} thrown away."
        ).format(
            slice=part,
            whole=number(whole / (3.6 * hours), 1),
            taken=percent(float(sums["taken"]) / whole, 0),
            destroyed=percent(float(sums["destroyed"]) / whole, 0),
            rejected=percent(float(sums["rejected"]) / whole, 0),
        ),
        markup=False,
    )
