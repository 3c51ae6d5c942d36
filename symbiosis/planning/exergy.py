"""The second law: the work that heat could do, and where it is destroyed.

exergy          zone, period, slice, given, from_machines, utility, brought, taken, to_machines,
                rejected, destroyed
                in a cascade: hot process streams, heat that machines give, hot utility, what heat
                links bring less what they take; cold process streams, heat that machines take up,
                what is thrown away, and what is destroyed between hot and cold streams
heat_machines   unit_id, recipe, period, slice, heat_taken, carriers_taken, power_taken, heat_given,
                carriers_given, power_given, loss, exergy_taken, exergy_given, destroyed
                energy of every heat machine (`domain.energy`); a loss below 0 comes from the
                environment; no exergy where a carrier's temperatures are not known
heat_ways       donor, receiver, resource, serves, period, slice, sent, received, destroyed
                carriers of known temperatures on their way; exergy of what does not arrive

All in GJ in the slice. Exergy of heat between two temperatures (kelvin), evenly spread, with the
environment at T0 = `heat.ambient_celsius`:

    E = Q (1 - T0 ln(Ta / Tb) / (Ta - Tb))

Streams count at their own temperatures, rejected heat at the shifted temperatures at which it
leaves. Hot utility is just hot enough for the hottest cold stream of its zone; what of it could be
done without, the least residual of the cascade, is thrown away in the top interval and counts
there. A carrier counts at the temperatures of the streams that raise it from nothing or that it
heats, whichever are worth more; power is all work.

    destroyed = given + from_machines + utility + brought - taken - to_machines - rejected

Source: Kotas (1985), The Exergy Method of Thermal Plant Analysis, chapter 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, log, nan
from typing import NamedTuple

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.energy import HeatMachine, gigajoules, heat_machines
from symbiosis.network.heat_zones import HeatLoad
from symbiosis.planning.heat_levels import Cascade, least_residual, source_above

ZERO_C = 273.15
When = tuple[str, str]  # period, slice


class Cascaded(NamedTuple):
    """A row of `exergy` without its place and time."""

    given: float
    from_machines: float
    utility: float
    brought: float
    taken: float
    to_machines: float
    rejected: float
    destroyed: float


class Turned(NamedTuple):
    """A row of `heat_machines` without its unit and time."""

    heat_taken: float
    carriers_taken: float
    power_taken: float
    heat_given: float
    carriers_given: float
    power_given: float
    loss: float
    exergy_taken: float
    exergy_given: float
    destroyed: float


class Sent(NamedTuple):
    """An exchange in a slice: `yields` units of the need served per unit sent."""

    donor: str
    receiver: str
    resource: str
    serves: str
    amount: float
    yields: float


@dataclass(frozen=True)
class Running:
    """What runs in a slice, of today or of a plan.

    heats       GJ of every load, by its position
    cascades    by zone
    activity    of units; recipes names theirs
    """

    heats: Mapping[int, float]
    cascades: Mapping[str, Cascade]
    activity: Mapping[str, float]
    exchanges: tuple[Sent, ...]


class Exergy:
    """The exergy of what runs; `recipes` names the recipe of every unit."""

    def __init__(
        self, dataset: Dataset, loads: tuple[HeatLoad, ...], recipes: Mapping[str, str]
    ) -> None:
        """Gather machines and carriers of `dataset`."""
        self.dataset, self.loads, self.recipes = dataset, loads, recipes
        self.ambient = dataset.settings.heat.ambient_celsius
        self.machines = heat_machines(dataset)
        self.of_machine = {s.stream_id for s in dataset.thermal_streams if s.machine}

    def tables(self, states: Mapping[When, Running]) -> dict[str, pd.DataFrame]:
        """The tables above."""
        cascades, machines, ways = [], [], []
        for when, state in states.items():
            cascades += [(zone, *when, *row) for zone, row in self.in_cascades(state).items()]
            machines += [
                (unit, self.recipes[unit], *when, *row)
                for unit, row in self.in_machines(state).items()
            ]
            ways += [(*sent[:4], *when, *row) for sent, row in self.on_ways(state)]
        names = "zone", "period", "slice"
        unit_names = "unit_id", "recipe", "period", "slice"
        way_names = "donor receiver resource serves period slice sent received destroyed".split()
        return {
            "exergy": pd.DataFrame(cascades, columns=[*names, *Cascaded._fields]),
            "heat_machines": pd.DataFrame(machines, columns=[*unit_names, *Turned._fields]),
            "heat_ways": pd.DataFrame(ways, columns=way_names),
        }

    def lost(self, state: Running) -> float:
        """Exergy destroyed in cascades, heat links, machines and on ways, or thrown away, GJ.

        What heat links take at one temperature and bring at another is destroyed in them, so that
        `brought` does not stand here.
        """
        lost = sum(
            row.given + row.from_machines + row.utility - row.taken - row.to_machines
            for row in self.in_cascades(state).values()
        )
        known = (row.destroyed for row in self.in_machines(state).values())
        lost += sum(destroyed for destroyed in known if destroyed == destroyed)
        return lost + sum(row[2] for _sent, row in self.on_ways(state))

    def in_cascades(self, state: Running) -> dict[str, Cascaded]:
        """Exergy in the cascade of every zone."""
        sums = {zone: [0.0, 0.0, 0.0, 0.0] for zone in state.cascades}
        hottest = {zone: cascade[-1].low for zone, cascade in state.cascades.items()}
        for n, load in enumerate(self.loads):
            heat = state.heats.get(n, 0.0)
            if not heat:
                continue
            column = (0 if load.sign > 0 else 2) + (load.stream_id in self.of_machine)
            sums[load.zone][column] += heat * exergy_factor(*load.celsius, self.ambient)
            if load.sign < 0:
                hottest[load.zone] = max(hottest[load.zone], *load.celsius)
        found = {}
        for zone, cascade in state.cascades.items():
            given, from_machines, taken, to_machines = sums[zone]
            at, bought, spared = hottest[zone], cascade[0].entering, least_residual(cascade)
            factors = [exergy_factor(row.high, row.low, self.ambient) for row in cascade]
            utility = (bought - spared) * exergy_factor(at, at, self.ambient) + spared * factors[0]
            brought = sum(row.brought * f for row, f in zip(cascade, factors, strict=True))
            rejected = sum(
                (source_above(cascade, row.low) - source_above(cascade, row.high)) * f
                for row, f in zip(cascade, factors, strict=True)
            )
            enters = given + from_machines + utility + brought
            destroyed = enters - taken - to_machines - rejected
            found[zone] = Cascaded(
                given, from_machines, utility, brought, taken, to_machines, rejected, destroyed
            )
        return found

    def in_machines(self, state: Running) -> dict[str, Turned]:
        """Energy and exergy of every heat machine that runs."""
        return {
            unit: self.turned(self.machines[self.recipes[unit]], activity)
            for unit, activity in state.activity.items()
            if activity > 0 and self.recipes[unit] in self.machines
        }

    def turned(self, machine: HeatMachine, activity: float = 1.0) -> Turned:
        """Energy and exergy of a heat machine at an activity."""
        energy, exergy = [0.0] * 6, [0.0, 0.0]
        for side, role, flows in ((0, "cold", machine.takes), (1, "hot", machine.gives)):
            heat = carried = power = 0.0
            for stream in machine.streams:
                if stream.role == role:
                    ends = stream.supply_celsius, stream.target_celsius
                    heat += stream.heat
                    exergy[side] += stream.heat * exergy_factor(max(ends), min(ends), self.ambient)
            for resource, amount in flows.items():
                kind = self.dataset.resource[resource]
                gj = amount * (gigajoules(kind) or 0.0)
                is_power = kind.state == "power"
                carried, power = carried + gj * (not is_power), power + gj * is_power
                exergy[side] += gj * self.carriers.get(resource, nan)
            energy[3 * side : 3 * side + 3] = activity * heat, activity * carried, activity * power
        taken, given = (activity * work for work in exergy)
        loss = sum(energy[:3]) - sum(energy[3:])
        return Turned._make([*energy, loss, taken, given, taken - given])

    def on_ways(self, state: Running) -> list[tuple[Sent, tuple[float, float, float]]]:
        """GJ sent and received, and exergy that does not arrive, of carriers on their way."""
        found = []
        for x in state.exchanges:
            kind = self.dataset.resource[x.resource]
            start = self.carriers.get(x.resource)
            if start is None or kind.state == "power" or x.amount <= 0:
                continue
            sent = x.amount * (gigajoules(kind) or 0.0)
            received = sent * x.yields / self.ratios.get((x.resource, x.serves), 1.0)
            end = self.carriers.get(x.serves, start)
            found.append((x, (sent, received, start * sent - end * received)))
        return found

    @cached_property
    def ratios(self) -> dict[tuple[str, str], float]:
        """Units of a need that a unit of a substitute serves."""
        return {(x.from_resource, x.to_resource): x.ratio for x in self.dataset.substitutes}

    def _takes_carrier(self, machine: HeatMachine) -> bool:
        """Whether a machine takes any energy but power."""
        return any(self.dataset.resource[name].state != "power" for name in machine.takes)

    @cached_property
    def carriers(self) -> dict[str, float]:
        """Exergy in a GJ of power and of every carrier of known temperatures."""
        found = {r.resource_id: 1.0 for r in self.dataset.resources if r.state == "power"}
        for machine in self.machines.values():
            for role, flows in (("cold", machine.gives), ("hot", machine.takes)):
                streams = [stream for stream in machine.streams if stream.role == role]
                heat = sum(stream.heat for stream in streams)
                # what also takes a carrier lifts it: its streams are only the top of what it gives
                if not heat or (role == "cold" and self._takes_carrier(machine)):
                    continue
                ends = [sorted((s.supply_celsius, s.target_celsius)) for s in streams]
                work = sum(
                    stream.heat * exergy_factor(high, low, self.ambient)
                    for stream, (low, high) in zip(streams, ends, strict=True)
                )
                for resource in flows:
                    found[resource] = max(found.get(resource, -inf), work / heat)
        return found


def exergy_factor(high: float, low: float, ambient: float) -> float:
    """Work that a unit of heat between two temperatures could do, °C.

    >>> round(exergy_factor(400.0, 400.0, 15.0), 4)
    0.5719
    """
    above, below, cold = (x + ZERO_C for x in (high, low, ambient))
    if abs(above - below) < 1e-6:
        return 1.0 - cold / above
    return 1.0 - cold * log(above / below) / (above - below)
