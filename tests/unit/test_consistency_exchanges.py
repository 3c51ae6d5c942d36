"""What moves today must fit what is given, what is needed and what may replace what."""

from consistent_park import changed, each, read, told

CASES = [
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
]  # fmt: skip


@each(CASES)
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


def test_rounding_is_no_contradiction():
    """50.00001 t where 50 are allowed is 2e-7 too much, rounded digits; 50.001 t is not."""
    assert read(changed(("exchanges", 2, {"amount": "50.00001"})))
    assert told(("exchanges", 2, {"amount": "50.001"}))


def test_a_material_may_replace_energy():
    """Waste oil for gas is a fuel for a fuel; only water stands apart."""
    gas = {"resource_id": "gas", "kind": "energy", "unit": "GJ"}
    row = {"from_resource": "slag", "to_resource": "gas", "ratio": "20"}
    assert read(changed(("resources", None, gas), ("substitutes", None, row)))
