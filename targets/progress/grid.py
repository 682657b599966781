"""One target over a matrix of series and periods: the history a page or a month-end needs.

Each period end is judged as of its own date, so every element has its own `as_of`. `batch` is the neighbour
for cases that differ; both end in the same `frame` and `kernel`.

Almost every element of a full matrix is a number judged at its own date, and there the path depends on the
period only through its date; those are judged as whole blocks (`_dense`). The others, *not reported* (the
last known reading is judged, at its own date), *not applicable*, or past a due date (the reading is fixed,
later ones may come late), are listed and judged one by one (`_sparse`), still as one vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from targets.progress import kernel
from targets.progress.batch import Ints
from targets.progress.cases import DEFAULT_THRESHOLDS, Thresholds
from targets.progress.frame import Rows, frame, nowhere
from targets.progress.kernel import Array, Bools, Floats, Selected, Verdict, judge_selected, meets
from targets.progress.vocabulary import TYPE_CODE, Comparator, Direction, TargetType

_KEPT: Final = (TargetType.FLOOR, TargetType.CEILING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTarget:
    """A target over many series: dates are shared, values may differ by series.

    `bounds` and `uppers` hold one entry per due date, each a number or an array of one number per series;
    for a band entered from above, `bounds` are its tops. `baseline` is a number or one per series, NaN where
    a series has none: then readings of any date count for it. Values in the indicator's unit.
    """

    direction: Direction
    target_type: TargetType
    dues: Sequence[date]
    bounds: Sequence[ArrayLike]
    uppers: Sequence[ArrayLike] | None = None
    comparator: Comparator | None = None
    baseline_date: date | None = None
    baseline: ArrayLike | None = None
    tolerance: float = 0.0
    integer: bool = False
    grace_days: int = 0
    stale_after_days: int | None = None
    thresholds: Thresholds = field(default=DEFAULT_THRESHOLDS)
    keeps_met: bool = False
    binding: bool = False


def assess_grid(
    target: GridTarget,
    values: Floats,
    period_ends: Sequence[date],
    *,
    not_applicable: Bools | None = None,
    provisional: Bools | None = None,
    judge: Literal["next", "all"] = "next",
) -> Verdict:
    """State, light and marks of every series at every period end, as known at that date.

    `values` is [series, periods], NaN for *not reported*; `period_ends` ascend. With `judge="next"` each
    period is judged against the first milestone due on or after it (the last one afterwards) and the result
    is [series, periods]; with "all" it is [milestones, series, periods]. Fastest when the periods are the
    outer axis in memory (a transposed [periods, series] array).
    """
    sheet = _Sheet(target, values, period_ends, not_applicable, provisional)
    periods, series = sheet.values.shape
    if judge == "all":
        out = np.empty((3, len(sheet.dues), periods, series), np.uint8)
        for place in range(len(sheet.dues)):
            _judge_milestone(sheet, place, slice(0, periods), out[:, place])
        return Verdict(*(codes.swapaxes(1, 2) for codes in out))
    out = np.empty((3, periods, series), np.uint8)
    for place, window in _next_windows(sheet):
        _judge_milestone(sheet, place, window, out[:, window])
    return Verdict(*(codes.T for codes in out))


class _Sheet:
    """The matrix with periods as rows, day numbers for dates, and where the readings are."""

    def __init__(
        self,
        target: GridTarget,
        values: Floats,
        period_ends: Sequence[date],
        not_applicable: Bools | None,
        provisional: Bools | None,
    ) -> None:
        self.target = target
        order = sorted(range(len(target.dues)), key=lambda place: target.dues[place])
        self.dues = np.array([target.dues[place].toordinal() for place in order], np.int64)
        self.year_starts = [date(target.dues[place].year, 1, 1).toordinal() - 1 for place in order]
        self.bounds = [np.atleast_2d(np.asarray(target.bounds[place], float)) for place in order]
        tops = target.uppers if target.direction is Direction.UP else None
        self.uppers = None if tops is None else [np.atleast_2d(np.asarray(tops[at], float)) for at in order]
        self.days = np.array([day.toordinal() for day in period_ends], np.int64)
        self.values: Floats = np.asarray(values, float).T
        self.provisional = None if provisional is None else np.asarray(provisional, bool).T
        base = np.nan if target.baseline is None else target.baseline
        self.base = np.atleast_2d(np.asarray(base, float))
        self.base_day = 0 if target.baseline_date is None else target.baseline_date.toordinal()
        self.sign = -1.0 if target.direction is Direction.DOWN else 1.0
        self.equal_only = np.array([[target.comparator is Comparator.EQUAL]])
        na = None if not_applicable is None else np.asarray(not_applicable, bool).T
        self._find_readings(na)

    def _find_readings(self, not_applicable: Bools | None) -> None:
        """`odd`: elements that are not a counted number; `last`: the latest counted reading's row, or -1."""
        self.not_applicable = not_applicable
        odd = np.isnan(self.values)
        absent = odd.copy() if not_applicable is None else odd & ~not_applicable
        if not_applicable is not None:
            odd |= not_applicable
        early = int(np.searchsorted(self.days, self.base_day, "left"))
        if early and self.target.baseline is not None:
            absent[:early] |= ~np.isnan(self.base)
            odd[:early] |= absent[:early]
        self.odd = odd
        self.absent = absent
        self.complete = not absent.any()
        self._last: Array | None = None

    @property
    def last(self) -> Array:
        """For every element, the row of the latest counted reading up to it, -1 if none."""
        if self._last is None:
            rows = np.arange(len(self.days), dtype=np.int32)[:, np.newaxis]
            self._last = np.maximum.accumulate(np.where(self.absent, np.int32(-1), rows), axis=0)
        return self._last


