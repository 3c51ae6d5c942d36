"""What holds for every park, tested on random ones."""

import random
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest

from parks import Park, hand_park, npv, plan, prepared
from random_parks import random_park
from symbiosis.domain.dataset import Dataset
from symbiosis.domain.fields import Key, Refers
from symbiosis.inputs.tables import TABLES
from symbiosis.planning.formulate import formulate
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.solver import SolverOptions, solve

SEEDS = range(8)


def close(value):
    return pytest.approx(value, rel=1e-6, abs=1e-5)


# Mass


def balances(data: Dataset, plan, period: str) -> dict[tuple[str, str, str], list[float]]:
    """What an actor gives or needs of a resource, and where it goes or comes from."""
    t = plan.tables
    sides: defaultdict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    flows = data.flows_of_recipe
    for unit in t["units"][t["units"]["period"] == period].itertuples():
        for flow in flows[unit.recipe]:
            side = "gives" if flow.direction == "out" else "needs"
            sides[unit.actor, flow.resource_id, side][0] += flow.coefficient * unit.plan
    for stream in t["streams"][t["streams"]["period"] == period].itertuples():
        side = "gives" if stream.direction == "supply" else "needs"
        sides[stream.actor, stream.resource, side][0] += stream.plan
    for x in t["exchanges"][t["exchanges"]["period"] == period].itertuples():
        sides[x.donor, x.resource, "gives"][1] += x.plan
        sides[x.receiver, x.serves, "needs"][1] += x.yields * x.plan
    for x in t["within"][t["within"]["period"] == period].itertuples():
        sides[x.actor, x.resource, "gives"][1] += x.plan
        sides[x.actor, x.resource, "needs"][1] += x.plan
    for x in t["trades"][t["trades"]["period"] == period].itertuples():
        sides[x.actor, x.resource, "needs" if x.action == "buy" else "gives"][1] += x.plan
    return sides


@pytest.mark.parametrize("seed", SEEDS)
def test_mass_in_is_mass_out(seed):
    """From the plan's tables alone every actor's balance of every resource closes.

    A resource lost or made on the way from the solver to the tables would leave a balance open.
    """
    data = random_park(seed, slices=True).dataset()
    found = plan(data)
    for key, (known, gone) in balances(data, found, "base").items():
        assert known == pytest.approx(gone, rel=1e-5, abs=1e-2), key


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_flows_through_what_is_not_built(seed):
    """Flows, trades and activities of projects that are not built are exactly 0."""
    data = random_park(seed).dataset()
    found = plan(data)
    absent = {p.place_id for p in data.project_places} - set(found.built())
    t = found.tables
    ends = set(t["exchanges"]["donor"]) | set(t["exchanges"]["receiver"])
    assert absent.isdisjoint(ends)
    assert absent.isdisjoint(t["trades"]["actor"])
    assert absent.isdisjoint(t["within"]["actor"])
    units = t["units"]
    assert (units.loc[units["actor"].isin(absent), "plan"] == 0).all()


# More to choose from


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_choice_never_worsens_the_plan(seed):
    """A project, a place, a substitute or a market more can only be left aside.

    Counted from zero, for a new market betters today as well as the plan.
    """
    park = random_park(seed, projects=(2, 3), limits=False, baseline="none")
    best = npv(park)
    slack = 1e-5 + 1e-6 * abs(best)

    with_project = park.copy()
    with_project.recipe("extra", {"w0": 1}, {"g0": 0.8})
    with_project.project("extra", "extra", (20, 50, 90), 10, {"extra@here": {"host_id": "e0"}})
    assert npv(with_project) >= best - slack

    with_substitute = park.copy()
    with_substitute.substitute("w1", "r0", 0.9, 0.5)
    assert npv(with_substitute) >= best - slack

    with_market = park.copy()
    with_market.market("steam", "sell", 0.01)
    assert npv(with_market) >= best - slack

    with_place = park.copy()
    with_place.add("project_places", place_id="p0@9", project_id="p0", park_id="P", host_id="e0")
    assert npv(with_place) >= best - slack


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_conditions_never_worsen_the_plan(seed):
    """More money, more land, more chains and less to be used can only be left aside."""
    park = random_park(seed, chains=(2, 3))
    park.settings["chains"] = {"at_least": 0, "at_most": 1}
    best = npv(park)
    slack = 1e-5 + 1e-6 * abs(best)
    assert npv(park, chains={"at_most": 2}) >= best - slack
    assert npv(park, money={"budget": None}) >= best - slack
    wider = park.copy()
    wider.change("parks", "P", land_available=1e4)
    assert npv(wider) >= best - slack


