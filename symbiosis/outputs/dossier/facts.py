"""The dossiers of a shortlist, computed once from its records and the dataset.

The flows of a target are those of the plan that holds it: the best plan, or the best one with it
forced in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from symbiosis.domain.dataset import Dataset, group
from symbiosis.domain.fields import Evidence
from symbiosis.domain.projects import Project, RecipeFlow
from symbiosis.network.quality import Qualities
from symbiosis.outputs.dossier.measures import measures_of
from symbiosis.outputs.dossier.names import Namer
from symbiosis.outputs.dossier.prices import YUAN, buyer_end, market_price, seller_end
from symbiosis.outputs.dossier.records import (
    Dossier,
    Line,
    Measure,
    Money,
    Name,
    Need,
    Number,
    Permit,
    Quality,
)
from symbiosis.outputs.dossier.result import own_result, swings, with_ends
from symbiosis.planning.ledger import GRADES
from symbiosis.planning.study import Prepared
from symbiosis.planning.today import Markets
from symbiosis.studies.shortlist.records import Built, Flow, Gap, Shortlist, Target, Trade

MOST_MEASURES = 5
MOST_GAPS = 10  # by-products, and as many inputs; the table of gaps holds them all
KINDS = ("power", "steam", "water")  # always told; other energy where there is some


def dossiers(prepared: Prepared, shortlist: Shortlist) -> list[Dossier]:
    """A dossier for every target by rank, then for the gaps that are worth most."""
    made = _Maker(prepared, shortlist.objective.years_factor)
    found = [made.of_target(target) for target in shortlist.targets]
    return found + [made.of_gap(gap) for gap in _gaps_worth_most(shortlist.gaps)]


def _gaps_worth_most(gaps: Iterable[Gap]) -> list[Gap]:
    """By-products to take and inputs to deliver by which the park gains most, in their order."""
    left = Counter({"dispose": MOST_GAPS, "buy": MOST_GAPS})
    listed = []
    for gap in gaps:
        if gap.worth > 0 and left[gap.action] > 0:
            left[gap.action] -= 1
            listed.append(gap)
    return listed


class _Maker:
    def __init__(self, prepared: Prepared, years_factor: float) -> None:
        self.dataset: Dataset = prepared.dataset
        self.years_factor = years_factor
        self.names = Namer(self.dataset)
        self.markets = Markets(self.dataset)
        self.qualities = Qualities(self.dataset)
        candidates = prepared.matches.candidates
        keys = candidates[["donor", "receiver", "resource", "serves"]]
        yields = candidates["ratio"] * candidates["efficiency"]
        self.yields = dict(zip(keys.itertuples(index=False, name=None), yields, strict=True))
        self.heat_of_recipe = group(
            [row for row in self.dataset.thermal_streams if row.recipe_id], "recipe_id"
        )

    # A candidate project

    def of_target(self, target: Target) -> Dossier:
        """The dossier of a candidate project; without flows where no plan holds it."""
        project = self.dataset.project[target.project_id]
        told: dict[str, Any] = {
            "key": project.project_id,
            "name": self.names.actor(project.project_id),
            "kind": project.kind,
            "target": target,
            "gap": None,
            "industry_code": project.industry_code,
            "industry": _industry(project),
            "lead_months": _of_row(project, project.lead_months, "month"),
            "maturity": _of_row(project, project.maturity, ""),
            "mentioned": (
                *(self.names.actor(x.partner) for x in target.dependences),
                *(self.names.resource(x.subject) for x in target.flips if x.lever == "price"),
            ),
            "same_province": not self.dataset.settings.network.hazardous_across_province,
        }
        built = target.built
        if built is None:
            return Dossier(**told, permits=tuple(self._permits_of_recipes(project)))
        buys, sells = self._buys(built), self._sells(built)
        money = self._money(project, built, buys, sells)
        measures = measures_of(self.dataset, self.names, target.measure_first)
        own = sorted(swings(buys, sells, money, self.years_factor), key=lambda x: -x.swing)
        return Dossier(
            **told,
            park=self.names.park(built.park_id),
            host=self.names.actor(built.host_id) if built.host_id else None,
            size=Number(
                built.size,
                built.size_unit,
                project.least_size,
                project.most_size,
                *_graded(project),
            ),
            chains=tuple(map(self.names.chain, built.chains)),
            buys=buys,
            sells=sells,
            needs=tuple(self._needs(project, built)),
            money=money,
            floor=self.dataset.park[built.park_id].investment_floor,
            permits=_permits(buys, sells),
            heat_inside=any(x.recipe in self.heat_of_recipe for x in built.activities),
            measures=measures or tuple(own[:MOST_MEASURES]),
            swings_of="worth" if measures else "result",
        )

    def _buys(self, built: Built) -> tuple[Line, ...]:
        return (
            *(self._exchange(built, flow) for flow in _flows(built, "in")),
            *(self._trade(built, trade) for trade in built.trades if trade.action == "buy"),
        )

    def _sells(self, built: Built) -> tuple[Line, ...]:
        return (
            *(self._exchange(built, flow) for flow in _flows(built, "out")),
            *(self._trade(built, trade) for trade in built.trades if trade.action != "buy"),
        )

    def _exchange(self, built: Built, flow: Flow) -> Line:
        taking = flow.direction == "in"
        donor, receiver = flow.partner, built.place_id
        if not taking:
            donor, receiver = receiver, donor
        freight = flow.freight * YUAN
        yields = self.yields[donor, receiver, flow.resource, flow.serves]
        return Line(
            partner=self.names.actor(flow.partner),
            way="exchange",
            resource=self.names.resource(flow.resource),
            serves=self.names.resource(flow.serves) if flow.serves != flow.resource else None,
            amount=self._amount(built, flow.serves if taking else flow.resource, taking, flow),
            seller_end=seller_end(self.markets, donor, flow.resource, flow.unit),
            buyer_end=buyer_end(self.markets, receiver, flow.serves, flow.unit, yields, freight),
            freight=freight,
            distance_km=flow.distance_km,
            qualities=tuple(self._qualities(donor, receiver, flow.resource, flow.serves)),
            code=self._code(flow.resource),
            own_host=flow.partner == built.host_id,
        )

    def _trade(self, built: Built, trade: Trade) -> Line:
        row = self.markets.row(built.place_id, trade.resource, trade.action)
        sign = -1.0 if trade.action == "dispose" else 1.0
        price = market_price(row, trade.unit, sign)
        return Line(
            partner=None,
            way=trade.action,
            resource=self.names.resource(trade.resource),
            serves=None,
            amount=self._amount(built, trade.resource, trade.action == "buy", trade),
            seller_end=price,
            buyer_end=price,
            code=self._code(trade.resource),
        )

    def _amount(self, built: Built, resource: str, taken: bool, of: Flow | Trade) -> Number:
        """The plan's amount, with the range and evidence of the coefficients it comes from."""
        rows = list(self._coefficients(built, resource, "in" if taken else "out"))
        whole = sum(row.coefficient * activity for row, activity in rows)
        if whole <= 0:
            return Number(of.amount, f"{of.unit}/year")
        low = sum(_end(row, row.low) * activity for row, activity in rows) / whole
        high = sum(_end(row, row.high) * activity for row, activity in rows) / whole
        grade = _weakest([row for row, _activity in rows])
        return Number(of.amount, f"{of.unit}/year", of.amount * low, of.amount * high, *grade)

    def _coefficients(
        self, built: Built, resource: str, direction: str
    ) -> Iterator[tuple[RecipeFlow, float]]:
        for unit in built.activities:
            for row in self.dataset.flows_of_recipe.get(unit.recipe, ()):
                if (row.resource_id, row.direction) == (resource, direction) and row.coefficient:
                    yield row, unit.amount

    def _qualities(self, donor: str, receiver: str, sent: str, serves: str) -> Iterator[Quality]:
        limited = {
            *self.qualities.limited(receiver, serves),
            *self.qualities.limited(receiver, sent),
        }
        for key in sorted(limited | self.qualities.properties(sent, "supply")):
            own = self.qualities.limits(receiver, sent, key)
            limits = own or self.qualities.limits(receiver, serves, key)
            value = self.qualities.value(donor, sent, key)
            if value is not None or limits:
                unit = self.dataset.property[key].unit
                yield Quality(self.names.property(key), unit, value, limits.least, limits.most)

    def _code(self, resource: str) -> str:
        row = self.dataset.resource[resource]
        return (row.waste_code or "?") if row.hazardous else ""

    def _needs(self, project: Project, built: Built) -> Iterator[Need]:
        yield Need("land", None, Number(built.land, "mu", None, None, *_graded(project)))
        yield Need("labour", None, Number(built.labour, "persons", None, None, *_graded(project)))
        found: dict[str, list[Need]] = {kind: [] for kind in (*KINDS, "energy")}
        taken = dict.fromkeys(
            row.resource_id
            for unit in built.activities
            for row in self.dataset.flows_of_recipe.get(unit.recipe, ())
            if row.direction == "in" and row.coefficient
        )
        for key in taken:
            resource = self.dataset.resource[key]
            if resource.kind == "material":
                continue
            kind = resource.state if resource.state in KINDS else resource.kind
            rows = list(self._coefficients(built, key, "in"))
            low = sum(_end(row, row.low) * activity for row, activity in rows)
            high = sum(_end(row, row.high) * activity for row, activity in rows)
            whole = sum(row.coefficient * activity for row, activity in rows)
            grade = _weakest([row for row, _activity in rows])
            amount = Number(whole, f"{resource.unit}/year", low, high, *grade)
            found[kind].append(Need(kind, self.names.resource(key), amount))
        for kind, needs in found.items():
            if needs or kind == "energy":
                yield from needs
            else:
                yield Need(kind, None, Number(0.0))

    def _money(
        self, project: Project, built: Built, buys: Sequence[Line], sells: Sequence[Line]
    ) -> Money:
        capital = built.capital_cost
        scale = capital / project.capital_cost if project.capital_cost else 0.0
        menu = any(row.project_id == project.project_id for row in self.dataset.project_sizes)
        low, high = (None if x is None or menu else x * scale for x in (project.low, project.high))
        activity = {unit.recipe: unit.amount for unit in built.activities}
        brought = [
            (row, activity.get(row.recipe_id, 0.0))
            for row in self.dataset.units_of_project.get(project.project_id, ())
        ]
        variable = Number(
            sum(row.variable_cost * amount for row, amount in brought),
            "wanyuan/year",
            sum((row.variable_cost if row.low is None else row.low) * a for row, a in brought),
            sum((row.variable_cost if row.high is None else row.high) * a for row, a in brought),
            *_weakest([row for row, _amount in brought]),
        )
        cost = built.running_cost + (variable.value or 0.0)
        grade = _graded(project)
        return Money(
            capital=Number(capital, "wanyuan", low, high, *grade),
            links=built.links_cost,
            running=Number(built.running_cost, "wanyuan/year", None, None, *grade),
            variable=variable,
            result=own_result(buys, sells, cost),
            one_ended=with_ends((*buys, *sells), 1),
            unpriced=with_ends((*buys, *sells), 0),
        )

    def _permits_of_recipes(self, project: Project) -> Iterator[Permit]:
        """Permits of a project without flows: of what its recipes take and give."""
        seen: dict[tuple[str, str], None] = {}
        for unit in self.dataset.units_of_project.get(project.project_id, ()):
            for row in self.dataset.flows_of_recipe.get(unit.recipe_id, ()):
                if self.dataset.resource[row.resource_id].hazardous and row.coefficient:
                    seen["licence" if row.direction == "in" else "handing", row.resource_id] = None
        for kind, key in seen:
            yield Permit(kind, self.names.resource(key), self._code(key))

    # A gap

    def of_gap(self, gap: Gap) -> Dossier:
        """The dossier of what nobody takes or gives; all that is not of the market is unknown."""
        row = self.markets.row(gap.actor, gap.resource, gap.action)
        taker = gap.action == "dispose"
        price = market_price(row, gap.unit, -1.0 if taker else 1.0)
        unknown = Number(unit=f"yuan/{gap.unit}")
        amount = Number(gap.amount, f"{gap.unit}/year")
        name = self.names.resource(gap.resource)
        properties = self.qualities.properties(gap.resource, "supply" if taker else "need")
        found = []
        for key in sorted(properties):
            value = self.qualities.value(gap.actor, gap.resource, key) if taker else None
            least, most = (None, None)
            if not taker:
                least, most = self.qualities.limits(gap.actor, gap.resource, key)
            if (value, least, most) != (None, None, None):
                unit = self.dataset.property[key].unit
                found.append(Quality(self.names.property(key), unit, value, least, most))
        actor = self.names.actor(gap.actor)
        line = Line(
            partner=actor,
            way="exchange",
            resource=name,
            serves=None,
            amount=amount,
            seller_end=price if taker else unknown,
            buyer_end=unknown if taker else price,
            qualities=tuple(found),
            code=self._code(gap.resource),
        )
        swing = 0.0
        if price.low is not None and price.high is not None:
            swing = (price.high - price.low) * gap.amount / YUAN
        measures = (Measure("markets", gap.action, (name, actor), price, swing),) if swing else ()
        return Dossier(
            key=f"{gap.actor}-{gap.resource}-{gap.action}",
            name=name,
            kind="taker" if taker else "supplier",
            target=None,
            gap=gap,
            mentioned=(actor,),
            buys=(line,) if taker else (),
            sells=() if taker else (line,),
            permits=_permits((line,) if taker else (), ()),
            same_province=not self.dataset.settings.network.hazardous_across_province,
            measures=measures,
            swings_of="gap",
        )


