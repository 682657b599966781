"""Celery tasks of subsidies."""

from celery import shared_task

from subsidies import offering
from subsidies.books import verifying


@shared_task(name=verifying.TASK, acks_late=True)
def verify_books() -> int:
    """Hold the books against their postings under a job; returns the job's id."""
    return verifying.in_background().pk


@shared_task(name=offering.TASK, acks_late=True)
def count() -> int:
    """Count indicators from the ledgers of subsidies and offer the figures; returns how many changed."""
    done = offering.offer_counts()
    return done.added + done.changed + done.removed
