"""Accounts: made, changed, switched off and on, given a new password, unlocked. Roles are another person's work.

The system administrator does all of this except `reset_second_factor`, which is the security administrator's:
neither can take over somebody's account alone once a second factor is set up.
"""

import re
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.accounts import lockout
from yuxi_eldercare.core.accounts.machines import is_machine
from yuxi_eldercare.core.accounts.passwords import initial_password
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.queries.people import sole_administrator_role
from yuxi_eldercare.core.roles import MANAGE_ACCOUNTS, RESET_SECOND_FACTOR

from .refused import ActionRefused, require

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,59}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,28}")


@dataclass(frozen=True)
class NewPassword:
    """An account with the password to hand over; it is stored nowhere and cannot be shown again."""

    user: User
    password: str


@dataclass(frozen=True)
class Details:
    """What an account says about its person."""

    display_name: str
    email: str = ""
    phone: str = ""

    def problems(self) -> dict[str, str]:
        """Field → sentence."""
        found = {}
        if not self.display_name.strip():
            found["display_name"] = _("请填写姓名。")
        if self.phone and not PHONE.fullmatch(self.phone):
            found["phone"] = _("电话只能是数字、空格和短横线，例如 0877-2012345。")
        return found


@transaction.atomic
def create_user(*, username: str, details: Details, by: User) -> NewPassword:
    """A new account without roles, with an initial password that must be changed at the first log-in."""
    require(by, MANAGE_ACCOUNTS)
    problems = details.problems()
    if not USERNAME.fullmatch(username):
        problems["username"] = _("用户名用 3 至 60 个英文字母、数字、下划线、点或短横线，以字母或数字开头。")
    elif User.objects.filter(username__iexact=username).exists():
        problems["username"] = _("用户名“%(name)s”已被使用，请换一个。") % {"name": username}
    if problems:
        raise ActionRefused(problems)
    password = initial_password()
    user = User(username=username, must_change_password=True, **_columns(details))
    user.set_password(password)
    user.save()
    _record("accounts.create", user, by=by, after=_facts(user))
    return NewPassword(user, password)


@transaction.atomic
def change_details(*, user: User, details: Details, by: User) -> User:
    """Change name, e-mail or telephone; the user name stays, since the audit trail speaks of it."""
    require(by, MANAGE_ACCOUNTS)
    if problems := details.problems():
        raise ActionRefused(problems)
    user = _locked(user)
    before = _facts(user)
    for name, value in _columns(details).items():
        setattr(user, name, value)
    if before != _facts(user):
        user.save(update_fields=["display_name", "email", "phone"])
        _record("accounts.change", user, by=by, before=before, after=_facts(user))
    return user


@transaction.atomic
def deactivate(*, user: User, reason: str, by: User) -> None:
    """Switch an account off: its sessions end with their next request; memberships stay readable."""
    require(by, MANAGE_ACCOUNTS)
    user = _locked(user)
    if user == by:
        raise ActionRefused.because(_("不能停用自己的账号，请由另一名系统管理员操作。"))
    if not user.is_active:
        raise ActionRefused.because(_("账号已经停用。"))
    role = sole_administrator_role(user)
    if role:
        raise ActionRefused.because(
            _("这是唯一的%(role)s，停用后无人能担任；请先由安全管理员授予另一人。") % {"role": role}
        )
    _switch(user, active=False, reason=reason, by=by)


@transaction.atomic
def activate(*, user: User, reason: str, by: User) -> None:
    """Switch an account on again."""
    require(by, MANAGE_ACCOUNTS)
    user = _locked(user)
    if user.is_active:
        raise ActionRefused.because(_("账号已经是启用状态。"))
    _switch(user, active=True, reason=reason, by=by)


@transaction.atomic
def reset_password(*, user: User, reason: str, by: User) -> NewPassword:
    """A new initial password, to be changed at the next log-in; ends the person's sessions and the lock."""
    require(by, MANAGE_ACCOUNTS)
    user = _locked(user)
    if user == by:
        raise ActionRefused.because(_("自己的密码请在“我的账号”里修改。"))
    _need_reason(reason)
    password = initial_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    lockout.unlock(user.username)
    _record("accounts.reset_password", user, by=by, detail=reason)
    return NewPassword(user, password)


@transaction.atomic
def unlock(*, user: User, by: User) -> None:
    """Let somebody who mistyped too often try again at once."""
    require(by, MANAGE_ACCOUNTS)
    if lockout.unlock(user.username):
        _record("accounts.unlock", user, by=by)


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: User) -> None:
    """Remove TOTP and recovery codes of somebody who lost them; an administrator must set up new ones."""
    require(by, RESET_SECOND_FACTOR)
    user = _locked(user)
    if user == by:
        raise ActionRefused.because(_("不能重置自己的动态口令，请由另一名安全管理员操作。"))
    _need_reason(reason)
    deleted, _by_model = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        raise ActionRefused.because(_("该账号没有启用动态口令。"))
    _record("second_factor.reset", user, by=by, detail=reason)


def _locked(user: User) -> User:
    """The row, locked; the service account of another system is not a person's, and nothing is done to it here."""
    found = User.objects.select_for_update().get(pk=user.pk)
    if is_machine(found):
        raise ActionRefused.because(_("这是接入系统的服务账号，请在“接入系统”页面处理。"))
    return found


def _switch(user: User, *, active: bool, reason: str, by: User) -> None:
    _need_reason(reason)
    user.is_active = active
    user.save(update_fields=["is_active"])
    action = "accounts.activate" if active else "accounts.deactivate"
    _record(action, user, by=by, before={"is_active": not active}, after={"is_active": active}, detail=reason)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ActionRefused.because(_("请写明原因，它会留在审计记录里。"), "reason")


def _columns(details: Details) -> dict[str, str]:
    return {
        "display_name": details.display_name.strip(),
        "email": details.email.strip(),
        "phone": details.phone.strip(),
    }


def _facts(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "phone": user.phone,
    }


def _record(action: str, user: User, *, by: User, **rest: Any) -> None:
    audit.record(by=by, action=action, object_type="user", object_key=user.username, **rest)
