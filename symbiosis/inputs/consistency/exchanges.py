"""Today's exchanges: they join ends that give and take what they carry, and no more of it."""

from collections import defaultdict
from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.places import TodayExchange
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import among, exceeds, fault_of, yearly
from symbiosis.inputs.consistency.places import coordinates, straight_km
from symbiosis.locale import _


def check_exchanges(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Rows whose ends fit are then counted together, where anything runs today."""
    fitting: list[tuple[TodayExchange, str]] = []
    first: dict[tuple[str, str, str, str], int] = {}
    for row in dataset.exchanges:
        served = row.serves_resource_id or row.resource_id
        faults = list(_ends_fit(ends, row, served))
        key = (row.donor_id, row.receiver_id, row.resource_id, served)
        if not faults and first.setdefault(key, row.row) != row.row:
            faults.append(
                fault_of(
                    row,
                    "serves_resource_id",
                    _("stands already in row {row}").format(row=first[key]),
                    _("keep one of the two rows"),
                )
            )
        if not faults:
            fitting.append((row, served))
        yield from faults
    if dataset.settings.baseline == "today":
        yield from _amounts(dataset, ends, fitting)


def _ends_fit(ends: Ends, row: TodayExchange, served: str) -> Iterator[Fault]:
    """Whether the donor gives the resource and the receiver takes what it serves."""
    donor, receiver, resource = row.donor_id, row.receiver_id, row.resource_id
    if donor == receiver and served == resource:
        yield fault_of(
            row,
            "receiver_id",
            _("is also the donor"),
            _("what an enterprise uses itself is no exchange: take the row out"),
        )
        return
    if resource not in ends.gives[donor]:
        yield fault_of(
            row,
            "resource_id",
            _("is not given by '{owner}'").format(owner=donor),
            among(resource, ends.gives[donor]),
        )
    if served != resource and served not in ends.stand_ins[resource]:
        yield fault_of(
            row,
            "serves_resource_id",
            _("cannot be served by '{resource}'").format(resource=resource),
            _("add the pair to {file}, or mend the name").format(file="substitutes.csv"),
        )
    if served not in ends.takes[receiver]:
        ways = [w for w in (resource, *ends.stand_ins[resource]) if w in ends.takes[receiver]]
        yield fault_of(
            row,
            "serves_resource_id" if row.serves_resource_id else "resource_id",
            _("is not taken by '{owner}'").format(owner=receiver),
            _("write serves_resource_id = {names}").format(names=" / ".join(ways))
            if ways
            else among(served, ends.takes[receiver]),
        )


def _amounts(
    dataset: Dataset, ends: Ends, rows: list[tuple[TodayExchange, str]]
) -> Iterator[Fault]:
    """Nobody sends more than it gives today or receives more than it needs today.

    The fault stands at the row whose amount goes beyond the limit.
    """
    sent: defaultdict[tuple[str, str], float] = defaultdict(float)
    received: defaultdict[tuple[str, str], float] = defaultdict(float)
    replaced: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    told: set[tuple[str, ...]] = set()

    def beyond(
        row: TodayExchange, place: tuple[str, ...], total: float, most: float, say: str, mend: str
    ) -> Iterator[Fault]:
        """The fault of a `place` (what is counted, owner, ..., resource), told once."""
        if place in told or not exceeds(total, most):
            return
        told.add(place)
        problem = say.format(
            owner=place[1],
            resource=place[-1],
            total=yearly(dataset, place[-1], total),
            most=yearly(dataset, place[-1], most),
        )
        yield fault_of(row, "amount", problem, mend, yearly(dataset, row.resource_id, row.amount))

    for row, served in rows:
        donor, receiver, resource = row.donor_id, row.receiver_id, row.resource_id
        stand_in = ends.stand_ins[resource].get(served) if served != resource else None
        serving = row.amount * _efficiency(dataset, row) * (stand_in.ratio if stand_in else 1.0)
        sent[donor, resource] += row.amount
        received[receiver, served] += serving
        need = ends.needed_today[receiver, served]
        yield from beyond(
            row,
            ("sent", donor, resource),
            sent[donor, resource],
            ends.given_today[donor, resource],
            _("'{owner}' would send {total} of '{resource}' but gives {most} today"),
            _("lower the amounts, or mend what it gives in units.csv or streams.csv"),
        )
        too_much = list(
            beyond(
                row,
                ("received", receiver, served),
                received[receiver, served],
                need,
                _("'{owner}' would receive {total} as '{resource}' but needs {most} today"),
                _("lower the amounts, or mend what it needs in units.csv or streams.csv"),
            )
        )
        yield from too_much
        if stand_in and not too_much:
            replaced[receiver, resource, served] += serving
            yield from beyond(
                row,
                ("replaced", receiver, resource, served),
                replaced[receiver, resource, served],
                need * stand_in.max_share,
                _("'{owner}' would replace {total} of its '{resource}'; max_share allows {most}"),
                _("lower the amount, or raise max_share in {file}").format(file="substitutes.csv"),
            )


def _efficiency(dataset: Dataset, row: TodayExchange) -> float:
    """Share that arrives: by the declared link, else by the carrier's loss over the way."""
    distance = None
    for link in dataset.links:
        if (link.from_id, link.to_id, link.resource_id) == (
            row.donor_id,
            row.receiver_id,
            row.resource_id,
        ):
            if link.loss_share > 0:
                return 1 - link.loss_share
            distance = link.distance
    if distance is None:
        ends = [
            coordinates(dataset, dataset.enterprise[e]) for e in (row.donor_id, row.receiver_id)
        ]
        if ends[0] is None or ends[1] is None:
            return 1.0
        distance = dataset.settings.network.detour_factor * straight_km(*ends[0], *ends[1])
    carrier = dataset.carrier_over(row.resource_id, distance)
    return float((1 - carrier.loss_per_km) ** distance) if carrier else 1.0
