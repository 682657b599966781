"""Forms of the ledgers of people. What is right or wrong is for `subsidies.people`; `refuse` shows it."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.amounts import yuan
from subsidies.models import Household
from subsidies.people.households import Facts
from subsidies.people.persons import Someone
from targets.forms.reporting import DAY, ActionForm, DateInput, unit_label
from yuxi_eldercare.core.models import Department, Region

from .payments import YuanField

_UNSEEN: Final = {"autocomplete": "off", "spellcheck": "false"}
_CHOOSE: Final = ("", gettext_lazy("请选择"))


class PersonForm(ActionForm):
    """A person's own data. In a change what is left blank stays as it is kept; it is not shown."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("登记单位"), empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"), required=False, max_length=60, widget=forms.TextInput(attrs=_UNSEEN)
    )
    id_number = forms.CharField(
        label=gettext_lazy("身份证号"), required=False, max_length=30, widget=forms.TextInput(attrs=_UNSEEN)
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={**_UNSEEN, "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, units: Sequence[Department], kept: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept is not None:
            del self.fields["department"]
            for name, masked in (
                ("name", kept.name_masked),
                ("id_number", kept.id_masked),
                ("phone", kept.phone_masked),
            ):
                self.keeps(name, masked)
            return
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units]).select_related(
            "region"
        )
        field.label_from_instance = unit_label
        field.initial = units[0].pk

    def keeps(self, name: str, masked: str) -> None:
        """Say of a field that what is kept stays unless something new is typed."""
        text = _("现登记：%(masked)s；不改的留空。") if masked else _("没有登记；不补的留空。")
        self.fields[name].help_text = text % {"masked": masked}

    def someone(self) -> Someone:
        """The person as typed."""
        given = self.cleaned_data
        return Someone(given["name"], given["id_number"], given["phone"])

    @property
    def person_fields(self) -> list[forms.BoundField]:
        """Who it is."""
        return [self[name] for name in ("name", "id_number", "phone")]


class HouseholdForm(PersonForm):
    """A household; with the acceptance where the work is done already."""

    township = forms.ChoiceField(label=gettext_lazy("乡镇（街道）"), required=False, choices=())
    address = forms.CharField(
        label=gettext_lazy("住址"), required=False, max_length=200, widget=forms.TextInput(attrs=_UNSEEN)
    )
    group = forms.ChoiceField(
        label=gettext_lazy("家庭类别"), required=False, choices=[_CHOOSE, *Household.Group.choices]
    )
    need = forms.ChoiceField(
        label=gettext_lazy("老人情况"), required=False, choices=[_CHOOSE, *Household.Need.choices]
    )
    works = forms.CharField(
        label=gettext_lazy("改造内容"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如“卫生间扶手、防滑地面、床边护栏”。"),
    )
    cost = YuanField(label=gettext_lazy("改造金额（元）"), required=False, max_length=30)
    accepted_on = forms.DateField(
        label=gettext_lazy("验收日期"),
        required=False,
        widget=DateInput(),
        error_messages=DAY,
        help_text=gettext_lazy("正在改造、还没有验收的留空；从验收这一天起计入当年户数。"),
    )

    def __init__(self, *args: Any, units: Sequence[Department], kept: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, units=units, kept=kept, **kwargs)
        counties = {kept.county_id} if kept is not None else {unit.region_id for unit in units}
        field: Any = self.fields["township"]
        field.choices = [("", _("未选")), *_townships(counties)]
        if kept is not None:
            self.fields["address"].help_text = _("现登记的住址不显示；不改的留空。")
            self.initial = {
                **self.initial,
                "township": kept.township_id or "",
                "group": kept.group,
                "need": kept.need,
                "works": kept.works,
                "cost": None if kept.cost_fen is None else yuan(kept.cost_fen),
                "accepted_on": kept.accepted_on,
            }

    def facts(self) -> Facts:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Facts(
            person=self.someone(),
            group=given["group"],
            need=given["need"],
            address=given["address"],
            township=given["township"],
            works=given["works"],
            cost_fen=given["cost"],
            accepted_on=given["accepted_on"],
        )

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """Where it is and why it belongs here."""
        return [self[name] for name in ("township", "address", "group", "need")]

    @property
    def work_fields(self) -> list[forms.BoundField]:
        """What was done."""
        return [self[name] for name in ("accepted_on", "cost", "works")]


class AcceptForm(ActionForm):
    """The acceptance of the work."""

    accepted_on = forms.DateField(label=gettext_lazy("验收日期"), widget=DateInput(), error_messages=DAY)
    works = forms.CharField(
        label=gettext_lazy("改造内容"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cost = YuanField(label=gettext_lazy("改造金额（元）"), required=False, max_length=30)


class RevealForm(ActionForm):
    """Which datum somebody has to see, and why."""

    field = forms.ChoiceField(label=gettext_lazy("要查看的信息"), choices=())
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("例如“核对支付账户”。理由、时间和你的姓名会记入审计。"),
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = offered


class PeopleFileForm(ActionForm):
    """A table of people of one unit."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("登记单位"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("表格（.xlsx 或 .csv）"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("用模板填写；文件只读取，不保存。"),
        error_messages={
            "required": gettext_lazy("没有收到文件，请重新选择。"),
            "missing": gettext_lazy("没有收到文件，请重新选择。"),
            "empty": gettext_lazy("文件是空的，请重新选择文件。"),
        },
    )

    def __init__(self, *args: Any, units: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units]).select_related(
            "region"
        )
        field.label_from_instance = unit_label
        field.initial = units[0].pk


def _townships(counties: set[str]) -> list[tuple[str, str]]:
    rows = Region.objects.filter(parent__in=counties, level=Region.Level.TOWNSHIP, withdrawn=False)
    several = len(counties) > 1
    return [
        (row.code, f"{row.parent} · {row.short_name}" if several else row.short_name)
        for row in rows.select_related("parent").order_by("parent__position", "position", "code")
    ]
