"""States on the way, the marks and the lights: steps 4 to 1, 13 and 14 of `targets.progress.kernel`.

The path of the standard case is n on day n.
"""

from __future__ import annotations

from typing import Any

import pytest

from targets.progress import State
from tests.targets.table_case import (
    BAND,
    DOWN,
    FLOOR,
    GREEN_HALF,
    TWO,
    Row,
    case,
    day,
    last,
    milestone,
    params,
    readings,
    year,
)
from tests.targets.test_progress_table import STEPS as EARLIER_STEPS

pytestmark = pytest.mark.pure

STEP_4_REGRESSED: list[Row] = [
    ("worse than the baseline", case(30, readings(d10="-0.01")), "REGRESSED", "red"),
    ("as good as it", case(30, readings(d10="0")), "ON_TRACK", "green"),
    ("by no more than the tolerance", case(60, readings(d50="-5"), tolerance="5"), "AT_RISK", "red"),
    ("by more than it", case(60, readings(d50="-5.1"), tolerance="5"), "REGRESSED", "red"),
    ("down", case(30, readings(d10="1001"), **DOWN), "REGRESSED", "red"),
    (
        "there is none without a baseline",
        case(600, readings(d550="-9"), baseline=None, milestones=TWO),
        "AT_RISK",
        "red",
    ),
]
STEP_3_ON_TRACK: list[Row] = [
    ("rule 1: on the path", case(600, readings(d500="500")), "ON_TRACK", "green"),
    ("rule 1: equal within 1e-9", case(960, readings(d950="949.9999999")), "ON_TRACK", "green"),
    ("rule 1: within the tolerance", case(960, readings(d950="949"), tolerance="1"), "ON_TRACK", "green"),
    ("rule 1: beyond the tolerance", case(960, readings(d950="948.9"), tolerance="1"), "BEHIND", "yellow"),
    ("rule 1: at its own date", case(900, readings(d500="500")), "ON_TRACK", "green"),
    (
        "rule 1: whole things, path rounded down",
        case(960, readings(d950="5"), integer=True, milestones=[milestone(1000, "6")]),
        "ON_TRACK",
        "green",
    ),
    (
        "rule 1: not whole things",
        case(960, readings(d950="5"), milestones=[milestone(1000, "6")]),
        "BEHIND",
        "yellow",
    ),
    (
        "rule 1: down, path rounded up",
        case(960, readings(d950="1"), integer=True, **{**DOWN, "baseline": {"date": day(0), "value": "6"}}),
        "ON_TRACK",
        "green",
    ),
    ("rule 1: down", case(600, readings(d500="500"), **DOWN), "ON_TRACK", "green"),
    (
        "rule 1: from the first milestone on",
        case(600, readings(d550="550"), baseline=None, milestones=TWO),
        "ON_TRACK",
        "green",
    ),
    ("rule 1: the quota so far", year("2022-07-31", ("2022-07-01", "182")), "ON_TRACK", "green"),
    (
        "rule 1: in a leap year of 366 days",
        year("2024-12-31", ("2024-12-25", "360"), milestones=[milestone("2024-12-31", "366")]),
        "ON_TRACK",
        "green",
    ),
    ("rule 2: a tenth of the way", case(110, readings(d100="0")), "ON_TRACK", "green"),
    ("rule 2: a day later", case(110, readings(d101="0")), "AT_RISK", "red"),
    ("rule 2: not worse than the start", case(60, readings(d50="-0.1"), tolerance="1"), "AT_RISK", "red"),
    (
        "rule 2: in the segment that holds x",
        case(560, readings(d550="500"), milestones=TWO),
        "ON_TRACK",
        "green",
    ),
    (
        "rule 2: not worse than that segment's start",
        case(560, readings(d550="472"), milestones=TWO),
        "BEHIND",
        "yellow",
    ),
    (
        "rule 2: the end of a segment is not the start of the next",
        case(510, readings(d500="250"), milestones=TWO),
        "AT_RISK",
        "red",
    ),
    (
        "rule 2: a plan's own start-up",
        case(210, readings(d200="0"), thresholds={"start_up": "0.2"}),
        "ON_TRACK",
        "green",
    ),
    ("rule 2: a quarter of the year", year("2022-04-30", ("2022-03-31", "0")), "ON_TRACK", "green"),
    ("rule 2: not a third", year("2022-04-30", ("2022-04-30", "0")), "AT_RISK", "red"),
    ("rule 3: exactly green", case(600, readings(d500="475")), "ON_TRACK", "green"),
    ("rule 3: just below green", case(600, readings(d500="474.9")), "BEHIND", "yellow"),
    ("rule 3: a plan's own green", case(600, readings(d500="450"), **GREEN_HALF), "ON_TRACK", "green"),
    ("rule 3: before the closing stretch", case(900, readings(d899="880")), "ON_TRACK", "green"),
    ("rule 3: not within it", case(900, readings(d900="880")), "BEHIND", "yellow"),
    ("rule 3: of the last segment", case(950, readings(d949="930"), milestones=TWO), "ON_TRACK", "green"),
    (
        "rule 3: within the last segment's",
        case(960, readings(d950="930"), milestones=TWO),
        "BEHIND",
        "yellow",
    ),
    ("rule 3: before the last segment", case(500, readings(d499="480"), milestones=TWO), "ON_TRACK", "green"),
]
STEP_2_BEHIND: list[Row] = [
    ("exactly yellow", case(600, readings(d500="300")), "BEHIND", "yellow"),
    ("just below yellow", case(600, readings(d500="299.9")), "AT_RISK", "red"),
    ("a plan's own yellow", case(600, readings(d500="250"), **GREEN_HALF), "BEHIND", "yellow"),
    ("down", case(600, readings(d500="700"), **DOWN), "BEHIND", "yellow"),
    ("the quota", year("2022-07-31", ("2022-07-01", "110")), "BEHIND", "yellow"),
]
STEP_1_AT_RISK: list[Row] = [
    ("far behind", case(600, readings(d500="100")), "AT_RISK", "red"),
    (
        "no ratio at the first due date",
        case(500, readings(d500="499"), baseline=None, milestones=[milestone(500, "500")]),
        "AT_RISK",
        "red",
    ),
    ("the quota", year("2022-07-31", ("2022-07-01", "100")), "AT_RISK", "red"),
]

