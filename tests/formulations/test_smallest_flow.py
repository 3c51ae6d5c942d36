"""Smallest flow of links, by hand: a pipe is on or off in each slice, and wide ones need much.

A mill gives 100 m3 of water a year, 90 in the wet half and 10 in the dry one; a kiln could use 100
in each half. A m3 that is exchanged saves 0.3 万元, 3 in ten years.
"""

import random

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from audits import audited
from parks import Park, amount, plan, prepared
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.suspicions import suspicions

HALVES = [{"id": "wet", "hours": 4380}, {"id": "dry", "hours": 4380}]


def piped(balance: str = "slice", wet: float = 1.8, given: float = 100, **link) -> Park:
    park = Park(slices=HALVES).enterprise("mill", "kiln")
    park.resource("water", kind="water", unit="m3", balance=balance)
    park.supply("mill", "water", given, profile_id="rain").need("kiln", "water", 200)
    for name, factor in (("wet", wet), ("dry", 2 - wet)):
        park.add("profiles", profile_id="rain", slice_id=name, factor=factor)
    park.market("water", "dispose", 0.1).market("water", "buy", 0.2)
    return park.link("mill", "kiln", "water", **link)


def carried(found) -> dict[str, float]:
    """What is exchanged in every slice in which anything is."""
    rows = found.tables["exchanges_by_slice"]
    return dict(zip(rows["slice"], rows["plan"], strict=True))


@pytest.mark.parametrize(
    ("share", "flows"),
    [(0, {"wet": 90, "dry": 10}), (0.1, {"wet": 90, "dry": 10}), (0.2, {"wet": 90})],
)
def test_a_pipe_too_wide_for_the_dry_half_is_off(share, flows):
    """200 m3 a year exist, 100 for a half: 10 are enough for a share of 0.1, not for one of 0.2."""
    found = audited(piped(existing_capacity=200, fixed_cost=1000, least_share=share))
    assert carried(found) == pytest.approx(flows)
    assert found.facts["npv_wanyuan"] == pytest.approx(3 * sum(flows.values()))


def test_the_share_of_the_carrier_holds_unless_the_link_has_its_own():
    """The carrier says 0.2; a link that says 0 has none."""
    for own, dry in (({}, 0), ({"least_share": 0}, 10)):
        park = piped(existing_capacity=200, fixed_cost=1000, **own)
        park.add("carriers", carrier_id="pipe", unit="m3", reach=9, least_share=0.2)
        found = audited(park.change("resources", "water", carrier_id="pipe"))
        assert carried(found).get("dry", 0) == pytest.approx(dry)


@pytest.mark.parametrize(
    ("cost", "flows", "capacity"),
    [
        (0.5, {"wet": 90}, 180),
        (1.3, {"wet": 50, "dry": 10}, 100),
        (2.0, {"wet": 10, "dry": 10}, 20),
    ],
)
def test_capacity_and_the_halves_it_runs_in_are_chosen_together(cost, flows, capacity):
    """A share of 0.2: 10 m3 keep a pipe for 100 m3 a year on in the dry half, and no wider one.

    Cheap, it is built for the wet half alone (270 - 90 against 180 - 50); at 1.3 the narrow one
    is better (180 - 130 against 270 - 234); at 2 only 20 m3 that both halves fill are worth it.
    """
    found = audited(piped(capacity_cost=cost, least_share=0.2))
    assert carried(found) == pytest.approx(flows)
    assert amount(found, "links", "capacity") == pytest.approx(capacity)
    assert found.facts["npv_wanyuan"] == pytest.approx(3 * sum(flows.values()) - cost * capacity)


