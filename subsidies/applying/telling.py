"""Who is told of a step: those whose turn it is next, and the unit that applied of what was decided."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application, ApplicationStep
from targets.reporting.people import roles_with
from targets.reporting.wording import kept
from yuxi_eldercare.core.models import Membership, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import APPLY_SUBSIDY, APPROVE_SUBSIDY, CHECK_SUBSIDY

from .machine import JUDGE

Verb = ApplicationStep.Verb
# Of these the unit that applied is told.
_DECIDED = frozenset({Verb.APPROVE, Verb.RETURN, Verb.REFUSE})


@kept
def tell_next(step: ApplicationStep, application: Application) -> None:
    """Tell who is to act now, besides the person who took the step."""
    if step.verb in _DECIDED:
        wanted = _holding(APPLY_SUBSIDY).filter(department=application.department_id)
    elif application.state in JUDGE:
        wanted = _judges(application)
    else:
        return
    tell(
        User.objects.filter(pk__in=wanted.values("user")).exclude(pk=step.by_id),
        reason_key=f"application-step:{step.pk}",
        title=_("补助申请%(number)s：%(name)s，%(step)s")
        % {"number": application, "name": application.name[:60], "step": step.get_verb_display()},
        text=step.reason,
        link=reverse("subsidy-application", args=[application.pk]),
        department=application.department,
        by=step.by,
    )


def _judges(application: Application) -> QuerySet[Membership]:
    city = application.county.parent_id
    if application.state == Application.State.SUBMITTED:
        rows = _holding(CHECK_SUBSIDY).filter(region=application.county_id)
        if application.department.region_id == application.county_id:
            rows = rows.filter(department=application.department_id)
        return rows
    permission = CHECK_SUBSIDY if application.state == Application.State.COUNTY_CHECKED else APPROVE_SUBSIDY
    return _holding(permission).filter(region=city)


def _holding(permission: str) -> QuerySet[Membership]:
    in_force = Membership.objects.in_force(timezone.localdate())
    return in_force.filter(role__in=roles_with(permission), user__is_active=True, user__api_client=None)
