"""What pages and actions ask about people: who holds a role, who may be shown, when they last came."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from yuxi_eldercare.core.models import AuditEvent, Department, Membership, User
from yuxi_eldercare.core.roles import ROLES, SEPARATED, Role

ACTIVE, INACTIVE, LOCKED, NO_ROLE, NO_FACTOR = "active", "inactive", "locked", "no_role", "no_factor"
STATUSES = (ACTIVE, INACTIVE, LOCKED, NO_ROLE, NO_FACTOR)


@dataclass(frozen=True)
class UserFilter:
    """What a list of accounts is narrowed to; empty fields ask for everything."""

    text: str = ""
    role: str = ""
    department: str = ""
    status: str = ""

    def words(self) -> str:
        """The filter in one line, for the audit trail."""
        parts = {"text": self.text, "role": self.role, "department": self.department, "status": self.status}
        return "；".join(f"{name}={value}" for name, value in parts.items() if value)


@dataclass(frozen=True)
class Holding:
    """A membership as a page shows it."""

    row: Membership
    role: Role | None  # None: a role that no longer exists
    state: str  # now | later | ended | revoked


def accounts(wanted: UserFilter) -> Any:
    """People's accounts with the memberships in force (`in_force`), second factor and last log-in."""
    today = timezone.localdate()
    held = Membership.objects.in_force(today).filter(user=OuterRef("pk"))
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    rows = User.objects.filter(api_client=None).annotate(has_factor=Exists(factor), has_role=Exists(held))
    if wanted.text:
        rows = rows.filter(
            Q(username__icontains=wanted.text)
            | Q(display_name__icontains=wanted.text)
            | Q(phone__icontains=wanted.text)
        )
    if wanted.role:
        rows = rows.filter(Exists(held.filter(role=wanted.role)))
    if wanted.department:
        rows = rows.filter(Exists(held.filter(department__key=wanted.department)))
    return (
        _of_status(rows, wanted.status, held)
        .order_by("-is_active", "username")
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.in_force(today).select_related("department", "region").order_by("pk"),
                to_attr="in_force",
            )
        )
    )


def _of_status(rows: Any, status: str, held: QuerySet[Membership]) -> Any:
    match status:
        case "active":
            return rows.filter(is_active=True)
        case "inactive":
            return rows.filter(is_active=False)
        case "locked":
            return rows.filter(username__in=locked_usernames())
        case "no_role":
            return rows.filter(is_active=True, has_role=False)
        case "no_factor":
            return rows.filter(Exists(held.filter(role__in=SEPARATED)), is_active=True, has_factor=False)
    return rows


def locked_usernames() -> list[str]:
    """Accounts that are locked out at this moment. One statement."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return [
        name
        for name in AccessAttempt.objects.filter(attempt_time__gte=since)
        .order_by()
        .values("username")
        .annotate(failures=Sum("failures_since_start"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .values_list("username", flat=True)
        if name
    ]


def holdings(user: User, on: date | None = None) -> list[Holding]:
    """Every membership the person ever had, the newest first, with its state on a day. One statement."""
    day = on or timezone.localdate()
    rows = user.memberships.select_related("department", "region", "granted_by", "revoked_by")
    return [Holding(row, ROLES.get(row.role), _state(row, day)) for row in rows.order_by("-pk")]


def _state(row: Membership, day: date) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_to is not None and row.valid_to < day:
        return "ended"
    return "later" if row.valid_from > day else "now"


def holders(permission: str, *, department: Department, on: date | None = None) -> QuerySet[User]:
    """Active people with a role that has the permission at this department. One statement."""
    roles = [role.code for role in ROLES.values() if permission in role.permissions]
    held = Membership.objects.in_force(on or timezone.localdate()).filter(
        user=OuterRef("pk"), role__in=roles, department=department
    )
    return User.objects.filter(Exists(held), is_active=True, api_client=None).order_by("username")


def sole_administrator_role(user: User, role: str = "") -> str:
    """The name of an administrator's role that only this person holds among the active; "" when there is none.

    `role` asks about one of them.
    """
    asked = {role} & SEPARATED if role else SEPARATED
    today = timezone.localdate()
    held = Membership.objects.in_force(today).filter(role__in=asked, user__is_active=True)
    mine = set(held.filter(user=user).values_list("role", flat=True))
    others = set(held.exclude(user=user).values_list("role", flat=True))
    return next((str(ROLES[code].name) for code in sorted(mine - others)), "")


def last_login(user: User) -> datetime | None:
    """When the person last logged in on a page, as the audit trail has it."""
    found: datetime | None = AuditEvent.objects.filter(username=user.username, action="auth.login").aggregate(
        last=Max("at")
    )["last"]
    return found


def department_counts() -> dict[int, int]:
    """Department → how many active people hold a role there today. One statement."""
    rows = (
        Membership.objects.in_force(timezone.localdate())
        .filter(user__is_active=True, user__api_client=None, department__isnull=False)
        .order_by()
        .values_list("department_id", F("user_id"))
        .distinct()
    )
    counts: dict[int, int] = {}
    for department, _user in rows:
        counts[department] = counts.get(department, 0) + 1
    return counts
