"""What people do with a notice: a supervisor signs or drops it, the recipient answers, the supervisor settles it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from targets.following.basics import REASON_MOST, reason_problems, refuse
from targets.following.telling import supervisors_of
from targets.models import LadderStep, NoticeReply, SupervisionNotice
from targets.queries.following_facts import working_days
from targets.reporting.people import people_of
from targets.reporting.wording import kept
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.files import FileRefused, Upload, store
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import WORK_ON_PART, Decision
from yuxi_eldercare.core.workdays import add_workdays

from .escalating import number_of, send
from .issuing import Numbers, authority_for
from .rights import may_reply, may_supervise
from .watched import due_of_reply

State = SupervisionNotice.State
TEXT_MOST = 5000


@transaction.atomic
def sign(*, notice: SupervisionNotice | int, by: User, today: date | None = None) -> SupervisionNotice:
    """Sign a proposed notice (签发): it gets its number, today's words and its deadline, and goes out.

    Raises `NotAllowed`, `Refused` for one that was signed or dropped meanwhile.
    """
    row = _locked(notice)
    _allow(may_supervise(by, row))
    if row.state != State.PROPOSED:
        raise Refused.because(_state_words(row), "state")
    day = today or timezone.localdate()
    authority = authority_for(row)
    numbers = Numbers([authority.pk])
    authority = numbers.rows[authority.pk]
    send(row, authority, numbers, day, _reply_due(row, day))
    row.sent_by = by
    row.save()
    _note("sign", row, by)
    _tell_recipient(row, _("收到%(kind)s：%(title)s") % _named(row), f"supervision-notice:{row.pk}", by)
    return row


def _reply_due(row: SupervisionNotice, day: date) -> date | None:
    """The deadline the ladder asks for now; none where it asks for no answer."""
    step = LadderStep.objects.filter(kind=row.kind, cause=row.cause).first()
    if step is None or step.reply_workdays is None:
        return None
    return add_workdays(day, step.reply_workdays)


@transaction.atomic
def drop(*, notice: SupervisionNotice | int, reason: str, by: User) -> SupervisionNotice:
    """Do not send a proposed notice (不予签发); it stays with the reason."""
    row = _locked(notice)
    _allow(may_supervise(by, row))
    if row.state != State.PROPOSED:
        raise Refused.because(_state_words(row), "state")
    refuse(reason_problems(reason, "reason", _("请写明不予签发的理由。"), REASON_MOST))
    row.state, row.dropped_reason = State.DROPPED, reason.strip()
    row.settled_at, row.settled_by = timezone.now(), by
    row.save()
    _note("drop", row, by, row.dropped_reason)
    return row


@transaction.atomic
def reply(
    *, notice: SupervisionNotice | int, text: str, by: User, upload: Upload | None = None
) -> NoticeReply:
    """Answer a notice for its recipient, with a file if there is one; the supervisors are told."""
    row = _locked(notice)
    _allow(may_reply(by, row))
    if row.state != State.SENT:
        raise Refused.because(_state_words(row), "state")
    if row.reply_due is None:
        raise Refused.because(_("这份文书不要求回复。"), "text")
    refuse(reason_problems(text, "text", _("请写明办理情况。"), TEXT_MOST))
    file = None
    if upload is not None:
        try:
            file = store(upload, by=by, department=row.recipient)
        except FileRefused as refused:
            raise Refused.because(str(refused), "file") from None
    due = due_of_reply(row, _returned(row), working_days(timezone.localdate()))
    answer = NoticeReply.objects.create(
        notice=row,
        text=text.strip(),
        file=file,
        replied_at=timezone.now(),
        replied_by=by,
        is_demo=row.is_demo or by.is_demo,
    )
    row.state = State.REPLIED
    row.save(update_fields=["state"])
    late = due is not None and timezone.localdate(answer.replied_at) > due
    _note("reply", row, by, after={"reply": answer.pk, "due": str(due), "late": late})
    _tell_supervisors(row, answer)
    return answer


@transaction.atomic
def accept(*, notice: SupervisionNotice | int, by: User) -> SupervisionNotice:
    """Accept the answer: the notice is settled (办结)."""
    row, answer = _answered(notice, by)
    row.state, row.settled_at, row.settled_by = State.SETTLED, timezone.now(), by
    row.save(update_fields=["state", "settled_at", "settled_by"])
    _note("accept", row, by, after={"reply": answer.pk})
    _tell_recipient(
        row, _("回复已通过，%(kind)s已办结：%(title)s") % _named(row), f"supervision-settled:{row.pk}", by
    )
    return row


@transaction.atomic
def return_reply(*, notice: SupervisionNotice | int, reason: str, by: User) -> NoticeReply:
    """Return the answer with a reason: the recipient answers anew, by a new deadline."""
    row, answer = _answered(notice, by)
    refuse(reason_problems(reason, "reason", _("请写明退回的理由。"), REASON_MOST))
    answer.returned_at, answer.returned_by = timezone.now(), by
    answer.return_reason = reason.strip()
    answer.save(update_fields=["returned_at", "returned_by", "return_reason"])
    row.state = State.SENT
    row.save(update_fields=["state"])
    _note("return", row, by, answer.return_reason, after={"reply": answer.pk})
    title = _("回复被退回，请重新回复：%(title)s") % _named(row)
    _tell_recipient(row, title, f"supervision-returned:{answer.pk}", by, answer.return_reason)
    return answer


def _returned(row: SupervisionNotice) -> datetime | None:
    last: datetime | None = row.replies.aggregate(last=Max("returned_at"))["last"]
    return last


def _answered(notice: SupervisionNotice | int, by: User) -> tuple[SupervisionNotice, NoticeReply]:
    """A notice with the answer that waits for the supervisor, both locked."""
    row = _locked(notice)
    _allow(may_supervise(by, row))
    if row.state != State.REPLIED:
        raise Refused.because(_state_words(row), "state")
    answer = row.replies.select_for_update().filter(returned_at=None).latest("replied_at")
    if answer.replied_by_id == by.pk:
        raise NotAllowed.because(_("这份回复是你提交的，须由另一位督查员审核。"))
    return row, answer


def _locked(notice: SupervisionNotice | int) -> SupervisionNotice:
    pk = notice if isinstance(notice, int) else notice.pk
    rows = SupervisionNotice.objects.select_for_update(of=("self",)).select_related(
        "part__assignment__document__plan", "recipient", "authority__region", "region"
    )
    return rows.prefetch_related("part__assignment__sources__clause").get(pk=pk)


def _allow(decision: Decision) -> None:
    if not decision:
        raise NotAllowed.because(decision.reason)


def _state_words(row: SupervisionNotice) -> str:
    text = _("这份文书现在是“%(state)s”，请刷新页面后再办理。")
    return text % {"state": row.get_state_display()}


def _named(row: SupervisionNotice) -> dict[str, str]:
    return {"kind": row.get_kind_display(), "title": str(row.said["title"])}


def _note(
    verb: str, row: SupervisionNotice, by: User, detail: str = "", after: dict[str, object] | None = None
) -> None:
    audit.record(
        by=by,
        action=f"supervision.{verb}",
        object_type="supervision_notice",
        object_key=str(row.pk),
        after={"state": row.state, "number": number_of(row), "cause": row.cause_key, **(after or {})},
        detail=detail,
    )


@kept
def _tell_recipient(row: SupervisionNotice, title: str, reason_key: str, by: User, text: str = "") -> None:
    tell(
        people_of([row.recipient_id], WORK_ON_PART)[row.recipient_id],
        reason_key=reason_key,
        title=title,
        text=text,
        link=reverse("supervision-notice", args=[row.pk]),
        department=row.recipient,
        by=by,
    )


@kept
def _tell_supervisors(row: SupervisionNotice, answer: NoticeReply) -> None:
    tell(
        supervisors_of(row.authority.region),
        reason_key=f"supervision-reply:{answer.pk}",
        title=_("%(unit)s已回复%(number)s") % {"unit": row.recipient.short_name, "number": number_of(row)},
        link=reverse("supervision-notice", args=[row.pk]),
        department=row.recipient,
        by=answer.replied_by,
    )
