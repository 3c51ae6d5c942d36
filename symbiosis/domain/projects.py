"""Recipes, projects with their sizes and places, and the chains they fill."""

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
    Row,
    Share,
    Words,
)


class Recipe(Row):
    """A linear process; its activity is counted in the reference resource."""

    recipe_id: Key
    name_zh: str = ""
    name_en: str = ""
    reference_resource: Annotated[Key, Refers(("resources",))]


class RecipeFlow(Evidence):
    """What one unit of activity takes in or gives out of a resource."""

    main: ClassVar[str] = "coefficient"
    recipe_id: Annotated[Key, Refers(("recipes",))]
    resource_id: Annotated[Key, Refers(("resources",))]
    direction: Literal["in", "out"]
    coefficient: Annotated[NonNegative, Quantity("{unit}", "unit")]
    unit: str = ""


class Project(Evidence):
    """An investment that may be made.

    kind            chain_filling 补链 (built only when a chain it serves is prioritised),
                    platform 公共服务平台, cascade 能源梯级利用, retrofit 清洁生产,
                    revival 存量盘活, relocation 出城入园
    size_unit       free text ("万t/a"); sizes and `activity_per_size` speak of it
    capital_cost    at `reference_size`; at size S it is capital_cost * (S/reference)^exponent
    labour          persons at the reference size, scaled as the capital cost
    land            at the reference size, in proportion to size
    """

    main: ClassVar[str] = "capital_cost"
    project_id: Key
    kind: Literal["chain_filling", "platform", "cascade", "retrofit", "revival", "relocation"]
    name_zh: str = ""
    name_en: str = ""
    industry_code: str = Field(default="", description="GB/T 4754 code")
    industry_name_zh: str = ""
    industry_name_en: str = ""
    size_unit: str = ""
    least_size: Positive
    reference_size: Positive
    most_size: Positive
    capital_cost: Annotated[NonNegative, Quantity("wanyuan", "capital_cost_unit")]
    capital_cost_unit: str = ""
    scale_exponent: Annotated[float, Field(gt=0, le=1)] = 1.0
    fixed_cost_share: NonNegative = Field(
        default=0.0, description="operating cost per year as a share of the capital cost"
    )
    labour: NonNegative = 0.0
    land: Annotated[NonNegative, Quantity("mu", "land_unit")] = 0.0
    land_unit: str = ""
    lead_months: NonNegative | None = None
    maturity: Annotated[int | None, Field(ge=1, le=9, description="TRL")] = None
    least_utilisation: Share | None = Field(
        default=None, description="of the main unit; empty: the study's (document 148, art. 9)"
    )
    available: Flag = True
    switch_reason: str = ""
    licensed_wastes: Annotated[Words, Refers(("resources",))] = ()


class ProjectSize(Evidence):
    """A size that may be bought, with its price: with such rows the size is a menu, not a range."""

    main: ClassVar[str] = "capital_cost"
    project_id: Annotated[Key, Refers(("projects",))]
    size: Positive
    capital_cost: Annotated[NonNegative, Quantity("wanyuan", "capital_cost_unit")]
    capital_cost_unit: str = ""


class ProjectUnit(Evidence):
    """A unit a project brings. The first one of a project is its main unit.

    activity_per_size   units of the recipe's reference resource per year and unit of size
    variable_cost       auxiliaries and maintenance per unit of activity (what the recipe takes in
                        is bought or exchanged and costs beside it)
    """

    main: ClassVar[str] = "variable_cost"
    project_id: Annotated[Key, Refers(("projects",))]
    recipe_id: Annotated[Key, Refers(("recipes",))]
    activity_per_size: Positive
    least_utilisation: Share | None = None
    variable_cost: Annotated[
        NonNegative, Quantity("wanyuan/{reference}", "variable_cost_unit", "recipe_id")
    ] = 0.0
    variable_cost_unit: str = ""


class ProjectPlace(Row):
    """Where a project may stand: in a park, or within an enterprise (distance 0 to it)."""

    place_id: Key
    project_id: Annotated[Key, Refers(("projects",))]
    park_id: Annotated[Key, Refers(("parks",))]
    host_id: Annotated[Key | Literal[""], Refers(("enterprises",))] = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    elevation_m: Elevation | None = None


class Chain(Row):
    """A circular chain (循环经济产业链) that may be prioritised.

    park_ids   parks whose units and projects serve it, empty: all; chains of the same parks are
               counted together against `at_most` and `at_least`
    """

    chain_id: Key
    park_ids: Annotated[Words, Refers(("parks",))] = ()
    name_zh: str = ""
    name_en: str = ""
    story_zh: str = ""
    story_en: str = ""
    closed: Flag = False

    @property
    def group(self) -> str:
        """The parks whose chains are counted together, joined by `+`."""
        return "+".join(self.park_ids)

    def is_of(self, park: str) -> bool:
        """Whether units and projects of `park` serve it."""
        return not self.park_ids or park in self.park_ids


class ChainStage(Row):
    """A step of a chain, the recipes that can perform it, and supplies and needs of no unit."""

    chain_id: Annotated[Key, Refers(("chains",))]
    stage_id: Key
    order: int
    name_zh: str = ""
    name_en: str = ""
    required: Flag = True
    recipes: Annotated[Words, Refers(("recipes",)), Field(min_length=1)]
    streams: Annotated[Words, Refers(("streams",))] = ()


class ChainLink(Evidence):
    """The flow that ties two stages together.

    least_share   share of what the units of `from_stage` give that must reach `to_stage`
    required      only required links bind a prioritised chain
    closes        the flow that feeds an earlier stage: the chain is closed by it
    """

    main: ClassVar[str] = "least_share"
    chain_id: Annotated[Key, Refers(("chains",))]
    from_stage: Key
    to_stage: Key
    resource_id: Annotated[Key, Refers(("resources",))]
    least_share: Share = 0.0
    required: Flag = True
    closes: Flag = False
