"""Facility location: which sites to open, and from where every customer is served, at least cost.

data    capacitated (whether capacities count), sites (name, capacity, fixed_cost), customers
        (name, demand, cost_full_demand: cost of the whole demand from every site, null where a site
        cannot serve it), and max_open

A capacity that is null or left out is no limit. The cost belongs to the share that is served, so a
customer without demand is served too: it needs a visit.
"""

from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import Fields, members, number
from symbiosis.studies.published.flow_network import (
    GOOD,
    SETTINGS,
    VISIT,
    Arc,
    FlowNetwork,
    Sink,
    Source,
    node_id,
)
from symbiosis.studies.published.translation import Figures, Translation


def facility_location(data: Fields) -> Translation:
    """Sites to open for customers to be served, demand may be split."""
    network = FlowNetwork(most_open=data.number("max_open", "max_sites", default=None))
    capacitated = data.flag("capacitated")
    for i, site in enumerate(data.objects("sites")):
        name = site.text("name")
        capacity = None
        if capacitated:
            capacity = site.number("capacity", default=None)
        site.ignore("capacity")
        opening_cost = site.number("fixed_cost")
        network.sources.append(
            Source(node_id("site", i + 1, name), name, capacity, opening_cost, visits=True)
        )
    sites = [source.name for source in network.sources]
    for j, customer in enumerate(data.objects("customers")):
        name, demand = customer.text("name"), customer.number("demand")
        sink = Sink(node_id("customer", j + 1, name), name, demand, GOOD)
        if demand == 0:
            sink = Sink(sink.node_id, name, 1.0, VISIT)
        network.sinks.append(sink)
        costs = customer.get("cost_full_demand")
        for i, (where, cost) in members(costs, sites, customer.place("cost_full_demand")).items():
            if cost is not None:
                per_unit = number(cost, where) / sink.demand
                network.arcs.append(Arc(network.sources[i].node_id, sink.node_id, per_unit))

    def figures(plan: Plan) -> Figures:
        flows = network.flows(plan)
        used = {start for start, _end in flows}
        return {
            "min_cost": 0.0 - plan.facts["objective"]["value"],
            "open_sites": [s.name for s in network.sources if s.node_id in used],
            "n_open": len(used),
            "total_flow": network.demand,
        }

    return Translation(network.rows, SETTINGS, figures, network.shortage)
