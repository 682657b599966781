"""Input that cannot be judged is refused, naming the field and saying in Chinese what to do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from targets.progress import Case, CaseError, Direction, TargetType, assess_json, parse_case
from tests.targets.table_case import DOWN, YEAR, case, day, last, milestone, readings

pytestmark = pytest.mark.pure

GOOD = case(600, readings(d500="500"))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good case with one value replaced, at a path such as "milestones.0.due"."""
    copy: dict[str, Any] = {
        **GOOD,
        "baseline": dict(GOOD["baseline"]),
        "milestones": [dict(item) for item in GOOD["milestones"]],
        "readings": [dict(item) for item in GOOD["readings"]],
    }
    inner: Any = copy
    *steps, end = path.split(".")
    for step in steps:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(end) if end.isdigit() else end] = value
    return copy


BAD_NUMBERS = {
    "text": "many",
    "thousands comma": "1,200",
    "percent sign": "12%",
    "full-width digits": "１２",
    "empty": "",
    "blank": " 1",
    "plus": "+1",
    "bare point": ".5",
    "underscore": "1_0",
    "NaN": "NaN",
    "float NaN": float("nan"),
    "infinity": float("inf"),
    "boolean": True,
    "list": [1],
    "19 whole digits": "1" * 19,
    "exponent": "1e18",
    "61 decimals": "0." + "0" * 60 + "1",
}
BAD_DATES = {
    "not a day": "2023-02-29",
    "no dashes": "20230228",
    "slashes": "2023/02/28",
    "time": "2023-02-28T00:00",
    "short": "2023-2-8",
    "a number": 20230228,
    "boolean": True,
    "full-width": "２０２３-02-28",
}
ROWS: list[tuple[str, dict[str, Any], str]] = [
    *[
        (f"reading {name}", changed("readings.0.value", bad), "readings[0].value")
        for name, bad in BAD_NUMBERS.items()
    ],
    *[
        (f"milestone {name}", changed("milestones.0.value", bad), "milestones[0].value")
        for name, bad in BAD_NUMBERS.items()
    ],
    *[(f"as_of {name}", changed("as_of", bad), "as_of") for name, bad in BAD_DATES.items()],
    *[
        (f"reading date {name}", changed("readings.0.date", bad), "readings[0].date")
        for name, bad in BAD_DATES.items()
    ],
    *[
        (f"due {name}", changed("milestones.0.due", bad), "milestones[0].due")
        for name, bad in BAD_DATES.items()
    ],
    *[
        (f"{key} missing", {k: v for k, v in GOOD.items() if k != key}, key)
        for key in ("direction", "target_type", "milestones", "readings", "as_of")
    ],
    ("direction unknown", changed("direction", "sideways"), "direction"),
    ("type unknown", changed("target_type", "keep"), "target_type"),
    ("rollup unknown", changed("rollup", "mean"), "rollup"),
    ("floor down", {**GOOD, **DOWN, "target_type": "floor"}, "direction"),
    ("ceiling up", changed("target_type", "ceiling"), "direction"),
    ("quota down", {**case("2022-06-30", [], **YEAR), "direction": "down"}, "direction"),
    ("done down", {**GOOD, "target_type": "done", "direction": "down"}, "direction"),
    ("quota with a baseline", {**case("2022-06-30", [], **YEAR), "baseline": GOOD["baseline"]}, "baseline"),
    (
        "quota due in summer",
        case("2022-06-30", [], **{**YEAR, "milestones": [milestone("2022-06-30", "5")]}),
        "milestones[0].due",
    ),
    ("milestones not a list", changed("milestones", {}), "milestones"),
    ("no milestone", changed("milestones", []), "milestones"),
    ("milestone not a mapping", changed("milestones.0", "2023"), "milestones[0]"),
    ("milestone without due", changed("milestones.0.due", None), "milestones[0].due"),
    ("milestone without value", changed("milestones.0.value", None), "milestones[0].value"),
    ("due year 0", changed("milestones.0.due", "0000"), "milestones[0].due"),
    ("due twice", changed("milestones", [milestone(1000, "1"), milestone(1000, "2")]), "milestones[1].due"),
    ("due on the baseline's date", changed("milestones.0.due", day(0)), "milestones[0].due"),
    (
        "due before a bound's date",
        {**changed("milestones.0.due", day(-1)), "baseline": {"date": day(0), "below": "5"}},
        "milestones[0].due",
    ),
    ("comparator unknown", changed("milestones.0.comparator", "≥"), "milestones[0].comparator"),
    ("up with at most", changed("milestones.0.comparator", "<="), "milestones[0].comparator"),
    (
        "down with at least",
        {**GOOD, **DOWN, "milestones": [milestone(1000, "0", comparator=">=")]},
        "milestones[0].comparator",
    ),
    ("range without the type", changed("milestones.0.comparator", "range"), "milestones[0].comparator"),
    (
        "the type without range",
        {**changed("milestones.0.comparator", ">="), "target_type": "range"},
        "milestones[0].comparator",
    ),
    ("range without a top", changed("target_type", "range"), "milestones[0].value_max"),
    (
        "range upside down",
        {**changed("milestones.0.value_max", "1"), "target_type": "range"},
        "milestones[0].value_max",
    ),
    ("a top without a range", changed("milestones.0.value_max", "2000"), "milestones[0].value_max"),
    ("readings not a list", changed("readings", {}), "readings"),
    ("reading not a mapping", changed("readings.0", 5), "readings[0]"),
    ("reading without date", changed("readings.0.date", None), "readings[0].date"),
    ("reading with nothing", changed("readings.0.value", None), "readings[0]"),
    ("reading with both", changed("readings.0.na", True), "readings[0]"),
    ("na not a boolean", changed("readings.0.na", "yes"), "readings[0].na"),
    ("provisional not a boolean", changed("readings.0.provisional", 1), "readings[0].provisional"),
    (
        "two readings of a date",
        changed("readings", [*readings(d1="1", d2="2"), *readings(d1="na")]),
        "readings[2].date",
    ),
    ("baseline not a mapping", changed("baseline", "0"), "baseline"),
    ("baseline without date", changed("baseline.date", None), "baseline.date"),
    ("baseline without value", changed("baseline.value", None), "baseline.value"),
    ("baseline with value and bound", changed("baseline.below", "9"), "baseline.below"),
    ("baseline not a number", changed("baseline.value", "—"), "baseline.value"),
    ("bound not a number", changed("baseline", {"date": day(0), "below": "不足"}), "baseline.below"),
    ("tolerance negative", changed("tolerance", "-1"), "tolerance"),
    ("tolerance not a number", changed("tolerance", "±1"), "tolerance"),
    ("integer not a boolean", changed("integer", 1), "integer"),
    ("grace negative", changed("grace_days", -1), "grace_days"),
    ("grace a fraction", changed("grace_days", 1.5), "grace_days"),
    ("grace a boolean", changed("grace_days", True), "grace_days"),
    ("stale negative", changed("stale_after_days", -1), "stale_after_days"),
    ("stale text", changed("stale_after_days", "90"), "stale_after_days"),
    ("unit not text", changed("unit", 5), "unit"),
    ("binding not a boolean", changed("binding", "是"), "binding"),
    ("thresholds not a mapping", changed("thresholds", "0.95"), "thresholds"),
    ("threshold above 1", changed("thresholds", {"green": "95"}), "thresholds.green"),
    ("threshold negative", changed("thresholds", {"closing": "-0.1"}), "thresholds.closing"),
    ("threshold not a number", changed("thresholds", {"start_up": "x"}), "thresholds.start_up"),
    ("yellow above green", changed("thresholds", {"yellow": "0.99"}), "thresholds.yellow"),
    ("threshold unknown", changed("thresholds", {"gren": "0.9"}), "thresholds.gren"),
    ("a misspelt key", changed("tolerence", "1"), "tolerence"),
    ("a key in the plural", changed("baselines", None), "baselines"),
    ("not a mapping", None, ""),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("given", "field"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_refused_naming_the_field(given: Any, field: str) -> None:
    with pytest.raises(CaseError) as refused:
        assess_json(given)
    assert refused.value.field == field
    assert refused.value.case is None
    assert re.search("[\u4e00-\u9fff].*。$|[\u4e00-\u9fff].*？请改正字段名。$", refused.value.message)


def test_a_bad_case_refuses_the_list_and_says_which() -> None:
    with pytest.raises(CaseError, match=r"\[1\]\.as_of") as refused:
        assess_json([GOOD, changed("as_of", "soon")])
    assert (refused.value.case, refused.value.field) == (1, "as_of")


def test_a_case_built_in_code_is_checked_too() -> None:
    with pytest.raises(CaseError) as refused:
        Case(
            direction=Direction.UP,
            target_type=TargetType.REACH,
            milestones=(),
            readings=(),
            as_of=date(2023, 1, 1),
        )
    assert refused.value.field == "milestones"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2.50", "2.5"),
        ("-0", "0"),
        ("1e2", "100"),
        ("25E-1", "2.5"),
        (0.1, "0.1"),
        (7, "7"),
        (Decimal("7.0"), "7"),
    ],
)
def test_ways_to_write_a_number(written: Any, meant: str) -> None:
    assert last(changed("readings.0.value", written))["actual"] == meant


