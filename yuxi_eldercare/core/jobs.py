"""Background work with visible progress: what a page, the API and an operator look at while it runs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Job, User

log = logging.getLogger(__name__)

Watcher = Callable[[Job], None]


def _nobody(job: Job) -> None:
    """Watch nothing."""


_watcher: ContextVar[Watcher] = ContextVar("watcher", default=_nobody)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Inside, `watcher` is called with the job after each step: how a command prints progress."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


class Progress:
    """Handed to the work: `start(total)`, `step()`, `result`, `problem`. Each call is a short transaction.

    `problem` is what an operator must read although the work was done; it is stored as the job's error.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: dict[str, Any] = {}
        self.problem = ""

    def start(self, total: int) -> None:
        """State how many steps there are; a run again begins at zero."""
        self.job.total, self.job.done = total, 0
        self._save("total", "done")

    def step(self, count: int = 1) -> None:
        """Count finished steps."""
        self.job.done += count
        self._save("done")

    def _save(self, *fields: str) -> None:
        self.job.save(update_fields=fields)
        _watcher.get()(self.job)


def create(kind: str, label: str, *, by: User | None = None, **params: Any) -> Job:
    """Note that work is wanted. `dispatch.after_commit` or a command then runs it."""
    return Job.objects.create(kind=kind, label=label, params=params, created_by=by)


def give_up_interrupted(kind: str, *, except_for: Job) -> int:
    """Note on jobs of this kind that still say "running" that they were cut off; returns how many.

    A job that is in fact alive writes its own end over the note.
    """
    return Job.objects.filter(kind=kind, state=Job.State.RUNNING, id__lt=except_for.pk).update(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error=_("运行中断，由后台任务 %(id)s 重新运行。") % {"id": except_for.pk},
    )


def run(job_id: int, work: Callable[[Progress], None]) -> Job:
    """Run `work` under the job's record: state, times, result, error. An error is recorded and raised again.

    A job that was killed half-way stays "running" and can simply run again.
    """
    job = Job.objects.get(pk=job_id)
    job.state, job.started_at, job.finished_at, job.error = Job.State.RUNNING, timezone.now(), None, ""
    job.save(update_fields=["state", "started_at", "finished_at", "error"])
    progress = Progress(job)
    try:
        work(progress)
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, Job.State.FAILED, progress.result, f"{type(error).__name__}: {error}")
        raise
    _finish(job, Job.State.DONE, progress.result, progress.problem)
    return job


def _finish(job: Job, state: str, result: dict[str, Any], error: str) -> None:
    with transaction.atomic():
        job.state, job.finished_at, job.result, job.error = state, timezone.now(), result, error
        job.save(update_fields=["state", "finished_at", "result", "error"])
