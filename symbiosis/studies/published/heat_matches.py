"""Heat exchanger networks before their design: least utility cost, and fewest matches.

data            dt_min, hot_streams, cold_streams, hot_utilities, cold_utilities, match_instance;
                the streams with their utilities, or the match instance, may be left out
Of a stream     name, t_in, t_out, fcp (heat-capacity flow) or duty; see `heat_cascade.py`
Of a utility    name, t_in, t_out, cost per unit of heat, and `capacity`, the most heat
match_instance  `hot` and `cold`: of every stream, utilities last, the heat in every temperature
                interval as {"interval": heat} or as a list; 0 is the hottest interval

The least cost is that of one enterprise that integrates its heat; a utility is a unit whose
activity is bought, and gives or takes heat between its temperatures. For the fewest matches every
stream is an enterprise of its own that exchanges heat through heat links only, each for 1 万元; the
loads of the utilities are those of the instance. Heat goes to the same or a colder interval, so
the numbers of the intervals stand for their temperatures.
"""

import math
from collections.abc import Sequence
from typing import Any

from symbiosis.locale import _
from symbiosis.planning.plan import Plan
from symbiosis.studies.published.case import CaseError, Fields, no_duplicates, number
from symbiosis.studies.published.flow_network import SETTINGS, node_id
from symbiosis.studies.published.heat_cascade import (
    PARK,
    SITE,
    SUPPLY,
    TARGET,
    Row,
    stream_row,
)
from symbiosis.studies.published.translation import Figures, Translation

NEGLIGIBLE = 1e-9  # of all heat: what is left of a difference of two amounts
UNEQUAL = 1e-6  # of all heat: what is given and taken may differ by rounding only
PROVEN = 1e-6  # a bound of 13.0000001 matches is rounding of 13

LISTS = ("hot_streams", "cold_streams", "hot_utilities", "cold_utilities")


def min_matches(data: Fields) -> Translation:
    """The least cost of utilities, then the fewest pairs that exchange heat."""
    parts = []
    if data.get("match_instance", default=None) is None or any(
        data.get(key, default=None) is not None for key in LISTS
    ):
        parts.append(_utility_cost(data))
    else:
        data.ignore("dt_min")
    if data.get("match_instance", default=None) is not None:
        parts.append(_fewest_matches(data))
    first, *further = parts
    return Translation(first.rows, first.settings, first.figures, further=tuple(further))


def _utility_cost(data: Fields) -> Translation:
    dt_min = data.number("dt_min", "delta_t_min")
    streams: list[list[Fields]] = []
    utilities: list[list[Fields]] = []
    names: list[tuple[str, str]] = []
    for key in LISTS:
        optional = key.endswith("utilities")
        absent = optional and data.get(key, default=None) is None
        members = [] if absent else data.objects(key, empty=True)
        names += [(x.place("name"), x.text("name")) for x in members]
        (utilities if optional else streams).append(members)
    no_duplicates(names)
    thermal_streams = [
        row
        for role, members in zip(("hot", "cold"), streams, strict=True)
        for i, x in enumerate(members)
        if (row := stream_row(x, i + 1, dt_min, role)) is not None
    ]
    all_heat = sum(
        row.get("duty")
        or row["heat_capacity_flow"] * abs(row["supply_celsius"] - row["target_celsius"])
        for row in thermal_streams
    )
    rows: dict[str, list[Row]] = {
        "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
        "enterprises": [{"enterprise_id": SITE, "park_id": PARK}],
        "thermal_streams": thermal_streams,
    }
    for role, members in zip(("hot", "cold"), utilities, strict=True):
        for i, utility in enumerate(members):
            _add_utility(rows, role, i + 1, utility, dt_min, all_heat)

    def figures(plan: Plan) -> Figures:
        return {"min_utility_cost": 0.0 - plan.facts["objective"]["value"]}

    return Translation(lambda: rows, SETTINGS, figures)


