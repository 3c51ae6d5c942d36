"""Parks, enterprises, what stands in them today, and the studies' geography."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from symbiosis.domain.fields import (
    Elevation,
    Evidence,
    Flag,
    Key,
    Latitude,
    Longitude,
    NonNegative,
    Positive,
    Quantity,
    Refers,
    Share,
    Words,
)


class Park(Evidence):
    """An industrial park (园区): land for projects, level, province."""

    main: ClassVar[str] = "land_available"
    park_id: Key
    name_zh: str = ""
    name_en: str = ""
    level: Literal["national", "provincial", "county", "outside"] = "provincial"
    province: str = ""
    land_available: Annotated[NonNegative | None, Quantity("mu", "land_unit")] = None
    land_unit: str = ""
    investment_floor: NonNegative | None = Field(
        default=None, description="least investment per land, 万元/亩 (reported, not enforced)"
    )
    lat: Latitude | None = None
    lon: Longitude | None = None
    elevation_m: Elevation | None = None


class Enterprise(Evidence):
    """An actor of a park; it stands at one place."""

    enterprise_id: Key
    park_id: Annotated[Key, Refers(("parks",))]
    name_zh: str = ""
    name_en: str = ""
    industry_code: str = Field(default="", description="GB/T 4754 code")
    industry_name_zh: str = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    elevation_m: Elevation | None = None
    coord_radius_km: NonNegative | None = Field(
        default=None, description="distances below twice this radius are not reliable"
    )
    licensed_wastes: Annotated[Words, Refers(("resources",))] = ()
    placeholder: Flag = False
    internal_integration: Flag = Field(
        default=True, description="its own hot streams may heat its own cold ones directly"
    )


class Unit(Evidence):
    """A process unit of an enterprise: a recipe, its capacity, and how it runs.

    utilisation                share of capacity used today
    least, most_utilisation    range a plan may move it in; both empty: held at today's
    """

    main: ClassVar[str] = "utilisation"
    unit_id: Key
    enterprise_id: Annotated[Key, Refers(("enterprises",))]
    recipe_id: Annotated[Key, Refers(("recipes",))]
    capacity: Annotated[Positive, Quantity("{reference}/year", "capacity_unit", "recipe_id")]
    capacity_unit: str = ""
    utilisation: Share
    least_utilisation: Share | None = None
    most_utilisation: Share | None = None


class Stream(Evidence):
    """A supply or need of an enterprise that belongs to no unit.

    amount         given or needed today, per year
    least_amount   smallest amount a plan may give or take (empty: `amount`)
    most_amount    largest (empty: `amount`)
    """

    main: ClassVar[str] = "amount"
    stream_id: Key
    enterprise_id: Annotated[Key, Refers(("enterprises",))]
    resource_id: Annotated[Key, Refers(("resources",))]
    direction: Literal["supply", "need"]
    amount: Annotated[NonNegative, Quantity("{unit}/year", "unit")]
    least_amount: Annotated[NonNegative | None, Quantity("{unit}/year", "unit")] = None
    most_amount: Annotated[NonNegative | None, Quantity("{unit}/year", "unit")] = None
    unit: str = ""
    state: str = Field(default="", description="state here, where it differs from the resource's")
    profile_id: Key | Literal[""] = Field(
        default="", description="how its amount is spread over the slices; empty: by their hours"
    )


class TodayExchange(Evidence):
    """An exchange in place today: donor's resource, receiver's need it serves.

    price is what the receiver pays the donor; between two members of the study it cancels.
    """

    main: ClassVar[str] = "amount"
    donor_id: Annotated[Key, Refers(("enterprises",))]
    receiver_id: Annotated[Key, Refers(("enterprises",))]
    resource_id: Annotated[Key, Refers(("resources",))]
    serves_resource_id: Annotated[Key | Literal[""], Refers(("resources",))] = ""
    amount: Annotated[NonNegative, Quantity("{unit}/year", "unit")]
    unit: str = ""
    price: Annotated[float | None, Quantity("wanyuan/{unit}", "price_unit")] = None
    price_unit: str = ""
    since: int | None = None


class Link(Evidence):
    """A declared way between two places: a route with its own cost, or existing infrastructure.

    One between enterprises is shared by all that stand at their sites.

    distance            replaces the computed distance
    freight             replaces the carrier's cost of moving one unit all the way
    fixed_cost          one payment if the link is used at all; 0 or empty: no decision
    capacity_cost       payment per unit/year of capacity
    most_capacity       physical limit, per year; capacity existing today costs nothing
    least_share         smallest flow in a slice while it is on, share of capacity; empty: the
                        carrier's
    """

    main: ClassVar[str] = "freight"
    link_id: Key
    from_id: Annotated[Key, Refers(("enterprises", "project_places"))]
    to_id: Annotated[Key, Refers(("enterprises", "project_places"))]
    resource_id: Annotated[Key, Refers(("resources",))]
    distance: Annotated[NonNegative | None, Quantity("km", "distance_unit")] = None
    distance_unit: str = ""
    freight: Annotated[float | None, Quantity("wanyuan/{unit}", "freight_unit")] = None
    freight_unit: str = ""
    fixed_cost: Annotated[NonNegative | None, Quantity("wanyuan", "cost_unit")] = None
    capacity_cost: Annotated[NonNegative | None, Quantity("wanyuan*year/{unit}")] = None
    cost_unit: str = ""
    loss_share: Share = 0.0
    existing_capacity: Annotated[NonNegative, Quantity("{unit}/year", "capacity_unit")] = 0.0
    most_capacity: Annotated[NonNegative | None, Quantity("{unit}/year", "capacity_unit")] = None
    capacity_unit: str = ""
    least_share: Share | None = None
