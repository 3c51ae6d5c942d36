"""The manual names what the program has, and nothing else."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import pyomo.environ as pyo
import pytest
from pydantic import BaseModel

from parks import Park, hand_park, problem_of
from pool_parks import tank_park
from symbiosis.domain.fields import Evidence, Quantity
from symbiosis.domain.settings import Settings
from symbiosis.domain.units import is_unit
from symbiosis.inputs.changes import apply_changes
from symbiosis.inputs.tables import REQUIRED, TABLES, RawDataset
from symbiosis_models.chain_selection import build_chain_selection
from symbiosis_models.hitting_set import build_hitting_set
from symbiosis_models.problem import Asked

DOCS = Path(__file__).resolve().parents[2] / "docs"
MODELS = DOCS.parent / "models" / "symbiosis_models"
DATASET = (DOCS / "dataset.md").read_text(encoding="utf-8")
FORMULATION = (DOCS / "formulation.md").read_text(encoding="utf-8")
SHARED = [column for column in Evidence.model_fields if column != "row"]


def section(heading: str) -> str:
    """Text below a heading, up to the next one."""
    text = DATASET[DATASET.index(f"{heading}") :]
    return re.split(r"\n#+ ", text)[0]


def rows(text: str) -> dict[str, list[str]]:
    """Rows of the tables in `text`: the word in the first cell, and the other cells."""
    found = {}
    for line in text.splitlines():
        if match := re.match(r"\| `([\w.]+)` \|(.*)\|$", line):
            assert match[1] not in found, f"{match[1]} stands twice"
            found[match[1]] = [cell.strip() for cell in match[2].split(" | ")]
    return found


def own_columns(table: str) -> list[str]:
    return [column for column in TABLES[table].columns if column not in SHARED]


def test_every_table_has_a_section_and_no_other():
    assert sorted(re.findall(r"^### `(\w+)\.csv`", DATASET, re.MULTILINE)) == sorted(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_named_and_no_other(table):
    """A column that is new, renamed or gone fails here."""
    assert list(rows(section(f"### `{table}.csv`"))) == own_columns(table)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_said_of_a_table_holds(table):
    """Key, main number, provenance, whether it is required, and a line in Chinese."""
    text, record = section(f"### `{table}.csv`"), TABLES[table].record
    assert f"Key: {', '.join(f'`{column}`' for column in TABLES[table].key)}." in text
    main = getattr(record, "main", "")
    assert (f"Main number: `{main}`" in text) == bool(main)
    assert ("No provenance columns" in text) == (not issubclass(record, Evidence))
    assert ("Every dataset needs this table" in text) == (table in REQUIRED)
    assert re.search(r"^中文：.*[\u4e00-\u9fff]", text, re.MULTILINE)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_said_of_a_column_holds(table):
    """Required or not, its choices, and its unit inside the program."""
    described = rows(section(f"### `{table}.csv`"))
    for column in own_columns(table):
        info = TABLES[table].record.model_fields[column]
        kind, unit = described[column][:2]
        assert ("required" in kind) == info.is_required(), column
        for choice in choices(info.annotation):
            assert f"`{choice}`" in kind, (column, choice)
        target = next((m.target for m in info.metadata if isinstance(m, Quantity)), "")
        for mark, words in {
            "wanyuan": "万元",
            "mu": "亩",
            "{to}/{unit}": "unit of the replaced/unit of the replacing",
            "{reference}": "reference unit",
            "{carrier}": "carrier unit",
            "{pumping}": "pumping unit",
            "{property}": "property unit",
            "{unit}": "unit",
        }.items():
            target = words if target == mark else target.replace(mark, words, len(mark) > 2)
        assert (unit == target) if target else unit in ("", "share, 0 to 1"), column


def choices(annotation: Any) -> Iterator[str]:
    """Words a cell may hold."""
    for part in get_args(annotation):
        if isinstance(part, str) and part:
            yield part
        elif not isinstance(part, str):
            yield from choices(part)


def test_the_columns_of_provenance_are_named():
    described = rows(section("## Provenance"))
    assert list(described) == SHARED[1:] + SHARED[:1] or set(described) == set(SHARED)
    for column in ("provenance", "check"):
        for choice in choices(Evidence.model_fields[column].annotation):
            assert f"`{choice}`" in described[column][0]


def settings_of(record: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """Every setting of study.toml with its default; of a repeated section, that of its only row."""
    found = {}
    for name, info in record.model_fields.items():
        kind = info.annotation
        inner = kind if isinstance(kind, type) else get_args(kind)[0] if get_args(kind) else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            rows = info.default if isinstance(info.default, tuple) else ()
            below = settings_of(inner, f"{name}.")
            if rows:
                below = {f"{name}.{key}": getattr(rows[0], key) for key in inner.model_fields}
            found |= below
        else:
            found[prefix + name] = info.default
    return found


def test_every_setting_is_named_with_its_default_and_no_other():
    described = rows(section("## The study: `study.toml`"))
    settings = settings_of(Settings)
    assert list(described) == list(settings)
    for name, default in settings.items():
        said = described[name][0]
        if isinstance(default, str):
            assert said == (f'`"{default}"`' if default else said) and (default or "`" not in said)
        elif default == ():
            assert said == "`[]`"
        elif default is None:
            assert said == "none"
        elif isinstance(default, bool):
            assert said == f"`{str(default).lower()}`"
        else:
            assert float(said.strip("`")) == default, name


def test_the_units_it_names_are_known():
    """Every word between back quotes, and every Chinese one beside it."""
    text = section("## Units a user may type")
    units = re.findall(r"`([^`]+)`", text)
    units += re.findall(r"(?<![\w（：])(吨标煤|吨标准煤|千克标煤|兆瓦时|千瓦时|度|吉焦|兆瓦)", text)
    known = [unit for unit in units if unit not in ("*", "/")]
    assert len(known) > 40
    for unit in known:
        plain = re.sub(r"^35 ", "", unit)
        assert is_unit(plain), unit


def test_the_changes_it_shows_can_be_made():
    """Each `table.key.column=value` of the page applies to a dataset with such rows."""
    text = section("## What-ifs")
    shown = [
        change for change in re.findall(r"`([^`\s]+\.[^`]*=[^`]+)`", text) if "key" not in change
    ]
    assert len(shown) >= 5
    raw = RawDataset(
        "shown",
        rows={
            "markets": [
                {"resource_id": "coal", "action": "buy"},
                {"resource_id": "coal", "action": "buy", "enterprise_id": "power_plant"},
            ],
            "recipe_flows": [{"recipe_id": "coal_power", "resource_id": "coal", "direction": "in"}],
            "units": [{"unit_id": "kiln"}],
        },
    )
    apply_changes(raw, tuple(shown))
    assert raw.rows["units"][0]["capacity"] == "20 万t/a"


# ------------------------------------------------------------------------------- the formulation


def full_park() -> Park:
    """Every kind of decision and condition: periods, slices, lots, links, limits, chains."""
    park = hand_park(
        baseline="none",
        money={"discount_rate": 0.08, "budget": 500},
        chains={"at_least": 1},
        network={"matching": "declared"},
        periods=[{"id": "first", "years": 5}, {"id": "second", "years": 10}],
        slices=[{"id": "cold", "hours": 3624}, {"id": "warm", "hours": 5136}],
    )
    park.change("parks", "P", land_available=10)
    park.change("projects", "recovery", land=2, scale_exponent=0.65)
    park.change("units", "kiln", least_utilisation=0.5, most_utilisation=1)
    park.add("carriers", carrier_id="truck", unit="t", reach=50, least_lot=10)
    park.add("carriers", carrier_id="pipe", unit="GJ", reach=5, fixed_cost=1, capacity_cost=0.001)
    park.change("resources", "residue", carrier_id="truck")
    steam = {"kind": "energy", "unit": "GJ", "balance": "slice", "carrier_id": "pipe"}
    park.resource("steam", **steam).market("steam", "dispose", 0).market("steam", "buy", 0.01)
    park.supply("smelter", "steam", 100, least_amount=0).need("works", "steam", 80)
    park.link(
        "smelter", "works", "steam", distance=1, fixed_cost=5, capacity_cost=0.001, least_share=0.1
    )
    park.change("markets", "alumina", most=50)
    for link in park.rows["chain_links"]:
        link["least_share"] = 0.1
    park.recipe("remelting", {"metal": 0.1}, {"cement": 0.1})
    park.unit("furnace", "smelter", "remelting", 10)
    park.rows["chain_stages"][2]["recipes"] = "burning;remelting"
    park.add(
        "chain_links",
        chain_id="metals",
        from_stage="smelting",
        to_stage="cement",
        resource_id="metal",
        least_share=0.0001,
    )
    park.enterprise("oven", "dryer", internal_integration=False)
    for who, role, ends in (("oven", "hot", (200, 100)), ("dryer", "cold", (20, 120))):
        park.add(
            "thermal_streams",
            stream_id=f"{who} air",
            enterprise_id=who,
            role=role,
            supply_celsius=ends[0],
            target_celsius=ends[1],
            duty=100,
        )
    park.add("properties", property_id="salt", unit="kg/t")
    park.quality("smelter", "steam", "supply", value=5).quality("", "steam", "bought", value=1)
    park.quality("works", "steam", "need", "cold", most=4).quality(
        "works", "steam", "need", "warm", least=2
    )
    park.quality("smelter", "cement", "supply", value=9).quality(
        "smelter", "metal", "supply", value=1
    )
    park.add("load_limits", owner_id="P", resource_id="steam", property_id="salt", most=500)
    park.add(
        "loads",
        unit_id="furnace",
        resource_in="metal",
        resource_out="cement",
        property_id="salt",
        amount=0.5,
    )
    return park.add(
        "heat_links",
        link_id="duct",
        from_stream="oven",
        to_stream="dryer",
        fixed_cost=1,
        capacity_cost=0.001,
    )


@lru_cache
def component_names() -> dict[str, set[str]]:
    """Names of the constraints, variables, sets and expressions a model can have."""
    problem = problem_of(full_park())
    project = frozenset({"recovery"})
    bounds = ((problem.objective, 0.0),)
    asked = Asked(project, project, (project,), 1.0, bounds, bounds)
    loop = tank_park().substitute("mixed", "grey")  # a pool that a pool feeds
    three = tank_park().enterprise("east").supply("east", "grey", 10)
    three.quality("east", "grey", "supply", value=500)  # more ways in than values out
    adding = tank_park().quality("tank", "mixed", "supply", value=900)  # a load leaves with it
    about = {"resource_in": "grey", "resource_out": "mixed", "property_id": "salt"}
    adding.add("loads", unit_id="mixer", amount=100, **about)
    models = [
        build_chain_selection(replace(problem, asked=asked)),
        build_chain_selection(problem_of(loop)),
        build_chain_selection(problem_of(three)),
        build_chain_selection(problem_of(adding)),
        build_hitting_set([frozenset({1, 2})]),
    ]
    names: dict[str, set[str]] = {}
    for kind in (pyo.Constraint, pyo.Var, pyo.Set, pyo.Expression):
        names[kind.__name__] = {
            part.local_name
            for model in models
            for part in model.component_objects(kind)
            if not part.local_name.endswith(("_index", "_domain")) and len(part)
        }
    return names


def first_cells(heading: str) -> set[str]:
    """Names in the first column of the tables whose header begins with `heading`."""
    return {
        name
        for table in FORMULATION.split("\n\n")
        if table.startswith(f"| {heading} |")
        for name in re.findall(r"^\| `(\w+)(?:\[[^\]]*\])?` \|", table, re.MULTILINE)
    }


def constraints_of_code() -> set[str]:
    """Names of the constraints the blocks add: decorated rules, and attributes assigned."""
    names = set()
    for file in MODELS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                ways = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
                if any(isinstance(way, ast.Attribute) and way.attr == "Constraint" for way in ways):
                    names.add(node.name)
            elif isinstance(node, ast.Assign) and re.search(
                r"pyo\.Constraint(List)?\(", ast.unparse(node.value)
            ):
                names |= {part.attr for part in node.targets if isinstance(part, ast.Attribute)}
    return names


def test_every_constraint_is_written_and_no_other():
    """A constraint without an equation on the page, or one the model lost, fails here."""
    assert first_cells("constraint") == constraints_of_code()
    assert first_cells("constraint") == component_names()["Constraint"]


@pytest.mark.parametrize("kind", ["Var", "Set", "Expression"])
def test_every_variable_set_and_expression_is_named(kind):
    named = set(re.findall(r"`(\w+)(?:\[[^\]]*\])?`", FORMULATION))
    assert component_names()[kind] - named == set()


def test_every_variable_of_the_page_exists():
    assert first_cells("variable") == component_names()["Var"]


def test_files_the_page_names_exist():
    for name in re.findall(r"`(\w+\.py)`", FORMULATION):
        assert (MODELS / name).is_file(), name


def test_what_the_page_cites_stands_among_its_sources():
    """Of "(..., Liffiton and Marques-Silva 2015)" one source has the last name and the year."""
    text, sources = FORMULATION.split("## Sources")
    cited = set(re.findall(r"([A-Z][\w-]+)\s\(?((?:19|20)\d\d)\b", text))
    assert ("Marques-Silva", "2015") in cited
    lines = sources.splitlines()
    missing = {(a, y) for a, y in cited if not any(a in line and y in line for line in lines)}
    assert missing == set()
