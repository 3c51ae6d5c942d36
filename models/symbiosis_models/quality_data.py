"""The data of quality: what arrives for a need with its value, and the limits and loads on it.

A value is in the unit of its property, a load in that unit times the unit of the resource. Values
are by slice: of the year (`ALL_YEAR`) for what is counted once a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Mixture = tuple[str, str, str]  # actor, need, property


@dataclass(frozen=True)
class ArrivalData:
    """One way in which something arrives for a need.

    source      an exchange, the market outside, or what the actor itself gives
    candidate   of an exchange
    amount      units that arrive per unit sent, in the unit of the need: what was lost is gone, but
                a substitute counts with its own amount, not with what it replaces
    values      slice of the flow -> value; one that is not here is unknown
    pool        outlet of the pool from which it comes; its value is then a variable
    """

    source: Literal["exchange", "bought", "within"]
    values: Mapping[str, float]
    candidate: int = -1
    amount: float = 1.0
    pool: str = ""


@dataclass(frozen=True)
class LimitData:
    """The mixture that arrives for a need in a slice lies between two values.

    feed   only what arrives as this substitute is mixed; "": everything
    """

    mixture: Mixture
    slice_id: str
    least: float | None
    most: float | None
    feed: str = ""


@dataclass(frozen=True)
class LoadData:
    """What a unit adds a year to what it takes; its used resource has at most the outlet values.

    outlet   slice of the used resource -> largest value
    """

    unit: str
    mixture: Mixture
    resource_out: str
    load: float
    outlet: Mapping[str, float]


@dataclass(frozen=True)
class LoadLimitData:
    """Most that may arrive a year with the mixtures of all its actors together."""

    limit_id: str
    mixtures: tuple[Mixture, ...]
    most: float


@dataclass(frozen=True)
class PoolData:
    """A place where an actor mixes what it takes; what it gives has that value times a factor.

    ratio     units of `gives` per unit of `takes`
    most      of `gives`, a year
    factors   property -> outlet per mixture
    ranges    property -> least and largest value that the outlet can have
    loads     property -> what the unit adds a year
    """

    actor: str
    takes: str
    gives: str
    ratio: float
    most: float
    factors: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    loads: Mapping[str, float] = field(default_factory=dict)


def outlet_id(actor: str, resource: str, property_id: str) -> str:
    """Name of a property of what a pool gives."""
    return f"{actor}:{resource}:{property_id}"


@dataclass(frozen=True)
class QualityData:
    """Everything said about quality.

    mixtures   actor, need, property -> all that may arrive
    """

    mixtures: Mapping[Mixture, tuple[ArrivalData, ...]] = field(default_factory=dict)
    limits: tuple[LimitData, ...] = ()
    loads: tuple[LoadData, ...] = ()
    load_limits: tuple[LoadLimitData, ...] = ()
    pools: tuple[PoolData, ...] = ()

    def outlet_range(self, outlet: str) -> tuple[float, float]:
        """Least and largest value of an outlet of a pool."""
        return self._ranges[outlet]

    @cached_property
    def _ranges(self) -> dict[str, tuple[float, float]]:
        return {
            outlet_id(pool.actor, pool.gives, name): ends
            for pool in self.pools
            for name, ends in pool.ranges.items()
        }
