"""Quality of what is given and taken: properties that mix, limits, standards, loads, pools."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from symbiosis.domain.fields import (
    Evidence,
    Key,
    NonNegative,
    Quantity,
    Refers,
    Row,
)
from symbiosis.locale import _

# Who a quality speaks of; empty: everyone.
Owner = Annotated[
    Key | Literal[""], Refers(("enterprises", "projects", "recipes", "parks"))
]  # of the first that holds: the actor itself, a recipe of its, its park, everyone
Slice = Key | Literal[""]  # a slice of study.toml; empty: all year


class Property(Row):
    """A quality that mixes linearly by flow (moisture, F, TDS)."""

    property_id: Key
    name_zh: str = ""
    name_en: str = ""
    unit: str = ""


class Quality(Evidence):
    """A property of what is given or bought outside, or the limits on what is taken.

    owner_id    an enterprise, a project for all its places, a recipe for all its units, a park for
                all its actors; empty: everyone
    direction   `value` belongs to a `supply` or to what is `bought` outside, `least` and `most` to
                a `need`
    slice_id    empty: all slices
    """

    main: ClassVar[str] = "value"
    owner_id: Owner = ""
    resource_id: Annotated[Key, Refers(("resources",))]
    direction: Literal["supply", "need", "bought"]
    property_id: Annotated[Key, Refers(("properties",))]
    slice_id: Slice = ""
    value: float | None = None
    least: float | None = None
    most: float | None = None


class Standard(Evidence):
    """A named set of limits, such as GB/T 19923 or a discharge standard."""

    standard_id: Key
    name_zh: str = ""
    name_en: str = ""


class StandardLimit(Evidence):
    """Upper limit of a property in a standard, in the property's unit."""

    main: ClassVar[str] = "most"
    standard_id: Annotated[Key, Refers(("standards",))]
    property_id: Annotated[Key, Refers(("properties",))]
    most: float


class StandardUse(Row):
    """A standard that holds for a need; rows of qualities stand before its single properties."""

    owner_id: Owner = ""
    resource_id: Annotated[Key, Refers(("resources",))]
    standard_id: Annotated[Key, Refers(("standards",))]
    slice_id: Slice = ""


class Load(Evidence):
    """What a unit adds of a property to the water it passes on: a fixed load.

    amount    per year, in the property's unit times that of resource_in: mg/L x m3 is g
    """

    main: ClassVar[str] = "amount"
    unit_id: Annotated[Key, Refers(("units",))]
    resource_in: Annotated[Key, Refers(("resources",))]
    resource_out: Annotated[Key, Refers(("resources",))]
    property_id: Annotated[Key, Refers(("properties",))]
    amount: Annotated[NonNegative, Quantity("({property})*{unit}/year", "unit", "resource_in")]
    unit: str = ""

    @field_validator("resource_out")
    @classmethod
    def _passes_on_another(cls, resource_out: str, info: ValidationInfo) -> str:
        if resource_out == info.data.get("resource_in"):
            raise ValueError(_("used water is another resource than what was taken"))
        return resource_out


class LoadLimit(Evidence):
    """Most of a property that its owner takes a year with a resource: an outfall, a park's quota.

    owner_id    an enterprise, a project for all its places together, a park for all its actors
    """

    main: ClassVar[str] = "most"
    owner_id: Annotated[Key, Refers(("enterprises", "projects", "parks"))]
    resource_id: Annotated[Key, Refers(("resources",))]
    property_id: Annotated[Key, Refers(("properties",))]
    most: Annotated[NonNegative, Quantity("({property})*{unit}/year", "most_unit")]
    most_unit: str = ""


class Pool(Evidence):
    """A recipe whose product has the quality of what arrives, times a factor.

    factor    1: a mixing tank; 1 - r where a share r is removed; above 1 in what is rejected
    """

    main: ClassVar[str] = "factor"
    recipe_id: Annotated[Key, Refers(("recipes",))]
    resource_in: Annotated[Key, Refers(("resources",))]
    resource_out: Annotated[Key, Refers(("resources",))]
    property_id: Annotated[Key, Refers(("properties",))]
    factor: Annotated[NonNegative, Field(le=1000)] = 1.0
