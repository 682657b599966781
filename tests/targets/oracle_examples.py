"""Cases worked out by hand. Each is (name, case, what must be answered for each milestone).

Only the keys that were worked out are listed; numbers are written as the sums that give them.
"""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

Example = tuple[str, dict[str, Any], list[dict[str, Any]]]


def reach(*readings: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    """The care-place plan: from 0.91 on 2020-12-31 to 2 by the end of 2023, unless told otherwise."""
    return {
        "direction": "up",
        "target_type": "reach",
        "baseline": {"date": "2020-12-31", "value": "0.91"},
        "milestones": [{"due": "2023-12-31", "value": "2"}],
        "readings": [{"date": d, "na": True} if v is None else {"date": d, "value": v} for d, v in readings],
        **more,
    }


def thousand_days(*readings: tuple[str, str], **more: Any) -> dict[str, Any]:
    """From 0 to 100 in exactly 1000 days (2020-12-31 to 2023-09-27): 0.1 a day."""
    given = {
        "baseline": {"date": "2020-12-31", "value": "0"},
        "milestones": [{"due": "2023-09-27", "value": "100"}],
        "as_of": readings[-1][0],
    }
    return reach(*readings, **{**given, **more})


def kept(*readings: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Keep 100 at the end of 2023; no baseline."""
    given = {"target_type": "floor", "baseline": None, "milestones": [{"due": 2023, "value": "100"}]}
    return reach(*readings, **{**given, **more})


WORKED = reach(
    ("2022-06-30", "1.5"),
    ("2022-12-31", None),
    milestones=[{"due": "2023-12-31", "comparator": ">=", "value": "2"}, {"due": "2025", "value": "4.5"}],
    as_of="2022-07-31",
)
WORKED_RATIO = F(59, 109) / F(546, 1095)

EXAMPLES: list[Example] = [
    (
        "worked example of the rules",
        WORKED,
        [
            {
                "state": "ON_TRACK", "light": "green", "marks": [], "actual": F(3, 2),
                "actual_date": "2022-06-30", "gap": F(1, 2), "reason": None,
                "expected": F("0.91") + F("1.09") * F(546, 1095),
                "share_done": F(59, 109), "expected_share": F(546, 1095), "schedule_ratio": WORKED_RATIO,
                "required_pace": F("0.5") / (549 / F("365.25")), "forecast": None,
            },
            {
                "state": "ON_TRACK", "expected": F("0.91") + F("1.09") * F(546, 1095), "gap": F(3),
                "share_done": F(59, 359), "expected_share": F(109, 359) * F(546, 1095),
                "schedule_ratio": WORKED_RATIO,
            },
        ],
    ),
    (
        "last day of grace: waiting for the year-end figure",
        reach(("2023-11-30", "1.5"), as_of="2024-01-10", grace_days=10),
        [{"state": "PENDING", "light": "grey", "actual_date": "2023-11-30", "met_on": None}],
    ),
    (
        "grace is over",
        reach(("2023-11-30", "1.5"), as_of="2024-01-11", grace_days=10),
        [{"state": "MISSED", "light": "red", "forecast": None}],
    ),
    (
        "the year-end figure is there, so grace does not matter; tolerance never helps against the target",
        reach(("2023-12-31", "1.99"), as_of="2024-01-01", grace_days=10, tolerance="0.1"),
        [{"state": "MISSED", "gap": F(1, 100), "required_pace": None}],
    ),
    (
        "on the due date itself it is not past due, and tolerance counts against the path",
        reach(("2023-12-31", "1.99"), as_of="2023-12-31", tolerance="0.1"),
        [{"state": "ON_TRACK", "required_pace": None}],
    ),
    (
        "done late and fallen back since; the judged reading stays the one in force when it was due",
        reach(
            ("2023-12-31", "1.9"), ("2024-02-29", "2"), ("2024-03-31", "2.1"), ("2024-04-30", "1.8"),
            as_of="2024-05-01",
        ),
        [
            {
                "state": "MET_LATE", "light": "yellow", "met_on": "2024-02-29", "marks": ["FALLEN_BACK"],
                "actual": F("1.9"), "actual_date": "2023-12-31", "gap": F("0.1"),
            }
        ],
    ),
    (
        "nothing by the due date, done later",
        reach(("2024-02-29", "2"), as_of="2024-02-29"),
        [{"state": "MET_LATE", "actual": None, "actual_date": None, "gap": None, "reason": "NO_READING"}],
    ),
    (
        "not applicable when due comes before done late",
        reach(("2023-12-31", None), ("2024-02-29", "2"), as_of="2024-03-31"),
        [
            {
                "state": "NOT_APPLICABLE", "light": "grey", "actual": None, "actual_date": "2023-12-31",
                "reason": "NOT_APPLICABLE", "met_on": None,
            }
        ],
    ),
    (
        "no reading yet; the one before the baseline and the one after as_of do not count",
        reach(("2020-12-30", "1"), ("2023-06-30", "2"), as_of="2023-06-29"),
        [{"state": "NO_DATA", "light": "grey", "reason": "NO_READING", "actual_date": None}],
    ),
    ("still no reading once overdue", reach(as_of="2024-01-01"), [{"state": "NO_DATA", "light": "red"}]),
    (
        "54.96 does not meet 55, half a billionth less does; each milestone on its own",
        reach(
            ("2022-12-31", "54.96"), ("2023-12-31", "54.9999999725"),
            baseline={"date": "2020-12-31", "value": "12.3"},
            milestones=[{"due": 2023, "value": "55"}, {"due": 2022, "value": "55"}],
            as_of="2024-01-01",
        ),
        [{"due": "2023-12-31", "state": "MET"}, {"due": "2022-12-31", "state": "MET_LATE", "gap": F("0.04")}],
    ),
    (
        "visits kept up when due and let go after",
        kept(("2023-12-31", "100"), ("2024-03-31", "98"), as_of="2024-04-30", stale_after_days=29),
        [
            {
                "state": "BREACHED", "light": "red", "actual": F(98), "actual_date": "2024-03-31",
                "gap": F(2), "marks": ["STALE"], "expected": None, "reason": None,
            }
        ],
    ),
    (
        "the same within grace, with no reading on the due date: not yet judged",
        kept(("2023-11-30", "100"), ("2024-01-31", "98"), as_of="2024-01-31", grace_days=31),
        [{"state": "PENDING", "light": "grey"}],
    ),
    (
        "never kept up",
        kept(("2023-12-31", "99"), ("2024-03-31", "98"), as_of="2024-04-30"),
        [{"state": "MISSED"}],
    ),
    (
        "silence does not pay: kept up but the figure is old, long after the due date",
        kept(("2023-12-31", "100"), as_of="2024-04-30", stale_after_days=31),
        [{"state": "MET", "light": "grey", "marks": ["STALE"]}],
    ),
    (
        "an earlier milestone demanded as much and was due when x was read",
        kept(
            ("2024-06-30", "99"), as_of="2024-06-30",
            milestones=[{"due": 2023, "value": "100"}, {"due": 2024, "value": "100"}],
        ),
        [{"state": "MISSED"}, {"state": "BREACHED"}],
    ),
    (
        "the baseline met it already",
        reach(("2021-06-30", "1.9"), baseline={"date": "2020-12-31", "value": "2"}, as_of="2021-07-01"),
        [{"state": "BREACHED", "share_done": None, "reason": "ZERO_SPAN"}],
    ),
    (
        "whole things: the path of 0.004 a day is at 1.96 on day 490, so 1 is expected",
        thousand_days(("2022-05-05", "1"), milestones=[{"due": "2023-09-27", "value": "4"}], integer=True),
        [{"state": "ON_TRACK", "expected": F(1), "expected_share": F(1, 4), "schedule_ratio": F(1)}],
    ),
    (
        "whole things going down: 2.04 is rounded up, towards the baseline",
        thousand_days(
            ("2022-05-05", "3"), direction="down", integer=True,
            baseline={"date": "2020-12-31", "value": "4"}, milestones=[{"due": "2023-09-27", "value": "0"}],
        ),
        [{"state": "ON_TRACK", "expected": F(3), "gap": F(3), "required_pace": -3 / (510 / F("365.25"))}],
    ),
    (
        "worse than the baseline, going down",
        thousand_days(
            ("2022-05-15", "11"), direction="down",
            baseline={"date": "2020-12-31", "value": "10"}, milestones=[{"due": "2023-09-27", "value": "0"}],
        ),
        [{"state": "REGRESSED", "light": "red", "share_done": F(-1, 10), "schedule_ratio": F(-1, 5)}],
    ),
    (
        "the same within the tolerance",
        thousand_days(
            ("2022-05-15", "11"), direction="down", tolerance="1",
            baseline={"date": "2020-12-31", "value": "10"}, milestones=[{"due": "2023-09-27", "value": "0"}],
        ),
        [{"state": "AT_RISK", "light": "red"}],
    ),
    (
        "starting up, day 100",
        thousand_days(("2021-04-10", "0")),
        [{"state": "ON_TRACK", "schedule_ratio": F(0)}],
    ),
    (
        "starting up, but a little below where it began: the tolerance is for the path only",
        thousand_days(("2021-04-10", "-0.5"), tolerance="1"),
        [{"state": "AT_RISK"}],
    ),
    (
        "a year starts up for a quarter",
        {
            "direction": "up", "target_type": "annual", "as_of": "2023-04-02",
            "milestones": [{"due": 2023, "value": "200"}], "readings": [{"date": "2023-04-01", "value": "0"}],
        },
        [{"state": "ON_TRACK", "expected": F(200) * 91 / 365}],
    ),
    (
        "a year no longer starts up",
        {
            "direction": "up", "target_type": "annual", "as_of": "2023-04-02",
            "milestones": [{"due": 2023, "value": "200"}], "readings": [{"date": "2023-04-02", "value": "0"}],
        },
        [{"state": "AT_RISK", "schedule_ratio": F(0)}],
    ),
    (
        "below the baseline, though not below the whole number the path is rounded to",
        thousand_days(
            ("2021-04-20", "1.2"), integer=True,
            baseline={"date": "2020-12-31", "value": "1.5"}, milestones=[{"due": "2023-09-27", "value": "4"}],
        ),
        [{"state": "REGRESSED", "expected": F(1), "expected_share": F(-1, 5), "share_done": F(-3, 25)}],
    ),
    ("no longer starting up, day 101", thousand_days(("2021-04-11", "0")), [{"state": "AT_RISK"}]),
    (
        "on the baseline date nothing is due yet",
        thousand_days(("2020-12-31", "0")),
        [{"state": "NOT_DUE", "light": "grey", "reason": "NOTHING_EXPECTED", "schedule_ratio": None}],
    ),
    (
        "95 % of the path on day 899",
        thousand_days(("2023-06-18", "85.405")),
        [{"state": "ON_TRACK", "schedule_ratio": F("0.95")}],
    ),
    (
        "95 % of the path on day 900: near the end only the path itself counts",
        thousand_days(("2023-06-19", "85.5")),
        [{"state": "BEHIND", "light": "yellow", "schedule_ratio": F("0.95")}],
    ),
    ("60 % of the path", thousand_days(("2022-05-15", "30")), [{"state": "BEHIND", "expected": F(50)}]),
    ("less", thousand_days(("2022-05-15", "29.99")), [{"state": "AT_RISK", "light": "red"}]),
    (
        "without a baseline there is no path before the first due date",
        reach(
            ("2022-12-31", "25"), baseline=None, as_of="2023-01-01",
            milestones=[{"due": 2023, "value": "30"}, {"due": 2025, "value": "55"}],
        ),
        [{"state": "NOT_DUE", "expected": None, "reason": "NO_BASELINE", "gap": F(5)}, {"state": "NOT_DUE"}],
    ),
    (
        "from then on the first milestone stands in for it; a bound only cuts off what is older",
        reach(
            ("2020-12-30", "60"), ("2024-07-01", "42.5"),
            baseline={"date": "2020-12-31", "below": "20"}, as_of="2024-07-01",
            milestones=[{"due": 2023, "value": "30"}, {"due": 2025, "value": "55"}],
        ),
        [
            {"state": "MET_LATE", "actual": None, "reason": "BASELINE_IS_BOUND"},
            {
                "state": "ON_TRACK", "expected": 30 + F(25) * 183 / 731, "share_done": F(1, 2),
                "expected_share": F(183, 731), "reason": "BASELINE_IS_BOUND",
            },
        ],
    ),
    (
        "so much in every year: nothing is carried over, and what comes later does not count",
        {
            "direction": "up", "target_type": "annual", "as_of": "2025-01-15",
            "milestones": [{"due": year, "value": "200"} for year in (2023, 2024, 2025)],
            "readings": [{"date": "2023-11-30", "value": "150"}, {"date": "2024-07-01", "value": "250"}],
        },
        [
            {"state": "MISSED", "actual": F(150), "expected": F(200) * 334 / 365, "marks": []},
            {"state": "MET", "expected": F(200) * 183 / 366, "marks": []},
            {"state": "NO_DATA", "light": "grey", "actual": None},
        ],
    ),
    (
        "more than the band: met and marked",
        reach(
            ("2023-06-30", "3"), target_type="range", baseline=None, as_of="2023-06-30",
            milestones=[{"due": 2023, "comparator": "range", "value": "1", "value_max": "2"}],
        ),
        [{"state": "MET", "marks": ["ABOVE_RANGE"], "gap": F(-2), "expected": None, "reason": None}],
    ),
    (
        "a band going down is tested at its upper end",
        reach(
            ("2023-06-30", "3"), target_type="range", direction="down", baseline=None, as_of="2023-06-30",
            milestones=[{"due": 2023, "value": "1", "value_max": "2"}],
        ),
        [{"state": "NOT_DUE", "marks": [], "gap": F(1)}],
    ),
    (
        "Theil-Sen: slopes a year 1, 1, 1, 5/3, 2, 3; the interval takes ranks 1.11 and 5.89",
        reach(
            ("2004-12-31", "4"), ("2008-12-31", "8"), ("2012-12-31", "20"), as_of="2012-12-31",
            baseline={"date": "2000-12-31", "value": "0"}, milestones=[{"due": "2016-12-31", "value": "90"}],
        ),
        [{"forecast": 20 + F(4, 3) * 4, "forecast_low": F(24), "required_pace": F(70, 4)}],
    ),
    (
        "the same in per cent, near the top",
        reach(
            ("2004-12-31", "40"), ("2008-12-31", "80"), ("2012-12-31", "99"), as_of="2012-12-31", unit="%",
            baseline={"date": "2000-12-31", "value": "0"}, milestones=[{"due": "2016-12-31", "value": "100"}],
        ),
        [{"forecast": F(100), "forecast_high": F(100)}],
    ),
]  # fmt: skip
