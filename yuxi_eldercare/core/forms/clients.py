"""The form about a system that calls the API; the rules live in `core.actions.clients`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.actions.clients import Details
from yuxi_eldercare.core.models import ApiClient, Department

from .accounts import DateInput, PlainForm, unit_label


class ClientForm(PlainForm):
    """What for, whose, who answers for it, from when to when."""

    name = forms.CharField(
        label=gettext_lazy("系统名称"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("显示在填报记录和审计记录里，例如 红塔区养老服务信息系统。"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("读取或推送哪些数据，依据什么。"),
    )
    owner_department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("主管单位"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("请选择"),
    )
    owner_person = forms.CharField(label=gettext_lazy("责任人"), max_length=60, required=False)
    owner_contact = forms.CharField(label=gettext_lazy("责任人的电话或邮箱"), max_length=60, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("生效日期"),
        widget=DateInput(),
        error_messages={
            "invalid": gettext_lazy("日期的写法不对，例如 2026-12-31。"),
            "required": gettext_lazy("请填写生效日期。"),
        },
    )
    valid_to = forms.DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("这一天仍可调用；留空表示长期。"),
        error_messages={"invalid": gettext_lazy("日期的写法不对，例如 2026-12-31。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner_department"]
        units = Department.objects.filter(withdrawn=False).exclude(kind=Department.Kind.GROUP)
        owner.queryset = units.select_related("region").order_by("region__position", "position")
        owner.label_from_instance = unit_label
        self.fields["valid_from"].initial = timezone.localdate

    def details(self) -> Details:
        """What the action takes."""
        return Details(**{name: self.cleaned_data[name] for name in Details.__dataclass_fields__})


class NewClientForm(ClientForm):
    """A new client."""

    code = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("对方系统以它标识自己（client_id），登记后不能修改，例如 hongta-yanglao。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["code", "name", "purpose", "owner_department", "owner_person", "owner_contact"]


def initial(client: ApiClient) -> dict[str, Any]:
    """What the form shows of a client that exists."""
    names = set(Details.__dataclass_fields__) - {"owner_department"}
    return {
        "owner_department": client.owner_department.key,
        **{name: getattr(client, name) for name in names},
    }
