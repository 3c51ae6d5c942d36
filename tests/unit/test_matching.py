"""Matching by hand: each possible exchange with its numbers."""

import random
import sys
import time
from math import inf

import numpy as np
import pytest

from open_park import matches, only, open_park
from parks import Park
from random_parks import random_park
from symbiosis.network import matching
from symbiosis.network.actors import great_circle_km, read_actors
from symbiosis.network.matching import find_matches

# Candidates


def test_a_candidate_by_hand():
    """10 km: 0.002 + 10 x 0.001 万元/t, at most the 80 t the kiln needs, nothing to build."""
    row = only(matches(open_park()).candidates)
    assert (row.donor, row.receiver, row.resource, row.serves) == ("mill", "kiln", "ash", "ash")
    assert row.distance_km == pytest.approx(10, rel=1e-5)
    assert row.freight == pytest.approx(0.012, rel=1e-5)
    assert (row.most, row.ratio, row.max_share, row.efficiency) == pytest.approx((80, 1, 1, 1))
    assert (row.fixed_cost, row.capacity_cost, row.link, row.today) == (0, 0, "", 0)
    assert (row.carrier, row.most_capacity) == ("truck", inf)


def test_the_detour_lengthens_the_way():
    """1.3 km of road per km of air: 13 km, and 20 km of air are out of a reach of 20."""
    row = only(matches(open_park(), network={"detour_factor": 1.3}).candidates)
    assert row.distance_km == pytest.approx(13, rel=1e-5)
    assert matches(open_park(16), network={"detour_factor": 1.3}).candidates.empty


def test_least_distance():
    """Where coordinates are rough every way between two sites counts at least 15 km."""
    row = only(matches(open_park(), network={"least_distance_km": 15}).candidates)
    assert row.distance_km == pytest.approx(15)
    assert row.freight == pytest.approx(0.017)


def test_distances_are_symmetric():
    """The way there is as long as the way back, for points all over the region."""
    rng = np.random.default_rng(0)
    lat, lon = rng.uniform(30, 40, 200), rng.uniform(95, 110, 200)
    there = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    np.testing.assert_allclose(there, there.T, atol=1e-9)
    assert np.all(np.diag(there) == 0)
    # no way is shorter by another point
    assert np.all(there[0][:, None] + there[:, 1][:, None] >= there[0, 1] - 1e-9)


def test_distance_of_two_cities():
    """Lanzhou (36.06 N, 103.83 E) to Xining (36.62 N, 101.78 E): 194 km as the crow flies."""
    far = great_circle_km(*map(np.array, (36.06, 103.83, 36.62, 101.78)))
    assert float(far) == pytest.approx(194, abs=1)


def test_both_directions():
    """Two actors that both give and need are candidates both ways, at one distance and freight."""
    park = open_park().supply("kiln", "ash", 30).need("mill", "ash", 20)
    rows = matches(park).candidates
    assert list(zip(rows["donor"], rows["receiver"], rows["most"], strict=True)) == [
        ("kiln", "mill", 20),
        ("mill", "kiln", 80),
    ]
    assert rows["distance_km"].nunique() == 1


def test_a_substitute_by_hand():
    """Ash for clay at 0.8 t of clay per t, up to 30 % of 200 t: at most 75 t of ash."""
    park = (
        open_park().resource("clay").need("kiln", "clay", 200).substitute("ash", "clay", 0.8, 0.3)
    )
    rows = matches(park).candidates.set_index("serves")
    assert rows.loc["clay", "most"] == pytest.approx(75)
    assert (rows.loc["clay", "ratio"], rows.loc["clay", "max_share"]) == pytest.approx((0.8, 0.3))


def test_a_substitute_of_no_share_is_none():
    park = open_park().resource("clay").need("kiln", "clay", 200).substitute("ash", "clay", 1, 0)
    assert set(matches(park).candidates["serves"]) == {"ash"}


