"""How often a shortlist chose each project and exchange, as columns of a network.

near_best_share, futures_share   of near-best plans and of sampled futures; absent where none
often             always, sometimes or never: of a project over both, of an exchange over near-best
                  plans
worth             of a project: what the park loses a year without it, 万元
worth_per_unit    of a gap: of one unit more taken or delivered, 万元
"""

from pathlib import Path

import networkx as nx

from symbiosis.domain.errors import UsageError
from symbiosis.locale import _
from symbiosis.outputs.shortlist_folder import read_shortlist
from symbiosis.studies.shortlist.records import ExchangeShare, Shortlist, Target


def mark_shortlist(network: nx.MultiDiGraph, folder: Path, digest: str) -> None:
    """Add the columns above from the shortlist in a folder, made from the inputs of this hash.

    Raises:
        UsageError: if there is no whole shortlist, or it was made from other inputs.
    """
    found = read_shortlist(folder)
    if found.dataset_hash != digest:
        raise UsageError(
            _("the shortlist in {folder} was made from other inputs; make it anew").format(
                folder=folder
            )
        )
    _mark_nodes(network, found)
    _mark_edges(network, found)


def _mark_nodes(network: nx.MultiDiGraph, found: Shortlist) -> None:
    targets = {target.project_id: target for target in found.targets}
    for _node, values in network.nodes(data=True):
        if target := targets.get(values.get("project_id")):
            values |= _shares(target) | {"often": target.often or None}
            yearly = target.worth.yearly
            values["worth"] = None if yearly is None else yearly.value


def _mark_edges(network: nx.MultiDiGraph, found: Shortlist) -> None:
    """Exchanges of the plan and possible ones alike; the ways to a gap by who trades there."""
    exchanges: dict[tuple[str, str, str], ExchangeShare] = {}
    for share in found.exchanges:
        way = share.exchange
        key = way.resource if way.resource == way.serves else f"{way.resource}>{way.serves}"
        exchanges[way.donor, way.receiver, key] = share
    gaps = {(gap.actor, gap.resource): gap for gap in found.gaps}
    for donor, receiver, key, values in network.edges(keys=True, data=True):
        if row := exchanges.get((donor, receiver, key.removeprefix("possible:"))):
            values |= _shares(row) | {"often": row.near_best.often or None}
        elif values["action"] == "missing":
            gap = gaps.get((donor, values["resource"])) or gaps.get((receiver, values["resource"]))
            values["worth_per_unit"] = None if gap is None else gap.worth


def _shares(row: Target | ExchangeShare) -> dict[str, float | None]:
    return {"near_best_share": row.near_best.share, "futures_share": row.futures.share}
