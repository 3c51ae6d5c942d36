"""The water of a plan on its screen: ladder of uses, who gives to whom, what is let out and why."""

from collections import defaultdict

import pandas as pd
from rich.console import Console

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _
from symbiosis.outputs.text import Names, number, table
from symbiosis.planning.plan import Plan

GIVERS = 4  # largest flows named per use
LONGEST = 14  # rows of what is let out; all are in the folder
LEAST_SHARE = 1e-3  # of all that is let out: what is shown


def print_water(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """Uses from clean to dirty, as their resources stand in the dataset; then what is let out."""
    if not any(row.water_class for row in dataset.resources):
        return
    _print_ladder(console, dataset, names, plan)
    _print_left(console, dataset, names, plan)
    _print_loads(console, dataset, names, plan)


def _last(dataset: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["period"] == dataset.settings.periods[-1].id]


def _print_ladder(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """m3/h of fresh and of used water that every use takes in every slice, and who gives it."""
    slices = {part.id: part.hours for part in dataset.settings.slices}
    supplied = _supplied(dataset, plan)
    made = table(
        _("Ladder of water, m3/h: fresh + used and reclaimed, by slice"),
        [_("use"), *map(names.slice, slices), _("who gives to whom, mean of the year")],
        right=range(1, len(slices) + 1),
    )
    flows = _last(dataset, plan.tables["exchanges"])
    for resource in dataset.resources:
        use = resource.resource_id
        if resource.water_class != "use" or use not in supplied:
            continue
        cells = []
        for part in slices:
            fresh, again = supplied[use][part]
            cells.append(f"{number(fresh, 1)} + {number(again, 1)}")
        given = flows[(flows["serves"] == use) & (flows["plan"] > 0)]
        given = given.sort_values("plan", ascending=False, kind="stable").head(GIVERS)
        said = [
            _("{donor} to {receiver}: {water} {flow}").format(
                donor=row.donor,
                receiver=row.receiver,
                water=names.resource(row.resource),
                flow=number(row.plan / 8760, 1),
            )
            for row in given.itertuples(index=False)
        ]
        made.add_row(names.resource(use), *cells, "\n".join(said))
    console.print(made)


def _supplied(dataset: Dataset, plan: Plan) -> dict[str, dict[str, tuple[float, float]]]:
    """m3/h of fresh and of other water that a use takes, by use and slice."""
    kind = {row.resource_id: row.water_class for row in dataset.resources}
    hours = {part.id: part.hours for part in dataset.settings.slices}
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for name in ("trades", "exchanges"):
        split = _last(dataset, plan.tables[f"{name}_by_slice"])
        rows = split if not split.empty else _whole_year(_last(dataset, plan.tables[name]))
        for row in rows.itertuples(index=False):
            if name == "trades" and row.action == "buy" and kind[row.resource] == "use":
                for part in (row.slice,) if row.slice in hours else hours:
                    found[row.resource, part][0] += row.plan / hours.get(row.slice, 8760)
            elif name == "exchanges" and kind[row.serves] == "use":
                for part in (row.slice,) if row.slice in hours else hours:
                    found[row.serves, part][1] += row.plan / hours.get(row.slice, 8760)
    return {
        use: {part: (found[use, part][0], found[use, part][1]) for part in hours}
        for use in {use for use, _part in found}
    }


def _whole_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Amounts of the year under a slice of its own."""
    return rows.assign(slice="")


def _print_left(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """Used water that is let out or disposed of, and why nobody takes it."""
    left = _last(dataset, plan.tables["water_left"])
    size = left[["today", "plan"]].max(axis=1)
    left = left[size > LEAST_SHARE * size.sum()]
    if left.empty:
        return
    made = table(
        _("Water let out, m3/h ({shown} of {count})").format(
            shown=min(LONGEST, len(left)), count=len(left)
        ),
        [_("who"), _("water"), _("where to"), _("today"), _("plan"), _("why")],
        right=(3, 4),
    )
    shown = left.assign(size=size).sort_values("size", ascending=False, kind="stable")
    for row in shown.head(LONGEST).itertuples(index=False):
        made.add_row(
            names.actor(row.actor),
            names.resource(row.resource),
            names.resource(row.outlet) if row.outlet else _("disposed of outside"),
            number(row.today / 8760, 1),
            number(row.plan / 8760, 1),
            why_text(names, row.reason, row.detail),
        )
    console.print(made)


def why_text(names: Names, reason: str, detail: str) -> str:
    """Why used water is let out."""
    if reason == "too_dirty":
        return _("too dirty: {property}").format(property=names.property(detail))
    if reason == "too_far":
        return _("too far: beyond {km} km").format(km=detail)
    return {
        "": "",
        "taken": _("users are served already"),
        "too_dear": _("too dear: a way exists"),
        "no_taker": _("no use that it may serve"),
    }[reason]


def _print_loads(console: Console, dataset: Dataset, names: Names, plan: Plan) -> None:
    """What goes to rivers a year, today and in the plan."""
    loads = _last(dataset, plan.tables["water_loads"])
    if loads.empty:
        return
    said = "; ".join(
        f"{names.property(row.property)} {number(row.today)} > {number(row.plan)}"
        for row in loads.itertuples(index=False)
    )
    unit = str(loads.iloc[0]["unit"])
    console.print(
        _("Load to rivers, {unit}, today > plan: {said}.").format(unit=unit, said=said),
        markup=False,
    )
