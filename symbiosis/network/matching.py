"""Matching: which donor's resource may serve which receiver's need, and why others may not.

A pair is a candidate when the resource is the same or a declared substitute, both ends handle the
same state, the donor's properties keep the receiver's limits or can be diluted there, a hazardous
waste meets a licence in its own province, and a carrier reaches from one to the other. What is let
out goes through an outfall of its own site. Pairs are tested as arrays, resource by resource; of
the refused only the nearest are kept, with the first reason that refused them. A declared link
stands whatever would refuse it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.network.actors import Actors, amounts, columns_of, great_circle_km
from symbiosis.network.pair_tests import PAIRS_AT_ONCE, PairTests, carrier_units, least_lot, way_km
from symbiosis.network.pumping import pumping_needs, with_pumps

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
    "least_share",
    "pumping_resource",
    "pumping",
    "most",
    "today",
    "link",
]
PAIR_COLUMNS = [
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
REFUSED_COLUMNS = ["donor", "receiver", "resource", "serves", "distance_km", "reason", "detail"]
NEAR_MISSES = 2  # refused pairs kept per donor and resource


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
                 least_share      smallest flow of the link while it is on, share of its capacity
                 pumping          of `pumping_resource`, needed by the donor per unit sent
                 link             link the flow runs on, empty for trucks
    refused      one row per near-miss: distance_km, reason (key), detail
    """

    candidates: pd.DataFrame
    refused: pd.DataFrame


def find_matches(dataset: Dataset, actors: Actors) -> Matches:
    """Every possible exchange of the study, and the nearest that are not."""
    gives, takes = amounts(actors, "supply"), amounts(actors, "need")
    places = _places(dataset, actors)
    gives = gives[gives["most"] > 0].join(places, on="actor")
    takes = with_pumps(dataset, gives, takes[takes["most"] > 0]).join(places, on="actor")
    ways = _ways(dataset, gives, takes)
    tests = PairTests(dataset, gives, ways)
    tested = list(_open_pairs(tests, gives, takes, ways))
    pairs = pd.concat([found for found, _ in tested] or [_no_pairs()], ignore_index=True)
    refused = pd.concat([misses for _, misses in tested], ignore_index=True) if tested else None
    carried = _carried(dataset, pairs, places)
    table = _with_declared(tests, carried, gives, takes, places, ways)
    return Matches(
        table[CANDIDATE_COLUMNS].sort_values(
            ["donor", "receiver", "resource", "serves"], ignore_index=True
        ),
        pd.DataFrame(columns=REFUSED_COLUMNS)
        if refused is None
        else refused.sort_values(["donor", "resource", "distance_km"], ignore_index=True),
    )


