"""The pure rules: periods owed over the working-day calendar, and lights with their reasons."""

from datetime import date
from typing import Any

import pytest

from targets.standing import Due, Facts, Owed, owed_reports, stand
from tests.worlds import day
from yuxi_eldercare.core.workdays import Calendar

pytestmark = pytest.mark.pure

PLAIN = Calendar({})
# 国庆: 1 to 7 October 2024 rest, Saturday the 12th is worked.
HOLIDAY = Calendar({date(2024, 10, n): False for n in range(1, 8)} | {date(2024, 10, 12): True})
ISSUED = day("2024-08-05")  # a Monday


def facts(**given: Any) -> Facts:
    told: dict[str, Any] = {
        "state": "working",
        "state_since": ISSUED,
        "issued_on": ISSUED,
        "due": day("2025-06-30"),
        "closed_late": False,
        "frequencies": ((ISSUED, "quarter"),),
        **given,
    }
    return Facts(**told)


@pytest.mark.parametrize(
    ("frequencies", "until", "expected"),
    [
        pytest.param(
            [(ISSUED, "month")], "2024-11-02", ["2024-08-31", "2024-09-30", "2024-10-31"], id="month"
        ),
        pytest.param([(ISSUED, "quarter")], "2025-01-01", ["2024-09-30", "2024-12-31"], id="quarter"),
        pytest.param([(ISSUED, "half")], "2025-07-01", ["2024-12-31", "2025-06-30"], id="half"),
        pytest.param([(ISSUED, "year")], "2025-12-31", ["2024-12-31"], id="year, not over on the day itself"),
        pytest.param([(day("2024-09-16"), "month")], "2024-10-08", [], id="ends within fifteen days"),
        pytest.param(
            [(day("2024-09-15"), "month")], "2024-10-08", ["2024-09-30"], id="ends on the fifteenth"
        ),
        pytest.param(
            [(ISSUED, "month"), (day("2024-10-20"), "quarter")],
            "2025-01-05",
            ["2024-08-31", "2024-09-30", "2024-12-31"],
            id="a change asks from its day on",
        ),
        pytest.param(
            [(ISSUED, "quarter"), (day("2024-08-20"), "month")],
            "2024-10-05",
            ["2024-08-31", "2024-09-30"],
            id="more often after a change",
        ),
    ],
)
def test_the_reports_that_are_owed(frequencies: Any, until: str, expected: list[str]) -> None:
    owed = owed_reports(frequencies, day(until), PLAIN, asked_on=day(until))
    assert [str(one.period_end) for one in owed] == expected


def test_a_report_is_due_on_the_fifth_working_day() -> None:
    asked = {"until": day("2024-10-20"), "asked_on": day("2024-10-20")}
    (plain,) = owed_reports([(ISSUED, "quarter")], days=PLAIN, **asked)
    (holiday,) = owed_reports([(ISSUED, "quarter")], days=HOLIDAY, **asked)
    assert (plain, holiday) == (
        Owed(day("2024-09-30"), day("2024-10-07")),
        Owed(day("2024-09-30"), day("2024-10-12")),
    )


SENT = {"reports": {day("2024-09-30"): False}}


@pytest.mark.parametrize(
    ("given", "on", "light", "codes"),
    [
        pytest.param({"state": "issued"}, "2024-08-08", "grey", ["unsigned"], id="three days to sign"),
        pytest.param({"state": "issued"}, "2024-08-09", "yellow", ["unsigned_late"], id="signing is late"),
        pytest.param({"state": "issued"}, "2024-08-15", "yellow", ["unsigned_late"], id="five days late"),
        pytest.param({"state": "issued"}, "2024-08-16", "red", ["unsigned_late"], id="more than five"),
        pytest.param({}, "2024-09-29", "green", [], id="on its way"),
        pytest.param({}, "2024-10-12", "green", [], id="the report may still come on the worked Saturday"),
        pytest.param({}, "2024-10-13", "yellow", ["report_late"], id="a report is late"),
        pytest.param({}, "2024-10-21", "red", ["report_late"], id="and very late"),
        pytest.param(SENT, "2024-10-21", "green", [], id="it came"),
        pytest.param(
            {"reports": {day("2024-09-30"): True}},
            "2024-10-10",
            "yellow",
            ["report_returned"],
            id="came back",
        ),
        pytest.param(
            {"reports": {day("2024-09-30"): True}},
            "2024-10-21",
            "red",
            ["report_late"],
            id="came back and late",
        ),
        pytest.param(
            {**SENT, "deliverables": (Due(1, day("2024-10-10")),)},
            "2024-10-11",
            "yellow",
            ["deliverable_late"],
            id="a deliverable is late",
        ),
        pytest.param(
            {**SENT, "deliverables": (Due(1, day("2024-10-10"), True),)}, "2024-11-11", "green", [], id="done"
        ),
        pytest.param({**SENT, "due": day("2024-11-05")}, "2024-10-21", "yellow", ["soon_due"], id="soon due"),
        pytest.param({**SENT, "due": day("2024-11-05")}, "2024-10-20", "green", [], id="sixteen days left"),
        pytest.param({**SENT, "due": day("2024-10-20")}, "2024-10-21", "red", ["overdue"], id="overdue"),
        pytest.param({**SENT, "due": None}, "2024-12-31", "green", [], id="no day was set"),
        pytest.param(
            {"state": "returned", "state_since": day("2024-10-10"), **SENT},
            "2024-10-21",
            "yellow",
            ["returned"],
            id="returned for correction",
        ),
        pytest.param(
            {"state": "submitted", "state_since": day("2024-09-20"), "due": day("2024-09-20")},
            "2024-12-31",
            "green",
            [],
            id="handed in in time waits without fault and reports no more",
        ),
        pytest.param(
            {"state": "submitted", "state_since": day("2024-09-21"), "due": day("2024-09-20")},
            "2024-09-30",
            "red",
            ["overdue"],
            id="handed in late",
        ),
        pytest.param({"state": "closed"}, "2026-01-01", "green", [], id="closed"),
        pytest.param(
            {"state": "closed", "closed_late": True},
            "2026-01-01",
            "yellow",
            ["closed_late"],
            id="closed late",
        ),
        pytest.param({"state": "withdrawn"}, "2026-01-01", "grey", ["withdrawn"], id="withdrawn"),
    ],
)
def test_the_light_of_a_part(given: dict[str, Any], on: str, light: str, codes: list[str]) -> None:
    standing = stand(facts(**given), day(on), HOLIDAY)
    assert (standing.light, standing.codes) == (light, codes)


def test_the_worst_reason_comes_first_and_each_names_its_day() -> None:
    told = facts(due=day("2024-12-31"), deliverables=(Due(7, day("2024-09-01")),))
    standing = stand(told, day("2024-12-20"), HOLIDAY)
    assert [(r.code, r.light, str(r.since), r.deliverable) for r in standing.reasons] == [
        ("deliverable_late", "red", "2024-09-01", 7),
        ("report_late", "red", "2024-10-12", None),
        ("soon_due", "yellow", "2024-12-31", None),
    ]
    assert [one.period_end for one in standing.missing] == [day("2024-09-30")]