def _add_utility(
    rows: dict[str, list[Row]],
    role: str,
    position: int,
    utility: Fields,
    dt_min: float,
    all_heat: float,
) -> None:
    """A unit whose activity is the heat given (hot) or taken (cold); it is bought at its cost.

    A utility whose temperatures run against its role works between the two all the same.
    """
    name = node_id(f"{role} utility", position, utility.text("name"))
    ends = utility.number(*SUPPLY, least=None), utility.number(*TARGET, least=None)
    price = utility.number("cost", "price")
    capacity = utility.number("capacity", "limit", "max_load", default=None)
    most = all_heat if capacity is None else min(capacity, all_heat)
    if ends[0] == ends[1]:
        raise CaseError(
            utility.place(utility.named(*TARGET)),
            ends[1],
            _("is also the supply temperature"),
            _("give an isothermal stream 1 K"),
        )
    if most <= 0:
        return
    supply, target = sorted(ends, reverse=role == "hot")

    def add(table: str, **cells: Any) -> None:
        rows.setdefault(table, []).append(cells)

    add("resources", resource_id=name, kind="energy", unit="GJ")
    add("markets", resource_id=name, action="buy", price=price)
    add("recipes", recipe_id=name, reference_resource=name)
    add("recipe_flows", recipe_id=name, resource_id=name, direction="in", coefficient=1)
    add(
        "units",
        unit_id=name,
        enterprise_id=SITE,
        recipe_id=name,
        capacity=most,
        utilisation=0,
        most_utilisation=1,
    )
    add(
        "thermal_streams",
        stream_id=name,
        recipe_id=name,
        role=role,
        supply_celsius=supply,
        target_celsius=target,
        duty_per_activity=1,
        approach_k=dt_min,
        machine=True,
    )


def _fewest_matches(data: Fields) -> Translation:
    instance = data.inner(data.get("match_instance"), data.place("match_instance"))
    heat = {role: _heat_by_interval(instance, role) for role in ("hot", "cold")}
    given, taken = (sum(sum(x.values()) for x in members) for members in heat.values())
    if abs(given - taken) > UNEQUAL * max(given, taken):
        raise CaseError(
            instance.place("cold"),
            None,
            _("takes {taken:.10g} of heat, given are {given:.10g}").format(
                taken=taken, given=given
            ),
            _("the two must be equal, utilities included"),
        )
    names = {
        role: [node_id(role, i + 1, str(i + 1)) for i in range(len(members))]
        for role, members in heat.items()
    }
    last = max((k for members in heat.values() for x in members for k in x), default=0)

    def rows() -> dict[str, list[Row]]:
        enterprises = [
            {"enterprise_id": name, "park_id": PARK, "internal_integration": False}
            for members in names.values()
            for name in members
        ]
        return {
            "parks": [{"park_id": PARK, "lat": 0, "lon": 0}],
            "enterprises": enterprises,
            "thermal_streams": [
                _part(role, name, last - k, amount)
                for role, members in heat.items()
                for name, amounts in zip(names[role], members, strict=True)
                for k, amount in amounts.items()
            ],
            "heat_links": [
                {
                    "link_id": f"{hot} to {cold}",
                    "from_stream": hot,
                    "to_stream": cold,
                    "fixed_cost": 1,
                }
                for hot, some in zip(names["hot"], heat["hot"], strict=True)
                for cold, other in zip(names["cold"], heat["cold"], strict=True)
                if some and other
            ],
        }

    def figures(plan: Plan) -> Figures:
        objective = plan.facts["objective"]
        fewest = round(-objective["value"])
        least = math.ceil(-objective["bound"] - PROVEN)
        if least < fewest:  # in words, so that it is no match
            return {
                "min_matches": _("{least} to {fewest}, not proven").format(
                    least=least, fewest=fewest
                )
            }
        return {"min_matches": fewest}

    return Translation(rows, SETTINGS, figures)


def _part(role: str, enterprise: str, level: int, amount: float) -> Row:
    """Heat of a stream in one interval, between `level` and one degree more."""
    supply, target = sorted((level, level + 1), reverse=role == "hot")
    return {
        "stream_id": f"{enterprise} at {level}",
        "enterprise_id": enterprise,
        "role": role,
        "supply_celsius": supply,
        "target_celsius": target,
        "duty": amount,
        "approach_k": 0,
    }


def _heat_by_interval(instance: Fields, role: str) -> Sequence[dict[int, float]]:
    """Interval -> heat of every stream, without what is nil."""
    found = []
    for i, item in enumerate(instance.items(role)):
        place = f"{instance.place(role)}[{i}]"
        if isinstance(item, list):
            item = {str(k): amount for k, amount in enumerate(item)}
        amounts: dict[int, float] = {}
        for key, value in Fields(item, place).content.items():
            where = f"{place}.{key}"
            if not (key.isascii() and key.isdigit()):
                raise CaseError(where, key, _("is not the number of an interval"))
            if int(key) in amounts:
                raise CaseError(where, key, _("stands twice in one object"))
            amounts[int(key)] = number(value, where)
        found.append(amounts)
    nil = NEGLIGIBLE * sum(sum(amounts.values()) for amounts in found)
    return [{k: amount for k, amount in x.items() if amount > nil} for x in found]
