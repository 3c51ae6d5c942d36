"""What runs today: units with their capacity and use, and the amounts that are exchanged.

Two amounts may depend on each other. An exchange may be what its receiver still lacks or its donor
still has ("need", "supply"), and a unit under [[closing]] runs as much as the balance of a resource
at its enterprise asks for. Each is settled once: units in the order of [[closing]], so that a unit
whose resource depends on the use of another one stands after it; exchanges in file order, given
amounts first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from library import Row
from park_tables.carriers import link_loss
from park_tables.cells import text, yuan
from park_tables.choices import Park

# Amount per year of one unit in which the library states capacities
PER_YEAR = {"t/a": 1.0, "万t/a": 1e4, "MW": 8760.0, "MW热": 31536.0, "万m3/d": 3.65e6}

Utilisation = dict[str, float]


@dataclass(frozen=True)
class Capacity:
    """Capacity of a unit: per year in its reference resource, and as the table writes it."""

    per_year: float
    written: str
    unit: str


@dataclass(frozen=True)
class Exchange:
    """An exchange in place.

    family      of the library table that states its price
    efficiency  share that arrives
    given       its amount, or while it is open "need" or "supply"
    share       of the open need that it covers
    """

    donor: str
    receiver: str
    resource: str
    serves: str
    ratio: float
    efficiency: float
    given: str
    share: float
    amount: float
    family: str
    price: float
    price_unit: str
    since: str
    provenance: str
    check: str
    source: str
    note: str

    @property
    def serving(self) -> float:
        """What it covers of the need it serves."""
        return self.amount * self.ratio * self.efficiency

    @property
    def settled(self) -> bool:
        """Whether the amount is known."""
        return self.given not in ("need", "supply")


class Today:
    """Units, their use, and exchanges of the base year."""

    def __init__(self, park: Park) -> None:
        """Keep the park."""
        self.park = park

    # Units

    @cached_property
    def units(self) -> dict[str, Row]:
        """Library rows of our units that run in the base year, then [[units]], by unit."""
        found: dict[str, Row] = {}
        left_out = self.park.choices.get("units_left_out", {})
        for row in [*self.park.library.rows("enterprise_units"), *self._own_units()]:
            starts, ends = int(row["year_from"] or 0), int(row["year_to"] or 9999)
            if row["ent_id"] in self.park.enterprise_ids and starts <= self.park.base_year <= ends:
                name = f"{row['ent_id']}-{row['recipe_id']}"
                twice = sum(other.startswith(name) for other in found)
                found[f"{name}-{twice + 1}" if twice else name] = row
        return {key: row for key, row in found.items() if key not in left_out}

    def _own_units(self) -> Iterator[Row]:
        """Units of [[units]], which the library does not have, as its rows."""
        for own in self.park.choices.get("units", []):
            cells = {name: str(value) for name, value in own.items() if name != "reason"}
            years = {"year_from": "", "year_to": "", "note": ""}
            yield years | cells | self.park.assumed(own["reason"])

    @cached_property
    def capacity(self) -> dict[str, Capacity]:
        """Capacity of every unit."""
        found = {}
        for key, row in self.units.items():
            recipe, size, unit = row["recipe_id"], float(row["capacity"]), row["capacity_unit"]
            if recipe.startswith("R"):  # sized as a project: 万m2 of heated floor, ...
                per_year = size * self._activity_per_size(recipe)
                reference = self.park.unit_of(self.park.reference_of(recipe))
                found[key] = Capacity(per_year, text(per_year), f"{reference}/a")
            else:
                found[key] = Capacity(size * PER_YEAR[unit], row["capacity"], unit)
        return found

    def _activity_per_size(self, recipe: str) -> float:
        for row in self.park.library.rows("project_units"):
            if row["recipe_id"] == recipe:
                return float(row["in_unit_per_year_factor"])
        raise KeyError(recipe)

    @cached_property
    def utilisation(self) -> Utilisation:
        """Utilisation today; of the units under [[closing]], what their balance needs."""
        closing = {own["unit_id"]: own["resource"] for own in self.park.choices.get("closing", [])}
        found = {
            key: float(row["utilisation"]) for key, row in self.units.items() if key not in closing
        }
        for key, resource in closing.items():
            unit = self.units[key]
            surplus = self._surplus(unit["ent_id"], resource, found)
            per_activity = self.park.net(unit["recipe_id"], resource)
            found[key] = -surplus / per_activity / self.capacity[key].per_year
        return found

    def surplus(self, enterprise: str, resource: str) -> float:
        """What the units of an enterprise give of a resource less all that takes it, per year."""
        return self._surplus(enterprise, resource, self.utilisation)

    def _surplus(self, enterprise: str, resource: str, utilisation: Utilisation) -> float:
        left = self._made(enterprise, resource, utilisation)
        for row in self._settle(utilisation):
            if (row.donor, row.resource) == (enterprise, resource):
                left -= row.amount
            if (row.receiver, row.serves) == (enterprise, resource):
                left += row.serving
        return left

    def _made(self, enterprise: str, resource: str, utilisation: Utilisation) -> float:
        """What units, with those of `utilisation`, and water streams give less what all take."""
        made = self.park.water_today.surplus(enterprise, resource) + sum(
            self.capacity[key].per_year
            * utilisation[key]
            * self.park.net(row["recipe_id"], resource)
            for key, row in self.units.items()
            if row["ent_id"] == enterprise and key in utilisation
        )
        return made - self.park.heat.hot_utility_needed(enterprise, resource)

    # Exchanges

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """Exchanges in place with their amounts."""
        return self._settle(self.utilisation)

    @property
    def heat_arriving(self) -> dict[str, float]:
        """GJ a year that networks give to whom boilers would heat otherwise."""
        served = self.park.choices.get("heat", {}).get("boilers", {}).get("gives")
        found: dict[str, float] = {}
        for row in self.exchanges:
            if row.serves == served:
                found[row.receiver] = found.get(row.receiver, 0.0) + row.serving
        return found

    def _settle(self, utilisation: Utilisation) -> list[Exchange]:
        """Exchanges with their amounts: given ones first, then those that close a balance."""
        rows = list(self._exchanges_before_balancing)
        for place, row in enumerate(rows):
            settled = [other for other in rows if other.settled]
            if row.given == "need":
                amount = -self._made(row.receiver, row.serves, utilisation)
                amount -= sum(
                    other.serving
                    for other in settled
                    if (other.receiver, other.serves) == (row.receiver, row.serves)
                )
                amount *= row.share
                amount /= row.ratio * row.efficiency
                rows[place] = replace(row, given="balanced", amount=amount)
            elif row.given == "supply":
                amount = self._made(row.donor, row.resource, utilisation)
                for other in settled:  # what it receives serves its own units first
                    if (other.receiver, other.serves) == (row.donor, row.resource):
                        amount += other.serving
                    if (other.donor, other.resource) == (row.donor, row.resource):
                        amount -= other.amount
                rows[place] = replace(row, given="balanced", amount=amount)
        return rows

    @cached_property
    def _exchanges_before_balancing(self) -> tuple[Exchange, ...]:
        return (*self._exchanges_of_library(), *self._exchanges_added())

    def _exchanges_of_library(self) -> Iterator[Exchange]:
        """Those between our enterprises, with our changes in place."""
        changed = {
            (own["donor"], own["receiver"], own["resource"]): own
            for own in self.park.choices["exchanges"].get("changed", [])
        }
        members = set(self.park.enterprise_ids)
        for row in self.park.library.rows("today_exchanges"):
            donor, receiver, resource = row["donor_ent"], row["receiver_ent"], row["resource_id"]
            if donor == receiver or not {donor, receiver} <= members:
                continue
            own = changed.pop((donor, receiver, resource), None)
            if own and own.get("left_out"):
                continue
            yield self._exchange(
                (donor, receiver, resource),
                (own or {}).get("serves") or self._served(receiver, resource),
                own.get("amount", row["amount_per_year"]) if own else row["amount_per_year"],
                family=row["family"],
                price=float(row["price"]),
                price_unit=yuan(row["price_unit"]),
                since=row["since"],
                provenance=row["provenance"],
                check="derived" if own else row["check"],
                source=self.park.our_source(own["reason"]) if own else row["source"],
                note=row["note"],
            )
        if changed:
            raise KeyError(f"[[exchanges.changed]]: no library row for {sorted(changed)}")

    def _exchanges_added(self) -> Iterator[Exchange]:
        added = self.park.choices["exchanges"].get("added", [])
        for own in [*added, *self.park.water_today.exchanges()]:
            yield self._exchange(
                (own["donor"], own["receiver"], own["resource"]),
                own.get("serves", own["resource"]),
                own["amount"],
                family=self.park.resource[own["resource"]].get("family", ""),
                price=float(own["price"]),
                price_unit=own["price_unit"],
                since=str(own["since"]),
                provenance="assumption",
                check=own["check"],
                source=self.park.our_source(own["reason"]),
                note="",
                share=float(own.get("share", 1)),
            )

    def _exchange(
        self,
        key: tuple[str, str, str],
        serves: str,
        given: str | float,
        share: float = 1.0,
        **cells: Any,
    ) -> Exchange:
        donor, receiver, resource = key
        ratio = 1.0 if serves == resource else self._ratio[resource, serves]
        amount = 0.0 if given in ("need", "supply") else float(given)
        arrives = 1 - link_loss(self.park, *key)
        return Exchange(*key, serves, ratio, arrives, str(given), share, amount, **cells)

    def _served(self, receiver: str, resource: str) -> str:
        """The need a resource serves at the receiver: its own, or the only one it may replace."""
        needs = {
            flow["resource_id"]
            for unit in self.units.values()
            if unit["ent_id"] == receiver
            for flow in self.park.flows_of_recipe[unit["recipe_id"]]
            if flow["direction"] == "in"
        }
        if resource in needs:
            return resource
        replaced = [to for one, to in self._ratio if one == resource and to in needs]
        if len(replaced) != 1:
            raise ValueError(f"{resource} could serve {replaced or 'nothing'} at {receiver}")
        return replaced[0]

    @cached_property
    def _ratio(self) -> dict[tuple[str, str], float]:
        return {
            (row["from_resource"], row["to_resource"]): float(row["replacement_ratio"])
            for row in self.park.substitutes
        }
