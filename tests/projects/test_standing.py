"""Where a project stands: stage against planned years, investment against time elapsed."""

from dataclasses import replace
from datetime import date

import pytest

from projects.standing import Course, Stage, judge
from targets.progress import State

pytestmark = pytest.mark.pure

# 2023 to 2025, 1,000 万元: the path runs from 2022-12-31 to 2025-12-31 over 1,096 days.
COURSE = Course(2023, 2025, 10_000_000_00, Stage.BUILDING)


def standing(course: Course, as_of: date):  # type: ignore[no-untyped-def]
    return judge([course], as_of)[0]


@pytest.mark.parametrize(
    ("stage", "as_of", "light", "code"),
    [
        pytest.param(Stage.PLANNED, date(2023, 12, 31), "grey", "BEFORE_START", id="first year not over"),
        pytest.param(Stage.APPROVED, date(2024, 1, 1), "red", "NOT_STARTED", id="first year over, not begun"),
        pytest.param(Stage.STARTED, date(2024, 1, 1), "green", "UNDER_WAY", id="begun"),
        pytest.param(Stage.BUILDING, date(2025, 12, 31), "green", "UNDER_WAY", id="last year not over"),
        pytest.param(Stage.BUILDING, date(2026, 1, 1), "red", "NOT_BUILT", id="last year over, not built"),
        pytest.param(Stage.BUILT, date(2026, 1, 1), "green", "BUILT", id="built"),
        pytest.param(Stage.IN_USE, date(2023, 1, 1), "green", "BUILT", id="in use early"),
    ],
)
def test_stage_against_the_planned_years(stage: Stage, as_of: date, light: str, code: str) -> None:
    found = standing(replace(COURSE, stage=stage), as_of)
    assert (found.stage_light, found.stage_code, found.investment) == (light, code, None)


def test_a_stopped_project_is_red_whatever_else_is_so() -> None:
    invested = ((date(2024, 6, 30), 10_000_000_00),)
    found = standing(replace(COURSE, stopped=True, invested=invested), date(2024, 7, 15))
    assert (found.light, found.stage_code) == ("red", "STOPPED")
    assert found.investment is not None
    assert found.investment.state is State.MET


@pytest.mark.parametrize(
    ("fen", "state", "light"),
    [
        # On 2024-06-30, 547 of 1,096 days are over: 499.0875… 万元 are due.
        pytest.param(4_990_875_91, State.ON_TRACK, "green", id="as time has passed"),
        pytest.param(4_741_332_12, State.ON_TRACK, "green", id="0.95 of it"),
        pytest.param(4_741_000_00, State.BEHIND, "yellow", id="below 0.95 of it"),
        pytest.param(2_994_525_55, State.BEHIND, "yellow", id="0.60 of it"),
        pytest.param(2_994_000_00, State.AT_RISK, "red", id="below 0.60 of it"),
    ],
)
def test_investment_against_time_elapsed(fen: int, state: State, light: str) -> None:
    found = standing(replace(COURSE, invested=((date(2024, 6, 30), fen),)), date(2024, 7, 20))
    assert found.investment is not None
    assert (found.investment.state, found.light) == (state, light)


def test_a_finished_project_short_of_money_shows_it() -> None:
    found = standing(
        replace(COURSE, stage=Stage.IN_USE, invested=((date(2025, 12, 31), 9_000_000_00),)), date(2026, 1, 1)
    )
    assert (found.stage_light, found.light) == ("green", "red")


@pytest.mark.parametrize(
    "course",
    [
        pytest.param(replace(COURSE, total_fen=None), id="no total stated"),
        pytest.param(replace(COURSE, total_fen=0), id="a total of nothing"),
        pytest.param(replace(COURSE, start_year=None, end_year=None), id="no years stated"),
        pytest.param(replace(COURSE, invested=()), id="nothing reported"),
    ],
)
def test_what_cannot_be_compared_is_not_judged(course: Course) -> None:
    invested = course.invested if not course.invested else ((date(2024, 6, 30), 1),)
    assert standing(replace(course, invested=invested), date(2024, 7, 1)).investment is None


def test_many_keep_their_order() -> None:
    courses = [
        replace(COURSE, stage=Stage.PLANNED),
        replace(COURSE, invested=((date(2024, 6, 30), 1),)),
        replace(COURSE, stopped=True),
    ]
    assert [found.light for found in judge(courses, date(2024, 7, 1))] == ["red", "red", "red"]
    assert [found.investment is None for found in judge(courses, date(2024, 7, 1))] == [True, False, True]
