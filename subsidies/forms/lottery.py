"""Forms of the lottery fund. What is right or wrong is for `subsidies.lottery`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from subsidies.lottery.figures import Statement
from subsidies.models import LotteryBase
from targets.forms.reporting import NEEDED, ActionForm

from .payments import YuanField

_REQUIRED = {"required": gettext_lazy("请填写金额（元）。")}


class FigureForm(ActionForm):
    """A year's figures of a base."""

    year = forms.IntegerField(
        label=gettext_lazy("年份"),
        error_messages={**NEEDED, "invalid": gettext_lazy("请填写四位年份。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    base = forms.ChoiceField(label=gettext_lazy("基数"), choices=LotteryBase.choices)
    total = YuanField(label=gettext_lazy("基数金额（元）"), max_length=30, error_messages=_REQUIRED)
    eldercare = YuanField(
        label=gettext_lazy("其中用于养老服务体系建设（元）"), max_length=30, error_messages=_REQUIRED
    )
    document = forms.CharField(
        label=gettext_lazy("数据出处"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("决算、预算批复等文件的名称和文号。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("这一年已经登记过的必填；原来的数留着可查。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1

    def statement(self) -> Statement:
        """What was typed, for a form that is valid."""
        given = self.cleaned_data
        return Statement(
            year=given["year"],
            base=given["base"],
            total_fen=given["total"],
            eldercare_fen=given["eldercare"],
            document=given["document"],
            reason=given["reason"],
        )


class ChoiceForm(ActionForm):
    """Of which base the reported share is taken."""

    base = forms.ChoiceField(
        label=gettext_lazy("上报比例所用的基数"),
        required=False,
        choices=LotteryBase.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明依据哪份文件或哪次会议的决定。所有人都能看到。"),
    )
