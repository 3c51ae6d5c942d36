"""Money: the ledger, the present value and the objective, from trades, freight and projects."""

from collections import defaultdict
from collections.abc import Mapping
from math import isfinite
from typing import Any

from symbiosis.locale import _
from symbiosis.planning.audit.baseline import Baseline
from symbiosis.planning.audit.indicators import of_plan
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import NIL, TOLERANCE, Tally
from symbiosis.planning.audit.ways import Ways

SIGN = {"sell": 1.0, "buy": -1.0, "dispose": -1.0}
LARGER_IS_BETTER = ("npv", "byproduct_exchanged")
STATUSES = ("optimal", "time_limit", "interrupted")
ROUNDED = 1e-5  # of the objective: what rounding whole numbers may move it, and the gap with it


class Ledger:
    """Lines of money by item, actor, resource and period: 万元 a year of today and the plan.

    Lines `capital` and `link` are paid once. `gross` adds up amounts whatever their sign.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.today: defaultdict[tuple[str, ...], float] = defaultdict(float)
        self.plan: defaultdict[tuple[str, ...], float] = defaultdict(float)
        self.gross: defaultdict[tuple[str, ...], float] = defaultdict(float)

    def add(self, today: float, plan: float, *line: str) -> None:
        """Count money received (positive) or paid (negative)."""
        self.today[line] += today
        self.plan[line] += plan
        self.gross[line] += abs(today) + abs(plan)


def ledger(records: Records, ways: Ways, baseline: Baseline, tables: Tables) -> Ledger:
    """Every line of money; payments between members cancel and have none."""
    lines = Ledger()

    def price(actor: str, resource: str, action: str) -> float:
        market = records.market(actor, resource, action)
        return SIGN[action] * market.price if market else 0.0

    for (actor, resource, action), amount in baseline.trades.items():
        for t in records.order:
            lines.add(price(actor, resource, action) * amount, 0.0, action, actor, resource, t)
    for trade in tables.trades:
        key = trade.actor, trade.resource, trade.action
        lines.add(0.0, price(*key) * trade.plan, trade.action, *key[:2], trade.period)
    for (donor, receiver, resource, serves), amount in baseline.exchanges.items():
        way = ways.way(donor, receiver, resource, serves)
        for t in records.order:
            lines.add(-(way.freight if way else 0.0) * amount, 0.0, "freight", donor, resource, t)
    for x in tables.exchanges:
        way = ways.way(x.donor, x.receiver, x.resource, x.serves)
        cost = way.freight * x.plan if way else 0.0
        lines.add(0.0, -cost, "freight", x.donor, x.resource, x.period)
    for row in tables.units:
        unit = records.processes[row.unit_id]
        lines.add(0.0, -unit.variable_cost * row.plan, "variable", unit.actor, "", row.period)
    for project in tables.projects:
        lines.add(0.0, -project.capital_cost, "capital", project.place_id, "", project.period)
        for t in records.order[records.order.index(project.period) :]:
            lines.add(0.0, -project.running_cost, "running", project.place_id, "", t)
    for link in tables.links:
        lines.add(0.0, -link.capital_cost, "link", link.link_id, link.resource, link.period)
    for duct in tables.heat_links:
        lines.add(0.0, -duct.capital_cost, "link", duct.link_id, "", duct.period)
    return lines


def check_money(
    records: Records,
    ways: Ways,
    baseline: Baseline,
    tables: Tables,
    facts: Mapping[str, Any],
    tally: Tally,
) -> None:
    """`ledger`, `npv`, `objective`, `bound`, `gap` and `status`."""
    tally.declare("ledger", "npv", "objective", "bound", "gap", "status")
    lines = ledger(records, ways, baseline, tables)
    _check_ledger(lines, tables, tally)
    npv, turnover = _net_present_value(records, lines)
    objective = facts.get("objective")
    objective = objective if isinstance(objective, Mapping) else {}
    name = records.settings.objective
    text = _("{where}: is not what the study asks for")
    tally.holds("objective", objective.get("name") == name, str(objective.get("name")), text=text)
    stated = _number(facts.get("npv_wanyuan"))
    tally.equal("npv", stated, npv, "npv_wanyuan", scale=turnover, unit="wanyuan")
    if name == "npv":
        value, scale = npv, turnover
    elif name == "heat_links":
        value, scale = float(len({row.link_id for row in tables.heat_links})), 1.0
    else:
        value, scale = of_plan(records, tables, records.last)[name]
    found = _number(objective.get("value"))
    unit = "wanyuan" if name == "npv" else ""
    tally.equal("objective", found, value, name, scale=scale, unit=unit)
    _check_proof(records, facts, objective, found, scale, tally)


def _number(value: Any) -> float:
    """A fact as a number, NaN where it is none."""
    return float(value) if isinstance(value, int | float) else float("nan")


def _check_ledger(lines: Ledger, tables: Tables, tally: Tally) -> None:
    """The table `money`, summed by line, is the ledger."""
    today: defaultdict[tuple[str, ...], float] = defaultdict(float)
    plan: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for row in tables.money:
        line = row.item, row.actor, row.resource, row.period
        today[line] += row.today
        plan[line] += row.plan
        tally.equal(
            "ledger",
            row.change,
            row.plan - row.today,
            *line,
            "change",
            scale=max(abs(row.plan), abs(row.today)),
            unit="wanyuan",
        )
    for column, table, own in (("today", today, lines.today), ("plan", plan, lines.plan)):
        for key in {**own, **table}:
            found, expected = table.get(key, 0.0), own.get(key, 0.0)
            scale = lines.gross.get(key, 0.0)
            tally.equal("ledger", found, expected, *key, column, scale=scale, unit="wanyuan")


def _net_present_value(records: Records, lines: Ledger) -> tuple[float, float]:
    """NPV against today, and the turnover it is the difference of, both discounted."""
    npv, turnover = 0.0, 0.0
    yearly = {phase.period_id: phase.yearly for phase in records.phases}
    once = {phase.period_id: phase.once for phase in records.phases}
    for line in lines.gross:
        item, period = line[0], line[3]
        factor = (once if item in ("capital", "link") else yearly)[period]
        npv += factor * (lines.plan[line] - lines.today[line])
        turnover += factor * lines.gross[line]
    return npv, turnover


def _check_proof(
    records: Records,
    facts: Mapping[str, Any],
    objective: Mapping[str, Any],
    value: float,
    turnover: float,
    tally: Tally,
) -> None:
    """The bound is on the right side, the gap its distance, small enough where it says optimal.

    What is small against the amounts the value is made of (`turnover`) is rounding.
    """
    status = str(facts.get("status"))
    tally.holds("status", status in STATUSES, status, text=_("{where}: is no status of a plan"))
    bound, gap = _number(objective.get("bound")), _number(objective.get("gap"))
    if status != "optimal" and not isfinite(bound):
        return  # stopped before anything was proven
    beyond = tally.at_least if records.settings.objective in LARGER_IS_BETTER else tally.at_most
    beyond("bound", bound, value, "bound")
    distance = abs(bound - value)
    size = max(abs(value), abs(bound))
    rounding = TOLERANCE * max(turnover, NIL)
    tally.at_least("gap", gap, 0.0, "gap")
    if abs(value) > rounding:  # a gap relative to nothing says nothing
        stated = gap * abs(value)
        tally.equal("gap", stated, distance, "gap", scale=max(size, turnover))
    if status == "optimal":
        allowed = (records.settings.solver.gap + 2 * ROUNDED) * abs(value) + ROUNDED + rounding
        tally.at_most("gap", distance, allowed, "optimal", scale=size)
