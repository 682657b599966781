"""A target over a matrix of periods: where its readings are and what they are held against.

The material of `grid` (whole blocks) and `grid_cells` (listed elements), which judge it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from targets.progress.batch import Ints
from targets.progress.cases import DEFAULT_THRESHOLDS, Thresholds
from targets.progress.frame import nowhere
from targets.progress.kernel import Array, Bools, Floats, meets
from targets.progress.vocabulary import TYPE_CODE, Comparator, Direction, TargetType

KEPT: Final = (TargetType.FLOOR, TargetType.CEILING)


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


class Sheet:
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

    def due_row(self, place: int) -> int:
        """The row of the latest period that ends on or before the due date; -1 if none."""
        return int(np.searchsorted(self.days, self.dues[place], "right")) - 1

    def first_row(self, place: int) -> int:
        """The first row whose readings exist for the milestone: for `annual` the first of its year."""
        if self.target.target_type is not TargetType.ANNUAL:
            return 0
        return int(np.searchsorted(self.days, self.year_starts[place], "right"))

    @property
    def last(self) -> Array:
        """For every element, the row of the latest counted reading up to it, -1 if none."""
        if self._last is None:
            last = np.full(self.values.shape[1], -1, np.int16)
            self._last = np.empty(self.values.shape, np.int16)
            # a loop over the periods: accumulating down the columns would miss the cache at every step
            for row, absent in enumerate(self.absent):
                last = self._last[row] = np.where(absent, last, np.int16(row))
        return self._last


def settings(sheet: Sheet) -> dict[str, Any]:
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


def of_series(values: Floats, columns: Any) -> Floats:
    """One row of values for the listed series; a shared value for all."""
    return values[0] if values.shape[1] == 1 else values[0, columns]


def reading_at(sheet: Sheet, rows: Ints, columns: Ints) -> tuple[Floats, Bools]:
    """Value (NaN if none or not applicable) and whether it is *not applicable*."""
    at = np.maximum(rows, 0)
    absent = rows < 0
    value = np.where(absent, np.nan, sheet.values[at, columns])
    if sheet.not_applicable is None:
        return value, np.zeros(len(rows), bool)
    na = sheet.not_applicable[at, columns] & ~absent
    return np.where(na, np.nan, value), na


def at_due(sheet: Sheet, place: int, columns: Any) -> tuple[Bools, Bools]:
    """Whether a reading is dated on the due date, and whether what must be kept was kept there."""
    row = sheet.due_row(place)
    if row < 0:
        return nowhere(), nowhere()
    last = sheet.last[row]
    on_due = (last == row) & (sheet.days[row] == sheet.dues[place])
    if sheet.target.target_type not in KEPT:
        return on_due[np.newaxis, columns], nowhere()
    value, _ = reading_at(sheet, last, np.arange(len(last)))
    held = meets(value * sheet.sign, sheet.bounds[place][0] * sheet.sign, sheet.equal_only[0])
    return on_due[np.newaxis, columns], held[np.newaxis, columns]


def segment(sheet: Sheet, place: int, x_date: Ints, columns: Ints | None) -> dict[str, Any]:
    """The path's segment that holds the dates.

    With `columns`, `x_date` is a row of one date per listed series. Without, it is a column of dates that
    all lie in one segment (`_segment_runs`), and values are rows over the series.
    """
    due = sheet.dues[place]
    if sheet.target.target_type is TargetType.ANNUAL:
        zero, start = np.zeros((1, 1)), np.array([[sheet.year_starts[place]]])
        bound = (
            sheet.bounds[place] if columns is None else of_series(sheet.bounds[place], columns)[np.newaxis, :]
        )
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
    base = of_series(sheet.base, pick)[np.newaxis, :]
    exact = ~np.isnan(base)
    if exact.all() or not exact.any():
        # one answer for all series keeps the dates of the segment a column, not a full matrix
        exact = exact[:, :1]
    probe = x_date[:1] if columns is None else x_date
    end = np.minimum(np.searchsorted(sheet.dues, probe, "left"), place)
    knots = [of_series(bound, pick)[np.newaxis, :] for bound in sheet.bounds[: place + 1]]
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


def earlier_demand(sheet: Sheet, place: int, x_date: Ints, columns: Ints | None) -> Floats | None:
    """The strictest signed demand of earlier milestones due by the dates, -inf if none."""
    if place == 0 or sheet.target.target_type is TargetType.ANNUAL:
        return None
    pick = slice(None) if columns is None else columns
    strictest = np.full((1, 1), -np.inf)
    answer: Floats = strictest
    for due, bound in zip(sheet.dues[:place], sheet.bounds[:place], strict=True):
        demand = (of_series(bound, pick) * sheet.sign)[np.newaxis, :]
        answer = np.maximum(answer, np.where(x_date >= due, demand, -np.inf))
    return answer
