"""What pages and the API ask about projects."""

from dataclasses import dataclass

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum

from projects.models import Project, ProjectLink
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
