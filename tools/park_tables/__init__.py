"""The tables of a dataset, made from library rows and the choices in park.toml.

Values of the library are carried over as text, so that nothing is rounded on the way; what is
computed here (prices without VAT, variable costs per recipe unit, amounts that close a balance) is
written with enough digits to close again. Nothing here is about one park: what is, stands in its
park.toml.

    choices     a park: park.toml beside the library; cells: how a number is written
    today       what runs: units, their use, amounts exchanged
    heat        thermal streams and their machines, and what they replace in the recipes
    heat_*      its loads, levels and machines
    water       streams of water and their classes; water_recipes, water_today, water_units and
                water_quality what they replace, where used water goes, treatment, qualities
    owners      who takes and gives what
    places, exchanges, recipes, carriers, markets, projects, chains    the tables, one function each
"""

from typing import Any

from library import Library, Row
from park_tables.carriers import carriers
from park_tables.chains import chain_links, chain_stages, chains
from park_tables.choices import Park
from park_tables.exchanges import exchanges, links, qualities
from park_tables.markets import markets
from park_tables.owners import owners
from park_tables.places import enterprises, parks, units
from park_tables.projects import (
    offered_projects,
    project_places,
    project_units,
    projects,
    with_industries,
)
from park_tables.recipes import (
    recipe_flows,
    recipes,
    recipes_in_use,
    resources,
    resources_in_use,
    substitutes,
)
from park_tables.today import Today
from park_tables.water import OUTFALLS
from park_tables.water_quality import WaterQuality

__all__ = ["park_tables", "tables_between"]


def park_tables(choices: dict[str, Any], library: Library) -> dict[str, list[Row]]:
    """Rows by table name, in the order in which the tables are written."""
    park = Park(choices, library)
    today = Today(park)
    water = park.water
    members = enterprises(park)
    members += water.nodes(members)
    park_of = {row["enterprise_id"]: row["park_id"] for row in members}
    offered = offered_projects(park)
    machines = park.heat.units
    projects_here = projects(park, offered) + [row for m in machines for row in m.projects()]
    cost_range = choices["projects"]["variable_cost_range"]
    projects_here += park.water_units.projects()
    units_brought = project_units(park, offered) + [
        row for m in machines for row in m.project_units(cost_range)
    ]
    units_brought += park.water_units.project_units()
    places_here = project_places(park, offered, members)
    places_here += [row for m in machines for row in m.places(park_of)]
    places_here += park.water_units.places(park_of)
    recipes_here = recipes_in_use(park, today, units_brought)
    flows = park.water_recipes.with_projects(
        recipe_flows(park, recipes_here), units_brought, projects_here
    )
    resources_here = resources_in_use(park, flows)
    exchanges_here = exchanges(park, today)
    units_here = units(park, today) + park.heat.use_units()
    units_here += park.heat.boiler_units(today.heat_arriving)
    units_here += park.water_today.units(discharged(today))
    streams = water.streams()
    takes, gives = owners(members, units_here, streams, flows, units_brought, places_here)
    quality = WaterQuality(water, park.water_units, takes, gives)
    markets_here = [
        row for row in markets(park, today, resources_here) if not water.replaces_market(row)
    ]
    profiles = park.heat.loads.profiles()
    return {
        "parks": parks(park),
        "enterprises": members,
        "resources": resources(park, resources_here),
        "carriers": carriers(park),
        "recipes": recipes(park, recipes_here),
        "recipe_flows": flows,
        "units": units_here,
        "streams": streams,
        "exchanges": exchanges_here,
        "links": links(park, choices.get("links", [])),
        "thermal_streams": park.heat.streams(recipes_here),
        "profiles": profiles + water.profiles(profiles),
        "properties": choices.get("properties", []) + quality.properties(),
        "qualities": qualities(park) + quality.qualities(),
        "standards": quality.standards(),
        "standard_limits": quality.standard_limits(),
        "standard_uses": quality.standard_uses(),
        "loads": quality.loads(),
        "substitutes": substitutes(park, resources_here),
        "markets": markets_here + water.markets(resources_here, choices["vat"]["heat_and_water"]),
        "projects": with_industries(park, projects_here),
        "project_units": units_brought,
        "project_places": places_here,
        "chains": chains(park),
        "chain_stages": chain_stages(park, recipes_here, projects_here, units_brought),
        "chain_links": chain_links(park),
    }


def tables_between(choices: dict[str, Any], library: Library, other: str) -> dict[str, list[Row]]:
    """Rows that hold when this park is planned with another one, by table name."""
    park, between = Park(choices, library), choices["with"][other]
    pairs = between.get("substitutes", [])
    return {
        "links": links(park, between.get("links", [])),
        "substitutes": [row for pair in pairs for row in substitutes(park, pair)],
    }


def discharged(today: Today) -> dict[str, float]:
    """What every enterprise lets out to a river today, m3 a year."""
    found: dict[str, float] = {}
    for row in today.exchanges:
        if row.serves in OUTFALLS:
            found[row.receiver] = found.get(row.receiver, 0.0) + row.amount
    return found
