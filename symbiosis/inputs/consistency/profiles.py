"""Profiles: they are there, they speak of slices, and they say how a year is spread."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.heat import ThermalStream
from symbiosis.domain.places import Stream
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import fault_of
from symbiosis.inputs.tables import closest
from symbiosis.locale import _


def check_profiles(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Names of profiles and slices hold, and no stream is spread over nothing."""
    profiles = {row.profile_id for row in dataset.profiles}
    slices = [part.id for part in dataset.settings.slices]
    factors = {(row.profile_id, row.slice_id): row.factor for row in dataset.profiles}
    streams: list[Stream | ThermalStream] = [*dataset.streams, *dataset.thermal_streams]
    for row in streams:
        if row.profile_id and row.profile_id not in profiles:
            yield fault_of(
                row,
                "profile_id",
                _("is not in {files}").format(files="profiles.csv"),
                closest(row.profile_id, profiles) or _("add it there, or mend the name"),
            )
    for stream in dataset.streams:
        name = stream.profile_id
        if name in profiles and not any(factors.get((name, s), 1.0) for s in slices):
            yield fault_of(
                stream,
                "profile_id",
                _("is 0 in every slice: the year's amount cannot be spread"),
                _("write a factor above 0 in {file}").format(file="profiles.csv"),
            )
    for thermal in dataset.thermal_streams:
        if thermal.profile_id in profiles and thermal.recipe_id:
            yield fault_of(
                thermal,
                "profile_id",
                _("has no meaning here: the stream follows the activity of its unit"),
                _("leave the cell empty"),
            )
    for part in dataset.profiles:
        if part.slice_id not in slices:
            yield fault_of(
                part,
                "slice_id",
                _("is not a slice of study.toml"),
                closest(part.slice_id, slices) or ", ".join(slices),
            )
