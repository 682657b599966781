"""Monthly reports that are behind: which projects owe one on a day, and which of them a person keeps."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from projects.models import Project, ProjectBody, StageChange
from projects.standing import month_due
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import EDIT_PROJECT, ROLES, memberships

# A project that was stopped, or is built, owes none.
REPORTING = (StageChange.Stage.STARTED, StageChange.Stage.BUILDING)


def behind_on(day: date) -> Q:
    """Projects under way whose latest report is older than the month that was due by a day."""
    due = month_due(day)
    under_way = Q(standing__stage__in=REPORTING, standing__stage_on__lte=due)
    return under_way & (Q(standing__month_end=None) | Q(standing__month_end__lt=due))


def reports_waiting(user: User, day: date | None = None) -> QuerySet[Project]:
    """Projects the person keeps that are behind with their monthly report, in document order."""
    held = [m for m in memberships(user) if EDIT_PROJECT in ROLES[m.role].permissions]
    if not held or not user.is_active:
        return Project.objects.none()
    units = {m.department_id for m in held if m.department_id is not None}
    named = ProjectBody.objects.filter(project=OuterRef("pk"))
    own = named.filter(Q(department__in=units) | Q(department__members__in=units))
    unnamed = ~Exists(named) & Q(region__in={m.region_id for m in held})
    living = Q(withdrawn_at=None, document__withdrawn_at=None, document__superseded_by=None)
    rows = Project.objects.filter(behind_on(day or timezone.localdate()) & living & (Exists(own) | unnamed))
    return rows.order_by("document__position", "position", "pk")
