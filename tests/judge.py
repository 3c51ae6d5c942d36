"""The judge of the MILP: every choice of a tiny park tried one by one.

The judge knows nothing of the formulations: from the records of the dataset it makes its own pairs,
ways, secants and balances, and for every set of projects (place and stretch of sizes), links,
chains and agreements a linear program of its own, solved by `scipy.optimize.linprog`.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain as joined
from itertools import combinations, product

import numpy as np
from scipy.optimize import linprog

from symbiosis.domain.dataset import Dataset

SIGN = {"buy": -1, "sell": 1, "dispose": -1}


def subsets(members, least=0, most=None):
    members = list(members)
    sizes = range(least, min(len(members), len(members) if most is None else most) + 1)
    return joined.from_iterable(combinations(members, size) for size in sizes)


def straight_km(one, other):
    """Great circle by the chord through a sphere of the mean radius."""

    def on_sphere(lat, lon):
        lat, lon = math.radians(lat), math.radians(lon)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    chord = math.dist(on_sphere(*one), on_sphere(*other))
    return 2 * 6371.0088 * math.asin(chord / 2)


def stretches(project, menu):
    """(low, high, cost_low, cost_high) of the fewest equal ratios within 1 % of the curve."""
    if menu:
        return [(size, size, cost, cost) for size, cost in menu]
    low, high, n = project.least_size, project.most_size, project.scale_exponent

    def cost(size):
        return project.capital_cost * (size / project.reference_size) ** n

    for count in range(1, 100):
        ends = np.geomspace(low, high, count + 1)
        sizes = np.linspace(ends[0], ends[1], 1001)
        if np.all(np.interp(sizes, ends[:2], cost(ends[:2])) >= 0.99 * cost(sizes)):
            return [(a, b, cost(a), cost(b)) for a, b in zip(ends[:-1], ends[1:], strict=True)]
    raise AssertionError("no stretches")


class Judge:
    """A linear program for every choice; x are the columns, rows are dicts column -> factor."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.columns: dict[tuple, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.cash: defaultdict[int, float] = defaultdict(float)  # 万元 a year
        self.equal: list[dict[int, float]] = []  # == 0
        self.below: list[tuple[dict[int, float], float]] = []  # <= number
        self.share_rows: defaultdict[str, list[dict[int, float]]] = defaultdict(list)  # <= 0
        self.place = {p.place_id: p for p in data.project_places}
        self.place = {
            k: p for k, p in self.place.items() if data.offered(data.project[p.project_id])
        }
        self._gives: defaultdict[tuple, dict[int, float]] = defaultdict(dict)
        self._takes: defaultdict[tuple, dict[int, float]] = defaultdict(dict)
        self.units: dict[int, tuple[str, str]] = {}  # column -> actor, recipe
        self._activities()
        self._exchanges()
        self._trades()
        self._balances()
        self._land()
        self._chains()
        self.always_below = self._matrix([row for row, _ in self.below])
        self.always_equal = self._matrix(self.equal)

    def column(self, *key, low=0.0, high=np.inf):
        self.columns[key] = len(self.low)
        self.low.append(low)
        self.high.append(high)
        return self.columns[key]

    def _activities(self):
        data = self.data
        for row in data.units:
            least, most = (
                row.capacity * (row.utilisation if share is None else share)
                for share in (row.least_utilisation, row.most_utilisation)
            )
            x = self.column("activity", row.unit_id, low=least, high=most)
            self._runs(x, row.enterprise_id, row.recipe_id)
        for k, place in self.place.items():
            project = data.project[place.project_id]
            size = self.column("size", k, high=0.0)
            brought = [u for u in data.project_units if u.project_id == project.project_id]
            for number, unit in enumerate(brought):
                x = self.column("activity", k, unit.recipe_id)
                self._runs(x, k, unit.recipe_id)
                self.cash[x] -= unit.variable_cost
                self.below.append(({x: 1.0, size: -unit.activity_per_size}, 0.0))
                least = unit.least_utilisation
                if least is None and number == 0:
                    least = project.least_utilisation
                    least = data.settings.policy.least_utilisation if least is None else least
                if least:
                    self.below.append(({x: -1.0, size: least * unit.activity_per_size}, 0.0))
        for row in data.streams:
            least = row.amount if row.least_amount is None else row.least_amount
            most = row.amount if row.most_amount is None else row.most_amount
            x = self.column("stream", row.stream_id, low=least, high=most)
            side = self._gives if row.direction == "supply" else self._takes
            side[row.enterprise_id, row.resource_id][x] = 1.0

    def _runs(self, x, actor, recipe):
        self.units[x] = actor, recipe
        for flow in self.data.recipe_flows:
            if flow.recipe_id == recipe and flow.coefficient > 0:
                side = self._gives if flow.direction == "out" else self._takes
                side[actor, flow.resource_id][x] = flow.coefficient

    def _where(self, actor):
        """Site, project and coordinates."""
        data, park = self.data, self.data.parks[0]
        if actor in self.place:
            place = self.place[actor]
            host = data.enterprise.get(place.host_id)
            own = [p for p in (place, host, park) if p is not None and p.lat is not None]
            return place.host_id or actor, place.project_id, (own[0].lat, own[0].lon)
        row = data.enterprise[actor]
        own = row if row.lat is not None else park
        return actor, "", (own.lat, own.lon)

    def _exchanges(self):
        data = self.data
        ways = [(r.resource_id, r.resource_id, 1.0, 1.0) for r in data.resources]
        ways += [(s.from_resource, s.to_resource, s.ratio, s.max_share) for s in data.substitutes]
        today = {
            (x.donor_id, x.receiver_id, x.resource_id, x.serves_resource_id or x.resource_id)
            for x in data.exchanges
        }
        assert not today, "the judge knows no exchanges of today"
        self.links: dict[tuple, dict] = {}
        self.lots: dict[int, float] = {}
        self.flows: list[tuple[int, str, str, str, str, float]] = []
        for resource, serves, ratio, share in ways:
            carrier = data.carrier[data.resource[resource].carrier_id]
            served = defaultdict(dict)
            for donor, given in list(self._gives):
                for receiver, needed in list(self._takes):
                    if (given, needed) != (resource, serves):
                        continue
                    if donor == receiver and resource == serves:
                        continue
                    site, project, here = self._where(donor)
                    other_site, other_project, there = self._where(receiver)
                    if project and project == other_project and donor != receiver:
                        continue
                    x_key = ("flow", donor, receiver, resource, serves)
                    yields = ratio
                    if site == other_site:
                        x = self.column(*x_key)
                    else:
                        km = data.settings.network.detour_factor * straight_km(here, there)
                        if km > carrier.reach:
                            continue
                        x = self.column(*x_key)
                        self.cash[x] -= carrier.handling + carrier.freight * km
                        yields *= (1 - carrier.loss_per_km) ** km
                        if carrier.least_lot:
                            self.lots[x] = carrier.least_lot
                        if carrier.fixed_cost or carrier.capacity_cost:
                            link = self.links.setdefault(
                                (site, other_site, resource),
                                {
                                    "fixed": carrier.fixed_cost * km,
                                    "slope": carrier.capacity_cost * km,
                                    "flows": [],
                                },
                            )
                            link["flows"].append(x)
                    self.flows.append((x, donor, receiver, resource, serves, yields))
                    served[receiver][x] = yields
            if resource != serves:
                for receiver, terms in served.items():
                    row = dict(terms)
                    for x, factor in self._takes[receiver, serves].items():
                        row[x] = row.get(x, 0.0) - share * factor
                    self.below.append((row, 0.0))
        for key, link in self.links.items():
            link["capacity"] = self.column("capacity", *key)
            self.below.append(({**dict.fromkeys(link["flows"], 1.0), link["capacity"]: -1.0}, 0.0))

    def _trades(self):
        rows = {(m.enterprise_id, m.resource_id, m.action): m for m in self.data.markets}
        limited = defaultdict(list)
        for side, actions in ((self._gives, ("sell", "dispose")), (self._takes, ("buy",))):
            for actor, resource in side:
                for action in actions:
                    row = rows.get((actor, resource, action)) or rows.get(("", resource, action))
                    if row is not None:
                        x = self.column("trade", actor, resource, action)
                        self.cash[x] += SIGN[action] * row.price
                        limited[row.row].append(x)
        for row in self.data.markets:
            if row.most is not None and limited[row.row]:
                self.below.append((dict.fromkeys(limited[row.row], 1.0), row.most))

    def _balances(self):
        self.within = {
            key: self.column("within", *key) for key in self._gives if key in self._takes
        }
        for side, end, actions in (
            (self._gives, 1, ("sell", "dispose")),
            (self._takes, 2, ("buy",)),
        ):
            for (actor, resource), terms in side.items():
                row = dict(terms)
                for flow in self.flows:
                    carried = flow[3] if end == 1 else flow[4]
                    if flow[end] == actor and carried == resource:
                        row[flow[0]] = row.get(flow[0], 0.0) - (1.0 if end == 1 else flow[5])
                for action in actions:
                    x = self.columns.get(("trade", actor, resource, action))
                    if x is not None:
                        row[x] = -1.0
                if (actor, resource) in self.within:
                    row[self.within[actor, resource]] = -1.0
                self.equal.append(row)

    def _land(self):
        for park in self.data.parks:
            row = {}
            for k, place in self.place.items():
                project = self.data.project[place.project_id]
                if place.park_id == park.park_id and project.land:
                    row[self.columns["size", k]] = project.land / project.reference_size
            if park.land_available is not None:
                self.below.append((row, park.land_available))

    def _chains(self):
        data = self.data
        self.serving = {
            (s.chain_id, s.stage_id): {x for x, (_, r) in self.units.items() if r in s.recipes}
            for s in data.chain_stages
        }
        for number, link in enumerate(data.chain_links):
            if not link.required or not link.least_share:
                continue
            givers = self.serving[link.chain_id, link.from_stage]
            takers = self.serving[link.chain_id, link.to_stage]

            def of(units, side, actor, resource):
                return {
                    u: side[actor, resource][u]
                    for u in units
                    if self.units[u][0] == actor and u in side[actor, resource]
                }

            total: dict[int, float] = {}
            leaving, arriving = defaultdict(dict), defaultdict(dict)
            inner = [
                (w, a, a, r, r, 1.0) for (a, r), w in self.within.items() if r == link.resource_id
            ]
            for x, donor, receiver, resource, serves, yields in [*self.flows, *inner]:
                if resource != link.resource_id:
                    continue
                if not of(givers, self._gives, donor, resource):
                    continue
                if not of(takers, self._takes, receiver, serves):
                    continue
                carried = self.column("carried", number, x)
                self.below.append(({carried: 1.0, x: -1.0}, 0.0))
                total[carried] = -1.0
                leaving[donor][carried] = 1.0
                arriving[receiver, serves][carried] = yields
            for donor, row in leaving.items():
                own = of(givers, self._gives, donor, link.resource_id)
                self.below.append(({**row, **{u: -c for u, c in own.items()}}, 0.0))
            for (receiver, serves), row in arriving.items():
                own = of(takers, self._takes, receiver, serves)
                self.below.append(({**row, **{u: -c for u, c in own.items()}}, 0.0))
            for u in givers:
                factor = self._gives[self.units[u][0], link.resource_id].get(u, 0.0)
                if factor:
                    total[u] = link.least_share * factor
            self.share_rows[link.chain_id].append(total)

    def choices(self) -> Iterator[tuple]:
        """Every set of projects, chains, links and agreements that is not plainly forbidden."""
        data = self.data
        options = []
        for project in data.projects:
            menu = [
                (s.size, s.capital_cost)
                for s in data.project_sizes
                if s.project_id == project.project_id
            ]
            places = [k for k, p in self.place.items() if p.project_id == project.project_id]
            options.append([None, *product(places, stretches(project, menu))])
        bounds = data.settings.chains
        barred = set(bounds.barred)
        open_chains = [c.chain_id for c in data.chains if c.chain_id not in barred]
        at_least = min(bounds.at_least, len(open_chains))
        for built in product(*options):
            built = [choice for choice in built if choice]
            standing = {k for k, _ in built}
            for chains in subsets(open_chains, at_least, bounds.at_most):
                if self._allowed(standing, chains):
                    yield from self._on_ways(built, standing, chains)

    def _allowed(self, standing, chains):
        stands = {
            x
            for x, (actor, _) in self.units.items()
            if actor in standing or (actor not in self.place and self.high[x] > 0)
        }
        for stage in self.data.chain_stages:
            if stage.chain_id in chains and stage.required:
                if not self.serving[stage.chain_id, stage.stage_id] & stands:
                    return False
        for k in standing:
            if self.data.project[self.place[k].project_id].kind == "chain_filling":
                own = {x for x in stands if self.units[x][0] == k}
                if not any(own & units for (c, _), units in self.serving.items() if c in chains):
                    return False
        return True

    def _on_ways(self, built, standing, chains):
        ends = {x: {donor, receiver} for x, donor, receiver, *_ in self.flows}
        alive = {x for x in ends if all(a in standing or a not in self.place for a in ends[x])}
        useful = [key for key, link in self.links.items() if alive & set(link["flows"])]
        for links in subsets(useful):
            for lots in subsets(sorted(alive & set(self.lots))):
                yield built, chains, links, lots

    def measure(self, weights) -> dict[int, float]:
        """An indicator as a row: the weights of (resource, action) on trades and flows."""
        row = {}
        for key, x in self.columns.items():
            if key[0] == "trade":
                row[x] = weights.get((key[2], key[3]), 0.0)
        for x, _donor, _receiver, resource, _serves, _yields in self.flows:
            row[x] = weights.get((resource, "exchanged"), 0.0)
        return {x: weight for x, weight in row.items() if weight}

    def best(self, built, chains, links, lots, most=None, worth_least=None) -> float | None:
        """Most a choice can be worth: annuity x cash - investment, 万元; None if infeasible.

        With `most`, a row and its bound, that row is held below. With `worth_least`, a row and
        what the choice must be worth, the least the row can be.
        """
        data = self.data
        rate, years = data.settings.money.discount_rate, data.settings.periods[0].years
        annuity = (1 - (1 + rate) ** -years) / rate if rate else years
        low, high = np.array(self.low), np.array(self.high)
        worth = np.zeros(len(low))
        for x, cash in self.cash.items():
            worth[x] += annuity * cash
        spent, investment = 0.0, np.zeros(len(low))  # constant, and per unit of a column
        running = 0.0
        for k, (small, large, cost_small, cost_large) in built:
            project = data.project[self.place[k].project_id]
            x = self.columns["size", k]
            low[x], high[x] = small, large
            labour = project.labour * data.settings.money.labour_cost
            wages = [
                labour * (s / project.reference_size) ** project.scale_exponent
                for s in (small, large)
            ]
            costs = [cost_small, cost_large]
            runs = [project.fixed_cost_share * c + w for c, w in zip(costs, wages, strict=True)]
            slopes = [
                (y[1] - y[0]) / (large - small) if large > small else 0.0 for y in (costs, runs)
            ]
            spent += cost_small - slopes[0] * small
            investment[x] += slopes[0]
            running += runs[0] - slopes[1] * small
            worth[x] -= annuity * slopes[1]
        for key, link in self.links.items():
            if link["fixed"] and key not in links:
                high[link["capacity"]] = 0.0
            elif key in links:
                spent += link["fixed"]
            investment[link["capacity"]] += link["slope"]
        for x, least in self.lots.items():
            if x in lots:
                low[x] = least
            else:
                high[x] = 0.0
        below = [(row, 0.0) for c in chains for row in self.share_rows[c]]
        budget = data.settings.money.budget
        if budget is not None:
            below.append(({x: f for x, f in enumerate(investment) if f}, budget - spent))
        if most is not None:
            below.append(most)
        costs, constant = investment - worth, spent + annuity * running
        if worth_least is not None:
            row, least = worth_least
            below.append((dict(enumerate(costs)), -least - constant))
            costs = self._matrix([row])[0]
        answer = linprog(
            costs,
            A_ub=np.vstack([self.always_below, self._matrix([row for row, _ in below])]),
            b_ub=[number for _, number in [*self.below, *below]],
            A_eq=self.always_equal,
            b_eq=np.zeros(len(self.equal)),
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        if answer.status == 2:
            return None
        assert answer.status == 0, answer.message
        if worth_least is not None:
            return float(answer.fun)
        return -float(answer.fun) - constant

    def _matrix(self, rows):
        matrix = np.zeros((len(rows), len(self.low)))
        for i, row in enumerate(rows):
            for x, factor in row.items():
                matrix[i, x] = factor
        return matrix

    def optimum(self) -> float | None:
        return max((v for c in self.choices() if (v := self.best(*c)) is not None), default=None)
