"""Heat machines and carriers on their way, recomputed: first law and second, slice by slice.

A heat machine is a recipe that takes heat or a carrier and gives energy, and has no fuel: each of
its flows is energy in a unit of energy, water or a service.

    heat_taken + carriers_taken + power_taken = heat_given + carriers_given + power_given + loss
"""

from dataclasses import dataclass
from functools import cached_property
from math import isnan, log

from symbiosis.domain.resources import Resource
from symbiosis.domain.units import UnitError, factor
from symbiosis.locale import _
from symbiosis.planning.audit.heat import activity_in
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import HeatMachineRow, Tables
from symbiosis.planning.audit.tally import Tally
from symbiosis.planning.audit.ways import Ways

ZERO_C = 273.15
UNIT = "GJ"
DATA = 1e-3  # of what goes in: rounding of the coefficients of a recipe
COLUMNS = (
    *("heat_taken", "carriers_taken", "power_taken", "heat_given", "carriers_given"),
    *("power_given", "exergy_taken", "exergy_given"),
)
Exchange = tuple[str, str, str, str]  # donor, receiver, resource, serves


def exergy_share(records: Records, high: float, low: float) -> float:
    """1 - T0 / T, T the logarithmic mean of two temperatures in kelvin."""
    above, below = high + ZERO_C, low + ZERO_C
    mean = above if above - below < 1e-6 else (above - below) / log(above / below)
    return 1.0 - (records.settings.heat.ambient_celsius + ZERO_C) / mean


@dataclass(frozen=True)
class Machine:
    """GJ per unit of activity of a recipe, by column; unknown exergy is NaN."""

    heat_taken: float
    carriers_taken: float
    power_taken: float
    heat_given: float
    carriers_given: float
    power_given: float
    exergy_taken: float
    exergy_given: float

    @property
    def taken(self) -> float:
        """Energy that goes in."""
        return self.heat_taken + self.carriers_taken + self.power_taken

    @property
    def loss(self) -> float:
        """What goes in less what comes out."""
        return self.taken - self.heat_given - self.carriers_given - self.power_given


class Machines:
    """The heat machines of the records and the exergy in a GJ of what they turn."""

    def __init__(self, records: Records) -> None:
        """Index the recipes of `records`."""
        self.records = records
        dataset = records.dataset
        self.streams: dict[str, list[tuple[str, float, float, float]]] = {}
        for x in dataset.thermal_streams:
            if x.recipe_id:
                share = x.recoverable_share if x.role == "hot" else 1.0
                heat = share * (x.duty_per_activity or 0.0)
                low, high = sorted((x.supply_celsius, x.target_celsius))
                self.streams.setdefault(x.recipe_id, []).append((x.role, heat, high, low))
        self.flows: dict[str, list[tuple[str, Resource, float]]] = {}
        for flow in dataset.recipe_flows:
            kind = dataset.resource[flow.resource_id]
            if flow.coefficient > 0:
                row = flow.direction, kind, flow.coefficient
                self.flows.setdefault(flow.recipe_id, []).append(row)

    def is_machine(self, recipe: str) -> bool:
        """Whether a recipe is a heat machine."""
        flows, roles = self.flows.get(recipe, []), {x[0] for x in self.streams.get(recipe, ())}
        for _direction, kind, _amount in flows:
            if kind.kind == "material" and kind.role != "service":
                return False
            if kind.kind == "energy" and isnan(_gj(kind)):
                return False
        energy = [(d, kind.state) for d, kind, _amount in flows if kind.kind == "energy"]
        takes = "cold" in roles or any(d == "in" and state != "power" for d, state in energy)
        return takes and ("hot" in roles or any(d == "out" for d, _state in energy))

    @cached_property
    def worth(self) -> dict[str, float]:
        """Exergy in a GJ of power, and of a carrier by the streams that raise it or it heats."""
        found = {r.resource_id: 1.0 for r in self.records.dataset.resources if r.state == "power"}
        for recipe, streams in self.streams.items():
            if not self.is_machine(recipe):
                continue
            for role, direction in (("cold", "out"), ("hot", "in")):
                own = [row for row in streams if row[0] == role]
                heat = sum(row[1] for row in own)
                lifts = role == "cold" and any(
                    way == "in" and kind.kind == "energy" and kind.state != "power"
                    for way, kind, _amount in self.flows.get(recipe, ())
                )
                if heat <= 0 or lifts:
                    continue
                work = sum(h * exergy_share(self.records, *ends) for _r, h, *ends in own)
                for way, kind, _amount in self.flows.get(recipe, ()):
                    if way == direction and kind.kind == "energy":
                        known = found.get(kind.resource_id, work / heat)
                        found[kind.resource_id] = max(known, work / heat)
        return found

    def of(self, recipe: str) -> Machine:
        """A recipe's energy and exergy."""
        columns: list[float] = []
        exergy = []
        for role, direction in (("cold", "in"), ("hot", "out")):
            own = [row for row in self.streams.get(recipe, ()) if row[0] == role]
            energy = [
                (kind, _gj(kind) * amount)
                for way, kind, amount in self.flows.get(recipe, ())
                if way == direction and kind.kind == "energy"
            ]
            columns.append(sum(row[1] for row in own))
            columns.append(sum(gj for kind, gj in energy if kind.state != "power"))
            columns.append(sum(gj for kind, gj in energy if kind.state == "power"))
            work = sum(h * exergy_share(self.records, *ends) for _role, h, *ends in own)
            nan = float("nan")
            exergy.append(work + sum(gj * self.worth.get(k.resource_id, nan) for k, gj in energy))
        return Machine(*columns, *exergy)


