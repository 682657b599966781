"""Whether a unit may still write in a round: not yet open, open, late, locked, closed, or excepted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, get_args

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import ReportingRound, RoundException

Status = Literal["not_open", "open", "late", "locked", "closed", "excepted"]
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class Window:
    """The state of one unit in one round, until when it lasts, and the sentence that says so."""

    status: Status
    until: datetime | None
    sentence: str

    @property
    def may_write(self) -> bool:
        """Whether values may be entered, changed and submitted."""
        return self.status in {"open", "late", "excepted"}


def round_status(
    round: ReportingRound, departments: Collection[int], now: datetime | None = None
) -> dict[int, Window]:
    """The window of each unit (department id). One statement when the grace time is over, else none."""
    moment = now or timezone.now()
    window = unexcepted(round, moment)
    if window.status in {"not_open", "open", "late"}:
        return dict.fromkeys(departments, window)
    granted = exceptions_at(moment).filter(round=round, department__in=departments)
    rows = granted.values_list("department_id", "expires_at")
    until = {department: moment for department, moment in rows if moment is not None}
    return {
        department: _excepted(until[department]) if department in until else window
        for department in departments
    }


def exceptions_at(now: datetime) -> QuerySet[RoundException]:
    """Granted exceptions that have not expired, the longest last."""
    return RoundException.objects.filter(granted=True, expires_at__gt=now).order_by("expires_at")


def window_until(round: ReportingRound, until: datetime | None, now: datetime) -> Window:
    """The window of a unit whose latest exception (none: no exception) is known already. No statement."""
    window = unexcepted(round, now)
    return window if until is None or window.may_write else _excepted(until)


def unexcepted(round: ReportingRound, now: datetime) -> Window:
    """The window of units that were granted no exception. No statement."""
    today = timezone.localdate(now)
    if round.closed_at is None and today <= round.grace_until:
        return _dated(round, today)
    return _shut(round)


def window_of(round: ReportingRound, department: int, now: datetime | None = None) -> Window:
    """The window of one unit."""
    return round_status(round, [department], now)[department]


def end_of(day: date) -> datetime:
    """The last moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.max))


def _dated(round: ReportingRound, today: date) -> Window:
    if today < round.opens_on:
        text = _("本轮次%(date)s开放填报。") % {"date": round.opens_on}
        return Window("not_open", end_of(round.opens_on), text)
    if today <= round.due_on:
        return Window("open", end_of(round.due_on), _("请于%(date)s前提交。") % {"date": round.due_on})
    text = _("已过截止日期%(due)s，%(grace)s前提交计为迟报，之后锁定。")
    return Window("late", end_of(round.grace_until), text % {"due": round.due_on, "grace": round.grace_until})


def _excepted(until: datetime) -> Window:
    shown = timezone.localtime(until).strftime("%Y-%m-%d %H:%M")
    return Window("excepted", until, _("已获逾期例外，可填报至%(until)s。") % {"until": shown})


def _shut(round: ReportingRound) -> Window:
    if round.closed_at is not None:
        return Window("closed", None, _("本轮次已关闭，如需填报或更正，请申请逾期例外。"))
    text = _("%(date)s后本单位已锁定，如需填报或更正，请申请逾期例外。")
    return Window("locked", None, text % {"date": round.grace_until})
