"""What the pages of the project ledger ask: a page of the list, and everything about one project."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

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
from targets.models import Target

_SIDES = ("document__plan__region", "region")


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
    """The project with this key, as its page shows it; withdrawn ones keep their page. Six statements."""
    both = ProjectLink.objects.select_related("made_by")
    return (
        Project.objects.filter(key=key)
        .select_related(*_SIDES, "handover__institution", "handover__version", "handover__by")
        .prefetch_related(
            Prefetch("bodies", ProjectBody.objects.select_related("department")),
            "bodies__department__members",
            Prefetch("sources", ProjectSource.objects.select_related("clause")),
            Prefetch("links", both.select_related(*(f"to__{side}" for side in _SIDES), "to__standing")),
            Prefetch(
                "linked_from",
                both.select_related(*(f"project__{side}" for side in _SIDES), "project__standing"),
            ),
        )
    )


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


def targets_beside(project: Project) -> QuerySet[Target]:
    """Targets that the clauses of the project state, too."""
    clauses = project.sources.values("clause")
    return (
        Target.objects.filter(sources__clause__in=clauses, withdrawn_at=None)
        .select_related("indicator")
        .distinct()
        .order_by("position")
    )


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
