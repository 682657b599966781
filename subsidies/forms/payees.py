"""The form that puts an account right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from subsidies.models import Application
from targets.forms.reporting import ActionForm

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class PayeeForm(ActionForm):
    """Where an approved grant is paid to. The account is typed whole; nothing typed before is shown."""

    payee = forms.CharField(label=gettext_lazy("收款单位（人）全称"), max_length=120)
    payee_kind = forms.ChoiceField(label=gettext_lazy("账户类别"), choices=Application.PayeeKind.choices)
    bank = forms.CharField(label=gettext_lazy("开户银行"), max_length=80)
    account = forms.CharField(label=gettext_lazy("账号"), max_length=60, widget=forms.TextInput(attrs=_PLAIN))
    reason = forms.CharField(
        label=gettext_lazy("理由和依据"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(application, name) for name in ("payee", "payee_kind", "bank")}
        super().__init__(*args, **kwargs)
