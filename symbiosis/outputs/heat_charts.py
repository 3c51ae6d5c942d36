"""Curves of heat targets as charts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from symbiosis.locale import _
from symbiosis.network.heat_targets import (
    CarrierLevel,
    HeatStream,
    HeatTargets,
    SiteProfiles,
    composite_curves,
    grand_composite,
    heat_targets,
)
from symbiosis.outputs.charts import QUIET, Chart, Curve, shown

HOT, COLD, NET = "#c0392b", "#2471a3", "#333333"


@dataclass(frozen=True)
class HeatCase:
    """What one page shows together, such as the streams of one slice.

    streams     all of one unit of heat
    carriers    levels at which the places may exchange
    integrated  as in `site_profiles`
    """

    name: str
    streams: Sequence[HeatStream]
    carriers: Sequence[CarrierLevel] = ()
    integrated: bool | Collection[str] = True


def composite_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> Chart:
    """Hot and cold composite."""
    curves = composite_curves(streams)
    lines = (
        (_("Hot composite", lang), HOT, curves.hot),
        (_("Cold composite", lang), COLD, curves.cold),
    )
    return Chart(
        _("Composite curves", lang),
        _("Heat, {unit}", lang).format(unit=unit),
        _("Temperature, °C", lang),
        [
            Curve(name, colour, list(frame["heat"]), list(frame["temperature_celsius"]))
            for name, colour, frame in lines
            if len(frame)
        ],
        "°C",
    )


def grand_chart(streams: Sequence[HeatStream], unit: str, lang: str | None) -> Chart:
    """Grand composite and its pinches."""
    frame = grand_composite(streams)
    curves = []
    if len(frame):
        name = _("Grand composite", lang)
        curves.append(Curve(name, NET, list(frame["heat"]), list(frame["shifted_celsius"])))
        wide = float(frame["heat"].max())
        curves += [
            Curve(_("Pinch", lang), QUIET, [0.0, wide], [pinch, pinch], "dot")
            for pinch in heat_targets(streams).pinch_shifted_celsius
        ]
    return Chart(
        _("Grand composite curve", lang),
        _("Net heat, {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
        "°C",
    )


def site_chart(profiles: SiteProfiles, unit: str, lang: str | None) -> Chart:
    """Surplus to the left, need to the right, carriers across."""
    source, sink, levels = profiles.source, profiles.sink, profiles.levels
    curves = []
    if len(source):
        left = [-heat for heat in source["heat"]]
        curves.append(Curve(_("Surplus", lang), HOT, left, list(source["shifted_celsius"])))
    if len(sink):
        right = list(sink["heat"])
        curves.append(Curve(_("Need", lang), COLD, right, list(sink["shifted_celsius"])))
    if curves:
        for row in levels.to_dict("records"):
            # Flat over what can be raised, down at the axis, flat over what can be served.
            heat = [-row["raisable"], 0.0, 0.0, row["usable"]]
            generation, use = row["generation_celsius"], row["use_celsius"]
            celsius = [generation, generation, use, use]
            curves.append(Curve(row["level"], QUIET, heat, celsius, "dash"))
    return Chart(
        _("Total-site profiles", lang),
        _("Surplus (left) and need (right), {unit}", lang).format(unit=unit),
        _("Shifted temperature, °C", lang),
        curves,
        "°C",
    )


def pinches(targets: HeatTargets, lang: str | None, unit: str = "") -> str:
    """Pinch temperatures, hottest first."""
    found = " / ".join(shown(t) for t in targets.pinch_shifted_celsius)
    return found + unit if found else _("none", lang)
