"""Quality: limits nothing can keep, values that are not known, treatments that give too much."""

from collections import defaultdict
from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.quality import Quality, StandardUse
from symbiosis.inputs.tables import TABLES
from symbiosis.locale import _, named
from symbiosis.network.quality import Qualities
from symbiosis.planning.quality import quality_data
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, convertible, number, some, warning
from symbiosis_models.quality_data import ArrivalData, LimitData

MORE_WATER = 1e-6  # share beyond which water comes from nowhere


def impossible_limits(prepared: Prepared) -> Iterator[Weighed]:
    """Limits that nothing which could serve the need keeps, alone or in a mixture."""
    told = set()
    for limit, arriving, rows in _limited(prepared):
        values = [v for x in arriving for v in x.values.values()]
        unknown = any(not x.values for x in arriving)
        if unknown or not values:
            continue
        for side, bound, best in (
            ("most", limit.most, min(values)),
            ("least", limit.least, max(values)),
        ):
            if bound is None or (best <= bound if side == "most" else best >= bound):
                continue
            actor, need, name = limit.mixture
            for row in rows:
                if (id(row), actor, side) in told:
                    continue
                told.add((id(row), actor, side))
                problem = _(
                    "nothing that could serve '{owner}' keeps {name} {sign} {bound}; the best has "
                    "{best}"
                )
                yield _of_row(
                    row,
                    problem.format(
                        owner=actor,
                        name=_titled(prepared.dataset, name),
                        sign="<=" if side == "most" else ">=",
                        bound=number(bound),
                        best=number(best),
                    ),
                    _("offer a treatment or a better source, or mend the limit"),
                )


def unknown_qualities(prepared: Prepared) -> Iterator[Weighed]:
    """Sources of unknown quality for a need with limits: they are left out of its mixture."""
    lacking: defaultdict[int, set[str]] = defaultdict(set)
    stated: dict[int, tuple[Quality | StandardUse, set[str]]] = {}
    candidates = prepared.matches.candidates
    for limit, arriving, rows in _limited(prepared):
        for row in rows:
            for x in arriving:
                if x.values:
                    continue
                if x.source == "exchange":
                    sender = candidates.iloc[x.candidate]
                    lacking[id(row)].add(f"{sender['donor']}/{sender['resource']}")
                else:
                    source = _("bought outside") if x.source == "bought" else limit.mixture[0]
                    lacking[id(row)].add(f"{limit.mixture[1]} ({source})")
                stated.setdefault(id(row), (row, set()))[1].add(limit.mixture[2])
    for key, (row, names) in stated.items():
        problem = _("{names} of {sources} is not known: it neither spoils nor dilutes")
        yield _of_row(
            row,
            problem.format(
                names=some(_titled(prepared.dataset, name) for name in sorted(names)),
                sources=some(sorted(lacking[key])),
            ),
            _("write the value, direction supply or bought, in {file}").format(
                file="qualities.csv"
            ),
            weight=float(len(lacking[key])),
        )


def today_outside(prepared: Prepared) -> Iterator[Weighed]:
    """Mixtures of today outside the limits of the year: no plan may go on like this."""
    today, qualities = prepared.today, Qualities(prepared.dataset)
    candidates = prepared.matches.candidates
    quality = quality_data(prepared.dataset, prepared.actors, prepared.matches)
    for (actor, need, name), arriving in quality.mixtures.items():
        least, most = qualities.limits(actor, need, name)
        amounts = load = 0.0
        for x in arriving:
            if x.source == "exchange":
                sent = candidates.iloc[x.candidate]
                key = sent["donor"], actor, sent["resource"], need
                amount = x.amount * today.exchanges.get(key, 0.0)
            elif x.source == "bought":
                amount = today.trades.get((actor, need, "buy"), 0.0)
            else:
                amount = today.within.get((actor, need), 0.0)
            if x.values:
                amounts += amount
                load += amount * sum(x.values.values()) / len(x.values)
        value = load / amounts if amounts > 0 else 0.0
        beyond = most is not None and value > most * (1 + 1e-6)
        beyond |= least is not None and amounts > 0 and value < least * (1 - 1e-6)
        if beyond:
            for row in qualities.stated_by(actor, need, name):
                yield _of_row(
                    row,
                    _("today '{owner}' takes a mixture with {name} {value}").format(
                        owner=actor, name=_titled(prepared.dataset, name), value=number(value)
                    ),
                    _("a plan must keep the limit: check it, and the values"),
                )


