"""Celery tasks of the monthly close: an id in, one call."""

from celery import shared_task
from django.db import OperationalError

from . import background


@shared_task(
    name=background.TASK,
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def close_month(job_id: int) -> None:
    """Close a month under its job; delivered again, it finds the month closed and says so."""
    background.run(job_id)


@shared_task(name=background.VERIFY_TASK)
def verify_closes() -> int:
    """Read all closed months back; returns the job's id."""
    return background.verify_in_background().pk
