"""Readings of an indicator: by region and period, as the page's day knows them; and what was corrected.

A figure that a region reports itself takes precedence over the roll-up of its members. On the page of a closed month
stand the versions that were known then; its roll-ups are those that were judged.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from targets.models import FrozenAssessment, Indicator, Observation, RolledUpValue
from yuxi_eldercare.core.models import PeriodClose, Region

from .day import PageDay
from .judged import Judged


@dataclass(frozen=True)
class Value:
    """One reading of a region: reported directly, or made from its members'."""

    period_end: date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False
    version: int | None = None  # None: rolled up
    known_from: datetime | None = None
    reported_by: str = ""
    members_reported: int | None = None
    members_expected: int | None = None
    provisional: bool = False
    is_demo: bool = False
    reason: str = ""


@dataclass(frozen=True)
class CountyValue:
    """A county's latest value and where it stands on every milestone of the indicator."""

    region: Region
    latest: Value | None
    judged: list[Judged]


@dataclass(frozen=True)
class Revision:
    """A value that was replaced after it had begun to count."""

    region: Region
    before: Observation
    after: Observation

    @property
    def by(self) -> str:
        """Who corrected it: a person, or the process that did."""
        return str(self.after.reported_by or self.after.batch.created_by or self.after.batch.label)


def series(indicator: Indicator, codes: Sequence[str], day: PageDay) -> dict[str, list[Value]]:
    """By region, the readings up to the page's day in order of their periods. Two statements."""
    found: dict[str, dict[date, Value]] = defaultdict(dict)
    rolled = _rolled_then(indicator, codes, day.close) if day.close else _rolled(indicator, codes)
    for code, value in rolled:
        found[code][value.period_end] = value
    rows = Observation.objects.filter(known(day.close), indicator=indicator, region__in=codes)
    for row in rows.select_related("reported_by"):
        found[row.region_id][row.period_end] = from_observation(row)
    return {
        code: [values[at] for at in sorted(values) if day.ask is None or at <= day.ask]
        for code, values in found.items()
    }


def known(close: PeriodClose | None) -> Q:
    """The versions in force: now, or at the moment a month was closed."""
    if close is None:
        return Q(superseded_at=None)
    still = Q(superseded_at=None) | Q(superseded_at__gt=close.known_at)
    return still & Q(known_from__lte=close.known_at)


def _rolled(indicator: Indicator, codes: Sequence[str]) -> Iterable[tuple[str, Value]]:
    for row in RolledUpValue.objects.filter(indicator=indicator, region__in=codes):
        yield row.region_id, from_rollup(row)


def _rolled_then(
    indicator: Indicator, codes: Sequence[str], close: PeriodClose
) -> Iterable[tuple[str, Value]]:
    """Every reading that was judged then; what was reported directly is said again by its own row."""
    rows = FrozenAssessment.objects.filter(close=close, indicator=indicator, region__in=codes)
    for code, inputs, is_demo in rows.values_list("region_id", "inputs", "is_demo"):
        for reading in inputs.get("readings", ()):
            figure = reading.get("value")
            yield (
                code,
                Value(
                    period_end=date.fromisoformat(reading["date"]),
                    value=None if figure is None else Decimal(figure),
                    not_applicable=bool(reading.get("na")),
                    provisional=bool(reading.get("provisional")),
                    is_demo=is_demo,
                ),
            )


def from_rollup(row: RolledUpValue) -> Value:
    """A stored roll-up as a reading."""
    return Value(
        period_end=row.period_end,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        not_applicable=row.not_applicable,
        members_reported=row.members_reported,
        members_expected=row.members_expected,
        provisional=row.members_reported != row.members_expected,
        is_demo=row.is_demo,
        reason=row.accepted_reason,
    )


def from_observation(row: Observation) -> Value:
    """A reported value as a reading."""
    return Value(
        period_end=row.period_end,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        not_applicable=row.not_applicable,
        version=row.version,
        known_from=row.known_from,
        reported_by=str(row.reported_by or ""),
        is_demo=row.is_demo,
        reason=row.reason,
    )


def county_values(
    regions: Iterable[Region], readings: Mapping[str, Sequence[Value]], judged: Iterable[Judged]
) -> list[CountyValue]:
    """Every county's latest value and lights, in the given order; nothing where no county has either."""
    lights: dict[str, list[Judged]] = defaultdict(list)
    for line in judged:
        lights[line.region.code].append(line)
    found = [
        CountyValue(
            region,
            readings[region.code][-1] if readings.get(region.code) else None,
            sorted(lights[region.code], key=lambda line: line.milestone.due or date.max),
        )
        for region in regions
        if region.level == Region.Level.COUNTY
    ]
    return found if any(line.latest or line.judged for line in found) else []


def revisions(indicator: Indicator, codes: Sequence[str], day: PageDay) -> list[Revision]:
    """Corrections of these regions' values that the page's day knows, the latest first. One statement."""
    rows = Observation.objects.filter(
        Q(version__gt=1) | Q(superseded_at__isnull=False), indicator=indicator, region__in=codes
    )
    if day.ask is not None:
        rows = rows.filter(period_end__lte=day.ask)
    if day.close is not None:
        rows = rows.filter(known_from__lte=day.close.known_at)
    versions = {
        (row.region_id, row.period_end, row.version): row
        for row in rows.select_related("region", "reported_by", "batch__created_by")
    }
    found = [
        Revision(row.region, versions[region, period, version - 1], row)
        for (region, period, version), row in versions.items()
        if (region, period, version - 1) in versions
    ]
    return sorted(found, key=lambda revision: revision.after.known_from, reverse=True)
