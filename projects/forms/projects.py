"""Forms of a project's page. What is right or wrong is for `projects.following`; `refuse` shows it."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.amounts import split_unit
from projects.models import FundingEntry, Project, ProjectLink, Source, StageChange
from targets.forms.reporting import DAY, NEEDED, ActionForm, DateInput
from targets.reporting.numbers import NumberRefused, parse_number

_CHOOSE: Final = ("", gettext_lazy("请选择"))
_MOST_FEN: Final = 10**15  # ten million 万元: more is a slip of the unit
_LAST_YEAR: Final = 2100  # whether a month has come is for the action to say; later ones are slips
_IMAGES: Final = ".jpg,.jpeg,.png"


class AmountField(forms.CharField):
    """Money as officials type it, in 万元 unless “元” stands behind it; cleaned to whole 分, None for nothing."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **options)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip()
        if not text:
            return None
        figure, unit = split_unit(text)
        try:
            amount = parse_number(figure, percent=False) * unit
        except NumberRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return _whole_fen(amount)


def _whole_fen(amount: Decimal) -> int:
    if abs(amount) >= _MOST_FEN:
        raise forms.ValidationError(_("金额过大，请核对单位。"))
    if amount != amount.to_integral_value():
        raise forms.ValidationError(_("金额最小到分，请核对小数位。"))
    return int(amount)


class CountField(forms.CharField):
    """A whole number from 0; nothing means 0."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=12, required=False, **options)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        try:
            number = parse_number(text, percent=False) if text else Decimal(0)
        except NumberRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        if number != number.to_integral_value() or not 0 <= number < 2**31:
            raise forms.ValidationError(_("请填不小于 0 的整数。"))
        return int(number)


class MonthField(forms.CharField):
    """A month as “2026-10”; cleaned to its last day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "month"}), max_length=10, **options)

    def clean(self, value: Any) -> date:
        text = super().clean(value).strip()
        year, _dash, month = text.partition("-")
        if len(text) != len("2026-10") or not (year.isascii() and (year + month).isdecimal()):
            raise forms.ValidationError(_("请写成“2026-10”。"))
        if not (1 <= int(month) <= 12 and 1900 <= int(year) <= _LAST_YEAR):
            raise forms.ValidationError(_("没有这个月份，请写成“2026-10”。"))
        return date(int(year), int(month), monthrange(int(year), int(month))[1])


class _Pictures(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several files; cleaned to a list, empty for none."""

    widget = _Pictures

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(file, initial) for file in files if file]


def _text(label: Any, most: int = 300, help_text: Any = "", rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text, widget=widget)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), error_messages=DAY)


def _choice(label: Any, choices: Sequence[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[_CHOOSE, *choices], error_messages=NEEDED)


class StageForm(ActionForm):
    """A stage that was reached, a stop, or that work goes on."""

    stage = _choice(gettext_lazy("到达阶段"), StageChange.Stage.choices)
    on = _day(gettext_lazy("日期"))
    reason = _text(gettext_lazy("原因"), help_text=gettext_lazy("停建和复工必填。"))
    document = forms.FileField(
        label=gettext_lazy("依据文件"),
        required=False,
        help_text=gettext_lazy("批复、开工令、验收单等，PDF、图片或 Office 文件。"),
    )


class PlanForm(ActionForm):
    """How much a source is to pay."""

    source = _choice(gettext_lazy("资金来源"), Source.choices)
    planned_fen = AmountField(
        label=gettext_lazy("计划金额（万元）"),
        error_messages=NEEDED,
        help_text=gettext_lazy("按元填写的，在数字后写“元”。"),
    )
    reason = _text(
        gettext_lazy("调整理由"), help_text=gettext_lazy("首次填写可不填；少于已到位金额的须写明。")
    )


class MoneyForm(ActionForm):
    """Money that arrived or was spent."""

    kind = _choice(gettext_lazy("到位或支出"), FundingEntry.Kind.choices)
    source = _choice(gettext_lazy("资金来源"), Source.choices)
    on = _day(gettext_lazy("日期"))
    amount_fen = AmountField(
        label=gettext_lazy("金额（万元）"),
        error_messages=NEEDED,
        help_text=gettext_lazy("按元填写的，在数字后写“元”；冲回填负数并写明原因。"),
    )
    voucher = forms.CharField(label=gettext_lazy("凭证号"), max_length=60, required=False)
    explanation = _text(gettext_lazy("说明"))


class ReportForm(ActionForm):
    """What a project had come to by a month's end, since its beginning."""

    month_end = MonthField(label=gettext_lazy("月份"), error_messages=NEEDED)
    invested_fen = AmountField(
        label=gettext_lazy("累计完成投资（万元）"),
        error_messages=NEEDED,
        help_text=gettext_lazy("自开工起累计；按元填写的，在数字后写“元”。"),
    )
    beds = CountField(label=gettext_lazy("累计建成床位（张）"))
    childcare_places = CountField(label=gettext_lazy("累计建成托位（个）"))
    area_m2 = CountField(label=gettext_lazy("累计建成面积（平方米）"))
    problems = _text(
        gettext_lazy("需要协调的问题"), 2000, gettext_lazy("没有问题的留空；问题解决后，下月留空即可。")
    )
    explanation = _text(
        gettext_lazy("说明"), help_text=gettext_lazy("更正已报的月份，或数字不合常理时填写。")
    )
    photos = PicturesField(
        label=gettext_lazy("进度照片"),
        required=False,
        help_text=gettext_lazy("JPEG 或 PNG，每月最多 9 张。"),
        widget=_Pictures(attrs={"accept": _IMAGES}),
    )


class LinkForm(ActionForm):
    """A project of the city that this county project has to do with."""

    to = forms.TypedChoiceField(label=gettext_lazy("市级项目"), error_messages=NEEDED)
    kind = _choice(gettext_lazy("对应关系"), ProjectLink.Kind.choices)
    amount_fen = AmountField(
        label=gettext_lazy("其中属于市级项目的金额（万元）"),
        required=False,
        help_text=gettext_lazy("选“其中一部分”时填写。"),
    )
    text = _text(gettext_lazy("说明"), 2000)

    def __init__(self, *args: Any, cities: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = cast(forms.TypedChoiceField, self.fields["to"])
        to.choices = [_CHOOSE, *((city.pk, _numbered(city)) for city in cities)]
        to.coerce = {str(city.pk): city for city in cities}.__getitem__


class UnlinkForm(ActionForm):
    """A link made here is taken away."""

    link = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("取消对应的理由"), max_length=300, required=False)


def _numbered(project: Project) -> str:
    words = {"number": project.number, "name": project.name}
    return _("第 %(number)s 项 %(name)s") % words if project.number else project.name
