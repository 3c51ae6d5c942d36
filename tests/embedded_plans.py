"""Plans of the embedded datasets, each made and audited once in a process.

Tests that read them stand in one xdist group, so that one worker makes each plan once.
"""

from functools import cache
from pathlib import Path

import pytest

from parks import best_plan
from symbiosis.domain.dataset import Dataset
from symbiosis.inputs.reader import read_dataset
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import plan_study, prepare

DATASETS = Path(__file__).resolve().parents[1] / "datasets"
BESIDE = ("honggu", "yongdeng")  # whose tests read the studies beside the plan
in_one_process = pytest.mark.xdist_group("embedded plans")
xigu_in_one_process = pytest.mark.xdist_group("xigu")  # its plans take as long as all others


@cache
def embedded(name: str) -> Dataset:
    """The dataset as it stands."""
    return read_dataset(DATASETS / name)


@cache
def plan_of(name: str, *changes: str) -> Plan:
    """Its plan with some cells or settings changed: audited, and proven to the gap asked for.

    Those of `BESIDE` as they stand come with what one chain more would add. Other prices leave a
    plan possible: where the last change is one, the search begins at the plan without it.
    """
    dataset = read_dataset(DATASETS / name, changes) if changes else embedded(name)
    prepared = prepare(dataset)
    if name in BESIDE and not changes:
        plan = plan_study(prepared)
    else:
        repriced = bool(changes) and changes[-1].startswith("markets.")
        start = plan_of(name, *changes[:-1]).whole_numbers if repriced else None
        plan = best_plan(prepared, start)
    audit = audit_plan(dataset, plan)
    assert audit.passed, [check for check in audit.checks if not check.passed]
    assert plan.facts["status"] == "optimal"
    assert plan.facts["objective"]["gap"] <= dataset.settings.solver.gap
    return plan
