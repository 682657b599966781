"""From dates and selected readings to what the kernel asks: domain §4.2 as array arithmetic.

`Rows` is what a selection hands over, whether it came from separate cases (`batch`) or from a matrix of
periods (`grid`). `frame` turns it into the signed quantities of `kernel.Selected`. Nothing here looks for
readings and nothing here decides a state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from targets.progress import kernel
from targets.progress.kernel import Array, Bools, Floats, Selected, high, low, meets
from targets.progress.vocabulary import TYPE_CODE, TargetType

_FLOOR, _CEILING = TYPE_CODE[TargetType.FLOOR], TYPE_CODE[TargetType.CEILING]
_REACH, _ANNUAL, _RANGE = (
    TYPE_CODE[kind] for kind in (TargetType.REACH, TargetType.ANNUAL, TargetType.RANGE)
)


def nowhere() -> Bools:
    """A flag that is set for no row."""
    return np.zeros((1, 1), bool)


@dataclass(slots=True, kw_only=True)
class Rows:
    """Judged readings with their targets, as two-dimensional arrays that broadcast together.

    Days are day numbers; values are as reported (not signed) in any one unit per row, of which `unit` is one
    whole thing. `x_date` may hold anything where there is no reading. The `*_less_reference` are differences
    from b that are more exact than subtracting would be; None: subtract.
    """

    down: Bools
    target_type: Array
    as_of: Array
    due: Array
    bound: Floats
    # the judged reading
    x: Floats
    x_date: Array
    kind: Array
    # baseline: NaN unless exact
    base: Floats
    base_date: Array
    # the path at x_date
    reference: Floats  # b of the shares; NaN if missing
    has_path: Bools
    has_segment: Bools  # x_date lies inside a segment (s, e]
    segment_start: Array
    segment_end: Array
    first_value: Floats
    last_value: Floats
    last_start: Array  # start of the segment that ends at `due`; NaN if there is none
    # settings
    tolerance: Floats
    integer: Bools
    unit: Floats
    grace_days: Array
    stale_after_days: Array  # -1: never
    green: Floats
    yellow: Floats
    start_up: Floats
    closing: Floats
    x_less_reference: Floats | None = None
    first_less_reference: Floats | None = None
    last_less_reference: Floats | None = None
    bound_less_reference: Floats | None = None
    # what other readings and milestones say
    upper: Floats | None = None  # top of a band entered from below; NaN elsewhere
    equal_only: Bools = field(default_factory=nowhere)
    earlier: Floats | None = None  # strictest signed demand of earlier milestones due by x_date; -inf if none
    on_due: Bools = field(default_factory=nowhere)  # a reading is dated on `due`
    held_at_due: Bools = field(
        default_factory=nowhere
    )  # floor / ceiling: the reading in force at `due` satisfied
    late: Bools | None = None
    late_above: Bools | None = None
    latest_unmet: Bools | None = None
    provisional: Bools | None = None
    keeps_met: Bools | None = None
    binding: Bools | None = None


def frame(rows: Rows) -> Selected:
    """The kernel's inputs for these rows."""
    sign = np.where(rows.down, -1.0, 1.0)
    bound = rows.bound * sign
    past_due = rows.as_of > rows.due
    overdue = past_due & (rows.on_due | (rows.as_of > rows.due + rows.grace_days))
    has_reading = (rows.kind == kernel.NUMBER) | (rows.kind == kernel.NOT_APPLICABLE)
    kept = (rows.target_type == _FLOOR) | (rows.target_type == _CEILING)
    return Selected(
        x=rows.x * sign if rows.down.any() else rows.x,
        met_low=low(bound),
        met_high=np.where(rows.equal_only, high(bound), np.inf) if rows.equal_only.any() else None,
        kind=None if (rows.kind == kernel.NUMBER).all() else rows.kind.astype(np.uint8, copy=False),
        waiting=_somewhere(_waiting(rows)),
        overdue=_somewhere(overdue),
        breached=_breached(rows, bound, past_due, sign),
        pending=_somewhere(past_due & ~overdue),
        late=rows.late,
        **_path(rows, bound, sign),
        stale=_somewhere(
            has_reading
            & (rows.stale_after_days >= 0)
            & (rows.as_of - rows.x_date > rows.stale_after_days)
            & (~past_due | kept)
        ),
        latest_unmet=rows.latest_unmet,
        above_high=None if rows.upper is None else np.where(np.isnan(rows.upper), np.inf, high(rows.upper)),
        late_above=rows.late_above,
        provisional=rows.provisional,
        keeps_met=rows.keeps_met,
        binding=rows.binding,
    )


