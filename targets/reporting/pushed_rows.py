"""Rows that another system pushes, as JSON values, read into typed rows; what cannot be read is named.

Strict where a sheet is lenient: a machine writes numbers as numbers (or decimal strings), dates as ISO dates,
and no field that is not known.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from targets.models import Indicator
from targets.progress import plain

from .changes import CellChange
from .numbers import typed

NUMBERS: Final = ("value", "numerator", "denominator")
PLACE: Final = ("department", "region", "indicator", "period_end")
TEXTS: Final = ("na_reason", "note", "explanation", "correction_reason")
NAMES: Final = (*PLACE, "round", "revision", *NUMBERS, "not_applicable", *TEXTS, "explanations")
TEXT_MOST: Final = 2000
PROBLEMS_MOST: Final = 1000
EXPLANATIONS_MOST: Final = 20
KEY_MOST: Final = 100
WHOLE_MOST: Final = 2**31 - 1
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A larger exponent would make a text of a million digits of a few bytes.
_EXPONENT_MOST: Final = 30
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class RowProblem:
    """Something about one row (None: the call): a stable `code` for programs, a sentence for people."""

    row: int | None
    field: str
    code: str
    message: str
    rule: str = ""  # the check rule that found it
    current: Mapping[str, Any] | None = None  # of a conflict: what is there now


@dataclass(frozen=True)
class PushedRow:
    """One value for one place. `said` holds the fields that were given, null included."""

    number: int
    department: str  # key or 统一社会信用代码
    region: str
    indicator: str
    period_end: date
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def round(self) -> int | None:
        """The round meant, where the caller names one."""
        found: int | None = self.said.get("round")
        return found

    @property
    def revision(self) -> int | None:
        """The revision the caller saw."""
        found: int | None = self.said.get("revision")
        return found

    def as_json(self) -> dict[str, Any]:
        """The row as it can be kept and read again."""
        said = {name: plain(v) if isinstance(v, Decimal) else v for name, v in self.said.items()}
        place = {name: getattr(self, name) for name in PLACE}
        return {**place, "period_end": self.period_end.isoformat(), **said}

    def change(self, indicator: Indicator) -> CellChange:
        """The change the row asks for, made by the same function as what people type."""
        words: dict[str, Any] = {name: self.said.get(name) for name in (*TEXTS, "explanations")}
        if self.said.get("not_applicable"):
            return CellChange(answer="na", **words)
        if not any(name in self.said for name in NUMBERS):
            return CellChange(**words)
        texts: dict[str, Any] = {
            name: plain(number) for name in NUMBERS if (number := self.said.get(name)) is not None
        }
        return replace(typed(indicator, **texts), **words)


class _Wrong(ValueError):
    """A value that cannot be taken, with its code."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


def read_rows(sent: Sequence[Any]) -> tuple[list[PushedRow], list[RowProblem]]:
    """The rows that can be read, and what is wrong with the others; many problems are not all looked for."""
    rows: list[PushedRow] = []
    problems: list[RowProblem] = []
    for number, source in enumerate(sent):
        read: dict[str, Any] = {}
        wrong = list(islice(_read(number, source, read), PROBLEMS_MOST))
        problems += wrong
        if len(problems) >= PROBLEMS_MOST:
            break
        if not wrong:
            place = {name: read.pop(name) for name in PLACE}
            rows.append(PushedRow(number, said=read, **place))
    return rows, problems


def _read(number: int, source: Any, read: dict[str, Any]) -> Iterator[RowProblem]:
    """Fill `read` from one JSON value, and tell what cannot be."""
    if not isinstance(source, dict):
        yield RowProblem(number, "", "invalid_type", _("每一行应为一个 JSON 对象。"))
        return
    for name, value in source.items():
        reader = _READERS.get(name)
        if reader is None:
            yield RowProblem(number, _shown(name), "unknown_field", _unknown(name))
            continue
        try:
            read[name] = None if value is None and name not in PLACE else reader(value)
        except _Wrong as wrong:
            yield RowProblem(number, name, wrong.code, str(wrong))
    for name in PLACE:
        if name not in source:
            text = _("缺少字段“%(name)s”。") % {"name": name}
            yield RowProblem(number, name, "required", text)
    yield from _together(number, read, source)


def _together(number: int, read: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[RowProblem]:
    """What single fields do not show: two answers at once, or none."""
    numbers = [name for name in NUMBERS if read.get(name) is not None]
    if read.get("not_applicable") and numbers:
        text = _("既给了数字又给了 not_applicable，请只保留一个。")
        yield RowProblem(number, "not_applicable", "conflicting_answer", text)
    elif "value" in numbers and len(numbers) > 1:
        text = _("value 与 numerator、denominator 只能给一种：率只给分子和分母。")
        yield RowProblem(number, "value", "conflicting_answer", text)
    if not any(name in source for name in (*NUMBERS, "not_applicable", *TEXTS, "explanations")):
        text = _("没有要填报的内容：请给出 value、numerator 和 denominator，或 not_applicable。")
        yield RowProblem(number, "value", "required", text)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _Wrong("invalid_type", _('应为数字，或写成十进制字符串，例如 12.5 或 "12.5"。'))
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        text = _('“%(text)s”不是十进制数，例如 "12.5"，不带千分位、百分号和单位。')
        raise _Wrong("invalid_number", text % {"text": _shown(value)})
    number = Decimal(value)
    if number and abs(number.adjusted()) > _EXPONENT_MOST:
        raise _Wrong("invalid_number", _("数值过大或小数位过多，请核对计量单位。"))
    return number


def _key(value: Any) -> str:
    text = _text(value)
    if not text or len(text) > KEY_MOST:
        raise _Wrong("invalid_value", _("应为 1 至 %(most)s 个字符。") % {"most": KEY_MOST})
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("invalid_type", _("应为文字。"))
    if _CONTROL.search(value):
        raise _Wrong("invalid_value", _("含有不能保存的控制字符。"))
    if len(value) > TEXT_MOST:
        raise _Wrong("too_long", _("文字超过%(most)s字，请缩短。") % {"most": TEXT_MOST})
    return value


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise _Wrong("invalid_type", _('应为日期，例如 "2026-10-31"。'))
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    text = _("“%(text)s”不是日期，请按 2026-10-31 的写法填写期末日。")
    raise _Wrong("invalid_date", text % {"text": _shown(value)})


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("invalid_type", _("应为整数。"))
    if not 0 <= value <= WHOLE_MOST:
        raise _Wrong("invalid_value", _("应为不小于 0 的整数。"))
    return value


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("invalid_type", _("应为 true 或 false。"))
    return value


def _explanations(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _Wrong("invalid_type", _("应为对象：规则代码 → 说明。"))
    if len(value) > EXPLANATIONS_MOST:
        raise _Wrong("too_long", _("说明最多%(most)s条。") % {"most": EXPLANATIONS_MOST})
    return {_key(rule): _text(text) for rule, text in value.items()}


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "department": _key,
    "region": _key,
    "indicator": _key,
    "period_end": _day,
    "round": _whole,
    "revision": _whole,
    **dict.fromkeys(NUMBERS, _number),
    "not_applicable": _yes_no,
    **dict.fromkeys(TEXTS, _text),
    "explanations": _explanations,
}


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name[:40], NAMES, n=1)
    hint = _("是不是“%(name)s”？") % {"name": close[0]} if close else ""
    return _("没有“%(name)s”这个字段。") % {"name": _shown(name)} + hint


def _shown(text: str) -> str:
    """A stranger's text as an answer can show it."""
    return _CONTROL.sub("?", text[:40])
