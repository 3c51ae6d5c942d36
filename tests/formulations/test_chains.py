"""Chains by hand: what a priority asks, and what it allows."""

import pytest

from parks import Park, amount, hand_park, npv, plan, prepared
from symbiosis.domain.errors import InfeasibleError
from symbiosis.planning.study import plan_study


def losing_park(**settings) -> Park:
    """The hand park where alumina sells for nothing and the plant costs 2 万元 per t.

    A t worked up saves 0.104 a year, 1.04 in ten: 0.96 is lost by every t of size.
    """
    park = hand_park(**settings).change("markets", "alumina", price=0)
    return park.change("projects", "recovery", capital_cost=200)


def share(park: Park, resource: str, least: float, **cells) -> Park:
    (row,) = [row for row in park.rows["chain_links"] if row["resource_id"] == resource]
    row.update(least_share=least, **cells)
    return park


def twin_park(**settings) -> Park:
    """The hand park with a second chain: 50 t of slag become alumina.

    A t of slag brings 0.12 and saves 0.1 of disposal, 2.2 in ten years for 0.5: 85 for 50 t.
    """
    park = hand_park(**settings).resource("slag", mass=1).market("slag", "dispose", 0.1)
    park.supply("smelter", "slag", 50).recipe("washing", {"slag": 1}, {"alumina": 0.6})
    park.project("washery", "washing", (10, 100, 100), 50, kind="chain_filling")
    park.link("smelter", "washery@P", "slag")
    return park.chain("slags", {"smelting": "smelting", "washing": "washing"})


@pytest.mark.parametrize(
    "settings", [{"chains": {"at_most": 0}}, {"chains": {"barred": ["metals"]}}]
)
def test_chain_filling_needs_its_chain(settings):
    """Without the priority of its chain the plant worth 174 is not built."""
    found = plan(hand_park(), **settings)
    assert found.built() == []
    assert found.facts["npv_wanyuan"] == pytest.approx(0)


def test_chain_filling_without_any_chain():
    """In a dataset without chains no gap can be filled; a platform may be built."""
    park = hand_park()
    for table in ("chains", "chain_stages", "chain_links"):
        del park.rows[table]
    assert plan(park).built() == []
    park.change("projects", "recovery", kind="platform")
    assert npv(park) == pytest.approx(174)


def test_chain_filling_needs_a_chain_of_its_own():
    """The priority of another chain does not help: the washery fills only the chain of slags."""
    found = plan(twin_park(), chains={"barred": ["slags"]})
    assert found.built() == ["recovery@P"]
    assert found.chosen_chains() == ["metals"]


@pytest.mark.parametrize(
    ("at_most", "chains", "worth"),
    [(0, [], 0), (1, ["metals"], 174), (2, ["metals", "slags"], 174 + 85)],
)
def test_at_most_so_many_chains(at_most, chains, worth):
    """K = 1 takes the better chain, K = 2 both."""
    found = plan(twin_park(), chains={"at_most": at_most})
    assert sorted(found.chosen_chains()) == chains
    assert found.facts["npv_wanyuan"] == pytest.approx(worth)


def test_the_next_chain():
    """The plan of K = 1 says what K = 2 would add: the slags and their washery, 85 万元."""
    told = plan_study(prepared(twin_park(), chains={"at_most": 1})).facts["next_chain"]
    assert told["added_chains"] == ["slags"]
    assert told["added_projects"] == ["washery@P"]
    assert told["dropped_projects"] == []
    assert told["gain"] == pytest.approx(85)
    assert plan_study(prepared(twin_park(), chains={"at_most": 2})).facts["next_chain"] is None


def test_a_chain_that_must_be():
    """A losing chain is left alone, unless one must be prioritised: then at its smallest, 30 t."""
    assert plan(losing_park()).chosen_chains() == []
    found = plan(losing_park(), chains={"at_least": 1})
    assert found.chosen_chains() == ["metals"]
    assert list(found.tables["projects"]["size"]) == pytest.approx([30])
    assert found.facts["npv_wanyuan"] == pytest.approx(-0.96 * 30)


