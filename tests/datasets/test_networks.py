"""The network files of every embedded dataset and of a plan, read by grammar and outside parser."""

import json
import shutil
import subprocess
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from lxml import etree

from symbiosis.inputs.embedded import embedded_names
from symbiosis.inputs.region import read_study
from symbiosis.inputs.embedded import dataset_path
from symbiosis.outputs.gephi import GEXF, write_gexf
from symbiosis.outputs.graph_tables import write_graphml, write_node_edge_tables
from symbiosis.outputs.map_layout import MARGIN, Place, _box
from symbiosis.planning.networks import plan_network, possible_graph, today_graph, today_network
from symbiosis.planning.plan import Plan
from symbiosis.planning.study import Prepared, prepare

TESTS = Path(__file__).parents[1]
GRAPHOLOGY = TESTS / "graphology"


def plan_of_everything(prepared: Prepared) -> Plan:
    """Not a good plan, but one that needs no solver: every project stands at its largest, a
    hundredth of what is possible flows, trades double."""
    last = prepared.dataset.settings.periods[-1].id
    ways = prepared.matches.candidates
    trades = [(*key, 2 * amount, last) for key, amount in prepared.today.trades.items()]
    projects = [
        (place.place_id, 1.0, last)
        for place in prepared.dataset.project_places
        if place.place_id in prepared.actors.actors
    ]
    return Plan(
        {
            "chains": pd.DataFrame(
                {"chain_id": [c.chain_id for c in prepared.dataset.chains], "prioritised": True}
            ),
            "projects": pd.DataFrame(projects, columns=["place_id", "size", "period"]),
            "exchanges": ways.assign(plan=range(1, len(ways) + 1), period=last),
            "trades": pd.DataFrame(
                trades, columns=["actor", "resource", "action", "plan", "period"]
            ),
            "heat_links": pd.DataFrame(columns=["period", "received"]),
        }
    )
