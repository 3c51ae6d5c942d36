"""Tables of quality: what is read, in which unit, and whose row holds for an actor."""

import pytest

from parks import Park
from symbiosis.domain.errors import DatasetError
from symbiosis.network.quality import Limits, Qualities


def water_park(**settings) -> Park:
    """A plant washes with cooling water it buys; a works gives used water; a project treats it."""
    park = Park(**settings)
    park.resource("cooling", "used", "treated", kind="water", unit="m3", balance="slice")
    park.add("properties", property_id="salt", unit="mg/L")
    park.add("properties", property_id="ph")
    park.enterprise("plant", "works")
    park.recipe("washing", {"cooling": 1}, {"used": 0.9})
    park.recipe("treating", {"used": 1}, {"treated": 1})
    park.unit("wash", "plant", "washing", 1000)
    park.need("works", "cooling", 100)
    park.market("cooling", "buy", 1).market("used", "dispose", 1).market("treated", "dispose", 1)
    return park.project("station", "treating", 1, 1)


def quality(park: Park, owner: str, resource: str, direction: str, slice_id: str = "", **cells):
    return park.add(
        "qualities",
        owner_id=owner,
        resource_id=resource,
        direction=direction,
        property_id="salt",
        slice_id=slice_id,
        **cells,
    )


def faults(park: Park) -> list[str]:
    with pytest.raises(DatasetError) as error:
        park.dataset()
    return str(error.value).splitlines()[1:]


SEASONS = [{"id": "summer", "hours": 4380}, {"id": "winter", "hours": 4380}]


def test_the_nearest_owner_holds():
    """Own row before recipe, before park, before everyone."""
    park = water_park()
    quality(park, "", "cooling", "need", most=4)
    assert Qualities(park.dataset()).limits("plant", "cooling", "salt") == Limits(None, 4)
    quality(park, "P", "cooling", "need", most=3)
    assert Qualities(park.dataset()).limits("works", "cooling", "salt") == Limits(None, 3)
    quality(park, "washing", "cooling", "need", most=2, least=1)
    found = Qualities(park.dataset())
    assert found.limits("plant", "cooling", "salt") == Limits(1, 2)
    assert found.limits("works", "cooling", "salt") == Limits(None, 3)  # it does not wash
    quality(park, "plant", "cooling", "need", most=9)
    found = Qualities(park.dataset())
    assert found.limits("plant", "cooling", "salt") == Limits(None, 9)
    assert not found.limits("plant", "used", "salt")
    assert found.limited("plant", "cooling") == ["salt"] and found.limited("plant", "used") == []


def test_values_of_supply_and_of_what_is_bought():
    """A project's value holds at each of its places; what is not written is unknown."""
    park = water_park()
    quality(park, "station", "treated", "supply", value=7)
    quality(park, "washing", "used", "supply", value=70)
    quality(park, "P", "cooling", "bought", value=5)
    found, place = Qualities(park.dataset()), park.rows["project_places"][0]["place_id"]
    assert found.value(place, "treated", "salt") == 7
    assert found.value("plant", "used", "salt") == 70
    assert found.bought("works", "cooling", "salt") == 5
    assert found.value("plant", "used", "ph") is None
    assert found.bought("plant", "used", "salt") is None


def test_the_row_of_a_slice_stands_before_that_of_the_year():
    park = water_park(slices=SEASONS)
    quality(park, "plant", "cooling", "need", most=9)
    quality(park, "plant", "cooling", "need", "summer", most=5)
    quality(park, "", "cooling", "need", "winter", most=1)  # everyone's is farther than its own
    found = Qualities(park.dataset())
    assert found.limits("plant", "cooling", "salt", "summer").most == 5
    assert found.limits("plant", "cooling", "salt", "winter").most == 9
    assert found.limits("works", "cooling", "salt", "winter").most == 1
    assert not found.limits("works", "cooling", "salt", "summer")
    assert found.limited("works", "cooling") == ["salt"]


def test_a_row_stands_before_the_standard_of_its_owner():
    """And a standard of the actor before a row of everyone; of two standards the stricter."""
    park = water_park()
    for standard, most in (("A", 60), ("B", 50)):
        park.add("standards", standard_id=standard)
        park.add("standard_limits", standard_id=standard, property_id="salt", most=most)
        park.add("standard_limits", standard_id=standard, property_id="ph", most=9)
        park.add("standard_uses", owner_id="plant", resource_id="cooling", standard_id=standard)
    quality(park, "", "cooling", "need", most=10)
    found = Qualities(park.dataset())
    assert found.limits("plant", "cooling", "salt").most == 50
    assert found.limits("works", "cooling", "salt").most == 10
    quality(park, "plant", "cooling", "need", most=80)
    found = Qualities(park.dataset())
    assert found.limits("plant", "cooling", "salt").most == 80
    assert found.limits("plant", "cooling", "ph").most == 9
    assert found.limited("plant", "cooling") == ["ph", "salt"]


