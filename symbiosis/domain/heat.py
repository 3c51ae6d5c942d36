"""Thermal streams: heat with a temperature, and how it varies over the slices of a year."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from symbiosis.domain.fields import (
    Evidence,
    Flag,
    Key,
    NonNegative,
    Positive,
    Quantity,
    Refers,
    Row,
    Share,
)
from symbiosis.locale import _

Celsius = Annotated[float, Field(ge=-273.15, le=3000)]
Approach = Annotated[float, Field(ge=0, le=200)]


class ThermalStream(Evidence):
    """Heat given (hot) or needed (cold) between two temperatures, °C.

    It belongs to an enterprise and then has its own duty, or to a recipe and then has a duty per
    unit of activity. A machine's stream takes heat up (cold: a boiler raising steam, the evaporator
    of a heat pump) or gives it (hot: steam condensing at its user); every other stream is a
    process stream. Enterprises with `internal_integration` = 0 exchange heat through machines only.

    duty                 GJ/year at profile factor 1; typed as 3 MW or 12 GJ/h
    heat_capacity_flow   instead of `duty`: GJ/year per K
    duty_per_activity    GJ per unit of activity, for a stream of a recipe
    approach_k           smallest temperature difference; each stream brings half of its own
    recoverable_share    of a hot stream's duty
    profile_id           variation over the slices, empty: even
    """

    main: ClassVar[str] = "duty"
    stream_id: Key
    enterprise_id: Annotated[Key | Literal[""], Refers(("enterprises",))] = ""
    recipe_id: Annotated[Key | Literal[""], Refers(("recipes",)), Field(validate_default=True)] = ""
    role: Literal["hot", "cold"]
    medium: str = ""
    supply_celsius: Celsius
    target_celsius: Celsius
    duty: Annotated[Positive | None, Quantity("GJ/year", "duty_unit")] = None
    duty_unit: str = ""
    heat_capacity_flow: Annotated[Positive | None, Quantity("GJ/year/K", "flow_unit")] = None
    flow_unit: str = ""
    duty_per_activity: Annotated[
        Positive | None,
        Quantity("GJ/{reference}", "activity_unit", "recipe_id"),
        Field(validate_default=True),
    ] = None
    activity_unit: str = ""
    approach_k: Approach | None = None
    recoverable_share: Share = 1.0
    machine: Flag = False
    profile_id: Key | Literal[""] = ""

    @field_validator("recipe_id")
    @classmethod
    def _has_one_owner(cls, recipe_id: str, info: ValidationInfo) -> str:
        if "enterprise_id" in info.data and bool(info.data["enterprise_id"]) == bool(recipe_id):
            raise ValueError(_("belongs to an enterprise or to a recipe, one of the two"))
        return recipe_id

    @field_validator("target_celsius")
    @classmethod
    def _is_hot_or_cold(cls, target: float, info: ValidationInfo) -> float:
        supply, role = info.data.get("supply_celsius"), info.data.get("role")
        if supply == target:
            raise ValueError(_("target equals supply; give an isothermal stream 1 K"))
        if supply is not None and role and (supply > target) != (role == "hot"):
            raise ValueError(_("a hot stream cools and a cold one warms; mend role or temperature"))
        return target

    @field_validator("duty_per_activity")
    @classmethod
    def _has_one_amount(cls, per_activity: float | None, info: ValidationInfo) -> float | None:
        if not {"recipe_id", "duty", "heat_capacity_flow"} <= info.data.keys():
            return per_activity  # one of them is wrong by itself
        own = [info.data[name] is not None for name in ("duty", "heat_capacity_flow")]
        follows = bool(info.data["recipe_id"])
        if sum(own) != (not follows) or (per_activity is not None) != follows:
            raise ValueError(
                _("an enterprise has duty or heat_capacity_flow, a recipe duty_per_activity")
            )
        return per_activity

    @property
    def heat(self) -> float:
        """Recoverable GJ/year of an enterprise's stream, or GJ per unit of a recipe's activity."""
        share = self.recoverable_share if self.role == "hot" else 1.0
        if self.heat_capacity_flow is not None:
            span = abs(self.supply_celsius - self.target_celsius)
            return share * self.heat_capacity_flow * span
        return share * (self.duty or self.duty_per_activity or 0.0)


class Profile(Row):
    """Load of a stream in a slice, as a share of its duty."""

    profile_id: Key
    slice_id: Key
    factor: NonNegative


class HeatLink(Evidence):
    """A possible direct way of heat from hot streams to cold ones: a duct, a pipe, an exchanger.

    An end is a thermal stream of an enterprise, or an enterprise: all its process streams of that
    role, those of the units and projects there included. Heat is taken from a hot stream at some
    temperature and given to a cold one at the same or a lower one, each shifted by half its
    approach.

    distance        length of the way, shown beside the link
    loss_share      of the heat sent
    fixed_cost      one payment if the link is used at all; 0 or empty: no decision
    capacity_cost   payment per GJ/year of heat sent at full load all year
    most_capacity   physical limit, GJ/year; typed as 3 MW or 12 GJ/h
    """

    main: ClassVar[str] = "fixed_cost"
    link_id: Key
    from_stream: Annotated[Key, Refers(("thermal_streams", "enterprises"))]
    to_stream: Annotated[Key, Refers(("thermal_streams", "enterprises"))]
    distance: Annotated[NonNegative | None, Quantity("km", "distance_unit")] = None
    distance_unit: str = ""
    loss_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    fixed_cost: Annotated[NonNegative | None, Quantity("wanyuan", "cost_unit")] = None
    cost_unit: str = ""
    capacity_cost: Annotated[NonNegative | None, Quantity("wanyuan*year/GJ")] = None
    most_capacity: Annotated[Positive | None, Quantity("GJ/year", "capacity_unit")] = None
    capacity_unit: str = ""
