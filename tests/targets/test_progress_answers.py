"""The figures of an answer: the worked example, exactness, reasons, the outlook, and its form."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from targets.progress import (
    ANSWER_KEYS,
    LIGHT_LABELS,
    MARK_LABELS,
    REASON_LABELS,
    STATE_LABELS,
    Assessment,
    Light,
    Mark,
    Reason,
    State,
    assess,
    assess_json,
    assess_many,
    judge_many,
    parse_case,
    plain,
    state_label,
)
from tests.targets.table_case import DONE, DOWN, FLOOR, YEAR, answers, case, day, last, milestone, readings

pytestmark = pytest.mark.pure

WORKED: dict[str, Any] = {
    "direction": "up",
    "target_type": "reach",
    "baseline": {"date": "2020-12-31", "value": "0.91"},
    "milestones": [
        {"due": "2023-12-31", "comparator": ">=", "value": "2"},
        {"due": "2025-12-31", "comparator": ">=", "value": "4.5"},
    ],
    "readings": [{"date": "2022-06-30", "value": "1.5"}],
    "as_of": "2022-07-31",
}


def test_worked_example() -> None:
    """每千人托位数 of the rules: 0.91 in 2020, 2 by 2023, 4.5 by 2025; 1.5 in June 2022."""
    first, second = answers(WORKED)
    assert first == {
        "due": "2023-12-31",
        "state": "ON_TRACK",
        "light": "green",
        "marks": [],
        "met_on": None,
        "actual": "1.5",
        "actual_date": "2022-06-30",
        "expected": "1.45350684932",  # 0.91 + 1.09 × 546/1095
        "gap": "0.5",
        "share_done": "0.54128440367",
        "expected_share": "0.498630136986",
        "schedule_ratio": "1.08554289747",
        "required_pace": "0.332650273224",  # 0.5 in 549 days
        "forecast": None,
        "forecast_low": None,
        "forecast_high": None,
        "reason": None,
    }
    assert (second["share_done"], second["expected_share"]) == ("0.1643454039", "0.151394665547")
    assert (second["expected"], second["schedule_ratio"]) == (first["expected"], first["schedule_ratio"])


def test_keys_stand_in_the_published_order() -> None:
    assert tuple(answers(WORKED)[0]) == ANSWER_KEYS == tuple(Assessment.__dataclass_fields__)


@pytest.mark.parametrize(
    ("reading", "bound", "gap"),
    [
        ("0.1", "0.3", "0.2"),
        ("123456789012345.6", "123456789012345.7", "0.1"),
        ("2.50", "3", "0.5"),
        ("1e2", "30", "-70"),
        ("0", "1e-7", "0.0000001"),
    ],
)
def test_actual_and_gap_are_exact(reading: str, bound: str, gap: str) -> None:
    found = last(case(30, readings(d10=reading), **{**FLOOR, "milestones": [milestone(1000, bound)]}))
    assert Decimal(found["actual"]) == Decimal(reading)
    assert found["gap"] == gap


def test_gap_is_positive_while_something_is_missing() -> None:
    assert last(case(600, readings(d500="300"), **DOWN))["gap"] == "300"
    assert last(case(600, readings(d500="-1"), **DOWN))["gap"] == "-1"
    band = {"target_type": "range", "baseline": None, "milestones": [milestone(1000, "1", value_max="2")]}
    assert last(case(600, readings(d500="0"), **band))["gap"] == "1"
    assert last(case(600, readings(d500="5"), direction="down", **band))["gap"] == "3"


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.910", "0.91"), ("1E+2", "100"), ("-0", "0"), ("0.0", "0"), ("1E-7", "0.0000001"), ("100", "100")],
)
def test_numbers_are_plain(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


ROUNDED = [
    (
        "whole things, up",
        case(600, readings(d555="1"), integer=True, milestones=[milestone(1000, "10")]),
        "5",
    ),
    ("as they are", case(600, readings(d555="1"), milestones=[milestone(1000, "10")]), "5.55"),
    (
        "whole things, down",
        case(600, readings(d555="9"), integer=True, **{**DOWN, "baseline": {"date": day(0), "value": "10"}}),
        "5",
    ),
    ("exactly whole", case(600, readings(d500="1"), integer=True, milestones=[milestone(1000, "10")]), "5"),
    (
        "from a baseline that is not whole",
        case(600, readings(d500="1"), integer=True, baseline={"date": day(0), "value": "0.5"}),
        "500",
    ),
    (
        "below zero, towards the baseline",
        case(600, readings(d500="1"), integer=True, baseline={"date": day(0), "value": "-1001"}),
        "-1",
    ),
]


@pytest.mark.parametrize(("given", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROUNDED])
def test_expected(given: dict[str, Any], expected: str) -> None:
    assert last(given)["expected"] == expected


TWO = [milestone(500, "500"), milestone(1000, "1000")]
SHARES = [
    ("halfway", case(600, readings(d500="250")), ("0.25", "0.5", "0.5"), None),
    ("down", case(600, readings(d500="750"), **DOWN), ("0.25", "0.5", "0.5"), None),
    ("on the baseline's date", case(600, readings(d0="5")), ("0.005", "0", None), "NOTHING_EXPECTED"),
    (
        "no way to go",
        case(600, readings(d500="250"), milestones=[milestone(1000, "0")]),
        (None, None, None),
        "ZERO_SPAN",
    ),
    (
        "no baseline",
        case(600, readings(d400="250"), baseline=None, milestones=TWO),
        (None,) * 3,
        "NO_BASELINE",
    ),
    (
        "no baseline, from the first due date",
        case(600, readings(d500="250"), baseline=None, milestones=TWO),
        ("-0.5", "0", None),
        "NO_BASELINE",
    ),
    (
        "no baseline, after it",
        case(800, readings(d750="600"), baseline=None, milestones=TWO),
        ("0.2", "0.5", "0.4"),
        "NO_BASELINE",
    ),
    (
        "a bound is never used",
        case(600, readings(d400="250"), baseline={"date": day(0), "below": "9"}),
        (None,) * 3,
        "BASELINE_IS_BOUND",
    ),
    ("no reading", case(600, []), (None,) * 3, "NO_READING"),
    ("not applicable", case(600, readings(d500="na")), (None,) * 3, "NOT_APPLICABLE"),
    ("no baseline comes first", case(600, [], baseline=None), (None,) * 3, "NO_BASELINE"),
    ("no path, no shares", case(600, readings(d500="0"), **DONE), (None,) * 3, None),
    (
        "a quota",
        case("2022-08-31", [{"date": "2022-07-01", "value": "91"}], **YEAR),
        ("0.249315068493", "0.498630136986", "0.5"),
        None,
    ),
    ("met has shares", case(600, readings(d500="1500")), ("1.5", "0.5", "3"), None),
    ("missed too", case(1500, readings(d1000="500")), ("0.5", "1", "0.5"), None),
]


@pytest.mark.parametrize(("given", "shares", "reason"), [pytest.param(*row[1:], id=row[0]) for row in SHARES])
def test_shares_and_reason(given: dict[str, Any], shares: tuple[str | None, ...], reason: str | None) -> None:
    found = last(given)
    assert (found["share_done"], found["expected_share"], found["schedule_ratio"]) == shares
    assert found["reason"] == reason


def test_met_late_names_the_day_and_keeps_the_reading_in_force_then() -> None:
    found = last(case(1500, readings(d900="9", d1100="1000", d1200="2000")))
    assert (found["met_on"], found["actual"], found["actual_date"]) == (day(1100), "9", day(900))
    assert last(case(1500, readings(d1100="1000")))["actual"] is None
    assert last(case(1500, readings(d900="1000", d1100="1000")))["met_on"] is None


def test_not_applicable_has_a_date_and_no_number() -> None:
    found = last(case(30, readings(d20="na")))
    assert (found["actual"], found["actual_date"], found["gap"]) == (None, day(20), None)


# --- Outlook -----------------------------------------------------------------------------------------------

CLIMB = {"d100": "100", "d200": "200", "d300": "600"}


def test_forecast_by_hand() -> None:
    """Slopes 1, 1, 1, 2, 2.5, 4 a day with the baseline at 0: median 1.5, 700 days from 600."""
    found = last(case(310, readings(**CLIMB)))
    assert found["forecast"] == "1650"
    assert found["forecast_low"] == "1300"  # C = 3.7728…, rank 1.11 of 1 and 1
    assert float(found["forecast_high"]) == pytest.approx(600 + 700 * (2.5 + 1.5 * 0.886393), abs=0.01)
    assert found["required_pace"] == "208.714285714"  # 400 in 700 days of 365.25 a year


OUTLOOK = [
    ("two dates are not enough", case(310, readings(d100="100"), baseline=None), None),
    ("the baseline is a third", case(310, readings(d100="100", d200="200")), "1000"),
    ("not before it", case(310, readings(m5="7", d100="100", d200="200")), "1000"),
    ("a reading on its date wins", case(310, readings(d0="100", d100="100", d200="100")), "100"),
    (
        "a bound is none",
        case(310, readings(d100="1", d200="2"), baseline={"date": day(0), "below": "1"}),
        None,
    ),
    ("not applicable is none", case(310, readings(d100="na", d200="200")), None),
    ("the latest not applicable", case(310, readings(**CLIMB, d305="na")), None),
    ("none past the due date", case(1001, readings(**CLIMB)), None),
    ("still on it", case(1000, readings(**CLIMB)), "1650"),
    ("never below 0", case(910, readings(d700="500", d800="300", d900="1")), "0"),
    ("unless something is", case(910, readings(d700="-1", d800="-50", d900="-100"), baseline=None), "-149.5"),
    ("a percentage ends at 100", case(310, readings(**CLIMB), unit="%"), "100"),
    ("a percentage starts at 0", case(910, readings(d700="50", d800="30", d900="1"), unit="%"), "0"),
    (
        "a quota looks at its year",
        case(
            "2022-06-30",
            [
                {"date": "2021-12-31", "value": "999"},
                {"date": "2022-01-31", "value": "31"},
                {"date": "2022-03-31", "value": "90"},
                {"date": "2022-06-30", "value": "181"},
            ],
            **YEAR,
        ),
        "365",
    ),
]


@pytest.mark.parametrize(("given", "forecast"), [pytest.param(*row[1:], id=row[0]) for row in OUTLOOK])
def test_forecast(given: dict[str, Any], forecast: str | None) -> None:
    found = last(given)
    assert found["forecast"] == forecast
    assert (found["forecast_low"] is None) == (found["forecast_high"] is None) == (forecast is None)


def test_required_pace_ends_at_the_due_date() -> None:
    assert last(case(1000, readings(d1000="9")))["required_pace"] is None
    assert last(case(1000, readings(d999="999")))["required_pace"] == "365.25"
    assert last(case(600, readings(d500="750"), **DOWN))["required_pace"] == "-547.875"


def test_the_outlook_can_be_left_out() -> None:
    given = parse_case(case(310, readings(**CLIMB)))
    with_it, without = assess(given)[0], assess(given, with_outlook=False)[0]
    assert without == {**with_it, "forecast": None, "forecast_low": None, "forecast_high": None}


# --- Form --------------------------------------------------------------------------------------------------


def test_answers_follow_the_order_of_the_input() -> None:
    turned = {**WORKED, "milestones": WORKED["milestones"][::-1]}
    assert answers(turned) == answers(WORKED)[::-1]


def test_a_list_of_cases_gives_a_list_of_answers() -> None:
    empty = case(30, [])
    assert assess_json([WORKED, empty]) == [assess_json(WORKED), assess_json(empty)]
    assert assess_json([]) == []
    assert judge_many([]) == []


def test_answers_do_not_depend_on_what_else_is_judged() -> None:
    cases = [parse_case(case(number, readings(d10=str(number), d700="700"))) for number in range(5, 1100, 7)]
    random.Random(7).shuffle(cases)
    assert assess_many(cases) == [assess(given) for given in cases]


def test_a_case_survives_the_way_through_json() -> None:
    given = {
        **WORKED,
        "readings": [*WORKED["readings"], {"date": "2022-12-31", "na": True}],
        "tolerance": "0.10",
        "integer": True,
        "grace_days": 3,
        "stale_after_days": 100,
        "thresholds": {"green": "0.9"},
        "unit": "%",
        "binding": True,
        "rollup": "sum",
    }
    parsed = parse_case(given)
    again = parse_case(json.loads(json.dumps(parsed.as_json())))
    assert again == parsed
    assert assess(again) == assess(parsed)
    bound = parse_case({**WORKED, "baseline": {"date": "2020-12-31", "below": "1000"}})
    assert parse_case(bound.as_json()) == bound


def test_typed_answers_carry_decimals() -> None:
    found = judge_many([parse_case(WORKED)])[0][0]
    assert (found.state, found.light, found.actual, found.due) == (
        State.ON_TRACK,
        Light.GREEN,
        Decimal("1.5"),
        date(2023, 12, 31),
    )


def test_every_word_has_a_label() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(LIGHT_LABELS) == set(Light)
    assert set(MARK_LABELS) == set(Mark)
    assert set(REASON_LABELS) == set(Reason)
    assert (state_label(State.NO_DATA), state_label(State.NO_DATA, Light.RED)) == ("尚未填报", "逾期未报")
