"""Projects along time: the stages they reached, what was planned by years, invested by reports, spent by entries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from projects.models import FundingEntry, Project, ProjectReport, StageChange


@dataclass(frozen=True)
class Course:
    """Sums over some projects in 分. `plans`: (first year, last year, amount); the others run up over month ends."""

    plans: list[tuple[int, int, int]]
    unplanned: int  # projects that state no years or no amount
    invested: list[tuple[date, int]]
    spent: list[tuple[date, int]]


def drawn(ids: list[int]) -> list[Project]:
    """The projects with these ids in this order, with place and standing. One statement."""
    rows = Project.objects.select_related("region", "standing").in_bulk(ids)
    return [rows[pk] for pk in ids]


def stages_of(projects: Iterable[Project], day: date) -> list[StageChange]:
    """What was entered about the stages of these projects by a day, oldest first. One statement."""
    return list(StageChange.objects.filter(project__in=list(projects), on__lte=day).order_by("on", "pk"))


def course_of(rows: QuerySet[Project], day: date) -> Course:
    """What became of these projects by a day. Three statements.

    A project that did not report a month counts with its latest report: what was built stays built.
    """
    plain = rows.order_by().select_related(None).prefetch_related(None)
    plans, unplanned = [], 0
    groups = plain.values_list("start_year", "end_year").annotate(
        fen=Sum("total_investment_fen", default=0),
        count=Count("pk"),
        silent=Count("pk", filter=Q(total_investment_fen=None)),
    )
    for start, end, fen, count, silent in groups:
        dated = start is not None and end is not None
        unplanned += silent if dated else count
        if dated and fen:
            plans.append((start, end, fen))
    ids = plain.values("pk")
    return Course(plans, unplanned, _invested(ids, day), _spent(ids, day))


def course_of_one(
    project: Project, reports: Iterable[ProjectReport], entries: Iterable[FundingEntry], day: date
) -> Course:
    """The same of one project whose reports and entries were read, in any order. No statement."""
    start, end, total = project.start_year, project.end_year, project.total_investment_fen
    stated = start is not None and end is not None and total is not None
    invested = sorted(
        (row.month_end, row.invested_fen)
        for row in reports
        if row.superseded_at is None and row.month_end <= day
    )
    months: dict[date, int] = defaultdict(int)
    for row in entries:
        if row.kind == FundingEntry.Kind.SPENT and row.on <= day:
            months[row.on.replace(day=1)] += row.amount_fen
    return Course(
        plans=[(start, end, total)] if start is not None and end is not None and total else [],
        unplanned=int(not stated),
        invested=invested,
        spent=_by_month_ends(sorted(months.items()), day),
    )


def _invested(ids: QuerySet[Project, Any], day: date) -> list[tuple[date, int]]:
    """Each report adds what it says beyond the report before it."""
    own = ProjectReport.objects.filter(superseded_at=None, month_end__lte=day)
    before = own.filter(project=OuterRef("project"), month_end__lt=OuterRef("month_end")).order_by(
        "-month_end"
    )
    more = F("invested_fen") - Coalesce(Subquery(before.values("invested_fen")[:1]), 0)
    rows = own.filter(project__in=ids).order_by().annotate(more=more)
    months = rows.values_list("month_end").annotate(fen=Sum("more")).order_by("month_end")
    return list(_running(months))


def _spent(ids: QuerySet[Project, Any], day: date) -> list[tuple[date, int]]:
    rows = FundingEntry.objects.filter(project__in=ids, kind=FundingEntry.Kind.SPENT, on__lte=day)
    months = rows.order_by().annotate(month=TruncMonth("on")).values_list("month")
    sums = months.annotate(fen=Sum("amount_fen")).order_by("month")
    return _by_month_ends(sums, day)


def _by_month_ends(sums: Iterable[tuple[date, int]], day: date) -> list[tuple[date, int]]:
    return [(min(_month_end(month), day), fen) for month, fen in _running(sums)]


def _month_end(first: date) -> date:
    return (first + timedelta(32)).replace(day=1) - timedelta(1)


def _running(rows: Iterable[tuple[date, int]]) -> Iterator[tuple[date, int]]:
    total = 0
    for day, fen in rows:
        total += fen
        yield day, total
