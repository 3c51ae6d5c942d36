"""Cases written by a test, verified as a person's file would be."""

import json
from typing import Any

import pytest

from symbiosis.studies.verify import CaseResult, verify


@pytest.fixture
def run(tmp_path):
    """Write a case to a file and verify it."""

    def run_case(kind: str, data: Any, published: Any = None, /, **other: Any) -> CaseResult:
        file = tmp_path / "case.json"
        case = {"name": "case", "family": kind, "kind": kind, "data": data}
        case["published"] = {"min_cost": 0} if published is None else published
        file.write_text(json.dumps({**case, **other}), encoding="utf-8")
        (result,) = verify([file])
        return result

    return run_case


@pytest.fixture
def cost(run):
    """Least cost of a case; None if it has no plan."""

    def least_cost(kind: str, data: Any) -> float | None:
        result = run(kind, data)
        assert result.outcome != "refused", result.message
        return result.figures[0].computed

    return least_cost
