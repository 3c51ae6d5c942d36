"""Plans as the audit is given them: copied, read back from files, and the checks that fail."""

import io
from copy import deepcopy

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.audit.tally import Check
from symbiosis.planning.plan import Plan


def copied(plan: Plan) -> Plan:
    """A plan that may be altered."""
    return Plan({name: table.copy() for name, table in plan.tables.items()}, deepcopy(plan.facts))


def through_csv(plan: Plan) -> Plan:
    """The plan as a person's own reading of its CSV files gives it: empty texts are NaN."""
    tables = {
        name: pd.read_csv(io.StringIO(table.to_csv(index=False)))
        for name, table in plan.tables.items()
    }
    return Plan(tables, plan.facts)


def failed(dataset: Dataset, plan: Plan) -> dict[str, Check]:
    """The checks of the audit that fail, by name."""
    return {check.name: check for check in audit_plan(dataset, plan).checks if not check.passed}
