"""Who may call the API: a session of the pages, name and password, or a token; an active account, a permission.

Anonymous callers and clients that may not come get 401; an account that is switched off or lacks the
permission, and a token that lacks the scope, get 403 with the reason that the pages show as well.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    CSRFCheck,
    SessionAuthentication,
)
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from yuxi_eldercare.core.accounts.duties import due, has_second_factor
from yuxi_eldercare.core.accounts.machines import READ
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import EVERYONE, VIEW_PLANS, can

from . import errors
from .bearer import BearerAuthentication, lacks


class PasswordAuthentication(BasicAuthentication):
    """Name and password with every call."""

    www_authenticate_realm = "yuxi-eldercare"

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[User, None]:
        """The active user of these credentials; 403 for a right password of a switched-off account.

        A password alone does not speak for an account with a second factor. A locked account gets 429 from
        the lockout's middleware, whatever is answered here.
        """
        plain = getattr(request, "_request", request)
        if "\0" in userid:
            # PostgreSQL refuses to look for it.
            raise AuthenticationFailed(_("用户名或密码不正确。"))
        try:
            user, _nothing = super().authenticate_credentials(userid, password, plain)
        except AuthenticationFailed:
            if getattr(plain, "axes_locked_out", False):
                raise
            asleep = User.objects.filter(username=userid, is_active=False).first()
            if asleep is not None and asleep.check_password(password):
                raise _refusal(asleep) from None
            raise AuthenticationFailed(_("用户名或密码不正确。")) from None
        if has_second_factor(user):
            raise PermissionDenied(
                _("账号已启用动态口令，不能只凭密码调用接口：请登录网页后调用，或使用应用凭据。")
            )
        return user, None


class PageSessionAuthentication(SessionAuthentication):
    """The session of somebody who logged in on the pages; writing needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The session's user; 403 when that account was switched off meanwhile."""
        found = super().authenticate(request)
        if found is None:
            asleep = _switched_off(request)
            if asleep is not None:
                raise _refusal(asleep)
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a session's request without a valid token."""
        check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
        check.process_request(request)
        if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
            raise PermissionDenied(_("缺少或错误的 CSRF 令牌：用会话登录时请带上 X-CSRFToken 请求头。"))


def _switched_off(request: Request) -> User | None:
    session = request._request.session
    asleep = (
        User.objects.filter(pk=session[SESSION_KEY], is_active=False).first()
        if SESSION_KEY in session
        else None
    )
    if asleep and constant_time_compare(session.get(HASH_SESSION_KEY, ""), asleep.get_session_auth_hash()):
        return asleep
    return None


def _refusal(user: User) -> PermissionDenied:
    return PermissionDenied(can(user, VIEW_PLANS).reason)


class Guarded(APIView):
    """An endpoint that needs `permission` (by default: to read plan data), of a token also `scope`."""

    authentication_classes = (PasswordAuthentication, BearerAuthentication, PageSessionAuthentication)
    permission_classes = ()
    permission = VIEW_PLANS
    scope = READ

    def check_permissions(self, request: Request) -> None:
        """Ask `can`; its reason is the answer's sentence."""
        decision = can(request.user, self.permission)  # type: ignore[arg-type]
        if decision:
            if sentence := lacks(request, self.scope):
                raise PermissionDenied(sentence)
            self._refuse_while_due(request.user)  # type: ignore[arg-type]
            return
        if request.user.is_authenticated:
            raise PermissionDenied(decision.reason)
        raise NotAuthenticated(decision.reason)

    def _refuse_while_due(self, user: User) -> None:
        """An initial password is changed first; an administrator's own permissions need the second factor."""
        if user.must_change_password or self.permission not in EVERYONE:
            undone = due(user)
            if undone:
                raise PermissionDenied(undone)

    def get_authenticate_header(self, request: Request) -> str:
        """The way that failed; to a caller who tried none: name and password."""
        by_token = request.META.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer")
        tried: type[BaseAuthentication] = BearerAuthentication if by_token else PasswordAuthentication
        return str(tried().authenticate_header(request))

    def get_exception_handler(self) -> Callable[..., Any]:
        return errors.handle


class _PasswordScheme(OpenApiAuthenticationExtension):
    target_class = PasswordAuthentication
    name = "basicAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = PageSessionAuthentication
    name = "sessionAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
