"""The tables of a dataset, made from library rows and the choices in park.toml.

Values of the library are carried over as text, so that nothing is rounded on the way; what is
computed here (prices without VAT, variable costs per recipe unit, amounts that close a balance) is
written with enough digits to close again. Nothing here is about one park: what is, stands in its
park.toml.

    choices     a park: park.toml beside the library; cells: how a number is written
    today       what runs: units, their use, amounts exchanged
    heat        thermal streams and their machines, and what they replace in the recipes
    heat_*      its loads, levels and machines
    places, exchanges, recipes, carriers, markets, projects, chains    the tables, one function each
"""

from typing import Any

from library import Library, Row
from park_tables.carriers import carriers
from park_tables.chains import chain_links, chain_stages, chains
from park_tables.choices import Park
from park_tables.exchanges import exchanges, links, qualities
from park_tables.markets import markets
from park_tables.places import enterprises, parks, units
from park_tables.projects import offered_projects, project_places, project_units, projects
from park_tables.recipes import (
    recipe_flows,
    recipes,
    recipes_in_use,
    resources,
    resources_in_use,
    substitutes,
)
from park_tables.today import Today

__all__ = ["park_tables", "tables_between"]


def park_tables(choices: dict[str, Any], library: Library) -> dict[str, list[Row]]:
    """Rows by table name, in the order in which the tables are written."""
    park = Park(choices, library)
    today = Today(park)
    members = enterprises(park)
    offered = offered_projects(park)
    machines = park.heat.units
    projects_here = projects(park, offered) + [row for m in machines for row in m.projects()]
    cost_range = choices["projects"]["variable_cost_range"]
    units_brought = project_units(park, offered) + [
        row for m in machines for row in m.project_units(cost_range)
    ]
    park_of = {row["enterprise_id"]: row["park_id"] for row in members}
    places_of_machines = [row for m in machines for row in m.places(park_of)]
    recipes_here = recipes_in_use(park, today, units_brought)
    flows = recipe_flows(park, recipes_here)
    resources_here = resources_in_use(park, flows)
    return {
        "parks": parks(park),
        "enterprises": members,
        "resources": resources(park, resources_here),
        "carriers": carriers(park),
        "recipes": recipes(park, recipes_here),
        "recipe_flows": flows,
        "units": units(park, today)
        + park.heat.use_units()
        + park.heat.boiler_units(today.heat_arriving),
        "exchanges": exchanges(park, today),
        "links": links(park, choices.get("links", [])),
        "thermal_streams": park.heat.streams(recipes_here),
        "profiles": park.heat.loads.profiles(),
        "properties": choices.get("properties", []),
        "qualities": qualities(park),
        "substitutes": substitutes(park, resources_here),
        "markets": markets(park, today, resources_here),
        "projects": projects_here,
        "project_units": units_brought,
        "project_places": project_places(park, offered, members) + places_of_machines,
        "chains": chains(park),
        "chain_stages": chain_stages(park, recipes_here, projects_here, units_brought),
        "chain_links": chain_links(park),
    }


def tables_between(choices: dict[str, Any], library: Library, other: str) -> dict[str, list[Row]]:
    """Rows that hold when this park is planned with another one, by table name."""
    park = Park(choices, library)
    return {"links": links(park, choices["with"][other]["links"])}
