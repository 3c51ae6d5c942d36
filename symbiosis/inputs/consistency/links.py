"""Links: two ends that give and take what runs between them, and a capacity that holds it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.errors import Fault
from symbiosis.domain.places import Link
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import above, among, exceeds, fault_of, yearly
from symbiosis.locale import _

Way = tuple[str, str, str]  # start, end, resource


def check_links(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A way is declared once, in its direction, and wide enough."""
    first: dict[Way, int] = {}
    today = _moved_today(dataset)
    hosted = group(dataset.project_places, "host_id")
    for link in dataset.links:
        way = (link.from_id, link.to_id, link.resource_id)
        if link.from_id == link.to_id:
            yield fault_of(
                link,
                "to_id",
                _("is also the start of the link"),
                _("a link has two ends: mend one of them"),
            )
            continue
        if first.setdefault(way, link.row) != link.row:
            yield fault_of(
                link,
                "link_id",
                _("joins the same ends for the same resource as row {row}").format(row=first[way]),
                _("keep one of the two rows"),
            )
        at = {name: [name, *(x.place_id for x in hosted.get(name, ()))] for name in way[:2]}
        yield from _ends_fit(ends, link, at)
        yield from _capacity(dataset, link, today)


def _ends_fit(ends: Ends, link: Link, at: Mapping[str, list[str]]) -> Iterator[Fault]:
    """Whether somebody at the start gives the resource and somebody at the end can use it."""
    start, end, resource = link.from_id, link.to_id, link.resource_id

    def is_given(name: str) -> bool:
        return any(resource in ends.gives[owner] for owner in at[name])

    def is_used(name: str) -> bool:
        return any(ends.can_use(owner, resource) for owner in at[name])

    gives, used = is_given(start), is_used(end)
    turned = is_given(end) and is_used(start)
    if not (gives and used) and turned:
        yield fault_of(
            link,
            "from_id",
            _("does not give '{resource}'; '{other}' does").format(resource=resource, other=end),
            _("turn the link round"),
        )
        return
    if not gives:
        yield fault_of(
            link,
            "from_id",
            _("does not give '{resource}'").format(resource=resource),
            among(resource, set().union(*(ends.gives[owner] for owner in at[start]))),
        )
    if not used:
        yield fault_of(
            link,
            "to_id",
            _("does not take '{resource}', itself or in place of another").format(
                resource=resource
            ),
            among(resource, set().union(*(ends.takes[owner] for owner in at[end]))),
        )


def _capacity(dataset: Dataset, link: Link, today: Mapping[Way, float]) -> Iterator[Fault]:
    """The physical limit holds what exists and what runs today."""
    most, resource = link.most_capacity, link.resource_id
    if most is None:
        return
    if most == 0:
        yield fault_of(
            link,
            "most_capacity",
            _("the link could carry nothing"),
            _("leave the cell empty where there is no limit, or take the row out"),
        )
        return
    if above(link.existing_capacity, most):
        yield fault_of(
            link,
            "existing_capacity",
            _("is above most_capacity, {most}").format(most=yearly(dataset, resource, most)),
            _("raise most_capacity, or lower what exists"),
            yearly(dataset, resource, link.existing_capacity),
        )
    moved = today.get((link.from_id, link.to_id, resource), 0.0)
    if exceeds(moved, most):
        yield fault_of(
            link,
            "most_capacity",
            _("is below what {file} moves on this way today, {moved}").format(
                file="exchanges.csv", moved=yearly(dataset, resource, moved)
            ),
            _("raise most_capacity, or lower the amounts of today"),
            yearly(dataset, resource, most),
        )


def _moved_today(dataset: Dataset) -> dict[Way, float]:
    """What today's exchanges send along each way, per year; nothing in a study from zero.

    Exchanges that serve different needs share the way. A row that stands twice, which is a fault
    of its own, counts once.
    """
    if dataset.settings.baseline == "none":
        return {}
    moved: defaultdict[Way, float] = defaultdict(float)
    counted: set[tuple[Way, str]] = set()
    for row in dataset.exchanges:
        way = (row.donor_id, row.receiver_id, row.resource_id)
        key = (way, row.serves_resource_id or row.resource_id)
        if key not in counted:
            counted.add(key)
            moved[way] += row.amount
    return moved
