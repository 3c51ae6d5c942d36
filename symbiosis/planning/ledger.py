"""The ledger of a plan: every line of money, today and planned, with how sure its number is."""

from collections.abc import Mapping

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.fields import Evidence
from symbiosis.planning.today import Markets
from symbiosis_models.problem import Problem

ITEMS = ("sell", "buy", "dispose", "freight", "running", "variable", "capital", "link")
GRADES = ("public", "coefficient", "assumption")  # from firm to weak


def weakest(*rows: Evidence | None) -> str:
    """The weakest grade of some records; what has no record is an assumption."""
    grades = [row.provenance if row else "assumption" for row in rows]
    return max(grades, key=GRADES.index, default="assumption")


def money_table(
    dataset: Dataset, problem: Problem, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Money of a year by line (万元/year), and what is invested (万元, today 0).

    Payments between members of the study cancel and have no line.
    """
    rows: list[tuple[object, ...]] = []
    markets = Markets(dataset)
    for trade in tables["trades"].itertuples(index=False):
        sign = 1.0 if trade.action == "sell" else -1.0
        grade = weakest(markets.row(trade.actor, trade.resource, trade.action))
        today, plan = sign * trade.price * trade.today, sign * trade.price * trade.plan
        rows.append((trade.action, trade.actor, trade.resource, trade.period, today, plan, grade))
    for x in tables["exchanges"].itertuples(index=False):
        if x.freight:
            grade = weakest(dataset.carrier.get(x.carrier))
            today, plan = -x.freight * x.today, -x.freight * x.plan
            rows.append(("freight", x.donor, x.resource, x.period, today, plan, grade))
    variable = {u.unit_id: u.variable_cost for u in problem.units if u.place}
    built = tables["projects"].set_index("place_id")
    order = [t.period_id for t in problem.periods]
    for unit in tables["units"].itertuples(index=False):
        if variable.get(unit.unit_id):
            cost = variable[unit.unit_id] * unit.plan
            grade = str(built.loc[unit.actor, "grade"])
            rows.append(("variable", unit.actor, "", unit.period, 0.0, -cost, grade))
    for project in tables["projects"].itertuples(index=False):
        rows.append(
            (
                "capital",
                project.place_id,
                "",
                project.period,
                0.0,
                -project.capital_cost,
                project.grade,
            )
        )
        rows += [
            ("running", project.place_id, "", t, 0.0, -project.running_cost, project.grade)
            for t in order[order.index(project.period) :]
        ]
    for link in tables["links"].itertuples(index=False):
        if link.capital_cost:
            grade = weakest(*dataset.carriers_of(link.resource))
            rows.append(
                ("link", link.link_id, link.resource, link.period, 0.0, -link.capital_cost, grade)
            )
    heat_link = {row.link_id: row for row in dataset.heat_links}
    for link in tables["heat_links"].itertuples(index=False):
        if link.capital_cost:
            grade = weakest(heat_link[link.link_id])
            rows.append(("link", link.link_id, "", link.period, 0.0, -link.capital_cost, grade))
    table = pd.DataFrame(
        rows, columns=["item", "actor", "resource", "period", "today", "plan", "grade"]
    )
    table.insert(6, "change", table["plan"] - table["today"])
    return table


def net_present_value(problem: Problem, money: pd.DataFrame) -> float:
    """NPV against today from the lines of the ledger, 万元."""
    invested = money["item"].isin(("capital", "link"))
    npv = 0.0
    for period in problem.periods:
        here = money["period"] == period.period_id
        npv += period.annuity_factor * float(money.loc[here & ~invested, "change"].sum())
        npv += period.investment_factor * float(money.loc[here & invested, "change"].sum())
    return npv


def share_of_assumptions(problem: Problem, money: pd.DataFrame) -> float:
    """Share of the money moved by the plan that rests on numbers of grade assumption, 0 to 1.

    Every line counts with the size of its change, discounted as in the net present value.
    """
    annual = {t.period_id: t.annuity_factor for t in problem.periods}
    once = {t.period_id: t.investment_factor for t in problem.periods}
    invested = money["item"].isin(("capital", "link"))
    factor = money["period"].map(annual).where(~invested, money["period"].map(once))
    weight = money["change"].abs() * factor.astype(float)
    total = float(weight.sum())
    return float(weight[money["grade"] == "assumption"].sum()) / total if total > 0 else 0.0
