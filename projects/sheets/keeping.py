"""Uploaded sheets as kept files: taken in once they can be read, found again by who uploaded them, read from there.

Who may upload for which unit is for the callers.
"""

import io
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from targets.actions.refusals import Refused
from yuxi_eldercare.core.files import FileRefused, TypeRefused, Upload, open_stored, store
from yuxi_eldercare.core.models import Department, StoredFile, User

from .reading import CSV, XLSX, check_csv

_TYPES: Final = (CSV.media_type, XLSX.media_type)
_ENDINGS: Final = (".csv", ".xlsx")


def keep_sheet(
    upload: Upload, *, by: User, department: Department | None, read: Callable[[StoredFile], Any]
) -> StoredFile:
    """Store an upload that is a sheet and that `read` accepts. Raises `Refused`, which the caller's transaction undoes.

    A CSV has no mark of its own, so it is read to know it; one that `store` refuses for its size is not.
    """
    is_csv = (upload.name or "").lower().endswith(".csv")
    if not (upload.name or "").lower().endswith(_ENDINGS):
        raise Refused.because(_("请上传 .xlsx 或 .csv 表格。"), "file")
    try:
        if is_csv and getattr(upload, "size", 0) <= settings.FILE_MAX_BYTES:
            check_csv(b"".join(upload.chunks()))
        stored = store(upload, by=by, department=department, known=CSV if is_csv else None)
    except TypeRefused:
        text = _("文件内容不是 .xlsx 表格，或者已损坏、加了密码，请另存为不加密的 .xlsx 或 .csv 后上传。")
        raise Refused.because(text, "file") from None
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    if stored.media_type not in _TYPES:
        raise Refused.because(_("请上传 .xlsx 或 .csv 表格。"), "file")
    read(stored)
    return stored


def own_sheets(by: User) -> QuerySet[StoredFile]:
    """The sheets this person uploaded, with their units."""
    files = StoredFile.objects.filter(uploaded_by=by, media_type__in=_TYPES)
    return files.select_related("department__region")


def opened(stored: StoredFile) -> io.BytesIO:
    """The bytes of a kept sheet. Raises `Refused` when they are missing on disk."""
    try:
        with open_stored(stored) as stream:
            return io.BytesIO(stream.read())
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
