"""Matching: which donor's resource may serve which receiver's need, and why others may not.

A pair is a candidate when the resource is the same or a declared substitute, both ends handle the
same state, the donor's properties keep the receiver's limits, a hazardous waste meets a licence in
its own province, and a carrier reaches from one to the other. Pairs are tested as arrays, resource
by resource; of the refused only the nearest are kept, with the first reason that refused them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.resources import Carrier, Resource
from symbiosis.domain.units import factor
from symbiosis.network.actors import Actors, amounts, columns_of, great_circle_km

CANDIDATE_COLUMNS = [
    "donor",
    "receiver",
    "resource",
    "serves",
    "ratio",
    "max_share",
    "distance_km",
    "carrier",
    "freight",
    "efficiency",
    "fixed_cost",
    "capacity_cost",
    "existing_capacity",
    "most_capacity",
    "least_lot",
    "most",
    "today",
    "link",
]
CARRIED_COLUMNS = [name for name in CANDIDATE_COLUMNS if name not in ("most", "today")]
REFUSED_COLUMNS = ["donor", "receiver", "resource", "serves", "distance_km", "reason", "detail"]
NEAR_MISSES = 2  # refused pairs kept per donor and resource
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Matches:
    """Possible exchanges and near-misses.

    candidates   one row per donor, receiver, resource and need served:
                 ratio            units of the need served per unit delivered
                 max_share        largest share of the need it may cover
                 freight          万元 per unit sent, all the way
                 efficiency       share that arrives
                 fixed_cost       万元, and capacity_cost 万元 per unit/year, of the link
                 existing_capacity, most_capacity, least_lot, most, today    units per year
                 link             link the flow runs on, empty for trucks
    refused      one row per near-miss: distance_km, reason (key), detail
    """

    candidates: pd.DataFrame
    refused: pd.DataFrame


def find_matches(dataset: Dataset, actors: Actors) -> Matches:
    """Every possible exchange of the study, and the nearest that are not."""
    gives, takes = amounts(actors, "supply"), amounts(actors, "need")
    gives, takes = gives[gives["most"] > 0], takes[takes["most"] > 0]
    places = _places(dataset, actors)
    ways = _ways(dataset, gives, takes)
    pairs = list(_open_pairs(dataset, gives, takes, places, ways))
    candidates = pd.concat([found for found, _ in pairs], ignore_index=True) if pairs else None
    refused = pd.concat([misses for _, misses in pairs], ignore_index=True) if pairs else None
    table = _with_declared(dataset, candidates, gives, takes, places, ways)
    return Matches(
        table[CANDIDATE_COLUMNS].sort_values(
            ["donor", "receiver", "resource", "serves"], ignore_index=True
        ),
        pd.DataFrame(columns=REFUSED_COLUMNS)
        if refused is None
        else refused.sort_values(["donor", "resource", "distance_km"], ignore_index=True),
    )


def _places(dataset: Dataset, actors: Actors) -> pd.DataFrame:
    """Where every actor stands: site, project, province, coordinates."""
    table = columns_of(
        actors.actors.values(), "actor_id", "site", "project_id", "park_id", "lat", "lon"
    )
    table["province"] = [dataset.park[park].province for park in table["park_id"]]
    return table.set_index("actor_id")


def _ways(dataset: Dataset, gives: pd.DataFrame, takes: pd.DataFrame) -> pd.DataFrame:
    """Resource served by resource: every resource by itself, and the substitutes.

    Columns: resource, serves, ratio, max_share.
    """
    same = sorted(set(gives["resource"]) & set(takes["resource"]))
    direct = pd.DataFrame({"resource": same, "serves": same, "ratio": 1.0, "max_share": 1.0})
    others = columns_of(dataset.substitutes, "from_resource", "to_resource", "ratio", "max_share")
    others.columns = pd.Index(["resource", "serves", "ratio", "max_share"])
    others = others[others["resource"].isin(gives["resource"]) & (others["max_share"] > 0)]
    others = others[others["serves"].isin(takes["resource"])]
    return pd.concat([direct, others.astype({"ratio": float, "max_share": float})])


def _open_pairs(
    dataset: Dataset,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    places: pd.DataFrame,
    ways: pd.DataFrame,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Candidates and near-misses of each way, tested block by block."""
    if dataset.settings.network.matching == "declared":
        return
    supplies = dict(iter(gives.groupby("resource", sort=False)))
    needs = dict(iter(takes.groupby("resource", sort=False)))
    for way in ways.itertuples(index=False):
        donors = supplies[way.resource].join(places, on="actor")
        receivers = needs[way.serves].join(places, on="actor")
        step = max(1, _PAIRS_AT_ONCE // max(1, len(receivers)))
        for start in range(0, len(donors), step):
            yield _test_pairs(dataset, way, donors.iloc[start : start + step], receivers)


def _test_pairs(
    dataset: Dataset, way: "pd.Series", donors: pd.DataFrame, receivers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Test all pairs of `donors` and `receivers` at once; arrays are donors x receivers."""
    resource, serves = dataset.resource[way.resource], dataset.resource[way.serves]
    carrier = dataset.carrier.get(resource.carrier_id)

    def both(column: str) -> tuple[np.ndarray, np.ndarray]:
        return donors[column].to_numpy()[:, None], receivers[column].to_numpy()[None, :]

    (donor_site, receiver_site), (donor, receiver) = both("site"), both("actor")
    (donor_project, receiver_project) = both("project_id")
    together = donor_site == receiver_site
    (lat, other_lat), (lon, other_lon) = both("lat"), both("lon")
    detour = dataset.settings.network.detour_factor
    distance = detour * great_circle_km(lat, lon, other_lat, other_lon)
    distance = np.where(together, 0.0, distance)

    # A project is built at one place only, so its places never deal with each other.
    foreign = ~((donor_project == receiver_project) & (donor_project != "") & (donor != receiver))
    if way.resource == way.serves:
        foreign &= donor != receiver  # used within: the balance does that itself

    reason = np.full(distance.shape, "", dtype=object)

    def refuse(where: np.ndarray, why: str) -> None:
        reason[foreign & (reason == "") & where] = why

    reach = carrier.reach if carrier else 0.0
    refuse(_states_differ(dataset, donors, receivers, resource, serves), "state")
    for name, broken in _limits_broken(dataset, donors, receivers, resource, serves):
        refuse(broken, f"property:{name}")
    if resource.hazardous:
        refuse(~_licensed(dataset, receivers, resource.resource_id)[None, :], "licence")
        if not dataset.settings.network.hazardous_across_province:
            home, abroad = both("province")
            refuse(home != abroad, "province")
    refuse(~together & np.isnan(distance), "no_place")
    if carrier is None:
        refuse(~together, "no_carrier")
    else:
        refuse(distance > reach, "too_far")

    i, j = np.nonzero(foreign & (reason == ""))
    found = pd.DataFrame(
        {
            "donor": donors["actor"].to_numpy()[i],
            "receiver": receivers["actor"].to_numpy()[j],
            "resource": way.resource,
            "serves": way.serves,
            "ratio": way.ratio,
            "max_share": way.max_share,
            "distance_km": distance[i, j],
            "from_site": donors["site"].to_numpy()[i],
            "to_site": receivers["site"].to_numpy()[j],
        }
    )
    return _carried(found, resource, carrier), _near_misses(
        way, donors, receivers, distance, reason, reach
    )


def _states_differ(
    dataset: Dataset,
    donors: pd.DataFrame,
    receivers: pd.DataFrame,
    resource: Resource,
    serves: Resource,
) -> np.ndarray:
    """Where a stream's own state differs between the two ends; a substitute may change state."""
    declared = {
        (row.enterprise_id, row.resource_id, row.direction): row.state
        for row in dataset.streams
        if row.state
    }
    if not declared or resource is not serves:
        return np.zeros((len(donors), len(receivers)), dtype=bool)
    given = [
        declared.get((actor, resource.resource_id, "supply"), resource.state)
        for actor in donors["actor"]
    ]
    taken = [
        declared.get((actor, serves.resource_id, "need"), serves.state)
        for actor in receivers["actor"]
    ]
    return np.array(given, dtype=object)[:, None] != np.array(taken, dtype=object)[None, :]


def _limits_broken(
    dataset: Dataset,
    donors: pd.DataFrame,
    receivers: pd.DataFrame,
    resource: Resource,
    serves: Resource,
) -> Iterator[tuple[str, np.ndarray]]:
    """Per property, where a donor's known value breaks a receiver's limit."""
    rows = [
        q for q in dataset.qualities if q.resource_id in (resource.resource_id, serves.resource_id)
    ]
    for name in sorted({row.property_id for row in rows}):
        value = {
            row.owner_id: row.value
            for row in rows
            if row.property_id == name
            and row.direction == "supply"
            and row.resource_id == resource.resource_id
        }
        limit = {
            row.owner_id: (row.least, row.most)
            for row in rows
            if row.property_id == name and row.direction == "need"
        }
        if not value or not limit:
            continue
        given = np.array([value.get(o) for o in _owners(donors)], dtype=float)[:, None]
        bounds = np.array(
            [limit.get(o, (None, None)) for o in _owners(receivers)], dtype=float
        ).reshape(-1, 2)
        yield name, (given < bounds[None, :, 0]) | (given > bounds[None, :, 1])


def _owners(ends: pd.DataFrame) -> list[str]:
    """Who owns the qualities of an actor: the enterprise, or the project at all its places."""
    return [
        project or actor for actor, project in zip(ends["actor"], ends["project_id"], strict=True)
    ]


def _licensed(dataset: Dataset, receivers: pd.DataFrame, resource: str) -> np.ndarray:
    """Which receivers may take a hazardous waste: by licence, or as their recipe's own feed."""
    licences = {row.enterprise_id: row.licensed_wastes for row in dataset.enterprises}
    licences |= {row.project_id: row.licensed_wastes for row in dataset.projects}
    own_feed = (receivers["resource"] == resource).to_numpy()
    held = [resource in licences.get(owner, ()) for owner in _owners(receivers)]
    return own_feed | np.array(held, dtype=bool)


def _near_misses(
    way: "pd.Series",
    donors: pd.DataFrame,
    receivers: pd.DataFrame,
    distance: np.ndarray,
    reason: np.ndarray,
    reach: float,
) -> pd.DataFrame:
    """The nearest refused receivers of each donor."""
    i, j = np.nonzero(reason != "")
    table = pd.DataFrame(
        {
            "donor": donors["actor"].to_numpy()[i],
            "receiver": receivers["actor"].to_numpy()[j],
            "resource": way.resource,
            "serves": way.serves,
            "distance_km": distance[i, j],
            "reason": [text.partition(":")[0] for text in reason[i, j]],
            "detail": [text.partition(":")[2] for text in reason[i, j]],
        }
    )
    far = table["reason"] == "too_far"
    table.loc[far, "detail"] = f"{reach:g}"
    return table.sort_values("distance_km", kind="stable").groupby("donor").head(NEAR_MISSES)


def carrier_units(resource: Resource, carrier: Carrier) -> float:
    """Units a carrier counts per unit of a resource (t per m3, GJ per MWh)."""
    if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
        return resource.mass
    return factor(resource.unit, carrier.unit)


def _carried(table: pd.DataFrame, resource: Resource, carrier: Carrier | None) -> pd.DataFrame:
    """Cost, loss and link of every pair, by distance; within a site all are nil."""
    km = table["distance_km"]
    apart = table["from_site"] != table["to_site"]
    per_unit = carrier_units(resource, carrier) if carrier else 1.0
    builds = carrier is not None and (carrier.fixed_cost > 0 or carrier.capacity_cost > 0)
    table["carrier"] = np.where(apart, carrier.carrier_id if carrier else "", "")
    for column, value in {
        "freight": per_unit * (carrier.handling + carrier.freight * km) if carrier else 0.0,
        "fixed_cost": carrier.fixed_cost * km if carrier else 0.0,
        "capacity_cost": per_unit * carrier.capacity_cost * km if carrier else 0.0,
        "least_lot": carrier.least_lot / per_unit if carrier else 0.0,
    }.items():
        table[column] = np.where(apart, value, 0.0)
    table["efficiency"] = np.where(apart, (1 - carrier.loss_per_km) ** km, 1.0) if carrier else 1.0
    table["link"] = np.where(
        apart & builds,
        table["from_site"] + ">" + table["to_site"] + ":" + table["resource"],
        "",
    )
    table["existing_capacity"], table["most_capacity"] = 0.0, np.inf
    return table.drop(columns=["from_site", "to_site"])


def _with_declared(
    dataset: Dataset,
    candidates: pd.DataFrame | None,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    places: pd.DataFrame,
    ways: pd.DataFrame,
) -> pd.DataFrame:
    """Candidates, with the declared links, today's exchanges and the amounts put in."""
    key = ["donor", "receiver", "resource", "serves"]
    parts = [_declared_links(dataset, gives, takes, places, ways), candidates]
    parts = [part for part in parts if part is not None and len(part)]
    if not parts and not dataset.exchanges:
        return pd.DataFrame(columns=CANDIDATE_COLUMNS)
    table = pd.concat(parts or [pd.DataFrame(columns=CARRIED_COLUMNS)], ignore_index=True)
    table = table.drop_duplicates(key, keep="first")

    today = columns_of(
        dataset.exchanges, "donor_id", "receiver_id", "resource_id", "serves_resource_id", "amount"
    )
    today.columns = pd.Index([*key, "today"])
    today["serves"] = today["serves"].where(today["serves"] != "", today["resource"])
    missing = today.merge(table[key], on=key, how="left", indicator=True)
    missing = missing[missing["_merge"] == "left_only"][key]
    parts = [table]
    for resource, rows in missing.merge(ways, on=["resource", "serves"]).groupby("resource"):
        rows = rows.join(places[["site", "lat", "lon"]], on="donor").rename(
            columns={"site": "from_site"}
        )
        rows = rows.join(places[["site", "lat", "lon"]].add_prefix("other_"), on="receiver")
        rows = rows.rename(columns={"other_site": "to_site"})
        straight = great_circle_km(
            *(rows[c].to_numpy() for c in ("lat", "lon", "other_lat", "other_lon"))
        )
        rows["distance_km"] = np.nan_to_num(dataset.settings.network.detour_factor * straight)
        rows = rows.drop(columns=["lat", "lon", "other_lat", "other_lon"])
        kind = dataset.resource[resource]
        parts.append(_carried(rows.copy(), kind, dataset.carrier.get(kind.carrier_id)))
    table = pd.concat(parts, ignore_index=True).merge(today, on=key, how="left")
    table["today"] = table["today"].fillna(0.0)

    # What runs today runs on a link that exists; only more of it would have to be built.
    used = table.groupby("link")["today"].transform("sum").where(table["link"] != "", 0.0)
    table["existing_capacity"] = np.maximum(table["existing_capacity"].astype(float), used)
    most_given = gives.set_index(["actor", "resource"])["most"]
    most_taken = takes.set_index(["actor", "resource"])["most"]
    given = most_given.reindex(pd.MultiIndex.from_frame(table[["donor", "resource"]])).to_numpy()
    taken = most_taken.reindex(pd.MultiIndex.from_frame(table[["receiver", "serves"]])).to_numpy()
    arriving = (table["ratio"] * table["efficiency"]).to_numpy()
    table["most"] = np.minimum(
        np.minimum(given, table["max_share"] * taken / arriving), table["most_capacity"]
    )
    worth = (table["most"] > 0) & (table["most"] >= table["least_lot"])
    return table[worth | (table["today"] > 0)]


def _declared_links(
    dataset: Dataset,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    places: pd.DataFrame,
    ways: pd.DataFrame,
) -> pd.DataFrame | None:
    """Candidates along the rows of links.csv, their own costs before the carrier's."""
    own = columns_of(
        dataset.links,
        "link_id",
        "from_id",
        "to_id",
        "resource_id",
        "distance",
        "freight",
        "fixed_cost",
        "capacity_cost",
        "loss_share",
        "existing_capacity",
        "most_capacity",
    )
    names = {"from_id": "donor", "to_id": "receiver", "resource_id": "resource"}
    own = own.rename(columns=names).merge(ways, on="resource")
    own = own.merge(
        gives[["actor", "resource"]], left_on=["donor", "resource"], right_on=["actor", "resource"]
    )
    own = own.drop(columns="actor").merge(
        takes[["actor", "resource"]].rename(columns={"resource": "serves"}),
        left_on=["receiver", "serves"],
        right_on=["actor", "serves"],
    )
    if own.empty:
        return None
    number = ["distance", "freight", "fixed_cost", "capacity_cost", "most_capacity"]
    own[number] = own[number].astype(float)
    ends = places[["site", "lat", "lon"]]
    start, end = ends.loc[own["donor"]], ends.loc[own["receiver"]]
    straight = great_circle_km(
        *(frame[c].to_numpy() for frame in (start, end) for c in ("lat", "lon"))
    )
    own["distance_km"] = own["distance"].fillna(
        pd.Series(dataset.settings.network.detour_factor * straight, own.index)
    )
    parts = []
    for resource, rows in own.groupby("resource", sort=False):
        kind = dataset.resource[resource]
        rows = rows.assign(from_site="", to_site=" ")  # apart, wherever they stand
        computed = _carried(
            rows[
                [
                    "donor",
                    "receiver",
                    "resource",
                    "serves",
                    "ratio",
                    "max_share",
                    "distance_km",
                    "from_site",
                    "to_site",
                ]
            ].copy(),
            kind,
            dataset.carrier.get(kind.carrier_id),
        )
        for column in ("freight", "fixed_cost", "capacity_cost"):
            computed[column] = rows[column].fillna(computed[column])
        lost = rows["loss_share"].astype(float)
        computed["efficiency"] = np.where(lost > 0, 1 - lost, computed["efficiency"])
        computed["existing_capacity"] = rows["existing_capacity"].astype(float)
        computed["most_capacity"] = rows["most_capacity"].fillna(np.inf)
        limited = (computed["fixed_cost"] > 0) | (computed["capacity_cost"] > 0)
        limited |= np.isfinite(computed["most_capacity"]) & (rows["serves"] != rows["resource"])
        computed["link"] = np.where(limited, rows["link_id"], "")
        parts.append(computed)
    return pd.concat(parts)
