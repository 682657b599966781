"""Forms around a reporting round. What is right or wrong is for `targets.reporting`; `refuse` shows it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.actions.refusals import Refused
from targets.models import ReportingRound
from targets.reporting.periods import MONTHS, Kind, latest_ended, period_name, shifted
from targets.reporting.window import end_of
from yuxi_eldercare.core.models import Department, Region, User

DAY = {"invalid": gettext_lazy("日期的写法不对，例如 2026-12-31。"), "required": gettext_lazy("请填写日期。")}
NEEDED = {"required": gettext_lazy("请填写。")}


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ActionForm(forms.Form):
    """A form whose checks are an action's."""

    def refuse(self, refused: Refused) -> None:
        """Show the action's sentences at their fields; others go to the top."""
        for problem in refused.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


def _text(label: Any, help_text: Any = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, widget=DateInput(), error_messages=DAY, help_text=help_text, required=required
    )


def _units() -> Any:
    return (
        Department.objects.filter(withdrawn=False)
        .exclude(kind=Department.Kind.GROUP)
        .select_related("region")
        .order_by("region__position", "position")
    )


def unit_label(department: Department) -> str:
    """红塔区 · 红塔区民政局."""
    return f"{department.region.short_name} · {department.name}"


class RoundForm(ActionForm):
    """A round opened by hand."""

    kind = forms.ChoiceField(label=gettext_lazy("期别"), choices=())
    period_end = forms.TypedChoiceField(
        label=gettext_lazy("报告期"), choices=(), coerce=date.fromisoformat, error_messages=NEEDED
    )
    count = forms.TypedChoiceField(
        label=gettext_lazy("连同以前各期"),
        choices=[(n, str(n)) for n in (1, 2, 3, 4, 6, 12)],
        coerce=int,
        initial=1,
        help_text=gettext_lazy("要求报几期；补报历史数据时选多期。"),
    )
    opens_on = _day(gettext_lazy("开放日期"), required=False)
    due_on = _day(gettext_lazy("截止日期"), required=False)
    grace_until = _day(
        gettext_lazy("宽限至"), gettext_lazy("三个日期都留空时，按工作日历计算。"), required=False
    )
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, required=False, help_text=gettext_lazy("留空用通常名称。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR)
        today = timezone.localdate()
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["period_end"].choices = [  # type: ignore[attr-defined]
            (kind.label, [(end.isoformat(), period_name(kind, end)) for end in _recent(kind, today)])
            for kind in kinds
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        dates = [given.get(name) for name in ("opens_on", "due_on", "grace_until")]
        if any(dates) and not all(dates):
            self.add_error("due_on", _("三个日期要么都填，要么都留空。"))
        return given

    def periods(self) -> list[date]:
        """The periods asked, the last one last."""
        kind, end = self.cleaned_data["kind"], self.cleaned_data["period_end"]
        if kind not in MONTHS:
            return [end]
        return [shifted(kind, end, -back) for back in range(self.cleaned_data["count"] - 1, -1, -1)]


def _recent(kind: Kind, today: date) -> list[date]:
    last = latest_ended(kind, today)
    return [shifted(kind, last, -back) for back in range(13 if kind == Kind.MONTH else 8)]


class ExceptionForm(ActionForm):
    """A unit asks to report after it was locked."""

    round = forms.ModelChoiceField(
        ReportingRound.objects.none(), label=gettext_lazy("轮次"), error_messages=NEEDED
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("单位"), error_messages=NEEDED
    )
    reason = _text(gettext_lazy("未能按时填报的原因"))

    def __init__(self, *args: Any, units: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = units  # type: ignore[attr-defined]
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        for name in ("department", "round"):
            self.fields[name].empty_label = gettext_lazy("请选择")  # type: ignore[attr-defined]


class DecisionForm(ActionForm):
    """An exception granted until a day, or refused."""

    expires_at = _day(gettext_lazy("可填报至"), required=False)
    decision_text = _text(gettext_lazy("意见"), gettext_lazy("不同意时必填，申请单位会看到。"))

    def until(self) -> datetime | None:
        """The last moment of the day given."""
        day = self.cleaned_data["expires_at"]
        return end_of(day) if day else None


class ProxyForm(ActionForm):
    """An authorisation that names both: the unit that owes and the person who may enter for it."""

    principal = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("应报单位"), error_messages=NEEDED
    )
    agent = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("代报人"),
        error_messages=NEEDED,
        help_text=gettext_lazy("须是另一单位的填报员。"),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("数据所属地区"), error_messages=NEEDED
    )
    valid_from = _day(gettext_lazy("自"))
    valid_to = _day(gettext_lazy("至"))
    reason = _text(gettext_lazy("理由"))

    def __init__(self, *args: Any, agents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["principal"].queryset = _units()  # type: ignore[attr-defined]
        self.fields["principal"].label_from_instance = unit_label  # type: ignore[attr-defined]
        self.fields["agent"].queryset = agents  # type: ignore[attr-defined]
        there = Region.objects.filter(withdrawn=False).exclude(level=Region.Level.VILLAGE)
        self.fields["region"].queryset = there  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate


class HandoverForm(ActionForm):
    """Everything open at a unit passes from one person to another."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("单位"), error_messages=NEEDED
    )
    from_user = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("移交人"), error_messages=NEEDED
    )
    to_user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("接收人"), error_messages=NEEDED)
    reason = _text(gettext_lazy("理由"))

    def __init__(self, *args: Any, units: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = units  # type: ignore[attr-defined]
        for name in ("from_user", "to_user"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class AssignForm(ActionForm):
    """A person put in charge of some of a unit's indicators."""

    holder = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("负责人"),
        required=False,
        empty_label=gettext_lazy("不指定（本单位填报员都可填）"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = people  # type: ignore[attr-defined]


class SuccessionForm(ActionForm):
    """The duties of a merged unit pass to the one that took over."""

    predecessor = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("原单位"), error_messages=NEEDED
    )
    successor = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("承接单位"), error_messages=NEEDED
    )
    reason = _text(gettext_lazy("依据"), gettext_lazy("例如机构改革文件的文号。"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["predecessor"].queryset = units.select_related("region")  # type: ignore[attr-defined]
        self.fields["successor"].queryset = _units()  # type: ignore[attr-defined]
        for name in ("predecessor", "successor"):
            self.fields[name].label_from_instance = unit_label  # type: ignore[attr-defined]


class RedAnswerForm(ActionForm):
    """原因、措施、责任人、时限 of a red light."""

    cause = _text(gettext_lazy("原因"))
    measure = _text(gettext_lazy("措施"))
    responsible_person = forms.CharField(label=gettext_lazy("责任人"), max_length=200, required=False)
    deadline = _day(gettext_lazy("时限"), required=False)


class CalendarDaysForm(ActionForm):
    """Days that differ from the week's rule, pasted as lines."""

    text = _text(
        gettext_lazy("节假日与调休"), gettext_lazy("每行一天：日期,休或班,名称。同一天再次载入即替换。"), 6
    )


class RoundCalendarForm(ActionForm):
    """When rounds of a kind open, fall due and lock."""

    opens_after_days = forms.IntegerField(label=gettext_lazy("期末后几天开放"), error_messages=NEEDED)
    due_after_workdays = forms.IntegerField(label=gettext_lazy("期末后几个工作日截止"), error_messages=NEEDED)
    grace_workdays = forms.IntegerField(label=gettext_lazy("宽限几个工作日"), error_messages=NEEDED)
    remind_before_days = forms.CharField(label=gettext_lazy("截止前几天提醒"), required=False)
    remind_after_days = forms.CharField(label=gettext_lazy("截止后几天提醒"), required=False)
    enabled = forms.BooleanField(label=gettext_lazy("自动开放"), required=False)

    def clean_remind_before_days(self) -> list[int]:
        """“5、2、1” as numbers."""
        return self._numbers("remind_before_days")

    def clean_remind_after_days(self) -> list[int]:
        """The same after the due date."""
        return self._numbers("remind_after_days")

    def _numbers(self, name: str) -> list[int]:
        texts = self.cleaned_data[name].replace("，", ",").replace("、", ",").split(",")
        wanted = [text.strip() for text in texts if text.strip()]
        if not all(text.isdecimal() and len(text) < 4 for text in wanted):
            raise forms.ValidationError(_("请写天数，用逗号隔开，例如 5,2,1。"))
        return [int(text) for text in wanted]