def more_water(prepared: Prepared) -> Iterator[Weighed]:
    """Recipes that make water only, and more of it than they take: a recovery above 1.

    A mine gives water it never took.
    """
    dataset = prepared.dataset
    for recipe in dataset.recipes:
        taken = given = 0.0
        largest = None
        makes = set()
        for flow in dataset.flows_of_recipe.get(recipe.recipe_id, ()):
            resource = dataset.resource[flow.resource_id]
            if flow.direction == "out" and resource.role == "product":
                makes.add(resource.kind)
            cubic = convertible(resource.unit, "m3")
            if resource.kind != "water" or cubic is None:
                continue
            if flow.direction == "in":
                taken += cubic * flow.coefficient
            else:
                given += cubic * flow.coefficient
                if largest is None or flow.coefficient > largest.coefficient:
                    largest = flow
        if largest is not None and makes <= {"water"} and 0 < taken < given * (1 - MORE_WATER):
            yield warning(
                "recipe_flows.csv",
                _("'{recipe}' gives {given} m3 of water for {taken} m3 it takes").format(
                    recipe=recipe.recipe_id, given=number(given), taken=number(taken)
                ),
                _("check the recovery: it is at most 1"),
                row=largest.row,
                column="coefficient",
                value=number(largest.coefficient),
                weight=given / taken,
            )


def loads_from_nowhere(prepared: Prepared) -> Iterator[Weighed]:
    """Treatments whose cleanest water is dirtier than what they may take.

    A recipe with several waters out is a treatment with its reject. A user of water has one, and
    what it adds is its load.
    """
    dataset = prepared.dataset
    qualities = {
        (q.owner_id, q.resource_id, q.direction, q.property_id): q for q in dataset.qualities
    }
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for unit in dataset.units:
        owners[unit.recipe_id] |= {unit.recipe_id, unit.enterprise_id}
    for planned in dataset.project_units:
        owners[planned.recipe_id] |= {planned.recipe_id, planned.project_id}
    for recipe, members in owners.items():
        flows = [
            flow
            for flow in dataset.flows_of_recipe.get(recipe, ())
            if dataset.resource[flow.resource_id].kind == "water" and flow.coefficient > 0
        ]
        taken = [flow.resource_id for flow in flows if flow.direction == "in"]
        given = [flow.resource_id for flow in flows if flow.direction == "out"]
        if not taken or len(given) < 2:
            continue
        for owner in sorted(members):
            for name in dataset.property:
                inlets = [
                    q.most
                    for r in taken
                    if (q := qualities.get((owner, r, "need", name))) and q.most is not None
                ]
                outlets = [q for r in given if (q := qualities.get((owner, r, "supply", name)))]
                if not inlets or not outlets:
                    continue
                best = min(outlets, key=lambda q: q.value or 0.0)
                if (best.value or 0.0) > max(inlets):
                    yield _of_row(
                        best,
                        _("the outlet is dirtier than {name} {most} that may come in").format(
                            name=_titled(dataset, name), most=number(max(inlets))
                        ),
                        _("check the two: a treatment does not add what it should remove"),
                        column="value",
                    )


def _limited(
    prepared: Prepared,
) -> Iterator[tuple[LimitData, list[ArrivalData], list[Quality | StandardUse]]]:
    """Every limit, with what may arrive under it and the rows that state it."""
    dataset = prepared.dataset
    quality = quality_data(dataset, prepared.actors, prepared.matches)
    qualities = Qualities(dataset)
    resources = prepared.matches.candidates["resource"].tolist()
    for limit in quality.limits:
        actor, need, name = limit.mixture
        arriving = [
            x
            for x in quality.mixtures[limit.mixture]
            if not limit.feed or (x.source == "exchange" and resources[x.candidate] == limit.feed)
        ]
        rows = qualities.stated_by(actor, limit.feed or need, name, limit.slice_id)
        yield limit, arriving, rows


def _titled(dataset: Dataset, property_id: str) -> str:
    row = dataset.property[property_id]
    return named(row.name_zh, row.name_en) or property_id


def _of_row(
    row: Quality | StandardUse, problem: str, mend: str, column: str = "", weight: float = 1.0
) -> Weighed:
    """A warning of the row that states a limit or a value."""
    table = next(table for table in TABLES.values() if table.record is type(row))
    if not column:
        column = "standard_id" if isinstance(row, StandardUse) else "most"
        if isinstance(row, Quality) and row.most is None:
            column = "least"
    cell = getattr(row, column)
    value = number(cell) if isinstance(cell, float) else str(cell)
    return warning(
        table.file, problem, mend, row=row.row, column=column, value=value, weight=weight
    )
