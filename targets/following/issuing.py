"""分解 and what the supervisor does with a part afterwards: change what is asked, withdraw, re-open.

An assignment is broken down as often as wanted: bodies that have a part keep it, those that came since get theirs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import Assignment, AssignmentPart, Extension, PartStep
from targets.queries.following_bodies import Body, Role, bodies_of, issuable, planned_dues
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import Department, Document, User
from yuxi_eldercare.core.roles import SUPERVISE, can

from .basics import Kind, State, changed, locked, reason_problems, refuse, take
from .telling import tell_body, tell_issued

Frequency = AssignmentPart.Frequency
WANTED_MOST = 400


@dataclass(frozen=True)
class Order:
    """What the bodies of an assignment are asked: by when, how often they report, and particular words for some.

    Without `due` it is the plan's day. `wanted` and `dues` are by department id; `only` narrows the bodies to some,
    `also` adds bodies that the text does not name.
    """

    frequency: str = Frequency.QUARTER
    due: date | None = None
    wanted: Mapping[int, str] = field(default_factory=dict)
    dues: Mapping[int, date] = field(default_factory=dict)
    only: Collection[int] | None = None
    also: Sequence[Department] = ()


@dataclass(frozen=True)
class Issued:
    """What breaking down did: new parts, how many were there before, groups of which no member is known."""

    created: list[AssignmentPart]
    present: int
    empty_groups: list[str]


@transaction.atomic
def issue(*, assignment: Assignment | int, order: Order, by: User) -> Issued:
    """Break an assignment down to its bodies. Raises `Refused`, `NotAllowed`."""
    pk = assignment if isinstance(assignment, int) else assignment.pk
    tasks = list(issuable(Q(pk=pk)))
    if not tasks:
        raise Refused.because(_("征求意见稿、已被替代或已撤下的任务不分解下达，请打开印发的文件。"))
    return _issue(tasks, order, by)


@transaction.atomic
def issue_document(*, document: Document, order: Order, by: User) -> Issued:
    """Break down every assignment of a document; tasks whose planned day is over take the order's."""
    tasks = list(issuable(Q(document=document)))
    if not tasks:
        raise Refused.because(_("这份文件没有可分解下达的任务。"))
    return _issue(tasks, order, by, fallback=True)


def _issue(tasks: list[Assignment], order: Order, by: User, *, fallback: bool = False) -> Issued:
    for plan in {task.document.plan_id: task.document.plan for task in tasks}.values():
        decision = can(by, SUPERVISE, region=plan.region)
        if not decision:
            raise NotAllowed.because(decision.reason)
    # Two people break the same task down one after the other: the second finds the parts.
    list(Assignment.objects.select_for_update().filter(pk__in=[task.pk for task in tasks]).order_by("pk"))
    bodies, planned = bodies_of(tasks), planned_dues(tasks)
    rows = AssignmentPart.objects.filter(assignment__in=tasks).values_list("assignment", "department")
    present = set(rows)
    parts: list[AssignmentPart] = []
    today = timezone.localdate()
    kept = 0
    for task in tasks:
        wanted = _wanted(bodies[task.pk].found, order)
        kept += sum((task.pk, body.department.pk) in present for body in wanted)
        planned_day = planned[task.pk]
        if fallback and order.due is not None and planned_day < today:
            planned_day = order.due
        chosen = planned_day if fallback else order.due or planned_day
        for body in wanted:
            if (task.pk, body.department.pk) not in present:
                parts.append(_part(task, body, order, order.dues.get(body.department.pk, chosen), by, today))
    problems = _problems(parts, order, today)
    if not any(_wanted(bodies[task.pk].found, order) for task in tasks):
        problems.append(
            Problem(None, "bodies", _("请选择至少一个承办单位；文件没有写明的，在“增加承办单位”里选择。"))
        )
    refuse(problems)
    _write(parts, by)
    empty = [name for task in tasks for name in bodies[task.pk].empty_groups]
    return Issued(parts, kept, list(dict.fromkeys(empty)))


def _wanted(named: Sequence[Body], order: Order) -> list[Body]:
    there = {body.department.pk for body in named}
    added = [
        Body(unit, Role.RESPONSIBLE, unit.short_name)
        for unit in order.also
        if unit.pk not in there and unit.kind != Department.Kind.GROUP and not unit.withdrawn
    ]
    chosen = [body for body in named if order.only is None or body.department.pk in order.only]
    return [*chosen, *added]


def _part(
    task: Assignment, body: Body, order: Order, due: date | None, by: User, today: date
) -> AssignmentPart:
    return AssignmentPart(
        assignment=task,
        department=body.department,
        region_id=body.department.region_id,
        role=body.role,
        state=State.ISSUED,
        state_since=today,
        due=due,
        frequency=order.frequency,
        wanted=order.wanted.get(body.department.pk, "").strip(),
        issued_on=today,
        issued_by=by,
        is_demo=by.is_demo,
    )


