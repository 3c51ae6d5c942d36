"""Thermal streams that contradict the rest of a dataset: utilities, heat with no way out.

Without a hot utility cold streams need hot ones of their zone, warm and large enough, or a heat
link; without a cold utility hot streams need cold ones. What fails even if every other stream ran
at full load is a fault; the problem table from the top (or the bottom) shows it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.heat import ThermalStream
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.profiles import check_profiles
from symbiosis.inputs.tables import closest
from symbiosis.locale import _

TOLERANCE = 1e-6  # of all heat of a zone


@dataclass(frozen=True)
class _HeatRange:
    """A thermal stream in its zone with the least and most heat it can have in a slice."""

    stream: ThermalStream
    high: float
    low: float
    least: float
    most: float

    def below(self, celsius: float) -> float:
        """Share of its span that lies below a temperature."""
        return min(1.0, max(0.0, (celsius - self.low) / (self.high - self.low)))


def check_heat(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Utilities that are heat, and nothing that can never be balanced."""
    if dataset.settings.objective == "heat_links" and not dataset.heat_links:
        yield Fault(
            "study.toml",
            0,
            "objective",
            "heat_links",
            _("there are no direct heat links to count"),
            _("add heat_links.csv, or choose another objective"),
        )
    faults = list(_utilities(dataset))
    yield from faults
    if not faults and not any(check_profiles(dataset, ends)):
        yield from _heat_without_utility(dataset)


def _utilities(dataset: Dataset) -> Iterator[Fault]:
    for setting in ("hot_utility", "cold_utility"):
        name = getattr(dataset.settings.heat, setting)
        resource = dataset.resource.get(name)
        problem = mend = ""
        if name and resource is None:
            problem = _("is not in {files}").format(files="resources.csv")
            mend = closest(name, dataset.resource) or _("add it there, or mend the name")
        elif resource is not None and resource.unit != "GJ":
            problem = _("counts in {unit}, heat in GJ").format(unit=resource.unit)
            mend = _("write unit = GJ at the resource; prices may stay in another unit")
        if problem:
            yield Fault("study.toml", 0, f"heat.{setting}", name, problem, mend)


def _heat_without_utility(dataset: Dataset) -> Iterator[Fault]:
    """Without a utility every stream must find its counterpart in its zone, warm enough."""
    heat = dataset.settings.heat
    if heat.hot_utility and heat.cold_utility:
        return
    linked = {end for link in dataset.heat_links for end in (link.from_stream, link.to_stream)}
    told: set[tuple[str, str]] = set()
    for (zone, _slice), loads in _heat_ranges(dataset).items():
        owners = {zone.partition(":")[0], *(load.stream.stream_id for load in loads)}
        if linked & owners:
            continue  # a link may bring what is missing
        for role, utility, missing in (
            ("cold", "hot_utility", 0.0 if heat.hot_utility else _never_heated(loads)),
            ("hot", "cold_utility", 0.0 if heat.cold_utility else _never_cooled(loads)),
        ):
            if missing <= TOLERANCE * sum(load.most for load in loads) or (zone, role) in told:
                continue
            told.add((zone, role))
            named = next(x.stream for x in loads if x.stream.role == role and x.least > 0)
            text = (
                _("in '{zone}' {amount} of cold streams can be heated by nothing")
                if role == "cold"
                else _("in '{zone}' {amount} of hot streams can be cooled by nothing")
            )
            yield Fault(
                "thermal_streams.csv",
                named.row,
                "stream_id",
                named.stream_id,
                text.format(zone=zone, amount=f"{missing:.6g} GJ/year"),
                _("name {setting} in [heat] of study.toml, or add a stream").format(
                    setting=utility
                ),
            )


def _never_heated(loads: list[_HeatRange]) -> float:
    """Heat that cold streams lack even if all hot ones run at full load."""
    lacking = 0.0
    for celsius in {load.low for load in loads}:
        taken = given = 0.0
        for load in loads:
            above = 1 - load.below(celsius)
            if load.stream.role == "cold":
                taken += load.least * above
            else:
                given += load.most * above
        lacking = max(lacking, taken - given)
    return lacking


def _never_cooled(loads: list[_HeatRange]) -> float:
    """Heat that hot streams cannot give away even if all cold ones run at full load."""
    left = 0.0
    for celsius in {load.high for load in loads}:
        taken = given = 0.0
        for load in loads:
            below = load.below(celsius)
            if load.stream.role == "cold":
                taken += load.most * below
            else:
                given += load.least * below
        left = max(left, given - taken)
    return left


def _heat_ranges(dataset: Dataset) -> dict[tuple[str, str], list[_HeatRange]]:
    """Streams by zone and slice: those of enterprises, of their units, of offered projects."""
    running: list[tuple[str, str, float, float]] = []  # site, recipe, least and most activity
    for unit in dataset.units:
        least, most = unit.least_utilisation, unit.most_utilisation
        least = unit.utilisation if least is None else least
        most = unit.utilisation if most is None else most
        running.append(
            (unit.enterprise_id, unit.recipe_id, least * unit.capacity, most * unit.capacity)
        )
    for place in dataset.project_places:
        project = dataset.project[place.project_id]
        if dataset.offered(project):
            running += [
                (
                    place.host_id or place.place_id,
                    unit.recipe_id,
                    0.0,
                    unit.activity_per_size * project.most_size,
                )
                for unit in dataset.units_of_project.get(place.project_id, ())
            ]
    factors = {(row.profile_id, row.slice_id): row.factor for row in dataset.profiles}
    found: defaultdict[tuple[str, str], list[_HeatRange]] = defaultdict(list)
    for stream in dataset.thermal_streams:
        shift = stream.approach_k
        shift = (dataset.settings.heat.approach_k if shift is None else shift) / 2
        shift = -shift if stream.role == "hot" else shift
        low, high = sorted((stream.supply_celsius + shift, stream.target_celsius + shift))
        for part in dataset.settings.slices:
            share = part.hours / 8760
            factor = factors.get((stream.profile_id, part.id), 1.0)
            at = [(stream.enterprise_id, factor, factor)] if stream.enterprise_id else []
            at += [(site, least, most) for site, r, least, most in running if r == stream.recipe_id]
            for site, least, most in at:
                # the activity of a unit that may vary can be moved from slice to slice
                least = least if stream.enterprise_id or least == most else 0.0
                heat = stream.heat * share
                ranged = _HeatRange(stream, high, low, heat * least, heat * most)
                found[_zone(dataset, site, stream), part.id].append(ranged)
    return dict(found)


def _zone(dataset: Dataset, site: str, stream: ThermalStream) -> str:
    """Where a stream may exchange heat: its site, or the half of it in which it stands."""
    enterprise = dataset.enterprise.get(site)
    if enterprise is None or enterprise.internal_integration:
        return site
    return f"{site}:{'source' if (stream.role == 'hot') != stream.machine else 'sink'}"
