"""Reading one case from JSON: every value checked, every complaint naming its field.

The neighbour `cases` checks how the fields fit together; this module checks each field by itself.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from targets.progress.cases import (
    THRESHOLD_NAMES,
    Baseline,
    Case,
    CaseError,
    Milestone,
    Reading,
    Thresholds,
    default_thresholds,
)
from targets.progress.vocabulary import Comparator, Direction, RollUp, TargetType

KNOWN_KEYS: Final = (
    "direction",
    "target_type",
    "baseline",
    "milestones",
    "readings",
    "as_of",
    "tolerance",
    "integer",
    "grace_days",
    "stale_after_days",
    "thresholds",
    "unit",
    "binding",
    "rollup",
)

MAX_WHOLE_DIGITS: Final = 18
MAX_DECIMALS: Final = 60
MAX_TEXT: Final = 80

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)

Word = TypeVar("Word", bound=StrEnum)


def parse_case(source: object) -> Case:
    """The case a JSON mapping describes (the form of domain §4.6).

    Numbers are decimal strings or JSON numbers, dates "YYYY-MM-DD"; a milestone's `due` may be a year.
    Raises `CaseError` naming the field.
    """
    if not isinstance(source, Mapping):
        raise CaseError("", "一个案例应是一个 JSON 对象，包含 direction、milestones 等字段。")
    _refuse_near_misses(source)
    direction = _word(Direction, _required(source, "direction"), "direction")
    target_type = _word(TargetType, _required(source, "target_type"), "target_type")
    rollup = source.get("rollup")
    return Case(
        direction=direction,
        target_type=target_type,
        baseline=_baseline(source.get("baseline")),
        milestones=tuple(
            _milestone(item, f"milestones[{place}]", direction, target_type)
            for place, item in enumerate(_list(_required(source, "milestones"), "milestones"))
        ),
        readings=tuple(
            _reading(item, f"readings[{place}]")
            for place, item in enumerate(_list(_required(source, "readings"), "readings"))
        ),
        as_of=_date(_required(source, "as_of"), "as_of"),
        tolerance=_number(_or(source, "tolerance", 0), "tolerance"),
        integer=_flag(_or(source, "integer", False), "integer"),
        grace_days=_days(_or(source, "grace_days", 0), "grace_days"),
        stale_after_days=_optional_days(source.get("stale_after_days"), "stale_after_days"),
        thresholds=_thresholds(source.get("thresholds"), target_type),
        unit=_text(_or(source, "unit", ""), "unit"),
        binding=_flag(_or(source, "binding", False), "binding"),
        rollup=None if rollup is None else _word(RollUp, rollup, "rollup"),
    )


# A key that begins a known one (“grace”, “stale”) is a misspelling too, from this length on.
MIN_STEM = 4
# So much of a wrong value is repeated in its refusal.
SHOWN = 40


def _refuse_near_misses(source: Mapping[Any, Any]) -> None:
    """Foreign keys are left alone, but a misspelt setting must not silently fall back to its default."""
    for key in source:
        if key in KNOWN_KEYS:
            continue
        word = str(key).lower()
        close = difflib.get_close_matches(word, KNOWN_KEYS, n=1, cutoff=0.8) or [
            known for known in sorted(KNOWN_KEYS) if len(word) >= MIN_STEM and known.startswith(word)
        ]
        if close:
            raise CaseError(str(key), f"没有“{key}”这个字段，您要填的是不是“{close[0]}”？请改正字段名。")


def _required(source: Mapping[Any, Any], key: str, where: str = "") -> Any:
    path = f"{where}.{key}" if where else key
    if source.get(key) is None:
        raise CaseError(path, f"缺少必填字段 {key}，请补充。")
    return source[key]


def _or(source: Mapping[Any, Any], key: str, default: Any) -> Any:
    value = source.get(key)
    return default if value is None else value


def _mapping(value: object, where: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise CaseError(where, "这里应是一个 JSON 对象（花括号中的字段与值）。")
    return value


def _list(value: object, where: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise CaseError(where, "这里应是一个 JSON 数组（方括号中的若干项）。")
    return value


def _word(words: type[Word], value: object, where: str) -> Word:
    if isinstance(value, str):
        for word in words:
            if word.value == value:
                return word
    raise CaseError(where, f"“{value}”不是可用的取值，请从 {'、'.join(words)} 中选择。")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise CaseError(where, '这里应填写文字，例如 "%"。')
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise CaseError(where, "这里只能填写 true 或 false。")
    return value


def _days(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CaseError(where, "天数应是 0 或正整数。")
    return value


def _optional_days(value: object, where: str) -> int | None:
    return None if value is None else _days(value, where)


def _number(value: object, where: str) -> Decimal:
    """An exact decimal of at most 18 whole digits and 60 decimals; never a boolean, NaN or infinity."""
    number = _decimal(value)
    if number is None:
        raise CaseError(
            where, f"“{str(value)[:SHOWN]}”不是数值，请填写半角十进制数，不带逗号、百分号和单位，例如 12.5。"
        )
    if number == 0:
        return Decimal(0)
    if number.adjusted() >= MAX_WHOLE_DIGITS or -_exponent(number) > MAX_DECIMALS:
        raise CaseError(
            where, f"数值超出范围：整数部分不超过 {MAX_WHOLE_DIGITS} 位，小数不超过 {MAX_DECIMALS} 位。"
        )
    return number


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        # A huge integer would be slow to print; the range check refuses it at any size above 18 digits.
        return Decimal(value) if abs(value) < 10**40 else Decimal("1e40")
    if isinstance(value, str) and len(value) <= MAX_TEXT and _NUMBER.fullmatch(value):
        try:
            return Decimal(value)
        except InvalidOperation:
            return None
    return None


def _exponent(number: Decimal) -> int:
    """The exponent once trailing zeros are gone, so that 1.500 has one decimal."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "only finite numbers come here"
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return exponent + zeros


