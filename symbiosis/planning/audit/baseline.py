"""Today, recomputed: what every member buys, sells, disposes of and exchanges now.

Units run at their utilisation, exchanges carry their declared amounts, a member uses within what it
both makes and needs, and the rest goes where it is worth most.
"""

from collections import defaultdict
from dataclasses import dataclass, field

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

    exchanges = {key: row.amount for key, row in ways.today.items()}
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

    trades = {}
    for side, actions in ((left, ("sell", "dispose")), (open_, ("buy",))):
        for (actor, resource), amount in side.items():
            if abs(amount) <= ROUNDING * max(size[actor, resource], 1e-9):
                continue
            worth = {}
            for action in actions:
                market = records.market(actor, resource, action)
                if market:
                    worth[action] = market.price if action == "sell" else -market.price
            if worth:
                trades[actor, resource, max(worth, key=lambda a: worth[a])] = amount
    return Baseline(exchanges, within, trades, dict(size))
