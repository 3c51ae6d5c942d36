"""A conflict as a person reads it: every condition at its place, and what would mend it least."""

from typing import Any

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault, InfeasibleError
from symbiosis.locale import _
from symbiosis.outputs.text import Names, indicator_name, money, number, unit_name
from symbiosis.studies.conditions import Condition, set_text
from symbiosis.studies.conflict import Conflict, ConflictSet, Relaxation


def conflict_error(dataset: Dataset, conflict: Conflict) -> InfeasibleError:
    """The error that names the conditions and the cheapest change."""
    mends = {id(option.condition): option for option in (*conflict.options, *conflict.cheapest)}
    lines = [_("No plan meets every condition. These cannot hold together:")]
    faults: list[Fault] = []
    for k, found in enumerate(conflict.sets):
        if k:
            lines.append(_("and neither can these:"))
        listed = [_fault(dataset, x, mends.get(id(x))) for x in found.conditions]
        lines += [f"  {fault}" for fault in listed]
        lines.append(_how_small(found, first=not k))
        faults += listed
    lines.append(_("The cheapest change that lets a plan exist, as solved:"))
    lines += [f"  {_change_text(dataset, option)}" for option in conflict.cheapest]
    objective = conflict.plan.facts["objective"]
    worth = (
        money(objective["value"])
        if objective["unit"] == "wanyuan"
        else f"{number(objective['value'])} {unit_name(objective['unit'])}"
    )
    said = _("The plan with it: {objective} {worth}.")
    lines.append(said.format(objective=indicator_name(objective["name"]), worth=worth))
    return InfeasibleError("\n".join(lines), faults, conflict_document(dataset, conflict))


def conflict_document(dataset: Dataset, conflict: Conflict) -> dict[str, Any]:
    """Keys of `--json`: conflicts, what each condition alone would need, the cheapest change."""
    return {
        "conflicts": [
            {
                "conditions": [_named(dataset, x) for x in found.conditions],
                "smallest": found.smallest,
                "with_data": found.with_data,
            }
            for found in conflict.sets
        ],
        "options": [_option(dataset, option) for option in conflict.options],
        "cheapest": [_option(dataset, option) for option in conflict.cheapest],
        "plan": conflict.plan.facts["objective"],
    }


def _how_small(found: ConflictSet, first: bool) -> str:
    """Whether fewer conditions could contradict each other."""
    if len(found.conditions) == 1 and not found.with_data:
        return _("That alone cannot hold.")
    if not found.smallest:
        text = _("None of them can be left out; whether fewer would do is not proven.")
    elif first:
        text = _("No fewer conditions contradict each other, as proven.")
    else:
        text = _("No fewer of the rest contradict each other, as proven.")
    if found.with_data:
        text += " " + _("All data of the study stand behind them; too many take part to be named.")
    return text


def _named(dataset: Dataset, condition: Condition) -> dict[str, Any]:
    fault = _fault(dataset, condition, None)
    return {
        "name": condition.name,
        "subject": condition.subject,
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
    }


def _option(dataset: Dataset, option: Relaxation) -> dict[str, Any]:
    condition = option.condition
    return {
        "name": condition.name,
        "subject": condition.subject,
        "value": option.value,
        "not_yet": option.not_yet,
        "unit": condition.unit,
        "cost": option.cost,
        "set": _set_texts(dataset, option),
    }


def _set_texts(dataset: Dataset, option: Relaxation) -> list[str]:
    """What to write behind `--set`; nothing where a row has to be added."""
    if any(edit.added is not None for edit in option.edits):
        return []
    unit = option.condition.unit if option.value is not None else ""
    return [set_text(dataset, edit, unit) for edit in option.edits]


def _fault(dataset: Dataset, condition: Condition, option: Relaxation | None) -> Fault:
    mend = _mend(dataset, option) if option else ""
    problem = condition_text(Names(dataset), condition)
    return Fault(
        condition.file, condition.row, condition.column, condition.value, problem, mend
    ).at(dataset.origins)


