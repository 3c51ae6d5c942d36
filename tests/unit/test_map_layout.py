"""Positions of a network: as on the map, and no name on another."""

import random

import numpy as np
import pytest

from symbiosis.outputs.map_layout import MARGIN, Place, _box, short_label, spread


def overlaps(places, standing):
    """Pairs whose boxes overlap."""
    boxes = {p.node: _box(p) for p in places}
    nodes = sorted(standing)
    return [
        (a, b)
        for k, a in enumerate(nodes)
        for b in nodes[k + 1 :]
        if abs(standing[a][0] - standing[b][0]) < (boxes[a][0] + boxes[b][0]) / 2 + MARGIN / 2
        and abs(standing[a][1] - standing[b][1]) < (boxes[a][1] + boxes[b][1]) / 2 + MARGIN / 2
    ]


@pytest.mark.parametrize("seed", range(4))
def test_no_name_lies_on_another(seed):
    """120 nodes, most of them at three places only: all boxes are apart, in whatever order they
    are given. Names of one place would else be one black spot."""
    draw = random.Random(seed)
    spots = [(103.0, 36.1), (103.3, 36.2), (102.9, 36.4)]
    places = [
        Place(f"n{k}", "红" * draw.randint(2, 12), draw.uniform(6, 34), k % 3, *draw.choice(spots))
        for k in range(120)
    ]
    standing = spread(places)
    assert overlaps(places, standing) == []
    draw.shuffle(places)
    assert spread(places) == standing


def test_what_has_room_keeps_its_place_and_the_higher_rank_comes_first():
    """Three enterprises far apart keep their directions: 2 east of 1, 3 north of 1. A project at
    the place of 1 gives way to it, and stays nearer to 1 than to any other."""
    places = [
        Place("1", "a", 10, 0, 103.0, 36.0),
        Place("2", "b", 10, 0, 103.5, 36.0),
        Place("3", "c", 10, 0, 103.0, 36.4),
        Place("0", "project", 10, 1, 103.0, 36.0),
    ]
    at = {node: np.array(xy) for node, xy in spread(places).items()}
    assert at["2"][0] > at["1"][0] and at["2"][1] == pytest.approx(at["1"][1])
    assert at["3"][1] > at["1"][1] and at["3"][0] == pytest.approx(at["1"][0])
    away = {node: np.linalg.norm(at["0"] - at[node]) for node in "123"}
    assert 0 < away["1"] < min(away["2"], away["3"])


def test_outside_stands_around_the_map_and_a_gap_amid_its_neighbours():
    """Suppliers left, buyers right, disposal below of all; a ghost without coordinates between the
    two it would tie; a single node and none at all are drawn too."""
    places = [
        Place("1", "a", 10, 0, 103.0, 36.0),
        Place("2", "b", 10, 0, 104.0, 36.0),
        Place("3", "b", 10, 0, 103.5, 36.9),
        Place("ghost", "?", 10, 2, neighbours=["1", "2"]),
        *(Place(f"market:{side}", side, 10) for side in ("buy", "sell", "dispose")),
    ]
    at = spread(places)
    assert at["market:buy"][0] < min(x for n, (x, _y) in at.items() if n != "market:buy")
    assert at["market:sell"][0] > max(x for n, (x, _y) in at.items() if n != "market:sell")
    assert at["market:dispose"][1] < min(y for n, (_x, y) in at.items() if n != "market:dispose")
    assert at["ghost"][0] == pytest.approx((at["1"][0] + at["2"][0]) / 2, abs=0.1)
    assert at["ghost"][1] == pytest.approx(at["1"][1], abs=0.1)
    assert spread([]) == {} and set(spread(places[3:4])) == {"ghost"}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("兰州电厂", "兰州电厂"),
        ("红古园区铝加工企业群(新天地/金霸/兰亚/雄泰/庆丰/甘棠)", "红古园区铝加工企业群"),
        ("一个名字实在太长而又没有括号的企业", "一个名字实在太长而又没…"),
        ("", ""),
    ],
)
def test_a_long_name_is_cut_where_it_says_least(name, short):
    assert short_label(name) == short
