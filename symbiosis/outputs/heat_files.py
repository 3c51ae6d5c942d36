"""Heat targets of a dataset, slice by slice: as rows, and as files beside each other."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.locale import named
from symbiosis.network.heat_targets import (
    HeatTargets,
    heat_targets,
    site_profiles,
    targets_by_place,
)
from symbiosis.network.heat_zones import carrier_levels, process_streams
from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.heat_charts import HeatCase
from symbiosis.outputs.heat_page import write_heat_page
from symbiosis.outputs.heat_svg import write_heat_svg
from symbiosis.outputs.text import Names
from symbiosis.planning.study import Prepared


def heat_cases(prepared: Prepared) -> list[HeatCase]:
    """Process streams of every slice with the carriers that may move heat between places."""
    dataset = prepared.dataset
    carriers = carrier_levels(dataset)
    apart = {e.enterprise_id for e in dataset.enterprises if not e.internal_integration}
    cases = []
    for part in dataset.settings.slices:
        streams = process_streams(dataset, prepared.actors, part.id, part.hours / 8760)
        if streams:
            together = {stream.place for stream in streams} - apart
            cases.append(HeatCase(part.id, streams, carriers, together))
    return cases


def heat_target_rows(case: HeatCase) -> list[dict[str, Any]]:
    """Targets of every place, of all with carriers, and of all in one place, MW."""
    rows = [
        {"place": place, **_target(found)}
        for place, found in targets_by_place(case.streams).items()
    ]
    site = site_profiles(case.streams, case.carriers, case.integrated)
    levels = [
        {"resource": row.level, "recovered_mw": float(row.recovered)}
        for row in site.levels.itertuples(index=False)
    ]
    rows.append(
        {
            "place": "carriers",
            "hot_utility_mw": site.hot_utility,
            "cold_utility_mw": site.cold_utility,
            "recovered_mw": site.recovered,
            "pinch_shifted_celsius": [],
            "levels": levels,
        }
    )
    rows.append({"place": "all", **_target(heat_targets(case.streams))})
    return rows


def _target(found: HeatTargets) -> dict[str, Any]:
    return {
        "hot_utility_mw": found.hot_utility,
        "cold_utility_mw": found.cold_utility,
        "recovered_mw": found.recovered,
        "pinch_shifted_celsius": list(found.pinch_shifted_celsius),
        "levels": [],
    }


def write_heat_files(dataset: Dataset, cases: list[HeatCase], out: Path) -> list[Path]:
    """Curves as one offline page, a small picture per slice, and the problem table as CSV."""
    names = Names(dataset)
    title = named(dataset.settings.title_zh, dataset.settings.title_en) or dataset.name
    places = {enterprise: names.actor(enterprise) for enterprise in dataset.enterprise}
    shown = [
        replace(
            case,
            name=names.slice(case.name),
            carriers=[replace(level, name=names.resource(level.name)) for level in case.carriers],
        )
        for case in cases
    ]
    write_heat_page(out / "heat.html", title, shown, unit="MW", place_names=places)
    files = [out / "heat.html"]
    for case in cases:
        picture, problem_table = out / f"heat_{case.name}.svg", out / f"heat_{case.name}.csv"
        write_heat_svg(picture, f"{title} {names.slice(case.name)}", case.streams, unit="MW")
        found = {**targets_by_place(case.streams), "all": heat_targets(case.streams)}
        rows = pd.concat([t.problem_table.assign(place=place) for place, t in found.items()])
        write_atomically(problem_table, partial(rows.to_csv, index=False))
        files += [picture, problem_table]
    return files
