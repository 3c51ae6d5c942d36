"""Plans as the audit is given them, made once and altered as copies, and the checks that fail."""

import io
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pandas as pd

import parks
from symbiosis.domain.dataset import Dataset
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.audit.tally import Check
from symbiosis.planning.plan import Plan


@cache
def _solved(make: Callable[[], parks.Park]) -> tuple[Dataset, Plan]:
    dataset = make().dataset()
    return dataset, parks.plan(dataset)


def solved(make: Callable[[], parks.Park]) -> tuple[Dataset, Plan]:
    """A park's dataset and its best plan: solved once in a process, a copy for every caller."""
    dataset, best = _solved(make)
    return dataset, copied(best)


def audited(park: parks.Park, **settings: Any) -> Plan:
    """The best plan of a park, some settings changed, which the audit agrees with."""
    dataset = park.dataset(**settings)
    found = parks.plan(dataset)
    assert not failed(dataset, found)
    return found


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
