"""How sure numbers are: assumptions that carry the result, sources, coordinates."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from symbiosis.domain.fields import Evidence
from symbiosis.domain.resources import Market
from symbiosis.locale import _
from symbiosis.planning.money import annuity_factor
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, number, numbered, percent, warning
from symbiosis.planning.today import Markets

RANGE_IF_UNKNOWN = 0.5  # of a number without low and high
CARRYING = 10  # assumptions named ...
LEAST_CARRIED = 0.005  # ... each with at least this share of the uncertain money


class Carried(NamedTuple):
    """What hangs on a number: money of a year times how far the number may be off, 万元."""

    weight: float
    file: str
    row: Evidence
    shown: str


def assumptions(prepared: Prepared) -> Iterator[Weighed]:
    """The assumptions that carry the result, and how much all of them carry."""
    carried = [*_carried_by_prices(prepared), *_carried_by_projects(prepared)]
    whole = sum(item.weight for item in carried)
    assumed = sorted(
        (item for item in carried if item.row.provenance == "assumption"),
        key=lambda item: (-item.weight, item.file, item.row.row),
    )
    largest = [item for item in assumed[:CARRYING] if item.weight > LEAST_CARRIED * whole]
    if not largest:
        return
    for weight, file, row, shown in largest:
        yield warning(
            file,
            _("an assumption that carries {share} of the uncertain money").format(
                share=percent(weight / whole)
            ),
            _("find a source, or narrow low and high"),
            row=row.row,
            column=row.main,
            value=shown,
            weight=weight,
        )
    yield warning(
        "markets.csv",
        _(
            "assumptions carry {all} of the uncertain money (prices x amounts of today and "
            "yearly capital cost, times their range); the {count} largest carry {largest}"
        ).format(
            all=percent(sum(item.weight for item in assumed) / whole),
            count=len(largest),
            largest=percent(sum(item.weight for item in largest) / whole),
        ),
        _("begin with those"),
        weight=math.inf,
    )


def _carried_by_prices(prepared: Prepared) -> Iterator[Carried]:
    """Prices times the amounts of today."""
    dataset = prepared.dataset
    markets = Markets(dataset)
    money: defaultdict[int, float] = defaultdict(float)
    rows: dict[int, Market] = {}
    for (actor, resource, action), amount in prepared.today.trades.items():
        if market := markets.row(actor, resource, action):
            rows[market.row] = market
            money[market.row] += abs(market.price * amount)
    for row, market in rows.items():
        key = "/".join(
            filter(
                None,
                (
                    market.resource_id,
                    market.action,
                    market.enterprise_id,
                    "+".join(market.park_ids),
                ),
            )
        )
        unit = dataset.resource[market.resource_id].unit
        shown = f"{key} {number(1e4 * market.price)} 元/{unit}"
        yield Carried(money[row] * _spread(market, market.price), "markets.csv", market, shown)


def _carried_by_projects(prepared: Prepared) -> Iterator[Carried]:
    """Capital cost of offered projects, per year."""
    dataset = prepared.dataset
    years = sum(period.years for period in dataset.settings.periods)
    annuity = annuity_factor(dataset.settings.money.discount_rate, years)
    for project in dataset.projects:
        if dataset.offered(project):
            cost = project.capital_cost
            shown = f"{project.project_id} {number(cost)} 万元"
            weight = cost / annuity * _spread(project, cost)
            yield Carried(weight, "projects.csv", project, shown)


def _spread(row: Evidence, value: float) -> float:
    """Width of a number's range relative to it."""
    if row.low is None or row.high is None or not value:
        return RANGE_IF_UNKNOWN
    return abs(row.high - row.low) / abs(value)


def provenance(prepared: Prepared) -> Iterator[Weighed]:
    """Numbers that do not say where they come from, counted per table."""
    for file, main, rows in numbered(prepared.dataset):
        counted = [row for row in rows if getattr(row, main)]
        bare = [row for row in counted if not row.check or not row.source]
        if bare:
            yield warning(
                file,
                _("{count} of {all} rows do not say where their number comes from").format(
                    count=len(bare), all=len(counted)
                ),
                _("fill in source and check (first at row {row})").format(row=bare[0].row),
                column="source",
                weight=float(len(bare)),
            )


def coordinates(prepared: Prepared) -> Iterator[Weighed]:
    """Distances that the coordinates are too rough for, in one line."""
    dataset, matches = prepared.dataset, prepared.matches
    radius = {e.enterprise_id: e.coord_radius_km or 0.0 for e in dataset.enterprises}
    for place in dataset.project_places:
        if place.host_id:
            radius[place.place_id] = radius[place.host_id]
    ends = ["donor", "receiver", "resource"]
    far = matches.refused[matches.refused["reason"] == "too_far"]
    apart = matches.candidates[matches.candidates["carrier"] != ""]  # no way within a site
    ways = pd.concat([table[[*ends, "distance_km"]] for table in (apart, far)])
    measured = {
        (x.from_id, x.to_id, x.resource_id) for x in dataset.links if x.distance is not None
    }
    rows = zip(*(ways[end] for end in ends), strict=True)
    ways = ways[np.array([row not in measured for row in rows], dtype=bool)]
    rough = ways[["donor", "receiver"]].map(lambda actor: radius.get(actor, 0.0)).max(axis=1)
    short = ways[rough > ways["distance_km"] / 2]
    if len(short):
        widest = max(dataset.enterprises, key=lambda e: e.coord_radius_km or 0.0)
        yield warning(
            "enterprises.csv",
            _(
                "of {all} ways between two places {count} are shorter than twice the radius "
                "within which an end is known (widest: {name}, {radius} km): these distances "
                "are not reliable"
            ).format(
                all=len(ways),
                count=len(short),
                name=widest.enterprise_id,
                radius=number(widest.coord_radius_km or 0.0),
            ),
            _("measure lat and lon of these enterprises, or write the distance in links.csv"),
            column="coord_radius_km",
        )
