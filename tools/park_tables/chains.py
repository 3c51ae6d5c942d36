"""Chains, their stages, and the flows that tie stages together."""

from collections.abc import Iterable

from library import Row
from park_tables.cells import TYPICAL, join, text
from park_tables.choices import Park

THRESHOLDS = "thresholds of the domain pack (no source publishes them)"


def chains(park: Park) -> list[Row]:
    """Chains that may be prioritised."""
    columns = ("chain_id", "name_zh", "name_en", "story_zh", "story_en", "closed")
    return [{column: row[column] for column in columns} for row in _chosen(park, "chains")]


def _chosen(park: Park, table: str) -> list[Row]:
    ids = park.choices["chains"]["ids"]
    return [row for row in park.library.rows(table) if row["chain_id"] in ids]


def chain_stages(
    park: Park, recipes: Iterable[str], projects: Iterable[Row], project_units: Iterable[Row]
) -> list[Row]:
    """Stages with the recipes of this park that can perform them."""
    own = {
        (choice["chain"], choice["stage"]): choice
        for choice in park.choices["chains"].get("stage_recipes", [])
    }
    known = set(recipes)
    rows = []
    for row in _chosen(park, "chain_stages"):
        choice = own.get((row["chain_id"], row["stage_id"]), {})
        if choice.get("left_out"):
            continue
        served = row["served_by"].split(";") + choice.get("add", [])
        absent = [name for name in served if name not in known]
        kept = [n for n in served if n not in absent and n not in choice.get("remove", ())]
        rows.append(
            {
                "chain_id": row["chain_id"],
                "stage_id": row["stage_id"],
                "order": row["order"],
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "required": row["required"],
                "recipes": ";".join(kept),
                "streams": ";".join(choice.get("add_streams", [])),
                "note": join(
                    park.our_source(choice["reason"]) if choice else "",
                    f"not in this park: {';'.join(absent)}" if absent else "",
                    row["note"],
                ),
            }
        )
    _every_filling_project_has_a_stage(rows, projects, project_units)
    return rows


def _every_filling_project_has_a_stage(
    stages: Iterable[Row], projects: Iterable[Row], project_units: Iterable[Row]
) -> None:
    """A chain-filling project is built only with a chain of its own; without one, never."""
    served = {name for row in stages for name in row["recipes"].split(";")}
    has_stage = {row["project_id"] for row in project_units if row["recipe_id"] in served}
    never = [
        row["project_id"]
        for row in projects
        if row["kind"] == "chain_filling"
        and row["available"] == "1"
        and row["project_id"] not in has_stage
    ]
    if never:
        raise ValueError(
            f"[[chains.stage_recipes]]: no stage names a recipe of {', '.join(never)}; add one to "
            "a stage, or a reason to [projects.unavailable]"
        )


def chain_links(park: Park) -> list[Row]:
    """Flows that tie stages together: those left out gone, changed and added ones in place."""
    own = {
        (choice["chain"], choice["from"], choice["to"], choice["resource"]): choice
        for choice in park.choices["chains"].get("links", [])
    }
    rows = []
    for row in _chosen(park, "chain_links"):
        key = (row["chain_id"], row["from_stage"], row["to_stage"], row["resource_id"])
        choice = own.get(key, {})
        if choice.get("left_out"):
            continue
        closes = row["note"].startswith("closes")  # stands at the head of the library's notes
        rows.append(
            _chain_link(
                key,
                row["min_share_of_available"],
                str(choice.get("required", row["required"])),
                closes,
                THRESHOLDS,
                join(
                    row["note"].removeprefix("closes").strip(),
                    park.our_source(choice["reason"]) if choice else "",
                ),
            )
        )
    for key, choice in own.items():
        if choice.get("added"):
            least_share, required = text(choice["least_share"]), str(choice["required"])
            source = park.our_source(choice["reason"])
            closes = bool(choice.get("closes"))
            rows.append(_chain_link(key, least_share, required, closes, source, ""))
    return sorted(rows, key=lambda row: row["chain_id"])  # stable: file order within a chain


def _chain_link(
    key: tuple[str, str, str, str],
    least_share: str,
    required: str,
    closes: bool,
    source: str,
    note: str,
) -> Row:
    return {
        **dict(zip(("chain_id", "from_stage", "to_stage", "resource_id"), key, strict=True)),
        "least_share": least_share,
        "required": required,
        "closes": "1" if closes else "0",
        **TYPICAL,
        "source": source,
        "note": note,
    }
