"""Many cases as ragged arrays: decimals become doubles here, in units that keep their differences exact.

The neighbour `selection` finds the reading that each milestone is judged on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from targets.progress.cases import ZERO, Case
from targets.progress.kernel import Array, Bools, Floats
from targets.progress.vocabulary import (
    TYPE_CODE,
    Comparator,
    Direction,
    TargetType,
    keeps_met_while_provisional,
)

Ints = NDArray[np.int64]

_EXACT: Final = Context(prec=80)
EXACT_DIGITS: Final = 15
"""Decimal digits a double always holds."""
FOREVER: Final = 10_000_000
"""More days than the calendar has; longer settings mean the same."""
_ANNUAL, _REACH = TYPE_CODE[TargetType.ANNUAL], TYPE_CODE[TargetType.REACH]
_KEPT: Final = (TYPE_CODE[TargetType.FLOOR], TYPE_CODE[TargetType.CEILING])


@dataclass(slots=True, kw_only=True)
class Batch:
    """Cases as arrays. Per case: length n; readings and milestones: ragged, split by offsets of length n + 1.

    Values are in any one unit per case, of which `unit` is one whole thing (`from_cases` chooses it so that
    differences stay exact). b is the exact baseline, else the first milestone's value, for `annual` 0.
    Readings and milestones of a case are in order of date; days are ordinals; NaN is *not applicable* among
    readings and "none" elsewhere.
    """

    down: Bools
    target_type: Array
    as_of: Ints
    base_date: Ints  # of an exact baseline or of a bound; readings before it are ignored
    base: Floats  # NaN unless exact
    has_base_date: Bools
    tolerance: Floats
    integer: Bools
    unit: Floats
    grace_days: Ints
    stale_after_days: Ints
    thresholds: Floats  # [4, n]: green, yellow, start_up, closing
    binding: Bools
    keeps_met: Bools
    any_negative: Bools  # the baseline, a bound or a milestone is below 0
    reading_offsets: Ints
    reading_date: Ints
    reading_value: Floats
    reading_less_base: Floats  # difference from b, exact where the value is long
    reading_provisional: Bools
    milestone_offsets: Ints
    due: Ints
    year_start: Ints  # 31 December before `due`
    bound: Floats
    bound_less_base: Floats
    upper: Floats  # top of a band entered from below, else NaN
    equal_only: Bools

    @classmethod
    def from_cases(cls, cases: Sequence[Case]) -> Batch:
        """The batch of these cases, each in the unit that keeps its path exact."""
        return _batch_of(cases)


class _Scale:
    """Turns a case's decimals into doubles, in units of one decimal place and as differences from b.

    The place is the finest of the path's numbers, unless they would then outgrow the digits that a double
    always holds: sums and differences of such numbers are exact. b is where the path begins.
    """

    def __init__(self, case: Case) -> None:
        first = min(case.milestones, key=lambda milestone: milestone.due)
        exact = None if case.baseline is None else case.baseline.value
        yearly = case.target_type is TargetType.ANNUAL
        self._base = ZERO if yearly else first.value if exact is None else exact
        values = [self._base, case.tolerance, *(milestone.value for milestone in case.milestones)]
        finest = max(-int(value.as_tuple().exponent) for value in values)
        whole_digits = max(value.adjusted() + 1 if value else 0 for value in values)
        self._places = max(0, min(finest, EXACT_DIGITS - whole_digits))
        self.unit = 10.0**self._places

    def value(self, value: Decimal | None) -> float:
        """The value; None is NaN."""
        return float("nan") if value is None else float(value.scaleb(self._places, _EXACT))

    def less_base(self, value: Decimal | None) -> float:
        """Its difference from b; None is NaN."""
        return float("nan") if value is None else self.value(_EXACT.subtract(value, self._base))


def _batch_of(cases: Sequence[Case]) -> Batch:
    readings: list[tuple[int, float, float, bool]] = []
    milestones: list[tuple[int, int, float, float, float, bool]] = []
    reading_ends, milestone_ends, scales = [0], [0], []
    for case in cases:
        scale = _Scale(case)
        scales.append(scale)
        readings += [
            (
                reading.date.toordinal(),
                scale.value(reading.value),
                scale.less_base(reading.value),
                reading.provisional,
            )
            for reading in sorted(case.readings, key=lambda reading: reading.date)
        ]
        milestones += _milestone_rows(case, scale)
        reading_ends.append(len(readings))
        milestone_ends.append(len(milestones))
    reading_columns = list(zip(*readings, strict=True)) or [()] * 4
    milestone_columns = list(zip(*milestones, strict=True)) or [()] * 6
    return Batch(
        **_case_columns(cases, scales),
        reading_offsets=np.array(reading_ends),
        reading_date=np.array(reading_columns[0], np.int64),
        reading_value=np.array(reading_columns[1], float),
        reading_less_base=np.array(reading_columns[2], float),
        reading_provisional=np.array(reading_columns[3], bool),
        milestone_offsets=np.array(milestone_ends),
        due=np.array(milestone_columns[0], np.int64),
        year_start=np.array(milestone_columns[1], np.int64),
        bound=np.array(milestone_columns[2], float),
        bound_less_base=np.array(milestone_columns[3], float),
        upper=np.array(milestone_columns[4], float),
        equal_only=np.array(milestone_columns[5], bool),
    )


def _milestone_rows(case: Case, scale: _Scale) -> list[tuple[int, int, float, float, float, bool]]:
    up = case.direction is Direction.UP
    return [
        (
            milestone.due.toordinal(),
            date(milestone.due.year, 1, 1).toordinal() - 1,
            scale.value(milestone.bound(case.direction)),
            scale.less_base(milestone.bound(case.direction)),
            scale.value(milestone.value_max if up else None),
            milestone.comparator is Comparator.EQUAL,
        )
        for milestone in sorted(case.milestones, key=lambda milestone: milestone.due)
    ]


def _states_negative(case: Case) -> bool:
    given = [number for milestone in case.milestones for number in (milestone.value, milestone.value_max)]
    if case.baseline is not None:
        given += [case.baseline.value, case.baseline.bound]
    return any(number is not None and number < 0 for number in given)


def _case_columns(cases: Sequence[Case], scales: list[_Scale]) -> dict[str, Any]:
    bases = [case.baseline for case in cases]
    return {
        "down": np.array([case.direction is Direction.DOWN for case in cases], bool),
        "target_type": np.array([TYPE_CODE[case.target_type] for case in cases], np.uint8),
        "as_of": np.array([case.as_of.toordinal() for case in cases], np.int64),
        "base_date": np.array([0 if base is None else base.date.toordinal() for base in bases], np.int64),
        "base": np.array(
            [
                scale.value(None if base is None else base.value)
                for base, scale in zip(bases, scales, strict=True)
            ],
            float,
        ),
        "any_negative": np.array([_states_negative(case) for case in cases], bool),
        "has_base_date": np.array([base is not None for base in bases], bool),
        "tolerance": np.array(
            [scale.value(case.tolerance) for case, scale in zip(cases, scales, strict=True)], float
        ),
        "integer": np.array([case.integer for case in cases], bool),
        "unit": np.array([scale.unit for scale in scales], float),
        "grace_days": np.array([min(case.grace_days, FOREVER) for case in cases], np.int64),
        "stale_after_days": np.array(
            [-1 if case.stale_after_days is None else min(case.stale_after_days, FOREVER) for case in cases],
            np.int64,
        ),
        "thresholds": np.array(
            [(t.green, t.yellow, t.start_up, t.closing) for t in (case.thresholds for case in cases)],
            float,
        )
        .reshape(len(cases), 4)
        .T,
        "binding": np.array([case.binding for case in cases], bool),
        "keeps_met": np.array(
            [keeps_met_while_provisional(case.rollup, case.direction) for case in cases], bool
        ),
    }
