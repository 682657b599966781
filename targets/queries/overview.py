"""What many pages ask first: which due years and counties there are, and when judging last ran."""

from dataclasses import dataclass
from datetime import date, datetime

from targets.models import JudgingState, Milestone, RegionalTarget
from yuxi_eldercare.core.models import Region


@dataclass(frozen=True)
class Standing:
    """The day the stored assessments stand at, and the run that brought them there."""

    as_of: date | None
    run_id: int | None
    finished_at: datetime | None


def standing() -> Standing:
    """One statement; `as_of` is None while nothing has been judged."""
    row = JudgingState.objects.select_related("run").first()
    if row is None:
        return Standing(None, None, None)
    return Standing(row.as_of, row.run_id, row.run.finished_at if row.run else None)


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
