"""What pydantic refuses, in the words of a table or of study.toml."""

import re
from collections.abc import Mapping
from typing import Any

from symbiosis.domain.errors import Fault
from symbiosis.inputs.tables import Table, closest
from symbiosis.locale import _


def explain(table: Table, row: Mapping[str, Any], column: str, problem: Any) -> Fault:
    """A pydantic error in the words of a table."""
    value = "" if problem["type"] == "missing" else str(row.get(column, ""))
    text, mend = said(problem, value)
    return Fault(table.file, int(row.get("row", 0)), column, value[:60], text, mend)


def said(problem: Any, value: str) -> tuple[str, str]:
    """What a pydantic error says, and how to mend it."""
    context = problem.get("ctx", {})
    kind = problem["type"]
    if kind == "missing":
        return _("is empty"), _("every row needs it")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        text = _("is not one of {allowed}").format(allowed=", ".join(filter(None, allowed)))
        return text, closest(value[:60], allowed)
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        sign = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
        name, bound = next(iter(context.items()))
        return (
            _("must be {sign} {bound}").format(sign=sign[name], bound=f"{bound:g}"),
            _("check the sign, the number and its unit"),
        )
    if kind == "finite_number":
        return _("is not a finite number"), _("write a number")
    if kind.startswith("float"):
        return _("is not a number"), _("write a number")
    if kind.startswith("int"):
        return _("is not a whole number"), _("write a whole number")
    if kind.startswith("bool"):
        return _("is neither yes nor no"), _("write 1 or 0")
    if kind == "string_pattern_mismatch":
        return _("cannot be a key"), _("leave out the signs ; : , ' \" < > and line breaks")
    if kind.startswith("string_too"):
        return _("is too long or too short for a key"), _("1 to 80 characters")
    if kind == "too_short":
        return _("is empty"), _("name at least one")
    if kind == "tuple_type":
        return _("is not a list"), _('write a list such as ["a", "b"]')
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return _("is not a section"), _("write a section such as [money] with its settings below")
    return problem["msg"].removeprefix("Value error, "), ""
