"""我的待办: what a person owes, what came back and why, what waits for them, what expires next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from targets.models import (
    Entry,
    ProxyAuthorization,
    RedResponse,
    ReportingLine,
    ReportingRound,
    RoundException,
)
from yuxi_eldercare.core.models import Department, User
from yuxi_eldercare.core.roles import CONFIRM, ENTER, REVIEW

from .exceptions import open_requests
from .red import owed as owed_responses
from .scope import proxies_in_force, reach
from .window import Window, exceptions_at, round_status

State = Entry.State
OPEN = Entry.OPEN_STATES
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Pile:
    """Cells of one unit in one round that wait for the same thing."""

    round: ReportingRound
    department: Department
    window: Window
    count: int
    mine: int  # of these, in lines the person is in charge of (or nobody is)


@dataclass(frozen=True)
class Expiring:
    """Something that ends soon: `what` is "exception", "proxy" or "round"."""

    what: str
    name: str
    until: datetime | date


@dataclass(frozen=True)
class Desk:
    """Everything that waits for a person."""

    owed: list[Pile]
    returned: list[Entry]
    to_review: list[Pile]
    to_confirm: list[Pile]
    answers_due: list[RedResponse]
    exceptions: list[RoundException]
    expiring: list[Expiring]

    @property
    def count(self) -> int:
        """How many things wait: cells, answers and requests."""
        piles = (*self.owed, *self.to_review, *self.to_confirm)
        return sum(pile.count for pile in piles) + len(self.answers_due) + len(self.exceptions)


def read_desk(user: User) -> Desk:
    """The person's desk, in a fixed number of statements (about ten)."""
    owed = _piles(owed_by(user), user)
    return Desk(
        owed=[pile for pile in owed if pile.window.may_write or pile.window.status in {"locked", "closed"}],
        returned=list(
            owed_by(user)
            .filter(state=State.RETURNED)
            .select_related("round", "indicator", "region", "department", "returned_by")
            .order_by("-returned_at")[:100]
        ),
        to_review=_piles(to_review(user), user),
        to_confirm=_piles(to_confirm(user), user),
        answers_due=list(owed_responses(user)),
        exceptions=list(open_requests(user)),
        expiring=_expiring(user, owed),
    )


def owed_by(user: User) -> QuerySet[Entry]:
    """Cells that the user's units (and those they may enter for) still have to send in rounds not closed."""
    return _living().filter(_entering(user), state__in=OPEN, round__closed_at=None)


def _entering(user: User) -> Q:
    """Cells of the user's units and of those they may enter for; a sub-select, no statement of its own."""
    held = proxies_in_force(timezone.localdate()).filter(agent=user)
    return Q(department__in=reach(user, ENTER).departments) | Q(
        department__in=held.values("principal"), region__in=held.values("region")
    )


def to_review(user: User) -> QuerySet[Entry]:
    """Submitted cells of the user's units that they did not submit themselves."""
    units = reach(user, REVIEW).departments
    rows = _living().filter(department__in=units, state=State.SUBMITTED)
    return rows.exclude(edited_by=user).exclude(submitted_by=user)


def to_confirm(user: User) -> QuerySet[Entry]:
    """Reviewed cells that the user's lead department confirms and that they did not enter."""
    rows = _living().filter(reach(user, CONFIRM).over("confirmer"), state=State.REVIEWED)
    return rows.exclude(edited_by=user).exclude(submitted_by=user)


def todo_count(user: User, *others: QuerySet[Any]) -> int:
    """How many cells, answers, requests and rows of `others` wait for the person. One statement."""
    return sum(todo_counts(user, *others))


def todo_counts(user: User, *others: QuerySet[Any]) -> list[int]:
    """How many cells, answers and requests wait for the person, then how many rows each of `others` has. One statement.

    The first is what `read_desk` lists, without cells that cannot be written.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    excepted = exceptions_at(now).filter(round=OuterRef("round"), department=OuterRef("department"))
    open_now = Q(round__opens_on__lte=today, round__grace_until__gte=today) | Exists(excepted.order_by())
    owed = _entering(user) & Q(state__in=OPEN) & open_now
    theirs = Q(edited_by=user) | Q(submitted_by=user)
    review = Q(department__in=reach(user, REVIEW).departments, state=State.SUBMITTED) & ~theirs
    confirm = reach(user, CONFIRM).over("confirmer") & Q(state=State.REVIEWED) & ~theirs
    rows = _living().filter((owed & Q(round__closed_at=None)) | review | confirm)
    own = (rows, owed_responses(user), open_requests(user))
    first, *more = [_counting(found, place) for place, found in enumerate((*own, *others))]
    counts = dict(first.union(*more, all=True))
    return [sum(counts.get(place, 0) for place in range(len(own)))] + [
        counts.get(place, 0) for place in range(len(own), len(own) + len(others))
    ]


def _counting(rows: QuerySet[Any], place: int) -> QuerySet[Any, Any]:
    """One row (place, how many)."""
    told = rows.order_by().annotate(todo_place=Value(place)).values("todo_place")
    return told.annotate(todo_rows=Count("pk")).values_list("todo_place", "todo_rows")


def _living() -> QuerySet[Entry]:
    return Entry.objects.filter(indicator__withdrawn_at=None)


def _piles(rows: QuerySet[Entry], user: User) -> list[Pile]:
    lines = ReportingLine.objects.filter(
        indicator=OuterRef("indicator"), region=OuterRef("region"), valid_to=None
    )
    others = lines.filter(holder__isnull=False).exclude(holder=user)
    grouped = list(
        rows.annotate(others=Exists(others))
        .order_by("round__grace_until", "round", "department")
        .values("round", "department")
        .annotate(count=Count("pk"), mine=Count("pk", filter=Q(others=False)))
    )
    if not grouped:
        return []
    rounds = ReportingRound.objects.in_bulk({row["round"] for row in grouped})
    departments = Department.objects.in_bulk({row["department"] for row in grouped})
    windows: dict[int, dict[int, Window]] = {}
    for pk, round in rounds.items():
        units = {row["department"] for row in grouped if row["round"] == pk}
        windows[pk] = round_status(round, units)
    return [
        Pile(
            rounds[row["round"]],
            departments[row["department"]],
            windows[row["round"]][row["department"]],
            row["count"],
            row["mine"],
        )
        for row in grouped
    ]


def _expiring(user: User, owed: list[Pile]) -> list[Expiring]:
    """Exceptions, authorisations and deadlines that end within a week, the next one first."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = [
        Expiring("round", f"{pile.round.name} · {pile.department.short_name}", pile.round.due_on)
        for pile in owed
        if today <= pile.round.due_on <= today + SOON
    ]
    exceptions = RoundException.objects.filter(
        department__in=reach(user, ENTER).departments,
        granted=True,
        expires_at__gt=now,
        expires_at__lte=now + SOON,
    ).select_related("round", "department")
    found += [
        Expiring("exception", f"{row.round.name} · {row.department.short_name}", row.expires_at)
        for row in exceptions
        if row.expires_at is not None
    ]
    proxies = ProxyAuthorization.objects.filter(
        agent=user, revoked_at=None, valid_from__lte=today, valid_to__range=(today, today + SOON)
    ).select_related("principal")
    found += [
        Expiring("proxy", row.principal.short_name, row.valid_to) for row in proxies.order_by(F("valid_to"))
    ]
    return sorted(found, key=lambda item: item.until.isoformat())
