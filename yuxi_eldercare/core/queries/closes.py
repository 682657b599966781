"""Which months are closed, and which is next."""

from calendar import monthrange
from datetime import date, timedelta

from yuxi_eldercare.core.models import PeriodClose


def closes() -> list[PeriodClose]:
    """All closed months, latest first, with who closed them. One statement."""
    return list(PeriodClose.objects.select_related("closed_by", "audit"))


def last_close(on: date | None = None) -> PeriodClose | None:
    """The latest closed month, or the latest that ended on or before a day. One statement."""
    rows = PeriodClose.objects.select_related("closed_by")
    return (rows.filter(month_end__lte=on) if on else rows).first()


def close_of(month_end: date) -> PeriodClose | None:
    """The close of a month by its last day. One statement."""
    return PeriodClose.objects.select_related("closed_by", "audit").filter(month_end=month_end).first()


def end_of_month(day: date) -> date:
    """The last day of the month a day lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def previous_month_end(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def next_month_end(month_end: date) -> date:
    """The last day of the month after."""
    return end_of_month(month_end + timedelta(days=1))
