"""The case the table tests vary: from 0 on day 0 to 1000 on day 1000, so that the path on day n is n."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from targets.progress import assess_json

START = date(2020, 12, 31)


def day(number: int) -> str:
    """The date that many days after the baseline's."""
    return (START + timedelta(days=number)).isoformat()


def readings(**values: Any) -> list[dict[str, Any]]:
    """`readings(d10="5", d20="na")`: 5 on day 10, *not applicable* on day 20; `m5` is five days before."""
    found = []
    for key, value in values.items():
        number = int(key[1:]) * (1 if key[0] == "d" else -1)
        content: dict[str, Any] = {"na": True} if value == "na" else {"value": value}
        found.append({"date": day(number), **content})
    return found


def milestone(due: int | str, value: str, **more: Any) -> dict[str, Any]:
    """A milestone due on a day number, or on a date."""
    return {"due": due if isinstance(due, str) else day(due), "value": value, **more}


def case(as_of: int | str, found: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """The standard case with readings and changes; `as_of` is a day number or a date."""
    return {
        "direction": "up",
        "target_type": "reach",
        "baseline": {"date": day(0), "value": "0"},
        "milestones": [milestone(1000, "1000")],
        "readings": found,
        "as_of": as_of if isinstance(as_of, str) else day(as_of),
        **changes,
    }


def answers(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The milestones of the answer."""
    found = assess_json(given)
    assert isinstance(found, dict)
    milestones: list[dict[str, Any]] = found["milestones"]
    return milestones


def params(steps: dict[str, list[Row]]) -> list[Any]:
    """The rows of a table as parameters of a test, named after their step."""
    return [
        pytest.param(given, state, light, id=f"{step}: {name}")
        for step, rows in steps.items()
        for name, given, state, light in rows
    ]


def last(given: dict[str, Any]) -> dict[str, Any]:
    """The answer for the last milestone."""
    return answers(given)[-1]


Row = tuple[str, dict[str, Any], str, str]
"""What it shows, the case, the state and the light."""

DOWN: dict[str, Any] = {
    "direction": "down",
    "baseline": {"date": day(0), "value": "1000"},
    "milestones": [milestone(1000, "0")],
}
FLOOR: dict[str, Any] = {"target_type": "floor", "baseline": None}
CEILING: dict[str, Any] = {
    "target_type": "ceiling",
    "direction": "down",
    "baseline": None,
    "milestones": [milestone(1000, "5")],
}
BAND: dict[str, Any] = {
    "target_type": "range",
    "baseline": None,
    "milestones": [milestone(1000, "1", value_max="2")],
}
DONE: dict[str, Any] = {"target_type": "done", "baseline": None, "milestones": [milestone(1000, "1")]}
YEAR: dict[str, Any] = {
    "target_type": "annual",
    "baseline": None,
    "milestones": [milestone("2022-12-31", "365")],
}
TWO = [milestone(500, "500"), milestone(1000, "1000")]
GREEN_HALF = {"thresholds": {"green": "0.9", "yellow": "0.5"}}


def year(as_of: str, *found: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """A yearly quota of one a day in 2022."""
    listed = [
        {"date": date, **({"na": True} if value == "na" else {"value": value})} for date, value in found
    ]
    return case(as_of, listed, **{**YEAR, **changes})
