"""Markets: a row for every trade, at its price, within its limit."""

from collections import defaultdict

from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import SMALLEST, Tally


def check_markets(records: Records, tables: Tables, tally: Tally) -> None:
    """`market_exists`, `price`, `market_limit`; all actors of a row share its limit."""
    tally.declare("market_exists", "price", "market_limit")
    for (subject, t), (amount, limit) in limited_trades(records, tables).items():
        unit = records.unit(subject.split(":")[1])
        tally.at_most("market_limit", amount, limit, *subject.split(":"), t, unit=unit)
    for row in tables.trades:
        where = row.actor, row.resource, row.action, row.period
        market = records.market(row.actor, row.resource, row.action)
        text = _("{where}: there is no such market")
        tally.holds("market_exists", market is not None, *where, text=text)
        if market is not None:
            unit = f"wanyuan/{records.dataset.resource[row.resource].unit}"
            tally.equal("price", row.price, market.price, *where, least_scale=SMALLEST, unit=unit)


def limited_trades(records: Records, tables: Tables) -> dict[tuple[str, str], tuple[float, float]]:
    """Traded and limit of every limited market, by `whose:resource:action`, period."""
    traded: defaultdict[tuple[str, str], float] = defaultdict(float)
    limits = {}
    for row in tables.trades:
        market = records.market(row.actor, row.resource, row.action)
        if market is not None and market.most is not None:
            subject = f"{market.whose}:{row.resource}:{row.action}"
            traded[subject, row.period] += row.plan
            limits[subject] = market.most
    return {key: (amount, limits[key[0]]) for key, amount in traded.items()}