def _mend(dataset: Dataset, option: Relaxation) -> str:
    if option.value is None:
        return _("would have to be given up")
    unit = unit_name(option.condition.unit)
    value = f"{option.value:.6g} {unit}".strip()
    if option.condition.up:
        return _("alone it would have to be at least {value}").format(value=value)
    return _("alone it would have to be at most {value}").format(value=value)


def _change_text(dataset: Dataset, option: Relaxation) -> str:
    texts = " ".join(f"--set '{text}'" for text in _set_texts(dataset, option))
    if not texts:
        return _("add what is missing: {what}").format(
            what=condition_text(Names(dataset), option.condition)
        )
    if option.not_yet is None or option.condition.whole:
        return texts
    bad = f"{option.not_yet:.6g}"
    return _("{change} ({bad} is not enough)").format(change=texts, bad=bad)


def condition_text(names: Names, condition: Condition) -> str:
    """What a condition asks."""
    parts = condition.subject.split(":")

    def resource(name: str) -> str:
        return f"{names.resource(name)} ({name})"

    name = condition.name
    if name == "market":
        who, what, action = parts
        text = {
            "buy": _("most of {resource} that may be bought"),
            "sell": _("most of {resource} that may be sold"),
            "dispose": _("most of {resource} that may be disposed of"),
        }[action]
        return text.format(resource=resource(what)) + ("" if who == "all" else f" ({who})")
    if name == "no_market":
        text = _("nobody outside takes {resource}: markets.csv has no row to sell or dispose of it")
        if parts[1] == "buy":
            text = _("nobody outside supplies {resource}: markets.csv has no row to buy it")
        return text.format(resource=resource(parts[0]))
    if name == "quality":
        text = _("limit on {property} in {resource} at {owner}")
        return text.format(property=parts[2], resource=resource(parts[1]), owner=parts[0])
    if name == "chain_link":
        text = _("share of {resource} that must run from {start} to {end} in chain {chain}")
        chain, start, end, what = parts
        return text.format(resource=resource(what), start=start, end=end, chain=chain)
    if name == "stage":
        return _("stage {stage} of chain {chain} must be served").format(
            chain=parts[0], stage=parts[1]
        )
    if name == "substitute":
        text = _("largest share of {needed} that {resource} may replace")
        return text.format(resource=resource(parts[0]), needed=resource(parts[1]))
    if name == "hazardous":
        text = _("{resource} is hazardous: only licensed receivers may take it")
        return text.format(resource=resource(parts[0]))
    if name == "stream":
        return _("amount that {stream} must keep").format(stream=condition.subject)
    if name == "unit":
        return _("use of capacity that {unit} must keep").format(unit=condition.subject)
    text = {
        "chains_at_least": _("chains that must be prioritised at least"),
        "chains_at_most": _("chains that may be prioritised at most"),
        "chains_barred": _("chains that may not be prioritised"),
        "money_budget": _("budget of projects and links"),
        "network_matching": _("exchanges run only along declared links"),
        "network_hazardous_across_province": _("hazardous waste stays in its province"),
        "policy_least_utilisation": _("least use of design capacity of built projects"),
        "switch_off": _("projects that are switched off"),
        "heat_hot_utility": _("there is no hot utility: heat cannot be bought"),
        "heat_cold_utility": _("there is no cold utility: heat cannot be thrown away"),
        "land": _("land available in park {subject}"),
        "link": _("capacity of link {subject}"),
        "heat_link": _("capacity of heat link {subject}"),
        "reach": _("longest way of carrier {subject}"),
        "lot": _("smallest lot of carrier {subject}"),
        "not_offered": _("project {subject} is not offered"),
        "utilisation": _("least use of design capacity of {subject}"),
        "least_size": _("smallest size of project {subject}"),
        "most_size": _("largest size of project {subject}"),
    }[name]
    return text.format(subject=condition.subject)
