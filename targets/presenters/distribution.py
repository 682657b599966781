"""The counties beside each other on one indicator: ranked bars with lights, the lines of city and target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from targets.models import Indicator, Milestone
from targets.queries.judged import LIGHT_ORDER, Judged
from targets.queries.series import CountyValue, Value
from yuxi_eldercare.core.models import Region

from . import words
from .explanation import why_url

# A county's number can be held against the city's only where both are rates of the same kind.
COMPARABLE = {Indicator.Rollup.RATIO, Indicator.Rollup.MAX, Indicator.Rollup.MIN}


@dataclass(frozen=True)
class Bar:
    """One county: its place in the ranking (None without a value), the bar's ends in percent, its light."""

    region: Region
    rank: int | None
    value: str
    period: str
    start: float
    width: float
    light: str
    word: str
    why: str  # the address that explains the light


@dataclass(frozen=True)
class Distribution:
    """The bars, best first, and the lines drawn through all of them (percent, words)."""

    bars: list[Bar]
    city: tuple[float, str] | None
    target: tuple[float, str] | None
    due: date | None
    period: str


def focus(rows: Sequence[Judged], year: int | None, shown: date | None) -> date | None:
    """The due date a page looks at: that of the year asked for, else the next one ahead, else the last."""
    dues = sorted({row.milestone.due for row in rows if row.milestone.due})
    if year is not None:
        asked = [due for due in dues if due.year == year]
        if asked:
            return asked[-1]
    ahead = [due for due in dues if shown is None or due >= shown]
    return ahead[0] if ahead else dues[-1] if dues else None


def leading(county: CountyValue, due: date | None, indicator: Indicator) -> Judged | None:
    """The most demanding judgement of a county at a due date."""
    own = [row for row in county.judged if row.milestone.due == due and row.milestone.value is not None]
    up = indicator.direction == Indicator.Direction.UP
    return min(own, key=lambda row: (_demanded(row.milestone, up), LIGHT_ORDER[row.light]), default=None)


def _demanded(milestone: Milestone, up: bool) -> Decimal:
    value = milestone.value or Decimal(0)
    return -value if up else value


def distribution(
    indicator: Indicator, counties: Sequence[CountyValue], city: Value | None, due: date | None
) -> Distribution | None:
    """The ranking, or None where no county has a figure. Equal figures share a rank."""
    figures = {c.region.code: c.latest.value for c in counties if c.latest and c.latest.value is not None}
    if not figures:
        return None
    judged = {county.region.code: leading(county, due, indicator) for county in counties}
    comparable = indicator.rollup in COMPARABLE
    whole = city.value if city and comparable else None
    asked = _same_demand(list(judged.values()), indicator)
    every = [*figures.values(), *(v for v in (whole, asked[0] if asked else None) if v is not None)]
    low, high = min(Decimal(0), *every), max(Decimal(0), *every)
    span = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return round(float((value - low) / span * 100), 2)

    up = indicator.direction == Indicator.Direction.UP
    ordered = sorted(counties, key=lambda c: _order(figures.get(c.region.code), up))
    ranks = _ranks([figures.get(county.region.code) for county in ordered])
    usual = max((c.latest.period_end for c in counties if c.latest), default=None)
    bars = [
        _bar(county, rank, judged[county.region.code], place, indicator, usual)
        for county, rank in zip(ordered, ranks, strict=True)
    ]
    return Distribution(
        bars,
        (place(whole), words.with_unit(whole, indicator.unit, indicator.decimals))
        if whole is not None
        else None,
        (place(asked[0]), asked[1]) if asked else None,
        due,
        words.period(usual),
    )


def _order(value: Decimal | None, up: bool) -> tuple[bool, Decimal]:
    return (value is None, (-value if up else value) if value is not None else Decimal(0))


def _ranks(values: Sequence[Decimal | None]) -> list[int | None]:
    ranks: list[int | None] = []
    for place, value in enumerate(values):
        if value is None:
            ranks.append(None)
        elif place and value == values[place - 1]:
            ranks.append(ranks[-1])
        else:
            ranks.append(place + 1)
    return ranks


def _same_demand(rows: Sequence[Judged | None], indicator: Indicator) -> tuple[Decimal, str] | None:
    """What every judged county is asked for, where it is the same for all."""
    asked = {row.milestone.value: row.milestone for row in rows if row is not None}
    if len(asked) != 1:
        return None
    ((value, milestone),) = asked.items()
    return (value, words.demand(milestone, indicator)) if value is not None else None


def _bar(
    county: CountyValue,
    rank: int | None,
    row: Judged | None,
    place: Callable[[Decimal], float],
    indicator: Indicator,
    usual: date | None,
) -> Bar:
    latest = county.latest
    value = latest.value if latest else None
    start, end = (place(Decimal(0)), place(value)) if value is not None else (0.0, 0.0)
    return Bar(
        county.region,
        rank,
        value_words(latest, indicator),
        words.period(latest.period_end) if latest and latest.period_end != usual else "",
        min(start, end),
        round(abs(end - start), 2),
        row.light if row else "",
        words.state_word(row.state, row.light) if row else "",
        why_url(row) if row else "",
    )


def value_words(latest: Value | None, indicator: Indicator) -> str:
    """The figure with its unit; 尚未填报 and 不适用 are two different things."""
    if latest is None:
        return str(words.STATES["NO_DATA"])
    if latest.not_applicable:
        return str(words.STATES["NOT_APPLICABLE"])
    return words.with_unit(latest.value, indicator.unit, indicator.decimals)
