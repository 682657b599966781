"""The form about a unit; the rules live in `core.actions.departments`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from yuxi_eldercare.core.actions.departments import KINDS, Details
from yuxi_eldercare.core.models import Region

from .accounts import PlainForm


class DepartmentForm(PlainForm):
    """Name, short name, kind and code of a unit."""

    name = forms.CharField(label=gettext_lazy("全称"), max_length=80, required=False)
    short_name = forms.CharField(
        label=gettext_lazy("简称"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("用在表格和通知里，例如 市民政局。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False, choices=())
    credit_code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        required=False,
        max_length=18,
        help_text=gettext_lazy("18 位；暂时没有可留空。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in KINDS]  # type: ignore[attr-defined]

    def details(self) -> Details:
        """What the action takes."""
        given = self.cleaned_data
        return Details(given["name"], given["short_name"], given["kind"], given["credit_code"].upper())


class NewDepartmentForm(DepartmentForm):
    """A new unit; where it belongs does not change afterwards."""

    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("地区"),
        error_messages={"required": gettext_lazy("请选择单位所属的地区。")},
    )
    field_order = ["region", "name", "short_name", "kind", "credit_code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Region.objects.filter(withdrawn=False).exclude(level=Region.Level.VILLAGE)
        self.fields["region"].queryset = there  # type: ignore[attr-defined]
