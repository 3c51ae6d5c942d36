"""A plan as a folder: a JSON document, CSV tables, the network for Gephi, and its inputs.

plan.json           everything, with language-free keys
tables/*.csv        the tables of `planning.plan`
plan.gexf           today, the plan and the links that stay missing, on one time line
inputs/             the dataset as it was read, so that `symbiosis audit` needs nothing else; of a
                    region a folder for each dataset
provenance.json     hash of the inputs, versions, settings, changes, seed, times
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import UsageError
from symbiosis.inputs.region import read_study
from symbiosis.locale import _
from symbiosis.outputs.atomic import write_folder
from symbiosis.outputs.gephi import write_gexf
from symbiosis.outputs.heat_document import heat_document
from symbiosis.outputs.json_text import write_json
from symbiosis.planning.plan import Plan

PLAN = "plan.json"  # marks the folder of a plan
PACKAGES = ("symbiosis-optimizer", "pyomo", "highspy", "networkx", "pandas", "pydantic")
NUMBERS = frozenset(
    "today plan change size utilisation capital_cost running_cost land labour maturity lead_months "
    "yields distance_km sent received full_load freight capacity existing value limit slack price "
    "destroyed".split()
)
FLAGS = frozenset({"prioritised", "closed"})
SHORT_TABLES = ("chains", "projects", "exchanges", "links", "limits")


@dataclass(frozen=True)
class Source:
    """Where a plan's inputs stand, and what was changed in them for this plan."""

    folders: Sequence[Path]
    changes: tuple[str, ...]


def versions() -> dict[str, str]:
    """Versions of this program and of what its numbers depend on."""
    return {name: version(name) for name in PACKAGES}


