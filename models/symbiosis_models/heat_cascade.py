"""Heat cascade: heat of hot streams serves cold ones at the same or a lower temperature.

Transshipment form of the problem table, one cascade per zone, period and slice. Heat enters an
interval from its hot streams and from the hotter interval above, and leaves to its cold streams
and to the interval below. What enters at the top is hot utility, what leaves at the bottom cold
utility; both are resources of the zone's actor, bought, made or exchanged like any other. In a
source zone only machines take heat: hot utility heats processes, no waste-heat boiler.

Sets        z in ZONES, k in 1..K(z)   intervals between the shifted temperatures, hottest first
Parameters  heat of a load in an interval: its duty x share of its span that lies there     GJ
Variables   residual[z,k,t,s]   heat passing below interval k, k = 0 above the first        GJ/year

Heat links divert heat from one cascade and bring it to another (`heat_links.py`); `brought` is
what they bring less what they take.

Carriers, boilers, turbines and heat pumps are units: what they take up or give follows their
activity, so that they cost, wear and compete like every other unit.

Source: Papoulias and Grossmann (1983), Computers & Chemical Engineering 7(6), 707-721.
"""

from collections import defaultdict

import pyomo.environ as pyo

from symbiosis.network.heat_zones import HeatLoad, is_source
from symbiosis_models.balance import Balance
from symbiosis_models.problem import Problem
from symbiosis_models.thermal import heat_of_load


def add_heat_cascade(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add the cascades of all zones; utilities join the balances of their actors."""
    zones: defaultdict[str, list[HeatLoad]] = defaultdict(list)
    for load in problem.heat_loads:
        zones[load.zone].append(load)
    intervals = problem.heat_intervals
    periods = [t.period_id for t in problem.periods]
    boundaries = [
        (z, k, t, s)
        for z in zones
        for k in range(len(intervals[z]) + 1)
        for t in periods
        for s in problem.slices
        if not (k == 0 and (is_source(z) or not problem.hot_utility))
        and not (k == len(intervals[z]) and not problem.cold_utility)
    ]

    def largest(z, s):
        """No more heat can pass than all hot streams give, or all cold ones need as hot utility."""
        hours = problem.slices[s]
        return sum(load.heat_in(s, hours, problem.most_activity) for load in zones[z])

    model.BOUNDARIES = pyo.Set(initialize=boundaries, dimen=4, doc="zone, boundary, period, slice")
    model.residual = pyo.Var(
        model.BOUNDARIES,
        bounds=lambda m, z, k, t, s: (0, largest(z, s)),
        doc="heat passing downwards, GJ/year",
    )

    model.heat_brought = pyo.Expression(
        list(balance.heat_brought),
        rule=lambda m, *key: sum(balance.heat_brought[key]),
        doc="heat that links bring to an interval less what they take, GJ/year",
    )

    # residual[k-1] + hot[k] + brought[k] == residual[k] + cold[k]
    #                                                         for every zone, interval and slice
    @model.Constraint(
        [
            (z, k, t, s)
            for z in zones
            for k in range(1, len(intervals[z]) + 1)
            for t in periods
            for s in problem.slices
        ],
        doc="heat balance of an interval, GJ/year",
    )
    def heat_balance(b, z, k, t, s):
        above, below = ((z, n, t, s) for n in (k - 1, k))
        balanced = b.residual[above] if above in b.BOUNDARIES else 0.0
        balanced -= b.residual[below] if below in b.BOUNDARIES else 0.0
        for load in zones[z]:
            share = load.share_within(*intervals[z][k - 1])
            if share:
                balanced += load.sign * share * heat_of_load(model, problem, load, t, s)
        if (z, k, t, s) in b.heat_brought:
            balanced += b.heat_brought[z, k, t, s]
        if isinstance(balanced, float):
            return pyo.Constraint.Feasible if abs(balanced) < 1e-9 else pyo.Constraint.Infeasible
        return balanced == 0

    for z, loads in zones.items():
        for t in periods:
            for s in problem.slices:
                actor, last = loads[0].actor, len(intervals[z])
                if (z, 0, t, s) in model.BOUNDARIES:
                    key = balance.key(actor, problem.hot_utility, t, s)
                    balance.need(key, model.residual[z, 0, t, s])
                if (z, last, t, s) in model.BOUNDARIES:
                    key = balance.key(actor, problem.cold_utility, t, s)
                    balance.give(key, model.residual[z, last, t, s])
