"""Rows that contradict each other are told, and rows at the very limit are not.

The park: a smelter gives 100 t of slag and takes power; a kiln takes 80 t of stone, half of which
slag may replace (1 t of slag for 0.8 t of stone); a project makes board from slag.
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


def test_the_park_at_its_limits_is_consistent():
    """Least = most, 100 % of the allowed share, equal prices, a full link: nothing is wrong.

    Were any comparison strict where it must not be, the park could not be read.
    """
    assert read(PARK).name == "park"


CASES = [
    # --- ranges
    (
        "least amount above the amount",
        [("streams", 2, {"least_amount": "11"})],
        "streams.csv, row 2, column least_amount: '11 m3/year': is out of order; "
        "least_amount <= amount (10 m3/year) <= most_amount must hold",
    ),
    (
        "most amount below the amount",
        [("streams", 2, {"most_amount": "9"})],
        "streams.csv, row 2, column most_amount: '9 m3/year': is out of order; "
        "least_amount <= amount (10 m3/year) <= most_amount must hold",
    ),
    (
        "least utilisation above today's",
        [("units", 3, {"least_utilisation": "0.9"})],
        "units.csv, row 3, column least_utilisation: '0.9': is out of order; "
        "least_utilisation <= utilisation (0.8) <= most_utilisation must hold",
    ),
    (
        "most utilisation below today's",
        [("units", 3, {"most_utilisation": "0.7"})],
        "units.csv, row 3, column most_utilisation: '0.7': is out of order; "
        "least_utilisation <= utilisation (0.8) <= most_utilisation must hold",
    ),
    (
        "reference size below the least",
        [("projects", 2, {"least_size": "2.5"})],
        "projects.csv, row 2, column least_size: '2.5': is out of order; "
        "least_size <= reference_size (2) <= most_size must hold",
    ),
    (
        "reference size above the most",
        [("projects", 2, {"most_size": "1.5"}), ("project_sizes", 2, {"size": "1"})],
        "projects.csv, row 2, column most_size: '1.5': is out of order; "
        "least_size <= reference_size (2) <= most_size must hold",
    ),
    (
        "a size beyond the largest",
        [("project_sizes", 2, {"size": "4"})],
        "project_sizes.csv, row 2, column size: '4': lies outside 1 to 3, the sizes of 'boards'; "
        "mend the size, or least_size and most_size in projects.csv",
    ),
    (
        "a size twice, written differently",
        [("project_sizes", None, {"project_id": "boards", "size": "3.0", "capital_cost": "8"})],
        "project_sizes.csv, row 3, column size: '3': stands already in row 2; "
        "keep one of the two rows",
    ),
    # --- projects
    (
        "an offered project without units",
        [
            ("project_units", 2, None),
            ("qualities", 4, None),
            ("links", 2, None),
        ],
        "projects.csv, row 2, column project_id: 'boards': has no unit; "
        "add a row to project_units.csv, or write available = 0",
    ),
    (
        "an offered project without a place",
        [("project_places", 2, None), ("links", 2, None)],
        "projects.csv, row 2, column project_id: 'boards': has no place; "
        "add a row to project_places.csv, or write available = 0",
    ),
    (
        "a host in another park",
        [("project_places", 2, {"park_id": "south"})],
        "project_places.csv, row 2, column host_id: 'kiln': stands in the park 'north', the "
        "place in 'south'; write park_id = north, or another host",
    ),
    (
        "a place with the id of an enterprise",  # they would be one actor
        [("project_places", 2, {"place_id": "kiln", "host_id": ""}), ("links", 2, None)],
        "project_places.csv, row 2, column place_id: 'kiln': is already the id of an "
        "enterprise; choose another id",
    ),
    # --- recipes
    (
        "a recipe without flows",
        [("recipes", None, {"recipe_id": "idle", "reference_resource": "metal"})],
        "recipes.csv, row 5, column recipe_id: 'idle': has no flows; "
        "write what it takes and gives in recipe_flows.csv",
    ),
    (
        "a reference that is no flow",
        [("recipes", 2, {"reference_resource": "board"})],
        "recipes.csv, row 2, column reference_resource: 'board': is not among the flows of "
        "'smelt', or its coefficient is 0; known here: metal, slag",
    ),
    (
        "a reference with the coefficient 0",  # a capacity in it would mean nothing
        [("recipe_flows", 2, {"coefficient": "0"})],
        "recipes.csv, row 2, column reference_resource: 'metal': is not among the flows of "
        "'smelt', or its coefficient is 0; known here: slag",
    ),
    (
        "a recipe that takes what it gives",
        [
            (
                "recipe_flows",
                None,
                {"recipe_id": "smelt", "resource_id": "slag", "direction": "in",
                 "coefficient": "1"},
            )
        ],
        "recipe_flows.csv, row 3, column resource_id: 'slag': is both taken and given by the "
        "recipe 'smelt'; keep the difference of the two as one row",
    ),
    # --- names
    (
        "an alias that is another's id",
        [("resources", 4, {"aliases": "rock;Slag"})],
        "resources.csv, row 4, column aliases: 'Slag': also means the resource 'slag' of row 3; "
        "a name or alias may stand at one resource only",
    ),
    (
        "an alias that is a later resource's id",  # the row order must not matter
        [("resources", 2, {"aliases": "stone"})],
        "resources.csv, row 2, column aliases: 'stone': also means the resource 'stone' of "
        "row 4; a name or alias may stand at one resource only",
    ),
    (
        "two names alike but for full-width letters",
        [("resources", 2, {"name_en": "Iron A"}), ("resources", 3, {"name_zh": "ｉｒｏｎ Ａ"})],
        "resources.csv, row 3, column name_zh: 'ｉｒｏｎ Ａ': also means the resource 'metal' of "
        "row 2; a name or alias may stand at one resource only",
    ),
    # --- exchanges of today
    (
        "an exchange with itself",
        [("exchanges", 2, {"receiver_id": "smelter", "serves_resource_id": ""})],
        "exchanges.csv, row 2, column receiver_id: 'smelter': is also the donor; "
        "what an enterprise uses itself is no exchange: take the row out",
    ),
    (
        "a donor that does not give it",
        [("exchanges", 2, {"resource_id": "stone", "serves_resource_id": ""})],
        "exchanges.csv, row 2, column resource_id: 'stone': is not given by 'smelter'; "
        "known here: metal, slag",
    ),
    (
        "a receiver that does not take it, but something it may replace",
        [("exchanges", 2, {"serves_resource_id": ""})],
        "exchanges.csv, row 2, column resource_id: 'slag': is not taken by 'kiln'; "
        "write serves_resource_id = stone",
    ),
    (
        "a need the resource cannot serve",
        [("exchanges", 2, {"serves_resource_id": "water"})],
        "exchanges.csv, row 2, column serves_resource_id: 'water': cannot be served by 'slag'; "
        "add the pair to substitutes.csv, or mend the name",
    ),
    (
        "more sent than given",  # 50 t of metal x 2 = 100 t of slag
        [("exchanges", 2, {"amount": "101"}), ("substitutes", 2, {"ratio": "0.1"})],
        "exchanges.csv, row 2, column amount: '101 t/year': 'smelter' would send 101 t/year of "
        "'slag' but gives 100 t/year today; "
        "lower the amounts, or mend what it gives in units.csv or streams.csv",
    ),
    (
        "more received than needed, by the ratio",  # 60 x 1.4 = 84 > 80
        [("exchanges", 2, {"amount": "60"}), ("substitutes", 2, {"ratio": "1.4"})],
        "exchanges.csv, row 2, column amount: '60 t/year': 'kiln' would receive 84 t/year as "
        "'stone' but needs 80 t/year today; "
        "lower the amounts, or mend what it needs in units.csv or streams.csv",
    ),
    (
        "more replaced than the share allows",  # 51 x 0.8 = 40.8 > 40
        [("exchanges", 2, {"amount": "51"})],
        "exchanges.csv, row 2, column amount: '51 t/year': 'kiln' would replace 40.8 t/year of "
        "its 'stone'; max_share allows 40 t/year; "
        "lower the amount, or raise max_share in substitutes.csv",
    ),
    # --- substitutes
    (
        "a resource for itself",
        [
            (
                "substitutes",
                None,
                {"from_resource": "slag", "to_resource": "slag", "ratio": "1"},
            )
        ],
        "substitutes.csv, row 3, column to_resource: 'slag': a resource cannot stand in for "
        "itself; take the row out, or mend one of the names",
    ),
    (
        "a material for water",
        [
            (
                "substitutes",
                None,
                {"from_resource": "slag", "to_resource": "water", "ratio": "1"},
            )
        ],
        "substitutes.csv, row 3, column to_resource: 'water': is of kind water, 'slag' of kind "
        "material; mend the name, or the kind in resources.csv",
    ),
    # --- links
    (
        "a link with one end",
        [("links", 2, {"to_id": "smelter"})],
        "links.csv, row 2, column to_id: 'smelter': is also the start of the link; "
        "a link has two ends: mend one of them",
    ),
    (
        "a link the wrong way round",
        [("links", 2, {"from_id": "plot", "to_id": "smelter"})],
        "links.csv, row 2, column from_id: 'plot': does not give 'slag'; 'smelter' does; "
        "turn the link round",
    ),
    (
        "a link of something its start does not give",
        [("links", 2, {"resource_id": "stone", "to_id": "kiln"})],
        "links.csv, row 2, column from_id: 'smelter': does not give 'stone'; "
        "known here: metal, slag",
    ),
    (
        "a link of something its end does not take",
        [("links", 2, {"resource_id": "metal"})],
        "links.csv, row 2, column to_id: 'plot': does not take 'metal', itself or in place of "
        "another; known here: slag",
    ),
    (
        "more capacity today than possible",
        [("links", 2, {"existing_capacity": "6"})],
        "links.csv, row 2, column existing_capacity: '6 t/year': is above most_capacity, "
        "5 t/year; raise most_capacity, or lower what exists",
    ),
    (
        "a link that can carry nothing",
        [("links", 2, {"existing_capacity": "0", "most_capacity": "0"})],
        "links.csv, row 2, column most_capacity: '0': the link could carry nothing; "
        "leave the cell empty where there is no limit, or take the row out",
    ),
    (
        "less capacity than today's exchange needs",
        [
            (
                "links",
                None,
                {"link_id": "road", "from_id": "smelter", "to_id": "kiln",
                 "resource_id": "slag", "most_capacity": "49"},
            )
        ],
        "links.csv, row 3, column most_capacity: '49 t/year': is below what exchanges.csv moves "
        "on this way today, 50 t/year; raise most_capacity, or lower the amounts of today",
    ),
    (
        "the same way twice",
        [
            (
                "links",
                None,
                {"link_id": "road", "from_id": "smelter", "to_id": "plot",
                 "resource_id": "slag"},
            )
        ],
        "links.csv, row 3, column link_id: 'road': joins the same ends for the same resource as "
        "row 2; keep one of the two rows",
    ),
    # --- qualities
    (
        "a supply without value",
        [("qualities", 2, {"value": "", "most": "20"})],
        "qualities.csv, row 2, column value: is empty; "
        "a supply has its value here; least and most belong to a need",
    ),
    (
        "a need without limits",
        [("qualities", 4, {"most": "", "value": "25"})],
        "qualities.csv, row 4, column most: least and most are both empty; "
        "a need has at least one limit; value belongs to a supply",
    ),
    (
        "limits in the wrong order",
        [("qualities", 3, {"least": "31"})],
        "qualities.csv, row 3, column least: '31': is out of order; least <= most must hold",
    ),
    (
        "a quality of what the owner does not give",
        [("qualities", 2, {"resource_id": "board"})],
        "qualities.csv, row 2, column resource_id: 'board': is not given by 'smelter'; "
        "known here: metal, slag",
    ),
    (
        "a limit on what the owner does not take",
        [("qualities", 4, {"resource_id": "stone"})],
        "qualities.csv, row 4, column resource_id: 'stone': is not taken by 'boards'; "
        "known here: slag",
    ),
    # --- chains
    (
        "a chain without stages",
        [("chains", None, {"chain_id": "bare"})],
        "chains.csv, row 3, column chain_id: 'bare': has no stages; "
        "write its steps in chain_stages.csv",
    ),
    (
        "a closed chain that nothing closes",
        [("chain_links", 3, {"closes": "0"})],
        "chains.csv, row 2, column closed: '1': no flow of the chain feeds an earlier stage; "
        "write closes = 1 at that flow in chain_links.csv, or closed = 0",
    ),
    (
        "a flow forward that is said to close the chain",
        [("chain_links", 2, {"closes": "1"})],
        "chain_links.csv, row 2, column closes: '1': 'lime' comes after 'melt'; "
        "only a flow to an earlier stage closes a chain: write closes = 0",
    ),
    (
        "an order twice",
        [("chain_stages", 4, {"order": "2"}), ("chain_links", 3, {"from_stage": "back"})],
        "chain_stages.csv, row 4, column order: '2': is already the order of row 3; "
        "number the stages of a chain one after the other",
    ),
    (
        "a stage of no such name",
        [("chain_links", 2, {"to_stage": "lim"})],
        "chain_links.csv, row 2, column to_stage: 'lim': is not a stage of the chain 'loop'; "
        "closest is 'lime'",
    ),
    (
        "a flow from a stage to itself",
        [("chain_links", 2, {"to_stage": "melt"})],
        "chain_links.csv, row 2, column to_stage: 'melt': is also the stage the flow comes from; "
        "a flow ties two stages together: mend one of them",
    ),
    (
        "a flow no recipe of its start gives",
        [("chain_links", 2, {"resource_id": "stone"})],
        "chain_links.csv, row 2, column resource_id: 'stone': is given by no recipe or stream of "
        "the stage 'melt'; known here: metal, slag",
    ),
    (
        "a flow no recipe of its end takes",
        [("chain_links", 2, {"resource_id": "metal"})],
        "chain_links.csv, row 2, column resource_id: 'metal': is taken by no recipe or stream of "
        "the stage 'lime'; known here: slag, stone",
    ),
    # --- carriers
    (
        "a carrier that counts in something else",
        [("resources", 5, {"mass": ""})],
        "resources.csv, row 5, column carrier_id: 'truck': counts in t, the resource in m3; "
        "write the mass of one unit in t",
    ),
    (
        "a pipe for tonnes",
        [("carriers", 2, {"unit": "m3"}), ("resources", 5, {"carrier_id": ""})],
        "resources.csv, row 3, column carrier_id: 'truck': counts in m3, the resource in t; "
        "choose a carrier that counts in t",
    ),
    # --- geography
    (
        "latitude without longitude",  # the park's place would be taken in silence
        [("enterprises", 2, {"lat": "36.1"})],
        "enterprises.csv, row 2, column lon: is empty; write both lat and lon, or neither",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "fault"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_contradiction(changes, fault):
    assert told(*changes) == [fault]


def test_amounts_of_several_exchanges_count_together():
    """40 + 61 t of slag sent by one donor of 100 t: the second row goes beyond, once."""
    other = {"enterprise_id": "mason", "park_id": "north"}
    need = {"stream_id": "m", "enterprise_id": "mason", "resource_id": "slag",
            "direction": "need", "amount": "99"}  # fmt: skip
    faults = told(
        ("enterprises", None, other),
        ("streams", None, need),
        ("exchanges", 2, {"amount": "40"}),
        (
            "exchanges",
            None,
            {"donor_id": "smelter", "receiver_id": "mason", "resource_id": "slag", "amount": "61"},
        ),
    )
    assert faults == [
        "exchanges.csv, row 3, column amount: '61 t/year': 'smelter' would send 101 t/year of "
        "'slag' but gives 100 t/year today; "
        "lower the amounts, or mend what it gives in units.csv or streams.csv"
    ]


def test_the_same_exchange_written_in_two_ways():
    """Serving nothing else and serving itself are the same row: its amount would count twice."""
    need = {"stream_id": "k", "enterprise_id": "kiln", "resource_id": "slag",
            "direction": "need", "amount": "50"}  # fmt: skip
    row = {"donor_id": "smelter", "receiver_id": "kiln", "resource_id": "slag", "amount": "5"}
    faults = told(
        ("streams", None, need),
        ("exchanges", 2, row | {"serves_resource_id": ""}),
        ("exchanges", None, row | {"serves_resource_id": "slag"}),
    )
    assert faults == [
        "exchanges.csv, row 3, column serves_resource_id: 'slag': stands already in row 2; "
        "keep one of the two rows"
    ]


def test_what_is_lost_on_the_way_is_not_received():
    """Sent 60 t, a fifth is lost, 48 x 0.8 = 38.4 of 40 t arrive: nothing is wrong.

    Without the loss 48 t would seem to arrive where 40 are allowed.
    """
    loss = {"link_id": "leak", "from_id": "smelter", "to_id": "kiln", "resource_id": "slag",
            "loss_share": "0.2"}  # fmt: skip
    assert read(changed(("exchanges", 2, {"amount": "60"}), ("links", None, loss)))
    assert told(("exchanges", 2, {"amount": "60"}))


def test_nothing_runs_today_in_a_study_from_zero():
    """With baseline = none the amounts of today's exchanges bind nobody."""
    changes = changed(("exchanges", 2, {"amount": "1000"}))
    assert read(changes, {"baseline": "none"})


