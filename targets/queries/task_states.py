"""Where assigned tasks stand, as they are frozen with a month: bodies, and the lights of the targets they carry."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from targets.models import Assignment, AssignmentBody, AssignmentPart, FrozenAssessment, RegionalTarget
from yuxi_eldercare.core.closing import RecordState

from .following_facts import standings
from .rulings import SettledLead, settled_leads

KIND = "assignment"
_OWN = {RegionalTarget.Origin.OWN, RegionalTarget.Origin.ALL_MEMBERS}


def assignment_states(judged: Iterable[FrozenAssessment]) -> list[RecordState]:
    """Every task in force as it stands now, with its parts and the lights that are frozen beside it.

    At most ten statements.
    """
    lights = _lights(judged)
    parts = _parts()
    settled = settled_leads()
    rows = (
        Assignment.objects.filter(withdrawn_at=None, document__withdrawn_at=None)
        .select_related("document__plan")
        .prefetch_related(
            Prefetch("bodies", AssignmentBody.objects.select_related("department")), "targets__indicator"
        )
        .order_by("document__position", "position")
    )
    return [_state(row, lights, settled.get(row.key), parts[row.pk]) for row in rows]


def _lights(judged: Iterable[FrozenAssessment]) -> dict[int, list[dict[str, str]]]:
    """By target, the lights of the region that promised it."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in judged:
        if row.regional_target.origin in _OWN:
            light = {"due": row.due.isoformat(), "state": row.state, "light": row.light}
            found[row.regional_target.target_id].append(light)
    return found


def _parts() -> dict[int, list[dict[str, Any]]]:
    """By assignment, the part of each body: state, due day, light and its reasons as of today."""
    rows = list(AssignmentPart.objects.select_related("department").order_by("department__key"))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    known = standings(rows, timezone.localdate()) if rows else {}
    for row in rows:
        standing = known.get(row.pk)
        found[row.assignment_id].append(
            {
                "department": row.department.key,
                "state": row.state,
                "due": row.due.isoformat() if row.due else None,
                "light": str(standing.light) if standing else "",
                "reasons": standing.codes if standing else [],
            }
        )
    return found


def _state(
    row: Assignment,
    lights: dict[int, list[dict[str, str]]],
    settled: SettledLead | None,
    parts: list[dict[str, Any]],
) -> RecordState:
    bodies: dict[str, list[dict[str, str]]] = {role: [] for role in AssignmentBody.Role.values}
    for body in row.bodies.all():
        bodies[body.role].append({"department": body.department.key, "as_written": body.as_written})
    leads = bodies[AssignmentBody.Role.LEAD]
    data: dict[str, Any] = {
        "document": row.document.key,
        "document_title": row.document.title,
        "number": row.number,
        "kind": row.kind,
        "section": row.section,
        "title": row.title,
        "bodies": bodies,
        "settled_lead": settled.department.key if settled else "",
        "parts": parts,
        "targets": [
            {"key": target.key, "name": target.name_as_written, "lights": lights.get(target.pk, [])}
            for target in row.targets.all()
        ],
    }
    lead = settled.department.key if settled else leads[0]["department"] if leads else ""
    return RecordState(kind=KIND, key=row.key, region=row.document.plan.region_id, department=lead, data=data)
