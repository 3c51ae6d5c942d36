"""Geometry of the Sankey: nothing lost, one scale, circles drawn as returns."""

import random

import pytest

from symbiosis.outputs.sankey import HAIR, SLOT, Flow, sankey


def flow(donor, receiver, today, plan, key="x"):
    return Flow(donor, receiver, key, {"today": today, "plan": plan})


def width(ribbon):
    """Of a band at its left end: first point of the outline is above, the last below it."""
    return ribbon.outline[-1][1] - ribbon.outline[0][1]


def drawn(flows):
    return sankey(flows, ["today", "plan"])


def test_donors_stand_left_and_actors_keep_their_places():
    """a gives b, b gives c: three columns. c stands where it stood though the plan alone feeds it;
    60 wide for 60 and 30 for 30, in both pictures."""
    found = drawn([flow("a", "b", 60, 30), flow("b", "c", 0, 30)])
    at = {state: {b.actor: b for b in picture.bars} for state, picture in found.items()}
    assert at["plan"]["a"].x < at["plan"]["b"].x < at["plan"]["c"].x
    for actor in "abc":
        middles = {b[actor].y + b[actor].height / 2 for b in at.values()}
        assert len({b[actor].x for b in at.values()}) == 1
        assert max(middles) == pytest.approx(min(middles))
    (today,) = found["today"].ribbons
    assert width(today) == pytest.approx(2 * width(found["plan"].ribbons[0]))
    assert at["today"]["a"].height == pytest.approx(width(today))
    assert at["today"]["c"].height == 0


def test_the_smallest_flow_of_a_circle_returns_below():
    """a 100 to b, b 80 to c, c 5 to a: c's 5 are the return, in every picture, and its outline goes
    below all bars; were b's flow broken, the picture would start with c."""
    found = drawn([flow("a", "b", 100, 90), flow("b", "c", 80, 80), flow("c", "a", 5, 5)])
    for picture in found.values():
        returns = [r.flow.donor for r in picture.ribbons if r.returns]
        assert returns == ["c"]
        (loop,) = [r for r in picture.ribbons if r.returns]
        lowest = max(b.y + b.height for b in picture.bars)
        assert lowest < max(y for _x, y in loop.outline) <= picture.height
        x = {b.actor: b.x for b in picture.bars}
        assert x["a"] < x["b"] < x["c"]


@pytest.mark.parametrize("seed", range(6))
def test_random_networks(seed):
    """Forward ribbons go right; what leaves a bar is as high as what it gives; bars of a column do
    not overlap; the same flows in another order give the same picture."""
    draw = random.Random(seed)
    actors = [f"a{k}" for k in range(12)]
    flows = [
        flow(
            *draw.sample(actors, 2),
            draw.choice([0, draw.uniform(1, 9)]),
            draw.uniform(1, 9),
            str(k),
        )
        for k in range(30)
    ]
    found = drawn(flows)
    again = drawn(draw.sample(flows, len(flows)))
    for state, picture in found.items():
        assert picture.bars == again[state].bars and picture.height == again[state].height
        bars = {b.actor: b for b in picture.bars}
        for ribbon in picture.ribbons:
            start, end = bars[ribbon.flow.donor], bars[ribbon.flow.receiver]
            assert ribbon.returns or start.x < end.x
        assert len(picture.ribbons) == sum(1 for f in flows if f.amounts[state] > 0)
        for column in {b.x for b in picture.bars}:
            members = sorted((b for b in picture.bars if b.x == column), key=lambda b: b.y)
            for upper, lower in zip(members, members[1:], strict=False):
                assert upper.y + upper.height < lower.y
                assert lower.y + lower.height / 2 - upper.y - upper.height / 2 > SLOT - 1


def test_a_flow_too_small_to_see_is_a_hair_and_no_flow_is_no_picture():
    found = drawn([flow("a", "b", 1e6, 1e6), flow("a", "c", 1, 0)])
    assert min(map(width, found["today"].ribbons)) == pytest.approx(HAIR)
    assert len(found["plan"].ribbons) == 1
    assert drawn([])["plan"].bars == ()
