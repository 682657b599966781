"""What the pages ask about assigned tasks: a filtered list with bodies and the lights of their targets."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from targets.models import Assessment, Assignment, AssignmentBody, AssignmentSource, RegionalTarget, Target
from yuxi_eldercare.core.models import Department, Document

from .rulings import SettledLead, settled_leads


@dataclass(frozen=True)
class AssignmentFilter:
    """What a list of tasks is narrowed to. Without a document, drafts whose issued text is known stay out."""

    document: str = ""
    department: str = ""
    kind: str = ""
    text: str = ""

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
    carried: list[tuple[Target, list[Assessment]]]  # its targets with their lights by due date


def assignment_rows(found: Iterable[Assignment]) -> list[AssignmentRow]:
    """Bodies by role, the lead a ruling settled, and the lights of the tasks' targets. Three statements."""
    tasks = list(found)
    lights = _lights({t.pk for task in tasks for t in task.targets.all()})
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


def _lights(targets: set[int]) -> dict[int, list[Assessment]]:
    """The target's own region's lights, by due date; counties have their own pages."""
    found: dict[int, list[Assessment]] = defaultdict(list)
    rows = (
        Assessment.objects.filter(
            regional_target__target__in=targets,
            regional_target__active=True,
            regional_target__origin__in=[RegionalTarget.Origin.OWN, RegionalTarget.Origin.ALL_MEMBERS],
        )
        .select_related("regional_target", "milestone", "indicator")
        .defer("inputs", "answer")
        .order_by("milestone__due")
    )
    for row in rows:
        found[row.regional_target.target_id].append(row)
    return found


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
