"""Values of one record that cannot go together (a due date before the baseline, a band upside down)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError

_PERIODS = {
    "plan": ("start", "end"),
    "document": ("effective_from", "effective_to"),
    "rule": ("valid_from", "valid_to"),
}
_DATE_FIELDS = (
    "start",
    "end",
    "issued_on",
    "effective_from",
    "effective_to",
    "valid_from",
    "valid_to",
    "as_of",
)


def sense_errors(bundle: Bundle) -> list[PlanFileError]:
    """Every contradiction inside a single record."""
    return [error for record in bundle.records() for error in _record(record)]


def due_date(due: Any) -> date | None:
    """The day that ``due`` means: a year means its 31 December; ``None`` for no date or a wrong one."""
    if isinstance(due, int) and not isinstance(due, bool) and 1 <= due <= 9999:
        return date(due, 12, 31)
    return _as_date(due)


def _as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _record(record: Record) -> Iterator[PlanFileError]:
    for name in _DATE_FIELDS:
        value = record.get(name)
        if isinstance(value, str) and len(value) == 10 and _as_date(value) is None:
            yield record.error(f"没有“{value}”这一天。请改正日期。", name)
    first, last = _PERIODS.get(record.kind, ("", ""))
    start, end = _as_date(record.get(first)), _as_date(record.get(last))
    if start and end and end < start:
        yield record.error(f"结束日期 {end} 早于开始日期 {start}。请改正。", last)
    yield from _kind(record)


def _kind(record: Record) -> Iterator[PlanFileError]:
    if record.kind == "target":
        yield from _target(record)
    elif record.kind == "rule":
        yield from _band(record, record.data, ())
        if record.get("split") is not None and record.get("kind") != "money":
            yield record.error("只有金额类（money）的规则才有分担比例。请删去 split 或改正 kind。", "split")
    elif record.kind == "project":
        start, end = record.get("start_year"), record.get("end_year")
        if isinstance(start, int) and isinstance(end, int) and end < start:
            yield record.error(f"结束年份 {end} 早于开始年份 {start}。请改正。", "end_year")
    elif record.kind == "document" and record.get("status") == "draft" and record.get("effective_from"):
        yield record.error("征求意见稿没有生效日期。请把 effective_from 写为 null。", "effective_from")


def _band(record: Record, data: dict[str, Any], where: tuple[str | int, ...]) -> Iterator[PlanFileError]:
    low, high = data.get("value"), data.get("value_max")
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal) and high < low:
        yield record.error(f"上限 {high} 小于下限 {low}。请改正。", *where, "value_max")


def _target(record: Record) -> Iterator[PlanFileError]:
    milestones = [(i, m) for i, m in enumerate(record.get("milestones", [])) if isinstance(m, dict)]
    kind = record.get("target_type")
    baseline = record.get("baseline")
    base = _as_date(baseline.get("date")) if isinstance(baseline, dict) else None
    yield from _qualitative(record, milestones)
    seen: set[date] = set()
    for index, milestone in milestones:
        yield from _band(record, milestone, ("milestones", index))
        due = due_date(milestone.get("due"))
        if isinstance(milestone.get("due"), str) and due is None:
            yield record.error(f"没有“{milestone['due']}”这一天。请改正日期。", "milestones", index, "due")
        if due is None:
            continue
        if base is not None and due <= base:
            yield record.error(f"完成时限 {due} 不晚于基期 {base}。请改正。", "milestones", index, "due")
        if due in seen:
            yield record.error(f"时限 {due} 写了两次。同一时限只能有一个目标值。", "milestones", index, "due")
        seen.add(due)
    for index, milestone in milestones:
        yield from _comparator(record, kind, index, milestone)
    if kind == "annual" and baseline is not None:
        yield record.error("逐年目标（annual）没有基期。请把 baseline 写为 null。", "baseline")


def _qualitative(record: Record, milestones: list[tuple[int, dict[str, Any]]]) -> Iterator[PlanFileError]:
    if record.get("qualitative"):
        for index, milestone in milestones:
            if milestone.get("value") is not None:
                message = "定性目标没有目标值。请把 value 和 comparator 写为 null，或写 qualitative: false。"
                yield record.error(message, "milestones", index, "value")
        return
    if not milestones:
        yield record.error("没有目标值。请写 milestones，或写 qualitative: true。", "milestones")
    for index, milestone in milestones:
        if milestone.get("value") is None:
            message = "定量目标缺少目标值。请填写 value，或写 qualitative: true。"
            yield record.error(message, "milestones", index, "value")


def _comparator(record: Record, kind: Any, index: int, milestone: dict[str, Any]) -> Iterator[PlanFileError]:
    comparator, value = milestone.get("comparator"), milestone.get("value")
    if comparator is None:
        return
    where = ("milestones", index, "comparator")
    if (kind == "range") != (comparator == "range"):
        yield record.error("target_type 和 comparator 应当同时是 range。请改正其中一个。", *where)
    elif (kind == "floor" and comparator == "<=") or (kind == "ceiling" and comparator == ">="):
        yield record.error(f"target_type: {kind} 与 comparator: {comparator} 相反。请改正其中一个。", *where)
    elif kind == "done" and (comparator, value) != (">=", 1):
        yield record.error('按期完成类目标（done）应写 comparator: ">=" 和 value: 1。请改正。', *where)
    elif kind == "annual" and (due := due_date(milestone.get("due"))) and (due.month, due.day) != (12, 31):
        yield record.error("逐年目标（annual）的时限应为年份。请改正。", "milestones", index, "due")
