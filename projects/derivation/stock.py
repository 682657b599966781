"""Formulas over the register in one pass: what stood at the end of each period, in each region.

A row of the register is one version of an institution: it says what was so from `since` up to, not including,
`until`. Numbered as in `derive`:

1. each term marks the rows it is about;
2. a marked row enters at the first period end on or after `since` and leaves at the first on or after `until`;
3. the entries and departures of all rows are added into one cell per region and period;
4. running sums along the periods are the standings.

Time grows with rows + regions × periods, not with their product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from .formulas import Formula, Term

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RegisterRows:
    """Versions of institutions as columns of one length.

    `region` holds indices below the number of regions; `since` and `until` are days as `date.toordinal` counts
    them, `until` beyond every period for what still holds. `choices` holds codes, `measures` whole numbers.
    """

    region: Ints
    since: Ints
    until: Ints
    choices: Mapping[str, npt.NDArray[np.str_]]
    flags: Mapping[str, Mask]
    measures: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.region)


@dataclass(frozen=True)
class Derived:
    """An indicator's parts, each of shape (regions, periods); `denominator` is None where the formula has none."""

    numerator: Ints
    denominator: Ints | None


def derive(
    rows: RegisterRows, formulas: Sequence[Formula], *, regions: int, period_ends: Sequence[date]
) -> dict[str, Derived]:
    """Indicator code → its parts. `period_ends` ascend; raises `ValueError` when they do not."""
    ends = np.array([day.toordinal() for day in period_ends], dtype=np.int64)
    if np.any(np.diff(ends) <= 0):
        raise ValueError("period ends must ascend")
    grid = _Grid(rows, regions, ends)
    return {
        formula.indicator: Derived(
            grid.standing(formula.numerator),
            None if formula.denominator is None else grid.standing(formula.denominator),
        )
        for formula in formulas
    }


class _Grid:
    """Where each row enters and leaves; the same for every term."""

    def __init__(self, rows: RegisterRows, regions: int, ends: Ints) -> None:
        self.rows, self.shape = rows, (regions, len(ends) + 1)
        width = len(ends) + 1  # the last column takes what happens after the last period end
        first = rows.region * width
        self.enters = first + np.searchsorted(ends, rows.since)
        self.leaves = first + np.searchsorted(ends, rows.until)
        self.ones = np.ones(len(rows), dtype=np.int64)

    def standing(self, term: Term) -> Ints:
        """Steps 1 to 4 of one term."""
        chosen = self._chosen(term)
        weights = self.ones if term.measure == "institutions" else self.rows.measures[term.measure]
        # Doubles hold whole numbers exactly up to 2**53: a thousand million beds in nine million rows.
        moved = self._added(self.enters[chosen], weights[chosen])
        moved -= self._added(self.leaves[chosen], weights[chosen])
        return np.cumsum(moved.reshape(self.shape), axis=1)[:, :-1]

    def _chosen(self, term: Term) -> Mask:
        chosen = np.ones(len(self.rows), dtype=np.bool_)
        for name, codes in term.choices.items():
            chosen &= np.isin(self.rows.choices[name], sorted(codes))
        for name, value in term.flags.items():
            chosen &= self.rows.flags[name] == value
        for name, least in term.at_least.items():
            chosen &= self.rows.measures[name] >= least
        return chosen

    def _added(self, cells: Ints, weights: Ints) -> Ints:
        size = self.shape[0] * self.shape[1]
        return np.bincount(cells, weights=weights, minlength=size).astype(np.int64)
