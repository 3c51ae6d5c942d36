"""Units of measure: what a user types is converted once, where data enters.

Inside the program amounts are per year in the resource's own unit (t, MWh, GJ, m3, ...), money is
万元 (10^4 CNY), land 亩 (mu), length km. A unit is `numerator/denominator`; each side may carry a
number ("元/1000 m3"), a Chinese multiple ("万t/a", "亿元") or stand in brackets ("元/(t/a)").

>>> factor("万t/a", "t/year")
10000.0
>>> factor("元/t", "wanyuan/t")
0.0001
>>> round(factor("MW", "MWh/year"))
8760
"""

import re
import unicodedata
from functools import lru_cache
from math import isfinite
from typing import Any

import pint

_registry: "pint.UnitRegistry[Any]" = pint.UnitRegistry(on_redefinition="ignore")
for line in (
    "year = 8760 * hour = a = yr",  # as the slices of a study; pint's own year has 8765.82
    "wanyuan = [currency] = 万元",
    "yuan = 1e-4 * wanyuan = 元 = CNY = RMB",
    "yiyuan = 1e4 * wanyuan = 亿元",
    "mu_land = 10000 / 15 * meter ** 2 = 亩 = mu",
    "tce = 29.3076 * gigajoule = 吨标煤 = 吨标准煤",
    "kgce = 29.3076 * megajoule = 千克标煤 = 千克标准煤",
    "pcs = [piece] = 块 = 件 = 只 = 台 = 辆",
    "enterprise = [enterprise] = 户 = 家",
    "person = [person] = 人",
    "case = [case]",
    "share = [] = 份",
):
    _registry.define(line)

_SYNONYMS = {
    "吨": "t", "千克": "kg", "公斤": "kg", "方": "m3", "立方米": "m3", "平方米": "m2", "公顷": "ha",
    "千瓦时": "kWh", "度": "kWh", "兆瓦时": "MWh", "兆瓦": "MW", "千瓦": "kW", "吉焦": "GJ",
    "公里": "km", "千米": "km", "年": "year", "a": "year", "yr": "year", "日": "day", "天": "day",
    "d": "day", "时": "hour", "小时": "hour", "h": "hour", "月": "month", "Nm3": "m3", "MW热": "MW",
    "MWth": "MW", "enterprise-year": "enterprise",
}  # fmt: skip
_MULTIPLES = {"亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2, "十": 1e1}
_TONNES = {"kt": 1e3, "Mt": 1e6}  # pint reads kt as knots
_NUMBERED = re.compile(
    r"\s*([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?)?\s*(.*?)\s*"
)
_NAME = re.compile(r"[^\W\d_][\w \-.°]*[23]?|%|°\w?")  # no operators: pint would compute them
_LONGEST = 60


class UnitError(ValueError):
    """A unit that is not known or measures something else."""


def _side(text: str) -> "pint.Quantity[Any]":
    """Number and unit that hold no stroke."""
    number, name = _NUMBERED.fullmatch(text).groups()  # type: ignore[union-attr]
    value = float(number.replace(",", "")) if number else 1.0
    if name in ("", "1"):
        if not number and not name:
            raise UnitError(text)
        name = ""
    while name[:1] in _MULTIPLES and len(name) > 1:
        if name in _SYNONYMS or name in _registry:
            break  # 千瓦时, 万元
        value, name = value * _MULTIPLES[name[0]], name[1:].strip()
    name = _SYNONYMS.get(name, name)
    value, name = value * _TONNES.get(name, 1.0), "t" if name in _TONNES else name
    if not name:
        return _registry.Quantity(value, "")
    if not _NAME.fullmatch(name):
        raise UnitError(text)
    name = re.sub(r"\b([A-Za-zµ]+)([23])\b", r"\1**\2", name)
    return _registry.Quantity(value, "metric_ton" if name == "t" else name)


def _parts(text: str, sign: str) -> list[str]:
    """`text` parted at `sign` outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            raise UnitError(text)
        if letter == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    if depth:
        raise UnitError(text)
    return parts


def _parse(text: str) -> "pint.Quantity[Any]":
    first, *others = _parts(text, "/")
    quantity = _product(first)
    for other in others:
        quantity = quantity / _product(other)
    return quantity


def _product(text: str) -> "pint.Quantity[Any]":
    quantity: pint.Quantity[Any] = _registry.Quantity(1.0, "")
    for part in _parts(text, "*"):
        part = part.strip()
        quantity = quantity * (_parse(part[1:-1]) if _bracketed(part) else _side(part))
    return quantity


def _bracketed(part: str) -> bool:
    return part.startswith("(") and part.endswith(")")


@lru_cache(maxsize=4096)
def _quantity(unit: str) -> "pint.Quantity[Any]":
    """What `unit` means.

    Raises:
        UnitError: if it means nothing.
    """
    text = unicodedata.normalize("NFKC", unit).strip()
    for sign, plain in (("·", "*"), ("⋅", "*"), ("^", "")):
        text = text.replace(sign, plain)
    if len(text) > _LONGEST:
        raise UnitError(unit)
    try:
        quantity = _parse(text)
        usable = quantity.magnitude > 0 and isfinite(quantity.magnitude)
    except UnitError:
        raise
    except Exception as error:  # pint raises many kinds for a text that is no unit
        raise UnitError(unit) from error
    if not usable:
        raise UnitError(unit)
    return quantity


@lru_cache(maxsize=4096)
def factor(unit: str, target: str) -> float:
    """What an amount in `unit` is multiplied by to be in `target`.

    Raises:
        UnitError: if `unit` is not known, or measures something else than `target`.
    """
    if unit == target:
        return 1.0
    given, wanted = _quantity(unit), _quantity(target)
    try:
        ratio = float((given / wanted).to("dimensionless").magnitude)
    except Exception as error:  # other dimension, or a scale with an offset such as degC
        raise UnitError(unit) from error
    if not 0 < ratio < float("inf"):
        raise UnitError(unit)
    return float(f"{ratio:.15g}")


def is_unit(unit: str) -> bool:
    """Whether `unit` can be understood."""
    try:
        _quantity(unit)
    except UnitError:
        return False
    return True
