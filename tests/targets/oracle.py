"""A slow, exact second calculation of the assessments, to check the production engine against.

It follows the judging rules paragraph by paragraph, with :class:`fractions.Fraction` for every number and
day ordinals for every date, and shares no code with the engine. It is written to be read beside the rules:
one function per rule, no shortcuts, no attention to speed.

``oracle(case)`` takes the same mapping as the what-if assessment and gives the same answer, except that
numbers are Fractions. The case is read and validated in :mod:`tests.targets.oracle_input`; the readings and
the path are in :mod:`tests.targets.oracle_path`; states, lights and the outlook are here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

from tests.targets.oracle_input import Case, Milestone, Reading, parse
from tests.targets.oracle_path import (
    PATHLESS,
    STANDING,
    at_least,
    at_most,
    existing,
    first_late,
    judged_reading,
    known,
    latest_by,
    not_worse,
    overdue,
    path_value,
    reason,
    satisfies,
    segments,
    shares,
    tested_bound,
)

DAYS_PER_YEAR = Fraction(36525, 100)
#: The 90th percentile of the standard normal distribution: ten per cent are cut off on either side.
Z_90 = 1.2815515655446004

LIGHT_OF = {
    "NOT_APPLICABLE": "grey",
    "NO_DATA": "grey",
    "MET": "green",
    "MET_LATE": "yellow",
    "PENDING": "grey",
    "BREACHED": "red",
    "MISSED": "red",
    "NOT_DUE": "grey",
    "REGRESSED": "red",
    "ON_TRACK": "green",
    "BEHIND": "yellow",
    "AT_RISK": "red",
}


def oracle(mapping: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The assessments of one case, one per milestone in the order given; raises ``BadCase``."""
    case = parse(mapping)
    return {"milestones": [assess(case, m) for m in case.milestones]}


# --- The state -------------------------------------------------------------------------------------------


def is_met(case: Case, m: Milestone, x: Reading | None) -> bool:
    return x is not None and x.value is not None and satisfies(case, m, x.value)


def is_met_late(case: Case, m: Milestone) -> bool:
    if case.target_type in STANDING or case.target_type == "annual":
        return False
    return case.as_of > m.due and first_late(case, m) is not None


def is_pending(case: Case, m: Milestone) -> bool:
    return case.as_of > m.due and not overdue(case, m)


def is_breached(case: Case, m: Milestone, x: Reading | None) -> bool:
    """Was good enough once and is not any more."""
    if x is None or x.value is None or satisfies(case, m, x.value):
        return False
    if case.as_of > m.due:
        return case.target_type in STANDING and is_met(case, m, latest_by(case, m, m.due))
    if case.target_type == "annual":
        return False
    return baseline_met_it(case, m) or demanded_before(case, m, x)


def baseline_met_it(case: Case, m: Milestone) -> bool:
    return case.baseline_value is not None and satisfies(case, m, case.baseline_value)


def demanded_before(case: Case, m: Milestone, x: Reading) -> bool:
    """An earlier milestone, already due when x was read, demanded the same or more."""
    for other in case.milestones:
        earlier = other.due < m.due and other.due <= x.day
        if earlier and not_worse(case, tested_bound(case, other), tested_bound(case, m)):
            return True
    return False


def is_not_due(case: Case, m: Milestone, x: Reading) -> bool:
    if case.target_type in PATHLESS:
        return True
    if path_value(case, m, x.day) is None:
        return True
    return case.baseline_day is not None and x.day == case.baseline_day


def is_regressed(case: Case, x: Reading) -> bool:
    if case.target_type != "reach" or case.baseline_value is None:
        return False
    assert x.value is not None
    return not not_worse(case, x.value, case.baseline_value, case.tolerance)


def keeps_to_path(case: Case, m: Milestone, x: Reading) -> bool:
    """On track, rule 1."""
    expected = path_value(case, m, x.day)
    assert expected is not None
    assert x.value is not None
    return not_worse(case, x.value, expected, case.tolerance)


def is_starting_up(case: Case, m: Milestone, x: Reading) -> bool:
    """On track, rule 2."""
    assert x.value is not None
    for s, first, e, _last in segments(case, m):
        if s < x.day <= e:
            return at_most(Fraction(x.day - s, e - s), case.start_up) and not_worse(case, x.value, first)
    return False


