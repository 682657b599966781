"""The ladder applied to a day: what is reached is sent or proposed once, what no longer stands is let go.

1. Read what parts owe (`watched`) and what was sent about it; let go of notices whose cause is gone.
2. On a working day find the rung each thing has reached (`supervision_rules.next_rung`).
3. Write the notices in groups, each a transaction behind the locks of its numbers. A run that breaks off keeps the
   groups it wrote; the next one finds them there and goes on.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.following.telling import supervisors_of
from targets.models import IssuingAuthority, LadderStep, SupervisionNotice
from targets.queries.following_facts import RememberedDays
from targets.reporting.people import people_of
from targets.reporting.wording import kept
from targets.supervision_rules import KINDS, Climbed, Rung, form_for, next_rung, numbered
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.notify import tell
from yuxi_eldercare.core.roles import WORK_ON_PART
from yuxi_eldercare.core.workdays import calendar_around

from .issuing import Authorities, Numbers
from .watched import Watched, watched
from .wording import said_of

State = SupervisionNotice.State
GROUP = 200
PROCESS = "supervise"


@dataclass
class Escalated:
    """What a run did; `unnamed` are kinds of notices for which no authority is configured."""

    sent: int = 0
    proposed: int = 0
    settled: int = 0
    dropped: int = 0
    unnamed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Reached:
    """A rung that something has reached, and who issues the notice."""

    thing: Watched
    rung: Rung
    authority: int


def escalate(day: date | None = None) -> Escalated:
    """Apply the ladder to a day (today); running it again on the same day changes nothing."""
    today = day or timezone.localdate()
    calendar = calendar_around(today)
    days = RememberedDays(calendar)
    done = Escalated()
    things = watched(today, days)
    let_go({thing.key for thing in things}, done)
    if calendar.is_working(today):
        reached = _reached(things, today, days, done)
        for start in range(0, len(reached), GROUP):
            _write(reached[start : start + GROUP], today, days, done)
    return done


@transaction.atomic
def let_go(standing: set[str], done: Escalated) -> None:
    """Settle sent notices that asked for no answer and drop proposals, whose cause no longer stands."""
    rows = SupervisionNotice.objects.select_for_update(of=("self",)).filter(
        state__in=[State.PROPOSED, State.SENT], reply_due=None
    )
    gone = [row for row in rows.order_by("pk") if row.cause_key not in standing]
    now = timezone.now()
    for row in gone:
        if row.state == State.PROPOSED:
            row.state, row.dropped_reason = State.DROPPED, _gone_words()
            done.dropped += 1
        else:
            row.state = State.SETTLED
            done.settled += 1
        row.settled_at = now
    SupervisionNotice.objects.bulk_update(gone, ["state", "dropped_reason", "settled_at"], batch_size=500)
    if gone:
        _note("let_go", gone)


@kept
def _gone_words() -> str:
    return _("事由已消除，系统自动撤销。")


def rungs_by_cause() -> dict[str, list[Rung]]:
    """The ladder as it stands now. One statement."""
    found: dict[str, list[Rung]] = defaultdict(list)
    for row in LadderStep.objects.filter(enabled=True):
        found[row.cause].append(Rung(row.kind, row.after_days, row.reply_workdays, row.approved_by_hand))
    return found


def _reached(things: Sequence[Watched], today: date, days: RememberedDays, done: Escalated) -> list[_Reached]:
    ladder, authorities = rungs_by_cause(), Authorities()
    climbed = _climbed(things)
    found = []
    for thing in things:
        if thing.held:
            continue
        rung = next_rung(
            ladder.get(thing.cause, ()),
            due=thing.due,
            today=today,
            climbed=climbed.get(thing.key, ()),
            opened=lambda day: days.after(day, 0),
        )
        if rung is None:
            continue
        authority = authorities.of(thing.part.assignment.document.plan.region_id, rung.kind)
        if authority is None:
            done.unnamed.add(rung.kind)
        else:
            found.append(_Reached(thing, rung, authority.pk))
    return found


def _climbed(things: Iterable[Watched]) -> dict[str, list[Climbed]]:
    """The rungs that were reached before, by cause key. One statement."""
    parts = {thing.part.pk for thing in things}
    rows = SupervisionNotice.objects.filter(part__in=parts).order_by()
    found: dict[str, list[Climbed]] = defaultdict(list)
    for kind, key, state, issued_on, settled_at in rows.values_list(
        "kind", "cause_key", "state", "issued_on", "settled_at"
    ):
        on = timezone.localdate(settled_at) if state == State.DROPPED and settled_at else issued_on
        found[key].append(Climbed(kind, on))
    return found


@transaction.atomic
def _write(group: Sequence[_Reached], today: date, days: RememberedDays, done: Escalated) -> None:
    """Write one group behind the locks of its numbers, leaving out what another run has just written."""
    prefetch_related_objects([one.thing.part for one in group], "assignment__sources__clause")
    numbers = Numbers(one.authority for one in group)
    keys = [one.thing.key for one in group]
    there = set(
        SupervisionNotice.objects.filter(cause_key__in=keys).order_by().values_list("kind", "cause_key")
    )
    rows = [
        _notice(one, numbers, today, days)
        for one in group
        if (one.rung.kind, one.thing.key) not in there and one.authority in numbers.rows
    ]
    made = SupervisionNotice.objects.bulk_create(rows, batch_size=100)
    if made:
        _note("escalate", made)
        _tell(made)
    done.sent += sum(row.state == State.SENT for row in made)
    done.proposed += sum(row.state == State.PROPOSED for row in made)


def _notice(one: _Reached, numbers: Numbers, today: date, days: RememberedDays) -> SupervisionNotice:
    authority: IssuingAuthority = numbers.rows[one.authority]
    part, rung = one.thing.part, one.rung
    row = SupervisionNotice(
        kind=rung.kind,
        cause=one.thing.cause,
        cause_key=one.thing.key,
        form=form_for(part.department.kind),
        state=State.PROPOSED,
        part=part,
        recipient=part.department,
        region_id=part.region_id,
        authority=authority.department,
        said={"due": one.thing.due.isoformat(), **one.thing.facts},
        is_demo=part.is_demo,
    )
    if not rung.by_hand:
        reply_due = days.after(today, rung.reply_workdays) if rung.reply_workdays else None
        send(row, authority, numbers, today, reply_due)
    return row


def send(
    row: SupervisionNotice,
    authority: IssuingAuthority,
    numbers: Numbers,
    today: date,
    reply_due: date | None,
) -> None:
    """Give a notice its number and its words; the caller saves it."""
    word, number = numbers.draw(authority, row.form, today.year)
    row.word, row.year, row.number = word, today.year, number
    row.state, row.issued_on, row.reply_due = State.SENT, today, reply_due
    row.authority = authority.department
    row.said = said_of(
        row, on=today, authority=authority.department.name, number=(word, number), reply_due=reply_due
    )


def number_of(row: SupervisionNotice) -> str:
    """玉养督〔2026〕3号; empty before it is sent."""
    return numbered(row.word, row.year, row.number) if row.number and row.year else ""


def _note(verb: str, rows: Sequence[SupervisionNotice]) -> None:
    """One event for many notices: how many of each kind and state, and the numbers they were given."""
    audit.record(
        by=None,
        process=PROCESS,
        action=f"supervision.{verb}",
        object_type="supervision_notice",
        object_key=f"{rows[0].pk}..{rows[-1].pk}",
        after={
            "notices": len(rows),
            "by_kind": {kind: sum(row.kind == kind for row in rows) for kind in KINDS},
            "numbers": [number_of(row) for row in rows if row.number],
        },
    )


@kept
def _tell(rows: Sequence[SupervisionNotice]) -> None:
    """Tell each recipient once about all that a group sent it, and supervisors about what waits for them."""
    sent: dict[int, list[SupervisionNotice]] = defaultdict(list)
    proposed: dict[str, list[SupervisionNotice]] = defaultdict(list)
    for row in rows:
        if row.state == State.SENT:
            sent[row.recipient_id].append(row)
        else:
            proposed[row.authority.region_id].append(row)
    people = people_of(sent, WORK_ON_PART)
    for unit, own in sent.items():
        tell(
            people[unit],
            reason_key=f"supervision:{own[0].pk}",
            title=_("%(unit)s收到%(count)s份督办文书")
            % {"unit": own[0].recipient.short_name, "count": len(own)},
            text="\n".join(str(row.said["title"]) for row in own[:5]),
            link=reverse("supervision-notice", args=[own[0].pk])
            if len(own) == 1
            else reverse("supervision-list"),
            department=own[0].recipient,
        )
    for own in proposed.values():
        tell(
            supervisors_of(own[0].authority.region),
            reason_key=f"supervision-proposed:{own[0].pk}",
            title=_("%(count)s份督办文书待签发") % {"count": len(own)},
            link=reverse("supervision-list") + f"?state={State.PROPOSED}",
        )
