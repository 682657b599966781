"""The judging kernel: domain §4.3 as elementwise array arithmetic.

It takes readings that have already been selected (`frame` prepares them) and answers with state, light and
marks for each. One what-if case and eighteen million readings come through `judge_selected`; it walks them in
blocks that stay in the processor's cache.

All values are *signed*: multiplied by -1 where the direction is `down`, so that more is always better. Every
comparison goes through `low` and `high`: "a ≥ b, or equal to 1e-9 of the larger magnitude" is
a ≥ b - `SLACK`·|b|. Shares are formed from differences to b, which the caller may supply exactly.

The steps, numbered as in the table of §4.3 from its last row to its first; a later step overrules:

 1. AT_RISK; 2. BEHIND; 3. ON_TRACK by its rules 1 to 3; 4. REGRESSED; 5. NOT_DUE; 6. MISSED; 7. BREACHED;
 8. PENDING; 9. MET_LATE; 10. MET; 11. NO_DATA; 12. NOT_APPLICABLE; then 13. marks; 14. the light.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from targets.progress.vocabulary import (
    LIGHT_CODE,
    MARK_BIT,
    STATE_BY_CODE,
    STATE_CODE,
    STATE_LIGHT,
    Light,
    Mark,
    State,
)

EPSILON: Final = 1e-9
SLACK: Final = EPSILON / (1 - EPSILON)
"""What a comparison allows relative to the bound. The rule allows 1e-9 of the larger magnitude; where that is
the reading's, it is this much of the bound's, and where it is the bound's, the excess is 1e-18 of it."""
BLOCK: Final = 1 << 15
"""Elements judged at a time: some ten temporaries of this many doubles fit a second-level cache."""

# What is known about the judged reading of a cell.
NOTHING: Final = 0
NUMBER: Final = 1
NOT_APPLICABLE: Final = 2
ONLY_LATER: Final = 3

Array = NDArray[Any]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.uint8]


def low(bound: Floats) -> Floats:
    """The smallest value that counts as at least `bound`."""
    return bound - SLACK * np.abs(bound)


def high(bound: Floats) -> Floats:
    """The largest value that counts as at most `bound`."""
    return bound + SLACK * np.abs(bound)


def meets(value: Floats, bound: Floats, equal_only: Array) -> Bools:
    """Whether signed values satisfy signed bounds; `equal_only` marks the comparator `=`. NaN never does."""
    return (value >= low(bound)) & (~np.asarray(equal_only, bool) | (value <= high(bound)))


@dataclass(slots=True, kw_only=True)
class Selected:
    """Selected readings with what §4.3 asks of them, as two-dimensional arrays that broadcast together.

    None means "nowhere" and saves the pass. Values are signed, days are counts of days.
    """

    x: Floats  # NaN where the judged reading is not a number
    met_low: Floats  # x at least this: the comparator is satisfied …
    met_high: Floats | None  # … and, where the comparator is "=", at most this
    kind: Codes | None  # NOTHING, NUMBER, NOT_APPLICABLE, ONLY_LATER; None: all NUMBER
    # flags of §4.3, each already decided by dates and earlier demands
    waiting: Bools | None  # NOT_DUE once nothing above it fits
    overdue: Bools | None
    breached: Bools | None
    pending: Bools | None
    late: Bools | None  # a reading after the due date satisfies
    # the path's segment: value = (first·days_left + last·days) / length, and the same for differences from b
    first: Floats | None  # None: no cell has a path; NaN: this one has none
    last: Floats
    days: Floats
    days_left: Floats
    length: Floats
    first_less_base: Floats | None  # None: 0, the segment begins at b
    last_less_base: Floats
    gained: Floats | None  # x - b; None: to be computed
    whole: Floats | None  # the size of one whole thing where the indicator counts them, else NaN
    base: Floats
    span: Floats  # v_n - b
    tolerance: Floats
    worst: Floats | None  # REGRESSED below this; -inf where it cannot be
    first_low: Floats  # rule 2: at least this …
    starting: Bools | None  # … within 起步期
    open_end: Bools  # rule 3 still counts: not in the closing stretch
    green_low: Floats
    yellow_low: Floats
    # marks
    stale: Bools | None
    latest_unmet: Bools | None  # the latest reading is a number that does not satisfy
    above_high: Floats | None  # ABOVE_RANGE beyond this; +inf where it cannot be
    late_above: Bools | None
    provisional: Bools | None
    keeps_met: Bools | None  # a provisional MET may stay green
    binding: Bools | None

    def present(self) -> Iterator[tuple[str, Array]]:
        for name in FIELD_NAMES:
            value = getattr(self, name)
            if value is not None:
                yield name, value


