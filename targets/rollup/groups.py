"""Members and their parents: sums, counts and extremes by parent, for whole arrays of members."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


class RollUpError(ValueError):
    """Members that cannot be combined as asked."""


def as_rows(values: NDArray[Number]) -> NDArray[Number]:
    """[..., members] as [rows, members], also when there are no members."""
    return values.reshape(prod(values.shape[:-1]), values.shape[-1])


class Groups:
    """Which parent each member belongs to; prepared once and used for every array of members.

    `parent_index` holds a parent number (0 to n_parents - 1) for each member.
    """

    def __init__(self, parent_index: Sequence[int] | Ints, n_parents: int) -> None:
        self.parent = np.asarray(parent_index, np.int64)
        self.n_parents = n_parents
        if len(self.parent) and not (self.parent.min() >= 0 and self.parent.max() < n_parents):
            raise RollUpError(f"parent numbers must lie between 0 and {n_parents - 1}")
        self.size = np.bincount(self.parent, minlength=n_parents)
        self._places: Ints = np.empty(0, np.int64)

    def places(self, rows: int) -> Ints:
        """The number of each element's parent when `rows` rows of members lie one after the other."""
        if len(self._places) != rows * len(self.parent):
            self._places = (np.arange(rows)[:, np.newaxis] * self.n_parents + self.parent).ravel()
        return self._places

    def sum(self, values: Floats) -> Floats:
        """Σ by parent of [rows, members]."""
        rows = len(values)
        flat = np.bincount(self.places(rows), values.ravel(), rows * self.n_parents)
        return np.asarray(flat, float).reshape(rows, self.n_parents)

    def count(self, flags: Bools) -> Ints:
        """How many flags of [rows, members] are set, by parent; quick when few are."""
        rows = len(flags)
        where = self.places(rows)[np.flatnonzero(flags)]
        return np.bincount(where, minlength=rows * self.n_parents).reshape(rows, self.n_parents)

    def extreme(self, values: Floats, pick: np.ufunc) -> Floats:
        """fmax or fmin by parent of [rows, members]; NaN where a parent has no number."""
        answer = np.full((len(values), self.n_parents), np.nan)
        order = np.argsort(self.parent, kind="stable")
        filled = np.flatnonzero(self.size)
        if len(filled):
            starts = (np.cumsum(self.size) - self.size)[filled]
            answer[:, filled] = pick.reduceat(values[:, order], starts, axis=1)
        return answer