def test_a_pipe_by_hand():
    """10 km of pipe: 50 to lay, 0.1 per t/year, 0.99^10 arrives; more is sent than is needed."""
    park = open_park(carrier_id="pipe")
    park.add(
        "carriers",
        carrier_id="pipe",
        unit="t",
        reach=20,
        fixed_cost=5,
        capacity_cost=0.01,
        loss_per_km=0.01,
    )
    row = only(matches(park).candidates)
    assert (row.fixed_cost, row.capacity_cost) == pytest.approx((50, 0.1), rel=1e-5)
    assert row.efficiency == pytest.approx(0.99**10, rel=1e-6)
    assert row.most == pytest.approx(80 / 0.99**10, rel=1e-6)
    assert row.link == "mill>kiln:ash"


def test_a_carrier_that_counts_in_t():
    """Liquor in m3 at 1.2 t/m3, by truck per t: freight and smallest lot are those of its mass."""
    park = open_park(unit="m3", mass=1.2, kind="material")
    park.change("carriers", "truck", least_lot=60)
    row = only(matches(park).candidates)
    assert row.freight == pytest.approx(1.2 * 0.012, rel=1e-5)
    assert row.least_lot == pytest.approx(50)


def test_a_carrier_in_another_unit():
    """Heat in MWh by a main per GJ: 3.6 GJ are carried for each MWh."""
    park = open_park(unit="MWh", kind="energy", carrier_id="main")
    park.add("carriers", carrier_id="main", unit="GJ", reach=20, freight=0.001)
    assert only(matches(park).candidates).freight == pytest.approx(0.036, rel=1e-5)


def test_within_a_site_nothing_is_paid():
    """A project within the mill, 0 km: no carrier is needed, no freight, no link, no reach."""
    park = open_park(carrier_id="").recipe("pressing", {"ash": 1}, {"bricks": 1}).resource("bricks")
    park.project("press", "pressing", 50, 1, {"press@mill": {"host_id": "mill"}})
    row = only(matches(park).candidates)
    assert (row.donor, row.receiver, row.distance_km) == ("mill", "press@mill", 0)
    assert (row.freight, row.fixed_cost, row.link, row.efficiency) == (0, 0, "", 1)
    assert row.most == pytest.approx(50)


def test_what_an_actor_gives_in_all():
    """Unit and stream of one resource add up: 100 t of the stream, 60 of the unit at its most."""
    park = open_park().change("streams", "kiln-need-ash", amount=500)
    park.recipe("milling", {}, {"ash": 2})
    park.unit("u", "mill", "milling", 40, utilisation=0.5, most_utilisation=0.75)
    assert only(matches(park).candidates).most == pytest.approx(160)


def test_no_pair_with_itself():
    """Its own ash is used by the balance, not exchanged; a substitute of its own is."""
    park = open_park().need("mill", "ash", 10).supply("kiln", "ash", 0)
    rows = matches(park).candidates
    assert not (rows["donor"] == rows["receiver"]).any()
    park.resource("clay").need("mill", "clay", 10).substitute("ash", "clay")
    rows = matches(park).candidates
    assert list(rows.loc[rows["donor"] == rows["receiver"], "serves"]) == ["clay"]


def test_places_of_one_project_do_not_deal():
    """A project stands at one of its places; other projects' places may exchange."""
    park = Park(network={"matching": "open"}).resource("dross", "slag", carrier_id="truck")
    park.add("carriers", carrier_id="truck", unit="t", reach=20)
    park.recipe("one", {"dross": 1}, {"slag": 1}).recipe("two", {"slag": 1}, {"dross": 1})
    park.enterprise("mill")
    park.project("a", "one", 10, 1, ("a@1", "a@2"))
    park.add("project_units", project_id="a", recipe_id="two", activity_per_size=1)
    assert matches(park).candidates.empty
    park.project("b", "two", 10, 1, ("b@1",))
    pairs = set(map(tuple, matches(park).candidates[["donor", "receiver"]].to_numpy()))
    assert pairs == {("a@1", "b@1"), ("b@1", "a@1"), ("a@2", "b@1"), ("b@1", "a@2")}


# Declared ways and today's exchanges


def test_declared_only():
    """`declared` knows the rows of links.csv and nothing else, and no near-misses."""
    found = matches(open_park(), network={"matching": "declared"})
    assert found.candidates.empty
    assert found.refused.empty
    park = open_park(30).add(
        "links", link_id="road", from_id="mill", to_id="kiln", resource_id="ash"
    )
    row = only(matches(park, network={"matching": "declared"}).candidates)
    assert row.freight == pytest.approx(0.032, rel=1e-5)  # the carrier's, whatever its reach


