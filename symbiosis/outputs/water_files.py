"""Water targets of a dataset, slice by slice: as rows, and as files beside each other."""

from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.units import factor
from symbiosis.locale import _, named
from symbiosis.network.water_streams import WaterCase, water_cases
from symbiosis.network.water_targets import Cascade, water_cascade, water_targets
from symbiosis.outputs.atomic import write_atomically
from symbiosis.outputs.charts import Chart, Curve, escaped, shown, write_text
from symbiosis.outputs.page import Page
from symbiosis.outputs.svg import Svg
from symbiosis.outputs.text import Names
from symbiosis.planning.study import Prepared

SOURCE, SINK = "#b9770e", "#2471a3"
HOURS = 8760
Targets = dict[str, list[dict[str, Any]]]


def cases_of(prepared: Prepared) -> list[WaterCase]:
    """The water of every slice of a dataset."""
    return water_cases(prepared.dataset, prepared.actors)


def water_target_rows(prepared: Prepared, case: WaterCase) -> list[dict[str, Any]]:
    """Least fresh water and discharge of every enterprise, every park and all together, m3/h.

    today    as the needs of the year are spread over its slices; `pinch` of a property in its unit
    """
    rows = []
    for kind, place, members in _places(prepared.dataset, case):
        here = case.at(members)
        if not (here.sinks or here.sources):
            continue
        together = water_targets(here.sources, here.sinks, here.fresh, here.properties)
        rows.append(
            {
                "kind": kind,
                "place": place,
                **_today(prepared, case, members),
                "fresh_m3_h": together and together.fresh,
                "discharge_m3_h": together and together.discharge,
                "properties": [_of_property(here, name) for name in here.properties],
            }
        )
    return rows


def _places(dataset: Dataset, case: WaterCase) -> list[tuple[str, str, set[str]]]:
    """Enterprises, parks and the whole study with the enterprises that belong to them."""
    park = {e.enterprise_id: e.park_id for e in dataset.enterprises}
    used = {water.place for waters in (case.sources, case.sinks) for water in waters}
    found = [("enterprise", place, {place}) for place in park if place in used]
    parks = [p.park_id for p in dataset.parks if p.park_id in {park.get(x) for x in used}]
    found += [("park", name, {e for e, p in park.items() if p == name}) for name in parks]
    return [*found, ("all", "all", set(park))]


def _today(prepared: Prepared, case: WaterCase, members: set[str]) -> dict[str, float]:
    """Virgin water bought, water that others send for needs of its own, and water that leaves.

    Of these the targets of the place alone have none of others: what they send is bought instead,
    and what is sent to them is discharged.
    """
    bought = others = left = 0.0
    today, resources = prepared.today, prepared.dataset.resource
    waters = [row for row in resources.values() if row.kind == "water"]
    per_hour = {row.resource_id: factor(row.unit, "m3") / HOURS for row in waters}
    for (actor, resource, action), amount in today.trades.items():
        if actor in members and resource in per_hour:
            flow = actor, resource
            if action == "buy" and resources[resource].virgin:
                bought += amount * per_hour[resource] * case.needed.get(flow, 1.0)
            elif action == "dispose":
                left += amount * per_hour[resource] * case.given.get(flow, 1.0)
    needs = {sink.name for sink in case.sinks if not sink.optional}
    for (donor, receiver, resource, serves), amount in today.exchanges.items():
        if resource not in per_hour or (donor in members) == (receiver in members):
            continue
        if donor in members:
            left += amount * per_hour[resource] * case.given.get((donor, resource), 1.0)
        elif f"{receiver} {serves}" in needs:
            others += amount * per_hour[resource] * case.needed.get((receiver, serves), 1.0)
    return {
        "today_fresh_m3_h": bought,
        "today_from_others_m3_h": others,
        "today_discharge_m3_h": left,
    }


def _of_property(case: WaterCase, name: str) -> dict[str, Any]:
    """Targets of one property alone; the pinch is that of all waters, whatever may serve what."""
    found = water_targets(case.sources, case.sinks, case.fresh, [name])
    return {
        "property": name,
        "fresh_m3_h": found and found.fresh,
        "discharge_m3_h": found and found.discharge,
        "pinch": cascade_of(case, name).pinch,
    }


def cascade_of(case: WaterCase, name: str) -> Cascade:
    """Water cascade of one property, with the cleanest fresh water bought."""
    known = [water.quality[name] for water in case.fresh if name in water.quality]
    needs = [sink for sink in case.sinks if not sink.optional]
    return water_cascade(case.sources, needs, min(known, default=0.0), name)


