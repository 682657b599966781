"""What the pages ask about assigned tasks: a filtered list with bodies and the lights of their targets."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from targets.models import (
    Assessment,
    Assignment,
    AssignmentBody,
    AssignmentPart,
    AssignmentSource,
    RegionalTarget,
    Target,
)
from yuxi_eldercare.core.models import Department, Document

from .day import PageDay
from .judged import Judged, as_judged
from .rulings import SettledLead, settled_leads


@dataclass(frozen=True)
class AssignmentFilter:
    """What a list of tasks is narrowed to. Without a document, drafts whose issued text is known stay out."""

    document: str = ""
    department: str = ""
    kind: str = ""
    text: str = ""
    state: str = ""  # of some part
    units: frozenset[int] | None = None  # some part is theirs
    tasks: frozenset[int] | None = None  # one of these (a light is no column)

    def condition(self) -> Q:
        """The condition on assignments."""
        wanted = Q(withdrawn_at=None, document__withdrawn_at=None)
        if self.document:
            wanted &= Q(document__key=self.document)
        else:
            wanted &= Q(document__superseded_by=None)
        if self.kind:
            wanted &= Q(kind=self.kind)
        if self.department:
            # 各县（市、区）人民政府 means each of its members.
            bodies = AssignmentBody.objects.filter(
                Q(department__key=self.department) | Q(department__members__key=self.department)
            )
            wanted &= Q(pk__in=bodies.values("assignment"))
        if self.text:
            named = AssignmentBody.objects.filter(as_written__icontains=self.text)
            wanted &= (
                Q(title__icontains=self.text)
                | Q(section__icontains=self.text)
                | Q(pk__in=named.values("assignment"))
            )
        if self.state or self.units is not None:
            parts = AssignmentPart.objects.exclude(state=AssignmentPart.State.WITHDRAWN)
            parts = parts.filter(state=self.state) if self.state else parts
            parts = parts if self.units is None else parts.filter(department__in=self.units)
            wanted &= Q(pk__in=parts.values("assignment"))
        if self.tasks is not None:
            wanted &= Q(pk__in=self.tasks)
        return wanted


def assignments(wanted: AssignmentFilter) -> QuerySet[Assignment]:
    """Tasks in document order with bodies and sources."""
    return (
        Assignment.objects.filter(wanted.condition())
        .select_related("document__plan")
        .prefetch_related(
            Prefetch("bodies", AssignmentBody.objects.select_related("department")),
            Prefetch("sources", AssignmentSource.objects.select_related("clause")),
            "targets__indicator",
        )
        .order_by("document__position", "position")
    )


@dataclass(frozen=True)
class AssignmentRow:
    """A task ready to print."""

    assignment: Assignment
    leads: list[AssignmentBody]
    responsible: list[AssignmentBody]
    settled: SettledLead | None
    carried: list[tuple[Target, list[Judged]]]  # its targets with their lights by due date


def assignment_rows(found: Iterable[Assignment], day: PageDay) -> list[AssignmentRow]:
    """Bodies by role, the lead a ruling settled, and the lights of the tasks' targets on the page's day.

    Three statements where lights are stored. Everything but the lights is as it stands now.
    """
    tasks = list(found)
    lights = _lights({t.pk for task in tasks for t in task.targets.all()}, day)
    settled = settled_leads()
    rows = []
    for task in tasks:
        bodies = list(task.bodies.all())
        rows.append(
            AssignmentRow(
                task,
                [b for b in bodies if b.role == AssignmentBody.Role.LEAD],
                [b for b in bodies if b.role == AssignmentBody.Role.RESPONSIBLE],
                settled.get(task.key),
                [(target, lights[target.pk]) for target in task.targets.all()],
            )
        )
    return rows


def carried_by(task: Assignment, day: PageDay) -> list[tuple[Target, list[Judged]]]:
    """A task's targets with their lights by due date. One statement where lights are stored."""
    targets = list(task.targets.all())
    lights = _lights({target.pk for target in targets}, day) if targets else {}
    return [(target, lights[target.pk]) for target in targets]


def _lights(targets: set[int], day: PageDay) -> dict[int, list[Judged]]:
    """The target's own region's lights, by due date; counties have their own pages."""
    bound = Q(
        target__in=targets,
        origin__in=[RegionalTarget.Origin.OWN, RegionalTarget.Origin.ALL_MEMBERS],
        active=True,
    )
    if day.ask is None:
        rows = _stored(bound)
    else:
        asked = RegionalTarget.objects.filter(bound).values_list("pk", flat=True)
        rows = sorted(day.judged(regional_targets=list(asked)), key=lambda row: row.milestone.due or date.max)
    found: dict[int, list[Judged]] = defaultdict(list)
    for row in rows:
        found[row.target.pk].append(row)
    return found


def _stored(bound: Q) -> list[Judged]:
    rows = (
        Assessment.objects.filter(regional_target__in=RegionalTarget.objects.filter(bound))
        .select_related(
            "regional_target__target", "regional_target__indicator", "regional_target__region", "milestone"
        )
        .defer("inputs")
        .order_by("milestone__due")
    )
    return [as_judged(row) for row in rows]


def assigned_departments() -> QuerySet[Department]:
    """Departments that some assignment names, themselves or through a group, in their usual order."""
    named = AssignmentBody.objects.filter(assignment__withdrawn_at=None).values("department")
    return Department.objects.filter(Q(pk__in=named) | Q(groups__in=named), withdrawn=False).distinct()


def documents_with_assignments() -> QuerySet[Document]:
    """Documents that assign something."""
    return (
        Document.objects.filter(withdrawn_at=None, assignments__withdrawn_at=None)
        .distinct()
        .order_by("position")
    )
