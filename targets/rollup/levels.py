"""Figures of parents from figures of members, level by level (domain §4.5).

Steps of `roll_up`, for every leading index (a period, or indicator and period) at once:

 1. count the members, those that reported, and those for which it is applicable;
 2. combine the applicable values by the method;
 3. a parent nobody reported for is missing; one whose reports are all *not applicable*, or 0 / 0, is
    *not applicable*;
 4. a parent with some reports missing is provisional, unless the lead department makes it count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from targets.progress.vocabulary import RollUp
from targets.rollup.groups import Bools, Floats, Groups, Ints, RollUpError, as_rows


@dataclass(slots=True, kw_only=True)
class RolledUp:
    """Figures of the parents, each [..., parents].

    `value` is NaN where missing or not applicable. `numerator` and `denominator` are the sums that a further
    level adds up (for a method other than a ratio, `numerator` is the value itself). `reported` of `expected`
    is the "8/9" of the page, counted in lowest members.
    """

    value: Floats
    numerator: Floats
    denominator: Floats | None
    not_applicable: Bools
    reported: Ints
    expected: Ints
    provisional: Bools


def roll_up(
    method: RollUp,
    numerator: Floats,
    denominator: Floats | None,
    parent_index: Sequence[int] | Ints | Groups,
    n_parents: int | None = None,
    *,
    scale: float = 100.0,
    not_applicable: Bools | None = None,
    counted_as_complete: Bools | bool = False,
) -> RolledUp:
    """One level: members on the last axis become parents on the last axis.

    `numerator` is the value itself unless the method is `ratio_of_sums`, whose value is
    Σ numerator / Σ denominator × `scale`. NaN is *not reported*. `counted_as_complete`, [..., parents], says
    where the lead department made an incomplete figure count. Raises `RollUpError` for a method that does
    not combine values.
    """
    groups = parent_index if isinstance(parent_index, Groups) else Groups(parent_index, n_parents or 0)
    shape = numerator.shape[:-1]
    flat = as_rows(numerator)
    below = None if denominator is None else denominator.reshape(flat.shape)
    absent = np.isnan(flat) if below is None else np.isnan(flat) | np.isnan(below)
    na = None if not_applicable is None else not_applicable.reshape(flat.shape)
    if na is not None:
        absent = absent & ~na
    expected = np.broadcast_to(groups.size, (len(flat), groups.n_parents))
    reported = expected - groups.count(absent)
    applicable = reported if na is None else reported - groups.count(na)
    hidden = absent if na is None else absent | na
    sums = _combine(method, flat, below, hidden, groups)
    return _finish(method, sums, reported, expected, applicable, scale, counted_as_complete, shape)


def roll_up_levels(
    method: RollUp,
    numerator: Floats,
    denominator: Floats | None,
    levels: Sequence[Groups],
    *,
    scale: float = 100.0,
    not_applicable: Bools | None = None,
) -> list[RolledUp]:
    """Several levels, lowest first: counties to cities, cities to provinces, provinces to the nation.

    Each level adds up the sums and the counts of the one below, so a nation's figure says how many of its
    counties reported. Array shapes as in `roll_up`.
    """
    if not levels:
        return []
    answer = [roll_up(method, numerator, denominator, levels[0], scale=scale, not_applicable=not_applicable)]
    for groups in levels[1:]:
        answer.append(_next_level(method, answer[-1], groups, scale))
    return answer


def _next_level(method: RollUp, below: RolledUp, groups: Groups, scale: float) -> RolledUp:
    shape = below.value.shape[:-1]

    numerator = as_rows(below.numerator)
    denominator = None if below.denominator is None else as_rows(below.denominator)
    reported = groups.sum(as_rows(below.reported).astype(float)).astype(np.int64)
    expected = groups.sum(as_rows(below.expected).astype(float)).astype(np.int64)
    hidden = np.isnan(numerator)
    applicable = groups.sum(as_rows(~hidden).astype(float)).astype(np.int64)
    sums = _combine(method, numerator, denominator, hidden, groups)
    return _finish(method, sums, reported, expected, applicable, scale, False, shape)


def _combine(
    method: RollUp, numerator: Floats, denominator: Floats | None, hidden: Bools, groups: Groups
) -> tuple[Floats, Floats | None]:
    """Step 2. Parents without a value get a number here and lose it in step 3."""
    if method is RollUp.RATIO_OF_SUMS:
        if denominator is None:
            raise RollUpError("ratio_of_sums needs a denominator")
        return groups.sum(_shown(numerator, hidden, 0.0)), groups.sum(_shown(denominator, hidden, 0.0))
    if method is RollUp.SUM:
        return groups.sum(_shown(numerator, hidden, 0.0)), None
    if method is RollUp.MAX:
        return groups.extreme(_shown(numerator, hidden, np.nan), np.fmax), None
    if method is RollUp.MIN:
        return groups.extreme(_shown(numerator, hidden, np.nan), np.fmin), None
    raise RollUpError(f"{method} does not combine values")


def _shown(values: Floats, hidden: Bools, instead: float) -> Floats:
    """The values with hidden ones replaced; the array itself when there are none."""
    places = np.flatnonzero(hidden)
    if not len(places):
        return values
    copy = values.copy()
    copy.ravel()[places] = instead
    return copy


def _finish(
    method: RollUp,
    sums: tuple[Floats, Floats | None],
    reported: Ints,
    expected: Ints,
    applicable: Ints,
    scale: float,
    counted_as_complete: Bools | bool,
    shape: tuple[int, ...],
) -> RolledUp:
    """Steps 3 and 4."""
    numerator, denominator = sums
    missing = reported == 0
    na = ~missing & (applicable == 0)
    value: Floats = numerator
    if denominator is not None:
        na |= ~missing & (numerator == 0) & (denominator == 0)
        with np.errstate(all="ignore"):
            value = numerator / denominator * scale
        value = np.where(denominator == 0, np.nan, value)
        denominator = np.where(applicable == 0, np.nan, denominator)
    value = np.where(missing | na, np.nan, value)
    provisional = ~missing & (reported < expected) & ~np.asarray(counted_as_complete)
    parents = (*shape, value.shape[-1])
    return RolledUp(
        value=value.reshape(parents),
        numerator=np.where(applicable == 0, np.nan, numerator).reshape(parents),
        denominator=None if denominator is None else denominator.reshape(parents),
        not_applicable=na.reshape(parents),
        reported=reported.reshape(parents),
        expected=expected.reshape(parents),
        provisional=provisional.reshape(parents),
    )


def member_ratio(numerator: Floats, denominator: Floats, scale: float = 100.0) -> tuple[Floats, Bools]:
    """The members' own rates and where they are 0 / 0, *not applicable*.

    NaN where either part is not reported, and where a number above 0 stands over 0, which no rate can be.
    """
    with np.errstate(all="ignore"):
        value = numerator / denominator
    value *= scale
    empty = denominator == 0
    if empty.any():
        value[empty] = np.nan
        empty &= numerator == 0
    return value, empty
