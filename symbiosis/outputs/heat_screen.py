"""The heat of a plan on its screen: cascades of the largest places, what is lost and why."""

import pandas as pd
from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _, mark
from symbiosis.outputs.text import Names, number, percent, table
from symbiosis.planning.plan import Plan

PLACES = 4  # cascades shown per slice; all are in the folder
LEAST_SHARE = 1e-3  # of a slice's heat: what is shown


def reason_text(reason: str) -> str:
    """Why heat is thrown away."""
    return {
        "no_taker": _("no taker left"),
        "too_cold": _("too cold for those still heated"),
        "too_far": _("too far for any carrier"),
        "not_offered": _("no machine offered"),
        "too_dear": _("way too dear or full"),
    }[reason]


def zone_name(names: Names, zone: str) -> str:
    """A place, or the side of it where heat is given or taken."""
    site, _sign, side = zone.partition(":")
    text = {"source": _("gives"), "sink": _("takes")}.get(side, "")
    return names.actor(site) + (f", {text}" if text else "")


def print_heat(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """Per slice of the last period: cascades in MW, heat thrown away by reason, exergy."""
    for part in dataset.settings.slices:
        here = _Slice(dataset, plan, part.id, part.hours)
        if here.heat > 0:
            _print_cascades(console, names, here)
            _print_carried(console, names, here)
            _print_rejected(console, here)
            _print_exergy(console, here)


class _Slice:
    """The tables of heat in a slice of the last period, in mean MW."""

    def __init__(self, dataset: Dataset, plan: Plan, slice_id: str, hours: float) -> None:
        self.slice, self.hours = Names(dataset).slice(slice_id), hours
        self.ambient = dataset.settings.heat.ambient_celsius
        last = dataset.settings.periods[-1].id

        def here(name: str, *text: str) -> pd.DataFrame:
            table = plan.tables[name]
            rows = table[(table["period"] == last) & (table["slice"] == slice_id)].copy()
            words = {"period", "slice", "placeholders", *text}
            amounts = [column for column in rows.columns if column not in words]
            rows[amounts] = rows[amounts].astype(float) / (3.6 * hours)  # GJ -> MW
            return rows

        self.levels = here("heat_levels", "zone", "high", "low")
        self.rejected = here("heat_rejected", "zone", "high", "low", "reason")
        self.exergy = here("exergy", "zone")
        self.machines = here("heat_machines", "unit_id", "recipe")
        self.ways = here("heat_ways", "donor", "receiver", "resource", "serves")
        bands = self.levels.sort_values("high", ascending=False).groupby("zone", sort=False)
        first = bands[["available", "used", "brought", "passed"]].first()
        self.bought = first["passed"] + first["used"] - first["available"] - first["brought"]

    @property
    def heat(self) -> float:
        """All that is given and taken."""
        return float(self.levels["available"].sum() + self.levels["used"].sum())

    @property
    def given(self) -> float:
        """What hot streams give; machines give on what they have taken."""
        return float(self.levels["available"].sum() - self.machines["heat_given"].sum())


def _print_cascades(console: Console, names: Names, here: _Slice) -> None:
    title = _("Heat cascade, {slice} ({hours} h), mean MW: the largest places, hottest level first")
    made = table(
        title.format(slice=here.slice, hours=number(here.hours)),
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
    least = LEAST_SHARE * here.heat
    size = here.levels.groupby("zone")[["available", "used"]].sum().sum(axis=1)
    for zone in size.sort_values(ascending=False, kind="stable").index[:PLACES]:
        shown = zone_name(names, str(zone))
        if here.bought[zone] > least:
            made.add_row(shown, _("from outside"), "", "", number(here.bought[zone], 1), "", "")
            shown = ""
        for row in here.levels[here.levels["zone"] == zone].itertuples(index=False):
            if max(row.available, row.used, row.rejected) < least:
                continue
            reasons = here.rejected
            reasons = reasons[(reasons["zone"] == zone) & (reasons["high"] == row.high)]
            made.add_row(
                shown,
                f"{row.high:.0f}-{row.low:.0f}",
                *(number(getattr(row, name), 1) for name in ("available", "used", "passed")),
                number(row.rejected, 1) if row.rejected else "",
                _reasons(reasons),
            )
            shown = ""
    console.print(made)


def _reasons(rejected: pd.DataFrame) -> str:
    """One reason, or each with its MW, the largest first."""
    by_reason = rejected.groupby("reason")["heat"].sum().sort_values(ascending=False)
    by_reason = by_reason[by_reason > LEAST_SHARE * by_reason.sum()]
    if len(by_reason) < 2:
        return "".join(map(reason_text, by_reason.index))
    return mark(";").join(f"{number(heat, 1)} {reason_text(x)}" for x, heat in by_reason.items())


def _print_carried(console: Console, names: Names, here: _Slice) -> None:
    """Heat that carriers move between actors, by carrier."""
    moved = here.ways.groupby("resource")[["sent", "received"]].sum()
    moved = moved[moved["sent"] > LEAST_SHARE * here.heat].sort_values("sent", ascending=False)
    if moved.empty:
        return
    said = mark(";").join(
        _("{carrier} {sent} MW ({lost} lost)").format(
            carrier=names.resource(str(carrier)),
            sent=number(row["sent"], 1),
            lost=percent(1 - row["received"] / row["sent"], 1),
        )
        for carrier, row in moved.iterrows()
    )
    text = _("On carriers in {slice}: {said}.")
    console.print(text.format(slice=here.slice, said=said), markup=False)


def _print_rejected(console: Console, here: _Slice) -> None:
    by_reason = here.rejected.groupby("reason")["heat"].sum()
    if by_reason.empty:
        return
    said = mark(";").join(
        f"{number(float(amount), 1)} MW {reason_text(str(reason))}"
        for reason, amount in by_reason.sort_values(ascending=False).items()
    )
    console.print(
        _("Of {whole} MW that hot streams give in {slice}, thrown away: {said}.").format(
            whole=number(here.given, 1), slice=here.slice, said=said
        ),
        markup=False,
    )


def _print_exergy(console: Console, here: _Slice) -> None:
    sums = here.exergy.drop(columns=["zone", "period", "slice"]).sum()
    on_links = max(0.0, -float(sums["brought"]))  # taken hotter than brought
    console.print(
        _(
            "Exergy in {slice}, MW, environment at {celsius} °C: {whole} in hot streams and heat "
            "from outside, {taken} reaches cold streams; destroyed: {cascades} between streams, "
            "{machines} in machines, {ways} on ways; {rejected} thrown away."
        ).format(
            slice=here.slice,
            celsius=f"{here.ambient:g}",
            whole=number(float(sums["given"] + sums["utility"]), 1),
            taken=number(float(sums["taken"]), 1),
            cascades=number(float(sums["destroyed"]), 1),
            machines=number(float(here.machines["destroyed"].sum()), 1),
            ways=number(on_links + float(here.ways["destroyed"].sum()), 1),
            rejected=number(float(sums["rejected"]), 1),
        ),
        markup=False,
    )