def _somewhere(flag: Bools) -> Bools | None:
    return flag if flag.any() else None


def _waiting(rows: Rows) -> Bools:
    """NOT_DUE: no path is implied, the path has not begun, or the reading is the baseline's own."""
    pathless = (rows.target_type != _REACH) & (rows.target_type != _ANNUAL)
    waiting: Bools = pathless | ((rows.target_type == _REACH) & ~rows.has_path)
    at_base = rows.x_date == rows.base_date
    return waiting | (at_base & ~np.isnan(rows.base)) if at_base.any() else waiting


def _breached(rows: Rows, bound: Floats, past_due: Bools, sign: Floats) -> Bools | None:
    """What was once reached and is not kept: the two cases of BREACHED."""
    held = _somewhere(past_due & rows.held_at_due)
    before = meets(rows.base * sign, bound, rows.equal_only)
    if rows.earlier is not None:
        before = before | (rows.earlier >= low(bound))
    # for most targets neither can be, and then the full matrix of flags is not built
    if not before.any():
        return held
    demanded = ~past_due & (rows.target_type != _ANNUAL) & before
    return _somewhere(demanded) if held is None else demanded | held


def _path(rows: Rows, bound: Floats, sign: Floats) -> dict[str, Any]:
    """The path at the reading's own date, over the segment that holds it."""
    base = np.where(rows.has_path, rows.reference * sign, np.nan)
    first, last = rows.first_value * sign, rows.last_value * sign
    length = (rows.segment_end - rows.segment_start).astype(float)
    days = (rows.x_date - rows.segment_start).astype(float)
    exact_reach = (rows.target_type == _REACH) & ~np.isnan(rows.base)
    worst = np.where(exact_reach, low(rows.base * sign - rows.tolerance), -np.inf)
    starting = rows.has_segment & (days <= high(rows.start_up) * length)
    first_less_base = _less(rows.first_less_reference, sign, first, base)
    near_end = (rows.due - rows.x_date) <= high(rows.closing) * (rows.due - rows.last_start)
    return {
        "first": np.where(rows.has_path, first, np.nan) if rows.has_path.any() else None,
        "last": last,
        "days": days,
        "days_left": length - days,
        "length": length,
        "first_less_base": first_less_base if first_less_base.any() else None,
        "last_less_base": _less(rows.last_less_reference, sign, last, base),
        "gained": None if rows.x_less_reference is None else rows.x_less_reference * sign,
        "whole": np.where(rows.integer, rows.unit, np.nan) if rows.integer.any() else None,
        "base": base,
        "span": _less(rows.bound_less_reference, sign, bound, base),
        "tolerance": rows.tolerance,
        "worst": worst if exact_reach.any() else None,
        "first_low": low(first),
        "starting": _somewhere(starting),
        "open_end": ~near_end,
        "green_low": low(rows.green),
        "yellow_low": low(rows.yellow),
    }


def _less(exact: Floats | None, sign: Floats, value: Floats, base: Floats) -> Floats:
    """The signed difference from b: the exact one if the caller has it. NaN where there is no b."""
    difference = value - base
    return difference if exact is None else np.where(np.isnan(difference), np.nan, exact * sign)
