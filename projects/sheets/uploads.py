"""Uploaded sheets from receipt to result: small ones at once, large ones as a job whose progress a page shows."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import ColumnMapping
from targets.actions.refusals import NotAllowed, Refused
from targets.excel.phases import Phases, is_dead
from yuxi_eldercare.core import dispatch, jobs
from yuxi_eldercare.core.files import Upload
from yuxi_eldercare.core.models import Department, Job, StoredFile, User
from yuxi_eldercare.core.roles import EDIT_INSTITUTION, can

from .comparing import Outcome, compare
from .comparing import write as write_all
from .keeping import keep_sheet, opened, own_sheets
from .kept import kept_mappings
from .mapping import SUBJECT, Columns
from .reading import Table, read_table

TASK: Final = "projects.import_institutions"
KIND: Final = "import_institutions"
# More rows than this are compared and written in the background.
AT_ONCE_MOST: Final = 5_000
_CHECKING: Final = ("read", "compare", "check")
_WRITING: Final = ("read", "compare", "check", "write")


@dataclass(frozen=True)
class Order:
    """A kept file, how it is read, and the day it speaks of."""

    file: StoredFile
    mapping: ColumnMapping
    as_of: date

    def params(self) -> dict[str, Any]:
        """As a job keeps them."""
        return {"file": self.file.pk, "mapping": self.mapping.pk, "as_of": self.as_of.isoformat()}


@transaction.atomic
def receive(*, upload: Upload, keeper: Department, by: User) -> StoredFile:
    """Keep an uploaded sheet for a unit. Raises `NotAllowed`, or `Refused` for what is no sheet; nothing stays then."""
    decision = can(by, EDIT_INSTITUTION, department=keeper)
    if not decision:
        raise NotAllowed.because(decision.reason)
    return keep_sheet(upload, by=by, department=keeper, read=table_of)


def own_file(pk: int, by: User) -> StoredFile | None:
    """An uploaded sheet, for the person who uploaded it and still keeps the unit's institutions."""
    stored = own_sheets(by).filter(pk=pk).first()
    if stored is None or stored.department is None:
        return None
    return stored if can(by, EDIT_INSTITUTION, department=stored.department) else None


def table_of(stored: StoredFile) -> Table:
    """The rows of a kept file. Raises `Refused`."""
    return read_table(opened(stored), stored.media_type)


def order_of(stored: StoredFile, mapping: int, as_of: date) -> Order | None:
    """The order an address names; none where the mapping is another unit's."""
    if stored.department is None:
        return None
    row = kept_mappings(SUBJECT, [stored.department]).filter(pk=mapping).first()
    return Order(stored, row, as_of) if row is not None and as_of <= timezone.localdate() else None


def default_reason(stored: StoredFile) -> str:
    """What the history says where nobody wrote why."""
    return _("导入表格：%(name)s") % {"name": stored.name[:120]}


def preview(order: Order, table: Table, *, by: User) -> dict[str, Any]:
    """What a small sheet would do."""
    return _compared(order, table, by).as_json()


def write(order: Order, table: Table, *, by: User, reason: str) -> dict[str, Any]:
    """Write a small sheet, all or nothing; the result's `applied` says which."""
    return _written(order, table, by, reason).as_json()


def _compared(order: Order, table: Table, by: User, **more: Any) -> Outcome:
    assert order.file.department is not None
    return compare(
        table,
        Columns.of(order.mapping),
        keeper=order.file.department,
        as_of=order.as_of,
        by=by,
        reason=default_reason(order.file),
        **more,
    )


def _written(order: Order, table: Table, by: User, reason: str, **more: Any) -> Outcome:
    assert order.file.department is not None
    return write_all(
        table,
        Columns.of(order.mapping),
        keeper=order.file.department,
        as_of=order.as_of,
        by=by,
        reason=reason.strip() or default_reason(order.file),
        confirmed=bool(reason.strip()),
        **more,
    )


def latest_job(order: Order, by: User) -> Job | None:
    """The last job about a file read this way since the mapping was last saved."""
    wanted = {f"params__{name}": value for name, value in order.params().items()}
    mine = Job.objects.filter(kind=KIND, created_by=by, created_at__gte=order.mapping.saved_at, **wanted)
    return mine.order_by("-pk").first()


def recent(by: User) -> list[Job]:
    """The person's latest large uploads, the last job of each file, newest first."""
    mine = Job.objects.filter(kind=KIND, created_by=by).order_by("-pk")[:20]
    return list({job.params["file"]: job for job in reversed(mine)}.values())[::-1][:5]


@transaction.atomic
def start(order: Order, *, by: User, write: bool, reason: str = "") -> Job:
    """Have a large sheet compared, or written, in the background; a job under way is not doubled."""
    last = latest_job(order, by)
    under_way = {Job.State.QUEUED, Job.State.RUNNING}
    if last and last.params["write"] == write and last.state in under_way and not is_dead(last):
        return last
    label = (_("导入机构名册：%(name)s") if write else _("核对机构表格：%(name)s")) % {
        "name": order.file.name
    }
    job = jobs.create(KIND, label[:120], by=by, **order.params(), write=write, reason=reason)
    dispatch.after_commit(TASK, job.pk)
    return job


def run(job_id: int) -> None:
    """Do the work of a job; refusals are its result, for the person who uploaded."""
    jobs.run(job_id, _work)


def _work(progress: jobs.Progress) -> None:
    params, by = progress.job.params, progress.job.created_by
    assert by is not None
    phases = Phases(progress, _WRITING if params["write"] else _CHECKING)
    try:
        stored = own_file(params["file"], by)
        order = order_of(stored, params["mapping"], date.fromisoformat(params["as_of"])) if stored else None
        if order is None:
            raise Refused.because(_("上传的文件或对应关系已不在，请重新上传。"))
        table = table_of(order.file)
        phases.watch("read", len(table.rows))
        act = partial(_written, reason=params["reason"]) if params["write"] else _compared
        found = act(order, table, by, watch=phases.watch)
    except Refused as refused:
        progress.result = {"refused": str(refused)}
    else:
        progress.result = found.as_json()
    finally:
        phases.end()
    progress.step(100 - progress.job.done)
