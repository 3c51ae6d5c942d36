"""What an exchange costs, loses and may carry, from carriers, links and places alone."""

from collections import defaultdict
from dataclasses import dataclass
from math import inf, isnan

from symbiosis.domain.places import Link, TodayExchange
from symbiosis.domain.resources import Carrier, Resource
from symbiosis.domain.units import factor
from symbiosis.planning.audit.heat import loads_of, utility_resource
from symbiosis.planning.audit.records import Member, Records


@dataclass(frozen=True)
class Way:
    """A donor's resource on its way to a receiver's need.

    declared    "link" by a row of links.csv, "today" by one of exchanges.csv, else ""
    yields      units of the need served per unit sent
    freight     万元 per unit sent
    link        infrastructure it runs on, "" where none is built or limited
    pumping     of `pumping_resource`, needed by the donor per unit sent
    """

    declared: str
    apart: bool
    distance_km: float
    carrier: str
    reach: float
    freight: float
    yields: float
    max_share: float
    least_lot: float
    link: str
    pumping_resource: str = ""
    pumping: float = 0.0


@dataclass(frozen=True)
class Infrastructure:
    """A link: what it costs from the cheapest to the dearest pair of places at its two sites.

    least_share   smallest flow of a slice in which it carries anything, share of its capacity
    """

    resource: str
    fixed_cost: tuple[float, float]
    capacity_cost: tuple[float, float]
    existing: float
    most_capacity: float
    least_share: float = 0.0

    @property
    def has_capacity(self) -> bool:
        """Whether what may run on it is a matter of its capacity, not of a limit alone."""
        return max(*self.fixed_cost, *self.capacity_cost, self.least_share) > 0


