"""Links by hand: what a pipe costs, what it carries, who shares it.

Numbers stand in `parks.source_and_sink`: 100 t of ash exchanged are worth 300 万元 in ten years.
"""

import pytest

from parks import Park, amount, hand_park, plan, source_and_sink
from symbiosis.domain.errors import DatasetError
from symbiosis.planning.audit import audit_plan

LINK = "mill-kiln-ash"


def joined(**link) -> Park:
    return source_and_sink().link("mill", "kiln", "ash", **link)


def test_without_a_way_nothing_flows():
    """Matching is declared and nothing is: today goes on."""
    found = plan(source_and_sink())
    assert found.tables["exchanges"].empty
    assert found.facts["npv_wanyuan"] == pytest.approx(0)


@pytest.mark.parametrize(("cost", "worth"), [(200, 100), (400, 0)])
def test_a_link_pays_or_is_not_built(cost, worth):
    """A pipe for 200 万元 earns 300; one for 400 is left."""
    found = plan(joined(fixed_cost=cost))
    assert found.facts["npv_wanyuan"] == pytest.approx(worth)
    assert amount(found, "links", "capital_cost") == pytest.approx(cost if worth else 0)
    assert amount(found, "exchanges") == pytest.approx(100 if worth else 0)


@pytest.mark.parametrize(("cost", "capacity"), [(0.5, 100), (3.5, 0)])
def test_capacity_is_bought_as_needed(cost, capacity):
    """0.5 万元 per t/year: 100 t of capacity for 50 万元, no more; at 3.5 none for 3 gained."""
    found = plan(joined(capacity_cost=cost))
    assert amount(found, "links", "capacity") == pytest.approx(capacity)
    assert found.facts["npv_wanyuan"] == pytest.approx(3 * capacity - cost * capacity)


def test_existing_capacity_is_free():
    """40 t a year exist: 60 t more are bought at 0.5, and none where a t costs 10."""
    cheap = plan(joined(capacity_cost=0.5, existing_capacity=40))
    assert cheap.facts["npv_wanyuan"] == pytest.approx(300 - 30)
    dear = plan(joined(capacity_cost=10, existing_capacity=40))
    assert dear.facts["npv_wanyuan"] == pytest.approx(120)
    assert amount(dear, "links", "capital_cost") == pytest.approx(0)


def test_existing_capacity_needs_no_fixed_cost():
    """What a pipe in place carries costs nothing: 40 t for 120; all 100 t for 300 - 150."""
    found = plan(joined(fixed_cost=150, existing_capacity=40))
    assert found.facts["npv_wanyuan"] == pytest.approx(150)
    found = plan(joined(fixed_cost=200, existing_capacity=40))
    assert found.facts["npv_wanyuan"] == pytest.approx(120)


@pytest.mark.parametrize("cost", [{}, {"fixed_cost": 10}, {"capacity_cost": 0.1}])
def test_physical_limit(cost):
    """A way for at most 30 t carries 30, whether it costs or not."""
    found = plan(joined(most_capacity=30, **cost))
    assert amount(found, "exchanges") == pytest.approx(30)
    assert found.facts["npv_wanyuan"] == pytest.approx(
        90 - cost.get("fixed_cost", 0) - 30 * cost.get("capacity_cost", 0)
    )


def with_clay(**link) -> Park:
    """200 t of ash; the kiln also needs 100 t of clay, for which ash may stand in 1:1."""
    park = joined(**link).resource("clay").need("kiln", "clay", 100).market("clay", "buy", 0.2)
    park.change("streams", "mill-supply-ash", amount=200)
    return park.substitute("ash", "clay")


def test_two_exchanges_share_a_fixed_cost():
    """Ash as ash and ash for clay run on one pipe, paid once: 600 - 200."""
    found = plan(with_clay(fixed_cost=200))
    assert found.facts["npv_wanyuan"] == pytest.approx(400)
    assert amount(found, "links", "capital_cost") == pytest.approx(200)


