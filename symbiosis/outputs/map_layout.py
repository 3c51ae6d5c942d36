"""Where the nodes of a network are drawn: as on the map, spread so that labels can be read.

The map is drawn as large as its labels need, whatever the park measures: a unit is about a pixel.
Where the boxes of two labels would overlap, the one of lower rank goes to the nearest free place:
enterprises stand where they are, what is less certain gathers around them. Outside suppliers stand
left of the map, buyers right, disposal below.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

SIGN = 6.5  # width of a Latin letter of a label; a Chinese sign has two
LINE = 16.0  # height of a label
MARGIN = 6.0  # between two boxes
ROOM = 1.3  # area of the map per area of boxes
ASPECT = 1.5  # the longer side of a map is cut to this many times the shorter one
STEP, TRIED = 9.0, 400  # of the spiral of places tried: its spacing, and how many at a time
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
LONGEST = 24  # of a label, in Latin letters
SIDES: Mapping[str, tuple[int, int]] = {
    "market:buy": (-1, 0),
    "market:sell": (1, 0),
    "market:dispose": (0, -1),
}


@dataclass(frozen=True)
class Place:
    """A node to be drawn.

    lon, lat   None where it has no coordinates: it stands amid its neighbours
    size       diameter of its sign
    rank       0 keeps its place first
    """

    node: str
    label: str
    size: float
    rank: int = 0
    lon: float | None = None
    lat: float | None = None
    neighbours: Sequence[str] = field(default=())


def width_of(text: str) -> int:
    """Width of a text in Latin letters; a Chinese sign has two.

    >>> width_of("E06 铝厂")
    8
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def short_label(name: str, longest: int = LONGEST) -> str:
    """A name short enough for a map: what stands in brackets goes first, then the end.

    >>> short_label("中国铝业兰州分公司/兰州铝业有限公司")
    '中国铝业兰州分公司/兰…'
    >>> short_label("Honggu processors (five of a cluster)")
    'Honggu processors'
    """
    if width_of(name) <= longest:
        return name
    for opening in ("(", "（"):
        if (start := name.find(opening)) > 0:
            name = name[:start].rstrip()
    if width_of(name) <= longest:
        return name
    while width_of(name) > longest - 2:
        name = name[:-1]
    return name.rstrip() + "…"


def spread(places: Sequence[Place]) -> dict[str, tuple[float, float]]:
    """Position of every node, north up; the same places give the same positions in any order."""
    on_map = sorted((p for p in places if p.node not in SIDES), key=lambda p: (p.rank, p.node))
    boxes = np.array([_box(place) for place in on_map]).reshape(-1, 2)
    points = _scaled(_projected(on_map), boxes)
    points = apart(points, boxes)
    found = {p.node: (x, y) for p, (x, y) in zip(on_map, points.tolist(), strict=True)}
    low, high = _corners(points, boxes)
    middle, half = (low + high) / 2, (high - low) / 2
    for place in places:
        if place.node in SIDES:
            side, box = np.array(SIDES[place.node]), np.array(_box(place))
            x, y = middle + side * (half + box / 2 + LINE)
            found[place.node] = float(x), float(y)
    return {node: (round(x, 2), round(y, 2)) for node, (x, y) in found.items()}


def apart(points: Points, boxes: Points) -> Points:
    """Points moved until no two boxes around them overlap, the first ones least.

    Each in turn goes to the free place nearest to its own, of those on a spiral around it.

    points, boxes   one row each: x, y; width, height
    """
    placed = np.empty((0, 2))
    for number, (point, box) in enumerate(zip(points, boxes, strict=True)):
        reach = (boxes[:number] + box) / 2 + MARGIN
        first = 0
        while True:
            turns = np.arange(first, first + TRIED)
            angles, radii = GOLDEN_ANGLE * turns, STEP * np.sqrt(turns)
            ring = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            between = np.abs(point + ring[:, None] - placed[None])
            free = ~(between < reach[None]).all(axis=2).any(axis=1)
            if free.any():
                placed = np.vstack([placed, point + ring[int(free.argmax())]])
                break
            first += TRIED
    return placed


def _box(place: Place) -> tuple[float, float]:
    """Width and height of a sign with its name, in it or below it."""
    return max(SIGN * width_of(place.label), place.size), place.size + LINE


def _projected(places: Sequence[Place]) -> Points:
    """Coordinates in any unit, east and north alike."""
    known = {p.node: (p.lon, p.lat) for p in places if p.lon is not None and p.lat is not None}
    located = np.array(list(known.values()), dtype=float).reshape(-1, 2)
    middle = located.mean(axis=0) if len(located) else np.zeros(2)
    east = math.cos(math.radians(float(middle[1])))  # good to a percent over 100 km
    rows = []
    for place in places:
        near = [known[n] for n in place.neighbours if n in known]
        own = known.get(place.node)
        at = np.array(own) if own is not None else np.mean(near, axis=0) if near else middle
        rows.append((at - middle) * (east, 1.0))
    return np.array(rows).reshape(-1, 2)


def _scaled(points: Points, boxes: Points) -> Points:
    """The map as large as its boxes need, not much longer than broad."""
    if not len(points):
        return points
    extent = np.maximum(np.ptp(points, axis=0), 1e-9)
    area = ROOM * float(boxes.prod(axis=1).sum())
    ratio = min(max(float(extent[0] / extent[1]), 1 / ASPECT), ASPECT)
    sides = np.array([math.sqrt(area * ratio), math.sqrt(area / ratio)])
    scaled: Points = (points - points.mean(axis=0)) * sides / extent
    return scaled


def _corners(points: Points, boxes: Points) -> tuple[Points, Points]:
    """Lower left and upper right of all boxes."""
    if not len(points):
        return np.zeros(2), np.zeros(2)
    return (points - boxes / 2).min(axis=0), (points + boxes / 2).max(axis=0)