def _places(dataset: Dataset, actors: Actors) -> pd.DataFrame:
    """Where every actor stands: site, project, province, coordinates, height."""
    table = columns_of(
        actors.actors.values(),
        "actor_id",
        "site",
        "project_id",
        "park_id",
        "lat",
        "lon",
        "elevation_m",
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
    tests: PairTests,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    ways: pd.DataFrame,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Candidates and near-misses of each way, tested block by block."""
    if tests.dataset.settings.network.matching == "declared":
        return
    supplies = dict(iter(gives.groupby("resource", sort=False)))
    needs = dict(iter(takes.groupby("resource", sort=False)))
    for way in ways.itertuples(index=False):
        donors, receivers = supplies[way.resource], needs[way.serves]
        step = max(1, PAIRS_AT_ONCE // max(1, len(receivers)))
        for start in range(0, len(donors), step):
            yield _test_pairs(tests, way, donors.iloc[start : start + step], receivers)


def _test_pairs(
    tests: PairTests, way: Any, donors: pd.DataFrame, receivers: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The possible pairs of `donors` and `receivers`, and the nearest of the others."""
    km, pairs, reason = tests.test(way, donors, receivers)
    i, j = np.nonzero(pairs & (reason == ""))
    found = pd.DataFrame(
        {
            "donor": donors["actor"].to_numpy()[i],
            "receiver": receivers["actor"].to_numpy()[j],
            "resource": way.resource,
            "serves": way.serves,
            "ratio": way.ratio,
            "max_share": way.max_share,
            "distance_km": km[i, j],
            "from_site": donors["site"].to_numpy()[i],
            "to_site": receivers["site"].to_numpy()[j],
        }
    )
    reach = tests.dataset.reach(way.resource)
    return found, _near_misses(way, donors, receivers, km, reason, reach)


def _near_misses(
    way: Any,
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


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(columns=PAIR_COLUMNS).astype({"distance_km": float})


def carriage(dataset: Dataset) -> pd.DataFrame:
    """What carrying one unit costs, by resource and carrier; zeros where nothing carries it."""
    rows: list[tuple[object, ...]] = []
    for resource in dataset.resources:
        carriers = dataset.carriers_of(resource.resource_id)
        if not carriers:
            rows.append((resource.resource_id, "", *[0.0] * 7, "", 0.0, 0.0))
        for carrier in carriers:
            per_unit = carrier_units(resource, carrier)
            rows.append(
                (
                    resource.resource_id,
                    carrier.carrier_id,
                    per_unit * carrier.handling,
                    per_unit * carrier.freight,
                    carrier.fixed_cost,
                    per_unit * carrier.capacity_cost,
                    carrier.loss_per_km,
                    least_lot(resource, carrier),
                    carrier.least_share,
                    carrier.pumping_resource,
                    per_unit * carrier.pumping_per_km,
                    per_unit * carrier.pumping_per_m,
                )
            )
    names = ["resource", "carrier", "handling", "per_km", "fixed", "capacity", "loss", "lot"]
    names += ["least_share", "pumping_resource", "pumping_per_km", "pumping_per_m"]
    return pd.DataFrame(rows, columns=names).set_index(["resource", "carrier"])


def _carriers_over(dataset: Dataset, pairs: pd.DataFrame) -> pd.Series:
    """The carrier of every pair by its distance, "" where nothing carries its resource."""
    found = pd.Series("", index=pairs.index)
    for name, km in pairs["distance_km"].astype(float).groupby(pairs["resource"]):
        resource = dataset.resource[str(name)]
        near = dataset.carrier.get(resource.carrier_id)
        beyond = km > near.reach if near and resource.far_carrier_id else km != km
        found[km.index] = np.where(beyond, resource.far_carrier_id, resource.carrier_id)
    return found


def _carried(dataset: Dataset, pairs: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Cost, loss, pumping and link of every pair, by distance; within a site all are nil."""
    table = pairs.reset_index(drop=True)
    table["carrier"] = _carriers_over(dataset, table)
    by = carriage(dataset).loc[pd.MultiIndex.from_frame(table[["resource", "carrier"]])]
    by = by.reset_index(drop=True)
    km = table["distance_km"].astype(float)
    apart = table["from_site"] != table["to_site"]
    table["carrier"] = table["carrier"].where(apart, "")
    table["freight"] = (by["handling"] + by["per_km"] * km).where(apart, 0.0)
    table["fixed_cost"] = (by["fixed"] * km).where(apart, 0.0)
    table["capacity_cost"] = (by["capacity"] * km).where(apart, 0.0)
    table["least_lot"] = by["lot"].where(apart, 0.0)
    table["efficiency"] = ((1 - by["loss"]) ** km).where(apart, 1.0)
    height = places["elevation_m"].astype(float)
    lift = height.loc[table["receiver"]].to_numpy() - height.loc[table["donor"]].to_numpy()
    uphill = np.maximum(np.nan_to_num(lift), 0.0)  # nothing is won downhill
    pumping = by["pumping_per_km"] * km + by["pumping_per_m"] * uphill
    table["pumping"] = pumping.where(apart, 0.0)
    table["pumping_resource"] = by["pumping_resource"].where(table["pumping"] > 0, "")
    table["least_share"] = by["least_share"].where(apart, 0.0)
    built = apart & ((by["fixed"] > 0) | (by["capacity"] > 0) | (by["least_share"] > 0))
    name = table["from_site"] + ">" + table["to_site"] + ":" + table["resource"]
    table["link"] = name.where(built, "")
    table["existing_capacity"], table["most_capacity"] = 0.0, np.inf
    return table.drop(columns=["from_site", "to_site"])


def _with_declared(
    tests: PairTests,
    candidates: pd.DataFrame,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    places: pd.DataFrame,
    ways: pd.DataFrame,
) -> pd.DataFrame:
    """Candidates, with the declared links, today's exchanges and the amounts put in."""
    dataset = tests.dataset
    key = ["donor", "receiver", "resource", "serves"]
    table = pd.concat(
        [_declared_links(tests, gives, takes, places, ways), candidates], ignore_index=True
    ).drop_duplicates(key, keep="first")

    today = columns_of(
        dataset.exchanges, "donor_id", "receiver_id", "resource_id", "serves_resource_id", "amount"
    )
    today.columns = pd.Index([*key, "today"])
    today["serves"] = today["serves"].where(today["serves"] != "", today["resource"])
    missing = today.merge(table[key], on=key, how="left", indicator=True)
    missing = missing.loc[missing["_merge"] == "left_only", key]
    missing = missing.merge(ways, on=["resource", "serves"])
    start, end = places.loc[missing["donor"]], places.loc[missing["receiver"]]
    missing["distance_km"] = _way_km(dataset, start, end)
    missing["from_site"], missing["to_site"] = start["site"].to_numpy(), end["site"].to_numpy()
    table = pd.concat([table, _carried(dataset, missing, places)], ignore_index=True)
    table = table.merge(today, on=key, how="left")
    table["today"] = table["today"].fillna(0.0)
    if dataset.settings.baseline == "none":
        table["today"] = 0.0

    # What runs today runs on a link that exists; only more of it would have to be built.
    used = table.groupby("link")["today"].transform("sum").where(table["link"] != "", 0.0)
    table["existing_capacity"] = np.maximum(table["existing_capacity"].astype(float), used)
    most_given = gives.set_index(["actor", "resource"])["most"]
    pumped = pumping_needs(table, gives)
    most_taken = takes.set_index(["actor", "resource"])["process"].add(pumped, fill_value=0.0)
    given = most_given.reindex(pd.MultiIndex.from_frame(table[["donor", "resource"]])).to_numpy()
    taken = most_taken.reindex(pd.MultiIndex.from_frame(table[["receiver", "serves"]])).to_numpy()
    arriving = (table["ratio"] * table["efficiency"]).to_numpy(dtype=float)
    nothing_arrives = arriving <= 0
    wanted = (table["max_share"] * taken).to_numpy(dtype=float)
    wanted = np.divide(wanted, arriving, out=np.full(len(table), np.inf), where=~nothing_arrives)
    table["most"] = np.minimum(np.minimum(given, wanted), table["most_capacity"].astype(float))
    worth = (table["most"] > 0) & (table["most"] >= table["least_lot"]) & ~nothing_arrives
    return table[worth | (table["today"] > 0)]


def _declared_links(
    tests: PairTests,
    gives: pd.DataFrame,
    takes: pd.DataFrame,
    places: pd.DataFrame,
    ways: pd.DataFrame,
) -> pd.DataFrame:
    """Candidates along the rows of links.csv, their own costs before the carrier's.

    A link replaces distance, reach and cost; it mends no state, property or missing licence. One
    of an enterprise serves all that stand at its site, unless a row names them.
    """
    dataset = tests.dataset
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
        "least_share",
    )
    own = own.rename(columns={"resource_id": "resource"}).merge(ways, on="resource")
    at = _standing_at(places)
    own = own.merge(at.add_suffix("_from"), left_on="from_id", right_on="name_from")
    own = own.merge(at.add_suffix("_to"), left_on="to_id", right_on="name_to")
    own = own.rename(columns={"actor_from": "donor", "actor_to": "receiver"})
    own = own.astype({"donor": object, "receiver": object})  # as what is joined below
    own["others"] = own["other_from"] + own["other_to"]
    own = own.sort_values(["others", "other_from"], kind="stable")
    own = own.drop_duplicates(["donor", "receiver", "resource", "serves"])
    own = own.merge(
        gives[["actor", "resource"]], left_on=["donor", "resource"], right_on=["actor", "resource"]
    )
    own = own.drop(columns="actor").merge(
        takes[["actor", "resource"]].rename(columns={"resource": "serves"}),
        left_on=["receiver", "serves"],
        right_on=["actor", "serves"],
    )
    own = own[_fit(tests, own, gives, takes)]
    number = ["distance", "freight", "fixed_cost", "capacity_cost", "most_capacity"]
    own[number] = own[number].astype(float)
    start, end = places.loc[own["from_id"]], places.loc[own["to_id"]]
    computed = pd.Series(_way_km(dataset, start, end), own.index)
    own["distance_km"] = own["distance"].fillna(computed)
    own["from_site"], own["to_site"] = "", " "  # apart, wherever they stand
    table = _carried(dataset, own[PAIR_COLUMNS], places)
    own = own.reset_index(drop=True)
    for column in ("freight", "fixed_cost", "capacity_cost", "least_share"):
        table[column] = own[column].astype(float).fillna(table[column])
    lost = own["loss_share"].astype(float)
    table["efficiency"] = table["efficiency"].where(lost == 0, 1 - lost)
    table["existing_capacity"] = own["existing_capacity"].astype(float)
    table["most_capacity"] = own["most_capacity"].fillna(np.inf)
    limited = (table[["fixed_cost", "capacity_cost", "least_share"]] > 0).any(axis=1)
    # a limit of one exchange is the exchange's own; several on one row share it
    limited |= np.isfinite(table["most_capacity"]) & own["link_id"].duplicated(keep=False)
    table["link"] = own["link_id"].where(limited, "")
    return table


def _standing_at(places: pd.DataFrame) -> pd.DataFrame:
    """Actors by the names a link may have for them: their own, or the enterprise they stand in.

    Columns: name, actor, other (1 where the name is that of the site).
    """
    own = pd.DataFrame({"name": places.index, "actor": places.index, "other": 0})
    hosted = places[places["site"] != places.index]
    others = pd.DataFrame({"name": hosted["site"].to_numpy(), "actor": hosted.index, "other": 1})
    return pd.concat([own, others], ignore_index=True)


def _fit(
    tests: PairTests, pairs: pd.DataFrame, gives: pd.DataFrame, takes: pd.DataFrame
) -> pd.Series:
    """Which declared pairs nothing but distance could refuse."""
    fit = pd.Series(True, pairs.index)
    for (resource, serves), rows in pairs.groupby(["resource", "serves"], sort=False):
        donors = gives[(gives["resource"] == resource) & gives["actor"].isin(rows["donor"])]
        receivers = takes[(takes["resource"] == serves) & takes["actor"].isin(rows["receiver"])]
        reason = tests.unfit(rows.iloc[0], donors, receivers)
        i = pd.Index(donors["actor"]).get_indexer(rows["donor"])
        j = pd.Index(receivers["actor"]).get_indexer(rows["receiver"])
        fit.loc[rows.index] = reason[i, j] == ""
    return fit


def _way_km(dataset: Dataset, start: pd.DataFrame, end: pd.DataFrame) -> np.ndarray:
    """Way between pairs of places: 0 within a site and where coordinates are not known."""
    straight = great_circle_km(
        *(frame[axis].to_numpy(dtype=float) for frame in (start, end) for axis in ("lat", "lon"))
    )
    km = np.nan_to_num(way_km(dataset, straight))
    return np.where(start["site"].to_numpy() == end["site"].to_numpy(), 0.0, km)
