"""What one row of an uploaded sheet asks for: its typed cells read as a change, or faults by column."""

from collections.abc import Set
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.actions.checks import is_rate
from targets.models import Indicator
from targets.progress import plain
from targets.reporting.changes import CellChange
from targets.reporting.numbers import CellRefused, typed

from . import columns
from .columns import INPUTS, NOT_APPLICABLE, NUMBERS, PLACE, letter, unwritten
from .reading import Row

_FIRST = PLACE[INPUTS[0]]


class RowFaults(ValueError):
    """Cells of a row cannot be understood; `fields` gives the sentence per column name."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__("\n".join(fields.values()))


def typed_cells(row: Row, indicator: Indicator) -> dict[str, str]:
    """The texts of the cells to type into; cells that are computed or somebody else's are left out as blank."""
    given = dict(zip(INPUTS, row.texts[_FIRST:], strict=True))
    if is_rate(indicator):
        given["value"] = ""  # a formula over the parts
        if indicator.denominator_series_id is not None:
            given["denominator"] = ""
    else:
        given["numerator"] = given["denominator"] = ""
    return given


def change_of(
    row: Row,
    indicator: Indicator,
    given: dict[str, str],
    now: dict[str, str],
    percents: Set[tuple[int, str]],
) -> tuple[CellChange, dict[str, str]]:
    """What the row asks for beyond what is there, and sentences (by column) on how a number was understood.

    Raises `RowFaults`.
    """
    na_reason, note, explanation = (_new_text(name, given, now) for name in columns.TEXTS)
    if all(given[name] == now[name] for name in columns.FIGURES):
        return CellChange(na_reason=na_reason, note=note, explanation=explanation), {}
    if given["na"] not in {"", NOT_APPLICABLE}:
        raise RowFaults({"na": _("这一列只能选“不适用”或留空。")})
    numbers: dict[str, str] = {name: given[name] for name in NUMBERS}
    surprises = {}
    if given["na"]:
        if any(numbers.values()) and all(given[name] != now[name] for name in NUMBERS if given[name]):
            raise RowFaults({"na": _("既填了数字又选了“不适用”，请只保留一个。")})
        numbers = dict.fromkeys(NUMBERS, NOT_APPLICABLE)
    else:
        surprises = _read_percents(row, indicator, numbers, percents)
    try:
        change = typed(
            indicator,
            value=numbers["value"],
            numerator=numbers["numerator"],
            denominator=numbers["denominator"],
            na_reason=na_reason,
            note=note,
            explanation=explanation,
        )
    except CellRefused as refused:
        raise RowFaults(refused.fields) from None
    return change, surprises


def _new_text(name: str, given: dict[str, str], now: dict[str, str]) -> str | None:
    """A text that differs from what is there, else none."""
    return None if given[name] == now[name] else unwritten(given[name])


def _read_percents(
    row: Row, indicator: Indicator, numbers: dict[str, str], percents: Set[tuple[int, str]]
) -> dict[str, str]:
    """Put what people saw (12.3%) where the file keeps 0.123; returns sentences that say so.

    A number up to 1 without such a format may be meant either way: it is taken as it stands, with a sentence.
    """
    surprises: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name in NUMBERS:
        text = numbers[name]
        if not text:
            continue
        if (row.number, letter(name)) in percents:
            shown = _times_100(text)
            if shown is None:
                continue
            if name == "value" and indicator.unit == "%":
                numbers[name] = f"{shown}%"
                said = _("单元格显示为%(shown)s%%（表格中存的是%(kept)s），已按%(shown)s%%读取，请核对。")
                surprises[name] = said % {"shown": shown, "kept": text}
            else:
                said = _(
                    "单元格是百分比格式（显示为%(shown)s%%），这里不填百分比，请把格式改为“常规”后重新填数字。"
                )
                wrong[name] = said % {"shown": shown}
        elif name == "value" and row.is_number and indicator.unit == "%" and _is_small(text):
            said = _("读到%(kept)s，即%(kept)s%%；如果表中显示的是%(shown)s%%，请改填%(shown)s。")
            surprises[name] = said % {"kept": text, "shown": _times_100(text)}
    if wrong:
        raise RowFaults(wrong)
    return surprises


def _times_100(text: str) -> str | None:
    try:
        return plain(Decimal(text) * 100)
    except ArithmeticError:
        return None


def _is_small(text: str) -> bool:
    return 0 < abs(Decimal(text)) <= 1
