"""Forms of payments: a new list, a file of results, recoveries and what came back."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.sheets.reading import Table
from subsidies.amounts import read_yuan
from targets.forms.reporting import DAY, ActionForm, DateInput

_SALT: Final = "subsidies.payments.results"
# A preview that lies longer is read anew: the file is still on the user's desk.
_GOOD_FOR: Final = 8 * 3600


class YuanField(forms.CharField):
    """An amount typed in 元; its value is whole 分."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def clean(self, value: Any) -> int | None:
        """分, or None where nothing was typed and nothing is needed."""
        text = super().clean(value)
        if not text:
            return None
        fen = read_yuan(text)
        if fen is None:
            raise forms.ValidationError(_("“%(text)s”不是以元为单位、最多两位小数的金额。") % {"text": text})
        return fen


class BatchForm(ActionForm):
    """Which applications go on a new list."""

    applications = forms.TypedMultipleChoiceField(
        label=gettext_lazy("申请"),
        coerce=int,
        choices=(),
        error_messages={"required": gettext_lazy("请至少勾选一笔申请。")},
    )
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, payable: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["applications"]
        field.choices = [(pk, pk) for pk in payable]


class ReasonForm(ActionForm):
    """A reason."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ResultFileForm(ActionForm):
    """The list that came back from the finance system."""

    file = forms.FileField(
        label=gettext_lazy("支付结果文件"),
        help_text=gettext_lazy("在导出的支付清单上填写结果后上传，.xlsx 或 .csv；文件只读取，不保存。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class RecoveryForm(ActionForm):
    """What is to come back, why, and by when."""

    amount = YuanField(label=gettext_lazy("追回金额（元）"), max_length=30)
    due_on = forms.DateField(label=gettext_lazy("退回期限"), widget=DateInput(), error_messages=DAY)
    reason = forms.CharField(
        label=gettext_lazy("理由和依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReceiptForm(ActionForm):
    """What came back."""

    amount = YuanField(label=gettext_lazy("退款金额（元）"), max_length=30)
    on = forms.DateField(label=gettext_lazy("退款日期"), widget=DateInput(), error_messages=DAY)
    voucher = forms.CharField(label=gettext_lazy("凭证号"), max_length=60)


def sign_table(table: Table, headings: Iterable[str]) -> str:
    """The named columns of a table as a signed text that a preview page carries back."""
    places = [(name, table.column(name)) for name in headings]
    kept = [(name, place) for name, place in places if place is not None]
    rows = [[number, [texts[place] for _name, place in kept]] for number, texts in table.rows]
    return signing.dumps([[name for name, _place in kept], rows], salt=_SALT, compress=True)


def signed_table(text: str) -> Table | None:
    """The table a preview page carried; None where it was changed or is too old."""
    try:
        header, rows = signing.loads(text, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    return Table(header, [(number, texts) for number, texts in rows])
