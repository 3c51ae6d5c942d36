"""The audit repeats the problem table on the plan, and catches tampering with heat by name."""

import pandas as pd
import pytest

from audits import failed, solved, through_csv
from heat_parks import (
    HALVES,
    flow,
    heat_park,
    level,
    machine,
    standing,
    steam_site,
    three_places,
    turbine_site,
)
from symbiosis.planning.audit import audit_plan
from symbiosis.planning.audit.heat import Load, least_utilities


def one_place(**settings):
    """160 GJ from 150 to 70 °C, 100 GJ from 60 to 110 °C: heat falls, 60 GJ are left."""
    park = heat_park(heat={"approach_k": 20}, **settings).enterprise("A")
    flow(park, "A", 150, 70, 200, recoverable_share=0.8)
    flow(park, "A", 60, 110, 0, heat_capacity_flow=2)
    return flow(park, "A", 200, 220, 40, approach_k=0)


def machinery(**settings):
    """A boiler and a turbine to be built at A, a main to C, and a heat pump that runs at B."""
    park = heat_park(**settings).enterprise("A", "B", "C", internal_integration=0)
    flow(park, "A", 500, 250, 1000)
    flow(park, "B", 60, 40, 300)
    flow(park, "B", 70, 80, 200)
    flow(park, "C", 90, 120, 500)
    level(level(park, "hp", 200), "lp", 140)
    park.resource("power", kind="energy", unit="MWh", state="power", balance="slice")
    park.market("power", "sell", 9).market("power", "buy", 10).market("lp", "dispose", 0)
    park.recipe("turbine", {"hp": 1}, {"lp": 0.8, "power": 1 / 18})
    park.recipe("pump", {"power": 1}, {})
    machine(park, "pump", 30, 40, per=14.4)
    machine(park, "pump", 90, 85, per=18)
    park.unit(
        "heat_pump", "B", "pump", 20, utilisation=0.5, least_utilisation=0, most_utilisation=1
    )
    where = {"host_id": "A"}
    sizes = (10, 100, 2000)
    park.project("boiler", "raise_hp", sizes, 50, {"boiler@A": where}, scale_exponent=0.7)
    park.project("turbines", "turbine", sizes, 50, {"turbines@A": where}, scale_exponent=0.7)
    standing(park, "C", "use_lp")
    park.link("boiler@A", "turbines@A", "hp")
    return park.link("turbines@A", "C", "lp", loss_share=0.05, fixed_cost=10, freight=0.001)


def two_slices():
    """Heat of C is wanted in winter, power all year: machines run in each slice as is best."""
    park = machinery(slices=[{"id": "winter", "hours": 3624}, {"id": "rest", "hours": 5136}])
    for slice_id, factor in (("winter", 1.8), ("rest", 0.4)):
        park.add("profiles", profile_id="season", slice_id=slice_id, factor=factor)
    for row in park.rows["thermal_streams"]:
        if row.get("enterprise_id") == "C":
            row["profile_id"] = "season"
    return park


def ducts(**settings):
    """A duct takes hot gas of A to the cold streams of B, which are not hotter."""
    park = heat_park(**settings).enterprise("A", "B", internal_integration=0)
    flow(park, "A", 300, 200, 1000, stream_id="gas")
    flow(park, "B", 80, 120, 600)
    flow(park, "B", 250, 280, 90)
    return park.add(
        "heat_links",
        link_id="duct",
        from_stream="gas",
        to_stream="B",
        loss_share=0.1,
        fixed_cost=20,
        capacity_cost=0.5,
    )


PARKS = {
    "one_place": one_place,
    "steam": steam_site,
    "three_places": lambda: three_places(0.2),
    "turbine": turbine_site,
    "machinery": machinery,
    "two_slices": two_slices,
    "ducts": ducts,
    "from_zero": lambda: machinery(baseline="none"),
    "two_periods": lambda: machinery(
        periods=[{"id": "first", "years": 5}, {"id": "second", "years": 5}]
    ),
    "seasons_of_ducts": lambda: ducts(slices=HALVES),
}


def honest(name):
    """A park's dataset and its best plan."""
    return solved(PARKS[name])


@pytest.mark.parametrize("name", PARKS)
def test_honest_plans_pass(name):
    """In memory, and as their CSV files are read again."""
    dataset, best = honest(name)
    assert not failed(dataset, best)
    counts = {check.name: check.count for check in audit_plan(dataset, best).checks}
    assert min(counts[name] for name in ("heat_interval", "heat_residual", "heat_utility")) > 0
    assert not failed(dataset, through_csv(best))


def test_the_plans_use_what_they_are_meant_to_show():
    """Boiler, turbine and main are built, the pump runs, the duct carries: nothing is empty."""
    _dataset, best = honest("two_slices")
    assert set(best.built()) == {"boiler@A", "turbines@A"}
    runs = best.tables["units"].set_index("unit_id")["plan"]
    assert runs["C-use_lp"] > 1 and runs["heat_pump"] > 1
    heat = best.tables["heat"]
    steam = heat[(heat["zone"] == "C:sink") & (heat["hot"] > 0)].set_index("slice")["hot"]
    assert steam["winter"] > 1.01 * steam["rest"] * 3624 / 5136  # not by hours alone
    assert honest("ducts")[1].tables["heat_links"]["sent"].sum() > 1


