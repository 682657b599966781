"""Other systems that may call the API: recorded, changed, given a new secret, cut off.

The system administrator does all of this; what a client may do is granted to its service account by the
security administrator, like a person's roles (`memberships`).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import ApiClient, Department, User
from yuxi_eldercare.core.roles import MANAGE_CLIENTS

from .refused import ActionRefused, require

CODE = re.compile(r"[a-z][a-z0-9-]{2,38}[a-z0-9]")
# No person's user name holds a colon, so the two never meet.
USERNAME = "api:{code}"


@dataclass(frozen=True)
class NewSecret:
    """A client with the secret to hand over; only its digest is stored, and it cannot be shown again."""

    client: ApiClient
    secret: str


@dataclass(frozen=True)
class Details:
    """What is recorded about a client: what for, whose, who answers for it, from when to when."""

    name: str
    purpose: str
    owner_department: Department | None
    owner_person: str
    owner_contact: str
    valid_from: date
    valid_to: date | None

    def problems(self) -> dict[str, str]:
        """Field → sentence."""
        wanted = {
            "name": (self.name, _("请填写系统名称。")),
            "purpose": (self.purpose, _("请写明用途：读取或推送哪些数据，依据什么。")),
            "owner_person": (self.owner_person, _("请填写责任人。")),
            "owner_contact": (self.owner_contact, _("请填写责任人的电话或邮箱。")),
        }
        found = {field: sentence for field, (text, sentence) in wanted.items() if not text.strip()}
        if self.owner_department is None or self.owner_department.withdrawn:
            found["owner_department"] = _("请选择主管单位。")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            found["valid_to"] = _("截止日期不能早于生效日期。")
        return found


@transaction.atomic
def create_client(*, code: str, details: Details, by: User) -> NewSecret:
    """Record a client; its service account has no password and, until one is granted, no role."""
    require(by, MANAGE_CLIENTS)
    problems = details.problems()
    if not CODE.fullmatch(code):
        problems["code"] = _("代号用 4 至 40 个小写英文字母、数字或短横线，以字母开头，例如 hongta-yanglao。")
    elif ApiClient.objects.filter(code=code).exists():
        problems["code"] = _("代号“%(code)s”已被使用，请换一个。") % {"code": code}
    if problems:
        raise ActionRefused(problems)
    user = User(username=USERNAME.format(code=code), display_name=details.name.strip(), is_demo=by.is_demo)
    user.set_unusable_password()
    user.save()
    secret = generate_client_secret()
    application = Application.objects.create(
        client_id=code,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name=code,
        user=user,
    )
    client = ApiClient.objects.create(
        code=code,
        application=application,
        user=user,
        created_by=by,
        secret_at=timezone.now(),
        secret_by=by,
        **_columns(details),
    )
    _record("clients.create", client, by=by, after=_facts(client))
    return NewSecret(client, secret)


@transaction.atomic
def change_client(*, client: ApiClient, details: Details, by: User) -> ApiClient:
    """Change what is recorded; the code stays, since the audit trail and the other system speak of it."""
    require(by, MANAGE_CLIENTS)
    if problems := details.problems():
        raise ActionRefused(problems)
    client = _locked(client)
    _refuse_revoked(client)
    before = _facts(client)
    for name, value in _columns(details).items():
        setattr(client, name, value)
    if before != _facts(client):
        client.save()
        User.objects.filter(pk=client.user_id).update(display_name=client.name)
        _record("clients.change", client, by=by, before=before, after=_facts(client))
    return client


@transaction.atomic
def rotate_secret(*, client: ApiClient, reason: str, by: User) -> NewSecret:
    """A new secret; the old one and every token issued with it end at once."""
    require(by, MANAGE_CLIENTS)
    client = _locked(client)
    _refuse_revoked(client)
    _need_reason(reason)
    secret = generate_client_secret()
    client.application.client_secret = secret
    client.application.save(update_fields=["client_secret", "updated"])
    AccessToken.objects.filter(application=client.application).delete()
    client.secret_at, client.secret_by = timezone.now(), by
    client.save(update_fields=["secret_at", "secret_by"])
    _record("clients.rotate_secret", client, by=by, detail=reason)
    return NewSecret(client, secret)


@transaction.atomic
def revoke_client(*, client: ApiClient, reason: str, by: User) -> ApiClient:
    """Cut a client off at once and for good; what it pushed stays, and keeps naming it."""
    require(by, MANAGE_CLIENTS)
    client = _locked(client)
    _refuse_revoked(client)
    _need_reason(reason)
    client.revoked_at, client.revoked_by, client.revoke_reason = timezone.now(), by, reason.strip()[:200]
    client.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    User.objects.filter(pk=client.user_id).update(is_active=False)
    _record("clients.revoke", client, by=by, before=_facts(client), detail=reason)
    return client


def _locked(client: ApiClient) -> ApiClient:
    rows = ApiClient.objects.select_for_update(of=("self",))
    return rows.select_related("application", "user", "owner_department").get(pk=client.pk)


def _refuse_revoked(client: ApiClient) -> None:
    if client.revoked_at is not None:
        raise ActionRefused.because(_("这个接入系统已经停用；如需恢复，请重新登记。"))


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise ActionRefused.because(_("请写明原因，它会留在审计记录里。"), "reason")


def _columns(details: Details) -> dict[str, Any]:
    return {
        "name": details.name.strip(),
        "purpose": details.purpose.strip(),
        "owner_department": details.owner_department,
        "owner_person": details.owner_person.strip(),
        "owner_contact": details.owner_contact.strip(),
        "valid_from": details.valid_from,
        "valid_to": details.valid_to,
    }


def _facts(client: ApiClient) -> dict[str, Any]:
    return {
        "code": client.code,
        "name": client.name,
        "purpose": client.purpose,
        "owner_department": client.owner_department.key,
        "owner_person": client.owner_person,
        "owner_contact": client.owner_contact,
        "valid_from": client.valid_from.isoformat(),
        "valid_to": client.valid_to.isoformat() if client.valid_to else None,
    }


def _record(action: str, client: ApiClient, *, by: User, **rest: Any) -> None:
    audit.record(by=by, action=action, object_type="client", object_key=client.code, **rest)
