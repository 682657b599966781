"""Assessments as people and programs read them: exact decimals at the edge of the vector calculation.

`judge_many` is the typed form for the application, `assess_json` the form of the what-if interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any, Final

import numpy as np

from targets.progress.batch import Batch
from targets.progress.cases import Case, CaseError, Milestone, Reading
from targets.progress.kernel import Floats, Verdict
from targets.progress.outlook import Outlook, outlook
from targets.progress.parsing import parse_case
from targets.progress.selection import Selection, judge_batch
from targets.progress.vocabulary import (
    LIGHT_BY_CODE,
    STATE_BY_CODE,
    Direction,
    Light,
    Mark,
    Reason,
    State,
    TargetType,
    marks_of,
)

_EXACT: Final = Context(prec=100)
_SHOWN: Final = Context(prec=12)
_YEAR_DAYS: Final = Decimal("365.25")
_WITH_SHARES: Final = (TargetType.REACH, TargetType.ANNUAL)


@dataclass(frozen=True, slots=True)
class Assessment:
    """How one milestone stands. `actual` and `gap` are exact, other figures have 12 significant digits."""

    due: date
    state: State
    light: Light
    marks: tuple[Mark, ...]
    met_on: date | None
    actual: Decimal | None
    actual_date: date | None
    expected: Decimal | None
    gap: Decimal | None
    share_done: Decimal | None
    expected_share: Decimal | None
    schedule_ratio: Decimal | None
    required_pace: Decimal | None
    forecast: Decimal | None
    forecast_low: Decimal | None
    forecast_high: Decimal | None
    reason: Reason | None

    def as_json(self) -> dict[str, Any]:
        """The answer form of domain §4.6: decimal strings, ISO dates, nulls, marks as a list."""
        return {name: _json_value(getattr(self, name)) for name in ANSWER_KEYS}


ANSWER_KEYS: Final = tuple(Assessment.__slots__)


def _json_value(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return str(value)


def plain(value: Decimal) -> str:
    """The decimal without exponent and without trailing zeros: 0.910 is "0.91", 1E+2 is "100"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def assess(case: Case, *, with_outlook: bool = True) -> list[dict[str, Any]]:
    """The answers for one case, one per milestone in the order given."""
    return assess_many([case], with_outlook=with_outlook)[0]


def assess_many(cases: Sequence[Case], *, with_outlook: bool = True) -> list[list[dict[str, Any]]]:
    """The answers for many cases, judged in one vector pass."""
    judged = judge_many(cases, with_outlook=with_outlook)
    return [[assessment.as_json() for assessment in assessments] for assessments in judged]


def assess_json(payload: object) -> dict[str, Any] | list[dict[str, Any]]:
    """The what-if answer to one case or to a list of cases, as parsed from JSON.

    A list is refused as a whole when one of its cases is bad. Raises `CaseError`.
    """
    if not isinstance(payload, list | tuple):
        return {"milestones": assess(parse_case(payload))}
    cases = []
    for place, item in enumerate(payload):
        try:
            cases.append(parse_case(item))
        except CaseError as error:
            raise error.in_list(place) from None
    return [{"milestones": answers} for answers in assess_many(cases)]


def judge_many(cases: Sequence[Case], *, with_outlook: bool = True) -> list[list[Assessment]]:
    """The assessments of many cases, one list per case in the order of its milestones."""
    if not cases:
        return []
    batch = Batch.from_cases(cases)
    selection, verdict = judge_batch(batch)
    percent = np.array([case.unit == "%" for case in cases], bool)
    table = _table(batch, selection, verdict, outlook(batch, selection, percent) if with_outlook else None)
    return [
        _of_case(
            case, selection, verdict, table, batch.milestone_offsets[place], batch.reading_offsets[place]
        )
        for place, case in enumerate(cases)
    ]