@pytest.mark.parametrize("cost", [{}, {"fixed_cost": 10}, {"capacity_cost": 0.1}])
def test_two_exchanges_share_a_physical_limit(cost):
    """A way for 50 t carries 50 for both needs together, not 50 for each."""
    found = plan(with_clay(most_capacity=50, **cost))
    assert amount(found, "exchanges") == pytest.approx(50)


def test_loss_on_the_way():
    """Half is lost: 100 t sent save 10 of dumping, 50 arrive and save 10 of buying."""
    found = plan(joined(loss_share=0.5))
    assert found.facts["npv_wanyuan"] == pytest.approx(200)
    assert amount(found, "exchanges") == pytest.approx(100)
    assert amount(found, "trades", action="buy") == pytest.approx(50)


def test_loss_of_everything():
    """A way on which all is lost is no way: it must not serve as a free dump."""
    found = plan(joined(loss_share=1))
    assert found.facts["npv_wanyuan"] == pytest.approx(0)
    assert found.tables["exchanges"].empty


def piped(distance: float) -> Park:
    """Ash by pipe: 10 万元/km, 0.01 per km and t/year, 1 % lost per km, 0.002 per t and km."""
    park = source_and_sink()
    park.add(
        "carriers",
        carrier_id="pipe",
        unit="t",
        reach=20,
        fixed_cost=10,
        capacity_cost=0.01,
        loss_per_km=0.01,
        freight=0.002,
        handling=0.003,
    )
    park.change("resources", "ash", carrier_id="pipe")
    ends = {"from_id": "mill", "to_id": "kiln", "resource_id": "ash"}
    return park.add("links", link_id=LINK, distance=distance, **ends)


def test_a_carrier_counts_by_distance():
    """5 km: 50 for the pipe, 5 for its capacity, 0.013 per t of freight, 0.99^5 arrives."""
    found = plan(piped(5))
    expected = 10 * (10 + 20 * 0.99**5 - 100 * 0.013) - 50 - 5
    assert found.facts["npv_wanyuan"] == pytest.approx(expected)


def test_one_pipe_between_two_sites():
    """Two plants within the kiln share the pipe from the mill: it is paid once.

    Sites 1 km apart: 10 万元 for the pipe. Each plant takes 50 t of ash, and would pay it alone.
    """
    park = Park(network={"matching": "open", "detour_factor": 1})
    park.resource("ash", "bricks", carrier_id="pipe").market("ash", "dispose", 0.1)
    park.add("carriers", carrier_id="pipe", unit="t", reach=20, fixed_cost=10)
    park.enterprise("mill", lat=36, lon=103).enterprise("kiln", lat=36.008993, lon=103)
    park.supply("mill", "ash", 100).market("bricks", "sell", 0.1)
    park.recipe("pressing", {"ash": 1}, {"bricks": 1})
    for name in ("one", "two"):
        park.project(name, "pressing", 50, 0, {f"{name}@kiln": {"host_id": "kiln"}})
    found = plan(park)
    assert sorted(found.built()) == ["one@kiln", "two@kiln"]
    assert list(found.tables["links"]["link_id"]) == ["mill>kiln:ash"]
    assert found.facts["npv_wanyuan"] == pytest.approx(200 - 10, abs=1e-3)


def hosted_plants(**link) -> Park:
    """A declared way from mill to kiln; two plants within the kiln take 50 t of ash each."""
    park = Park().enterprise("mill", "kiln")
    park.resource("ash", "bricks").market("ash", "dispose", 0.1).market("bricks", "sell", 0.1)
    park.supply("mill", "ash", 100).recipe("pressing", {"ash": 1}, {"bricks": 1})
    for name in ("one", "two"):
        park.project(name, "pressing", 50, 0, {f"{name}@kiln": {"host_id": "kiln"}})
    return park.link("mill", "kiln", "ash", **link)


def test_a_declared_link_serves_all_that_stand_at_its_ends():
    """The kiln takes no ash itself; both plants within it share the pipe, which is paid once.

    100 t no longer dumped, 100 t of bricks: 20 a year, 200 in ten years, less 30 for the pipe and
    0.5 per t of capacity.
    """
    found = plan(hosted_plants(fixed_cost=30, capacity_cost=0.5))
    assert list(found.tables["links"]["link_id"]) == [LINK]
    assert amount(found, "links", "capacity") == pytest.approx(100)
    assert found.facts["npv_wanyuan"] == pytest.approx(200 - 30 - 50)