def test_a_stage_nobody_serves_bars_its_chain():
    """With a required step that nobody can perform the chain is no choice, and so no plant."""
    park = hand_park().recipe("pressing", {"residue": 1}, {"alumina": 0.1})
    park.add("chain_stages", chain_id="metals", stage_id="gap", order=9, recipes="pressing")
    assert plan(park).built() == []
    with pytest.raises(InfeasibleError):
        plan(park, chains={"at_least": 1})
    park.rows["chain_stages"][-1]["required"] = 0
    assert plan(park).chosen_chains() == ["metals"]


def test_a_stage_that_a_project_serves():
    """A stage with two possible projects needs one of them: the cheaper is built."""
    park = hand_park(chains={"at_least": 1}).change("projects", "recovery", kind="platform")
    park.change("markets", "alumina", price=0).change("projects", "recovery", capital_cost=500)
    park.recipe("dumping", {"dross": 1}, {"residue": 0.4})
    park.project("dump", "dumping", 10, 1, least_utilisation=0)
    park.link("smelter", "dump@P", "dross")
    park.rows["chain_stages"][1]["recipes"] = "recovering;dumping"
    assert plan(park).built() == ["dump@P"]


@pytest.mark.parametrize(("least", "size"), [(0.2, 30), (0.6, 60), (1.0, 100)])
def test_share_of_a_link_binds(least, size):
    """60 % of the 100 t of dross must reach the recovery: 60 t, though each t loses 0.96."""
    park = share(losing_park(chains={"at_least": 1}), "dross", least)
    found = plan(park)
    assert amount(found, "exchanges", resource="dross") == pytest.approx(size)
    assert found.facts["npv_wanyuan"] == pytest.approx(-0.96 * size)


def test_share_beyond_what_can_be_built():
    """80 % of 200 t are more than the largest plant of 120 t can take."""
    park = share(hand_park(), "dross", 0.8).change("units", "pots", capacity=2000)
    assert plan(park).chosen_chains() == []
    with pytest.raises(InfeasibleError):
        plan(park, chains={"at_least": 1})


def test_a_link_that_is_not_required_binds_nothing():
    """The same share without `required` leaves the plan free."""
    park = share(losing_park(chains={"at_least": 1}), "dross", 0.6, required=0)
    assert amount(plan(park), "exchanges", resource="dross") == pytest.approx(30)


def test_share_is_of_the_stage_not_of_the_actor():
    """100 t of the smelter's dross come from elsewhere: 60 % of the pots' 100 t are enough."""
    park = share(losing_park(chains={"at_least": 1}), "dross", 0.6)
    park.supply("smelter", "dross", 100)
    assert amount(plan(park), "exchanges", resource="dross") == pytest.approx(60)


def test_flow_to_another_unit_does_not_count():
    """The works needs residue elsewhere; what goes there does not reach the stage of cement.

    The kiln takes 20 % of 10 t of clay, 2 t of residue: half of the residue is at most 4 t,
    10 t of dross, below the smallest plant. Were all residue that the works takes counted, the
    chain could be prioritised.
    """
    park = share(hand_park(), "residue", 0.5).change("units", "kiln", capacity=10)
    park.need("works", "residue", 100).market("residue", "buy", 0.05)
    assert plan(park).chosen_chains() == []
    park.change("units", "kiln", capacity=100)  # takes 20 t, half of 40
    assert plan(park).chosen_chains() == ["metals"]