ROAD = {"link_id": "road", "from_id": "smelter", "to_id": "kiln", "resource_id": "slag",
        "most_capacity": "50"}  # fmt: skip


def test_a_link_holds_exactly_what_runs_today():
    """50 t on a way for 50 t is no fault; nor are they where nothing runs today, or the way back.

    Were the lost fifth taken off first, 50 t would pass a limit of 40 t.
    """
    assert read(changed(("links", None, ROAD)))
    narrow = ROAD | {"most_capacity": "40"}
    assert told(("links", None, narrow | {"loss_share": "0.2"}))
    assert read(changed(("links", None, narrow)), {"baseline": "none"})
    limits_of_others = [
        ("streams", None, {"stream_id": "b", "enterprise_id": "kiln", "resource_id": "slag",
                           "direction": "supply", "amount": "9"}),
        ("streams", None, {"stream_id": "n", "enterprise_id": "smelter", "resource_id": "slag",
                           "direction": "need", "amount": "9"}),
        ("links", None, narrow | {"from_id": "kiln", "to_id": "smelter"}),
    ]  # fmt: skip
    assert read(changed(*limits_of_others))


def test_exchanges_for_different_needs_share_their_way():
    """30 t in place of stone and 25 t as slag: 55 t on a way for 50 t, told once, at the link.

    Each row alone would fit. The same row written in two ways is told as that and counts once.
    """
    need = {"stream_id": "k", "enterprise_id": "kiln", "resource_id": "slag",
            "direction": "need", "amount": "50"}  # fmt: skip
    row = {"donor_id": "smelter", "receiver_id": "kiln", "resource_id": "slag"}
    park = [("streams", None, need), ("links", None, ROAD), ("exchanges", 2, {"amount": "30"})]
    assert told(*park, ("exchanges", None, row | {"amount": "25"})) == [
        "links.csv, row 3, column most_capacity: '50 t/year': is below what exchanges.csv moves "
        "on this way today, 55 t/year; raise most_capacity, or lower the amounts of today"
    ]
    twice = row | {"serves_resource_id": "slag", "amount": "15"}
    faults = told(*park, ("exchanges", None, row | {"amount": "15"}), ("exchanges", None, twice))
    assert [fault.split(", column")[0] for fault in faults] == ["exchanges.csv, row 4"]


