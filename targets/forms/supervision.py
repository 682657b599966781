"""Forms around notices, the ladder and points. What is right or wrong is for `targets.supervision`."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from targets.models import IssuingAuthority, LadderStep, ScoreRule
from targets.scoring import BY_HAND
from targets.supervision.ladder import StepChange
from yuxi_eldercare.core.files import accepted_endings
from yuxi_eldercare.core.models import Department

from .reporting import DAY, NEEDED, ActionForm, DateInput

_WHOLE = {"invalid": gettext_lazy("请填写整数。"), **NEEDED}
_NUMBER = {"invalid": gettext_lazy("请填写数字，例如 -1 或 0.5。"), **NEEDED}


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class StepForm(ActionForm):
    """A rung of the ladder."""

    after_days = forms.IntegerField(
        label=gettext_lazy("到期后第几天"),
        help_text=gettext_lazy("自然日；负数为到期之前。遇休息日，顺延到下一个工作日发出。"),
        error_messages=_WHOLE,
    )
    reply_workdays = forms.IntegerField(
        label=gettext_lazy("回复期限（工作日）"),
        required=False,
        help_text=gettext_lazy("不要求回复的留空。"),
        error_messages=_WHOLE,
    )
    approved_by_hand = forms.BooleanField(
        label=gettext_lazy("由督查员签发"),
        required=False,
        help_text=gettext_lazy("不勾选的，到期由系统自动发出。"),
    )
    enabled = forms.BooleanField(label=gettext_lazy("启用"), required=False)
    reason = _reason(gettext_lazy("修改理由"))

    def change(self) -> StepChange:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return StepChange(
            after_days=given["after_days"],
            reply_workdays=given["reply_workdays"],
            approved_by_hand=given["approved_by_hand"],
            enabled=given["enabled"],
        )


def initial_of_step(step: LadderStep) -> dict[str, Any]:
    """What the form about a rung begins with."""
    names = ("after_days", "reply_workdays", "approved_by_hand", "enabled")
    return {name: getattr(step, name) for name in names}


class AuthorityForm(ActionForm):
    """In whose name, under which word."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("发文机关"), error_messages=NEEDED
    )
    word = forms.CharField(
        label=gettext_lazy("代字"),
        required=False,
        help_text=gettext_lazy("发文字号中年份之前的字，例如“玉养督”。发函时系统在后面加“函”。"),
    )
    reason = _reason(gettext_lazy("修改理由"))

    def __init__(self, *args: Any, authority: IssuingAuthority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Department]", self.fields["department"])
        units = Department.objects.filter(region=authority.region_id, withdrawn=False)
        field.queryset = units.exclude(kind=Department.Kind.GROUP)


class PointsForm(ActionForm):
    """The points of a cause from a day on."""

    points = forms.DecimalField(label=gettext_lazy("分值"), error_messages=_NUMBER)
    valid_from = forms.DateField(
        label=gettext_lazy("起用日期"),
        widget=DateInput(),
        error_messages=DAY,
        help_text=gettext_lazy("不早于今天。已计的分不改。"),
    )
    reason = _reason(gettext_lazy("修改理由"))


class HandForm(ActionForm):
    """Praise or criticism of a unit."""

    cause = forms.ChoiceField(label=gettext_lazy("类别"), choices=(), error_messages=NEEDED)
    on = forms.DateField(label=gettext_lazy("日期"), widget=DateInput(), error_messages=DAY)
    document = forms.CharField(
        label=gettext_lazy("依据"),
        required=False,
        help_text=gettext_lazy("文件名称或文号。同一份文件对一个单位只登记一次。"),
    )
    reason = _reason(gettext_lazy("事由"))

    def __init__(self, *args: Any, points: dict[str, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["cause"])
        labels = dict(ScoreRule.Cause.choices)
        field.choices = [(cause, f"{labels[cause]}（{_signed(points.get(cause))}）") for cause in BY_HAND]

    @staticmethod
    def causes() -> tuple[str, ...]:
        """What can be entered."""
        return BY_HAND


def _signed(points: Decimal | None) -> str:
    return "—" if points is None else f"{points.normalize():+f}"


class ReplyForm(ActionForm):
    """An answer to a notice."""

    text = forms.CharField(
        label=gettext_lazy("办理情况"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    file = forms.FileField(label=gettext_lazy("附件"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(accepted_endings())


def day_or(text: str | None, other: date) -> date:
    """A day from an address; another one where it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return other