def test_a_problem_table_by_hand():
    """200 GJ from 150 to 50, 300 GJ from 40 to 100 °C: all 200 are used, 100 are bought.

    Turned round, 200 GJ that cool from 60 to 20 can give half of 300 GJ from 40 to 100 nothing
    above 60: of the 100 GJ wanted below 60, 100 come from above 40; 200 are bought, 100 rejected.
    """
    cold = Load("z", "z", False, 100, 40, 300)
    assert least_utilities([(Load("z", "z", True, 150, 50, 200), 200), (cold, 300)]) == (
        pytest.approx(100),
        pytest.approx(0),
    )
    found = least_utilities([(Load("z", "z", True, 60, 20, 200), 200), (cold, 300)])
    assert found == (pytest.approx(200), pytest.approx(100))


# ------------------------------------------------------------------------------------ tampering


def heat_rows(best, zone, **keys):
    """Index of the rows of a zone, the hottest first."""
    table = best.tables["heat"]
    chosen = table["zone"] == zone
    for column, value in keys.items():
        chosen &= table[column] == value
    return list(table[chosen].sort_values("high", ascending=False).index)


def raise_all(best, zone, amount):
    """More heat from top to bottom of a zone."""
    rows = heat_rows(best, zone)
    best.tables["heat"].loc[rows, ["entering", "leaving"]] += amount


def trade_changed(best, actor, resource, amount):
    trades = best.tables["trades"]
    chosen = (trades["actor"] == actor) & (trades["resource"] == resource)
    assert chosen.sum() == 1
    trades.loc[chosen, "plan"] += amount


def more(column, amount=1.0, row=1):
    def change(best):
        best.tables["heat"].loc[heat_rows(best, "A")[row], column] += amount

    return change


def without_a_zone(best):
    best.tables["heat"] = best.tables["heat"].query("zone != 'A'")


def without_an_interval(best):
    best.tables["heat"] = best.tables["heat"].drop(heat_rows(best, "A")[2])


def two_intervals_made_one(best):
    """The heat of both, so every sum is right; but heat could run uphill within it."""
    above, below = heat_rows(best, "A")[2:4]
    heat = best.tables["heat"]
    for column in ("hot", "cold"):
        heat.loc[above, column] += heat.loc[below, column]
    for column in ("low", "leaving"):
        heat.loc[above, column] = heat.loc[below, column]
    best.tables["heat"] = heat.drop(below)


def an_unknown_zone(best):
    row = best.tables["heat"].iloc[[0]].assign(zone="nowhere")
    best.tables["heat"] = pd.concat([best.tables["heat"], row], ignore_index=True)


def more_from_top_to_bottom(best):
    raise_all(best, "A", 7)


def less_than_the_problem_table(best):
    """As if 100 GJ less were bought, and rejected: below the hottest interval heat runs uphill."""
    raise_all(best, "A", -10)
    trade_changed(best, "A", "heat_bought", -10)
    trade_changed(best, "A", "heat_lost", -10)


def bought_less(best):
    trade_changed(best, "A", "heat_bought", -3)


def rejected_less(best):
    trade_changed(best, "A", "heat_lost", -3)


@pytest.mark.parametrize(
    ("change", "checks"),
    [
        (more("hot"), {"heat_interval", "heat_residual"}),
        (more("cold"), {"heat_interval", "heat_residual"}),
        (more("entering"), {"heat_residual"}),
        (more("leaving"), {"heat_residual"}),
        (more("brought"), {"heat_residual", "heat_link"}),
        (more("high", 1.0), {"heat_interval"}),
        (without_a_zone, {"heat_interval", "heat_utility", "taking_balance", "giving_balance"}),
        (without_an_interval, {"heat_interval", "heat_residual"}),
        (two_intervals_made_one, {"heat_interval"}),
        (an_unknown_zone, {"heat_interval"}),
        (more_from_top_to_bottom, {"heat_utility", "taking_balance", "giving_balance"}),
        (less_than_the_problem_table, {"heat_residual", "heat_utility"}),
        (bought_less, {"heat_utility", "taking_balance"}),
        (rejected_less, {"heat_utility", "giving_balance"}),
    ],
)
def test_tampering_with_a_cascade(change, checks):
    """Caught by these checks, and beside them by those of money and of the report on heat only."""
    dataset, best = honest("one_place")
    change(best)
    following = {"ledger", "npv", "objective", "bound", "gap", "indicators"}
    following |= {"heat_levels", "heat_rejected", "exergy"}
    assert checks <= failed(dataset, best).keys() <= checks | following


