"""Today, recomputed: what every member buys, sells, disposes of and exchanges now.

Units run at their utilisation, heat falls as far as it can, exchanges carry their declared amounts
and are pumped, a member uses within what it both makes and needs, and the rest goes where it is
worth most, as far as the markets' limits reach.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import inf

from symbiosis.domain.resources import Market
from symbiosis.planning.audit.heat import utilities_of_today, utility_resource
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.ways import Ways

ROUNDING = 1e-7  # share of what a member gives and needs that may stay open


@dataclass(frozen=True)
class Baseline:
    """Amounts of a year of today; `size` is what a member gives and needs of a resource."""

    exchanges: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    within: dict[tuple[str, str], float] = field(default_factory=dict)
    trades: dict[tuple[str, str, str], float] = field(default_factory=dict)
    size: dict[tuple[str, str], float] = field(default_factory=dict)


def recompute_today(records: Records, ways: Ways) -> Baseline:
    """The baseline of the records; nothing at all where the study counts from zero."""
    if not records.runs_today:
        return Baseline()
    left: defaultdict[tuple[str, str], float] = defaultdict(float)
    open_: defaultdict[tuple[str, str], float] = defaultdict(float)
    size: defaultdict[tuple[str, str], float] = defaultdict(float)
    for unit in records.processes.values():
        for flows, side in ((unit.gives, left), (unit.takes, open_)):
            for resource, coefficient in flows.items():
                side[unit.actor, resource] += coefficient * unit.today
                size[unit.actor, resource] += coefficient * unit.today
    for stream in records.streams.values():
        key = stream.enterprise_id, stream.resource_id
        (left if stream.direction == "supply" else open_)[key] += stream.amount
        size[key] += stream.amount
    for (site, role), heat in utilities_of_today(records).items():
        if resource := utility_resource(records, role):
            (open_ if role == "hot" else left)[site, resource] += heat
            size[site, resource] += heat

    exchanges = {key: row.amount for key, row in ways.today.items()}
    for (donor, *to), amount in exchanges.items():
        way = ways.way(donor, *to)
        if way and way.pumping:
            open_[donor, way.pumping_resource] += way.pumping * amount
            size[donor, way.pumping_resource] += way.pumping * amount
    for (donor, receiver, resource, serves), amount in exchanges.items():
        way = ways.way(donor, receiver, resource, serves)
        left[donor, resource] -= amount
        open_[receiver, serves] -= amount * (way.yields if way else 0.0)

    within = {
        key: min(left[key], open_[key])
        for key in sorted(left.keys() & open_.keys())
        if min(left[key], open_[key]) > 0
    }
    for key, amount in within.items():
        left[key] -= amount
        open_[key] -= amount

    trades: dict[tuple[str, str, str], float] = {}
    room: dict[tuple[str, str, str], float] = {}  # what is left of a limited market
    for side, actions in ((left, ("sell", "dispose")), (open_, ("buy",))):
        markets = {key: _best_first(records, *key, actions) for key in side}
        for key in sorted(side, key=lambda key: (-_loss_if_full(markets[key]), key)):
            rest, rounding = side[key], ROUNDING * max(size[key], 1e-9)
            for market in markets[key] if rest > rounding else ():
                row = market.enterprise_id, market.resource_id, market.action
                free = inf if market.most is None else room.get(row, market.most)
                part = min(rest, free)
                if part > 0:
                    room[row], rest = free - part, rest - part
                    trades[*key, market.action] = part
    return Baseline(exchanges, within, trades, dict(size))


def _best_first(
    records: Records, actor: str, resource: str, actions: tuple[str, ...]
) -> list[Market]:
    found = [records.market(actor, resource, action) for action in actions]
    return sorted((market for market in found if market), key=_paid)


def _paid(market: Market) -> float:
    """What a unit costs the member; a sale costs less than nothing."""
    return -market.price if market.action == "sell" else market.price


def _loss_if_full(best_first: list[Market]) -> float:
    """What a unit loses where its best market is full: who loses most comes first there."""
    return _paid(best_first[1]) - _paid(best_first[0]) if len(best_first) > 1 else inf
