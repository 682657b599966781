"""Celery tasks: ids in, one call. They run in a worker, or without a broker in a thread here."""

from typing import Any

from celery import Task, shared_task
from django.db import OperationalError
from django.utils import timezone

from targets.excel import uploads
from targets.judging.nightly import rejudge_all as run_nightly
from targets.judging.rejudging import rejudge, rejudge_indicator
from targets.reporting import pushes
from targets.reporting.red_rollups import ask_leads
from yuxi_eldercare.core import jobs
from yuxi_eldercare.core.models import Job

NIGHTLY = "rejudge_all"

# A worker that dies gives its task back; a lost connection or a lock held too long is tried again.
_AGAIN: dict[str, Any] = {
    "acks_late": True,
    "reject_on_worker_lost": True,
    "autoretry_for": (OperationalError,),
    "retry_backoff": True,
    "max_retries": 5,
}


@shared_task(name="targets.rejudge", **_AGAIN)
def rejudge_task(changes: list[tuple[int, list[str]]], cause: str = "value") -> None:
    """Judge indicators anew in the regions whose values changed, and in their ancestors.

    What turned red above them is to be explained by the lead department before the round closes.
    """
    for indicator_id, regions in changes:
        rejudge(indicator_id, regions, cause=cause)
        ask_leads(indicator_id, regions)


@shared_task(name="targets.rejudge_indicators", **_AGAIN)
def rejudge_indicators_task(indicators: list[int], cause: str) -> None:
    """Judge whole indicators anew at the day they stand at: after a load of plans, thresholds, a ruling."""
    for indicator_id in indicators:
        rejudge_indicator(indicator_id, cause=cause)


@shared_task(name="targets.rejudge_all", bind=True, **_AGAIN)
def rejudge_all_task(task: Task, job_id: int | None = None) -> int:
    """Verify and advance everything under a job whose progress a page shows; returns the job's id.

    Beat gives no job: it is made here, once for a task that is delivered again.
    """
    job = jobs.create(NIGHTLY, "每日重新判定") if job_id is None else Job.objects.get(pk=job_id)
    jobs.give_up_interrupted(NIGHTLY, except_for=job)
    today = timezone.localdate()
    return jobs.run(job.pk, lambda progress: _nightly(progress, today)).pk


def _nightly(progress: jobs.Progress, today: Any) -> None:
    run_nightly(progress, today)


@shared_task(name=uploads.TASK, **_AGAIN)
def apply_upload_task(job_id: int) -> None:
    """Check or write a large uploaded sheet under its job; run again, it finds nothing left to write."""
    uploads.run(job_id)


@shared_task(name=pushes.TASK, **_AGAIN)
def push_observations_task(job_id: int) -> None:
    """Check or write a large push of another system under its job."""
    pushes.run(job_id)