def composite_chart(names: Names, case: WaterCase, name: str) -> Chart:
    """Sink and source composites of one property: load over flow."""
    found, unit = cascade_of(case, name), names.dataset.property[name].unit
    lines = ((_("Needs"), SINK, found.sinks), (_("Fresh and used water"), SOURCE, found.sources))
    return Chart(
        _("Composite curves of {name}").format(name=names.property(name)),
        _("Flow, m3/h"),
        _("Load, m3/h x {unit}").format(unit=unit or "1"),
        [
            Curve(text, colour, [flow for flow, _m in points], [load for _f, load in points])
            for text, colour, points in lines
        ],
    )


def write_water_files(
    prepared: Prepared, cases: list[WaterCase], targets: Targets, out: Path
) -> list[Path]:
    """Curves as one offline page, a small picture per slice, and their points as CSV.

    targets  by the name of a case, its `water_target_rows`
    """
    dataset = prepared.dataset
    title = named(dataset.settings.title_zh, dataset.settings.title_en) or dataset.name
    names = Names(dataset)
    write_text(out / "water.html", _WaterPage(prepared, names, targets).page(title, cases))
    files = [out / "water.html"]
    for case in cases:
        charts = _charts(names, case)
        picture, points = out / f"water_{case.name}.svg", out / f"water_{case.name}.csv"
        found = water_targets(case.sources, case.sinks, case.fresh, case.properties)
        line = _("Least fresh water {fresh} m3/h, least discharge {discharge} m3/h").format(
            fresh=shown(found.fresh) if found else "-",
            discharge=shown(found.discharge) if found else "-",
        )
        write_text(picture, Svg().picture(f"{title} {names.slice(case.name)}", line, charts[:3]))
        rows = [
            (place, name, curve.name, x, y)
            for _kind, place, members in _places(dataset, case)
            for name in case.properties
            for curve in composite_chart(names, case.at(members), name).curves
            for x, y in zip(curve.x, curve.y, strict=True)
        ]
        table = pd.DataFrame(rows, columns=["place", "property", "curve", "flow_m3_h", "load"])
        write_atomically(points, partial(table.to_csv, index=False))
        files += [picture, points]
    return files


def _charts(names: Names, case: WaterCase) -> list[Chart]:
    return [composite_chart(names, case, name) for name in case.properties]


class _WaterPage(Page):
    """Parts of the page, as HTML text."""

    def __init__(self, prepared: Prepared, names: Names, targets: Targets) -> None:
        super().__init__("m3/h", None)
        self.prepared, self.names, self.targets = prepared, names, targets

    def page(self, title: str, cases: list[WaterCase]) -> str:
        """The whole file."""
        return self.shell(title, "\n".join(self.case(case) for case in cases))

    def case(self, case: WaterCase) -> str:
        """Targets of all places, then the curves of the study and of its parks."""
        dataset = self.prepared.dataset
        parts = [f"<h2>{escaped(self.names.slice(case.name))}</h2>", self.targets_table(case)]
        for kind, place, members in reversed(_places(dataset, case)):
            if kind != "enterprise":
                charts = _charts(self.names, case.at(members))
                parts += [
                    self.curves(place_name(self.names, place), charts[k : k + 3])
                    for k in range(0, len(charts), 3)
                ]
        return "\n".join(parts)

    def targets_table(self, case: WaterCase) -> str:
        """Least fresh water and discharge, all properties together and one by one."""
        heads = [
            _("Place"),
            _("fresh today"),
            _("from others today"),
            _("least fresh"),
            _("discharge today"),
            _("least discharge"),
            _("by property: least fresh (pinch)"),
        ]
        rows: list[list[str | float]] = [
            [
                place_name(self.names, row["place"]),
                *(
                    shown(row[key]) if row[key] is not None else "-"
                    for key in (
                        "today_fresh_m3_h",
                        "today_from_others_m3_h",
                        "fresh_m3_h",
                        "today_discharge_m3_h",
                        "discharge_m3_h",
                    )
                ),
                property_texts(self.names, row),
            ]
            for row in self.targets[case.name]
        ]
        return self.table(_("Water targets, m3/h"), heads, rows)


def place_name(names: Names, place: str) -> str:
    """An enterprise, a park, or all of the study."""
    if place == "all":
        return _("all together (bound)")
    park = names.dataset.park.get(place)
    if park is not None:
        return f"{place} {named(park.name_zh, park.name_en)}".strip()
    return names.actor(place)


def property_texts(names: Names, row: dict[str, Any]) -> str:
    """Targets of single properties in a few words: those of one target together, most first."""
    by_target: defaultdict[str, list[str]] = defaultdict(list)
    for found in sorted(row["properties"], key=lambda x: -(x["fresh_m3_h"] or 0.0)):
        least = "-" if found["fresh_m3_h"] is None else shown(found["fresh_m3_h"])
        pinch = "" if found["pinch"] is None else f" ({shown(found['pinch'])})"
        by_target[least].append(f"{names.property(found['property'])}{pinch}")
    return "; ".join(f"{least}: {', '.join(which)}" for least, which in by_target.items())