def test_loads_are_converted_by_the_unit_of_their_property():
    """2 kg/h of salt in mg/L and m3: 17,520 kg a year are 17,520,000 g, for 1 mg/L is 1 g/m3."""
    park = quality(water_park(), "plant", "used", "supply", value=20_000)
    load = {"unit_id": "wash", "resource_in": "cooling", "resource_out": "used"}
    park.add("loads", **load, property_id="salt", amount=2, unit="kg/h")
    park.add("load_limits", owner_id="P", resource_id="cooling", property_id="salt", most="3 t/a")
    dataset = park.dataset()
    assert dataset.loads[0].amount == pytest.approx(2 * 8760 * 1000)
    assert dataset.load_limits[0].most == pytest.approx(3e6)


def test_a_load_of_a_property_without_unit_has_none():
    park = water_park()
    load = {"unit_id": "wash", "resource_in": "cooling", "resource_out": "used"}
    park.add("loads", **load, property_id="ph", amount=2, unit="kg/h")
    assert faults(park) == [
        "  loads.csv, row 2, column unit: 'kg/h': cannot be converted: the property counts in ''; "
        "write the property's unit as mg/L, kg/t or %, or leave the unit empty here"
    ]


def test_a_general_row_stands_once():
    """Rows of everyone have an empty first key, and may still not stand twice."""
    park = water_park()
    quality(park, "", "cooling", "need", most=4)
    quality(park, "", "cooling", "need", most=5)
    assert faults(park) == [
        "  qualities.csv, row 3, column owner_id: 'cooling need salt': stands already in row 2; "
        "keep one of the two rows"
    ]


def test_names_of_standards_are_checked():
    park = water_park()
    park.add("standards", standard_id="cooling_2005")
    park.add("standard_uses", resource_id="cooling", standard_id="cooling_2006")
    assert faults(park) == [
        "  standard_uses.csv, row 2, column standard_id: 'cooling_2006': is not in standards.csv; "
        "closest is 'cooling_2005'"
    ]


# ------------------------------------------------------------------------------------- refusals


def load(park: Park, **cells) -> Park:
    about = {"unit_id": "wash", "resource_in": "cooling", "resource_out": "used"}
    return park.add("loads", **{**about, "property_id": "salt", "amount": 10, **cells})


def washed(park: Park) -> Park:
    """A park whose used water has a value, so that a load on it is a whole."""
    return quality(park, "plant", "used", "supply", value=50)


