"""Logging in and out, and one's own account. The steps themselves are allauth's; these are their edges."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.accounts import parked
from yuxi_eldercare.core.accounts.duties import is_administrator, needs_second_factor
from yuxi_eldercare.core.pages import person
from yuxi_eldercare.core.queries.people import holdings


class _Login(LoginView):
    """The log-in page, with the city's single sign-on where the settings name one."""

    template_name = "registration/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
        return {**context, "single_sign_on": apps[0] if apps else None}


login = _Login.as_view()


@method_decorator(login_not_required, name="dispatch")
class _Logout(LogoutView):
    """Logging out needs a form; an address alone must not do it."""

    http_method_names = ["post", "options"]


logout = _Logout.as_view()


class _ChangePassword(PasswordChangeView):
    """The form says why it is shown to somebody who did not ask for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not person(request).has_usable_password():
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)


change_password = _ChangePassword.as_view()


class _Audited:
    """A step of allauth in one transaction with its audit event."""

    event = ""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        me = person(self.request)  # type: ignore[attr-defined]
        audit.record(by=me, action=self.event, object_type="user", object_key=me.username)
        return response


class _SecondFactorOn(_Audited, ActivateTOTPView):
    event = "second_factor.on"


class _SecondFactorOff(_Audited, DeactivateTOTPView):
    event = "second_factor.off"


class _NewRecoveryCodes(_Audited, GenerateRecoveryCodesView):
    event = "second_factor.codes"


second_factor_on = _SecondFactorOn.as_view()
second_factor_off = _SecondFactorOff.as_view()
new_recovery_codes = _NewRecoveryCodes.as_view()


@login_not_required
@require_safe
def inactive(request: HttpRequest) -> HttpResponse:
    """Where single sign-on leads somebody whose account is switched off."""
    return render(
        request, "registration/login.html", {"locked": _("账号已停用，请联系系统管理员。")}, status=403
    )


@never_cache
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """我的账号: who I am here, my roles, password, second factor, sessions, language."""
    user = person(request)
    factors = {row.type: row for row in Authenticator.objects.filter(user=user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "core/account.html",
        {
            "holdings": holdings(user),
            "totp": factors.get(Authenticator.Type.TOTP),
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "factor_required": needs_second_factor(user),
            "demo_without_factor": is_administrator(user) and not settings.ADMIN_SECOND_FACTOR,
            "sessions": UserSession.objects.purge_and_list(user),
            "idle_minutes": int(settings.SESSION_IDLE_LIMIT.total_seconds() // 60),
            "absolute_hours": int(settings.SESSION_ABSOLUTE_LIMIT.total_seconds() // 3600),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """What was sent after the session had ended: looked at, then sent again from here, or dropped."""
    form = parked.read(request)
    if form is None:
        return redirect("overview")
    if request.method == "POST":
        parked.drop(request)
        messages.info(request, _("已放弃未提交的内容。"))
        return redirect("overview")
    return render(request, "core/resume.html", {"form": form})
