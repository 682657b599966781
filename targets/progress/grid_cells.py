"""Elements of a period matrix that need a look at other periods, listed and judged as one vector.

The same selection as `batch.select`, steps 1 to 5, but in a matrix, where searching is by row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from targets.progress import kernel
from targets.progress.batch import Ints
from targets.progress.frame import Rows
from targets.progress.grid_sheet import (
    KEPT,
    Sheet,
    at_due,
    earlier_demand,
    of_series,
    reading_at,
    segment,
    settings,
)
from targets.progress.kernel import Bools, Floats, meets
from targets.progress.vocabulary import TargetType


def listed(sheet: Sheet, place: int, rows: Ints, columns: Ints) -> Rows:
    """The listed elements, each with the reading found for it, against one milestone."""
    kept = sheet.target.target_type in KEPT
    due_row, first = sheet.due_row(place), sheet.first_row(place)
    chosen = _last_until(sheet, rows if kept else np.minimum(rows, due_row), columns)
    chosen = np.where(chosen >= first, chosen, -1)
    x, x_na = reading_at(sheet, chosen, columns)
    kind = np.where(chosen < 0, kernel.NOTHING, np.where(x_na, kernel.NOT_APPLICABLE, kernel.NUMBER))
    bound = of_series(sheet.bounds[place], columns)
    x_date = np.where(chosen >= 0, sheet.days[np.maximum(chosen, 0)], 0)[np.newaxis, :]
    rest: dict[str, Any] = {}
    decider = chosen
    if int(rows.max()) > due_row:
        rest, kind, decider = _past_due(sheet, place, rows, columns, chosen, x, kind, bound)
    upper = None if sheet.uppers is None else of_series(sheet.uppers[place], columns)[np.newaxis, :]
    return Rows(
        **settings(sheet),
        as_of=sheet.days[rows][np.newaxis, :],
        due=np.array([[sheet.dues[place]]]),
        bound=bound[np.newaxis, :],
        x=x[np.newaxis, :],
        x_date=x_date,
        kind=kind[np.newaxis, :],
        base=of_series(sheet.base, columns)[np.newaxis, :],
        **segment(sheet, place, x_date, columns),
        upper=upper,
        earlier=earlier_demand(sheet, place, x_date, columns),
        provisional=_provisional(sheet, decider, columns),
        **rest,
    )


def _past_due(
    sheet: Sheet,
    place: int,
    rows: Ints,
    columns: Ints,
    chosen: Ints,
    x: Floats,
    kind: Ints,
    bound: Floats,
) -> tuple[dict[str, Any], Ints, Ints]:
    """What readings on and after the due date say (step 5), the kinds, and which reading decides."""
    on_due, held = at_due(sheet, place, columns)
    on_due = on_due & (sheet.days[rows] >= sheet.dues[place])
    found: dict[str, Any] = {"on_due": on_due, "held_at_due": held}
    if sheet.target.target_type in KEPT or sheet.target.target_type is TargetType.ANNUAL:
        return found, kind, chosen
    sign, equal_only = sheet.sign, sheet.equal_only[0]
    latest = _last_until(sheet, rows, columns)
    kind = np.where((chosen < 0) & (latest >= 0), kernel.ONLY_LATER, kind)
    newest, _ = reading_at(sheet, latest, columns)
    unmet = ~np.isnan(newest) & ~meets(newest * sign, bound * sign, equal_only)
    late_row = _late_rows(sheet, place)[columns]
    late_row = np.where((late_row >= 0) & (late_row <= rows), late_row, -1)
    met = meets(x * sign, bound * sign, equal_only)
    decider = np.where((late_row >= 0) & ~met & (kind != kernel.NOT_APPLICABLE), late_row, chosen)
    found |= {"late": (late_row >= 0)[np.newaxis, :], "latest_unmet": unmet[np.newaxis, :]}
    if sheet.uppers is not None:
        late_value, _ = reading_at(sheet, late_row, columns)
        above = late_value > kernel.high(of_series(sheet.uppers[place], columns))
        found["late_above"] = above[np.newaxis, :]
    return found, kind, decider


def _last_until(sheet: Sheet, rows: Ints, columns: Ints) -> Ints:
    """The row of the latest counted reading up to the given rows; -1 before the first."""
    return np.where(rows >= 0, sheet.last[np.maximum(rows, 0), columns], -1)


def _provisional(sheet: Sheet, rows: Ints, columns: Ints) -> Bools | None:
    if sheet.provisional is None:
        return None
    return (sheet.provisional[np.maximum(rows, 0), columns] & (rows >= 0))[np.newaxis, :]


def _late_rows(sheet: Sheet, place: int) -> Ints:
    """For every series, the row of the first reading after the due date that satisfies; -1 if none."""
    after = sheet.due_row(place) + 1
    good = meets(sheet.values[after:] * sheet.sign, sheet.bounds[place] * sheet.sign, sheet.equal_only)
    good &= ~sheet.absent[after:]
    if sheet.not_applicable is not None:
        good &= ~sheet.not_applicable[after:]
    return np.where(good.any(axis=0), good.argmax(axis=0) + after, -1)
