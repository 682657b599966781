"""Who may do what: roles with a sentence a manager can read, and one question, `can()`, answered with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from .models import Membership, Region, User

VIEW_PLANS = "plans.view"
PREVIEW = "assessments.preview"
RULE_ON_FINDING = "findings.rule"
PUBLISH_VALUE = "observations.publish"
ACCEPT_ROLLUP = "observations.accept_rollup"
LOAD_PLANS = "plans.load"
SET_THRESHOLDS = "thresholds.set"
VIEW_JOBS = "jobs.view"
VIEW_AUDIT = "audit.view"

# Reading plan data needs an active account and nothing else.
EVERYONE = frozenset({VIEW_PLANS, PREVIEW})


@dataclass(frozen=True)
class Role:
    """A set of permissions; `sentence` says to a manager what giving this role means."""

    code: str
    name: "_StrPromise"
    sentence: "_StrPromise"
    permissions: frozenset[str]


ROLES = {
    role.code: role
    for role in (
        Role("reporter", gettext_lazy("填报员"), gettext_lazy("填报本单位的数据。"), frozenset()),
        Role("reviewer", gettext_lazy("审核员"), gettext_lazy("审核、退回本单位填报的数据。"), frozenset()),
        Role(
            "lead",
            gettext_lazy("牵头单位"),
            gettext_lazy("确认所辖地区的数据生效，裁定数据疑点。"),
            frozenset({PUBLISH_VALUE, ACCEPT_ROLLUP, RULE_ON_FINDING, VIEW_JOBS}),
        ),
        Role("leader", gettext_lazy("领导"), gettext_lazy("查看各级进展。"), frozenset()),
        Role("supervisor", gettext_lazy("督查员"), gettext_lazy("督办任务和项目。"), frozenset({VIEW_JOBS})),
        Role(
            "system_admin",
            gettext_lazy("系统管理员"),
            gettext_lazy("维护账号、载入规划文件、查看后台任务。"),
            frozenset({LOAD_PLANS, VIEW_JOBS}),
        ),
        Role(
            "security_admin",
            gettext_lazy("安全管理员"),
            gettext_lazy("授予和收回角色。"),
            frozenset(),
        ),
        Role(
            "audit_admin",
            gettext_lazy("审计管理员"),
            gettext_lazy("只读查看审计记录。"),
            frozenset({VIEW_AUDIT}),
        ),
    )
}

# No one holds two of these (domain guide §1).
SEPARATED = frozenset({"system_admin", "security_admin", "audit_admin"})


@dataclass(frozen=True)
class Decision:
    """The answer of `can()`: true or false, and when false the sentence to show."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def can(user: "User", permission: str, *, region: "Region | None" = None, on: date | None = None) -> Decision:
    """Whether `user` may do `permission` in `region` (or anywhere, if None) on a day (default today).

    A membership at a region reaches that region and those below it.
    """
    if not user.is_authenticated:
        return Decision(False, _("请先登录。"))
    if not user.is_active:
        return Decision(False, _("账号已停用，请联系系统管理员。"))
    if permission in EVERYONE:
        return Decision(True)
    holding = [m for m in memberships(user, on) if permission in ROLES[m.role].permissions]
    if not holding:
        names = "、".join(str(r.name) for r in ROLES.values() if permission in r.permissions)
        return Decision(False, _("此操作需要“%(roles)s”角色。") % {"roles": names or "—"})
    if region is not None and not any(_reaches(m, region) for m in holding):
        return Decision(False, _("你的角色不包括%(region)s。") % {"region": region.short_name})
    return Decision(True)


def memberships(user: "User", on: date | None = None) -> list["Membership"]:
    """The user's memberships in force on a day; read once per user object."""
    day = on or timezone.localdate()
    if not hasattr(user, "_all_memberships"):
        user._all_memberships = list(user.memberships.select_related("region", "department"))  # type: ignore[attr-defined]
    return [
        m
        for m in user._all_memberships  # type: ignore[attr-defined]
        if m.role in ROLES and m.valid_from <= day and (m.valid_to is None or day <= m.valid_to)
    ]


def _reaches(membership: "Membership", region: "Region") -> bool:
    return region.code == membership.region_id or region.parent_id == membership.region_id