FIELD_NAMES: Final = tuple(field.name for field in fields(Selected))


@dataclass(slots=True)
class Numbers:
    """The figures beside a state, `expected` still signed; NaN is "none"."""

    expected: Floats
    share_done: Floats
    expected_share: Floats
    ratio: Floats


@dataclass(slots=True)
class Verdict:
    """Codes of states (`STATE_BY_CODE`) and lights (`LIGHT_BY_CODE`), and mark bits (`MARK_BIT`)."""

    state: Codes
    light: Codes
    marks: Codes
    numbers: Numbers | None = None

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> Verdict:
        """A verdict still to be filled in."""
        return cls(np.empty(shape, np.uint8), np.empty(shape, np.uint8), np.empty(shape, np.uint8))


class _Workspace:
    """Temporaries reused from block to block."""

    def __init__(self, size: int) -> None:
        self._floats = np.empty((4, size))
        self._bools = np.empty((3, size), bool)
        self._codes = np.empty(size, np.uint8)

    def floats(self, shape: tuple[int, int]) -> list[Floats]:
        size = shape[0] * shape[1]
        return [row[:size].reshape(shape) for row in self._floats]

    def bools(self, shape: tuple[int, int]) -> list[Bools]:
        size = shape[0] * shape[1]
        return [row[:size].reshape(shape) for row in self._bools]

    def codes(self, shape: tuple[int, int]) -> Codes:
        return self._codes[: shape[0] * shape[1]].reshape(shape)