# Names and order


def renamed(park: Park, rng: random.Random) -> Park:
    """Every id replaced by another, all rows in another order."""
    keys = [
        (table, table.key[0])
        for table in TABLES.values()
        if len(table.key) == 1 and Key in (table.record.model_fields[table.key[0]].annotation, Key)
    ]
    ids = sorted({row[column] for table, column in keys for row in park.rows.get(table.name, [])})
    ids += sorted({row["stage_id"] for row in park.rows.get("chain_stages", [])})
    numbers = list(range(len(ids)))
    rng.shuffle(numbers)
    new = {old: f"n{number}" for old, number in zip(ids, numbers, strict=True)}
    other = park.copy()
    for name, rows in other.rows.items():
        table = TABLES[name]
        columns = {
            column
            for column, info in table.record.model_fields.items()
            if any(isinstance(mark, Refers) for mark in info.metadata)
        } | {column for column in (*table.key, "from_stage", "to_stage") if column.endswith("_id")}
        columns |= {"from_stage", "to_stage", "reference_resource"}
        for row in rows:
            for column in columns & set(row):
                if isinstance(row[column], str):
                    parts = row[column].split(";")
                    row[column] = ";".join(new.get(part, part) for part in parts)
        if name not in ("project_units",):  # the first unit of a project is its main one
            rng.shuffle(rows)
    return other


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_order_change_nothing(seed):
    """The objective and what is invested do not depend on names or the order of rows."""
    park = random_park(seed)
    other = renamed(park, random.Random(seed))
    one, two = plan(park), plan(other)
    assert two.facts["npv_wanyuan"] == close(one.facts["npv_wanyuan"])
    for table in ("projects", "links"):
        cost = [float(p.tables[table]["capital_cost"].sum()) for p in (one, two)]
        assert cost[1] == pytest.approx(cost[0], rel=1e-4, abs=1e-2)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_plan_twice(seed):
    """Solving twice gives the same tables to the last digit."""
    park = random_park(seed)
    one, two = plan(park), plan(park)
    assert one.tables.keys() == two.tables.keys()
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, two.tables[name], check_exact=True)


# Money

MONEY = {
    "markets": ("price",),
    "carriers": ("handling", "freight", "fixed_cost", "capacity_cost"),
    "projects": ("capital_cost",),
    "project_sizes": ("capital_cost",),
    "project_units": ("variable_cost",),
    "links": ("freight", "fixed_cost", "capacity_cost"),
    "exchanges": ("price",),
}


@pytest.mark.parametrize("factor", [7.0, 0.01])
@pytest.mark.parametrize("seed", range(6))
def test_money_scales(seed, factor):
    """All money times a factor: NPV times the factor, the same investment in the new money."""
    park = random_park(seed)
    other = park.copy()
    for table, columns in MONEY.items():
        for row in other.rows.get(table, []):
            row.update({column: factor * row[column] for column in columns if column in row})
    money: dict[str, Any] = {"labour_cost": factor * park.settings["money"]["labour_cost"]}
    if park.settings["money"].get("budget") is not None:
        money["budget"] = factor * park.settings["money"]["budget"]
    one, two = plan(park), plan(other, money=money)
    assert two.facts["npv_wanyuan"] == close(factor * one.facts["npv_wanyuan"])


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_budget_nothing_that_costs_is_built(seed):
    """Budget 0: NPV >= 0, for the plan may do as today, and no project or link costs anything."""
    found = plan(random_park(seed), money={"budget": 0})
    assert found.facts["npv_wanyuan"] >= -1e-6
    assert found.tables["projects"]["capital_cost"].sum() <= 1e-6
    assert found.tables["links"]["capital_cost"].sum() <= 1e-6


