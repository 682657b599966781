"""allauth's forms with our field names and rules."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class LoginForm(BaseLoginForm):
    """User name and password; the field that allauth calls "login" is `username` on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("请填写用户名。")
        self.fields["password"].error_messages["required"] = _("请填写密码。")

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class ChangePasswordForm(BaseChangePasswordForm):
    """The owner's change of password: another one than before, by the rules, typed twice alike."""

    field_order = ["oldpassword", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (gettext_lazy("当前密码"), gettext_lazy("新密码"), gettext_lazy("再次输入新密码"))
        for name, label in zip(self.field_order, labels, strict=True):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("请填写此项。")
            self.fields[name].help_text = ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        new, again, old = data.get("password1"), data.get("password2"), data.get("oldpassword")
        if new and again and new != again:
            self.add_error("password2", _("两次输入的新密码不一致，请重新输入。"))
        if new and old and new == old:
            self.add_error("password1", _("新密码不能与当前密码相同，请换一个。"))
        return data


class _Code:
    """The one field of the forms about the second factor, in our words."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("动态口令")
        code.error_messages["required"] = _("请输入 6 位数字。")
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class CodeForm(_Code, AuthenticateForm):
    """At log-in."""


class ConfirmByCodeForm(_Code, ReauthenticateForm):
    """Before a change of the account's protection."""


class ActivateForm(_Code, ActivateTOTPForm):
    """When it is set up."""
