"""Exergy of a plan's heat, recomputed from the intervals of the plan and the records' streams."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from symbiosis.locale import _
from symbiosis.planning.audit.baseline import Baseline
from symbiosis.planning.audit.heat import (
    Load,
    activity_in,
    heats_of,
    least_utilities,
    loads_of,
    utilities_of_today,
)
from symbiosis.planning.audit.heat_levels import cascades_of, rejected_from
from symbiosis.planning.audit.heat_machines import (
    ZERO_C,
    Exchange,
    Machines,
    exchanged_in,
    exergy_share,
    way_of,
)
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import HeatRow, Tables
from symbiosis.planning.audit.tally import Tally
from symbiosis.planning.audit.ways import Ways

UNIT = "GJ"
Heats = list[tuple[Load, float]]


def check_exergy(records: Records, tables: Tables, tally: Tally) -> None:
    """`exergy`, where there is heat: that of every stream at its own temperatures."""
    if not tables.heat:
        return
    tally.declare("exergy")
    zones = _zones(records)
    rows = {(row.zone, row.period, row.slice): row for row in tables.exergy}
    for key, rising in cascades_of(tables).items():
        text = _("{where}: has no row")
        if key[0] not in zones or not tally.holds("exergy", key in rows, *key, text=text):
            continue
        row = rows[key]
        heats = heats_of(records, tables, zones[key[0]], key[1], key[2])
        given, from_machines, utility, taken, to_machines = _planned(records, heats, rising)
        brought = sum(x.brought * exergy_share(records, x.high, x.low) for x in rising)
        rejected = sum(
            heat * exergy_share(records, x.high, x.low)
            for x, heat in zip(rising, rejected_from(rising), strict=True)
        )
        enters = given + from_machines + utility + brought
        size = max(abs(given), from_machines, utility, abs(brought), abs(taken), abs(to_machines))
        for name, found, expected in (
            ("given", row.given, given),
            ("from_machines", row.from_machines, from_machines),
            ("utility", row.utility, utility),
            ("brought", row.brought, brought),
            ("taken", row.taken, taken),
            ("to_machines", row.to_machines, to_machines),
            ("rejected", row.rejected, rejected),
            ("destroyed", row.destroyed, enters - taken - to_machines - row.rejected),
        ):
            tally.equal("exergy", found, expected, *key, name, scale=size, unit=UNIT)
        text = _("{where}: {found} of exergy come from nowhere")
        tally.at_least("exergy", row.destroyed, 0.0, *key, scale=size, unit=UNIT, text=text)


def _zones(records: Records) -> dict[str, list[Load]]:
    zones: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads_of(records):
        zones[load.zone].append(load)
    return zones


def _planned(records: Records, heats: Heats, rising: list[HeatRow]) -> tuple[float, ...]:
    """The same as `_works` for a cascade of the plan.

    Hot utility that passes every interval is thrown away in the top one, where it counts.
    """
    top = rising[-1]
    through = max(0.0, min(top.entering, *(row.leaving for row in rising)))
    given, from_machines, utility, *taken = _works(records, heats, top.entering - through)
    utility += through * exergy_share(records, top.high, top.low)
    return given, from_machines, utility, *taken


def _works(records: Records, heats: Heats, bought: float) -> tuple[float, ...]:
    """Exergy of hot streams, of machines, of hot utility used, of cold streams and to machines."""
    sums: defaultdict[tuple[bool, bool], float] = defaultdict(float)
    hottest = -ZERO_C
    for load, heat in heats:
        if heat > 0:
            sums[load.hot, load.machine] += heat * exergy_share(records, *load.celsius)
            hottest = hottest if load.hot else max(hottest, load.celsius[0])
    utility = bought * exergy_share(records, hottest, hottest) if hottest > -ZERO_C else 0.0
    return sums[True, False], sums[True, True], utility, sums[False, False], sums[False, True]


def heat_indicators(
    records: Records, ways: Ways, baseline: Baseline, tables: Tables, period: str
) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Heat thrown away and exergy lost in a year of today and of the plan, each with its scale."""
    zones = _zones(records)
    if not zones:
        return {}
    machines, hours = Machines(records), {p.id: p.hours / 8760 for p in records.settings.slices}
    bottom = top = 0.0
    works: list[float] = []
    for (zone, t, s), rising in cascades_of(tables).items():
        if t == period and zone in zones:
            bottom, top = bottom + rising[0].leaving, top + rising[-1].entering
            heats = heats_of(records, tables, zones[zone], t, s)
            works += _signed(_planned(records, heats, rising))
    for s in hours:
        runs = activity_in(records, tables, period, s)
        works += _on_the_way(
            records, machines, ways, runs, exchanged_in(records, tables, period, s)
        )
    found = {
        "heat_rejected": ((0.0, 0.0), (bottom, max(bottom, top))),
        "exergy_lost": ((0.0, 0.0), _summed(works)),
    }
    if records.runs_today:
        rejected = sum(
            heat for (_site, role), heat in utilities_of_today(records).items() if role == "cold"
        )
        found["heat_rejected"] = (rejected, rejected), found["heat_rejected"][1]
        found["exergy_lost"] = _today(records, ways, machines, baseline), found["exergy_lost"][1]
    return found


def _today(
    records: Records, ways: Ways, machines: Machines, baseline: Baseline
) -> tuple[float, float]:
    works: list[float] = []
    for part in records.settings.slices:
        hours = part.hours / 8760
        for loads in _zones(records).values():
            heats = [
                (x, x.heat * hours * (x.unit.today if x.unit else x.factors.get(part.id, 1.0)))
                for x in loads
            ]
            works += _signed(_works(records, heats, least_utilities(heats)[0]))
        runs = {unit: hours * x.today for unit, x in records.processes.items()}
        moved = {key: hours * amount for key, amount in baseline.exchanges.items()}
        works += _on_the_way(records, machines, ways, runs, moved)
    return _summed(works)


def _signed(works: tuple[float, ...]) -> list[float]:
    """What enters cascades counts, less what cold streams and machines take of it."""
    given, from_machines, utility, taken, to_machines = works
    return [given, from_machines, utility, -taken, -to_machines]


def _summed(works: list[float]) -> tuple[float, float]:
    return sum(works), max(map(abs, works), default=0.0)


def _on_the_way(
    records: Records,
    machines: Machines,
    ways: Ways,
    activity: Mapping[str, float],
    exchanges: Mapping[Exchange, float],
) -> Iterable[float]:
    """Exergy that machines destroy, where it is known, and carriers on their way."""
    for unit, amount in activity.items():
        recipe = records.processes[unit].recipe
        if machines.is_machine(recipe):
            machine = machines.of(recipe)
            destroyed = amount * (machine.exergy_taken - machine.exergy_given)
            if destroyed == destroyed:
                yield destroyed
    for key, amount in exchanges.items():
        row = way_of(records, machines, ways, key, amount)
        if row:
            yield row[2]
