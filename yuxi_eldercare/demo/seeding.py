"""Demonstration values enter through the same action as real ones, in batches, each marked as demonstration."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from targets.actions import NewValue, publish_values
from targets.judging.nightly import rejudge_all
from targets.models import ObservationBatch
from targets.tasks import NIGHTLY
from yuxi_eldercare.core import jobs

from .needs import needs
from .values import CATCH_UP, Report, reports

_MONTH = timedelta(32)


def is_seeded() -> bool:
    """Whether demonstration values are there already; they are never written twice."""
    return ObservationBatch.objects.filter(is_demo=True).exists()


def seed(today: date | None = None) -> int:
    """Write all demonstration values and judge them; returns how many. All or nothing.

    The last reports come in after a judging that stands a month back, so that pages have changes to show.
    """
    day = today or timezone.localdate()
    made = list(reports(needs(), day))
    with transaction.atomic():
        earlier = [report for report in made if report.period_end != CATCH_UP]
        latest = [report for report in made if report.period_end == CATCH_UP]
        _publish(earlier, day)
        judge(day - _MONTH)
        _publish(latest, day)
        judge(day)
    return len(made)


def judge(day: date) -> None:
    """A run like the nightly one."""
    job = jobs.create(NIGHTLY, "演示数据判定")
    jobs.run(job.pk, lambda progress: _run(progress, day))


def _run(progress: jobs.Progress, day: date) -> None:
    rejudge_all(progress, day)


def _publish(made: Sequence[Report], today: date) -> None:
    for known_on, label, group in _batches(made, today):
        publish_values(
            values=[_new_value(report) for report in group],
            by=None,
            process="演示",
            label=label,
            is_demo=True,
            known_from=_noon(known_on),
            judge_later=True,
        )


def _batches(made: Sequence[Report], today: date) -> Iterator[tuple[date, str, list[Report]]]:
    """Reports that begin to count together: those of a period in time, its late ones, its corrections."""
    groups: dict[tuple[date, int], list[Report]] = {}
    for report in made:
        round_number = 2 if report.reason else int(report.late)
        groups.setdefault((report.period_end, round_number), []).append(report)
    for (period_end, round_number), group in sorted(groups.items(), key=lambda item: item[0]):
        latest = max(report.reported_on for report in group)
        name = ("按期填报", "逾期填报", "更正")[round_number]
        yield min(latest + timedelta(5), today), f"演示数据 {period_end:%Y-%m} {name}", group


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
        reported_at=_noon(report.reported_on),
    )


def _noon(day: date) -> datetime:
    """A moment of a working day, not in the future."""
    moment = timezone.make_aware(datetime.combine(day, time(10, 30)))
    return min(moment, timezone.now())