def as_today(model, ready) -> None:
    """Fix every decision of a model of one period and slice to what is done today."""
    (t,) = model.PERIODS
    streams = {s.stream_id: s.today for s in ready.actors.streams}
    units = {u.unit_id: u.today for u in ready.actors.units}
    today = ready.today
    for x in model.STREAMS:
        model.stream_amount[x, t].fix(streams[x])
    for u, _, s in model.activity:
        model.activity[u, t, s].fix(units[u])
    rows = ready.matches.candidates.itertuples(index=False)
    key = {i: (r.donor, r.receiver, r.resource, r.serves) for i, r in enumerate(rows)}
    for x, _, s in model.FLOWS:
        model.flow[x, t, s].fix(today.exchanges.get(key[x], 0.0))
    for i, r, _, s in model.USED_WITHIN:
        model.used_within[i, r, t, s].fix(today.within.get((i, r), 0.0))
    for i, r, a, _, s in model.TRADES:
        model.traded[i, r, a, t, s].fix(today.trades.get((i, r, a), 0.0))
    model.chosen.fix(0)
    model.prioritised.fix(0)


@pytest.mark.parametrize("seed", range(30))
def test_doing_as_today_is_a_plan_worth_nothing(seed):
    """Everything fixed as today is feasible and its NPV is 0, so that no plan is below 0.

    A baseline that sells beyond a market's limit, or a plan that may not go on with an exchange
    below the smallest lot, would make the best plan worth less than nothing.
    """
    ready = prepared(random_park(seed))
    model = build_chain_selection(
        formulate(ready.dataset, ready.actors, ready.matches, ready.today)
    )
    as_today(model, ready)
    solution = solve(model, SolverOptions(gap=0))
    assert solution.objective == pytest.approx(0, abs=1e-4)


# Time


@pytest.mark.parametrize("seed", SEEDS)
def test_more_years_never_lower_a_profit(seed):
    """A plan that earns in 10 years earns at least as much in 20, with nothing paid anew."""
    park = random_park(seed)
    short, long = (npv(park, periods=[{"id": "base", "years": y}]) for y in (10, 20))
    assert long >= short - 1e-5 - 1e-6 * abs(short)


@pytest.mark.parametrize("seed", SEEDS)
def test_slices_change_nothing_where_all_can_be_stored(seed):
    """Two slices of one year: the same objective while every resource balances over the year."""
    park = random_park(seed)
    for row in park.rows["resources"]:
        row["balance"] = "annual"
    slices = [{"id": "cold", "hours": 3624}, {"id": "warm", "hours": 5136}]
    assert npv(park, slices=slices) == close(npv(park))


@pytest.mark.parametrize("seed", SEEDS)
def test_even_slices_change_nothing(seed):
    """Steam balanced slice by slice costs nothing where each stream and unit runs evenly.

    Free units could follow the steam, but with one price all year they gain nothing by it.
    """
    park = random_park(seed)
    slices = [{"id": "cold", "hours": 3624}, {"id": "warm", "hours": 5136}]
    assert npv(park, slices=slices) == close(npv(park))


PHASES = [{"id": "first", "years": 7}, {"id": "second", "years": 8}]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_phases_are_one(seed):
    """7 + 8 years with nothing changing are worth as much as 15.

    Without chains: their flows bind in the last phase only, which a first phase gains by. Whatever
    is worth building later is worth more from the start, so waiting gains nothing.
    """
    park = random_park(seed, chains=(0, 0))
    one = npv(park, periods=[{"id": "base", "years": 15}])
    found = plan(park, periods=PHASES)
    assert found.facts["npv_wanyuan"] == close(one)
    assert set(found.tables["projects"]["period"]) <= {"first"}


def test_two_phases_of_the_hand_park():
    """Without discount the recovery earns 22.4 a year for 15 years: 336 less 50 invested."""
    found = plan(hand_park(), periods=PHASES)
    assert found.facts["npv_wanyuan"] == pytest.approx(286)
    assert list(found.tables["projects"]["period"]) == ["first"]
    assert found.chosen_chains() == ["metals"]
    units = found.tables["units"]
    assert list(units.loc[units["actor"] == "recovery@P", "plan"]) == pytest.approx([100, 100])


@pytest.mark.parametrize("seed", SEEDS)
def test_phases_with_chains_are_at_least_one_phase(seed):
    """The plan of 15 years, built at the start, is also a plan of 7 + 8."""
    park = random_park(seed, chains=(2, 3))
    one = npv(park, periods=[{"id": "base", "years": 15}])
    assert npv(park, periods=PHASES) >= one - 1e-5 - 1e-6 * abs(one)