def _flows(built: Built, direction: str) -> Iterator[Flow]:
    """Exchanges with others: what a target gives itself is neither bought nor sold."""
    for flow in built.flows:
        if flow.direction == direction and flow.partner != built.place_id:
            yield flow


def _industry(project: Project) -> Name | None:
    if not (project.industry_name_zh or project.industry_name_en):
        return None
    return Name(project.industry_code, project.industry_name_zh, project.industry_name_en)


def _graded(row: Evidence) -> tuple[str, str]:
    return row.provenance, row.check


def _of_row(row: Evidence, value: float | None, unit: str) -> Number:
    return Number(value, unit, None, None, *(_graded(row) if value is not None else ("", "")))


def _end(row: RecipeFlow, end: float | None) -> float:
    return row.coefficient if end is None else end


def _weakest(rows: Sequence[Evidence]) -> tuple[str, str]:
    """Grade and check of the weakest row; nothing of no row."""
    if not rows:
        return "", ""
    return _graded(max(rows, key=lambda row: GRADES.index(row.provenance)))


def _permits(buys: Sequence[Line], sells: Sequence[Line]) -> tuple[Permit, ...]:
    """Licences for the hazardous wastes that arrive, duties for those that leave."""
    found = {
        Permit("own" if line.own_host else "licence", line.resource, line.code): None
        for line in buys
        if line.code
    }
    found |= {Permit("handing", line.resource, line.code): None for line in sells if line.code}
    return tuple(found)
