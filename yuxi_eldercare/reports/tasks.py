"""The Celery task of reports: an id in, one call."""

from celery import shared_task
from django.db import OperationalError

from . import producing


@shared_task(
    name=producing.TASK,
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def produce_report(job_id: int) -> None:
    """Produce a report under its job; delivered again, it finds the report there."""
    producing.run(job_id)
