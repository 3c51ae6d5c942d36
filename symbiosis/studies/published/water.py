"""Least fresh water (or hydrogen) of sources and sinks, and of uses with a fixed load.

source_sink     fresh, sources (name, flow, quality), sinks (name, flow, quality_max)
water_fixed_load             fresh_ppm, processes (name, load_kg_h, cin_max_ppm, cout_max_ppm)
water_regeneration_recycle   the same with regenerator_outlet_ppm, or regenerators (name,
                             outlet_ppm, and inlet_max_ppm, recovery)

A quality is a number, or a list or object of as many as there are `contaminants`. `fresh` may be a
list, each with a quality, cost and limit. Members may name a `plant`, or stand in `plants`, each
with a name and its own lists; water then also goes from plant to plant, unless `inter_plant` is
false.

Figures: min_fresh, min_waste (used water that nobody takes); no_reuse_fresh, every use on fresh
water alone; min_regenerated, the least flow through regenerators with the least fresh water;
min_fresh_separate, every plant by itself; min_inter_plant_flow, the least flow between plants with
the least fresh water; min_cost where every fresh water has a cost.

With one contaminant a use gives its water at its largest outlet concentration, which is best.
With several it gives what the water becomes (a pool with loads), and the figure is proven for that.
"""

from collections.abc import Callable, Sequence
from functools import partial

from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.planning.pooling import LEAST_GAP
from symbiosis.studies.published.case import CaseError, Fields, no_duplicates
from symbiosis.studies.published.flow_network import node_id
from symbiosis.studies.published.translation import Figures, Translation, nothing_more
from symbiosis.studies.published.water_network import (
    FEED,
    ONE_PLANT,
    USED,
    WATER,
    Fresh,
    Regenerator,
    Sink,
    Source,
    Use,
    WaterNetwork,
    fresh_of,
    plant_of,
    properties_of,
    quality_of,
)

GRAMS = 1000.0  # g per kg: a load in kg/h over t/h is 1000 ppm
SLACK = 1e-9  # relative: so much above the least fresh water a second stage may take, or its gap

Members = list[tuple[Fields, str]]  # a member with its plant


def source_sink(data: Fields) -> Translation:
    """Fixed flows that give and take."""
    sources, sinks = _members(data, "sources"), _members(data, "sinks")
    samples = [x.content.get("quality", x.content.get("concentration")) for x, _p in sources]
    properties = properties_of(data, samples)
    network = WaterNetwork(properties, fresh_of(data, properties))
    for i, (x, plant) in enumerate(sources):
        quality = quality_of(x, ("quality", "concentration"), properties)
        node = node_id("source", i + 1, x.text("name"))
        network.sources.append(Source(node, x.number("flow"), quality, plant))
    for i, (x, plant) in enumerate(sinks):
        most = quality_of(x, ("quality_max", "concentration_max"), properties)
        node = node_id("sink", i + 1, x.text("name"))
        network.sinks.append(Sink(node, x.number("flow"), most, plant))
    return _stages(data, network, {})


def water_fixed_load(data: Fields) -> Translation:
    """Uses with a fixed load, reuse only."""
    network = _uses(data)
    return _stages(data, network, {"no_reuse_fresh": network.but(reuse=False, between=False)})


def water_regeneration_recycle(data: Fields) -> Translation:
    """Uses with a fixed load and regenerators, recycling allowed."""
    network = _uses(data)
    if data.get("regenerators", default=None) is None:
        outlet = quality_of(data, ("regenerator_outlet_ppm",), network.properties)
        network.regenerators.append(Regenerator("regenerator 1", outlet, {}))
    else:
        for i, x in enumerate(data.objects("regenerators")):
            inlet: dict[str, float] = {}
            if x.get("inlet_max_ppm", default=None) is not None:
                inlet = quality_of(x, ("inlet_max_ppm",), network.properties)
            recovery = x.number("recovery", default=1.0)
            if not 0 < recovery <= 1:
                raise CaseError(x.place("recovery"), recovery, _("is not a share above 0"))
            network.regenerators.append(
                Regenerator(
                    node_id("regenerator", i + 1, x.text("name")),
                    quality_of(x, ("outlet_ppm",), network.properties),
                    inlet,
                    recovery,
                    plant_of(x, network.plants[0]),
                )
            )
    return _stages(data, network, {"no_reuse_fresh": network.but(reuse=False, regenerators=[])})


