"""Today: what the park buys, sells, disposes of and exchanges now, without any decision.

Units run as they do today, the declared exchanges carry their amounts, an actor uses within what it
both makes and needs, and the rest is bought, sold or else disposed of, each on its best market as
far as the limits of the markets reach. It is the baseline of the net present value and needs no
optimisation.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import inf

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.resources import Market
from symbiosis.locale import _, named
from symbiosis.network.actors import Actors
from symbiosis.network.heat_zones import zone_utilities
from symbiosis.network.matching import Matches

NEGLIGIBLE = 1e-7  # share of an amount that may stay open through rounding


@dataclass(frozen=True)
class Today:
    """A year of today; amounts per year, money in 万元.

    exchanges   (donor, receiver, resource, serves) -> sent
    within      (actor, resource) -> used by the actor itself
    trades      (actor, resource, action) -> amount
    cash        sold - bought - disposed - freight
    faults      what has nowhere to go or comes from nowhere
    """

    exchanges: dict[tuple[str, str, str, str], float]
    within: dict[tuple[str, str], float]
    trades: dict[tuple[str, str, str], float]
    cash: float
    faults: tuple[Fault, ...]


class Markets:
    """Market rows found by actor: its own row stands before its park's, that before the general."""

    def __init__(self, dataset: Dataset) -> None:
        """Index the rows of `dataset`."""
        self.park = {row.enterprise_id: row.park_id for row in dataset.enterprises}
        self.park |= {row.place_id: row.park_id for row in dataset.project_places}
        self.rows: dict[tuple[str, str, str, str], Market] = {
            (kind, owner, m.resource_id, m.action): m
            for m in dataset.markets
            for kind, owner in _owners(m)
        }

    def row(self, actor: str, resource: str, action: str) -> Market | None:
        """The row that holds for an actor, None where there is no such market."""
        scopes = ("enterprise", actor), ("park", self.park.get(actor, "")), ("all", "")
        found = (self.rows.get((*scope, resource, action)) for scope in scopes)
        return next(filter(None, found), None)


def _owners(market: Market) -> list[tuple[str, str]]:
    if market.enterprise_id:
        return [("enterprise", market.enterprise_id)]
    return [("park", park) for park in market.park_ids] or [("all", "")]


def read_today(dataset: Dataset, actors: Actors, matches: Matches) -> Today:
    """Balance every actor as it runs today."""
    if dataset.settings.baseline == "none":
        return Today({}, {}, {}, 0.0, ())
    given: defaultdict[tuple[str, str], float] = defaultdict(float)
    needed: defaultdict[tuple[str, str], float] = defaultdict(float)
    for unit in actors.units:
        if unit.today:
            for resource, coefficient in unit.gives.items():
                given[unit.actor_id, resource] += coefficient * unit.today
            for resource, coefficient in unit.takes.items():
                needed[unit.actor_id, resource] += coefficient * unit.today
    for stream in actors.streams:
        side = given if stream.direction == "supply" else needed
        side[stream.actor_id, stream.resource_id] += stream.today
    faults = _add_utilities(dataset, actors, given, needed)
    running = matches.candidates[matches.candidates["today"] > 0]
    for row in running[running["pumping"] > 0].itertuples(index=False):
        needed[row.donor, row.pumping_resource] += row.pumping * row.today
    size = {key: given[key] + needed[key] for key in {*given, *needed}}

    exchanges, cash = {}, 0.0
    for row in running.itertuples(index=False):
        exchanges[row.donor, row.receiver, row.resource, row.serves] = float(row.today)
        given[row.donor, row.resource] -= row.today
        needed[row.receiver, row.serves] -= row.today * row.ratio * row.efficiency
        cash -= row.freight * row.today

    within = {}
    for key in sorted(set(given) & set(needed)):
        amount = min(given[key], needed[key])
        if amount > 0:
            within[key] = amount
            given[key] -= amount
            needed[key] -= amount

    trades: dict[tuple[str, str, str], float] = {}
    markets = Markets(dataset)
    room = {id(m): inf if m.most is None else m.most for m in dataset.markets}
    for side, actions in ((given, ("sell", "dispose")), (needed, ("buy",))):
        options = {
            key: sorted((m for a in actions if (m := markets.row(*key, a))), key=_cost)
            for key in side
        }
        # a market that is short goes to those who would lose most without it, not to first names
        for actor, resource in sorted(side, key=lambda key: (-_regret(options[key]), key)):
            amount = side[actor, resource]
            closed = NEGLIGIBLE * max(size[actor, resource], 1e-9)
            for market in options[actor, resource] if amount > closed else ():
                part = min(amount, room[id(market)])
                if part <= 0:
                    continue
                amount -= part
                room[id(market)] -= part
                trades[actor, resource, market.action] = part
                cash -= part * _cost(market)
            if abs(amount) > closed:
                faults.append(_open_balance(dataset, actor, resource, amount, actions[0]))
    return Today(exchanges, within, trades, cash, tuple(faults))


def _add_utilities(
    dataset: Dataset,
    actors: Actors,
    given: defaultdict[tuple[str, str], float],
    needed: defaultdict[tuple[str, str], float],
) -> list[Fault]:
    """Hot and cold utility of today's heat: what the problem table leaves, machines as they run."""
    activity = {unit.unit_id: unit.today for unit in actors.units}
    slices = {part.id: part.hours / 8760 for part in dataset.settings.slices}
    faults = []
    for zone, (actor, hot, cold) in zone_utilities(actors.heat, activity, slices).items():
        for utility, heat, side in (
            (actors.hot_utility, hot, needed),
            (actors.cold_utility, cold, given),
        ):
            if utility:
                side[actor, utility] += heat
            elif heat > NEGLIGIBLE * (hot + cold + 1):
                text = _("{zone}: {amount} GJ/a of heat have no hot or cold utility today")
                mend = _("name hot_utility and cold_utility in [heat] of study.toml")
                said = text.format(zone=zone, amount=f"{heat:,.6g}")
                faults.append(Fault("thermal_streams.csv", 0, "", "", said, mend))
    return faults


def _cost(market: Market) -> float:
    """What a unit costs the actor; a price it receives is negative."""
    return -market.price if market.action == "sell" else market.price


def _regret(best_first: list[Market]) -> float:
    """What an actor loses per unit when its best market is full; all, where there is no other."""
    return inf if len(best_first) < 2 else _cost(best_first[1]) - _cost(best_first[0])


def _open_balance(dataset: Dataset, actor: str, resource: str, amount: float, action: str) -> Fault:
    kind = dataset.resource[resource]
    enterprise = dataset.enterprise[actor]
    name = f"{actor} {named(enterprise.name_zh, enterprise.name_en)}"
    what = f"{named(kind.name_zh, kind.name_en)} ({resource})"
    shown = f"{abs(amount):,.6g} {kind.unit}/a"
    if amount < 0:
        text = _("{name}: today's exchanges move {amount} more {what} than it has or needs")
        mend = _("lower the amount in exchanges.csv or raise the unit's utilisation")
    elif action == "sell":
        text = _("{name}: {amount} of {what} have nowhere to go today")
        mend = _("add a sell or dispose row to markets.csv, or an exchange")
    else:
        text = _("{name}: {amount} of {what} come from nowhere today")
        mend = _("add a buy row to markets.csv, or an exchange")
    return Fault("markets.csv", 0, "", "", text.format(name=name, amount=shown, what=what), mend)
