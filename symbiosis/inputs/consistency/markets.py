"""Markets: no actor may earn without end by buying only to sell or to dispose of."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import Fault
from symbiosis.domain.resources import Market
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import above, fault_of, number
from symbiosis.locale import _


def check_markets(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """The fault stands at the actor's own row, or at what is sold or disposed of."""
    rows: dict[tuple[str, str, str], Market] = {
        (row.resource_id, row.action, row.enterprise_id): row for row in dataset.markets
    }

    def of(resource: str, action: str, actor: str) -> Market | None:
        """The actor's own row stands before the general one."""
        return rows.get((resource, action, actor)) or rows.get((resource, action, ""))

    for resource, members in group(dataset.markets, "resource_id").items():
        for actor in dict.fromkeys(["", *(row.enterprise_id for row in members)]):
            buy = of(resource, "buy", actor)
            both = resource in ends.gives[actor] and ends.can_use(actor, resource)
            if buy is None or (actor and not both):  # it buys only what it takes
                continue
            for action, gain in (("sell", 1.0), ("dispose", -1.0)):
                other = of(resource, action, actor)
                if other is None or (actor and not (buy.enterprise_id or other.enterprise_id)):
                    continue
                if above(gain * other.price, buy.price):
                    named, against = (other, buy) if other.enterprise_id == actor else (buy, other)
                    yield fault_of(
                        named,
                        "price",
                        _(
                            "buying '{resource}' only to sell or dispose of it would earn money "
                            "without end: row {row} has {price}"
                        ).format(
                            resource=resource, row=against.row, price=_price(dataset, against)
                        ),
                        _("the buying price must not be below the selling price")
                        if action == "sell"
                        else _("the buying price must not be below what disposal pays"),
                        _price(dataset, named),
                    )


def _price(dataset: Dataset, row: Market) -> str:
    return f"{number(row.price * 1e4)} 元/{dataset.resource[row.resource_id].unit}"
