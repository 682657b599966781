"""Numbers as people type and paste them: understood when there is one way to, else refused with a remedy."""

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.models import Indicator

from .changes import Answer, CellChange

# What a blank cell looks like in a sheet; “-” and “/” are not among them: they can mean 0, none or unknown.
_BLANK: Final = frozenset({"", "未填报"})
_NOT_APPLICABLE: Final = frozenset({"不适用", "n/a", "N/A"})
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_SCIENTIFIC: Final = re.compile(r"[+-]?[0-9](?:\.[0-9]{1,30})?[eE][+-]?[0-9]{1,2}")
_ERROR: Final = re.compile(r"#[A-Z/0!?]+[!?]?")
_BIG: Final = re.compile(r"[万亿]")
_RANGE: Final = re.compile(r"[0-9]\s*[-—–~～至到]\s*[0-9]")
_ABOUT: Final = re.compile(r"[约近余多几超]|大概|左右|以上|以下|不足|[<>≥≤≈~]")
# 全角 forms of ASCII, and the signs that input methods put in their place. (Compatibility folding would
# also turn 5² into 52.)
_NARROW: Final = str.maketrans(
    {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("−－﹣", "-")
    | {"﹐": ",", "。": ".", "％": "%", "\u3000": " ", "\xa0": " ", "\ufeff": ""}
)
_SPACES: Final = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3}(?:[^0-9]|$))")


class NumberRefused(ValueError):
    """The text is not a number; the message says what to type."""


class CellRefused(ValueError):
    """What was typed into a cell cannot be understood; `fields` gives the sentence per field."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__("\n".join(fields.values()))


def is_blank(text: str) -> bool:
    """Whether a typed text means that nothing is reported."""
    return text.strip() in _BLANK


def parse_number(text: str, *, percent: bool = True) -> Decimal:
    """The number in a typed text; 全角 digits, thousands separators and (with `percent`) “12.3%” are known.

    A percentage is the number before the sign (12.3), as reported values are. Raises `NumberRefused`.
    """
    shown = text.strip()
    clean = _SPACES.sub("", shown.translate(_NARROW).strip())
    if not clean:
        raise NumberRefused(_("没有填写数字，请填数字；确无此项的，选“不适用”。"))
    if clean.endswith("%"):
        if not percent:
            raise NumberRefused(_("该指标不是百分比，请去掉“%”，按单位填数字。"))
        clean = clean[:-1].rstrip()
    if _GROUPED.fullmatch(clean):
        clean = clean.replace(",", "")
    if _PLAIN.fullmatch(clean) or _SCIENTIFIC.fullmatch(clean):
        return Decimal(clean)
    raise NumberRefused(_remedy(shown, clean))


def _remedy(shown: str, clean: str) -> str:
    short = shown if len(shown) <= 20 else shown[:20] + "…"
    if _ERROR.fullmatch(clean):
        return _("“%(text)s”是表格的公式错误，请先在表格中改正公式，或直接填数字。") % {"text": short}
    if clean in {"-", "--", "—", "/", "\\", "无", "*"}:
        text = _("“%(text)s”看不出是0还是没有，请填0、选“不适用”，或留空表示未填报。")
        return text % {"text": short}
    if _RANGE.search(clean):
        return _("“%(text)s”是一个区间，请填一个确定的数字。") % {"text": short}
    if _ABOUT.search(clean):
        return _("“%(text)s”不是确数，请填确定的数字，例如50。") % {"text": short}
    if _BIG.search(clean):
        return _("“%(text)s”带有“万”或“亿”，请按该指标的单位写成数字，例如12000。") % {"text": short}
    if "," in clean:
        return _("“%(text)s”中的逗号位置看不懂，请写成1200或1,200。") % {"text": short}
    return _("“%(text)s”不是数字，请只填数字，例如12.3，不带单位。") % {"text": short}


def typed(
    indicator: Indicator,
    *,
    value: str = "",
    numerator: str = "",
    denominator: str = "",
    na_reason: str | None = None,
    note: str | None = None,
    explanations: dict[str, str] | None = None,
    explanation: str | None = None,
    correction_reason: str | None = None,
) -> CellChange:
    """The change that the texts of a cell ask for; all blank is 未填报, “不适用” in any of them is that.

    A rate with parts ignores `value`; of a denominator that is a series of its own nothing is taken.
    Raises `CellRefused` with a sentence per field.
    """
    texts = {"value": value, "numerator": numerator, "denominator": denominator}
    if is_rate(indicator) and (not is_blank(numerator) or not is_blank(denominator)):
        texts["value"] = ""
    if indicator.denominator_series_id:
        texts["denominator"] = ""
    numbers: dict[str, Decimal] = {}
    wrong: dict[str, str] = {}
    answer: Answer = "empty"
    for field, text in texts.items():
        if is_blank(text):
            continue
        if text.strip() in _NOT_APPLICABLE:
            numbers, wrong, answer = {}, {}, "na"
            break
        answer = "number"
        try:
            numbers[field] = parse_number(text, percent=field == "value" and indicator.unit == "%")
        except NumberRefused as refused:
            wrong[field] = str(refused)
    if wrong:
        raise CellRefused(wrong)
    return CellChange(
        answer=answer,
        value=numbers.get("value"),
        numerator=numbers.get("numerator"),
        denominator=numbers.get("denominator"),
        na_reason=na_reason,
        note=note,
        explanations=explanations,
        explanation=explanation,
        correction_reason=correction_reason,
    )
