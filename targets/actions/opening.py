"""Kept files opened for somebody, each time with a note in the audit trail."""

from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import FileRefused, open_stored
from yuxi_eldercare.core.models import Department, StoredFile, User


@dataclass(frozen=True)
class Opened:
    """A file ready to be sent: always as an attachment, with its sniffed type."""

    stream: IO[bytes]
    name: str
    media_type: str
    size: int


def no_file() -> Refused:
    """What is raised for a file that is not there or not for this person; which of both is not told."""
    return NotAllowed.because(_("没有这个文件，或你无权查看。"))


def opened(stored: StoredFile) -> Opened:
    """The file with its bytes. Raises `Refused` where they are missing or changed."""
    try:
        return Opened(open_stored(stored), stored.name, stored.media_type, stored.size)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None


def open_noted(
    stored: StoredFile,
    *,
    by: User,
    action: str,
    object_type: str,
    object_key: str,
    department: Department | None = None,
    **said: Any,
) -> Opened:
    """Open a file and note who did; call it in a transaction, after asking whether they may. Raises as `opened`."""
    found = opened(stored)
    audit.record(
        by=by,
        action=action,
        object_type=object_type,
        object_key=object_key,
        department=department,
        after={"name": stored.name, "sha256": stored.sha256, "size": stored.size, **said},
    )
    return found
