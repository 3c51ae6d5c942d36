"""Projects: whether, where, when and how large.

Economies of scale make the capital cost a concave curve. It is followed by straight stretches
(secants, error at most 1 %), of which at most one is chosen; a size menu is the same with
stretches of length nil. The form is the convex hull of the choice (multiple-choice form).

Sets        k in PLACES           a project at one of its places
            m in SEGMENTS[k]      stretches of its cost curve
            t in PERIODS          phase in which it is built
Variables   chosen[k,m,t]         1 if built in t with a size on stretch m             0/1
            part[k,m,t]           size above the low end of the stretch                size
Expressions built[k,t], size[k,t]      built in t                                     0/1, size
            capital_cost[k,t], running_cost[k,t]                         万元, 万元/year
            standing[k,t], capacity[k,t]   built by t                                  0/1, size

Source: Croxton, Gendron and Magnanti (2003), Management Science 49(9), 1268-1273.
"""

import pyomo.environ as pyo

from symbiosis_models.problem import Problem


def add_projects(model: pyo.ConcreteModel, problem: Problem) -> None:
    """Add the choice of projects, each at most once, within the land of every park."""
    place = {p.place_id: p for p in problem.places}
    periods = [t.period_id for t in problem.periods]
    choices = [(k, m, t) for k, p in place.items() for m in range(len(p.segments)) for t in periods]
    sloped = [
        (k, m, t) for k, m, t in choices if place[k].segments[m].high > place[k].segments[m].low
    ]
    model.PLACES = pyo.Set(initialize=list(place), doc="projects at their places")
    model.PERIODS = pyo.Set(initialize=periods, doc="phases of the plan")
    model.CHOICES = pyo.Set(initialize=choices, dimen=3, doc="place, stretch of sizes, period")
    model.SLOPED = pyo.Set(initialize=sloped, dimen=3, doc="choices whose size is free")
    model.chosen = pyo.Var(model.CHOICES, domain=pyo.Binary, doc="built with this size, 0/1")
    model.part = pyo.Var(
        model.SLOPED,
        domain=pyo.NonNegativeReals,
        bounds=lambda m, k, s, t: (0, place[k].segments[s].high - place[k].segments[s].low),
        doc="size above the low end of the stretch",
    )

    # part[k,m,t] <= (high - low) chosen[k,m,t]
    @model.Constraint(model.SLOPED, doc="a stretch has a size only when it is chosen")
    def size_on_chosen_stretch(b, k, m, t):
        segment = place[k].segments[m]
        return b.part[k, m, t] <= (segment.high - segment.low) * b.chosen[k, m, t]

    def over_segments(b, k, t, at_low, slope):
        """Sum over stretches of at_low x chosen + slope x part."""
        total = 0
        for m, segment in enumerate(place[k].segments):
            total += at_low(segment) * b.chosen[k, m, t]
            if (k, m, t) in b.SLOPED:
                total += slope(segment) * b.part[k, m, t]
        return total

    @model.Expression(model.PLACES, model.PERIODS, doc="built in the period, 0/1")
    def built(b, k, t):
        return over_segments(b, k, t, lambda s: 1.0, lambda s: 0.0)

    @model.Expression(model.PLACES, model.PERIODS, doc="size built in the period")
    def size(b, k, t):
        return over_segments(b, k, t, lambda s: s.low, lambda s: 1.0)

    @model.Expression(model.PLACES, model.PERIODS, doc="capital cost spent in the period, 万元")
    def capital_cost(b, k, t):
        return over_segments(
            b, k, t, lambda s: s.cost_low, lambda s: (s.cost_high - s.cost_low) / (s.high - s.low)
        )

    @model.Expression(model.PLACES, model.PERIODS, doc="fixed and labour cost, 万元/year")
    def running_cost(b, k, t):
        return over_segments(
            b,
            k,
            t,
            lambda s: s.running_low,
            lambda s: (s.running_high - s.running_low) / (s.high - s.low),
        )

    def until(quantity, k, t):
        return sum(quantity[k, u] for u in periods[: periods.index(t) + 1])

    @model.Expression(model.PLACES, model.PERIODS, doc="stands in the period, 0/1")
    def standing(b, k, t):
        return until(b.built, k, t)

    @model.Expression(model.PLACES, model.PERIODS, doc="size that stands in the period")
    def capacity(b, k, t):
        return until(b.size, k, t)

    projects: dict[str, list[str]] = {}
    for k, p in place.items():
        projects.setdefault(p.project, []).append(k)

    # sum over its places and periods of built <= 1
    @model.Constraint(list(projects), doc="a project is built at most once")
    def built_once(b, project):
        return sum(b.built[k, t] for k in projects[project] for t in periods) <= 1

    parks = {
        park: [k for k, p in place.items() if p.park == park and p.land > 0]
        for park in problem.land
    }

    # sum of land x size over the projects of a park <= land available
    @model.Constraint([park for park, here in parks.items() if here], doc="land of a park, mu")
    def within_land(b, park):
        taken = sum(place[k].land * b.capacity[k, periods[-1]] for k in parks[park])
        return taken <= problem.land[park]
