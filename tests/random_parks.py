"""Small parks at random by seed, each of which can be planned."""

import random
from typing import Any

from parks import Park, merged

KINDS = ("chain_filling", "platform", "cascade", "retrofit", "revival", "relocation")


def random_park(
    seed: int,
    *,
    enterprises: tuple[int, int] = (2, 5),
    projects: tuple[int, int] = (2, 5),
    chains: tuple[int, int] = (0, 3),
    places: int = 2,
    lots: bool = True,
    limits: bool = True,
    slices: bool = False,
    **settings: Any,
) -> Park:
    """A tiny park drawn by `seed`, closed today; matching is open, trucks and pipes carry.

    enterprises, projects, chains    range of how many
    places    most places of a project
    lots      trucks have a smallest lot
    limits    budget, land and market limits may bind
    slices    steam is balanced in two parts of the year
    """
    rng = random.Random(seed)
    park = Park(network={"matching": "open"}, chains={"at_most": rng.choice((1, 1, 2))})
    park.settings = merged(park.settings, settings)
    park.settings["money"] = {"discount_rate": 0.08, **park.settings["money"]}
    park.settings["money"]["discount_rate"] = settings.get("money", {}).get("discount_rate", 0.08)
    park.change("parks", "P", land_available=rng.uniform(5, 30) if limits else 1000)
    if limits and rng.random() < 0.6:
        park.settings["money"].setdefault("budget", rng.uniform(50, 900))
    if slices:
        park.settings["slices"] = [{"id": "cold", "hours": 3624}, {"id": "warm", "hours": 5136}]

    park.add(
        "carriers",
        carrier_id="truck",
        unit="t",
        reach=40,
        freight=rng.uniform(0.0005, 0.003),
        handling=rng.choice((0, 0.002)),
        least_lot=rng.choice((0, 30, 60)) if lots else 0,
    )
    park.add(
        "carriers",
        carrier_id="pipe",
        unit="t",
        reach=8,
        fixed_cost=rng.uniform(2, 15),
        capacity_cost=rng.choice((0, rng.uniform(0.005, 0.05))),
        loss_per_km=rng.choice((0, 0.01)),
    )
    steam = {"kind": "energy", "balance": "slice", "carrier_id": "pipe", "mass": 1}
    for name, cells in {
        "w0": {"role": "byproduct"},
        "w1": {"role": "byproduct", "carrier_id": rng.choice(("truck", "pipe"))},
        "w2": {"role": "byproduct"},
        "r0": {"virgin": 1},
        "r1": {"virgin": 1},
        "g0": {},
        "g1": {"carrier_id": "pipe", "far_carrier_id": "truck"},
        "steam": steam,
    }.items():
        park.resource(name, **{"carrier_id": "truck", "mass": 1, **cells})
    for name in ("w0", "w1", "w2"):
        park.market(name, "dispose", rng.uniform(0.01, 0.2))
        if rng.random() < 0.4:
            park.market(name, "sell", rng.uniform(0, 0.05), most=rng.uniform(20, 300))
        gate_fee = rng.random() < 0.25 and not _sold(park, name)
        park.market(
            name,
            "buy",
            -rng.uniform(0, 0.01) if gate_fee else rng.uniform(0.06, 0.2),
            **({"most": rng.uniform(50, 400)} if gate_fee else {}),
        )
    for name in ("r0", "r1", "g0", "g1", "steam"):
        price = rng.uniform(0.05, 0.3)
        park.market(name, "buy", price)
        park.market(name, "dispose", rng.uniform(0, 0.02))
        if name != "steam":
            limited = limits and rng.random() < 0.3
            cells = {"most": rng.uniform(200, 2000)} if limited else {}
            park.market(name, "sell", price * rng.uniform(0.5, 1), **cells)

    for i in range(2):
        takes = {f"r{i}": rng.uniform(0.8, 1.4)}
        gives = {f"g{i}": 1.0, f"w{i}": rng.uniform(0.2, 0.6)}
        (takes if i else gives)["steam"] = rng.uniform(0.1, 0.5)
        park.recipe(f"make{i}", takes, gives)
    members = [f"e{i}" for i in range(rng.randint(*enterprises))]
    for i, who in enumerate(members):
        lat, lon = 36 + rng.uniform(-0.05, 0.05), 103 + rng.uniform(-0.06, 0.06)
        park.enterprise(who, lat=lat, lon=lon)
        if i < 2 or rng.random() < 0.5:
            today = rng.uniform(0.5, 0.9)
            moved = {"least_utilisation": today * rng.uniform(0.3, 1), "most_utilisation": 1}
            park.unit(
                f"u{i}",
                who,
                f"make{i % 2}",
                rng.uniform(100, 600),
                utilisation=today,
                **(moved if rng.random() < 0.5 else {}),
            )
        if rng.random() < 0.6:
            given = rng.uniform(20, 300)
            free = {"least_amount": given / 2} if rng.random() < 0.3 else {}
            park.supply(who, rng.choice(("w0", "w1", "w2")), given, **free)
        if rng.random() < 0.6:
            needed = rng.uniform(20, 300)
            free = {"most_amount": needed * 1.5} if rng.random() < 0.3 else {}
            park.need(who, rng.choice(("r0", "r1", "g0")), needed, **free)
    park.market("w0", "dispose", rng.uniform(0.05, 0.3), enterprise_id=members[0])
    park.substitute("w0", "r1", rng.uniform(0.7, 1.2), rng.uniform(0.2, 0.6))
    if rng.random() < 0.5:
        park.substitute("w2", "r0", rng.uniform(0.7, 1.2), rng.uniform(0.2, 1))
    if rng.random() < 0.3:
        low = 0.02 * min(unit["capacity"] for unit in park.rows["units"])
        park.add(
            "exchanges",
            donor_id="e0",
            receiver_id="e1",
            resource_id="w0",
            serves_resource_id="r1",
            amount=low,
        )

    for number in range(rng.randint(*projects)):
        _random_project(park, rng, number, members, places)
    for number in range(rng.randint(*chains)):
        _random_chain(park, rng, number)
    return park