REFUSED = {
    "owner in two tables": (
        lambda p: quality(p.recipe("plant", {"used": 1}, {}), "plant", "cooling", "need", most=1),
        "qualities.csv, row 2, column owner_id: 'plant': stands in enterprises.csv / recipes.csv: "
        "it is not clear who is meant; choose different ids there",
    ),
    "no such slice": (
        lambda p: quality(p, "plant", "cooling", "need", "spring", most=1),
        "qualities.csv, row 2, column slice_id: 'spring': is not a slice of study.toml; summer, "
        "winter",
    ),
    "a slice of the year": (
        lambda p: quality(
            p.resource("ash").need("plant", "ash", 1).market("ash", "buy", 1),
            *("plant", "ash", "need", "summer"),
            most=1,
        ),
        "qualities.csv, row 2, column slice_id: 'summer': 'ash' is balanced over the year: it has "
        "no slices; leave the cell empty, or write balance = slice at the resource",
    ),
    "what a recipe does not give": (
        lambda p: quality(p, "washing", "treated", "supply", value=1),
        "qualities.csv, row 2, column resource_id: 'treated': is not given by 'washing'; closest "
        "is 'used'",
    ),
    "what nobody of the park buys": (
        lambda p: quality(p, "P", "treated", "bought", value=1),
        "qualities.csv, row 2, column resource_id: 'treated': is not taken by 'P'; closest is "
        "'used'",
    ),
    "what nobody buys": (
        lambda p: quality(p, "", "treated", "bought", value=1),
        "qualities.csv, row 2, column resource_id: 'treated': is taken by nobody; closest is "
        "'used'",
    ),
    "what nobody gives": (
        lambda p: quality(p, "", "cooling", "supply", value=1),
        "qualities.csv, row 2, column resource_id: 'cooling': is given by nobody; known here: "
        "treated, used",
    ),
    "bought without a value": (
        lambda p: quality(p, "P", "cooling", "bought", most=1),
        "qualities.csv, row 2, column value: is empty; a supply has its value here; least and most "
        "belong to a need",
    ),
    "two recipes, two values": (
        lambda p: quality(
            quality(
                p.recipe("rinsing", {"cooling": 1}, {"used": 1}).unit("r", "plant", "rinsing", 9),
                *("washing", "used", "supply"),
                value=1,
            ),
            *("rinsing", "used", "supply"),
            value=2,
        ),
        "qualities.csv, row 3, column value: '2': 'plant' runs 'washing' too, which gives it with "
        "1; write a row of 'plant' with the value of the mixture",
    ),
    "a standard without limits": (
        lambda p: p.add("standards", standard_id="A").add(
            "standard_uses", owner_id="plant", resource_id="cooling", standard_id="A"
        ),
        "standard_uses.csv, row 2, column standard_id: 'A': has no limits; write them in "
        "standard_limits.csv",
    ),
    "a standard for what is not taken": (
        lambda p: (
            p.add("standards", standard_id="A")
            .add("standard_limits", standard_id="A", property_id="salt", most=1)
            .add("standard_uses", owner_id="plant", resource_id="used", standard_id="A")
        ),
        "standard_uses.csv, row 2, column resource_id: 'used': is not taken by 'plant'; known "
        "here: cooling",
    ),
    "a load on what the unit does not take": (
        lambda p: load(p, resource_in="treated"),
        "loads.csv, row 2, column resource_in: 'treated': is not taken by 'washing'; known here: "
        "cooling",
    ),
    "a load on what comes out as it went in": (
        lambda p: load(p, resource_out="cooling"),
        "loads.csv, row 2, column resource_out: 'cooling': used water is another resource than "
        "what was taken",
    ),
    "a load beside another need": (
        lambda p: load(washed(p)).need("plant", "cooling", 5),
        "loads.csv, row 2, column resource_in: 'cooling': 'plant-need-cooling' of 'plant' needs it "
        "too: what each takes is not known; give the unit a resource of its own, and a row in "
        "substitutes.csv",
    ),
    "a load without an outlet": (
        load,
        "loads.csv, row 2, column property_id: 'salt': 'plant' gives 'used' without a value of it; "
        "write the largest value of the outlet, direction supply, in qualities.csv",
    ),
    "a load that cannot leave": (
        lambda p: load(washed(p), amount=50_000),  # 50 mg/L in 900 m3 are 45,000 g
        "loads.csv, row 2, column amount: '0.05 t/year': at full use 'used' carries no more than "
        "0.045 t/year; lower the load, or raise the outlet's value or the use of the unit",
    ),
    "a load between balances": (
        lambda p: load(washed(p).change("resources", "used", balance="annual")),
        "loads.csv, row 2, column resource_out: 'used': has balance = annual, 'cooling' has slice; "
        "write the same for both in resources.csv",
    ),
    "a negative load": (
        lambda p: load(washed(p), amount=-1),
        "loads.csv, row 2, column amount: '-1': must be >= 0; check the sign, the number and its "
        "unit",
    ),
    "a load limit on what is not taken": (
        lambda p: p.add(
            "load_limits", owner_id="plant", resource_id="used", property_id="salt", most=1
        ),
        "load_limits.csv, row 2, column resource_id: 'used': is not taken by 'plant'; known here: "
        "cooling",
    ),
    "a pool of another recipe": (
        lambda p: p.add(
            "pools",
            recipe_id="treating",
            resource_in="cooling",
            resource_out="treated",
            property_id="salt",
        ),
        "pools.csv, row 2, column resource_in: 'cooling': is not taken by 'treating'; known here: "
        "used",
    ),
    "a profile that is not there": (
        lambda p: p.change("streams", "works-need-cooling", profile_id="hot"),
        "streams.csv, row 2, column profile_id: 'hot': is not in profiles.csv; add it there, or "
        "mend the name",
    ),
    "a profile of nothing": (
        lambda p: (
            p.change("streams", "works-need-cooling", profile_id="none")
            .add("profiles", profile_id="none", slice_id="summer", factor=0)
            .add("profiles", profile_id="none", slice_id="winter", factor=0)
        ),
        "streams.csv, row 2, column profile_id: 'none': is 0 in every slice: the year's amount "
        "cannot be spread; write a factor above 0 in profiles.csv",
    ),
}


@pytest.mark.parametrize(("change", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_a_contradiction_is_refused_by_row_and_column(change, line):
    park = water_park(slices=SEASONS)
    change(park)
    assert [found.strip() for found in faults(park)] == [line.strip()]
