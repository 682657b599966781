"""What pages and the API ask about projects."""

from dataclasses import dataclass

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum

from projects.models import Project, ProjectLink

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


@dataclass(frozen=True)
class Totals:
    """Sums over some projects in 分; projects that state no amount are counted in `count` only."""

    count: int
    total_fen: int
    central_fen: int
    without_amount: int
    planned_fen: int
    arrived_fen: int
    spent_fen: int
    invested_fen: int


# The aggregates behind `Totals`, in the order of its fields.
SUMS: dict[str, Aggregate] = {
    "count": Count("pk"),
    "total_fen": Sum("total_investment_fen", default=0),
    "central_fen": Sum("central_budget_fen", default=0),
    "without_amount": Count("pk", filter=Q(total_investment_fen=None)),
    "planned_fen": Sum("standing__planned_fen", default=0),
    "arrived_fen": Sum("standing__arrived_fen", default=0),
    "spent_fen": Sum("standing__spent_fen", default=0),
    "invested_fen": Sum("standing__invested_fen", default=0),
}


def linked_among(rows: QuerySet[Project]) -> Exists:
    """Whether a project is linked to another of these rows; each link, and they are few, looks for its own end."""
    plain = rows.order_by().select_related(None).prefetch_related(None)
    return Exists(ProjectLink.objects.filter(Exists(plain.filter(pk=OuterRef("to"))), project=OuterRef("pk")))


def totals_apart(rows: QuerySet[Project], apart: Exists) -> tuple[Totals, Totals]:
    """The sums of the rows of which `apart` does not hold, and of those of which it does. One statement."""
    grouped = rows.order_by().annotate(apart=apart).values_list("apart").annotate(**SUMS)
    found = {holds: Totals(*sums) for holds, *sums in grouped}
    nothing = Totals(**dict.fromkeys(SUMS, 0))
    return found.get(False, nothing), found.get(True, nothing)
