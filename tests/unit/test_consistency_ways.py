"""Links join those who give and take and hold what runs today; a way needs two places."""

from consistent_park import changed, each, read, told

CASES = [
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
    # --- carriers
    (
        "a carrier that counts in something else",
        [("resources", 5, {"mass": ""})],
        "resources.csv, row 5, column carrier_id: 'truck': counts in t, the resource in m3; "
        "write the mass of one unit in t",
    ),
    (
        "a far carrier alone",
        [("resources", 3, {"carrier_id": "", "far_carrier_id": "truck"})],
        "resources.csv, row 3, column far_carrier_id: 'truck': stands alone: it goes on where "
        "carrier_id ends, and that is empty; write the carrier in carrier_id and leave "
        "far_carrier_id empty",
    ),
    (
        "a far carrier that ends with the near one",
        [("resources", 3, {"far_carrier_id": "truck"})],
        "resources.csv, row 3, column far_carrier_id: 'truck': reaches 30 km, no farther than the "
        "30 km of truck; name a carrier of longer reach, mend reach in carriers.csv, or leave it "
        "empty",
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


@each(CASES)
def test_contradiction(changes, fault):
    assert told(*changes) == [fault]


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
