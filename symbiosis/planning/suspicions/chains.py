"""Chains and projects: what can never be chosen, what is not offered, what nothing refers to."""

from collections import defaultdict
from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.projects import ChainStage
from symbiosis.locale import _
from symbiosis.planning.study import Prepared
from symbiosis.planning.suspicions.common import Weighed, number, some, titled, warning

MOST_PROJECTS = 20  # named in a line


def _open_stages(dataset: Dataset) -> list[ChainStage]:
    """Stages of the chains that a study may prioritise."""
    barred = dataset.settings.chains.barred
    return [stage for stage in dataset.chain_stages if stage.chain_id not in barred]


def unperformed(prepared: Prepared) -> Iterator[Weighed]:
    """Required stages that nobody can perform: their chains cannot be prioritised."""
    performed = {
        (prepared.actors.actors[unit.actor_id].park_id, unit.recipe_id)
        for unit in prepared.actors.units
        if unit.most > 0
    }
    for stage in _open_stages(prepared.dataset):
        chain = prepared.dataset.chain[stage.chain_id]
        recipes = {recipe for park, recipe in performed if chain.is_of(park)}
        if stage.required and not recipes & set(stage.recipes):
            yield warning(
                "chain_stages.csv",
                _(
                    "no unit and no offered project performs this stage: the chain can never "
                    "be prioritised"
                ),
                _("offer a project with one of {recipes}, or write required = 0").format(
                    recipes=some(stage.recipes)
                ),
                row=stage.row,
                column="recipes",
                value=titled(f"{stage.chain_id}/{stage.stage_id}", stage),
            )


def fills_no_chain(prepared: Prepared) -> Iterator[Weighed]:
    """Chain filling that no stage names."""
    dataset = prepared.dataset
    staged = {recipe for stage in _open_stages(dataset) for recipe in stage.recipes}
    for project in dataset.projects:
        if project.kind != "chain_filling" or not dataset.offered(project):
            continue
        recipes = [u.recipe_id for u in dataset.units_of_project.get(project.project_id, ())]
        if staged.isdisjoint(recipes):
            yield warning(
                "projects.csv",
                _("fills a chain, but no stage names its recipes: it can never be built"),
                _("write {recipes} into a stage in chain_stages.csv, or another kind").format(
                    recipes=some(recipes)
                ),
                row=project.row,
                column="project_id",
                value=titled(project.project_id, project),
            )


def unused(prepared: Prepared) -> Iterator[Weighed]:
    """Rows nothing refers to, one line per table."""
    dataset = prepared.dataset
    handled = {row.resource_id for row in dataset.recipe_flows}
    handled |= {row.resource_id for row in dataset.streams}
    handled |= {dataset.settings.heat.hot_utility, dataset.settings.heat.cold_utility}
    handled |= {carrier.pumping_resource for carrier in dataset.carriers}
    performed = {unit.recipe_id for unit in dataset.units}
    performed |= {unit.recipe_id for unit in dataset.project_units}
    performed |= {recipe for stage in dataset.chain_stages for recipe in stage.recipes}
    for table, column, used, problem in (
        (
            "resources",
            "resource_id",
            handled,
            _("{count} resources that no recipe and no stream gives or takes: {names}"),
        ),
        (
            "recipes",
            "recipe_id",
            performed,
            _("{count} recipes without a unit, project or stage: {names}"),
        ),
        (
            "carriers",
            "carrier_id",
            {key for row in dataset.resources for key in (row.carrier_id, row.far_carrier_id)},
            _("{count} carriers of no resource: {names}"),
        ),
        (
            "properties",
            "property_id",
            {row.property_id for row in dataset.qualities}
            | {row.property_id for row in dataset.standard_limits},
            _("{count} properties without a value or limit: {names}"),
        ),
        (
            "standards",
            "standard_id",
            {row.standard_id for row in dataset.standard_uses},
            _("{count} standards that hold for no need: {names}"),
        ),
    ):
        keys = [getattr(row, column) for row in getattr(dataset, table)]
        idle = [key for key in keys if key not in used]
        if idle:
            yield warning(
                f"{table}.csv",
                problem.format(count=len(idle), names=some(idle)),
                _("take them out, or mend the names that should refer to them"),
                column=column,
                weight=float(len(idle)),
            )


def below_floor(prepared: Prepared) -> Iterator[Weighed]:
    """Offered projects below the least investment per land of a park they may stand in.

    One line per park, least investment first (document 148, article 9).
    """
    dataset = prepared.dataset
    invested: defaultdict[str, set[tuple[float, str]]] = defaultdict(set)
    for place in dataset.project_places:
        project, floor = dataset.project[place.project_id], dataset.park[place.park_id]
        if project.land and dataset.offered(project):
            intensity = project.capital_cost / project.land
            if intensity < (floor.investment_floor or 0.0):
                invested[place.park_id].add((intensity, place.project_id))
    for park_id, projects in invested.items():
        park = dataset.park[park_id]
        yield warning(
            "parks.csv",
            _(
                "{count} offered projects invest less than its {floor} 万元/亩 at their reference "
                "size (document 148, article 9): {projects}"
            ).format(
                count=len(projects),
                floor=number(park.investment_floor or 0.0),
                projects=some(
                    (f"{name} {number(intensity)}" for intensity, name in sorted(projects)),
                    MOST_PROJECTS,
                ),
            ),
            _("use less land, or stand in another park; the plan reports it"),
            row=park.row,
            column="investment_floor",
            value=titled(park_id, park),
            weight=float(len(projects)),
        )


def switched_off(prepared: Prepared) -> Iterator[Weighed]:
    """Projects that are not offered, in one line with their reasons."""
    dataset = prepared.dataset
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for project in dataset.projects:
        if not dataset.offered(project):
            by_study = project.project_id in dataset.settings.switch_off
            reason = "switch_off, study.toml" if by_study else project.switch_reason
            reasons[reason or _("no reason given")].append(project.project_id)
    if reasons:
        text = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())
        yield warning(
            "projects.csv",
            _("{count} projects are switched off ({reasons})").format(
                count=sum(map(len, reasons.values())), reasons=text
            ),
            _("offer one with switch_on in study.toml"),
            column="available",
        )
