"""Pinch targets: the least hot and cold utility of streams that may all exchange heat.

data        dt_min, streams
Of a stream name, t_supply, t_target, and cp (heat-capacity flow) or duty; it is hot if it cools.
            `dt_contribution` replaces half of dt_min; dt_min may be left out where all have one.
            `type` (hot or cold) may be given and must then agree.

An isothermal stream is written with a difference of 1 K. The streams are those of one enterprise
that integrates its heat; hot utility is bought at 1, cold utility is free, so the least cost is the
least hot utility.

The pinch is the boundary between two intervals past which no heat goes down. Where there are
several, the hottest is reported. A threshold problem has none; reported is then the end of the
cascade that needs no utility, its hot one if neither does. On the hot scale it is the shifted
temperature plus half of dt_min.
"""

from typing import Any

from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import CaseError, Fields, no_duplicates
from symbiosis.studies.published.flow_network import SETTINGS, node_id
from symbiosis.studies.published.translation import Figures, Translation

Row = dict[str, Any]
PARK, SITE, HOT, COLD = "region", "site", "heating", "cooling"
SUPPLY, TARGET = ("t_supply", "t_in"), ("t_target", "t_out")
NIL = 1e-6  # of all heat: a residual below it is rounding


def heat_cascade(data: Fields) -> Translation:
    """Streams of one site against hot and cold utility."""
    dt_min = data.number("dt_min", "delta_t_min", default=None)
    streams = data.objects("streams")
    no_duplicates((x.place("name"), x.text("name")) for x in streams)
    thermal_streams = [
        row for i, x in enumerate(streams) if (row := stream_row(x, i + 1, dt_min)) is not None
    ]

    def rows() -> dict[str, list[Row]]:
        utilities = [{"resource_id": r, "kind": "energy", "unit": "GJ"} for r in (HOT, COLD)]
        return {
            "resources": utilities,
            "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
            "enterprises": [{"enterprise_id": SITE, "park_id": PARK}],
            "markets": [
                {"resource_id": HOT, "action": "buy", "price": 1},
                {"resource_id": COLD, "action": "dispose", "price": 0},
            ],
            "thermal_streams": thermal_streams,
        }

    def figures(plan: Plan) -> Figures:
        heat = plan.tables["heat"]
        if heat.empty:
            return {"min_hot_utility": 0.0, "min_cold_utility": 0.0}
        pinch = pinch_temperature(plan)
        half = None if dt_min is None else dt_min / 2
        return {
            "min_hot_utility": float(heat["entering"].iloc[0]),
            "min_cold_utility": float(heat["leaving"].iloc[-1]),
            "heat_recovery": float(heat["hot"].sum() - heat["leaving"].iloc[-1]),
            "pinch_temperature": pinch,
            "pinch_hot_temperature": None if half is None else pinch + half,
            "pinch_cold_temperature": None if half is None else pinch - half,
        }

    utilities = {"hot_utility": HOT, "cold_utility": COLD}
    return Translation(rows, {**SETTINGS, "heat": utilities}, figures)


def pinch_temperature(plan: Plan) -> float:
    """Shifted temperature of the pinch of a plan with one zone; see the head of the file."""
    heat = plan.tables["heat"]
    nil = NIL * float(heat["hot"].sum() + heat["cold"].sum())
    inside = heat.iloc[:-1]
    pinches = inside.loc[inside["leaving"] <= nil, "low"]
    if len(pinches):
        return float(pinches.iloc[0])
    threshold_above = heat["entering"].iloc[0] <= nil
    return float(heat["high"].iloc[0] if threshold_above else heat["low"].iloc[-1])


def stream_row(
    stream: Fields, number: int, dt_min: float | None, role: str | None = None
) -> Row | None:
    """Row of thermal_streams.csv for a stream of the site; None where it has no heat.

    `role` is that of the list the stream stands in.
    """
    name = stream.text("name")
    supply = stream.number(*SUPPLY, least=None)
    target = stream.number(*TARGET, least=None)
    place = stream.place(stream.named(*TARGET))
    if supply == target:
        raise CaseError(
            place, target, _("is also the supply temperature"), _("give an isothermal stream 1 K")
        )
    found = "hot" if supply > target else "cold"
    declared = role or stream.get("type", "role", default=found)
    if declared != found:
        raise CaseError(
            place,
            target,
            _("contradicts: a hot stream cools, a cold one warms"),
            _("mend the temperatures, or the stream's kind"),
        )
    contribution = stream.number("dt_contribution", "dt_cont", default=None)
    if contribution is None and dt_min is None:
        raise CaseError(
            stream.place("dt_contribution"), None, _("is missing"), _("write it here, or dt_min")
        )
    row: Row = {
        "stream_id": node_id(found, number, name),
        "enterprise_id": SITE,
        "role": found,
        "supply_celsius": supply,
        "target_celsius": target,
        "approach_k": dt_min if contribution is None else 2 * contribution,
    }
    flow = stream.number("cp", "fcp", "heat_capacity_flow", default=None)
    duty = stream.number("duty", "heat", "load", default=None)
    if (flow is None) == (duty is None):
        raise CaseError(
            stream.place("cp" if duty is None else "duty"),
            duty,
            _("is missing") if duty is None else _("says the same as '{key}'").format(key="cp"),
            _("write cp or duty, one of the two"),
        )
    row |= {"duty": duty} if flow is None else {"heat_capacity_flow": flow}
    return row if (flow or duty or 0.0) > 0 else None
