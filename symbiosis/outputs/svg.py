"""Charts as one small SVG picture, drawn without a browser."""

from collections.abc import Sequence

from symbiosis.outputs.charts import FONT, QUIET, Chart, Curve, escaped, round_ticks, shown


class Svg:
    """Parts of the picture, as SVG text."""

    WIDTH, HEIGHT = 460, 360  # of one chart, pixels
    LEFT, RIGHT, TOP, BOTTOM = 64, 16, 72, 84  # margins around its axes

    def picture(self, title: str, line: str, charts: Sequence[Chart]) -> str:
        """The whole file: a title, a line on what is shown, charts side by side."""
        width = self.WIDTH * len(charts)
        drawn = "\n".join(
            f'<g transform="translate({i * self.WIDTH} 0)">\n{self.chart(chart)}\n</g>'
            for i, chart in enumerate(charts)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{self.HEIGHT}" '
            f'viewBox="0 0 {width} {self.HEIGHT}" font-family="{FONT}" font-size="12">\n'
            f"<title>{escaped(title)}</title>\n"
            f'<rect width="{width}" height="{self.HEIGHT}" fill="#ffffff"/>\n'
            f'<text x="12" y="22" font-size="15" font-weight="bold">{escaped(title)}</text>\n'
            f'<text x="12" y="42">{escaped(line)}</text>\n{drawn}\n</svg>\n'
        )

    def chart(self, chart: Chart) -> str:
        """Axes, curves and legend of one chart."""
        x_low, x_high = chart.x_range
        y_low, y_high = chart.y_range
        left, right = self.LEFT, self.WIDTH - self.RIGHT
        top, bottom = self.TOP, self.HEIGHT - self.BOTTOM

        def x(heat: float) -> float:
            return left + (heat - x_low) / (x_high - x_low) * (right - left)

        def y(celsius: float) -> float:
            return bottom - (celsius - y_low) / (y_high - y_low) * (bottom - top)

        middle = (left + right) / 2
        parts = [
            f'<text x="{left}" y="{top - 10}" font-weight="bold">{escaped(chart.title)}</text>'
        ]
        for tick in round_ticks(x_low, x_high):
            parts.append(
                f'<path d="M{x(tick):.1f} {top}V{bottom}" stroke="#e5e5e5"/>'
                f'<text x="{x(tick):.1f}" y="{bottom + 16}" text-anchor="middle">'
                f"{escaped(shown(abs(tick)))}</text>"
            )
        for tick in round_ticks(y_low, y_high):
            parts.append(
                f'<path d="M{left} {y(tick):.1f}H{right}" stroke="#e5e5e5"/>'
                f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">'
                f"{escaped(shown(tick))}</text>"
            )
        parts.append(f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{QUIET}"/>')
        parts.append(
            f'<text x="{middle}" y="{bottom + 36}" text-anchor="middle">'
            f"{escaped(chart.x_title)}</text>"
        )
        parts.append(
            f'<text transform="translate(14 {(top + bottom) / 2}) rotate(-90)" '
            f'text-anchor="middle">{escaped(chart.y_title)}</text>'
        )
        legend: dict[str, Curve] = {}
        for curve in chart.curves:
            points = " ".join(
                f"{x(heat):.1f},{y(celsius):.1f}"
                for heat, celsius in zip(curve.x, curve.y, strict=True)
            )
            parts.append(f'<polyline points="{points}" fill="none" {_stroke(curve)}/>')
            legend.setdefault(curve.name, curve)
        place = left
        for name, curve in legend.items():
            row = self.HEIGHT - 20
            parts.append(
                f'<path d="M{place} {row - 4}h24" {_stroke(curve)}/>'
                f'<text x="{place + 30}" y="{row}">{escaped(name)}</text>'
            )
            place += 150
        return "\n".join(parts)


def _stroke(curve: Curve) -> str:
    """How a curve is drawn."""
    dash = "" if curve.dash == "solid" else ' stroke-dasharray="4 3"'
    return f'stroke="{curve.colour}" stroke-width="2"{dash}'
