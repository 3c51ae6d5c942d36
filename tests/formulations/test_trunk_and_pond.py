"""Water networks that need no block of their own: a trunk that users share, a pond between slices.

A source has 200 m3 of reclaimed water a year; each user saves 0.3 万元 a m3, 300 for its 100 m3 in
ten years.
"""

import pytest

from audits import audited
from parks import Park, amount

HALVES = [{"id": "wet", "hours": 4380}, {"id": "dry", "hours": 4380}]


def trunk(
    users: tuple[str, ...] = ("u1", "u2"), sources: tuple[str, ...] = ("source",), cost: float = 300
) -> Park:
    """Own pipes for 310 each; or a trunk for `cost` to a junction, and a branch for 20 to each."""
    park = Park().resource("reclaimed", "branch", "raw", kind="water", unit="m3")
    park.enterprise(*sources, "junction", *users)
    park.recipe("header", {"reclaimed": 1}, {"branch": 1})
    park.unit("pipes", "junction", "header", 200, utilisation=0, most_utilisation=1)
    for number, source in enumerate(sources):
        park.supply(source, "reclaimed", 200 / len(sources))
        park.link(source, "junction", "reclaimed", fixed_cost=0 if number else cost)
    for user in users:
        park.need(user, "raw", 100).link("junction", user, "branch", fixed_cost=20)
        park.link(sources[0], user, "reclaimed", fixed_cost=310)
    park.market("reclaimed", "dispose", 0).market("raw", "buy", 0.3)
    return park.substitute("reclaimed", "raw").substitute("branch", "raw")


def test_a_trunk_is_paid_once_for_all_who_share_it():
    """600 - 300 - 2 x 20; were the trunk paid by each, nobody would have water."""
    found = audited(trunk())
    assert found.facts["npv_wanyuan"] == pytest.approx(260)
    assert amount(found, "exchanges", donor="junction") == pytest.approx(200)
    assert amount(found, "links", "capital_cost") == pytest.approx(340)


def test_a_trunk_for_one_is_too_dear():
    """300 are worth neither 310 nor 320."""
    assert audited(trunk(("u1",))).facts["npv_wanyuan"] == pytest.approx(0)


@pytest.mark.parametrize(("most", "sent"), [(5, 200), (4, 180)])
def test_a_header_mixes_what_it_is_given(most, sent):
    """100 m3 of 0 g/m3 and 100 of 10 are 5 in the branches: good for a limit of 5.

    For a limit of 4 the 200 m3 needed may bring 800 g: 80 m3 of the bad source, 20 of raw water.
    The trunk of the clean source costs 200, less than the 300 that its water is worth.
    """
    park = trunk(sources=("clean", "salty"), cost=200)
    park.add("properties", property_id="salt", unit="g/m3")
    mixes = {"resource_in": "reclaimed", "resource_out": "branch", "property_id": "salt"}
    park.add("pools", recipe_id="header", **mixes)
    park.quality("clean", "reclaimed", "supply", value=0)
    park.quality("salty", "reclaimed", "supply", value=10).quality("", "raw", "bought", value=0)
    park.quality("u1", "raw", "need", most=most).quality("u2", "raw", "need", most=most)
    assert amount(audited(park), "exchanges", donor="junction") == pytest.approx(sent)


def seasons(balance: str) -> Park:
    """100 m3 come in the wet half only, 100 m3 at 0.3 are needed in the dry one only."""
    park = Park(slices=HALVES).enterprise("source", "user")
    park.resource("reclaimed", "raw", kind="water", unit="m3", balance=balance)
    park.resource("pond_water", kind="water", unit="m3", balance="annual")
    for name, dry in (("rain", 0), ("drought", 2)):
        for part, factor in (("wet", 2 - dry), ("dry", dry)):
            park.add("profiles", profile_id=name, slice_id=part, factor=factor)
    park.supply("source", "reclaimed", 100, profile_id="rain")
    park.need("user", "raw", 100, profile_id="drought")
    park.market("reclaimed", "dispose", 0).market("raw", "buy", 0.3)
    park.market("pond_water", "dispose", 0)
    return park.substitute("reclaimed", "raw").link("source", "user", "reclaimed")


@pytest.mark.parametrize(("balance", "sent"), [("annual", 100), ("slice", 0)])
def test_a_year_is_a_pond_and_slices_are_not(balance, sent):
    """Balanced over the year, wet water serves the dry half; balanced by slice, none does."""
    assert amount(audited(seasons(balance)), "exchanges") == pytest.approx(sent)


def test_a_pond_is_a_project_that_turns_slices_into_the_year():
    """It fills in the wet half, empties in the dry one, and is built for 50 as it earns 300."""
    park = seasons("slice").recipe("storing", {"reclaimed": 1}, {"pond_water": 1})
    park.project("pond", "storing", 200, 50).substitute("pond_water", "raw")
    park.link("source", "pond@P", "reclaimed").link("pond@P", "user", "pond_water")
    found = audited(park)
    assert found.facts["npv_wanyuan"] == pytest.approx(250)
    rows = found.tables["exchanges_by_slice"].set_index("resource")
    assert rows["slice"].to_dict() == {"reclaimed": "wet", "pond_water": "dry"}
    assert rows["plan"].to_dict() == pytest.approx({"reclaimed": 100, "pond_water": 100})
