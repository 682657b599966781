"""Other systems at the door: their secret, whether their time has come, gone or been cut short, what they asked.

A client that is not in standing is told so in a sentence, but only once its secret or token proves who it is.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import ApiClient, User

READ, WRITE = "read", "observations:write"
# The moment of the last call is written at most this often.
SEEN_EVERY = timedelta(minutes=1)


class ClientBarred(Exception):
    """The client is who it says, and may not come: the text says why and whom to ask."""

    def __init__(self, client: ApiClient, sentence: str) -> None:
        self.client = client
        super().__init__(sentence)


class ClientValidator(OAuth2Validator):
    """django-oauth-toolkit's checks of a client, and whether its record here is in standing."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether id and secret are right. Raises `ClientBarred` when they are and the client may not come."""
        if not super().authenticate_client(request, *args, **kwargs):
            return False
        client = ApiClient.objects.select_related("user").filter(application=request.client).first()
        if client is None:
            return False
        if sentence := barred(client):
            raise ClientBarred(client, sentence)
        return True

    def _load_application(self, client_id: str, request: Any) -> Any:
        """The client of this id; PostgreSQL refuses to look for a NUL, and no id holds one."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)


def barred(client: ApiClient) -> str:
    """Why the client may not come today, or nothing."""
    today = timezone.localdate()
    if client.revoked_at is not None:
        text = _("接入系统“%(name)s”已于%(day)s停用，请联系系统管理员。")
        return text % {"name": client.name, "day": timezone.localdate(client.revoked_at)}
    if not client.user.is_active:
        return _("接入系统“%(name)s”的服务账号已停用，请联系系统管理员。") % {"name": client.name}
    if today < client.valid_from:
        text = _("接入系统“%(name)s”自%(day)s起方可调用。")
        return text % {"name": client.name, "day": client.valid_from}
    if client.valid_to is not None and client.valid_to < today:
        text = _("接入系统“%(name)s”的接入期限已于%(day)s届满，请联系系统管理员。")
        return text % {"name": client.name, "day": client.valid_to}
    return ""


def token_of(text: str) -> AccessToken | None:
    """The token of this text with its client and service account. One statement."""
    rows = AccessToken.objects.select_related("application__api_client__user")
    found: AccessToken | None = rows.filter(token_checksum=_digest(text)).first()
    return found if found is not None and _client(found) is not None else None


def client_of(token: AccessToken) -> ApiClient:
    """The client a token was issued to."""
    client = _client(token)
    assert client is not None
    return client


def _client(token: AccessToken) -> ApiClient | None:
    return getattr(token.application, "api_client", None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def seen(client: ApiClient) -> None:
    """Note that the client called; written once a minute at most."""
    now = timezone.now()
    if client.last_used_at is None or now - client.last_used_at >= SEEN_EVERY:
        client.last_used_at = now
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)


def is_machine(user: User) -> bool:
    """Whether an account is the service account of a client. One statement."""
    return ApiClient.objects.filter(user=user).exists()


def note_token(client: ApiClient, scope: str) -> None:
    """The event of a token that was issued, like that of a log-in."""
    audit.record(
        by=client.user, action="auth.token", object_type="client", object_key=client.code, detail=scope
    )


def note_failure(client_id: str, why: str, client: ApiClient | None = None) -> None:
    """The event of a token that was not issued; of an id that no client has, only its beginning is kept."""
    known = client is not None or (
        "\0" not in client_id and ApiClient.objects.filter(code=client_id).exists()
    )
    audit.record(
        by=client.user if client else None,
        process=_("接口令牌"),
        action="auth.token_failed",
        object_type="client",
        object_key=client_id if known else (client_id[:2] + "…" if client_id else "—"),
        detail=why,
        result=audit.FAILED,
    )
