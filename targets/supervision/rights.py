"""Who signs, answers and settles notices, and who may look at which."""

from django.db.models import Q, QuerySet

from targets.models import SupervisionNotice
from targets.reporting.scope import reach
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import SUPERVISE, WORK_ON_PART, Decision, can, memberships

# Not sent yet, or never: looked at by supervisors only.
UNSENT = (SupervisionNotice.State.PROPOSED, SupervisionNotice.State.DROPPED)


def may_supervise(user: User, notice: SupervisionNotice) -> Decision:
    """Whether the user signs, drops and settles this notice: as supervisor where its authority stands."""
    return can(user, SUPERVISE, region=notice.authority.region)


def may_reply(user: User, notice: SupervisionNotice) -> Decision:
    """Whether the user answers for the recipient."""
    return can(user, WORK_ON_PART, department=notice.recipient)


def visible_notices(user: User) -> QuerySet[SupervisionNotice]:
    """The notices the user may look at: what was sent, with any role; what was not, as its supervisor."""
    if not user.is_active or not memberships(user):
        return SupervisionNotice.objects.none()
    return SupervisionNotice.objects.filter(~Q(state__in=UNSENT) | supervised(user))


def supervised(user: User) -> Q:
    """Notices whose authority stands where the user supervises."""
    held = reach(user, SUPERVISE).regions
    return Q(authority__region__in=held) | Q(authority__region__parent__in=held)


def answered_by(user: User) -> Q:
    """Notices that went to the units the user works for."""
    return Q(recipient__in=reach(user, WORK_ON_PART).departments)