def _next_windows(sheet: _Sheet) -> Iterator[tuple[int, slice]]:
    """The periods for which each milestone is the next; the last milestone takes all later ones."""
    place = np.minimum(np.searchsorted(sheet.dues, sheet.days, "left"), len(sheet.dues) - 1)
    for milestone in np.unique(place):
        found = np.flatnonzero(place == milestone)
        yield int(milestone), slice(int(found[0]), int(found[-1]) + 1)


def _judge_milestone(sheet: _Sheet, place: int, window: slice, out: Array) -> None:
    """Judge the periods of the window against one milestone into `out`, [3, window, series]."""
    target = sheet.target
    days = sheet.days[window]
    if target.target_type in _KEPT:
        dense = slice(window.start, window.stop)
    else:
        first = 0
        if target.target_type is TargetType.ANNUAL:
            first = int(np.searchsorted(sheet.days, sheet.year_starts[place], "right"))
        end = int(np.searchsorted(sheet.days, sheet.dues[place], "right"))
        dense = slice(max(window.start, first), min(window.stop, end))
    todo = np.ones((len(days), sheet.values.shape[1]), bool)
    if dense.stop > dense.start:
        inner = slice(dense.start - window.start, dense.stop - window.start)
        for run in _segment_runs(sheet, place, dense):
            part = slice(run.start - window.start, run.stop - window.start)
            judge_selected(frame(_dense(sheet, place, run)), out=Verdict(*out[:, part]))
        todo[inner] = sheet.odd[dense]
    rows, columns = np.nonzero(todo)
    if len(rows):
        verdict = judge_selected(_sparse(sheet, place, rows + window.start, columns))
        for codes, found in zip(out, (verdict.state, verdict.light, verdict.marks), strict=True):
            codes[rows, columns] = found[0]


def _segment_runs(sheet: _Sheet, place: int, dense: slice) -> Iterator[slice]:
    """Stretches of periods that lie in one segment of the path, so that its ends are the same."""
    if sheet.target.target_type is not TargetType.REACH:
        yield dense
        return
    days = sheet.days[dense]
    # without a baseline the path begins on the first due date, so that day is a run of its own
    edges = [int(sheet.dues[0]) - 1, *sheet.dues[: place + 1].tolist()]
    cuts = {0, len(days), *(int(np.searchsorted(days, edge, "right")) for edge in edges)}
    for start, stop in pairwise(sorted(cuts)):
        yield slice(dense.start + start, dense.start + stop)


def _settings(sheet: _Sheet) -> dict[str, Any]:
    """What all elements share."""
    target = sheet.target
    limits = target.thresholds
    stale = target.stale_after_days
    return {
        "down": np.array([[target.direction is Direction.DOWN]]),
        "target_type": np.array([[TYPE_CODE[target.target_type]]]),
        "tolerance": np.array([[target.tolerance]]),
        "integer": np.array([[target.integer]]),
        "unit": np.ones((1, 1)),
        "grace_days": np.array([[target.grace_days]]),
        "stale_after_days": np.array([[-1 if stale is None else stale]]),
        **{
            name: np.array([[float(getattr(limits, name))]])
            for name in ("green", "yellow", "start_up", "closing")
        },
        "equal_only": sheet.equal_only,
        "base_date": np.array([[sheet.base_day]]),
        "keeps_met": np.array([[True]]) if target.keeps_met else None,
        "binding": np.array([[True]]) if target.binding else None,
    }