def _uses(data: Fields) -> WaterNetwork:
    processes = _members(data, "processes")
    samples = [x.content.get("load_kg_h") for x, _p in processes]
    properties = properties_of(data, samples)
    if data.get("fresh", default=None) is None:
        quality = quality_of(data, ("fresh_ppm",), properties)
        network = WaterNetwork(properties, [Fresh("fresh 1", quality)])
    else:
        network = WaterNetwork(properties, fresh_of(data, properties))
    for i, (x, plant) in enumerate(processes):
        loads = quality_of(x, ("load_kg_h",), properties, GRAMS)
        inlet = quality_of(x, ("cin_max_ppm",), properties)
        outlet = quality_of(x, ("cout_max_ppm",), properties)
        for name in properties:
            if outlet[name] <= inlet[name] and loads[name] > 0:
                raise CaseError(
                    x.place("cout_max_ppm"),
                    outlet[name],
                    _("is not above the inlet's limit"),
                    _("a use that takes up a load makes water dirtier"),
                )
            if not loads[name]:  # what comes in leaves as it is
                inlet[name] = min(inlet[name], outlet[name])
        loads = {name: load for name, load in loads.items() if load > 0}
        if loads:  # without one it needs no water
            node = node_id("use", i + 1, x.text("name"))
            network.uses.append(Use(node, loads, inlet, outlet, plant))
    return network


def _members(data: Fields, key: str) -> Members:
    """Members of a list with their plants; of every plant where there are `plants`."""
    if data.get("plants", default=None) is None:
        found = [(x, plant_of(x, ONE_PLANT)) for x in data.objects(key, empty=True)]
    else:
        found = []
        for k, plant in enumerate(_plants(data)):
            name = plant.text("name")
            place = f"{data.where}.plants[{k}].{key}"
            for i, item in enumerate(plant.items(key, default=[], empty=True)):
                found.append((data.inner(item, f"{place}[{i}]"), name))
        if data.get(key, default=None) is not None:
            found += [(x, plant_of(x, ONE_PLANT)) for x in data.objects(key)]
    if not found:
        raise CaseError(data.place(key), None, _("is empty"), _("name at least one"))
    no_duplicates((x.place("name"), f"{plant} {x.text('name')}".strip()) for x, plant in found)
    return found


def _plants(data: Fields) -> list[Fields]:
    """The plants of a case; what stands in them is read by its own lists."""
    plants = [
        Fields(item, f"{data.where}.plants[{k}]") for k, item in enumerate(data.items("plants"))
    ]
    known = {"name", "sources", "sinks", "processes", "note", "notes"}
    for plant in plants:
        for key in plant.content:
            if key not in known:
                raise CaseError(
                    plant.place(key), None, _("is not known here, and would be left out")
                )
    no_duplicates((plant.place("name"), plant.text("name")) for plant in plants)
    return plants


def _stages(data: Fields, network: WaterNetwork, others: dict[str, WaterNetwork]) -> Translation:
    """Fresh water first; then what asks for it to be known, and what is compared with it."""
    several = len(network.plants) > 1
    network = network.but(between=several and data.flag("inter_plant", default=True))

    def second(plan: Plan) -> Sequence[Translation]:
        fresh = _bought(plan)
        slack = SLACK if len(network.properties) == 1 else LEAST_GAP
        held = network.but(fresh_most=fresh * (1 + slack), fresh_cost=0.0)
        found = []
        if network.regenerators:
            found.append(
                _translation(
                    held.but(regeneration=1.0), lambda p: {"min_regenerated": _regenerated(p)}
                )
            )
        if network.between:
            found.append(
                _translation(
                    held.but(between_cost=1.0),
                    lambda p: {"min_inter_plant_flow": -float(p.facts["npv_wanyuan"])},
                )
            )
        return found

    further = [_translation(other, partial(_bought_as, figure)) for figure, other in others.items()]
    if several:
        further.append(
            _translation(network.but(between=False), partial(_bought_as, "min_fresh_separate"))
        )
    if network.fresh and all(fresh.cost is not None for fresh in network.fresh):
        further.append(
            _translation(
                network.but(priced=True),
                lambda plan: {"min_cost": -float(plan.facts["npv_wanyuan"])},
            )
        )
    return _translation(network, _figures, further, second)


def _translation(
    network: WaterNetwork,
    figures: Callable[[Plan], Figures],
    further: Sequence[Translation] = (),
    then: Callable[[Plan], Sequence[Translation]] = nothing_more,
) -> Translation:
    return Translation(network.rows, network.settings(), figures, further=tuple(further), then=then)


def _figures(plan: Plan) -> Figures:
    trades = plan.tables["trades"]
    wasted = trades[(trades["action"] == "dispose") & trades["resource"].isin((WATER, USED))]
    return {"min_fresh": _bought(plan), "min_waste": float(wasted["plan"].sum())}


def _bought_as(figure: str, plan: Plan) -> Figures:
    return {figure: _bought(plan)}


def _bought(plan: Plan) -> float:
    """Fresh water of a plan."""
    trades = plan.tables["trades"]
    raw = trades["resource"].str.startswith("raw ") & (trades["action"] == "buy")
    return float(trades.loc[raw, "plan"].sum())


def _regenerated(plan: Plan) -> float:
    """What regenerators take up."""
    exchanges, within = plan.tables["exchanges"], plan.tables["within"]
    fed = float(exchanges.loc[exchanges["serves"] == FEED, "plan"].sum())
    return fed + float(within.loc[within["resource"] == FEED, "plan"].sum())
