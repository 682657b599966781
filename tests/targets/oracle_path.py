"""The oracle's comparisons, judged readings, path and shares (see :mod:`tests.targets.oracle`)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

from tests.targets.oracle_input import Case, Milestone, Reading

EQUAL_WITHIN = Fraction(1, 10**9)

STANDING = ("floor", "ceiling")
PATHLESS = ("floor", "ceiling", "range", "done")

# --- Comparisons -----------------------------------------------------------------------------------------


def same(a: Fraction, b: Fraction) -> bool:
    """A difference of 1e-9 of the larger magnitude is no difference."""
    return abs(a - b) <= EQUAL_WITHIN * max(abs(a), abs(b))


def at_least(a: Fraction, b: Fraction) -> bool:
    return a > b or same(a, b)


def at_most(a: Fraction, b: Fraction) -> bool:
    return a < b or same(a, b)


def not_worse(case: Case, a: Fraction, b: Fraction, allowed: Fraction = Fraction(0)) -> bool:
    """Whether ``a`` is not worse than ``b`` by more than ``allowed``, in the direction of the case."""
    if case.direction == "up":
        return at_least(a, b - allowed)
    return at_most(a, b + allowed)


def tested_bound(case: Case, m: Milestone) -> Fraction:
    """The number a reading is held against: of a range, the end that has to be reached."""
    if m.comparator == "range" and case.direction == "down":
        assert m.value_max is not None
        return m.value_max
    return m.value


def satisfies(case: Case, m: Milestone, value: Fraction) -> bool:
    """Whether a value meets the milestone. The tolerance plays no part here."""
    if m.comparator == "=":
        return same(value, m.value)
    if m.comparator == ">=":
        return at_least(value, m.value)
    if m.comparator == "<=":
        return at_most(value, m.value)
    if case.direction == "up":
        return at_least(value, tested_bound(case, m))
    return at_most(value, tested_bound(case, m))


# --- The readings ----------------------------------------------------------------------------------------


def previous_year_end(m: Milestone) -> int:
    return date(date.fromordinal(m.due).year, 1, 1).toordinal() - 1


def known(case: Case) -> list[Reading]:
    """Readings dated on or before ``as_of`` and not before the baseline, oldest first."""
    start = case.baseline_day
    return [r for r in case.readings if r.day <= case.as_of and (start is None or r.day >= start)]


def existing(case: Case, m: Milestone) -> list[Reading]:
    """The known readings that exist for this milestone: for ``annual`` only those inside its year."""
    if case.target_type == "annual":
        return [r for r in known(case) if previous_year_end(m) < r.day <= m.due]
    return known(case)


def latest_by(case: Case, m: Milestone, day: int) -> Reading | None:
    found = None
    for r in existing(case, m):
        if r.day <= day:
            found = r
    return found


def judged_reading(case: Case, m: Milestone) -> Reading | None:
    """x: the latest by ``min(as_of, due)``; what has to be kept is looked at as it is on ``as_of``."""
    if case.target_type in STANDING:
        return latest_by(case, m, case.as_of)
    return latest_by(case, m, min(case.as_of, m.due))


def first_late(case: Case, m: Milestone) -> Reading | None:
    """The first known reading after the due date that meets the milestone."""
    for r in existing(case, m):
        if r.day > m.due and r.value is not None and satisfies(case, m, r.value):
            return r
    return None


def overdue(case: Case, m: Milestone) -> bool:
    """Past due, and the reading of the due date is there or the time allowed to report it is over."""
    if case.as_of <= m.due:
        return False
    if any(r.day == m.due for r in existing(case, m)):
        return True
    return case.as_of > m.due + case.grace_days


# --- The path --------------------------------------------------------------------------------------------


def knots(case: Case, m: Milestone) -> list[tuple[int, Fraction]]:
    """The corners of the path up to this milestone, by day; empty when the type has no path."""
    if case.target_type in PATHLESS:
        return []
    if case.target_type == "annual":
        return [(previous_year_end(m), Fraction(0)), (m.due, m.value)]
    corners = [(other.due, other.value) for other in case.milestones if other.due <= m.due]
    if case.baseline_value is not None:
        assert case.baseline_day is not None
        corners.append((case.baseline_day, case.baseline_value))
    return sorted(corners)


def segments(case: Case, m: Milestone) -> list[tuple[int, Fraction, int, Fraction]]:
    """The straight pieces of the path, each as (s, value at s, e, value at e)."""
    corners = knots(case, m)
    return [(*corners[i], *corners[i + 1]) for i in range(len(corners) - 1)]


def line_value(case: Case, m: Milestone, day: int) -> Fraction | None:
    """The path before rounding, or None where there is none."""
    for corner_day, corner_value in knots(case, m):
        if day == corner_day:
            return corner_value
    for s, first, e, last in segments(case, m):
        if s < day < e:
            return first + (last - first) * Fraction(day - s, e - s)
    return None


def rounded(case: Case, value: Fraction) -> Fraction:
    """A whole number, towards the baseline; what equals a whole number already is that number."""
    nearest = Fraction(round(value))
    if same(value, nearest):
        return nearest
    return Fraction(math.floor(value) if case.direction == "up" else math.ceil(value))


def path_value(case: Case, m: Milestone, day: int) -> Fraction | None:
    """v*(day), or None where there is no path."""
    value = line_value(case, m, day)
    if value is not None and case.integer:
        return rounded(case, value)
    return value


def starting_value(case: Case, m: Milestone, day: int) -> Fraction | None:
    """b: 0 for ``annual``; the exact baseline; else the first milestone's value from its due date on."""
    if case.target_type == "annual":
        return Fraction(0)
    if case.target_type != "reach":
        return None
    if case.baseline_value is not None:
        return case.baseline_value
    first_due, first_value = knots(case, m)[0]
    return first_value if day >= first_due else None


def shares(case: Case, m: Milestone, x: Reading | None) -> dict[str, Fraction | None]:
    """``expected``, ``share_done``, ``expected_share`` and ``schedule_ratio`` of the judged reading."""
    out: dict[str, Fraction | None] = dict.fromkeys(
        ("expected", "share_done", "expected_share", "schedule_ratio")
    )
    if x is None or x.value is None:
        return out
    expected = path_value(case, m, x.day)
    b = starting_value(case, m, x.day)
    out["expected"] = expected
    if expected is None or b is None or m.value == b:
        return out
    share_done = (x.value - b) / (m.value - b)
    expected_share = (expected - b) / (m.value - b)
    out |= {"share_done": share_done, "expected_share": expected_share}
    if expected_share != 0:
        out["schedule_ratio"] = share_done / expected_share
    return out


def reason(case: Case, m: Milestone, x: Reading | None) -> str | None:
    """Why a share is null."""
    if case.target_type == "reach" and case.baseline_value is None:
        return "NO_BASELINE" if case.baseline_day is None else "BASELINE_IS_BOUND"
    if x is None:
        return "NO_READING"
    if x.value is None:
        return "NOT_APPLICABLE"
    if case.target_type in PATHLESS:
        return None
    if m.value == starting_value(case, m, x.day):
        return "ZERO_SPAN"
    if shares(case, m, x)["expected_share"] == 0:
        return "NOTHING_EXPECTED"
    return None
