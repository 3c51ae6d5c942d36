"""Draw the exchanges of a plan as a picture: `python tools/draw_plan.py PLAN_FOLDER PICTURE.svg`.

Every park is a ring of its enterprises and built projects. Grey: exchanged today and still; orange:
new in the plan. Width follows the mass, on a logarithmic scale.
"""

import json
import math
import sys
from pathlib import Path

from lxml import etree

from symbiosis.inputs.reader import read_dataset
from symbiosis.outputs.text import Names

WIDTH, HEIGHT, RADIUS = 1560, 660, 210
NEW, OLD, ENTERPRISE = "#d55e00", "#9a9a9a", "#0072b2"
FONT = "Helvetica, Arial, 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def wrapped(text: str, width: int = 24) -> list[str]:
    """A label in at most two lines."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:2] if len(lines) <= 2 else [lines[0], lines[1] + " ..."]


def ring_positions(groups: dict[str, list[str]]) -> dict[str, tuple[float, float, float]]:
    """Place of every actor: x, y and the angle under which it stands on its park's ring."""
    large = sorted((g for g in groups if len(groups[g]) > 1), key=lambda g: -len(groups[g]))
    small = [g for g in groups if len(groups[g]) == 1]
    places = {}
    for column, group in enumerate(large):
        x = WIDTH * (column + 0.5) / len(large)
        for number, actor in enumerate(groups[group]):
            angle = 2 * math.pi * number / len(groups[group]) - math.pi / 2
            places[actor] = (
                x + RADIUS * math.cos(angle),
                HEIGHT / 2 + RADIUS * math.sin(angle),
                angle,
            )
    for number, group in enumerate(small):
        places[groups[group][0]] = (WIDTH / 2, HEIGHT - 60 - 50 * number, math.pi / 2)
    return places


def main() -> None:
    """Read the plan and its inputs, write the picture."""
    folder, picture = Path(sys.argv[1]), Path(sys.argv[2])
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    dataset = read_dataset(folder / "inputs")
    names = Names(dataset)
    exchanges = [x for x in document["exchanges"] if x["donor"] != x["receiver"]]
    used = {x[end] for x in exchanges for end in ("donor", "receiver")}
    built = {project["place_id"]: project for project in document["projects"]}
    groups: dict[str, list[str]] = {}
    for enterprise in dataset.enterprises:
        if enterprise.enterprise_id in used:
            groups.setdefault(enterprise.park_id, []).append(enterprise.enterprise_id)
    for place, project in built.items():
        groups.setdefault(project["park_id"], []).append(place)
    places = ring_positions(groups)

    svg = etree.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=str(WIDTH),
        height=str(HEIGHT),
    )
    svg.set("font-family", FONT)
    etree.SubElement(svg, "rect", width="100%", height="100%", fill="white")
    for x in sorted(exchanges, key=lambda x: x["today"] == 0):
        (x0, y0, _a), (x1, y1, _b) = places[x["donor"]], places[x["receiver"]]
        mass = x["plan"] * (dataset.resource[x["resource"]].mass or 0.03)
        colour = OLD if x["today"] > 0 else NEW
        bend = (x0 + x1) / 2 + (y1 - y0) * 0.18, (y0 + y1) / 2 - (x1 - x0) * 0.18
        line = etree.SubElement(
            svg,
            "path",
            d=f"M{x0:.0f},{y0:.0f} Q{bend[0]:.0f},{bend[1]:.0f} {x1:.0f},{y1:.0f}",
            fill="none",
            stroke=colour,
            opacity="0.75",
        )
        line.set("stroke-width", f"{0.6 + 0.9 * math.log10(1 + mass / 1000):.1f}")
        etree.SubElement(line, "title").text = (
            f"{names.actor(x['donor'])} > {names.actor(x['receiver'])}: "
            f"{names.resource(x['resource'])} {x['plan']:,.0f} {x['unit']}/a"
        )
    for actor, (x0, y0, angle) in places.items():
        colour = NEW if actor in built else ENTERPRISE
        etree.SubElement(svg, "circle", cx=f"{x0:.0f}", cy=f"{y0:.0f}", r="7", fill=colour)
        side = math.cos(angle)
        anchor = "middle" if abs(side) < 0.1 else ("start" if side > 0 else "end")
        below = math.sin(angle) > 0
        lines = wrapped(names.actor(actor))
        top = y0 + (24 if below else 2 - 14 * len(lines)) if anchor == "middle" else y0 - 3
        for number, text in enumerate(lines):
            label = etree.SubElement(
                svg,
                "text",
                x=f"{x0 + (0 if anchor == 'middle' else math.copysign(13, side)):.0f}",
                y=f"{top + 14 * number:.0f}",
            )
            label.set("text-anchor", anchor)
            label.set("font-size", "12")
            label.set("fill", "#222222")
            label.text = text
    for number, (colour, text) in enumerate(
        ((OLD, "exchanged today and in the plan"), (NEW, "new: exchanges and projects"))
    ):
        y0 = 24 + 20 * number
        etree.SubElement(svg, "rect", x="20", y=f"{y0 - 8}", width="26", height="5", fill=colour)
        label = etree.SubElement(svg, "text", x="54", y=f"{y0}")
        label.set("font-size", "13")
        label.text = text
    picture.write_bytes(etree.tostring(svg, pretty_print=True, encoding="utf-8"))


if __name__ == "__main__":
    main()