def test_rounding_is_no_contradiction():
    """50.00001 t where 50 are allowed is 2e-7 too much, rounded digits; 50.001 t is not."""
    assert read(changed(("exchanges", 2, {"amount": "50.00001"})))
    assert told(("exchanges", 2, {"amount": "50.001"}))


def test_a_project_that_is_not_offered_may_be_unfinished():
    """Its row waits for its unit and its place, until the study switches it on."""
    changes = [
        ("projects", 2, {"available": "0"}),
        ("project_units", 2, None),
        ("project_places", 2, None),
        ("qualities", 4, None),
        ("links", 2, None),
    ]
    assert read(changed(*changes))
    assert [text.split(": ")[2] for text in told(*changes, settings={"switch_on": ["boards"]})] == [
        "has no place; add a row to project_places.csv, or write available = 0",
        "has no unit; add a row to project_units.csv, or write available = 0",
    ]


def test_a_material_may_replace_energy():
    """Waste oil for gas is a fuel for a fuel; only water stands apart."""
    gas = {"resource_id": "gas", "kind": "energy", "unit": "GJ"}
    row = {"from_resource": "slag", "to_resource": "gas", "ratio": "20"}
    assert read(changed(("resources", None, gas), ("substitutes", None, row)))


PLACELESS = [("parks", 2, {"lat": "", "lon": ""})]