def _dense(sheet: _Sheet, place: int, run: slice) -> Rows:
    """Numbers judged at their own date; elements that are not are overwritten afterwards."""
    days = sheet.days[run][:, np.newaxis]
    due = sheet.dues[place]
    past = days > due
    on_due, held = nowhere(), nowhere()
    if past.any():  # floor and ceiling only
        on_due, held = _at_due(sheet, place, slice(None))
    return Rows(
        **_settings(sheet),
        as_of=days,
        due=np.array([[due]]),
        bound=sheet.bounds[place],
        x=sheet.values[run],
        x_date=days,
        kind=np.array([[kernel.NUMBER]]),
        base=sheet.base,
        **_segment(sheet, place, days, None),
        upper=None if sheet.uppers is None else sheet.uppers[place],
        earlier=_earlier(sheet, place, days, None),
        on_due=on_due,
        held_at_due=held,
        provisional=None if sheet.provisional is None else sheet.provisional[run],
    )


def _sparse(sheet: _Sheet, place: int, rows: Ints, columns: Ints) -> Selected:
    """Listed elements, each with the reading found for it, one by one (steps 1 to 5 of `batch.select`)."""
    target, due = sheet.target, int(sheet.dues[place])
    kept, annual = target.target_type in _KEPT, target.target_type is TargetType.ANNUAL
    as_of = sheet.days[rows]
    due_row = int(np.searchsorted(sheet.days, due, "right")) - 1
    first = int(np.searchsorted(sheet.days, sheet.year_starts[place], "right")) if annual else 0
    latest = sheet.last[rows, columns]
    chosen = latest if kept else _last_until(sheet, np.minimum(rows, due_row), columns)
    if annual:
        latest = chosen
    latest, chosen = (np.where(index >= first, index, -1) for index in (latest, chosen))
    x, x_na = _reading(sheet, chosen, columns)
    kind = np.where(chosen < 0, kernel.ONLY_LATER, np.where(x_na, kernel.NOT_APPLICABLE, kernel.NUMBER))
    kind = np.where(latest < 0, kernel.NOTHING, kind)
    newest, _ = _reading(sheet, latest, columns)
    bound = _of(sheet.bounds[place], columns)
    late_row = np.full(len(rows), -1)
    if not kept and not annual:
        late_row = _late_rows(sheet, place, due_row)[columns]
        late_row = np.where((late_row >= 0) & (late_row <= rows), late_row, -1)
    late_value, _ = _reading(sheet, late_row, columns)
    met = meets(x * sheet.sign, bound * sheet.sign, sheet.equal_only[0])
    decider = np.where((late_row >= 0) & ~met & (kind != kernel.NOT_APPLICABLE), late_row, chosen)
    on_due, held = _at_due(sheet, place, columns)
    upper = None if sheet.uppers is None else _of(sheet.uppers[place], columns)
    x_date = np.where(chosen >= 0, sheet.days[np.maximum(chosen, 0)], 0)[np.newaxis, :]
    newest_unmet = ~np.isnan(newest) & ~meets(newest * sheet.sign, bound * sheet.sign, sheet.equal_only[0])
    return frame(
        Rows(
            **_settings(sheet),
            as_of=as_of[np.newaxis, :],
            due=np.array([[due]]),
            bound=bound[np.newaxis, :],
            x=x[np.newaxis, :],
            x_date=x_date,
            kind=kind[np.newaxis, :],
            base=_of(sheet.base, columns)[np.newaxis, :],
            **_segment(sheet, place, x_date, columns),
            upper=None if upper is None else upper[np.newaxis, :],
            earlier=_earlier(sheet, place, x_date, columns),
            on_due=on_due & (as_of >= due),
            held_at_due=held,
            late=(late_row >= 0)[np.newaxis, :],
            late_above=None if upper is None else (late_value > kernel.high(upper))[np.newaxis, :],
            latest_unmet=None if annual else newest_unmet[np.newaxis, :],
            provisional=_provisional(sheet, decider, columns),
        )
    )


def _last_until(sheet: _Sheet, rows: Ints, columns: Ints) -> Ints:
    """The row of the latest counted reading up to the given rows; -1 before the first."""
    return np.where(rows >= 0, sheet.last[np.maximum(rows, 0), columns], -1)


def _of(values: Floats, columns: Any) -> Floats:
    """One row of values for the listed series; a shared value for all."""
    return values[0] if values.shape[1] == 1 else values[0, columns]


def _reading(sheet: _Sheet, rows: Ints, columns: Ints) -> tuple[Floats, Bools]:
    """Value (NaN if none or not applicable) and whether it is *not applicable*."""
    at = np.maximum(rows, 0)
    absent = rows < 0
    value = np.where(absent, np.nan, sheet.values[at, columns])
    if sheet.not_applicable is None:
        return value, np.zeros(len(rows), bool)
    na = sheet.not_applicable[at, columns] & ~absent
    return np.where(na, np.nan, value), na


def _provisional(sheet: _Sheet, rows: Ints, columns: Ints) -> Bools | None:
    if sheet.provisional is None:
        return None
    return (sheet.provisional[np.maximum(rows, 0), columns] & (rows >= 0))[np.newaxis, :]


