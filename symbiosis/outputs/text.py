"""Numbers and names as a person reads them, in the language in use."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.table import Table

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import _, language, named
from symbiosis.network.graph import enterprise_name, market_name


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands parted by commas; a dash for what is not known."""
    if value is None or value != value:
        return "-"
    if value and abs(value) < 10 ** (1 - digits) and digits == 0:
        return f"{value:.3g}"
    return f"{value:,.{digits}f}"


def money(wanyuan: float) -> str:
    """An amount of money: 万元 and from 10^4 of them 亿元 in Chinese, million yuan in English."""
    if language() == "en":
        return f"{wanyuan / 100:,.1f} M yuan"
    return f"{wanyuan / 1e4:,.2f} 亿元" if abs(wanyuan) >= 1e4 else f"{wanyuan:,.0f} 万元"


def percent(share: float, digits: int = 1) -> str:
    """A share as percent."""
    return f"{100 * share:.{digits}f} %"


def table(title: str, columns: Iterable[str], right: Iterable[int] = ()) -> Table:
    """An empty table; columns with the numbers in `right` are aligned right."""
    made = Table(
        title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    aligned = set(right)
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if index in aligned else "left", overflow="fold")
    return made


class Names:
    """Names of things in the language in use, with their keys where a name is missing."""

    def __init__(self, dataset: Dataset) -> None:
        """Index the names of `dataset`."""
        self.dataset = dataset
        self.places = {p.place_id: p for p in dataset.project_places}

    def actor(self, actor: str) -> str:
        """An enterprise or a project at its place."""
        if actor in self.dataset.enterprise:
            row = self.dataset.enterprise[actor]
            return f"{actor} {enterprise_name(row)}".strip()
        if actor in self.places:
            project = self.dataset.project[self.places[actor].project_id]
            return f"{actor} {named(project.name_zh, project.name_en)}".strip()
        return actor

    def resource(self, resource: str) -> str:
        """A resource."""
        row = self.dataset.resource[resource]
        return named(row.name_zh, row.name_en) or resource

    def served(self, resource: str, serves: str) -> str:
        """A resource, and the one whose need it serves where that is another."""
        if resource == serves:
            return self.resource(resource)
        return f"{self.resource(resource)} > {self.resource(serves)}"

    def property(self, property_id: str) -> str:
        """A property of a flow."""
        row = self.dataset.property[property_id]
        return named(row.name_zh, row.name_en) or property_id

    def slice(self, slice_id: str) -> str:
        """A part of the year."""
        row = next(part for part in self.dataset.settings.slices if part.id == slice_id)
        return named(row.name_zh, row.name_en) or slice_id

    def chain(self, chain: str) -> str:
        """A chain."""
        row = self.dataset.chain[chain]
        return f"{chain} {named(row.name_zh, row.name_en)}".strip()


def status_text(status: str) -> str:
    """What a status means."""
    return {
        "optimal": _("proven within the gap asked for"),
        "time_limit": _("time limit: the best plan found so far"),
        "interrupted": _("interrupted: the best plan found so far"),
    }[status]


def indicator_name(name: str) -> str:
    """An objective or indicator."""
    return {
        "npv": _("Net present value against today"),
        "heat_links": _("Direct heat links"),
        "co2e": _("Greenhouse gases, CO2e"),
        "fresh_water": _("Fresh water bought"),
        "disposed": _("Waste disposed of"),
        "virgin": _("Virgin material bought"),
        "byproduct_exchanged": _("By-products exchanged"),
        "byproduct_sold": _("By-products sold outside"),
        "power_bought": _("Power bought, net"),
        "circularity": _("Share of by-products kept in use"),
        "water_discharged": _("Water discharged"),
        "water_reused": _("Used and reclaimed water in use"),
        "industrial_water_reuse": _("Industrial water reuse rate"),
        "reclaimed_water": _("Reclaimed-water rate"),
        "fresh_water_per_sales": _("Fresh water per value sold"),
        "heat_rejected": _("Heat thrown away"),
        "exergy_lost": _("Exergy destroyed or thrown away"),
    }.get(name, name)


def kind_name(kind: str) -> str:
    """A kind of project."""
    return {
        "chain_filling": _("chain filling"),
        "platform": _("shared platform"),
        "cascade": _("energy cascade"),
        "retrofit": _("cleaner production"),
        "revival": _("revival"),
        "relocation": _("relocation"),
    }[kind]


def limit_name(names: Names, name: str, subject: str) -> str:
    """What a limit holds down."""
    if name == "market":
        owner, resource, action = subject.split(":")
        who = "" if owner == "all" else f"{owner}, "
        return f"{market_name(action)}: {who}{names.resource(resource)}"
    if name == "land":
        park = names.dataset.park[subject]
        return _("Land of {park}").format(park=named(park.name_zh, park.name_en) or subject)
    if name == "load":
        owner, resource, of = subject.split(":")
        what = f"{names.resource(resource)}, {names.property(of)}"
        return _("Load that may arrive: {owner}, {what}").format(owner=owner, what=what)
    text = {
        "chains": _("Prioritised chains"),
        "budget": _("Budget"),
        "utilisation": _("Least use of design capacity"),
        "investment_intensity": _("Investment per land"),
    }[name]
    return f"{text}: {subject}" if subject else text


ENGLISH_UNITS = {
    "千万块": "10^7 pieces",
    "万": "10^4 ",
    "亿": "10^8 ",
    "热": " of heat",
    "炭块": " of carbon blocks",
    "焦油": " of tar",
    "焦": " of coke",
    "酸": " of acid",
    "(干基)": " (dry)",
    "户": "households",
}  # signs in the units of sizes, as the data write them, longer before their parts


def english_unit(unit: str) -> str:
    """A unit of the data in English.

    >>> english_unit("万t/a"), english_unit("MW热")
    ('10^4 t/a', 'MW of heat')
    """
    for sign, words in ENGLISH_UNITS.items():
        unit = unit.replace(sign, words)
    return unit


def unit_name(unit: str) -> str:
    """A unit as a person writes it."""
    if unit == "links":
        return _("links")
    if language() == "zh":
        return unit.replace("wanyuan", "万元").replace("mu", "亩").replace("/year", "/年")
    return english_unit(unit.replace("wanyuan", "10^4 yuan"))