STEPS: dict[str, list[Row]] = {
    "4 REGRESSED": STEP_4_REGRESSED,
    "3 ON_TRACK": STEP_3_ON_TRACK,
    "2 BEHIND": STEP_2_BEHIND,
    "1 AT_RISK": STEP_1_AT_RISK,
}


@pytest.mark.parametrize(("given", "state", "light"), params(STEPS))
def test_state_and_light(given: dict[str, Any], state: str, light: str) -> None:
    found = last(given)
    assert (found["state"], found["light"]) == (state, light)


def test_the_tables_show_every_state() -> None:
    shown = {state for rows in [*EARLIER_STEPS.values(), *STEPS.values()] for _, _, state, _ in rows}
    assert shown == set(State)


STALE = {"stale_after_days": 90}


def partial(number: int, value: str) -> list[dict[str, Any]]:
    """A rolled-up reading for which some counties are missing."""
    return [{"date": day(number), "value": value, "provisional": True}]


MARKS: list[tuple[str, dict[str, Any], str, str, list[str]]] = [
    ("13 fresh enough", case(190, readings(d100="100"), **STALE), "ON_TRACK", "green", []),
    ("13 stale: green turns grey", case(191, readings(d100="100"), **STALE), "ON_TRACK", "grey", ["STALE"]),
    ("13 stale: met turns grey", case(191, readings(d100="1000"), **STALE), "MET", "grey", ["STALE"]),
    (
        "13 stale: yellow turns grey",
        case(600, readings(d500="300"), stale_after_days=0),
        "BEHIND",
        "grey",
        ["STALE"],
    ),
    ("13 stale: red stays", case(600, readings(d500="0"), **STALE), "AT_RISK", "red", ["STALE"]),
    (
        "13 stale: not applicable stays grey",
        case(600, readings(d100="na"), **STALE),
        "NOT_APPLICABLE",
        "grey",
        ["STALE"],
    ),
    ("13 nothing cannot be stale", case(600, [], **STALE), "NO_DATA", "grey", []),
    ("13 not stale past the due date", case(1500, readings(d900="1000"), **STALE), "MET", "green", []),
    (
        "13 a floor is, at any time",
        case(1500, readings(d1000="1000"), **FLOOR, **STALE),
        "MET",
        "grey",
        ["STALE"],
    ),
    ("13 fallen back", case(1500, readings(d900="1000", d1200="9")), "MET", "green", ["FALLEN_BACK"]),
    (
        "13 fallen back after late",
        case(1500, readings(d1100="1000", d1200="9")),
        "MET_LATE",
        "yellow",
        ["FALLEN_BACK"],
    ),
    ("13 not by not applicable", case(1500, readings(d900="1000", d1200="na")), "MET", "green", []),
    (
        "13 a yearly quota does not fall back",
        year("2023-06-30", ("2022-12-31", "365"), ("2023-03-31", "9")),
        "MET",
        "green",
        [],
    ),
    ("13 above the band", case(30, readings(d10="2.1"), **BAND), "MET", "green", ["ABOVE_RANGE"]),
    (
        "13 above it late",
        case(1500, readings(d900="0", d1200="3"), **BAND),
        "MET_LATE",
        "yellow",
        ["ABOVE_RANGE"],
    ),
    (
        "13 above it later than it was met",
        case(1500, readings(d900="1", d1200="3"), **BAND),
        "MET",
        "green",
        [],
    ),
    (
        "13 from above there is no above",
        case(1001, readings(d1000="3"), direction="down", **BAND),
        "MISSED",
        "red",
        [],
    ),
    ("13 binding", case(30, readings(d10="9"), binding=True), "ON_TRACK", "green", ["BINDING"]),
    (
        "14 part of a ratio",
        case(600, partial(500, "500"), rollup="ratio_of_sums"),
        "ON_TRACK",
        "grey",
        ["PROVISIONAL"],
    ),
    (
        "14 part of a ratio that meets",
        case(600, partial(500, "1000"), rollup="ratio_of_sums"),
        "MET",
        "grey",
        ["PROVISIONAL"],
    ),
    (
        "14 part of a sum that meets",
        case(600, partial(500, "1000"), rollup="sum"),
        "MET",
        "green",
        ["PROVISIONAL"],
    ),
    (
        "14 part of a sum on its way",
        case(600, partial(500, "500"), rollup="sum"),
        "ON_TRACK",
        "grey",
        ["PROVISIONAL"],
    ),
    (
        "14 part of a sum is never red",
        case(1001, partial(1000, "9"), rollup="sum"),
        "MISSED",
        "grey",
        ["PROVISIONAL"],
    ),
    (
        "14 part of a sum that must stay low",
        case(600, partial(500, "0"), rollup="sum", **DOWN),
        "MET",
        "grey",
        ["PROVISIONAL"],
    ),
    (
        "14 the complete figure came later",
        case(600, [*partial(400, "9"), *readings(d500="500")], rollup="sum"),
        "ON_TRACK",
        "green",
        [],
    ),
    (
        "14 met late by part of a sum",
        case(1500, [*readings(d900="9"), *partial(1200, "1000")], rollup="sum"),
        "MET_LATE",
        "yellow",
        ["PROVISIONAL"],
    ),
    (
        "14 all marks in their order",
        case(600, partial(100, "3"), rollup="sum", binding=True, **BAND, **STALE),
        "MET",
        "grey",
        ["STALE", "ABOVE_RANGE", "PROVISIONAL", "BINDING"],
    ),
]


@pytest.mark.parametrize(
    ("given", "state", "light", "marks"), [pytest.param(*row[1:], id=row[0]) for row in MARKS]
)
def test_marks(given: dict[str, Any], state: str, light: str, marks: list[str]) -> None:
    found = last(given)
    assert (found["state"], found["light"], found["marks"]) == (state, light, marks)
