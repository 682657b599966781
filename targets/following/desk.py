"""What waits for a person in the ledger of parts: to sign for, to report, returned; to verify, to decide, to answer."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from targets.models import AssignmentPart, Extension, PartReport
from targets.queries.following_facts import standings
from targets.reporting.scope import Reach, reach
from targets.standing import SOON, Code, Owed, Standing
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

    @property
    def count(self) -> int:
        """How many things wait."""
        piles = (self.to_sign, self.reports, self.returned, self.to_verify, self.extensions, self.problems)
        return sum(len(pile) for pile in piles)


def read_parts_desk(user: User, today: date | None = None) -> PartsDesk:
    """The person's part of the desk: at most four statements for a body, three for a supervisor."""
    day = today or timezone.localdate()
    units = reach(user, WORK_ON_PART).departments
    open_ones = AssignmentPart.objects.filter(department__in=units, state__in=(State.ISSUED, *_RUNNING))
    own = list(_named(open_ones)) if units else []
    known = standings(own, day) if own else {}
    verify, extensions, problems = _supervised(user)
    return PartsDesk(
        to_sign=[part for part in own if part.state == State.ISSUED],
        reports=[one for part in own if part.state in _RUNNING for one in _owed(part, known[part.pk], day)],
        returned=[part for part in own if part.state == State.RETURNED],
        soon=[part for part in own if part.state in _RUNNING and _is_soon(part, day)],
        to_verify=verify,
        extensions=extensions,
        problems=problems,
    )


def _owed(part: AssignmentPart, standing: Standing, day: date) -> list[OwedReport]:
    back = {reason.period_end for reason in standing.reasons if reason.code == Code.REPORT_RETURNED}
    return [OwedReport(part, one, day > one.due_on, one.period_end in back) for one in standing.missing]


def _is_soon(part: AssignmentPart, day: date) -> bool:
    return part.due is not None and day <= part.due <= day + SOON


def _supervised(user: User) -> tuple[list[AssignmentPart], list[Extension], list[PartReport]]:
    held = reach(user, SUPERVISE)
    if not held.regions and not held.departments:
        return [], [], []
    waiting = AssignmentPart.objects.filter(_over(held), state=State.SUBMITTED).order_by("state_since", "pk")
    related = "part__assignment__document", "part__department", "part__region", "asked_by"
    asked = Extension.objects.filter(_over(held, "part__"), decision=Extension.Decision.OPEN)
    reports = PartReport.objects.filter(
        _over(held, "part__"),
        answer="",
        superseded_at=None,
        returned_at=None,
        part__state__in=(State.WORKING, State.RETURNED, State.SUBMITTED),
    ).exclude(problems="")
    return (
        list(_named(waiting)[:MOST]),
        list(asked.select_related(*related).order_by("asked_at")[:MOST]),
        list(
            reports.select_related("part__assignment__document", "part__department", "entered_by").order_by(
                "entered_at"
            )[:MOST]
        ),
    )


def _over(held: Reach, prefix: str = "") -> Q:
    """Rows whose part lies in a supervised region, or in one below it."""
    return Q(**{f"{prefix}region__in": held.regions}) | Q(**{f"{prefix}region__parent__in": held.regions})


def _named(rows: QuerySet[AssignmentPart]) -> QuerySet[AssignmentPart]:
    return rows.select_related("assignment__document", "department", "region")


def parts_waiting(user: User) -> QuerySet[AssignmentPart]:
    """Parts that wait for the person to sign, put right or verify: for the number in the top bar."""
    units, held = reach(user, WORK_ON_PART).departments, reach(user, SUPERVISE)
    if not units and not held.regions:
        return AssignmentPart.objects.none()
    own = Q(department__in=units, state__in=[State.ISSUED, State.RETURNED])
    return AssignmentPart.objects.filter(own | (_over(held) & Q(state=State.SUBMITTED)))
