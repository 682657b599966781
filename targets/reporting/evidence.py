"""佐证材料: files attached to an entry by its unit, seen by whoever may see the entry, never deleted."""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.opening import Opened, no_file, open_noted, opened
from targets.actions.refusals import Refused
from targets.models import Entry, EntryFile, SheetSubmission
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import FileRefused, Upload, store
from yuxi_eldercare.core.models import User

from .entries import windows_of
from .scope import Entitlements, visible_entries
from .trail import Complaints, entry_key, locked, usable


@transaction.atomic
def attach(*, entry: Entry | int, upload: Upload, by: User) -> EntryFile:
    """Attach a file to an entry that its unit may still change or that waits on its way.

    Raises `Refused` with what is wrong with the file, the state or the number of files, or `NotAllowed`.
    """
    row = locked([entry])[0]
    _check_writer(row, by)
    present = row.files.filter(removed_at=None).select_related("file")
    files = list(present)
    if len(files) >= settings.FILES_PER_ENTRY:
        text = _("每项最多%(most)s个文件，请先移除不需要的。")
        raise Refused.because(text % {"most": settings.FILES_PER_ENTRY}, "file")
    try:
        stored = store(upload, by=by, department=row.department)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    if any(other.file.sha256 == stored.sha256 for other in files):
        stored.delete()
        raise Refused.because(_("这个文件已经上传过。"), "file")
    attached = EntryFile.objects.create(entry=row, file=stored, name=stored.name, added_by=by)
    _note("attach", row, attached, by)
    return attached


@transaction.atomic
def remove(*, entry_file: EntryFile | int, by: User) -> EntryFile:
    """Take a file off an entry; the row and the bytes stay for the record."""
    pk = entry_file if isinstance(entry_file, int) else entry_file.pk
    attached = EntryFile.objects.select_related("file").get(pk=pk)
    row = locked([attached.entry_id])[0]
    _check_writer(row, by)
    if attached.removed_at is not None:
        raise Refused.because(_("这个文件已经移除。"), "file")
    if row.state not in Entry.OPEN_STATES:
        raise Refused.because(_("已提交的数据不能移除佐证材料，如需更换请先撤回或由审核人退回。"), "state")
    attached.removed_at = timezone.now()
    attached.save(update_fields=["removed_at"])
    _note("detach", row, attached, by)
    return attached


@transaction.atomic
def open_evidence(*, entry_file: int, by: User) -> Opened:
    """Open an attached file for who may see its entry; else, or if there is none, raises `NotAllowed`.

    Who opened which file is noted in the audit trail.
    """
    attached = (
        EntryFile.objects.filter(pk=entry_file, removed_at=None, entry__in=visible_entries(by))
        .select_related("file", "entry__indicator", "entry__department")
        .first()
    )
    if attached is None:
        raise no_file()
    found = opened(attached.file)
    _note("download", attached.entry, attached, by)
    return found


@transaction.atomic
def open_scan(*, sheet: int, by: User) -> Opened:
    """Open the stamped scan of a sheet for whoever may see the unit's entries of that round; noted likewise."""
    row = SheetSubmission.objects.filter(pk=sheet, scan__isnull=False).select_related("scan").first()
    seen = row is not None and (
        visible_entries(by)
        .filter(round=row.round_id, department=row.department_id, region=row.region_id)
        .exists()
    )
    if row is None or row.scan is None or not seen:
        raise no_file()
    return open_noted(
        row.scan, by=by, action="sheets.download", object_type="sheet_submission", object_key=str(row.pk)
    )


def files_of(entry: Entry) -> QuerySet[EntryFile]:
    """The files attached to an entry, oldest first."""
    return (
        EntryFile.objects.filter(entry=entry, removed_at=None)
        .select_related("file", "added_by")
        .order_by("pk")
    )


def may_attach(user: User, entry: Entry) -> bool:
    """Whether the page offers to attach: the user's own unit, or an authorisation."""
    return bool(Entitlements(user, timezone.localdate()).of(entry.department, entry.region))


def _check_writer(row: Entry, by: User) -> None:
    now = timezone.now()
    complaints = Complaints([row])
    right = Entitlements(by, timezone.localdate(now)).of(row.department, row.region)
    window = windows_of([row], now)[row.round_id, row.department_id]
    if not right:
        complaints.add(0, "department", right.decision.reason, permission=True)
    elif sentence := usable(row) or ("" if window.may_write else window.sentence):
        complaints.add(0, "state", sentence)
    elif row.state == Entry.State.PUBLISHED:
        complaints.add(0, "state", _("已确认生效，补充材料请先发起更正。"))
    complaints.refuse()


def _note(verb: str, row: Entry, attached: EntryFile, by: User) -> None:
    audit.record(
        by=by,
        action=f"evidence.{verb}",
        object_type="entry",
        object_key=entry_key(row),
        after={
            "file": attached.pk,
            "name": attached.name,
            "sha256": attached.file.sha256,
            "size": attached.file.size,
            "type": attached.file.media_type,
        },
    )
