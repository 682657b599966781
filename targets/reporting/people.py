"""The people of reporting units: whom a reminder, a call list or a handover is about."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.utils import timezone

from yuxi_eldercare.core.models import Membership, User
from yuxi_eldercare.core.roles import ENTER, ROLES


def roles_with(permission: str) -> list[str]:
    """Codes of the roles that hold a permission."""
    return [role.code for role in ROLES.values() if permission in role.permissions]


def people_of(
    departments: Collection[int], permission: str = ENTER, on: date | None = None
) -> dict[int, list[User]]:
    """The active people who hold a permission at each department (by id), by name. One statement."""
    day = on or timezone.localdate()
    rows = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        department__in=departments,
        role__in=roles_with(permission),
        valid_from__lte=day,
        user__is_active=True,
        user__api_client=None,
    ).select_related("user")
    found: dict[int, list[User]] = {department: [] for department in departments}
    for row in rows.order_by("user__display_name", "user__username"):
        people = found[row.department_id or 0]
        if row.user not in people:
            people.append(row.user)
    return found
