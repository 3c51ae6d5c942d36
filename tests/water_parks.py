"""Small parks with qualities: waters to be mixed, washed with and let out, by hand and by seed."""

import random
from typing import Any

from parks import Park

SEASONS = [{"id": "summer", "hours": 3504}, {"id": "winter", "hours": 5256}]  # 0.4 and 0.6


def mixing_park(**settings: Any) -> Park:
    """100 m3 of cooling water needed, fresh at 1 万元/m3; two used waters cost nothing.

    salt, cod    fresh 100, 10; used (60 m3 of the works) 900, 10; drain (60 m3 of the mine) 100, 90
    """
    park = Park(**settings)
    park.resource("cooling", "used", "drain", kind="water", unit="m3", balance="slice")
    park.add("properties", property_id="salt", unit="mg/L")
    park.add("properties", property_id="cod", unit="mg/L")
    park.enterprise("plant", "works", "mine")
    park.need("plant", "cooling", 100)
    park.supply("works", "used", 60).supply("mine", "drain", 60)
    park.market("cooling", "buy", 1).market("used", "dispose", 0).market("drain", "dispose", 0)
    for donor, water, salt, cod in (("works", "used", 900, 10), ("mine", "drain", 100, 90)):
        park.substitute(water, "cooling").link(donor, "plant", water)
        park.quality(donor, water, "supply", value=salt)
        park.quality(donor, water, "supply", property_id="cod", value=cod)
    park.quality("", "cooling", "bought", value=100)
    return park.quality("", "cooling", "bought", property_id="cod", value=10)


def washing_park(operations: dict[str, dict[str, tuple[float, float, float]]]) -> Park:
    """Operations with fixed loads: name -> property -> (load in g, most in, most out).

    Fresh water at 1 万元/m3 is clean; used water of one may serve any other.
    """
    park = Park(baseline="none")
    park.resource("water", "used", kind="water", unit="m3").market("water", "buy", 1)
    park.market("used", "dispose", 0).substitute("used", "water")
    park.recipe("washing", {"water": 1}, {"used": 1})
    names = {name for properties in operations.values() for name in properties}
    for name in sorted(names):
        park.add("properties", property_id=name, unit="mg/L")
        park.quality("", "water", "bought", property_id=name, value=0)
    for who, properties in operations.items():
        park.enterprise(who)
        moves = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
        park.unit(f"{who} line", who, "washing", 1e4, **moves)
        for name, (load, most_in, most_out) in properties.items():
            park.quality(who, "water", "need", property_id=name, most=most_in)
            park.quality(who, "used", "supply", property_id=name, value=most_out)
            park.add(
                "loads",
                unit_id=f"{who} line",
                resource_in="water",
                resource_out="used",
                property_id=name,
                amount=load,
            )
    for one in operations:
        for other in operations:
            if one != other:
                park.link(one, other, "used")
    return park


def outfall_park(most: float) -> Park:
    """Two waste waters of 100 m3, cod 500 and 100; the river takes `most` g a year, a tanker all.

    The river costs 0.01 万元/m3, the tanker 1.
    """
    park = Park(baseline="none")
    park.resource("strong", "weak", "river", "discharged", kind="water", unit="m3")
    park.add("properties", property_id="cod", unit="mg/L")
    park.enterprise("mill", "town", "outfall")
    park.supply("mill", "strong", 100).supply("town", "weak", 100)
    park.recipe("discharging", {"river": 1}, {"discharged": 1})
    moves = {"utilisation": 0, "least_utilisation": 0, "most_utilisation": 1}
    park.unit("pipe", "outfall", "discharging", 1000, **moves)
    park.market("discharged", "dispose", 0.01)
    for owner, water, value in (("mill", "strong", 500), ("town", "weak", 100)):
        park.market(water, "dispose", 1).substitute(water, "river").link(owner, "outfall", water)
        park.quality(owner, water, "supply", property_id="cod", value=value)
    return park.add("load_limits", owner_id="P", resource_id="river", property_id="cod", most=most)


def random_water_park(seed: int) -> Park:
    """Two waters, two or three needs with limits by season, two treatments with a reject.

    Every treatment has one size; all is balanced by season, nothing runs today.
    """
    rng = random.Random(seed)
    park = Park(baseline="none", slices=SEASONS, chains={"at_least": 0})
    waters = ("used", "drain", "clean", "soft", "brine")
    park.resource("cooling", "process", *waters, kind="water", unit="m3", balance="slice")
    for name in ("salt", "cod"):
        park.add("properties", property_id=name, unit="mg/L")

    def values(owner: str, water: str, direction: str, low: float, high: float) -> None:
        for name in ("salt", "cod"):
            if rng.random() < 0.9:  # else unknown
                park.quality(
                    owner, water, direction, property_id=name, value=rng.uniform(low, high)
                )

    donors = {"works": "used", "mine": "drain"}
    for donor, water in donors.items():
        park.enterprise(donor).supply(donor, water, rng.uniform(20, 120))
        park.market(water, "dispose", rng.uniform(0, 0.4))
        values(donor, water, "supply", 100, 900)
    for station, made in (("ponds", "clean"), ("osmosis", "soft")):
        share = rng.uniform(0.6, 0.95)
        park.recipe(f"{station} recipe", {"used": 1}, {made: share, "brine": 1 - share})
        size = rng.uniform(20, 80)
        park.project(station, f"{station} recipe", size, rng.uniform(5, 200), variable_cost=0.05)
        values(station, made, "supply", 0, 200)
        donors[f"{station}@P"] = made
        park.market(made, "dispose", rng.uniform(0, 0.2))
        if rng.random() < 0.7:
            park.quality(station, "used", "need", most=rng.uniform(200, 1000))
        park.link("works", f"{station}@P", "used", freight=rng.uniform(0, 0.05))
    park.market("brine", "dispose", rng.uniform(0, 1))
    for n, need in enumerate(
        rng.choice((("cooling", "process"), ("cooling", "process", "process")))
    ):
        who = f"plant{n}"
        park.enterprise(who).need(who, need, rng.uniform(20, 100))
        for name in ("salt", "cod"):
            for season in rng.choice((("",), ("", "summer"), ("summer",), ())):
                park.quality(who, need, "need", season, property_id=name, most=rng.uniform(50, 500))
        for donor, water in donors.items():
            if rng.random() < 0.8:
                park.link(donor, who, water, freight=rng.uniform(0, 0.1))
    for need in ("cooling", "process"):
        park.market(need, "buy", rng.uniform(0.5, 3))
        for name in ("salt", "cod"):  # within every limit: there is always a plan
            park.quality("", need, "bought", property_id=name, value=rng.uniform(0, 50))
        for water in ("used", "drain", "clean", "soft"):
            park.substitute(water, need, 1, rng.choice((1, 1, 0.6)))
    return park