def _date(value: object, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise CaseError(where, f"“{value}”不是有效日期，请按 YYYY-MM-DD 填写，例如 2023-12-31。")


def _due(value: object, where: str) -> date:
    """A date, or a year that means its 31 December."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and _YEAR.fullmatch(value) and value != "0000":
        return date(int(value), 12, 31)
    return _date(value, where)


def _baseline(value: object) -> Baseline | None:
    if value is None:
        return None
    source = _mapping(value, "baseline")
    day = _date(_required(source, "date", "baseline"), "baseline.date")
    given = [key for key in ("value", "below", "above") if source.get(key) is not None]
    if len(given) != 1:
        where = f"baseline.{given[1]}" if given else "baseline.value"
        raise CaseError(
            where, "基期值请在 value（确数）、below（不足）、above（超过）中填写一个，且只填一个。"
        )
    number = _number(source[given[0]], f"baseline.{given[0]}")
    if given[0] == "value":
        return Baseline(day, number)
    return Baseline(day, None, number, given[0])


def _milestone(item: object, where: str, direction: Direction, target_type: TargetType) -> Milestone:
    source = _mapping(item, where)
    due = _due(_required(source, "due", where), f"{where}.due")
    given = source.get("comparator")
    if given is None:
        comparator = _default_comparator(direction, target_type)
    else:
        comparator = _word(Comparator, given, f"{where}.comparator")
    value = _number(_required(source, "value", where), f"{where}.value")
    top = source.get("value_max")
    return Milestone(due, comparator, value, None if top is None else _number(top, f"{where}.value_max"))


def _default_comparator(direction: Direction, target_type: TargetType) -> Comparator:
    if target_type is TargetType.RANGE:
        return Comparator.RANGE
    return Comparator.AT_LEAST if direction is Direction.UP else Comparator.AT_MOST


def _reading(item: object, where: str) -> Reading:
    source = _mapping(item, where)
    day = _date(_required(source, "date", where), f"{where}.date")
    not_applicable = _flag(_or(source, "na", False), f"{where}.na")
    provisional = _flag(_or(source, "provisional", False), f"{where}.provisional")
    value = source.get("value")
    if not_applicable and value is not None:
        raise CaseError(where, "“不适用”的期次不能同时有数值，请去掉 na 或 value。")
    if not_applicable:
        return Reading(day, None, provisional)
    if value is None:
        raise CaseError(where, '请填写 value；本期不适用时填写 "na": true；未填报的期次不要列出。')
    return Reading(day, _number(value, f"{where}.value"), provisional)


def _thresholds(value: object, target_type: TargetType) -> Thresholds:
    default = default_thresholds(target_type)
    if value is None:
        return default
    source = _mapping(value, "thresholds")
    for key in source:
        if key not in THRESHOLD_NAMES:
            raise CaseError(
                f"thresholds.{key}", f"没有“{key}”这个阈值，请从 {'、'.join(THRESHOLD_NAMES)} 中选择。"
            )
    return Thresholds(
        **{
            name: _number(_or(source, name, getattr(default, name)), f"thresholds.{name}")
            for name in THRESHOLD_NAMES
        }
    )
