"""What the indicator pages ask: lines of the dictionary, a region's series, counties beside each other."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, Q

from targets.models import Fact, Indicator, Observation, RolledUpValue, Target, TargetSource
from targets.queries.judged import Judged, judged
from yuxi_eldercare.core.models import Document, Region


@dataclass(frozen=True)
class Value:
    """One reading of a region: reported directly, or made from its members'."""

    period_end: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    not_applicable: bool
    version: int | None  # None: rolled up
    known_from: datetime | None
    reported_by: str
    members_reported: int | None
    members_expected: int | None
    is_demo: bool
    reason: str

    @property
    def provisional(self) -> bool:
        return self.members_expected is not None and self.members_reported != self.members_expected


@dataclass(frozen=True)
class IndicatorLine:
    """One line of the dictionary: the latest value of the city and the lights of its milestones."""

    indicator: Indicator
    latest: Value | None
    lights: list[tuple[date, str, str]]
    targets: int
    drafts: int


@dataclass(frozen=True)
class CountyValue:
    """A county's latest value and where it stands on every milestone of the indicator."""

    region: Region
    latest: Value | None
    judged: list[Judged]


def series(indicator: Indicator, region: Region) -> list[Value]:
    """Values in force by period; a figure the region reports directly takes precedence over the roll-up."""
    return _series(indicator, [region.code]).get(region.code, [])


def _series(indicator: Indicator, codes: list[str]) -> dict[str, list[Value]]:
    found: dict[str, dict[date, Value]] = defaultdict(dict)
    for made in RolledUpValue.objects.filter(indicator=indicator, region__in=codes):
        found[made.region_id][made.period_end] = _from_rollup(made)
    rows = Observation.objects.filter(indicator=indicator, region__in=codes, superseded_at=None)
    for row in rows.select_related("reported_by"):
        found[row.region_id][row.period_end] = _from_observation(row)
    return {code: [values[day] for day in sorted(values)] for code, values in found.items()}


def _from_rollup(row: RolledUpValue) -> Value:
    return Value(
        row.period_end,
        row.value,
        row.numerator,
        row.denominator,
        row.not_applicable,
        None,
        None,
        "",
        row.members_reported,
        row.members_expected,
        row.is_demo,
        row.accepted_reason,
    )


def _from_observation(row: Observation) -> Value:
    return Value(
        row.period_end,
        row.value,
        row.numerator,
        row.denominator,
        row.not_applicable,
        row.version,
        row.known_from,
        str(row.reported_by or ""),
        None,
        None,
        row.is_demo,
        row.reason,
    )


def indicator_lines(*, theme: str, text: str, day: date | None = None) -> list[IndicatorLine]:
    """Indicators that some target points at, in dictionary order, as of a day (default: the stored run)."""
    wanted = Q(withdrawn_at=None)
    if theme:
        wanted &= Q(theme=theme)
    if text:
        wanted &= Q(name__icontains=text) | Q(aliases__icontains=text) | Q(key__icontains=text)
    rows = list(Indicator.objects.filter(wanted).order_by("defined_in", "position"))
    keys = [row.pk for row in rows]
    latest = _latest_of_city(keys, day)
    lights: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    for line in sorted(
        judged(indicators=keys, regions=_cities(), day=day), key=lambda j: j.milestone.due or date.max
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


def _latest_of_city(keys: list[int], day: date | None) -> dict[int, Value]:
    """The city's latest value per indicator, up to a day; what it reports itself takes precedence."""
    until = Q(period_end__lte=day) if day else Q()
    city = Q(indicator__in=keys, region__level=Region.Level.CITY)
    latest: dict[int, Value] = {}
    for made in RolledUpValue.objects.filter(city & until).order_by("period_end"):
        latest[made.indicator_id] = _from_rollup(made)
    direct = Observation.objects.filter(city & until, superseded_at=None).select_related("reported_by")
    for row in direct.order_by("period_end"):
        known = latest.get(row.indicator_id)
        if known is None or row.period_end >= known.period_end:
            latest[row.indicator_id] = _from_observation(row)
    return latest


def county_values(indicator: Indicator, day: date | None = None) -> list[CountyValue]:
    """Every county's latest value and lights as of a day (default: the stored run), in the usual order."""
    regions = list(Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False))
    codes = [region.code for region in regions]
    values = _series(indicator, codes)
    lights: dict[str, list[Judged]] = defaultdict(list)
    for line in judged(indicators=[indicator.pk], regions=codes, day=day):
        lights[line.region.code].append(line)
    found = []
    for region in regions:
        known = [v for v in values.get(region.code, []) if day is None or v.period_end <= day]
        ordered = sorted(lights[region.code], key=lambda line: line.milestone.due or date.max)
        found.append(CountyValue(region, known[-1] if known else None, ordered))
    return found if any(line.latest or line.judged for line in found) else []


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
        .select_related("document__plan", "region")
        .prefetch_related(
            "milestones",
            "bodies__department",
            Prefetch("sources", TargetSource.objects.select_related("clause")),
        )
        .order_by("document__position", "position")
    )


def targets_of(indicator: Indicator) -> list[Target]:
    """Targets of issued documents, with sources and bodies."""
    return [t for t in _stated(indicator) if t.document.status == Document.Status.ISSUED]


def drafts_of(indicator: Indicator) -> list[Target]:
    """Targets that stand in a 征求意见稿 only: shown and marked, never judged."""
    return [t for t in _stated(indicator) if t.document.status == Document.Status.DRAFT]


def facts_of(indicator: Indicator) -> list[Fact]:
    """Background figures of the documents that are values of this indicator."""
    return list(
        Fact.objects.filter(indicator=indicator, withdrawn_at=None)
        .select_related("document", "region")
        .prefetch_related("sources__clause")
    )
