"""A small park that raises no suspicion, and the suspicions of one that was changed."""

from typing import Any

from parks import Park, prepared
from symbiosis.domain.errors import Fault
from symbiosis.domain.fields import Evidence
from symbiosis.inputs.tables import TABLES
from symbiosis.planning.suspicions import suspicions


def clean_park(**settings: Any) -> Park:
    """A power station whose ash a project presses into bricks; nothing of it is suspicious.

    Station    1000 MWh a year: 0.4 t coal -> 1 MWh, 0.08 t ash, 0.9 t CO2; 0.4 t of it are carbon
               and ash at least (0.9 x 12/44 + 0.08 = 0.33), 0.98 at most
    Kiln       500 t bricks a year from 1 t clay and 0.1 MWh each
    Press      1 t ash and 0.05 MWh -> 1 t bricks; 20 to 80 t/year, 200 万元 on 1 亩
    """
    park = Park(**settings)
    park.change("parks", "P", investment_floor=150)
    park.resource("coal", "clay", virgin=1, mass=1).resource("ash", role="byproduct", mass=1)
    park.resource("brick", mass=1)
    park.resource("power", kind="energy", state="power", unit="MWh")
    park.resource("co2", role="emission", state="gas", co2e_released=1)
    park.enterprise("station", "kiln")
    park.recipe("burning", {"coal": 0.4}, {"power": 1, "ash": 0.08, "co2": 0.9})
    park.recipe("firing", {"clay": 1, "power": 0.1}, {"brick": 1})
    park.recipe("pressing", {"ash": 1, "power": 0.05}, {"brick": 1})
    park.unit("boiler", "station", "burning", 1000).unit("oven", "kiln", "firing", 500)
    park.project("press", "pressing", (20, 50, 80), 200, kind="chain_filling", land=1)
    for resource, price in {"coal": 0.05, "power": 0.05, "clay": 0.005}.items():
        park.market(resource, "buy", price)
    park.market("power", "sell", 0.03).market("brick", "sell", 0.02)
    park.market("ash", "dispose", 0.004).market("co2", "dispose", 0)
    park.link("station", "press@P", "ash").link("station", "kiln", "power")
    return park.chain("bricks", {"ash": "burning", "bricks": "pressing"})


def with_presses(park: Park) -> Park:
    """Three more presses at 3 to 5 万元 per t/year on 1 亩, in the chain."""
    for number, cost in enumerate((150, 200, 250)):
        name = f"press{number}"
        park.project(name, "pressing", (20, 50, 80), cost, kind="chain_filling", land=1)
        park.link("station", f"{name}@P", "ash")
    return park


def warnings(park: Park, documented: bool = True, **settings: Any) -> list[Fault]:
    """Suspicions of a park whose numbers are all published, unless they say otherwise."""
    park = park.copy()
    for name, rows in park.rows.items():
        if documented and issubclass(TABLES[name].record, Evidence):
            evidence = {"provenance": "public", "check": "retrieved", "source": "register"}
            park.rows[name] = [{**evidence, **row} for row in rows]
    found = suspicions(prepared(park, **settings))
    assert all(fault.level == "warning" and fault.problem and fault.mend for fault in found)
    return found


def only(park: Park, **settings: Any) -> Fault:
    """The one suspicion of a park."""
    found = warnings(park, **settings)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