def test_a_declared_link_stands_before_the_carrier():
    """Its distance, freight, cost, loss and capacity replace what would be computed."""
    park = open_park().add(
        "links",
        link_id="belt",
        from_id="mill",
        to_id="kiln",
        resource_id="ash",
        distance=2,
        freight=0.05,
        fixed_cost=7,
        capacity_cost=0.3,
        loss_share=0.1,
        existing_capacity=5,
        most_capacity=40,
    )
    row = only(matches(park).candidates)
    assert (row.distance_km, row.freight, row.fixed_cost) == (2, 0.05, 7)
    assert (row.capacity_cost, row.efficiency, row.existing_capacity) == (0.3, 0.9, 5)
    assert (row.most_capacity, row.most, row.link) == (40, 40, "belt")


def test_a_declared_link_takes_what_it_leaves_open_from_the_carrier():
    """A distance alone: freight by the carrier over 2 km instead of 10."""
    park = open_park().add(
        "links", link_id="road", from_id="mill", to_id="kiln", resource_id="ash", distance=2
    )
    assert only(matches(park).candidates).freight == pytest.approx(0.004)


@pytest.mark.parametrize("mode", ["open", "declared"])
@pytest.mark.parametrize("distance", [10, 30])
def test_an_exchange_of_today_is_always_possible(mode, distance):
    """What is exchanged today needs no reach and no declared way; its amount stands beside."""
    park = open_park(distance)
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=40)
    row = only(matches(park, network={"matching": mode}).candidates)
    assert (row.today, row.most) == (40, 80)
    assert row.distance_km == pytest.approx(distance, rel=1e-5)
    assert row.freight == pytest.approx(0.002 + 0.001 * distance, rel=1e-5)


def test_the_pipe_of_today_exists():
    """40 t run today through a pipe: capacity for them exists, more would have to be built."""
    park = open_park(carrier_id="pipe")
    park.add("carriers", carrier_id="pipe", unit="t", reach=20, fixed_cost=5, capacity_cost=0.01)
    park.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=40)
    assert only(matches(park).candidates).existing_capacity == 40


# As a whole


def test_nothing_to_match():
    """A park whose resources nobody needs: empty tables with all their columns."""
    park = open_park()
    park.rows["streams"].pop()
    found = matches(park)
    assert list(found.candidates.columns) == matching.CANDIDATE_COLUMNS
    assert list(found.refused.columns) == matching.REFUSED_COLUMNS
    assert found.candidates.empty
    assert found.refused.empty


@pytest.mark.parametrize("seed", range(4))
def test_blocks_change_nothing(seed, monkeypatch):
    """Pairs tested a few at a time are the pairs tested at once."""
    park = random_park(seed)
    whole = matches(park)
    monkeypatch.setattr(matching, "PAIRS_AT_ONCE", 3)
    parted = matches(park)
    assert whole.candidates.equals(parted.candidates)
    assert whole.refused.equals(parted.refused)


def test_a_region_in_time():
    """5,000 enterprises, 20,000 streams, 200 resources: under 10 s and 1 GB more memory.

    About a quarter of a million pairs are in reach; tested one by one they would take minutes.
    """
    process = pytest.importorskip("resource")  # not on Windows
    rng = random.Random(0)
    park = Park(network={"matching": "open"})
    park.add("carriers", carrier_id="truck", unit="t", reach=40, freight=0.001)
    for number in range(200):
        park.resource(f"r{number}", carrier_id="truck")
    for number in range(5000):
        lat, lon = 36 + rng.uniform(-0.3, 0.3), 103 + rng.uniform(-0.3, 0.3)
        park.enterprise(f"e{number}", lat=lat, lon=lon)
        for name in rng.sample(range(200), 4):
            direction = rng.choice((park.supply, park.need))
            direction(f"e{number}", f"r{name}", rng.uniform(1, 1000))
    data = park.dataset()
    before = process.getrusage(process.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    found = find_matches(data, read_actors(data))
    took = time.process_time() - started
    grown = process.getrusage(process.RUSAGE_SELF).ru_maxrss - before
    assert len(found.candidates) > 200_000
    assert took < 10
    assert grown * (1 if sys.platform == "darwin" else 1024) < 1e9