def test_heat_that_runs_uphill_is_named():
    dataset, best = honest("one_place")
    less_than_the_problem_table(best)
    found = failed(dataset, best)
    assert "heat runs uphill, -10 GJ/year" in "\n".join(found["heat_residual"].breaches)
    said = "\n".join(found["heat_utility"].breaches)
    assert "30 GJ/year is less than the problem table asks for, 40 GJ/year" in said


def test_a_machine_that_did_less():
    """The turbine's activity is lowered in `units`: steam, power and money no longer fit.

    The boiler's is lowered too: then the heat it takes up no longer fits either.
    """
    for unit, checks in (("turbines@A:turbine", set()), ("boiler@A:raise_hp", {"heat_interval"})):
        dataset, best = honest("machinery")
        units = best.tables["units"]
        units.loc[units["unit_id"] == unit, "plan"] -= 5
        found = failed(dataset, best)
        assert checks <= found.keys() and {"giving_balance", "taking_balance"} & found.keys()


def test_heat_of_a_slice_told_in_another():
    """Ten GJ more steam at C in winter and ten less in the rest, every sum of the year kept."""
    dataset, best = honest("two_slices")
    heat = best.tables["heat"]
    for slice_id, amount in (("winter", 10.0), ("rest", -10.0)):
        rows = heat_rows(best, "C:sink", slice=slice_id)
        first = next(row for row in rows if heat.loc[row, "hot"] > 0)
        top = rows.index(first)
        heat.loc[first, "hot"] += amount
        heat.loc[rows[: top + 1], "entering"] -= amount
        heat.loc[rows[:top], "leaving"] -= amount
    assert "heat_interval" in failed(dataset, best)


def shift(best, table, amount=0.5, **keys):
    """Some of an amount is told in the other slice of the year."""
    part = best.tables[table]
    rows = part
    for column, value in keys.items():
        rows = rows[rows[column] == value]
    for slice_id, change in (("winter", amount), ("rest", -amount)):
        (row,) = rows.index[rows["slice"] == slice_id]
        part.loc[row, "plan"] += change


@pytest.mark.parametrize(
    ("table", "keys", "checks"),
    [
        ("units_by_slice", {"unit_id": "turbines@A:turbine"}, {"slice_balance"}),
        ("units_by_slice", {"unit_id": "boiler@A:raise_hp"}, {"slice_balance", "heat_interval"}),
        ("exchanges_by_slice", {"resource": "lp"}, {"slice_balance"}),
        ("trades_by_slice", {"resource": "power", "action": "sell"}, {"slice_balance"}),
    ],
)
def test_a_shift_between_slices_that_keeps_the_year(table, keys, checks):
    dataset, best = honest("two_slices")
    shift(best, table, **keys)
    assert checks <= failed(dataset, best).keys()


def test_slices_that_do_not_make_their_year():
    dataset, best = honest("two_slices")
    best.tables["exchanges_by_slice"]["plan"] *= 1.01
    assert "slice_sum" in failed(dataset, best)


def test_more_than_fits_into_a_slice():
    """Twice what the boiler does in a year is told in winter, the turbine and the main with it."""
    dataset, best = honest("two_slices")
    for table in ("units_by_slice", "exchanges_by_slice"):
        part = best.tables[table]
        wins, rest = part["slice"] == "winter", part["slice"] == "rest"
        part.loc[wins, "plan"] = 2 * (part.loc[wins, "plan"] + part.loc[rest, "plan"].to_numpy())
        part.loc[rest, "plan"] = 0.0
    assert {"slice_capacity", "slice_link"} <= failed(dataset, best).keys()


def test_a_machine_whose_two_sides_differ_in_a_slice():
    """The pump gives more than it takes up in winter, less in the rest; the year is right."""
    dataset, best = honest("two_slices")
    heat = best.tables["heat"]
    for slice_id, amount in (("winter", 4.0), ("rest", -4.0)):
        rows = heat_rows(best, "B:sink", slice=slice_id)
        heat.loc[next(row for row in rows if heat.loc[row, "hot"] > 0), "hot"] += amount
    assert "heat_interval" in failed(dataset, best)


def sent_more(best):
    best.tables["heat_links"]["sent"] += 5


def arrived_without_loss(best):
    best.tables["heat_links"]["received"] = best.tables["heat_links"]["sent"]


def paid_less(best):
    best.tables["heat_links"]["capital_cost"] -= 1


def no_such_link(best):
    best.tables["heat_links"]["link_id"] = "tunnel"


def carried_uphill(best):
    """All the heat that arrives at B arrives hotter than A has ever been."""
    heat = best.tables["heat"]
    rows = heat_rows(best, "B:sink")
    arriving = [row for row in rows if heat.loc[row, "brought"] > 0]
    total = heat.loc[arriving, "brought"].sum()
    heat.loc[arriving, "brought"] = 0.0
    heat.loc[rows[0], "brought"] = total


@pytest.mark.parametrize(
    "change", [sent_more, arrived_without_loss, paid_less, no_such_link, carried_uphill]
)
def test_tampering_with_a_heat_link(change):
    dataset, best = honest("ducts")
    change(best)
    assert "heat_link" in failed(dataset, best)