def _gj(kind: Resource) -> float:
    """GJ in a unit, NaN where it measures no energy."""
    try:
        return factor(kind.unit, "GJ")
    except UnitError:
        return float("nan")


def check_heat_machines(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`heat_machine` and `heat_way`: every machine and carrier that runs has its row."""
    machines = Machines(records)
    running = {unit: machines.is_machine(x.recipe) for unit, x in records.processes.items()}
    if not any(running.values()) and not (tables.heat_machines or tables.heat_ways):
        return
    tally.declare("heat_machine", "heat_way")
    rows = {(row.unit_id, row.period, row.slice): row for row in tables.heat_machines}
    expected = set()
    for t in records.order:
        for part in records.settings.slices:
            for unit, activity in activity_in(records, tables, t, part.id).items():
                key = unit, t, part.id
                if not running[unit] or activity <= 0:
                    continue
                expected.add(key)
                text = _("{where}: has no row")
                if tally.holds("heat_machine", key in rows, *key, text=text):
                    machine = machines.of(records.processes[unit].recipe)
                    _check_machine(rows[key], machine, activity, tally)
    text = _("{where}: is no heat machine that runs")
    for key in rows:
        tally.holds("heat_machine", key in expected, *key, text=text)
    _check_ways(records, machines, ways, tables, tally)


def _check_machine(row: HeatMachineRow, machine: Machine, activity: float, tally: Tally) -> None:
    """Every column by the activity; what comes in goes out or is lost, and not more."""
    where = row.unit_id, row.period, row.slice
    taken = row.heat_taken + row.carriers_taken + row.power_taken
    given = row.heat_given + row.carriers_given + row.power_given
    size = activity * max(machine.taken, machine.taken - machine.loss)
    columns = [(name, getattr(row, name), getattr(machine, name)) for name in COLUMNS]
    columns += [
        ("loss", row.loss, machine.loss),
        ("destroyed", row.destroyed, machine.exergy_taken - machine.exergy_given),
    ]
    for name, found, per_activity in columns:
        if isnan(per_activity):
            text = _("{where}: cannot be known")
            tally.holds("heat_machine", isnan(found), *where, name, text=text)
        else:
            amount = activity * per_activity
            tally.equal("heat_machine", found, amount, *where, name, scale=size, unit=UNIT)
    text = _("{where}: {found} of energy come in, {expected} go out or are lost")
    balanced = given + row.loss
    tally.equal("heat_machine", taken, balanced, *where, scale=size, unit=UNIT, text=text)
    text = _("{where}: {found} of energy come from nowhere")
    tally.at_least("heat_machine", row.loss, -DATA * size, *where, scale=size, unit=UNIT, text=text)


def _check_ways(
    records: Records, machines: Machines, ways: Ways, tables: Tables, tally: Tally
) -> None:
    """Every carrier of known temperatures that is exchanged, in every slice."""
    expected: dict[tuple[str, str, str, str, str, str], tuple[float, float, float]] = {}
    for t in records.order:
        for part in records.settings.slices:
            for key, amount in exchanged_in(records, tables, t, part.id).items():
                row = way_of(records, machines, ways, key, amount)
                if row:
                    expected[*key, t, part.id] = row
    rows = {
        (x.donor, x.receiver, x.resource, x.serves, x.period, x.slice): x for x in tables.heat_ways
    }
    for place in dict.fromkeys([*expected, *rows]):
        text = _("{where}: is no carrier that is exchanged, or has no row")
        there = place in expected and place in rows
        if not tally.holds("heat_way", there, *place, text=text):
            continue
        found = rows[place].sent, rows[place].received, rows[place].destroyed
        for name, one, other in zip(
            ("sent", "received", "destroyed"), found, expected[place], strict=True
        ):
            scale = expected[place][0]
            tally.equal("heat_way", one, other, *place, name, scale=scale, unit=UNIT)


def way_of(
    records: Records, machines: Machines, ways: Ways, key: Exchange, amount: float
) -> tuple[float, float, float] | None:
    """GJ sent and received, and exergy that does not arrive; None for what is no carrier."""
    donor, receiver, resource, serves = key
    way, kind = ways.way(*key), records.dataset.resource[resource]
    worth = machines.worth.get(resource)
    served = records.way(resource, serves)
    if worth is None or way is None or served is None or kind.state == "power" or amount <= 0:
        return None
    sent = amount * _gj(kind)
    received = sent * way.yields / served[0]
    return sent, received, sent * worth - received * machines.worth.get(serves, worth)


def exchanged_in(records: Records, tables: Tables, t: str, slice_id: str) -> dict[Exchange, float]:
    """What is exchanged in a slice; what is counted over the year runs evenly."""
    hours = {part.id: part.hours / 8760 for part in records.settings.slices}
    kinds = records.dataset.resource
    found = {}
    for x in tables.exchanges:
        key = x.donor, x.receiver, x.resource, x.serves
        sliced = len(hours) > 1 and "slice" in (kinds[x.resource].balance, kinds[x.serves].balance)
        if x.period == t and not sliced:
            found[key] = hours[slice_id] * x.plan
    for part in tables.exchanges_by_slice:
        if (part.period, part.slice) == (t, slice_id):
            found[part.donor, part.receiver, part.resource, part.serves] = part.plan
    return found
