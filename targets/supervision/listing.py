"""What the pages ask about notices: a filtered list, counts by state, one notice whole, what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from targets.models import NoticeReply, SupervisionNotice
from targets.queries.following_facts import working_days
from targets.standing import Days
from yuxi_eldercare.core.models import Department, Region, User

from .rights import answered_by, supervised, visible_notices
from .watched import due_of_reply

State = SupervisionNotice.State
DESK_MOST = 50


@dataclass(frozen=True)
class NoticeFilter:
    """What a list of notices is narrowed to; `region` takes those below it along."""

    kind: str = ""
    state: str = ""
    region: str = ""
    unit: str = ""
    text: str = ""

    def condition(self, *, with_state: bool = True) -> Q:
        """The condition on notices."""
        wanted = Q()
        if self.kind:
            wanted &= Q(kind=self.kind)
        if self.state and with_state:
            wanted &= Q(state=self.state)
        if self.region:
            wanted &= Q(region=self.region) | Q(region__parent=self.region)
        if self.unit:
            wanted &= Q(recipient__key=self.unit)
        if self.text:
            wanted &= Q(part__assignment__title__icontains=self.text) | Q(
                recipient__name__icontains=self.text
            )
        return wanted

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return self != NoticeFilter()


@dataclass(frozen=True)
class Listed:
    """A notice with the day its answer is due, if one still is, and whether that day is over."""

    notice: SupervisionNotice
    reply_due: date | None
    late: bool


def notices(user: User, wanted: NoticeFilter) -> QuerySet[SupervisionNotice]:
    """The notices the user may look at, newest first."""
    rows = visible_notices(user).filter(wanted.condition())
    return rows.select_related(
        "part__assignment__document__plan", "recipient", "region", "authority"
    ).order_by("-pk")


def listed(rows: Sequence[SupervisionNotice], today: date) -> list[Listed]:
    """The rows with their deadlines. Two statements."""
    waiting = [row.pk for row in rows if row.reply_due is not None and row.state == State.SENT]
    returned = _returned(waiting)
    days = working_days(today)
    return [_listed(row, returned.get(row.pk), today, days) for row in rows]


def _returned(notices: Sequence[int]) -> dict[int, datetime | None]:
    rows = NoticeReply.objects.filter(notice__in=notices, returned_at__isnull=False)
    return dict(rows.order_by().values_list("notice").annotate(last=Max("returned_at")))


def _listed(row: SupervisionNotice, returned: datetime | None, today: date, days: Days) -> Listed:
    if row.state != State.SENT or row.reply_due is None:
        return Listed(row, row.reply_due, late=False)
    due = due_of_reply(row, returned, days)
    return Listed(row, due, late=due is not None and today > due)


def state_counts(user: User, wanted: NoticeFilter) -> dict[str, int]:
    """How many notices there are in each state, of those the filter asks for apart from a state."""
    rows = visible_notices(user).filter(wanted.condition(with_state=False))
    return dict(rows.order_by().values_list("state").annotate(count=Count("pk")))


def recipients() -> QuerySet[Department]:
    """Units that got a notice."""
    sent = SupervisionNotice.objects.filter(number__isnull=False).order_by().values("recipient")
    return Department.objects.filter(pk__in=sent).order_by("region__position", "position")


def counties() -> QuerySet[Region]:
    """The counties, in their order."""
    return Region.objects.filter(level=Region.Level.COUNTY, withdrawn=False)


def of_same_matter(notice: SupervisionNotice, user: User) -> list[SupervisionNotice]:
    """The other notices about the same thing, or about the answer to this one, oldest first."""
    about = Q(cause_key=notice.cause_key) | Q(cause_key__startswith=f"reply:{notice.pk}:")
    parts = notice.cause_key.split(":")
    if parts[0] == "reply":
        about |= Q(pk=int(parts[1]))
    rows = visible_notices(user).filter(about, part=notice.part_id).exclude(pk=notice.pk)
    return list(rows.select_related("authority").order_by("pk"))


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: answers to give, notices to sign, answers to judge."""

    to_reply: list[Listed] = field(default_factory=list)
    to_sign: list[SupervisionNotice] = field(default_factory=list)
    to_settle: list[SupervisionNotice] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.to_reply) + len(self.to_sign) + len(self.to_settle)


def waiting(user: User) -> Waiting:
    """What waits for the user, the oldest first. One statement, three where answers are owed."""
    own, over = _waiting_for(user)
    rows = list(
        SupervisionNotice.objects.filter(own | over)
        .select_related("part__assignment", "recipient", "authority")
        .order_by("pk")[:DESK_MOST]
    )
    sent = [row for row in rows if row.state == State.SENT]
    return Waiting(
        to_reply=listed(sent, timezone.localdate()) if sent else [],
        to_sign=[row for row in rows if row.state == State.PROPOSED],
        to_settle=[row for row in rows if row.state == State.REPLIED],
    )


def notices_waiting(user: User) -> QuerySet[SupervisionNotice]:
    """Notices that wait for the user: for the number in the top bar."""
    own, over = _waiting_for(user)
    return SupervisionNotice.objects.filter(own | over)


def _waiting_for(user: User) -> tuple[Q, Q]:
    """Notices the user's units have to answer, and those the user signs or settles."""
    own = answered_by(user) & Q(state=State.SENT, reply_due__isnull=False)
    return own, supervised(user) & Q(state__in=[State.PROPOSED, State.REPLIED])
