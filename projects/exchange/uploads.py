"""Uploaded sheets from receipt to result."""

from typing import Any

from django.db import transaction

from projects.models import ColumnMapping
from projects.sheets.keeping import keep_sheet, opened, own_sheets
from targets.actions.refusals import NotAllowed
from yuxi_eldercare.core.files import Upload
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
    return keep_sheet(upload, by=by, department=keeper, read=parts_of)


def own_file(pk: int, by: User) -> StoredFile | None:
    """An uploaded sheet, for the person who uploaded it and still keeps projects of the unit."""
    stored = own_sheets(by).filter(pk=pk).first()
    if stored is None or stored.department is None:
        return None
    return stored if can(by, EDIT_PROJECT, department=stored.department) else None


def parts_of(stored: StoredFile) -> list[Part]:
    """The rows of a kept file. Raises `Refused`."""
    return read_parts(opened(stored), stored.media_type)


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
