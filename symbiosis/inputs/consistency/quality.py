"""Qualities, standards, loads and pools: they speak of what their owner gives, takes or buys."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.quality import Load, LoadLimit, Pool, Quality, StandardUse
from symbiosis.inputs.consistency.ends import Ends, flows_of
from symbiosis.inputs.consistency.faults import above, among, fault_of, number, out_of_order
from symbiosis.inputs.tables import closest
from symbiosis.locale import _
from symbiosis.network.quality import Qualities


def check_qualities(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A supply has a value, a need has limits, and both speak of what the owner has."""
    for row in dataset.qualities:
        gives, takes = ends_of_owner(dataset, ends, row.owner_id)
        resource = row.resource_id
        yield from _owner_is_one(dataset, row)
        yield from _slice_is_one(dataset, row)
        if row.direction == "need":
            yield from _limits(row)
        elif row.value is None:
            yield fault_of(
                row,
                "value",
                _("is empty"),
                _("a supply has its value here; least and most belong to a need"),
            )
        if row.direction == "supply" and resource not in gives:
            yield fault_of(
                row,
                "resource_id",
                _("is not given by '{owner}'").format(owner=row.owner_id)
                if row.owner_id
                else _("is given by nobody"),
                among(resource, gives),
            )
        if row.direction != "supply" and not ends.serves(resource, takes):
            yield _not_taken(row, "resource_id", resource, row.owner_id, takes)
    yield from _one_value(dataset)


