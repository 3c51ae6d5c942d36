"""Heat links: heat that goes straight from hot streams of one place to cold ones of another.

A link is a duct or pipe with its exchanger between two ends, each a stream or all the process
streams of an enterprise. A hot end may divert part of its heat from its cascade, interval by
interval; what is diverted goes down the end's own grid until a link takes it, and arrives at a cold
end at the same or a lower shifted temperature. The cascades of both places see the rest.

Sets        l in HEAT_LINKS             links that could carry anything
            e in HOT_ENDS, COLD_ENDS    streams or enterprises at their ends
            k = 1..K                    intervals of the zones that links join, hottest first
Parameters  most[l,s]                   heat that could ever pass: the hot end's heat, met from the
                                        top by what the cold end takes at or below it     GJ/year
Variables   matched[l,t]                1 if built in t, only where a fixed cost or the
                                          objective asks                         0/1
            heat_link_capacity[l,t]     built in t, only where capacity costs             GJ/year
            diverted[e,k,t,s]           taken from the cascade of a hot end               GJ/year
            passed[e,k,t,s]             diverted heat passing below interval k            GJ/year
            heat_sent[l,k,t,s]          sent to interval k of the cold end                GJ/year
Expression  heat_link_cost[l,t]         capital cost, 万元

With a cost of 1 a link and nothing but links between streams it is the problem of the fewest
matches; `most` is then the smallest bound that holds for a pair by itself.

Source: Papoulias and Grossmann (1983), Computers & Chemical Engineering 7(6), 707-721; Gundersen,
Traedal and Hashemi-Ahmady (1997), Computers & Chemical Engineering 21, S59-S64 (bounds of a pair).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pyomo.environ as pyo

from symbiosis_models.balance import Balance
from symbiosis_models.match_counts import ROUNDING, least_pairs
from symbiosis_models.problem import HEAT_LINKS, HeatLinkData, Problem
from symbiosis_models.thermal import heat_of_load

End = tuple[int, ...]  # positions of its loads


def most_transferred(hot: Iterable[float], cold: Iterable[float]) -> float:
    """Most heat that can pass from hot intervals to cold ones at the same place or below.

    The hottest interval comes first. Taking at once whatever is there loses nothing: heat that
    waits only gets cooler.

    >>> most_transferred([0, 5, 5], [4, 3, 3])
    6.0
    """
    waiting = passed = 0.0
    for given, taken in zip(hot, cold, strict=True):
        waiting += given
        part = min(waiting, taken)
        waiting -= part
        passed += part
    return passed


def add_heat_links(model: pyo.ConcreteModel, problem: Problem, balance: Balance) -> None:
    """Add links; what they take from and bring to the cascades joins `balance`."""
    periods = [t.period_id for t in problem.periods]
    grid = _Grid(problem)
    most = {
        (x.link_id, s): min(grid.most_sent(x.hot, x.cold, x.loss_share, s), x.most * share)
        for x in problem.heat_links
        for s, share in problem.slices.items()
    }
    link = {
        x.link_id: x
        for x in problem.heat_links
        if any(most[x.link_id, s] > 0 for s in problem.slices)
    }
    at_hot: defaultdict[End, list[str]] = defaultdict(list)
    at_cold: defaultdict[End, list[str]] = defaultdict(list)
    for x in link.values():
        at_hot[x.hot].append(x.link_id)
        at_cold[x.cold].append(x.link_id)
    hot_ends, cold_ends = list(at_hot), list(at_cold)
    when = [(t, s) for t in periods for s in problem.slices]

    model.heat_links_most = {x: sum(most[x, s] for s in problem.slices) for x in link}
    model.HEAT_LINKS = pyo.Set(initialize=list(link), doc="heat links that could carry anything")
    every = problem.objective.name == HEAT_LINKS
    with_fixed_cost = [x for x in link if every or link[x].fixed_cost > 0]
    with_capacity_cost = [x for x in link if link[x].capacity_cost > 0]
    model.matched = pyo.Var(with_fixed_cost, periods, domain=pyo.Binary, doc="link is built, 0/1")
    largest = {
        x: max(most[x, s] / share for s, share in problem.slices.items() if share > 0)
        for x in with_capacity_cost
    }
    model.heat_link_capacity = pyo.Var(
        with_capacity_cost,
        periods,
        bounds=lambda m, x, t: (0, largest[x]),
        doc="capacity built, GJ/year",
    )
    model.DIVERTED = pyo.Set(
        initialize=[
            (e, k, t, s)
            for e, end in enumerate(hot_ends)
            for t, s in when
            for k in grid.numbers
            if grid.heat(end, k, s) > 0
        ],
        dimen=4,
        doc="hot end, interval, period, slice",
    )
    model.diverted = pyo.Var(
        model.DIVERTED,
        bounds=lambda m, e, k, t, s: (0, grid.heat(hot_ends[e], k, s)),
        doc="heat taken from the cascade of a hot end, GJ/year",
    )
    model.PASSED = pyo.Set(
        initialize=[
            (e, k, t, s)
            for e, end in enumerate(hot_ends)
            for t, s in when
            for k in grid.numbers[:-1]
            if grid.heat_above(end, k, s) > 0
        ],
        dimen=4,
        doc="hot end, boundary below interval, period, slice",
    )
    model.passed = pyo.Var(
        model.PASSED,
        bounds=lambda m, e, k, t, s: (0, grid.heat_above(hot_ends[e], k, s)),
        doc="diverted heat passing downwards, GJ/year",
    )
    model.HEAT_SENT = pyo.Set(
        initialize=[
            (x, k, t, s)
            for x in link
            for t, s in when
            for k in grid.numbers
            if min(grid.heat(link[x].cold, k, s), grid.heat_above(link[x].hot, k, s)) > 0
        ],
        dimen=4,
        doc="link, interval of the cold end, period, slice",
    )

    def most_in_interval(x, k, s):
        arriving = grid.heat(link[x].cold, k, s) / (1 - link[x].loss_share)
        return min(arriving, grid.heat_above(link[x].hot, k, s), most[x, s])

    model.heat_sent = pyo.Var(
        model.HEAT_SENT,
        bounds=lambda m, x, k, t, s: (0, most_in_interval(x, k, s)),
        doc="heat sent to an interval of the cold end, GJ/year",
    )

    def over(links, k, t, s):
        """Links with what they send to an interval."""
        return [(x, model.heat_sent[x, k, t, s]) for x in links if (x, k, t, s) in model.HEAT_SENT]

    # passed[e,k-1] + diverted[e,k] == passed[e,k] + sum of heat_sent[l,k] over the links of e
    @model.Constraint(
        [(e, k, t, s) for e in range(len(hot_ends)) for k in grid.numbers for t, s in when],
        doc="diverted heat goes down until a link takes it, GJ/year",
    )
    def diverted_heat_is_sent(b, e, k, t, s):
        here, above = (e, k, t, s), (e, k - 1, t, s)
        brought = b.passed[above] if above in b.PASSED else 0.0
        brought += b.diverted[here] if here in b.DIVERTED else 0.0
        left = b.passed[here] if here in b.PASSED else 0.0
        left += sum(sent for _x, sent in over(at_hot[hot_ends[e]], k, t, s))
        if isinstance(brought, float) and isinstance(left, float | int):
            return pyo.Constraint.Skip
        return brought == left

    def arriving(e, k, t, s):
        """What links bring to an interval of a cold end, GJ/year."""
        return sum(
            (1 - link[x].loss_share) * sent for x, sent in over(at_cold[cold_ends[e]], k, t, s)
        )

    def within(ends, e, k, t, s, moved):
        """What is moved at an end and the ends that are part of it, within what is there."""
        members = set(ends[e])
        parts = [p for p, end in enumerate(ends) if members.issuperset(end)]
        total = sum(moved(p, k, t, s) for p in parts)
        if isinstance(total, float | int):
            return pyo.Constraint.Skip
        there = sum(
            share * heat_of_load(model, problem, problem.heat_loads[n], t, s)
            for n, share in grid.shares(ends[e], k)
        )
        return total <= there

    # sum of diverted[e',k] over e and the ends within it <= heat of e in interval k
    @model.Constraint(
        [(e, k, t, s) for e in range(len(hot_ends)) for k in grid.numbers for t, s in when],
        doc="no more is diverted than the streams give, GJ/year",
    )
    def diverted_within_streams(b, e, k, t, s):
        def moved(p, k, t, s):
            return b.diverted[p, k, t, s] if (p, k, t, s) in b.DIVERTED else 0.0

        return within(hot_ends, e, k, t, s, moved)

    # sum of (1 - loss[l]) heat_sent[l,k] over the links of e and the ends within <= heat of e
    @model.Constraint(
        [(e, k, t, s) for e in range(len(cold_ends)) for k in grid.numbers for t, s in when],
        doc="no more arrives than the streams take, GJ/year",
    )
    def arriving_within_streams(b, e, k, t, s):
        return within(cold_ends, e, k, t, s, arriving)

    def total_sent(x, t, s):
        return sum(sent for k in grid.numbers for _x, sent in over((x,), k, t, s))

    def until(quantity, x, t):
        return sum(quantity[x, u] for u in periods[: periods.index(t) + 1])

    # sum over k of heat_sent[l,k,t,s] <= most[l,s] x built by t
    @model.Constraint(list(link), when, doc="heat on a link that is built, at most what can pass")
    def heat_needs_link(b, x, t, s):
        built = until(b.matched, x, t) if x in with_fixed_cost else 1.0
        total = total_sent(x, t, s)
        return pyo.Constraint.Skip if isinstance(total, int) else total <= most[x, s] * built

    # sum over k of heat_sent[l,k,t,s] <= hours share[s] x capacity built by t
    @model.Constraint(with_capacity_cost, when, doc="heat within the capacity of the link")
    def heat_within_capacity(b, x, t, s):
        total = total_sent(x, t, s)
        if isinstance(total, int):
            return pyo.Constraint.Skip
        return total <= problem.slices[s] * until(b.heat_link_capacity, x, t)

    # heat_link_capacity[l,t] <= largest[l] matched[l,t]
    @model.Constraint(
        [x for x in with_capacity_cost if x in with_fixed_cost],
        periods,
        doc="capacity only on a link that is built",
    )
    def heat_capacity_needs_link(b, x, t):
        return b.heat_link_capacity[x, t] <= largest[x] * b.matched[x, t]

    # sum over periods of matched[l,t] <= 1
    @model.Constraint(with_fixed_cost, doc="a link is built at most once")
    def matched_once(b, x):
        if len(periods) == 1:
            return pyo.Constraint.Skip
        return sum(b.matched[x, t] for t in periods) <= 1

    @model.Expression(model.HEAT_LINKS, periods, doc="capital cost of the link, 万元")
    def heat_link_cost(b, x, t):
        fixed = link[x].fixed_cost * b.matched[x, t] if x in with_fixed_cost else 0.0
        if x in with_capacity_cost:
            fixed += link[x].capacity_cost * b.heat_link_capacity[x, t]
        return fixed

    # sum of matched[l] over the links within a range of intervals >= streams there - groups
    counted = _counts(problem, grid, hot_ends, cold_ends, link, with_fixed_cost)

    @model.Constraint(range(len(counted)), periods, doc="links that streams need at least")
    def enough_links(b, n, t):
        least, between = counted[n]
        return sum(until(b.matched, x, t) for x in between) >= least

    for e, k, t, s in model.DIVERTED:
        zone = problem.heat_loads[hot_ends[e][0]].zone
        balance.bring_heat((zone, k, t, s), -model.diverted[e, k, t, s])
    for e, end in enumerate(cold_ends):
        zone = problem.heat_loads[end[0]].zone
        for k in grid.numbers:
            for t, s in when:
                if over(at_cold[end], k, t, s):
                    balance.bring_heat((zone, k, t, s), arriving(e, k, t, s))


def _counts(
    problem: Problem,
    grid: "_Grid",
    hot_ends: Sequence[End],
    cold_ends: Sequence[End],
    link: Mapping[str, HeatLinkData],
    with_fixed_cost: Collection[str],
) -> list[tuple[int, list[str]]]:
    """Least numbers of links among some, where no heat has another way than links.

    That is so if every end has a zone for itself with fixed loads and without utility, and no link
    loses heat. The ranges lie between temperatures that no heat passes.
    """
    zones: defaultdict[str, set[int]] = defaultdict(set)
    for n, load in enumerate(problem.heat_loads):
        zones[load.zone].add(n)
    ends = [*hot_ends, *cold_ends]
    alone = all(set(end) == zones[problem.heat_loads[end[0]].zone] for end in ends)
    fixed = not any(problem.heat_loads[n].unit_id for end in ends for n in end)
    closed = not (problem.hot_utility and cold_ends) and not (problem.cold_utility and hot_ends)
    paid = all(x in with_fixed_cost and not link[x].loss_share for x in link)
    if not (link and alone and fixed and closed and paid):
        return []
    found: list[tuple[int, list[str]]] = []
    for s in problem.slices:
        heat = {end: np.array(grid.all_heat(end, s)) for end in ends}
        signed = np.array([heat[end] for end in hot_ends] + [-heat[end] for end in cold_ends])
        passing = signed.sum(axis=0).cumsum()
        nil = ROUNDING * float(np.abs(signed).sum())
        cuts = [0, *(np.flatnonzero(passing <= nil) + 1)]
        for first, last in combinations(dict.fromkeys(map(int, cuts)), 2):
            there = [row for row in signed[:, first:last] if np.abs(row).sum() > nil]
            between = [
                x
                for x, data in link.items()
                if most_transferred(heat[data.hot][first:last], heat[data.cold][first:last]) > 0
            ]
            least = least_pairs(there) if there else 0
            if least and (least, between) not in found:
                found.append((least, between))
    return found


class _Grid:
    """The most heat of ends by interval of the zones that links join; interval 1 is the hottest."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.intervals: tuple[tuple[float, float], ...] = ()
        if problem.heat_links:
            zone = problem.heat_loads[problem.heat_links[0].hot[0]].zone
            self.intervals = problem.heat_intervals[zone]
        self.numbers = range(1, len(self.intervals) + 1)
        self.known: dict[tuple[End, str], list[float]] = {}
        self.spans: dict[int, list[float]] = {}

    def shares(self, end: End, k: int) -> list[tuple[int, float]]:
        """Loads of an end with the share of their span that lies in an interval."""
        for n in end:
            if n not in self.spans:
                load = self.problem.heat_loads[n]
                self.spans[n] = [load.share_within(*interval) for interval in self.intervals]
        return [(n, self.spans[n][k - 1]) for n in end if self.spans[n][k - 1] > 0]

    def all_heat(self, end: End, s: str) -> list[float]:
        """The most heat of an end in every interval of a slice, GJ/year."""
        if (end, s) not in self.known:
            loads, hours = self.problem.heat_loads, self.problem.slices[s]
            self.known[end, s] = [
                sum(
                    share * loads[n].heat_in(s, hours, self.problem.most_activity)
                    for n, share in self.shares(end, k)
                )
                for k in self.numbers
            ]
        return self.known[end, s]

    def heat(self, end: End, k: int, s: str) -> float:
        """The most heat of an end in an interval."""
        return self.all_heat(end, s)[k - 1]

    def heat_above(self, end: End, k: int, s: str) -> float:
        """The most heat of an end in an interval and all hotter ones."""
        return sum(self.all_heat(end, s)[:k])

    def most_sent(self, hot: End, cold: End, loss_share: float, s: str) -> float:
        """The most a link could ever send."""
        taken = [heat / (1 - loss_share) for heat in self.all_heat(cold, s)]
        return most_transferred(self.all_heat(hot, s), taken)
