"""Forms about accounts and roles. The rules live in `core.actions`; here are labels, choices and widgets."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.actions.accounts import Details
from yuxi_eldercare.core.actions.memberships import Wanted
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.models import Department, Region
from yuxi_eldercare.core.roles import ROLES


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PlainForm(forms.Form):
    """A form whose checks are an action's: `refuse` puts the action's sentences at their fields."""

    def refuse(self, refused: ActionRefused) -> None:
        """Show why the action refused; a field that is not on the form goes to the top."""
        for field, sentence in refused.problems.items():
            self.add_error(field if field in self.fields else None, sentence)


class DetailsForm(PlainForm):
    """Who an account belongs to."""

    display_name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("用于催报名单，例如 0877-2012345。"),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        required=False,
        error_messages={"invalid": gettext_lazy("邮箱的写法不对，例如 name@example.gov.cn。")},
    )

    def details(self) -> Details:
        """What the action takes."""
        given = self.cleaned_data
        return Details(given["display_name"], given["email"], given["phone"])


class NewUserForm(DetailsForm):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("登录时使用，建立后不能修改；用英文字母和数字，例如 hongta-mz-01。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["username", "display_name", "phone", "email"]


class ReasonForm(PlainForm):
    """Why something is done; the answer stays in the audit trail."""

    reason = forms.CharField(
        label=gettext_lazy("依据或原因"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("留在审计记录里。"),
    )


class EndForm(ReasonForm):
    """The last day of a role."""

    valid_to = forms.DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("这一天仍有效；留空表示长期。"),
        error_messages={"invalid": gettext_lazy("日期的写法不对，例如 2026-12-31。")},
    )
    field_order = ["valid_to", "reason"]


class GrantForm(EndForm):
    """A role to be given."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), widget=forms.RadioSelect, required=False, choices=())
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("单位"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("不限于某个单位"),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("地区"),
        required=False,
        empty_label=gettext_lazy("与单位相同"),
        help_text=gettext_lazy("角色在这个地区及其下级有效。"),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("生效日期"),
        widget=DateInput(),
        error_messages={
            "invalid": gettext_lazy("日期的写法不对，例如 2026-12-31。"),
            "required": gettext_lazy("请填写生效日期。"),
        },
    )
    field_order = ["role", "department", "region", "valid_from", "valid_to", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, department, region = (self.fields[name] for name in ("role", "department", "region"))
        role.choices = [(r.code, f"{r.name}：{r.sentence}") for r in ROLES.values()]  # type: ignore[attr-defined]
        units = Department.objects.filter(withdrawn=False).exclude(kind=Department.Kind.GROUP)
        department.queryset = units.select_related("region").order_by("region__position", "position")  # type: ignore[attr-defined]
        department.label_from_instance = unit_label  # type: ignore[attr-defined]
        there = Region.objects.filter(withdrawn=False).exclude(level=Region.Level.VILLAGE)
        region.queryset = there  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate

    def offer(self, roles: Collection[str]) -> None:
        """Show only these roles."""
        field: Any = self.fields["role"]
        field.choices = [(code, words) for code, words in field.choices if code in roles]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("region") is None and "region" in given:
            department = given.get("department")
            given["region"] = department.region if department else None
            if department is None:
                self.add_error("region", _("请选择地区。"))
        return given

    def wanted(self) -> Wanted:
        """What the action takes."""
        given: dict[str, Any] = self.cleaned_data
        start: date = given["valid_from"]
        return Wanted(
            given["role"], given["region"], given["department"], start, given["valid_to"], given["reason"]
        )


def unit_label(department: Department) -> str:
    """A unit in a list of all units."""
    return f"{department.region.short_name} · {department.name}"
