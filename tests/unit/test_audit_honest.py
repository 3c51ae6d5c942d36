"""The audit passes what the program plans, whatever was planned, and is quick about it."""

import pandas as pd
import pytest

import parks
from audited_park import audited_park
from audits import through_csv
from embedded_plans import embedded, in_one_process, plan_of
from random_parks import random_park
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.study import plan_study, prepare

PARK = audited_park()


@pytest.fixture(scope="module")
def honest():
    dataset = PARK.dataset()
    return dataset, plan_study(prepare(dataset))


def assert_passes(dataset, plan):
    audit = audit_plan(dataset, plan)
    assert audit.passed, [check for check in audit.checks if not check.passed]
    return audit


def test_an_honest_plan_passes(honest):
    """And its park really has everything that test_audit_tampering.py touches."""
    dataset, plan = honest
    audit = assert_passes(dataset, plan)
    assert plan.built() == ["recovery@P", "sorter@smelter"]
    assert plan.chosen_chains() == ["metals"]
    assert len(plan.tables["links"]) == 1 and len(plan.tables["limits"]) >= 6
    nothing = {check.name for check in audit.checks if not check.count}
    elsewhere = {"fixed_load", "load_limit"}  # tests/unit/test_audit_quality.py
    assert nothing == elsewhere, "a check that found nothing to check proves nothing"
    assert audit.as_dict()["checks"][0]["name"] == "tables"


def test_tables_read_back_from_csv_pass(honest):
    dataset, plan = honest
    assert_passes(dataset, through_csv(plan))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"slices": True},
        {"periods": [{"id": "a", "years": 5}, {"id": "b", "years": 7.5}]},
        {"objective": "disposed"},
    ],
    ids=["one_period", "slices", "two_periods", "disposed"],
)
def test_plans_of_random_parks_pass(seed, settings):
    """Whatever is planned: an audit that fails an honest plan would be switched off soon."""
    dataset = random_park(seed, **settings).dataset()
    plan = parks.plan(dataset)
    assert_passes(dataset, plan)
    assert_passes(dataset, through_csv(plan))


@in_one_process
@pytest.mark.parametrize("name", ["honggu", "template"])
def test_plans_of_the_embedded_datasets_pass_from_their_files_too(name):
    plan = plan_of(name)
    assert_passes(embedded(name), through_csv(plan))


def test_a_study_counted_from_zero_passes():
    """Nothing runs today: what the records say of today is shown but not counted."""
    park = PARK.copy(baseline="none")
    del park.rows["exchanges"]
    plan = parks.plan(park)
    assert (plan.tables["trades"]["today"] == 0).all()
    assert_passes(park.dataset(), plan)


def test_a_plan_of_ten_thousand_exchanges_is_audited_in_seconds():
    """No check may compare every exchange with every other."""
    park = parks.Park(network={"matching": "open"})
    park.add("carriers", carrier_id="truck", unit="t", reach=500, freight=0.001)
    park.resource("ash", carrier_id="truck", mass=1)
    park.market("ash", "dispose", 0.1).market("ash", "buy", 0.2)
    for i in range(100):
        place = {"lat": 36 + 0.001 * i, "lon": 103}
        park.enterprise(f"d{i}", **place).supply(f"d{i}", "ash", 100)
        park.enterprise(f"r{i}", **place).need(f"r{i}", "ash", 100)
    dataset = park.dataset()
    plan = parks.plan(dataset)
    like = plan.tables["exchanges"].iloc[0].to_dict()
    plan.tables["exchanges"] = pd.DataFrame(
        [{**like, "donor": f"d{i}", "receiver": f"r{j}"} for i in range(100) for j in range(100)]
    )
    audit = audit_plan(dataset, plan)
    assert not audit.passed and len(plan.tables["exchanges"]) == 10_000
