"""Demonstration values enter through the same action as real ones, each marked as demonstration."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from targets.actions import NewValue, publish_values
from targets.judging.nightly import rejudge_all
from targets.judging.rejudging import rejudge_indicator
from targets.models import Indicator, JudgingState, ObservationBatch
from targets.tasks import NIGHTLY
from yuxi_eldercare.core import jobs

from .closes import close_past_months
from .needs import needs
from .population import populations
from .values import CATCH_UP, Report, reports

_MONTH = timedelta(32)
_IN_TIME, _LATE, _CORRECTED = range(3)
_LABELS = {_IN_TIME: "按期填报", _LATE: "逾期填报", _CORRECTED: "更正"}
_CATCHING_UP = "演示数据 逾期补齐"


def seed(today: date | None = None, *, plans_changed: bool = False) -> int:
    """Write the demonstration values that are not there yet and judge them; returns how many were written.

    The first part is all or nothing and judged as of a month ago. The reports that caught up follow, so that
    pages have a change of light to show. What people entered or corrected since is left alone; a later start
    judges anew when a day has passed or `plans_changed`.
    """
    day = today or timezone.localdate()
    demo = ObservationBatch.objects.filter(is_demo=True)
    made = [*reports(needs(), day), *populations(day)]
    catching_up = [report for report in made if report.period_end == CATCH_UP]
    written = 0
    if not demo.exists():
        earlier = [report for report in made if report.period_end != CATCH_UP]
        with transaction.atomic():
            for known_on, label, group in _batches(earlier, day):
                _publish(group, label, known_on)
            _judge(day - _MONTH)
        written += len(earlier)
        close_past_months(day, catching_up, lambda part, on: _publish(part, _CATCHING_UP, on))
        if catching_up:
            codes = {report.indicator for report in catching_up}
            for indicator in Indicator.objects.filter(key__in=codes).order_by("pk"):
                rejudge_indicator(indicator.pk, cause="value")
            written += len(catching_up)
    state = JudgingState.objects.first()
    if state is None or state.as_of < day or plans_changed:
        _judge(day)
    return written


def _judge(day: date) -> None:
    """A run like the nightly one."""
    job = jobs.create(NIGHTLY, "演示数据判定", demo=True)
    jobs.run(job.pk, lambda progress: _run(progress, day))


def _run(progress: jobs.Progress, day: date) -> None:
    rejudge_all(progress, day)


def _batches(made: Sequence[Report], today: date) -> Iterator[tuple[date, str, list[Report]]]:
    """Reports that begin to count together: those of a period in time, its late ones, its corrections."""
    groups: dict[tuple[date, int], list[Report]] = {}
    for report in made:
        turn = _CORRECTED if report.reason else _LATE if report.late else _IN_TIME
        groups.setdefault((report.period_end, turn), []).append(report)
    for period_end, turn in sorted(groups):
        group = groups[period_end, turn]
        known_on = max(report.reported_on for report in group) + timedelta(5)
        yield min(known_on, today), f"演示数据 {period_end:%Y-%m} {_LABELS[turn]}", group


def _publish(made: Sequence[Report], label: str, known_on: date) -> None:
    """Let reports count; the caller judges."""
    publish_values(
        values=[_new_value(report) for report in made],
        by=None,
        process="演示",
        label=label,
        is_demo=True,
        known_from=_morning(known_on),
        judge_later=True,
    )


def _new_value(report: Report) -> NewValue:
    return NewValue(
        indicator=report.indicator,
        region=report.region,
        period_end=report.period_end,
        period_kind=report.period_kind,
        value=report.value,
        numerator=report.numerator,
        denominator=report.denominator,
        not_applicable=report.not_applicable,
        reason=report.reason,
        reported_at=_morning(report.reported_on),
    )


def _morning(day: date) -> datetime:
    """A moment of a working day, not in the future."""
    return min(timezone.make_aware(datetime.combine(day, time(10, 30))), timezone.now())
