"""The networks of a dataset and of a plan."""

from itertools import accumulate
from typing import Any

import networkx as nx
import pandas as pd

from symbiosis.domain.dataset import Dataset
from symbiosis.network.gaps import add_gaps
from symbiosis.network.graph import DirectHeat, build_graph
from symbiosis.network.timeline import Phase, merge_phases
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared


def today_graph(prepared: Prepared) -> nx.MultiDiGraph:
    """The network as it runs today."""
    rows = prepared.matches.candidates
    rows = rows[rows["today"] > 0]
    return build_graph(
        prepared.dataset,
        prepared.actors,
        "today",
        _exchange_rows(rows, "today"),
        ((*key, amount) for key, amount in prepared.today.trades.items()),
    )


def possible_graph(prepared: Prepared) -> nx.MultiDiGraph:
    """Every exchange that is possible, projects included."""
    dataset = prepared.dataset
    return build_graph(
        dataset,
        prepared.actors,
        "possible",
        _exchange_rows(prepared.matches.candidates, None),
        direct_heat=[
            (*_ends(dataset, link.from_stream, link.to_stream), link.link_id, None, link.distance)
            for link in dataset.heat_links
        ],
    )


def plan_graph(prepared: Prepared, plan: Plan, period: str = "") -> nx.MultiDiGraph:
    """The network of a period of a plan, of the last one where none is named."""
    dataset = prepared.dataset
    asked = period or dataset.settings.periods[-1].id

    def used(name: str, column: str = "plan") -> pd.DataFrame:
        rows = plan.tables[name]
        return rows[(rows["period"] == asked) & (rows[column] > 0)]

    trades = used("trades")[["actor", "resource", "action", "plan"]]
    return build_graph(
        dataset,
        prepared.actors,
        "plan",
        _exchange_rows(used("exchanges"), "plan"),
        trades.itertuples(index=False, name=None),
        used("projects", "size")["place_id"],
        [_direct_heat(dataset, row) for row in used("heat_links", "received").itertuples()],
    )


def today_network(prepared: Prepared) -> nx.MultiDiGraph:
    """Today with its missing links: what an analyst opens before there is a plan."""
    year = prepared.dataset.settings.base_year
    network = merge_phases(Phase(today_graph(prepared), year, year + 1), [])
    add_gaps(network, possible_graph(prepared))
    return network


def plan_network(prepared: Prepared, plan: Plan) -> nx.MultiDiGraph:
    """Today and the periods of a plan on one time line, with the links that stay missing.

    Today is the base year of the study, the plan begins with the year after it.
    """
    settings = prepared.dataset.settings
    starts = accumulate((p.years for p in settings.periods), initial=settings.base_year + 1.0)
    phases = [
        Phase(plan_graph(prepared, plan, period.id), start, start + period.years)
        for start, period in zip(starts, settings.periods, strict=False)
    ]
    today = Phase(today_graph(prepared), settings.base_year, settings.base_year + 1)
    network = merge_phases(today, phases)
    add_gaps(network, possible_graph(prepared))
    chosen = plan.chosen_chains()
    rows = [values for _node, values in network.nodes(data=True)]
    for values in [*rows, *(values for *_ends, values in network.edges(data=True))]:
        mine = values.get("chains") or ()
        values["chain"] = next((chain for chain in chosen if chain in mine), None)
    return network


def _direct_heat(dataset: Dataset, row: Any) -> DirectHeat:
    """A heat link of a plan as `build_graph` takes it."""
    distance = row.distance_km if row.distance_km == row.distance_km else None  # NaN: not told
    ends = _ends(dataset, row.from_stream, row.to_stream)
    return *ends, row.link_id, row.received, distance


def _ends(dataset: Dataset, start: str, end: str) -> tuple[str, str]:
    """The enterprises of the two ends of a heat link, each a thermal stream or an enterprise."""
    owner = {s.stream_id: s.enterprise_id for s in dataset.thermal_streams}
    return owner.get(start, start), owner.get(end, end)


def _exchange_rows(rows: pd.DataFrame, amount: str | None) -> list[tuple[Any, ...]]:
    """Rows as `build_graph` takes them; without `amount` the flow is not known."""
    return [
        (
            row.donor,
            row.receiver,
            row.resource,
            row.serves,
            None if amount is None else float(getattr(row, amount)),
            row.carrier,
            row.distance_km,
        )
        for row in rows.itertuples(index=False)
    ]
