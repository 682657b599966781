"""One target over a matrix of series and periods: the history a page or a month-end needs.

Each period end is judged as of its own date, so every element has its own `as_of`. `batch` is the neighbour
for cases that differ; both end in the same `frame` and `kernel`.

Almost every element of a full matrix is a number judged at its own date, and there the path depends on the
period only through its date; those are judged as whole blocks (`_dense`). The others, *not reported* (the
last known reading is judged, at its own date), *not applicable*, or past a due date (the reading is fixed,
later ones may come late), are listed and judged one by one (`grid_cells`), still as one vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np

from targets.progress import kernel
from targets.progress.frame import Rows, frame, nowhere
from targets.progress.grid_cells import listed
from targets.progress.grid_sheet import (
    KEPT,
    GridTarget,
    Sheet,
    at_due,
    earlier_demand,
    segment,
    settings,
)
from targets.progress.kernel import Array, Bools, Floats, Verdict, judge_selected
from targets.progress.vocabulary import TargetType


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
    sheet = Sheet(target, values, period_ends, not_applicable, provisional)
    periods, series = sheet.values.shape
    if judge == "all":
        out = np.empty((3, len(sheet.dues), periods, series), np.uint8)
        for place in range(len(sheet.dues)):
            _judge_milestone(sheet, place, slice(0, periods), out[:, place])
        return Verdict(out[0].swapaxes(1, 2), out[1].swapaxes(1, 2), out[2].swapaxes(1, 2))
    out = np.empty((3, periods, series), np.uint8)
    for place, window in _next_windows(sheet):
        _judge_milestone(sheet, place, window, out[:, window])
    return Verdict(out[0].T, out[1].T, out[2].T)


def _next_windows(sheet: Sheet) -> Iterator[tuple[int, slice]]:
    """The periods for which each milestone is the next; the last milestone takes all later ones."""
    place = np.minimum(np.searchsorted(sheet.dues, sheet.days, "left"), len(sheet.dues) - 1)
    for milestone in np.unique(place):
        found = np.flatnonzero(place == milestone)
        yield int(milestone), slice(int(found[0]), int(found[-1]) + 1)


def _judge_milestone(sheet: Sheet, place: int, window: slice, out: Array) -> None:
    """Judge the periods of the window against one milestone into `out`, [3, window, series]."""
    target = sheet.target
    days = sheet.days[window]
    if target.target_type in KEPT:
        dense = slice(window.start, window.stop)
    else:
        dense = slice(max(window.start, sheet.first_row(place)), min(window.stop, sheet.due_row(place) + 1))
    series = sheet.values.shape[1]
    todo = sheet.odd[window]
    if dense != window:
        todo = np.ones((len(days), series), bool)
    if dense.stop > dense.start:
        for run in _runs(sheet, place, dense):
            part = slice(run.start - window.start, run.stop - window.start)
            judge_selected(frame(_dense(sheet, place, run)), out=Verdict(*out[:, part]))
        if dense != window:
            todo[dense.start - window.start : dense.stop - window.start] = sheet.odd[dense]
    rows, columns = np.divmod(np.flatnonzero(todo), series)
    if len(rows):
        verdict = judge_selected(frame(listed(sheet, place, rows + window.start, columns)))
        for codes, found in zip(out, (verdict.state, verdict.light, verdict.marks), strict=True):
            codes[rows, columns] = found[0]


def _runs(sheet: Sheet, place: int, dense: slice) -> Iterator[slice]:
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


def _dense(sheet: Sheet, place: int, run: slice) -> Rows:
    """Numbers judged at their own date; elements that are not are overwritten afterwards."""
    days = sheet.days[run][:, np.newaxis]
    due = sheet.dues[place]
    past = days > due
    on_due, held = nowhere(), nowhere()
    if past.any():  # floor and ceiling only
        on_due, held = at_due(sheet, place, slice(None))
    return Rows(
        **settings(sheet),
        as_of=days,
        due=np.array([[due]]),
        bound=sheet.bounds[place],
        x=sheet.values[run],
        x_date=days,
        kind=np.array([[kernel.NUMBER]]),
        base=sheet.base,
        **segment(sheet, place, days, None),
        upper=None if sheet.uppers is None else sheet.uppers[place],
        earlier=earlier_demand(sheet, place, days, None),
        on_due=on_due,
        held_at_due=held,
        provisional=None if sheet.provisional is None else sheet.provisional[run],
    )
