"""逾期例外: a unit asks to report after the grace time; a named person grants it for a time, or refuses."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, ReportingRound, RoundException
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import ENTER, GRANT_EXCEPTION, REVIEW, can

from .people import people_of
from .scope import reach
from .window import window_of
from .wording import kept

DAYS_MOST = 31


@transaction.atomic
def request_exception(
    *, round: ReportingRound, department: Department, reason: str, by: User
) -> RoundException:
    """Ask that a locked or closed unit may still report. Raises `Refused` while it may write anyway."""
    if not (can(by, ENTER, department=department) or can(by, REVIEW, department=department)):
        text = _("只有%(department)s的填报员或审核员可以申请。")
        raise NotAllowed.because(text % {"department": department.short_name})
    problems = []
    if not reason.strip():
        problems.append(Problem(None, "reason", _("请写明为什么未能按时填报。")))
    window = window_of(round, department.pk)
    if window.may_write:
        problems.append(Problem(None, "round", _("本单位现在可以填报，无需申请。") + window.sentence))
    elif window.status == "not_open":
        problems.append(Problem(None, "round", window.sentence))
    elif not Entry.objects.filter(round=round, department=department).exists():
        problems.append(Problem(None, "department", _("本单位在本轮次没有填报任务。")))
    elif RoundException.objects.filter(round=round, department=department, granted=None).exists():
        problems.append(Problem(None, "round", _("已有一份申请等待批准。")))
    if problems:
        raise Refused(problems)
    row = RoundException.objects.create(
        round=round, department=department, reason=reason.strip(), requested_by=by
    )
    _note("request", row, by, {"reason": row.reason})
    return row


@transaction.atomic
def grant(*, exception: RoundException | int, until: datetime, by: User, text: str = "") -> RoundException:
    """Let the unit report until a moment (at most a month from now); who asked does not grant."""
    row = _undecided(exception, by)
    now = timezone.now()
    if until <= now:
        raise Refused.because(_("到期时间应晚于现在。"), "expires_at")
    if (until - now).days > DAYS_MOST:
        raise Refused.because(_("例外最长%(days)s天，请缩短。") % {"days": DAYS_MOST}, "expires_at")
    return _decide(row, granted=True, until=until, text=text, by=by)


@transaction.atomic
def refuse(*, exception: RoundException | int, text: str, by: User) -> RoundException:
    """Refuse the exception, with a reason the unit reads."""
    row = _undecided(exception, by)
    if not text.strip():
        raise Refused.because(_("请写明不同意的理由。"), "decision_text")
    return _decide(row, granted=False, until=None, text=text, by=by)


def _undecided(exception: RoundException | int, by: User) -> RoundException:
    pk = exception if isinstance(exception, int) else exception.pk
    rows = RoundException.objects.select_for_update(of=("self",))
    row = rows.select_related("round", "department__region", "requested_by").get(pk=pk)
    if not may_decide(by, row):
        raise NotAllowed.because(_("只有负责确认该单位数据的牵头单位可以批准例外。"))
    if row.requested_by_id == by.pk:
        raise NotAllowed.because(_("不能批准自己提出的申请。"))
    if row.granted is not None:
        raise Refused.because(_("这份申请已经处理过。"), "granted")
    return row


def may_decide(user: User, row: RoundException) -> bool:
    """Whether the user leads a department that confirms values of this unit in this round."""
    if not can(user, GRANT_EXCEPTION, region=row.department.region):
        return False
    return to_decide(user).filter(pk=row.pk).exists()


def to_decide(user: User) -> QuerySet[RoundException]:
    """Requests about units whose values the user's lead department confirms, decided ones as well."""
    confirmed = Entry.objects.filter(
        reach(user, GRANT_EXCEPTION).over("confirmer"),
        round=OuterRef("round"),
        department=OuterRef("department"),
    )
    return RoundException.objects.filter(Exists(confirmed)).select_related(
        "round", "department", "requested_by", "decided_by"
    )


def open_requests(user: User) -> QuerySet[RoundException]:
    """Requests that wait for the user's decision."""
    return to_decide(user).filter(granted=None).exclude(requested_by=user)


def own_requests(user: User) -> QuerySet[RoundException]:
    """Requests of the user's own units."""
    own = reach(user, ENTER).departments | reach(user, REVIEW).departments
    return RoundException.objects.filter(department__in=own).select_related(
        "round", "department", "requested_by", "decided_by"
    )


def _decide(
    row: RoundException, *, granted: bool, until: datetime | None, text: str, by: User
) -> RoundException:
    row.granted, row.expires_at, row.decision_text = granted, until, text.strip()
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["granted", "expires_at", "decision_text", "decided_by", "decided_at"])
    facts = {"expires_at": until.isoformat() if until else None, "text": row.decision_text}
    _note("grant" if granted else "refuse", row, by, facts)
    _tell(row, by)
    return row


@kept
def _tell(row: RoundException, by: User) -> None:
    """Tell the unit's reporters and the person who asked."""
    words = _("逾期例外已同意：%(round)s") if row.granted else _("逾期例外未获同意：%(round)s")
    people = {user.pk: user for user in people_of([row.department_id])[row.department_id]}
    tell(
        [*people.values(), *([row.requested_by] if row.requested_by_id not in people else [])],
        reason_key=f"exception:{row.pk}",
        title=words % {"round": row.round.name},
        text=row.decision_text,
        department=row.department,
        by=by,
    )


def _note(verb: str, row: RoundException, by: User, facts: dict[str, str | None]) -> None:
    audit.record(
        by=by,
        action=f"exceptions.{verb}",
        object_type="round_exception",
        object_key=str(row.pk),
        after={"round": row.round_id, "department": row.department.key, **facts},
        detail=f"{row.round.name} {row.department.short_name}",
    )
