"""Resources, how they travel, what they turn into, what they sell for."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from symbiosis.domain.fields import (
    Evidence,
    Flag,
    Key,
    NonNegative,
    Positive,
    Quantity,
    Refers,
    Share,
    Words,
)


class Resource(Evidence):
    """A kind of material, energy or water.

    balance         `annual` can be stored over the year, `slice` is balanced in every time slice
    role            `byproduct` waste or surplus, `emission` released unless taken up, `service`
                    a marker without mass, otherwise `product`
    carrier_id      how it travels; `far_carrier_id` beyond the reach of that one
    co2e_bought     emission upstream of one unit bought outside, tCO2e/unit; the same is avoided
                    by a unit of power sold
    co2e_released   emission of one unit released (1 for CO2 itself), tCO2e/unit
    mass            t per unit, for shares of mass; empty where the resource has none
    water_class     of water: a `use` that it serves, `used` water, `reclaimed` (treated to be used
                    again), `discharge` (what a river takes); for indicators and the ladder of water
    circulation     of a use of water in a loop: how often it passes through per unit of make-up
    """

    main: ClassVar[str] = "co2e_bought"
    resource_id: Key
    name_zh: str = ""
    name_en: str = ""
    aliases: Words = ()
    kind: Literal["material", "energy", "water"]
    state: str = ""
    unit: Annotated[str, Field(min_length=1)]
    balance: Literal["annual", "slice"] = "annual"
    role: Literal["product", "byproduct", "emission", "service"] = "product"
    virgin: Flag = False
    hazardous: Flag = False
    waste_code: str = ""
    carrier_id: Annotated[Key | Literal[""], Refers(("carriers",))] = ""
    far_carrier_id: Annotated[Key | Literal[""], Refers(("carriers",))] = ""
    mass: NonNegative | None = None
    co2e_bought: float = 0.0
    co2e_released: float = 0.0
    water_class: Literal["", "use", "used", "reclaimed", "discharge"] = ""
    circulation: NonNegative = 0.0


class Carrier(Evidence):
    """How a resource travels between two places: truck, pipe, main, cable, ladle, duct.

    Amounts are counted in `unit`; a resource in another unit of the same kind is converted.

    handling            cost of loading and unloading one unit
    freight             cost of one unit over one km
    fixed_cost          investment per km if a link is built; 0 or empty: nothing is built (trucks)
    capacity_cost       investment per km and unit/year of capacity
    loss_per_km         share lost per km
    reach               longest way
    least_lot           smallest yearly amount worth an agreement
    least_share         smallest flow of a link in a slice while it is on, share of its capacity
    pumping_resource    what pumps run on, bought by the donor or its own
    pumping_per_km      of it per unit carried and km
    pumping_per_m       of it per unit carried and m uphill
    """

    main: ClassVar[str] = "freight"
    carrier_id: Key
    name_zh: str = ""
    name_en: str = ""
    unit: Annotated[str, Field(min_length=1)]
    handling: Annotated[NonNegative, Quantity("wanyuan/{carrier}", "handling_unit")] = 0.0
    handling_unit: str = ""
    freight: Annotated[NonNegative, Quantity("wanyuan/{carrier}/km", "freight_unit")] = 0.0
    freight_unit: str = ""
    fixed_cost: Annotated[NonNegative, Quantity("wanyuan/km", "fixed_cost_unit")] = 0.0
    fixed_cost_unit: str = ""
    capacity_cost: Annotated[
        NonNegative, Quantity("wanyuan*year/{carrier}/km", "capacity_cost_unit")
    ] = 0.0
    capacity_cost_unit: str = ""
    loss_per_km: Share = 0.0
    reach: Annotated[NonNegative, Quantity("km", "reach_unit")]
    reach_unit: str = ""
    least_lot: Annotated[NonNegative, Quantity("{carrier}/year", "least_lot_unit")] = 0.0
    least_lot_unit: str = ""
    least_share: Share = 0.0
    pumping_resource: Annotated[Key | Literal[""], Refers(("resources",))] = ""
    pumping_per_km: Annotated[
        NonNegative, Quantity("{pumping}/{carrier}/km", "pumping_per_km_unit")
    ] = 0.0
    pumping_per_km_unit: str = ""
    pumping_per_m: Annotated[
        NonNegative, Quantity("{pumping}/{carrier}/m", "pumping_per_m_unit")
    ] = 0.0
    pumping_per_m_unit: str = ""


class Substitute(Evidence):
    """One resource may serve a recipe's need of another; never resale.

    ratio       units of `to_resource` replaced by one unit of `from_resource`
    max_share   largest share of the need it may cover
    """

    main: ClassVar[str] = "ratio"
    from_resource: Annotated[Key, Refers(("resources",))]
    to_resource: Annotated[Key, Refers(("resources",))]
    ratio: Annotated[Positive, Quantity("{to}/{unit}", "", "from_resource")]
    max_share: Share = 1.0
    condition_zh: str = ""
    condition_en: str = ""


class Market(Evidence):
    """What the outside world buys, sells or takes away, at what price and up to what amount.

    price      buy: paid by the actor (negative: a gate fee it receives); sell: received by it;
               dispose: paid by it
    most       limit per year for all actors of the row together
    enterprise_id   only this enterprise; its row stands before that of its park
    park_ids        only the actors of these parks; their row stands before the general one
    """

    main: ClassVar[str] = "price"
    resource_id: Annotated[Key, Refers(("resources",))]
    action: Literal["buy", "sell", "dispose"]
    enterprise_id: Annotated[Key | Literal[""], Refers(("enterprises",))] = ""
    park_ids: Annotated[Words, Refers(("parks",))] = ()
    price: Annotated[float, Quantity("wanyuan/{unit}", "price_unit")]
    price_unit: str = ""
    most: Annotated[NonNegative | None, Quantity("{unit}/year", "most_unit")] = None
    most_unit: str = ""

    @property
    def whose(self) -> str:
        """Who trades here: an enterprise, parks joined by `+`, or all."""
        return self.enterprise_id or "+".join(self.park_ids) or "all"
