"""Formulas over the register in one pass: what stood at the end of each period, in each region.

A row of the register is one version of an institution: it says what was so from `since` up to, not including,
`until`. Numbered as in `derive`:

1. each term marks the rows it is about;
2. a marked row enters at the first period end on or after `since` and leaves at the first on or after `until`;
3. the entries and departures of all rows are added into one cell per region and period;
4. running sums along the periods are the standings.

Townships are counted once each: their standings are made as in 3 and 4, and those above nothing are counted.

Time grows with rows + regions × periods, not with their product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from .formulas import ALL_TOWNSHIPS, ROWS, TOWNSHIPS, Formula, Term

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


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
    township: Ints = field(default_factory=_none)
    townships: Ints = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.region)


@dataclass(frozen=True)
class Derived:
    """An indicator's parts, each of shape (regions, periods); `denominator` is None where the formula has none.

    `rows` is how many rows are behind both; `unplaced`, where townships are counted, how many of the numerator's
    rows lie in no known one.
    """

    numerator: Ints
    denominator: Ints | None
    rows: Ints
    unplaced: Ints | None = None


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
            grid.behind(formula.terms),
            grid.unplaced(formula.numerator) if formula.numerator.measure == TOWNSHIPS else None,
        )
        for formula in formulas
    }


class _Grid:
    """Where each row enters and leaves; the same for every term."""

    def __init__(self, rows: RegisterRows, regions: int, ends: Ints) -> None:
        self.rows, self.shape = rows, (regions, len(ends) + 1)
        # The last column takes what happens after the last period end.
        self.enters = np.searchsorted(ends, rows.since)
        self.leaves = np.searchsorted(ends, rows.until)
        self.ones = np.ones(len(rows), dtype=np.int64)

    def standing(self, term: Term) -> Ints:
        """Steps 1 to 4 of one term."""
        if term.measure == ALL_TOWNSHIPS:
            there = np.bincount(self.rows.townships, minlength=self.shape[0])
            return np.repeat(there[:, np.newaxis], self.shape[1] - 1, axis=1)
        chosen = self._chosen(term)
        if term.measure == TOWNSHIPS:
            return self._townships(chosen)
        weights = self.ones if term.measure in ROWS else self.rows.measures[term.measure]
        return self._standing(self.rows.region[chosen], weights[chosen], chosen, self.shape[0])

    def behind(self, terms: Sequence[Term]) -> Ints:
        """How many rows one or other of the terms is about."""
        chosen = np.zeros(len(self.rows), dtype=np.bool_)
        for term in terms:
            if term.measure != ALL_TOWNSHIPS:
                chosen |= self._chosen(term)
        return self._standing(self.rows.region[chosen], self.ones[chosen], chosen, self.shape[0])

    def unplaced(self, term: Term) -> Ints:
        """How many rows of a term lie in no known township."""
        chosen = self._chosen(term)
        if len(self.rows.township):
            chosen &= self.rows.township < 0
        return self._standing(self.rows.region[chosen], self.ones[chosen], chosen, self.shape[0])

    def _townships(self, chosen: Mask) -> Ints:
        found = np.zeros((self.shape[0], self.shape[1] - 1), dtype=np.int64)
        if len(self.rows.township):
            chosen = chosen & (self.rows.township >= 0)
            places = self.rows.township[chosen]
            standing = self._standing(places, self.ones[chosen], chosen, len(self.rows.townships))
            np.add.at(found, self.rows.townships, standing > 0)
        return found

    def _standing(self, places: Ints, weights: Ints, chosen: Mask, count: int) -> Ints:
        """Steps 2 to 4 of chosen rows, each in its place of so many."""
        width = self.shape[1]
        # Doubles hold whole numbers exactly up to 2**53: a thousand million beds in nine million rows.
        moved = _added(places * width + self.enters[chosen], weights, count * width)
        moved -= _added(places * width + self.leaves[chosen], weights, count * width)
        return np.cumsum(moved.reshape((count, width)), axis=1)[:, :-1]

    def _chosen(self, term: Term) -> Mask:
        chosen = np.ones(len(self.rows), dtype=np.bool_)
        for name, codes in term.choices.items():
            chosen &= np.isin(self.rows.choices[name], sorted(codes))
        for name, value in term.flags.items():
            chosen &= self.rows.flags[name] == value
        for name, least in term.at_least.items():
            chosen &= self.rows.measures[name] >= least
        return chosen


def _added(cells: Ints, weights: Ints, size: int) -> Ints:
    return np.bincount(cells, weights=weights, minlength=size).astype(np.int64)
