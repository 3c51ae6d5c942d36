"""A park without contradictions, and what is told when some of its cells are changed.

A smelter gives 100 t of slag and takes power; a kiln takes 80 t of stone, half of which slag may
replace (1 t of slag for 0.8 t of stone); a project makes board from slag.
"""

import copy

import pytest

from symbiosis.domain.errors import DatasetError
from symbiosis.inputs.reader import dataset_from_raw
from symbiosis.inputs.tables import raw_from_rows

PARK = {
    "resources": [
        {"resource_id": "metal", "kind": "material", "unit": "t"},
        {"resource_id": "slag", "kind": "material", "unit": "t", "carrier_id": "truck"},
        {"resource_id": "stone", "kind": "material", "unit": "t"},
        {"resource_id": "board", "kind": "material", "unit": "m3", "mass": "0.9",
         "carrier_id": "truck"},
        {"resource_id": "water", "kind": "water", "unit": "m3"},
    ],
    "carriers": [{"carrier_id": "truck", "unit": "t", "reach": "30"}],
    "properties": [{"property_id": "iron", "unit": "%"}],
    "parks": [
        {"park_id": "north", "lat": "36", "lon": "103"},
        {"park_id": "south", "lat": "36", "lon": "103.1"},
    ],
    "enterprises": [
        {"enterprise_id": "smelter", "park_id": "north"},
        {"enterprise_id": "kiln", "park_id": "north"},
    ],
    "recipes": [
        {"recipe_id": "smelt", "reference_resource": "metal"},
        {"recipe_id": "burn", "reference_resource": "stone"},
        {"recipe_id": "press", "reference_resource": "board"},
    ],
    "recipe_flows": [
        {"recipe_id": "smelt", "resource_id": "metal", "direction": "out", "coefficient": "1"},
        {"recipe_id": "smelt", "resource_id": "slag", "direction": "out", "coefficient": "2"},
        {"recipe_id": "burn", "resource_id": "stone", "direction": "in", "coefficient": "1"},
        {"recipe_id": "press", "resource_id": "board", "direction": "out", "coefficient": "1"},
        {"recipe_id": "press", "resource_id": "slag", "direction": "in", "coefficient": "0.5"},
    ],
    "units": [
        {"unit_id": "furnace", "enterprise_id": "smelter", "recipe_id": "smelt",
         "capacity": "100", "utilisation": "0.5"},
        {"unit_id": "shaft", "enterprise_id": "kiln", "recipe_id": "burn",
         "capacity": "100", "utilisation": "0.8"},
    ],
    "streams": [
        {"stream_id": "well", "enterprise_id": "kiln", "resource_id": "water",
         "direction": "need", "amount": "10", "least_amount": "10", "most_amount": "10"},
    ],
    "projects": [
        {"project_id": "boards", "kind": "chain_filling", "least_size": "1",
         "reference_size": "2", "most_size": "3", "capital_cost": "5"},
    ],
    "project_sizes": [{"project_id": "boards", "size": "3", "capital_cost": "7"}],
    "project_units": [{"project_id": "boards", "recipe_id": "press", "activity_per_size": "10"}],
    "project_places": [{"place_id": "plot", "project_id": "boards", "park_id": "north",
                        "host_id": "kiln"}],
    "qualities": [
        {"owner_id": "smelter", "resource_id": "slag", "direction": "supply",
         "property_id": "iron", "value": "20"},
        {"owner_id": "kiln", "resource_id": "slag", "direction": "need",
         "property_id": "iron", "least": "5", "most": "30"},
        {"owner_id": "boards", "resource_id": "slag", "direction": "need",
         "property_id": "iron", "most": "25"},
    ],
    "substitutes": [
        {"from_resource": "slag", "to_resource": "stone", "ratio": "0.8", "max_share": "0.5"},
    ],
    "links": [
        {"link_id": "belt", "from_id": "smelter", "to_id": "plot", "resource_id": "slag",
         "existing_capacity": "5", "most_capacity": "5"},
    ],
    "exchanges": [
        {"donor_id": "smelter", "receiver_id": "kiln", "resource_id": "slag",
         "serves_resource_id": "stone", "amount": "50"},
    ],
    "markets": [
        {"resource_id": "metal", "action": "buy", "price": "5"},
        {"resource_id": "metal", "action": "sell", "price": "5"},
        {"resource_id": "slag", "action": "buy", "price": "-3"},
        {"resource_id": "slag", "action": "dispose", "price": "3"},
    ],
    "chains": [{"chain_id": "loop", "closed": "1"}],
    "chain_stages": [
        {"chain_id": "loop", "stage_id": "melt", "order": "1", "recipes": "smelt"},
        {"chain_id": "loop", "stage_id": "lime", "order": "2", "recipes": "burn;press"},
        {"chain_id": "loop", "stage_id": "back", "order": "3", "recipes": "press;smelt"},
    ],
    "chain_links": [
        {"chain_id": "loop", "from_stage": "melt", "to_stage": "lime", "resource_id": "slag"},
        {"chain_id": "loop", "from_stage": "back", "to_stage": "lime", "resource_id": "slag",
         "closes": "1"},
    ],
}  # fmt: skip


def read(tables, settings=None):
    return dataset_from_raw(raw_from_rows("park", tables, settings or {}))


def changed(*changes):
    """The park with cells changed: (table, row number or None for a new one, cells)."""
    tables = copy.deepcopy(PARK)
    for table, number, cells in changes:
        if number is None:
            tables[table].append(cells)
        elif cells is None:
            del tables[table][number - 2]
        else:
            row = tables[table][number - 2]
            row |= cells
            for column in [column for column, value in row.items() if value == ""]:
                del row[column]
    return tables


def told(*changes, settings=None):
    with pytest.raises(DatasetError) as caught:
        read(changed(*changes), settings)
    return list(map(str, caught.value.faults))


def each(cases):
    """A test run with the changes and the one fault of every case (name, changes, fault)."""
    return pytest.mark.parametrize(
        ("changes", "fault"), [case[1:] for case in cases], ids=[case[0] for case in cases]
    )
