"""What no explanation can make right: the same hard checks that publication makes, asked before submission.

Not negative, whole where whole things are counted, numerator within denominator for a share, not above
100 %, both parts of a rate, a reason for *not applicable*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from targets.actions import refusals
from targets.actions.checks import Candidate, NewValue, check, is_rate
from targets.models import Entry

from .checks import Problem
from .figures import Figure
from .scope import place

BASIC = "basic"


@dataclass(frozen=True)
class _Plain(Candidate):
    """A value whose complaints are sentences about a cell that is in view: no place in front."""

    def problem(self, field: str, sentence: str) -> refusals.Problem:
        return refusals.Problem(self.index, field, sentence)


def basic_problems(entry: Entry, figure: Figure, today: date) -> Iterator[Problem]:
    """Hard problems of one cell by itself; `entry` comes from `trail.entry_rows`."""
    if figure.is_empty:
        return
    if entry.not_applicable and not entry.na_reason.strip():
        yield _hard("na_reason", _("选“不适用”须写明理由。"))
    if _waits_for_denominator(entry, figure):
        series = entry.indicator.denominator_series
        text = _("分母“%(name)s”尚未由负责单位发布，发布后才能提交。")
        yield _hard("denominator", text % {"name": series.name if series else ""})
        return
    deliverable: bool = entry.is_deliverable  # type: ignore[attr-defined]
    placed = _Plain(0, new_value(entry, figure), entry.indicator, entry.region, deliverable)
    for problem in check(placed, today):
        yield _hard(problem.field, problem.message)


def new_value(entry: Entry, figure: Figure, *, note: str = "") -> NewValue:
    """The value that publication is asked to make count. Of a rate with parts only the parts are given."""
    parts = is_rate(entry.indicator) and (figure.numerator is not None or figure.denominator is not None)
    return NewValue(
        indicator=entry.indicator.key,
        region=entry.region_id,
        period_end=entry.period_end,
        period_kind=entry.round.kind,
        value=None if parts or figure.not_applicable else figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        not_applicable=figure.not_applicable,
        note=note,
        reason=entry.correction_reason,
        department_id=entry.department_id,
        reported_by=entry.edited_by,
        reported_at=entry.submitted_at or entry.edited_at,
    )


def unanswered(entry: Entry) -> str:
    """What to say of a cell that is to be submitted without an answer."""
    return _("尚未填报，请填写数值，或选“不适用”并写明理由。") + f"（{place(entry)}）"


def _waits_for_denominator(entry: Entry, figure: Figure) -> bool:
    return (
        entry.indicator.denominator_series_id is not None
        and not figure.not_applicable
        and figure.numerator is not None
        and figure.denominator is None
    )


def _hard(field: str, message: str) -> Problem:
    return Problem(BASIC, "hard", message, field)
