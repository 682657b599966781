"""Which reporting pages concern whom: by one list pages refuse and tabs are left out."""

from typing import Final

from django.utils.translation import gettext as _

from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import (
    CONFIRM,
    ENTER,
    GRANT_EXCEPTION,
    GRANT_PROXY,
    HAND_OVER,
    LOAD_CALENDAR,
    MANAGE_ROUNDS,
    MANAGE_RULES,
    REVIEW,
    ROLES,
    VIEW_ROUNDS,
    Decision,
    can,
)

# Route → permissions, of which one is enough; routes that are not here are for everybody.
DOORS: Final[dict[str, tuple[str, ...]]] = {
    "review": (REVIEW,),
    "confirm": (CONFIRM,),
    "red-answers": (ENTER, REVIEW, VIEW_ROUNDS),
    "exception-list": (ENTER, REVIEW, GRANT_EXCEPTION),
    "proxy-list": (ENTER, GRANT_PROXY),
    "handover": (ENTER, HAND_OVER),
    "check-rules": (MANAGE_RULES,),
    "special-days": (LOAD_CALENDAR, MANAGE_ROUNDS),
}


def may_open(user: User, page: str) -> Decision:
    """Whether a page concerns the person at all; what they see and do there is asked for each thing."""
    wanted = DOORS.get(page, ())
    if not wanted or any(can(user, permission) for permission in wanted):
        return Decision(True)
    names = [str(role.name) for role in ROLES.values() if role.permissions & set(wanted)]
    return Decision(False, _("此页供%(roles)s使用，你没有这些角色。") % {"roles": "、".join(names)})
