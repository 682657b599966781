"""Who may do what: roles with a sentence a manager can read, and `can()`, which answers with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from .models import Department, Membership, Region, User

VIEW_PLANS = "plans.view"
PREVIEW = "assessments.preview"
RULE_ON_FINDING = "findings.rule"
PUBLISH_VALUE = "observations.publish"
ACCEPT_ROLLUP = "observations.accept_rollup"
LOAD_PLANS = "plans.load"
SET_THRESHOLDS = "thresholds.set"
CLOSE_MONTH = "months.close"
VIEW_REPORT = "reports.view"
PRODUCE_REPORT = "reports.produce"
VIEW_JOBS = "jobs.view"
VIEW_AUDIT = "audit.view"
VIEW_ACCOUNTS = "accounts.view"
MANAGE_ACCOUNTS = "accounts.manage"
MANAGE_DEPARTMENTS = "departments.manage"
GRANT_ROLES = "roles.grant"
RESET_SECOND_FACTOR = "second_factor.reset"
MANAGE_CLIENTS = "clients.manage"
MANAGE_MAP = "map.manage"

# Reporting (domain guide §5).
ENTER = "entries.edit"
REVIEW = "entries.review"
CONFIRM = "entries.publish"
VIEW_ROUNDS = "rounds.view"
MANAGE_ROUNDS = "rounds.manage"
GRANT_EXCEPTION = "exceptions.grant"
GRANT_PROXY = "proxies.grant"
MANAGE_RULES = "rules.manage"
HAND_OVER = "handovers.make"
LOAD_CALENDAR = "calendar.load"
BREAK_DOWN = "targets.break_down"

# Registers and ledgers (domain guide §6 to §8).
EDIT_INSTITUTION = "institutions.edit"
EDIT_PROJECT = "projects.edit"
WORK_ON_PART = "parts.work"
SUPERVISE = "parts.supervise"
MANAGE_LADDER = "ladder.manage"

# Subsidies (domain guide §8). Who applies, checks, approves and pays are different people.
VIEW_SUBSIDIES = "subsidies.view"
APPLY_SUBSIDY = "subsidies.apply"
CHECK_SUBSIDY = "subsidies.check"
APPROVE_SUBSIDY = "subsidies.approve"
MANAGE_SCHEMES = "schemes.manage"
KEEP_BOOKS = "books.keep"
EDIT_PEOPLE = "people.edit"
REVEAL_PERSONAL = "people.reveal"
_LEADING = {
    CONFIRM,
    VIEW_ROUNDS,
    MANAGE_ROUNDS,
    GRANT_EXCEPTION,
    GRANT_PROXY,
    MANAGE_RULES,
    HAND_OVER,
    BREAK_DOWN,
}
# Reports quote what units said about their red lights, so that they are read by those whose region it is.
_REPORTS = {VIEW_REPORT, PRODUCE_REPORT}

# Reading plan data needs an active account and nothing else.
EVERYONE = frozenset({VIEW_PLANS, PREVIEW})


@dataclass(frozen=True)
class Role:
    """A set of permissions; `sentence` says to a manager what giving this role means.

    `one_department`: it is held for the unit its membership names, and without one it reaches no unit.
    """

    code: str
    name: "_StrPromise"
    sentence: "_StrPromise"
    permissions: frozenset[str]
    one_department: bool = False


ROLES = {
    role.code: role
    for role in (
        Role(
            "reporter",
            gettext_lazy("填报员"),
            gettext_lazy("填报本单位的数据，签收、推进本单位的任务，登记机构和项目，申请补助。"),
            frozenset(
                {
                    ENTER,
                    EDIT_INSTITUTION,
                    EDIT_PROJECT,
                    WORK_ON_PART,
                    VIEW_REPORT,
                    VIEW_SUBSIDIES,
                    APPLY_SUBSIDY,
                    EDIT_PEOPLE,
                    REVEAL_PERSONAL,
                }
            ),
            True,
        ),
        Role(
            "reviewer",
            gettext_lazy("审核员"),
            gettext_lazy("审核、退回本单位填报的数据，核查补助申请。"),
            frozenset({REVIEW, HAND_OVER, VIEW_REPORT, VIEW_SUBSIDIES, CHECK_SUBSIDY, REVEAL_PERSONAL}),
            True,
        ),
        Role(
            "lead",
            gettext_lazy("牵头单位"),
            gettext_lazy(
                "确认所辖地区的数据生效，裁定数据疑点，产生报告；市级牵头单位封存月份，维护补助标准，批复补助。"
            ),
            frozenset(
                {
                    PUBLISH_VALUE,
                    ACCEPT_ROLLUP,
                    RULE_ON_FINDING,
                    SET_THRESHOLDS,
                    CLOSE_MONTH,
                    VIEW_JOBS,
                    VIEW_SUBSIDIES,
                    APPROVE_SUBSIDY,
                    MANAGE_SCHEMES,
                    *_LEADING,
                    *_REPORTS,
                }
            ),
        ),
        Role(
            "leader",
            gettext_lazy("领导"),
            gettext_lazy("查看各级进展，产生报告。"),
            frozenset({VIEW_ROUNDS, VIEW_SUBSIDIES, *_REPORTS}),
        ),
        Role(
            "supervisor",
            gettext_lazy("督查员"),
            gettext_lazy("分解、督办任务，审核销号和延期，签发督办通知，产生报告。"),
            frozenset({VIEW_JOBS, VIEW_ROUNDS, SUPERVISE, MANAGE_LADDER, VIEW_SUBSIDIES, *_REPORTS}),
        ),
        Role(
            "treasurer",
            gettext_lazy("财务人员"),
            gettext_lazy("登记补助的预算、到位资金、支付和追回，导出支付清单；不能核查或批复补助。"),
            frozenset({VIEW_SUBSIDIES, KEEP_BOOKS, REVEAL_PERSONAL}),
        ),
        Role(
            "system_admin",
            gettext_lazy("系统管理员"),
            gettext_lazy(
                "维护账号、单位、接入系统、地区和地图边界，载入规划文件，查看后台任务；不能授予角色。"
            ),
            frozenset(
                {
                    LOAD_PLANS,
                    VIEW_JOBS,
                    LOAD_CALENDAR,
                    VIEW_ACCOUNTS,
                    MANAGE_ACCOUNTS,
                    MANAGE_DEPARTMENTS,
                    MANAGE_CLIENTS,
                    MANAGE_MAP,
                }
            ),
        ),
        Role(
            "security_admin",
            gettext_lazy("安全管理员"),
            gettext_lazy("授予和收回角色、重置他人的动态口令；不能建立账号。"),
            frozenset({VIEW_ACCOUNTS, GRANT_ROLES, RESET_SECOND_FACTOR}),
        ),
        Role(
            "audit_admin",
            gettext_lazy("审计管理员"),
            gettext_lazy("只读查看审计记录和账号；不能改动任何内容。"),
            frozenset({VIEW_AUDIT, VIEW_ACCOUNTS}),
        ),
    )
}

# What other systems can be bound by: they report and read; review, confirmation and rule are people's work.
MACHINE_ROLES = frozenset({"reporter", "leader", "supervisor"})

# No one holds two of these (domain guide §1).
SEPARATED = frozenset({"system_admin", "security_admin", "audit_admin"})


@dataclass(frozen=True)
class Decision:
    """The answer of `can()`: true or false, and when false the sentence to show."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def can(
    user: "User",
    permission: str,
    *,
    region: "Region | None" = None,
    department: "Department | None" = None,
    on: date | None = None,
) -> Decision:
    """Whether `user` may do `permission` in `region` and for `department` on a day (default today).

    A membership at a region reaches that region and those below it; one at a department reaches that
    department only, wherever the role is held for one unit.
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
    if department is not None:
        holding = [m for m in holding if _of_department(m, department)]
        if not holding:
            text = _("你的角色不包括%(department)s。") % {"department": department.short_name}
            return Decision(False, text)
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
        if m.role in ROLES
        and (m.revoked_at is None or day < timezone.localdate(m.revoked_at))
        and m.valid_from <= day
        and (m.valid_to is None or day <= m.valid_to)
    ]


def _of_department(membership: "Membership", department: "Department") -> bool:
    if membership.department_id is None:
        return not ROLES[membership.role].one_department and _reaches(membership, department.region)
    return membership.department_id == department.pk


def _reaches(membership: "Membership", region: "Region") -> bool:
    return region.code == membership.region_id or region.parent_id == membership.region_id