@pytest.mark.parametrize(("given", "flow"), [(40, 0), (60, 60)])
def test_a_year_in_one_piece_is_on_or_off(given, flow):
    """Half of 100 m3: 40 are too little for the pipe, 60 are not; also where it costs nothing."""
    for balance in ("annual", "slice"):
        park = piped(balance, 1, given, existing_capacity=100, most_capacity=100, least_share=0.5)
        assert amount(audited(park), "exchanges") == pytest.approx(flow)
        whole = park.copy(slices=[{"id": "all", "hours": 8760}])
        whole.rows.pop("profiles")
        for row in whole.rows["streams"]:
            row.pop("profile_id", None)
        assert amount(audited(whole), "exchanges") == pytest.approx(flow)


def test_capacity_of_two_periods_counts_together():
    """20 exist, 160 are built at once for both periods; wider ones are off in the dry half."""
    park = piped(existing_capacity=20, capacity_cost=0.5, least_share=0.2)
    park.settings["periods"] = [{"id": "first", "years": 5}, {"id": "second", "years": 5}]
    found = audited(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(270 - 80)


@pytest.mark.parametrize("seed", range(15))
def test_every_way_of_switching_is_the_judge(seed):
    """The best of a linear programme for each set of slices in which the pipe is on."""
    draw = random.Random(seed)
    count = draw.choice([2, 3])
    cuts = sorted(draw.uniform(1000, 7760) for _ in range(count - 1))
    hours = np.diff([0, *cuts, 8760])
    factors = [draw.choice([0.05, 0.2, 1, 2]) for _ in hours]
    given = 100 * hours * factors / (hours * factors).sum()
    need, share = draw.uniform(60, 150), draw.uniform(0.1, 0.7)
    cost, existing = draw.uniform(0.2, 4), draw.choice([0, 0, 60])
    park = piped(capacity_cost=cost, existing_capacity=existing, least_share=share)
    park.settings["slices"] = [{"id": f"s{n}", "hours": float(h)} for n, h in enumerate(hours)]
    park.rows["profiles"] = []
    for n, factor in enumerate(factors):
        park.add("profiles", profile_id="rain", slice_id=f"s{n}", factor=factor)
    park.change("streams", "kiln-need-water", amount=need)

    h, best = hours / 8760, 0.0
    for on in np.ndindex(*[2] * count):
        # flows, capacity built; flow <= h (existing + built), flow >= share h (existing + built)
        upper = np.hstack([np.eye(count), -h[:, None]])
        lower = np.hstack([-np.eye(count), share * h[:, None]])[np.array(on) == 1]
        result = linprog(
            [*[-3.0] * count, cost],
            np.vstack([upper, lower]),
            [*(h * existing), *(-share * h * existing)[np.array(on) == 1]],
            bounds=[
                *(
                    (0, switch * min(g, need * x))
                    for switch, g, x in zip(on, given, h, strict=True)
                ),
                (0, None),
            ],
        )
        best = max(best, -result.fun) if result.success else best
    assert audited(park).facts["npv_wanyuan"] == pytest.approx(best, abs=1e-4)


def test_the_audit_finds_a_trickle():
    """5 m3 moved to the dry half, where 20 are the least: `slice_link` and nothing cruder."""
    park = piped(existing_capacity=200, fixed_cost=1000, least_share=0.2)
    dataset, found = park.dataset(), plan(park)
    rows = found.tables["exchanges_by_slice"]
    trickle = rows.assign(slice="dry", plan=5.0)
    found.tables["exchanges_by_slice"] = pd.concat([rows, trickle], ignore_index=True)
    breaches = {c.name: c.breaches for c in audit_plan(dataset, found).checks if c.breaches}
    assert any("dry" in line and "below 20" in line for line in breaches["slice_link"])


def test_check_warns_of_a_trickle_today():
    """5 m3 run today through a pipe that carries at least 20 while it is on."""
    park = piped(existing_capacity=100, fixed_cost=1, least_share=0.2)
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="water", amount=5)
    said = [str(fault) for fault in suspicions(prepared(park))]
    assert any("carries 5 m3/a today, less than its smallest flow 20" in line for line in said)
