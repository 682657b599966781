"""The selection of the readings each milestone is judged on (domain §4.2), for all cases at once.

The steps of `select`, for every milestone:

 1. the window of counted readings: not before the baseline date, not after `as_of`, for `annual` only the
    year's own;
 2. x, the latest reading on or before min(as_of, due); for `floor` and `ceiling` on or before `as_of`;
 3. the path's segment that holds the date of x;
 4. what earlier milestones demanded by then;
 5. what was reported on and after the due date.

Searching is by one sorted key per table: case number × stride + day. `grid` is the neighbour for one target
over a matrix of periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from targets.progress import kernel
from targets.progress.batch import Batch, Ints
from targets.progress.frame import Rows, frame
from targets.progress.kernel import Array, Bools, Floats, Numbers, Verdict, figures, judge_selected, meets
from targets.progress.vocabulary import TYPE_CODE, TargetType

_ANNUAL, _REACH = TYPE_CODE[TargetType.ANNUAL], TYPE_CODE[TargetType.REACH]
_KEPT: Final = (TYPE_CODE[TargetType.FLOOR], TYPE_CODE[TargetType.CEILING])


@dataclass(slots=True)
class Selection:
    """Where the judged readings are: indices into the batch's readings, one per milestone row."""

    case: Ints
    x_index: Ints  # -1: none
    late_index: Ints  # -1: none
    first: Ints  # the counted readings are [first, known) …
    known: Ints
    kind: NDArray[np.uint8]
    rows: Rows


class _Key:
    """Binary search for days inside each case of a ragged, date-sorted column."""

    def __init__(self, offsets: Ints, days: Ints, others: tuple[Ints, ...]) -> None:
        everything = [column for column in (days, *others) if len(column)]
        self._floor = min(int(column.min()) for column in everything) - 1
        self._ceiling = max(int(column.max()) for column in everything) + 1
        self._stride = self._ceiling - self._floor + 1
        case = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        self._keys = case * self._stride + (days - self._floor)

    def _key(self, case: Ints, day: Ints) -> Ints:
        return case * self._stride + (np.clip(day, self._floor, self._ceiling) - self._floor)

    def before(self, case: Ints, day: Ints) -> Ints:
        """Index of the first entry of the case dated on or after the day."""
        return np.searchsorted(self._keys, self._key(case, day), "left")

    def until(self, case: Ints, day: Ints) -> Ints:
        """Index past the last entry of the case dated on or before the day."""
        return np.searchsorted(self._keys, self._key(case, day), "right")


def judge_batch(batch: Batch) -> tuple[Selection, Verdict]:
    """Every milestone of every case, judged in one pass; one-dimensional results in the batch's order."""
    selection = select(batch)
    selected = frame(selection.rows)
    verdict = judge_selected(selected)
    numbers = figures(selected)
    count = len(batch.due)

    def flat(column: Array) -> Array:
        return np.broadcast_to(column, (1, count))[0]

    shown = Numbers(
        expected=flat(numbers.expected),
        share_done=flat(numbers.share_done),
        expected_share=flat(numbers.expected_share),
        ratio=flat(numbers.ratio),
    )
    return selection, Verdict(flat(verdict.state), flat(verdict.light), flat(verdict.marks), shown)


