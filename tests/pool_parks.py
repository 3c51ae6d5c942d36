"""A tank that mixes two waters, for tests of pools."""

from parks import Park


def tank_park(**settings):
    """Two waters are mixed in a tank; users of two classes take from it, and tap water.

    North has 10 t at 300, south 10 t at 900; the tank is the only way. A works takes 10 t at
    most at 500, a wash 10 t at most at 700; tap water costs 1 万元/t, nothing else costs.
    """
    park = Park(network={"matching": "open"}, **settings)
    park.enterprise("north", "south", "tank", "works", "wash")
    water = {"kind": "water", "unit": "t", "carrier_id": "pipe"}
    park.add("carriers", carrier_id="pipe", unit="t", reach=10)
    park.resource("grey", "mixed", "tap", **water)
    park.add("properties", property_id="salt", unit="g/t")
    park.recipe("mixing", {"grey": 1}, {"mixed": 1})
    park.unit("mixer", "tank", "mixing", 20, utilisation=0, least_utilisation=0, most_utilisation=1)
    park.add(
        "pools", recipe_id="mixing", resource_in="grey", resource_out="mixed", property_id="salt"
    )
    for who, value in (("north", 300), ("south", 900)):
        park.supply(who, "grey", 10).quality(who, "grey", "supply", value=value)
    for who, most in (("works", 500), ("wash", 700)):
        park.need(who, "tap", 10).quality(who, "tap", "need", most=most)
    park.substitute("mixed", "tap").quality("", "tap", "bought", value=0)
    park.market("grey", "dispose", 0).market("mixed", "dispose", 0).market("tap", "buy", 1)
    return park
