"""Words of a dossier in one language."""

from collections.abc import Iterable

from symbiosis.locale import _, named
from symbiosis.outputs.charts import shown
from symbiosis.outputs.dossier.records import Line, Name, Number, Quality
from symbiosis.outputs.text import english_unit


class Words:
    """Names, units and short words in `lang`."""

    def __init__(self, lang: str) -> None:
        """Words in `zh` or `en`."""
        self.lang = lang
        self.colon = "：" if lang == "zh" else ": "
        self.hazardous = _("hazardous, code not stated", lang)
        self.heads = (
            _("Item", lang),
            _("Value", lang),
            _("Unit", lang),
            _("Low", lang),
            _("High", lang),
            _("Evidence", lang),
        )

    def name(self, name: Name) -> str:
        """A name, the key where it has none; invented members are marked."""
        text = named(name.zh, name.en, self.lang) or name.key
        return text + _(" (placeholder)", self.lang) if name.invented else text

    def listed(self, texts: Iterable[str]) -> str:
        """Texts one after the other."""
        return ("；" if self.lang == "zh" else "; ").join(texts)

    def joined(self, *texts: str) -> str:
        """Parts of a sentence."""
        return ("，" if self.lang == "zh" else ", ").join(filter(None, texts))

    def unit(self, unit: str) -> str:
        """A unit as a person writes it."""
        if unit in ("month", "persons", "year"):
            return {
                "month": _("months", self.lang),
                "persons": _("persons", self.lang),
                "year": _("years", self.lang),
            }[unit]
        if self.lang == "zh":
            unit = unit.replace("wanyuan", "万元").replace("yuan", "元").replace("/year", "/年")
            return "亩" if unit == "mu" else unit.replace("/mu", "/亩")
        return english_unit(unit.replace("wanyuan", "10^4 yuan").replace("/year", "/a"))

    def evidence(self, number: Number) -> str:
        """Grade and check of a number."""
        lang = self.lang
        grade = {
            "public": _("published", lang),
            "coefficient": _("coefficient", lang),
            "assumption": _("assumption", lang),
            "": "",
        }[number.grade]
        check = {
            "retrieved": _("read in the source", lang),
            "recalled": _("recalled", lang),
            "typical": _("typical range", lang),
            "derived": _("derived", lang),
            "": "",
        }[number.check]
        if lang == "zh":
            return f"{grade}（{check}）" if grade and check else grade
        return f"{grade} ({check})" if grade and check else grade

    def often(self, often: str) -> str:
        """How often a target is chosen, over near-best plans and futures."""
        return {
            "always": _("always chosen", self.lang),
            "sometimes": _("sometimes chosen", self.lang),
            "never": _("never chosen", self.lang),
            "": "",
        }[often]

    def kind(self, kind: str) -> str:
        """Kind of a target."""
        lang = self.lang
        return {
            "chain_filling": _("chain filling", lang),
            "platform": _("shared platform", lang),
            "cascade": _("energy cascade", lang),
            "retrofit": _("cleaner production", lang),
            "revival": _("revival", lang),
            "relocation": _("relocation", lang),
            "taker": _("gap: a by-product that nobody takes", lang),
            "supplier": _("gap: an input that is always bought outside", lang),
        }[kind]

    def outside(self, line: Line) -> str:
        """The world outside, by what is done there."""
        if line.way == "buy" and (line.seller_end.value or 0.0) < 0:
            return _("taken from outside for a fee", self.lang)
        return {
            "buy": _("bought outside", self.lang),
            "sell": _("sold outside", self.lang),
            "dispose": _("disposed of or released", self.lang),
        }[line.way]

    def need(self, kind: str) -> str:
        """What is needed on a site."""
        lang = self.lang
        return {
            "land": _("Land", lang),
            "labour": _("Jobs", lang),
            "power": _("Power", lang),
            "steam": _("Steam", lang),
            "water": _("Water", lang),
            "energy": _("Other energy", lang),
        }[kind]

    def permit(self, kind: str) -> str:
        """A permit or duty."""
        lang = self.lang
        return {
            "licence": _("Hazardous waste operating licence", lang),
            "own": _("Waste of its own host: licence unless the host runs it itself", lang),
            "handing": _("Hand over to a licensed taker with transfer manifest; yearly plan", lang),
        }[kind]

    def quality(self, quality: Quality) -> str:
        """A property: value (limits) unit."""
        value = "?" if quality.value is None else shown(quality.value)
        limits = []
        if quality.least is not None:
            limits.append(f"≥ {shown(quality.least)}")
        if quality.most is not None:
            limits.append(f"≤ {shown(quality.most)}")
        inside = f" ({', '.join(limits)})" if limits else ""
        return f"{self.name(quality.name)} {value}{inside} {quality.unit}".strip()

    def measured(self, table: str, detail: str, names: Iterable[Name]) -> str:
        """What a number is, and of what."""
        lang = self.lang
        what = {
            "markets": {
                "buy": _("purchase price", lang),
                "sell": _("sales price", lang),
                "dispose": _("disposal cost", lang),
                "exchange": _("price elsewhere", lang),
            }.get(detail, ""),
            "recipe_flows": {
                "in": _("amount taken per unit", lang),
                "out": _("amount given per unit", lang),
                "": _("amount a year", lang),
            }.get(detail, ""),
            "projects": _("capital cost", lang),
            "project_units": _("variable cost", lang),
            "carriers": _("freight", lang),
            "units": _("utilisation", lang),
            "streams": _("amount", lang),
        }.get(table, table)
        return self.colon.join(filter(None, (self.listed(map(self.name, names)), what)))
