"""Levels and exergy of heat, recomputed from the intervals of the plan and the records' streams."""

from collections import defaultdict
from math import log

from symbiosis.locale import _
from symbiosis.planning.audit.heat import Load, heats_of, loads_of
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.tables import HeatRow, Tables
from symbiosis.planning.audit.tally import Tally

ZERO_C = 273.15
UNIT = "GJ"
REASONS = {"no_taker", "too_cold", "too_far", "too_dear"}
Place = tuple[str, str, str]  # zone, period, slice


def check_exergy(records: Records, tables: Tables, tally: Tally) -> None:
    """`heat_levels` and `exergy`, where there is heat.

    Levels carry all the heat of their intervals, what they throw away is what leaves the bottom,
    each with a reason. Exergy is that of every stream at its own temperatures.
    """
    if not tables.heat:
        return
    tally.declare("heat_levels", "exergy")
    cascades: defaultdict[Place, list[HeatRow]] = defaultdict(list)
    for interval in tables.heat:
        cascades[interval.zone, interval.period, interval.slice].append(interval)
    _check_levels(cascades, tables, tally)
    zones: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads_of(records):
        zones[load.zone].append(load)
    rows = {(row.zone, row.period, row.slice): row for row in tables.exergy}
    for key, intervals in cascades.items():
        row = rows.get(key)
        text = _("{where}: has no row")
        if key[0] not in zones or not tally.holds("exergy", row is not None, *key, text=text):
            continue
        assert row is not None
        given = taken = 0.0
        hottest = -ZERO_C
        for load, heat in heats_of(records, tables, zones[key[0]], key[1], key[2]):
            if heat <= 0:
                continue
            high, low = load.celsius
            work = heat * _quality(records, high, low)
            given += work if load.hot else 0.0
            taken += 0.0 if load.hot else work
            hottest = hottest if load.hot else max(hottest, high)
        bought = max(intervals, key=lambda x: x.high).entering
        utility = bought * _quality(records, hottest, hottest) if hottest > -ZERO_C else 0.0
        brought = sum(x.brought * _quality(records, x.high, x.low) for x in intervals)
        size = max(given, taken, utility, abs(brought))
        for name, found, expected in (
            ("given", row.given, given),
            ("taken", row.taken, taken),
            ("utility", row.utility, utility),
            ("brought", row.brought, brought),
            ("rejected", row.rejected, _rejected(records, intervals)),
            ("destroyed", row.destroyed, given + utility + brought - taken - row.rejected),
        ):
            tally.equal("exergy", found, expected, *key, name, scale=size, unit=UNIT)
        text = _("{where}: {found} of exergy come from nowhere")
        tally.at_least("exergy", row.destroyed, 0.0, *key, scale=size, unit=UNIT, text=text)


def _check_levels(cascades: dict[Place, list[HeatRow]], tables: Tables, tally: Tally) -> None:
    sums: defaultdict[Place, list[float]] = defaultdict(lambda: [0.0] * 4)
    for row in tables.heat_levels:
        key = row.zone, row.period, row.slice
        for n, amount in enumerate((row.available, row.used, row.brought, row.rejected)):
            sums[key][n] += amount
        known = row.reason in REASONS if row.rejected > 0 else not row.reason
        text = _("{where}: heat is thrown away without a reason, or a reason without heat")
        tally.holds("heat_levels", known, *key, f"{row.high:g}-{row.low:g} °C", text=text)
    for key, intervals in cascades.items():
        bottom = min(intervals, key=lambda row: row.low).leaving
        expected = (
            sum(row.hot for row in intervals),
            sum(row.cold for row in intervals),
            sum(row.brought for row in intervals),
            bottom,
        )
        size = max(*expected, *(row.entering for row in intervals))
        for name, found, amount in zip(
            ("available", "used", "brought", "rejected"), sums[key], expected, strict=True
        ):
            tally.equal("heat_levels", found, amount, *key, name, scale=size * 10, unit=UNIT)


def _rejected(records: Records, intervals: list[HeatRow]) -> float:
    """Exergy of what leaves at the bottom, at the temperatures from which nothing below needs it.

    From the bottom up: what could still leave at the upper end of an interval is no more than what
    passes there, nor than what could leave below; hot utility is no surplus.
    """
    rising = sorted(intervals, key=lambda x: x.low)
    spare, total = max(0.0, rising[0].leaving), 0.0
    for row in rising:
        passes = 0.0 if row is rising[-1] else max(0.0, row.entering)
        total += (spare - min(spare, passes)) * _quality(records, row.high, row.low)
        spare = min(spare, passes)
    return total


def _quality(records: Records, high: float, low: float) -> float:
    """1 - T0 / T, T the logarithmic mean of two temperatures in kelvin."""
    above, below = high + ZERO_C, low + ZERO_C
    mean = above if above - below < 1e-6 else (above - below) / log(above / below)
    return 1.0 - (records.settings.heat.ambient_celsius + ZERO_C) / mean
