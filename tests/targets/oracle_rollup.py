"""The oracle's roll-up from members to their parent: one rule, one function, in Fractions.

A member's report of one period is a :class:`Report`. A light is one of "green", "yellow", "red", "grey".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

#: From best to worst, for "the light of the worst county".
SEVERITY = ("green", "grey", "yellow", "red")


@dataclass(frozen=True)
class Report:
    """What one member reported; nothing at all is a member that is missing."""

    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    not_applicable: bool = False


@dataclass(frozen=True)
class Figure:
    """The parent's figure; ``reported`` of ``expected`` is the "8/9" beside it."""

    value: Fraction | None
    not_applicable: bool
    reported: int
    expected: int
    provisional: bool


def has_reported(method: str, report: Report) -> bool:
    """*Not applicable* has been reported; half of a ratio has not."""
    if report.not_applicable:
        return True
    if method == "ratio_of_sums":
        return report.numerator is not None and report.denominator is not None
    return report.value is not None


def combined(method: str, scale: Fraction, reports: Sequence[Report]) -> Fraction | None:
    """The figure of reports that all hold numbers; None where it is not a number."""
    if not reports:
        return None
    if method == "ratio_of_sums":
        above = sum((r.numerator for r in reports if r.numerator is not None), Fraction(0))
        below = sum((r.denominator for r in reports if r.denominator is not None), Fraction(0))
        return None if below == 0 else above / below * scale
    values = [r.value for r in reports if r.value is not None]
    if method == "sum":
        return sum(values, Fraction(0))
    return {"max": max, "min": min}[method](values)


def nothing_over_nothing(method: str, reports: Sequence[Report]) -> bool:
    """A 0 / 0 ratio is *not applicable*."""
    if method != "ratio_of_sums":
        return False
    above = sum((r.numerator for r in reports if r.numerator is not None), Fraction(0))
    below = sum((r.denominator for r in reports if r.denominator is not None), Fraction(0))
    return above == 0 and below == 0


def oracle_rollup(
    method: str, scale: Fraction, members: Sequence[Report], made_to_count: bool = False
) -> Figure:
    """The figure of one parent for one period end; nothing is carried forward, missing is not zero."""
    reports = [m for m in members if has_reported(method, m)]
    applicable = [m for m in reports if not m.not_applicable]
    incomplete = 0 < len(reports) < len(members)
    return Figure(
        value=combined(method, scale, applicable),
        not_applicable=bool(reports) and (not applicable or nothing_over_nothing(method, applicable)),
        reported=len(reports),
        expected=len(members),
        provisional=incomplete and not made_to_count,
    )


@dataclass(frozen=True)
class EveryMember:
    met: int
    target: int
    state: str
    light: str
    provisional: bool


def worst(lights: Sequence[str]) -> str:
    return max(lights, key=SEVERITY.index)


def may_still_report(state: str, light: str) -> bool:
    """Waiting for the figure of the due date, within the time allowed for reporting it."""
    return state == "PENDING" or (state == "NO_DATA" and light == "grey")


def oracle_every_member(
    members: Sequence[tuple[str, str]], as_of: int, due: int, grace_days: int, made_to_count: bool = False
) -> EveryMember:
    """The parent of members that are each judged, as (state, light).

    Met when every applicable member meets it; before the due date not due, with the light of the worst;
    after it missed. What was completed late is late and what may still be reported is pending, as for any
    other target.
    """
    applicable = [m for m in members if m[0] != "NOT_APPLICABLE"]
    meeting = [m for m in applicable if m[0] in ("MET", "MET_LATE")]
    lights = [light for _state, light in applicable]
    if not applicable:
        state, light = "NOT_APPLICABLE", "grey"
    elif len(meeting) == len(applicable):
        late = any(s == "MET_LATE" for s, _light in meeting)
        state, light = ("MET_LATE", "yellow") if late else ("MET", worst(lights))
    elif as_of <= due:
        state, light = "NOT_DUE", worst(lights)
    elif as_of <= due + grace_days and any(may_still_report(*m) for m in applicable):
        state, light = "PENDING", "grey"
    else:
        state, light = "MISSED", "red"
    silent = any(s == "NO_DATA" for s, _light in applicable)
    return EveryMember(len(meeting), len(applicable), state, light, silent and not made_to_count)
