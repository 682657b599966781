"""The files of answers: who opens them, noted in the audit trail."""

from django.db import transaction
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from targets.following.evidence import Opened, may_open
from targets.models import NoticeReply, SupervisionNotice
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import FileRefused, open_stored
from yuxi_eldercare.core.models import User

from .rights import may_supervise


def may_open_reply(user: User, notice: SupervisionNotice) -> bool:
    """Whether the user opens what came with an answer: as with the part's evidence, and the notice's supervisors."""
    return may_open(user, notice.part) or bool(may_supervise(user, notice))


@transaction.atomic
def open_reply(*, reply: NoticeReply, by: User) -> Opened:
    """Open the file of an answer. Raises `NotAllowed`, or `Refused` where the bytes are missing."""
    file = reply.file
    if file is None or not may_open_reply(by, reply.notice):
        raise NotAllowed.because(_("没有这个文件，或你无权查看。"))
    try:
        opened = Opened(open_stored(file), file.name, file.media_type, file.size)
    except FileRefused as refused:
        raise Refused.because(str(refused), "file") from None
    audit.record(
        by=by,
        action="supervision.download",
        object_type="supervision_notice",
        object_key=str(reply.notice_id),
        after={"reply": reply.pk, "name": file.name, "sha256": file.sha256},
    )
    return opened
