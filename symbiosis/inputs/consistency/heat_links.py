"""Heat links: ends that give and take heat."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.locale import _


def check_heat_links(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
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
