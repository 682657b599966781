"""Audit events about logging in and out, and about what was refused.

Receivers of the signals of Django, axes and allauth, and a middleware that notes every 403.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa import signals as second_factor
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User

from .sessions import stamp


class RefusedAccess:
    """Middleware: an answer 403 to somebody who is logged in leaves an event with the address asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 403 and request.user.is_authenticated:
            audit.record(
                by=request.user,
                action="access.refused",
                object_type=request.method or "",
                object_key=request.path,
                result=audit.REFUSED,
            )
        return response


def connect() -> None:
    """Connect the receivers; called once when the app is ready."""
    for signal, receiver in (
        (auth.user_logged_in, _begun),
        (user_logged_in, _logged_in),
        (auth.user_login_failed, _failed),
        (user_locked_out, _locked_out),
        (auth.user_logged_out, _logged_out),
        (second_factor.authentication_failed, _code_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"audit:{receiver.__name__}")


def _begun(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    """A session begins, by whatever way: its limits count from here."""
    stamp(request)


def _logged_in(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    how = _("统一身份认证") if rest.get("sociallogin") else ""
    _note("auth.login", user.username, by=user, detail=how)


def _failed(sender: Any, credentials: dict[str, Any], **rest: Any) -> None:
    _note("auth.failed", _known(credentials.get("username")), result=audit.FAILED, detail=_("密码"))


def _locked_out(sender: Any, username: str | None, **rest: Any) -> None:
    _note("auth.locked", _known(username), result=audit.REFUSED)


def _logged_out(sender: Any, user: User | None, **rest: Any) -> None:
    if user is not None:
        _note("auth.logout", user.username, by=user)


def _code_failed(sender: Any, user: User, **rest: Any) -> None:
    _note("auth.failed", user.username, result=audit.FAILED, detail=_("动态口令"))


def _known(username: str | None) -> str:
    """The name as typed if an account has it; otherwise its beginning, for it may be a mistyped password."""
    name = str(username or "")
    if not name or "\0" in name or not User.objects.filter(username=name).exists():
        return name[:2] + "…"
    return name


def _note(action: str, username: str, *, by: User | None = None, **rest: Any) -> None:
    audit.record(
        by=by, process=_("登录"), action=action, object_type="user", object_key=username or "—", **rest
    )
