"""What the indicator pages ask beside readings: lines of the dictionary, commitments, lights over time, people."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q

from targets.models import (
    Assessment,
    Fact,
    FrozenAssessment,
    Indicator,
    Observation,
    ReportingLine,
    Target,
    TargetSource,
    Transition,
)
from yuxi_eldercare.core.models import Document, Region

from .day import PageDay
from .latest import latest_of_city
from .series import Value

# As much history as a page shows.
CHANGES, MONTHS = 100, 24


@dataclass(frozen=True)
class IndicatorLine:
    """One line of the dictionary: the latest value of the city and the lights of its milestones."""

    indicator: Indicator
    latest: Value | None
    lights: list[tuple[date, str, str]]
    targets: int
    drafts: int


def indicator_lines(*, theme: str, text: str, day: PageDay) -> list[IndicatorLine]:
    """Indicators that some target points at, in dictionary order, as the page's day knows them."""
    wanted = Q(withdrawn_at=None)
    if theme:
        wanted &= Q(theme=theme)
    if text:
        wanted &= Q(name__icontains=text) | Q(aliases__icontains=text) | Q(key__icontains=text)
    rows = list(Indicator.objects.filter(wanted).order_by("defined_in", "position"))
    keys = [row.pk for row in rows]
    latest = latest_of_city(keys, day)
    lights: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    for line in sorted(
        day.judged(indicators=keys, regions=_cities()), key=lambda j: j.milestone.due or date.max
    ):
        if line.milestone.due:
            lights[line.indicator.pk].append((line.milestone.due, line.light, line.state))
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for indicator_id, status in Target.objects.filter(indicator__in=keys, withdrawn_at=None).values_list(
        "indicator_id", "document__status"
    ):
        counts[indicator_id][status == Document.Status.DRAFT] += 1
    return [
        IndicatorLine(row, latest.get(row.pk), lights[row.pk], *counts[row.pk])
        for row in rows
        if row.pk in counts
    ]


def _cities() -> list[str]:
    return list(Region.objects.filter(level=Region.Level.CITY).values_list("code", flat=True))


def reported_figure(indicator: Indicator, region: Region, period_end: date) -> Observation | None:
    """The observation in force that a region reported itself for a period, with the people behind it."""
    return (
        Observation.objects.filter(
            indicator=indicator, region=region, period_end=period_end, superseded_at=None
        )
        .select_related("reported_by", "batch__created_by")
        .first()
    )


def _stated(indicator: Indicator) -> list[Target]:
    return list(
        Target.objects.filter(indicator=indicator, withdrawn_at=None)
        .select_related("document__plan", "plan", "region")
        .prefetch_related(
            "milestones",
            "bodies__department",
            Prefetch("sources", TargetSource.objects.select_related("clause")),
        )
        .order_by("document__position", "position")
    )


def targets_of(indicator: Indicator) -> tuple[list[Target], list[Target]]:
    """With sources and bodies: targets of issued documents; those of a 征求意见稿, shown and never judged."""
    stated = _stated(indicator)
    drafts = [target for target in stated if target.document.status == Document.Status.DRAFT]
    return [target for target in stated if target not in drafts], drafts


def facts_of(indicator: Indicator) -> list[Fact]:
    """Background figures of the documents that are values of this indicator."""
    return list(
        Fact.objects.filter(indicator=indicator, withdrawn_at=None)
        .select_related("document", "region")
        .prefetch_related("sources__clause")
    )


def changes_of_lights(indicator: Indicator, region: Region, day: PageDay) -> list[Transition]:
    """Changes of state or light of the indicator in a region up to the page's day, the latest first. One statement."""
    rows = Transition.objects.filter(milestone__target__indicator=indicator, region=region)
    if day.ask is not None:
        rows = rows.filter(as_of__lte=day.ask)
    if day.close is not None:
        rows = rows.filter(at__lte=day.close.known_at)
    return list(rows.select_related("milestone__target__document__plan").order_by("-as_of", "-pk")[:CHANGES])


def monthly_lights(
    indicator: Indicator, region: Region, day: PageDay
) -> dict[int, list[tuple[date, str, str]]]:
    """By milestone, (month, state, light) of the closed months up to the page's day, oldest first. One statement."""
    rows = FrozenAssessment.objects.filter(indicator=indicator, region=region)
    if day.ask is not None:
        rows = rows.filter(close__month_end__lte=day.ask)
    found: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    columns = ("milestone_id", "close__month_end", "state", "light")
    for milestone, month, state, light in rows.order_by("close__month_end").values_list(*columns):
        found[milestone].append((month, state, light))
    return {milestone: months[-MONTHS:] for milestone, months in found.items()}


def reporting_line(indicator: Indicator, region: Region) -> ReportingLine | None:
    """Who reports the indicator for a region now, and who confirms it. One statement."""
    return (
        ReportingLine.objects.filter(indicator=indicator, region=region, valid_to=None)
        .select_related("department", "confirmer", "holder")
        .first()
    )


def mappable_indicators() -> list[Indicator]:
    """Indicators that some county has a value or a judgement of, in dictionary order. One statement."""
    county = Q(region__level=Region.Level.COUNTY)
    valued = Observation.objects.filter(county, indicator=OuterRef("pk"), superseded_at=None)
    judged = Assessment.objects.filter(county, indicator=OuterRef("pk"))
    rows = Indicator.objects.filter(Exists(valued) | Exists(judged), withdrawn_at=None)
    return list(rows.order_by("defined_in", "position"))
