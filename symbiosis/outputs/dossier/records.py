"""What a dossier says, as plain records in no language.

A number that the data do not hold has the value None, and every form of the dossier says "not
stated". Prices are yuan per unit sent, at the gate of the seller; other money is 万元.
"""

from dataclasses import dataclass

from symbiosis.studies.shortlist.records import Gap, Target


@dataclass(frozen=True)
class Name:
    """A thing by its key and its names; `invented` members of a park are marked wherever named."""

    key: str
    zh: str = ""
    en: str = ""
    invented: bool = False


@dataclass(frozen=True)
class Number:
    """A number with its range and its evidence.

    value      None: not stated
    low, high  None: no range is stated
    grade      public, coefficient or assumption; of a number computed of several the weakest
    check      how the number of that grade was checked
    """

    value: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    grade: str = ""
    check: str = ""


@dataclass(frozen=True)
class Quality:
    """A property of what is sent: the giver's value and the taker's limits, where known."""

    name: Name
    unit: str
    value: float | None
    least: float | None
    most: float | None


@dataclass(frozen=True)
class Line:
    """What a target buys (also: takes for a fee), sells or has taken away.

    partner     None: the world outside
    way         "exchange", or the market's "buy", "sell" or "dispose"
    serves      the need it serves at the taker, where that is another resource
    seller_end  what the seller gets elsewhere (negative: what it pays to get rid of it)
    buyer_end   what the buyer pays elsewhere for the same use, less the freight it pays here
    freight     yuan per unit, paid by the buyer
    code        of the waste list, "" for no hazardous waste
    """

    partner: Name | None
    way: str
    resource: Name
    serves: Name | None
    amount: Number
    seller_end: Number
    buyer_end: Number
    freight: float = 0.0
    distance_km: float | None = None
    qualities: tuple[Quality, ...] = ()
    code: str = ""
    own_host: bool = False


@dataclass(frozen=True)
class Need:
    """What a target needs on its site; kind land, labour, power, steam, water or energy."""

    kind: str
    resource: Name | None
    amount: Number


@dataclass(frozen=True)
class Money:
    """Money of a project, 万元 and 万元/year.

    links     of the pipes and mains that its exchanges run along; others may use them too
    result    its own yearly result before capital: worst, at the middle and best price of every
              exchange; the worst or best is None where the end of a window that makes it is not
              known, and the middle is then at the known end, or at 0
    one_ended, unpriced   what is exchanged with one end of its window known, or none
    """

    capital: Number
    links: float
    running: Number
    variable: Number
    result: tuple[float | None, float, float | None]
    one_ended: tuple[Name, ...]
    unpriced: tuple[Name, ...]

    @property
    def invested(self) -> float:
        """What is invested, links included."""
        return (self.capital.value or 0.0) + self.links


@dataclass(frozen=True)
class Permit:
    """A permit or duty that a waste brings.

    kind   "licence" to take it from others, "own" of its own host, "handing" it over
    """

    kind: str
    resource: Name
    code: str


@dataclass(frozen=True)
class Measure:
    """A number to measure first; `names` and `detail` say what it is of, `table` where it stands.

    swing   万元/year between its low and its high end
    """

    table: str
    detail: str
    names: tuple[Name, ...]
    number: Number
    swing: float


@dataclass(frozen=True)
class Dossier:
    """A target of a shortlist: a candidate project, or a gap that nobody fills.

    kind         kind of the project, or "taker" or "supplier" of a gap
    target, gap  its record in the shortlist; one of them is None
    mentioned    partners and resources that the record of the target speaks of
    floor        least investment per land of the park, 万元/亩; None: none is stated
    heat_inside  it moves heat inside its host: the saving is the host's, not its own
    same_province  hazardous waste may come from and go to the province of its park only
    swings_of    what the swings of `measures` are of: "worth" to the park, or the "result" of
                 the target
    """

    key: str
    name: Name
    kind: str
    target: Target | None
    gap: Gap | None
    industry_code: str = ""
    industry: Name | None = None
    park: Name | None = None
    host: Name | None = None
    size: Number = Number()
    chains: tuple[Name, ...] = ()
    mentioned: tuple[Name, ...] = ()
    buys: tuple[Line, ...] = ()
    sells: tuple[Line, ...] = ()
    needs: tuple[Need, ...] = ()
    money: Money | None = None
    lead_months: Number = Number()
    maturity: Number = Number()
    floor: float | None = None
    permits: tuple[Permit, ...] = ()
    heat_inside: bool = False
    same_province: bool = True
    measures: tuple[Measure, ...] = ()
    swings_of: str = "worth"
