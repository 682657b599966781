"""What a person must do before anything else: choose a password, and as administrator set up a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import SEPARATED, memberships

from .background import is_background

# Names of the pages on which the duties are done, and of what every page needs.
ALWAYS_OPEN = {
    "account", "account_change_password", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "logout", "account_logout", "set_language",
    "resume",
}  # fmt: skip
# Remembered in the session, so that only administrators without it cost a statement per page.
DONE = "second_factor_done"


class AccountDuties:
    """Middleware: leads to the page of a duty until it is done. Endpoints under /api/ ask `due` themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect, or refuse a background request, while a duty is due."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        match = request.resolver_match
        if request.path.startswith("/api/") or (match and match.url_name in ALWAYS_OPEN):
            return None
        page = _page_of_duty(request)
        if page is None:
            return None
        if is_background(request):
            return JsonResponse({"detail": due(request.user), "errors": []}, status=403)
        return redirect(page)


def _page_of_duty(request: HttpRequest) -> str | None:
    user: User = request.user  # type: ignore[assignment]
    if user.must_change_password:
        return "account_change_password"
    if request.session.get(DONE) or not needs_second_factor(user):
        return None
    if has_second_factor(user):
        request.session[DONE] = True
        return None
    return "mfa_activate_totp"


def due(user: User) -> str:
    """The sentence about what the person must do first; empty when nothing is due."""
    if user.must_change_password:
        return _("请先登录网页修改初始密码。")
    if needs_second_factor(user) and not has_second_factor(user):
        return _("管理员须先登录网页启用动态口令。")
    return ""


def is_administrator(user: User) -> bool:
    """Whether one of the person's roles in force is one of the three administrators'."""
    return any(m.role in SEPARATED for m in memberships(user))


def needs_second_factor(user: User) -> bool:
    """Whether the person may not be without a second factor here."""
    return settings.ADMIN_SECOND_FACTOR and is_administrator(user)


def has_second_factor(user: User) -> bool:
    """Whether TOTP is set up. One statement."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