def is_closing(case: Case, m: Milestone, x: Reading) -> bool:
    """So near the end that only the path counts."""
    s = segments(case, m)[-1][0]
    return at_most(Fraction(m.due - x.day, m.due - s), case.closing)


def is_close_enough(case: Case, m: Milestone, x: Reading) -> bool:
    """On track, rule 3."""
    found = shares(case, m, x)
    expected_share, ratio = found["expected_share"], found["schedule_ratio"]
    if expected_share is None or ratio is None or expected_share <= 0:
        return False
    return at_least(ratio, case.green) and not is_closing(case, m, x)


def is_behind(case: Case, m: Milestone, x: Reading) -> bool:
    ratio = shares(case, m, x)["schedule_ratio"]
    return ratio is not None and at_least(ratio, case.yellow)


def state_of(case: Case, m: Milestone, x: Reading | None) -> str:
    """The table of states, from top to bottom; the first that fits wins."""
    if x is not None and x.value is None:
        return "NOT_APPLICABLE"
    if not existing(case, m):
        return "NO_DATA"
    if is_met(case, m, x):
        return "MET"
    if is_met_late(case, m):
        return "MET_LATE"
    if is_pending(case, m):
        return "PENDING"
    if is_breached(case, m, x):
        return "BREACHED"
    if overdue(case, m):
        return "MISSED"
    # Not past due here, so every known reading was eligible and one of them is x.
    assert x is not None
    if is_not_due(case, m, x):
        return "NOT_DUE"
    if is_regressed(case, x):
        return "REGRESSED"
    if keeps_to_path(case, m, x) or is_starting_up(case, m, x) or is_close_enough(case, m, x):
        return "ON_TRACK"
    if is_behind(case, m, x):
        return "BEHIND"
    return "AT_RISK"


def is_stale(case: Case, m: Milestone, x: Reading | None) -> bool:
    if case.stale_after_days is None or x is None:
        return False
    if case.as_of > m.due and case.target_type not in STANDING:
        return False
    return case.as_of - x.day > case.stale_after_days


def is_fallen_back(case: Case, m: Milestone, state: str) -> bool:
    if state not in ("MET", "MET_LATE") or case.target_type == "annual":
        return False
    latest = known(case)[-1]
    return latest.value is not None and not satisfies(case, m, latest.value)


def is_above_range(case: Case, m: Milestone, x: Reading | None, state: str) -> bool:
    if m.comparator != "range" or case.direction != "up" or state not in ("MET", "MET_LATE"):
        return False
    met_by = x if state == "MET" else first_late(case, m)
    assert met_by is not None
    assert met_by.value is not None
    assert m.value_max is not None
    return not at_most(met_by.value, m.value_max)


def is_provisional(case: Case, m: Milestone, x: Reading | None, state: str) -> bool:
    """The reading that decided was rolled up before every member had reported."""
    decided_by = first_late(case, m) if state == "MET_LATE" else x
    return decided_by is not None and decided_by.provisional


def more_reports_cannot_undo_it(case: Case) -> bool:
    """What is still missing can only raise a sum or a maximum, and only lower a minimum."""
    if case.direction == "up":
        return case.rollup in ("sum", "max")
    return case.rollup == "min"


def marks_of(case: Case, m: Milestone, x: Reading | None, state: str) -> list[str]:
    marks = []
    if is_stale(case, m, x):
        marks.append("STALE")
    if is_fallen_back(case, m, state):
        marks.append("FALLEN_BACK")
    if is_above_range(case, m, x, state):
        marks.append("ABOVE_RANGE")
    if is_provisional(case, m, x, state):
        marks.append("PROVISIONAL")
    if case.binding:
        marks.append("BINDING")
    return marks


def light_of(case: Case, m: Milestone, state: str, marks: list[str]) -> str:
    if state == "NO_DATA" and overdue(case, m):
        return "red"
    if "STALE" in marks and state in ("MET", "ON_TRACK", "BEHIND", "NOT_DUE"):
        return "grey"
    if "PROVISIONAL" in marks:
        certain = state in ("MET", "MET_LATE") and more_reports_cannot_undo_it(case)
        return LIGHT_OF[state] if certain else "grey"
    return LIGHT_OF[state]


