"""The embedded Yongdeng dataset: built by the tool, closed today, and a real choice."""

from pathlib import Path

import pytest

import build_datasets
from embedded_plans import in_one_process, plan_of
from symbiosis.domain.dataset import Dataset
from symbiosis.inputs.reader import read_dataset
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import prepare

pytestmark = in_one_process

YONGDENG = Path(__file__).resolve().parents[2] / "datasets" / "yongdeng"
CHAINS = [f"YD{number}" for number in range(1, 6)]


@pytest.fixture(scope="module")
def yongdeng() -> Dataset:
    return read_dataset(YONGDENG)


def plan(*changes: str) -> Plan:
    """The audited plan with some cells or settings changed, proven to the gap asked for."""
    return plan_of("yongdeng", *changes)


def test_building_again_gives_the_same_bytes():
    """A CSV edited by hand, or a library row changed without a new build, shows here."""
    assert build_datasets.differences(YONGDENG, build_datasets.build("yongdeng")) == []


def test_it_reads_without_faults_and_today_closes(yongdeng):
    assert prepare(yongdeng).today.faults == ()


def test_the_neighbours_share_trucks_pipes_and_tax_rates():
    """Two carriers of one name and different prices could not be one region."""
    honggu = read_dataset(YONGDENG.parent / "honggu")
    assert read_dataset(YONGDENG).carriers == honggu.carriers


def test_molten_metal_and_butts_close(yongdeng):
    """540000 t x 0.90 = 486000 t; 300000 x 0.50 x 0.985 t go to alloys, the rest is cast.

    Butts are 0.085 t per t; nobody sells any, so the crusher cannot run on more.
    """
    unit = {row.unit_id: row for row in yongdeng.units}
    cast, crushed = unit["E20-P01C"], unit["E20-RJ01"]
    assert cast.capacity * cast.utilisation * 1.004 == pytest.approx(486000 - 147750, rel=1e-12)
    assert crushed.capacity * crushed.utilisation == pytest.approx(486000 * 0.085, rel=1e-12)


def test_the_power_station_in_liquidation_is_not_there(yongdeng):
    """E21 stopped in 2019: neither its ash nor its power, and its revival only if asked for."""
    assert "E21" not in yongdeng.enterprise
    assert not yongdeng.project["JM21"].available and yongdeng.project["JM21"].switch_reason


def test_the_plan_is_proven_and_audited():
    found = plan()
    assert found.facts["objective"]["value"] > found.facts["without_investment"] > 0
    assert set(found.chosen_chains()) == {"YD1", "YD4"}
    assert {"HU02-E22", "HU10-E22"} <= set(found.tables["projects"]["project_id"])


@pytest.mark.parametrize("chain", CHAINS)
def test_every_chain_can_stand_alone(chain):
    """A chain that nothing can close would be on offer for show only."""
    others = ";".join(name for name in CHAINS if name != chain)
    found = plan("study.chains.at_most=1", f"study.chains.barred={others}")
    assert set(found.chosen_chains()) == {chain}
