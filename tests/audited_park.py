"""The park whose plan is audited and tampered with: it has something for nearly every check."""

import parks


def audited_park(**settings):
    """A smelter, a works, a power mill and a laundry at one place, a farm in another province.

    Best: the recovery (chain metals) works up the hazardous dross, the sorter (a size of its menu)
    the scrap; residue and ash replace clay at the works, a pipe brings it the laundry's water.
    """
    park = parks.Park(
        network={"matching": "open"},
        money={"discount_rate": 0.08, "labour_cost": 1, "budget": 400},
        policy={"least_utilisation": 0.7},
        chains={"at_least": 1, "at_most": 1},
    )
    park.settings = parks.merged(park.settings, settings)
    park.change("parks", "P", land_available=60, investment_floor=1)
    park.add("parks", park_id="Q", lat=36.0, lon=104.0, province="Qinghai")
    park.add("carriers", carrier_id="truck", unit="t", reach=30, freight=0.001, least_lot=5)
    park.add(
        "carriers",
        carrier_id="pipe",
        unit="t",
        reach=10,
        fixed_cost=2,
        capacity_cost=0.01,
        loss_per_km=0.01,
    )
    truck = {"carrier_id": "truck", "mass": 1}
    park.resource("dross", role="byproduct", hazardous=1, **truck)
    park.resource("residue", "ash", "scrap", role="byproduct", **truck)
    park.resource("clay", virgin=1, **truck).resource("alumina", "metal", "cement", **truck)
    park.resource("water", virgin=1, kind="water", mass=1, carrier_id="pipe", unit="t")
    park.resource("used_water", role="byproduct", kind="water", mass=1, carrier_id="pipe")
    park.resource("power", kind="energy", state="power", unit="MWh", co2e_bought=0.6)
    park.enterprise("smelter").enterprise("works", lat=36.05, lon=103.0)
    park.enterprise("mill", lat=36.0, lon=103.05).enterprise("laundry", lat=36.04, lon=103.0)
    park.enterprise("brewery", lat=36.04, lon=103.01).enterprise("farm", park_id="Q")
    park.recipe("smelting", {"power": 2}, {"metal": 1, "dross": 0.1})
    park.unit("pots", "smelter", "smelting", 1000)
    park.recipe("burning", {"clay": 1}, {"cement": 1})
    park.unit("kiln", "works", "burning", 500, least_utilisation=0.5, most_utilisation=1)
    park.recipe("generating", {}, {"power": 1, "ash": 0.1})
    park.unit("boiler", "mill", "generating", 1000)
    park.supply("smelter", "scrap", 60).supply("laundry", "used_water", 300, least_amount=0)
    park.need("works", "water", 200).need("brewery", "water", 50).need("farm", "clay", 80)
    park.recipe("recovering", {"dross": 1}, {"alumina": 0.6, "residue": 0.4})
    park.project(
        "recovery",
        "recovering",
        (30, 100, 140),
        50,
        kind="chain_filling",
        scale_exponent=0.7,
        fixed_cost_share=0.04,
        labour=1,
        land=20,
    )
    park.recipe("glazing", {"ash": 1}, {"cement": 1.2})
    park.project("glazery", "glazing", (50, 90, 100), 900, kind="chain_filling", land=10)
    park.recipe("sorting", {"scrap": 1}, {"metal": 0.9})
    sorter = {"sorter@smelter": {"host_id": "smelter"}, "sorter@P": {}}
    park.project("sorter", "sorting", (50, 60, 80), 60, sorter, variable_cost=0.01)
    park.add("project_sizes", project_id="sorter", size=60, capital_cost=60)
    park.add("project_sizes", project_id="sorter", size=80, capital_cost=70)
    park.market("dross", "dispose", 0.1).market("residue", "dispose", 0.05)
    park.market("ash", "dispose", 0.03).market("scrap", "dispose", 0.01)
    park.market("clay", "buy", 0.05).market("alumina", "sell", 0.3, most=70)
    park.market("metal", "sell", 1).market("cement", "sell", 0.08).market("water", "buy", 0.05)
    park.market("power", "buy", 0.06).market("power", "sell", 0.05)
    park.market("used_water", "dispose", 0.01)
    park.market("clay", "buy", 0.06, enterprise_id="farm")
    park.substitute("residue", "clay", 1.1, 0.2).substitute("ash", "clay", 0.9, 0.2)
    park.substitute("used_water", "water", 1, 0.9).substitute("dross", "clay", 0.5, 0.9)
    park.add("properties", property_id="salt")
    for owner, resource, cells in (
        ("laundry", "used_water", {"direction": "supply", "value": 500}),
        ("works", "water", {"direction": "need", "most": 800}),
        ("brewery", "water", {"direction": "need", "most": 100}),
    ):
        park.add("qualities", owner_id=owner, resource_id=resource, property_id="salt", **cells)
    park.add(
        "exchanges",
        donor_id="mill",
        receiver_id="works",
        resource_id="ash",
        serves_resource_id="clay",
        amount=40,
    )
    park.chain(
        "metals",
        {"smelting": "smelting", "recovery": "recovering", "cement": "burning"},
        [
            {"start": "smelting", "end": "recovery", "resource": "dross", "least_share": 0.5},
            {"start": "recovery", "end": "cement", "resource": "residue", "least_share": 0.5},
        ],
    )
    park.chain("glass", {"generating": "generating", "glazing": "glazing"}, [])
    return park
