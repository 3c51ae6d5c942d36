"""Gaps without a candidate: what is disposed of or bought and no project could take or give.

The worth of one more tonne taken or delivered comes from the linear programme of the best plan, its
decisions fixed; the range in which it holds by solving that programme again with other amounts.
"""

from symbiosis.studies.resolves import Solved
from symbiosis.studies.shortlist.plans import years_factor
from symbiosis.studies.shortlist.records import Gap
from symbiosis_models.fixed import FixedProgram, Key

ACTIONS = ("dispose", "buy")


def open_trades(solved: Solved) -> dict[Key, tuple[float, float]]:
    """What the best plan disposes of and buys that no candidate project could take or give.

    By actor, resource and action: amount of the last period and price.
    """
    problem = solved.problem
    taken = {(x.donor, x.resource, "dispose") for x in problem.candidates if x.receiver_place}
    taken |= {(x.receiver, x.serves, "buy") for x in problem.candidates if x.donor_place}
    trades = solved.best.tables["trades"]
    last = problem.periods[-1].period_id
    here = trades[(trades["period"] == last) & (trades["plan"] > 0)]
    return {
        key: (float(x.plan), float(x.price))
        for x in here[here["action"].isin(ACTIONS)].itertuples(index=False)
        if (key := (x.actor, x.resource, x.action)) not in taken
    }


def gaps(solved: Solved) -> list[Gap]:
    """Every gap without a candidate, those worth most first."""
    amounts = open_trades(solved)
    program = FixedProgram(solved.problem, solved.best.whole_numbers, tuple(amounts))
    years = years_factor(solved.problem)
    found = []
    for key, (amount, price) in amounts.items():
        if key not in program.column:
            continue
        worth, to = program.stretch(key, amount)
        actor, resource, action = key
        found.append(
            Gap(
                actor=actor,
                resource=resource,
                action=action,
                amount=amount,
                unit=solved.dataset.resource[resource].unit,
                price=price,
                worth=worth / years + 0.0,  # no minus before nil
                holds_from=0.0,
                holds_to=to,
                switched_off=_not_offered(solved, resource, action),
            )
        )
    return sorted(found, key=lambda gap: (-gap.worth * gap.holds_to, gap.actor, gap.resource))


def _not_offered(solved: Solved, resource: str, action: str) -> tuple[str, ...]:
    """Projects that are not offered and take, or give, the resource."""
    dataset = solved.dataset
    direction = "in" if action == "dispose" else "out"
    return tuple(
        project.project_id
        for project in dataset.projects
        if not dataset.offered(project)
        and any(
            flow.resource_id == resource and flow.direction == direction
            for unit in dataset.units_of_project.get(project.project_id, ())
            for flow in dataset.flows_of_recipe.get(unit.recipe_id, ())
        )
    )