def test_flow_of_another_unit_does_not_count():
    """The recovery stands where other residue is given too: that does not serve the chain.

    The recovery in the works gives 0.4 t of residue per t, all must reach a press nearby; the
    residue of another plant, cheaper to send, cannot take its place in the share.
    """
    park = Park(chains={"at_least": 1}).resource("ash", "fuel").enterprise("mill", "kiln")
    park.recipe("milling", {"fuel": 1}, {"ash": 1}).market("fuel", "buy", 0)
    park.recipe("firing", {"ash": 1}, {}).market("ash", "buy", 0.1).market("ash", "dispose", 0.1)
    park.unit("mill1", "mill", "milling", 100, least_utilisation=0, utilisation=0.5)
    park.supply("mill", "ash", 80).unit("kiln1", "kiln", "firing", 60)
    park.link("mill", "kiln", "ash")
    park.chain(
        "ashes",
        {"milling": "milling", "firing": "firing"},
        [{"start": "milling", "end": "firing", "resource": "ash", "least_share": 1}],
    )
    found = plan(park)
    # dumping costs 0.1: the mill stops, and nothing given by the stage asks for a share
    assert amount(found, "units", unit_id="mill1") == pytest.approx(0)
    park.change("units", "mill1", least_utilisation=0.5)
    found = plan(park)
    # 50 t of the mill's own ash are sent, as its share is 1; 10 of the 80 fill the kiln
    assert amount(found, "exchanges", resource="ash") == pytest.approx(60)
    park.change("units", "mill1", utilisation=0.7, least_utilisation=0.7)
    with pytest.raises(InfeasibleError):  # 70 t of its own ash cannot all go to 60 t of need
        plan(park)


def test_what_an_actor_uses_itself_counts():
    """One works with both stages: half of its ash must go from the one to the other inside.

    Selling ash at 0.3 is better than using it for ash bought at 0.31 only when nothing asks.
    """
    park = Park().resource("ash").enterprise("works").market("ash", "buy", 0.31)
    park.recipe("milling", {}, {"ash": 1}).recipe("firing", {"ash": 1}, {})
    park.unit("mill", "works", "milling", 100).unit("kiln", "works", "firing", 100)
    park.market("ash", "sell", 0.31)
    park.chain(
        "ashes",
        {"milling": "milling", "firing": "firing"},
        [{"start": "milling", "end": "firing", "resource": "ash", "least_share": 0.5}],
    )
    found = plan(park, chains={"at_least": 1})
    assert amount(found, "within", resource="ash") >= 50 - 1e-6
    assert found.facts["npv_wanyuan"] == pytest.approx(0)


def ring_park(freight: float, **link) -> Park:
    """A smelter whose dross is worked up to alumina, which the smelter buys at 0.3 or takes back.

    Alumina sells at 0.2: taking it back is worth 0.1 per t less the freight.
    """
    park = Park(chains={"at_least": 1}).resource("dross", "alumina", "metal").enterprise("smelter")
    park.recipe("smelting", {"alumina": 2}, {"metal": 1, "dross": 0.1})
    park.unit("pots", "smelter", "smelting", 1000).market("metal", "sell", 1)
    park.recipe("recovering", {"dross": 1}, {"alumina": 0.6})
    park.project("recovery", "recovering", (30, 100, 120), 5, kind="chain_filling")
    park.market("dross", "dispose", 0.1).market("alumina", "sell", 0.2)
    park.market("alumina", "buy", 0.3)
    park.link("smelter", "recovery@P", "dross")
    park.link("recovery@P", "smelter", "alumina", freight=freight)
    back = {"start": "recovery", "end": "smelting", "resource": "alumina", "closes": 1, **link}
    stages = {"smelting": "smelting", "recovery": "recovering"}
    return park.chain("ring", stages, [back], closed=1)


@pytest.mark.parametrize(
    ("freight", "link", "closed"),
    [
        (0.05, {}, True),
        (0.15, {}, False),
        (0.15, {"least_share": 0.5}, True),
        (0.05, {"required": 0}, True),
        (0.15, {"required": 0, "least_share": 0.5}, False),
    ],
)
def test_a_chain_is_closed_by_a_flow(freight, link, closed):
    """Closed where alumina flows back, because it pays or because the chain asks for its share.

    It flows back when its freight is below 0.1 万元/t; the flag tells what is, not what must be.
    """
    found = plan(ring_park(freight, **link))
    chains = found.tables["chains"].set_index("chain_id")
    flows = amount(found, "exchanges", resource="alumina") > 0
    assert flows == closed
    assert bool(chains.loc["ring", "closed"]) == closed


def test_a_chain_that_is_not_prioritised_is_not_closed():
    """The flow of a ring without priority does not count as closing a chain of the plan."""
    park = ring_park(0.05).change("projects", "recovery", kind="platform")
    found = plan(park, chains={"at_least": 0, "at_most": 0})
    assert found.built() == ["recovery@P"]
    assert not found.tables["chains"]["closed"].any()
