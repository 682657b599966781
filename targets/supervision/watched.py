"""What is watched on a day: everything parts owe and have not done, with the day it is (or was) due."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone

from targets.models import AssignmentPart, LadderStep, NoticeReply, SupervisionNotice
from targets.queries.following_facts import RememberedDays, facts_of
from targets.reporting.periods import period_name
from targets.reporting.wording import kept
from targets.standing import OPEN, Days, Facts
from targets.standing.lights import SIGN_WORKDAYS, missing_reports
from targets.supervision_rules import numbered, reply_deadline

Cause = LadderStep.Cause
SENT = SupervisionNotice.State.SENT


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One thing that is owed. `held`: it waits for the supervisor, so nothing is sent; `facts` go into the words."""

    cause: str
    key: str
    due: date
    part: AssignmentPart
    held: bool = False
    facts: dict[str, str] = field(default_factory=dict)


@kept
def watched(day: date, days: RememberedDays) -> list[Watched]:
    """Everything owed on a day by parts that were issued. A handful of statements, whatever the number of parts."""
    parts = {
        part.pk: part
        for part in AssignmentPart.objects.filter(Q(state__in=OPEN) | Q(state_since__gt=day))
        .filter(Q(issued_on__lte=day) | Q(issued_at__date__lte=day))
        .select_related("department", "assignment__document__plan")
        .order_by("region__position", "department__position", "pk")
    }
    facts = facts_of(list(parts.values()), day)
    found = [one for pk, known in facts.items() for one in _of_part(parts[pk], known, day, days)]
    return [*found, *_replies(parts, day, days)]


def _of_part(part: AssignmentPart, known: Facts, day: date, days: RememberedDays) -> Iterator[Watched]:
    if known.state not in OPEN:
        return
    if known.state == "issued":
        yield Watched(
            cause=Cause.UNSIGNED,
            key=f"{Cause.UNSIGNED}:{part.pk}:{known.issued_on}",
            due=days.after(known.issued_on, SIGN_WORKDAYS),
            part=part,
        )
    else:  # nobody reports on what was not signed for
        yield from _missing(part, known, day, days)
    if known.due is not None:
        yield Watched(
            cause=Cause.OVERDUE,
            key=f"{Cause.OVERDUE}:{part.pk}:{known.due}",
            due=known.due,
            part=part,
            held=known.state == "submitted",
        )


def _missing(part: AssignmentPart, known: Facts, day: date, days: RememberedDays) -> Iterator[Watched]:
    for one in missing_reports(known, day, days):
        yield Watched(
            cause=Cause.REPORT,
            key=f"{Cause.REPORT}:{part.pk}:{one.period_end}",
            due=one.due_on,
            part=part,
            facts={"period": period_name(_frequency(known, one.period_end), one.period_end)},
        )


def _frequency(known: Facts, period_end: date) -> str:
    """How often was reported when a period ended."""
    return [word for first, word in known.frequencies if first <= period_end][-1]


def _replies(parts: dict[int, AssignmentPart], day: date, days: RememberedDays) -> Iterator[Watched]:
    """Answers that sent notices still wait for; a notice about a missing answer asks for none of its own."""
    for notice, returned_at in awaiting_reply():
        part = parts.get(notice.part_id, notice.part)
        if notice.issued_on is None or notice.issued_on > day:
            continue
        due = due_of_reply(notice, returned_at, days)
        if due is not None:
            yield Watched(
                cause=Cause.REPLY,
                key=f"{Cause.REPLY}:{notice.pk}:{due}",
                due=due,
                part=part,
                facts={"answers": numbered(notice.word, notice.year or 0, notice.number or 0)},
            )


def awaiting_reply() -> Iterator[tuple[SupervisionNotice, datetime | None]]:
    """Sent notices that ask for an answer and have none in force, each with the moment of the last return."""
    rows = (
        SupervisionNotice.objects.filter(state=SENT, reply_due__isnull=False)
        .exclude(cause=Cause.REPLY)
        .select_related("part__department", "part__assignment__document__plan")
        .order_by("pk")
    )
    returned = dict(
        NoticeReply.objects.filter(notice__in=rows.values("pk"), returned_at__isnull=False)
        .order_by()
        .values_list("notice")
        .annotate(last=Max("returned_at"))
    )
    return ((notice, returned.get(notice.pk)) for notice in rows)


def due_of_reply(notice: SupervisionNotice, returned_at: datetime | None, days: Days) -> date | None:
    """The day an answer is due: the notice's own, or some working days after the last one was returned."""
    returned = timezone.localdate(returned_at) if returned_at is not None else None
    return reply_deadline(notice.reply_due, returned, days.after)
