"""The outlook of a milestone: its Theil-Sen forecast (domain §4.4).

A second mark beside the light, never mixed into it. Slopes are per day inside, so that whole-number inputs
stay exact. The required pace needs no vector; the neighbour `answers` states it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from targets.progress import kernel
from targets.progress.batch import Batch, Ints
from targets.progress.kernel import Array, Bools, Floats
from targets.progress.selection import Selection

Z_90: Final = 1.2815515655446004
"""Standard normal quantile at 0.90: both tails of an 80 % interval."""
LEAST_POINTS: Final = 3
_CHUNK: Final = 1 << 22


@dataclass(slots=True)
class Outlook:
    """Per milestone, in the batch's unit; NaN is "none"."""

    forecast: Floats
    low: Floats
    high: Floats


def outlook(batch: Batch, selection: Selection, percent: Bools) -> Outlook:
    """The forecast with its 80 % interval, capped to what the unit allows.

    `percent` says per case that values lie between 0 and 100. No forecast once the due date is past, without
    a number to start from, or with fewer than three dates.
    """
    rows = selection.rows
    x, x_date = rows.x[0], rows.x_date[0]
    left = (batch.due - x_date).astype(float)
    answer = Outlook(*(np.full(len(x), np.nan) for _ in range(3)))
    asked = np.flatnonzero((selection.kind == kernel.NUMBER) & (batch.as_of[selection.case] <= batch.due))
    if not len(asked):
        return answer
    owner, days, values = _points(batch, selection, asked)
    for place, slopes in _slopes_by_row(owner, days, values, len(asked)):
        row = asked[place]
        for column, slope in zip((answer.forecast, answer.low, answer.high), slopes, strict=True):
            column[row] = _extrapolated(x[row], slope * left[row])
    negative = batch.any_negative[selection.case]
    below_zero = values < 0
    negative[asked[owner[below_zero]]] = True
    bottom = np.where(negative, -np.inf, 0.0)
    top = np.where(percent[selection.case], 100.0 * batch.unit[selection.case], np.inf)
    for column in (answer.forecast, answer.low, answer.high):
        np.minimum(np.maximum(column, bottom), top, out=column)
    return answer


def _points(batch: Batch, selection: Selection, asked: Ints) -> tuple[Ints, Floats, Floats]:
    """The points of each asked row, in order of date: numeric readings known, and the exact baseline."""
    first, length = selection.first[asked], selection.known[asked] - selection.first[asked]
    owner = np.repeat(np.arange(len(asked)), length)
    index = np.repeat(first - (np.cumsum(length) - length), length) + np.arange(length.sum())
    kept = ~np.isnan(batch.reading_value[index])
    owner, index = owner[kept], index[kept]
    days, values = batch.reading_date[index], batch.reading_value[index]
    case = selection.case[asked]
    base_date, base = batch.base_date[case], batch.base[case]
    taken = np.zeros(len(asked), bool)  # a reading on the baseline date stands for the baseline
    taken[owner[days == base_date[owner]]] = True
    extra = np.flatnonzero(~np.isnan(base) & ~taken)
    owner = np.concatenate([owner, extra])
    days = np.concatenate([days, base_date[extra]])
    values = np.concatenate([values, base[extra]])
    order = np.lexsort((days, owner))
    return owner[order], days[order].astype(float), values[order]


def _slopes_by_row(
    owner: Ints, days: Floats, values: Floats, rows: int
) -> list[tuple[Ints, tuple[Floats, Floats, Floats]]]:
    """Median slope and interval per day, for groups of rows with the same number of points."""
    count = np.bincount(owner, minlength=rows)
    start = np.cumsum(count) - count
    answer = []
    for size in np.unique(count[count >= LEAST_POINTS]):
        members = np.flatnonzero(count == size)
        step = max(1, _CHUNK // int(size * (size - 1) // 2))
        for begin in range(0, len(members), step):
            part = members[begin : begin + step]
            index = start[part][:, np.newaxis] + np.arange(size)
            answer.append((part, _sen(days[index], values[index])))
    return answer


def _sen(days: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Theil-Sen slope and Sen's 80 % interval of each row; days differ within a row.

    Sen's interval (Gilbert 1987, 16.4.2): C = z·sqrt(n(n-1)(2n+5)/18), ranks (N'-C)/2 and (N'+C)/2 + 1 of the
    N' ordered slopes, interpolated between ranks.
    """
    size = days.shape[1]
    earlier, later = np.triu_indices(size, 1)
    slopes = np.sort((values[:, later] - values[:, earlier]) / (days[:, later] - days[:, earlier]), axis=1)
    pairs = slopes.shape[1]
    spread = Z_90 * sqrt(size * (size - 1) * (2 * size + 5) / 18)
    return (
        np.median(slopes, axis=1),
        _at_rank(slopes, (pairs - spread) / 2),
        _at_rank(slopes, (pairs + spread) / 2 + 1),
    )


def _at_rank(ordered: Floats, rank: float) -> Floats:
    """The value at a 1-based fractional rank, clamped to the ends."""
    rank = min(max(rank, 1.0), float(ordered.shape[1]))
    below = int(rank)
    above = min(below + 1, ordered.shape[1])
    share = rank - below
    return ordered[:, below - 1] * (1 - share) + ordered[:, above - 1] * share


def _extrapolated(x: Floats, change: Floats) -> Floats:
    """The value at the end of the line; a difference that is rounding noise is 0."""
    end: Array = x + change
    noise = 1e-12 * np.maximum(np.abs(x), np.abs(change))
    return np.where(np.abs(end) <= noise, 0.0, end)
