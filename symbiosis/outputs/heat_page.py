"""Heat targets as an offline page."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.locale import _
from symbiosis.network.heat_targets import (
    HeatStream,
    HeatTargets,
    SiteProfiles,
    by_place,
    heat_targets,
    site_profiles,
)
from symbiosis.outputs.charts import escaped, write_text
from symbiosis.outputs.heat_charts import (
    HeatCase,
    composite_chart,
    grand_chart,
    pinches,
    site_chart,
)
from symbiosis.outputs.page import Page


def write_heat_page(
    path: Path,
    title: str,
    cases: Iterable[HeatCase],
    *,
    unit: str = "MW",
    place_names: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> None:
    """Write targets and curves of every case, for the site and per place, as one HTML file.

    unit         of the streams' duty, as shown
    place_names  how a place is called; its key where it is missing
    lang         `zh` or `en`; the language in use where it is left out
    """
    writer = _HeatPage(unit, place_names or {}, lang)
    write_text(path, writer.page(title, list(cases)))


class _HeatPage(Page):
    """Parts of the page, as HTML text."""

    def __init__(self, unit: str, place_names: Mapping[str, str], lang: str | None) -> None:
        """Nothing drawn yet."""
        super().__init__(unit, lang)
        self.place_names = place_names

    def place(self, place: str) -> str:
        """Name of a place as a reader knows it."""
        return self.place_names.get(place, place) or _("(no place)", self.lang)

    def page(self, title: str, cases: Sequence[HeatCase]) -> str:
        """The whole file."""
        return self.shell(title, "\n".join(self.case(case) for case in cases))

    def case(self, case: HeatCase) -> str:
        """Targets of site and places, then the curves of each."""
        streams = list(case.streams)
        places = by_place(streams)
        profiles = site_profiles(streams, case.carriers, case.integrated)
        parts = [f"<h2>{escaped(case.name)}</h2>"] if case.name else []
        parts.append(self.targets_table(streams, places, profiles))
        if case.carriers:
            parts.append(self.levels_table(profiles))
        parts.append(self.section(_("Whole site", self.lang), streams, profiles))
        for place, members in places.items() if len(places) > 1 else ():
            own = site_profiles(members, case.carriers, case.integrated)
            parts.append(self.section(self.place(place), members, own))
        return "\n".join(parts)

    def section(self, name: str, streams: Sequence[HeatStream], profiles: SiteProfiles) -> str:
        """Curves of the site or of a place, drawn and as numbers."""
        charts = (
            composite_chart(streams, self.unit, self.lang),
            grand_chart(streams, self.unit, self.lang),
            site_chart(profiles, self.unit, self.lang),
        )
        return self.curves(name, charts, [self.problem_table(heat_targets(streams))])

    def targets_table(
        self,
        streams: Sequence[HeatStream],
        places: Mapping[str, Sequence[HeatStream]],
        profiles: SiteProfiles,
    ) -> str:
        """Least utilities: every place by itself, by carriers, and all streams as one."""
        whole = heat_targets(streams)
        alone = {place: heat_targets(members) for place, members in places.items()}
        rows: list[list[str | float]] = [
            [self.place(place), *_amounts(targets), pinches(targets, self.lang)]
            for place, targets in alone.items()
        ]
        if len(places) > 1:
            columns = zip(*(_amounts(targets) for targets in alone.values()), strict=True)
            name = _("All places, each by itself", self.lang)
            rows.append([name, *(sum(column) for column in columns), ""])
        if len(profiles.levels):
            hot_utility, cold_utility = profiles.hot_utility, profiles.cold_utility
            amounts = [whole.heat_supply, whole.heat_demand, whole.heat_demand - hot_utility]
            name = _("Places as they are, with these carriers", self.lang)
            rows.append([name, *amounts, hot_utility, cold_utility, ""])
        if len(places) > 1:
            name = _("Whole site as one place", self.lang)
            rows.append([name, *_amounts(whole), pinches(whole, self.lang)])
        heads = [
            _("Place", self.lang),
            _("Hot streams", self.lang),
            _("Cold streams", self.lang),
            _("Recovered", self.lang),
            _("Hot utility", self.lang),
            _("Cold utility", self.lang),
            _("Pinch, shifted °C", self.lang),
        ]
        caption = _("Targets, heat in {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, heads, rows)

    def levels_table(self, profiles: SiteProfiles) -> str:
        """Heat recoverable by level."""
        columns = {
            "level": _("Level", self.lang),
            "generation_celsius": _("Raised at, °C", self.lang),
            "use_celsius": _("Used at, °C", self.lang),
            "raisable": _("Could be raised", self.lang),
            "usable": _("Could be used", self.lang),
            "recovered": _("Recovered", self.lang),
            "passed_down": _("Passed to colder levels", self.lang),
        }
        caption = _("Heat recoverable by level, {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, columns.values(), _rows(profiles.levels[list(columns)]))

    def problem_table(self, targets: HeatTargets) -> str:
        """The problem table."""
        columns = {
            "shifted_high": _("From, shifted °C", self.lang),
            "shifted_low": _("To, shifted °C", self.lang),
            "surplus": _("Surplus", self.lang),
            "cascaded_in": _("Cascaded in", self.lang),
            "cascaded_out": _("Cascaded out", self.lang),
        }
        caption = _("Problem table, heat in {unit}", self.lang).format(unit=self.unit)
        return self.table(caption, columns.values(), _rows(targets.problem_table[list(columns)]))


def _amounts(targets: HeatTargets) -> list[float]:
    """Amounts of heat, in the order of the table of targets."""
    return [
        targets.heat_supply,
        targets.heat_demand,
        targets.recovered,
        targets.hot_utility,
        targets.cold_utility,
    ]


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a table, numbers as they are."""
    return [list(row) for row in frame.itertuples(index=False)]
