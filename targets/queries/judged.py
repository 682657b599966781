"""Where commitments stand: stored assessments as typed rows, ready to be listed, counted and explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from targets.judging.as_of import assess_as_of
from targets.judging.store import as_row
from targets.models import Assessment, Indicator, Milestone, RegionalTarget, Target
from yuxi_eldercare.core.models import Region

# Worst first; within a light, the state that needs attention first.
LIGHT_ORDER = {"red": 0, "yellow": 1, "grey": 2, "green": 3}


@dataclass(frozen=True)
class Judged:
    """One milestone of one target for one region, with its answer (decimal strings as in the preview)."""

    regional: RegionalTarget
    target: Target
    milestone: Milestone
    indicator: Indicator
    region: Region
    state: str
    light: str
    marks: tuple[str, ...]
    answer: dict[str, Any]
    members_reported: int | None
    members_expected: int | None
    assessment_id: int | None  # None: judged for a day, or frozen
    as_of: date | None = None
    month: date | None = None  # last day of the closed month it was frozen in

    @property
    def binding(self) -> bool:
        """约束性."""
        return self.target.nature == Target.Nature.BINDING

    @property
    def actual(self) -> Decimal | None:
        return _decimal(self.answer.get("actual"))

    @property
    def gap(self) -> Decimal | None:
        return _decimal(self.answer.get("gap"))

    @property
    def actual_date(self) -> date | None:
        text = self.answer.get("actual_date")
        return date.fromisoformat(text) if text else None

    def sort_key(self) -> tuple[Any, ...]:
        """Not-green 约束性 first, then by light, then by how little of the way is done."""
        share = _decimal(self.answer.get("schedule_ratio"))
        return (
            not (self.binding and self.light != "green"),
            LIGHT_ORDER[self.light],
            share if share is not None else Decimal(10),
            self.target.position,
        )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def judged(
    *,
    regions: Iterable[str] | None = None,
    documents: Iterable[str] | None = None,
    indicators: Iterable[int] | None = None,
    regional_targets: Iterable[int] | None = None,
    due: date | None = None,
    day: date | None = None,
) -> list[Judged]:
    """Assessments that meet all the conditions given, in file order.

    Stored ones in two statements; with a `day` they are judged now from what is known about that day.
    """
    wanted = Q(active=True)
    if regions is not None:
        wanted &= Q(region__in=list(regions))
    if documents is not None:
        wanted &= Q(target__document__key__in=list(documents))
    if indicators is not None:
        wanted &= Q(indicator__in=list(indicators))
    if regional_targets is not None:
        wanted &= Q(pk__in=list(regional_targets))
    rows = list(_stored(wanted, due) if day is None else _computed(wanted, due, day))
    prefetch_related_objects([row.regional_target.target for row in rows], "bodies")
    return [as_judged(row) for row in rows]


def _stored(wanted: Q, due: date | None) -> Iterable[Assessment]:
    rows = Assessment.objects.filter(_through_regional(wanted))
    if due is not None:
        rows = rows.filter(milestone__due=due)
    return (
        rows.select_related(
            "regional_target__target__document",
            "regional_target__target__plan",
            "regional_target__indicator",
            "regional_target__region",
            "milestone",
        )
        .defer("inputs")
        .order_by(
            "regional_target__target__document__position",
            "regional_target__target__position",
            "regional_target__target_id",
            "milestone__due",
            "region__position",
        )
    )


def _through_regional(wanted: Q) -> Q:
    """The same condition, asked of assessments instead of regional targets."""
    return Q(*[(f"regional_target__{name}", value) for name, value in wanted.children], _connector=Q.AND)  # type: ignore[misc]


def _computed(wanted: Q, due: date | None, day: date) -> list[Assessment]:
    now = timezone.now()
    rows = [
        as_row(verdict, now)
        for verdict in assess_as_of(wanted, day).verdicts
        if due is None or verdict.milestone.due == due
    ]
    return sorted(rows, key=_file_order)


def _file_order(row: Assessment) -> tuple[Any, ...]:
    target, region = row.regional_target.target, row.regional_target.region
    return target.document.position, target.position, target.pk, row.milestone.due, region.position


def as_judged(row: Assessment) -> Judged:
    """An assessment (stored, or made for a day and not saved) as a typed row."""
    return Judged(
        regional=row.regional_target,
        target=row.regional_target.target,
        milestone=row.milestone,
        indicator=row.regional_target.indicator,
        region=row.regional_target.region,
        state=row.state,
        light=row.light,
        marks=tuple(row.marks),
        answer=row.answer,
        members_reported=row.members_reported,
        members_expected=row.members_expected,
        assessment_id=row.pk,
        as_of=row.as_of,
    )
