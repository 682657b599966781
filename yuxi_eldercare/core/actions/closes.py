"""封存: writing a closed month, all of it or nothing. What is frozen, the apps hand in; reopening does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yuxi_eldercare.core import audit
from yuxi_eldercare.core.closing import RecordState, month_name, seal
from yuxi_eldercare.core.models import FrozenRecord, FrozenRow, PeriodClose, Region, User
from yuxi_eldercare.core.queries.closes import close_of, end_of_month, last_close, next_month_end
from yuxi_eldercare.core.roles import CLOSE_MONTH

from .refused import ActionRefused, require

_BATCH = 500


class AlreadyClosed(ActionRefused):
    """The month is closed; `close` says by whom and when."""

    def __init__(self, close: PeriodClose) -> None:
        self.close = close
        text = _("%(month)s已于 %(when)s 封存，不能重复封存，也不能重新打开。") % {
            "month": month_name(close),
            "when": timezone.localtime(close.closed_at).strftime("%Y-%m-%d %H:%M"),
        }
        super().__init__({"month_end": text})


def check_may_close(by: User) -> None:
    """Raise `PermissionDenied` with the reason unless `by` closes months: the lead department of the city."""
    city = (
        Region.objects.filter(level=Region.Level.CITY, withdrawn=False).order_by("position", "code").first()
    )
    require(by, CLOSE_MONTH, region=city)


def check_turn(month_end: date, today: date) -> None:
    """Raise `ActionRefused` unless this month is over and is the next to be closed, or the first ever."""
    if month_end != end_of_month(month_end):
        raise ActionRefused.because(_("请填写月份的最后一天，例如 2026-10-31。"), "month_end")
    closed = close_of(month_end)
    if closed is not None:
        raise AlreadyClosed(closed)
    if month_end >= today:
        text = _("%(month)s尚未结束，次月1日起可以封存。")
        raise ActionRefused.because(text % {"month": _name(month_end)}, "month_end")
    last = last_close()
    if last is None:
        return
    if month_end < last.month_end:
        text = _("%(last)s已经封存，不能再封存更早的月份。")
        raise ActionRefused.because(text % {"last": _name(last.month_end)}, "month_end")
    if month_end != next_month_end(last.month_end):
        text = _("请按月份顺序封存：下一个是%(next)s。")
        raise ActionRefused.because(text % {"next": _name(next_month_end(last.month_end))}, "month_end")


@dataclass(frozen=True, kw_only=True)
class Month:
    """What is said about a month as it is closed; its rows are handed in beside it."""

    month_end: date
    known_at: datetime
    rule_version: str
    checklist: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
    is_demo: bool = False


def write_close(
    *,
    month: Month,
    judged: Sequence[FrozenRow],
    records: Sequence[RecordState],
    by: User | None,
    process: str = "",
) -> PeriodClose:
    """Write a close with its rows and its audit event. Call it in the transaction that read the rows."""
    frozen = [
        FrozenRecord(**{name: getattr(row, name) for name in RecordState.__dataclass_fields__})
        for row in sorted(records, key=lambda row: (row.kind, row.key))
    ]
    close = PeriodClose(
        month_end=month.month_end,
        as_of=month.month_end,
        known_at=month.known_at,
        closed_at=month.known_at,
        closed_by=by,
        rule_version=month.rule_version,
        checklist=month.checklist,
        acknowledged=month.acknowledged,
        counts=month.counts,
        assessments=len(judged),
        records=len(frozen),
        algorithm=settings.AUDIT_HASH,
        is_demo=month.is_demo,
    )
    tables: list[Sequence[FrozenRow]] = [judged, frozen]
    seal(close, tables)
    with transaction.atomic():
        close.audit = audit.record(
            by=by,
            process=process,
            action="months.close",
            object_type="period_close",
            object_key=month.month_end.isoformat(),
            after=_facts(close),
            detail=month.acknowledged,
        )
        close.save(force_insert=True)
        for rows in tables:
            for row in rows:
                row.close = close
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=_BATCH)
    return close


def _facts(close: PeriodClose) -> dict[str, Any]:
    return {
        "known_at": close.known_at.isoformat(),
        "rule_version": close.rule_version,
        "counts": close.counts,
        "assessments": close.assessments,
        "records": close.records,
        "algorithm": close.algorithm,
        "digest": close.digest,
        "is_demo": close.is_demo,
    }


def _name(month_end: date) -> str:
    return month_name(PeriodClose(month_end=month_end))
