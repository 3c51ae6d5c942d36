"""What one row alone cannot show: rows that contradict each other, faults all gathered.

Only what makes a dataset unusable or silently wrong is a fault here; what is merely suspicious
(a stage nobody performs, a project without a chain) is left to the studies.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import Fault
from symbiosis.domain.places import Enterprise, Park, TodayExchange
from symbiosis.domain.projects import ProjectPlace
from symbiosis.domain.resources import Market, Resource, Substitute
from symbiosis.domain.units import UnitError, factor
from symbiosis.inputs.heat_consistency import heat_inconsistencies
from symbiosis.inputs.tables import closest
from symbiosis.locale import _

TOLERANCE = 1e-6  # relative, of amounts that are compared with each other


def inconsistencies(dataset: Dataset) -> list[Fault]:
    """Every contradiction between the rows of `dataset`, whose references all hold."""
    ends = _ends(dataset)
    faults: list[Fault] = []
    for check in _CHECKS:
        faults += check(dataset, ends)
    return faults


@dataclass(frozen=True)
class _Ends:
    """What each owner (enterprise, project, project place) can give and take.

    given_today, needed_today   per enterprise and resource, per year
    stand_ins                   resource -> resource it may serve -> row of substitutes.csv
    """

    gives: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    takes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    given_today: defaultdict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )
    needed_today: defaultdict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )
    stand_ins: defaultdict[str, dict[str, Substitute]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def can_use(self, owner: str, resource: str) -> bool:
        """Whether `owner` takes `resource`, itself or in place of another."""
        return _serves(self, resource, self.takes[owner])


def _serves(ends: _Ends, resource: str, needs: Collection[str]) -> bool:
    return resource in needs or any(other in needs for other in ends.stand_ins[resource])


def _ends(dataset: Dataset) -> _Ends:
    ends = _Ends()

    def recipe(owner: str, recipe_id: str) -> None:
        gives, takes = _flows(dataset, recipe_id)
        ends.gives[owner] |= gives
        ends.takes[owner] |= takes

    for unit in dataset.units:
        recipe(unit.enterprise_id, unit.recipe_id)
        for flow in dataset.flows_of_recipe.get(unit.recipe_id, ()):
            today = ends.given_today if flow.direction == "out" else ends.needed_today
            amount = unit.capacity * unit.utilisation * flow.coefficient
            today[unit.enterprise_id, flow.resource_id] += amount
    for stream in dataset.streams:
        supply = stream.direction == "supply"
        (ends.gives if supply else ends.takes)[stream.enterprise_id].add(stream.resource_id)
        today = ends.given_today if supply else ends.needed_today
        today[stream.enterprise_id, stream.resource_id] += stream.amount
    for project_unit in dataset.project_units:
        recipe(project_unit.project_id, project_unit.recipe_id)
    for place in dataset.project_places:
        ends.gives[place.place_id] |= ends.gives[place.project_id]
        ends.takes[place.place_id] |= ends.takes[place.project_id]
    for row in dataset.substitutes:
        ends.stand_ins[row.from_resource][row.to_resource] = row
    return ends


def _flows(dataset: Dataset, recipe_id: str) -> tuple[set[str], set[str]]:
    """Resources a recipe gives and takes."""
    gives: set[str] = set()
    takes: set[str] = set()
    for flow in dataset.flows_of_recipe.get(recipe_id, ()):
        if flow.coefficient > 0:
            (gives if flow.direction == "out" else takes).add(flow.resource_id)
    return gives, takes


def _number(value: float) -> str:
    return f"{value:.10g}"


def _yearly(dataset: Dataset, resource: str, value: float) -> str:
    return f"{_number(value)} {dataset.resource[resource].unit}/year"


def _price(dataset: Dataset, row: Market) -> str:
    return f"{_number(row.price * 1e4)} 元/{dataset.resource[row.resource_id].unit}"


def _among(name: str, known: Collection[str]) -> str:
    """Hint at the names that would have been right."""
    return closest(name, known) or _("known here: {names}").format(
        names=", ".join(sorted(known)[:8]) or "-"
    )


def _ids(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """Enterprises, projects and places share one space of names: they are all actors."""
    for file, column, names in (
        ("projects.csv", "project_id", [(p.row, p.project_id) for p in dataset.projects]),
        ("project_places.csv", "place_id", [(p.row, p.place_id) for p in dataset.project_places]),
    ):
        for row, name in names:
            if name in dataset.enterprise:
                yield Fault(
                    file,
                    row,
                    column,
                    name,
                    _("is already the id of an enterprise"),
                    _("choose another id"),
                )


def _names(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """A word must mean one resource only."""

    def plain(word: str) -> str:
        return unicodedata.normalize("NFKC", word).casefold().strip()

    def words(resource: Resource) -> dict[str, tuple[str, str]]:
        """Every word of a resource: its column and how it is written."""
        found = {}
        for column in ("aliases", "name_en", "name_zh", "resource_id"):
            value = getattr(resource, column)
            for word in value if isinstance(value, tuple) else (value,):
                if word:
                    found[plain(word)] = (column, word)
        return found

    meant = {plain(row.resource_id): row for row in dataset.resources}
    for resource in dataset.resources:
        for key, (column, word) in words(resource).items():
            other = meant.setdefault(key, resource)
            if other is not resource:
                yield Fault(
                    "resources.csv",
                    resource.row,
                    column,
                    word,
                    _("also means the resource '{other}' of row {row}").format(
                        other=other.resource_id, row=other.row
                    ),
                    _("a name or alias may stand at one resource only"),
                )


def _carriers(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """A carrier counts what it moves in its own unit."""
    for resource in dataset.resources:
        carrier = dataset.carrier.get(resource.carrier_id)
        if carrier is None:
            continue
        if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
            continue
        try:
            factor(resource.unit, carrier.unit)
        except UnitError:
            yield Fault(
                "resources.csv",
                resource.row,
                "carrier_id",
                resource.carrier_id,
                _("counts in {carrier_unit}, the resource in {unit}").format(
                    carrier_unit=carrier.unit, unit=resource.unit
                ),
                _("write the mass of one unit in t")
                if carrier.unit == "t"
                else _("choose a carrier that counts in {unit}").format(unit=resource.unit),
            )


def _recipes(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    for recipe in dataset.recipes:
        flows = dataset.flows_of_recipe.get(recipe.recipe_id, ())
        if not flows:
            yield Fault(
                "recipes.csv",
                recipe.row,
                "recipe_id",
                recipe.recipe_id,
                _("has no flows"),
                _("write what it takes and gives in {file}").format(file="recipe_flows.csv"),
            )
            continue
        gives, takes = _flows(dataset, recipe.recipe_id)
        reference = recipe.reference_resource
        if reference not in gives | takes:
            yield Fault(
                "recipes.csv",
                recipe.row,
                "reference_resource",
                reference,
                _("is not among the flows of '{recipe}', or its coefficient is 0").format(
                    recipe=recipe.recipe_id
                ),
                _among(reference, gives | takes),
            )
        for flow in flows:
            if flow.direction == "out" and flow.resource_id in gives & takes:
                yield Fault(
                    "recipe_flows.csv",
                    flow.row,
                    "resource_id",
                    flow.resource_id,
                    _("is both taken and given by the recipe '{recipe}'").format(
                        recipe=recipe.recipe_id
                    ),
                    _("keep the difference of the two as one row"),
                )


def _ranges(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """least <= value <= most, where the three stand in one row or in two tables."""
    for stream in dataset.streams:
        unit = f" {dataset.resource[stream.resource_id].unit}/year"
        for column, outside in (
            ("least_amount", _above(stream.least_amount, stream.amount)),
            ("most_amount", _above(stream.amount, stream.most_amount)),
        ):
            if outside:
                yield _out_of_order(
                    "streams.csv",
                    stream.row,
                    column,
                    _number(getattr(stream, column)) + unit,
                    f"least_amount <= amount ({_number(stream.amount)}{unit}) <= most_amount",
                )
    for plant in dataset.units:
        for column, outside in (
            ("least_utilisation", _above(plant.least_utilisation, plant.utilisation)),
            ("most_utilisation", _above(plant.utilisation, plant.most_utilisation)),
        ):
            if outside:
                yield _out_of_order(
                    "units.csv",
                    plant.row,
                    column,
                    _number(getattr(plant, column)),
                    f"least_utilisation <= utilisation ({_number(plant.utilisation)})"
                    " <= most_utilisation",
                )
    for project in dataset.projects:
        for column, outside in (
            ("least_size", _above(project.least_size, project.reference_size)),
            ("most_size", _above(project.reference_size, project.most_size)),
        ):
            if outside:
                yield _out_of_order(
                    "projects.csv",
                    project.row,
                    column,
                    _number(getattr(project, column)),
                    f"least_size <= reference_size ({_number(project.reference_size)})"
                    " <= most_size",
                )
    first: dict[tuple[str, float], int] = {}
    for size in dataset.project_sizes:
        owner = dataset.project[size.project_id]
        if _above(owner.least_size, size.size) or _above(size.size, owner.most_size):
            yield Fault(
                "project_sizes.csv",
                size.row,
                "size",
                _number(size.size),
                _("lies outside {least} to {most}, the sizes of '{project}'").format(
                    least=_number(owner.least_size),
                    most=_number(owner.most_size),
                    project=owner.project_id,
                ),
                _("mend the size, or least_size and most_size in {file}").format(
                    file="projects.csv"
                ),
            )
        if first.setdefault((size.project_id, size.size), size.row) != size.row:
            yield Fault(
                "project_sizes.csv",
                size.row,
                "size",
                _number(size.size),
                _("stands already in row {row}").format(row=first[size.project_id, size.size]),
                _("keep one of the two rows"),
            )


def _above(lower: float | None, upper: float | None) -> bool:
    """Whether two numbers stand in the wrong order; an empty one is no limit."""
    if lower is None or upper is None:
        return False
    return lower - upper > 1e-9 * max(abs(lower), abs(upper))


def _out_of_order(file: str, row: int, column: str, value: str, order: str) -> Fault:
    return Fault(
        file, row, column, value, _("is out of order"), _("{order} must hold").format(order=order)
    )


def _projects(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """An offered project needs something to run and somewhere to stand."""
    placed = {place.project_id for place in dataset.project_places}
    for project in dataset.projects:
        if not dataset.offered(project):
            continue
        for there, problem, file in (
            (project.project_id in dataset.units_of_project, _("has no unit"), "project_units.csv"),
            (project.project_id in placed, _("has no place"), "project_places.csv"),
        ):
            if not there:
                yield Fault(
                    "projects.csv",
                    project.row,
                    "project_id",
                    project.project_id,
                    problem,
                    _("add a row to {file}, or write available = 0").format(file=file),
                )
    for place in dataset.project_places:
        host = dataset.enterprise.get(place.host_id)
        if host is not None and host.park_id != place.park_id:
            yield Fault(
                "project_places.csv",
                place.row,
                "host_id",
                place.host_id,
                _("stands in the park '{park}', the place in '{other}'").format(
                    park=host.park_id, other=place.park_id
                ),
                _("write park_id = {park}, or another host").format(park=host.park_id),
            )


def _markets(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """No actor may earn without end by buying only to sell or to dispose of."""
    rows: dict[tuple[str, str, str], Market] = {
        (row.resource_id, row.action, row.enterprise_id): row for row in dataset.markets
    }

    def of(resource: str, action: str, actor: str) -> Market | None:
        """The actor's own row stands before the general one."""
        return rows.get((resource, action, actor)) or rows.get((resource, action, ""))

    for resource, members in group(dataset.markets, "resource_id").items():
        for actor in dict.fromkeys(["", *(row.enterprise_id for row in members)]):
            buy = of(resource, "buy", actor)
            both = resource in ends.gives[actor] and ends.can_use(actor, resource)
            if buy is None or (actor and not both):  # it buys only what it takes
                continue
            for action, gain in (("sell", 1.0), ("dispose", -1.0)):
                other = of(resource, action, actor)
                if other is None or (actor and not (buy.enterprise_id or other.enterprise_id)):
                    continue
                if _above(gain * other.price, buy.price):
                    named = other if other.enterprise_id == actor else buy
                    against = buy if named is other else other
                    yield Fault(
                        "markets.csv",
                        named.row,
                        "price",
                        _price(dataset, named),
                        _(
                            "buying '{resource}' only to sell or dispose of it would earn money "
                            "without end: row {row} has {price}"
                        ).format(
                            resource=resource, row=against.row, price=_price(dataset, against)
                        ),
                        _("the buying price must not be below the selling price")
                        if action == "sell"
                        else _("the buying price must not be below what disposal pays"),
                    )


