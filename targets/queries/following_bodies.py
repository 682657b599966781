"""Which bodies an assignment goes to, groups spread over their members, and by when the plan wants it done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Prefetch, Q, QuerySet

from targets.models import Assignment, AssignmentBody, Milestone
from yuxi_eldercare.core.models import Department, Document

from .rulings import settled_leads

Role = AssignmentBody.Role


@dataclass(frozen=True)
class Body:
    """A body that gets a part of an assignment, and in which words of the text it is meant."""

    department: Department
    role: str
    as_written: str


@dataclass(frozen=True)
class Bodies:
    """The bodies of one assignment, leads first; groups of which no member is known."""

    found: list[Body]
    empty_groups: list[str]


def issuable(condition: Q) -> QuerySet[Assignment]:
    """Assignments in force of issued texts that no other text replaces, with what issuing asks of them."""
    bodies = AssignmentBody.objects.select_related("department__region").prefetch_related(
        Prefetch("department__members", Department.objects.select_related("region"))
    )
    return (
        Assignment.objects.filter(
            condition,
            withdrawn_at=None,
            document__withdrawn_at=None,
            document__status=Document.Status.ISSUED,
            document__superseded_by=None,
        )
        .select_related("document__plan__region")
        .prefetch_related(Prefetch("bodies", bodies))
        .order_by("document__position", "position")
    )


def bodies_of(assignments: Collection[Assignment]) -> dict[int, Bodies]:
    """The bodies of assignments from `issuable`, by assignment. Each department once; leading wins. One statement.

    The lead that a ruling settled comes with those the text names.
    """
    settled = settled_leads()
    found = {}
    for task in assignments:
        leads: dict[int, Body] = {}
        if ruling := settled.get(task.key):
            name = ruling.department.short_name
            leads = {unit.pk: Body(unit, Role.LEAD, name) for unit in _units(ruling.department)}
        others: dict[int, Body] = {}
        empty = []
        for body in task.bodies.all():
            units = _units(body.department)
            if not units:
                empty.append(body.as_written)
            kept = leads if body.role == Role.LEAD else others
            for unit in units:
                kept.setdefault(unit.pk, Body(unit, body.role, body.as_written))
        both = [*leads.values(), *(body for pk, body in others.items() if pk not in leads)]
        found[task.pk] = Bodies(both, empty)
    return found


def _units(department: Department) -> list[Department]:
    if department.kind != Department.Kind.GROUP:
        return [] if department.withdrawn else [department]
    return [member for member in department.members.all() if not member.withdrawn]


def planned_dues(assignments: Collection[Assignment]) -> dict[int, date]:
    """By when the plan wants each done: the last day of the targets it carries, else the end of its text.

    One statement.
    """
    stated = (
        Milestone.objects.filter(
            target__assignments__in=[task.pk for task in assignments],
            regional=None,
            withdrawn_at=None,
            due__isnull=False,
        )
        .order_by()
        .values_list("target__assignments")
        .annotate(last=Max("due"))
    )
    dues: dict[int, date] = dict(stated)
    for task in assignments:
        dues.setdefault(task.pk, task.document.effective_to or task.document.plan.end)
    return dues
