"""Pushes as other systems see them: small ones answered at once, large ones as a job that can be polled."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from targets.models import Entry
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.models import Job, JobInput, User

from .figures import figure_of
from .push import CONFLICT, PERMISSION, Pushed, PushRefused, push
from .pushed_rows import RowProblem, read_rows

TASK: Final = "targets.push_observations"
KIND: Final = "push_observations"
ROWS_MOST: Final = 10_000
# More rows than this are checked and written in the background.
AT_ONCE_MOST: Final = 1_000
# What an answer lists; the counts always say how many there are.
LISTED: Final = 1_000


def start(*, rows: Sequence[Any], by: User, dry_run: bool, submit: bool) -> Job:
    """Note a large push as a job; it starts with the commit. Raises `PushRefused` for rows nobody can read."""
    read, problems = read_rows(rows)
    if problems:
        raise PushRefused(problems)
    with transaction.atomic():
        label = _("接口推送：%(count)s 行") % {"count": len(rows)}
        job = jobs.create(KIND, label, by=by, rows=len(rows), dry_run=dry_run, submit=submit)
        JobInput.objects.create(job=job, content=[row.as_json() for row in read])
        dispatch.after_commit(TASK, job.pk)
    return job


def run(job_id: int) -> None:
    """Do the work of a job; a refusal is its result. Delivered again, it writes nothing twice."""
    jobs.run(job_id, _work)


def _work(progress: jobs.Progress) -> None:
    job, by = progress.job, progress.job.created_by
    assert by is not None
    kept = JobInput.objects.filter(job=job).first()
    if kept is None:
        # Cut off between the commit below and the note that the job ended.
        progress.result = job.result
        return
    progress.start(len(kept.content))
    with transaction.atomic():
        progress.result = _done(
            kept.content, by, **{name: job.params[name] for name in ("dry_run", "submit")}
        )
        Job.objects.filter(pk=job.pk).update(result=progress.result)
        kept.delete()
    progress.step(len(kept.content))


def _done(rows: Sequence[Any], by: User, *, dry_run: bool, submit: bool) -> dict[str, Any]:
    try:
        pushed = push(rows=rows, by=by, dry_run=dry_run, submit=submit)
    except PushRefused as refused:
        return {"applied": False, **refusal(refused)}
    return {"applied": not dry_run, **summary(pushed)}


def summary(pushed: Pushed) -> dict[str, Any]:
    """What a push did, in counts, with the warnings."""
    return {
        "dry_run": pushed.dry_run,
        "count": len(pushed.entries),
        "changed": sum(pushed.changed),
        "submitted": pushed.submitted,
        "warning_count": len(pushed.warnings),
        "warnings": [problem_json(warning) for warning in pushed.warnings[:LISTED]],
    }


def refusal(refused: PushRefused) -> dict[str, Any]:
    """Why a push was refused: a sentence, and every row with what is wrong there."""
    problems = refused.problems
    detail = problems[0].message
    if len(problems) > 1:
        detail = _("共有%(count)s处错误，未写入任何数据。第一处：%(first)s") % {
            "count": len(problems),
            "first": detail,
        }
    return {
        "detail": detail,
        "error_count": len(problems),
        "errors": [problem_json(problem) for problem in problems[:LISTED]],
        "warnings": [problem_json(warning) for warning in refused.warnings[:LISTED]],
    }


def status_of(refused: PushRefused) -> int:
    """403 when all is about rights, 409 when all are conflicts, else 422."""
    codes = {problem.code for problem in refused.problems}
    return 403 if codes == {PERMISSION} else 409 if codes == {CONFLICT} else 422


def problem_json(problem: RowProblem) -> dict[str, Any]:
    """A problem on the wire."""
    return {
        "row": problem.row,
        "field": problem.field,
        "code": problem.code,
        "message": problem.message,
        "rule": problem.rule or None,
        "current": problem.current,
    }


def entry_json(number: int, entry: Entry, changed: bool) -> Mapping[str, Any]:
    """A cell as it stands after a push."""
    return {
        "row": number,
        "entry": entry.pk,
        "round": entry.round_id,
        "department": entry.department.key,
        "region": entry.region_id,
        "indicator": entry.indicator.key,
        "period_end": entry.period_end.isoformat(),
        "state": str(entry.state),
        "revision": entry.revision,
        **figure_of(entry).as_json(),
        "changed": changed,
    }
