"""Uploaded sheets from receipt to result: small ones at once, large ones as a job whose progress a page shows."""

import io
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from targets.models import ReportingRound
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.files import FileRefused, Upload, open_stored, store
from yuxi_eldercare.core.models import Department, Job, StoredFile, User

from .phases import CHECKING, WRITING, Phases, is_dead
from .reading import Book, check_bounds, read_book, read_facts
from .template import MEDIA_TYPE
from .upload import apply, check, check_place, compare

TASK: Final = "targets.apply_upload"
KIND: Final = "apply_upload"
# More rows than this are checked and written in the background.
AT_ONCE_MOST: Final = 2_000


@dataclass(frozen=True)
class Received:
    """A stored upload, and the job that checks it when it is large."""

    file: StoredFile
    job: Job | None


@transaction.atomic
def receive(*, upload: Upload, round: ReportingRound, by: User) -> Received:
    """Keep an uploaded template. Raises `Refused` for what is no template of this round; nothing stays then."""
    try:
        stored = store(upload, by=by, department=None)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    if stored.media_type != MEDIA_TYPE:
        raise Refused.because(_("请上传 .xlsx 表格：先下载本轮次的模板，填好后上传。"), "file")
    with open_stored(stored) as stream:
        check_bounds(stream)
        facts = read_facts(stream)
    stored.department = Department.objects.filter(key=facts.department).first()
    stored.save(update_fields=["department"])
    if facts.rows > AT_ONCE_MOST:
        check_place(facts, round=round, by=by)
        return Received(stored, start(file=stored, round=round, by=by, write=False))
    compare(_book(stored), round=round, by=by)
    return Received(stored, None)


def preview(*, file: StoredFile, round: ReportingRound, by: User) -> dict[str, Any]:
    """What a small upload would do. Raises `Refused` when it cannot be taken as a whole."""
    return check(compare(_book(file), round=round, by=by), by=by).as_json()


@transaction.atomic
def write(*, file: StoredFile, round: ReportingRound, by: User) -> dict[str, Any]:
    """Write a small upload, all or nothing; the result's `applied` says which."""
    return apply(compare(_book(file), round=round, by=by), by=by).as_json()


def own_file(pk: int, by: User) -> StoredFile | None:
    """An uploaded sheet, for the person who uploaded it only."""
    return StoredFile.objects.filter(pk=pk, uploaded_by=by, media_type=MEDIA_TYPE).first()


def latest_job(file: StoredFile, round: ReportingRound, by: User) -> Job | None:
    """The last job about an upload to this round."""
    mine = Job.objects.filter(kind=KIND, created_by=by, params__file=file.pk, params__round=round.pk)
    return mine.order_by("-pk").first()


def recent(round: ReportingRound, by: User) -> list[Job]:
    """The person's latest large uploads to a round, the last job of each file, newest first."""
    mine = Job.objects.filter(kind=KIND, created_by=by, params__round=round.pk).order_by("-pk")[:20]
    return list({job.params["file"]: job for job in reversed(mine)}.values())[::-1][:5]


def start(*, file: StoredFile, round: ReportingRound, by: User, write: bool) -> Job:
    """Have a large upload checked, or written, in the background; a job under way is not doubled."""
    last = latest_job(file, round, by)
    if last and last.params["write"] == write and _is_under_way(last):
        return last
    label = (_("写入上传的表格：%(name)s") if write else _("检查上传的表格：%(name)s")) % {"name": file.name}
    job = jobs.create(KIND, label[:120], by=by, file=file.pk, round=round.pk, write=write)
    dispatch.after_commit(TASK, job.pk)
    return job


def _is_under_way(job: Job) -> bool:
    return job.state in {Job.State.QUEUED, Job.State.RUNNING} and not is_dead(job)


def run(job_id: int) -> None:
    """Do the work of a job; refusals are its result, for the person who uploaded."""
    jobs.run(job_id, _work)


def _work(progress: jobs.Progress) -> None:
    params, by = progress.job.params, progress.job.created_by
    assert by is not None
    file = StoredFile.objects.get(pk=params["file"])
    round = ReportingRound.objects.get(pk=params["round"])
    phases = Phases(progress, WRITING if params["write"] else CHECKING)
    try:
        with open_stored(file) as stream:
            phases.watch("read", read_facts(stream).rows)
        found = compare(_book(file), round=round, by=by, watch=phases.watch)
        found = (apply if params["write"] else check)(found, by=by, watch=phases.watch)
    except (Refused, FileRefused) as refused:
        progress.result = {"refused": str(refused)}
    else:
        progress.result = found.as_json()
    finally:
        phases.end()
    progress.step(100 - progress.job.done)


def _book(file: StoredFile) -> Book:
    try:
        with open_stored(file) as stream:
            return read_book(io.BytesIO(stream.read()))
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
