"""The files of answers: who opens them, noted in the audit trail."""

from django.db import transaction

from targets.actions.opening import Opened, no_file, open_noted
from targets.following.evidence import may_open
from targets.models import NoticeReply, SupervisionNotice
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
        raise no_file()
    return open_noted(
        file,
        by=by,
        action="supervision.download",
        object_type="supervision_notice",
        object_key=str(reply.notice_id),
        reply=reply.pk,
    )