@pytest.mark.parametrize("written", ["2023", 2023, "2023-12-31"])
def test_a_year_means_its_last_day(written: Any) -> None:
    assert last(changed("milestones.0.due", written))["due"] == "2023-12-31"


@pytest.mark.parametrize(
    ("direction", "target_type", "comparator"),
    [("up", "reach", ">="), ("down", "reach", "<="), ("up", "range", "range"), ("down", "range", "range")],
)
def test_a_comparator_can_be_left_out(direction: str, target_type: str, comparator: str) -> None:
    top = {"value_max": "2000"} if target_type == "range" else {}
    given = {
        **GOOD,
        "direction": direction,
        "target_type": target_type,
        "milestones": [milestone(1000, "1000", **top)],
    }
    assert parse_case(given).milestones[0].comparator == comparator


def test_what_is_left_out_has_its_default() -> None:
    found = parse_case(GOOD)
    assert (found.tolerance, found.integer, found.grace_days, found.stale_after_days) == (0, False, 0, None)
    limits = found.thresholds
    assert [str(limit) for limit in (limits.green, limits.yellow, limits.start_up, limits.closing)] == [
        "0.95",
        "0.60",
        "0.10",
        "0.10",
    ]
    assert str(parse_case(case("2022-06-30", [], **YEAR)).thresholds.start_up) == "0.25"
    assert str(parse_case(changed("thresholds", {"green": "0.9"})).thresholds.yellow) == "0.60"


def test_foreign_keys_are_left_alone() -> None:
    assert assess_json({**GOOD, "note": "备注", "title": "床位"}) == assess_json(GOOD)
