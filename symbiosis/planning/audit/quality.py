"""Quality: mixtures in their limits, fixed loads in their outlets, load limits of a year."""

from collections import defaultdict
from math import isnan

from symbiosis.locale import _
from symbiosis.planning.audit.mixtures import MixtureKey, Mixtures, key_of
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import QualityRow, Tables
from symbiosis.planning.audit.tally import NIL, SMALLEST, Tally
from symbiosis.planning.audit.ways import Ways

SEEN = 10 * NIL  # a smaller mixture may be missing from the table: it is rounding


def check_quality(records: Records, ways: Ways, tables: Tables, tally: Tally) -> None:
    """`quality`, `fixed_load`, `load_limit` and `quality_table`."""
    tally.declare("quality", "fixed_load", "load_limit", "quality_table")
    mixtures = Mixtures(records, ways, tables)
    largest = _largest_values(records)
    expected = {key: row for key in mixtures.asked() if (row := mixtures.row(key))}
    for row in expected.values():
        _check_limits(row, largest[row.property], tally)
    for (subject, t), (load, most, unit) in mixtures.load_limits().items():
        tally.at_most("load_limit", load, most, *subject.split(":"), t, unit=unit)
    _check_table(mixtures, expected, tables, tally)


def _largest_values(records: Records) -> defaultdict[str, float]:
    """The largest value or limit of every property: what a mixture's excess is measured by."""
    largest: defaultdict[str, float] = defaultdict(float)
    for q in records.dataset.qualities:
        for value in (q.value, q.least, q.most):
            largest[q.property_id] = max(largest[q.property_id], abs(value or 0.0))
    return largest


def _check_limits(row: QualityRow, largest: float, tally: Tally) -> None:
    """A mixture, or what leaves a unit with a fixed load, lies within its limits."""
    name = "quality" if row.direction == "need" else "fixed_load"
    where = row.actor, row.resource, row.property, row.period, row.slice
    if row.direction == "supply" and row.amount <= NIL:
        tally.at_most(name, row.load, 0.0, *where, scale=largest)
    elif row.amount > NIL:
        carried, scale = row.value * row.amount, largest * row.amount
        if not isnan(row.most):
            tally.at_most(name, carried, row.most * row.amount, *where, scale=scale)
        if not isnan(row.least):
            tally.at_least(name, carried, row.least * row.amount, *where, scale=scale)


def _check_table(
    mixtures: Mixtures,
    expected: dict[MixtureKey, QualityRow],
    tables: Tables,
    tally: Tally,
) -> None:
    """The table shows every mixture that must keep something, and no wrong number."""
    shown = set()
    for row in tables.quality:
        key = key_of(row)
        shown.add(key)
        right = mixtures.row(key)
        text = _("{where}: there is no such mixture")
        if not tally.holds("quality_table", right is not None, *key, text=text):
            continue
        assert right is not None
        carried = abs(right.value * right.amount) if right.amount > 0 else 0.0
        for column in ("amount", "unknown", "value", "least", "most", "load"):
            found, wanted = getattr(row, column), getattr(right, column)
            where = *key, column
            text = _("{where}: is {found}, not {wanted}").format(
                where="{where}", found=f"{found:.8g}", wanted=f"{wanted:.8g}"
            )
            if isnan(found) or isnan(wanted):
                tally.holds("quality_table", isnan(found) == isnan(wanted), *where, text=text)
            else:
                scale = {"load": carried, "unknown": right.amount}.get(column, 0.0)
                least = SMALLEST if column in ("value", "least", "most") else NIL
                tally.equal("quality_table", found, wanted, *where, scale=scale, least_scale=least)
    for key, right in expected.items():
        if key not in shown and right.amount + right.unknown > SEEN:
            text = _("{where}: is missing")
            tally.holds("quality_table", False, *key, text=text)