def select(batch: Batch) -> Selection:
    """The judged reading of every milestone, with its path segment (steps 1 to 5)."""
    case = np.repeat(np.arange(len(batch.as_of)), np.diff(batch.milestone_offsets))
    kind_of = batch.target_type[case]
    annual, kept = kind_of == _ANNUAL, np.isin(kind_of, _KEPT)
    as_of, due = batch.as_of[case], batch.due
    key = _Key(batch.reading_offsets, batch.reading_date, (batch.due, batch.as_of))

    # step 1
    start = batch.reading_offsets[case]
    first = np.where(batch.has_base_date[case], key.before(case, batch.base_date[case]), start)
    first = np.where(annual, key.until(case, batch.year_start), first)
    by_due, by_as_of = key.until(case, due), key.until(case, as_of)
    known = np.where(annual, np.minimum(by_due, by_as_of), by_as_of)
    # step 2
    last = np.where(kept, by_as_of, np.minimum(by_due, by_as_of))
    x_index = np.where(last > first, last - 1, -1)
    x, x_date = _taken(batch, x_index)
    kind = np.where(
        x_index < 0, kernel.ONLY_LATER, np.where(np.isnan(x), kernel.NOT_APPLICABLE, kernel.NUMBER)
    )
    kind = np.where(known > first, kind, kernel.NOTHING).astype(np.uint8)

    sign = np.where(batch.down[case], -1.0, 1.0)
    at_due = np.where(by_due > first, by_due - 1, -1)
    due_value, due_date = _taken(batch, at_due)
    latest, _ = _taken(batch, np.where(known > first, known - 1, -1))
    bound = batch.bound * sign
    late_index = _first_late(batch, case, np.maximum(by_due, first), known, (as_of > due) & ~kept & ~annual)
    late_value, _ = _taken(batch, late_index)
    segment = _segments(batch, case, x_date, kind)
    decider = np.where(late_index >= 0, late_index, x_index)
    met = meets(x * sign, bound, batch.equal_only)
    decider = np.where(met | (kind == kernel.NOT_APPLICABLE), x_index, decider)

    rows = Rows(
        down=_row(batch.down[case]),
        target_type=_row(kind_of),
        as_of=_row(as_of),
        due=_row(due),
        bound=_row(batch.bound),
        bound_less_reference=_row(batch.bound_less_base),
        x_less_reference=_row(_gather(batch.reading_less_base, x_index, np.nan)),
        x=_row(x),
        x_date=_row(x_date),
        kind=_row(kind),
        base=_row(batch.base[case]),
        base_date=_row(batch.base_date[case]),
        **{name: _row(column) for name, column in segment.items()},
        tolerance=_row(batch.tolerance[case]),
        integer=_row(batch.integer[case]),
        unit=_row(batch.unit[case]),
        grace_days=_row(batch.grace_days[case]),
        stale_after_days=_row(batch.stale_after_days[case]),
        **{
            name: _row(batch.thresholds[place][case])
            for place, name in enumerate(("green", "yellow", "start_up", "closing"))
        },
        upper=_row(batch.upper),
        equal_only=_row(batch.equal_only),
        on_due=_row((due_date == due) & (due <= as_of)),
        held_at_due=_row(kept & meets(due_value * sign, bound, batch.equal_only)),
        late=_row(late_index >= 0),
        late_above=_row(late_value > kernel.high(batch.upper)),
        latest_unmet=_row(~annual & ~np.isnan(latest) & ~meets(latest * sign, bound, batch.equal_only)),
        provisional=_row((decider >= 0) & _gather(batch.reading_provisional, decider, False)),
        keeps_met=_row(batch.keeps_met[case]),
        binding=_row(batch.binding[case]),
    )
    return Selection(case, x_index, late_index, first, known, kind, rows)


def _row(column: Array) -> Array:
    return column[np.newaxis, :]


def _gather(column: Array, index: Ints, default: Any) -> Array:
    """The column at the index, `default` where the index is -1."""
    if not len(column):
        return np.full(len(index), default)
    return np.where(index >= 0, column[np.maximum(index, 0)], default)


def _taken(batch: Batch, index: Ints) -> tuple[Floats, Ints]:
    """Value and date of the readings at the index; NaN and 0 where it is -1."""
    return _gather(batch.reading_value, index, np.nan), _gather(batch.reading_date, index, 0)


