"""A finished shortlist as plain records; as JSON and back without loss.

Money is 万元, amounts are per year in the resource's own unit, sizes in the project's `size_unit`.
Objectives and losses are in the unit of the study's objective; a loss is positive where the park is
worse off. What is None is not known or does not exist, as the field says.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


@dataclass(frozen=True)
class Proven:
    """A number with the least and most it can be, as proven by the solver's bounds."""

    value: float
    least: float
    most: float


@dataclass(frozen=True)
class Outcome:
    """Objective, bound and gap of a solve; status "optimal", "time_limit" or "interrupted"."""

    value: float
    bound: float
    gap: float
    status: str


@dataclass(frozen=True)
class ExchangeKey:
    """Who gives what to whom, and what it serves there."""

    donor: str
    receiver: str
    resource: str
    serves: str


@dataclass(frozen=True)
class ChosenPlan:
    """What one plan decides; a future for which there is no plan has status "infeasible".

    number      of the near-best plan (1 is the best plan) or of the sampled future, from 1
    outcome     None where there is no plan; of a future it is counted in that future's numbers
    below_best  share of the best objective it is worth less; None of a future
    projects    built projects; `places` the same with their places
    held        of a future: resources and enterprises whose amounts stay as in the study, since
                those that were drawn could not be balanced by any plan
    """

    number: int
    status: str
    outcome: Outcome | None
    below_best: float | None
    chains: tuple[str, ...]
    projects: tuple[str, ...]
    places: tuple[str, ...]
    exchanges: tuple[ExchangeKey, ...]
    links: tuple[str, ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frequency:
    """In how many of some plans something is chosen.

    low, high   of the share: Wilson's 95 % interval; the share itself where the plans are all there
                are; None where there are none
    often       "always", "sometimes", "never", "" where there are none
    """

    chosen: int
    of: int
    share: float | None
    low: float | None
    high: float | None
    often: str


@dataclass(frozen=True)
class Worth:
    """What a project is worth: the study with it forced in and forced out.

    forced_in, forced_out   None where there is no such plan
    loss        by how much the park is worse off without it; negative: it is worse off with it
    yearly      the same per year: of a present value the equal yearly amount, 万元/year
    necessary, impossible   no plan without it; no plan with it
    """

    forced_in: Outcome | None
    forced_out: Outcome | None
    loss: Proven | None
    yearly: Proven | None
    necessary: bool
    impossible: bool


@dataclass(frozen=True)
class ScaleWindow:
    """Smallest and largest size with which the plan is no worse than without the project.

    size            in the plan that holds it
    smallest, largest    proven within `tolerance`; None where no size is worth it
    least_size, most_size   that the data offer
    """

    size: float
    smallest: float | None
    largest: float | None
    least_size: float
    most_size: float
    tolerance: float


@dataclass(frozen=True)
class FlipPoint:
    """Where the decision about a project turns when one number changes.

    lever       "capital_cost" of the project, "price" of `subject` on the market `action`,
                "support" paid once to whoever builds it, "distance" of all its ways
    today       the number in the study (support: 0), in `unit`; None of distance, which is a factor
    at          where the decision turns, in the same unit; of distance the factor. None: nowhere
                between the factors `from_factor` and `to_factor` that were looked at
    still, turned   the two values between which it turns, each solved; None as `at`
    turns       "in" or "out": what happens to the project there
    status      "found"; "nowhere" between those factors; where the search ended before it knew:
                "no_plan" with or without the project, "time_limit" without a plan in time
    tolerance   relative distance of `still` and `turned`
    """

    lever: str
    subject: str
    action: str
    unit: str
    today: float | None
    at: float | None
    still: float | None
    turned: float | None
    turns: str
    status: str
    from_factor: float | None
    to_factor: float | None
    tolerance: float


@dataclass(frozen=True)
class Dependence:
    """What the loss of a partner in the park does to a chosen project.

    role    "supplier", "buyer" or "both"
    kills   the best plan without the partner does not build the project
    loss    of the project's absence once the partner is gone: negative where it is unprofitable
            then; None where it stays in, or no plan holds it ("impossible"), or none does without
            the partner ("no_plan")
    status  "kept", "dropped", "impossible" or "no_plan"
    """

    partner: str
    role: str
    resources: tuple[str, ...]
    kills: bool
    loss: Proven | None
    status: str


@dataclass(frozen=True)
class Flow:
    """An exchange of a project; direction "in" or "out", `amount` sent by the donor."""

    partner: str
    direction: str
    resource: str
    serves: str
    amount: float
    unit: str
    distance_km: float
    carrier: str
    freight: float
    link: str


@dataclass(frozen=True)
class Trade:
    """What a project buys, sells or disposes of outside, at what price."""

    resource: str
    action: str
    amount: float
    unit: str
    price: float


@dataclass(frozen=True)
class Activity:
    """What a unit of a project does in a year, in its recipe's reference resource."""

    recipe: str
    amount: float


@dataclass(frozen=True)
class Built:
    """The project as the plan that holds it builds it (the best plan, or the one forced in).

    activities   of its units in the last period, main unit first
    links_cost   of the links that its exchanges run along, built in the plan; others may use them
    """

    place_id: str
    park_id: str
    host_id: str
    period: str
    size: float
    size_unit: str
    utilisation: float
    capital_cost: float
    running_cost: float
    land: float
    labour: float
    links_cost: float
    chains: tuple[str, ...]
    activities: tuple[Activity, ...]
    flows: tuple[Flow, ...]
    trades: tuple[Trade, ...]


@dataclass(frozen=True)
class Measurement:
    """A number of the data whose range moves the worth of a project.

    table, key, column    the cell
    swing       万元/year that the worth moves between `low` and `high`, first order: by the duals
                of the plan that holds the project, its decisions fixed
    """

    table: str
    key: str
    column: str
    value: float
    low: float
    high: float
    unit: str
    provenance: str
    swing: float


@dataclass(frozen=True)
class Target:
    """A candidate project.

    rank        1 is first: by `often`, within it by the yearly worth
    chosen      the best plan builds it
    places      where it may stand
    often       over near-best plans and futures together: always, sometimes, never
    built       None where no plan holds it
    window      None where no plan holds it, or it was not asked
    flips       of the objective npv only
    dependences of a project that the best plan builds
    """

    rank: int
    project_id: str
    kind: str
    chosen: bool
    places: tuple[str, ...]
    worth: Worth
    often: str
    near_best: Frequency
    futures: Frequency
    built: Built | None
    window: ScaleWindow | None
    flips: tuple[FlipPoint, ...]
    dependences: tuple[Dependence, ...]
    measure_first: tuple[Measurement, ...]


@dataclass(frozen=True)
class Gap:
    """What nobody in the study or its projects takes, or gives: a link without a candidate.

    action      "dispose": a by-product that is disposed of; "buy": an input bought outside
    amount      disposed of or bought in the best plan
    price       of the market it goes to or comes from
    worth       万元/unit: of one more unit a year taken or delivered at the actor's gate, free
    holds_from, holds_to   amounts a year between which that worth is right
    switched_off   projects of the dataset that would take or give it, but are not offered
    """

    actor: str
    resource: str
    action: str
    amount: float
    unit: str
    price: float
    worth: float
    holds_from: float
    holds_to: float
    switched_off: tuple[str, ...]


@dataclass(frozen=True)
class ExchangeShare:
    """How often an exchange is used."""

    exchange: ExchangeKey
    near_best: Frequency
    futures: Frequency


@dataclass(frozen=True)
class LinkShare:
    """How often a link is built or used."""

    link_id: str
    near_best: Frequency
    futures: Frequency


@dataclass(frozen=True)
class Asking:
    """What a shortlist was asked with."""

    near: float
    plans: int
    samples: int
    seed: int


@dataclass(frozen=True)
class Objective:
    """The objective of the study and its best plan.

    years_factor   present value of 1 a year over the whole plan: loss / factor is per year;
                   1 where the objective is of a year already
    """

    name: str
    unit: str
    maximised: bool
    value: float
    bound: float
    gap: float
    years_factor: float


@dataclass(frozen=True)
class Shortlist:
    """Everything a shortlist answers.

    near_best   the best plan first; `complete`: there are no others, as proven
    ended       why the search for near-best plans ended: "finished" or "time_limit"
    futures     one plan per sampled future
    targets     by rank
    """

    dataset_name: str
    dataset_hash: str
    asking: Asking
    objective: Objective
    near_best: tuple[ChosenPlan, ...]
    complete: bool
    ended: str
    futures: tuple[ChosenPlan, ...]
    targets: tuple[Target, ...]
    gaps: tuple[Gap, ...]
    exchanges: tuple[ExchangeShare, ...]
    links: tuple[LinkShare, ...]


def as_json(record: Any) -> dict[str, Any]:
    """A record as plain dicts, lists, numbers and texts."""
    return {key: _listed(value) for key, value in asdict(record).items()}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value


def from_json(kind: type[Record], data: Mapping[str, Any]) -> Record:
    """The record of that kind that `as_json` wrote.

    Raises:
        KeyError, TypeError: if `data` is no such record.
    """
    hints = get_type_hints(kind)
    values = {f.name: _read(hints[f.name], data[f.name]) for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], part) for part in value)
    if get_origin(hint) is UnionType:
        (inner,) = [part for part in get_args(hint) if part is not NoneType]
        return None if value is None else _read(inner, value)
    return from_json(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value
