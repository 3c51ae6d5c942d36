"""Money over time: factors of present value, and the cost of a size."""

from symbiosis.domain.dataset import Dataset
from symbiosis.domain.projects import Project
from symbiosis_models.problem import Period, SizeSegment

SECANT_ERROR = 0.01  # a straight stretch of the cost curve is at most 1 % below it


def annuity_factor(discount_rate: float, years: float) -> float:
    """Present value of 1 a year over `years`, paid at the end of each.

    (1 - (1 + r)^-n) / r; for r = 0 it is n.

    Source: Blank and Tarquin, Engineering Economy, uniform-series present worth.

    >>> round(annuity_factor(0.08, 15), 4)
    8.5595
    """
    if discount_rate == 0:
        return years
    return float((1 - (1 + discount_rate) ** -years) / discount_rate)


def discounted_periods(dataset: Dataset) -> tuple[Period, ...]:
    """Phases of the plan with their factors; each begins where the one before ends."""
    rate = dataset.settings.money.discount_rate
    periods, start = [], 0.0
    for period in dataset.settings.periods:
        now = (1 + rate) ** -start
        periods.append(Period(period.id, now, now * annuity_factor(rate, period.years)))
        start += period.years
    return tuple(periods)


def scale_factor(project: Project, size: float) -> float:
    """Cost of a size per cost of the reference size: (size / reference)^exponent."""
    return float((size / project.reference_size) ** project.scale_exponent)


def secant_error(low: float, high: float, exponent: float) -> float:
    """Largest relative distance of the curve x^n above its secant between two sizes.

    The ratio secant / curve is least where x = n c0 / ((1 - n) c1), secant = c0 + c1 x.

    >>> round(secant_error(1, 2, 0.65), 4)
    0.0135
    """
    if high <= low or exponent >= 1:
        return 0.0
    slope = (high**exponent - low**exponent) / (high - low)
    constant = low**exponent - slope * low
    worst = exponent * constant / ((1 - exponent) * slope)
    return float(1 - (constant + slope * worst) / worst**exponent)


def cost_segments(dataset: Dataset, project: Project) -> tuple[SizeSegment, ...]:
    """Cost curve of a project as straight stretches within `SECANT_ERROR`, or its size menu."""
    labour = project.labour * dataset.settings.money.labour_cost

    def segment(low: float, high: float, cost_low: float, cost_high: float) -> SizeSegment:
        return SizeSegment(
            low,
            high,
            cost_low,
            cost_high,
            project.fixed_cost_share * cost_low + labour * scale_factor(project, low),
            project.fixed_cost_share * cost_high + labour * scale_factor(project, high),
        )

    menu = [row for row in dataset.project_sizes if row.project_id == project.project_id]
    if menu:
        menu.sort(key=lambda row: row.size)
        return tuple(segment(r.size, r.size, r.capital_cost, r.capital_cost) for r in menu)
    low, high, count = project.least_size, project.most_size, 1
    while (
        secant_error(low, low * (high / low) ** (1 / count), project.scale_exponent) > SECANT_ERROR
    ):
        count += 1
    ends = [low * (high / low) ** (i / count) for i in range(count)] + [high]
    costs = [project.capital_cost * scale_factor(project, end) for end in ends]
    return tuple(map(segment, ends[:-1], ends[1:], costs[:-1], costs[1:]))