# --- The outlook -----------------------------------------------------------------------------------------


def years_left(m: Milestone, x: Reading) -> Fraction:
    return Fraction(m.due - x.day) / DAYS_PER_YEAR


def gap(case: Case, m: Milestone, x: Reading | None) -> Fraction | None:
    """The tested bound less x; positive means still missing, so turned round for ``down``."""
    if x is None or x.value is None:
        return None
    missing = tested_bound(case, m) - x.value
    return missing if case.direction == "up" else -missing


def required_pace(case: Case, m: Milestone, x: Reading | None) -> Fraction | None:
    if x is None or x.value is None or x.day >= m.due:
        return None
    return (tested_bound(case, m) - x.value) / years_left(m, x)


def points(case: Case, m: Milestone) -> list[tuple[int, Fraction]]:
    """What the slope is taken through: numeric readings, and the exact baseline as one of them."""
    by_day: dict[int, Fraction] = {}
    if case.baseline_value is not None:
        assert case.baseline_day is not None
        by_day[case.baseline_day] = case.baseline_value
    for r in existing(case, m):
        if r.value is not None:
            by_day[r.day] = r.value
    return sorted(by_day.items())


def at_rank(ordered: list[Fraction], rank: float) -> Fraction:
    """The value at a 1-based rank, in between by a straight line, the ends standing for what lies beyond."""
    exact = min(max(Fraction(rank), Fraction(1)), Fraction(len(ordered)))
    below = math.floor(exact)
    if below == len(ordered):
        return ordered[-1]
    return ordered[below - 1] + (ordered[below] - ordered[below - 1]) * (exact - below)


def slopes_per_year(through: list[tuple[int, Fraction]]) -> tuple[Fraction, Fraction, Fraction]:
    """Theil-Sen slope and its 80 % interval by Sen's method: (slope, lower, upper)."""
    n = len(through)
    slopes = sorted(
        (v2 - v1) / (Fraction(d2 - d1) / DAYS_PER_YEAR) for (d1, v1), (d2, v2) in combinations(through, 2)
    )
    count = len(slopes)
    median = (slopes[(count - 1) // 2] + slopes[count // 2]) / 2
    c = Z_90 * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    return median, at_rank(slopes, (count - c) / 2), at_rank(slopes, (count + c) / 2 + 1)


def capped(case: Case, m: Milestone, value: Fraction) -> Fraction:
    """Nothing below 0 where no number given is negative; nothing above 100 per cent."""
    given = [v for _day, v in points(case, m)]
    for other in case.milestones:
        given.append(other.value)
        if other.value_max is not None:
            given.append(other.value_max)
    if case.bound_value is not None:
        given.append(case.bound_value)
    if all(v >= 0 for v in given):
        value = max(value, Fraction(0))
    if case.unit == "%":
        value = min(value, Fraction(100))
    return value


def forecast(case: Case, m: Milestone, x: Reading | None) -> dict[str, Fraction | None]:
    names = ("forecast", "forecast_low", "forecast_high")
    through = points(case, m)
    if case.as_of > m.due or x is None or x.value is None or len(through) < 3:
        return dict.fromkeys(names)
    ends = [x.value + slope * years_left(m, x) for slope in slopes_per_year(through)]
    return {name: capped(case, m, end) for name, end in zip(names, ends, strict=True)}


def assess(case: Case, m: Milestone) -> dict[str, Any]:
    """The whole answer for one milestone."""
    x = judged_reading(case, m)
    state = state_of(case, m, x)
    marks = marks_of(case, m, x, state)
    late = first_late(case, m) if state == "MET_LATE" else None
    return {
        "due": date.fromordinal(m.due).isoformat(),
        "state": state,
        "light": light_of(case, m, state, marks),
        "marks": marks,
        "met_on": None if late is None else date.fromordinal(late.day).isoformat(),
        "actual": None if x is None else x.value,
        "actual_date": None if x is None else date.fromordinal(x.day).isoformat(),
        "gap": gap(case, m, x),
        **shares(case, m, x),
        "required_pace": required_pace(case, m, x),
        **forecast(case, m, x),
        "reason": reason(case, m, x),
    }
