"""Published cases, a file a family; here is the one place that says which file solves which kind.

A kind of `PLANNED` becomes a dataset and is solved by the blocks that plan a park; a kind of
`MEASURED` is measured by the code that measures a park's network.
"""

from collections.abc import Callable, Mapping

from symbiosis.studies.published.case import Fields
from symbiosis.studies.published.facility_location import facility_location
from symbiosis.studies.published.heat_cascade import heat_cascade
from symbiosis.studies.published.heat_matches import min_matches
from symbiosis.studies.published.networks import ena, graph_metrics
from symbiosis.studies.published.pooling import pooling
from symbiosis.studies.published.supply_network import depot_network, transport
from symbiosis.studies.published.translation import Figures, Translation
from symbiosis.studies.published.water import (
    source_sink,
    water_fixed_load,
    water_regeneration_recycle,
)

PLANNED: Mapping[str, Callable[[Fields], Translation]] = {
    "transport": transport,
    "depot_network": depot_network,
    "facility_location": facility_location,
    "heat_cascade": heat_cascade,
    "min_matches": min_matches,
    "pooling_one_pool": pooling,
    "pooling": pooling,
    "source_sink": source_sink,
    "water_fixed_load": water_fixed_load,
    "water_regeneration_recycle": water_regeneration_recycle,
}
MEASURED: Mapping[str, Callable[[Fields], Figures]] = {
    "graph_metrics": graph_metrics,
    "ena": ena,
}
NOT_YET = (
    "cost_game",
    "bankruptcy_game",
)
FACTS = "facts"  # reference data without a figure to match
