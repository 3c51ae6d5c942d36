"""Resources: what moves them, what they may stand in for."""

from collections.abc import Iterator

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.errors import Fault
from symbiosis.domain.resources import Carrier, Resource
from symbiosis.domain.units import UnitError, factor
from symbiosis.inputs.consistency.ends import Ends
from symbiosis.inputs.consistency.faults import fault_of
from symbiosis.locale import _


def check_carriers(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A carrier counts what it moves in its own unit; the far one goes on where the near ends."""
    for resource in dataset.resources:
        for column in ("carrier_id", "far_carrier_id"):
            carrier = dataset.carrier.get(getattr(resource, column))
            if carrier and not _counts(carrier, resource):
                yield fault_of(
                    resource,
                    column,
                    _("counts in {carrier_unit}, the resource in {unit}").format(
                        carrier_unit=carrier.unit, unit=resource.unit
                    ),
                    _("write the mass of one unit in t")
                    if carrier.unit == "t"
                    else _("choose a carrier that counts in {unit}").format(unit=resource.unit),
                )
        yield from _far_carrier(dataset, resource)


def _counts(carrier: Carrier, resource: Resource) -> bool:
    if carrier.unit == "t" and resource.unit != "t" and resource.mass is not None:
        return True
    try:
        factor(resource.unit, carrier.unit)
    except UnitError:
        return False
    return True


def _far_carrier(dataset: Dataset, resource: Resource) -> Iterator[Fault]:
    far, near = (dataset.carrier.get(key) for key in (resource.far_carrier_id, resource.carrier_id))
    if far and not near:
        yield fault_of(
            resource,
            "far_carrier_id",
            _("stands alone: it goes on where carrier_id ends, and that is empty"),
            _("write the carrier in carrier_id and leave far_carrier_id empty"),
        )
    elif far and near and far.reach <= near.reach:
        yield fault_of(
            resource,
            "far_carrier_id",
            _("reaches {far:g} km, no farther than the {near:g} km of {carrier}").format(
                far=far.reach, near=near.reach, carrier=near.carrier_id
            ),
            _("name a carrier of longer reach, mend {column} in {file}, or leave it empty").format(
                column="reach", file="carriers.csv"
            ),
        )


def check_pumps(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """Pumps run on something that can be had."""
    had = {row.resource_id for row in dataset.markets if row.action == "buy"}.union(
        *ends.gives.values()
    )
    for carrier in dataset.carriers:
        pumps = max(carrier.pumping_per_km, carrier.pumping_per_m) > 0
        if pumps and not carrier.pumping_resource:
            yield fault_of(
                carrier,
                "pumping_resource",
                _("is empty, and its pumps need something"),
                _("name what they run on, or leave pumping_per_km and pumping_per_m empty"),
            )
        elif pumps and carrier.pumping_resource not in had:
            yield fault_of(
                carrier,
                "pumping_resource",
                _("nobody gives or sells it"),
                _("add a buy row to markets.csv, or name another resource"),
            )


def check_substitutes(dataset: Dataset, ends: Ends) -> Iterator[Fault]:
    """A resource stands in for another one, and only water for water."""
    for row in dataset.substitutes:
        if row.from_resource == row.to_resource:
            yield fault_of(
                row,
                "to_resource",
                _("a resource cannot stand in for itself"),
                _("take the row out, or mend one of the names"),
            )
            continue
        kinds = [dataset.resource[name].kind for name in (row.from_resource, row.to_resource)]
        if kinds[0] != kinds[1] and "water" in kinds:  # a material may replace energy: a fuel
            yield fault_of(
                row,
                "to_resource",
                _("is of kind {kind}, '{other}' of kind {other_kind}").format(
                    kind=kinds[1], other=row.from_resource, other_kind=kinds[0]
                ),
                _("mend the name, or the kind in {file}").format(file="resources.csv"),
            )
