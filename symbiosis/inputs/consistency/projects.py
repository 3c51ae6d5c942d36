"""Projects: what they run, where they stand, and the sizes they are priced at."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import above, fault_of, number
from symbiosis.locale import _


def check_sizes(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Each size with a price is one the project may have, and stands once."""
    first: dict[tuple[str, float], int] = {}
    for size in dataset.project_sizes:
        owner = dataset.project[size.project_id]
        if above(owner.least_size, size.size) or above(size.size, owner.most_size):
            yield fault_of(
                size,
                "size",
                _("lies outside {least} to {most}, the sizes of '{project}'").format(
                    least=number(owner.least_size),
                    most=number(owner.most_size),
                    project=owner.project_id,
                ),
                _("mend the size, or least_size and most_size in {file}").format(
                    file="projects.csv"
                ),
            )
        if first.setdefault((size.project_id, size.size), size.row) != size.row:
            yield fault_of(
                size,
                "size",
                _("stands already in row {row}").format(row=first[size.project_id, size.size]),
                _("keep one of the two rows"),
            )


def check_projects(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
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
                yield fault_of(
                    project,
                    "project_id",
                    problem,
                    _("add a row to {file}, or write available = 0").format(file=file),
                )
    for place in dataset.project_places:
        host = dataset.enterprise.get(place.host_id)
        if host is not None and host.park_id != place.park_id:
            yield fault_of(
                place,
                "host_id",
                _("stands in the park '{park}', the place in '{other}'").format(
                    park=host.park_id, other=place.park_id
                ),
                _("write park_id = {park}, or another host").format(park=host.park_id),
            )