def test_all_that_stand_at_a_link_share_its_limit():
    """A way for 60 t, whether it costs or not: 60 t for both together, not for each."""
    for cost in ({}, {"fixed_cost": 30}):
        dataset = hosted_plants(most_capacity=60, **cost).dataset()
        found = plan(dataset)
        assert amount(found, "exchanges") == pytest.approx(60)
        assert audit_plan(dataset, found).passed


def test_a_link_that_names_the_plant_goes_first():
    """Plant one has a free pipe of its own; the shared one, at 120, does not pay for the other."""
    park = hosted_plants(fixed_cost=120).link("mill", "one@kiln", "ash")
    found = plan(park)
    assert list(found.tables["exchanges"]["receiver"]) == ["one@kiln"]
    assert found.facts["npv_wanyuan"] == pytest.approx(100)


def test_a_link_whose_ends_nobody_uses_is_refused():
    park = hosted_plants()
    park.rows["project_places"].clear()
    park.rows["projects"].clear()
    park.rows["project_units"].clear()
    with pytest.raises(DatasetError, match="does not take 'ash'"):
        park.dataset()


SLICES = [{"id": "cold", "hours": 2190}, {"id": "warm", "hours": 6570}]


def steamy(**link) -> Park:
    """100 MWh of waste heat, even over the year, for 100 MWh of need at 0.2; a quarter is cold."""
    park = Park(slices=SLICES).enterprise("mill", "kiln")
    park.resource("heat", kind="energy", unit="MWh", balance="slice")
    park.supply("mill", "heat", 100).need("kiln", "heat", 100)
    park.market("heat", "dispose", 0).market("heat", "buy", 0.2)
    return park.link("mill", "kiln", "heat", **link)


def test_capacity_holds_in_every_slice():
    """40 MWh a year of capacity carry 10 in the cold and 30 in the warm part."""
    found = plan(steamy(most_capacity=40, capacity_cost=0.1))
    assert amount(found, "exchanges") == pytest.approx(40)
    assert found.facts["npv_wanyuan"] == pytest.approx(80 - 4)


def test_slice_and_yearly_flows_share_a_link():
    """A pipe for 50 units of gas that serve a stored need and a need of the slice: 50 together.

    The flows to the stored need are counted over the year, the others slice by slice. Were each
    kind held against the pipe alone, 100 would pass.
    """
    park = Park(slices=SLICES).enterprise("mill", "kiln")
    park.resource("gas", kind="energy", unit="MWh")
    park.resource("heat", kind="energy", unit="MWh", balance="slice")
    park.supply("mill", "gas", 200).need("kiln", "gas", 100).need("kiln", "heat", 100)
    park.market("gas", "dispose", 0).market("gas", "buy", 0.2).market("heat", "buy", 0.2)
    park.substitute("gas", "heat").link("mill", "kiln", "gas", most_capacity=50, capacity_cost=0.1)
    found = plan(park)
    assert amount(found, "exchanges") == pytest.approx(50)
    assert found.facts["npv_wanyuan"] == pytest.approx(100 - 5)


def test_a_link_is_built_once_in_two_phases():
    """20 years in two phases: the pipe for 200 is paid once and carries in both: 600 - 200."""
    phases = [{"id": "first", "years": 10}, {"id": "second", "years": 10}]
    found = plan(joined(fixed_cost=200), periods=phases)
    assert found.facts["npv_wanyuan"] == pytest.approx(400)
    assert amount(found, "links", "capital_cost") == pytest.approx(200)


def test_a_link_to_a_plant_that_is_not_built():
    """No pipe is laid to a plant that is not built, though its dross could flow there."""
    park = hand_park().change("links", "smelter-recovery@P-dross", fixed_cost=500)
    found = plan(park)
    assert found.tables["links"].empty
    assert found.tables["exchanges"].empty
