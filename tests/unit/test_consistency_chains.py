"""What recipes, projects, chains and qualities name in each other must be there."""

import copy

from consistent_park import PARK, changed, each, read, told

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
]  # fmt: skip


@each(CASES)
def test_contradiction(changes, fault):
    assert told(*changes) == [fault]


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
