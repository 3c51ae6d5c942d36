"""Limits of a plan: every condition with a number, its value, and how much room is left."""

from collections.abc import Mapping

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis_models.problem import Problem

ARTICLE_9 = "兰政发〔2012〕148号 第九条"
PRIORITY = "兰政发〔2012〕148号 (1-2条循环经济产业链)"


def limits_table(
    dataset: Dataset, problem: Problem, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """One row per limit: name, subject, period, value, limit, slack, unit, source.

    The slack is positive where there is room, whether the limit is a most or a least.
    """
    rows: list[tuple[object, ...]] = []
    projects, last = tables["projects"], problem.periods[-1].period_id
    chosen = set(tables["chains"].loc[tables["chains"]["prioritised"].astype(bool), "chain_id"])
    for name, members in problem.chain_groups.items():
        count = len(chosen.intersection(members))
        rows.append(("chains", name, last, count, problem.chains_at_most, 1, "", PRIORITY))
    invested = sum(
        float(tables[name]["capital_cost"].sum()) for name in ("projects", "links", "heat_links")
    )
    if problem.budget is not None:
        rows.append(("budget", "", last, invested, problem.budget, 1, "wanyuan", ""))
    for park, land in problem.land.items():
        used = float(projects.loc[projects["park_id"] == park, "land"].sum())
        rows.append(("land", park, last, used, land, 1, "mu", ""))
    traded = {(m.actor, m.resource, m.action): m.limit for m in problem.markets if m.limit}
    amounts: dict[tuple[str, str], float] = {}
    for trade in tables["trades"].itertuples(index=False):
        limit = traded.get((trade.actor, trade.resource, trade.action))
        if limit:
            amounts[limit, trade.period] = amounts.get((limit, trade.period), 0.0) + trade.plan
    for (limit, period), amount in sorted(amounts.items()):
        if amount > 0:
            resource = limit.split(":")[1]
            unit = f"{dataset.resource[resource].unit}/year"
            rows.append(
                ("market", limit, period, amount, problem.shared_limits[limit], 1, unit, "")
            )
    carried = tables["quality"]
    carried = carried[carried["direction"] == "need"]
    carried = carried.groupby(["actor", "serves", "property", "period"])["load"].sum()
    for of_loads in problem.quality.load_limits:
        unit, scale = dataset.load_unit(*reversed(of_loads.mixtures[0][1:]))
        for t in (phase.period_id for phase in problem.periods):
            keys = [(*mixture, t) for mixture in of_loads.mixtures]
            value = scale * sum(float(carried.get(key, 0.0)) for key in keys)
            rows.append(("load", of_loads.limit_id, t, value, scale * of_loads.most, 1, unit, ""))
    least = {
        u.place: u.least_utilisation for u in reversed(problem.units) if u.place
    }  # reversed: the main unit, first of a place, stays
    for project in projects.itertuples(index=False):
        rows.append(
            (
                "utilisation",
                project.place_id,
                last,
                project.utilisation,
                least[project.place_id],
                -1,
                "1",
                ARTICLE_9,
            )
        )
        floor = dataset.park[project.park_id].investment_floor
        if floor is not None and project.land > 0:
            intensity = project.capital_cost / project.land
            rows.append(
                (
                    "investment_intensity",
                    project.place_id,
                    last,
                    intensity,
                    floor,
                    -1,
                    "wanyuan/mu",
                    ARTICLE_9,
                )
            )
    table = pd.DataFrame(
        rows, columns=["name", "subject", "period", "value", "limit", "sense", "unit", "source"]
    )
    table.insert(5, "slack", (table["limit"] - table["value"]) * table.pop("sense"))
    return table