def _problems(parts: Sequence[AssignmentPart], order: Order, today: date) -> list[Problem]:
    problems = [] if order.frequency in Frequency else [Problem(None, "frequency", _("请选择报送频次。"))]
    for due in sorted({part.due for part in parts if part.due is not None and part.due < today}):
        text = _("完成时限%(due)s已过，请另定一天（不早于今天）。")
        problems.append(Problem(None, "due", text % {"due": due}))
    for part in parts:
        if len(part.wanted) > WANTED_MOST:
            text = _("对%(unit)s的具体要求最多%(most)s字，请精简。")
            values = {"unit": part.department.short_name, "most": WANTED_MOST}
            problems.append(Problem(None, "wanted", text % values))
    return problems


def _write(parts: list[AssignmentPart], by: User) -> None:
    """Parts, their first steps and one audit event per assignment; each body is told once."""
    if not parts:
        return
    AssignmentPart.objects.bulk_create(parts, batch_size=500)
    now = timezone.now()
    PartStep.objects.bulk_create(
        [
            PartStep(
                part=part, kind=Kind.ISSUE, at=now, by=by, text=part.wanted, data=first_data(part),
                is_demo=part.is_demo,
            )
            for part in parts
        ],
        batch_size=500,
    )  # fmt: skip
    tasks: dict[int, list[AssignmentPart]] = {}
    for part in parts:
        tasks.setdefault(part.assignment_id, []).append(part)
    for own in tasks.values():
        audit.record(
            by=by,
            action="parts.issue",
            object_type="assignment",
            object_key=own[0].assignment.key,
            after={
                "parts": [
                    {
                        "department": part.department.key,
                        "due": part.due.isoformat() if part.due else None,
                        "frequency": part.frequency,
                    }
                    for part in own
                ]
            },
        )
    tell_issued(parts, by)


def first_data(part: AssignmentPart) -> dict[str, list[str | None]]:
    """What the first step of a part keeps: the trail can be replayed from it."""
    return {
        "state": ["", State.ISSUED],
        "due": changed(None, part.due),
        "frequency": ["", part.frequency],
    }


@transaction.atomic
def change(
    *,
    part: AssignmentPart | int,
    due: date | None,
    frequency: str,
    wanted: str,
    reason: str,
    by: User,
    revision: int | None = None,
) -> PartStep:
    """Change what is asked of a body; the old stays in the trail. Raises `Refused` when nothing differs."""
    row = locked(part, Kind.CHANGE, by, revision)
    problems = reason_problems(reason, "reason", _("请写明为什么调整，承办单位会看到。"))
    if frequency not in Frequency:
        problems.append(Problem(None, "frequency", _("请选择报送频次。")))
    if len(wanted) > WANTED_MOST:
        problems.append(Problem(None, "wanted", _("最多%(most)s字，请精简。") % {"most": WANTED_MOST}))
    if due != row.due and (due is None or due < timezone.localdate()):
        problems.append(Problem(None, "due", _("完成时限须不早于今天。")))
    given = {"due": due, "frequency": frequency, "wanted": wanted.strip()}
    data = {key: changed(getattr(row, key), new) for key, new in given.items() if getattr(row, key) != new}
    if not data:
        problems.append(Problem(None, "due", _("没有改动任何要求。")))
    refuse(problems)
    if "due" in data:
        _end_extension(row, by, _("时限已另行调整。"))
    for key, new in given.items():
        setattr(row, key, new)
    step = take(Kind.CHANGE, row, by, text=reason.strip(), data=data)
    tell_body(step, row)
    return step


@transaction.atomic
def withdraw(*, part: AssignmentPart | int, reason: str, by: User, revision: int | None = None) -> PartStep:
    """Take a part back (撤回): it is no longer asked; its trail stays."""
    row = locked(part, Kind.WITHDRAW, by, revision)
    refuse(reason_problems(reason, "reason", _("请写明为什么撤回，承办单位会看到。")))
    _end_extension(row, by, _("事项已撤回。"))
    step = take(Kind.WITHDRAW, row, by, text=reason.strip())
    tell_body(step, row)
    return step


@transaction.atomic
def reopen(
    *, part: AssignmentPart | int, reason: str, due: date | None, by: User, revision: int | None = None
) -> PartStep:
    """Take a closed or withdrawn part up again, with a reason; a due day that is over needs another."""
    row = locked(part, Kind.REOPEN, by, revision)
    today = timezone.localdate()
    problems = reason_problems(reason, "reason", _("请写明为什么重新办理，承办单位会看到。"))
    new = due or row.due
    if new is not None and new < today:
        problems.append(Problem(None, "due", _("原时限已过，请另定完成时限（不早于今天）。")))
    refuse(problems)
    data = {"due": changed(row.due, new)} if new != row.due else {}
    if row.closed_by is not None:
        data["closed_by"] = changed(row.closed_by.username, None)
    row.due, row.closed_at, row.closed_by = new, None, None
    if row.state == State.WITHDRAWN:
        row.signed_at, row.signed_by, row.issued_on = None, None, today
    step = take(Kind.REOPEN, row, by, text=reason.strip(), data=data)
    tell_body(step, row)
    return step


def _end_extension(row: AssignmentPart, by: User, reason: str) -> None:
    """A request that nobody needs to decide any more is answered with the step that made it so."""
    Extension.objects.filter(part=row, decision=Extension.Decision.OPEN).update(
        decision=Extension.Decision.REFUSED,
        decided_at=timezone.now(),
        decided_by=by,
        decision_reason=reason,
    )
