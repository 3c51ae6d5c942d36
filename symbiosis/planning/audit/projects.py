"""Projects that are built: offered, once, of a size and a price there is; land and budget."""

from collections import defaultdict

from symbiosis.domain.projects import Project
from symbiosis.locale import _
from symbiosis.planning.audit.records import Records
from symbiosis.planning.audit.rows import ProjectRow, Tables
from symbiosis.planning.audit.tally import Tally

COST_ERROR = 0.01  # straight stretches may lie this far below a cost curve, relative


def check_projects(records: Records, tables: Tables, tally: Tally) -> None:
    """Every rule on what is built, and on all of it together."""
    tally.declare("project_offered", "project_once", "project_size", "capital_cost")
    tally.declare("running_cost", "labour", "land", "budget")
    built: defaultdict[str, list[str]] = defaultdict(list)
    land: defaultdict[str, float] = defaultdict(float)
    for row in tables.projects:
        place, project = records.places[row.place_id], records.project_of(row.place_id)
        where = row.place_id, row.period
        text = _("{where}: is not offered in this study")
        tally.holds("project_offered", records.dataset.offered(project), *where, text=text)
        named_right = (row.project_id, row.kind, row.park_id) == (
            project.project_id,
            project.kind,
            place.park_id,
        )
        text = _("{where}: project, kind or park are not those of the place")
        tally.holds("project_offered", named_right, *where, text=text)
        built[project.project_id].append(f"{row.place_id} {row.period}")
        _check_size(records, row, project, tally)
        land[place.park_id] += project.land / project.reference_size * row.size
    for name, places in built.items():
        text = _("{where}: a project is built at one place and once")
        tally.holds("project_once", len(places) == 1, name, *places, text=text)
    for park in records.dataset.parks:
        if park.land_available is not None:
            used = land[park.park_id]
            tally.at_most("land", used, park.land_available, park.park_id, unit="mu")
    budget = records.settings.money.budget
    if budget is not None:
        spent = sum(row.capital_cost for row in tables.projects)
        spent += sum(row.capital_cost for row in tables.links)
        tally.at_most("budget", spent, budget, "money.budget", unit="wanyuan")


def _check_size(records: Records, row: ProjectRow, project: Project, tally: Tally) -> None:
    """The size can be had, and costs what the menu or the law of scale says."""
    where = row.place_id, row.period
    menu = [m for m in records.dataset.project_sizes if m.project_id == project.project_id]
    ratio = max(row.size, 0.0) / project.reference_size
    scale = ratio**project.scale_exponent
    labour = project.labour * scale
    tally.equal("labour", row.labour, labour, *where)
    tally.equal("land", row.land, project.land * ratio, *where, unit="mu")
    wages = labour * records.settings.money.labour_cost
    if menu:
        chosen = min(menu, key=lambda m: abs(m.size - row.size))
        unit = project.size_unit
        tally.equal("project_size", row.size, chosen.size, *where, unit=unit)
        cost, error = chosen.capital_cost, 0.0
    else:
        unit = project.size_unit
        tally.at_least("project_size", row.size, project.least_size, *where, unit=unit)
        tally.at_most("project_size", row.size, project.most_size, *where, unit=unit)
        cost = project.capital_cost * scale
        error = 0.0 if project.scale_exponent == 1 else COST_ERROR
    for name, found, law in (
        ("capital_cost", row.capital_cost, cost),
        ("running_cost", row.running_cost, project.fixed_cost_share * cost + wages),
    ):
        tally.at_most(name, found, law, *where, unit="wanyuan")
        tally.at_least(name, found, (1 - error) * law, *where, unit="wanyuan")
