"""A wrong factor makes every later number wrong without a sign, so each is checked by hand."""

import pytest

from symbiosis.domain.units import UnitError, factor, is_unit


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        # amounts per year; a year has 8760 hours and 365 days, as the slices of a study
        ("万t/a", "t/year", 1e4),
        ("万 t/a", "t/year", 1e4),
        ("万吨/年", "t/year", 1e4),
        ("百万吨/年", "t/year", 1e6),
        ("千吨", "t", 1e3),
        ("kt/a", "t/year", 1e3),  # pint's own kt is a knot
        ("Mt/a", "t/year", 1e6),
        ("kg/h", "t/year", 8.76),
        ("t/h", "t/year", 8760),
        ("t/d", "t/year", 365),
        ("t/月", "t/year", 12),
        ("万m3/d", "m3/year", 3.65e6),
        ("万Nm³/a", "1000 m3/year", 10),
        ("L/s", "m3/year", 31536),
        ("万块/a", "1000 块/year", 10),
        ("千块", "1000 块", 1),
        # energy
        ("MW", "MWh/year", 8760),
        ("万千瓦", "MWh/year", 87600),
        ("亿千瓦时/年", "MWh/year", 1e5),
        ("万度", "MWh", 10),
        ("GJ", "MWh", 1 / 3.6),
        ("tce", "GJ", 29.3076),
        ("万tce/a", "GJ/year", 293076),
        ("吨标准煤", "tce", 1),
        # money and prices
        ("亿元", "wanyuan", 1e4),
        ("百万元", "wanyuan", 100),
        ("元", "wanyuan", 1e-4),
        ("元/t", "wanyuan/t", 1e-4),
        ("元/kWh", "wanyuan/MWh", 0.1),
        ("元/1000 m3", "wanyuan/m3", 1e-7),
        ("元/千块", "wanyuan/1000 块", 1e-4),
        ("万元/t", "wanyuan/t", 1),
        # two strokes, brackets, products: 元/t/km is 元/(t·km)
        ("元/t/km", "wanyuan/t/km", 1e-4),
        ("元/(t·km)", "wanyuan/t/km", 1e-4),
        ("元/t·km", "wanyuan/t/km", 1e-4),
        ("万元/(万t/a)", "wanyuan*year/t", 1e-4),
        ("万元/(t/h)/km", "wanyuan*year/t/km", 1 / 8760),
        # land and length
        ("公顷", "mu", 15),
        ("亩", "m2", 10000 / 15),
        ("km2", "mu", 1500),
        ("公里", "m", 1000),
        # the signs of a Chinese keyboard
        ("ｔ／ａ", "t/year", 1),
        ("㎥", "m3", 1),
        ("m^3", "m3", 1),
        ("%", "t/t", 0.01),
    ],
)
def test_factor(unit, target, expected):
    assert factor(unit, target) == pytest.approx(expected, rel=1e-12)


def test_there_and_back_is_one():
    """万t/a to t/h and back: were one side parsed differently, the two would not cancel."""
    for one, other in [("万t/a", "t/h"), ("GJ", "kWh"), ("亩", "公顷"), ("元/t", "万元/kg")]:
        assert factor(one, other) * factor(other, one) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("t/a", "MWh/year"),  # another dimension
        ("t", "t/year"),  # an amount is no rate
        ("元", "t"),
        ("亿", "wanyuan"),  # 亿 of what?
        ("°C", "K"),  # a scale with an offset has no factor
        ("t/0", "t"),
        ("t/", "t"),
        ("/t", "t"),
        ("", "t"),
        ("1.2.3 t", "t"),
        ("1,2 t", "t"),
        ("1e400 t", "t"),
        ("((t)", "t"),
        ("(t)(a)", "t"),
        ("nan", "t"),
        ("dB", "t"),
        ("kN", "t"),
        ("t**99999999", "t"),
        ("9**9**9**9**9", "t"),  # pint would compute it for ever
        ("__import__('os')", "t"),
        ("t/a" * 100, "t"),
        ("\x00", "t"),
        ("百", "t"),
        ("(" * 50, "t"),
    ],
)
def test_what_is_no_unit_for_it_raises_unit_error(unit, target):
    """Any other exception would reach the user as a traceback."""
    with pytest.raises(UnitError):
        factor(unit, target)


def test_is_unit():
    assert is_unit("1000 m3")
    assert is_unit("enterprise-year")
    assert not is_unit("barrow")
    assert not is_unit("t/0")
