"""Heat targets as a small SVG picture."""

from collections.abc import Sequence
from pathlib import Path

from symbiosis.locale import _
from symbiosis.network.heat_targets import HeatStream, heat_targets
from symbiosis.outputs.charts import shown, write_text
from symbiosis.outputs.heat_charts import composite_chart, grand_chart, pinches
from symbiosis.outputs.svg import Svg


def write_heat_svg(
    path: Path,
    title: str,
    streams: Sequence[HeatStream],
    *,
    unit: str = "MW",
    lang: str | None = None,
) -> None:
    """Write the composite and grand composite curves of streams, integrated, as one SVG file."""
    targets = heat_targets(streams)
    said = _("Hot utility {hot} {unit}, cold utility {cold} {unit}, pinch {pinch}", lang)
    line = said.format(
        hot=shown(targets.hot_utility),
        cold=shown(targets.cold_utility),
        unit=unit,
        pinch=pinches(targets, lang, " °C"),
    )
    charts = composite_chart(streams, unit, lang), grand_chart(streams, unit, lang)
    write_text(path, Svg().picture(title, line, charts))
