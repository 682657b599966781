"""States that do not ask about the path: steps 12 to 5 of `targets.progress.kernel`, every edge of each.

The neighbour `test_progress_table_path` has steps 4 to 1, the marks and the lights.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.targets.table_case import (
    BAND,
    CEILING,
    DONE,
    DOWN,
    FLOOR,
    TWO,
    YEAR,
    Row,
    case,
    day,
    last,
    milestone,
    params,
    readings,
    year,
)

pytestmark = pytest.mark.pure

STEP_12_NOT_APPLICABLE: list[Row] = [
    ("the latest reading is not applicable", case(30, readings(d10="9", d20="na")), "NOT_APPLICABLE", "grey"),
    ("an earlier one is not asked", case(30, readings(d10="na", d20="20")), "ON_TRACK", "green"),
    ("stays so past the due date", case(1500, readings(d900="na")), "NOT_APPLICABLE", "grey"),
    (
        "even if a later one would meet",
        case(1500, readings(d900="na", d1200="1000")),
        "NOT_APPLICABLE",
        "grey",
    ),
    ("after the due date it is another matter", case(1500, readings(d900="9", d1200="na")), "MISSED", "red"),
    (
        "a floor looks at today",
        case(1500, readings(d900="1000", d1200="na"), **FLOOR),
        "NOT_APPLICABLE",
        "grey",
    ),
]
STEP_11_NO_DATA: list[Row] = [
    ("nothing yet", case(30, []), "NO_DATA", "grey"),
    ("nothing on the due date", case(1000, []), "NO_DATA", "grey"),
    ("nothing the day after", case(1001, []), "NO_DATA", "red"),
    ("nothing within the grace time", case(1030, [], grace_days=30), "NO_DATA", "grey"),
    ("nothing after the grace time", case(1031, [], grace_days=30), "NO_DATA", "red"),
    ("a reading after as_of is unknown", case(30, readings(d31="1000")), "NO_DATA", "grey"),
    ("a reading before the baseline is ignored", case(30, readings(m1="1000")), "NO_DATA", "grey"),
    (
        "also before the date of a bound",
        case(30, readings(m1="1000"), baseline={"date": day(0), "below": "5"}),
        "NO_DATA",
        "grey",
    ),
    ("only later readings are not no data", case(1500, readings(d1200="9")), "MISSED", "red"),
    ("last year's quota is not this year's", year("2022-02-28", ("2021-12-31", "400")), "NO_DATA", "grey"),
    ("next year's neither", year("2023-06-30", ("2023-01-31", "400")), "NO_DATA", "red"),
]
STEP_10_MET: list[Row] = [
    ("exactly", case(30, readings(d10="1000")), "MET", "green"),
    ("more", case(30, readings(d10="1000.01")), "MET", "green"),
    ("equal within 1e-9 of the larger", case(30, readings(d10="999.999999")), "MET", "green"),
    ("nothing is allowed for rounding", case(1001, readings(d1000="999.99")), "MISSED", "red"),
    (
        "54.96 is not 55",
        case(30, readings(d10="54.96"), **{**FLOOR, "milestones": [milestone(1000, "55")]}),
        "NOT_DUE",
        "grey",
    ),
    ("the tolerance is for the path only", case(1001, readings(d1000="999"), tolerance="5"), "MISSED", "red"),
    ("down", case(30, readings(d10="0"), **DOWN), "MET", "green"),
    ("down, below", case(30, readings(d10="-1"), **DOWN), "MET", "green"),
    (
        "down, within 1e-9 of nothing is not nothing",
        case(1001, readings(d1000="0.000000001"), **DOWN),
        "MISSED",
        "red",
    ),
    ("a floor today", case(30, readings(d10="1000"), **FLOOR), "MET", "green"),
    ("a ceiling today", case(30, readings(d10="5"), **CEILING), "MET", "green"),
    ("a floor met late is met", case(1500, readings(d900="9", d1200="1000"), **FLOOR), "MET", "green"),
    ("a band at its lower end", case(30, readings(d10="1"), **BAND), "MET", "green"),
    ("a band at its upper end", case(30, readings(d10="2"), **BAND), "MET", "green"),
    (
        "a band entered from above",
        case(30, readings(d10="2"), direction="down", **BAND),
        "MET",
        "green",
    ),
    (
        "a band entered from above, below it",
        case(30, readings(d10="0"), direction="down", **BAND),
        "MET",
        "green",
    ),
    ("done", case(30, readings(d10="1"), **DONE), "MET", "green"),
    (
        "equal",
        case(30, readings(d10="1000"), milestones=[milestone(1000, "1000", comparator="=")]),
        "MET",
        "green",
    ),
    (
        "equal, but more",
        case(1001, readings(d1000="1001"), milestones=[milestone(1000, "1000", comparator="=")]),
        "MISSED",
        "red",
    ),
    ("before the due date only", case(1500, readings(d900="1000", d1200="9")), "MET", "green"),
    ("the yearly quota", year("2022-06-30", ("2022-06-30", "365")), "MET", "green"),
    ("the yearly quota on the last day", year("2023-06-30", ("2022-12-31", "365")), "MET", "green"),
]
STEP_9_MET_LATE: list[Row] = [
    ("the day after", case(1001, readings(d900="9", d1001="1000")), "MET_LATE", "yellow"),
    ("long after, and no reading before", case(1500, readings(d1200="1000")), "MET_LATE", "yellow"),
    (
        "before the grace time is over",
        case(1010, readings(d1005="1000"), grace_days=30),
        "MET_LATE",
        "yellow",
    ),
    ("not yet known", case(1100, readings(d900="9", d1200="1000")), "MISSED", "red"),
    ("done late", case(1500, readings(d900="0", d1200="1"), **DONE), "MET_LATE", "yellow"),
    ("a band late", case(1500, readings(d900="0", d1200="1"), **BAND), "MET_LATE", "yellow"),
    (
        "a yearly quota is never late",
        year("2023-06-30", ("2022-12-31", "9"), ("2023-03-31", "365")),
        "MISSED",
        "red",
    ),
]
STEP_8_PENDING: list[Row] = [
    ("within the grace time", case(1001, readings(d900="9"), grace_days=30), "PENDING", "grey"),
    ("on its last day", case(1030, readings(d900="9"), grace_days=30), "PENDING", "grey"),
    ("not after it", case(1031, readings(d900="9"), grace_days=30), "MISSED", "red"),
    ("not once the due date has its figure", case(1001, readings(d1000="9"), grace_days=30), "MISSED", "red"),
    ("nor its not applicable", case(1001, readings(d1000="na"), grace_days=30), "NOT_APPLICABLE", "grey"),
    ("with later readings only", case(1010, readings(d1005="9"), grace_days=30), "PENDING", "grey"),
    (
        "above BREACHED",
        case(1010, readings(d900="1000", d1005="9"), grace_days=30, **FLOOR),
        "PENDING",
        "grey",
    ),
    ("a yearly quota", year("2023-01-05", ("2022-11-30", "9"), grace_days=10), "PENDING", "grey"),
]
STEP_7_BREACHED: list[Row] = [
    (
        "a floor held at its due date",
        case(1500, readings(d1000="1000", d1200="9"), **FLOOR),
        "BREACHED",
        "red",
    ),
    (
        "held by the reading in force then",
        case(1500, readings(d900="1000", d1200="9"), **FLOOR),
        "BREACHED",
        "red",
    ),
    ("a ceiling", case(1500, readings(d900="5", d1200="6"), **CEILING), "BREACHED", "red"),
    ("never held", case(1500, readings(d900="9", d1200="9"), **FLOOR), "MISSED", "red"),
    ("not applicable then", case(1500, readings(d900="na", d1200="9"), **FLOOR), "MISSED", "red"),
    (
        "the baseline had it",
        case(30, readings(d10="9"), baseline={"date": day(0), "value": "1000"}),
        "BREACHED",
        "red",
    ),
    (
        "a bound is no baseline",
        case(30, readings(d10="9"), baseline={"date": day(0), "above": "1000"}),
        "NOT_DUE",
        "grey",
    ),
    (
        "a floor whose baseline had it",
        case(30, readings(d10="9"), target_type="floor", baseline={"date": day(0), "value": "1000"}),
        "BREACHED",
        "red",
    ),
    (
        "an earlier milestone demanded the same",
        case(
            600,
            readings(d500="9"),
            **{**FLOOR, "milestones": [milestone(500, "1000"), milestone(1000, "1000")]},
        ),
        "BREACHED",
        "red",
    ),
    (
        "it demanded more",
        case(600, readings(d550="9"), milestones=[milestone(500, "1200"), milestone(1000, "1000")]),
        "BREACHED",
        "red",
    ),
    ("it demanded less", case(600, readings(d550="9"), milestones=TWO), "AT_RISK", "red"),
    (
        "it was not due when x was read",
        case(
            600,
            readings(d499="9"),
            **{**FLOOR, "milestones": [milestone(500, "1000"), milestone(1000, "1000")]},
        ),
        "NOT_DUE",
        "grey",
    ),
    (
        "down, it demanded the same",
        case(
            600, readings(d500="6"), **{**CEILING, "milestones": [milestone(500, "5"), milestone(1000, "5")]}
        ),
        "BREACHED",
        "red",
    ),
    (
        "past due a path is missed, not breached",
        case(1001, readings(d1000="9"), baseline={"date": day(0), "value": "1000"}),
        "MISSED",
        "red",
    ),
    (
        "a yearly quota breaches nothing",
        year(
            "2022-06-30",
            ("2022-06-30", "9"),
            milestones=[milestone("2021-12-31", "365"), *YEAR["milestones"]],
        ),
        "AT_RISK",
        "red",
    ),
]
STEP_6_MISSED: list[Row] = [
    ("the day after", case(1001, readings(d900="999")), "MISSED", "red"),
    ("not on the day itself", case(1000, readings(d1000="999")), "BEHIND", "yellow"),
    ("a band", case(1001, readings(d1000="0.5"), **BAND), "MISSED", "red"),
    ("not done", case(1001, readings(d1000="0"), **DONE), "MISSED", "red"),
    ("a yearly quota", year("2023-01-01", ("2022-12-31", "364")), "MISSED", "red"),
    ("without a baseline too", case(1001, readings(d1000="999"), baseline=None), "MISSED", "red"),
]
STEP_5_NOT_DUE: list[Row] = [
    ("a floor implies no path", case(30, readings(d10="9"), **FLOOR), "NOT_DUE", "grey"),
    ("a ceiling", case(30, readings(d10="9"), **CEILING), "NOT_DUE", "grey"),
    ("a band", case(30, readings(d10="0"), **BAND), "NOT_DUE", "grey"),
    ("not done yet", case(1000, readings(d1000="0"), **DONE), "NOT_DUE", "grey"),
    ("no baseline, no path", case(30, readings(d10="9"), baseline=None), "NOT_DUE", "grey"),
    ("only a bound", case(30, readings(d10="9"), baseline={"date": day(0), "below": "1"}), "NOT_DUE", "grey"),
    (
        "the path begins at the first due date",
        case(600, readings(d499="400"), baseline=None, milestones=TWO),
        "NOT_DUE",
        "grey",
    ),
    ("the baseline's own date", case(30, readings(d0="-5")), "NOT_DUE", "grey"),
]
STEPS: dict[str, list[Row]] = {
    "12 NOT_APPLICABLE": STEP_12_NOT_APPLICABLE,
    "11 NO_DATA": STEP_11_NO_DATA,
    "10 MET": STEP_10_MET,
    "9 MET_LATE": STEP_9_MET_LATE,
    "8 PENDING": STEP_8_PENDING,
    "7 BREACHED": STEP_7_BREACHED,
    "6 MISSED": STEP_6_MISSED,
    "5 NOT_DUE": STEP_5_NOT_DUE,
}


@pytest.mark.parametrize(("given", "state", "light"), params(STEPS))
def test_state_and_light(given: dict[str, Any], state: str, light: str) -> None:
    found = last(given)
    assert (found["state"], found["light"]) == (state, light)
