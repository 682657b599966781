"""Three closed months of the demonstration, so that a trend, changes since the last close and revisions show something.

The last month that has ended stays open: closing it is for whoever looks. Reports that caught up become known in
parts between the closes and after them.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yuxi_eldercare.core.models import PeriodClose
from yuxi_eldercare.core.queries.closes import previous_month_end
from yuxi_eldercare.period_close import close_month

from .removal import remove
from .values import Report

MONTHS = 3
# A month is closed on this day of the next one; what caught up was confirmed two days before.
CLOSING_DAY, CONFIRMED_BEFORE = 5, timedelta(2)
PROCESS = "演示"
ACKNOWLEDGED = "演示：清单中的缺口已知悉，按当时所知封存。"

Publish = Callable[[Sequence[Report], date], None]


def close_past_months(day: date, caught_up: Sequence[Report], publish: Publish) -> None:
    """Publish the reports in parts and close a month after each but the last; `day` is today.

    Where months were closed before, nothing is closed and all reports become known today.
    """
    if PeriodClose.objects.exists():
        _publish(caught_up, day, publish)
        return
    indicators = sorted({report.indicator for report in caught_up})
    parts: list[list[Report]] = [[] for _ in range(MONTHS + 1)]
    for report in caught_up:
        parts[indicators.index(report.indicator) % len(parts)].append(report)
    for month_end, part in zip(past_months(day), parts, strict=False):
        closing = month_end + timedelta(CLOSING_DAY)
        _publish(part, closing - CONFIRMED_BEFORE, publish)
        close_month(
            month_end=month_end,
            by=None,
            process=PROCESS,
            acknowledged=ACKNOWLEDGED,
            known_at=timezone.make_aware(datetime.combine(closing, time(9, 30))),
        )
    _publish(parts[-1], day, publish)


def _publish(part: Sequence[Report], known_on: date, publish: Publish) -> None:
    if part:
        publish(part, known_on)


def past_months(day: date) -> list[date]:
    """The last days of the three months before the last one that has ended, oldest first."""
    ends = [previous_month_end(day)]
    for _ in range(MONTHS):
        ends.append(previous_month_end(ends[-1]))
    return ends[:0:-1]


def remove_closes() -> int:
    """Take away the months that were closed while the demonstration stood; returns how many."""
    return remove(PeriodClose.objects.filter(is_demo=True))