def _sold(park: Park, resource: str) -> bool:
    return any(m["resource_id"] == resource and m["action"] == "sell" for m in park.rows["markets"])


def _random_project(
    park: Park, rng: random.Random, number: int, members: list[str], places: int
) -> None:
    name = f"p{number}"
    waste = rng.choice(("w0", "w1", "w2"))
    useful = rng.choice(("r0", "r1", "g0", "g1"))
    gives = {useful: rng.uniform(0.3, 0.9)}
    if rng.random() < 0.5:
        gives[rng.choice([w for w in ("w0", "w1", "w2") if w != waste])] = rng.uniform(0.1, 0.5)
    takes = {waste: 1.0}
    if rng.random() < 0.3:
        takes["steam"] = rng.uniform(0.05, 0.3)
    park.recipe(f"work{number}", takes, gives)
    reference = rng.uniform(60, 300)
    menu = rng.random() < 0.3
    least, most = reference * rng.uniform(0.4, 1), reference * rng.uniform(1, 1.6)
    cost = reference * rng.uniform(0.1, 1.0)
    where: dict[str, dict[str, Any]] = {}
    for place in range(rng.randint(1, places)):
        if rng.random() < 0.5:
            where[f"{name}@{place}"] = {"host_id": rng.choice(members)}
        else:
            lat, lon = 36 + rng.uniform(-0.05, 0.05), 103 + rng.uniform(-0.06, 0.06)
            where[f"{name}@{place}"] = {"lat": lat, "lon": lon}
    park.project(
        name,
        f"work{number}",
        (least, reference, most),
        cost,
        where,
        kind=rng.choice(KINDS[:2] if rng.random() < 0.6 else KINDS),
        scale_exponent=1 if menu else rng.choice((0.65, 0.8, 1)),
        fixed_cost_share=rng.choice((0, 0.04)),
        labour=rng.choice((0, 2)),
        land=rng.choice((0, rng.uniform(2, 20))),
        least_utilisation=rng.choice((0, 0.7)),
        variable_cost=rng.choice((0, 0.01)),
    )
    if menu:
        for size in sorted({least, most}):
            price = cost * (size / reference) ** 0.7
            park.add("project_sizes", project_id=name, size=size, capital_cost=price)


def _random_chain(park: Park, rng: random.Random, number: int) -> None:
    """Stages a maker -> a project [-> a maker that uses what the project gives]."""
    flows: dict[tuple[str, str], set[str]] = {}
    for row in park.rows["recipe_flows"]:
        flows.setdefault((row["recipe_id"], row["direction"]), set()).add(row["resource_id"])
    works = [recipe for recipe, side in flows if recipe.startswith("work") and side == "in"]
    if not works:
        return
    work = rng.choice(works)
    waste = next(iter(sorted(flows[work, "in"] - {"steam"})))
    givers = sorted(r for r, side in flows if side == "out" and waste in flows[r, side])
    users = sorted(
        (r, resource)
        for r, side in flows
        if side == "in" and r != work
        for resource in flows[r, side] & flows[work, "out"]
    )
    stages, links = {"work": work}, []
    if givers and rng.random() < 0.8:
        stages = {"source": ";".join(givers), **stages}
        share = rng.choice((0, 0.3, 0.6))
        links.append({"start": "source", "end": "work", "resource": waste, "least_share": share})
    if users and rng.random() < 0.7:
        user, resource = rng.choice(users)
        stages["use"] = user
        share = rng.choice((0, 0.3, 0.6))
        links.append({"start": "work", "end": "use", "resource": resource, "least_share": share})
    if rng.random() < 0.1:
        if not any(row["recipe_id"] == "ghost" for row in park.rows["recipes"]):
            park.recipe("ghost", {"g0": 1}, {})
        stages["gap"] = "ghost"
    park.chain(f"c{number}", stages, links)
