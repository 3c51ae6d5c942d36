"""A mill and a kiln whose matching is open, and what is found between them."""

from parks import Park, dataset_of
from symbiosis.network.actors import read_actors
from symbiosis.network.matching import Matches, find_matches

KM = 1 / 111.19508  # degrees of latitude per km on the mean sphere


def matches(source, **settings) -> Matches:
    data = dataset_of(source, **settings)
    return find_matches(data, read_actors(data))


def open_park(distance_km: float = 10, **ash) -> Park:
    """A mill with 100 t of ash and, north of it, a kiln that needs 80; by truck up to 20 km."""
    park = Park(network={"matching": "open", "detour_factor": 1})
    park.add(
        "carriers", carrier_id="truck", unit="t", reach=20, freight=0.001, handling=0.002
    ).resource("ash", **{"carrier_id": "truck", "state": "solid", **ash})
    park.enterprise("mill", lat=36, lon=103)
    park.enterprise("kiln", lat=36 + distance_km * KM, lon=103)
    return park.supply("mill", "ash", 100).need("kiln", "ash", 80)


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def refused(source, **settings):
    found = matches(source, **settings)
    assert found.candidates.empty
    row = only(found.refused)
    return row.reason, row.detail
