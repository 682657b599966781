"""Closing a month as a background job, and reading all closed months back to see that nothing changed."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.actions.closes import AlreadyClosed, check_may_close, check_turn
from yuxi_eldercare.core.actions.refused import ActionRefused
from yuxi_eldercare.core.closing import Fault, month_name, verify
from yuxi_eldercare.core.models import Job, PeriodClose, User
from yuxi_eldercare.core.queries.closes import closes
from yuxi_eldercare.period_close import close_month

TASK: Final = "closing.close_month"
VERIFY_TASK: Final = "closing.verify_closes"
KIND: Final = "close_month"
VERIFY_KIND: Final = "verify_closes"


@transaction.atomic
def start(*, month_end: date, acknowledged: str, by: User) -> Job:
    """Have a month closed in the background; a job under way for it is not doubled.

    Raises `PermissionDenied` or `ActionRefused` for what is known to be wrong before the work begins.
    """
    check_may_close(by)
    check_turn(month_end, timezone.localdate())
    under_way = latest_job(month_end)
    if under_way is not None and under_way.state in {Job.State.QUEUED, Job.State.RUNNING}:
        return under_way
    label = _("封存%(month)s") % {"month": month_name(PeriodClose(month_end=month_end))}
    job = jobs.create(KIND, label, by=by, month_end=month_end.isoformat(), acknowledged=acknowledged)
    dispatch.after_commit(TASK, job.pk)
    return job


def latest_job(month_end: date) -> Job | None:
    """The last job about a month. One statement."""
    return Job.objects.filter(kind=KIND, params__month_end=month_end.isoformat()).first()


def run(job_id: int) -> None:
    """Do the work of a job. Run again after a crash, it finds nothing written, or the month closed."""
    jobs.run(job_id, _work)


def _work(progress: jobs.Progress) -> None:
    """Two steps: closing, which is one transaction, and reading back what it wrote."""
    params, by = progress.job.params, progress.job.created_by
    assert by is not None, "only people close months on a page"
    month_end = date.fromisoformat(params["month_end"])
    progress.start(2)
    try:
        close = close_month(month_end=month_end, by=by, acknowledged=params["acknowledged"])
    except AlreadyClosed as already:
        close = already.close
        progress.result["already"] = True
    except (ActionRefused, PermissionDenied) as refused:
        progress.result["refused"] = progress.problem = str(refused)
        return
    progress.step()
    fault = verify(PeriodClose.objects.select_related("audit").get(pk=close.pk))
    progress.step()
    progress.result |= {"month_end": month_end.isoformat(), "rows": close.assessments + close.records}
    progress.result["digest"] = close.digest
    progress.problem = fault.sentence if fault else ""


def verify_all(months: Iterable[PeriodClose]) -> list[Fault]:
    """The first fault of each of these months that has one."""
    return [fault for close in months if (fault := verify(close)) is not None]


def verify_in_background() -> Job:
    """Read all closed months back under a job; a fault is the job's error."""
    job = jobs.create(VERIFY_KIND, _("校验封存月份"))
    return jobs.run(job.pk, _verify)


def _verify(progress: jobs.Progress) -> None:
    months = closes()
    faults = verify_all(months)
    progress.result = {"months": len(months), "faults": len(faults)}
    progress.problem = "".join(fault.sentence for fault in faults)