def _first_late(batch: Batch, case: Ints, after: Ints, known: Ints, asked: Bools) -> Ints:
    """Index of the first reading of [after, known) that satisfies the milestone, -1 if none (step 5)."""
    answer = np.full(len(case), -1)
    rows = np.flatnonzero(asked & (known > after))
    if not len(rows):
        return answer
    length = known[rows] - after[rows]
    owner = np.repeat(rows, length)
    place = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    index = np.repeat(after[rows], length) + place
    sign = np.where(batch.down[case[owner]], -1.0, 1.0)
    good = meets(
        batch.reading_value[index] * sign,
        batch.bound[owner] * sign,
        batch.equal_only[owner],
    )
    # np.unique returns the first occurrence, and a row's readings stand in order of date
    winners, first = np.unique(owner[good], return_index=True)
    answer[winners] = index[good][first]
    return answer


def _segments(batch: Batch, case: Ints, x_date: Ints, kind: NDArray[np.uint8]) -> dict[str, Array]:
    """The path's segment that holds x_date, and the demands of earlier milestones (steps 3 and 4)."""
    count = len(batch.due)
    own = np.arange(count)
    begin = batch.milestone_offsets[case]
    annual = batch.target_type[case] == _ANNUAL
    exact = ~np.isnan(batch.base[case])
    key = _Key(batch.milestone_offsets, batch.due, (batch.as_of, x_date))
    # the end of the segment is the first milestone due on or after x_date, never one past the judged one
    end = np.minimum(np.maximum(key.before(case, x_date), begin), own)
    opening = end == begin  # the segment that starts at the baseline
    previous = np.maximum(end - 1, begin)
    from_base = opening & exact
    pathless_start = opening & ~exact  # x_date is at most the first due date: no segment holds it
    first_due, first_bound = batch.due[begin], batch.bound[begin]
    start = np.where(from_base, batch.base_date[case], batch.due[previous])
    start = np.where(pathless_start, batch.due[end] - 1, start)
    value = np.where(from_base, batch.base[case], batch.bound[previous])
    value = np.where(pathless_start, batch.bound[end], value)
    first_less_base = batch.bound_less_base[np.where(opening, end, previous)]
    begun = exact | (x_date >= first_due)
    reach = batch.target_type[case] == _REACH
    last_start = np.where(own > begin, batch.due[np.maximum(own - 1, 0)], np.nan)
    last_start = np.where((own == begin) & exact, batch.base_date[case], last_start)
    # demands of earlier milestones: those due by x_date are a prefix, so a running maximum answers
    sign = np.where(batch.down[case], -1.0, 1.0)
    strictest = _running_maximum(batch.bound * sign, own - begin)
    by_x = np.minimum(key.until(case, x_date), own)
    number = kind == kernel.NUMBER
    return {
        "reference": np.where(annual, 0.0, np.where(exact, batch.base[case], first_bound)),
        "has_path": number & (annual | (reach & begun)),
        "has_segment": annual | ~pathless_start,
        "segment_start": np.where(annual, batch.year_start, start),
        "segment_end": np.where(annual, batch.due, batch.due[end]),
        "first_value": np.where(annual, 0.0, value),
        "last_value": np.where(annual, batch.bound, batch.bound[end]),
        "first_less_reference": np.where(annual | from_base, 0.0, first_less_base),
        "last_less_reference": np.where(annual, batch.bound_less_base, batch.bound_less_base[end]),
        "last_start": np.where(annual, batch.year_start, last_start),
        "earlier": np.where(by_x > begin, strictest[np.maximum(by_x - 1, 0)], -np.inf),
    }


def _running_maximum(values: Floats, place: Ints) -> Floats:
    """The maximum of each value and those before it in its case; `place` is the position in the case."""
    answer = values.copy()
    for step in range(1, int(place.max(initial=0)) + 1):
        rows = np.flatnonzero(place >= step)
        # each pass extends the reach by one milestone; cases have a handful
        answer[rows] = np.maximum(answer[rows], values[rows - step])
    return answer