def judge_selected(selected: Selected, *, out: Verdict | None = None) -> Verdict:
    """State, light and marks of every selected reading, in two dimensions.

    `out` takes the codes in place (two-dimensional uint8 arrays of the broadcast shape). Safe to call from
    several threads at once: it shares nothing and numpy releases the interpreter lock.
    """
    shape = np.broadcast_shapes(*(value.shape for _, value in selected.present()))
    if out is None:
        out = Verdict.empty(shape)
    if 0 in shape:
        return out
    columns = min(shape[1], BLOCK)
    rows = max(1, BLOCK // columns)
    workspace = _Workspace(rows * columns)
    with np.errstate(all="ignore"):
        for top in range(0, shape[0], rows):
            for left in range(0, shape[1], columns):
                window = (slice(top, top + rows), slice(left, left + columns))
                block = _cut(selected, window, all_columns=columns == shape[1])
                _judge_block(block, workspace, out.state[window], out.light[window], out.marks[window])
    return out


def figures(selected: Selected) -> Numbers:
    """Expected value and shares of selected readings, for showing; same formulas as the states.

    All NaN where the reading is no number; shares NaN where a divisor is 0 or b is missing.
    """
    shape = np.broadcast_shapes(*(value.shape for _, value in selected.present()))
    empty = np.full(shape, np.nan)
    if selected.first is None:
        return Numbers(empty, empty, empty, empty)
    with np.errstate(all="ignore"):
        path, offset = np.empty(shape), np.empty(shape)
        _path_into(selected, path, offset, np.empty(shape))
        number = ~np.isnan(selected.x)
        span = np.where(selected.span == 0, np.nan, selected.span)
        gained = selected.x - selected.base if selected.gained is None else selected.gained
        ratio = np.where((offset == 0) | np.isnan(span), np.nan, gained / offset)
        expected_share = np.where(number, offset / span, np.nan)
        return Numbers(np.where(number, path, np.nan), gained / span, expected_share, ratio)


def _cut(selected: Selected, window: tuple[slice, slice], all_columns: bool) -> Selected:
    """The part of the inputs that a window sees; what is the same for every row or column is kept whole."""
    every = slice(None)
    views = dict.fromkeys(FIELD_NAMES)
    for name, value in selected.present():
        by_row, by_column = value.shape[0] > 1, value.shape[1] > 1 and not all_columns
        if by_row or by_column:
            value = value[window[0] if by_row else every, window[1] if by_column else every]
        views[name] = value
    return Selected(**views)  # type: ignore[arg-type]


def _judge_block(s: Selected, workspace: _Workspace, state: Codes, light: Codes, marks: Codes) -> None:
    scratch = workspace.codes(state.shape)
    state[...] = STATE_CODE[State.AT_RISK]  # step 1
    if s.first is not None:
        _judge_against_path(s, workspace, state, scratch)  # steps 2 to 4
    for name, flag in (  # steps 5 to 9
        (State.NOT_DUE, s.waiting),
        (State.MISSED, s.overdue),
        (State.BREACHED, s.breached),
        (State.PENDING, s.pending),
        (State.MET_LATE, s.late),
    ):
        if flag is not None:
            _raise_to(state, name, flag, scratch)
    met, over, _ = workspace.bools(state.shape)
    np.greater_equal(s.x, s.met_low, out=met)
    if s.met_high is not None:
        np.logical_and(met, np.less_equal(s.x, s.met_high, out=over), out=met)
    _raise_to(state, State.MET, met, scratch)  # step 10
    if s.kind is not None:  # steps 11 and 12
        _raise_to(state, State.NO_DATA, s.kind == NOTHING, scratch)
        _raise_to(state, State.NOT_APPLICABLE, s.kind == NOT_APPLICABLE, scratch)
    _mark(s, state, marks, over)
    _light(s, state, light, scratch)


def _raise_to(state: Codes, name: State, where: Bools, scratch: Codes) -> None:
    """Lift the state to `name` where the flag is set; a state of higher rank stays."""
    code = np.uint8(STATE_CODE[name])
    if where.shape == state.shape:
        np.multiply(where.view(np.uint8), code, out=scratch)
        np.maximum(state, scratch, out=state)
    else:
        np.maximum(state, where.view(np.uint8) * code, out=state)


def _path_into(s: Selected, path: Floats, offset: Floats, scratch: Floats) -> None:
    """The path's value and its offset from b at the reading's own date (§4.2).

    Both weigh the segment's ends by whole days, so that whole-number inputs stay exact, the ends are met
    exactly, and a path that returns to b is found to be 0 from it.
    """
    assert s.first is not None, "callers have checked that there is a path"
    np.multiply(s.last, s.days, out=path)
    np.add(path, np.multiply(s.first, s.days_left, out=scratch), out=path)
    np.divide(path, s.length, out=path)
    np.multiply(s.last_less_base, s.days, out=offset)
    if s.first_less_base is not None:
        np.add(offset, np.multiply(s.first_less_base, s.days_left, out=scratch), out=offset)
    np.divide(offset, s.length, out=offset)
    if s.whole is not None:
        units = path / s.whole
        nearest = np.rint(units)
        same = np.abs(units - nearest) <= EPSILON * np.maximum(np.abs(units), np.abs(nearest))
        rounded = np.where(same, nearest, np.floor(units)) * s.whole
        counted = np.broadcast_to(~np.isnan(s.whole), path.shape)
        np.copyto(path, rounded, where=counted)
        np.copyto(offset, rounded - s.base, where=counted)


def _judge_against_path(s: Selected, workspace: _Workspace, state: Codes, scratch: Codes) -> None:
    path, offset, ratio, line = workspace.floats(state.shape)
    on_track, test, enough = workspace.bools(state.shape)
    _path_into(s, path, offset, ratio)
    # rule 1: not worse than the path by more than the tolerance
    np.subtract(path, s.tolerance, out=path)
    np.multiply(np.abs(path, out=line), SLACK, out=line)
    np.subtract(path, line, out=line)
    np.greater_equal(s.x, line, out=on_track)
    # rule 2: 起步期
    if s.starting is not None:
        np.logical_and(np.greater_equal(s.x, s.first_low, out=test), s.starting, out=test)
        np.logical_or(on_track, test, out=on_track)
    # rule 3: far enough along, before the closing stretch; expected_share and r exist only for a span
    gained = np.subtract(s.x, s.base, out=ratio) if s.gained is None else s.gained
    np.divide(gained, offset, out=ratio)
    np.multiply(offset, s.span, out=line)
    behind = np.not_equal(line, 0.0, out=test)
    np.logical_and(behind, np.greater_equal(ratio, s.yellow_low, out=enough), out=behind)
    _raise_to(state, State.BEHIND, behind, scratch)
    ahead = np.greater(line, 0.0, out=test)
    np.logical_and(ahead, np.greater_equal(ratio, s.green_low, out=enough), out=ahead)
    np.logical_and(ahead, s.open_end, out=ahead)
    np.logical_or(on_track, ahead, out=on_track)
    _raise_to(state, State.ON_TRACK, on_track, scratch)
    if s.worst is not None:
        _raise_to(state, State.REGRESSED, np.less(s.x, s.worst, out=test), scratch)


def _mark(s: Selected, state: Codes, marks: Codes, scratch: Bools) -> None:
    marks[...] = 0
    if s.latest_unmet is not None:
        met = (state == STATE_CODE[State.MET]) | (state == STATE_CODE[State.MET_LATE])
        _set_mark(marks, Mark.FALLEN_BACK, met & s.latest_unmet)
    if s.above_high is not None:
        above = (state == STATE_CODE[State.MET]) & np.greater(s.x, s.above_high, out=scratch)
        if s.late_above is not None:
            above |= (state == STATE_CODE[State.MET_LATE]) & s.late_above
        _set_mark(marks, Mark.ABOVE_RANGE, above)
    for mark, flag in (
        (Mark.STALE, s.stale),
        (Mark.PROVISIONAL, s.provisional),
        (Mark.BINDING, s.binding),
    ):
        if flag is not None:
            _set_mark(marks, mark, flag)


def _set_mark(marks: Codes, mark: Mark, where: Bools) -> None:
    np.bitwise_or(marks, where.view(np.uint8) * np.uint8(MARK_BIT[mark]), out=marks)


# A light follows from the state and four flags, so it is read from a table: bits 0-3 the state, then these.
_OVERDUE, _STALE, _PROVISIONAL, _KEEPS_MET = 16, 32, 64, 128
_TURNS_GREY_WHEN_STALE: Final = {State.MET, State.ON_TRACK, State.BEHIND, State.NOT_DUE}


def _light_of(index: int) -> Light:
    code = index & 15
    if code >= len(STATE_BY_CODE):
        return Light.GREY
    state = STATE_BY_CODE[code]
    if state is State.NO_DATA:
        return Light.RED if index & _OVERDUE else Light.GREY
    if index & _STALE and state in _TURNS_GREY_WHEN_STALE:
        return Light.GREY
    if index & _PROVISIONAL and not (index & _KEEPS_MET and state in (State.MET, State.MET_LATE)):
        return Light.GREY
    return STATE_LIGHT[state]


LIGHT_TABLE: Final = np.array([LIGHT_CODE[_light_of(index)] for index in range(256)], np.uint8)


def _light(s: Selected, state: Codes, light: Codes, scratch: Codes) -> None:
    index = scratch
    index[...] = state
    for flag, bit in (
        (s.overdue, _OVERDUE),
        (s.stale, _STALE),
        (s.provisional, _PROVISIONAL),
        (s.keeps_met, _KEEPS_MET),
    ):
        if flag is not None:
            np.bitwise_or(index, flag.view(np.uint8) * np.uint8(bit), out=index)
    np.take(LIGHT_TABLE, index, out=light, mode="clip")
