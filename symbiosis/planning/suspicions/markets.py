"""Markets: prices at which a trader could live on buying and selling alone."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.resources import Market
from symbiosis.locale import _
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, number, warning
from symbiosis.planning.today import Markets


def crossed_prices(prepared: Prepared) -> Iterator[Weighed]:
    """Resources that outsiders buy, or take away, for more than they ask for them.

    No plan can resell (what is bought serves needs only), so such prices forbid nothing; but they
    are often a slip, and they reward making a resource while buying it.
    """
    dataset = prepared.dataset
    markets = Markets(dataset)
    found: dict[tuple[int, int], Weighed] = {}
    for resource in group(dataset.markets, "resource_id"):
        for actor in prepared.actors.actors:
            buy = markets.row(actor, resource, "buy")
            for action, gain in (("sell", 1.0), ("dispose", -1.0)):
                other = markets.row(actor, resource, action)
                if buy is None or other is None:
                    continue
                if gain * other.price > buy.price + 1e-9 * abs(buy.price):
                    found.setdefault((buy.row, other.row), _crossed(dataset, buy, other))
    yield from found.values()


def _crossed(dataset: Dataset, buy: Market, other: Market) -> Weighed:
    problem = _("outsiders pay more for {resource} than they ask for it: row {row} has {price}")
    return warning(
        "markets.csv",
        problem.format(resource=buy.resource_id, row=other.row, price=_price(dataset, other)),
        _("check both prices and their units"),
        row=buy.row,
        column="price",
        value=_price(dataset, buy),
    )


def _price(dataset: Dataset, row: Market) -> str:
    return f"{number(row.price * 1e4)} 元/{dataset.resource[row.resource_id].unit}"
