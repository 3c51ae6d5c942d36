"""A small park with a missing link of each kind, and plans of it by hand.

A mill spares 100 t of ash, of which a kiln takes 60 t today; 40 t are dumped, and all its 10 t of
grit. The kiln buys its limestone. A brick works may be built that takes 80 t of ash; a project that
takes grit is switched off, so nobody takes it.
"""

import pandas as pd

from parks import Park


def park():
    made = Park(base_year=2020, periods=[{"id": "one", "years": 5}, {"id": "two", "years": 10}])
    made.resource("ash", "grit", role="byproduct", mass=1)
    made.resource("limestone", "brick", mass=1)
    made.enterprise("mill", lat=36.0, lon=103.0, industry_code="3216", name_zh="铝厂")
    made.enterprise("kiln", lat=36.0, lon=103.1, industry_code="3011", name_en="cement kiln")
    made.supply("mill", "ash", 100).supply("mill", "grit", 10)
    made.need("kiln", "ash", 60).need("kiln", "limestone", 500)
    for resource in ("ash", "grit"):
        made.market(resource, "dispose", 0.01)
    made.market("ash", "buy", 0.01).market("limestone", "buy", 0.01).market("brick", "sell", 0.01)
    made.recipe("make_brick", {"ash": 1.0}, {"brick": 1.0})
    made.add(
        "projects",
        project_id="works",
        kind="platform",
        name_en="brick works",
        industry_code="3031",
        least_size=1,
        reference_size=80,
        most_size=80,
        capital_cost=1,
    )
    made.add("project_units", project_id="works", recipe_id="make_brick", activity_per_size=1)
    for host in ("mill", "kiln"):
        made.add(
            "project_places",
            place_id=f"works@{host}",
            project_id="works",
            park_id="P",
            host_id=host,
        )
        made.add(
            "links",
            link_id=f"to_{host}",
            from_id="mill",
            to_id=f"works@{host}",
            resource_id="ash",
            distance=1 if host == "mill" else 9,
        )
    made.add("exchanges", donor_id="mill", receiver_id="kiln", resource_id="ash", amount=60)
    made.add("chains", chain_id="C1", name_en="ash chain")
    made.add(
        "chain_stages",
        chain_id="C1",
        stage_id="give",
        order=1,
        recipes="make_brick",
        streams="mill-supply-ash",
    )
    made.add("chain_stages", chain_id="C1", stage_id="take", order=2, recipes="make_brick")
    made.add("chain_links", chain_id="C1", from_stage="give", to_stage="take", resource_id="ash")
    return made


def tables(built):
    """A plan of two periods by hand; with `built` the works stands in the second and takes 80 t,
    the kiln's ash is bought then."""
    way = "donor receiver resource serves period plan carrier distance_km".split()
    exchanges = [("mill", "kiln", "ash", "ash", "one", 60.0, "", 9.0)]
    exchanges.append(
        ("mill", "works@mill", "ash", "ash", "two", 80.0, "", 1.0)
        if built
        else ("mill", "kiln", "ash", "ash", "two", 60.0, "", 9.0)
    )
    trades = []
    for period in ("one", "two"):
        dumped = 20.0 if built and period == "two" else 40.0
        trades += [
            ("mill", "ash", "dispose", period, dumped),
            ("mill", "grit", "dispose", period, 10.0),
        ]
        trades.append(("kiln", "limestone", "buy", period, 500.0))
    projects = [("works@mill", "two", 80.0)] if built else []
    return {
        "chains": pd.DataFrame({"chain_id": ["C1"], "prioritised": [True]}),
        "projects": pd.DataFrame(projects, columns=["place_id", "period", "size"]),
        "exchanges": pd.DataFrame(exchanges, columns=way),
        "trades": pd.DataFrame(trades, columns="actor resource action period plan".split()),
        "heat_links": pd.DataFrame(columns=["period", "received"]),
    }
