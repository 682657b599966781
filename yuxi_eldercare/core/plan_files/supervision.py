"""References of supervision.yaml: the ladder, who issues what under which word, points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from yuxi_eldercare.core.plan_files.bundle import Bundle, Record
from yuxi_eldercare.core.plan_files.errors import PlanFileError
from yuxi_eldercare.core.plan_files.known import Known

_RISING = ("remind", "urge", "order", "circular")


def supervision_errors(bundle: Bundle, known: Known) -> Iterator[PlanFileError]:
    """What leads nowhere, what stands twice, and rungs that are not reached later than those below them."""
    yield from _twice(bundle.ladder_steps, lambda r: (r.get("cause"), r.get("kind")), "kind")
    yield from _twice(bundle.issuing_authorities, lambda r: (r.get("region"), r.get("kind")), "kind")
    yield from _twice(bundle.score_rules, lambda r: (r.get("cause"), r.get("valid_from")), "cause")
    yield from _rising(bundle.ladder_steps)
    for record in bundle.issuing_authorities:
        if record.get("region") not in known.regions:
            yield record.error(f"没有区划“{record.get('region')}”。请改正代码。", "region")
        if record.get("department") not in known.departments:
            message = f"没有单位“{record.get('department')}”。请改正 key，或先在 departments.yaml 登记。"
            yield record.error(message, "department")
    for record in bundle.score_rules:
        try:
            date.fromisoformat(str(record.get("valid_from")))
        except ValueError:
            yield record.error("没有这一天。日期写成 2023-01-08。", "valid_from")


def _twice(
    records: list[Record], identity: Callable[[Record], tuple[object, ...]], field: str
) -> Iterator[PlanFileError]:
    first: dict[tuple[object, ...], Record] = {}
    for record in records:
        other = first.setdefault(identity(record), record)
        if other is not record:
            yield record.error(f"与第 {other.line()} 行重复。请删去其中一个。", field)


def _rising(steps: list[Record]) -> Iterator[PlanFileError]:
    """Within a cause a higher rung is reached later than a lower one."""
    last: dict[object, Record] = {}
    for step in sorted(
        (s for s in steps if s.get("kind") in _RISING), key=lambda s: _RISING.index(s["kind"])
    ):
        below = last.get(step.get("cause"))
        days = step.get("after_days")
        if below is not None and isinstance(days, int) and days <= below["after_days"]:
            message = f"比第 {below.line()} 行的下一级还早或同日。上一级的天数应更大。"
            yield step.error(message, "after_days")
        last[step.get("cause")] = step
