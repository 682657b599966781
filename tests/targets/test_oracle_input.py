"""What cannot be judged is refused, by the engine and by the oracle, naming the same input."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from targets.progress import CaseError, assess_json
from tests.targets.oracle import oracle
from tests.targets.oracle_compare import differences
from tests.targets.oracle_input import BadCase, validate

pytestmark = pytest.mark.pure

Case = dict[str, Any]
Change = Callable[[Case], Any]


def assert_agree(case: Case) -> None:
    answer = assess_json(case)
    assert isinstance(answer, dict)
    assert not differences(oracle(case), answer)


GOOD: Case = {
    "direction": "up",
    "target_type": "reach",
    "baseline": {"date": "2020-12-31", "value": "1"},
    "milestones": [{"due": "2023-12-31", "comparator": ">=", "value": "2"}, {"due": 2025, "value": "3"}],
    "readings": [{"date": "2022-06-30", "value": "1.5"}, {"date": "2022-12-31", "na": True}],
    "as_of": "2023-01-31",
    "tolerance": "0",
    "thresholds": {"green": "0.95", "yellow": "0.6"},
}
BAD_NUMBERS: list[Any] = [
    True, float("nan"), float("inf"), "NaN", "Infinity", "1,2", "１２", "٣", "", " 1", "1_0", "+1", ".5",
    "5.", [], {}, "0x1", "一",
]  # fmt: skip
BAD_DAYS: list[Any] = [
    "2023-02-29", "2023-13-01", "20230131", "2023-1-31", "2023-01-31T00:00:00", "", None, 20230131,
    "0000-12-31", "２０２３-01-31", "2023-W01-1", True,
]  # fmt: skip
BAD_DUES: list[Any] = [*BAD_DAYS, "0", 0, 10000, -2023, 2023.0]
BAD_DIRECTIONS: list[Any] = ["UP", "", None, "sideways", []]
BAD_TYPES: list[Any] = ["Reach", "", None, "keep", {}]
BAD_WHOLES: list[Any] = [-1, True, "1", 1.5]


def put(*path: Any, value: Any) -> Change:
    """A change that puts a value at a place in the case."""

    def change(case: Case) -> None:
        inner: Any = case
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


REFUSED: list[tuple[str, Change]] = [
    *[("readings[0].value", put("readings", 0, "value", value=v)) for v in BAD_NUMBERS],
    *[("milestones[1].value", put("milestones", 1, "value", value=v)) for v in [*BAD_NUMBERS, None]],
    *[("baseline.value", put("baseline", "value", value=v)) for v in BAD_NUMBERS],
    *[("tolerance", put("tolerance", value=v)) for v in [*BAD_NUMBERS, "-0.1"]],
    *[("thresholds.green", put("thresholds", "green", value=v)) for v in ["1.1", "-0.1", True, "x"]],
    *[("thresholds.closing", put("thresholds", "closing", value=v)) for v in ["1.1", -1, "1,0"]],
    ("thresholds.yellow", put("thresholds", "yellow", value="0.96")),
    ("thresholds", put("thresholds", value=[])),
    *[("as_of", put("as_of", value=v)) for v in [*BAD_DAYS, "2023"]],
    *[("readings[1].date", put("readings", 1, "date", value=v)) for v in [*BAD_DAYS, "2023"]],
    *[
        ("milestones[0].due", put("milestones", 0, "due", value=v))
        for v in [*BAD_DAYS, "0", 0, 10000, -2023, 2023.0]
    ],
    *[("baseline.date", put("baseline", "date", value=v)) for v in BAD_DAYS],
    *[("grace_days", put("grace_days", value=v)) for v in BAD_WHOLES],
    *[("stale_after_days", put("stale_after_days", value=v)) for v in BAD_WHOLES],
    *[("integer", put("integer", value=v)) for v in ["true", 1, 0]],
    *[("direction", put("direction", value=v)) for v in BAD_DIRECTIONS],
    *[("target_type", put("target_type", value=v)) for v in BAD_TYPES],
    ("direction", put("target_type", value="ceiling")),
    ("milestones", put("milestones", value=[])),
    ("milestones", put("milestones", value={})),
    ("milestones[1]", put("milestones", 1, value="2025")),
    ("readings", put("readings", value={})),
    ("readings[0]", put("readings", 0, value=5)),
    ("readings[0]", put("readings", 0, value={"date": "2022-06-30"})),
    ("readings[1]", put("readings", 1, "value", value="1")),
    ("readings[1].date", put("readings", 1, "date", value="2022-06-30")),
    ("milestones[1].due", put("milestones", 1, "due", value="2023")),
    ("milestones[0].due", put("baseline", "date", value="2023-12-31")),
    ("milestones[0].due", put("baseline", value={"date": "2024-01-01", "below": "1"})),
    ("milestones[0].comparator", put("milestones", 0, "comparator", value="<=")),
    ("milestones[0].comparator", put("milestones", 0, "comparator", value="range")),
    ("milestones[0].comparator", put("milestones", 0, "comparator", value="≥")),
    ("milestones[0].value_max", put("milestones", 0, "value_max", value="3")),
    ("baseline", put("target_type", value="annual")),
    *[("binding", put("binding", value=v)) for v in ["true", 1]],
    *[("rollup", put("rollup", value=v)) for v in ["avg", 1]],
    ("readings[0].provisional", put("readings", 0, "provisional", value="yes")),
    ("milestonse", put("milestonse", value=[])),
    ("tolerence", put("tolerence", value="1")),
]


def assert_both_refuse(case: Case, field: str) -> None:
    with pytest.raises(BadCase) as found:
        validate(case)
    assert found.value.field == field
    with pytest.raises(CaseError) as error:
        assess_json(case)
    assert error.value.field == field
    assert error.value.message


@pytest.mark.parametrize(("field", "change"), REFUSED)
def test_what_cannot_be_judged_is_refused_by_both_naming_the_field(field: str, change: Change) -> None:
    case = copy.deepcopy(GOOD)
    change(case)
    assert_both_refuse(case, field)


def test_the_case_the_changes_start_from_is_good() -> None:
    validate(GOOD)
    assert_agree(GOOD)


@pytest.mark.parametrize("baseline", [{}, {"value": "1", "below": "3"}, {"below": "1", "above": "3"}])
def test_a_baseline_is_one_number(baseline: Case) -> None:
    case = {**GOOD, "baseline": {"date": "2020-12-31", **baseline}}
    with pytest.raises(BadCase, match=r"^baseline"):
        validate(case)
    with pytest.raises(CaseError) as error:
        assess_json(case)
    assert error.value.field.split(".")[0] == "baseline"


YEARLY: Case = {
    "direction": "up",
    "target_type": "annual",
    "milestones": [{"due": 2023, "value": "5"}],
    "readings": [],
    "as_of": "2023-06-30",
}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("direction", {"direction": "down"}),
        ("milestones[0].due", {"milestones": [{"due": "2023-12-30", "value": "5"}]}),
        ("baseline", {"baseline": {"date": "2022-12-31", "below": "5"}}),
    ],
)
def test_annual_is_refused_with_what_it_cannot_have(field: str, change: Case) -> None:
    assert_agree(YEARLY)
    assert_both_refuse({**YEARLY, **change}, field)


BAND: Case = {**GOOD, "target_type": "range", "milestones": [{"due": 2023, "value": "1", "value_max": "2"}]}


@pytest.mark.parametrize(
    ("field", "band"),
    [
        ("milestones[0].value_max", {"due": 2023, "comparator": "range", "value": "1"}),
        ("milestones[0].value_max", {"due": 2023, "value": "1"}),
        ("milestones[0].value", {"due": 2023, "comparator": "range", "value_max": "1"}),
        ("milestones[0].value_max", {"due": 2023, "value": "2", "value_max": "1"}),
        ("milestones[0].comparator", {"due": 2023, "comparator": ">=", "value": "1", "value_max": "2"}),
    ],
)
def test_a_band_needs_both_ends_the_right_way_round(field: str, band: Case) -> None:
    assert_agree(BAND)
    assert_both_refuse({**BAND, "milestones": [band]}, field)


def test_one_bad_case_refuses_the_whole_list_and_is_named() -> None:
    bad = {**GOOD, "as_of": "2023-01-32"}
    with pytest.raises(CaseError) as error:
        assess_json([GOOD, bad, GOOD])
    assert (error.value.case, error.value.field) == (1, "as_of")
