"""What many pages ask first: which due years and counties there are, and when judging last ran."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, QuerySet
from django.http import HttpRequest

from targets.models import JudgingState, Milestone, ObservationBatch, RegionalTarget
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class Standing:
    """The day the stored assessments stand at, the run that brought them there, whether demonstration values are in."""

    as_of: date | None
    run_id: int | None
    finished_at: datetime | None
    has_demo_data: bool


def standing() -> Standing:
    """One statement; `as_of` is None while nothing has been judged (then two)."""
    row = JudgingState.objects.select_related("run").annotate(has_demo=Exists(_demonstration())).first()
    if row is None:
        return Standing(None, None, None, _demonstration().exists())
    return Standing(row.as_of, row.run_id, row.run.finished_at if row.run else None, row.has_demo)


def standing_of(request: HttpRequest) -> Standing:
    """`standing()`, asked once for a page and its frame."""
    if not hasattr(request, "_standing"):
        request._standing = standing()  # type: ignore[attr-defined]
    return request._standing  # type: ignore[attr-defined]


def has_demo_data(request: HttpRequest) -> bool:
    """Whether demonstration values are in. No statement on a page that knows how things stand, else one."""
    known: Standing | None = getattr(request, "_standing", None)
    return known.has_demo_data if known else _demonstration().exists()


def _demonstration() -> QuerySet[ObservationBatch]:
    return ObservationBatch.objects.filter(is_demo=True)


def due_years() -> list[int]:
    """Years in which milestones of documents in force fall due."""
    # Not a join: a target binds as many regions as there are, and each would be a row.
    bound = RegionalTarget.objects.filter(active=True).values("target")
    dates = Milestone.objects.filter(
        withdrawn_at=None, due__isnull=False, value__isnull=False, target__in=bound
    ).dates("due", "year")
    return [day.year for day in dates]


def counties() -> list[Region]:
    """The counties in their usual order."""
    return list(Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False))
