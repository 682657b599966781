"""Made-up reports for 2021-2025 (and a few that caught up in 2026): pure, seeded, the same on every machine.

1. Each indicator gets a story (ahead, on time, late, short, falling) and each county its own variation of it.
2. A story says which part of the way expected by a date has been done by then; the way is the path from
   where the plan starts through its milestones.
3. A rate becomes numerator and denominator of a county's size, a count becomes whole things.
4. Some reports are missing, some late, some *not applicable*, some corrected afterwards.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from .sizes import denominator, weight

SEED = 2020
YEARS = range(2021, 2026)
CITY = "530400"
CATCH_UP = date(2026, 6, 30)
_STORIES = ("ahead", "on time", "late", "short", "falling")
# How many indicators in twenty have each story.
_DECK = tuple(story for story, count in zip(_STORIES, (6, 4, 4, 3, 3), strict=True) for _ in range(count))


@dataclass(frozen=True, kw_only=True)
class Need:
    """An indicator that needs values. `path` is (day, value) from the start through the milestones."""

    indicator: str
    unit: str
    kind: str  # reach | floor | range | done | annual
    path: tuple[tuple[date, float], ...]
    regions: tuple[str, ...]
    scale: int | None = None  # of a rate with numerator and denominator
    denominator_name: str = ""
    integer: bool = False
    yearly_flow: bool = False  # reported as year-to-date
    each: bool = False  # the path is every county's own
    city_reports: bool = False  # the city also reports the sum itself, and not quite the same


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report. `reason` is set when it corrects the one before."""

    indicator: str
    region: str
    period_end: date
    period_kind: str
    reported_on: date
    late: bool = False
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False
    reason: str = ""


@dataclass
class _Series:
    """What is drawn once for an indicator: its story and each region's."""

    need: Need
    story: str
    stories: dict[str, str] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)

    @classmethod
    def draw(cls, need: Need, story: str) -> "_Series":
        random = Random(f"{SEED}:{need.indicator}")
        series = cls(need, story)
        for region in need.regions:
            strict = need.path[-1][1] >= 99.5 and need.unit == "%" and story in ("ahead", "on time")
            own = random.random() < (0.0 if strict else 0.15)
            series.stories[region] = random.choice(_STORIES) if own else story
            series.factors[region] = 1.0 if strict else 1 + random.gauss(0.01, 0.035)
        return series


def reports(needs: Sequence[Need], today: date) -> Iterator[Report]:
    """All reports that would have come in before `today`, in the order of indicators, periods and regions."""
    deck: list[str] = []
    for need in needs:
        if not deck:
            deck = Random(f"{SEED}:{need.indicator}").sample(_DECK, len(_DECK))
        series = _Series.draw(need, deck.pop())
        for period_end, period_kind in periods(need, series.story):
            made = list(_of_period(series, period_end, period_kind))
            yield from (report for report in made if report.reported_on < today)


def periods(need: Need, story: str = "") -> Iterator[tuple[date, str]]:
    """The period ends an indicator is reported for. Flows of `annual` targets and a few others by quarter."""
    quarterly = need.kind == "annual" or (not need.yearly_flow and Random(need.indicator).random() < 0.2)
    for year in YEARS:
        if quarterly and year >= 2023:
            yield from ((end, "quarter") for end in (date(year, 3, 31), date(year, 6, 30), date(year, 9, 30)))
        yield date(year, 12, 31), "year"
    if story == "late" and not need.yearly_flow:
        yield CATCH_UP, "half"


def _of_period(series: _Series, period_end: date, period_kind: str) -> Iterator[Report]:
    need = series.need
    total = Decimal(0)
    for region in need.regions:
        random = Random(f"{SEED}:{need.indicator}:{region}:{period_end}")
        report = _report(series, region, period_end, period_kind, random)
        if report is None:
            continue
        total += report.value or 0
        if random.random() < 0.012 and period_end != CATCH_UP and not report.not_applicable:
            yield from _corrected(report, need, random)
        else:
            yield report
    if need.city_reports and period_kind == "year" and period_end.year in (2022, 2024) and total:
        reported = total + 12 if need.integer else total * Decimal("1.02")
        yield Report(
            indicator=need.indicator,
            region=CITY,
            period_end=period_end,
            period_kind=period_kind,
            reported_on=period_end + timedelta(20),
            value=round(reported, 2),
        )


def _report(
    series: _Series, region: str, period_end: date, period_kind: str, random: Random
) -> Report | None:
    """One report, or None where it never came in."""
    need = series.need
    final = period_kind == "year" and period_end.year in (2023, 2025)
    if random.random() < (0.008 if final else 0.045) and period_end != CATCH_UP:
        return None
    late = random.random() < 0.07
    reported_on = period_end + timedelta(random.randint(40, 75) if late else random.randint(6, 18))
    blank = Report(
        indicator=need.indicator,
        region=region,
        period_end=period_end,
        period_kind=period_kind,
        reported_on=reported_on,
        late=late,
    )
    if need.scale is not None:
        return _rate(blank, series, random)
    if region != CITY and not need.each and Random(f"{need.indicator}:{region}:na").random() < 0.012:
        return replace(blank, not_applicable=True)
    return replace(blank, value=_amount(series, region, period_end, random))


