"""The part of a dossier about worth and how sure it is, as rows of one language."""

from collections.abc import Mapping

from symbiosis.locale import _
from symbiosis.outputs.dossier.cells import Row, Share
from symbiosis.outputs.dossier.prices import YUAN
from symbiosis.outputs.dossier.records import Dossier, Name
from symbiosis.outputs.dossier.words import Words
from symbiosis.studies.shortlist.records import FlipPoint, Frequency, Gap, Target


def decision_rows(dossier: Dossier, words: Words) -> list[Row]:
    """Rows of item, value, unit, low, high, evidence."""
    if dossier.gap is not None:
        return _of_gap(dossier.gap, words)
    assert dossier.target is not None
    return _of_target(dossier.target, dossier.mentioned, words)


def _of_gap(gap: Gap, words: Words) -> list[Row]:
    lang = words.lang
    unit = words.unit(f"yuan/{gap.unit}")
    until = _("holds up to {amount} {unit} a year", lang).format(
        amount=f"{gap.holds_to:,.0f}", unit=gap.unit
    )
    text = _("Worth of one unit more a year, free at the gate", lang)
    rows: list[Row] = [(text, gap.worth * YUAN, unit, "", "", until)]
    if gap.switched_off:
        off = _("Projects of the data that are switched off", lang)
        rows.append((off, words.listed(gap.switched_off), "", "", "", ""))
    return rows


def _of_target(target: Target, mentioned: tuple[Name, ...], words: Words) -> list[Row]:
    lang, yearly = words.lang, target.worth.yearly
    text = _("Yearly loss of the park without it (range: proven)", lang)
    if target.worth.necessary:
        rows: list[Row] = [(text, _("no plan without it", lang), "", "", "", "")]
    elif yearly is None:
        why = _("no plan holds it", lang) if target.worth.impossible else None
        rows = [(text, why, "", "", "", "")]
    else:
        unit = words.unit("wanyuan/year")
        rows = [(text, yearly.value, unit, yearly.least, yearly.most, "")]
    rows.append(_share(_("Share of near-best plans with it", lang), target.near_best, words))
    rows.append(_share(_("Share of sampled futures with it", lang), target.futures, words))
    window = target.window
    if window is not None and window.smallest is not None and window.largest is not None:
        size = target.built.size_unit if target.built else ""
        text = _("Sizes still worth it", lang)
        rows.append((text, "", words.unit(size), window.smallest, window.largest, ""))
    name_of = {name.key: words.name(name) for name in mentioned}
    rows += [_flip(flip, name_of, words) for flip in target.flips if flip.at is not None]
    killers = [name_of[x.partner] for x in target.dependences if x.kills]
    if target.dependences:
        text = _("Falls without its supplier or buyer", lang)
        rows.append((text, words.listed(killers) or _("none", lang), "", "", "", ""))
    return rows


def _share(text: str, share: Frequency, words: Words) -> Row:
    if share.share is None or share.low is None or share.high is None:
        return text, None, "", "", "", ""
    counted = _("{chosen} of {of}", words.lang).format(chosen=share.chosen, of=share.of)
    return text, Share(share.share), "", Share(share.low), Share(share.high), counted


def _flip(flip: FlipPoint, name_of: Mapping[str, str], words: Words) -> Row:
    lang = words.lang
    text = {
        "capital_cost": _("Turns at a capital cost (reference size) of", lang),
        "price": _("Turns at a price of {subject} of", lang),
        "support": _("Turns with a support of", lang),
        "distance": _("Turns with all ways times", lang),
    }[flip.lever]
    at, today, unit = flip.at, flip.today, flip.unit
    if flip.lever == "price":
        scale = YUAN if unit.startswith("wanyuan/") else 1.0
        unit = unit.replace("wanyuan", "yuan", 1)
        at = None if at is None else at * scale
        today = None if today is None else today * scale
    turns = _("comes in there", lang) if flip.turns == "in" else _("drops out there", lang)
    if today is not None:
        now = _("today {value}", lang).format(value=f"{today:,.6g}")
        turns = words.joined(turns, now)
    shown = "" if unit == "1" else words.unit(unit)
    return text.format(subject=name_of.get(flip.subject, "")), at, shown, "", "", turns
