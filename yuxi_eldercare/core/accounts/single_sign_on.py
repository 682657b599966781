"""The city's single sign-on (OpenID Connect): it says who somebody is, never what they may do here.

An account must exist here under the user name that the provider's claim gives; nobody gets one by coming.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User


class SingleSignOn(DefaultSocialAccountAdapter):
    """allauth's hooks around a person who comes from the provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect a first visit to the account of the same user name; refuse a name that is not known here."""
        if sociallogin.is_existing:
            return
        name = str(claims(sociallogin).get(settings.OIDC_USERNAME_CLAIM) or "")
        people = User.objects.filter(is_active=True, api_client=None)
        user = people.filter(username=name).first() if name else None
        if user is None:
            audit.record(
                by=None,
                process=_("单点登录"),
                action="auth.failed",
                object_type="user",
                object_key=name or "—",
                detail=_("统一身份认证的用户名在本系统没有启用的账号"),
                result=audit.FAILED,
            )
            raise ImmediateHttpResponse(
                render(request, "socialaccount/no_account.html", {"name": name}, status=403)
            )
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Leave a trace of a log-in that the provider broke off."""
        audit.record(
            by=None,
            process=_("单点登录"),
            action="auth.failed",
            object_type="user",
            object_key="—",
            detail=str(kwargs.get("error") or ""),
            result=audit.FAILED,
        )


def claims(sociallogin: Any) -> dict[str, Any]:
    """What the provider says about the person: newer allauth keeps the two sources apart."""
    extra: dict[str, Any] = sociallogin.account.extra_data or {}
    return {**extra, **extra.get("id_token", {}), **extra.get("userinfo", {})}