def _corrected(report: Report, need: Need, random: Random) -> Iterator[Report]:
    """First a figure that was a little too low, then the right one with its reason."""
    if need.scale is not None and report.numerator and report.numerator > 20:
        first = replace(report, numerator=report.numerator - random.randint(1, int(report.numerator) // 20))
    elif report.value is not None and report.value > 3:
        first = replace(report, value=report.value - 1)
    else:
        yield report
        return
    yield first
    yield replace(
        report,
        late=True,
        reported_on=report.reported_on + timedelta(30),
        reason=random.choice(("核实台账后更正", "漏计一个填报单位", "口径调整后更正")),
    )


def _rate(blank: Report, series: _Series, random: Random) -> Report:
    need, region, day = series.need, blank.region, blank.period_end
    below = denominator(need.denominator_name, region, day.year)
    if not below or Random(f"{need.indicator}:{region}:na").random() < 0.012:
        return replace(blank, not_applicable=True)
    scale = need.scale or 100
    level, ahead = _level(series, region, day, random)
    exact = level * below / scale
    above = math.ceil(exact - 1e-9) if ahead else math.floor(exact)
    if need.unit == "%":
        above = min(above, below)
    return replace(blank, numerator=Decimal(max(0, above)), denominator=Decimal(below))


def _amount(series: _Series, region: str, day: date, random: Random) -> Decimal:
    """A count or an amount: of the county's part of the way, whole where whole things are counted."""
    need = series.need
    if need.kind == "annual":
        return _year_to_date(series, region, day)
    level, ahead = _level(series, region, day, random)
    if need.integer and series.stories[region] != "falling":
        level, ahead = _so_far(series, region, day, (level, ahead))
    if need.kind == "done":
        return Decimal(int(level >= 0.999))
    if need.unit == "%":
        return Decimal(str(round(min(level, 100), 1)))
    part = level if need.each or len(need.regions) == 1 else level * weight(region)
    if not need.integer:
        return Decimal(str(round(part, 2)))
    if need.each or len(need.regions) == 1:
        return Decimal(max(0, math.ceil(part - 1e-9) if ahead else math.floor(part)))
    return Decimal(_share_out(need, level, ahead, region))


def _so_far(series: _Series, region: str, day: date, now: tuple[float, bool]) -> tuple[float, bool]:
    """What has been built stays: the highest of this day and the year ends before it."""
    earlier = [
        _level(series, region, date(year, 12, 31), Random(f"{region}:{year}"))
        for year in YEARS
        if date(year, 12, 31) < day
    ]
    return max([now, *earlier])


def _share_out(need: Need, level: float, ahead: bool, region: str) -> int:
    """The county's number of a city total of whole things, which only grows as the total grows."""
    total = math.ceil(level - 1e-9) if ahead else math.floor(level)
    if total > 60:
        return round(total * weight(region))
    random = Random(f"{SEED}:{need.indicator}:places")
    hosts = random.choices(need.regions, [weight(code) for code in need.regions], k=max(total, 0))
    return hosts.count(region)


def _year_to_date(series: _Series, region: str, day: date) -> Decimal:
    """So many since 1 January, most of them in summer and autumn."""
    year = Random(f"{SEED}:{series.need.indicator}:{day.year}")
    total = series.need.path[-1][1] * year.choice((1.22, 1.35, 1.12, 0.9))
    done = {3: 0.16, 6: 0.47, 9: 0.8, 12: 1.0}[day.month]
    return Decimal(round(total * done * weight(region) * series.factors[region]))


def _level(series: _Series, region: str, day: date, random: Random) -> tuple[float, bool]:
    """Where a region stands on a day, and whether that is meant to be as far as expected or further."""
    need, story = series.need, series.stories[region]
    part = _part_done(story, day)
    ahead = part >= 1
    expected = _expected(need.path, day)
    if need.kind == "floor":
        level = expected * (1 + 0.05 * (part - 1) if ahead else 1 - 0.12 * (1 - part))
    else:
        start = need.path[0][1]
        level = start + (expected - start) * part
    factor = series.factors[region]
    if ahead:
        factor = max(1.0, factor)
    noise = 1.0 if ahead else 1 + random.gauss(0, 0.01)
    return max(0.0, level * factor * noise), ahead


def _part_done(story: str, day: date) -> float:
    """Which part of the way expected by `day` has been done by then."""
    years = (day - date(2020, 12, 31)).days / 365.25
    match story:
        case "ahead":
            return 1.16 - 0.02 * years
        case "on time":
            return 1.0 if day.month == 12 else 0.97
        case "late":
            return 1.04 if day >= date(2024, 9, 30) and day.year != 2025 else 0.8
        case "short":
            return 0.84 - 0.05 * years
        case _:
            return 1.1 if years < 3.1 else 1.1 - 0.22 * (years - 3)


def _expected(path: Sequence[tuple[date, float]], day: date) -> float:
    """The path's value on a day; level after its end."""
    for (start, low), (end, high) in pairwise(path):
        if day <= end:
            return low + (high - low) * max(0, (day - start).days) / (end - start).days
    return path[-1][1]
