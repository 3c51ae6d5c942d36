"""Sectors: the divisions of GB/T 4754-2017 in the groups an industrial park is drawn by."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Sector:
    """Divisions `first` to `last` of GB/T 4754, both included."""

    key: str
    first: int
    last: int
    name_zh: str
    name_en: str


SECTORS = (
    Sector("farming", 1, 5, "农业", "farming"),
    Sector("mining", 6, 12, "采矿", "mining"),
    Sector("light", 13, 24, "食品与轻工", "food and light industry"),
    Sector("refining", 25, 25, "石油与煤炭加工", "oil and coal processing"),
    Sector("chemicals", 26, 29, "化工", "chemicals"),
    Sector("minerals", 30, 30, "非金属矿物制品", "mineral products"),
    Sector("metals", 31, 32, "冶金", "metals"),
    Sector("equipment", 33, 41, "装备制造", "metal goods and equipment"),
    Sector("recycling", 42, 43, "资源再生与修理", "recycling and repair"),
    Sector("power", 44, 45, "电力热力燃气", "power, heat and gas"),
    Sector("environment", 46, 46, "水务", "water"),
    Sector("environment", 77, 77, "环境治理", "environmental services"),
)


def sector_of(industry_code: str) -> Sector | None:
    """The sector of a GB/T 4754 code, its letter left out or not; None for services and unknown.

    >>> sector_of("3216").key, sector_of("D4412").key, sector_of("7840")
    ('metals', 'power', None)
    """
    digits = re.search(r"\d{2}", industry_code)
    division = int(digits[0]) if digits else 0
    return next((s for s in SECTORS if s.first <= division <= s.last), None)
