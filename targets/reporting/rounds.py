"""Opening and closing reporting rounds, by the calendar or by hand."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Entry, Observation, ReportingLine, ReportingRound, RoundCalendar
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Region, User
from yuxi_eldercare.core.roles import MANAGE_ROUNDS, can
from yuxi_eldercare.core.workdays import calendar_around

from .periods import MONTHS, Kind, ends_period, latest_ended, round_name, shifted
from .red import unanswered
from .wording import kept

SCHEDULER = "scheduler"
# A scheduler that stood still does not open more than this many missed rounds of a kind.
CATCH_UP = 3
_PERIODS_MOST = 60


@dataclass(frozen=True)
class Dates:
    """When a round opens, is due, and locks."""

    opens_on: date
    due_on: date
    grace_until: date


def dates_of(kind: str, period_end: date) -> Dates:
    """The dates the calendar gives a round: working days from the end of its period. Two statements."""
    row = RoundCalendar.objects.filter(kind=kind).first() or RoundCalendar(kind=kind)
    days = calendar_around(period_end)
    opens = period_end + timedelta(days=row.opens_after_days)
    due = max(opens, days.after(period_end, row.due_after_workdays))
    return Dates(opens, due, days.after(due, row.grace_workdays) if row.grace_workdays else due)


@transaction.atomic
def open_round(
    *,
    kind: str,
    period_end: date,
    periods: Sequence[date] | None = None,
    name: str = "",
    by: User | None = None,
    dates: Dates | None = None,
    indicators: Collection[int] | None = None,
    departments: Collection[int] | None = None,
    is_demo: bool = False,
) -> ReportingRound:
    """Open a round and write the cells each unit owes: its lines of this frequency × the periods asked.

    `periods` defaults to the one that ends on `period_end`; cells that hold a value, or are being reported in
    another open round, are left out. Without `by` the scheduler acts; what a demonstration account opens is
    demonstration. Raises `Refused`, `NotAllowed`.
    """
    is_demo = is_demo or (by is not None and by.is_demo)
    name = name.strip() or (kept(round_name)(kind, period_end) if kind in MONTHS else "")
    asked = sorted(set(periods or [period_end]))
    problems = [*_problems(kind, period_end, asked, name, dates)]
    if problems:
        raise Refused(problems)
    lines = _lines(kind, period_end, indicators, departments)
    _check_permission(lines, by)
    when = dates or dates_of(kind, period_end)
    row, created = ReportingRound.objects.get_or_create(
        name=name,
        kind=kind,
        period_end=period_end,
        defaults={"created_by": by, "is_demo": is_demo, **asdict(when)},
    )
    if not created:  # somebody opened it in this moment
        raise Refused.because(_("“%(name)s”已经存在，请换一个名称。") % {"name": name}, "name")
    cells = _cells(row, lines, asked)
    if not cells:
        raise Refused.because(_("没有需要填报的数据：各单位的填报责任中没有这类指标，或该期均已填报。"))
    Entry.objects.bulk_create(cells, batch_size=1000)
    audit.record(
        by=by,
        process=SCHEDULER if by is None else "",
        action="rounds.open",
        object_type="reporting_round",
        object_key=str(row.pk),
        after={
            "name": name,
            "kind": kind,
            "periods": [day.isoformat() for day in asked],
            **{key: day.isoformat() for key, day in asdict(when).items()},
            "entries": len(cells),
        },
    )
    return row


def _problems(
    kind: str, period_end: date, asked: Sequence[date], name: str, dates: Dates | None
) -> Iterator[Problem]:
    if kind not in MONTHS:
        yield Problem(None, "kind", _("期别应为年、半年、季或月。"))
        return
    for day in {period_end, *asked}:
        if not ends_period(kind, day) or day > period_end:
            text = _("%(day)s不是本轮次期别内的期末，请填该期的最后一天。")
            yield Problem(None, "period_end", text % {"day": day})
    if len(asked) > _PERIODS_MOST:
        text = _("一个轮次最多%(most)s期，请分成几个轮次。")
        yield Problem(None, "periods", text % {"most": _PERIODS_MOST})
    if len(name) > 60:
        yield Problem(None, "name", _("轮次名称最多60字。"))
    if ReportingRound.objects.filter(kind=kind, period_end=period_end, name=name).exists():
        yield Problem(None, "name", _("“%(name)s”已经存在，请换一个名称。") % {"name": name})
    if dates is not None and not dates.opens_on <= dates.due_on <= dates.grace_until:
        yield Problem(None, "due_on", _("开放、截止、宽限日期应依次不早于前一个。"))


def _lines(
    kind: str, period_end: date, indicators: Collection[int] | None, departments: Collection[int] | None
) -> list[ReportingLine]:
    rows = ReportingLine.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=period_end),
        frequency=kind,
        valid_from__lte=period_end,
        indicator__withdrawn_at=None,
        indicator__qualitative=False,
        region__withdrawn=False,
    )
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    return list(rows.select_related("region").order_by("valid_to", "pk"))


def _check_permission(lines: Sequence[ReportingLine], by: User | None) -> None:
    if by is None:
        return
    if not lines:
        decision = can(by, MANAGE_ROUNDS)
        if not decision:
            raise NotAllowed.because(decision.reason)
    for region in {line.region_id: line.region for line in lines}.values():
        decision = can(by, MANAGE_ROUNDS, region=region)
        if not decision:
            raise NotAllowed.because(decision.reason)


def _cells(row: ReportingRound, lines: Sequence[ReportingLine], asked: Sequence[date]) -> list[Entry]:
    taken = _taken(lines, asked, row.is_demo)
    cells: dict[tuple[int, str, date], Entry] = {}
    for line in lines:
        for day in asked:
            key = (line.indicator_id, line.region_id, day)
            if key in taken:
                continue
            cells[key] = Entry(
                round=row,
                indicator_id=line.indicator_id,
                region_id=line.region_id,
                department_id=line.department_id,
                confirmer_id=line.confirmer_id,
                period_end=day,
            )
    return list(cells.values())


def _taken(
    lines: Sequence[ReportingLine], asked: Sequence[date], is_demo: bool
) -> set[tuple[int, str, date]]:
    """Places that hold a value (a demonstration one is replaced by a real one) or are being reported."""
    places: dict[str, Any] = {
        "indicator__in": {line.indicator_id for line in lines},
        "region__in": {line.region_id for line in lines},
        "period_end__in": asked,
    }
    values = Observation.objects.filter(superseded_at=None, **places)
    if not is_demo:
        values = values.filter(is_demo=False)
    entries = Entry.objects.filter(round__closed_at=None, **places)
    columns = ("indicator_id", "region_id", "period_end")
    return {*values.values_list(*columns), *entries.values_list(*columns)}


@transaction.atomic
def close_round(*, round: ReportingRound | int, by: User) -> ReportingRound:
    """Close a round for good: what is missing stays missing, an exception is the only way to add to it.

    Refused while values wait for review or confirmation, or a red light is without causes and measures.
    """
    pk = round if isinstance(round, int) else round.pk
    row = ReportingRound.objects.select_for_update().get(pk=pk)
    problems = [*_closing_problems(row, by)]
    if problems:
        raise (NotAllowed if problems[0].field == "by" else Refused)(problems)
    row.closed_at, row.closed_by = timezone.now(), by
    row.save(update_fields=["closed_at", "closed_by"])
    states = Entry.objects.filter(round=row).order_by().values_list("state").annotate(Count("pk"))
    audit.record(
        by=by,
        action="rounds.close",
        object_type="reporting_round",
        object_key=str(row.pk),
        after={"name": row.name, "entries": dict(states)},
    )
    return row


def _closing_problems(row: ReportingRound, by: User) -> Iterator[Problem]:
    for region in Region.objects.filter(entries__round=row).distinct():
        decision = can(by, MANAGE_ROUNDS, region=region)
        if not decision:
            yield Problem(None, "by", decision.reason)
            return
    if row.closed_at is not None:
        yield Problem(None, "round", _("本轮次已经关闭。"))
    if timezone.localdate() <= row.due_on:
        yield Problem(None, "round", _("还没到截止日期%(date)s，不能关闭。") % {"date": row.due_on})
    waiting = Entry.objects.filter(round=row, state__in=[Entry.State.SUBMITTED, Entry.State.REVIEWED])
    if count := waiting.count():
        text = _("还有%(count)s项数据待审核或待确认，请先处理或退回。")
        yield Problem(None, "entries", text % {"count": count})
    if count := unanswered(row):
        text = _("还有%(count)s个红灯没有填写原因、措施、责任人和时限，请先催办填写。")
        yield Problem(None, "red_responses", text % {"count": count})


def open_due_rounds(today: date | None = None) -> list[ReportingRound]:
    """Open the rounds the calendar asks for and nobody opened yet: each round has its own transaction.

    A kind that never ran begins with the latest period that is over; missed rounds are caught up.
    """
    day = today or timezone.localdate()
    opened = []
    for calendar in RoundCalendar.objects.filter(enabled=True).order_by("kind"):
        for end in _missing(calendar, day):
            try:
                opened.append(open_round(kind=calendar.kind, period_end=end))
            except Refused:
                # Nobody owes anything of this kind, or somebody opened it in this moment.
                continue
    return opened


def _missing(calendar: RoundCalendar, today: date) -> list[date]:
    latest = latest_ended(calendar.kind, today - timedelta(days=max(calendar.opens_after_days, 1) - 1))
    rounds = ReportingRound.objects.filter(kind=calendar.kind)
    present = set(rounds.values_list("period_end", flat=True))
    if not present:
        return [latest]
    candidates = [shifted(calendar.kind, latest, -back) for back in range(CATCH_UP - 1, -1, -1)]
    return [end for end in candidates if end not in present and end > min(present)]


@transaction.atomic
def set_calendar(
    *,
    kind: str,
    by: User,
    opens_after_days: int,
    due_after_workdays: int,
    grace_workdays: int,
    remind_before_days: Sequence[int],
    remind_after_days: Sequence[int],
    enabled: bool,
) -> RoundCalendar:
    """Change when rounds of a kind open, fall due and lock; rounds that exist keep their dates."""
    decision = can(by, MANAGE_ROUNDS)
    if not decision:
        raise NotAllowed.because(decision.reason)
    wanted = {
        "opens_after_days": opens_after_days,
        "due_after_workdays": due_after_workdays,
        "grace_workdays": grace_workdays,
        "remind_before_days": sorted(set(remind_before_days), reverse=True),
        "remind_after_days": sorted(set(remind_after_days)),
        "enabled": enabled,
    }
    numbers = [opens_after_days, due_after_workdays, grace_workdays, *remind_before_days, *remind_after_days]
    if kind not in MONTHS or any(not 0 <= number <= 90 for number in numbers):
        raise Refused.because(_("天数应为0到90的整数。"), "due_after_workdays")
    row, _created = RoundCalendar.objects.select_for_update().get_or_create(kind=Kind(kind))
    before = {name: getattr(row, name) for name in wanted}
    for field, value in wanted.items():
        setattr(row, field, value)
    row.save()
    audit.record(
        by=by,
        action="round_calendars.set",
        object_type="round_calendar",
        object_key=kind,
        before=before,
        after=wanted,
    )
    return row