def _exchanges(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """Today's exchanges must join ends that give and take what they carry."""
    fitting: list[tuple[TodayExchange, str]] = []
    first: dict[tuple[str, str, str, str], int] = {}
    for row in dataset.exchanges:
        served = row.serves_resource_id or row.resource_id
        faults = list(_exchange_ends(ends, row, served))
        key = (row.donor_id, row.receiver_id, row.resource_id, served)
        if not faults and first.setdefault(key, row.row) != row.row:
            faults.append(
                Fault(
                    "exchanges.csv",
                    row.row,
                    "serves_resource_id",
                    row.serves_resource_id,
                    _("stands already in row {row}").format(row=first[key]),
                    _("keep one of the two rows"),
                )
            )
        if not faults:
            fitting.append((row, served))
        yield from faults
    if dataset.settings.baseline == "today":
        yield from _exchange_amounts(dataset, ends, fitting)


def _exchange_ends(ends: _Ends, row: TodayExchange, served: str) -> Iterator[Fault]:
    """Whether the donor gives the resource and the receiver takes what it serves."""
    file = "exchanges.csv"
    donor, receiver, resource = row.donor_id, row.receiver_id, row.resource_id
    if donor == receiver:
        yield Fault(
            file,
            row.row,
            "receiver_id",
            receiver,
            _("is also the donor"),
            _("what an enterprise uses itself is no exchange: take the row out"),
        )
        return
    if resource not in ends.gives[donor]:
        yield Fault(
            file,
            row.row,
            "resource_id",
            resource,
            _("is not given by '{owner}'").format(owner=donor),
            _among(resource, ends.gives[donor]),
        )
    if served != resource and served not in ends.stand_ins[resource]:
        yield Fault(
            file,
            row.row,
            "serves_resource_id",
            served,
            _("cannot be served by '{resource}'").format(resource=resource),
            _("add the pair to {file}, or mend the name").format(file="substitutes.csv"),
        )
    if served not in ends.takes[receiver]:
        ways = [w for w in (resource, *ends.stand_ins[resource]) if w in ends.takes[receiver]]
        yield Fault(
            file,
            row.row,
            "serves_resource_id" if row.serves_resource_id else "resource_id",
            served,
            _("is not taken by '{owner}'").format(owner=receiver),
            _("write serves_resource_id = {names}").format(names=" / ".join(ways))
            if ways
            else _among(served, ends.takes[receiver]),
        )


def _exchange_amounts(
    dataset: Dataset, ends: _Ends, rows: list[tuple[TodayExchange, str]]
) -> Iterator[Fault]:
    """Nobody sends more than it gives today or receives more than it needs today.

    The fault stands at the row whose amount goes beyond the limit.
    """
    sent: defaultdict[tuple[str, str], float] = defaultdict(float)
    received: defaultdict[tuple[str, str], float] = defaultdict(float)
    replaced: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    told: set[tuple[str, ...]] = set()

    def beyond(
        place: tuple[str, ...], owner: str, about: str, total: float, most: float
    ) -> dict[str, str] | None:
        """What the message names, None if the amount fits or the fault is told already."""
        if total - most <= TOLERANCE * max(total, most) or place in told:
            return None
        told.add(place)
        return {
            "owner": owner,
            "resource": about,
            "total": _yearly(dataset, about, total),
            "most": _yearly(dataset, about, most),
        }

    for row, served in rows:
        donor, receiver, resource = row.donor_id, row.receiver_id, row.resource_id
        stand_in = ends.stand_ins[resource].get(served) if served != resource else None
        serving = row.amount * _efficiency(dataset, row) * (stand_in.ratio if stand_in else 1.0)
        sent[donor, resource] += row.amount
        received[receiver, served] += serving
        need = ends.needed_today[receiver, served]
        shown = _yearly(dataset, resource, row.amount)
        if said := beyond(
            ("sent", donor, resource),
            donor,
            resource,
            sent[donor, resource],
            ends.given_today[donor, resource],
        ):
            yield Fault(
                "exchanges.csv",
                row.row,
                "amount",
                shown,
                _("'{owner}' would send {total} of '{resource}' but gives {most} today").format(
                    **said
                ),
                _("lower the amounts, or mend what it gives in units.csv or streams.csv"),
            )
        if said := beyond(
            ("received", receiver, served),
            receiver,
            served,
            received[receiver, served],
            need,
        ):
            yield Fault(
                "exchanges.csv",
                row.row,
                "amount",
                shown,
                _("'{owner}' would receive {total} as '{resource}' but needs {most} today").format(
                    **said
                ),
                _("lower the amounts, or mend what it needs in units.csv or streams.csv"),
            )
        elif stand_in:
            replaced[receiver, resource, served] += serving
            if said := beyond(
                ("replaced", receiver, resource, served),
                receiver,
                served,
                replaced[receiver, resource, served],
                need * stand_in.max_share,
            ):
                yield Fault(
                    "exchanges.csv",
                    row.row,
                    "amount",
                    shown,
                    _(
                        "'{owner}' would replace {total} of its '{resource}'; "
                        "max_share allows {most}"
                    ).format(**said),
                    _("lower the amount, or raise max_share in {file}").format(
                        file="substitutes.csv"
                    ),
                )


def _efficiency(dataset: Dataset, row: TodayExchange) -> float:
    """Share that arrives: by the declared link, else by the carrier's loss over the way."""
    distance = None
    for link in dataset.links:
        if (link.from_id, link.to_id, link.resource_id) == (
            row.donor_id,
            row.receiver_id,
            row.resource_id,
        ):
            if link.loss_share > 0:
                return 1 - link.loss_share
            distance = link.distance
    carrier = dataset.carrier.get(dataset.resource[row.resource_id].carrier_id)
    if carrier is None or carrier.loss_per_km == 0:
        return 1.0
    if distance is None:
        ends = [
            _coordinates(dataset, dataset.enterprise[e]) for e in (row.donor_id, row.receiver_id)
        ]
        if ends[0] is None or ends[1] is None:
            return 1.0
        distance = dataset.settings.network.detour_factor * _straight_km(*ends[0], *ends[1])
    return float((1 - carrier.loss_per_km) ** distance)


def _straight_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Straight way over ground, km (haversine formula, mean radius of the earth)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def _substitutes(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    for row in dataset.substitutes:
        if row.from_resource == row.to_resource:
            yield Fault(
                "substitutes.csv",
                row.row,
                "to_resource",
                row.to_resource,
                _("a resource cannot stand in for itself"),
                _("take the row out, or mend one of the names"),
            )
            continue
        kinds = [dataset.resource[name].kind for name in (row.from_resource, row.to_resource)]
        if kinds[0] != kinds[1] and "water" in kinds:  # a material may replace energy: a fuel
            yield Fault(
                "substitutes.csv",
                row.row,
                "to_resource",
                row.to_resource,
                _("is of kind {kind}, '{other}' of kind {other_kind}").format(
                    kind=kinds[1], other=row.from_resource, other_kind=kinds[0]
                ),
                _("mend the name, or the kind in {file}").format(file="resources.csv"),
            )


def _links(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    file = "links.csv"
    first: dict[tuple[str, str, str], int] = {}
    for link in dataset.links:
        start, end, resource = link.from_id, link.to_id, link.resource_id
        if start == end:
            yield Fault(
                file,
                link.row,
                "to_id",
                end,
                _("is also the start of the link"),
                _("a link has two ends: mend one of them"),
            )
            continue
        if first.setdefault((start, end, resource), link.row) != link.row:
            yield Fault(
                file,
                link.row,
                "link_id",
                link.link_id,
                _("joins the same ends for the same resource as row {row}").format(
                    row=first[start, end, resource]
                ),
                _("keep one of the two rows"),
            )
        gives, used = resource in ends.gives[start], ends.can_use(end, resource)
        turned = resource in ends.gives[end] and ends.can_use(start, resource)
        if not (gives and used) and turned:
            yield Fault(
                file,
                link.row,
                "from_id",
                start,
                _("does not give '{resource}'; '{other}' does").format(
                    resource=resource, other=end
                ),
                _("turn the link round"),
            )
        else:
            if not gives:
                yield Fault(
                    file,
                    link.row,
                    "from_id",
                    start,
                    _("does not give '{resource}'").format(resource=resource),
                    _among(resource, ends.gives[start]),
                )
            if not used:
                yield Fault(
                    file,
                    link.row,
                    "to_id",
                    end,
                    _("does not take '{resource}', itself or in place of another").format(
                        resource=resource
                    ),
                    _among(resource, ends.takes[end]),
                )
        if link.most_capacity == 0:
            yield Fault(
                file,
                link.row,
                "most_capacity",
                "0",
                _("the link could carry nothing"),
                _("leave the cell empty where there is no limit, or take the row out"),
            )
        elif _above(link.existing_capacity, link.most_capacity):
            yield Fault(
                file,
                link.row,
                "existing_capacity",
                _yearly(dataset, resource, link.existing_capacity),
                _("is above most_capacity, {most}").format(
                    most=_yearly(dataset, resource, link.most_capacity or 0.0)
                ),
                _("raise most_capacity, or lower what exists"),
            )


def _heat_links(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """An end is a stream or an enterprise that gives (from) or takes (to) heat."""
    file = "heat_links.csv"
    streams = {stream.stream_id: stream for stream in dataset.thermal_streams}
    process = [stream for stream in dataset.thermal_streams if not stream.machine]
    units: list[tuple[str, str]] = [(u.enterprise_id, u.recipe_id) for u in dataset.units]
    units += [
        (place.host_id, unit.recipe_id)
        for place in dataset.project_places
        for unit in dataset.units_of_project.get(place.project_id, ())
    ]
    roles = {(stream.enterprise_id, stream.role) for stream in process}
    roles |= {
        (enterprise, stream.role)
        for enterprise, recipe in units
        for stream in process
        if stream.recipe_id == recipe
    }
    first: dict[tuple[str, str], int] = {}
    for link in dataset.heat_links:
        for column, name, role in (
            ("from_stream", link.from_stream, "hot"),
            ("to_stream", link.to_stream, "cold"),
        ):
            stream = streams.get(name)
            problem, mend = "", ""
            if stream is not None and name in dataset.enterprise:
                problem = _("is the id of a thermal stream and of an enterprise")
                mend = _("choose another id")
            elif stream is not None and stream.recipe_id:
                problem = _("belongs to a recipe, which may run at several places")
                mend = _("name the enterprise in its stead")
            elif stream is not None and stream.role != role:
                problem = _("is a {role} stream").format(role=stream.role)
                mend = _("heat goes from a hot stream to a cold one: turn the link round")
            elif stream is None and (name, role) not in roles:
                problem = _("has no {role} process stream").format(role=role)
                mend = _("write one in {file}, or name another end").format(
                    file="thermal_streams.csv"
                )
            if problem:
                yield Fault(file, link.row, column, name, problem, mend)
        pair = link.from_stream, link.to_stream
        if first.setdefault(pair, link.row) != link.row:
            yield Fault(
                file,
                link.row,
                "link_id",
                link.link_id,
                _("joins the same ends as row {row}").format(row=first[pair]),
                _("keep one of the two rows"),
            )


def _heat(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    yield from heat_inconsistencies(dataset)


def _qualities(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    file = "qualities.csv"
    for row in dataset.qualities:
        owner, resource = row.owner_id, row.resource_id
        if row.direction == "supply":
            if row.value is None:
                yield Fault(
                    file,
                    row.row,
                    "value",
                    "",
                    _("is empty"),
                    _("a supply has its value here; least and most belong to a need"),
                )
            if resource not in ends.gives[owner]:
                yield Fault(
                    file,
                    row.row,
                    "resource_id",
                    resource,
                    _("is not given by '{owner}'").format(owner=owner),
                    _among(resource, ends.gives[owner]),
                )
            continue
        if row.least is None and row.most is None:
            yield Fault(
                file,
                row.row,
                "most",
                "",
                _("least and most are both empty"),
                _("a need has at least one limit; value belongs to a supply"),
            )
        if _above(row.least, row.most):
            yield _out_of_order(file, row.row, "least", _number(row.least or 0.0), "least <= most")
        if not ends.can_use(owner, resource):
            yield Fault(
                file,
                row.row,
                "resource_id",
                resource,
                _("is not taken by '{owner}'").format(owner=owner),
                _among(resource, ends.takes[owner]),
            )


def _chains(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    stages = group(dataset.chain_stages, "chain_id")
    links = group(dataset.chain_links, "chain_id")
    for chain in dataset.chains:
        if chain.chain_id not in stages:
            yield Fault(
                "chains.csv",
                chain.row,
                "chain_id",
                chain.chain_id,
                _("has no stages"),
                _("write its steps in {file}").format(file="chain_stages.csv"),
            )
        elif chain.closed and not any(link.closes for link in links.get(chain.chain_id, ())):
            yield Fault(
                "chains.csv",
                chain.row,
                "closed",
                "1",
                _("no flow of the chain feeds an earlier stage"),
                _("write closes = 1 at that flow in {file}, or closed = 0").format(
                    file="chain_links.csv"
                ),
            )
    for members in stages.values():
        first: dict[int, int] = {}
        for stage in members:
            if first.setdefault(stage.order, stage.row) != stage.row:
                yield Fault(
                    "chain_stages.csv",
                    stage.row,
                    "order",
                    str(stage.order),
                    _("is already the order of row {row}").format(row=first[stage.order]),
                    _("number the stages of a chain one after the other"),
                )
    for link in dataset.chain_links:
        known = {stage.stage_id: stage for stage in stages.get(link.chain_id, ())}
        strange = [c for c in ("from_stage", "to_stage") if getattr(link, c) not in known]
        for column in strange:
            yield Fault(
                "chain_links.csv",
                link.row,
                column,
                getattr(link, column),
                _("is not a stage of the chain '{chain}'").format(chain=link.chain_id),
                _among(getattr(link, column), known),
            )
        if strange:
            continue
        if link.from_stage == link.to_stage:
            yield Fault(
                "chain_links.csv",
                link.row,
                "to_stage",
                link.to_stage,
                _("is also the stage the flow comes from"),
                _("a flow ties two stages together: mend one of them"),
            )
            continue
        start, end = known[link.from_stage], known[link.to_stage]
        if link.closes and end.order > start.order:
            yield Fault(
                "chain_links.csv",
                link.row,
                "closes",
                "1",
                _("'{to}' comes after '{start}'").format(to=end.stage_id, start=start.stage_id),
                _("only a flow to an earlier stage closes a chain: write closes = 0"),
            )
        given = set().union(*(_flows(dataset, recipe)[0] for recipe in start.recipes))
        taken = set().union(*(_flows(dataset, recipe)[1] for recipe in end.recipes))
        if link.resource_id not in given:
            yield Fault(
                "chain_links.csv",
                link.row,
                "resource_id",
                link.resource_id,
                _("is given by no recipe of the stage '{stage}'").format(stage=start.stage_id),
                _among(link.resource_id, given),
            )
        if not _serves(ends, link.resource_id, taken):
            yield Fault(
                "chain_links.csv",
                link.row,
                "resource_id",
                link.resource_id,
                _("is taken by no recipe of the stage '{stage}'").format(stage=end.stage_id),
                _among(link.resource_id, taken),
            )
    if dataset.chains:
        barred = set(dataset.settings.chains.barred)
        free = len([chain for chain in dataset.chains if chain.chain_id not in barred])
        if dataset.settings.chains.at_least > free:
            yield Fault(
                "study.toml",
                0,
                "chains.at_least",
                str(dataset.settings.chains.at_least),
                _("only {count} chains may be prioritised").format(count=free),
                _("lower at_least, or bar fewer chains"),
            )


def _coordinates(dataset: Dataset, place: Enterprise | ProjectPlace) -> tuple[float, float] | None:
    """Latitude and longitude of the place itself, of its host, or of its park."""
    own: list[Enterprise | ProjectPlace | Park | None] = [place]
    if isinstance(place, ProjectPlace):
        own.append(dataset.enterprise.get(place.host_id))
    own.append(dataset.park[place.park_id])
    for where in own:
        if where is not None and where.lat is not None and where.lon is not None:
            return where.lat, where.lon
    return None


def _geography(dataset: Dataset, ends: _Ends) -> Iterator[Fault]:
    """Open matching measures the way between every two actors."""
    for file, rows in (
        ("parks.csv", dataset.parks),
        ("enterprises.csv", dataset.enterprises),
        ("project_places.csv", dataset.project_places),
    ):
        for row in rows:
            if (row.lat is None) != (row.lon is None):
                yield Fault(
                    file,
                    row.row,
                    "lat" if row.lat is None else "lon",
                    "",
                    _("is empty"),
                    _("write both lat and lon, or neither"),
                )
    places = [
        place
        for place in dataset.project_places
        if not place.host_id and dataset.offered(dataset.project[place.project_id])
    ]
    if dataset.settings.network.matching != "open" or len(dataset.enterprises) + len(places) < 2:
        return
    for file, names, members in (
        ("enterprises.csv", "enterprise_id", dataset.enterprises),
        ("project_places.csv", "place_id", places),
    ):
        for member in members:
            if _coordinates(dataset, member) is None:
                yield Fault(
                    file,
                    member.row,
                    "lat",
                    "",
                    _("where '{name}' stands is not known").format(name=getattr(member, names)),
                    _("write lat and lon here or at its park in {file}").format(file="parks.csv"),
                )


_CHECKS: tuple[Callable[[Dataset, _Ends], Iterator[Fault]], ...] = (
    _ids,
    _names,
    _carriers,
    _recipes,
    _ranges,
    _projects,
    _markets,
    _exchanges,
    _substitutes,
    _links,
    _heat_links,
    _heat,
    _qualities,
    _chains,
    _geography,
)