def plan_document(dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """The JSON document of a plan; its keys are the contract of `--json`."""
    tables = {name: _records(plan.tables[name]) for name in SHORT_TABLES}
    exchanges = tables["exchanges"]
    indicators = plan.tables["indicators"]
    last = indicators[indicators["period"] == dataset.settings.periods[-1].id]
    return {
        "status": plan.facts["status"],
        "objective": plan.facts["objective"],
        "npv_wanyuan": plan.facts["npv_wanyuan"],
        "chains": [row for row in tables["chains"] if row["prioritised"]],
        "projects": tables["projects"],
        "exchanges": [row for row in exchanges if row["plan"] > 0],
        "ended_exchanges": [row for row in exchanges if row["plan"] == 0],
        "links": tables["links"],
        "indicators": {
            column: dict(zip(last["name"], last[column].astype(float), strict=True))
            for column in ("today", "plan")
        },
        "indicator_units": dict(zip(last["name"], last["unit"], strict=True)),
        "limits": tables["limits"],
        "heat": heat_document(dataset, plan),
        "assumption_share": plan.facts["assumption_share"],
        "without_investment": plan.facts.get("without_investment"),
        "next_chain": plan.facts.get("next_chain"),
        "audit": plan.facts["audit"],
        "dataset": {"name": dataset.name, "hash": dataset.digest},
        "settings": dataset.settings.model_dump(mode="json"),
        "size": plan.facts["size"],
        "versions": versions(),
        "times_s": plan.facts["times_s"],
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, unknown ones as null."""
    return [
        {str(key): None if _unknown(value) else _plain(value) for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def _unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def write_plan(
    folder: Path,
    source: Source,
    dataset: Dataset,
    plan: Plan,
    network: nx.MultiDiGraph,
    lang: str,
) -> None:
    """Write everything to a new folder beside `folder`, then put it in its place at once.

    Raises:
        UsageError: if `folder` holds something that is not a plan.
    """
    write_folder(
        folder, PLAN, lambda part: fill_plan_folder(part, source, dataset, plan, network, lang)
    )


def fill_plan_folder(
    folder: Path,
    source: Source,
    dataset: Dataset,
    plan: Plan,
    network: nx.MultiDiGraph,
    lang: str,
) -> None:
    """Write the files of a plan into a folder of its own."""
    (folder / "tables").mkdir(parents=True)
    for name, table in plan.tables.items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
    document = plan_document(dataset, plan)
    write_json(folder / PLAN, document)
    write_json(
        folder / "provenance.json",
        {
            "dataset": document["dataset"],
            "inputs": [folder_read.resolve().name for folder_read in source.folders],
            "changes": list(source.changes),
            "settings": document["settings"],
            "versions": document["versions"],
            "times_s": document["times_s"],
        },
    )
    copies = _copies(folder / "inputs", source.folders)
    for folder_read, copy in zip(source.folders, copies, strict=True):
        _copy_inputs(folder_read, copy)
    write_gexf(network, folder / "plan.gexf", lang)


def _copies(inputs: Path, folders: Sequence[Path]) -> list[Path]:
    """Where the inputs of a plan are kept: a folder for each dataset where there are several."""
    names = [folder.resolve().name for folder in folders]
    return [inputs] if len(names) == 1 else [inputs / name for name in names]


def _copy_inputs(folder: Path, copy: Path) -> None:
    """The tables and settings of a dataset, and its rows about others."""
    copy.mkdir(parents=True)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name.startswith("with_"):
            _copy_inputs(path, copy / path.name)
        elif path.suffix in (".csv", ".toml") and path.is_file():
            shutil.copyfile(path, copy / path.name)


def read_plan_folder(folder: Path) -> tuple[Dataset, Plan]:
    """A plan and its dataset from a folder of `write_plan`.

    Raises:
        UsageError: if the folder holds no whole plan.
        DatasetError: if its inputs cannot be read.
    """
    document, provenance = _documents(folder)
    try:
        tables = {
            path.stem: _read_table(path) for path in sorted((folder / "tables").glob("*.csv"))
        }
        facts = {key: document[key] for key in ("status", "objective", "npv_wanyuan")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _not_whole(folder, error) from error
    source = _source(folder, provenance)
    dataset = read_study(source.folders, source.changes)
    if dataset.digest != document["dataset"]["hash"]:
        raise UsageError(
            _("the inputs in {folder} are not those the plan was made from").format(folder=folder)
        )
    return replace(dataset, name=document["dataset"]["name"]), Plan(tables, facts)


def read_inputs(folders: Sequence[Path], changes: tuple[str, ...] = ()) -> tuple[Dataset, Source]:
    """What a study is asked of: datasets as one region, or the inputs of one plan's folder.

    Raises:
        UsageError: if a plan's folder is not whole.
        DatasetError: if the inputs cannot be read.
    """
    if len(folders) != 1 or not (folders[0] / PLAN).is_file():
        return read_study(folders, changes), Source(folders, changes)
    document, provenance = _documents(folders[0])
    source = _source(folders[0], provenance)
    source = replace(source, changes=(*source.changes, *changes))
    dataset = read_study(source.folders, source.changes)
    return replace(dataset, name=document["dataset"]["name"]), source


def _documents(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan and where it comes from, as written."""
    try:
        document = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        return document, provenance
    except (OSError, ValueError) as error:
        raise _not_whole(folder, error) from error


def _source(folder: Path, provenance: Mapping[str, Any]) -> Source:
    """The inputs kept in a plan's folder."""
    try:
        inputs = [Path(name) for name in provenance["inputs"]]
        return Source(_copies(folder / "inputs", inputs), tuple(provenance["changes"]))
    except (KeyError, TypeError) as error:
        raise _not_whole(folder, error) from error


def _not_whole(folder: Path, error: Exception) -> UsageError:
    return UsageError(
        _("{folder} holds no whole plan ({error})").format(folder=folder, error=error)
    )


def _read_table(path: Path) -> pd.DataFrame:
    """A table as it was written: texts stay texts (an id may be 007 or NA), numbers are numbers."""
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    for column in NUMBERS.intersection(table.columns):
        table[column] = pd.to_numeric(table[column])
    for column in FLAGS.intersection(table.columns):
        table[column] = table[column].map({"True": True, "False": False}).astype(bool)
    return table
