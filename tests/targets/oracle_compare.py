"""Comparing an answer of the engine (decimal strings) with one of the oracle (Fractions)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.targets.oracle_input import parse

KEYS = [
    "due", "state", "light", "marks", "met_on", "actual", "actual_date", "expected", "gap", "share_done",
    "expected_share", "schedule_ratio", "required_pace", "forecast", "forecast_low", "forecast_high",
    "reason",
]  # fmt: skip
EXACT_NUMBERS = ("actual", "gap")
CLOSE_NUMBERS = ("expected", "share_done", "expected_share", "schedule_ratio", "required_pace")
#: Differences of long numbers, taken far: as exact as the largest number of the case allows.
EXTRAPOLATED = ("forecast", "forecast_low", "forecast_high")
PLAIN = re.compile(r"(?!-0$)-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", re.ASCII)
CLOSE = Fraction(1, 10**9)


def largest(case: Mapping[str, Any]) -> Fraction:
    """The largest magnitude among a case's values."""
    numbers = [parsed.value for parsed in (parse(case).readings + parse(case).milestones)]
    numbers.append(parse(case).baseline_value)
    return max((abs(number) for number in numbers if number is not None), default=Fraction(0))


def number_differs(expected: Fraction | None, got: Any, allowed: Fraction) -> bool:
    if expected is None or got is None:
        return expected is not got
    if not isinstance(got, str) or not PLAIN.fullmatch(got):
        return True
    return abs(Fraction(got) - expected) > allowed


def allowance(key: str, expected: Fraction | None, scale: Fraction) -> Fraction:
    """How far a number may be off: not at all, by 1e-9 of it, or a forecast by 1e-11 of the case's scale."""
    if expected is None or key in EXACT_NUMBERS:
        return Fraction(0)
    relative = CLOSE * abs(expected)
    return max(relative, scale / 10**11) if key in EXTRAPOLATED else relative


def differences(
    expected: Mapping[str, Any], got: Mapping[str, Any], scale: Fraction = Fraction(0)
) -> list[str]:
    """What the second answer says otherwise than the first, one line each; empty when they agree."""
    if len(expected["milestones"]) != len(got["milestones"]):
        return ["number of milestones"]
    out = []
    for i, (want, have) in enumerate(zip(expected["milestones"], got["milestones"], strict=True)):
        if list(have) != KEYS:
            out.append(f"milestones[{i}]: keys {list(have)}")
            continue
        for key in KEYS:
            if key in EXACT_NUMBERS + CLOSE_NUMBERS + EXTRAPOLATED:
                differs = number_differs(want[key], have[key], allowance(key, want[key], scale))
            else:
                differs = want[key] != have[key]
            if differs:
                out.append(f"milestones[{i}].{key}: expected {shown(want[key])}, got {have[key]!r}")
    return out


def shown(value: Any) -> str:
    return str(float(value)) if isinstance(value, Fraction) else repr(value)


def plain_text(value: Fraction) -> str:
    """A plain decimal string, exact for numbers that end within 40 places."""
    scaled = round(value * 10**40)
    whole, places = divmod(abs(scaled), 10**40)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{places:040d}".rstrip("0").rstrip(".")


def as_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The oracle's answer in the form the engine gives it."""
    return {
        "milestones": [
            {key: plain_text(m[key]) if isinstance(m[key], Fraction) else m[key] for key in KEYS}
            for m in answer["milestones"]
        ]
    }