def _table(
    batch: Batch, selection: Selection, verdict: Verdict, view: Outlook | None
) -> dict[str, list[Decimal | None]]:
    """Every rounded figure of the answer as a column of decimals, in the indicator's unit again."""
    numbers = verdict.numbers
    assert numbers is not None, "judge_batch computes them"
    unit = batch.unit[selection.case]
    sign = np.where(batch.down[selection.case], -1.0, 1.0)
    nothing = np.full(len(unit), np.nan)
    outlooks = (view.forecast, view.low, view.high) if view else (nothing,) * 3
    names = ("forecast", "forecast_low", "forecast_high")
    columns = {
        "expected": numbers.expected * sign / unit,
        "share_done": numbers.share_done,
        "expected_share": numbers.expected_share,
        "schedule_ratio": numbers.ratio,
        **{name: column / unit for name, column in zip(names, outlooks, strict=True)},
    }
    return {name: _decimals(column) for name, column in columns.items()}


def _decimals(column: Floats) -> list[Decimal | None]:
    """12 significant digits; NaN and infinity are None."""
    return [Decimal(f"{value:.11e}") if np.isfinite(value) else None for value in column.tolist()]


def _of_case(
    case: Case,
    selection: Selection,
    verdict: Verdict,
    table: dict[str, list[Decimal | None]],
    first_row: int,
    first_reading: int,
) -> list[Assessment]:
    readings = sorted(case.readings, key=lambda reading: reading.date)
    order = sorted(range(len(case.milestones)), key=lambda place: case.milestones[place].due)
    answers: dict[int, Assessment] = {}
    for rank, place in enumerate(order):
        row = int(first_row) + rank
        x = _reading_at(readings, int(selection.x_index[row]) - first_reading)
        late = _reading_at(readings, int(selection.late_index[row]) - first_reading)
        figures = {name: column[row] for name, column in table.items()}
        answers[place] = _assessment(case, case.milestones[place], verdict, row, x, late, figures)
    return [answers[place] for place in range(len(order))]


def _reading_at(readings: list[Reading], place: int) -> Reading | None:
    return readings[place] if place >= 0 else None


def _assessment(
    case: Case,
    milestone: Milestone,
    verdict: Verdict,
    row: int,
    x: Reading | None,
    late: Reading | None,
    figures: dict[str, Decimal | None],
) -> Assessment:
    state = STATE_BY_CODE[verdict.state[row]]
    actual = None if x is None else x.value
    return Assessment(
        due=milestone.due,
        state=state,
        light=LIGHT_BY_CODE[verdict.light[row]],
        marks=tuple(marks_of(int(verdict.marks[row]))),
        met_on=late.date if late is not None and state is State.MET_LATE else None,
        actual=actual,
        actual_date=None if x is None else x.date,
        gap=None if actual is None else _gap(case, milestone, actual),
        required_pace=_required_pace(case, milestone, x),
        **figures,
        reason=_reason(case, x, figures),
    )


def _gap(case: Case, milestone: Milestone, actual: Decimal) -> Decimal:
    bound = milestone.bound(case.direction)
    if case.direction is Direction.UP:
        return _EXACT.subtract(bound, actual)
    return _EXACT.subtract(actual, bound)


def _required_pace(case: Case, milestone: Milestone, x: Reading | None) -> Decimal | None:
    """What must still be added per year of 365.25 days, with its own sign; none from the due date on."""
    if x is None or x.value is None or x.date >= milestone.due:
        return None
    missing = _EXACT.subtract(milestone.bound(case.direction), x.value)
    return _SHOWN.divide(_EXACT.multiply(missing, _YEAR_DAYS), Decimal((milestone.due - x.date).days))


def _reason(case: Case, x: Reading | None, figures: dict[str, Decimal | None]) -> Reason | None:
    """Why shares are absent: the baseline first, then the reading, then a divisor that is 0."""
    if case.target_type is TargetType.REACH and (case.baseline is None or not case.baseline.is_exact):
        return Reason.NO_BASELINE if case.baseline is None else Reason.BASELINE_IS_BOUND
    if x is None:
        return Reason.NO_READING
    if x.value is None:
        return Reason.NOT_APPLICABLE
    if case.target_type not in _WITH_SHARES:
        return None
    if figures["share_done"] is None:
        return Reason.ZERO_SPAN
    return Reason.NOTHING_EXPECTED if figures["schedule_ratio"] is None else None
