"""A dossier in one language: titled tables of texts and numbers, the same for every form."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symbiosis.locale import _, named
from symbiosis.outputs.dossier.cells import Cell, Row
from symbiosis.outputs.dossier.decision import decision_rows
from symbiosis.outputs.dossier.records import Dossier, Line, Money, Name, Need, Number
from symbiosis.outputs.dossier.result import price_ends
from symbiosis.outputs.dossier.words import Words


@dataclass(frozen=True)
class Section:
    """A titled table; `notes` are sentences below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A dossier in one language."""

    key: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def sheet_of(dossier: Dossier, lang: str, source: str) -> Sheet:
    """A dossier in words; `source` says of which study it is."""
    made = _Maker(dossier, Words(lang))
    return Sheet(dossier.key, made.title(), made.lead(), tuple(made.sections()), made.notes(source))


class _Maker:
    def __init__(self, dossier: Dossier, words: Words) -> None:
        self.of, self.words, self.lang = dossier, words, words.lang

    def title(self) -> str:
        """What is looked for."""
        name = self.words.name(self.of.name)
        if self.of.kind == "taker":
            return _("Gap: a taker of {resource}", self.lang).format(resource=name)
        if self.of.kind == "supplier":
            return _("Gap: a supplier of {resource}", self.lang).format(resource=name)
        return f"{self.of.key} {name}"

    def lead(self) -> str:
        """One line: rank and decision."""
        target = self.of.target
        if target is None:
            return _("Nobody in the park and no project of the library fills this.", self.lang)
        chosen = (
            _("chosen by the best plan", self.lang)
            if target.chosen
            else _("not chosen by the best plan; the flows are those with it forced in", self.lang)
            if target.built
            else _("no plan holds it: flows, sites and returns are not stated", self.lang)
        )
        rank = _("Rank {rank}", self.lang).format(rank=target.rank)
        return self.words.joined(rank, self.words.often(target.often), chosen)

    def sections(self) -> Iterator[Section]:
        """The tables, those without any row left out."""
        heads = self.words.heads
        for title, rows, notes in (
            (_("Kind of company", self.lang), list(self._company()), ()),
            (
                _("Worth to the park, and how sure", self.lang),
                decision_rows(self.of, self.words),
                (),
            ),
        ):
            yield Section(title, heads, tuple(rows), notes)
        yield self._lines(_("Buys and takes (amount, quality, price)", self.lang), self.of.buys)
        yield self._lines(_("Sells and gives", self.lang), self.of.sells)
        yield Section(_("Needs on its site", self.lang), heads, tuple(self._needs()))
        yield Section(
            _("Investment and return", self.lang), heads, tuple(self._money()), self._about_money()
        )
        yield self._permits()
        yield self._measures()

    def _number(self, text: str, number: Number) -> Row:
        """Item, value, unit, low, high, evidence."""
        words = self.words
        known = number.value is not None
        unit = words.unit(number.unit) if known else ""
        ends: tuple[Cell, Cell] = ("", "")
        if known and number.low != number.high:
            ends = _blank(number.low), _blank(number.high)
        return text, number.value, unit, *ends, words.evidence(number)

    def _text(self, text: str, value: str) -> Row:
        return text, value or None, "", "", "", ""

    def _company(self) -> Iterator[Row]:
        of, words, lang = self.of, self.words, self.lang
        industry = named(of.industry.zh, of.industry.en, lang) if of.industry else ""
        code = f"{of.industry_code} {industry}".strip()
        yield self._text(_("Industry (GB/T 4754-2017)", lang), code)
        kind = words.kind(of.kind)
        yield self._text(_("Kind of target", lang), kind)
        if of.park:
            yield self._text(_("Park", lang), words.name(of.park))
        if of.host:
            yield self._text(_("Stands within", lang), words.name(of.host))
        if of.target is not None:
            yield self._number(_("Size (range: what may be built)", lang), of.size)
            chains = words.listed(map(words.name, of.chains)) or _("none", lang)
            yield self._text(_("Serves the chains", lang), chains)
        yield self._number(_("Lead time until it runs", lang), of.lead_months)
        yield self._number(_("Technology readiness level (TRL, 1-9)", lang), of.maturity)

    def _lines(self, title: str, lines: tuple[Line, ...]) -> Section:
        words, lang = self.words, self.lang
        heads = (
            _("What", lang),
            _("From or to", lang),
            _("Amount a year", lang),
            _("Unit", lang),
            _("Price from (seller's alternative), yuan", lang),
            _("Price to (buyer's alternative), yuan", lang),
            _("Way, km", lang),
            _("Freight, yuan", lang),
            _("Quality: value (limit)", lang),
            _("Evidence: amount; prices", lang),
        )
        rows: list[Row] = []
        for line in lines:
            what = words.name(line.resource)
            if line.serves:
                what = f"{what} > {words.name(line.serves)}"
            if line.code:
                what += f" [{line.code}]" if line.code != "?" else f" [{words.hazardous}]"
            outside = line.way != "exchange"
            rows.append(
                (
                    what,
                    words.outside(line) if line.partner is None else words.name(line.partner),
                    line.amount.value,
                    words.unit(line.amount.unit),
                    line.seller_end.value,
                    line.buyer_end.value,
                    "" if outside else line.distance_km,
                    "" if outside else line.freight if line.distance_km is not None else None,
                    words.listed(map(words.quality, line.qualities)) or ("" if outside else None),
                    self._line_evidence(line),
                )
            )
        notes = []
        first = next((x for x in (*self.of.buys, *self.of.sells) if x.way == "exchange"), None)
        if first in lines:  # said once a page
            notes.append(
                _(
                    "Prices are per unit at the seller's gate; below 0 the seller pays. The "
                    "seller's alternative is its best market or its disposal cost, the buyer's is "
                    "what it would pay outside less the freight; how much these markets take is "
                    "not looked at.",
                    lang,
                )
            )
        crossed = [line for line in lines if _crossed(line)]
        if crossed:
            names = words.listed(dict.fromkeys(words.name(x.resource) for x in crossed))
            notes.append(
                _(
                    "No price suits both ends of {names}: other terms of the plan make up for it.",
                    lang,
                ).format(names=names)
            )
        if not rows:
            rows = [(_("nothing, or not stated", lang), *[""] * (len(heads) - 1))]
        return Section(title, heads, tuple(rows), tuple(notes))

    def _line_evidence(self, line: Line) -> str:
        words = self.words
        ends = dict.fromkeys(
            words.evidence(x) for x in (line.seller_end, line.buyer_end) if x.value is not None
        )
        amount = words.evidence(line.amount) or _("plan", self.lang)
        return "; ".join(dict.fromkeys((amount, *filter(None, ends))))

    def _needs(self) -> Iterator[Row]:
        needs = self.of.needs or tuple(
            Need(kind, None, Number()) for kind in ("land", "labour", "power", "steam", "water")
        )
        for need in needs:
            text = self.words.need(need.kind)
            if need.resource:
                text = f"{text}{self.words.colon}{self.words.name(need.resource)}"
            if need.kind == "labour" and need.amount.value:
                yield self._number(
                    text, replace(need.amount, value=float(round(need.amount.value)))
                )
            elif need.amount.value == 0 and need.resource is None:
                yield self._text(text, _("none in the data", self.lang))
            else:
                yield self._number(text, need.amount)

    def _money(self) -> Iterator[Row]:
        lang, money = self.lang, self.of.money
        if money is None:
            unknown = Number()
            yield self._number(_("Investment", lang), unknown)
            yield self._number(_("Own yearly result before capital", lang), unknown)
            yield self._number(_("Payback", lang), unknown)
            return
        yield self._number(_("Investment", lang), money.capital)
        if money.links:
            links = Number(money.links, "wanyuan")
            yield self._number(_("Pipes and mains it needs (others may share)", lang), links)
        yield self._number(_("Fixed operating and labour cost", lang), money.running)
        yield self._number(_("Variable cost, beside what it buys", lang), money.variable)
        worst, middle, best = money.result
        text = _("Own yearly result before capital (range: ends of prices)", lang)
        yield text, middle, self.words.unit("wanyuan/year"), *_ends(worst, best), ""
        yield self._payback(money)
        of = self.of
        land = next((x.amount.value for x in of.needs if x.kind == "land"), None)
        if land and of.floor is not None and money.capital.value is not None:
            intensity = money.capital.value / land
            kept = _("kept", lang) if intensity >= of.floor else _("not kept", lang)
            asked = _("at least {floor:g}: {kept}", lang).format(floor=of.floor, kept=kept)
            text = _("Investment per land (document 148, article 9)", lang)
            yield text, intensity, self.words.unit("wanyuan/mu"), "", "", asked

    def _payback(self, money: Money) -> Row:
        text = _("Payback (range: ends of prices)", self.lang)
        never = _("never", self.lang)

        def years(result: float | None) -> Cell:
            if result is None:
                return None
            return money.invested / result if result > 0 else never

        worst, middle, best = map(years, money.result)
        if middle == never and best is None:  # who knows: the price of an exchange is open
            middle = None
        unit = self.words.unit("year") if isinstance(middle, float) else ""
        return text, middle, unit, *_ends(best, worst), ""

    def _about_money(self) -> tuple[str, ...]:
        if self.of.money is None:
            return ()
        notes = [
            _(
                "What is exchanged in the park is counted at the middle of its price window: an "
                "assumption of this dossier, not an agreed price. Taxes and support are not in it.",
                self.lang,
            )
        ]
        if self.of.money.one_ended:
            names = self.words.listed(map(self.words.name, self.of.money.one_ended))
            notes.append(
                _(
                    "Only one end of the window of {names} is known: counted there, the other "
                    "end is open.",
                    self.lang,
                ).format(names=names)
            )
        if self.of.money.unpriced:
            names = self.words.listed(map(self.words.name, self.of.money.unpriced))
            notes.append(
                _("No market tells a price of {names}: counted as 0.", self.lang).format(
                    names=names
                )
            )
        if self.of.heat_inside:
            notes.append(
                _(
                    "It moves heat of streams at its place; the fuel saved there is in the worth "
                    "to the park, not in its own result.",
                    self.lang,
                )
            )
        return tuple(notes)

    def _permits(self) -> Section:
        words, lang = self.words, self.lang
        heads = (_("Permit or duty", lang), _("For what", lang), _("Waste code", lang))
        rows: list[Row] = [
            (
                words.permit(permit.kind),
                words.name(permit.resource),
                permit.code if permit.code != "?" else None,
            )
            for permit in self.of.permits
        ]
        every = _("the works (category of the list: not stated)", lang)
        rows.append((_("Environmental impact assessment", lang), every, ""))
        rows.append((_("Pollutant discharge permit", lang), every, ""))
        notes = [
            _(
                "Law as recalled, to be read again: Solid Waste Law (2020) articles 78, 80, 82; "
                "EIA Law (2018) article 16; Regulation on discharge permits (2021).",
                lang,
            )
        ]
        if self.of.permits and self.of.same_province:
            notes.append(_("The study lets no hazardous waste cross the province.", lang))
        return Section(_("Permits", lang), heads, tuple(rows), tuple(notes))

    def _measures(self) -> Section:
        words, lang = self.words, self.lang
        heads = (
            _("Number", lang),
            _("Value", lang),
            _("Unit", lang),
            _("Low", lang),
            _("High", lang),
            _("Swing, 10^4 yuan a year", lang),
            _("Evidence", lang),
        )
        rows: list[Row] = [
            (
                words.measured(x.table, x.detail, x.names),
                x.number.value,
                words.unit(x.number.unit),
                x.number.low,
                x.number.high,
                x.swing,
                words.evidence(x.number),
            )
            for x in self.of.measures
        ]
        if not rows:
            rows = [(_("no number with a range is known to move it", lang), *[""] * 6)]
        of = {
            "worth": _(
                "Swing: how far the worth to the park moves between low and high, first order.",
                lang,
            ),
            "result": _(
                "Swing: how far its own yearly result moves between low and high, one number at a "
                "time; the shortlist holds no swing of the worth.",
                lang,
            ),
            "gap": _("Swing: the amount times the range of the price.", lang),
        }[self.of.swings_of]
        return Section(_("Numbers to measure first", lang), heads, tuple(rows), (of,))

    def notes(self, source: str) -> tuple[str, ...]:
        """The foot of the page: what the evidence words mean, invented members, the study."""
        lang = self.lang
        names: dict[Name, None] = {}
        for line in (*self.of.buys, *self.of.sells):
            if line.partner is not None and line.partner.invented:
                names[line.partner] = None
        for name in (*self.of.mentioned, *((self.of.host,) if self.of.host else ())):
            if name.invented:
                names[name] = None
        found = [
            _(
                "Evidence: published, a coefficient, or an assumption; in brackets how it was "
                "checked. Assumptions and typical ranges are no measured values.",
                lang,
            )
        ]
        if names:
            listed = self.words.listed(map(self.words.name, names))
            found.append(
                _("Invented stand-ins, no real companies: {names}", lang).format(names=listed)
            )
        return (*found, source)


def _blank(end: float | None) -> Cell:
    return "" if end is None else end


def _ends(low: Cell, high: Cell) -> tuple[Cell, Cell]:
    """Both ends of a range; nothing where they are one."""
    return ("", "") if low == high and low is not None else (low, high)


def _crossed(line: Line) -> bool:
    ends = price_ends(line)
    known = line.seller_end.value is not None and line.buyer_end.value is not None
    return known and ends is not None and line.seller_end.value != ends[0]
