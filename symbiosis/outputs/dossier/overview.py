"""The overview of a shortlist: every target with the parts of its rank, in one language."""

from collections.abc import Sequence

from symbiosis.locale import _
from symbiosis.outputs.dossier.cells import Row, Share
from symbiosis.outputs.dossier.records import Dossier
from symbiosis.outputs.dossier.sections import Section, Sheet
from symbiosis.outputs.dossier.words import Words
from symbiosis.studies.shortlist.records import Frequency


def overview(dossiers: Sequence[Dossier], sheets: Sequence[Sheet], lang: str) -> Section:
    """A row per dossier, as ranked: how often it is chosen, then what it is worth."""
    words = Words(lang)
    heads = (
        _("rank", lang),
        _("Target", lang),
        _("Kind of target", lang),
        _("Industry (GB/T 4754-2017)", lang),
        _("how often", lang),
        _("Share of near-best plans", lang),
        _("Share of futures", lang),
        _("Yearly loss without it, 10^4 yuan", lang),
        _("proven at least", lang),
        _("proven at most", lang),
        _("Gap: worth a year of all of it, free at the gate, 10^4 yuan", lang),
        _("Smallest size worth it", lang),
        _("Largest size worth it", lang),
        _("Unit of size", lang),
        _("Investment, 10^4 yuan", lang),
        _("Own yearly result, 10^4 yuan", lang),
        _("Land, mu", lang),
        _("Jobs", lang),
        _("Lead time, months", lang),
        _("TRL", lang),
        _("Hazardous waste codes it takes", lang),
    )
    rows = tuple(_row(one, sheet, words) for one, sheet in zip(dossiers, sheets, strict=True))
    note = _(
        "Ranked by how often a target is chosen over near-best plans and futures, then by the "
        "yearly loss without it. Gaps follow: the worth of one more unit times the amount for "
        "which it holds; what the company would ask or pay for it is not known.",
        lang,
    )
    return Section(_("Overview", lang), heads, rows, (note,))


def _row(of: Dossier, sheet: Sheet, words: Words) -> Row:
    codes = dict.fromkeys(x.code for x in of.permits if x.kind != "handing")
    hazardous = words.listed(words.hazardous if code == "?" else code for code in codes)
    industry = words.name(of.industry) if of.industry else ""
    kind = f"{of.industry_code} {industry}".strip()
    if of.gap is not None:
        gap = of.gap
        worth = gap.worth * min(gap.amount, gap.holds_to)
        before: Row = ("", sheet.title, words.kind(of.kind), None, "", "", "", "", "", "")
        return *before, worth, "", "", "", *[None] * 6, hazardous
    assert of.target is not None
    target, window = of.target, of.target.window
    yearly = target.worth.yearly
    lost: Row = (None, "", "")
    if yearly is not None:
        lost = yearly.value, yearly.least, yearly.most
    elif target.worth.necessary or target.worth.impossible:
        necessary = target.worth.necessary
        text = (
            _("no plan without it", words.lang) if necessary else _("no plan holds it", words.lang)
        )
        lost = text, "", ""
    sizes: Row = ("", "", "")
    if window is not None and window.smallest is not None:
        unit = target.built.size_unit if target.built else ""
        sizes = window.smallest, window.largest, words.unit(unit)
    money, needs = of.money, {x.kind: x.amount.value for x in of.needs}
    return (
        float(target.rank),
        sheet.title,
        words.kind(of.kind),
        kind or None,
        words.often(target.often),
        _share(target.near_best),
        _share(target.futures),
        *lost,
        "",
        *sizes,
        money.invested if money else None,
        money.result[1] if money else None,
        needs.get("land"),
        needs.get("labour"),
        of.lead_months.value,
        None if of.maturity.value is None else float(of.maturity.value),
        hazardous,
    )


def _share(share: Frequency) -> Share | None:
    return None if share.share is None else Share(share.share)
