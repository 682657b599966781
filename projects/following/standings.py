"""Working out where projects stand from their entries, many at once, and keeping the rows that lists read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectReport,
    ProjectStanding,
    StageChange,
)
from projects.standing import Course, Stage, Standing, judge

STOPPED = StageChange.Stage.STOPPED
RANK = dict(zip((s for s in StageChange.Stage.values if s != STOPPED), Stage, strict=True))
# A project about which nobody entered anything: what is not known is not held against it.
NO_ENTRIES = "NO_ENTRIES"
Reached = tuple[str, date]  # stage, day
Reported = tuple[date, int, bool]  # month's end, 分 invested, whether problems are open
_BATCH = 1_000
_KEPT = [field.attname for field in ProjectStanding._meta.concrete_fields if not field.primary_key]


def refresh_standings(projects: Iterable[int] | None = None, day: date | None = None) -> int:
    """Write where projects (ids; all in force without any) stand on a day; returns how many. Six statements a batch."""
    on = day or timezone.localdate()
    wanted = Project.objects.filter(withdrawn_at=None).order_by()
    ids = list(wanted.values_list("pk", flat=True)) if projects is None else sorted(projects)
    for start in range(0, len(ids), _BATCH):
        rows = standings_of(Project.objects.filter(pk__in=ids[start : start + _BATCH]), on)
        ProjectStanding.objects.bulk_create(
            [row for row, _verdict in rows.values()],
            update_conflicts=True,
            update_fields=_KEPT,
            unique_fields=["project"],
        )
    return len(ids)


def standings_of(
    projects: QuerySet[Project], day: date, known_at: datetime | None = None
) -> dict[int, tuple[ProjectStanding, Standing]]:
    """The row and the verdict of each project as of a day, unsaved. Five statements.

    With `known_at` from the entries that had been made by that moment, else from those that count now.
    """
    found = list(projects.order_by().values_list("pk", "start_year", "end_year", "total_investment_fen"))
    ids = [row[0] for row in found]
    made = _Made(known_at)
    return _judged(found, _stages(ids, day, made), _reports(ids, day, made), _money(ids, day, made), day)


def standing_of(
    project: Project,
    *,
    stages: Iterable[StageChange],
    plans: Iterable[FundingPlan],
    entries: Iterable[FundingEntry],
    reports: Iterable[ProjectReport],
    day: date,
) -> tuple[ProjectStanding, Standing]:
    """The same of one project whose entries were read, in any order. No statement."""
    pk = project.pk
    reached = sorted((row for row in stages if row.on <= day), key=lambda row: (row.on, row.pk))
    months = [row for row in reports if row.superseded_at is None and row.month_end <= day]
    sums: dict[str, int] = defaultdict(int)
    for plan in plans:
        if plan.superseded_at is None:
            sums["planned"] += plan.planned_fen
    for entry in entries:
        if entry.on <= day:
            sums[entry.kind] += entry.amount_fen
    return _judged(
        [(pk, project.start_year, project.end_year, project.total_investment_fen)],
        {pk: [(row.stage, row.on) for row in reached]},
        {pk: sorted((row.month_end, row.invested_fen, bool(row.problems)) for row in months)},
        {pk: sums},
        day,
    )[pk]


def _judged(
    found: list[tuple[int, int | None, int | None, int | None]],
    stages: Mapping[int, list[Reached]],
    reports: Mapping[int, list[Reported]],
    money: Mapping[int, Mapping[str, int]],
    day: date,
) -> dict[int, tuple[ProjectStanding, Standing]]:
    courses = [
        Course(
            start_year=start,
            end_year=end,
            total_fen=total,
            stage=_reached(stages[pk]),
            stopped=bool(stages[pk]) and stages[pk][-1][0] == STOPPED,
            invested=[(month_end, fen) for month_end, fen, _said in reports[pk]],
        )
        for pk, start, end, total in found
    ]
    return {
        row[0]: (_row(row[0], day, stages[row[0]], reports[row[0]], money[row[0]], verdict), verdict)
        for row, verdict in zip(found, judge(courses, day), strict=True)
    }


def _row(
    pk: int,
    day: date,
    stages: list[Reached],
    reports: list[Reported],
    money: Mapping[str, int],
    verdict: Standing,
) -> ProjectStanding:
    stage, stage_on = stages[-1] if stages else ("", None)
    month_end, invested, problems = reports[-1] if reports else (None, None, False)
    known = bool(stages or reports)
    return ProjectStanding(
        project_id=pk,
        as_of=day,
        stage=stage,
        stage_on=stage_on,
        light=verdict.light if known else ProjectStanding.Light.GREY,
        stage_light=verdict.stage_light if known else ProjectStanding.Light.GREY,
        stage_code=verdict.stage_code if known else NO_ENTRIES,
        planned_fen=money.get("planned"),
        arrived_fen=money.get(FundingEntry.Kind.ARRIVED),
        spent_fen=money.get(FundingEntry.Kind.SPENT),
        month_end=month_end,
        invested_fen=invested,
        problems=problems,
    )


def _reached(stages: list[Reached]) -> Stage:
    return max((RANK[stage] for stage, _on in stages if stage != STOPPED), default=Stage.PLANNED)


class _Made:
    """Which entries count: those in force now, or, with a moment, those that were in force then."""

    def __init__(self, known_at: datetime | None) -> None:
        self.by = Q() if known_at is None else Q(entered_at__lte=known_at)
        later = Q() if known_at is None else Q(superseded_at__gt=known_at)
        self.in_force = self.by & (Q(superseded_at=None) | later)


def _stages(ids: list[int], day: date, made: _Made) -> dict[int, list[Reached]]:
    rows = StageChange.objects.filter(made.by, project__in=ids, on__lte=day).order_by("on", "pk")
    return _grouped(rows.values_list("project_id", "stage", "on"))


def _reports(ids: list[int], day: date, made: _Made) -> dict[int, list[Reported]]:
    rows = ProjectReport.objects.filter(made.in_force, project__in=ids, month_end__lte=day)
    found = rows.order_by("month_end").values_list("project_id", "month_end", "invested_fen", "problems")
    return _grouped((pk, month_end, fen, bool(said)) for pk, month_end, fen, said in found)


def _money(ids: list[int], day: date, made: _Made) -> dict[int, dict[str, int]]:
    plans = FundingPlan.objects.filter(made.in_force, project__in=ids).order_by()
    entries = FundingEntry.objects.filter(made.by, project__in=ids, on__lte=day).order_by()
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, fen in plans.values_list("project").annotate(fen=Sum("planned_fen")):
        sums[pk]["planned"] = fen
    for pk, kind, fen in entries.values_list("project", "kind").annotate(fen=Sum("amount_fen")):
        sums[pk][kind] = fen
    return sums


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, *rest in rows:
        found[pk].append(tuple(rest))
    return found
