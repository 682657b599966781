"""Files that come with a step of a part, and who may open them; kept like the evidence of entries, never deleted."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from targets.actions.opening import Opened, no_file, open_noted
from targets.actions.refusals import Refused
from targets.models import AssignmentPart, PartFile, PartReport, PartStep
from yuxi_eldercare.core.files import FileRefused, Upload, store
from yuxi_eldercare.core.models import StoredFile, User
from yuxi_eldercare.core.roles import REVIEW, SUPERVISE, VIEW_ROUNDS, WORK_ON_PART, can

from .basics import part_key


def kept_files(part: AssignmentPart, uploads: Sequence[Upload], by: User) -> list[StoredFile]:
    """Check uploads and keep them; all of them or none. Raises `Refused` with what is wrong with a file."""
    if len(uploads) > settings.FILES_PER_ENTRY:
        text = _("每次最多%(most)s个文件，请合并或只上传需要的。")
        raise Refused.because(text % {"most": settings.FILES_PER_ENTRY}, "evidence")
    kept: dict[str, StoredFile] = {}
    for upload in uploads:
        try:
            stored = store(upload, by=by, department=part.department)
        except FileRefused as refused:
            named = _("“%(name)s”：%(why)s") % {"name": upload.name or "", "why": refused}
            raise Refused.because(named, "evidence") from None
        if stored.sha256 in kept:
            raise Refused.because(_("“%(name)s”选了两次，请只留一份。") % {"name": stored.name}, "evidence")
        kept[stored.sha256] = stored
    return list(kept.values())


def attach(step: PartStep, files: Sequence[StoredFile], report: PartReport | None = None) -> None:
    """Hang kept files on a step, and on the report it sent."""
    PartFile.objects.bulk_create(
        PartFile(part=step.part, step=step, report=report, file=file, is_demo=step.is_demo) for file in files
    )


def may_open(user: User, part: AssignmentPart) -> bool:
    """Whether the user sees a part's evidence: its body's people, and who supervises or follows its region."""
    return any(
        [
            can(user, WORK_ON_PART, department=part.department),
            can(user, REVIEW, department=part.department),
            can(user, SUPERVISE, region=part.region),
            can(user, VIEW_ROUNDS, region=part.region),
        ]
    )


@transaction.atomic
def open_file(*, part_file: int, by: User) -> Opened:
    """Open an evidence file for who may see it, noted in the audit trail; else raises `NotAllowed`."""
    rows = PartFile.objects.select_related("file", "part__assignment", "part__department", "part__region")
    row = rows.filter(pk=part_file).first()
    if row is None or not may_open(by, row.part):
        raise no_file()
    return open_noted(
        row.file,
        by=by,
        action="parts.download",
        object_type="assignment_part",
        object_key=part_key(row.part),
        file=row.pk,
    )
