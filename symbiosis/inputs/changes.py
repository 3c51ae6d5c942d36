"""Quick what-ifs: `--set table.key.column=value` changes a cell before anything is checked."""

from typing import Any

from symbiosis.domain.errors import UsageError
from symbiosis.inputs.tables import TABLES, RawDataset, closest
from symbiosis.locale import _


def apply_changes(raw: RawDataset, changes: tuple[str, ...]) -> None:
    """Put every change into the raw rows; `study.section.name=value` changes a setting.

    The key of a table with several key columns is written with `/` between its parts, as
    `markets.coal/buy.price=500`; parts that are left out at the end are empty. An empty value
    empties the cell or takes the default; a list is written `a;b`. A changed main number loses its
    low-high range.

    Raises:
        UsageError: if the change has another form, or names a table, row or column that is not
            there.
    """
    for change in changes:
        place, sign, value = change.partition("=")
        table, dot, rest = place.strip().partition(".")
        not_a_change = UsageError(
            _("'{change}' is not a change; write table.key.column=value").format(change=change)
        )
        if not sign or not dot or not rest:
            raise not_a_change
        if table == "study":
            _change_setting(raw.settings, rest.split("."), value.strip())
            continue
        if table not in TABLES:
            raise UsageError(
                _("'{name}' is not a table").format(name=table)
                + "; "
                + (closest(table, TABLES) or ", ".join(TABLES))
            )
        key, dot, column = rest.rpartition(".")
        columns = TABLES[table].columns
        if not dot:
            raise not_a_change
        if column not in columns:
            raise UsageError(
                _("'{name}' is not a column of {table}").format(name=column, table=table)
                + "; "
                + (closest(column, columns) or ", ".join(columns))
            )
        _change_cell(raw, table, key, column, value.strip())


def _change_cell(raw: RawDataset, table: str, key: str, column: str, value: str) -> None:
    names = TABLES[table].key
    keys = {}
    for row in raw.rows.get(table, []):
        full = "/".join(str(row.get(name, "")) for name in names)
        keys[full.rstrip("/")] = row
    if key.rstrip("/") not in keys:
        raise UsageError(
            _("{table}.csv has no row '{key}'").format(table=table, key=key)
            + "; "
            + (closest(key, keys) or "/".join(names))
        )
    row = keys[key.rstrip("/")]
    if column == getattr(TABLES[table].record, "main", ""):
        row.pop("low", None)  # the range was that of the old number
        row.pop("high", None)
    if value:
        row[column] = value
    else:
        row.pop(column, None)


def _change_setting(settings: dict[str, Any], path: list[str], value: str) -> None:
    inner: Any = settings
    for part in path[:-1]:
        inner = inner.setdefault(part, {})
        if not isinstance(inner, dict):
            raise UsageError(_("'{name}' is not a section of study.toml").format(name=part))
    if isinstance(inner.get(path[-1]), dict):
        raise UsageError(_("'{name}' is a section; name one of its settings").format(name=path[-1]))
    if value:
        inner[path[-1]] = value
    else:
        inner.pop(path[-1], None)
