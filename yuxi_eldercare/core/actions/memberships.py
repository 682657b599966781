"""Granting and revoking roles: the security administrator's work, for everybody except himself.

The same rules stand in the database (`core/guards/separation.py` and the constraints of `Membership`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.accounts.machines import is_machine
from yuxi_eldercare.core.models import Department, Membership, Region, User
from yuxi_eldercare.core.queries.people import sole_administrator_role
from yuxi_eldercare.core.roles import GRANT_ROLES, MACHINE_ROLES, ROLES, SEPARATED

from .refused import ActionRefused, require


@dataclass(frozen=True)
class Wanted:
    """A role to be given: what, where, for how long (the last day; None without end), on which ground."""

    role: str
    region: Region
    department: Department | None
    valid_from: date
    valid_to: date | None
    reason: str


@transaction.atomic
def grant(*, user: User, wanted: Wanted, by: User) -> Membership:
    """Give a role. Raises `ActionRefused` with a sentence per field, `PermissionDenied` with the reason."""
    require(by, GRANT_ROLES)
    user = User.objects.select_for_update().get(pk=user.pk)
    _refuse_oneself(user, by)
    if not user.is_active:
        raise ActionRefused.because(_("账号已停用，请先由系统管理员启用。"))
    problems = (
        _form_problems(wanted)
        or _machine_problems(user, wanted)
        or _place_problems(wanted)
        or _clash(user, wanted)
    )
    if problems:
        raise ActionRefused(problems)
    membership = Membership.objects.create(
        user=user,
        role=wanted.role,
        region=wanted.region,
        department=wanted.department,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        reason=wanted.reason.strip(),
        granted_by=by,
    )
    _record("roles.grant", membership, by=by, after=_facts(membership), detail=wanted.reason)
    return membership


@transaction.atomic
def revoke(*, membership: Membership, reason: str, by: User) -> Membership:
    """Take a role away at once."""
    require(by, GRANT_ROLES)
    membership = _locked(membership)
    _refuse_oneself(membership.user, by)
    if membership.revoked_at is not None:
        raise ActionRefused.because(_("这个角色已经收回。"))
    _need_reason(reason)
    _keep_one_administrator(membership)
    before = _facts(membership)
    membership.revoked_at, membership.revoked_by = timezone.now(), by
    membership.revoke_reason = reason.strip()[:200]
    membership.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _record("roles.revoke", membership, by=by, before=before, detail=reason)
    return membership


@transaction.atomic
def set_end(*, membership: Membership, valid_to: date | None, reason: str, by: User) -> Membership:
    """Change the last day of a role."""
    require(by, GRANT_ROLES)
    membership = _locked(membership)
    _refuse_oneself(membership.user, by)
    if membership.revoked_at is not None:
        raise ActionRefused.because(_("这个角色已经收回，请重新授予。"))
    _need_reason(reason)
    today = timezone.localdate()
    if valid_to is not None and valid_to < max(today, membership.valid_from):
        raise ActionRefused.because(_("截止日期不能早于今天和生效日期；要立即停止请用“收回”。"), "valid_to")
    before = _facts(membership)
    membership.valid_to = valid_to
    problems = _clash(membership.user, _as_wanted(membership), except_for=membership)
    if problems:
        raise ActionRefused({"valid_to": "".join(problems.values())})
    membership.save(update_fields=["valid_to"])
    _record("roles.set_end", membership, by=by, before=before, after=_facts(membership), detail=reason)
    return membership


def _locked(membership: Membership) -> Membership:
    """The row with its person locked first, the order in which `grant` locks."""
    User.objects.select_for_update().get(pk=membership.user_id)
    return Membership.objects.select_related("user", "region", "department").get(pk=membership.pk)


def _refuse_oneself(user: User, by: User) -> None:
    if user == by:
        raise ActionRefused.because(_("不能给自己授予或收回角色，请由另一名安全管理员操作。"))


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ActionRefused.because(_("请写明依据或原因，例如任免文件的文号。"), "reason")


def _keep_one_administrator(membership: Membership) -> None:
    role = sole_administrator_role(membership.user, membership.role) if membership.role in SEPARATED else ""
    if role:
        raise ActionRefused.because(_("这是唯一的%(role)s，请先授予另一人。") % {"role": role})


def _form_problems(wanted: Wanted) -> dict[str, str]:
    found = {}
    if wanted.role not in ROLES:
        found["role"] = _("请选择角色。")
    if not wanted.reason.strip():
        found["reason"] = _("请写明依据或原因，例如任免文件的文号。")
    if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
        found["valid_to"] = _("截止日期不能早于生效日期。")
    elif wanted.valid_to is not None and wanted.valid_to < timezone.localdate():
        found["valid_to"] = _("截止日期已经过去，请填今天或以后的日期，或留空表示长期。")
    return found


def _machine_problems(user: User, wanted: Wanted) -> dict[str, str]:
    """Whether another system may be bound by this role."""
    if wanted.role in MACHINE_ROLES or not is_machine(user):
        return {}
    names = "、".join(str(role.name) for code, role in ROLES.items() if code in MACHINE_ROLES)
    text = _("接入系统只能授予%(names)s；审核、确认和管理须由人员完成。")
    return {"role": text % {"names": names}}


def _place_problems(wanted: Wanted) -> dict[str, str]:
    """Whether the role can be held at this unit and region."""
    role, department, region = ROLES[wanted.role], wanted.department, wanted.region
    if role.code in SEPARATED:
        if department is not None:
            return {"department": _("%(role)s不属于某个单位，请把单位留空。") % {"role": role.name}}
        if region.parent_id is not None:
            return {"region": _("%(role)s在全市范围内任职，请选择市。") % {"role": role.name}}
        return {}
    if department is None:
        if role.one_department:
            return {"department": _("%(role)s只对一个单位有效，请选择单位。") % {"role": role.name}}
        return {}
    if department.withdrawn:
        return {"department": _("“%(name)s”已撤销，请选择承接它的单位。") % {"name": department.short_name}}
    if department.kind == Department.Kind.GROUP:
        return {"department": _("“%(name)s”是一组单位，请选择其中一个。") % {"name": department.short_name}}
    if department.region_id not in {region.code, region.parent_id}:
        return {
            "region": _("“%(unit)s”属于%(its)s，地区应为%(its)s或其下级。")
            % {"unit": department.short_name, "its": department.region.short_name}
        }
    return {}


def _clash(user: User, wanted: Wanted, *, except_for: Membership | None = None) -> dict[str, str]:
    """Whether the person already holds the same, or another of the separated roles, at any of these days."""
    overlapping = user.memberships.filter(
        Q(valid_to=None) | Q(valid_to__gte=wanted.valid_from), revoked_at=None
    )
    if except_for is not None:
        overlapping = overlapping.exclude(pk=except_for.pk)
    if wanted.valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=wanted.valid_to)
    if wanted.role in SEPARATED:
        other = overlapping.filter(role__in=SEPARATED).exclude(role=wanted.role).first()
        if other is not None:
            return {
                "role": _("%(name)s已是%(other)s；系统、安全、审计三种管理员不能由同一人兼任。")
                % {"name": user, "other": ROLES[other.role].name}
            }
    same = overlapping.filter(role=wanted.role, region=wanted.region, department=wanted.department).first()
    if same is not None:
        until = same.valid_to.isoformat() if same.valid_to else _("长期")
        return {
            "role": _("该角色在这段时间里已经授予（%(start)s 至 %(end)s），可修改它的截止日期。")
            % {"start": same.valid_from.isoformat(), "end": until}
        }
    return {}


def _as_wanted(membership: Membership) -> Wanted:
    return Wanted(
        membership.role,
        membership.region,
        membership.department,
        membership.valid_from,
        membership.valid_to,
        membership.reason,
    )


def _facts(membership: Membership) -> dict[str, Any]:
    return {
        "user": membership.user.username,
        "role": membership.role,
        "department": membership.department.key if membership.department else None,
        "region": membership.region_id,
        "valid_from": membership.valid_from.isoformat(),
        "valid_to": membership.valid_to.isoformat() if membership.valid_to else None,
    }


def _record(action: str, membership: Membership, *, by: User, **rest: Any) -> None:
    audit.record(by=by, action=action, object_type="user", object_key=membership.user.username, **rest)
