"""What the pages of the project ledger ask: a page of the list, and everything about one project."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from projects.models import (
    FundingEntry,
    FundingPlan,
    Project,
    ProjectBody,
    ProjectLink,
    ProjectPhoto,
    ProjectReport,
    ProjectSource,
    ProjectStanding,
    StageChange,
)
from yuxi_eldercare.core.models import FrozenRecord

from .frozen import KIND


def ledger_rows(ids: list[int]) -> list[Project]:
    """The projects with these ids in this order, as the list shows them. Four statements."""
    rows = (
        Project.objects.filter(pk__in=ids)
        .select_related("document", "region", "standing")
        .prefetch_related(
            Prefetch("bodies", ProjectBody.objects.only("project_id", "as_written", "position")),
            Prefetch("links", ProjectLink.objects.select_related("to")),
            Prefetch("linked_from", ProjectLink.objects.select_related("project__document__plan")),
        )
    )
    place = {pk: index for index, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.pk])


def one_project(key: str) -> QuerySet[Project]:
    """The project with this key, with its bodies and hand-over; withdrawn ones keep their page. Two statements.

    `closed_month` is the last day of the latest closed month that holds it; none before the first.
    """
    frozen = FrozenRecord.objects.filter(kind=KIND, key=OuterRef("key")).order_by("-close__month_end")
    return (
        Project.objects.filter(key=key)
        .annotate(closed_month=Subquery(frozen.values("close__month_end")[:1]))
        .select_related("document__plan__region", "region", "handover__version", "handover__by")
        .prefetch_related(Prefetch("bodies", ProjectBody.objects.select_related("department")))
    )


def links_of(project: Project) -> list[ProjectLink]:
    """The links of a project, its own before those to it, with either side and its standing. One statement."""
    sides = [f"{side}__{part}" for side in ("project", "to") for part in ("document__plan", "standing")]
    rows = ProjectLink.objects.filter(Q(project=project) | Q(to=project)).select_related("made_by", *sides)
    return sorted(rows, key=lambda row: (row.project_id != project.pk, row.pk))


@dataclass(frozen=True)
class Ledger:
    """Everything entered about one project, oldest first; reports newest first with all their versions."""

    stages: list[StageChange]
    plans: list[FundingPlan]
    entries: list[FundingEntry]
    reports: list[ProjectReport]


def ledger_of(project: Project) -> Ledger:
    """The entries of a project. Five statements."""
    photos = Prefetch("photos", ProjectPhoto.objects.select_related("file").order_by("pk"))
    return Ledger(
        stages=list(project.stages.select_related("document", "entered_by").order_by("on", "pk")),
        plans=list(project.funding_plans.select_related("entered_by").order_by("pk")),
        entries=list(project.funding_entries.select_related("entered_by").order_by("on", "pk")),
        reports=list(
            project.reports.select_related("entered_by")
            .prefetch_related(photos)
            .order_by("-month_end", "-pk")
        ),
    )


@dataclass(frozen=True)
class TargetBeside:
    """A target that a clause of the project states, too; `indicator` is the key of its indicator."""

    position: int
    key: str
    name: str
    indicator: str


@dataclass(frozen=True)
class Stated:
    """The phrases that state a project, and the targets in force of the same clauses."""

    sources: list[ProjectSource]
    targets: list[TargetBeside]


def stated_in(project: Project) -> Stated:
    """Where the plan states a project, and what else it states there. One statement.

    Phrases and targets of a clause are read as pairs: a clause has a handful of either.
    """
    target = "clause__targetsources__record"
    pairs = (
        ProjectSource.objects.filter(record=project)
        .select_related("clause")
        .annotate(
            target_position=F(f"{target}__position"),
            target_key=F(f"{target}__key"),
            target_name=F(f"{target}__name_as_written"),
            target_indicator=F(f"{target}__indicator__key"),
            target_withdrawn_at=F(f"{target}__withdrawn_at"),
        )
        .order_by("position", "pk")
    )
    sources, targets = {}, set()
    for row in pairs:
        sources[row.pk] = row
        if row.target_key is not None and row.target_withdrawn_at is None:
            targets.add(
                TargetBeside(row.target_position, row.target_key, row.target_name, row.target_indicator)
            )
    return Stated(list(sources.values()), sorted(targets, key=lambda one: (one.position, one.key)))


def linkable_projects(project: Project) -> QuerySet[Project]:
    """The projects of the city above a county's plan that it is not linked to yet."""
    return (
        Project.objects.filter(
            withdrawn_at=None,
            document__withdrawn_at=None,
            document__superseded_by=None,
            document__plan__region=project.document.plan.region.parent_id,
        )
        .exclude(linked_from__project=project)
        .order_by("document__position", "position")
    )


def standings_day() -> date | None:
    """The oldest day that kept standings stand at; None before the first."""
    return ProjectStanding.objects.order_by("as_of").values_list("as_of", flat=True).first()
