"""Evidence of a claim: attached and taken off by the unit while it may change the claim, opened by who may see it."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subsidies.models import Application, ApplicationFile, ApplicationStep
from subsidies.queries.applications import visible
from targets.actions.opening import Opened, no_file, open_noted
from targets.actions.refusals import Refused
from yuxi_eldercare.core.files import FileRefused, Upload, store
from yuxi_eldercare.core.models import User

from .basics import locked, take

Verb = ApplicationStep.Verb


@transaction.atomic
def attach_evidence(
    *, application: Application | int, kind: str, upload: Upload, by: User, revision: int | None = None
) -> ApplicationFile:
    """Keep a file as evidence. Raises `NotAllowed` or `Refused`, and then nothing is left behind."""
    row = locked(application, Verb.CHANGE, by, revision)
    if kind not in ApplicationFile.Kind.values:
        raise Refused.because(_("请选择材料的类别。"), "kind")
    if row.files.filter(removed_at=None).count() >= settings.FILES_PER_ENTRY:
        text = _("每笔申请最多%(most)s个文件，请合并或移除不需要的。")
        raise Refused.because(text % {"most": settings.FILES_PER_ENTRY}, "file")
    try:
        stored = store(upload, by=by, department=row.department)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    attached = ApplicationFile.objects.create(
        application=row, kind=kind, file=stored, added_by=by, is_demo=row.is_demo
    )
    figures = {"attached": stored.name, "kind": kind, "sha256": stored.sha256}
    take(Verb.CHANGE, row, by, figures=figures)
    return attached


@transaction.atomic
def remove_evidence(*, attached: ApplicationFile, by: User) -> ApplicationFile:
    """Take a file off a claim; the row and the bytes stay for the record."""
    application = locked(attached.application_id, Verb.CHANGE, by, None)
    row = ApplicationFile.objects.select_related("file").get(pk=attached.pk)
    if row.removed_at is not None:
        raise Refused.because(_("这个文件已经移除。"), "file")
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    take(Verb.CHANGE, application, by, figures={"removed": row.file.name, "kind": row.kind})
    return row


@transaction.atomic
def open_evidence(*, attached: int, by: User) -> Opened:
    """Open a file of a claim that the person may see, noted in the trail; else raises `NotAllowed`.

    What was taken off later can still be opened: steps speak of it.
    """
    rows = ApplicationFile.objects.filter(application__in=visible(by)).select_related("file", "application")
    row = rows.filter(pk=attached).first()
    if row is None:
        raise no_file()
    return open_noted(
        row.file,
        by=by,
        action="applications.download",
        object_type="application",
        object_key=str(row.application),
        file=row.pk,
    )
