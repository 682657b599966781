"""Where a project stands: investment against time elapsed, and stage against the planned years (domain guide §7).

Pure: rows in, verdicts out. The investment is judged by the same engine as targets, on a straight line from nothing
at the end of the year before the first planned one to the whole total at the end of the last, so that a project and
a target that are equally late show the same light. The two lights stay apart; the worse one leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Final

from targets.progress import Baseline, Case, Comparator, Direction, Milestone, Reading, TargetType
from targets.progress.answers import Assessment, judge_many

ORDER = ("green", "grey", "yellow", "red")
REPORT_DAY: Final = 10  # a month's report is to be in by this day of the next


class Stage(IntEnum):
    """How far a project is; 停建 is no stage but stands beside it."""

    PLANNED = 1  # 谋划
    APPROVED = 2  # 立项
    STARTED = 3  # 开工
    BUILDING = 4  # 在建
    BUILT = 5  # 完工
    ACCEPTED = 6  # 验收
    IN_USE = 7  # 投用


@dataclass(frozen=True)
class Course:
    """What is judged. Money in 分; `invested` are cumulative amounts by the end of the period they describe."""

    start_year: int | None
    end_year: int | None
    total_fen: int | None
    stage: Stage
    stopped: bool = False
    invested: Sequence[tuple[date, int]] = ()


@dataclass(frozen=True)
class Standing:
    """The verdict: `light` leads; `investment` is the engine's answer, None where nothing can be compared."""

    light: str
    stage_light: str
    stage_code: str
    investment: Assessment | None


def judge(courses: Sequence[Course], as_of: date) -> list[Standing]:
    """The standing of each project on a day, in their order.

    1. A stopped project is red: `STOPPED`.
    2. Past the end of the first planned year it must have started, else red: `NOT_STARTED`.
    3. Past the end of the last planned year it must be built, else red: `NOT_BUILT`; built, it is green: `BUILT`.
    4. Otherwise the stage is as planned: green once started, grey before; without planned years grey: `NO_YEARS`.
    5. Investment is judged where years and a total above zero are stated and something was reported.
    """
    answers = iter(judge_many([_case(course, as_of) for course in courses if _comparable(course)]))
    found = []
    for course in courses:
        light, code = _stage(course, as_of)
        answer = next(answers)[0] if _comparable(course) else None
        lights = [light] + ([answer.light.value] if answer is not None else [])
        found.append(Standing(max(lights, key=ORDER.index), light, code, answer))
    return found


def month_due(day: date) -> date:
    """The last day of the latest month whose report was to be in before a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last if day.day > REPORT_DAY else last.replace(day=1) - timedelta(days=1)


def _comparable(course: Course) -> bool:
    return bool(course.start_year and course.end_year and course.total_fen and course.invested)


def _case(course: Course, as_of: date) -> Case:
    assert course.start_year is not None
    assert course.end_year is not None
    assert course.total_fen is not None
    begins = date(course.start_year - 1, 12, 31)
    return Case(
        direction=Direction.UP,
        target_type=TargetType.REACH,
        baseline=Baseline(begins, Decimal(0)),
        milestones=(
            Milestone(date(course.end_year, 12, 31), Comparator.AT_LEAST, Decimal(course.total_fen)),
        ),
        readings=tuple(Reading(day, Decimal(fen)) for day, fen in course.invested if day >= begins),
        as_of=as_of,
    )


def _stage(course: Course, as_of: date) -> tuple[str, str]:
    if course.stopped:
        return "red", "STOPPED"
    if course.stage >= Stage.BUILT:
        return "green", "BUILT"
    if course.end_year is not None and as_of > date(course.end_year, 12, 31):
        return "red", "NOT_BUILT"
    if course.stage >= Stage.STARTED:
        return "green", "UNDER_WAY"
    if course.start_year is None:
        return "grey", "NO_YEARS"
    if as_of > date(course.start_year, 12, 31):
        return "red", "NOT_STARTED"
    return "grey", "BEFORE_START"
