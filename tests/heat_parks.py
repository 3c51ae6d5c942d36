"""Small sites with thermal streams, by hand: heat is bought at 1 万元/GJ and thrown away free.

Carriers and machines are recipes: a boiler takes heat up (a cold machine stream) and gives steam, a
user of steam takes it and gives heat (a hot machine stream). Approach is 0 unless a test says more.
"""

from typing import Any

from parks import Park, merged

HEATED: dict[str, Any] = {
    "heat": {"hot_utility": "heat_bought", "cold_utility": "heat_lost", "approach_k": 0}
}
HALVES = [{"id": "winter", "hours": 4380}, {"id": "summer", "hours": 4380}]
LEVEL_K = 0.001  # span of a level that is meant to be isothermal


def heat_park(**settings: Any) -> Park:
    park = Park(**merged(HEATED, settings))
    energy = {"kind": "energy", "unit": "GJ", "balance": "slice"}
    park.resource("heat_bought", "heat_lost", **energy)
    return park.market("heat_bought", "buy", 1).market("heat_lost", "dispose", 0)


def flow(park: Park, who: str, supply: float, target: float, duty: float, **cells: Any) -> Park:
    """A process stream of an enterprise, GJ/year; its role follows from its temperatures."""
    role = "hot" if supply > target else "cold"
    number = len(park.rows.get("thermal_streams", ()))
    amount = {} if "heat_capacity_flow" in cells else {"duty": duty}
    return park.add(
        "thermal_streams",
        **{"stream_id": f"{who}-{role}-{number}", "enterprise_id": who, **amount, **cells},
        role=role,
        supply_celsius=supply,
        target_celsius=target,
    )


def machine(park: Park, recipe: str, supply: float, target: float, per: float = 1) -> Park:
    """A machine stream of a recipe, GJ per unit of activity."""
    role = "hot" if supply > target else "cold"
    return park.add(
        "thermal_streams",
        stream_id=f"{recipe}-{role}",
        recipe_id=recipe,
        role=role,
        supply_celsius=supply,
        target_celsius=target,
        duty_per_activity=per,
        machine=1,
    )


def level(park: Park, name: str, celsius: float, span: float = LEVEL_K) -> Park:
    """A carrier, GJ: raised with heat at or above `celsius`, used for need at or below."""
    park.resource(name, kind="energy", unit="GJ", balance="slice")
    park.recipe(f"raise_{name}", {}, {name: 1})
    park.recipe(f"use_{name}", {name: 1}, {})
    machine(park, f"raise_{name}", celsius, celsius + span)
    return machine(park, f"use_{name}", celsius + span, celsius)


def standing(park: Park, who: str, *recipes: str, most: float = 1e4) -> Park:
    """Units that stand idle today and may run as a plan likes."""
    for recipe in recipes:
        park.unit(
            f"{who}-{recipe}",
            who,
            recipe,
            most,
            utilisation=0,
            least_utilisation=0,
            most_utilisation=1,
        )
    return park


def steam_site(loss_share: float = 0.1, **cells: Any) -> Park:
    """Two places: 1000 GJ from 300 to 200 °C at A, 600 GJ from 80 to 120 °C wanted at B.

    A level of 140 °C joins them, `loss_share` of it is lost on the way.
    """
    park = heat_park().enterprise("A", "B", internal_integration=0)
    flow(park, "A", 300, 200, 1000)
    flow(park, "B", 80, 120, 600)
    level(park, "lp", 140)
    standing(park, "A", "raise_lp")
    standing(park, "B", "use_lp")
    return park.link("A", "B", "lp", loss_share=loss_share, **cells)


def three_places(loss_share: float = 0.0, **settings: Any) -> Park:
    """High-pressure steam of A (500 GJ), low of B (400 GJ); C wants 300 GJ high and 500 GJ low.

    C may let high pressure down to low. What A sends loses `loss_share`.
    """
    park = heat_park(**settings).enterprise("A", "B", "C", internal_integration=0)
    flow(park, "A", 300, 200, 500)
    flow(park, "B", 150, 130, 400)
    flow(park, "C", 160, 170, 300)
    flow(park, "C", 90, 100, 500)
    level(level(park, "hp", 180), "lp", 110)
    park.recipe("let_down", {"hp": 1}, {"lp": 1})
    standing(standing(park, "A", "raise_hp"), "B", "raise_lp")
    standing(park, "C", "use_hp", "use_lp", "let_down")
    park.link("A", "C", "hp", loss_share=loss_share)
    return park.link("B", "C", "lp")


def turbine_site(*, dump: bool = False, **settings: Any) -> Park:
    """1000 GJ of gas from 500 to 250 °C at A, 600 GJ from 100 to 120 °C wanted there.

    A boiler raises high pressure at 200 °C, a back-pressure turbine makes 0.8 GJ of low pressure
    (140 °C) and 0.2 GJ = 1/18 MWh of power, sold at 9 万元/MWh, from a GJ of it.
    """
    park = heat_park(**settings).enterprise("A", internal_integration=0)
    flow(park, "A", 500, 250, 1000)
    flow(park, "A", 100, 120, 600)
    level(level(park, "hp", 200), "lp", 140)
    park.resource("power", kind="energy", unit="MWh", state="power", balance="slice")
    park.market("power", "sell", 9)
    park.recipe("turbine", {"hp": 1}, {"lp": 0.8, "power": 1 / 18})
    standing(park, "A", "raise_hp", "turbine", "use_lp")
    return park.market("lp", "dispose", 0) if dump else park
