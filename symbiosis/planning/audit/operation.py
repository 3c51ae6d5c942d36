"""How units and streams run: existing ones in their range, projects within their size and used."""

from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import Tables
from symbiosis.planning.audit.tally import Tally


def check_operation(records: Records, tables: Tables, tally: Tally) -> None:
    """`unit_range`, `stream_range`, `within_size`, `least_utilisation`, `utilisation`."""
    tally.declare("unit_range", "stream_range", "within_size", "least_utilisation", "utilisation")
    _check_existing(records, tables, tally)
    _check_streams(records, tables, tally)
    _check_projects(records, tables, tally)


def _check_existing(records: Records, tables: Tables, tally: Tally) -> None:
    """least <= activity <= most; a held unit has both at today's."""
    activity = {(row.unit_id, row.period): row.plan for row in tables.units}
    for unit in records.processes.values():
        if unit.place:
            continue
        for t in records.order:
            row = activity.get((unit.unit_id, t))
            where = unit.unit_id, unit.actor, t
            if not tally.holds(
                "unit_range", row is not None, *where, text=_("{where}: has no row")
            ):
                continue
            assert row is not None
            tally.at_least("unit_range", row, unit.least, *where, scale=unit.most)
            tally.at_most("unit_range", row, unit.most, *where)
    for planned in tables.units:
        process = records.processes[planned.unit_id]
        text = _("{where}: is a unit of another actor or recipe")
        same = (planned.actor, planned.recipe) == (process.actor, process.recipe)
        tally.holds("unit_range", same, planned.unit_id, planned.actor, planned.recipe, text=text)


def _check_streams(records: Records, tables: Tables, tally: Tally) -> None:
    amounts = {(row.stream_id, row.period): row for row in tables.streams}
    for stream in records.streams.values():
        least = stream.amount if stream.least_amount is None else stream.least_amount
        most = stream.amount if stream.most_amount is None else stream.most_amount
        unit = records.unit(stream.resource_id)
        for t in records.order:
            row = amounts.get((stream.stream_id, t))
            where = stream.stream_id, stream.enterprise_id, stream.resource_id, t
            if not tally.holds(
                "stream_range", row is not None, *where, text=_("{where}: has no row")
            ):
                continue
            assert row is not None
            own = (stream.enterprise_id, stream.resource_id, stream.direction)
            text = _("{where}: is a stream of another actor, resource or direction")
            tally.holds(
                "stream_range", (row.actor, row.resource, row.direction) == own, *where, text=text
            )
            tally.at_least("stream_range", row.plan, least, *where, scale=most, unit=unit)
            tally.at_most("stream_range", row.plan, most, *where, unit=unit)


def _check_projects(records: Records, tables: Tables, tally: Tally) -> None:
    """least utilisation x size x activity_per_size <= activity <= size x activity_per_size."""
    activity = {(row.unit_id, row.period): row.plan for row in tables.units}
    size: dict[tuple[str, str], float] = {}
    for project in tables.projects:
        for t in records.order[records.order.index(project.period) :]:
            size[project.place_id, t] = size.get((project.place_id, t), 0.0) + project.size
    main: dict[str, str] = {}
    for unit in records.processes.values():
        if not unit.place:
            continue
        main.setdefault(unit.place, unit.unit_id)
        for t in records.order:
            built = size.get((unit.place, t), 0.0)
            runs = activity.get((unit.unit_id, t), 0.0)
            if not built and not runs:
                continue
            design = unit.activity_per_size * built
            where = unit.place, unit.unit_id, t
            tally.at_most("within_size", runs, design, *where)
            share = unit.least_utilisation
            tally.at_least("least_utilisation", runs, share * design, *where, scale=design)
    for project in tables.projects:
        unit = records.processes[main[project.place_id]]
        design = unit.activity_per_size * project.size
        used = activity.get((unit.unit_id, records.last), 0.0) / design if design > 0 else 0.0
        tally.equal("utilisation", project.utilisation, used, project.place_id, project.period)
