"""What pages and the API ask about projects."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from .models import Project

LIMIT = 30


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
