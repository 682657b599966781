"""催办: telling units what they owe, by hand with one click or by the scheduler around the deadline."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Refused
from targets.models import Entry, ReportingLine, ReportingRound, RoundCalendar, RoundException
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import CONFIRM, MANAGE_ROUNDS, can

from .people import people_of
from .window import end_of, round_status
from .wording import kept

SCHEDULER = "scheduler"


@transaction.atomic
def remind(*, round: ReportingRound, departments: Collection[int], by: User) -> int:
    """Remind units of what they still owe; returns how many people were told something new.

    Once a day per unit and round, however often it is clicked. Units that owe nothing are left alone.
    """
    units = list(Department.objects.filter(pk__in=departments).select_related("region"))
    for unit in units:
        decision = can(by, MANAGE_ROUNDS, region=unit.region)
        if not decision:
            raise NotAllowed.because(decision.reason)
    if round.closed_at is not None:
        raise Refused.because(_("本轮次已关闭，不再催办。"), "round")
    day = timezone.localdate()
    told = _tell(round, units, f"remind:{round.pk}:{{department}}:{day}", by=by)
    audit.record(
        by=by,
        action="rounds.remind",
        object_type="reporting_round",
        object_key=str(round.pk),
        after={"departments": sorted(unit.key for unit in units), "people": told},
    )
    return told


@kept
def _tell(round: ReportingRound, units: Collection[Department], key: str, *, by: User | None) -> int:
    owed = _owed(round, units)
    people = people_of(set(owed))
    holders = _holders(round, set(owed))
    told = 0
    for unit in units:
        if unit.pk not in owed:
            continue
        recipients = {user.pk: user for user in (*people[unit.pk], *holders.get(unit.pk, ()))}
        told += len(
            tell(
                recipients.values(),
                reason_key=key.format(department=unit.pk),
                title=_("%(round)s：还有%(count)s项待填报")
                % {"round": round.name, "count": len(owed[unit.pk])},
                text=_words(round, unit, owed[unit.pk]),
                link=_link(),
                department=unit,
                by=by,
            )
        )
    return told


def _words(round: ReportingRound, unit: Department, names: list[str]) -> str:
    window = round_status(round, [unit.pk])[unit.pk]
    shown = "、".join(names[:10]) + (_("等") if len(names) > 10 else "")
    text = _("%(unit)s尚未提交：%(names)s。%(window)s")
    return text % {"unit": unit.short_name, "names": shown, "window": window.sentence}


def _owed(round: ReportingRound, units: Collection[Department]) -> dict[int, list[str]]:
    rows = Entry.objects.filter(
        round=round, department__in=units, state__in=Entry.OPEN_STATES, indicator__withdrawn_at=None
    )
    found: dict[int, list[str]] = {}
    for department, name in rows.order_by("indicator__position").values_list(
        "department_id", "indicator__name"
    ):
        names = found.setdefault(department, [])
        if name not in names:
            names.append(name)
    return found


def _holders(round: ReportingRound, departments: set[int]) -> dict[int, list[User]]:
    """The people in charge of lines of these units."""
    lines = ReportingLine.objects.filter(
        department__in=departments, frequency=round.kind, valid_to=None, holder__is_active=True
    ).select_related("holder")
    found: dict[int, list[User]] = {}
    for line in lines:
        if line.holder is not None:
            found.setdefault(line.department_id, []).append(line.holder)
    return found


def _link() -> str:
    try:
        return reverse("desk")
    except NoReverseMatch:
        return ""


def remind_automatically(today: date | None = None) -> int:
    """Send the reminders the calendars ask for today; a day that was missed is caught up once."""
    day = today or timezone.localdate()
    calendars = {row.kind: row for row in RoundCalendar.objects.all()}
    told = 0
    for round in ReportingRound.objects.filter(closed_at=None, opens_on__lte=day, grace_until__gte=day):
        reason = _occasion(round, calendars.get(round.kind), day)
        if reason:
            units = Department.objects.filter(entries__round=round).distinct()
            with transaction.atomic():
                told += _tell(round, list(units), f"auto:{round.pk}:{{department}}:{reason}", by=None)
    return told


def _occasion(round: ReportingRound, calendar: RoundCalendar | None, day: date) -> str:
    """`open`, `before-3`, `after-1` …: the reminder that is due, or nothing."""
    left = (round.due_on - day).days
    before = [n for n in (calendar.remind_before_days if calendar else []) if left <= n]
    after = [n for n in (calendar.remind_after_days if calendar else []) if -left >= n]
    if left < 0:
        return f"after-{max(after)}" if after else ""
    return f"before-{min(before)}" if before else "open"


def lock_units(today: date | None = None) -> int:
    """Tell units that were locked, and their leads, once; tell who asked for an exception that ends today."""
    day = today or timezone.localdate()
    told = 0
    for round in ReportingRound.objects.filter(closed_at=None, grace_until__lt=day):
        units = Department.objects.filter(
            entries__round=round, entries__state__in=Entry.OPEN_STATES
        ).distinct()
        with transaction.atomic():
            told += _tell(round, list(units), f"locked:{round.pk}:{{department}}", by=None)
            told += _tell_leads(round, units.count())
    return told + _tell_expiring(day)


@kept
def _tell_leads(round: ReportingRound, count: int) -> int:
    if not count:
        return 0
    leads = Department.objects.filter(entries_to_confirm__round=round).distinct()
    told = 0
    for unit, people in people_of(set(leads.values_list("pk", flat=True)), CONFIRM).items():
        told += len(
            tell(
                people,
                reason_key=f"locked-lead:{round.pk}:{unit}",
                title=_("%(round)s已锁定，%(count)s个单位未报齐") % {"round": round.name, "count": count},
                link=_link(),
            )
        )
    return told


@kept
def _tell_expiring(day: date) -> int:
    ending = RoundException.objects.filter(
        granted=True, expires_at__gt=timezone.now(), expires_at__lte=end_of(day)
    ).select_related("round", "department", "requested_by")
    told = 0
    for exception in ending:
        with transaction.atomic():
            told += len(
                tell(
                    [exception.requested_by],
                    reason_key=f"exception-ends:{exception.pk}",
                    title=_("%(round)s：逾期例外今天到期") % {"round": exception.round.name},
                    link=_link(),
                    department=exception.department,
                )
            )
    return told
