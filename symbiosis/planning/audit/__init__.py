"""The audit: a plan recomputed from its tables and the dataset, without the optimisation.

Nothing of the formulations is used here, and nothing of what prepared them: who may exchange what
on which way, today, costs, chains and money are worked out again from the records. A mistake made
in one place is then seen from the other.

    tables      the plan's tables as typed rows
    records     the dataset as the audit reads it; ways: what an exchange costs and may carry
    qualities   what the records state of values and limits; mixtures: what arrives, mixed again
    balances, slices, operation, projects, exchanges, markets, quality, water, heat, heat_levels,
    exergy, heat_machines, chains, indicators, money    the checks
    tally       what was checked, and every breach
"""

from symbiosis.domain.dataset import Dataset
from symbiosis.planning.audit.balances import check_balances, check_today
from symbiosis.planning.audit.baseline import recompute_today
from symbiosis.planning.audit.chains import check_chains
from symbiosis.planning.audit.exchanges import check_exchanges
from symbiosis.planning.audit.exergy import check_exergy
from symbiosis.planning.audit.heat import check_heat
from symbiosis.planning.audit.heat_levels import check_levels
from symbiosis.planning.audit.heat_machines import check_heat_machines
from symbiosis.planning.audit.indicators import check_indicators, check_limits
from symbiosis.planning.audit.markets import check_markets
from symbiosis.planning.audit.money import check_money
from symbiosis.planning.audit.operation import check_operation
from symbiosis.planning.audit.projects import check_projects
from symbiosis.planning.audit.quality import check_quality
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.slices import check_slices
from symbiosis.planning.audit.tables import read_tables
from symbiosis.planning.audit.tally import Audit, Check, Tally
from symbiosis.planning.audit.water import check_water
from symbiosis.planning.audit.ways import Ways
from symbiosis.planning.plan import Plan

__all__ = ["Audit", "Check", "audit_plan"]


def audit_plan(dataset: Dataset, plan: Plan) -> Audit:
    """Check every balance, rule and number of a plan; tolerance 1e-6 of the largest amount."""
    records = Records(dataset)
    tally = Tally(lambda: records.labels)
    tables = read_tables(plan.tables, records, tally)
    ways = Ways(records)
    baseline = recompute_today(records, ways)
    check_balances(records, ways, tables, tally)
    check_slices(records, ways, tables, tally)
    check_today(records, baseline, tables, tally)
    check_operation(records, tables, tally)
    check_projects(records, tables, tally)
    check_exchanges(records, ways, tables, tally)
    check_markets(records, tables, tally)
    check_quality(records, ways, tables, tally)
    check_water(records, ways, tables, tally)
    check_heat(records, tables, tally)
    check_levels(tables, tally)
    check_exergy(records, tables, tally)
    check_heat_machines(records, ways, tables, tally)
    check_chains(records, ways, tables, tally)
    check_indicators(records, ways, baseline, tables, tally)
    check_limits(records, ways, tables, tally)
    check_money(records, ways, baseline, tables, plan.facts, tally)
    return tally.audit()
