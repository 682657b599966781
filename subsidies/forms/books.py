"""Forms of the books. What is right or wrong is for `subsidies.books.keeping`; `refuse` shows it."""

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.books.keeping import Entry
from subsidies.models import BudgetLine, Level, Programme
from targets.forms.reporting import DAY, NEEDED, ActionForm, DateInput
from yuxi_eldercare.core.models import Region

from .payments import YuanField

_CHOOSE: Final = ("", gettext_lazy("请选择"))
_TAKES_BACK: Final = "back"


def _choice(label: Any, choices: Sequence[Any], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[_CHOOSE, *choices], error_messages=NEEDED, help_text=help_text
    )


def _reason(help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("理由"),
        required=required,
        help_text=help_text,
        max_length=300,
        error_messages=NEEDED,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), error_messages=DAY, initial=timezone.localdate)


class LineForm(ActionForm):
    """A new budget line."""

    year = forms.IntegerField(
        label=gettext_lazy("年度"),
        error_messages={"invalid": gettext_lazy("请填四位年份，例如 2026。"), **NEEDED},
        initial=lambda: timezone.localdate().year,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    level = _choice(gettext_lazy("资金级次"), Level.choices)
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("资金所在地区"),
        error_messages={"invalid_choice": gettext_lazy("请选择你管理的地区。"), **NEEDED},
        help_text=gettext_lazy("中央、省级、市级资金选市本级，县级资金选县（市、区）。"),
    )
    programme = _choice(gettext_lazy("补助项目"), Programme.choices)
    fund = _choice(gettext_lazy("资金性质"), BudgetLine.Fund.choices)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, purses: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.queryset = Region.objects.filter(pk__in=[row.pk for row in purses])
        field.label_from_instance = lambda obj: obj.short_name
        field.empty_label = str(_CHOOSE[1])
        if len(purses) == 1:
            field.initial = purses[0].pk


class EntryForm(ActionForm):
    """Money added to a line, or taken back; `once` stays with the form, so that sent twice it is entered once."""

    direction = forms.ChoiceField(label=gettext_lazy("事项"), choices=())
    amount_fen = YuanField(label=gettext_lazy("金额（元）"), max_length=40, error_messages=NEEDED)
    on = _day(gettext_lazy("日期"))
    document = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=120,
        error_messages=NEEDED,
        help_text=gettext_lazy("依据文件的文号，例如云财社〔2023〕1号。"),
    )
    reason = _reason(gettext_lazy("调减和退回必填。"))
    once = forms.CharField(widget=forms.HiddenInput, initial=lambda: uuid4().hex, required=False)
    directions: Sequence[tuple[str, Any]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["direction"]).choices = list(self.directions)

    def clean_amount_fen(self) -> int:
        """Amounts are typed without a sign: what happens to them is chosen."""
        amount: int = self.cleaned_data["amount_fen"]
        if amount < 0:
            raise forms.ValidationError(_("金额请填正数；调减或退回请在“事项”里选择。"))
        return amount

    def entry(self) -> Entry:
        """What was typed, taken back as a negative amount."""
        given = self.cleaned_data
        sign = -1 if given["direction"] == _TAKES_BACK else 1
        return Entry(
            amount_fen=sign * given["amount_fen"],
            on=given["on"],
            document=given["document"],
            reason=given["reason"],
            once=given["once"],
        )


class BudgetForm(EntryForm):
    """Budget added or reduced."""

    directions = (("add", gettext_lazy("安排或追加预算")), (_TAKES_BACK, gettext_lazy("调减预算")))


class ArrivalForm(EntryForm):
    """Money that arrived or went back."""

    directions = (("add", gettext_lazy("资金到位")), (_TAKES_BACK, gettext_lazy("到位资金退回")))


class ReverseForm(ActionForm):
    """An entry taken back whole."""

    journal = forms.IntegerField(widget=forms.HiddenInput)
    on = _day(gettext_lazy("冲销日期"))
    reason = _reason(required=True)