def test_open_matching_needs_a_place_of_everybody():
    """Neither the enterprises nor their park have coordinates; the hosted project follows them."""
    faults = told(*PLACELESS)
    assert [text.split(", ")[1] for text in faults] == ["row 2", "row 3"]
    assert faults[1] == (
        "enterprises.csv, row 3, column lat: where 'kiln' stands is not known; "
        "write lat and lon here or at its park in parks.csv"
    )


def test_a_project_on_its_own_plot_needs_a_place():
    """Without a host, the plot's own coordinates or the park's are needed."""
    faults = told(
        *PLACELESS,
        ("project_places", 2, {"host_id": ""}),
        ("enterprises", 2, {"lat": "36", "lon": "103"}),
        ("enterprises", 3, {"lat": "36", "lon": "103"}),
    )
    assert faults == [
        "project_places.csv, row 2, column lat: where 'plot' stands is not known; "
        "write lat and lon here or at its park in parks.csv"
    ]


def test_declared_matching_needs_no_places():
    """The way is that of the declared rows."""
    assert read(changed(*PLACELESS), {"network": {"matching": "declared"}})


def test_an_enterprise_alone_needs_no_place():
    """With one site there is no way to measure."""
    tables = {
        "resources": [{"resource_id": "slag", "kind": "material", "unit": "t"}],
        "parks": [{"park_id": "north"}],
        "enterprises": [{"enterprise_id": "smelter", "park_id": "north"}],
    }
    assert read(tables)


def test_more_chains_wanted_than_there_are():
    """One chain, barred: at_least = 1 (the default) can never be met."""
    faults = told(settings={"chains": {"barred": ["loop"]}})
    assert faults == [
        "study.toml, column chains.at_least: '1': only 0 chains may be prioritised; "
        "lower at_least, or bar fewer chains"
    ]
    assert read(PARK, {"chains": {"barred": ["loop"], "at_least": 0}})


def test_a_dataset_without_chains_is_not_asked_for_one():
    """The default at_least = 1 speaks of datasets with chains only."""
    tables = copy.deepcopy(PARK)
    for table in ("chains", "chain_stages", "chain_links"):
        del tables[table]
    assert read(tables)


def test_renaming_everything_changes_nothing():
    """The checks read no meaning into names: a park with other ids is as consistent."""
    text = repr(PARK)
    for old in ("smelter", "kiln", "slag", "stone", "boards", "plot", "lime", "press"):
        text = text.replace(f"'{old}'", f"'{old[::-1]} 2'")
    text = text.replace("'burn;press'", "'burn;sserp 2'").replace(
        "'press;smelt'", "'sserp 2;smelt'"
    )
    assert read(eval(text))
