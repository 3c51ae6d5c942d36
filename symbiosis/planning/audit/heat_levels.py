"""Levels and rejected heat, recomputed from the intervals of the plan."""

from collections import defaultdict

from symbiosis.locale import _
from symbiosis.planning.audit.rows import HeatRow, Tables
from symbiosis.planning.audit.tally import Tally

UNIT = "GJ"
REASONS = {"no_taker", "too_cold", "too_far", "not_offered", "too_dear"}
Place = tuple[str, str, str]  # zone, period, slice


def cascades_of(tables: Tables) -> dict[Place, list[HeatRow]]:
    """Intervals of every zone, period and slice, the coldest first."""
    found: defaultdict[Place, list[HeatRow]] = defaultdict(list)
    for row in tables.heat:
        found[row.zone, row.period, row.slice].append(row)
    return {key: sorted(rows, key=lambda row: row.low) for key, rows in found.items()}


def rejected_from(rising: list[HeatRow]) -> list[float]:
    """Heat thrown away from every interval, the coldest first.

    From the bottom up: what could still leave at the upper end of an interval is no more than what
    passes there, nor than what could leave below; hot utility is no surplus.
    """
    spare, found = max(0.0, rising[0].leaving), []
    for row in rising:
        passes = 0.0 if row is rising[-1] else max(0.0, row.entering)
        found.append(spare - min(spare, passes))
        spare = min(spare, passes)
    return found


def check_levels(tables: Tables, tally: Tally) -> None:
    """`heat_levels` and `heat_rejected`, where there is heat.

    Levels follow one another and hold the heat of their intervals; what is thrown away has reasons
    that make it up; and in a slice as much of it could have served somebody as is still wanted.
    """
    if not tables.heat:
        return
    tally.declare("heat_levels", "heat_rejected")
    cascades = cascades_of(tables)
    _check_bands(cascades, tables, tally)
    _check_reasons(cascades, tables, tally)


def _check_bands(cascades: dict[Place, list[HeatRow]], tables: Tables, tally: Tally) -> None:
    ends: defaultdict[Place, list[float]] = defaultdict(list)
    for band in tables.heat_levels:
        key = band.zone, band.period, band.slice
        text = _("{where}: there are no thermal streams")
        if not tally.holds("heat_levels", key in cascades, *key, text=text):
            continue
        ends[key] += [band.high, band.low]
        rising = cascades[key]
        size = _size(rising)
        parts = [
            max(0.0, min(row.high, band.high) - max(row.low, band.low)) / (row.high - row.low)
            for row in rising
        ]
        passed = rising[-1].entering
        for row in rising:  # down to the band's lower end
            share = min(1.0, max(0.0, (row.high - band.low) / (row.high - row.low)))
            passed += share * (row.hot + row.brought - row.cold)
        for name, found, of_row in (
            ("available", band.available, [row.hot for row in rising]),
            ("used", band.used, [row.cold for row in rising]),
            ("brought", band.brought, [row.brought for row in rising]),
        ):
            expected = sum(part * x for part, x in zip(parts, of_row, strict=True))
            where = *key, f"{band.high:g}-{band.low:g} °C", name
            tally.equal("heat_levels", found, expected, *where, scale=size, unit=UNIT)
        where = *key, f"{band.high:g}-{band.low:g} °C", "passed"
        tally.equal("heat_levels", band.passed, passed, *where, scale=size, unit=UNIT)
        _check_source(key, band.high, band.low, band.rejected, rising, tally)
    text = _("{where}: the levels do not follow one another")
    for key, rising in cascades.items():
        known = sorted(ends[key])
        whole = known[:1] + known[-1:] == [rising[0].low, rising[-1].high]
        whole &= known[1:-1:2] == known[2:-1:2]
        tally.holds("heat_levels", whole, *key, text=text)


def _check_source(
    key: Place, high: float, low: float, found: float, rising: list[HeatRow], tally: Tally
) -> None:
    """Thrown away from a band: what could leave at its lower end or hotter, less at its upper end.

    An end within an interval is as far between the residuals there as between its temperatures;
    what could leave there is no more than that, nor than what could leave below.
    """
    spare = max(0.0, rising[0].leaving)
    at = {rising[0].low: spare}
    for row in rising:
        for end in sorted({*(e for e in (low, high) if row.low < e < row.high), row.high}):
            share = (row.high - end) / (row.high - row.low)
            passes = row.entering + share * (row.leaving - row.entering)
            spare = min(spare, max(0.0, passes))
            at[end] = spare
    at[rising[-1].high] = 0.0
    expected = at.get(low, 0.0) - at.get(high, 0.0)
    where = *key, f"{high:g}-{low:g} °C", "rejected"
    tally.equal("heat_levels", found, expected, *where, scale=_size(rising) * 2, unit=UNIT)


def _check_reasons(cascades: dict[Place, list[HeatRow]], tables: Tables, tally: Tally) -> None:
    reasoned: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    useful: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in tables.heat_rejected:
        where = row.zone, row.period, row.slice, f"{row.high:g}-{row.low:g} °C"
        text = _("{where}: '{reason}' is no reason").replace("{reason}", row.reason)
        tally.holds("heat_rejected", row.reason in REASONS, *where, text=text)
        tally.at_least("heat_rejected", row.heat, 0.0, *where, unit=UNIT)
        reasoned[where] += row.heat
        useful[row.period, row.slice] += row.heat if row.reason != "no_taker" else 0.0
    rejected = {
        (band.zone, band.period, band.slice, f"{band.high:g}-{band.low:g} °C"): band.rejected
        for band in tables.heat_levels
    }
    whole: defaultdict[tuple[str, str], float] = defaultdict(float)
    wanted: defaultdict[tuple[str, str], float] = defaultdict(float)
    sizes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for key, rising in cascades.items():
        whole[key[1:]] += sum(rejected_from(rising))
        wanted[key[1:]] += max(0.0, rising[-1].entering)
        sizes[key[1:]] += 10 * _size(rising)
    for place in dict.fromkeys([*rejected, *reasoned]):
        known = (place[0], place[1], place[2])
        size = 10 * _size(cascades[known]) if known in cascades else 0.0
        text = _("{where}: reasons for {found}, thrown away are {expected}")
        amounts = reasoned[place], rejected.get(place, 0.0)
        tally.equal("heat_rejected", *amounts, *place, scale=size, unit=UNIT, text=text)
    for when, total in whole.items():
        text = _("{where}: {found} could have served somebody, {expected} are wanted or there")
        most = min(total, wanted[when])
        scale = sizes[when]
        tally.equal("heat_rejected", useful[when], most, *when, scale=scale, unit=UNIT, text=text)


def _size(rising: list[HeatRow]) -> float:
    """The largest heat of a cascade."""
    return max(max(row.hot, row.cold, row.entering, row.leaving) for row in rising)
