"""Matching by hand: each reason to refuse an exchange, and what mends it."""

from dataclasses import replace

import pytest

from open_park import KM, matches, only, open_park, refused
from parks import Park
from symbiosis.network.actors import read_actors
from symbiosis.network.matching import find_matches


def test_refused_too_far():
    assert refused(open_park(30)) == ("too_far", "20")


def far_park(distance_km: float, **ash) -> Park:
    """The ash goes by conveyor up to 5 km, farther by truck."""
    park = open_park(distance_km, carrier_id="conveyor", far_carrier_id="truck", **ash)
    return park.add(
        "carriers", carrier_id="conveyor", unit="t", reach=5, fixed_cost=4, least_lot=90
    )


@pytest.mark.parametrize(
    ("distance_km", "carrier", "freight", "fixed_cost"),
    [(4, "conveyor", 0, 16), (10, "truck", 0.012, 0)],
)
def test_beyond_the_reach_of_its_carrier_the_far_one_takes_it(
    distance_km, carrier, freight, fixed_cost
):
    """4 km of conveyor at 4 万元/km; 10 km by truck as by hand above."""
    park = far_park(distance_km).change("carriers", "conveyor", least_lot=0)
    row = only(matches(park).candidates)
    assert row.carrier == carrier
    assert (row.freight, row.fixed_cost) == pytest.approx((freight, fixed_cost), rel=1e-5)


def test_refused_by_both_carriers():
    """30 km are beyond the truck too; 80 t are no lot for the conveyor, but for the truck."""
    assert refused(far_park(30)) == ("too_far", "20")
    assert refused(far_park(4)) == ("small_lot", "")
    assert len(matches(far_park(6)).candidates) == 1


def test_a_far_carrier_is_pumped():
    """Beyond 5 km a pipe with pumps takes it: the donor may need power for them."""
    park = far_park(10).resource("power", kind="energy", unit="MWh").market("power", "buy", 0.05)
    park.change("carriers", "truck", pumping_resource="power", pumping_per_km=0.001)
    row = only(matches(park).candidates)
    assert (row.pumping_resource, row.pumping) == ("power", pytest.approx(0.01, rel=1e-5))


def test_an_outfall_is_for_the_water_of_its_own_site():
    """Else a plan would pipe its water to whoever lets it out at a lower fee. A link allows it."""
    park = Park(network={"matching": "open"}).enterprise("works", "town")
    cells = {"kind": "water", "unit": "m3", "carrier_id": "pipe"}
    park.resource("effluent", water_class="used", **cells)
    park.resource("river", water_class="discharge", **cells)
    park.add("carriers", carrier_id="pipe", unit="m3", reach=20)
    park.supply("works", "effluent", 10).need("town", "river", 10).substitute("effluent", "river")
    assert refused(park) == ("own_outfall", "")
    park.link("works", "town", "effluent")
    assert only(matches(park).candidates).receiver == "town"


def test_refused_without_a_carrier():
    assert refused(open_park(carrier_id="")) == ("no_carrier", "")


def test_refused_where_the_place_is_not_known():
    """The reader asks for places; a dataset made otherwise gets the reason."""
    data = open_park().dataset()
    park = data.parks[0].model_copy(update={"lat": None, "lon": None})
    kiln = data.enterprises[1].model_copy(update={"lat": None, "lon": None})
    data = replace(data, parks=(park,), enterprises=(data.enterprises[0], kiln))
    row = only(find_matches(data, read_actors(data)).refused)
    assert row.reason == "no_place"


def test_refused_for_its_state():
    """The kiln takes its ash as a slurry only; a substitute may be in any state."""
    park = open_park().change("streams", "kiln-need-ash", state="slurry")
    assert refused(park) == ("state", "")
    park.change("streams", "mill-supply-ash", state="slurry")
    assert len(matches(park).candidates) == 1
    park.resource("clay", state="liquid").need("kiln", "clay", 10, state="liquid")
    park.substitute("ash", "clay")
    assert set(matches(park).candidates["serves"]) == {"ash", "clay"}


def with_moisture(value: float | None, least: float | None, most: float | None) -> Park:
    park = open_park().add("properties", property_id="moisture", unit="%")
    about = {"resource_id": "ash", "property_id": "moisture"}
    if value is not None:
        park.add("qualities", owner_id="mill", direction="supply", value=value, **about)
    limits = {"least": least, "most": most}
    limits = {name: limit for name, limit in limits.items() if limit is not None}
    return park.add("qualities", owner_id="kiln", direction="need", **limits, **about)


@pytest.mark.parametrize(
    ("value", "least", "most", "fits"),
    [
        (12, None, 10, False),
        (10, None, 10, True),
        (4, 5, None, False),
        (7, 5, 10, True),
        (None, None, 10, True),
    ],
)
def test_refused_for_a_property(value, least, most, fits):
    """Outside the kiln's limits is refused, with the property's name; unknown is not."""
    park = with_moisture(value, least, most)
    if fits:
        assert len(matches(park).candidates) == 1
    else:
        assert refused(park) == ("property", "moisture")


