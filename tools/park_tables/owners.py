"""Who takes and gives what: of whom a quality may speak."""

from library import Row


def owners(
    members: list[Row],
    units: list[Row],
    streams: list[Row],
    flows: list[Row],
    project_units: list[Row],
    places: list[Row],
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What every enterprise, project, recipe and park, and "" everybody, takes and gives."""
    recipes_of: dict[str, set[str]] = {}
    parks_of: dict[str, set[str]] = {row["enterprise_id"]: {row["park_id"]} for row in members}
    for row in places:
        parks_of.setdefault(row["project_id"], set()).add(row["park_id"])
    for row in units:
        recipes_of.setdefault(row["enterprise_id"], set()).add(row["recipe_id"])
    for row in project_units:
        recipes_of.setdefault(row["project_id"], set()).add(row["recipe_id"])
    found: dict[str, dict[str, set[str]]] = {"in": {}, "out": {}}

    def add(direction: str, resource: str, owner: str) -> None:
        for name in ("", owner, *parks_of.get(owner, ())):
            found[direction].setdefault(name, set()).add(resource)

    for flow in flows:
        found[flow["direction"]].setdefault(flow["recipe_id"], set()).add(flow["resource_id"])
        for owner, run in recipes_of.items():
            if flow["recipe_id"] in run:
                add(flow["direction"], flow["resource_id"], owner)
    for row in streams:
        direction = "out" if row["direction"] == "supply" else "in"
        add(direction, row["resource_id"], row["enterprise_id"])
    return found["in"], found["out"]
