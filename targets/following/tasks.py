"""What the scheduler starts for parts: the month that is over, written once."""

from celery import shared_task
from django.utils import timezone

from .months import last_month_end, write_months


@shared_task(name="targets.write_months")
def write_months_task() -> int:
    """Write how parts stood at the end of the month before; returns how many were new. It can run again."""
    return write_months(month_end=last_month_end(timezone.localdate()))