def _late_rows(sheet: _Sheet, place: int, due_row: int) -> Ints:
    """For every series, the row of the first reading after the due date that satisfies; -1 if none."""
    later = sheet.values[due_row + 1 :] * sheet.sign
    good = meets(later, sheet.bounds[place] * sheet.sign, sheet.equal_only)
    good &= ~sheet.absent[due_row + 1 :]
    if sheet.not_applicable is not None:
        good &= ~sheet.not_applicable[due_row + 1 :]
    if not len(good):
        return np.full(sheet.values.shape[1], -1)
    return np.where(good.any(axis=0), good.argmax(axis=0) + due_row + 1, -1)


def _at_due(sheet: _Sheet, place: int, columns: Any) -> tuple[Bools, Bools]:
    """Whether a reading is dated on the due date, and whether the one in force there satisfied."""
    due = int(sheet.dues[place])
    row = int(np.searchsorted(sheet.days, due, "right")) - 1
    if row < 0:
        return nowhere(), nowhere()
    every = np.arange(sheet.values.shape[1])
    first = 0
    if sheet.target.target_type is TargetType.ANNUAL:
        first = int(np.searchsorted(sheet.days, sheet.year_starts[place], "right"))
    at_due = sheet.last[row]
    on_due = (at_due == row) & (sheet.days[row] == due) & (row >= first)
    value, _ = _reading(sheet, at_due, every)
    held = meets(value * sheet.sign, sheet.bounds[place][0] * sheet.sign, sheet.equal_only[0])
    if sheet.target.target_type not in _KEPT:
        held = np.zeros_like(held)
    return on_due[np.newaxis, columns], held[np.newaxis, columns]


def _segment(sheet: _Sheet, place: int, x_date: Ints, columns: Ints | None) -> dict[str, Any]:
    """The path's segment that holds the dates.

    With `columns`, `x_date` is a row of one date per listed series. Without, it is a column of dates that
    all lie in one segment (`_segment_runs`), and values are rows over the series.
    """
    due = sheet.dues[place]
    if sheet.target.target_type is TargetType.ANNUAL:
        zero, start = np.zeros((1, 1)), np.array([[sheet.year_starts[place]]])
        bound = sheet.bounds[place] if columns is None else _of(sheet.bounds[place], columns)[np.newaxis, :]
        yes = np.ones((1, 1), bool)
        return {
            "reference": zero,
            "has_path": yes,
            "has_segment": yes,
            "segment_start": start,
            "segment_end": np.array([[due]]),
            "first_value": zero,
            "last_value": bound,
            "last_start": start,
        }
    pick = slice(None) if columns is None else columns
    base = _of(sheet.base, pick)[np.newaxis, :]
    exact = ~np.isnan(base)
    probe = x_date[:1] if columns is None else x_date
    end = np.minimum(np.searchsorted(sheet.dues, probe, "left"), place)
    knots = [_of(bound, pick)[np.newaxis, :] for bound in sheet.bounds[: place + 1]]
    opening = end == 0
    end_value, previous = _knot(knots, end), _knot(knots, np.maximum(end - 1, 0))
    end_date, previous_date = sheet.dues[end], sheet.dues[np.maximum(end - 1, 0)]
    start = np.where(opening, np.where(exact, sheet.base_day, end_date - 1), previous_date)
    value = np.where(opening, np.where(exact, base, end_value), previous)
    last_start = np.where(exact, float(sheet.base_day), np.nan) if place == 0 else sheet.dues[place - 1]
    begun = (exact | (probe >= sheet.dues[0])) & (sheet.target.target_type is TargetType.REACH)
    return {
        "reference": np.where(exact, base, knots[0]),
        "has_path": begun,
        "has_segment": exact | ~opening,
        "segment_start": start,
        "segment_end": end_date,
        "first_value": value,
        "last_value": end_value,
        "last_start": np.atleast_2d(np.asarray(last_start)),
    }


def _knot(knots: list[Floats], place: Ints) -> Floats:
    """The milestone value at each place: one for all, or one for each listed series."""
    answer = knots[int(place.flat[0])]
    if place.size > 1:
        for number, knot in enumerate(knots):
            answer = np.where(place == number, knot, answer)
    return answer


def _earlier(sheet: _Sheet, place: int, x_date: Ints, columns: Ints | None) -> Floats | None:
    """The strictest signed demand of earlier milestones due by the dates, -inf if none."""
    if place == 0 or sheet.target.target_type is TargetType.ANNUAL:
        return None
    pick = slice(None) if columns is None else columns
    strictest = np.full((1, 1), -np.inf)
    answer: Floats = strictest
    for due, bound in zip(sheet.dues[:place], sheet.bounds[:place], strict=True):
        demand = (_of(bound, pick) * sheet.sign)[np.newaxis, :]
        answer = np.maximum(answer, np.where(x_date >= due, demand, -np.inf))
    return answer
