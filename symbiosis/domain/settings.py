"""Settings of a study: the file `study.toml` of a dataset. The descriptions are the manual."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from symbiosis.domain.fields import Key, Positive, Share, Words
from symbiosis.domain.units import UnitError, factor
from symbiosis.locale import _

ALL_YEAR = "year"  # the one slice of resources that can be stored over the year

ObjectiveName = Literal[
    "npv", "co2e", "fresh_water", "disposed", "virgin", "byproduct_exchanged", "heat_links"
]

# A comma parts thousands only: "1,5" is no amount.
_MONEY = re.compile(
    r"\s*([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
    r"\s*([^\s0-9.,+\-].*?)?\s*"
)


def wanyuan(value: object) -> object:
    """Money as a number of 万元 or a text with its unit ("0.5 亿元"), in 万元.

    >>> wanyuan("0.5 亿元")
    5000.0
    """
    if not isinstance(value, str):
        return value
    match = _MONEY.fullmatch(unicodedata.normalize("NFKC", value))
    if match is None:
        raise ValueError(_("is not an amount of money; write e.g. 0.5 亿元"))
    try:
        return float(match[1].replace(",", "")) * factor(match[2] or "wanyuan", "wanyuan")
    except UnitError:
        raise ValueError(_("is not in a unit of money; write 万元, 亿元 or 元")) from None


Wanyuan = Annotated[float, BeforeValidator(wanyuan)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Money(_Section):
    """[money]: how money is counted."""

    discount_rate: Annotated[float, Field(ge=0, lt=1)] = 0.08
    budget: Wanyuan | None = Field(
        default=None, ge=0, description="most that projects and links may cost together"
    )
    labour_cost: Wanyuan = Field(default=7.5, ge=0, description="per person and year")
    price_basis: str = Field(default="", description="year and tax basis of all prices, shown")


class Chains(_Section):
    """[chains]: how many chains are prioritised (document 148: one or two)."""

    at_most: Annotated[int, Field(ge=0)] = 2
    at_least: Annotated[int, Field(ge=0)] = 1
    barred: Words = Field(default=(), description="chains that may not be prioritised")

    @model_validator(mode="after")
    def _range_is_a_range(self) -> "Chains":
        if self.at_least > self.at_most:
            raise ValueError(_("at_least is above at_most"))
        return self


class Network(_Section):
    """[network]: which exchanges are possible."""

    matching: Literal["open", "declared"] = Field(
        default="open", description="declared: only along rows of links.csv and exchanges.csv"
    )
    detour_factor: Annotated[float, Field(ge=1, le=5)] = Field(
        default=1.3, description="way on the ground per straight distance"
    )
    least_distance_km: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="least way between two sites, where coordinates are rough"
    )
    hazardous_across_province: bool = Field(
        default=False, description="hazardous waste may leave its province (needs approval)"
    )


class Heat(_Section):
    """[heat]: how heat cascades are closed at their top and bottom."""

    hot_utility: str = Field(
        default="", description="resource (GJ) that heats what the cascade cannot; bought or made"
    )
    cold_utility: str = Field(
        default="", description="resource (GJ) that takes up what is left at the bottom"
    )
    approach_k: Annotated[float, Field(ge=0, le=200)] = Field(
        default=10.0, description="smallest temperature difference of streams without their own"
    )
    ambient_celsius: Annotated[float, Field(ge=-60, le=60)] = Field(
        default=15.0, description="temperature of the environment, to which exergy is counted"
    )


class Policy(_Section):
    """[policy]: rules of document 148 that bind in every plan."""

    least_utilisation: Share = Field(
        default=0.7, description="of built projects; document 148, article 9: 70 % of design"
    )


class Futures(_Section):
    """[futures]: how sampled futures of a shortlist are drawn."""

    together: tuple[Words, ...] = Field(
        default=(), description="groups of resources whose prices rise and fall together"
    )


class Solver(_Section):
    """[solver]: when to stop."""

    gap: Annotated[float, Field(ge=0, lt=1)] = Field(default=0.001, description="proven gap")
    time_limit_s: Positive = 600.0
    seed: Annotated[int, Field(ge=0)] = 0


class Period(_Section):
    """[[periods]]: a phase of the plan."""

    id: Key
    years: Positive


class Slice(_Section):
    """[[slices]]: a part of the year; the hours of all slices sum to 8760."""

    id: Key
    hours: Positive
    name_zh: str = ""
    name_en: str = ""


class Settings(_Section):
    """Everything a study is asked with."""

    name: str = ""
    title_zh: str = ""
    title_en: str = ""
    base_year: Annotated[int, Field(ge=1990, le=2100)] = 2020
    baseline: Literal["today", "none"] = Field(
        default="today", description="none: nothing runs today, the plan is counted from zero"
    )
    objective: ObjectiveName = "npv"
    switch_on: Words = Field(default=(), description="projects offered although `available` is 0")
    switch_off: Words = ()
    money: Money = Money()
    chains: Chains = Chains()
    network: Network = Network()
    heat: Heat = Heat()
    policy: Policy = Policy()
    futures: Futures = Futures()
    solver: Solver = Solver()
    periods: tuple[Period, ...] = (Period(id="base", years=15),)
    slices: tuple[Slice, ...] = (Slice(id="year", hours=8760),)

    @model_validator(mode="after")
    def _slices_make_a_year(self) -> "Settings":
        hours = sum(part.hours for part in self.slices)
        if abs(hours - 8760) > 1e-6:
            raise ValueError(
                _("the hours of [[slices]] sum to {hours}; a year has 8760").format(
                    hours=f"{hours:.10g}"
                )
            )
        for what, rows in (("periods", self.periods), ("slices", self.slices)):
            if not rows:
                raise ValueError(_("[[{what}]] is empty; write at least one").format(what=what))
            ids = [row.id for row in rows]
            if len(set(ids)) < len(ids):
                raise ValueError(_("an id of [[{what}]] stands twice").format(what=what))
        return self
