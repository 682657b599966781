"""Celery tasks about the shared nouns: sealing and verifying the audit trail, forgetting what has ended."""

from celery import shared_task
from django.core.management import call_command
from django.utils.translation import gettext as _

from . import jobs
from .api.idempotency import forget_expired
from .audit import sealing, verifying
from .models import Job, JobInput

VERIFY = "verify_audit"


@shared_task(name=sealing.TASK, acks_late=True)
def seal_audit() -> int:
    """Seal events that have committed; beat finds those that a crash left behind."""
    return sealing.seal()


@shared_task(name="core.verify_audit")
def verify_audit() -> int:
    """Verify the chain under a job; a broken link is the job's error. Returns the job's id."""
    job = jobs.create(VERIFY, _("校验审计链"))
    return jobs.run(job.pk, _verify).pk


def _verify(progress: jobs.Progress) -> None:
    verdict = verifying.verify()
    progress.result = {"links": verdict.links, "unsealed": verdict.unsealed, "hash": verdict.last_hash}
    progress.problem = verdict.broken.sentence if verdict.broken else ""


@shared_task(name="core.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions and access tokens that ended, kept answers, and what ended jobs were to work on."""
    call_command("clearsessions")
    call_command("cleartokens")
    forget_expired()
    JobInput.objects.filter(job__state__in=[Job.State.DONE, Job.State.FAILED]).delete()
