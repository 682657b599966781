"""What waits for a person in the ledger of parts: to sign for, to report, returned; to verify, to decide, to answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from targets.models import AssignmentPart, Extension, PartReport
from targets.queries.following_facts import facts_of, standings
from targets.reporting.scope import Reach, reach
from targets.standing import SOON, Code, Owed, Standing
from targets.standing.lights import missing_reports
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import SUPERVISE, WORK_ON_PART

State = AssignmentPart.State
MOST = 30
# Signed for, and neither handed in nor closed.
_RUNNING = (State.SIGNED, State.WORKING, State.RETURNED)


@dataclass(frozen=True)
class OwedReport:
    """A report that a part owes, whether its day is over, and why it came back."""

    part: AssignmentPart
    owed: Owed
    late: bool
    returned: bool


@dataclass(frozen=True)
class PartsDesk:
    """Everything about parts that waits for a person."""

    to_sign: list[AssignmentPart]
    reports: list[OwedReport]
    returned: list[AssignmentPart]
    soon: list[AssignmentPart]
    to_verify: list[AssignmentPart]
    extensions: list[Extension]
    problems: list[PartReport]
    more: int = 0  # what a supervisor has beyond the `MOST` of each that are listed

    @property
    def count(self) -> int:
        """How many things wait."""
        piles = (self.to_sign, self.reports, self.returned, self.to_verify, self.extensions, self.problems)
        return sum(len(pile) for pile in piles) + self.more


def read_parts_desk(user: User, today: date | None = None) -> PartsDesk:
    """The person's part of the desk: at most four statements for a body, three for a supervisor, six if busy."""
    day = today or timezone.localdate()
    units = reach(user, WORK_ON_PART).departments
    open_ones = AssignmentPart.objects.filter(department__in=units, state__in=(State.ISSUED, *_RUNNING))
    own = list(_named(open_ones)) if units else []
    known = standings(own, day) if own else {}
    verify, extensions, problems, more = _supervised(user)
    return PartsDesk(
        to_sign=[part for part in own if part.state == State.ISSUED],
        reports=[one for part in own if part.state in _RUNNING for one in _owed(part, known[part.pk], day)],
        returned=[part for part in own if part.state == State.RETURNED],
        soon=[part for part in own if part.state in _RUNNING and _is_soon(part, day)],
        to_verify=verify,
        extensions=extensions,
        problems=problems,
        more=more,
    )


def _owed(part: AssignmentPart, standing: Standing, day: date) -> list[OwedReport]:
    back = {reason.period_end for reason in standing.reasons if reason.code == Code.REPORT_RETURNED}
    return [OwedReport(part, one, day > one.due_on, one.period_end in back) for one in standing.missing]


def _is_soon(part: AssignmentPart, day: date) -> bool:
    return part.due is not None and day <= part.due <= day + SOON


def _supervised(user: User) -> tuple[list[AssignmentPart], list[Extension], list[PartReport], int]:
    held = reach(user, SUPERVISE)
    if not held.regions:
        return [], [], [], 0
    waiting = AssignmentPart.objects.filter(_over(held), state=State.SUBMITTED).order_by("state_since", "pk")
    related = "part__assignment__document", "part__department", "part__region", "asked_by"
    asked = _undecided(held).select_related(*related).order_by("asked_at")
    reports = _unanswered(held).select_related("part__assignment__document", "part__department", "entered_by")
    to_verify, to_decide, to_answer = (
        list(_named(waiting)[:MOST]),
        list(asked[:MOST]),
        list(reports.order_by("entered_at")[:MOST]),
    )
    listed: list[tuple[list[Any], QuerySet[Any]]] = [
        (to_verify, waiting), (to_decide, asked), (to_answer, reports),
    ]  # fmt: skip
    more = sum([rows.count() - MOST for pile, rows in listed if len(pile) == MOST])
    return to_verify, to_decide, to_answer, more


def _undecided(held: Reach) -> QuerySet[Extension]:
    """Requests for a later day that wait for a decision."""
    return Extension.objects.filter(_over(held, "part__"), decision=Extension.Decision.OPEN)


def _unanswered(held: Reach) -> QuerySet[PartReport]:
    """Reports with a problem that nobody has answered."""
    return PartReport.objects.filter(
        _over(held, "part__"),
        answer="",
        superseded_at=None,
        returned_at=None,
        part__state__in=(State.WORKING, State.RETURNED, State.SUBMITTED),
    ).exclude(problems="")


def _over(held: Reach, prefix: str = "") -> Q:
    """Rows whose part lies in a supervised region, or in one below it."""
    return Q(**{f"{prefix}region__in": held.regions}) | Q(**{f"{prefix}region__parent__in": held.regions})


def _named(rows: QuerySet[AssignmentPart]) -> QuerySet[AssignmentPart]:
    return rows.select_related("assignment__document", "department", "region")


def parts_waiting(user: User) -> list[QuerySet[Any]]:
    """What waits for the person about parts, for the number in the top bar; `reports_owed` adds to it.

    To sign, put right, verify, decide and answer.
    """
    units, held = reach(user, WORK_ON_PART).departments, reach(user, SUPERVISE)
    if not units and not held.regions:
        return []
    own = Q(department__in=units, state__in=[State.ISSUED, State.RETURNED])
    if not held.regions:
        return [AssignmentPart.objects.filter(own)]
    parts = AssignmentPart.objects.filter(own | (_over(held) & Q(state=State.SUBMITTED)))
    return [parts, _undecided(held), _unanswered(held)]


def parts_running(user: User) -> QuerySet[AssignmentPart]:
    """Parts on which the person's units may owe a report."""
    units = reach(user, WORK_ON_PART).departments
    return AssignmentPart.objects.filter(department__in=units, state__in=_RUNNING)


def reports_owed(user: User, today: date | None = None) -> int:
    """How many reports the person's units owe on their parts. Three statements."""
    day = today or timezone.localdate()
    running = list(parts_running(user))
    return sum(len(missing_reports(facts, day, _UNDATED)) for facts in facts_of(running, day).values())


class _Undated:
    """A calendar for who asks only which reports are missing, not by when they were due."""

    def after(self, day: date, count: int) -> date:
        """The day itself."""
        return day


_UNDATED: Final = _Undated()