def test_a_limit_on_what_it_serves():
    """A limit on clay holds for the ash that replaces it."""
    park = with_moisture(12, None, 20).resource("clay").need("kiln", "clay", 10)
    park.substitute("ash", "clay").add(
        "qualities",
        owner_id="kiln",
        resource_id="clay",
        direction="need",
        property_id="moisture",
        most=10,
    )
    assert set(matches(park).candidates["serves"]) == {"ash"}


def test_a_value_that_can_be_diluted_is_not_refused():
    """Above the limit of 10 the mill's ash is a match when something drier may be mixed in.

    That is bought ash of 8 %, own ash, or the ash of another mill which reaches the kiln; not what
    is just at the limit, of unknown moisture, or out of reach.
    """
    about = {"resource_id": "ash", "property_id": "moisture"}

    def bought(value: float) -> Park:
        park = with_moisture(12, None, 10).market("ash", "buy", 1)
        return park.add("qualities", owner_id="", direction="bought", value=value, **about)

    assert len(matches(bought(8)).candidates) == 1
    assert refused(bought(10)) == ("property", "moisture")
    assert refused(with_moisture(12, None, 10).market("ash", "buy", 1)) == ("property", "moisture")

    def other(value: float, **place: float) -> Park:
        park = with_moisture(12, None, 10).enterprise("mill2", **place).supply("mill2", "ash", 5)
        return park.add("qualities", owner_id="mill2", direction="supply", value=value, **about)

    here = {"lat": 36.0, "lon": 103.05}
    assert set(matches(other(8, **here)).candidates["donor"]) == {"mill", "mill2"}
    assert set(matches(other(8, lat=30.0, lon=103.0)).candidates["donor"]) == set()
    assert set(matches(other(11, **here)).candidates["donor"]) == set()

    pond = with_moisture(12, None, 10).resource("mud").supply("mill", "mud", 5)
    pond.recipe("ponding", {"mud": 1}, {"ash": 1}).project("pond", "ponding", 5, 1)
    assert set(matches(pond).candidates["donor"]) == {"pond@P"}  # unknown: it cannot dilute
    pool = {"recipe_id": "ponding", "resource_in": "mud", "resource_out": "ash"}
    pond.add("pools", **pool, property_id="moisture")  # what it takes decides: it may
    assert set(matches(pond).candidates["donor"]) == {"mill", "pond@P"}

    own = with_moisture(12, None, 10).supply("kiln", "ash", 5)
    own.add("qualities", owner_id="kiln", direction="supply", value=8, **about)
    assert "mill" in set(matches(own).candidates["donor"])


def hazardous() -> Park:
    """Hazardous ash that stands in for clay at the kiln, which needs no ash."""
    park = open_park(hazardous=1)
    park.rows["streams"].pop()
    return park.resource("clay").need("kiln", "clay", 80).substitute("ash", "clay")


def test_refused_without_a_licence():
    """Hazardous waste as a substitute needs a licence for it; who needs it by name has its own."""
    assert refused(hazardous()) == ("licence", "")
    assert len(matches(hazardous().change("enterprises", "kiln", licensed_wastes="ash")).candidates)
    assert len(matches(open_park(hazardous=1)).candidates) == 1


def test_a_licence_of_a_project_holds_at_its_places():
    park = hazardous().recipe("firing", {"clay": 1}, {"bricks": 1}).resource("bricks")
    park.rows["streams"].pop()
    park.project("kiln2", "firing", 50, 1, licensed_wastes="ash")
    assert only(matches(park).candidates).receiver == "kiln2@P"


def test_refused_in_another_province():
    """Hazardous waste stays in its province unless the study allows it."""
    park = open_park(hazardous=1).add("parks", park_id="Q", lat=36, lon=103, province="Qinghai")
    park.change("enterprises", "kiln", park_id="Q")
    assert refused(park) == ("province", "")
    assert len(matches(park, network={"hazardous_across_province": True}).candidates) == 1
    park.change("resources", "ash", hazardous=0)
    assert len(matches(park).candidates) == 1


def test_the_first_reason_is_told():
    """Out of reach, in another state, and without a licence: the state is named."""
    park = hazardous().change("enterprises", "kiln", lat=40)
    assert refused(park)[0] == "licence"


def test_too_little_for_a_lot():
    """80 t are below a smallest lot of 90: refused for it."""
    park = open_park().change("carriers", "truck", least_lot=90)
    assert refused(park) == ("small_lot", "")
    park.change("carriers", "truck", least_lot=80)
    assert len(matches(park).candidates) == 1


def test_only_the_nearest_misses_are_kept():
    """Of five kilns out of reach the two nearest are told, per donor and resource."""
    park = open_park(30)
    for number in range(4):
        park.enterprise(f"far{number}", lat=36 + (40 + number) * KM, lon=103)
        park.need(f"far{number}", "ash", 10)
    assert list(matches(park).refused["receiver"]) == ["kiln", "far0"]
