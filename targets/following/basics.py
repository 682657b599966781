"""What every step of a part has in common: who may take it, the lock, the row of the trail, the audit event."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from targets.actions.refusals import NotAllowed, Problem, Refused
from targets.models import AssignmentPart, PartStep
from targets.standing import BODY, STEPS, next_state
from yuxi_eldercare.core import audit
from yuxi_eldercare.core.models import User
from yuxi_eldercare.core.roles import SUPERVISE, WORK_ON_PART, Decision, can

Kind = PartStep.Kind
State = AssignmentPart.State
# Steps by which a body's work is judged: whoever took part in that work does not take them.
JUDGING = frozenset(
    {
        Kind.RETURN_REPORT,
        Kind.COORDINATE,
        Kind.GRANT_EXTENSION,
        Kind.REFUSE_EXTENSION,
        Kind.RETURN,
        Kind.CLOSE,
    }
)
WORK = tuple(kind for kind, rule in STEPS.items() if rule.side == BODY)
TEXT_MOST = 2000
REASON_MOST = 300


def workers(part: AssignmentPart) -> frozenset[int]:
    """Ids of the people who did the body's work on a part. One statement."""
    rows = PartStep.objects.filter(part=part, kind__in=WORK).order_by()
    return frozenset(rows.values_list("by_id", flat=True).distinct())


def may_take(step: str, part: AssignmentPart, by: User, hands: Collection[int]) -> Decision:
    """Whether this person takes such steps of this part at all; `hands` are its `workers`."""
    if STEPS[step].side == BODY:
        return can(by, WORK_ON_PART, department=part.department)
    decision = can(by, SUPERVISE, region=part.region)
    if decision and step in JUDGING and by.pk in hands:
        return Decision(False, _("你经办过这个事项，须由另一位督查员审核。"))
    return decision


def state_problem(step: str, part: AssignmentPart) -> str:
    """Why the step cannot be taken in the part's state; empty when it can."""
    if next_state(step, part.state) is not None:
        return ""
    wanted = _("、").join(str(state.label) for state in State if state.value in STEPS[step].states)
    text = _("事项现在是“%(state)s”，“%(step)s”只在%(wanted)s时办理。")
    return text % {
        "state": part.get_state_display(),
        "step": Kind(step).label,
        "wanted": wanted,
    }


def locked(part: AssignmentPart | int, step: str, by: User, revision: int | None) -> AssignmentPart:
    """The part, locked until the transaction ends, for a step that this person may take now.

    `revision` is what the person had before them (none: whatever it is). Raises `NotAllowed`, or `Refused` for a
    part that changed since or stands in another state.
    """
    pk = part if isinstance(part, int) else part.pk
    rows = AssignmentPart.objects.select_for_update(of=("self",))
    row = rows.select_related("assignment__document__plan", "department", "region").get(pk=pk)
    decision = may_take(step, row, by, workers(row) if step in JUDGING else ())
    if not decision:
        raise NotAllowed.because(decision.reason)
    if revision is not None and revision != row.revision:
        raise Refused.because(_changed(row), "revision")
    if problem := state_problem(step, row):
        raise Refused.because(problem, "state")
    return row


def _changed(part: AssignmentPart) -> str:
    last = PartStep.objects.filter(part=part).select_related("by").order_by("-pk").first()
    if last is None:
        return _("这个事项刚刚有变化，请刷新页面后再办理。")
    text = _("%(who)s已在%(when)s办理“%(step)s”，请看过之后再提交。填写的内容仍在表单里。")
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return text % {"who": last.by, "when": when, "step": last.get_kind_display()}


def take(
    step: str,
    part: AssignmentPart,
    by: User,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> PartStep:
    """Move a locked part by a step, and write the step and its audit event; saves the part whole."""
    now = at or timezone.now()
    given = dict(data or {})
    before, after = part.state, next_state(step, part.state)
    if after is not None and after != before:
        part.state, part.state_since = after, timezone.localdate(now)
        given["state"] = [before, after]
    part.revision += 1
    part.save()
    row = PartStep.objects.create(
        part=part, kind=step, at=now, by=by, text=text, data=given, is_demo=part.is_demo or by.is_demo
    )
    audit.record(
        by=by,
        action=f"parts.{step}",
        object_type="assignment_part",
        object_key=part_key(part),
        before={key: change[0] for key, change in given.items() if _is_change(change)} or None,
        after={key: change[1] if _is_change(change) else change for key, change in given.items()},
        detail=text,
    )
    return row


def _is_change(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def changed(old: Any, new: Any) -> list[Any]:
    """A change as a step keeps it: [before, after], days as ISO text."""
    return [one.isoformat() if isinstance(one, date) else one for one in (old, new)]


def part_key(part: AssignmentPart) -> str:
    """A part's name for audit rows: assignment and department."""
    return f"{part.assignment.key} {part.department.key}"


def reason_problems(reason: str, field: str, sentence: str, most: int = REASON_MOST) -> list[Problem]:
    """A text that is needed and is not there, or is too long."""
    if not reason.strip():
        return [Problem(None, field, sentence)]
    if len(reason) > most:
        return [Problem(None, field, _("最多%(most)s字，请精简。") % {"most": most})]
    return []


def refuse(problems: list[Problem]) -> None:
    """Raise `Refused` when something is wrong."""
    if problems:
        raise Refused(problems)
