"""Celery tasks of projects."""

from celery import shared_task
from django.db import OperationalError

from projects import offering
from projects.following.standings import refresh_standings
from projects.sheets import uploads


@shared_task(name="projects.refresh_standings", acks_late=True)
def refresh_standings_task() -> int:
    """Judge all projects anew as of today; returns how many."""
    return refresh_standings()


@shared_task(
    name=uploads.TASK,
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def import_institutions_task(job_id: int) -> None:
    """Compare or write a large sheet of institutions under its job; run again, it finds nothing left to write."""
    uploads.run(job_id)


@shared_task(name=offering.TASK, acks_late=True)
def count_task(job_id: int | None = None) -> int:
    """Count indicators from register and ledger under a job, and offer the figures; returns the job's id."""
    return offering.run(offering.create_job().pk if job_id is None else job_id).pk