class Ways:
    """Ways between members, each computed once."""

    def __init__(self, records: Records) -> None:
        """Index what is declared in `records`."""
        self.records = records
        dataset = records.dataset
        self.declared = {(x.from_id, x.to_id, x.resource_id): x for x in dataset.links}
        self.link_row = {x.link_id: x for x in dataset.links}
        self.today = {
            (x.donor_id, x.receiver_id, x.resource_id, x.serves_resource_id or x.resource_id): x
            for x in dataset.exchanges
        }
        self._found: dict[tuple[str, str, str, str], Way | None] = {}
        self._standing: defaultdict[str, list[Member]] = defaultdict(list)
        for member in records.members.values():
            self._standing[member.site].append(member)
        self._today_on: defaultdict[str, float] = defaultdict(float)
        for key, row in self.today.items():
            way = self.way(*key)
            if way and way.link:
                self._today_on[way.link] += row.amount

    def way(self, donor: str, receiver: str, resource: str, serves: str) -> Way | None:
        """The way of an exchange; None where the resource cannot serve the need."""
        key = donor, receiver, resource, serves
        if key not in self._found:
            self._found[key] = self._way(*key)
        return self._found[key]

    def row(self, donor: str, receiver: str, resource: str) -> Link | None:
        """The declared link between two members: one that names them, else that of their sites."""
        start, end = self.records.members[donor].site, self.records.members[receiver].site
        for names in ((donor, receiver), (donor, end), (start, receiver), (start, end)):
            if row := self.declared.get((*names, resource)):
                return row
        return None

    def _way(self, donor: str, receiver: str, resource: str, serves: str) -> Way | None:
        served = self.records.way(resource, serves)
        if served is None:
            return None
        ratio, max_share = served
        start, end = self.records.members[donor], self.records.members[receiver]
        kind = self.records.dataset.resource[resource]
        row = self.row(donor, receiver, resource)
        if row:
            return self._along(row, start, end, ratio, max_share, serves)
        declared = "today" if (donor, receiver, resource, serves) in self.today else ""
        if start.site == end.site:
            return Way(declared, False, 0.0, "", inf, 0.0, ratio, max_share, 0.0, "")
        km = self.records.way_km(start, end)
        if declared and isnan(km):
            km = 0.0  # it runs, wherever its ends stand
        carrier = self._carrier(kind, km)
        if carrier is None:
            return Way(declared, True, km, "", 0.0, 0.0, ratio, max_share, 0.0, "")
        running = self.today.get((donor, receiver, resource, serves))
        per_unit = carried_units(kind, carrier)
        builds = max(carrier.fixed_cost, carrier.capacity_cost, carrier.least_share) > 0
        return Way(
            declared,
            True,
            km,
            carrier.carrier_id,
            carrier.reach,
            per_unit * (carrier.handling + carrier.freight * km),
            ratio * (1 - carrier.loss_per_km) ** km,
            max_share,
            _lot(carrier, per_unit, running),
            f"{start.site}>{end.site}:{resource}" if builds else "",
            *_pumping(kind, carrier, km, start, end),
        )

    def _carrier(self, kind: Resource, km: float) -> Carrier | None:
        """What carries a resource over a distance; the far carrier beyond the reach of the near."""
        carriers = self.records.dataset.carrier
        near, far = carriers.get(kind.carrier_id), carriers.get(kind.far_carrier_id)
        return far if near and far and km > near.reach else near

    def _along(
        self,
        row: Link,
        start: Member,
        end: Member,
        ratio: float,
        max_share: float,
        serves: str,
    ) -> Way:
        """A declared link: its own numbers before those of the carrier."""
        kind = self.records.dataset.resource[row.resource_id]
        km = self._declared_km(row)
        carrier = self._carrier(kind, km)
        running = self.today.get((row.from_id, row.to_id, row.resource_id, serves))
        freight, least_lot, efficiency = 0.0, 0.0, 1.0
        if carrier:
            per_unit = carried_units(kind, carrier)
            freight = per_unit * (carrier.handling + carrier.freight * km)
            least_lot = _lot(carrier, per_unit, running)
            efficiency = (1 - carrier.loss_per_km) ** km if carrier.loss_per_km else 1.0
        if row.freight is not None:
            freight = row.freight
        if row.loss_share > 0:
            efficiency = 1 - row.loss_share
        of_row = self.infrastructure(row.link_id)
        built = of_row is not None and of_row.has_capacity
        limited = row.most_capacity is not None and self._is_shared(row)
        return Way(
            "link",
            True,
            km,
            carrier.carrier_id if carrier else "",
            inf,
            freight,
            ratio * efficiency,
            max_share,
            least_lot,
            row.link_id if built or limited else "",
            *_pumping(kind, carrier, km, start, end),
        )

    def _is_shared(self, row: Link) -> bool:
        """Whether the link may carry more than one exchange: several ends, or several needs."""
        offered = self.records.dataset.offered
        running = [
            unit
            for unit in self.records.processes.values()
            if (offered(self.records.project_of(unit.place)) if unit.place else unit.most > 0)
        ]
        donors = {unit.actor for unit in running if unit.gives.get(row.resource_id, 0.0) > 0}
        needs: set[tuple[str, str]] = {
            (unit.actor, resource)
            for unit in running
            for resource, coefficient in unit.takes.items()
            if coefficient > 0
        }
        for stream in self.records.streams.values():
            most = stream.amount if stream.most_amount is None else stream.most_amount
            if most > 0 and stream.direction == "need":
                needs.add((stream.enterprise_id, stream.resource_id))
            elif most > 0 and stream.resource_id == row.resource_id:
                donors.add(stream.enterprise_id)
        needs |= {
            (load.site, utility_resource(self.records, "hot")) for load in loads_of(self.records)
        }
        served = [
            (donor, receiver, need)
            for receiver, need in needs
            if (way := self.records.way(row.resource_id, need)) is not None and way[1] > 0
            for donor in donors
            if self.row(donor, receiver, row.resource_id) is row
        ]
        return len(served) > 1

    def _declared_km(self, row: Link) -> float:
        """Length of a declared link; nil within a site and where a place is not known."""
        if row.distance is not None:
            return row.distance
        start, end = self.records.members[row.from_id], self.records.members[row.to_id]
        km = 0.0 if start.site == end.site else self.records.way_km(start, end)
        return 0.0 if isnan(km) else km

    def infrastructure(self, link_id: str) -> Infrastructure | None:
        """What a link costs and carries; None where there can be no such link."""
        row = self.link_row.get(link_id)
        if row:
            return self._declared_infrastructure(row)
        sites, colon, resource = link_id.rpartition(":")
        start, arrow, end = sites.partition(">")
        kind = self.records.dataset.resource.get(resource)
        ways = [
            self.records.way_km(one, other)
            for one in self._standing.get(start, ())
            for other in self._standing.get(end, ())
        ]
        if kind is None or not (colon and arrow):
            return None
        carried = [
            (km, carrier)
            for km in ways
            if not isnan(km) and (carrier := self._carrier(kind, km)) is not None
        ]
        if not carried:
            return None
        fixed = [carrier.fixed_cost * km for km, carrier in carried]
        capacity = [carried_units(kind, c) * c.capacity_cost * km for km, c in carried]
        return Infrastructure(
            resource,
            (min(fixed), max(fixed)),
            (min(capacity), max(capacity)),
            self._today_on[link_id],
            inf,
            min(carrier.least_share for _, carrier in carried),
        )

    def _declared_infrastructure(self, row: Link) -> Infrastructure:
        km = self._declared_km(row)
        kind = self.records.dataset.resource[row.resource_id]
        carrier = self._carrier(kind, km)
        fixed, per_capacity = row.fixed_cost, row.capacity_cost
        if fixed is None:
            fixed = carrier.fixed_cost * km if carrier else 0.0
        if per_capacity is None:
            per_capacity = (
                carried_units(kind, carrier) * carrier.capacity_cost * km if carrier else 0.0
            )
        return Infrastructure(
            row.resource_id,
            (fixed, fixed),
            (per_capacity, per_capacity),
            max(row.existing_capacity, self._today_on[row.link_id]),
            inf if row.most_capacity is None else row.most_capacity,
            row.least_share
            if row.least_share is not None
            else carrier.least_share
            if carrier
            else 0.0,
        )


def _pumping(
    kind: Resource, carrier: Carrier | None, km: float, start: Member, end: Member
) -> tuple[str, float]:
    """What the pumps run on, and how much of it a unit sent needs; lifting counts uphill only."""
    if carrier is None:
        return "", 0.0
    lift = end.elevation_m - start.elevation_m
    uphill = lift if lift > 0 else 0.0  # downhill, or not known
    needed = carried_units(kind, carrier) * (
        carrier.pumping_per_km * km + carrier.pumping_per_m * uphill
    )
    return (carrier.pumping_resource, needed) if needed > 0 else ("", 0.0)


def _lot(carrier: Carrier, per_unit: float, running: TodayExchange | None) -> float:
    """Smallest yearly amount; what runs today is agreed already."""
    lot = carrier.least_lot / per_unit if per_unit else 0.0
    return min(lot, running.amount) if running else lot


def carried_units(resource: Resource, carrier: Carrier) -> float:
    """Units a carrier counts per unit of a resource; by mass where it counts tonnes."""
    if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
        return resource.mass
    return factor(resource.unit, carrier.unit)
