"""Uploaded sheets from receipt to result."""

import io
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from projects.models import ColumnMapping
from projects.sheets.reading import CSV, XLSX, check_csv
from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core.files import FileRefused, Upload, open_stored, store
from yuxi_eldercare.core.models import Department, StoredFile, User
from yuxi_eldercare.core.roles import EDIT_PROJECT, can

from .applying import run
from .lines import read_lines
from .mapping import Reading, guess, reading_of
from .reading import Part, read_parts


@transaction.atomic
def receive(*, upload: Upload, keeper: Department, by: User) -> StoredFile:
    """Keep an uploaded sheet for a unit. Raises `NotAllowed`, or `Refused` for what is no sheet; nothing stays then."""
    decision = can(by, EDIT_PROJECT, department=keeper)
    if not decision:
        raise NotAllowed.because(decision.reason)
    is_csv = (upload.name or "").lower().endswith(".csv")
    try:
        if is_csv:
            check_csv(b"".join(upload.chunks()))
        stored = store(upload, by=by, department=keeper, known=CSV if is_csv else None)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    if stored.media_type not in {CSV.media_type, XLSX.media_type}:
        raise Refused.because(_("请上传 .xlsx 或 .csv 表格。"), "file")
    parts_of(stored)
    return stored


def own_file(pk: int, by: User) -> StoredFile | None:
    """An uploaded sheet, for the person who uploaded it and still keeps projects of the unit."""
    kinds = [CSV.media_type, XLSX.media_type]
    files = StoredFile.objects.filter(pk=pk, uploaded_by=by, media_type__in=kinds)
    stored = files.select_related("department__region").first()
    if stored is None or stored.department is None:
        return None
    return stored if can(by, EDIT_PROJECT, department=stored.department) else None


def parts_of(stored: StoredFile) -> list[Part]:
    """The rows of a kept file. Raises `Refused`."""
    try:
        with open_stored(stored) as stream:
            return read_parts(io.BytesIO(stream.read()), stored.media_type)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None


def needs_mapping(parts: list[Part]) -> bool:
    """Whether it is another system's sheet, whose columns somebody has to explain."""
    return any(not part.kind for part in parts)


def readings(parts: list[Part], mapping: ColumnMapping | None) -> list[tuple[Part, Reading]]:
    """How each sheet is read: the workbook's own by its headings, another system's as the mapping says."""
    if mapping is not None and needs_mapping(parts):
        return [(part, reading_of(mapping)) for part in parts]
    return [(part, guess(part.table, part.kind)) for part in parts]


def result(
    *, file: StoredFile, mapping: ColumnMapping | None, by: User, write: bool = False
) -> dict[str, Any]:
    """What the file would enter, or, with `write`, what became of entering it. Raises `Refused`."""
    lines = read_lines(readings(parts_of(file), mapping))
    return run(lines, by=by, write=write, name=file.name).as_dict()
