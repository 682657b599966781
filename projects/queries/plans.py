"""What pages and the API ask about projects."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from projects.models import Project
from yuxi_eldercare.core.closing import RecordState

LIMIT = 30
KIND = "project"


def search_projects(text: str) -> QuerySet[Project]:
    """Projects whose name, content, type or body contains the text."""
    return (
        _current()
        .filter(
            Q(name__icontains=text)
            | Q(content__icontains=text)
            | Q(type__icontains=text)
            | Q(bodies__as_written__icontains=text)
        )
        .distinct()[:LIMIT]
    )


def _current() -> QuerySet[Project]:
    return Project.objects.filter(withdrawn_at=None).select_related("document", "region")


def projects(**filters: Any) -> QuerySet[Project]:
    """Projects with their bodies, sources and links, in document order."""
    return (
        _current()
        .filter(**filters)
        .prefetch_related("bodies", "sources__clause", "links__to", "linked_from__project__document")
        .order_by("document__position", "position")
    )


@dataclass(frozen=True)
class Totals:
    """Sums over some projects in 分; projects that state no amount are counted in `count` only."""

    count: int
    total_fen: int
    central_fen: int


def totals(rows: QuerySet[Project]) -> Totals:
    """The sums of exactly these rows, in one statement."""
    sums = rows.order_by().aggregate(
        n=Count("pk"), t=Sum("total_investment_fen"), c=Sum("central_budget_fen")
    )
    return Totals(sums["n"], sums["t"] or 0, sums["c"] or 0)


def project_states() -> list[RecordState]:
    """Every project in force as it stands now, as it is frozen with a month. Money in 分. Four statements."""
    rows = (
        _current()
        .filter(document__withdrawn_at=None)
        .prefetch_related("bodies__department", "links__to")
        .order_by("document__position", "position")
    )
    return [_state(row) for row in rows]


def _state(row: Project) -> RecordState:
    bodies = [{"department": body.department.key, "as_written": body.as_written} for body in row.bodies.all()]
    columns = (
        "number", "name", "listing", "category", "type", "location", "start_year", "end_year",
        "total_investment_fen", "central_budget_fen",
    )  # fmt: skip
    return RecordState(
        kind=KIND,
        key=row.key,
        region=row.region_id,
        department=bodies[0]["department"] if bodies else "",
        data={
            "document": row.document.key,
            **{name: getattr(row, name) for name in columns},
            "bodies": bodies,
            "links": [{"to": link.to.key, "kind": link.kind} for link in row.links.all()],
        },
    )
