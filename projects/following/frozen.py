"""What is frozen of projects when a month is closed: where they stood on its last day with what was known."""

from datetime import date, datetime
from typing import Any, Final

from projects.models import Project, ProjectStanding
from projects.queries.frozen import KIND
from yuxi_eldercare.core.closing import RecordState
from yuxi_eldercare.core.models import FrozenRecord

from .standings import standings_of

_BATCH: Final = 1_000
_STATED: Final = (
    "number", "name", "listing", "category", "type", "location", "start_year", "end_year",
    "total_investment_fen", "central_budget_fen",
)  # fmt: skip
_DAYS: Final = ("as_of", "stage_on", "month_end")  # frozen as texts
_PLAIN: Final = (
    "stage", "light", "stage_light", "stage_code", "planned_fen", "arrived_fen", "spent_fen", "invested_fen",
    "problems",
)  # fmt: skip


def project_states(day: date, known_at: datetime) -> list[RecordState]:
    """Every project in force with its standing on a day, from the entries known at a moment. Money in 分.

    Four statements, and five for every thousand projects.
    """
    rows = list(
        Project.objects.filter(withdrawn_at=None, document__withdrawn_at=None)
        .select_related("document")
        .prefetch_related("bodies__department", "links__to")
        .order_by("document__position", "position")
    )
    standings = _standings([row.pk for row in rows], day, known_at)
    return [_state(row, standings[row.pk]) for row in rows]


def _standings(ids: list[int], day: date, known_at: datetime) -> dict[int, ProjectStanding]:
    found: dict[int, ProjectStanding] = {}
    for start in range(0, len(ids), _BATCH):
        projects = Project.objects.filter(pk__in=ids[start : start + _BATCH])
        judged = standings_of(projects, day, known_at)
        found |= {pk: standing for pk, (standing, _verdict) in judged.items()}
    return found


def _state(row: Project, standing: ProjectStanding) -> RecordState:
    bodies = [{"department": body.department.key, "as_written": body.as_written} for body in row.bodies.all()]
    return RecordState(
        kind=KIND,
        key=row.key,
        region=row.region_id,
        department=bodies[0]["department"] if bodies else "",
        state=standing.stage,
        light=standing.light,
        data={
            "document": row.document.key,
            **{name: getattr(row, name) for name in _STATED},
            "bodies": bodies,
            "links": [{"to": link.to.key, "kind": link.kind} for link in row.links.all()],
            "standing": _said(standing),
        },
    )


def _said(standing: ProjectStanding) -> dict[str, Any]:
    days = {name: getattr(standing, name) for name in _DAYS}
    return {
        **{name: getattr(standing, name) for name in _PLAIN},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def standing_in(record: FrozenRecord) -> ProjectStanding | None:
    """The standing a frozen project has, not to be saved; None in months that were closed before it was kept."""
    said = record.data.get("standing")
    if said is None:
        return None
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in _DAYS}
    return ProjectStanding(**{name: said[name] for name in _PLAIN}, **days)
