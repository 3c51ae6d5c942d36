"""A trade-off of two objectives as a small SVG picture, drawn without a browser."""

from collections.abc import Sequence
from pathlib import Path

from symbiosis.outputs.charts import FONT, QUIET, escaped, round_ticks, shown, write_text

WIDTH, HEIGHT = 720, 440  # pixels
LEFT, RIGHT, TOP, BOTTOM = 96, 24, 56, 64  # margins around the axes
INK = "#333333"


def write_pareto_svg(
    path: Path,
    title: str,
    axes: tuple[str, str],
    points: Sequence[tuple[str, float, float]],
) -> None:
    """Write points (label, value on the one axis, on the other) joined in their order."""
    write_text(path, _picture(title, axes, points))


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The values with some room around them."""
    low, high = min(values), max(values)
    room = 0.08 * (high - low) or max(abs(low), 1.0) * 0.1
    return low - room, high + room


def _picture(title: str, axes: tuple[str, str], points: Sequence[tuple[str, float, float]]) -> str:
    x_low, x_high = _range([x for _label, x, _y in points])
    y_low, y_high = _range([y for _label, _x, y in points])
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def across(value: float) -> float:
        return LEFT + (value - x_low) / (x_high - x_low) * (right - LEFT)

    def up(value: float) -> float:
        return bottom - (value - y_low) / (y_high - y_low) * (bottom - TOP)

    parts = [
        f'<path d="M{across(tick):.1f} {TOP}V{bottom}" stroke="#e5e5e5"/>'
        f'<text x="{across(tick):.1f}" y="{bottom + 18}" text-anchor="middle">'
        f"{escaped(shown(tick))}</text>"
        for tick in round_ticks(x_low, x_high)
    ]
    parts += [
        f'<path d="M{LEFT} {up(tick):.1f}H{right}" stroke="#e5e5e5"/>'
        f'<text x="{LEFT - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">'
        f"{escaped(shown(tick))}</text>"
        for tick in round_ticks(y_low, y_high)
    ]
    line = " ".join(f"{across(x):.1f},{up(y):.1f}" for _label, x, y in points)
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="{QUIET}"/>')
    parts.append(f'<polyline points="{line}" fill="none" stroke="{QUIET}" stroke-dasharray="4 3"/>')
    parts += [
        f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="4" fill="{INK}"/>'
        f'<text x="{across(x) + 7:.1f}" y="{up(y) - 6:.1f}">{escaped(label)}</text>'
        for label, x, y in points
    ]
    middle = (LEFT + right) / 2
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}" font-size="12">\n'
        f"<title>{escaped(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        f'<text x="16" y="28" font-weight="bold">{escaped(title)}</text>\n'
        + "\n".join(parts)
        + f'\n<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle">{escaped(axes[0])}</text>\n'
        f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escaped(axes[1])}</text>\n</svg>\n"
    )
