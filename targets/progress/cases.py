"""One judging case as validated values: what domain §4.1 lists as inputs, in exact decimals.

The neighbour `parsing` turns JSON into these classes; `batch` turns many of them into arrays. A `Case` that
exists is consistent: every rule that concerns more than one field is checked when it is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from targets.progress.vocabulary import Comparator, Direction, RollUp, TargetType

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


class CaseError(ValueError):
    """A case that cannot be judged.

    `field` is the path of the offending input ("readings[2].value"), `message` a Chinese sentence with the
    remedy, `case` the 0-based place of the case in a list (None for a single case).
    """

    def __init__(self, field: str, message: str, case: int | None = None) -> None:
        self.field = field
        self.message = message
        self.case = case
        place = field if case is None else f"[{case}].{field}"
        super().__init__(f"{place}: {message}" if place else message)

    def in_list(self, case: int) -> CaseError:
        """The same complaint about the case at this place of a list."""
        return CaseError(self.field, self.message, case)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where the path starts: an exact value, or only a bound ("below 1000") that is never used as one."""

    date: date
    value: Decimal | None
    bound: Decimal | None = None
    bound_word: str = "below"

    @property
    def is_exact(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A value demanded by a date. `value_max` belongs to `range` only."""

    due: date
    comparator: Comparator
    value: Decimal
    value_max: Decimal | None = None

    def bound(self, direction: Direction) -> Decimal:
        """The tested bound: `value`, or `value_max` of a band that is entered from above."""
        if self.comparator is Comparator.RANGE and direction is Direction.DOWN and self.value_max is not None:
            return self.value_max
        return self.value


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in force for the period ending on `date`; `value` None means *not applicable*.

    `provisional` says that some members had not reported when the figure was rolled up.
    """

    date: date
    value: Decimal | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The plan's thresholds, all shares between 0 and 1."""

    green: Decimal = Decimal("0.95")
    yellow: Decimal = Decimal("0.60")
    start_up: Decimal = Decimal("0.10")
    closing: Decimal = Decimal("0.10")

    def __post_init__(self) -> None:
        for name in THRESHOLD_NAMES:
            if not ZERO <= getattr(self, name) <= ONE:
                raise CaseError(f"thresholds.{name}", "阈值应在 0 到 1 之间，例如 0.95。")
        if self.yellow > self.green:
            raise CaseError("thresholds.yellow", "黄灯阈值不能大于绿灯阈值，请调小 yellow 或调大 green。")


THRESHOLD_NAMES: Final = ("green", "yellow", "start_up", "closing")
DEFAULT_THRESHOLDS: Final = Thresholds()
DEFAULT_ANNUAL_THRESHOLDS: Final = Thresholds(start_up=Decimal("0.25"))


def default_thresholds(target_type: TargetType) -> Thresholds:
    """The thresholds a plan has unless it sets its own; 起步期 is longer for a yearly quota."""
    return DEFAULT_ANNUAL_THRESHOLDS if target_type is TargetType.ANNUAL else DEFAULT_THRESHOLDS


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one judgement depends on (domain §4.1).

    `tolerance` is in the indicator's unit. `unit` "%" caps the forecast at 100. `binding` (约束性) and
    `rollup` (how provisional readings came about) only add marks and soften the light. Raises `CaseError`.
    """

    direction: Direction
    target_type: TargetType
    milestones: tuple[Milestone, ...]
    readings: tuple[Reading, ...]
    as_of: date
    baseline: Baseline | None = None
    tolerance: Decimal = ZERO
    integer: bool = False
    grace_days: int = 0
    stale_after_days: int | None = None
    thresholds: Thresholds = field(default=DEFAULT_THRESHOLDS)
    unit: str = ""
    binding: bool = False
    rollup: RollUp | None = None

    def __post_init__(self) -> None:
        _check_direction(self)
        _check_baseline(self)
        _check_milestones(self)
        _check_readings(self)
        _check_settings(self)

    def numbers(self) -> Iterator[Decimal]:
        """Every figure in the indicator's unit: baseline, bound, milestones, readings."""
        if self.baseline is not None:
            if self.baseline.value is not None:
                yield self.baseline.value
            if self.baseline.bound is not None:
                yield self.baseline.bound
        for milestone in self.milestones:
            yield milestone.value
            if milestone.value_max is not None:
                yield milestone.value_max
        for reading in self.readings:
            if reading.value is not None:
                yield reading.value

    def as_json(self) -> dict[str, Any]:
        """The case as the JSON mapping that `parse_case` reads back to an equal case."""
        return {
            "direction": str(self.direction),
            "target_type": str(self.target_type),
            "baseline": _baseline_json(self.baseline),
            "milestones": [_milestone_json(milestone) for milestone in self.milestones],
            "readings": [_reading_json(reading) for reading in self.readings],
            "as_of": self.as_of.isoformat(),
            "tolerance": format(self.tolerance, "f"),
            "integer": self.integer,
            "grace_days": self.grace_days,
            "stale_after_days": self.stale_after_days,
            "thresholds": {name: format(getattr(self.thresholds, name), "f") for name in THRESHOLD_NAMES},
            "unit": self.unit,
            "binding": self.binding,
            "rollup": None if self.rollup is None else str(self.rollup),
        }


def _baseline_json(baseline: Baseline | None) -> dict[str, str] | None:
    if baseline is None:
        return None
    if baseline.value is not None:
        return {"date": baseline.date.isoformat(), "value": format(baseline.value, "f")}
    return {"date": baseline.date.isoformat(), baseline.bound_word: format(baseline.bound or ZERO, "f")}


def _milestone_json(milestone: Milestone) -> dict[str, str]:
    answer = {
        "due": milestone.due.isoformat(),
        "comparator": str(milestone.comparator),
        "value": format(milestone.value, "f"),
    }
    if milestone.value_max is not None:
        answer["value_max"] = format(milestone.value_max, "f")
    return answer


def _reading_json(reading: Reading) -> dict[str, Any]:
    answer: dict[str, Any] = {"date": reading.date.isoformat()}
    if reading.value is None:
        answer["na"] = True
    else:
        answer["value"] = format(reading.value, "f")
    if reading.provisional:
        answer["provisional"] = True
    return answer


def _check_direction(case: Case) -> None:
    up = case.direction is Direction.UP
    if case.target_type is TargetType.FLOOR and not up:
        raise CaseError("direction", "保底目标（floor）的方向应为 up；若越低越好，请改用 ceiling。")
    if case.target_type is TargetType.CEILING and up:
        raise CaseError("direction", "上限目标（ceiling）的方向应为 down；若越高越好，请改用 floor。")
    if case.target_type in (TargetType.ANNUAL, TargetType.DONE) and not up:
        raise CaseError("direction", f"{case.target_type} 目标的方向只能是 up。")


def _check_baseline(case: Case) -> None:
    if case.baseline is None:
        return
    if case.target_type is TargetType.ANNUAL:
        raise CaseError("baseline", "年度目标（annual）每年从 0 算起，没有基期值，请去掉 baseline。")
    if (case.baseline.value is None) == (case.baseline.bound is None):
        raise CaseError("baseline.value", "基期值请在 value 与 below（above）中填写一个，且只填一个。")


def _check_milestones(case: Case) -> None:
    if not case.milestones:
        raise CaseError("milestones", "至少要有一个目标节点（milestone）。")
    seen: set[date] = set()
    for place, milestone in enumerate(case.milestones):
        where = f"milestones[{place}]"
        if milestone.due in seen:
            raise CaseError(f"{where}.due", f"目标日期 {milestone.due} 重复，同一日期只能有一个目标节点。")
        seen.add(milestone.due)
        if case.baseline is not None and milestone.due <= case.baseline.date:
            raise CaseError(f"{where}.due", f"目标日期应晚于基期日期 {case.baseline.date}。")
        if case.target_type is TargetType.ANNUAL and (milestone.due.month, milestone.due.day) != (12, 31):
            raise CaseError(f"{where}.due", "年度目标（annual）的日期应为当年 12 月 31 日。")
        _check_comparator(case, milestone, where)


def _check_comparator(case: Case, milestone: Milestone, where: str) -> None:
    comparator = milestone.comparator
    is_range = comparator is Comparator.RANGE
    if is_range != (case.target_type is TargetType.RANGE):
        raise CaseError(f"{where}.comparator", "区间比较（range）只用于区间目标，区间目标也只用 range。")
    if case.direction is Direction.UP and comparator is Comparator.AT_MOST:
        raise CaseError(f"{where}.comparator", "方向为 up 时不能用 <=，请改为 >= 或 =。")
    if case.direction is Direction.DOWN and comparator is Comparator.AT_LEAST:
        raise CaseError(f"{where}.comparator", "方向为 down 时不能用 >=，请改为 <= 或 =。")
    if is_range and milestone.value_max is None:
        raise CaseError(f"{where}.value_max", "区间目标要同时填写 value（下限）与 value_max（上限）。")
    if not is_range and milestone.value_max is not None:
        raise CaseError(f"{where}.value_max", "只有区间目标有 value_max，请去掉或改为区间目标。")
    if milestone.value_max is not None and milestone.value > milestone.value_max:
        raise CaseError(f"{where}.value_max", "区间上限 value_max 不能小于下限 value。")


def _check_readings(case: Case) -> None:
    seen: set[date] = set()
    for place, reading in enumerate(case.readings):
        if reading.date in seen:
            raise CaseError(f"readings[{place}].date", f"日期 {reading.date} 有两个数据，请只保留一个。")
        seen.add(reading.date)


def _check_settings(case: Case) -> None:
    if case.tolerance < ZERO:
        raise CaseError("tolerance", "允许偏差不能为负数。")
    if case.grace_days < 0:
        raise CaseError("grace_days", "宽限天数应为 0 或正整数。")
    if case.stale_after_days is not None and case.stale_after_days < 0:
        raise CaseError("stale_after_days", "数据过期天数应为空、0 或正整数。")
