"""allauth's hooks: accounts are made by an administrator, every step leaves an audit event, words are ours."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.audit.context import client_ip
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import VIEW_PLANS, can

from . import parked
from .duties import needs_second_factor

# Somebody who has just logged in need not type the password again to set up the second factor.
FRESH = 300


class AccountAdapter(DefaultAccountAdapter):
    """Log-in and passwords."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("用户名或密码不正确，请重新输入。"),
        "enter_current_password": gettext_lazy("当前密码不正确，请重新输入。"),
        "incorrect_password": gettext_lazy("密码不正确，请重新输入。"),
        "incorrect_code": gettext_lazy(
            "动态口令不正确：请输入手机上现在显示的 6 位数字，或一个未用过的备用码。"
        ),
        "too_many_login_attempts": gettext_lazy("输错次数过多，请 5 分钟后再试。"),
        "rate_limited": gettext_lazy("操作过于频繁，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "0.0.0.0"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the owner of a switched-off account what is the matter, once the password proves the owner."""
        if getattr(request, "axes_locked_out", False):
            return
        asleep = User.objects.filter(username=credentials.get("username"), is_active=False).first()
        if asleep is not None and asleep.check_password(credentials.get("password", "")):
            raise ValidationError(can(asleep, VIEW_PLANS).reason)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Back to what was typed before the session ended, or to the overview."""
        return reverse("resume") if parked.belongs_to(request) else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """What was typed before the session ended comes before the page that was asked for."""
        if parked.belongs_to(request):
            kwargs["redirect_url"] = reverse("resume")
        return super().post_login(request, user, **kwargs)

    @transaction.atomic
    def set_password(self, user: Any, password: str) -> None:
        """Store a password the owner chose, with its audit event."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        audit.record(by=user, action="accounts.change_password", object_type="user", object_key=user.username)

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Only what the page itself does not show; allauth's own messages repeat the obvious."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < FRESH:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """TOTP and recovery codes: secrets are encrypted in the database, administrators cannot switch them off."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": gettext_lazy("管理员必须使用动态口令，不能停用。"),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def get_totp_issuer(self) -> str:
        return _("玉溪“一老一小”目标跟踪")

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not needs_second_factor(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()


def _cipher() -> MultiFernet:
    """Encrypts with a key made from SECRET_KEY; still reads what SECRET_KEY_FALLBACKS encrypted."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"second-factor:" + force_bytes(secret)).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
