"""Water targets: published figures, hand-worked sets, and the cascade against the LP."""

import random

import pytest

from symbiosis.network.water_targets import (
    WaterSink,
    WaterSource,
    water_cascade,
    water_targets,
)

ONE = ("c",)


def sources(*rows):
    return [WaterSource(f"S{n}", flow, {"c": c}) for n, (flow, c) in enumerate(rows, start=1)]


def sinks(*rows):
    return [WaterSink(f"D{n}", flow, {"c": c}) for n, (flow, c) in enumerate(rows, start=1)]


def fresh(c=0.0):
    return [WaterSource("fresh", 0.0, {"c": c})]


# Sources and sinks as (flow, concentration), fresh concentration, published fresh and discharge.
PUBLISHED = {
    "Polley and Polley 2000": (
        [(50, 50), (100, 100), (70, 150), (60, 250)],
        [(50, 20), (100, 50), (80, 100), (70, 200)],
        0,
        70.0,
        50.0,
    ),
    "Wang and Smith 1994, fixed flows (Prakash and Shenoy 2005)": (
        [(20, 100), (100, 100), (40, 800), (10, 800)],
        [(20, 0), (100, 50), (40, 50), (10, 400)],
        0,
        90.0,
        90.0,
    ),
    "El-Halwagi 1997, acrylonitrile": (
        [(0.8, 0), (5.0, 14), (5.9, 25), (1.4, 34)],
        [(1.2, 0), (5.8, 10)],
        0,
        2.057143,
        8.157143,
    ),
    "Alves and Towler 2002, hydrogen": (
        [(623.8, 0.07), (415.8, 0.2), (1801.9, 0.25), (138.6, 0.25), (457.4, 0.3), (346.5, 0.27)],
        [(2495.0, 0.1939), (180.2, 0.2115), (720.7, 0.2486), (554.4, 0.2243)],
        0.05,
        268.82104,
        102.52104,
    ),
}
PINCH = {
    "Polley and Polley 2000": 150,
    "Wang and Smith 1994, fixed flows (Prakash and Shenoy 2005)": 100,
    "El-Halwagi 1997, acrylonitrile": 14,
    "Alves and Towler 2002, hydrogen": 0.3,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_targets(name):
    """LP and cascade give the published figures; the cascade its pinch too."""
    given, taken, clean, least, discharge = PUBLISHED[name]
    found = water_targets(sources(*given), sinks(*taken), fresh(clean), ONE)
    assert found.fresh == pytest.approx(least, rel=1e-6)
    assert found.discharge == pytest.approx(discharge, rel=1e-6)
    cascade = water_cascade(sources(*given), sinks(*taken), clean, "c")
    assert cascade.fresh == pytest.approx(least, rel=1e-6)
    assert cascade.discharge == pytest.approx(discharge, rel=1e-6)
    assert cascade.pinch == pytest.approx(PINCH[name])


@pytest.mark.parametrize("seed", range(40))
def test_the_cascade_is_the_lp(seed):
    rng = random.Random(seed)
    given = [(rng.uniform(1, 50), rng.uniform(0, 300)) for _ in range(rng.randint(0, 6))]
    taken = [(rng.uniform(1, 50), rng.uniform(0, 250)) for _ in range(rng.randint(1, 6))]
    clean = rng.choice([0.0, 0.0, 10.0])
    taken = [(flow, max(c, clean)) for flow, c in taken]
    least = water_targets(sources(*given), sinks(*taken), fresh(clean), ONE).fresh
    found = water_cascade(sources(*given), sinks(*taken), clean, "c")
    assert found.fresh == pytest.approx(least, rel=1e-7, abs=1e-7)


def test_composites_touch_at_the_pinch():
    """Polley and Polley: at 150 ppm the sources, behind 70 t/h of fresh water, meet the sinks."""
    given, taken, clean, *_rest = PUBLISHED["Polley and Polley 2000"]
    found = water_cascade(sources(*given), sinks(*taken), clean, "c")
    assert found.sinks == [(0, 0), (50, 1000), (150, 6000), (230, 14000), (300, 28000)]
    assert [(round(f, 6), round(m, 6)) for f, m in found.sources] == [
        (0, 0),
        (70, 0),
        (120, 2500),
        (220, 12500),
        (290, 23000),
        (350, 38000),
    ]

    def load(points, flow):
        for (f, m), (g, n) in zip(points, points[1:], strict=False):
            if f <= flow <= g and g > f:
                return m + (n - m) * (flow - f) / (g - f)
        raise AssertionError(flow)

    gaps = [load(found.sinks, f) - load(found.sources, f) for f in range(0, 300, 2)]
    assert min(gaps) == pytest.approx(0, abs=300) and min(gaps) >= -1e-6


def two(flow, a, b):
    return WaterSource("s", flow, {"a": a, "b": b})


def test_two_contaminants_need_more_than_each_alone():
    """By a alone source 1 fills the sink, by b alone source 2; together both are spoilt."""
    given = [two(10, 0, 100), two(10, 100, 0)]
    taken = [WaterSink("d", 10, {"a": 20, "b": 20})]
    clean = [two(0, 0, 0)]
    alone = [water_targets(given, taken, clean, [name]).fresh for name in ("a", "b")]
    assert alone == pytest.approx([0, 0])
    assert water_targets(given, taken, clean, ["a", "b"]).fresh == pytest.approx(6)


def test_a_sink_without_limits_takes_anything_and_one_of_nil_only_fresh():
    given = sources((10, 900))
    assert water_targets(given, [WaterSink("d", 10)], fresh(), ONE).fresh == pytest.approx(0)
    assert water_targets(given, sinks((10, 0)), fresh(), ONE).fresh == pytest.approx(10)
    assert water_cascade(given, sinks((10, 0)), 0, "c").fresh == pytest.approx(10)


def test_only_what_may_serve_a_need_serves_it():
    given = [WaterSource("s", 10, {}, "grey")]
    taken = [WaterSink("d", 10, {}, frozenset({"tap"}))]
    assert water_targets(given, taken, [WaterSource("f", 0, {}, "tap")], ()).fresh == 10
    assert water_targets(given, taken, [WaterSource("f", 0, {}, "river")], ()) is None


def test_dirtier_fresh_water_is_never_less():
    given, taken, *_rest = PUBLISHED["Polley and Polley 2000"]
    found = [water_cascade(sources(*given), sinks(*taken), c, "c").fresh for c in (0, 5, 10, 20)]
    assert found == sorted(found)