def check_standards(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A standard holds for a need of its owner, and has limits."""
    with_limits = {row.standard_id for row in dataset.standard_limits}
    for row in dataset.standard_uses:
        yield from _owner_is_one(dataset, row)
        yield from _slice_is_one(dataset, row)
        _gives, takes = ends_of_owner(dataset, ends, row.owner_id)
        if not ends.serves(row.resource_id, takes):
            yield _not_taken(row, "resource_id", row.resource_id, row.owner_id, takes)
        if row.standard_id not in with_limits:
            yield fault_of(
                row,
                "standard_id",
                _("has no limits"),
                _("write them in {file}").format(file="standard_limits.csv"),
            )


def check_loads(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A unit with a fixed load takes one thing, alone, and gives it with a declared quality."""
    for row in dataset.loads:
        faults = list(_passes_on(dataset, row))
        yield from faults
        if not faults:
            yield from _load_leaves(dataset, row)
    for limit in dataset.load_limits:
        _gives, takes = ends_of_owner(dataset, ends, limit.owner_id)
        if limit.resource_id not in takes:
            yield _not_taken(limit, "resource_id", limit.resource_id, limit.owner_id, takes)


def check_pools(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A pool's recipe takes the one and gives the other, balanced alike, and gives it alone."""
    balance = {row.resource_id: row.balance for row in dataset.resources}
    for pool in dataset.pools:
        gives, takes = flows_of(dataset, pool.recipe_id)
        if pool.resource_in not in takes:
            yield fault_of(
                pool,
                "resource_in",
                _("is not taken by '{owner}'").format(owner=pool.recipe_id),
                among(pool.resource_in, takes),
            )
        if pool.resource_out not in gives:
            yield fault_of(
                pool,
                "resource_out",
                _("is not given by '{owner}'").format(owner=pool.recipe_id),
                among(pool.resource_out, gives),
            )
        if balance[pool.resource_in] != balance[pool.resource_out]:
            yield fault_of(
                pool,
                "resource_out",
                _("is balanced otherwise than '{other}'").format(other=pool.resource_in),
                _("what is mixed and what comes out have the same `balance` in resources.csv"),
            )
        yield from _others_give(dataset, pool)


def _others_give(dataset: Dataset, pool: Pool) -> Iterator[Fault]:
    """What a pool gives must not be mixed with what another recipe of the same actor gives."""
    recipes: defaultdict[str, set[str]] = defaultdict(set)
    for unit in dataset.units:
        recipes[unit.enterprise_id].add(unit.recipe_id)
    for project_unit in dataset.project_units:
        recipes[project_unit.project_id].add(project_unit.recipe_id)
    for owner, names in recipes.items():
        if pool.recipe_id not in names:
            continue
        others = [
            name
            for name in sorted(names - {pool.recipe_id})
            if pool.resource_out in flows_of(dataset, name)[0]
        ] + [
            stream.stream_id
            for stream in dataset.streams
            if (stream.enterprise_id, stream.resource_id) == (owner, pool.resource_out)
            and stream.direction == "supply"
        ]
        if others:
            yield fault_of(
                pool,
                "resource_out",
                _("is given by '{other}' of '{owner}' too").format(other=others[0], owner=owner),
                _("give what the pool mixes a resource of its own"),
            )


def _limits(row: Quality) -> Iterator[Fault]:
    if row.least is None and row.most is None:
        yield fault_of(
            row,
            "most",
            _("least and most are both empty"),
            _("a need has at least one limit; value belongs to a supply"),
        )
    if above(row.least, row.most):
        yield out_of_order(row, "least", "least <= most")


def _not_taken(
    row: Quality | StandardUse | LoadLimit, column: str, resource: str, owner: str, takes: set[str]
) -> Fault:
    problem = (
        _("is not taken by '{owner}'").format(owner=owner) if owner else _("is taken by nobody")
    )
    return fault_of(row, column, problem, among(resource, takes))


def _owner_is_one(dataset: Dataset, row: Quality | StandardUse) -> Iterator[Fault]:
    """An id that two tables have does not say who is meant."""
    known: dict[str, Collection[str]] = {
        "enterprises": dataset.enterprise,
        "projects": dataset.project,
        "recipes": dataset.recipe,
        "parks": dataset.park,
    }
    named = [name for name, ids in known.items() if row.owner_id in ids]
    if len(named) > 1:
        yield fault_of(
            row,
            "owner_id",
            _("stands in {files}: it is not clear who is meant").format(
                files=" / ".join(f"{name}.csv" for name in named)
            ),
            _("choose different ids there"),
        )


def _slice_is_one(dataset: Dataset, row: Quality | StandardUse) -> Iterator[Fault]:
    """A slice of the study, of a resource that is balanced by slice."""
    slices = [part.id for part in dataset.settings.slices]
    if row.slice_id and row.slice_id not in slices:
        yield fault_of(
            row,
            "slice_id",
            _("is not a slice of study.toml"),
            closest(row.slice_id, slices) or ", ".join(slices),
        )
    elif row.slice_id and dataset.resource[row.resource_id].balance != "slice":
        yield fault_of(
            row,
            "slice_id",
            _("'{resource}' is balanced over the year: it has no slices").format(
                resource=row.resource_id
            ),
            _("leave the cell empty, or write balance = slice at the resource"),
        )


def _one_value(dataset: Dataset) -> Iterator[Fault]:
    """Two recipes of an owner that give the same thing in different quality give no one quality."""
    recipes: defaultdict[str, set[str]] = defaultdict(set)
    for unit in dataset.units:
        recipes[unit.enterprise_id].add(unit.recipe_id)
    for planned in dataset.project_units:
        recipes[planned.project_id].add(planned.recipe_id)
    own: set[tuple[str, ...]] = set()
    of_recipe: defaultdict[tuple[str, ...], list[Quality]] = defaultdict(list)
    for row in dataset.qualities:
        if row.direction == "supply":
            about = row.resource_id, row.property_id, row.slice_id
            own.add((row.owner_id, *about[:2]))
            if row.owner_id in dataset.recipe:
                of_recipe[about].append(row)
    for (resource, name, _slice), rows in of_recipe.items():
        for owner, members in recipes.items():
            here = [row for row in rows if row.owner_id in members]
            if len({row.value for row in here}) > 1 and (owner, resource, name) not in own:
                yield fault_of(
                    here[1],
                    "value",
                    _("'{owner}' runs '{recipe}' too, which gives it with {value}").format(
                        owner=owner, recipe=here[0].owner_id, value=number(here[0].value or 0.0)
                    ),
                    _("write a row of '{owner}' with the value of the mixture").format(owner=owner),
                )


def _passes_on(dataset: Dataset, row: Load) -> Iterator[Fault]:
    """Whether the unit takes and gives the two resources, the first for nobody else."""
    unit = next(unit for unit in dataset.units if unit.unit_id == row.unit_id)
    gives, takes = flows_of(dataset, unit.recipe_id)
    for column, name, known, problem in (
        ("resource_in", row.resource_in, takes, _("is not taken by '{owner}'")),
        ("resource_out", row.resource_out, gives, _("is not given by '{owner}'")),
    ):
        if name not in known:
            yield fault_of(row, column, problem.format(owner=unit.recipe_id), among(name, known))
    balances = [dataset.resource[name].balance for name in (row.resource_in, row.resource_out)]
    if balances[0] != balances[1]:
        yield fault_of(
            row,
            "resource_out",
            _("has balance = {balance}, '{other}' has {other_balance}").format(
                balance=balances[1], other=row.resource_in, other_balance=balances[0]
            ),
            _("write the same for both in {file}").format(file="resources.csv"),
        )
    others = [
        other.unit_id
        for other in dataset.units
        if other.enterprise_id == unit.enterprise_id and other.unit_id != unit.unit_id
        if row.resource_in in flows_of(dataset, other.recipe_id)[1]
    ]
    others += [
        stream.stream_id
        for stream in dataset.streams
        if (stream.enterprise_id, stream.direction) == (unit.enterprise_id, "need")
        if stream.resource_id == row.resource_in
    ]
    if others:
        yield fault_of(
            row,
            "resource_in",
            _("'{other}' of '{owner}' needs it too: what each takes is not known").format(
                other=others[0], owner=unit.enterprise_id
            ),
            _("give the unit a resource of its own, and a row in {file}").format(
                file="substitutes.csv"
            ),
        )


def _load_leaves(dataset: Dataset, row: Load) -> Iterator[Fault]:
    """Whether the used resource has a declared quality in which the load can leave at all."""
    unit = next(unit for unit in dataset.units if unit.unit_id == row.unit_id)
    out, name, qualities = row.resource_out, row.property_id, Qualities(dataset)
    values = {
        part.id: qualities.value(unit.enterprise_id, out, name, part.id)
        for part in dataset.settings.slices
    }
    if None in values.values():
        yield fault_of(
            row,
            "property_id",
            _("'{owner}' gives '{resource}' without a value of it").format(
                owner=unit.enterprise_id, resource=out
            ),
            _("write the largest value of the outlet, direction supply, in {file}").format(
                file="qualities.csv"
            ),
        )
        return
    share = unit.utilisation if unit.most_utilisation is None else unit.most_utilisation
    given = sum(
        flow.coefficient * share * unit.capacity
        for flow in dataset.flows_of_recipe[unit.recipe_id]
        if (flow.resource_id, flow.direction) == (out, "out")
    )
    shown, scale = dataset.load_unit(name, row.resource_in)
    for part in dataset.settings.slices:
        most = (values[part.id] or 0.0) * given
        if above(row.amount, most):
            yield fault_of(
                row,
                "amount",
                _("at full use '{resource}' carries no more than {most}").format(
                    resource=out, most=f"{number(most * scale)} {shown}"
                ),
                _("lower the load, or raise the outlet's value or the use of the unit"),
                f"{number(row.amount * scale)} {shown}",
            )
            return


def ends_of_owner(dataset: Dataset, ends: Ends, owner: str) -> tuple[set[str], set[str]]:
    """What an enterprise, project, recipe or park gives and takes; "": what anybody does."""
    if owner in dataset.enterprise or owner in dataset.project:
        return ends.gives[owner], ends.takes[owner]
    if owner in dataset.recipe:
        return flows_of(dataset, owner)
    members = [
        *(e.enterprise_id for e in dataset.enterprises if owner in ("", e.park_id)),
        *(p.place_id for p in dataset.project_places if owner in ("", p.park_id)),
    ]
    return (
        set().union(*(ends.gives[member] for member in members)),
        set().union(*(ends.takes[member] for member in members)),
    )
